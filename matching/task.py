"""What rows are planned under: everything that plan() is given, the rows aside."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from matching import scoring
from matching.rules import Situation
from matching.types import Ahead, Chances, Need, Weights


@dataclass(frozen=True)
class Task:
    """`kept` is the units of a pair on the board, `received` is units by committee, lately; `asked`, now, by those that received.
    `since` is the day since when a committee has had nothing.
    """

    situation: Situation
    weights: Weights
    kept: Mapping[tuple[str, str], int] = field(default_factory=dict)
    received: Mapping[str, float] = field(default_factory=dict)
    asked: Mapping[str, int] = field(default_factory=dict)
    since: Mapping[str, date] = field(default_factory=dict)
    processes: int = 1
    chances: Chances | None = None
    ahead: Ahead | None = None

    def fairness(self, need: Need) -> float:
        """The fairness part of the need's pairings."""
        return scoring.need_fairness(need, self.asked, self.received)

    @cached_property
    def due(self) -> Mapping[str, int]:
        """The committees that have been without anything for longer than the weights allow, with for how many days."""
        limit = self.weights.longest_weeks * 7
        days = (
            {name: (self.situation.day - since).days for name, since in self.since.items()} if limit else {}
        )
        return {name: without for name, without in days.items() if without > limit}

    def without(self, need: Need) -> int:
        """For how many days the need's committee has been without anything, where it is due; else 0."""
        return self.due.get(need.committee or "", 0)

    def comparable(self, other: "Task") -> bool:
        """Whether the two, of one catalogue, differ by kept, barred, received, asked, since, room and prices only."""
        mine, theirs = self.situation, other.situation
        return (
            self.weights == other.weights
            and self.chances == other.chances
            and _margin(self.ahead) == _margin(other.ahead)
            and mine.day == theirs.day
            and mine.distances is None
            and theirs.distances is None
            and tuple(mine.lessons) == tuple(theirs.lessons)
        )

    def pairs_apart(self, other: "Task") -> set[tuple[str, str]]:
        """The pairs that are kept or barred otherwise in the other."""
        apart = set(self.situation.barred ^ other.situation.barred)
        if self.kept != other.kept:
            apart |= {pair for pair, _ in self.kept.items() ^ other.kept.items()}
        return apart

    def priced_apart(self, other: "Task") -> tuple[set[str], set[str]]:
        """The offers and the needs of which what they are worth later is another in the other."""
        mine, theirs = self.ahead, other.ahead
        if mine is None or theirs is None or mine is theirs:
            return set(), set()
        offers = {name for name, _price in mine.offers.items() ^ theirs.offers.items()}
        return offers, {name for name, _price in mine.needs.items() ^ theirs.needs.items()}

    def unlike_now(self, other: "Task") -> set[str]:
        """The committees whose fairness, turn or room is another in the other; fairness is 1, always, for one that received nothing."""
        mine, theirs = self.situation.room, other.situation.room
        turn = {name for name, _days in self.due.items() ^ other.due.items()}
        return (
            turn
            | {name for name in mine.keys() | theirs.keys() if mine.get(name) != theirs.get(name)}
            | {
                name
                for name in self.received.keys() | other.received.keys()
                if (self.received.get(name), self.asked.get(name))
                != (other.received.get(name), other.asked.get(name))
            }
        )


def _margin(ahead: Ahead | None) -> float | None:
    return None if ahead is None else ahead.margin
