"""What waits for a coordinator: one query for each chore, all with the same columns, so that they can be read as one list."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.models import (
    Account,
    Decision,
    Handover,
    Match,
    Need,
    Note,
    Offer,
    OfferedItem,
    OutboxMessage,
    PhoneCall,
    Receipt,
)
from app.models.states import Aside, MatchState, NeedState, OfferState, ReceiptState, Role, Verb
from app.offers.queries import to_call
from notifications.models import NOBODY, State
from notifications.types import UtcDateTime


class Chore(StrEnum):
    """What waits for a coordinator: the first are settled by a call, those of AT_THE_DESK by looking."""

    TASK = "task"
    CALL = "call"
    CONTRADICTION = "contradiction"
    REPORT = "report"
    ANSWER_OF_DONOR = "answer_of_donor"
    ANSWER_OF_COMMITTEE = "answer_of_committee"
    TIME = "time"
    LETTER = "letter"
    HELD = "held"
    UNCONFIRMED = "unconfirmed"
    NAMELESS_GIFT = "nameless_gift"
    NAMELESS_NEED = "nameless_need"
    WORDS = "words"
    RECEIPT = "receipt"
    PROPOSAL = "proposal"


AT_THE_DESK = frozenset(
    {Chore.NAMELESS_GIFT, Chore.NAMELESS_NEED, Chore.WORDS, Chore.RECEIPT, Chore.PROPOSAL}
)

SILENT = timedelta(days=3)
"""An appointment of which nobody has said anything for so long is the coordinator's to ask about."""
UNHEARD = timedelta(days=2)
"""An offer that nobody has confirmed for so long, although it was asked by e-mail."""
LATELY = timedelta(days=30)
"""What went wrong longer ago is history."""

COLUMNS = ("chore", "party", "party_id", "since", "ref")
"""The chore; whom to call about it (`donor`, `committee` or `account`, and its number; `person`, and the number of their offer); since when; the number of its row."""

NOW, SILENT_SINCE, UNHEARD_SINCE, LATELY_SINCE = (
    sa.bindparam(name, type_=UtcDateTime())
    for name in ("now", "silent_since", "unheard_since", "lately_since")
)


def moments(now: datetime) -> dict[str, datetime]:
    """The values of the queries' parameters: each query is made once."""
    return {
        "now": now,
        "silent_since": now - SILENT,
        "unheard_since": now - UNHEARD,
        "lately_since": now - LATELY,
    }


Source = Callable[[], Sequence[sa.Select[Any]]]


def _waiting(chore: Chore, party: Any, party_id: Any, since: Any, ref: Any) -> sa.Select[Any]:
    said = (sa.literal(chore.value), sa.literal(party) if isinstance(party, str) else party)
    columns = (*said, party_id, sa.type_coerce(since, UtcDateTime()), ref)
    return sa.select(*(each.label(name) for each, name in zip(columns, COLUMNS, strict=True)))


def _of_trips(chore: Chore, party: str, since: Any, *tables: Any) -> sa.Select[Any]:
    """The same, one for all articles that go together: an answer, a time or a report is theirs in common."""
    several = sa.func.coalesce(col(Match.handover_id), -col(Match.id))
    return _of_matches(chore, party, since, *tables, first=sa.func.min).group_by(several)


def _of_matches(
    chore: Chore, party: str, since: Any, *tables: Any, first: Callable[..., Any] = lambda column, **_: column
) -> sa.Select[Any]:
    """About a match, to be settled with this side of it."""
    party_id = col(Offer.donor_id) if party == "donor" else col(Need.committee_id)
    columns = first(party_id), first(since, type_=UtcDateTime()), first(col(Match.id))
    query = _waiting(chore, party, *columns).select_from(Match)
    if party == "donor":
        query = query.join(OfferedItem, col(OfferedItem.id) == col(Match.offered_item_id))
        query = query.join(Offer, col(Offer.id) == col(OfferedItem.offer_id))
    else:
        query = query.join(Need, col(Need.id) == col(Match.need_id))
    for table, on in tables:
        query = query.join(table, on)
    return query


def _tasks() -> Sequence[sa.Select[Any]]:
    """What somebody meant to come back to by today."""
    offered, item = aliased(Offer), aliased(OfferedItem)
    donor = sa.func.coalesce(col(Note.donor_id), col(Offer.donor_id), offered.donor_id)
    committee = sa.func.coalesce(col(Note.committee_id), col(Need.committee_id))
    party = sa.case((donor.is_not(None), "donor"), else_="committee")
    return [
        _waiting(Chore.TASK, party, sa.func.coalesce(donor, committee), Note.due_at, col(Note.id))
        .select_from(Note)
        .join(Offer, col(Offer.id) == col(Note.offer_id), isouter=True)
        .join(Need, col(Need.id) == col(Note.need_id), isouter=True)
        .join(Match, col(Match.id) == col(Note.match_id), isouter=True)
        .join(item, col(item.id) == col(Match.offered_item_id), isouter=True)
        .join(offered, col(offered.id) == col(item.offer_id), isouter=True)
        .where(
            col(Note.due_at) <= NOW,
            col(Note.done_at).is_(None),
            col(Note.removed_at).is_(None),
        )
    ]


