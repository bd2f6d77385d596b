"""Letters about offers that time overtakes: not confirmed, about to end, ended. Few queries for many offers."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from app.letters.hours import by_day, end_of_day, start_of
from app.letters.offers import language_of, quantified, send, url_of
from app.letters.paths import offer_confirmation, offer_tracking
from app.matches.queries import taken_from_items
from app.models import Donor, Offer, OfferedItem
from app.models.states import COMMITTED
from app.web.links import LIFETIMES, Purpose
from notifications import messages


@dataclass(frozen=True, slots=True)
class _Case:
    """An offer, its donor, and in the donor's words what nobody has taken of it."""

    offer: Offer
    donor: Donor
    left: tuple[str, ...]


def _cases(session: Session, offer_ids: Collection[int]) -> Iterator[_Case]:
    """Three queries."""
    items: dict[int, list[OfferedItem]] = {}
    query = select(OfferedItem).where(col(OfferedItem.offer_id).in_(offer_ids))
    for item in session.exec(query.order_by(col(OfferedItem.position))):
        items.setdefault(item.offer_id, []).append(item)
    ids = [item.id for articles in items.values() for item in articles]
    taken = taken_from_items(session, ids, COMMITTED)
    rows = session.exec(
        select(Offer, Donor)
        .join(Donor, col(Donor.id) == col(Offer.donor_id))
        .where(col(Offer.id).in_(offer_ids))
        .order_by(col(Offer.id))
    )
    for offer, donor in rows:
        left = [
            (count, item)
            for item in items.get(offer.id, [])
            if (count := item.quantity - taken.get(item.id, 0)) > 0
        ]
        yield _Case(offer, donor, quantified(left, language_of(offer, donor)))


def still_to_confirm(session: Session, offer_ids: Collection[int], now: datetime) -> None:
    """To donors who have not confirmed: the same question, once more. The offer is forgotten when the first link ends."""
    for case in _cases(session, offer_ids):
        letter = messages.ConfirmAddress(
            name=case.offer.contact_name,
            action_url=url_of(session, Purpose.CONFIRM_OFFER, offer_confirmation, case.offer, now),
            items=case.left,
            expires_at=case.offer.created_at + LIFETIMES[Purpose.CONFIRM_OFFER],
        )
        rendered = letter.render(language_of(case.offer, case.donor))
        send(session, rendered, case.offer, case.donor, "recorded:again", now)


def ending(session: Session, offer_ids: Collection[int], now: datetime) -> None:
    """To donors whose offer ends soon: extend, withdraw, or give elsewhere? Pointless once it has ended."""
    for case in _cases(session, offer_ids):
        if not case.left:
            continue
        until = case.offer.available_until
        letter = messages.OfferEnding(
            name=case.donor.name,
            action_url=url_of(session, Purpose.TRACK_OFFER, offer_tracking, case.offer, now),
            items=case.left,
            ends_at=start_of(until, 12),
        )
        rendered = letter.render(case.donor.language)
        end = end_of_day(start_of(until, 12))
        send(session, rendered, case.offer, case.donor, f"ending:{until}", now, not_after=end)


def expired(session: Session, offer_ids: Collection[int], now: datetime) -> None:
    """To donors whose offer has ended with something left: it is over, and how to go on. In the morning if it is night."""
    for case in _cases(session, offer_ids):
        if case.left:
            letter = messages.OfferExpired(
                name=case.donor.name,
                action_url=url_of(session, Purpose.TRACK_OFFER, offer_tracking, case.offer, now),
                items=case.left,
            )
            rendered = letter.render(case.donor.language)
            what = f"expired:{case.offer.available_until}"
            send(session, rendered, case.offer, case.donor, what, now, not_before=by_day(now))
