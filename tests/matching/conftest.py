"""Every plan that a test of the engine makes is verified from scratch, whatever the test is about."""

from collections.abc import Iterator

import pytest

from matching import Barred, Kept, Plan, Seconds, check, planner
from matching.memory import Memory


@pytest.fixture(autouse=True, scope="module")
def every_plan_is_checked() -> Iterator[None]:
    told = planner._told

    def checked(memory: Memory, seconds: Seconds) -> Plan:
        found, question = told(memory, seconds), memory.question
        check(
            found,
            list(memory.offers.given.values()),
            list(memory.needs.given.values()),
            weights=question.weights,
            now=question.situation.now,
            kept=[Kept(*pair, units) for pair, units in question.kept.items()],
            barred=[Barred(*pair) for pair in question.situation.barred],
            received=question.received,
            distances=question.situation.distances,
            lessons=question.situation.lessons,
            catalogue=question.situation.catalogue,
        )
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(planner, "_told", checked)
        yield
