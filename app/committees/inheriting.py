"""Rules that an association has for its committees: the one place that says which of them a committee goes by.

A committee's columns hold what it goes by, whoever wrote it; `follows` names the kinds that are the association's. So plans, pages
and programs read the columns alone.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from app.models import Committee, Organisation
from app.models.states import RuleKind, Verb
from app.transitions import Actor, note_decision

COLUMNS: Mapping[RuleKind, tuple[str, ...]] = {
    RuleKind.TAKEN: ("takes", "refuses"),
    RuleKind.CONDITION: ("minimum_condition", "minimum_conditions"),
    RuleKind.RECEIVING: ("largest_size", "highest_floor"),
}


def rules_of(organisation: Organisation, follows: Collection[str] = tuple(RuleKind)) -> dict[str, Any]:
    """The association's rules of these kinds, as columns of a committee."""
    return {
        name: getattr(organisation, name)
        for kind, columns in COLUMNS.items()
        if kind in follows
        for name in columns
    }


def still_followed(follows: Collection[str], own: Collection[str]) -> list[str]:
    """The kinds that are the association's once these columns are the committee's own."""
    return [kind.value for kind in RuleKind if kind in follows and not {*COLUMNS[kind]} & {*own}]


def spread(session: Session, organisation: Organisation, actor: Actor, now: datetime) -> None:
    """Have the committees that follow the association's rules go by them, with a decision for each that changes. Two queries.

    The association is locked: nobody begins to follow it meanwhile.
    """
    query = select(Committee).where(Committee.organisation_id == organisation.id).order_by(col(Committee.id))
    for committee in session.exec(query.with_for_update().execution_options(populate_existing=True)):
        rules = rules_of(organisation, committee.follows)
        changes = {
            name: [getattr(committee, name), value]
            for name, value in rules.items()
            if getattr(committee, name) != value
        }
        for name in changes:
            setattr(committee, name, rules[name])
        if changes:
            note_decision(session, committee, Verb.EDIT, actor, now, data={"rules": True, "changes": changes})
