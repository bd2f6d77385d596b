"""What happens to associations and their committees: founded, described, closed, opened again."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Session, col, select

from app.committees.inheriting import rules_of, spread
from app.holding import hold
from app.matches.queries.storage import room_of
from app.matches.service import supersede_proposals
from app.models import Committee, Match, Need, Organisation
from app.models.base import Where
from app.models.states import COMMITTED, Condition, Language, MatchState, Size, Verb
from app.naming import add_once, readdress
from app.refusing import RefusedError
from app.transitions import Actor, note_decision


class CommitteeRefusal(StrEnum):
    """Why it cannot be done."""

    UNKNOWN = "unknown"
    PROMISED = "promised"


class CommitteeError(RefusedError[CommitteeRefusal]):
    """The committee stays as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What an association may say for its committees, as the tables keep it."""

    takes: tuple[str, ...] = ()
    refuses: tuple[str, ...] = ()
    minimum_condition: Condition | None = None
    minimum_conditions: Mapping[str, str] = field(default_factory=dict)
    largest_size: Size = Size.VERY_LARGE
    highest_floor: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Description(Rules):
    """All that a committee says of itself, as the table keeps it; `room` is what is left now, beyond what is promised. Of the kinds that
    it `follows` the association's rules hold, whatever else is said here."""

    where: Where
    presentation: str = ""
    street: str = ""
    email: str = ""
    phone: str = ""
    language: Language = Language.FRENCH
    opening_hours: Mapping[str, Any] = field(default_factory=dict)
    collects_km: int = 0
    collects_at_once: int = 1
    closures: Sequence[Sequence[str]] = ()
    collection_hours: Mapping[str, Any] = field(default_factory=dict)
    room: int | None = None
    follows: tuple[str, ...] = ()


RULES = (
    *("latitude", "longitude", "collects_km", "largest_size", "refuses"),
    *("takes", "minimum_condition", "minimum_conditions", "highest_floor"),
)
"""The columns that plans obey; room is stated anew, see `describe`."""
TOLD = (
    *("collects_km", "largest_size", "refuses", "takes", "minimum_condition", "minimum_conditions"),
    *("highest_floor", "opening_hours", "collection_hours", "closures", "collects_at_once", "follows"),
)
"""What the history tells before and after, beside room."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What only coordinators change."""

    name: str
    organisation_id: int


def found(session: Session, identity: Identity, description: Description, now: datetime) -> Committee:
    """Make a committee; its address on the site comes from its name and never changes."""
    told = {
        "name": identity.name,
        "organisation_id": identity.organisation_id,
        **columns_of(description, _ruling(session, identity.organisation_id)),
        "room": description.room,
        "room_stated_at": None if description.room is None else now,
    }
    return add_once(session, Committee, identity.name, "comite", told, created_at=now)


def describe(
    session: Session,
    committee_id: int,
    description: Description,
    actor: Actor,
    now: datetime,
    identity: Identity | None = None,
) -> Committee:
    """Change what a committee says of itself, and its identity if given; its history keeps its rules before and after.

    Room is stated anew where it is not what is left anyway. Raises CommitteeError.
    """
    committee = held(session, committee_id)
    left = room_of(session, committee)
    before = {name: getattr(committee, name) for name in TOLD} | {"room": left}
    whose = identity.organisation_id if identity is not None else committee.organisation_id
    columns = columns_of(description, _ruling(session, whose))
    after = columns | {"room": description.room}
    for name, value in columns.items():
        setattr(committee, name, value)
    if description.room != left:
        committee.room = description.room
        committee.room_stated_at = None if description.room is None else now
    changes = {name: [before[name], after[name]] for name in before if before[name] != after[name]}
    if changes:
        note_decision(session, committee, Verb.EDIT, actor, now, data={"rules": True, "changes": changes})
    if identity is not None:
        committee.name, committee.organisation_id = identity.name, identity.organisation_id
    return committee


