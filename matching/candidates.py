"""Permitted pairs without looking at all n×m: item tree × places × dates, in columns.

Time and memory grow with the number of pairs within reach whose item, condition and size suit: what is looked at beyond the
permitted pairs are those that dates, what the committee takes, floors, room, a lot too large, a lesson or a ruling forbid. The rules are those of `rules`,
which a test compares pair by pair.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching import rules, scoring
from matching.arrays import Bools, Floats, Ints, blocks, by_group
from matching.chances import STEPS, share, steps
from matching.columns import NO_LIMIT, NeedColumns, OfferColumns
from matching.items import normalise
from matching.nearby import Points, pairs_within
from matching.rules import EARTH_KM, Relation, Situation
from matching.types import Chances, Condition, Lesson, LessonKind, Need, PlanError, Size, Transport, Weights

MAX_PAIRS = 20_000_000
"""More permitted pairs than this are refused with a sentence rather than with a full memory."""
MAX_TAUGHT = 20_000_000
"""So are lessons of more committees than this leaves room for, an entry for each committee and item."""


@dataclass(frozen=True)
class Candidates:
    """Permitted pairs, sorted by (offer, need): indices into the columns, kilometres, and how the item answers."""

    offer: Ints
    need: Ints
    km: Floats
    relation: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.offer)

    def take(self, chosen: Bools | Ints | slice) -> "Candidates":
        """Some of them, in the order asked for."""
        return Candidates(self.offer[chosen], self.need[chosen], self.km[chosen], self.relation[chosen])


_UNPAIRED = Candidates(
    np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0), np.empty(0, dtype=np.int8)
)
_METRES, _HOW = 25, 2
"""Bits that hold the metres between two places on Earth, and a Relation."""


def find(offers: OfferColumns, needs: NeedColumns, situation: Situation) -> Candidates:
    """Every permitted pair, once. PlanError when there are more than MAX_PAIRS."""
    applied = _Rules(offers, needs, situation)
    pairs = (
        [(_listed(offers, needs, situation), None)]
        if situation.distances is not None
        else _near(offers, needs, situation, applied)
    )
    together = _Together(offers, needs, situation)
    for chunk, way in pairs:
        together.add(applied.permitted(chunk, way))
        if together.count > MAX_PAIRS:
            raise PlanError(
                f"offers and needs have more than {MAX_PAIRS} permitted pairs: plan fewer at a time"
            )
    return together.sorted()


def worths(
    found: Candidates,
    offers: OfferColumns,
    needs: NeedColumns,
    weights: Weights,
    chances: Chances | None = None,
) -> Ints:
    """What one unit of each pair adds, in millionths: scoring.score_pair, column by column."""
    micros = np.empty(len(found), dtype=np.int64)
    for some in blocks(len(found)):
        micros[some] = _worths(found.take(some), offers, needs, weights, chances)
    return micros


def _worths(
    found: Candidates, offers: OfferColumns, needs: NeedColumns, weights: Weights, chances: Chances | None
) -> Ints:
    o, n = found.offer, found.need
    asked, offered = needs.quantity[n], offers.quantity[o]
    least, most = np.minimum(asked, offered), np.maximum(asked, offered)
    by_relation = np.array([scoring.RELATION_FIT[each] for each in sorted(Relation)])
    confidence = np.minimum(offers.confidence[o], needs.confidence[n])
    score = scoring.combine(
        weights,
        (
            scoring.fit(by_relation[found.relation], offers.condition_fit[o], confidence),
            needs.urgency[n],
            scoring.nearness(found.km, weights.half_km),
            needs.fairness[n],
            scoring.wholeness(least, most),
        ),
    )
    waits = offers.patience[o] * needs.patient[n] if weights.patience else 0.0
    likely = 1.0 if chances is None else _likely(found, offers, needs, chances)
    gain = scoring.worth(weights, score, asked, least, waits, likely) + scoring.first(weights) * needs.due[n]
    micros: Ints = np.floor(gain * scoring.MICRO + 0.5).astype(np.int64)
    return micros


def _likely(found: Candidates, offers: OfferColumns, needs: NeedColumns, chances: Chances) -> Floats:
    """The chance of success of each pair: chances.of_pair, column by column."""
    step = np.searchsorted(STEPS["distance"], found.km, side="right") - 1
    delivers = offers.delivers[found.offer]
    ways = [
        chances.factor("transport", way) for way in (Transport.COMMITTEE_COLLECTS, Transport.DONOR_BRINGS)
    ]
    brings = (delivers > 0) & (found.km <= delivers)
    likely: Floats = share(
        offers.odds[found.offer] * needs.odds[found.need],
        np.array(steps(chances, "distance"))[step],
        np.array(ways)[brings.astype(np.int64)],
    )
    return likely


class _Together:
    """Pairs put in order. Where one number holds all of a pair, numbers are sorted, which is several times quicker."""

    def __init__(self, offers: OfferColumns, needs: NeedColumns, situation: Situation) -> None:
        self.needs, self.count = max(len(needs), 1), 0
        self.numbers = situation.distances is None and len(offers) * self.needs < 1 << 62 - _METRES - _HOW
        self._found: list[Candidates] = [_UNPAIRED]
        self._packed = [_UNPAIRED.offer]

    def add(self, pairs: Candidates) -> None:
        """Some more."""
        self.count += len(pairs)
        if not self.numbers:
            self._found.append(pairs)
        elif len(pairs):
            metres = np.rint(pairs.km * 1000).astype(np.int64)
            pair = pairs.offer * self.needs + pairs.need
            self._packed.append(((pair << _METRES) + metres << _HOW) + pairs.relation)

    def sorted(self) -> Candidates:
        """All of them, by (offer, need)."""
        if not self.numbers:
            rows = [(each.offer, each.need, each.km, each.relation) for each in self._found]
            found = Candidates(*(np.concatenate(column) for column in zip(*rows, strict=True)))
            return found.take(by_group(found.offer, -found.need))
        packed = np.concatenate(self._packed)
        self._packed.clear()
        packed.sort()
        offer, need = np.empty((2, len(packed)), dtype=np.int64)
        km, relation = np.empty(len(packed)), np.empty(len(packed), dtype=np.int8)
        for some in blocks(len(packed)):
            pair = packed[some] >> _METRES + _HOW
            offer[some] = pair // self.needs
            need[some] = pair - offer[some] * self.needs
            km[some] = (packed[some] >> _HOW & (1 << _METRES) - 1) / 1000
            relation[some] = packed[some] & (1 << _HOW) - 1
        return Candidates(offer, need, km, relation)


def _answers(
    offered: Iterable[int], needed: Iterable[int], situation: Situation
) -> dict[int, list[tuple[int, int]]]:
    """For each offered item, the needed items that it answers, each with its relation."""
    catalogue, codes = situation.catalogue, situation.item_codes
    slugs = list(codes)
    wanted = set(needed)
    broader = {code: {code: Relation.SAME} for code in offered}
    for code, answers in broader.items():
        answers |= dict.fromkeys(
            (codes[each] for each in catalogue.ancestors(slugs[code])), Relation.NARROWER
        )
    for need in wanted:
        for listed in catalogue[slugs[need]].substitutes:
            for slug in (listed, *catalogue.descendants(listed)):
                if codes[slug] in broader:
                    broader[codes[slug]].setdefault(need, Relation.SUBSTITUTE)
    return {
        code: [(need, int(how)) for need, how in sorted(answers.items()) if need in wanted]
        for code, answers in broader.items()
    }


def _suited(
    offers: OfferColumns, demand: Ints, answers: Mapping[int, Sequence[tuple[int, int]]]
) -> Iterator[Sequence[tuple[int, int]]]:
    """For each offer, the columns of `demand` (item, worst condition, largest size) that it answers, with its relation.

    Needs that ask alike share a column, so that what is too worn or too large is never looked at pair by pair.
    """
    of_item: defaultdict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for group, (item, worst, largest) in enumerate(demand.T.tolist()):
        of_item[item].append((group, worst, largest))
    kinds, kind_of = np.unique(
        np.stack([offers.item, offers.condition, offers.size]), axis=1, return_inverse=True
    )
    suited = [
        [
            (group, how)
            for need, how in answers[item]
            for group, worst, largest in of_item[need]
            if condition <= worst and size <= largest
        ]
        for item, condition, size in kinds.T.tolist()
    ]
    return (suited[kind] for kind in kind_of.reshape(-1).tolist())


def _near(
    offers: OfferColumns, needs: NeedColumns, situation: Situation, applied: "_Rules"
) -> Iterator[tuple[Candidates, Transport | None]]:
    """Pairs that suit within the committee's reach, then those within the donor's; of rows that may be paired at all."""
    assert offers.xyz is not None
    assert needs.xyz is not None
    demand, classes = np.unique(
        np.stack([needs.item, needs.worst, needs.largest]), axis=1, return_inverse=True
    )
    suited = _suited(offers, demand, _answers(np.unique(offers.item).tolist(), demand[0].tolist(), situation))
    here = applied.offer_ok & ~np.isnan(offers.xyz[:, 0])
    rows = [
        (offer, group, how) for offer, groups in enumerate(suited) if here[offer] for group, how in groups
    ]
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)
    who, relation = table[:, 0], table[:, 2].astype(np.int8)
    given = Points.of(table[:, 1], offers.xyz[who])
    there = np.flatnonzero(applied.need_ok & ~np.isnan(needs.xyz[:, 0]))
    asked = Points.of(classes.reshape(-1)[there], needs.xyz[there])
    for query, target in pairs_within(asked, needs.collects[there], given):
        pairs = who[target], there[query], relation[target]
        yield _measured(offers.xyz, needs.xyz, *pairs), Transport.COMMITTEE_COLLECTS
    brings = np.flatnonzero(offers.delivers[who] > 0)
    around = Points(given.group[brings], given.latitude[brings], given.longitude[brings])
    for query, target in pairs_within(around, offers.delivers[who[brings]], asked):
        row = brings[query]
        pairs = who[row], there[target], relation[row]
        yield _measured(offers.xyz, needs.xyz, *pairs), Transport.DONOR_BRINGS


def _listed(offers: OfferColumns, needs: NeedColumns, situation: Situation) -> Candidates:
    """The pairs whose distance is given, where both sides are planned."""
    given = situation.distances or {}
    o = np.array([offers.index.get(offer, -1) for offer, _ in given], dtype=np.int64)
    n = np.array([needs.index.get(need, -1) for _, need in given], dtype=np.int64)
    km = np.fromiter(given.values(), dtype=np.float64, count=len(given))
    planned = (o >= 0) & (n >= 0)
    o, n, km = o[planned], n[planned], km[planned]
    slugs = list(situation.catalogue)
    pairs, inverse = np.unique(offers.item[o] * len(slugs) + needs.item[n], return_inverse=True)
    how = [
        rules.relation(situation.catalogue, slugs[each // len(slugs)], slugs[each % len(slugs)])
        for each in pairs.tolist()
    ]
    relation = np.array(how, dtype=np.int8)[inverse]
    chosen = relation > 0
    return Candidates(o[chosen], n[chosen], _to_metre(km[chosen]), relation[chosen])


def _measured(
    given: Floats, asked: Floats, offer: Ints, need: Ints, relation: NDArray[np.int8]
) -> Candidates:
    x, y, z = (given[offer, axis] - asked[need, axis] for axis in range(3))
    chord = np.sqrt(x * x + y * y + z * z)
    kilometres = _to_metre(2 * EARTH_KM * np.arcsin(np.minimum(1.0, chord / 2)))
    return Candidates(offer, need, kilometres, relation)


def _to_metre(km: Floats) -> Floats:
    rounded: Floats = np.floor(km * 1000 + 0.5) / 1000
    return rounded


class _Rules:
    """The rules over columns of pairs; those that nobody uses in this instance are skipped."""

    def __init__(self, offers: OfferColumns, needs: NeedColumns, situation: Situation) -> None:
        self.offers, self.needs = offers, needs
        handled = np.array([item.handled for item in situation.catalogue.values()], dtype=np.bool_)
        day = situation.day.toordinal()
        self.start = np.maximum(offers.start, day)
        self.offer_ok = handled[offers.item] & offers.safe & (self.start <= offers.end)
        self.need_ok = handled[needs.item] & (needs.end >= day)
        self.wrong = _wrong(offers, situation)
        self.offer_ok[[offer for offer, lesson in self.wrong if lesson.committee is None]] = False
        self.accepted = _accepted(needs, situation) if any(map(_picky, needs.rows)) else None
        self.stairs = bool(offers.climb.any() and (needs.carries < NO_LIMIT).any())
        self.large = offers.size >= Size.LARGE.rank if (needs.room < NO_LIMIT).any() else None
        self.least = np.where(offers.lot, offers.quantity, 1)
        self.lessons = _Lessons(needs, situation) if situation.lessons else None
        self.barred = _barred_keys(offers, needs, situation, self.wrong)

    def permitted(self, pairs: Candidates, way: Transport | None) -> Candidates:
        """Those that break no rule. A pair that both ways reach is found twice, and counts as the committee's."""
        reach = self.needs.collects[pairs.need]
        if self.lessons:
            reach = reach * self.lessons.factor[self.lessons.row[pairs.need], self.offers.item[pairs.offer]]
        chosen = pairs.km <= reach
        if self.stairs:
            chosen &= self.offers.climb[pairs.offer] <= self.needs.carries[pairs.need]
        if way is not Transport.COMMITTEE_COLLECTS:
            delivers = self.offers.delivers[pairs.offer]
            brought = (delivers > 0) & (pairs.km <= delivers)
            chosen = brought & ~chosen if way is Transport.DONOR_BRINGS else brought | chosen
        return pairs.take(chosen & self._bearable(pairs))

    def _bearable(self, pairs: Candidates) -> Bools:
        offers, needs, o, n = self.offers, self.needs, pairs.offer, pairs.need
        worst, end = needs.worst[n], np.minimum(offers.end[o], needs.end[n])
        good: Bools = self.offer_ok[o] & self.need_ok[n] & (self.start[o] <= end)
        good &= offers.size[o] <= needs.largest[n]
        if offers.lot.any():
            good &= ~offers.lot[o] | (offers.quantity[o] <= needs.quantity[n])
        if self.lessons:
            row, item = self.lessons.row[n], offers.item[o]
            worst = np.minimum(worst, self.lessons.floor[row, item])
            good &= ~self.lessons.waits[row, item]
        good &= offers.condition[o] <= worst
        if self.accepted:
            table, row_of = self.accepted
            good &= offers.condition[o] <= table[row_of[n], offers.item[o]]
        if self.large is not None:
            good &= ~self.large[o] | (self.least[o] <= needs.room[n])
        if len(self.barred):
            keys = o * len(needs) + n
            at = np.minimum(np.searchsorted(self.barred, keys), len(self.barred) - 1)
            good &= self.barred[at] != keys
        return good


