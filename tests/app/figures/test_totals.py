"""Whatever the cut, its lines add up to the rows; and each row is in the month in which it was received, by the committee's clock."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlmodel import Session, select

from app.days import start_of
from app.db import session
from app.figures.brought import Brought, brought
from app.figures.measures import Measure, Scale
from app.figures.months import Period, first_of, later
from app.figures.queries import Extent
from app.models import Committee, Handover, Match, Need, OfferedItem
from app.models.states import MatchState
from notifications.zones import local
from tests.builders import Builder

ITEMS = ("chaise", "chaise-pliante", "lave-linge", "cle-usb", None, "plus-au-catalogue")
REUNION = {"postal_code": "97400", "commune": "Saint-Denis", "latitude": -20.88, "longitude": 55.45}
YEAR = Period(date(2025, 12, 1), date(2026, 11, 1))
MOMENTS = some.builds(
    lambda months, hours: start_of(later(YEAR.last, -months)) + timedelta(hours=hours),
    some.integers(-1, 25),
    some.integers(-5, 5) | some.integers(0, 700),
)
"""Some hour of these years; half of them as a month begins."""
COUNTED = ("pieces", "grams", "weighed", "co2", "counted")


@pytest.fixture
def needs(build: Builder) -> list[Need]:
    """Three committees of two associations, one of which is overseas; two of their needs are for an action."""
    ours = build.organisation().id
    committees = [
        build.committee(organisation_id=ours), build.committee(organisation_id=ours), build.committee(**REUNION),
    ]  # fmt: skip
    actions = [build.action(committees[0]).id, None]
    return [build.need(each, action_id=action) for each in committees for action in actions]


@contextmanager
def lived(
    app: Flask, items: Mapping[str | None, OfferedItem], needs: list[Need], rows: list[Any]
) -> Iterator[Session]:
    """A portal in which that was received, and nothing else."""
    with app.app_context():
        current = session()
        for number, (at, which, item, pieces, state, reported_late) in enumerate(rows, 1):
            need, article = needs[which], items[item]
            trip = {"starts_at": at, "ends_at": at + timedelta(hours=1)} if reported_late else {}
            ids = {"offer_id": article.offer_id, "committee_id": need.committee_id}
            current.add(Handover(id=number, uid=f"r{number}", created_at=at, **ids, **trip))
            current.flush()
            current.add(
                Match(
                    offered_item_id=article.id, need_id=need.id, handover_id=number, state=state, quantity=9,
                    received_quantity=pieces if state is MatchState.COMPLETED else None, proposed_at=at,
                    closed_at=at + timedelta(days=40) if reported_late else at, distance_km=3.5,
                )
            )  # fmt: skip
        current.flush()
        yield current
        current.rollback()


def sums(found: Brought, cut: str, when: str) -> dict[str, int]:
    lines = [getattr(line, when) for line in found.cuts[cut]]
    return {name: sum(getattr(each, name) for each in lines) for name in COUNTED}


ROWS = some.lists(
    some.tuples(
        MOMENTS, some.integers(0, 5), some.sampled_from(ITEMS), some.integers(0, 40),
        some.sampled_from((MatchState.COMPLETED, MatchState.COMPLETED, MatchState.FAILED)),
        some.booleans(),
    ),
    max_size=12,
)  # fmt: skip


def test_every_cut_adds_up_to_the_rows(app: Flask, build: Builder, needs: list[Need]) -> None:
    items = {item: build.offered_item(item=item) for item in ITEMS}
    with app.app_context():
        zones = {each.id: each.zone for each in session().exec(select(Committee))}

    @settings(max_examples=25, suppress_health_check=list(HealthCheck))
    @given(ROWS)
    def hold(rows: list[Any]) -> None:
        expected = {"now": Measure(), "before": Measure()}
        by_month: dict[date, int] = {}
        for at, which, item, pieces, state, _trip in rows:
            month = first_of(local(at, zones[needs[which].committee_id]).date())
            if state is not MatchState.COMPLETED:
                continue
            by_month[month] = by_month.get(month, 0) + pieces
            for when, period in (("now", YEAR), ("before", YEAR.a_year_before)):
                if month in period:
                    worth = Scale([]).of(item)
                    measure = expected[when]
                    measure.pieces += pieces
                    measure.grams += pieces * (worth.grams or 0)
                    measure.weighed += pieces * (worth.grams is not None)
                    measure.co2 += pieces * (worth.co2 or 0)
                    measure.counted += pieces * (worth.co2 is not None)
        with lived(app, items, needs, rows) as current:
            found = brought(current, Extent(YEAR))
        for when, measure in expected.items():
            told = {name: getattr(measure, name) for name in COUNTED}
            total = getattr(found.total, when)
            assert {name: getattr(total, name) for name in COUNTED} == told
            for cut in found.cuts:
                assert sums(found, cut, when) == told, cut
            months = [getattr(line, when) for line in found.months]
            assert {name: sum(getattr(each, name) for each in months) for name in COUNTED} == told
        for line in found.months:
            assert line.now.pieces == by_month.get(line.key, 0)

    hold()
