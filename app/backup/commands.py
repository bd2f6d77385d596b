"""`flask --app wsgi backup` and `restore`."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_babel import format_decimal

from app.backup import service
from app.backup.archive import Content
from app.backup.errors import BackupError
from app.web.clock import utc_now
from app.web.command import CommandFailed, FileCommand
from app.web.text import clock_time, full_date, plural
from config import Settings


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
    click.echo(f"Sauvegarde faite : {made.path} ({size} Mo, {_photos(made.photos)}).")


@click.command("restore", cls=FileCommand)
@click.argument("source", type=click.Path(path_type=Path))
@click.option(
    "--replace", is_flag=True, help="Replace what this portal holds; its database and photos are kept aside."
)
@click.option("--check", is_flag=True, help="Try the backup without changing anything.")
@with_appcontext
def restore(source: Path, *, replace: bool, check: bool) -> None:
    """Put the backup SOURCE in the place of this portal's database and photos. Stop the portal first."""
    settings: Settings = current_app.extensions["settings"]
    try:
        if check:
            click.echo(f"Cette sauvegarde est bonne : {_told(service.examine(settings, source))}.")
            return
        done = service.restore(settings, source, replace=replace, now=utc_now())
    except BackupError as error:
        raise CommandFailed(str(error)) from None
    click.echo(f"C'est restauré : {_told(done.content)}. Vous pouvez démarrer le portail.")
    if done.aside:
        click.echo(f"Ce qui était là est gardé dans {done.aside} : supprimez-le quand tout va bien.")


def _told(content: Content) -> str:
    made = content.moment
    return f"faite le {full_date(made)} à {clock_time(made)}, {_photos(content.photos)}"


def _photos(number: int) -> str:
    return plural("%(num)s photo", "%(num)s photos", number)
