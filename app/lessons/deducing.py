"""What coded refusals teach: a pure rule from refusals to lessons, stated here and nowhere else.

A refusal is a coordinator's rejection, or a committee's "no", with one of four reasons, on a match that ended so: what
was undone teaches nothing. It teaches for a year. Each kind of lesson gathers the refusals of one committee about one
item; it holds for that item and narrower ones.

- `too_far` (one is enough): the committee goes for such things within 90 % of the nearest distance that was refused, and
  never less than a quarter of its usual reach, as that is today. Only what the committee would have had to collect counts.
- `condition` (one is enough for `fair` and `for_parts`; two for anything better, since a photo may deceive): the
  floor is the next better condition than the best that was refused, at most `very_good`.
- `not_now` (one is enough): nothing of the kind until 30 days after the latest refusal; 60 after a second one, 90 after more.
- `wrong_item` (one is enough): the words that were taken for the item no longer mean it. Words are the taught
  wording that the text holds, else its first line; a line that is nothing but the item's own name teaches nothing. It
  holds for that committee, unless a coordinator said that it is so for all.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import floor
from typing import TYPE_CHECKING
from zlib import crc32

import matching.types as engine
from app.days import day_of
from app.late import Late
from app.models.states import Condition, Reason, Transport
from matching.items import load, normalise
from matching.rules import holds_words

if TYPE_CHECKING:
    import matching.recognition.language as language
else:
    language = Late("matching.recognition.language")

TEACHES_FOR = timedelta(days=365)
NEARER, LEAST_FACTOR = 0.9, 0.25
WAITS = timedelta(days=30)
LONGEST_WAIT = 3
HIGHEST_FLOOR = Condition.VERY_GOOD
LONGEST_WORDS = 80
TEACHING = (Reason.TOO_FAR, Reason.CONDITION, Reason.NOT_NOW, Reason.WRONG_ITEM)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedMatch:
    """One refused match, as it was. `collects_km` is the committee's usual reach now, `words` what the donor wrote."""

    decision_id: int
    match_id: int
    at: datetime
    reason: Reason
    by_committee: bool
    committee_id: int
    committee: str
    item: str
    words: str
    condition: Condition
    distance_km: float
    collects_km: float
    transport: Transport
    for_all: bool = False


@dataclass(frozen=True, slots=True)
class Taught:
    """A lesson with the refusals that it comes from, the latest first. `committee` is a name, empty for everybody."""

    lesson: engine.Lesson
    committee: str
    refusals: tuple[RefusedMatch, ...]

    @property
    def key(self) -> str:
        return self.lesson.id


Draft = tuple[engine.Lesson, Sequence[RefusedMatch]]


def deduce(refusals: Iterable[RefusedMatch], taught: Iterable[tuple[str, str]], today: date) -> list[Taught]:
    """The lessons of these refusals, sorted by key. `taught` are (wording, item) pairs that coordinators taught."""
    known = tuple(taught)
    gathered: defaultdict[tuple[Reason, int, str], list[RefusedMatch]] = defaultdict(list)
    for refusal in refusals:
        if refusal.item in load():
            gathered[refusal.reason, refusal.committee_id, refusal.item].append(refusal)
    wrong = [each for (reason, *_), rows in gathered.items() if reason is Reason.WRONG_ITEM for each in rows]
    drafts = [_of_committee(rows, today) for (reason, *_), rows in gathered.items() if reason in _RULES]
    drafts += _wrong_items(wrong, known)
    found = [_taught(*draft) for draft in drafts if draft is not None]
    return sorted(found, key=lambda each: each.key)


def _taught(lesson: engine.Lesson, rows: Sequence[RefusedMatch]) -> Taught:
    latest = tuple(sorted(rows, key=lambda each: (each.at, each.decision_id), reverse=True))
    return Taught(lesson, latest[0].committee if lesson.committee else "", latest)


def _of_committee(rows: Sequence[RefusedMatch], today: date) -> Draft | None:
    return _RULES[rows[0].reason](rows, today)


def _key(kind: engine.LessonKind, committee: int | None, item: str, words: str = "") -> str:
    mark = f"-{crc32(normalise(words).encode()):08x}" if words else ""
    return f"{kind.value}-{committee or 'tous'}-{item}{mark}"


def _too_far(rows: Sequence[RefusedMatch], _today: date) -> Draft | None:
    far = [each for each in rows if each.transport is Transport.COMMITTEE_COLLECTS and each.collects_km > 0]
    if not far:
        return None
    share = min(each.distance_km / each.collects_km for each in far)
    factor = max(LEAST_FACTOR, floor(share * NEARER * 1000) / 1000)
    if factor >= 1:
        return None
    kind, committee, item = engine.LessonKind.TOO_FAR, rows[0].committee_id, rows[0].item
    return (
        engine.Lesson(_key(kind, committee, item), kind, str(committee), item, factor=factor),
        far,
    )


def _condition(rows: Sequence[RefusedMatch], _today: date) -> Draft | None:
    worn = [each for each in rows if each.condition in (Condition.FAIR, Condition.FOR_PARTS)]
    counted = rows if len(rows) > 1 else worn
    if not counted:
        return None
    best = min(each.condition.rank for each in counted)
    floor_rank = max(HIGHEST_FLOOR.rank, best - 1)
    kind, committee, item = engine.LessonKind.CONDITION, rows[0].committee_id, rows[0].item
    lesson = engine.Lesson(
        _key(kind, committee, item), kind, str(committee), item, floor=list(Condition)[floor_rank]
    )
    return lesson, counted


def _not_now(rows: Sequence[RefusedMatch], today: date) -> Draft | None:
    latest = day_of(max(each.at for each in rows))
    until = latest + WAITS * min(len(rows), LONGEST_WAIT)
    if until <= today:
        return None
    kind, committee, item = engine.LessonKind.NOT_NOW, rows[0].committee_id, rows[0].item
    lesson = engine.Lesson(_key(kind, committee, item), kind, str(committee), item, not_before=until)
    return lesson, rows


_RULES: dict[Reason, Callable[[Sequence[RefusedMatch], date], Draft | None]] = {
    Reason.TOO_FAR: _too_far,
    Reason.CONDITION: _condition,
    Reason.NOT_NOW: _not_now,
}


def _wrong_items(rows: Iterable[RefusedMatch], taught: Sequence[tuple[str, str]]) -> list[Draft]:
    gathered: dict[str, tuple[engine.Lesson, list[RefusedMatch]]] = {}
    for refusal in rows:
        lesson = _wrong_item(refusal, taught)
        if lesson is not None:
            gathered.setdefault(lesson.id, (lesson, []))[1].append(refusal)
    return list(gathered.values())


def _wrong_item(refusal: RefusedMatch, taught: Sequence[tuple[str, str]]) -> engine.Lesson | None:
    item, kind = refusal.item, engine.LessonKind.WRONG_ITEM
    held = [
        wording for wording, slug in taught if slug == item and holds_words(refusal.words, normalise(wording))
    ]
    words = max(held, key=len) if held else refusal.words.partition("\n")[0][:LONGEST_WORDS].strip()
    if not normalise(words) or (not held and _bare(words) in {_bare(name) for name in load()[item].names}):
        return None
    committee = None if refusal.for_all else refusal.committee_id
    name = None if committee is None else str(committee)
    return engine.Lesson(_key(kind, committee, item, words), kind, name, item, alias=words)


def _bare(words: str) -> tuple[str, ...]:
    return tuple(language.singular(word) for word in language.tokens(language.plain(words)))