def _calls() -> Sequence[sa.Select[Any]]:
    """What people without an address have to be told, by offer: the address that stands in for theirs is not whom to call."""
    return [
        _waiting(Chore.CALL, "person", col(PhoneCall.offer_id), OutboxMessage.created_at, col(PhoneCall.id))
        .select_from(PhoneCall)
        .join(OutboxMessage, col(OutboxMessage.id) == col(PhoneCall.letter_id))
        .where(to_call(NOW))
    ]


def _proposals() -> Sequence[sa.Select[Any]]:
    since = sa.func.coalesce(col(Offer.confirmed_at), col(Offer.created_at))
    return [_of_matches(Chore.PROPOSAL, "donor", since).where(col(Match.state) == MatchState.PROPOSED)]


def _answers_of_donors() -> Sequence[sa.Select[Any]]:
    """Reminded, and still silent; or asked to choose a time, and still silent."""
    return [
        _of_trips(Chore.ANSWER_OF_DONOR, "donor", Match.reminded_at).where(
            col(Match.state) == MatchState.APPROVED,
            col(Match.reminded_at).is_not(None),
            col(Match.donor_answered_at).is_(None),
        )
    ]


def _answers_of_committees() -> Sequence[sa.Select[Any]]:
    return [
        _of_trips(Chore.ANSWER_OF_COMMITTEE, "committee", Match.reminded_at).where(
            col(Match.state) == MatchState.APPROVED,
            col(Match.reminded_at).is_not(None),
            col(Match.committee_answered_at).is_(None),
        )
    ]


def _times() -> Sequence[sa.Select[Any]]:
    """Both want it, and no time was found although somebody was reminded."""
    return [
        _of_trips(Chore.TIME, "donor", Match.reminded_at).where(
            col(Match.state) == MatchState.ACCEPTED, col(Match.reminded_at).is_not(None)
        )
    ]


def _reports() -> Sequence[sa.Select[Any]]:
    return [
        _of_trips(Chore.REPORT, "committee", Handover.ends_at, _HANDOVER).where(
            col(Match.state) == MatchState.SCHEDULED,
            col(Handover.ends_at) < SILENT_SINCE,
            _COMMITTEE_SAYS.is_(None),
            _DONOR_SAYS.is_(None),  # what one of them says is concluded by the clock
        )
    ]


def _contradictions() -> Sequence[sa.Select[Any]]:
    """One says that it happened, the other that it did not; until a coordinator writes down how it was, or puts the report right."""
    corrected = sa.exists().where(
        col(Decision.match_id) == col(Match.id),
        col(Decision.verb) == Verb.CORRECT,
        col(Decision.at) >= col(Match.closed_at),
        col(Account.id) == col(Decision.account_id),
        col(Account.role) != Role.MEMBER,
    )
    settled = sa.exists().where(
        col(Note.match_id) == col(Match.id),
        col(Note.at) >= col(Match.closed_at),
        col(Note.removed_at).is_(None),
    )
    apart = ((_DONOR_SAYS == "no") & (_COMMITTEE_SAYS == "yes")) | (
        (_DONOR_SAYS == "yes") & (_COMMITTEE_SAYS == "no")
    )
    return [
        _of_matches(Chore.CONTRADICTION, "committee", Match.closed_at, _HANDOVER).where(
            col(Match.state).in_((MatchState.COMPLETED, MatchState.FAILED)),
            col(Match.closed_at) > LATELY_SINCE,
            apart,
            ~settled,
            ~corrected,
        )
    ]


_HANDOVER = (Handover, col(Handover.id) == col(Match.handover_id))
_DONOR_SAYS, _COMMITTEE_SAYS = col(Match.donor_says), col(Match.committee_says)


