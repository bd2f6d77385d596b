"""`flask --app wsgi backup` and `restore`."""

from contextlib import suppress
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_babel import format_decimal
from sqlalchemy.exc import SQLAlchemyError

from app.backup import service
from app.backup.archive import Content
from app.backup.checking import Trial
from app.backup.errors import BackupError, explained
from app.backup.sealing import read_pair, write_pair
from app.backup.standing import REHEARSED
from app.db import db
from app.jobs import sessions_of
from app.web.clock import utc_now
from app.web.command import CommandFailed, FileCommand
from app.web.text import clock_time, full_date, plural
from config import Settings
from notifications.models import Outcome
from notifications.runs import Figures, Recorder


@click.command("backup", cls=FileCommand)
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Replace TARGET if it exists.")
@with_appcontext
def backup(target: Path, *, replace: bool) -> None:
    """Write the database and the photos to the file TARGET, or into the folder TARGET, while the portal runs."""
    settings: Settings = current_app.extensions["settings"]
    try:
        made = service.back_up(settings, target, replace=replace, now=utc_now())
    except BackupError as error:
        raise CommandFailed(str(error)) from None
    size = format_decimal(max(made.bytes, 100_000) / 1_000_000, format="#,##0.0")
    how = "essayée" if made.trial is Trial.RESTORED else "relue jusqu'au bout"
    sealed = ", chiffrée" if made.sealed else ""
    click.echo(f"Sauvegarde faite et {how} : {made.path} ({size} Mo, {_photos(made.photos)}{sealed}).")


@click.command("backup-key")
@click.argument("target", type=click.Path(path_type=Path))
def backup_key(target: Path) -> None:
    """Make the pair of keys of encrypted backups: write the secret one to the new file TARGET, print the public one."""
    try:
        pair = write_pair(target.absolute())
    except FileExistsError:
        raise CommandFailed(f"{target.absolute()} existe déjà : une clé ne se remplace pas.") from None
    except OSError as error:
        raise CommandFailed(f"{target.absolute()} ne peut pas être écrit : {error.strerror}.") from None
    click.echo(
        f"La clé secrète est dans {target.absolute()}. Gardez ce fichier hors de ce serveur, en deux endroits : sans lui, les"
        f" sauvegardes sont perdues.\nLe réglage du portail :\nPORTAIL_BACKUP_KEY={pair.public}"
    )


@click.command("restore", cls=FileCommand)
@click.argument("source", type=click.Path(path_type=Path))
@click.option(
    "--replace", is_flag=True, help="Replace what this portal holds; its database and photos are kept aside."
)
@click.option("--check", is_flag=True, help="Try the backup without changing anything.")
@click.option(
    "--key",
    type=click.Path(path_type=Path),
    help="The file of the secret key that opens an encrypted backup.",
)
@with_appcontext
def restore(source: Path, *, replace: bool, check: bool, key: Path | None) -> None:
    """Put the backup SOURCE in the place of this portal's database and photos. Stop the portal first."""
    settings: Settings = current_app.extensions["settings"]
    try:
        with explained():
            pair = read_pair(key) if key else None
        if check:
            content = service.examine(settings, source, pair)
            click.echo(f"Cette sauvegarde est bonne : {_told(content)}.")
            _note_rehearsal(source, content)
            return
        done = service.restore(settings, source, replace=replace, now=utc_now(), pair=pair)
    except BackupError as error:
        raise CommandFailed(str(error)) from None
    click.echo(f"C'est restauré : {_told(done.content)}. Vous pouvez démarrer le portail.")
    if done.aside:
        click.echo(f"Ce qui était là est gardé dans {done.aside} : supprimez-le quand tout va bien.")


def _note_rehearsal(source: Path, content: Content) -> None:
    """For the page of health, where there is a database to note it in."""
    recorder = Recorder(sessions_of(db.engine), utc_now)
    with suppress(SQLAlchemyError):
        number = recorder.start(REHEARSED, None)
        figures: Figures = {
            "path": str(source.absolute()),
            "made_at": content.made_at,
            "photos": content.photos,
        }
        recorder.finish(number, REHEARSED, Outcome.OK, figures=figures)


def _told(content: Content) -> str:
    made = content.moment
    return f"faite le {full_date(made)} à {clock_time(made)}, {_photos(content.photos)}"


def _photos(number: int) -> str:
    return plural("%(num)s photo", "%(num)s photos", number)
