"""Reads of what is public, in pages that go on from the last row: what is added meanwhile moves none."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.actions.queries import PAGE as ACTIONS_PAGE
from app.actions.queries import ActionCard, cards, under_way
from app.api.shapes import ApiCommitteesAsked, ApiListed, ApiNeedsAsked
from app.models import Action, Committee, Need, Organisation
from app.public.queries import LACKING, REMAINING, family

_OF_COMMITTEE: tuple[Any, ...] = (
    col(Committee.slug).label("committee"),
    col(Committee.name).label("committee_name"),
    col(Committee.commune),
    col(Committee.postal_code),
    col(Committee.country),
    col(Committee.latitude),
    col(Committee.longitude),
    col(Organisation.slug).label("association"),
    col(Organisation.name).label("association_name"),
)
_NEEDS: Any = (
    sa.select(
        col(Need.id),
        col(Need.item),
        REMAINING,
        col(Need.minimum_condition),
        col(Need.urgency),
        col(Need.needed_by),
        col(Need.reason),
        col(Need.declared_at),
        col(Action.slug).label("action"),
        col(Action.title).label("action_title"),
        *_OF_COMMITTEE,
    )
    .select_from(Need)
    .join(Committee, col(Committee.id) == col(Need.committee_id))
    .join(Organisation, col(Organisation.id) == col(Committee.organisation_id))
    .outerjoin(Action, col(Action.id) == col(Need.action_id))
    .where(*LACKING, col(Need.item).is_not(None))
)


def _page(session: Session, query: Any, asked: ApiListed, key: Any) -> list[Any]:
    """The rows of a page, and one more if there is another; `key` grows."""
    query = query.where(key > int(asked.cursor, 36)).order_by(key).limit(asked.limit + 1)
    return list(session.connection().execute(query))


def needs(session: Session, asked: ApiNeedsAsked) -> list[Any]:
    """What is lacking, each need by itself. Needs still in their own words are left out: nobody has read them."""
    query = _NEEDS
    if asked.item is not None:
        query = query.where(col(Need.item).in_(family(asked.item)))
    for column, value in (
        (Committee.slug, asked.committee),
        (Organisation.slug, asked.association),
        (Action.slug, asked.action),
    ):
        if value is not None:
            query = query.where(col(column) == value)
    return _page(session, query, asked, col(Need.id))


def need(session: Session, need_id: int) -> Any:
    return session.connection().execute(_NEEDS.where(col(Need.id) == need_id)).first()


def committees(session: Session, asked: ApiCommitteesAsked) -> list[tuple[Committee, Organisation]]:
    query = _committees()
    if asked.association is not None:
        query = query.where(col(Organisation.slug) == asked.association)
    query = query.where(col(Committee.id) > int(asked.cursor, 36)).order_by(col(Committee.id))
    return [(row[0], row[1]) for row in session.execute(query.limit(asked.limit + 1))]


def committee(session: Session, slug: str) -> tuple[Committee, Organisation] | None:
    row = session.execute(_committees().where(col(Committee.slug) == slug)).first()
    return (row[0], row[1]) if row else None


def _committees() -> sa.Select[Committee, Organisation]:
    return (
        sa.select(Committee, Organisation)
        .join(Organisation, col(Organisation.id) == col(Committee.organisation_id))
        .where(col(Committee.active).is_(True))
    )


_ASSOCIATIONS = (
    sa.select(
        col(Organisation.id),
        col(Organisation.slug),
        col(Organisation.name),
        col(Organisation.description),
        col(Organisation.website),
        sa.func.count(col(Committee.id)).label("committees"),
    )
    .join(Committee, col(Committee.organisation_id) == col(Organisation.id))
    .where(col(Committee.active).is_(True))
    .group_by(
        col(Organisation.id),
        col(Organisation.slug),
        col(Organisation.name),
        col(Organisation.description),
        col(Organisation.website),
    )
)


def associations(session: Session, asked: ApiListed) -> list[Any]:
    """Those that have a committee at work."""
    return _page(session, _ASSOCIATIONS, asked, col(Organisation.id))


def association(session: Session, slug: str) -> Any:
    return session.connection().execute(_ASSOCIATIONS.where(col(Organisation.slug) == slug)).first()


def action_ids(session: Session, asked: ApiListed, today: date) -> list[int]:
    """The actions under way, a page and one more."""
    query = sa.select(col(Action.id)).where(under_way(today))
    return [row[0] for row in _page(session, query, asked, col(Action.id))]


def actions(session: Session, ids: Sequence[int]) -> list[ActionCard]:
    """How far each of these is, by their numbers."""
    found: list[ActionCard] = []
    for first in range(0, len(ids), ACTIONS_PAGE):
        found += cards(session, 1, col(Action.id).in_(ids[first : first + ACTIONS_PAGE])).rows
    return sorted(found, key=lambda card: card.action.id)
