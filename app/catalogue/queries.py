"""What a typed text may mean: the catalogue's words, and those that coordinators taught."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.db import session
from app.late import Late
from app.models import Account, Alias, Committee, Need, Offer, OfferedItem
from app.models.states import NeedState, OfferState
from app.sheets.cells import Sense
from app.web.pages import Page, peeked, turned_to
from matching.items import Item, load, normalise
from matching.said import Said

if TYPE_CHECKING:
    import matching.recognition as recognition
else:
    recognition = Late("matching.recognition")

SURE_ENOUGH = 0.7
"""Below this confidence a recognition is left to a person."""

PAGE = 20
WORDS_PAGE = 100
CACHED = "recogniser"
OPEN_OFFERS = (OfferState.UNCONFIRMED, OfferState.OPEN)
OPEN_NEEDS = (NeedState.OPEN, NeedState.PAUSED)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`label` is the item's name, `wording` the words of the catalogue that begin as typed."""

    item: str
    label: str
    wording: str
    handled: bool


def recogniser() -> "recognition.Recogniser":
    """What reads texts now, words that were taught counted. One query a request; `forget` when they change."""
    known = session().info
    if CACHED not in known:
        known[CACHED] = built(taught(session()))
    found: recognition.Recogniser = known[CACHED]
    return found


def taught(current: Session) -> tuple[tuple[str, str], ...]:
    """(wording, item) of each word in use, the oldest first."""
    query = select(Alias.wording, Alias.item).where(col(Alias.removed_at).is_(None)).order_by(col(Alias.id))
    return tuple((wording, item) for wording, item in current.exec(query))


@lru_cache(maxsize=4)
def built(words: tuple[tuple[str, str], ...]) -> "recognition.Recogniser":
    """What reads texts with these words besides the catalogue's: (wording, item) of each."""
    return recognition.Recogniser(extra_aliases=dict(words))


def forget(current: Session) -> None:
    """The words have changed: read them anew."""
    current.info.pop(CACHED, None)


def recognise(text: str) -> "recognition.Recognition":
    """What a text was taken for, whatever the confidence."""
    return recogniser().recognise(text)


def recognised(text: str) -> str | None:
    """The item that a text names, or None where a person must say."""
    exact = load().named(text)
    if exact is not None:
        return exact.slug
    found = recognise(text)
    return found.item if found.item is not None and found.confidence >= SURE_ENOUGH else None


@lru_cache(65_536)
def said_of(text: str, item: str | None) -> tuple[Said, ...]:
    """What a text says of the state of the thing. The words that were taught tell nothing of states."""
    return recognition.said_of(text, item)


def several(text: str) -> tuple[str, ...]:
    """The words of each thing that a text names, where it names several."""
    things = recognise(text).things
    return tuple(each.words for each in things) if len(things) > 1 else ()


def sense() -> Sense:
    """What names the articles of a list; what it was asked once it remembers."""
    return Sense(
        item=lru_cache(10_000)(recognised), quantity=lru_cache(10_000)(lambda text: recognise(text).quantity)
    )


def alternatives(text: str, most: int = 3) -> list[str]:
    """What an article that nobody recognises may be: items, the likeliest first."""
    likely = recogniser().suggestions(text, 2 * most) if text.strip() else ()
    return [slug for slug in likely if load()[slug].handled][:most]


def guesses(text: str, known: str | None) -> list[str]:
    """What a thing may be, for a coordinator to tick: what it is taken for already is none; what is not handled may be one."""
    return [slug for slug in recogniser().suggestions(text) if slug != known]


def suggestions(typed: str, *, english: bool = False, limit: int = 8) -> list[Suggestion]:
    """Items whose wording begins as typed, else the one that the whole text names."""
    catalogue = load()
    found = recogniser().suggest(typed, limit)
    if not found and len(typed.strip()) >= 3:
        slug = recognised(typed)
        found = [(slug, catalogue[slug].fr)] if slug else []
    offered = []
    # On a French page English words are for whoever types English: where nothing French begins so.
    french_typed = not english and not all(_is_english(catalogue[slug], wording) for slug, wording in found)
    for slug, wording in found:
        item = catalogue[slug]
        label = item.en if english else item.fr
        same = normalise(wording) == normalise(label) or (french_typed and _is_english(item, wording))
        offered.append(Suggestion(slug, label, label if same else wording, item.handled))
    return offered


