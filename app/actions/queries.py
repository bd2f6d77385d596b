"""Reads about actions."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from app.matches.queries import BROUGHT
from app.models import Action, Committee, Match, Need, Photo
from app.models.states import COMMITTED, MatchState, NeedState
from app.needs.queries import Asked, NeedLine, asked, with_quantities
from app.web.pages import Page, turned_to

ASKED = (NeedState.OPEN, NeedState.PAUSED, NeedState.MET)
MOST_ATTACHABLE = 100
PAGE = 20


@dataclass(frozen=True, slots=True)
class Progress:
    """Pieces asked for, promised and received, over all needs of an action or over some of them."""

    asked: int = 0
    promised: int = 0
    received: int = 0

    @classmethod
    def of(cls, lines: Collection[NeedLine]) -> "Progress":
        return cls(
            sum(line.need.quantity for line in lines),
            sum(line.promised for line in lines),
            sum(min(line.received, line.need.quantity) for line in lines),
        )

    @property
    def remaining(self) -> int:
        return max(0, self.asked - self.promised - self.received)


@dataclass(frozen=True, slots=True)
class ActionCard:
    """An action as lists show it."""

    action: Action
    committee: Committee
    progress: Progress


@dataclass(frozen=True, slots=True)
class Campaign:
    """An action with its collecting committee, its needs and how far it is."""

    action: Action
    committee: Committee
    lines: list[NeedLine]
    stopped: frozenset[int] = frozenset()
    """The needs whose committee takes nothing any more."""

    @property
    def progress(self) -> Progress:
        return Progress.of(self.lines)

    @property
    def by_item(self) -> list[tuple[str, Progress]]:
        """How far each thing is, in the order in which they were asked for; what nobody has named yet is left out."""
        together: dict[str, list[NeedLine]] = {}
        for line in self.lines:
            if line.need.item is not None:
                together.setdefault(line.need.item, []).append(line)
        return [(item, Progress.of(lines)) for item, lines in together.items()]

    @property
    def wanted(self) -> list[Asked]:
        """What donors may still bring."""
        return asked(
            line
            for line in self.lines
            if line.need.state is NeedState.OPEN and line.need.id not in self.stopped
        )


def by_slug(session: Session, slug: str) -> Action | None:
    return session.exec(select(Action).where(Action.slug == slug)).first()


def under_way(today: date) -> sa.ColumnElement[bool]:
    """Those that are not closed, and whose deadline is not past."""
    return col(Action.closed_at).is_(None) & (
        col(Action.deadline).is_(None) | (col(Action.deadline) >= today)
    )


def cards(session: Session, asked: int, which: sa.ColumnElement[bool] | None = None) -> Page[ActionCard]:
    """A page of the actions, those that end soonest first. Three queries."""
    chosen = sa.true() if which is None else which
    total = session.exec(select(func.count()).select_from(Action).where(chosen)).one()
    page = turned_to(asked, total, PAGE)
    query = (
        select(Action, Committee)
        .join(Committee, col(Committee.id) == col(Action.committee_id))
        .where(chosen)
        .order_by(
            col(Action.deadline).is_(None),
            col(Action.deadline),
            func.lower(Action.title),
            col(Action.id),
        )
    )
    rows = session.exec(query.limit(PAGE).offset(page.offset)).all()
    far = _progress(session, [action.id for action, _committee in rows])
    return page.holding(
        [ActionCard(action, committee, far.get(action.id, Progress())) for action, committee in rows]
    )


def _progress(session: Session, action_ids: Collection[int]) -> dict[int, Progress]:
    """Added up where the needs are: twenty actions may have thousands."""
    completed = col(Match.state) == MatchState.COMPLETED
    ours = col(Need.action_id).in_(action_ids) & col(Need.state).in_(ASKED)
    brought = (
        sa.select(
            col(Match.need_id),
            sa.func.sum(sa.case((completed, BROUGHT), else_=0)).label("received"),
            sa.func.sum(sa.case((completed, 0), else_=BROUGHT)).label("promised"),
        )
        .join(Need, col(Need.id) == col(Match.need_id))
        .where(ours, col(Match.state).in_(COMMITTED))
        .group_by(col(Match.need_id))
        .subquery()
    )
    received = sa.func.coalesce(brought.c.received, 0)
    capped = sa.case((received > col(Need.quantity), col(Need.quantity)), else_=received)
    query = (
        sa.select(
            col(Need.action_id),
            sa.func.sum(col(Need.quantity)),
            sa.func.sum(sa.func.coalesce(brought.c.promised, 0)),
            sa.func.sum(capped),
        )
        .outerjoin(brought, brought.c.need_id == col(Need.id))
        .where(ours)
        .group_by(col(Need.action_id))
    )
    return {key: Progress(*map(int, sums)) for key, *sums in session.connection().execute(query)}


def campaign(session: Session, action: Action) -> Campaign:
    """Five queries."""
    rows = session.exec(
        select(Need, Committee.active)
        .join(Committee, col(Committee.id) == col(Need.committee_id))
        .where(col(Need.action_id) == action.id, col(Need.state).in_(ASKED))
        .order_by(col(Need.declared_at), col(Need.id))
    ).all()
    stopped = frozenset(need.id for need, active in rows if not active)
    lines = with_quantities(session, [need for need, _active in rows])
    return Campaign(action, session.get_one(Committee, action.committee_id), lines, stopped)


def need_ids(session: Session, action_id: int) -> list[int]:
    """The needs of an action, whatever became of them."""
    return list(session.exec(select(Need.id).where(Need.action_id == action_id).order_by(col(Need.id))))


def pictures(session: Session, action_id: int) -> Sequence[Photo]:
    return session.exec(select(Photo).where(Photo.action_id == action_id).order_by(col(Photo.id))).all()


@dataclass(frozen=True, slots=True)
class Attachable:
    """A need that may belong to an action; `own` where its committee is one of the action's."""

    need: Need
    committee: Committee
    own: bool


def own_committees(session: Session, action: Action) -> set[int]:
    """The committee that collects, and those that have needs in the action."""
    of_needs = session.exec(select(Need.committee_id).where(Need.action_id == action.id).distinct())
    return {action.committee_id, *of_needs}


def attachable(session: Session, action: Action) -> list[Attachable]:
    """Needs that may belong to the action: those that do, open ones of its own committees that belong to none, then the latest of others."""
    own, of_none = own_committees(session, action), col(Need.action_id).is_(None)
    theirs = col(Need.committee_id).in_(own)
    first = _needs(
        session,
        (col(Need.action_id) == action.id) | (of_none & theirs & (col(Need.state) == NeedState.OPEN)),
        (of_none, func.lower(Committee.name), col(Need.declared_at), col(Need.id)),
        MOST_ATTACHABLE,
    )
    # Along the index of open needs: sorted by their committees, thousands would be read for the few that are shown.
    others = _needs(
        session,
        of_none & ~theirs & (col(Need.state) == NeedState.OPEN),
        (col(Need.declared_at).desc(), col(Need.id)),
        MOST_ATTACHABLE - len(first),
    )
    return [Attachable(need, committee, committee.id in own) for need, committee in (*first, *others)]


def _needs(
    session: Session, which: sa.ColumnElement[bool], order: tuple[Any, ...], most: int
) -> Sequence[tuple[Need, Committee]]:
    query = select(Need, Committee).join(Committee, col(Committee.id) == col(Need.committee_id))
    return session.exec(query.where(which).order_by(*order).limit(most)).all()
