"""The settings that are shown: the engine's own weights, and how many miles apart a pair may be.

Chosen on calendars that begin 0, 2 and 4 days early, by some 250 runs of a search over all seven weights that matter here, then rounded.
"""

from collections.abc import Mapping

from matching import Weights
from tests.benchmarks.getusppe.ours import KM, Setting


def near(miles: float, handover: float, meeting: float) -> Setting:
    """Nearness alone makes the score; a handover costs, and a need served whole is worth, so much."""
    weights = Weights(
        fit=0.0,
        urgency=0.0,
        nearness=1.0,
        fairness=0.0,
        wholeness=0.0,
        placing=0.0,
        half_km=1_100 * KM,
        handover=handover,
        meeting=meeting,
    )
    return Setting(weights, miles)


SETTINGS: Mapping[str, Setting] = {
    "default": Setting(Weights(), 400),
    "frugal": near(580, handover=0.6, meeting=0.02),
    "nearer": near(400, handover=0.6, meeting=0.02),
    "fuller": near(580, handover=0.1, meeting=0.15),
    "many": near(580, handover=0.1, meeting=3.0),
}
