"""`flask --app wsgi doctor`."""

import click
from flask import current_app
from flask.cli import with_appcontext

from app.db import session
from app.health import looking
from app.health.answers import Health
from app.health.checks import findings
from app.health.seeing import see, version
from app.jobs import TABLE
from app.web.command import DatabaseCommand
from config import Settings

MARKS = {Health.OK: "bien", Health.UNKNOWN: "  ? ", Health.WARNING: "voir", Health.WRONG: "MAL "}


@click.command("doctor", cls=DatabaseCommand)
@with_appcontext
def doctor() -> None:
    """Say how the portal is, as the page of health does, looking now; exit 1 when something is wrong."""
    settings: Settings = current_app.extensions["settings"]
    current, now = session(), current_app.extensions["clock"]()
    found = findings(see(current, settings, TABLE, now, looking.look(current, settings, now)))
    click.echo(f"{settings.portal_name}, version {version()}")
    for each in found:
        click.echo(
            f"{MARKS[each.state]}  {each.title} : {each.sentence}{f' {each.todo}' if each.todo else ''}"
        )
    if any(each.state is Health.WRONG for each in found):
        raise click.exceptions.Exit(1)
    click.echo(
        "Tout va bien." if all(each.state is not Health.WARNING for each in found) else "Rien de grave."
    )
