"""Commands that speak in sentences when the database cannot serve them."""

from typing import Any

import click
from alembic.util.exc import CommandError
from sqlalchemy.exc import OperationalError, ProgrammingError


class DatabaseCommand(click.Command):
    """A command that needs the database: one that is away, or without its tables, is no traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (OperationalError, ProgrammingError) as error:
            cause = str(error.orig).strip().splitlines()[0]
            raise click.ClickException(
                "La base de données ne répond pas, ou n'a pas ses tables. Vérifiez DATABASE_URL et DATA_DIR, puis lancez"
                f" « flask --app wsgi db upgrade ».\n{cause}"
            ) from None
        except CommandError as error:
            raise click.ClickException(
                "Le portail ne connaît pas cette migration. Si la base vient d'une version plus récente, revenez à cette"
                " version, ou restaurez une sauvegarde faite avant (voyez docs/installation.md)."
                f"\n{error}"
            ) from None
