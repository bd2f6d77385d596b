"""Reads about committees."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from app.finding import queries as finding
from app.handovers.queries import trips_of
from app.joining import meeting_zone
from app.matches.queries import known_to_sides
from app.models import (
    Account,
    Action,
    Committee,
    Handover,
    Match,
    Membership,
    Need,
    Offer,
    OfferedItem,
    Organisation,
)
from app.models.states import Findable, MatchState, NeedState, Part
from app.web.alphabet import alphabetical
from app.web.pages import Page, cut

PAGE = 50


def choices(session: Session, also: Collection[int] = ()) -> list[tuple[int, str]]:
    """(id, name and commune) of the active committees, and of those in `also`, in the alphabet's order."""
    query = (
        select(Committee.id, Committee.name, Committee.commune)
        .where(col(Committee.active).is_(True) | col(Committee.id).in_(also))
        .order_by(col(Committee.id))
    )
    rows = sorted(session.exec(query), key=lambda row: alphabetical(row[1]))
    return [(key, f"{name} ({commune})") for key, name, commune in rows]


def acting_for(session: Session, account: Account) -> list[Committee]:
    """The committees that this account may act for: its own; every one for coordinators. Active ones only."""
    query = select(Committee).where(col(Committee.active).is_(True))
    if not account.is_coordinator:
        query = query.join(Membership, col(Membership.committee_id) == col(Committee.id)).where(
            Membership.account_id == account.id
        )
    return _by_name(session.exec(query))


def own(session: Session, account: Account) -> list[Committee]:
    """The active committees that this account is a member of."""
    query = (
        select(Committee)
        .join(Membership, col(Membership.committee_id) == col(Committee.id))
        .where(col(Committee.active).is_(True), Membership.account_id == account.id)
    )
    return _by_name(session.exec(query))


def parts(session: Session, account_id: int) -> dict[int, Part]:
    """What the account is, by committee."""
    query = select(Membership.committee_id, Membership.part).where(Membership.account_id == account_id)
    return {committee_id: Part(part) for committee_id, part in session.exec(query)}


def _by_name(committees: Iterable[Committee]) -> list[Committee]:
    return sorted(committees, key=lambda committee: alphabetical(committee.name))


def by_slug(session: Session, slug: str) -> Committee | None:
    return session.exec(select(Committee).where(Committee.slug == slug)).first()


def organisations(session: Session) -> list[Organisation]:
    return sorted(session.exec(select(Organisation)), key=lambda row: alphabetical(row.name))


