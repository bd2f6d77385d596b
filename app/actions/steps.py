"""The steps of actions: what has to be done, by which committee, by when."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from sqlmodel import Session, col, select

from app.models import Action, ActionStep, Committee

MOST = 500
"""Lines of a year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDraft:
    words: str
    committee_id: int
    due: date
    submission_key: str


@dataclass(frozen=True, slots=True)
class Planned:
    """A day of a year's plan: a step, or the deadline of an action."""

    day: date
    action: Action
    committee: Committee
    step: ActionStep | None = None


def of_action(session: Session, action_id: int) -> Sequence[ActionStep]:
    query = select(ActionStep).where(ActionStep.action_id == action_id)
    return session.exec(query.order_by(col(ActionStep.due), col(ActionStep.id)).limit(MOST)).all()


def names(session: Session, found: Collection[ActionStep]) -> dict[int, str]:
    """The names of the committees of these steps."""
    ids = {step.committee_id for step in found}
    return dict(session.exec(select(Committee.id, Committee.name).where(col(Committee.id).in_(ids))).all())


def add(session: Session, action_id: int, draft: StepDraft) -> None:
    """A new step, once however often its form is sent."""
    query = select(ActionStep.id).where(ActionStep.submission_key == draft.submission_key)
    if session.exec(query).first() is None:
        session.add(ActionStep(action_id=action_id, **asdict(draft)))


def settle(session: Session, action_id: int, step_id: int, verb: str, today: date) -> None:
    """`done` today, `todo` again, or `remove`."""
    step = session.get(ActionStep, step_id, with_for_update=True)
    if step is None or step.action_id != action_id:
        return
    if verb == "remove":
        session.delete(step)
    elif verb == "done":
        step.done_on = step.done_on or today
    elif verb == "todo":
        step.done_on = None


def year(session: Session, number: int) -> list[Planned]:
    """What is due in that year, in the order of its days. Two queries."""
    first, last = date(number, 1, 1), date(number, 12, 31)
    of_steps = (
        select(ActionStep, Action, Committee)
        .join(Action, col(Action.id) == col(ActionStep.action_id))
        .join(Committee, col(Committee.id) == col(ActionStep.committee_id))
        .where(col(ActionStep.due).between(first, last))
        .order_by(col(ActionStep.due), col(ActionStep.id))
        .limit(MOST)
    )
    ends = (
        select(Action, Committee)
        .join(Committee, col(Committee.id) == col(Action.committee_id))
        .where(col(Action.deadline).between(first, last))
        .order_by(col(Action.deadline), col(Action.id))
        .limit(MOST)
    )
    found = [Planned(step.due, action, committee, step) for step, action, committee in session.exec(of_steps)]
    found += [Planned(action.deadline or last, action, committee) for action, committee in session.exec(ends)]
    return sorted(found, key=lambda line: line.day)
