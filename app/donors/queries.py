"""Reads about donors."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from app.finding.queries import find
from app.models import Decision, Donor, Offer
from app.models.states import Findable, Verb
from app.offers.queries import Listed, with_articles

SHOWN = 30
FOUND = 8


@dataclass(frozen=True, slots=True)
class Person:
    """A donor with those that were merged into it, by the decision that did, and the addresses that were corrected."""

    donor: Donor
    parts: Sequence[tuple[Donor, int | None]]
    former: Sequence[str]

    @property
    def keys(self) -> list[int]:
        return [self.donor.id, *(part.id for part, _decision in self.parts)]


def person(session: Session, donor: Donor) -> Person:
    """Two queries."""
    query = select(Donor).where(Donor.merged_into_id == donor.id).order_by(col(Donor.id))
    parts = session.exec(query).all()
    keys = [donor.id, *(part.id for part in parts)]
    offers = select(Offer.id).where(col(Offer.donor_id).in_(keys))
    decisions = session.exec(
        select(Decision)
        .where(
            (col(Decision.donor_id).in_(keys) & col(Decision.verb).in_((Verb.MERGE, Verb.EDIT)))
            | (col(Decision.offer_id).in_(offers) & (col(Decision.verb) == Verb.CORRECT))
        )
        .order_by(col(Decision.id))
    ).all()
    by_part = {
        each.data["merged"]: each.id
        for each in decisions
        if each.donor_id == donor.id and "merged" in each.data
    }
    known = {donor.email, *(part.email for part in parts)}
    corrected = (each.data.get("changes", each.data) for each in decisions)
    former = {changes["email"][0] for changes in corrected if "email" in changes} - known - {""}
    return Person(donor, [(part, by_part.get(part.id)) for part in parts], sorted(former))


def offers_of(session: Session, donor_ids: Sequence[int]) -> list[Listed]:
    """What this person offered, under each of its addresses, the latest first, at most SHOWN. Two queries."""
    query = (
        select(Offer, Donor)
        .join(Donor, col(Donor.id) == col(Offer.donor_id))
        .where(col(Offer.donor_id).in_(donor_ids))
        .order_by(col(Offer.created_at).desc(), col(Offer.id).desc())
        .limit(SHOWN)
    )
    return with_articles(session, session.exec(query).all())


def alike(session: Session, donor: Donor, words: str) -> list[tuple[Donor, int]]:
    """Who may be the same person, with the number of their offers: found by `words`, else by this one's telephone or name."""
    keys: dict[int, None] = {}
    for typed in [words] if words else filter(None, (donor.phone, donor.name)):
        page = find(session, typed, [Findable.DONOR], size=FOUND)[Findable.DONOR]
        keys |= dict.fromkeys(page.rows)
    return with_counts(session, set(keys) - {donor.id})


def with_counts(session: Session, donor_ids: Collection[int]) -> list[tuple[Donor, int]]:
    """These donors that can be merged with another, each with the number of its offers. One query."""
    query = (
        select(Donor, func.count(col(Offer.id)))
        .join(Offer, col(Offer.donor_id) == col(Donor.id), isouter=True)
        .where(
            col(Donor.id).in_(donor_ids),
            col(Donor.anonymised_at).is_(None),
            col(Donor.merged_into_id).is_(None),
        )
        .group_by(*Donor.__table__.columns)  # type: ignore[attr-defined]
        .order_by(col(Donor.id))
    )
    return [(donor, int(count)) for donor, count in session.exec(query)]
