"""Reads of what happened: each source in one query, whatever the page is about."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, load_only
from sqlmodel import Session, col, select

from app.db import among
from app.history.topics import KINDS, Topic, topic_of
from app.models import (
    Account,
    Committee,
    Decision,
    Donor,
    Match,
    Need,
    Note,
    Offer,
    OfferedItem,
    OutboxMessage,
    Round,
)
from app.models.states import Verb
from app.web.pages import Page, peeked

PAGE, MOST_TASKS = 30, 20
PARTIES = ("donateur", "comite")
"""Who can be written to."""
OF_LETTERS = (
    OutboxMessage.id, OutboxMessage.event, OutboxMessage.match_ids, OutboxMessage.party, OutboxMessage.to_name,
    OutboxMessage.to_email, OutboxMessage.subject, OutboxMessage.state, OutboxMessage.sent_at,
    OutboxMessage.bounced_at, OutboxMessage.not_before, OutboxMessage.attempts, OutboxMessage.created_at,
)  # fmt: skip
"""What a history says of a letter: not its thousands of characters."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a history tells of: the decisions about these rows, by the word for their kind, and the notes on them.

    `beside` are rows of which notes are told too, and what was said to donors and committees. `letters` selects the ids of the letters.
    """

    here: Topic
    rows: Mapping[str, Collection[int]]
    beside: Mapping[str, Collection[int]] = field(default_factory=dict)
    letters: Sequence[Any] = ()
    list_of: Need | None = None
    """The need that may have been declared with a whole list: that decision is about its committee."""

    def about(self, model: type[Decision | Note]) -> sa.ColumnElement[bool]:
        """The decisions, or the notes, of this history."""
        beside = self.beside if model is Note else {kind: self.beside.get(kind, ()) for kind in PARTIES}
        named = [
            among(getattr(model, KINDS[kind].column), keys)
            for kind, keys in (*self.rows.items(), *beside.items())
            if keys
        ]
        if self.list_of is not None and model is Decision:
            named.append(
                (col(Decision.committee_id) == self.list_of.committee_id)
                & (col(Decision.verb) == Verb.DECLARE)
                & (col(Decision.at) == self.list_of.declared_at)
            )
        return sa.or_(sa.false(), *named)


@dataclass(frozen=True, slots=True)
class Happening:
    """One line: a decision, a note or a letter, with who did it, and what it is about where that is not the page's own row."""

    at: datetime
    what: Decision | Note | OutboxMessage
    who: str = ""
    about: Topic | None = None
    for_whom: str = ""
    done_by: str = ""

    @property
    def kind(self) -> str:
        return type(self.what).__name__.lower()

    @property
    def other(self) -> Topic | None:
        """The donor who was merged into this one, or parted from it."""
        data = self.what.data if isinstance(self.what, Decision) else {}
        key = data.get("merged") or data.get("parted")
        return Topic("donateur", key) if key else None


@dataclass(frozen=True, slots=True)
class History:
    """A page of what happened, the latest first; `names` says what the rows are called that its lines are about."""

    page: Page[Happening]
    tasks: Sequence[Happening]
    """Notes that are to be come back to, the first due first, at most MOST_TASKS."""
    names: Mapping[Topic, "Called"]


@dataclass(frozen=True, slots=True)
class Called:
    """A thing and its words as `item_name` takes them, or a `name` by itself; a match also has its committee."""

    name: str = ""
    item: str | None = None
    description: str = ""


def of_match(session: Session, match_id: int) -> Scope:
    item, need, offer, committee = session.execute(
        sa.select(*map(col, (OfferedItem.offer_id, Match.need_id, Offer.donor_id, Need.committee_id)))
        .select_from(Match)
        .join(OfferedItem, col(OfferedItem.id) == col(Match.offered_item_id))
        .join(Offer, col(Offer.id) == col(OfferedItem.offer_id))
        .join(Need, col(Need.id) == col(Match.need_id))
        .where(col(Match.id) == match_id)
    ).one()
    beside = {"offre": [item], "besoin": [need], "donateur": [offer], "comite": [committee]}
    letters = _about_matches(session, [match_id])
    return Scope(Topic("rapprochement", match_id), {"rapprochement": [match_id]}, beside, letters)


def of_offer(session: Session, offer: Offer) -> Scope:
    matches = _matches(session, [offer.id], ())
    return Scope(
        Topic("offre", offer.id),
        {"offre": [offer.id], "rapprochement": matches},
        {"donateur": [offer.donor_id]},
        [
            *_about_matches(session, matches),
            _answering("offer_id", [offer.id]),
            _named("donor", offer.donor_id, f"offer:{offer.id}:"),
        ],
    )


