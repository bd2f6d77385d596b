"""Everything that is watched, in one list: what the page, `flask doctor` and the letters to administrators say.

A check looks at what was read (`Looked`) and answers with a state, a sentence and what to do. It asks neither database nor network.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from flask_babel import format_decimal
from flask_babel.speaklater import LazyString

from app.backup.checking import Trial
from app.backup.standing import BackupStanding
from app.health.looking import Facts
from app.health.queries import SILENT, MailFigures
from app.health.report import ReportLine, ago, because, exact, lasted
from app.models import HealthLook
from app.web.text import _, full_date, lazy, plural
from config import Settings

MAIL_LATE = timedelta(minutes=15)
BACKUP_LATE, REHEARSED_LATELY = timedelta(hours=36), timedelta(days=200)
STALE = timedelta(hours=1)
"""A look this old says nothing any more."""
EXPIRES_SOON, EXPIRES = timedelta(days=21), timedelta(days=7)
SKEW = timedelta(seconds=30)
GIGABYTE = 1_000_000_000
LOW, EMPTY = 2 * GIGABYTE, 300_000_000
"""Bytes left on a disk: somebody should make room, and nothing works soon. A tenth and a fiftieth of a small disk are enough."""
SHORT = 0.05
"""The part of the memory below which the machine is about to stop processes."""


class Health(StrEnum):
    OK = "ok"
    UNKNOWN = "unknown"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Looked:
    """What the checks judge. `schema` is the database's revision, `known` this code's last one."""

    settings: Settings
    now: datetime
    schema: str
    known: str
    last_tick: datetime | None
    mail: MailFigures
    lines: Sequence[ReportLine]
    backup: BackupStanding
    looks: Mapping[str, HealthLook]
    left_out: Sequence[str]

    @property
    def clock_runs(self) -> bool:
        return self.last_tick is not None and self.now - self.last_tick <= SILENT

    def not_known(self, name: str) -> "Answer":
        words = (
            _("L'horloge n'y a pas regardé depuis une heure.")
            if name in self.looks
            else _("L'horloge n'y a pas encore regardé.")
        )
        return Answer(Health.UNKNOWN, words)

    def facts(self, name: str) -> Facts | None:
        """What was found lately; None where nobody has looked for so long that it may be otherwise."""
        found = self.looks.get(name)
        return found.facts if found is not None and self.now - found.at <= STALE else None


@dataclass(frozen=True, slots=True)
class Answer:
    state: Health
    sentence: str
    todo: str = ""


Judge = Callable[[Looked], Answer | None]


@dataclass(frozen=True, slots=True)
class Check:
    """`cause` names it where it is remembered. None as an answer: there is nothing of the kind here."""

    cause: str
    title: LazyString
    judge: Judge


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check says now."""

    cause: str
    title: str
    state: Health
    sentence: str
    todo: str


def ok(sentence: str) -> Answer:
    return Answer(Health.OK, sentence)


def _schema(seen: Looked) -> Answer:
    if seen.schema == seen.known:
        return ok(_("À jour (%(number)s).", number=seen.known))
    if seen.schema > seen.known:
        return Answer(
            Health.WARNING,
            _(
                "La base a le schéma %(found)s, d'une version plus récente que celle-ci, qui connaît %(known)s.",
                found=seen.schema,
                known=seen.known,
            ),
            _("Revenez à la version récente dès que possible."),
        )
    return Answer(
        Health.WRONG,
        _("Le schéma de la base n'est pas à jour : %(found)s au lieu de %(known)s.",
          found=seen.schema or _("aucun"), known=seen.known),
        _("Lancez : flask --app wsgi db upgrade"),
    )  # fmt: skip


