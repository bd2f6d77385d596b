"""Nobody who has gone without is passed over, whatever else is asked for."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import PlanError, Weights, plan, rules
from matching.rules import Situation
from matching.task import Task
from tests.matching.instances import NOW, Instance, instances

WRONG = [
    ({"turns": 1.5}, "weights.turns"),
    ({"turns": -0.1}, "weights.turns"),
    ({"turns": float("nan")}, "weights.turns"),
]
WRONG += [({"longest_weeks": -1}, "weights.longest_weeks"), ({"longest_weeks": 2.5}, "weights.longest_weeks")]
LONG = NOW.date() - timedelta(days=50)


@given(instances(lots=False), st.sampled_from(({"givors": LONG}, {"givors": LONG, "vienne": LONG})))
@settings(max_examples=150)
def test_who_is_due_gets_something_unless_all_that_it_may_have_goes_to_others_who_are(
    instance: Instance, since: dict[str, object]
) -> None:
    weights = replace(instance.arguments["weights"], longest_weeks=6)
    arguments = {**instance.arguments, "since": since, "weights": weights}
    names = ("now", "distances", "lessons")
    situation = Situation(
        **{name: arguments[name] for name in names},
        barred=frozenset((each.offer, each.need) for each in arguments["barred"]),
    )
    task = Task(situation, weights, since=arguments["since"])

    found = plan(instance.offers, instance.needs, **arguments)

    committees = {row.id: row for row in instance.needs}
    served = {committees[each.need].committee for each in found.pairings}
    to_due = dict.fromkeys((row.id for row in instance.offers), 0)
    for each in found.pairings:
        to_due[each.offer] += each.quantity if task.without(committees[each.need]) else 0
    for need in instance.needs:
        if task.without(need) and need.committee not in served:
            for offer in instance.offers:
                assert rules.broken(offer, need, situation) or to_due[offer.id] == offer.quantity


@pytest.mark.parametrize(("weights", "words"), WRONG)
def test_no_dial_goes_past_its_ends(weights: dict[str, Any], words: str) -> None:
    with pytest.raises(PlanError, match=f"^{words}: must be"):
        plan([], [], now=NOW, weights=Weights(**weights))
