"""Locks: what a decision about quantities rests on, taken in one order everywhere.

The order is offered item, need, match, offer, each by ascending id. On SQLite the write transaction is the lock.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from app.db import among
from app.models import Action, Committee, Match, Need, Offer, OfferedItem

RowType = TypeVar("RowType", bound=SQLModel)


@dataclass(frozen=True, slots=True)
class Held:
    """Rows locked until the transaction ends, by id. Offers are those of the items."""

    items: dict[int, OfferedItem] = field(default_factory=dict)
    needs: dict[int, Need] = field(default_factory=dict)
    matches: dict[int, Match] = field(default_factory=dict)
    offers: dict[int, Offer] = field(default_factory=dict)

    def offer_of(self, item: OfferedItem) -> Offer:
        return self.offers[item.offer_id]


def hold(
    session: Session,
    *,
    item_ids: Iterable[int] = (),
    need_ids: Iterable[int] = (),
    match_ids: Iterable[int] = (),
) -> Held:
    """Lock these rows and the offers of the items. Ids that do not exist are absent from the result."""
    items = _lock(session, OfferedItem, set(item_ids))
    needs = _lock(session, Need, set(need_ids))
    matches = _lock(session, Match, set(match_ids))
    offers = _lock(session, Offer, {item.offer_id for item in items.values()})
    return Held(items, needs, matches, offers)


def hold_sides(session: Session, *, item_ids: Collection[int], need_ids: Collection[int]) -> Held:
    """The same locks for thousands of pairs, on rows that tell what is there and are not to be changed: no matches among them. Whoever holds
    a match holds its article, so that matches of these may be locked afterwards, offers or not.
    """
    items: Any = _lock_only(
        session, (OfferedItem.id, OfferedItem.quantity, OfferedItem.aside, OfferedItem.offer_id), item_ids
    )
    needs: Any = _lock_only(session, (Need.id, Need.quantity, Need.state, Need.committee_id), need_ids)
    offers: Any = _lock_only(session, (Offer.id, Offer.state), {item.offer_id for item in items.values()})
    return Held(items=items, needs=needs, offers=offers)


def _lock_only(session: Session, columns: tuple[Any, ...], ids: Collection[int]) -> dict[int, Any]:
    if not ids:
        return {}
    query = sa.select(*columns).where(among(columns[0], ids)).order_by(columns[0]).with_for_update()
    return {row.id: row for row in session.execute(query)}


def hold_committees(session: Session, need_ids: Collection[int]) -> None:
    """Lock the committees of these needs, and those that collect for them: after articles, needs, matches and offers, as
    everybody who edits a committee does.
    """
    own = select(Need.committee_id).where(among(Need.id, need_ids))
    collecting = (
        select(Action.committee_id)
        .join(Need, col(Need.action_id) == col(Action.id))
        .where(among(Need.id, need_ids))
    )
    key = col(Committee.id)
    concerned = select(Committee.id).where(key.in_(own) | key.in_(collecting)).order_by(key)
    session.exec(concerned.with_for_update(read=True)).all()


def hold_matches(session: Session, match_ids: Collection[int]) -> Held:
    """Lock these matches with both their sides."""
    rows = session.exec(
        select(Match.offered_item_id, Match.need_id).where(among(Match.id, set(match_ids)))
    ).all()
    return hold(
        session,
        item_ids={item for item, _need in rows},
        need_ids={need for _item, need in rows},
        match_ids=match_ids,
    )


def _lock(session: Session, model: type[RowType], ids: Collection[int]) -> dict[int, RowType]:
    if not ids:
        return {}
    key = model.__table__.c.id  # type: ignore[attr-defined]
    query = select(model).where(among(key, ids)).order_by(key).with_for_update()
    rows = session.exec(query.execution_options(populate_existing=True)).all()
    return {row.id: row for row in rows}  # type: ignore[attr-defined]