def _clock(seen: Looked) -> Answer:
    if seen.clock_runs and seen.last_tick is not None:
        return ok(_("Dernier travail %(ago)s.", ago=ago(seen.last_tick, seen.now)))
    return Answer(
        Health.WRONG,
        _("L'horloge ne tourne pas : rien ne part, rien n'est relancé."),
        _("Redémarrez le portail, ou lancez : flask --app wsgi scheduler"),
    )


def _time(seen: Looked) -> Answer:
    if seen.last_tick is not None and seen.last_tick > seen.now + SKEW:
        return Answer(
            Health.WRONG,
            _("L'heure de cette machine a été reculée : un travail a été fait %(ahead)s plus tard qu'il n'est.",
              ahead=lasted(seen.last_tick - seen.now)),
            _("Réglez l'heure (timedatectl set-ntp true) : tant qu'elle est fausse, des rappels attendent."),
        )  # fmt: skip
    facts = seen.facts("database_clock") or {}
    ahead = timedelta(seconds=facts.get("ahead", 0))
    if abs(ahead) > SKEW:
        return Answer(
            Health.WRONG,
            _("L'heure de cette machine et celle de la base de données diffèrent de %(duration)s.",
              duration=lasted(abs(ahead))),
            _("Réglez l'heure des deux machines (timedatectl set-ntp true)."),
        )  # fmt: skip
    return ok(_("Rien d'anormal."))


def _mail(seen: Looked) -> Answer:
    if seen.mail.oldest is None:
        return ok(_("Rien n'attend."))
    since = seen.now - seen.mail.oldest
    sentence = plural(
        "%(num)s e-mail attend, le plus ancien depuis %(duration)s.",
        "%(num)s e-mails attendent, le plus ancien depuis %(duration)s.",
        seen.mail.due,
        duration=lasted(since),
    )
    if since <= MAIL_LATE:
        return ok(sentence)
    return Answer(
        Health.WRONG,
        _("Des e-mails attendent depuis trop longtemps. %(count)s", count=sentence),
        _("Vérifiez le serveur de messagerie et ses réglages (PORTAIL_MAIL_…)."),
    )


def _mail_server(seen: Looked) -> Answer | None:
    if not seen.settings.mail_server:
        return None
    facts = seen.facts("mail_server")
    if facts is None:
        return seen.not_known("mail_server")
    if "error" in facts:
        return Answer(
            Health.WRONG,
            _("%(server)s ne se laisse pas parler : %(error)s", server=seen.settings.mail_server, error=facts["error"]),
            _("Vérifiez PORTAIL_MAIL_SERVER, PORTAIL_MAIL_PORT et PORTAIL_MAIL_SECURITY, et que la machine peut sortir par ce port."),
        )  # fmt: skip
    if facts.get("expires") is None:
        return ok(_("%(server)s répond.", server=seen.settings.mail_server))
    end = datetime.fromtimestamp(facts["expires"], UTC)
    sentence = _("Le certificat de %(server)s vaut jusqu'au %(day)s.",
                 server=seen.settings.mail_server, day=full_date(end))  # fmt: skip
    if end - seen.now > EXPIRES_SOON:
        return ok(sentence)
    state = Health.WRONG if end - seen.now <= EXPIRES else Health.WARNING
    return Answer(
        state, sentence, _("Prévenez qui tient ce serveur : ce jour-là, plus aucun e-mail ne partira.")
    )


def _failed(seen: Looked) -> Answer:
    names = [line.title for line in seen.lines if line.state == "failed"]
    if not names:
        return ok(_("Aucun travail n'a échoué à son dernier passage."))
    return Answer(
        Health.WRONG,
        plural(
            "Un travail a échoué à son dernier passage : %(names)s.",
            "%(num)s travaux ont échoué à leur dernier passage : %(names)s.",
            len(names),
            names=", ".join(names),
        ),
        _("La page Santé du portail dit pourquoi, travail par travail."),
    )