def _letters() -> Sequence[sa.Select[Any]]:
    """Refused or come back lately, and nothing has reached that reader since."""
    later, failed, back = aliased(OutboxMessage), col(OutboxMessage.not_before), col(OutboxMessage.bounced_at)
    heard = sa.exists().where(
        col(later.party) == col(OutboxMessage.party),
        col(later.id) > col(OutboxMessage.id),
        col(later.state) == State.SENT,
        col(later.bounced_at).is_(None),
    )

    def to(kind: str, since: Any, *lost: sa.ColumnElement[bool]) -> sa.Select[Any]:
        begins = f"{kind}:"
        number = sa.cast(sa.func.substr(OutboxMessage.party, len(begins) + 1), sa.Integer)
        return _waiting(Chore.LETTER, kind, number, since, col(OutboxMessage.id)).where(
            *lost,
            since > LATELY_SINCE,
            sa.func.substr(OutboxMessage.party, 1, len(begins)) == begins,
            col(OutboxMessage.to_email) != NOBODY,
            ~heard,
        )

    return [
        select
        for kind in ("donor", "committee", "account")
        for select in (
            to(kind, failed, col(OutboxMessage.state) == State.FAILED, back.is_(None)),
            to(kind, back),
        )
    ]


def _unconfirmed() -> Sequence[sa.Select[Any]]:
    return [
        _waiting(Chore.UNCONFIRMED, "donor", col(Offer.donor_id), Offer.created_at, col(Offer.id)).where(
            col(Offer.state) == OfferState.UNCONFIRMED, col(Offer.created_at) < UNHEARD_SINCE
        )
    ]


def _held() -> Sequence[sa.Select[Any]]:
    """Set aside until a coordinator has looked: a line for each offer, however many of its articles are."""
    since = sa.func.coalesce(col(Offer.confirmed_at), col(Offer.created_at))
    first = sa.func.min(col(OfferedItem.id))
    return [
        _waiting(Chore.HELD, "donor", col(Offer.donor_id), since, first)
        .select_from(OfferedItem)
        .join(Offer, col(Offer.id) == col(OfferedItem.offer_id))
        .where(
            col(OfferedItem.aside) == Aside.HELD,
            col(Offer.state).in_((OfferState.UNCONFIRMED, OfferState.OPEN)),
        )
        .group_by(col(Offer.id), col(Offer.donor_id), since)
    ]


def _nameless_gifts() -> Sequence[sa.Select[Any]]:
    since = sa.func.coalesce(col(Offer.confirmed_at), col(Offer.created_at))
    return [
        _waiting(Chore.NAMELESS_GIFT, "donor", col(Offer.donor_id), since, col(OfferedItem.id))
        .select_from(OfferedItem)
        .join(Offer, col(Offer.id) == col(OfferedItem.offer_id))
        .where(
            col(OfferedItem.item).is_(None),
            col(OfferedItem.aside).is_(None),
            # The few articles lead to their offers: SQLite would look into each open offer for them.
            sa.func.coalesce(col(Offer.state), "") == OfferState.OPEN,
        )
    ]


def _nameless_needs() -> Sequence[sa.Select[Any]]:
    return [
        _waiting(
            Chore.NAMELESS_NEED, "committee", col(Need.committee_id), Need.declared_at, col(Need.id)
        ).where(col(Need.item).is_(None), col(Need.state) == NeedState.OPEN)
    ]


def _words() -> Sequence[sa.Select[Any]]:
    """What committees wrote of what came, until a coordinator has looked."""
    return [
        _of_trips(Chore.WORDS, "committee", Handover.words_at, _HANDOVER).where(
            col(Handover.words_at).is_not(None), col(Match.state) == MatchState.COMPLETED
        )
    ]


def _receipts() -> Sequence[sa.Select[Any]]:
    """What donors need for a tax receipt, until their association has handed one over or refused."""
    return [
        _waiting(Chore.RECEIPT, "donor", col(Offer.donor_id), Receipt.asked_at, col(Receipt.id))
        .select_from(Receipt)
        .join(Offer, col(Offer.id) == col(Receipt.offer_id))
        .where(col(Receipt.state).in_((ReceiptState.ASKED, ReceiptState.PREPARED)))
    ]


SOURCES: Mapping[Chore, Source] = {
    Chore.TASK: _tasks,
    Chore.CALL: _calls,
    Chore.CONTRADICTION: _contradictions,
    Chore.REPORT: _reports,
    Chore.ANSWER_OF_DONOR: _answers_of_donors,
    Chore.ANSWER_OF_COMMITTEE: _answers_of_committees,
    Chore.TIME: _times,
    Chore.LETTER: _letters,
    Chore.HELD: _held,
    Chore.UNCONFIRMED: _unconfirmed,
    Chore.NAMELESS_GIFT: _nameless_gifts,
    Chore.NAMELESS_NEED: _nameless_needs,
    Chore.WORDS: _words,
    Chore.RECEIPT: _receipts,
    Chore.PROPOSAL: _proposals,
}


@lru_cache
def waiting(chores: tuple[Chore, ...] = tuple(Chore)) -> sa.Subquery:
    """All that waits of these chores; executed with `moments`."""
    return sa.union_all(*(each for chore in chores for each in SOURCES[chore]())).subquery("waiting")