def rename(session: Session, committee: Committee, name: str, actor: Actor, now: datetime) -> None:
    """Give a committee that is held another name in addresses. Raises NamingError."""
    former = committee.slug
    readdress(session, committee, name)
    if name != former:
        changes = {"slug": [former, name]}
        note_decision(session, committee, Verb.EDIT, actor, now, data={"rules": False, "changes": changes})


def close(session: Session, committee_id: int, actor: Actor, now: datetime) -> Committee:
    """Switch a committee off: nothing more is proposed to it. Raises CommitteeError while somebody counts on it."""
    needs = select(Need.id).where(Need.committee_id == committee_id)
    need_ids = session.exec(needs).all()
    proposed = select(Match.offered_item_id).where(
        col(Match.need_id).in_(needs), Match.state == MatchState.PROPOSED
    )
    # Before looking: what is being approved in this moment is seen.
    hold(session, item_ids=session.exec(proposed).all(), need_ids=need_ids)
    waiting = session.exec(
        select(Match.id).where(
            col(Match.need_id).in_(needs), col(Match.state).in_(COMMITTED - {MatchState.COMPLETED})
        )
    ).first()
    if waiting is not None:
        raise CommitteeError(CommitteeRefusal.PROMISED)
    supersede_proposals(session, actor, now, need_ids=need_ids)
    committee = held(session, committee_id)
    committee.active = False
    return committee


def reopen(session: Session, committee_id: int) -> Committee:
    committee = held(session, committee_id)
    committee.active = True
    return committee


@dataclass(frozen=True, slots=True)
class AssociationDraft:
    """What an association says of itself: to everybody, and, where it may issue `receipts`, for those."""

    name: str
    description: str = ""
    website: str = ""
    receipts: bool = False
    kind: str = ""
    registered_as: str = ""
    seat: str = ""
    purpose: str = ""
    colour: str = ""


def found_organisation(session: Session, draft: AssociationDraft, now: datetime) -> Organisation:
    return add_once(session, Organisation, draft.name, "association", asdict(draft), created_at=now)


def describe_organisation(session: Session, organisation_id: int, draft: AssociationDraft) -> Organisation:
    organisation = held_organisation(session, organisation_id)
    for name, value in asdict(draft).items():
        setattr(organisation, name, value)
    return organisation


def rule(session: Session, organisation_id: int, rules: Rules, actor: Actor, now: datetime) -> Organisation:
    """Give an association its rules, and them to the committees that follow it."""
    organisation = held_organisation(session, organisation_id)
    for name, value in asdict(rules).items():
        setattr(organisation, name, list(value) if isinstance(value, tuple) else value)
    spread(session, organisation, actor, now)
    return organisation


def held_organisation(session: Session, organisation_id: int) -> Organisation:
    """The association, locked until the transaction ends."""
    return session.get_one(Organisation, organisation_id, with_for_update=True, populate_existing=True)


def _ruling(session: Session, organisation_id: int) -> Organisation:
    """The association, whose rules stay as they are until the transaction ends."""
    return session.get_one(
        Organisation, organisation_id, with_for_update={"read": True}, populate_existing=True
    )


def held(session: Session, committee_id: int) -> Committee:
    """The committee, locked until the transaction ends, after its association, whose rules it may follow. Raises CommitteeError."""
    theirs = select(Committee.organisation_id).where(Committee.id == committee_id).scalar_subquery()
    session.exec(select(Organisation.id).where(Organisation.id == theirs).with_for_update(read=True))
    query = select(Committee).where(Committee.id == committee_id).with_for_update()
    committee = session.exec(query.execution_options(populate_existing=True)).first()
    if committee is None:
        raise CommitteeError(CommitteeRefusal.UNKNOWN)
    return committee


def columns_of(description: Description, organisation: Organisation) -> dict[str, Any]:
    """The description as columns of a committee of the association, but for its room."""
    told = asdict(description)
    del told["room"]
    plain = {**told.pop("where"), **told, "closures": list(description.closures)}
    plain = {name: list(value) if isinstance(value, tuple) else value for name, value in plain.items()}
    return plain | rules_of(organisation, description.follows)