def _is_english(item: Item, wording: str) -> bool:
    return wording in {item.en, *item.aliases_en} and wording not in {item.fr, *item.aliases}


@dataclass(frozen=True, slots=True)
class Nameless:
    """A thing that a person has to name: an article of an offer, or a need."""

    text: str
    where: str
    since: datetime
    quantity: int
    item: str | None = None
    article: OfferedItem | None = None
    need: Need | None = None
    alike: int = 1
    """How many things wait under the same words, this one among them."""

    @property
    def kind(self) -> str:
        return "article" if self.article is not None else "need"

    @property
    def id(self) -> int:
        row = self.article or self.need
        return (row.id) if row is not None else 0


def waiting_count(current: Session) -> int:
    """How many things wait for a name."""
    gone = _gone(current)
    articles = _articles(sa.select(sa.func.count())).where(_nameless(OfferedItem, gone))
    needs = _needs(sa.select(sa.func.count())).where(_nameless(Need, gone))
    return int(current.scalar(sa.select(articles.scalar_subquery() + needs.scalar_subquery())) or 0)


def waiting(current: Session, asked: int) -> Page[Nameless]:
    """One page of the wordings that wait for a name, the oldest first: what is written alike is one row."""
    gone = _gone(current)
    since: Any = col(Offer.created_at)
    articles = _articles(sa.select(_wording(OfferedItem, "a").label("wording"), since.label("since"))).where(
        _nameless(OfferedItem, gone)
    )
    since = col(Need.declared_at)
    needs = _needs(sa.select(_wording(Need, "b").label("wording"), since.label("since"))).where(
        _nameless(Need, gone)
    )
    each = articles.union_all(needs).subquery()
    rows = (
        sa.select(each.c.wording, sa.func.min(each.c.since), sa.func.count())
        .group_by(each.c.wording)
        .order_by(sa.func.min(each.c.since), each.c.wording)
    )
    page = turned_to(
        asked, current.scalar(sa.select(sa.func.count()).select_from(rows.subquery())) or 0, PAGE
    )
    shown = current.execute(rows.offset(page.offset).limit(PAGE)).all()
    firsts = _firsts(current, [wording for wording, *_rest in shown], gone)
    return page.holding(
        [replace(firsts[wording], alike=count) for wording, _since, count in shown if wording in firsts]
    )


def _wording(model: type[OfferedItem] | type[Need], mark: str) -> Any:
    """What is compared of a thing's words; of one without words, its own number."""
    words = sa.func.lower(sa.func.trim(model.description))
    return sa.case((words == "", mark + sa.cast(model.id, sa.String)), else_=words)


def _firsts(current: Session, wordings: Sequence[str], gone: Sequence[str]) -> dict[str, Nameless]:
    """For each of these wordings, the oldest thing that is called so."""
    found: list[tuple[str, Nameless]] = []
    key: Any = _wording(OfferedItem, "a")
    query: Any = _articles(sa.select(key, OfferedItem, Offer)).where(_nameless(OfferedItem, gone))
    for wording, article, offer in current.execute(query.where(key.in_(wordings))):
        found.append((wording, _article(article, offer)))
    key = _wording(Need, "b")
    query = _needs(sa.select(key, Need, Committee)).where(_nameless(Need, gone))
    for wording, need, committee in current.execute(query.where(key.in_(wordings))):
        found.append((wording, _need(need, committee)))
    found.sort(key=lambda each: (each[1].since, each[1].kind, each[1].id), reverse=True)
    return dict(found)


def one(current: Session, kind: str, key: int) -> Nameless | None:
    """An article of an open offer, or an open need, named or not; None where there is no such thing to name."""
    if kind == "article":
        article = current.execute(
            _articles(sa.select(OfferedItem, Offer)).where(col(OfferedItem.id) == key)
        ).first()
        return _article(*article) if article else None
    need = current.execute(_needs(sa.select(Need, Committee)).where(col(Need.id) == key)).first()
    return _need(*need) if need else None