WAITING = (MatchState.APPROVED, MatchState.ACCEPTED, MatchState.SCHEDULED)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A gift on its way to a committee. No donor: only what the committee may see before and after approval alike."""

    match: Match
    item: OfferedItem
    need: Need
    commune: str
    handover: Handover | None
    zone: str
    """By whose clock they meet."""

    @property
    def other_time_wanted(self) -> bool:
        """The donor said that none of the times suits."""
        fixed = self.match.state is MatchState.SCHEDULED
        return not fixed and self.handover is not None and self.handover.donor_note != ""

    @property
    def to_answer(self) -> bool:
        unanswered = self.match.state is MatchState.APPROVED and self.match.committee_answered_at is None
        return unanswered or self.other_time_wanted

    def to_report(self, now: datetime) -> bool:
        """The appointment is over and the committee has not said how it went."""
        ends = self.handover.ends_at if self.handover and self.match.state is MatchState.SCHEDULED else None
        return ends is not None and ends < now and self.match.committee_says is None


def incoming(session: Session, committee_id: int, *, approved_before: datetime) -> list[Incoming]:
    """Gifts that are approved and not yet handed over: appointments in their order, then the most pressing answers.

    `approved_before` hides what a coordinator may still undo.
    """
    query = (
        select(Match, OfferedItem, Need, Offer)
        .join(OfferedItem, col(OfferedItem.id) == col(Match.offered_item_id))
        .join(Offer, col(Offer.id) == col(OfferedItem.offer_id))
        .join(Need, col(Need.id) == col(Match.need_id))
        .where(
            Need.committee_id == committee_id,
            col(Match.state).in_(WAITING),
            known_to_sides(approved_before),
        )
    )
    committee, rows = session.get_one(Committee, committee_id), session.exec(query).all()
    handovers = trips_of(session, [match.id for match, *_ in rows])
    found = [
        Incoming(
            match, item, need, offer.commune, trip, meeting_zone((trip or match).transport, offer, committee)
        )
        for match, item, need, offer in rows
        for trip in [handovers.get(match.id)]
    ]
    return sorted(found, key=_when)


def by_trip(rows: Iterable[Incoming]) -> list[list[Incoming]]:
    """What comes together and stands alike, in the order of the first of each."""
    trips: dict[tuple[int | None, MatchState], list[Incoming]] = {}
    for row in rows:
        trips.setdefault((row.match.handover_id, row.match.state), []).append(row)
    return list(trips.values())


@dataclass(frozen=True, slots=True)
class FixedTrip:
    """A trip whose time is fixed, with its articles, and whether it is over."""

    handover: Handover
    lines: Sequence[tuple[Match, OfferedItem]]
    zone: str
    """By whose clock they meet."""

    @property
    def starts_at(self) -> datetime:
        return self.handover.starts_at or self.handover.created_at


def collectors(session: Session, committee: Committee, needs: Iterable[Need]) -> dict[int, Committee]:
    """For each need of the committee, who goes for it: the committee that collects for its action, else itself. One query at most."""
    needs = list(needs)
    actions = {need.action_id for need in needs if need.action_id}
    query = (
        select(Action.id, Committee)
        .join(Committee, col(Committee.id) == col(Action.committee_id))
        .where(col(Action.id).in_(actions))
    )
    found: dict[int | None, Committee] = dict(session.exec(query).all()) if actions else {}
    return {need.id: found.get(need.action_id, committee) for need in needs}


def appointments(session: Session, committee: Committee, begins: datetime, ends: datetime) -> list[FixedTrip]:
    """The committee's appointments that begin in a stretch of time, in their order; those that fell out are left out. One query."""
    query = (
        select(Handover, Match, OfferedItem, Offer)
        .join(Match, col(Match.handover_id) == col(Handover.id))
        .join(OfferedItem, col(OfferedItem.id) == col(Match.offered_item_id))
        .join(Offer, col(Offer.id) == col(Handover.offer_id))
        .where(
            Handover.committee_id == committee.id,
            col(Handover.starts_at) >= begins,
            col(Handover.starts_at) < ends,
            col(Match.state).in_((MatchState.SCHEDULED, MatchState.COMPLETED)),
        )
        .order_by(col(Handover.starts_at), col(Handover.id), col(OfferedItem.position), col(Match.id))
    )
    found: dict[int, FixedTrip] = {}
    for handover, match, item, offer in session.exec(query):
        zone = meeting_zone(handover.transport, offer, committee)
        trip = found.setdefault(handover.id, FixedTrip(handover, [], zone))
        found[handover.id] = replace(trip, lines=[*trip.lines, (match, item)])
    return list(found.values())


def needed_between(session: Session, committee_id: int, first: date, following: date) -> Sequence[Need]:
    """The open needs of the committee that have a date from the first day on and before the other."""
    query = select(Need).where(
        Need.committee_id == committee_id,
        Need.state == NeedState.OPEN,
        col(Need.needed_by) >= first,
        col(Need.needed_by) < following,
    )
    return session.exec(query.order_by(col(Need.needed_by), col(Need.id))).all()


def answers_awaited(session: Session, account_id: int, *, approved_before: datetime) -> dict[int, int]:
    """For each committee of the account from which answers are awaited, how many: as `Incoming.to_answer`. One query."""
    unanswered = (col(Match.state) == MatchState.APPROVED) & col(Match.committee_answered_at).is_(None)
    unfixed = col(Match.state).in_((MatchState.APPROVED, MatchState.ACCEPTED))
    query = (
        select(Need.committee_id, func.count())
        .select_from(Match)
        .join(Need, col(Need.id) == col(Match.need_id))
        .join(Membership, col(Membership.committee_id) == col(Need.committee_id))
        .join(Handover, col(Handover.id) == col(Match.handover_id), isouter=True)
        .where(
            Membership.account_id == account_id,
            known_to_sides(approved_before),
            unanswered | (unfixed & (func.coalesce(Handover.donor_note, "") != "")),
        )
        .group_by(col(Need.committee_id))
    )
    return {key: int(count) for key, count in session.exec(query)}


