"""What rows are planned under: everything that plan() is given, the rows aside."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from matching import scoring
from matching.rules import Situation
from matching.types import Need, Weights


@dataclass(frozen=True)
class Task:
    """`kept` is the units of a pair on the board, `received` is units by committee, lately; `asked`, now, by those that received."""

    situation: Situation
    weights: Weights
    kept: Mapping[tuple[str, str], int] = field(default_factory=dict)
    received: Mapping[str, float] = field(default_factory=dict)
    asked: Mapping[str, int] = field(default_factory=dict)
    processes: int = 1

    def fairness(self, need: Need) -> float:
        """The fairness part of the need's pairings."""
        return scoring.need_fairness(need, self.asked, self.received)

    def comparable(self, other: "Task") -> bool:
        """Whether the two, of one catalogue, differ by kept, barred, received, asked and room only."""
        mine, theirs = self.situation, other.situation
        return (
            self.weights == other.weights
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

    def unlike_now(self, other: "Task") -> set[str]:
        """The committees whose fairness or room is another in the other; fairness is 1, always, for one that received nothing."""
        mine, theirs = self.situation.room, other.situation.room
        return {name for name in mine.keys() | theirs.keys() if mine.get(name) != theirs.get(name)} | {
            name
            for name in self.received.keys() | other.received.keys()
            if (self.received.get(name), self.asked.get(name))
            != (other.received.get(name), other.asked.get(name))
        }
