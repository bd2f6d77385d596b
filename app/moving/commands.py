"""`flask --app wsgi move-database`."""

import click

from app.moving import service
from app.moving.errors import MoveError
from app.web.command import CommandFailed, DatabaseCommand
from config import database_url


@click.command("move-database", cls=DatabaseCommand)
@click.argument("source")
@click.argument("target")
def move_database(source: str, target: str) -> None:
    """Copy all rows of the database SOURCE into the empty database TARGET, and compare them one by one. Stop the portal first.

    Both are addresses as in DATABASE_URL. Interrupted, the same command goes on where it stopped. SOURCE stays what it is.
    """
    try:
        moved = service.move(_address(source), _address(target), click.echo)
    except MoveError as error:
        raise CommandFailed(str(error)) from None
    click.echo(
        f"C'est déplacé et comparé : {moved.rows} lignes de {moved.tables} tables. Donnez maintenant la cible à DATABASE_URL, puis démarrez"
        " le portail. La source n'a pas changé : gardez-la quelques jours."
    )


def _address(given: str) -> str:
    try:
        return database_url(given)
    except ValueError as error:
        raise CommandFailed(f"L'adresse d'une base {error}.") from None
