"""Every plan that a test of the engine makes is verified from scratch, whatever the test is about."""

from collections.abc import Iterator

import pytest

from matching import Barred, Kept, Plan, Seconds, check, planner
from matching.memory import Memory


@pytest.fixture(autouse=True, scope="module")
def every_plan_is_checked() -> Iterator[None]:
    answer = planner._answer

    def checked(memory: Memory, seconds: Seconds) -> Plan:
        found, task = answer(memory, seconds), memory.task
        check(
            found,
            list(memory.offers.given.values()),
            list(memory.needs.given.values()),
            weights=task.weights,
            now=task.situation.now,
            kept=[Kept(*pair, units) for pair, units in task.kept.items()],
            barred=[Barred(*pair) for pair in task.situation.barred],
            received=task.received,
            distances=task.situation.distances,
            lessons=task.situation.lessons,
            room=task.situation.room,
            since=task.since,
            chances=task.chances,
            catalogue=task.situation.catalogue,
        )
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(planner, "_answer", checked)
        yield
