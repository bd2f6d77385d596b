"""The sites that may show a committee's needs, one a line."""

from collections.abc import Sequence
from typing import Any

from wtforms.validators import StopValidation

from app.doors.sites import BadSiteError, parse
from app.web.fields import PortalForm, paragraph
from app.web.text import _, lazy


class DoorForm(PortalForm):
    sites = paragraph(lazy("Les sites qui peuvent montrer nos besoins, un par ligne"), most=2000)
    origins: Sequence[str] = ()

    def validate_sites(self, field: Any) -> None:
        try:
            self.origins = parse(field.data or "")
        except BadSiteError as error:
            if not error.line:
                raise StopValidation(_("Dix sites au plus.")) from None
            raise StopValidation(
                _(
                    "« %(line)s » n'est pas l'adresse d'un site. Écrivez par exemple : https://www.mairie.fr",
                    line=error.line,
                )
            ) from None
