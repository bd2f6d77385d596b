"""Everything that is watched, in one list: what the page, `flask doctor` and the letters to administrators say.

A check looks at what was read (`Looked`) and answers with a state, a sentence and what to do. It asks neither database nor network.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from flask_babel.speaklater import LazyString

from app.health import of_backups, of_domain
from app.health.answers import Answer, Health, Looked, NotSeenError, ok, room, size
from app.health.report import ago, lasted
from app.web.text import _, full_date, lazy, plural

MAIL_LATE = timedelta(minutes=15)
MANY_GIVEN_UP = 5
EXPIRES_SOON, EXPIRES = timedelta(days=21), timedelta(days=7)
SKEW = timedelta(seconds=30)
SHORT = 0.05
"""The part of the memory below which the machine is about to stop processes."""


log = structlog.get_logger("portail")
FORESEEN = frozenset({"data", "backup_folder", "mail_server"})
"""Disks that fill and a certificate that ends: a warning of those is worth a letter."""
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
    members: tuple[str, ...] = ()

    @property
    def alarms(self) -> tuple[str, ...]:
        """What administrators are written about, each by a name of its own: what is wrong, and what soon will be while there is still time."""
        soon = (f"{self.cause}:soon",) if self.cause in FORESEEN else ()
        if self.state is Health.WARNING:
            return soon
        if self.state is not Health.WRONG:
            return ()
        return tuple(f"{self.cause}:{member}" for member in self.members) or (self.cause, *soon)


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
    untried = seen.mail.untried is not None and seen.now - seen.mail.untried > MAIL_LATE
    if not untried and seen.mail.last_sent is not None and seen.mail.last_sent > seen.mail.oldest:
        return Answer(
            Health.WARNING,
            _("Des e-mails sont remis à plus tard par leur destination ; d'autres partent. %(count)s", count=sentence),
            _("Ils sont tentés de nouveau pendant un jour, puis leur échec est annoncé."),
        )  # fmt: skip
    return Answer(
        Health.WRONG,
        _("Des e-mails attendent depuis trop longtemps. %(count)s", count=sentence),
        _("Vérifiez le serveur de messagerie et ses réglages (PORTAIL_MAIL_…)."),
    )


def _given_up(seen: Looked) -> Answer:
    number = seen.mail.given_up
    if number < MANY_GIVEN_UP or number <= seen.mail.sent:
        return ok(_("La plupart des e-mails partent."))
    return Answer(
        Health.WRONG,
        plural(
            "%(num)s e-mail a été abandonné depuis un jour, plus qu'il n'en est parti.",
            "%(num)s e-mails ont été abandonnés depuis un jour, plus qu'il n'en est parti.",
            number,
        ),
        _("Les journaux du serveur de messagerie disent pourquoi il refuse ; « À faire » liste ces e-mails."),
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
            _("%(server)s ne répond pas : %(error)s", server=seen.settings.mail_server, error=facts["error"]),
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
    failing = [line for line in seen.lines if line.failing]
    names = [line.title for line in failing]
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
        tuple(line.name for line in failing),
    )


def _late(seen: Looked) -> Answer | None:
    if not seen.clock_runs:
        return None
    late = [line for line in seen.lines if line.state == "late"]
    names = [line.title for line in late]
    if not names:
        return ok(_("Aucun."))
    return Answer(
        Health.WRONG,
        _("En retard : %(names)s.", names=", ".join(names)),
        _("Redémarrez le portail si cela dure."),
        tuple(line.name for line in late),
    )


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
    return room(facts)


def _photos(seen: Looked) -> Answer | None:
    if not seen.settings.photos_url:
        return None
    facts = seen.facts("photos")
    if facts is None:
        return seen.not_known("photos")
    if "error" not in facts:
        return ok(_("Le compartiment répond et peut être écrit."))
    return Answer(
        Health.WRONG,
        _("Les photos ne peuvent être ni gardées ni montrées : %(error)s.", error=facts["error"]),
        _("Vérifiez PORTAIL_PHOTOS_URL, et que le stockage est en marche."),
    )


def _memory(seen: Looked) -> Answer:
    facts = seen.facts("memory")
    if not facts:
        return seen.not_known("memory")
    sentence = _("%(free)s libres sur %(total)s.", free=size(facts["free"]), total=size(facts["total"]))
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
    Check("given_up", lazy("E-mails abandonnés"), _given_up),
    Check("mail_server", lazy("Serveur de messagerie"), _mail_server),
    Check("mail_domain", lazy("Domaine de l'expéditeur"), of_domain.sender),
    Check("failed", lazy("Travaux qui échouent"), _failed),
    Check("late", lazy("Travaux en retard"), _late),
    Check("data", lazy("Disque des données"), _data),
    Check("photos", lazy("Stockage des photos"), _photos),
    Check("backup_folder", lazy("Dossier des sauvegardes"), of_backups.folder),
    Check("backup", lazy("Dernière sauvegarde"), of_backups.last),
    Check("backup_copy", lazy("Copie de la sauvegarde"), of_backups.copy),
    Check("rehearsal", lazy("Essai de restauration"), of_backups.rehearsal),
    Check("memory", lazy("Mémoire"), _memory),
    Check("sources", lazy("D'où l'on vient"), _sources),
    Check("settings", lazy("Réglages"), _settings),
)


CAUSES = frozenset(check.cause for check in CHECKS)


def findings(seen: Looked, only: Collection[str] = CAUSES) -> list[Finding]:
    """What each check, or `only` those of these causes, says, in the order of the list, in the language of whoever reads."""
    found = []
    for check in (each for each in CHECKS if each.cause in only):
        answer = _judged(check, seen)
        if answer is not None:
            found.append(
                Finding(
                    check.cause, str(check.title), answer.state, answer.sentence, answer.todo, answer.members
                )
            )
    return found


def _judged(check: Check, seen: Looked) -> Answer | None:
    """One that fails is wrong itself, and keeps none of the others from being told."""
    try:
        return check.judge(seen)
    except Exception as error:
        if not isinstance(error, NotSeenError):
            log.exception("check failed", check=check.cause)
        words = str(error) or type(error).__name__
        return Answer(Health.WRONG, _("Cela n'a pas pu être vérifié : %(error)s", error=words))


def gravest_first(found: Sequence[Finding]) -> list[Finding]:
    """What is wrong, then what might be."""
    return [each for state in (Health.WRONG, Health.WARNING) for each in found if each.state is state]
