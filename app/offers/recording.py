"""The rows of an offer that is recorded."""

import secrets
from dataclasses import asdict
from datetime import datetime

from sqlmodel import Session

from app.models import Offer, OfferedItem
from app.offers.drafts import ArticleDraft, OfferDraft
from app.photos.queries import drafts
from app.photos.service import attach

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


def add_articles(session: Session, offer: Offer, draft: OfferDraft) -> list[OfferedItem]:
    """At once, however many there are; each gets the photos that wait for it."""
    rows = [_article(offer, position, article) for position, article in enumerate(draft.articles)]
    session.add_all(rows)
    session.flush()
    key = draft.photos_key or draft.submission_key
    waiting = drafts(session, key)
    for row, article in zip(rows, draft.articles, strict=True):
        if article.slot in waiting:
            attach(session, key, article.slot, row.id)
    return rows


def _article(offer: Offer, position: int, article: ArticleDraft) -> OfferedItem:
    said = asdict(article)
    del said["slot"]
    return OfferedItem(offer_id=offer.id, position=position, misses=[], **said)
