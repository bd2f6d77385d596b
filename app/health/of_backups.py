"""The checks of backups: their folder, the last one, its copy elsewhere, when somebody tried one."""

from datetime import UTC, datetime, timedelta

from app.backup.checking import Trial
from app.backup.standing import MADE
from app.health.answers import Answer, Health, Looked, ok, room
from app.health.report import because, exact, lasted
from app.web.text import _

SMALLEST = 200
"""Bytes of a backup in which there is something."""
BACKUP_LATE, REHEARSED_LATELY = timedelta(hours=36), timedelta(days=200)


def folder(seen: Looked) -> Answer | None:
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
            _("Créez-le, rebranchez son disque, ou corrigez PORTAIL_BACKUP_DIR, puis redémarrez le portail."),
        )
    if not facts["writable"]:
        return Answer(
            Health.WRONG,
            _("Le dossier %(folder)s ne peut pas être écrit.", folder=folder),
            _("Rendez-le à l'utilisateur du portail, ou corrigez PORTAIL_BACKUP_DIR."),
        )
    return room(facts)


def _never(seen: Looked, todo: str) -> Answer:
    """Since when there should be one: the last night that made none, for want of a folder, or else the first run of all."""
    run = next((line.run for line in seen.lines if line.name == MADE), None)
    since = run.started_at if run else seen.first_tick
    # Of a folder that is not there its own check speaks.
    there = (seen.facts("backup") or {}).get("there", True)
    if since is None or not there or seen.now - since <= BACKUP_LATE:
        return Answer(
            Health.UNKNOWN, _("Aucune n'a encore été faite par l'horloge : elle s'en charge chaque nuit.")
        )
    return Answer(
        Health.WRONG, _("Aucune n'a été faite depuis %(duration)s.", duration=lasted(seen.now - since)), todo
    )


def last(seen: Looked) -> Answer | None:
    stands, now = seen.backup, seen.now
    if seen.settings.backup_dir is None:
        return None
    facts = seen.facts("backup") or {}
    made, todo = (
        stands.made,
        _("Essayez : flask --app wsgi backup %(folder)s", folder=seen.settings.backup_dir),
    )
    if "newest" in facts:
        # What lies there, whoever made it, and not what was once recorded.
        made = datetime.fromtimestamp(facts["newest"], UTC) if facts["newest"] else None
        if made is None and stands.made is not None:
            gone = _(
                "Celle du %(moment)s n'est plus dans le dossier, qui n'en contient aucune.",
                moment=exact(stands.made),
            )
            return Answer(Health.WRONG, gone, todo)
        if made is not None and facts["bytes"] < SMALLEST:
            return Answer(
                Health.WRONG,
                _("Le fichier de la dernière, du %(moment)s, est vide.", moment=exact(made)),
                todo,
            )
    if made is None:
        return _never(seen, todo)
    sentence = _("La dernière qui a réussi est du %(moment)s.", moment=exact(made))
    if now - made > BACKUP_LATE:
        return Answer(
            Health.WRONG,
            _("Il n'y a pas eu de sauvegarde depuis %(duration)s. %(last)s",
              duration=lasted(now - made), last=sentence),
            todo,
        )  # fmt: skip
    if stands.trial == Trial.READ:
        return Answer(
            Health.WARNING,
            _("%(last)s Elle a été relue, mais pas restaurée à l'essai.", last=sentence),
            _("Donnez au rôle de PostgreSQL le droit de créer une base d'essai : ALTER ROLE … CREATEDB."),
        )
    return ok(_("%(last)s Elle a été restaurée à l'essai.", last=sentence) if stands.trial else sentence)


def copy(seen: Looked) -> Answer | None:
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


def rehearsal(seen: Looked) -> Answer | None:
    if seen.settings.backup_dir is None:
        return None
    last, todo = seen.backup.rehearsed, _("Essayez : flask --app wsgi restore --check FICHIER")
    if last is None:
        return Answer(Health.UNKNOWN, _("Personne n'a encore essayé d'en restaurer une."), todo)
    sentence = _("Quelqu'un en a restauré une à l'essai le %(moment)s.", moment=exact(last))
    return Answer(Health.WARNING, sentence, todo) if seen.now - last > REHEARSED_LATELY else ok(sentence)