def _late(seen: Looked) -> Answer | None:
    if not seen.clock_runs:
        return None
    names = [line.title for line in seen.lines if line.state == "late"]
    if not names:
        return ok(_("Aucun."))
    return Answer(
        Health.WRONG,
        _("En retard : %(names)s.", names=", ".join(names)),
        _("Redémarrez le portail si cela dure."),
    )


def _size(number: float) -> str:
    """« 1,2 Go », « 30 Mo »"""
    if number < GIGABYTE:
        return _("%(number)s Mo", number=round(number / 1_000_000))
    return _("%(number)s Go", number=format_decimal(number / GIGABYTE, format="#,##0.0"))


def _room(facts: Facts) -> Answer:
    free, total = facts["free"], facts["total"]
    sentence = _("%(free)s libres sur %(total)s.", free=_size(free), total=_size(total))
    todo = _("Faites de la place, ou agrandissez le disque.")
    if free < min(EMPTY, total / 50):
        return Answer(Health.WRONG, _("Le disque est presque plein : %(room)s", room=sentence), todo)
    if free < min(LOW, total / 10):
        return Answer(Health.WARNING, _("Le disque se remplit : %(room)s", room=sentence), todo)
    return ok(sentence)


def _data(seen: Looked) -> Answer:
    facts = seen.facts("data")
    if facts is None:
        return seen.not_known("data")
    if not facts["there"] or not facts["writable"]:
        return Answer(
            Health.WRONG,
            _("Le dossier %(folder)s ne peut pas être écrit.", folder=seen.settings.data_dir),
            _("Rendez-le à l'utilisateur du portail, ou corrigez DATA_DIR."),
        )
    return _room(facts)


def _backup_folder(seen: Looked) -> Answer | None:
    folder = seen.settings.backup_dir
    if folder is None:
        return None
    facts = seen.facts("backup")
    if facts is None:
        return seen.not_known("backup")
    if not facts.get("there"):
        return Answer(
            Health.WRONG,
            _("Le dossier %(folder)s n'existe pas : la prochaine sauvegarde échouera.", folder=folder),
            _("Créez-le, rebranchez son disque, ou corrigez PORTAIL_BACKUP_DIR."),
        )
    if not facts["writable"]:
        return Answer(
            Health.WRONG,
            _("Le dossier %(folder)s ne peut pas être écrit.", folder=folder),
            _("Rendez-le à l'utilisateur du portail, ou corrigez PORTAIL_BACKUP_DIR."),
        )
    return _room(facts)


def _backup(seen: Looked) -> Answer | None:
    stands, now = seen.backup, seen.now
    if seen.settings.backup_dir is None:
        return None
    if stands.made is None:
        return Answer(
            Health.UNKNOWN, _("Aucune n'a encore été faite par l'horloge : elle s'en charge chaque nuit.")
        )
    sentence = _("La dernière qui a réussi est du %(moment)s.", moment=exact(stands.made))
    if now - stands.made > BACKUP_LATE:
        return Answer(
            Health.WRONG,
            _("Il n'y a pas eu de sauvegarde depuis %(duration)s. %(last)s",
              duration=lasted(now - stands.made), last=sentence),
            _("Essayez : flask --app wsgi backup %(folder)s", folder=seen.settings.backup_dir),
        )  # fmt: skip
    if stands.trial == Trial.READ:
        return Answer(
            Health.WARNING,
            _("%(last)s Elle a été relue, mais pas restaurée à l'essai.", last=sentence),
            _("Donnez au rôle de PostgreSQL le droit de créer une base d'essai : ALTER ROLE … CREATEDB."),
        )
    return ok(_("%(last)s Elle a été restaurée à l'essai.", last=sentence) if stands.trial else sentence)


