"""What the settings leave out, and nobody would notice before it is missed: said at start, and as long as it is so."""

import os
from collections.abc import Mapping

from app.health.looking import photos
from app.web.text import _
from config import Settings


def left_out(settings: Settings) -> list[str]:
    """Of a portal for people: what each thing that is not set means, a sentence or two each."""
    if not settings.is_production:
        return []
    found = []
    if not settings.proxies:
        found.append(
            _("PORTAIL_PROXIES vaut 0 : si nginx ou Caddy est devant le portail, donnez-lui 1, sinon tout le monde semble venir de la même adresse.")
        )  # fmt: skip
    if not settings.contact_email:
        found.append(
            _("PORTAIL_CONTACT_EMAIL n'est pas réglé : aucune page ne dit où écrire, et les réponses aux e-mails vont à l'expéditeur.")
        )  # fmt: skip
    if settings.backup_dir is None:
        found.append(_("PORTAIL_BACKUP_DIR n'est pas réglé : l'horloge ne fait aucune sauvegarde."))
    return found


def at_start(settings: Settings, environ: Mapping[str, str]) -> list[str]:
    """The same, and what the checks find a little later by themselves."""
    found = left_out(settings)
    if not environ.get("PORTAIL_ENV"):
        found.append(
            _("PORTAIL_ENV n'est pas réglé : c'est un portail d'essai, avec des données d'exemple. Pour de vraies personnes, il faut PORTAIL_ENV=production.")
        )  # fmt: skip
    # Not Path.is_dir(), which raises where a folder cannot be looked into: a warning keeps nobody from starting.
    if settings.backup_dir is not None and not os.path.isdir(settings.backup_dir):  # noqa: PTH112
        found.append(
            _("Le dossier %(folder)s de PORTAIL_BACKUP_DIR n'existe pas : aucune sauvegarde ne peut y être faite.",
              folder=settings.backup_dir)
        )  # fmt: skip
    if "error" in (facts := photos(settings)):
        found.append(
            _("Les photos ne peuvent être ni gardées ni montrées : %(error)s. Vérifiez PORTAIL_PHOTOS_URL, et que le stockage est en marche.",
              error=facts["error"])
        )  # fmt: skip
    return found
