"""Letters about an offer, all to its donor: confirm, recorded, refused."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from app.letters import paths
from app.letters.desk import desk
from app.models import Donor, Offer, OfferedItem
from app.models.states import Language, Reason
from app.web.links import LIFETIMES, Purpose
from app.web.text import speaking
from app.web.words import ELSEWHERE, item_name, word
from matching.items import load
from notifications import messages, outbox
from notifications.rendered import RenderedMessage


def party_of(offer: Offer) -> str:
    """The bearer of the offer's links and the addressee of its letters."""
    return f"donor:{offer.donor_id}"


def event_of(offer: Offer, what: str) -> str:
    """The event's name in the outbox: each letter about it is written once."""
    return f"offer:{offer.id}:{what}"


def language_of(offer: Offer, donor: Donor) -> Language:
    """The language that the form was filled in with; the donor's own once the address is confirmed."""
    return offer.contact_language or donor.language


def confirm_address(session: Session, offer: Offer, now: datetime) -> None:
    """Is this address yours?"""
    donor = session.get_one(Donor, offer.donor_id)
    language = language_of(offer, donor)
    letter = messages.ConfirmAddress(
        name=offer.contact_name,
        action_url=url_of(session, Purpose.CONFIRM_OFFER, paths.offer_confirmation, offer, now),
        items=_items(session, offer, language),
        expires_at=now + LIFETIMES[Purpose.CONFIRM_OFFER],
    )
    send(session, letter.render(language), offer, donor, "recorded", now)


def offer_recorded(session: Session, offer: Offer, now: datetime) -> None:
    """The offer is open; here is where to follow it."""
    donor = session.get_one(Donor, offer.donor_id)
    letter = messages.OfferRecorded(
        name=donor.name,
        action_url=url_of(session, Purpose.TRACK_OFFER, paths.offer_tracking, offer, now),
        items=_items(session, offer, donor.language),
    )
    send(session, letter.render(donor.language), offer, donor, "confirmed", now)


def offer_refused(session: Session, offer: Offer, reason: Reason, now: datetime) -> None:
    """It cannot be placed: why, and where to go."""
    donor = session.get_one(Donor, offer.donor_id)
    articles = _articles(session, offer)
    with speaking(donor.language):
        advice = " ".join(
            dict.fromkeys(
                str(ELSEWHERE[elsewhere])
                for article in articles
                if article.item is not None and (elsewhere := load()[article.item].elsewhere)
            )
        )
        letter = messages.OfferRefused(
            name=donor.name,
            action_url=url_of(session, Purpose.TRACK_OFFER, paths.offer_tracking, offer, now),
            things=tuple(messages.Thing(named(row, donor.language), row.quantity) for row in articles),
            reason=f"{word(reason)}.",
            advice=advice,
        )
    send(session, letter.render(donor.language), offer, donor, "refused", now)


def _articles(session: Session, offer: Offer) -> Sequence[OfferedItem]:
    return session.exec(
        select(OfferedItem).where(OfferedItem.offer_id == offer.id).order_by(col(OfferedItem.position))
    ).all()


def _items(session: Session, offer: Offer, language: Language) -> tuple[str, ...]:
    """The articles as the donor would name them: « 3 × Chaise »."""
    return quantified(((row.quantity, row) for row in _articles(session, offer)), language)


def quantified(articles: Iterable[tuple[int, OfferedItem]], language: Language) -> tuple[str, ...]:
    """So many of each article, as its donor would name it."""
    names = ((quantity, named(row, language)) for quantity, row in articles)
    return tuple(f"{quantity} × {name}" if quantity > 1 else name for quantity, name in names)


def named(article: OfferedItem, language: Language) -> str:
    """The article as its donor would name it."""
    first_line = article.description.split("\n")[0]
    return item_name(article.item, first_line, english=language is Language.ENGLISH)


def url_of(
    session: Session, purpose: Purpose, path: Callable[[str], str], offer: Offer, now: datetime
) -> str:
    """A link about this offer, for its donor."""
    links = desk(session).links
    return links.url(path(links.token(purpose, offer.id, party_of(offer), now)))


def send(
    session: Session,
    rendered: RenderedMessage,
    offer: Offer,
    donor: Donor,
    what: str,
    now: datetime,
    *,
    not_before: datetime | None = None,
    not_after: datetime | None = None,
) -> None:
    """Write to whoever is to be reached about this offer."""
    name = offer.contact_name or donor.name
    outbox.enqueue(
        session,
        rendered,
        event=event_of(offer, what),
        party=party_of(offer),
        to=outbox.Recipient(name=name, email=donor.email, language=language_of(offer, donor)),
        now=now,
        not_before=not_before,
        not_after=not_after,
    )
