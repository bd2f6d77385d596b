"""An account that nobody uses: its owner is told once, may keep it by coming, else it is closed and nothing tells whose it was."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlmodel import Session

from app.accounts import unused
from app.accounts.service import AccountError, reopen
from app.db import transaction
from app.models import Account, Committee
from app.models.states import Part, Role, Verb
from app.transitions import Actor, note_decision
from tests.app.acting import Acting
from tests.app.offers.test_forgetting import everything
from tests.builders import Builder
from tests.conftest import FrozenClock

AFTER = timedelta(days=730)


@pytest.fixture
def acting(app: Flask, clock: FrozenClock) -> Acting:
    return Acting(app, clock)


def night(acting: Acting) -> tuple[int, int]:
    desk = acting.app.extensions["desk"]
    return (
        acting.do(lambda session, now: unused.warn(session, desk, AFTER, now)),
        acting.do(lambda session, now: unused.forget(session, AFTER, now)),
    )


def comes(acting: Acting, account: Account) -> None:
    with acting.app.app_context(), transaction() as session:
        session.get_one(Account, account.id).current_login_at = acting.clock()


def test_who_is_told_and_does_not_come_is_forgotten(acting: Acting, build: Builder) -> None:
    here: Any = {"committee": build.committee(), "current_login_at": acting.clock(), "password": "x"}
    gone = build.account(name="Zébulon", email="zebulon@essai.example", part=Part.RESPONSIBLE, **here)
    back = build.account(name="Revenante", **here)
    closed = build.account(name="Zébulon fermé", active=False, **here)
    chief = build.account(Role.ADMINISTRATOR, current_login_at=acting.clock())
    build.note(gone, committee_id=here["committee"].id, words="rappeler")

    def gave_part(session: Session, now: datetime) -> None:
        committee = session.get_one(Committee, here["committee"].id)
        data = {"account": gone.id, "member": gone.name}
        note_decision(session, committee, Verb.GIVE_PART, Actor.account(chief.id), now, data=data)

    acting.do(gave_part)

    acting.clock.advance(days=699)
    assert night(acting) == (0, 0)
    acting.clock.advance(days=1)
    assert night(acting) == (2, 0)
    assert night(acting) == (0, 0), "told once"
    assert sorted(row.to_email for row in acting.rows()) == sorted([gone.email, back.email])
    comes(acting, back)
    acting.clock.advance(days=30)
    assert night(acting) == (0, 2)

    assert "Zébulon" not in everything(acting)
    assert "zebulon" not in everything(acting)
    assert [acting.row(Account, each.id).active for each in (gone, back, closed, chief)] == [
        False,
        True,
        False,
        True,
    ]
    assert acting.row(Account, back.id).name == "Revenante"
    with pytest.raises(AccountError):
        acting.do(lambda session, now: reopen(session, gone.id, chief, now))
    acting.clock.advance(days=700)
    assert night(acting)[0] == 1, "who came is told anew, the next time"
    assert acting.row(Account, chief.id).anonymised_at is None
