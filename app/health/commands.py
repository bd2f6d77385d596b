"""`flask --app wsgi doctor`."""

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from app.db import session
from app.health import looking
from app.health.answers import Health
from app.health.checks import Finding, findings
from app.health.seeing import outside, see, version
from app.jobs import TABLE
from app.web.command import DatabaseCommand
from config import Settings
from notifications.plain import one_line

MARKS = {Health.OK: "bien", Health.UNKNOWN: "  ? ", Health.WARNING: "voir", Health.WRONG: "MAL "}


OUTSIDE = frozenset({"mail_server", "data", "backup_folder", "memory", "settings"})
"""The checks that need nothing of the database."""


def _away(error: SQLAlchemyError) -> Finding:
    said = one_line(str(getattr(error, "orig", None) or type(error).__name__), 200)
    return Finding(
        "database",
        "Base de données",
        Health.WRONG,
        f"Elle ne répond pas, ou n'a pas ses tables : {said}",
        "Vérifiez DATABASE_URL et DATA_DIR, et qu'elle tourne. Ce qui suit se voit sans elle.",
    )


@click.command("doctor", cls=DatabaseCommand)
@with_appcontext
def doctor() -> None:
    """Say how the portal is, as the page of health does, looking now; exit 1 when something is wrong."""
    settings: Settings = current_app.extensions["settings"]
    current, now = session(), current_app.extensions["clock"]()
    looks = looking.look(current, settings, now)
    current.rollback()
    click.echo(f"{settings.portal_name}, version {version()}")
    try:
        found = findings(see(current, settings, TABLE, now, looks))
    except SQLAlchemyError as error:
        found = [_away(error), *findings(outside(settings, now, looks), OUTSIDE)]
    for each in found:
        click.echo(
            f"{MARKS[each.state]}  {each.title} : {each.sentence}{f' {each.todo}' if each.todo else ''}"
        )
    if any(each.state is Health.WRONG for each in found):
        raise click.exceptions.Exit(1)
    click.echo(
        "Tout va bien." if all(each.state is not Health.WARNING for each in found) else "Rien de grave."
    )
