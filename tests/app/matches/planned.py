"""Plans of a small board, and what they left on it."""

from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlmodel import col, select

from app.db import session as read_session
from app.db import transaction
from app.matches import planning
from app.matches.queries.engine import read_board
from app.matches.writing import PlanWriting
from app.models import Committee, Match, PlanRun
from app.models.states import MatchState, NeedState, OfferState
from tests.builders import Builder
from tests.conftest import FrozenClock

LYON: dict[str, Any] = {"postal_code": "69001", "commune": "Lyon", "latitude": 45.767, "longitude": 4.834}
FAR: dict[str, Any] = {
    "postal_code": "01000",
    "commune": "Bourg-en-Bresse",
    "latitude": 46.2,
    "longitude": 5.2,
    "collects_km": 120,
}
LILLE: dict[str, Any] = {"postal_code": "59000", "commune": "Lille", "latitude": 50.631, "longitude": 3.057}


def usual_past(build: Builder, now: datetime, weeks: int) -> Committee:
    """A committee at the door that asks for two machines a week, the next ones tomorrow, and for which one is offered, four days later."""
    donor, near = build.donor(), build.committee(name="Comité d'à côté")
    for week in range(weeks):
        came = now - timedelta(days=7 * week + 3)
        day = {"created_at": came, "confirmed_at": came, "available_until": came.date() + timedelta(days=40)}
        build.offered_item(build.offer(donor, state=OfferState.CLOSED, available_from=came.date(), **day))
        for _twice in range(2):
            build.need(
                near,
                state=NeedState.MET,
                declared_at=came - timedelta(days=3),
                needed_by=came.date() + timedelta(days=20),
            )
    return near


def plan(app: Flask, clock: FrozenClock) -> PlanRun | None:
    with app.app_context():
        run = planning.make_plan(clock())
        if run is not None:
            read_session().refresh(run)
            read_session().expunge(run)
        return run


def matches(app: Flask) -> list[Match]:
    with app.app_context():
        rows = list(read_session().exec(select(Match).order_by(col(Match.id))).all())
        read_session().expunge_all()
        return rows


def states(app: Flask) -> list[tuple[MatchState, int]]:
    return [(match.state, match.quantity) for match in matches(app)]


def row(app: Flask, model: type[Any], key: int | None) -> Any:
    with app.app_context():
        found = read_session().get(model, key)
        read_session().expunge_all()
        return found


def plan_around(app: Flask, clock: FrozenClock, meanwhile: Any) -> PlanRun:
    """A plan during whose solving something else happens."""
    with app.app_context():
        read = read_board(read_session(), clock())
        read_session().rollback()
        plan_made = planning.solve(read)
        with transaction() as session:
            meanwhile(session)
        with transaction() as session:
            return PlanWriting(read, plan_made, clock()).write(session, planning.compare(read, plan_made))
