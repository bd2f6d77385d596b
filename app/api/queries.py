"""Reads for programs, in pages that go on from the last row: what is added meanwhile moves none."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.actions.queries import PAGE as ACTIONS_PAGE
from app.actions.queries import ActionCard, cards, under_way
from app.api.shapes import ApiCommitteesAsked, ApiListed, ApiMatchesAsked, ApiNeedsAsked
from app.matches.queries import known_to_sides, taken_from_items
from app.models import (
    Account,
    Action,
    ApiCall,
    ApiOffered,
    ApiToken,
    Committee,
    DryRun,
    Handover,
    HookDelivery,
    Match,
    Need,
    Offer,
    OfferedItem,
    Organisation,
    Webhook,
)
from app.models.states import COMMITTED, MatchState, NeedState
from app.public.queries import LACKING, REMAINING, family
from app.web.pages import Page, peeked
from matching.items import load

CALLS = 50

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
# Written so that no index of states is taken: SQLite would sum up and sort all needs by it for each page.
_OPEN = sa.func.lower(col(Need.state)) == NeedState.OPEN.value
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
    .where(_OPEN, *LACKING[1:], col(Need.item).is_not(None))
)


def _page(session: Session, query: Any, asked: ApiListed, key: Any) -> list[Any]:
    """The rows of a page, and one more if there is another; `key` grows."""
    query = query.where(key > int(asked.cursor, 36)).order_by(key).limit(asked.limit + 1)
    return list(session.connection().execute(query))


def needs(session: Session, asked: ApiNeedsAsked) -> list[Any]:
    """What is lacking, each need by itself. Needs still in their own words are left out: nobody has read them."""
    query = _NEEDS
    if asked.item is not None:
        query = query.where(col(Need.item).in_(family(asked.item) if asked.item in load() else ()))
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


def offers(session: Session, committee_id: int, asked: ApiListed) -> Sequence[Offer]:
    """What programs of this committee offered."""
    query = _offers(committee_id).where(col(Offer.id) > int(asked.cursor, 36)).order_by(col(Offer.id))
    return session.scalars(query.limit(asked.limit + 1)).all()


def offer(session: Session, committee_id: int, reference: str) -> Offer | None:
    return session.scalars(_offers(committee_id).where(col(Offer.reference) == reference)).first()


def _offers(committee_id: int) -> sa.Select[Offer]:
    return (
        sa.select(Offer)
        .join(ApiOffered, col(ApiOffered.offer_id) == col(Offer.id))
        .join(ApiToken, col(ApiToken.id) == col(ApiOffered.token_id))
        .where(col(ApiToken.committee_id) == committee_id, col(Offer.anonymised_at).is_(None))
    )


def articles(session: Session, offer_id: int) -> list[tuple[OfferedItem, int]]:
    """Each with how many pieces of it a coordinator has promised to committees."""
    rows = session.exec(
        select(OfferedItem).where(OfferedItem.offer_id == offer_id).order_by(col(OfferedItem.position))
    ).all()
    promised = taken_from_items(session, [row.id for row in rows], COMMITTED, gone=False)
    return [(row, promised.get(row.id, 0)) for row in rows]


SHOWN = (
    MatchState.APPROVED,
    MatchState.ACCEPTED,
    MatchState.SCHEDULED,
    MatchState.COMPLETED,
    MatchState.DECLINED,
    MatchState.LAPSED,
    MatchState.FAILED,
)
"""What a committee sees of a match, once a coordinator has approved it."""


def matches(
    session: Session, committee_id: int, asked: ApiMatchesAsked, approved_before: datetime
) -> list[Any]:
    """Gifts for the committee, without who gives them."""
    query = (
        sa.select(
            col(Match.id),
            col(Match.state),
            col(Match.need_id),
            col(Match.quantity),
            col(Match.received_quantity),
            col(OfferedItem.item),
            col(OfferedItem.description),
            col(OfferedItem.condition),
            col(Offer.commune),
            col(Handover.starts_at),
            col(Handover.ends_at),
        )
        .select_from(Match)
        .join(Need, col(Need.id) == col(Match.need_id))
        .join(OfferedItem, col(OfferedItem.id) == col(Match.offered_item_id))
        .join(Offer, col(Offer.id) == col(OfferedItem.offer_id))
        .outerjoin(Handover, col(Handover.id) == col(Match.handover_id))
        .where(
            col(Need.committee_id) == committee_id,
            col(Match.state).in_(SHOWN if asked.state is None else {asked.state} & set(SHOWN)),
            known_to_sides(approved_before),
        )
    )
    return _page(session, query, asked, col(Match.id))


def dry_run(session: Session, committee_id: int, key: str) -> DryRun | None:
    query = select(DryRun).where(DryRun.key == key, DryRun.committee_id == committee_id)
    return session.exec(query).first()


def dry_runs_waiting(session: Session) -> Sequence[int]:
    return session.exec(select(DryRun.id).where(col(DryRun.done_at).is_(None)).order_by(col(DryRun.id))).all()


def tokens(session: Session, committee_id: int) -> Sequence[ApiToken]:
    """Those that open something first, the latest first."""
    query = select(ApiToken).where(ApiToken.committee_id == committee_id)
    return session.exec(query.order_by(col(ApiToken.revoked_at).is_not(None), col(ApiToken.id).desc())).all()


def all_tokens(session: Session, number: int) -> Page[tuple[ApiToken, Committee, Account]]:
    """Those of every committee, with who made each: those that nobody revoked first, the latest first."""
    query = _with_whose(ApiToken).order_by(col(ApiToken.revoked_at).is_not(None), col(ApiToken.id).desc())
    return peeked(session.exec(query.offset((number - 1) * CALLS).limit(CALLS + 1)).all(), number, CALLS)


def all_hooks(session: Session, number: int) -> Page[tuple[Webhook, Committee, Account]]:
    """The addresses of every committee, with who gave each: those that nobody stopped first, the latest first."""
    query = _with_whose(Webhook).order_by(col(Webhook.stopped_at).is_not(None), col(Webhook.id).desc())
    return peeked(session.exec(query.offset((number - 1) * CALLS).limit(CALLS + 1)).all(), number, CALLS)


def _with_whose(row: Any) -> Any:
    return (
        select(row, Committee, Account)
        .join(Committee, col(Committee.id) == row.committee_id)
        .join(Account, col(Account.id) == row.made_by_id)
    )


def latest_deliveries(session: Session, hook_ids: Sequence[int]) -> dict[int, HookDelivery]:
    """The last thing that each of these addresses was to be told."""
    last = sa.select(sa.func.max(col(HookDelivery.id))).group_by(col(HookDelivery.webhook_id))
    query = select(HookDelivery).where(
        col(HookDelivery.id).in_(last.where(col(HookDelivery.webhook_id).in_(hook_ids)))
    )
    return {row.webhook_id: row for row in session.exec(query)}


def calls(session: Session, committee_id: int, number: int) -> Page[tuple[ApiCall, str]]:
    """(call, name of its token), the latest first."""
    query = (
        select(ApiCall, ApiToken.name)
        .join(ApiToken, col(ApiToken.id) == col(ApiCall.token_id))
        .where(ApiToken.committee_id == committee_id)
        .order_by(col(ApiCall.id).desc())
        .offset((number - 1) * CALLS)
        .limit(CALLS + 1)
    )
    return peeked(session.exec(query).all(), number, CALLS)


def hooks(session: Session, committee_id: int) -> Sequence[Webhook]:
    """The addresses that are told of what happens to the committee."""
    query = select(Webhook).where(Webhook.committee_id == committee_id, col(Webhook.stopped_at).is_(None))
    return session.exec(query.order_by(col(Webhook.id))).all()


def deliveries(session: Session, committee_id: int, number: int) -> Page[tuple[HookDelivery, Webhook]]:
    """The latest first."""
    query = (
        select(HookDelivery, Webhook)
        .join(Webhook, col(Webhook.id) == col(HookDelivery.webhook_id))
        .where(Webhook.committee_id == committee_id)
        .order_by(col(HookDelivery.id).desc())
        .offset((number - 1) * CALLS)
        .limit(CALLS + 1)
    )
    return peeked(session.exec(query).all(), number, CALLS)