def of_need(session: Session, need: Need) -> Scope:
    matches = _matches(session, (), [need.id])
    return Scope(
        Topic("besoin", need.id),
        {"besoin": [need.id], "rapprochement": matches},
        {"comite": [need.committee_id]},
        [*_about_matches(session, matches), _answering("need_id", [need.id])],
        need,
    )


def of_donor(session: Session, here: int, donor_ids: Collection[int]) -> Scope:
    """All that happened to the offers of this person, under each of its addresses."""
    offers = session.exec(select(Offer.id).where(among(Offer.donor_id, donor_ids))).all()
    return Scope(
        Topic("donateur", here),
        {"donateur": donor_ids, "offre": offers, "rapprochement": _matches(session, offers, ())},
        letters=[_to(f"donor:{key}" for key in donor_ids)],
    )


def of_committee(session: Session, committee_id: int) -> Scope:
    needs = session.exec(select(Need.id).where(Need.committee_id == committee_id)).all()
    return Scope(
        Topic("comite", committee_id),
        {"comite": [committee_id], "besoin": needs, "rapprochement": _matches(session, (), needs)},
        letters=[_to([f"committee:{committee_id}"])],
    )


def _matches(session: Session, offer_ids: Collection[int], need_ids: Collection[int]) -> Sequence[int]:
    query = select(Match.id)
    if need_ids:
        return session.exec(query.where(among(Match.need_id, need_ids))).all()
    items = select(OfferedItem.id).where(among(OfferedItem.offer_id, offer_ids))
    return session.exec(query.where(col(Match.offered_item_id).in_(items))).all()


def _about_matches(session: Session, matches: Collection[int]) -> list[Any]:
    """The letters about one of these at least: a letter tells of several that go together."""
    trips = select(Match.handover_id).where(among(Match.id, matches), col(Match.handover_id).is_not(None))
    query = select(OutboxMessage.id, OutboxMessage.match_ids).where(col(OutboxMessage.handover_id).in_(trips))
    wanted = set(matches)
    found = [key for key, about in session.exec(query) if wanted.intersection(about)] if matches else []
    return [sa.select(col(OutboxMessage.id)).where(among(OutboxMessage.id, found))] if found else []


def _answering(column: str, keys: Collection[int]) -> Any:
    """The letters that answer decisions about these rows."""
    decided = sa.select(sa.literal("decision:") + sa.cast(Decision.id, sa.String)).where(
        among(getattr(Decision, column), keys)
    )
    return sa.select(col(OutboxMessage.id)).where(col(OutboxMessage.event).in_(decided))


def _named(kind: str, key: int, begins: str) -> Any:
    """The letters to this party about events whose name begins so."""
    return sa.select(col(OutboxMessage.id)).where(
        col(OutboxMessage.party) == f"{kind}:{key}",
        sa.func.substr(OutboxMessage.event, 1, len(begins)) == begins,
    )


def _to(parties: Iterable[str]) -> Any:
    return sa.select(col(OutboxMessage.id)).where(col(OutboxMessage.party).in_(list(parties)))


def history(session: Session, scope: Scope, number: int) -> History:
    """What happened, the latest first: four queries at most, and one for each kind of row that it names."""
    most = number * PAGE + 1
    notes = list(_notes(session, scope, most))
    found = [*_decisions(session, scope, most), *notes, *_letters(session, scope, most)]
    found.sort(key=lambda each: (each.at, each.kind == "outboxmessage", each.what.id), reverse=True)
    page = peeked(found[(number - 1) * PAGE : most], number, PAGE)
    tasks = _open(notes) if len(notes) < most else list(_notes(session, scope, MOST_TASKS, to_do=True))
    about = {
        each.about for each in (*page.rows, *tasks) if each.about is not None and each.about != scope.here
    }
    about |= {each.other for each in page.rows if each.other is not None}
    return History(page, tasks, _called(session, about))


def done_by(session: Session, committee_id: int, account_ids: Collection[int]) -> "Told":
    """The last PAGE things that these accounts did for the committee."""
    return decided(session, [among(Decision.account_id, account_ids), of_the_committee(committee_id)], PAGE)


def of_the_committee(committee_id: int) -> sa.ColumnElement[bool]:
    """The decisions about a committee, its needs, what was paired with them, and its rounds."""
    needs = sa.select(col(Need.id)).where(col(Need.committee_id) == committee_id)
    matches = sa.select(col(Match.id)).where(col(Match.need_id).in_(needs))
    rounds = sa.select(col(Round.id)).where(col(Round.committee_id) == committee_id)
    return (
        (col(Decision.committee_id) == committee_id)
        | col(Decision.need_id).in_(needs)
        | col(Decision.match_id).in_(matches)
        | col(Decision.round_id).in_(rounds)
    )


Told = tuple[list[Happening], Mapping[Topic, "Called"]]
"""What was decided, and what the rows are called that it is about."""


