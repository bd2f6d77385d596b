"""Reads: who and what is found by the words that somebody types."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.catalogue.queries import SURE_ENOUGH, recognise
from app.db import among
from app.finding.documents import ITEM
from app.finding.terms import Search, Term, read
from app.finding.words import SHORTEST_PART
from app.models import Committee, Donor, Match, Need, Offer, OfferedItem, SavedView, SearchWord
from app.models.states import Findable
from app.web.alphabet import alphabetical
from app.web.pages import Page, cut
from matching.items import load

LAST = "\U0010ffff"
"""Stands after every other letter."""
COMPLETE = 0.85
"""A slip in words that name an article all together."""
MOST = 1000
"""Rows above which nobody counts."""
ENOUGH = 20 * MOST
"""Words that are those of more than MOST rows: no row has so many that begin alike."""

_WORDS: sa.Table = SearchWord.__table__  # type: ignore[attr-defined]
OF: Mapping[Findable, Any] = {
    Findable.DONOR: Donor,
    Findable.OFFER: Offer,
    Findable.NEED: Need,
    Findable.COMMITTEE: Committee,
    Findable.MATCH: Match,
}
"""The rows that each kind finds."""
Numbers = sa.Select[Any] | sa.CompoundSelect[Any]


Order = tuple[list[Term], int]
"""The terms of a search, the rarest first, and how many rows hold its words, as far as that is worth counting."""


def search(typed: str) -> Search:
    """What these words ask for."""
    return read(typed, _named)


def find(
    session: Session,
    typed: str,
    kinds: Collection[Findable] = tuple(Findable),
    *,
    asked: int = 1,
    size: int = 10,
) -> Mapping[Findable, Page[int]]:
    """For each of `kinds` a page of the numbers of what `typed` finds, whole words before beginnings, then the newest first;
    without a total above MOST."""
    wanted = search(typed)
    order = _rarest_first(session, kinds, wanted.terms)
    return {kind: _page(session, kind, wanted, order[kind], asked, size) for kind in kinds}


def _page(session: Session, kind: Findable, wanted: Search, order: Order, asked: int, size: int) -> Page[int]:
    found = _numbers(kind, wanted, order, ENOUGH).limit(MOST + 1)
    rows = sorted(session.connection().execute(found).scalars(), reverse=True)
    if size < len(rows) <= MOST and kind is not Findable.MATCH:
        whole = _whole_words(session, kind, wanted, rows)
        rows.sort(key=lambda number: -whole.get(number, 0))
    page = cut(rows[:MOST], asked, size)
    return replace(page, total=None) if len(rows) > MOST else page


def _whole_words(
    session: Session, kind: Findable, wanted: Search, numbers: Collection[int]
) -> dict[int, int]:
    """How many of the words that were typed each of these subjects has, not only their beginnings."""
    said = {word for term in wanted.terms for way in term.ways for word in way}
    columns = _WORDS.c
    query = (
        sa.select(columns.subject_id, sa.func.count())
        .where(columns.kind == kind, columns.word.in_(said), among(columns.subject_id, numbers))
        .group_by(columns.subject_id)
    )
    return {row.subject_id: row[1] for row in session.connection().execute(query)}


def numbers(session: Session, kind: Findable, wanted: Search) -> Numbers:
    """The numbers of all that is found, each once: what a list is narrowed to."""
    return _numbers(kind, wanted, _rarest_first(session, [kind], wanted.terms)[kind])


def _numbers(kind: Findable, wanted: Search, order: Order, enough: int | None = None) -> Numbers:
    """`enough` rows of words are looked at where they alone decide."""
    if not wanted.terms:
        return sa.select(col(OF[kind].id)).where(sa.false())
    if kind is Findable.MATCH:
        found = _matches(*order)
        number = sa.select(col(Match.id)).where(col(Match.id) == wanted.number)
        return found if wanted.number is None else sa.union(found, number)
    (first, *others), _rows = order
    subject, drawn = col(OF[kind].id), _drawn(kind, first)
    if not others:
        drawn = drawn.limit(enough)
    return sa.select(subject).where(subject.in_(drawn), *(_holds(kind, subject, each) for each in others))


def _matches(terms: Sequence[Term], rows: int) -> Numbers:
    """Those whose offer or need has each term."""
    offered = col(OfferedItem.id) == col(Match.offered_item_id)
    offer = sa.select(col(OfferedItem.offer_id)).where(offered).correlate(Match).scalar_subquery()
    query = sa.select(col(Match.id)).where(
        *(
            _holds(Findable.OFFER, offer, term) | _holds(Findable.NEED, col(Match.need_id), term)
            for term in terms
        )
    )
    if rows >= MOST:
        return query
    given = sa.select(col(OfferedItem.id)).where(
        col(OfferedItem.offer_id).in_(_drawn(Findable.OFFER, terms[0]))
    )
    either = (
        col(Match.offered_item_id).in_(given),
        col(Match.need_id).in_(_drawn(Findable.NEED, terms[0])),
    )
    return query.where(
        col(Match.id).in_(sa.union(*(sa.select(col(Match.id)).where(each) for each in either)))
    )


def _drawn(kind: Findable, term: Term) -> Numbers:
    """The subjects that have a term, some of them more than once."""
    ways = []
    for first, *more in _ways(term):
        having = (_has(kind, _WORDS.c.subject_id, word) for word in more)
        ways.append(sa.select(_WORDS.c.subject_id).where(_WORDS.c.kind == kind, first(_WORDS), *having))
    return sa.union(*ways) if len(ways) > 1 else ways[0]


def _holds(kind: Findable, subject: Any, term: Term) -> sa.ColumnElement[bool]:
    """Whether the subject of that number has a term."""
    return sa.or_(*(sa.and_(*(_has(kind, subject, word) for word in way)) for way in _ways(term)))


Stands = Callable[[Any], sa.ColumnElement[bool]]
"""Whether a row of words, of the table or an alias of it, is one that is meant."""


def _ways(term: Term) -> list[list[Stands]]:
    """What has to stand together, the longest first: it stands in the fewest subjects."""
    ways = [[_begins(word) for word in sorted(way, key=len, reverse=True)] for way in term.ways]
    return [*ways, [_names(term.items)]] if term.items else ways


def _begins(word: str) -> Stands:
    """A few digits stand for themselves: half of all numbers begin with them somewhere."""
    if word.isdigit() and len(word) < SHORTEST_PART:
        return lambda rows: rows.c.word == word
    return lambda rows: sa.and_(rows.c.word >= word, rows.c.word < word + LAST)


def _names(items: Sequence[str]) -> Stands:
    return lambda rows: rows.c.word.in_([ITEM + item for item in items])


def _has(kind: Findable, subject: Any, stands: Stands) -> sa.ColumnElement[bool]:
    rows = _WORDS.alias()
    return sa.exists().where(rows.c.kind == kind, rows.c.subject_id == subject, stands(rows))


def _rarest_first(
    session: Session, kinds: Collection[Findable], terms: Sequence[Term]
) -> Mapping[Findable, Order]:
    """For each kind the order of the terms. One query."""
    if len(terms) < 2 and Findable.MATCH not in kinds:
        return dict.fromkeys(kinds, (list(terms), 0))
    counts = [_rows(kind, term) for kind in kinds for term in terms]
    rows = iter(session.connection().execute(sa.select(*counts)).one() if counts else ())
    found: dict[Findable, Order] = {}
    for kind in kinds:
        ranked: list[tuple[int, int]] = sorted((next(rows), place) for place in range(len(terms)))
        found[kind] = [terms[place] for _rows_held, place in ranked], ranked[0][0] if ranked else 0
    return found


def _rows(kind: Findable, term: Term) -> sa.ColumnElement[int]:
    """Of a match, those of its offer and its need."""
    counts = []
    for each in (Findable.OFFER, Findable.NEED) if kind is Findable.MATCH else (kind,):
        for first, *_more in _ways(term):
            some = sa.select(_WORDS.c.subject_id).where(_WORDS.c.kind == each, first(_WORDS)).limit(MOST)
            counts.append(sa.select(sa.func.count()).select_from(some.subquery()).scalar_subquery())
    return sum(counts[1:], start=counts[0])


def _named(said: str) -> str | None:
    """The item that these words name, all of them together where they are several."""
    known = load().named(said)
    if known is not None:
        return known.slug
    found = recognise(said)
    if " " in said and (found.confidence < COMPLETE or found.why == "head"):
        return None
    return found.item if found.confidence >= SURE_ENOUGH else None


def views(session: Session, account_id: int, kind: Findable) -> list[SavedView]:
    """The lists of one kind that an account keeps, by name."""
    query = select(SavedView).where(SavedView.account_id == account_id, col(SavedView.kind) == kind)
    return sorted(session.exec(query), key=lambda view: alphabetical(view.name))
