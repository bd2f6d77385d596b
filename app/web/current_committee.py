"""Which committee somebody with several is looking at: the one named in the address, else the last one chosen."""

from datetime import datetime, timedelta

from flask import abort, current_app, g, redirect, request, url_for
from flask import session as cookie

from app import naming
from app.committees import queries
from app.db import session
from app.models import Account, Committee
from app.models.states import MAY, Right
from app.web import navigation
from app.web.access import current_account, needed_right, signed_in
from app.web.clock import now
from app.web.errors import DomainError
from app.web.text import _
from app.web.words import word

CHOSEN = "committee"


def committees_of(account: Account) -> list[Committee]:
    """The committees that the account may switch between on its own pages: those it belongs to."""
    return queries.own(session(), account)


def current_committee(account: Account) -> Committee | None:
    """The committee of this page, or None for somebody who has none.

    `?comite=slug` chooses another and is remembered; one that the account may not act for does not exist for it. Until one
    is chosen: the first from which an answer is awaited.
    """
    asked = _as_now(request.args.get("comite"))
    if asked is not None:
        found = next((each for each in queries.acting_for(session(), account) if each.slug == asked), None)
        if found is None:
            abort(404)
        remember(found)
        return _allowed(account, found)
    own = queries.own(session(), account)
    chosen = _as_now(cookie.get(CHOSEN))
    for each in own:
        if each.slug == chosen:
            return _allowed(account, each)
    if chosen and account.is_coordinator:
        found = queries.by_slug(session(), str(chosen))
        if found is not None and found.active:
            return found
    awaited = answers_awaited() if len(own) > 1 else {}
    first = next((each for each in own if each.id in awaited), own[0] if own else None)
    return _allowed(account, first) if first is not None else None


def own_committee(instead: str = "") -> Committee:
    """The same, for a page that nobody without a committee can use; coordinators who have none go to `instead`, an endpoint."""
    account = signed_in()
    found = current_committee(account)
    if found is None and instead and account.is_coordinator:
        abort(redirect(url_for(instead), 303))
    if found is None:
        raise DomainError(
            _("Votre compte n'appartient à aucun comité. Demandez à votre coordinateur de vous y inscrire."),
            403,
        )
    return found


def remember(committee: Committee) -> None:
    """The next pages are about this committee. A cookie that says so already is left alone."""
    if cookie.get(CHOSEN) != committee.slug:
        cookie[CHOSEN] = committee.slug


def chosen_committee() -> str:
    """The slug of the one that was chosen last in this browser, or nothing."""
    return _as_now(cookie.get(CHOSEN)) or ""


def _as_now(slug: str | None) -> str | None:
    """The name in addresses today of the committee that had this one, in a page that lies open or in a cookie."""
    return naming.present(session(), Committee, str(slug)) or str(slug) if slug else slug


def approved_before() -> datetime:
    """What was approved later than this may still be undone: committees do not see it yet."""
    undo: timedelta = current_app.extensions["settings"].undo_within
    return now() - undo


def answers_awaited() -> dict[int, int]:
    """For each committee of whoever is looking, how many gifts wait for its answer. One query a request."""
    account = current_account()
    if account is None:
        return {}
    if "answers_awaited" not in g:
        g.answers_awaited = queries.answers_awaited(session(), account.id, approved_before=approved_before())
    found: dict[int, int] = g.answers_awaited
    return found


navigation.COUNTS["committees.home"] = lambda: sum(answers_awaited().values())


def may(account: Account, committee_id: int, right: Right) -> bool:
    """Whether the account has this right in the committee, switched off or not."""
    return _coordinates(account, committee_id) or right in rights(account, committee_id)


def _coordinates(account: Account, committee_id: int) -> bool:
    if account.organisation_id is None:
        return account.is_coordinator
    committee = session().get(Committee, committee_id)
    return committee is not None and committee.organisation_id == account.organisation_id


def rights(account: Account, committee_id: int) -> frozenset[Right]:
    """What a member may do for the committee; nothing for a stranger. One query a request for all committees."""
    if "parts" not in g:
        g.parts = queries.parts(session(), account.id)
    part = g.parts.get(committee_id)
    return MAY[part] if part is not None else frozenset()


def may_act_for(account: Account, committee_id: int) -> bool:
    """Whether this page is for the account, as far as the committee goes: False for a stranger. A member whose part does not go
    so far is told so.
    """
    if not may(account, committee_id, Right.SEE):
        return False
    if not may(account, committee_id, needed_right()):
        raise DomainError(
            _(
                "Votre rôle dans ce comité ne va pas jusque-là : %(what)s. Demandez-le à la personne responsable du comité.",
                what=word(needed_right()),
            ),
            403,
        )
    return True


def _allowed(account: Account, committee: Committee) -> Committee:
    may_act_for(account, committee.id)
    return committee


def may_here(right: str, committee: Committee) -> bool:
    """For templates: whether whoever is looking has this right in the committee."""
    account = current_account()
    return account is not None and may(account, committee.id, Right(right))