def decided(
    session: Session, where: Sequence[sa.ColumnElement[bool]], most: int, *, oldest_first: bool = False
) -> Told:
    """At most so many decisions, the latest first unless said otherwise. A query, and one for each kind of row."""
    order: tuple[Any, ...] = (col(Decision.at), col(Decision.id))
    query: Any = (
        select(Decision, Account.name)
        .join(Account, col(Account.id) == col(Decision.account_id), isouter=True)
        .where(*where)
        .order_by(*(order if oldest_first else (each.desc() for each in order)))
        .limit(most)
    )
    found = [
        Happening(decision.at, decision, name or "", topic_of(decision))
        for decision, name in session.exec(query)
    ]
    return found, _called(session, {each.about for each in found if each.about is not None})


def _open(notes: Iterable[Happening]) -> list[Happening]:
    """Of all the notes there are, those to be come back to."""
    rows = [(each.what, each) for each in notes]
    due = [
        (note.due_at, note.id, each)
        for note, each in rows
        if isinstance(note, Note) and note.due_at and not (note.done_at or note.removed_at)
    ]
    return [each for _due, _key, each in sorted(due, key=lambda one: one[:2])][:MOST_TASKS]


def _decisions(session: Session, scope: Scope, most: int) -> Iterable[Happening]:
    query = (
        select(Decision, Account.name)
        .join(Account, col(Account.id) == col(Decision.account_id), isouter=True)
        .where(scope.about(Decision))
        .order_by(col(Decision.at).desc(), col(Decision.id).desc())
        .limit(most)
    )
    for decision, name in session.exec(query):
        yield Happening(decision.at, decision, name or "", topic_of(decision))


def _notes(session: Session, scope: Scope, most: int, *, to_do: bool = False) -> Iterable[Happening]:
    order = (col(Note.due_at), col(Note.id)) if to_do else (col(Note.at).desc(), col(Note.id).desc())
    author, person, doer = aliased(Account), aliased(Account), aliased(Account)
    query = (
        sa.select(Note, col(author.name), col(person.name), col(doer.name))
        .join(author, col(author.id) == col(Note.author_id))
        .join(person, col(person.id) == col(Note.for_id), isouter=True)
        .join(doer, col(doer.id) == col(Note.done_by_id), isouter=True)
        .where(scope.about(Note))
        .order_by(*order)
        .limit(most)
    )
    if to_do:
        query = query.where(
            col(Note.due_at).is_not(None), col(Note.done_at).is_(None), col(Note.removed_at).is_(None)
        )
    for note, name, for_whom, done_by in session.execute(query):
        yield Happening(note.at, note, name, topic_of(note), for_whom or "", done_by or "")


def _letters(session: Session, scope: Scope, most: int) -> Iterable[Happening]:
    said = [_answering(KINDS[kind].column, keys) for kind in PARTIES if (keys := scope.beside.get(kind))]
    letters = [*scope.letters, *said]
    if not letters:
        return
    query = (
        select(OutboxMessage)
        .options(load_only(*OF_LETTERS, raiseload=True))  # type: ignore[arg-type]
        .where(col(OutboxMessage.id).in_(sa.union(*letters)))
        .order_by(col(OutboxMessage.created_at).desc(), col(OutboxMessage.id).desc())
        .limit(most)
    )
    for letter in session.exec(query):
        topics = [Topic("rapprochement", match_id) for match_id in letter.match_ids]
        about = scope.here if scope.here in topics else next(iter(topics), None)
        yield Happening(letter.created_at, letter, about=about)


def _called(session: Session, about: Collection[Topic]) -> dict[Topic, Called]:
    """What these rows are called; a query for each of their kinds."""
    found = {}
    for kind in {each.kind for each in about}:
        keys = [each.key for each in about if each.kind == kind]
        for key, *words in session.execute(_NAMES[kind].where(among(KINDS[kind].model.id, keys))):
            found[Topic(kind, key)] = Called(*words)
    return found


_NAMES: Mapping[str, Any] = {
    "offre": sa.select(col(Offer.id), col(Offer.reference)),
    "besoin": sa.select(col(Need.id), sa.literal(""), col(Need.item), col(Need.description)),
    "rapprochement": sa.select(
        col(Match.id), col(Committee.name), col(OfferedItem.item), col(OfferedItem.description)
    )
    .join(OfferedItem, col(OfferedItem.id) == col(Match.offered_item_id))
    .join(Need, col(Need.id) == col(Match.need_id))
    .join(Committee, col(Committee.id) == col(Need.committee_id)),
    "donateur": sa.select(col(Donor.id), col(Donor.name)),
    "comite": sa.select(col(Committee.id), col(Committee.name)),
    "tournee": sa.select(col(Round.id), col(Committee.name)).join(
        Committee, col(Committee.id) == col(Round.committee_id)
    ),
}
