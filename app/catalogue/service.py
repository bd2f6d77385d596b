"""Saying what a thing is, and teaching the portal the word for it. None commits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from app.catalogue import queries
from app.claims import alone
from app.models import Alias, Need, Offer, OfferedItem
from app.needs import service as needs
from app.offers import service as offers
from app.refusing import RefusedError
from app.transitions import Actor
from matching.items import load, normalise

MOST_APPLIED = 2000
"""How many things that wait are read again when a word is taught."""


class TeachingRefusal(StrEnum):
    """Why a thing cannot be named so, or a word not be kept."""

    NOTHING_TO_NAME = "nothing_to_name"
    UNKNOWN_ITEM = "unknown_item"
    PROMISED = "promised"
    NO_WORD = "no_word"
    TAKEN = "taken"
    UNKNOWN_WORD = "unknown_word"


class TeachingError(RefusedError[TeachingRefusal]):
    """Nothing was changed. `item` is the item that the word belongs to already."""

    def __init__(self, code: TeachingRefusal, item: str = "") -> None:
        super().__init__(code)
        self.item = item


@dataclass(frozen=True, slots=True)
class Naming:
    """What naming a thing did: the word kept, if any, and how many other things it recognised at once."""

    alias: Alias | None = None
    others: int = 0


def name(
    session: Session, kind: str, key: int, item: str, wording: str, actor: Actor, now: datetime
) -> Naming:
    """Say which item an article ("article") or a need ("need") is, and what waits under the same words; keep `wording` for
    it, unless it is empty.

    What waits under that wording is recognised at once. Raises TeachingError.
    """
    if item not in load():
        raise TeachingError(TeachingRefusal.UNKNOWN_ITEM)
    # Until the end: a word recognises many rows, in no order that others keep.
    alone(session, Alias)
    thing = queries.one(session, kind, key)
    if thing is None:
        raise TeachingError(TeachingRefusal.NOTHING_TO_NAME)
    usable = _usable(session, wording, item)
    _set(session, kind, key, item, actor, now)
    alike = list(_name_alike(session, thing.text, item, actor, now)) if thing.item is None else []
    if not usable:
        return Naming(others=len(alike))
    alias = _keep(session, wording, item, kind, key, actor, now)
    applied = [*alike, *_apply(session, alias, actor, now)]
    alias.applied = [*alias.applied, *applied]
    return Naming(alias, len(applied))


def _usable(session: Session, wording: str, item: str) -> bool:
    """Whether there is a word to keep. Raises TeachingError where it belongs to another item or says nothing."""
    if not wording.strip():
        return False
    known = load().named(wording)
    if known is not None and known.slug != item:
        raise TeachingError(TeachingRefusal.TAKEN, known.slug)
    taught = dict(queries.taught(session))
    owner = next((slug for each, slug in taught.items() if normalise(each) == normalise(wording)), None)
    if owner is not None and owner != item:
        raise TeachingError(TeachingRefusal.TAKEN, owner)
    if known is not None or owner is not None:
        return False
    if queries.built((*taught.items(), (wording, item))).recognise(wording).item != item:
        raise TeachingError(TeachingRefusal.NO_WORD)
    return True


def _set(session: Session, kind: str, key: int, item: str | None, actor: Actor, now: datetime) -> None:
    try:
        if kind == "article":
            offers.recognise_article(session, key, item, actor, now)
        else:
            needs.recognise(session, key, item, actor, now)
    except (offers.OfferError, needs.NeedError):
        raise TeachingError(TeachingRefusal.PROMISED) from None


def _keep(
    session: Session, wording: str, item: str, kind: str, key: int, actor: Actor, now: datetime
) -> Alias:
    alias = session.exec(select(Alias).where(Alias.key == normalise(wording))).first()
    if alias is None:
        alias = Alias(key=normalise(wording), wording=wording, item=item, taught_at=now)
        session.add(alias)
    alias.wording, alias.item, alias.removed_at, alias.applied = wording, item, None, []
    alias.from_item_id, alias.from_need_id = (key, None) if kind == "article" else (None, key)
    alias.taught_by_id, alias.taught_at = actor.account_id, now
    session.flush()
    queries.forget(session)
    return alias


def _apply(session: Session, alias: Alias, actor: Actor, now: datetime) -> Iterable[list[str | int]]:
    """Recognise by the new word what still waits for a name."""
    for kind, key, text in _nameless(session):
        found = queries.recognise(text)
        if found.item == alias.item and found.confidence >= queries.SURE_ENOUGH:
            _set(session, kind, key, alias.item, actor, now)
            yield [kind, key]


def _name_alike(
    session: Session, text: str, item: str, actor: Actor, now: datetime
) -> Iterable[list[str | int]]:
    """Name so what waits under the very same words: it stands in one row, and is named at once."""
    for kind, key, other in _nameless(session):
        if normalise(text) and normalise(other) == normalise(text):
            _set(session, kind, key, item, actor, now)
            yield [kind, key]


def _nameless(session: Session) -> list[tuple[str, int, str]]:
    articles = session.exec(
        select(OfferedItem.id, OfferedItem.description)
        .join(Offer, col(OfferedItem.offer_id) == col(Offer.id))
        .where(col(Offer.state).in_(queries.OPEN_OFFERS), col(OfferedItem.item).is_(None))
        .order_by(col(OfferedItem.id))
        .limit(MOST_APPLIED)
    ).all()
    wanted = session.exec(
        select(Need.id, Need.description)
        .where(col(Need.state).in_(queries.OPEN_NEEDS), col(Need.item).is_(None))
        .order_by(col(Need.id))
        .limit(MOST_APPLIED)
    ).all()
    return [("article", key or 0, text) for key, text in articles] + [
        ("need", key or 0, text) for key, text in wanted
    ]


def remove(session: Session, alias_id: int, actor: Actor, now: datetime) -> Alias:
    """Forget a word. What it alone recognised waits for a name again, unless somebody counts on it."""
    alias = _hold(session, alias_id)
    if alias.removed_at is not None:
        return alias
    alias.removed_at = now
    session.flush()
    queries.forget(session)
    for kind, key in alias.applied:
        found = queries.one(session, kind, key)
        if found is not None and found.item == alias.item:
            try:
                _set(session, kind, key, None, actor, now)
            except TeachingError:
                continue
    alias.applied = []
    return alias


def put_back(session: Session, alias_id: int, actor: Actor, now: datetime) -> Alias:
    """Use a removed word again. Raises TeachingError where it has another meaning by now."""
    alias = _hold(session, alias_id)
    if alias.removed_at is None:
        return alias
    known = load().named(alias.wording)
    if known is not None and known.slug != alias.item:
        raise TeachingError(TeachingRefusal.TAKEN, known.slug)
    alias.removed_at = None
    session.flush()
    queries.forget(session)
    alias.applied = list(_apply(session, alias, actor, now))
    return alias


def _hold(session: Session, alias_id: int) -> Alias:
    alone(session, Alias)
    found = session.exec(
        select(Alias).where(Alias.id == alias_id).execution_options(populate_existing=True)
    ).first()
    if found is None:
        raise TeachingError(TeachingRefusal.UNKNOWN_WORD)
    return found
