"""What a year came to."""

from collections import Counter
from datetime import timedelta

from tests.benchmarks.engine import gini
from tests.benchmarks.year.life import Year
from tests.benchmarks.year.territory import parameters


def shares(year: Year) -> dict[str, float]:
    """Units handed over to each committee over the units that it asked for through the year."""
    asked: Counter[str] = Counter()
    got: Counter[str] = Counter()
    for row in year.territory.needs:
        asked[row.committee or ""] += row.quantity
        got[row.committee or ""] += year.delivered[row.id]
    return {name: got[name] / units for name, units in asked.items()}


def measures(year: Year) -> dict[str, float]:
    """The figures of a year, as `make bench ONLY=year` names them."""
    done = [trip for trip in year.trips if trip.end == "completed"]
    driven = sum(trip.proposal.km for trip in year.trips if trip.end in ("completed", "failed"))
    units = sum(trip.proposal.quantity for trip in done)
    waited = sum(
        trip.proposal.quantity * (trip.over - offered) / timedelta(days=1)
        for trip in done
        if trip.over is not None and (offered := year.offers[trip.proposal.offer].offered_at) is not None
    )
    whole = sum(units == year.needs[name].quantity for name, units in year.delivered.items())
    letters = parameters()["letters"]
    return {
        "delivered": units,
        "whole": whole,
        "km": driven / max(1, units),
        "days": waited / max(1, units),
        "gini": gini(list(shares(year).values())),
        "letters": sum(letters[event] * times for event, times in year.happened.items()),
    }
