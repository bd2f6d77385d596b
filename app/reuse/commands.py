"""`flask --app wsgi import-places`."""

from pathlib import Path

import click
from flask.cli import with_appcontext
from flask_babel import format_decimal

from app.reuse import importing
from app.reuse.importing import Imported
from app.reuse.reading import LICENCE, BadFileError
from app.web.clock import utc_now
from app.web.command import CommandFailed, DatabaseCommand
from app.web.text import full_date, plural


@click.command("import-places", cls=DatabaseCommand)
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--fewer", is_flag=True, help="Accept a file with less than half of the places that are known.")
@with_appcontext
def import_places(source: Path, *, fewer: bool) -> None:
    """Bring the places of reuse and repair up to date with SOURCE, the CSV that ADEME publishes."""

    try:
        click.echo(told(importing.bring(source, utc_now(), fewer=fewer, said=_say)))
    except BadFileError as error:
        raise CommandFailed(str(error)) from None


TOLD = 50_000
"""After so many places the command says how far it is."""


def _say(done: int) -> None:
    if done % TOLD == 0:
        click.echo(f"… {format_decimal(done)}")


def told(did: Imported) -> str:
    """What an import did, in sentences."""
    number = format_decimal(did.usable)
    changes = ", ".join(
        [
            plural("%(num)s ajouté", "%(num)s ajoutés", did.added),
            plural("%(num)s changé", "%(num)s changés", did.changed),
            plural("%(num)s disparu", "%(num)s disparus", did.gone),
        ]
    )
    lines = [f"{number} lieux : {changes}."]
    if did.by_hand:
        lines.append(f"Corrigés ou retirés à la main, laissés tels quels : {format_decimal(did.by_hand)}.")
    if did.unusable:
        lines.append(
            f"Lignes sans usage pour un donateur (sans adresse, en ligne, à domicile, pour les seuls professionnels"
            f" ou sans objet connu) : {format_decimal(did.unusable)}."
        )
    newest = f", données du {full_date(did.newest)}" if did.newest else ""
    lines.append(f"Source : ADEME, {LICENCE}{newest}.")
    return "\n".join(lines)
