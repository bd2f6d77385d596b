"""`flask --app wsgi move-database` and `move-photos`."""

import os

import click
from flask import current_app
from flask.cli import with_appcontext

from app.moving import photos, service
from app.moving.errors import MoveError
from app.storage import Bucket, Folder
from app.web.command import CommandFailed, DatabaseCommand
from app.web.text import plural
from config import Settings, database_url

NEXT = "NEXT_DATABASE_URL"


@click.command("move-database", cls=DatabaseCommand)
@click.argument("source", required=False)
@click.argument("target", required=False)
@with_appcontext
def move_database(source: str | None, target: str | None) -> None:
    """Copy all rows of the database SOURCE into the empty database TARGET, and compare them one by one. Stop the portal first.

    Both are addresses as in DATABASE_URL. Without them: the portal's own, and NEXT_DATABASE_URL of the environment, whose password nobody
    then reads in the list of processes, a log or a shell's history. Interrupted, the same command goes on where it stopped. SOURCE stays
    what it is.
    """
    settings: Settings = current_app.extensions["settings"]
    target = target or os.environ.get(NEXT, "").strip()
    if not target:
        raise CommandFailed(f"Où aller ? Donnez l'adresse de la base vide à {NEXT}, dans les réglages.")
    try:
        moved = service.move(_address(source or settings.database_url), _address(target), click.echo)
    except MoveError as error:
        raise CommandFailed(str(error)) from None
    click.echo(
        f"C'est déplacé et comparé : {moved.rows} lignes de {moved.tables} tables. Donnez maintenant la cible à DATABASE_URL, puis démarrez"
        " le portail. La source n'a pas changé : gardez-la quelques jours."
    )


@click.command("move-photos", cls=DatabaseCommand)
@click.option("--back", is_flag=True, help="From the bucket to the folder.")
@with_appcontext
def move_photos(back: bool) -> None:
    """Copy all photos from DATA_DIR into the bucket of PORTAIL_PHOTOS_URL, and compare them one by one.

    Interrupted, the same command goes on where it stopped. The folder stays what it is.
    """
    settings: Settings = current_app.extensions["settings"]
    if not settings.photos_url:
        raise CommandFailed("PORTAIL_PHOTOS_URL n'est pas réglé : donnez l'adresse du compartiment.")
    folder, bucket = Folder(settings.photos_dir), Bucket(settings.photos_url)
    source, target = (bucket, folder) if back else (folder, bucket)
    try:
        moved = photos.move(source, target, click.echo)
    except MoveError as error:
        raise CommandFailed(str(error)) from None
    click.echo(
        f"C'est copié et comparé : {plural('%(num)s photo', '%(num)s photos', moved)}. La source n'a pas changé : gardez-la quelques jours."
    )


def _address(given: str) -> str:
    try:
        return database_url(given)
    except ValueError as error:
        raise CommandFailed(f"L'adresse d'une base {error}.") from None