def _when(row: Incoming) -> tuple[datetime, int]:
    moment = row.handover.starts_at if row.handover and row.handover.starts_at else row.match.answer_by
    return moment or row.match.proposed_at, row.match.id


@dataclass(frozen=True, slots=True)
class Family:
    """An association with its committees and how many open needs each has."""

    organisation: Organisation
    committees: list[tuple[Committee, int]]


def everywhere(session: Session, text: str, asked: int) -> Page[Family]:
    """A page of the committees, closed ones too, by association; one without committees stands there by itself. Four queries."""
    query: Any = sa.select(
        col(Organisation.id), col(Organisation.name), col(Committee.id), col(Committee.name)
    ).join(Committee, col(Committee.organisation_id) == col(Organisation.id), isouter=True)
    if text:
        found = finding.numbers(session, Findable.COMMITTEE, finding.search(text))
        query = query.where(col(Committee.id).in_(found))
    lines = sorted(
        session.execute(query), key=lambda row: (alphabetical(row[1]), row[0], alphabetical(row[3] or ""))
    )
    page = cut(lines, asked, PAGE)
    organisations = session.exec(
        select(Organisation).where(col(Organisation.id).in_({row[0] for row in page.rows}))
    )
    committees = session.exec(select(Committee).where(col(Committee.id).in_({row[2] for row in page.rows})))
    rows = sorted(organisations, key=lambda row: (alphabetical(row.name), row.id))
    return page.holding(_families(session, rows, _by_name(committees)))


def _families(
    session: Session, organisations: Iterable[Organisation], committees: Sequence[Committee]
) -> list[Family]:
    needs = session.exec(
        select(Need.committee_id, func.count())
        .where(Need.state == NeedState.OPEN, col(Need.committee_id).in_([each.id for each in committees]))
        .group_by(col(Need.committee_id))
    )
    count = {key: int(number) for key, number in needs}
    theirs: dict[int, list[tuple[Committee, int]]] = {}
    for each in committees:
        theirs.setdefault(each.organisation_id, []).append((each, count.get(each.id, 0)))
    return [Family(row, theirs.get(row.id, [])) for row in organisations]


def actions_of(session: Session, committee_id: int, today: date) -> Sequence[Action]:
    """The actions under way that the committee collects or asks for. One query."""
    asked = select(Need.action_id).where(Need.committee_id == committee_id, Need.state == NeedState.OPEN)
    query = select(Action).where(
        (col(Action.committee_id) == committee_id) | col(Action.id).in_(asked),
        col(Action.closed_at).is_(None),
        col(Action.deadline).is_(None) | (col(Action.deadline) >= today),
    )
    return session.exec(
        query.order_by(col(Action.deadline).is_(None), col(Action.deadline), col(Action.id))
    ).all()


def organisation_by_slug(session: Session, slug: str) -> Organisation | None:
    return session.exec(select(Organisation).where(Organisation.slug == slug)).first()


def follows_of(session: Session, organisation_id: int) -> Sequence[Sequence[str]]:
    """For each committee at work of the association, the rules of it that it follows."""
    query = select(Committee.follows).where(
        Committee.organisation_id == organisation_id, col(Committee.active).is_(True)
    )
    return session.exec(query).all()


def members(session: Session, committee_id: int) -> list[tuple[Account, Part]]:
    """Who may sign in for the committee, and as what, by name."""
    query = (
        select(Account, Membership.part)
        .join(Membership, col(Membership.account_id) == col(Account.id))
        .where(Membership.committee_id == committee_id, col(Account.active).is_(True))
    )
    found = [(account, Part(part)) for account, part in session.exec(query)]
    return sorted(found, key=lambda row: alphabetical(row[0].name))
