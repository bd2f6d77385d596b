"""Gifts that found no place here, offered to another portal through its interface: the thing, the commune and the days, never who gives.

This portal stands in for the donor there, and gets the letters. What a committee there counts on is not planned here meanwhile; what finds its
place here first is taken back there.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from sqlmodel import Session, col, select

from app.api.calling import Answered, CallFailedError, ForbiddenAddressError, call
from app.api.shapes import ApiArticle, ApiOffer, ApiOfferTold, ApiWithdrawal
from app.db import session, transaction
from app.matches.queries import taken_from_items
from app.matches.queries.engine import open_items
from app.models import Match, Offer, OfferedItem, PublishedOffer
from app.models.states import LIVE, Aside, OfferState
from app.offers.service import hold_offer
from app.putting_aside import put_aside
from app.transitions import SYSTEM
from app.web.clock import Clock
from config import Settings
from matching.items import load

log = structlog.get_logger("portail")

UNPLACED_AFTER = timedelta(days=3)
"""A gift is offered here alone for as long as a donor waits for an answer."""
TOGETHER = 20
MOST_ARTICLES = 10


def publish_now(settings: Settings, clock: Clock) -> int:
    """What is new is offered, what was offered is followed; how many were taken there."""
    if not settings.partner_url:
        return 0
    now, taken = clock(), 0
    for offer_id, articles in _unplaced(session(), now).items():
        taken += _publish(settings, offer_id, articles, now)
    for offer_id in _standing(session()):
        _follow(settings, offer_id, now)
    return taken


def _unplaced(current: Session, now: datetime) -> dict[int, list[OfferedItem]]:
    """The articles of offers that have waited long enough and that nobody was proposed, not even in part."""
    promised = sa.select(col(Match.offered_item_id)).where(col(Match.state).in_(LIVE))
    known = sa.select(col(PublishedOffer.offer_id))
    waiting = (
        col(Offer.confirmed_at) <= now - UNPLACED_AFTER,
        col(Offer.id).not_in(known),
        col(Offer.consignment_id).is_(None),
        col(OfferedItem.id).not_in(promised),
    )
    found: dict[int, list[OfferedItem]] = {}
    for article, offer in open_items(current, now, sa.and_(*waiting)):
        if offer.id in found or len(found) < TOGETHER:
            found.setdefault(offer.id, []).append(article)
    return {offer_id: articles[:MOST_ARTICLES] for offer_id, articles in found.items()}


def _publish(settings: Settings, offer_id: int, articles: Sequence[OfferedItem], now: datetime) -> bool:
    offer, ids = session().get_one(Offer, offer_id), [article.id for article in articles]
    gone = taken_from_items(session(), ids)
    told = ApiOffer(
        articles=[
            ApiArticle(
                what=load()[article.item].fr if article.item else "",
                quantity=article.quantity - gone.get(article.id, 0),
                condition=article.condition,
                divisible=article.divisible,
                sure=True,
            )
            for article in articles
        ],
        postal_code=offer.postal_code,
        commune=offer.commune,
        available_from=offer.available_from,
        available_until=offer.available_until,
        availability=offer.reference,
        delivers_km=offer.delivers_km,
        name=settings.portal_name,
        email=settings.contact_email,
        phone=settings.phone,
        spoken=True,
    )
    address = f"{settings.partner_url}/api/v1/offers"
    answered = _ask(settings, "POST", address, told.model_dump_json().encode(), f"offre:{offer.reference}")
    if answered is None or answered.status in {401, 403, 429} or answered.status >= 500:
        return False  # tried again with the next round
    with transaction() as work:
        row = work.get(PublishedOffer, offer_id) or PublishedOffer(offer_id=offer_id)
        if answered.status == 201:
            row.url, row.articles = ApiOfferTold(**answered.json).url[:200], ids
        else:
            row.trouble, row.over_at = answered.body.decode("utf-8", "replace")[:200], now
        work.add(row)
    return answered.status == 201


def _standing(current: Session) -> Sequence[int]:
    query = select(PublishedOffer.offer_id).where(col(PublishedOffer.over_at).is_(None))
    return current.exec(query.order_by(col(PublishedOffer.offer_id))).all()


def _follow(settings: Settings, offer_id: int, now: datetime) -> None:
    row, offer = session().get_one(PublishedOffer, offer_id), session().get_one(Offer, offer_id)
    url, articles = row.url, row.articles
    if offer.state is not OfferState.OPEN or taken_from_items(session(), articles, LIVE):
        note = ApiWithdrawal(reason="given_elsewhere").model_dump_json().encode()
        answered = _ask(settings, "POST", f"{url}/withdrawal", note, f"retrait:{offer.reference}")
        over = answered is not None and answered.status in {200, 404}
        promised: list[int] = []
    else:
        answered = _ask(settings, "GET", url)
        if answered is None or answered.status != 200:
            return
        told = ApiOfferTold(**answered.json)
        over = told.state not in {OfferState.OPEN, OfferState.UNCONFIRMED}
        pairs = zip(articles, told.articles, strict=True)
        promised = [article for article, there in pairs if there.promised]
    with transaction() as work:
        _hold(work, offer_id, promised, now, settings.partner_url)
        if over:
            work.get_one(PublishedOffer, offer_id).over_at = now


def _hold(work: Session, offer_id: int, promised: Sequence[int], now: datetime, partner: str) -> None:
    """Pause what a committee there counts on, and go on with what none does any more."""
    offer, items = hold_offer(work, offer_id)
    row = work.get_one(PublishedOffer, offer_id)
    paused = set(row.paused)
    for item in items:
        if item.id in promised and item.aside is None:
            put_aside(work, offer, item, Aside.PAUSED, SYSTEM, now, note=partner)
            paused.add(item.id)
        elif item.id in paused - set(promised):
            paused.discard(item.id)
            if item.aside is Aside.PAUSED:
                put_aside(work, offer, item, None, SYSTEM, now, note=partner)
    row.paused = sorted(paused)


def _ask(settings: Settings, method: str, url: str, body: bytes = b"", key: str = "") -> Answered | None:
    """The other portal's answer; None where it gave none."""
    headers: dict[str, Any] = {
        "Authorization": f"Bearer {settings.partner_token}",
        "Accept-Language": "fr",
        **({"Content-Type": "application/json"} if body else {}),
        **({"Idempotency-Key": key} if key else {}),
    }
    session().rollback()  # nothing is held while another machine thinks
    try:
        return call(method, url, body, headers, loopback=settings.webhooks_loopback)
    except (CallFailedError, ForbiddenAddressError) as error:
        log.warning("partner.silent", reason=str(error))
        return None
