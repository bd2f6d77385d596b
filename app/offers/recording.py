"""The rows of an offer that is recorded."""

import secrets
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, select

from app.dangers import to_look_at
from app.finding.service import refresh
from app.models import Offer, OfferedItem
from app.models.states import Aside, Findable
from app.offers.drafts import ArticleDraft, OfferDraft
from app.photos.queries import drafts
from app.photos.service import MOST_PHOTOS

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without the signs that are taken for one another on the telephone."""


def new_offer(draft: OfferDraft, donor_id: int, now: datetime) -> Offer:
    return Offer(
        reference="D" + "".join(secrets.choice(ALPHABET) for _ in range(7)),
        submission_key=draft.submission_key,
        donor_id=donor_id,
        contact_name=draft.contact.name,
        contact_phone=draft.contact.phone,
        contact_company=draft.contact.company,
        # A volunteer's screen says nothing of the language of the person beside it.
        contact_language=draft.language if draft.recorded_by_id is None else None,
        street=draft.street,
        floor=draft.floor,
        lift=draft.lift,
        postal_code=draft.place.postal_code,
        commune=draft.place.commune,
        latitude=draft.place.latitude,
        longitude=draft.place.longitude,
        approximate=draft.place.approximate,
        available_from=draft.available_from,
        available_until=draft.available_until,
        availability=draft.availability,
        delivers_km=draft.delivers_km,
        recorded_by_id=draft.recorded_by_id,
        wished_committee_id=draft.wished_committee_id,
        wished_action_id=draft.wished_action_id,
        consignment_id=draft.consignment_id,
        site=draft.site,
        site_contact=draft.site_contact,
        dock=draft.dock,
        lift_truck=draft.lift_truck,
        created_at=now,
    )


def add_articles(session: Session, offer: Offer, draft: OfferDraft) -> bool:
    """At once, however many there are; each gets the photos that wait for it, and is held back where its words ask for that: whether one is."""
    rows = [
        _columns(offer, position, article, aside=_aside(draft, article, offer.created_at))
        for position, article in enumerate(draft.articles)
    ]
    # Not through the session: it inserts thousands one by one, and everybody else who writes waits meanwhile.
    table: sa.Table = OfferedItem.__table__  # type: ignore[attr-defined]
    session.connection().execute(sa.insert(table), rows)
    refresh(session, Findable.OFFER, [offer.id])
    key = draft.photos_key or draft.submission_key
    waiting = drafts(session, key)
    written = select(OfferedItem.position, OfferedItem.id).where(OfferedItem.offer_id == offer.id)
    for position, article_id in session.exec(written) if waiting else ():
        for photo in waiting.pop(draft.articles[position].slot, [])[:MOST_PHOTOS]:
            photo.offered_item_id = article_id
    return any(row["aside"] for row in rows)


def _aside(draft: OfferDraft, article: ArticleDraft, now: datetime) -> Aside | None:
    """Articles of a pasted list have one slot: only where it was found before does a slot tell what is held."""
    known = draft.held is not None and article.slot in draft.held
    said = draft.held is None and to_look_at(article.description, article.item, now.date())
    return Aside.HELD if known or said else None


def _columns(offer: Offer, position: int, article: ArticleDraft, aside: Aside | None) -> dict[str, Any]:
    said = asdict(article)
    del said["slot"]
    return {**said, "offer_id": offer.id, "position": position, "aside": aside, "misses": []}
