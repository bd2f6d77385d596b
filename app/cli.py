"""Commands: `flask --app wsgi …`. Each parses, calls one function and says what happened."""

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from app import migrate
from app.db import db
from app.matches.planning import plan_now
from app.web.clock import now

database = AppGroup("db", help="The database's schema.")


@database.command("upgrade")
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Bring the schema up to REVISION."""
    migrate.upgrade(db.engine, revision)
    click.echo(f"Schema at {revision}.")


@database.command("downgrade")
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the schema back to REVISION ("base" for nothing at all: it drops everything)."""
    migrate.downgrade(db.engine, revision)
    click.echo(f"Schema at {revision}.")


@database.command("revision")
@click.argument("message")
def write_revision(message: str) -> None:
    """Write a migration with what the models have and the database lacks."""
    migrate.revision(db.engine, message)


@database.command("check")
def check() -> None:
    """Say what differs between the models and the migrated database; exit 1 if anything does."""
    found = migrate.differences(db.engine)
    for difference in found:
        click.echo(difference)
    if found:
        raise click.exceptions.Exit(1)
    click.echo("The migrated database is what the models say.")


@click.command("plan")
@with_appcontext
def plan() -> None:
    """Propose who should receive what, and say what changed on the board."""
    click.echo(plan_now(now()))


def init_app(app: Flask) -> None:
    app.cli.add_command(database)
    app.cli.add_command(plan)
