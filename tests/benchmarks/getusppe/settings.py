"""The two settings that the benchmark shows."""

from matching import Weights
from tests.benchmarks.getusppe.strategy import Policy

FRUGAL = Policy(
    reach=100.0,
    growth=1.78,
    farthest=600.0,
    share=1.37e6,
    parcel=1850.0,
    weights=Weights(fit=0, urgency=0.5, nearness=1, fairness=0, wholeness=0.2, handover=0.5, half_km=300),
)
"""Few miles, few parcels, little waiting."""

MANY = Policy(
    reach=28.5,
    growth=3.86,
    farthest=300.0,
    share=1.24e7,
    parcel=157.0,
    weights=Weights(fit=0, urgency=0.5, nearness=1, fairness=0, wholeness=0, handover=0.01, half_km=300),
)
"""As many requests served as miles allow."""
