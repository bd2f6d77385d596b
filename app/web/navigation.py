"""The entries of the header and the footer, for whoever is looking."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from flask import Flask, current_app, request
from sqlalchemy.exc import SQLAlchemyError

from app.models.states import Role
from app.web.access import Who, current_account, declared
from app.web.remembered import address
from app.web.text import language, lazy, typeset
from app.web.words import item_name, not_handled, said_word, word

Table = tuple[tuple[str, str], ...]
"""(endpoint, label) pairs; an endpoint that does not exist is left out."""

VISITOR: Table = (
    ("offers.new", lazy("Proposer un don")),
    ("public.needs", lazy("Les besoins")),
    ("directory.everybody", lazy("Associations")),
    ("actions.everybody", lazy("Actions")),
    ("impact.portal", lazy("Impact")),
    ("public.guides", lazy("Aide")),
    ("security.login", lazy("Se connecter")),
)
MEMBER: Table = (
    ("committees.home", lazy("Mon comité")),
    ("needs.index", lazy("Nos besoins")),
    ("rounds.index", lazy("Tournées")),
    ("offers.new", lazy("Proposer un don")),
    ("offers.of_committee", lazy("Dons enregistrés")),
    ("figures.ours", lazy("Notre bilan")),
)
COORDINATOR: Table = (
    ("todo.index", lazy("À faire")),
    ("matches.board", lazy("Rapprochements")),
    ("offers.index", lazy("Offres")),
    ("needs.everywhere", lazy("Besoins")),
    ("committees.index", lazy("Comités")),
    ("accounts.index", lazy("Comptes")),
    ("figures.everybody", lazy("Bilan")),
)
ACCOUNT: Table = (
    ("preferences.mine", lazy("Préférences")),
    ("public.guides", lazy("Aide")),
)
"""Beside the way out; administrators have the portal's health there too."""
ADMINISTRATOR: Table = (("health.overview", lazy("Santé")), *ACCOUNT)
MENUS: Mapping[Role, tuple[Table, Table]] = {
    Role.MEMBER: (MEMBER, ACCOUNT),
    Role.COORDINATOR: (COORDINATOR, ACCOUNT),
    Role.ADMINISTRATOR: (COORDINATOR, ADMINISTRATOR),
}
"""What each role finds in the menu, and beside the way out."""
FOOTER: Table = (
    ("public.needs", lazy("Les besoins")),
    ("directory.everybody", lazy("Associations et comités")),
    ("actions.everybody", lazy("Actions solidaires")),
    ("impact.portal", lazy("Impact")),
    ("directory.search", lazy("Chercher")),
    ("offers.lost_link", lazy("Suivre mon don")),
    ("companies.begin", lazy("Entreprises et institutions")),
    ("public.how", lazy("Comment ça marche")),
    ("public.guides", lazy("Aide")),
    ("reuse.elsewhere", lazy("Où donner autrement")),
    ("programs.page", lazy("Pour les programmes")),
    ("public.privacy", lazy("Vos données")),
    ("public.accessibility", lazy("Accessibilité")),
    ("mailbox.index", lazy("E-mails (développement)")),
)


_IN_PRODUCTION: Table = tuple(row for row in FOOTER if row[0] != "mailbox.index")

COUNTS: dict[str, Callable[[], int]] = {}
"""For an endpoint of the menu, how much waits there; each room puts its own in. One query each."""


@dataclass(frozen=True, slots=True)
class Entry:
    label: str
    url: str
    current: bool
    count: int = 0


def _entries(table: Table) -> tuple[Entry, ...]:
    counts = tuple(_count(endpoint) for endpoint, _label in table)
    current = request.endpoint if any(request.endpoint == endpoint for endpoint, _label in table) else None
    return _made(table, counts, current, language(), request.script_root)


@lru_cache(maxsize=1024)
def _made(
    table: Table, counts: tuple[int, ...], current: str | None, _spoken: str, _root: str
) -> tuple[Entry, ...]:
    """Labels and addresses come again with every page."""
    return tuple(
        Entry(str(label), address(endpoint), endpoint == current, count)
        for (endpoint, label), count in zip(table, counts, strict=True)
        if endpoint in current_app.view_functions
    )


def _count(endpoint: str) -> int:
    """How much waits there; 0 where the database does not answer: the page that says so has a menu too."""
    try:
        return COUNTS[endpoint]() if endpoint in COUNTS else 0
    except SQLAlchemyError:
        return 0


def navigation() -> tuple[Entry, ...]:
    account = current_account()
    if account is None:
        return _entries(VISITOR)
    return _entries(MENUS[account.role][0])


def account_entries() -> tuple[Entry, ...]:
    """What somebody who has signed in finds beside the way out."""
    account = current_account()
    if account is None:
        return ()
    return _entries(MENUS[account.role][1])


def footer() -> tuple[Entry, ...]:
    return _entries(_IN_PRODUCTION if current_app.extensions["settings"].is_production else FOOTER)


def has_view(endpoint: str) -> bool:
    """Whether there is such a page for whoever is looking, for links between rooms."""
    account = current_account()
    ours = account is not None and account.organisation_id is not None
    return endpoint in current_app.view_functions and not (
        ours and declared(current_app, endpoint) is Who.PORTAL
    )


def shown_name(slug: str | None, description: str = "") -> str:
    """`item_name` as a page shows it: the catalogue's words are typeset, a person's own are left as typed."""
    name = item_name(slug, description)
    return typeset(name) if slug else name


def init_app(app: Flask) -> None:
    app.jinja_env.globals |= {
        "has_view": has_view,
        "item_name": shown_name,
        "word": word,
        "said_word": said_word,
        "not_handled": not_handled,
        "navigation": navigation,
        "account_entries": account_entries,
        "footer": footer,
        "account": current_account,
        "portal_name": app.extensions["settings"].portal_name,
        "portal_phone": app.extensions["settings"].phone,
        "portal_phone_hours": app.extensions["settings"].phone_hours,
    }
