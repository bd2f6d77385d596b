"""Which committee somebody with several is looking at: the one named in the address, else the last one chosen."""

from flask import abort, request
from flask import session as cookie

from app.committees import queries
from app.db import session
from app.models import Account, Committee

CHOSEN = "committee"


def committees_of(account: Account) -> list[Committee]:
    """The committees that the account may switch between on its own pages: those it belongs to."""
    return queries.own(session(), account)


def current_committee(account: Account) -> Committee | None:
    """The committee of this page, or None for somebody who has none.

    `?comite=slug` chooses another and is remembered; one that the account may not act for does not exist for it.
    """
    asked = request.args.get("comite")
    if asked is not None:
        found = next((each for each in queries.acting_for(session(), account) if each.slug == asked), None)
        if found is None:
            abort(404)
        cookie[CHOSEN] = found.slug
        return found
    own = queries.own(session(), account)
    chosen = cookie.get(CHOSEN)
    for each in own:
        if each.slug == chosen:
            return each
    if chosen and account.is_coordinator:
        found = queries.by_slug(session(), str(chosen))
        if found is not None and found.active:
            return found
    return own[0] if own else None


def may_act_for(account: Account, committee_id: int) -> bool:
    """Whether the account may act for this committee, switched off or not."""
    return account.is_coordinator or any(each.id == committee_id for each in queries.own(session(), account))