def _backup_copy(seen: Looked) -> Answer | None:
    stands = seen.backup
    if not seen.settings.backup_copy or stands.made is None:
        return None
    if stands.copied is not None:
        return ok(_("La dernière sauvegarde est ailleurs depuis le %(moment)s.", moment=exact(stands.copied)))
    if not stands.not_copied(seen.now):
        return ok(_("La dernière sauvegarde part ailleurs dans l'heure."))
    return Answer(
        Health.WRONG,
        _("La dernière sauvegarde n'est pas ailleurs. %(why)s", why=because(stands.copy_failure)),
        _("Essayez la commande de PORTAIL_BACKUP_COPY à la main, sous l'utilisateur du portail."),
    )


def _rehearsal(seen: Looked) -> Answer | None:
    if seen.settings.backup_dir is None:
        return None
    last, todo = seen.backup.rehearsed, _("Essayez : flask --app wsgi restore --check FICHIER")
    if last is None:
        return Answer(Health.UNKNOWN, _("Personne n'a encore essayé d'en restaurer une."), todo)
    sentence = _("Quelqu'un en a restauré une à l'essai le %(moment)s.", moment=exact(last))
    return Answer(Health.WARNING, sentence, todo) if seen.now - last > REHEARSED_LATELY else ok(sentence)


def _memory(seen: Looked) -> Answer:
    facts = seen.facts("memory")
    if not facts:
        return seen.not_known("memory")
    sentence = _("%(free)s libres sur %(total)s.", free=_size(facts["free"]), total=_size(facts["total"]))
    if facts["free"] >= SHORT * facts["total"]:
        return ok(sentence)
    return Answer(
        Health.WRONG,
        _("La mémoire manque : %(room)s", room=sentence),
        _("Baissez PORTAIL_WEB_WORKERS, arrêtez ce qui tourne à côté, ou prenez une machine plus grande."),
    )


def _sources(seen: Looked) -> Answer | None:
    look = seen.looks.get("sources")
    if look is None:
        return None
    if not look.facts["same"]:
        return ok(_("Les demandes viennent de plusieurs adresses."))
    return Answer(
        Health.WRONG,
        _("Toutes les demandes semblent venir d'une même adresse : les limites comptent tout le monde pour une seule personne."),
        _("Un serveur mandataire (nginx, Caddy) est sans doute devant le portail : donnez leur nombre à PORTAIL_PROXIES (le plus souvent 1), puis redémarrez."),
    )  # fmt: skip


def _settings(seen: Looked) -> Answer:
    return Answer(Health.WARNING, " ".join(seen.left_out)) if seen.left_out else ok(_("Rien d'oublié."))


CHECKS = (
    Check("schema", lazy("Schéma de la base"), _schema),
    Check("clock", lazy("Horloge"), _clock),
    Check("time", lazy("Heure"), _time),
    Check("mail", lazy("E-mails à envoyer"), _mail),
    Check("mail_server", lazy("Serveur de messagerie"), _mail_server),
    Check("failed", lazy("Travaux qui échouent"), _failed),
    Check("late", lazy("Travaux en retard"), _late),
    Check("data", lazy("Disque des données"), _data),
    Check("backup_folder", lazy("Dossier des sauvegardes"), _backup_folder),
    Check("backup", lazy("Dernière sauvegarde"), _backup),
    Check("backup_copy", lazy("Copie de la sauvegarde"), _backup_copy),
    Check("rehearsal", lazy("Essai de restauration"), _rehearsal),
    Check("memory", lazy("Mémoire"), _memory),
    Check("sources", lazy("D'où l'on vient"), _sources),
    Check("settings", lazy("Réglages"), _settings),
)


def findings(seen: Looked) -> list[Finding]:
    """What each check says, in the order of the list, in the language of whoever reads."""
    found = []
    for check in CHECKS:
        answer = check.judge(seen)
        if answer is not None:
            found.append(Finding(check.cause, str(check.title), answer.state, answer.sentence, answer.todo))
    return found


def gravest_first(found: Sequence[Finding]) -> list[Finding]:
    """What is wrong, then what might be."""
    return [each for state in (Health.WRONG, Health.WARNING) for each in found if each.state is state]
