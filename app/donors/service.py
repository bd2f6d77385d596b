"""The verbs of donors: two that are one person are merged, and parted again. None commits.

Rows are locked in the order that forgetting keeps: offers, then donors, each by ascending id.
"""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from app.models import Consignment, Decision, Donor, Offer
from app.models.states import Verb
from app.refusing import RefusedError
from app.transitions import Actor, note_decision
from notifications import outbox


class MergeRefusal(StrEnum):
    """Why two donors stay as they are."""

    SAME = "same"
    GONE = "gone"
    """One of them has been forgotten."""
    MERGED = "merged"
    """One of them is part of another already."""
    OVER = "over"
    """They were parted, or merged further, since."""


class MergeError(RefusedError[MergeRefusal]):
    """Nothing was changed."""


def merge(session: Session, into_id: int, other_id: int, actor: Actor, now: datetime) -> Decision:
    """All that `other` offered is `into`'s from now on, and letters about it go to that address.

    The row of `other` stays, for its address is known by it, and what comes in under it is shown with the rest. Raises MergeError.
    """
    into, other = _hold(session, into_id, other_id)
    if other.merged_into_id == into.id:
        return _merging(session, into, other)
    _check(into, other)
    offers = session.exec(select(Offer).where(Offer.donor_id == other.id).order_by(col(Offer.id))).all()
    donors = session.exec(select(Donor).where(Donor.merged_into_id == other.id).order_by(col(Donor.id))).all()
    sent = session.exec(select(Consignment).where(Consignment.donor_id == other.id)).all()
    for given in (*offers, *sent):
        given.donor_id = into.id
    for donor in (*donors, other):
        donor.merged_into_id = into.id
        outbox.redirect(session, f"donor:{donor.id}", into.email, now)
    data = {
        "merged": other.id,
        "offers": [offer.id for offer in offers],
        "donors": [donor.id for donor in donors],
        "consignments": [row.id for row in sent],
    }
    return note_decision(session, into, Verb.MERGE, actor, now, data=data)


def part(session: Session, decision_id: int, actor: Actor, now: datetime) -> None:
    """Take a merging back: what it moved, and nothing else, is the other one's again. Raises MergeError."""
    merging = session.get_one(Decision, decision_id)
    moved = merging.data
    if merging.verb is not Verb.MERGE or merging.donor_id is None or "merged" not in moved:
        raise MergeError(MergeRefusal.OVER)
    into, other = _hold(session, merging.donor_id, moved["merged"])
    if (
        other.merged_into_id != into.id
        or into.merged_into_id is not None
        or _merging(session, into, other).id != merging.id
    ):
        raise MergeError(MergeRefusal.OVER)
    for offer in session.exec(
        select(Offer).where(Offer.donor_id == into.id, col(Offer.id).in_(moved["offers"]))
    ):
        offer.donor_id = other.id
    for row in session.exec(
        select(Consignment).where(
            Consignment.donor_id == into.id, col(Consignment.id).in_(moved.get("consignments", []))
        )
    ):
        row.donor_id = other.id
    other.merged_into_id = None
    for donor in session.exec(
        select(Donor).where(Donor.merged_into_id == into.id, col(Donor.id).in_(moved["donors"]))
    ):
        donor.merged_into_id = other.id
    for key in (other.id, *moved["donors"]):
        outbox.redirect(session, f"donor:{key}", other.email, now)
    note_decision(session, into, Verb.UNDO, actor, now, data={"parted": other.id})


def _hold(session: Session, into_id: int, other_id: int) -> tuple[Donor, Donor]:
    if into_id == other_id:
        raise MergeError(MergeRefusal.SAME)
    both: Collection[int] = (into_id, other_id)
    offers = select(Offer.id).where(col(Offer.donor_id).in_(both)).order_by(col(Offer.id))
    session.exec(offers.with_for_update()).all()
    donors = select(Donor).where(col(Donor.id).in_(both)).order_by(col(Donor.id)).with_for_update()
    rows = {row.id: row for row in session.exec(donors.execution_options(populate_existing=True))}
    if len(rows) < 2 or any(row.anonymised_at is not None for row in rows.values()):
        raise MergeError(MergeRefusal.GONE)
    return rows[into_id], rows[other_id]


def _check(into: Donor, other: Donor) -> None:
    if into.merged_into_id is not None or other.merged_into_id is not None:
        raise MergeError(MergeRefusal.MERGED)


def _merging(session: Session, into: Donor, other: Donor) -> Decision:
    """The decision by which `other` is part of `into` now."""
    query = select(Decision).where(Decision.donor_id == into.id, Decision.verb == Verb.MERGE)
    found = [
        each for each in session.exec(query.order_by(col(Decision.id))) if each.data.get("merged") == other.id
    ]
    if not found:
        raise MergeError(MergeRefusal.OVER)
    return found[-1]
