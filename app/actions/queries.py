"""Reads about actions."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, func, select

from app.models import Action, Committee, Need
from app.models.states import NeedState
from app.needs.queries import Asked, NeedLine, asked, with_quantities

ASKED = (NeedState.OPEN, NeedState.PAUSED, NeedState.MET)
MOST_ATTACHABLE = 100


@dataclass(frozen=True, slots=True)
class Progress:
    """Pieces asked for, promised and received, over all needs of an action."""

    asked: int
    promised: int
    received: int

    @classmethod
    def of(cls, lines: list[NeedLine]) -> "Progress":
        return cls(
            sum(line.need.quantity for line in lines),
            sum(line.promised for line in lines),
            sum(min(line.received, line.need.quantity) for line in lines),
        )


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
    def wanted(self) -> list[Asked]:
        """What donors may still bring."""
        return asked(
            line
            for line in self.lines
            if line.need.state is NeedState.OPEN and line.need.id not in self.stopped
        )


def by_slug(session: Session, slug: str) -> Action | None:
    return session.exec(select(Action).where(Action.slug == slug)).first()


def campaigns(session: Session, *, only: int | None = None, on: date | None = None) -> list[Campaign]:
    """Actions, those that end soonest first; those whose deadline is not past on `on`. Five queries for any number."""
    query = (
        select(Action, Committee)
        .join(Committee, col(Committee.id) == col(Action.committee_id))
        .order_by(col(Action.deadline).is_(None), col(Action.deadline), func.lower(Action.title))
    )
    if only is not None:
        query = query.where(Action.id == only)
    if on is not None:
        query = query.where(col(Action.deadline).is_(None) | (col(Action.deadline) >= on))
    found = list(session.exec(query))
    rows = session.exec(
        select(Need, Committee.active)
        .join(Committee, col(Committee.id) == col(Need.committee_id))
        .where(
            col(Need.action_id).in_([action.id for action, _committee in found]), col(Need.state).in_(ASKED)
        )
        .order_by(col(Need.declared_at), col(Need.id))
    ).all()
    lines: dict[int, list[NeedLine]] = {}
    stopped = frozenset(need.id for need, active in rows if not active)
    for line in with_quantities(session, [need for need, _active in rows]):
        lines.setdefault(line.need.action_id or 0, []).append(line)
    return [Campaign(action, committee, lines.get(action.id, []), stopped) for action, committee in found]


def need_ids(session: Session, action_id: int) -> list[int]:
    """The needs of an action, whatever became of them."""
    return list(session.exec(select(Need.id).where(Need.action_id == action_id).order_by(col(Need.id))))


def attachable(session: Session, action: Action) -> list[tuple[Need, Committee]]:
    """Needs that may belong to the action: those that do, and open ones that belong to none, its committee's first."""
    query = (
        select(Need, Committee)
        .join(Committee, col(Committee.id) == col(Need.committee_id))
        .where(
            (col(Need.action_id) == action.id)
            | (col(Need.action_id).is_(None) & (col(Need.state) == NeedState.OPEN))
        )
        .order_by(
            col(Need.action_id).is_(None),
            col(Need.committee_id) != action.committee_id,
            func.lower(Committee.name),
            col(Need.declared_at),
        )
        .limit(MOST_ATTACHABLE)
    )
    return list(session.exec(query))
