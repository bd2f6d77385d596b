"""Commands that speak in sentences when the database cannot serve them."""

from typing import IO, Any

import click
from flask.cli import ScriptInfo
from sqlalchemy.exc import OperationalError, ProgrammingError

from app.db import OF_WORK
from app.revision import UnknownRevisionError
from app.trouble import Trouble, trouble_of


class CommandFailed(click.ClickException):
    """What stopped a command, in French as all the rest that it says."""

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"Erreur : {self.format_message()}", file=file, err=file is None)


class FileCommand(click.Command):
    """A command that reads or writes files: one that cannot be, or cannot be had, is no traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except OSError as error:
            if error.filename is None:
                raise
            raise CommandFailed(f"« {str(error.filename)[:80]} » : {error.strerror}.") from None


class DatabaseCommand(FileCommand):
    """A command that needs the database: one that is away, or without its tables, is no traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        ctx.ensure_object(ScriptInfo).load_app().extensions["database_limits"] = OF_WORK
        try:
            return super().invoke(ctx)
        except (OperationalError, ProgrammingError) as error:
            if trouble_of(error) in {Trouble.BUSY, Trouble.CONFLICT}:
                raise CommandFailed(
                    "La base de données est occupée depuis trop longtemps : rien n'a changé. Arrêtez ce qui la tient, ou recommencez plus tard."
                ) from None
            cause = str(error.orig).strip().splitlines()[0]
            raise CommandFailed(
                "La base de données ne répond pas, ou n'a pas ses tables. Vérifiez DATABASE_URL et DATA_DIR, puis lancez"
                f" « flask --app wsgi db upgrade ».\n{cause}"
            ) from None
        except UnknownRevisionError as error:
            raise CommandFailed(
                "Le portail ne connaît pas cette migration. Si la base vient d'une version plus récente, revenez à cette"
                " version, ou restaurez une sauvegarde faite avant (voyez docs/installation.md)."
                f"\n{error}"
            ) from None