def _picky(row: Need) -> bool:
    return bool(row.refuses or row.takes or row.minimum_conditions)


def _accepted(needs: NeedColumns, situation: Situation) -> tuple[NDArray[np.int8], Ints]:
    """A table (distinct rules of committees, item) → worst condition taken, -1 for none; and each need's row in it."""
    rows: dict[tuple[Any, ...], int] = {}
    row_of = np.array(
        [rows.setdefault((row.refuses, row.takes, row.minimum_conditions), len(rows)) for row in needs.rows],
        dtype=np.int64,
    )
    table = np.full((len(rows), len(situation.catalogue)), len(Condition), dtype=np.int8)
    for (refuses, takes, least), row in rows.items():
        # Broader items first, so that what is said of a narrower one stands.
        for each in sorted(least, key=lambda each: rules.narrowness(each, situation.catalogue)):
            items = slice(None) if each.item is None else _with_descendants(each.item, situation)
            table[row, items] = each.condition.rank
        if takes:
            taken = [code for each in takes for code in _with_descendants(each, situation)]
            table[row, np.setdiff1d(np.arange(len(situation.catalogue)), taken)] = -1
        for refused in refuses:
            table[row, _with_descendants(refused, situation)] = -1
    return table, row_of


class _Lessons:
    """What lessons change, as tables (committee with lessons, offered item); row 0 is for all other committees."""

    def __init__(self, needs: NeedColumns, situation: Situation) -> None:
        taught = {each.committee for each in situation.lessons} & {row.committee for row in needs.rows}
        if len(taught) * len(situation.catalogue) > MAX_TAUGHT:
            raise PlanError(
                f"lessons: of more than {MAX_TAUGHT // len(situation.catalogue)} committees at a time"
            )
        named = sorted(each for each in taught if each is not None)
        rows: dict[str | None, int] = {committee: row for row, committee in enumerate(named, start=1)}
        self.row = np.array([rows.get(row.committee, 0) for row in needs.rows], dtype=np.int64)
        shape = (len(rows) + 1, len(situation.catalogue))
        self.factor = np.ones(shape)
        self.floor = np.full(shape, 127, dtype=np.int64)
        self.waits = np.zeros(shape, dtype=np.bool_)
        for lesson in situation.lessons:
            if lesson.committee is None:
                self._learn(lesson, slice(None), situation)
            elif lesson.committee in rows:
                self._learn(lesson, rows[lesson.committee], situation)

    def _learn(self, lesson: Lesson, where: slice | int, situation: Situation) -> None:
        items = slice(None) if lesson.item is None else _with_descendants(lesson.item, situation)
        if lesson.kind is LessonKind.TOO_FAR:
            self.factor[where, items] = np.minimum(self.factor[where, items], lesson.factor)
        elif lesson.kind is LessonKind.CONDITION and lesson.floor is not None:
            self.floor[where, items] = np.minimum(self.floor[where, items], lesson.floor.rank)
        elif lesson.kind is LessonKind.NOT_NOW and lesson.not_before is not None:
            self.waits[where, items] |= lesson.not_before > situation.day


