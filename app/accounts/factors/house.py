"""What pages of second factors ask of this portal: its codes, where its passkeys belong, of whom a second factor is asked."""

import time
from datetime import timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import current_app, flash, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from app.accounts.factors.codes import Codes
from app.accounts.factors.keys import KeyFault, RelyingParty
from app.accounts.user_agents import browser_and_system, device_words
from app.models import Account
from app.web.text import _, of
from config import Settings

FRESH_FOR = timedelta(minutes=15)
"""For so long after the password was typed second factors may be changed."""
WAITING_FOR = timedelta(minutes=10)
"""For so long after the password a second factor is waited for."""


def settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


def codes() -> Codes:
    return Codes(settings().secret_key, settings().portal_name)


def site() -> RelyingParty:
    """The name of the portal's public address; on a machine that is reached by a number, the name that the browser asks for."""
    public = urlsplit(settings().base_url)
    here = urlsplit(request.host_url)
    host = (here if _is_number(public.hostname or "") else public).hostname or ""
    origins = [f"{public.scheme}://{public.netloc}"]
    if not settings().is_production:
        origins.append(f"{here.scheme}://{here.netloc}")
    return RelyingParty(host, tuple(origins), settings().portal_name, settings().secret_key)


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def takes_passkeys() -> bool:
    """Browsers keep passkeys for names alone."""
    return not _is_number(site().host)


def is_asked_of(account: Account) -> bool:
    """Whether this account must have a second factor."""
    return account.role.value in settings().second_factor


def lacks_factor(account: Account) -> bool:
    return account.factors_since is None and is_asked_of(account)


def not_fresh(back: str) -> ResponseReturnValue | None:
    """The way to say the password again, for whoever typed it long ago; then on to the page `back`."""
    typed = cookie.get("fs_paa")
    if isinstance(typed, int | float) and abs(time.time() - typed) < FRESH_FOR.total_seconds():
        return None
    flash(_("Confirmez votre mot de passe pour continuer."), "info")
    return redirect(url_for("security.verify", next=back), 303)


TELEPHONES = frozenset({"iPhone", "Android"})


def device_name(account: Account) -> str:
    """« Téléphone de Marie », « Ordinateur de Marie »: what this page is looked at with."""
    _browser, system = browser_and_system(request.user_agent.string)
    if system in TELEPHONES:
        return telephone_name(account)
    return _("Ordinateur %(of_whom)s", of_whom=of(_first_name(account)))


def browser_name() -> str:
    """« Firefox sur Windows »: where this page is looked at."""
    return device_words(*browser_and_system(request.user_agent.string))


def telephone_name(account: Account) -> str:
    return _("Téléphone %(of_whom)s", of_whom=of(_first_name(account)))


def _first_name(account: Account) -> str:
    return next(iter(account.name.split()), account.email)[:60]


def fault_sentence(fault: KeyFault) -> str:
    return {
        KeyFault.OLD: _("La page est restée ouverte trop longtemps. Recommencez."),
        KeyFault.UNREADABLE: _(
            "Nous n'avons pas reconnu cette clé. Recommencez, ou servez-vous d'un autre moyen."
        ),
        KeyFault.UNVERIFIED: _(
            "Cette clé n'a demandé ni code, ni doigt, ni visage : connectez-vous avec votre mot de passe, puis avec elle."
        ),
    }[fault]