def _articles(query: Any) -> Any:
    return (
        query.select_from(OfferedItem)
        .join(Offer, col(OfferedItem.offer_id) == col(Offer.id))
        .where(col(Offer.state).in_(OPEN_OFFERS))
    )


def _needs(query: Any) -> Any:
    return (
        query.select_from(Need)
        .join(Committee, col(Need.committee_id) == col(Committee.id))
        .where(col(Need.state).in_(OPEN_NEEDS))
    )


def _nameless(model: type[OfferedItem] | type[Need], gone: Sequence[str]) -> sa.ColumnElement[bool]:
    """No item, or one that has left the catalogue."""
    unnamed = col(model.item).is_(None)
    # SQLite leaves the index where it is handed an empty list.
    return unnamed | col(model.item).in_(gone) if gone else unnamed


def _gone(current: Session) -> list[str]:
    """The items of articles and needs that have left the catalogue."""
    used = _used(OfferedItem).union(_used(Need))
    return [slug for slug in current.scalars(used) if slug not in load()]


def _used(model: type[OfferedItem] | type[Need]) -> sa.Select[Any]:
    """Each item that rows of this table are, from one to the next in the index: the rows themselves are many."""
    used = sa.select(sa.func.min(model.item).label("item")).cte(recursive=True)
    following = sa.select(sa.func.min(model.item)).where(col(model.item) > used.c.item).scalar_subquery()
    used = used.union_all(sa.select(following).where(used.c.item.is_not(None)))
    return sa.select(used.c.item).where(used.c.item.is_not(None))


def _article(article: OfferedItem, offer: Offer) -> Nameless:
    return Nameless(
        article.description, offer.commune, offer.created_at, article.quantity, article.item, article=article
    )


def _need(need: Need, committee: Committee) -> Nameless:
    return Nameless(need.description, committee.name, need.declared_at, need.quantity, need.item, need=need)


@dataclass(frozen=True, slots=True)
class Word:
    """A word that was taught, with where it came from. `offer_id` is the offer of the article."""

    alias: Alias
    by: str
    offer_id: int | None


def words(current: Session, text: str, number: int, *, removed: bool = False) -> Page[Word]:
    """A page of the words that were taught, the latest first."""
    query: Any = (
        sa.select(Alias, col(Account.name), col(OfferedItem.offer_id))
        .join(Account, col(Alias.taught_by_id) == col(Account.id), isouter=True)
        .join(OfferedItem, col(Alias.from_item_id) == col(OfferedItem.id), isouter=True)
        .where(col(Alias.removed_at).is_not(None) if removed else col(Alias.removed_at).is_(None))
        .order_by(col(Alias.taught_at).desc(), col(Alias.id).desc())
        .offset((number - 1) * WORDS_PAGE)
        .limit(WORDS_PAGE + 1)
    )
    if text:
        query = query.where(
            col(Alias.key).contains(normalise(text), autoescape=True) | col(Alias.item).in_(_meant(text))
        )
    found = [Word(alias, name or "", offer) for alias, name, offer in current.execute(query)]
    return peeked(found, number, WORDS_PAGE)


def removed_word(current: Session, alias_id: int | None) -> Alias | None:
    """The word of that number, if it is one that was removed."""
    found = current.get(Alias, alias_id) if alias_id else None
    return found if found is not None and found.removed_at is not None else None


def _meant(text: str) -> Sequence[str]:
    wanted = normalise(text)
    return [item.slug for item in load().values() if any(wanted in normalise(name) for name in item.names)]


def to_export(current: Session) -> str:
    """The words taught that the catalogue's file lacks, as TOML: for each item its whole line of aliases, sorted."""
    catalogue = load()
    fresh: dict[str, list[str]] = {}
    for wording, slug in taught(current):
        if slug in catalogue and catalogue.named(wording) is None:
            fresh.setdefault(slug, []).append(wording)
    entries = [
        f"[{slug}]\naliases = {_toml([*catalogue[slug].aliases, *sorted(fresh[slug], key=normalise)])}\n"
        for slug in sorted(fresh)
    ]
    return "\n".join(entries)


def _toml(values: Sequence[str]) -> str:
    escaped = (value.replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return "[" + ", ".join(f'"{value}"' for value in escaped) + "]"