def _with_descendants(item: str, situation: Situation) -> list[int]:
    return [situation.item_codes[slug] for slug in (item, *situation.catalogue.descendants(item))]


def _wrong(offers: OfferColumns, situation: Situation) -> list[tuple[int, Lesson]]:
    """The offers that lessons say are not what their text was taken for, each with the lesson."""
    taught: defaultdict[tuple[str | None, str], list[Lesson]] = defaultdict(list)
    lengths: defaultdict[str | None, set[int]] = defaultdict(set)
    for lesson in situation.lessons:
        if lesson.kind is LessonKind.WRONG_ITEM and (words := normalise(lesson.alias or "")):
            taught[lesson.item, words].append(lesson)
            lengths[lesson.item].add(len(words.split()))
    return [
        (index, lesson)
        for index, row in enumerate(offers.rows)
        if row.item in lengths
        for said in _phrases(row.text, lengths[row.item])
        for lesson in taught.get((row.item, said), ())
    ]


def _phrases(text: str, lengths: Iterable[int]) -> Iterable[str]:
    """All that the text says in so many words, once each: what rules.holds_words finds."""
    words = normalise(text).split()
    return {" ".join(words[at : at + many]) for many in lengths for at in range(len(words) - many + 1)}


def _barred_keys(
    offers: OfferColumns, needs: NeedColumns, situation: Situation, wrong: Iterable[tuple[int, Lesson]]
) -> Ints:
    """Sorted keys offer × needs + need of the pairs ruled out, by hand or by one committee's wrong_item lesson."""
    keys = [
        offers.index[offer] * len(needs) + needs.index[need]
        for offer, need in situation.barred
        if offer in offers.index and need in needs.index
    ]
    theirs: defaultdict[str | None, list[int]] = defaultdict(list)
    for index, row in enumerate(needs.rows):
        theirs[row.committee].append(index)
    for offer, lesson in wrong:
        if lesson.committee is not None:
            keys += [offer * len(needs) + need for need in theirs.get(lesson.committee, ())]
    return np.unique(np.array(keys, dtype=np.int64))
