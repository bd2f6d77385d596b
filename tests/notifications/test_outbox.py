"""The outbox on both databases: once per (event, party, message), claimed by one, settled by the answer."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from notifications import addresses, outbox
from notifications.messages import MESSAGES
from notifications.models import OutboxMessage, RefusedAddress, State
from notifications.outbox import Recipient
from notifications.outcomes import Outcome, Refused, Retry, Sent, Unreachable

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
RENDERED = MESSAGES["match_found"].sample().render("fr")
RNG = random.Random(7)


def put(
    session: Session, event: str = "match:1:approved", party: str = "donor:1", **options: object
) -> OutboxMessage | None:
    to = Recipient("Exemple, Personne", "jean@example.org")
    return outbox.enqueue(session, RENDERED, event=event, party=party, to=to, now=NOW, **options)  # type: ignore[arg-type]


def claim_one(session: Session, now: datetime = NOW) -> OutboxMessage:
    (row,) = outbox.claim(session, "w", 1, now)
    return row


def settle(
    session: Session, row: OutboxMessage, outcome: Outcome, now: datetime = NOW, worker: str = "w"
) -> OutboxMessage:
    outbox.settle(session, row, worker, outcome, now, RNG)
    session.refresh(row)
    return row


def test_one_row_per_event_party_and_message(session: Session) -> None:
    first = put(session, handover_id=1, match_ids=[3])
    session.commit()
    assert first is not None
    assert (first.state, first.to_name, first.handover_id, first.match_ids) == (
        State.PENDING,
        "Exemple, Personne",
        1,
        [3],
    )
    assert put(session) is None
    assert put(session, party="committee:2") is not None
    assert put(session, event="match:2:approved") is not None
    session.commit()
    assert len(session.exec(select(OutboxMessage)).all()) == 3


def test_the_row_goes_with_the_transaction(session: Session) -> None:
    put(session)
    session.rollback()
    assert session.exec(select(OutboxMessage)).first() is None


def test_eight_threads_enqueue_one_row(new_session: Callable[[], Session]) -> None:
    def enqueue(_: int) -> bool:
        with new_session() as session:
            row = put(session)
            session.commit()
            return row is not None

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(enqueue, range(8))) == 1


def test_undo_then_again(session: Session) -> None:
    first = put(session)
    session.commit()
    assert first is not None
    old = first.message_id
    assert outbox.cancel(session, events=["match:1:"]) == 1
    assert outbox.claim(session, "w", 10, NOW) == []
    again = put(session)
    session.commit()
    assert again is not None
    assert again.message_id != old
    assert len(outbox.claim(session, "w", 10, NOW)) == 1


def test_cancel_reaches_what_was_meant(session: Session) -> None:
    for event in ("match:1:approved", "match:12:approved", "Match:1:approved", "match:1", "match:%:approved"):
        put(session, event=event)
    put(session, event="other", handover_id=5)
    assert outbox.cancel(session, events=["match:1:"]) == 1
    assert outbox.cancel(session, events=["match:%:", "match:1"]) == 2
    assert outbox.cancel(session, handover_id=5, messages=["next_donor"]) == 0
    assert outbox.cancel(session, handover_id=5, messages=["next_donor", RENDERED.message]) == 1
    with pytest.raises(ValueError, match="which"):
        outbox.cancel(session)


def test_cancel_leaves_what_has_begun(session: Session) -> None:
    put(session)
    row = claim_one(session)
    assert outbox.cancel(session, events=["match:1:"]) == 0
    settle(session, row, Sent("250 ok"))
    assert outbox.cancel(session, events=["match:1:"]) == 0


def test_claim_takes_the_awaited_then_the_oldest(session: Session) -> None:
    put(session, event="digest", priority=outbox.DIGEST_PRIORITY)
    put(session, event="a")
    put(session, event="later", not_before=NOW + timedelta(minutes=1))
    put(session, event="late", not_after=NOW)
    put(session, event="b")
    assert [row.event for row in outbox.claim(session, "w", 2, NOW)] == ["a", "b"]
    assert [row.event for row in outbox.claim(session, "w", 9, NOW)] == ["digest"]
    assert [row.event for row in outbox.claim(session, "w", 9, NOW + timedelta(minutes=1))] == ["later"]


def test_two_workers_never_claim_the_same(new_session: Callable[[], Session]) -> None:
    with new_session() as session:
        for number in range(1000):
            put(session, event=f"event:{number}")
        session.commit()

    def work(worker: str) -> list[int | None]:
        mine: list[int | None] = []
        while True:
            with new_session() as session:
                ids = [row.id for row in outbox.claim(session, worker, 7, NOW)]
                session.commit()
            if not ids:
                return mine
            assert len(ids) <= 7
            mine += ids

    with ThreadPoolExecutor(2) as pool:
        claimed = [number for ids in pool.map(work, ["one", "two"]) for number in ids]
    assert len(claimed) == len(set(claimed)) == 1000


def test_a_temporary_refusal_backs_off_for_a_day(session: Session) -> None:
    put(session)
    now, waits = NOW, []
    while True:
        row = settle(session, claim_one(session, now), Retry("451 later"), now)
        if row.state is State.FAILED:
            break
        assert outbox.claim(session, "w", 1, row.not_before - timedelta(seconds=1)) == []
        waits.append(row.not_before - now)
        now = row.not_before
    assert row.last_answer == "451 later"
    assert timedelta(seconds=54) <= waits[0] <= timedelta(seconds=66)
    assert max(waits) <= timedelta(hours=6) * 1.1
    assert timedelta(hours=21.6) <= now - NOW <= timedelta(hours=26.4)
    assert session.exec(select(RefusedAddress)).first() is None


def test_what_is_refused_at_once_comes_back_scattered(session: Session) -> None:
    for number in range(20):
        put(session, event=f"event:{number}")
    rows = outbox.claim(session, "w", 20, NOW)
    assert len({settle(session, row, Retry("451 later")).not_before for row in rows}) > 10


def test_a_permanent_refusal_settles_and_marks_the_address(session: Session) -> None:
    put(session)
    given_up = NOW + timedelta(minutes=3)
    row = settle(session, claim_one(session), Refused("550 no such user", address=True), given_up)
    assert (row.state, row.last_answer) == (State.FAILED, "550 no such user")
    assert row.not_before == given_up
    mark = addresses.refused(session, " Jean@Example.org")
    assert mark is not None
    assert (mark.reason, mark.at) == ("550 no such user", given_up)
    addresses.refuse_address(session, "jean@example.org", "again", NOW)


def test_a_refused_content_does_not_mark_the_address(session: Session) -> None:
    put(session)
    settle(session, claim_one(session), Refused("554 spam"))
    assert addresses.refused(session, "jean@example.org") is None


def test_an_outage_costs_no_attempt(session: Session) -> None:
    put(session)
    row = settle(session, claim_one(session), Unreachable("connection refused"))
    assert (row.state, row.attempts, row.not_before) == (State.PENDING, 0, NOW)


def test_a_lost_claim_settles_nothing_but_a_delivery(session: Session) -> None:
    put(session)
    row = claim_one(session)
    late = NOW + outbox.LEASE
    assert outbox.sweep(session, late - timedelta(seconds=1)) == 0
    assert outbox.sweep(session, late) == 1
    (again,) = outbox.claim(session, "other", 1, late)
    assert not outbox.settle(session, row, "w", Retry("451"), late, RNG)
    assert not outbox.settle(session, row, "w", Refused("550 no", address=True), late, RNG)
    assert addresses.refused(session, row.to_email) is None
    assert outbox.settle(session, row, "w", Sent("250 taken"), late, RNG)
    assert not outbox.settle(session, again, "other", Sent("250 twice"), late, RNG)
    session.refresh(row)
    assert (row.state, row.last_answer) == (State.SENT, "250 taken")


def test_sweep_drops_what_came_too_late(session: Session) -> None:
    put(session, not_after=NOW + timedelta(hours=1))
    assert outbox.sweep(session, NOW) == 0
    assert outbox.sweep(session, NOW + timedelta(hours=1)) == 1
    assert session.exec(select(OutboxMessage.state)).one() is State.CANCELLED


def test_what_was_sent_in_time_is_not_called_back_for_being_old(session: Session) -> None:
    put(session, not_after=NOW + timedelta(hours=1))
    row = settle(session, claim_one(session), Sent("250 taken"))
    assert outbox.sweep(session, NOW + timedelta(days=1)) == 0
    session.refresh(row)
    assert row.state is State.SENT


def test_release_gives_back_what_was_not_tried(session: Session) -> None:
    put(session)
    row = claim_one(session)
    assert row.id is not None
    assert outbox.release(session, "other", [row.id]) == 0
    assert outbox.release(session, "w", [row.id]) == 1
    assert len(outbox.claim(session, "w", 1, NOW)) == 1


def test_a_failed_message_goes_again_to_a_corrected_address_however_late(session: Session) -> None:
    put(session, not_after=NOW + timedelta(hours=1))
    row = claim_one(session)
    assert row.id is not None
    assert not outbox.resend(session, row.id, NOW)
    settle(session, row, Refused("550 5.1.1 no such user", address=True))
    late = NOW + timedelta(days=1)
    assert outbox.resend(session, row.id, late, email="personne.exemple@example.org")
    assert outbox.sweep(session, late) == 0
    again = claim_one(session, late)
    assert (again.to_email, again.attempts) == ("personne.exemple@example.org", 0)


@pytest.mark.parametrize(
    "values", [{"state": "lost"}, {"state": "sent"}, {"state": "claimed"}, {"attempts": -1}, {"party": None}]
)
def test_the_schema_refuses_what_cannot_be(session: Session, values: dict[str, object]) -> None:
    put(session)
    session.commit()
    changes = ", ".join(f"{name} = :{name}" for name in values)
    with pytest.raises(sa.exc.IntegrityError):
        session.execute(sa.text(f"UPDATE outbox_message SET {changes}"), values)


def test_datetimes_are_aware_utc_and_naive_ones_refused(session: Session) -> None:
    put(session)
    session.commit()
    row = session.exec(select(OutboxMessage)).one()
    assert row.created_at == NOW
    assert row.created_at.utcoffset() == timedelta(0)
    statement = sa.update(OutboxMessage).values(created_at=NOW.replace(tzinfo=None))
    with pytest.raises(sa.exc.StatementError, match="timezone"):
        session.execute(statement)


def test_only_what_nobody_has_begun_to_send_goes_to_the_corrected_address(session: Session) -> None:
    for event in ("sent", "failed", "claimed", "deferred", "waiting"):
        put(session, event=event)
    put(session, party="donor:12", event="another's")
    outcomes: list[Outcome] = [Sent("250"), Refused("550 5.1.1", address=True)]
    for row, outcome in zip(outbox.claim(session, "w", 2, NOW), outcomes, strict=True):
        settle(session, row, outcome)
    claim_one(session)
    settle(session, claim_one(session), Retry("452 mailbox full"))
    before = {row.event: row.message_id for row in session.exec(select(OutboxMessage))}
    session.commit()

    assert outbox.redirect(session, "donor:1", "right@example.org", NOW) == 2
    assert outbox.redirect(session, "donor:1", "Right@Example.org", NOW) == 0
    session.commit()

    rows = {row.event: row for row in session.exec(select(OutboxMessage))}
    moved = {event for event, row in rows.items() if row.to_email == "right@example.org"}
    assert moved == {"deferred", "waiting"}
    assert {event for event, row in rows.items() if row.message_id != before[event]} == moved
    assert (rows["deferred"].attempts, rows["deferred"].not_before) == (0, NOW)
    assert [row.event for row in outbox.claim(session, "other", 9, NOW)] == [
        "deferred",
        "waiting",
        "another's",
    ]


def test_a_letter_is_sent_to_one_address_whether_the_claim_or_the_correction_comes_first(
    engine: sa.Engine,
) -> None:
    if engine.dialect.name != "postgresql":
        pytest.skip("on SQLite one waits for the other from its first statement on")
    with Session(engine) as session:
        for number in range(20):
            put(session, event=f"event:{number}")
        session.commit()

    def claim(worker: str) -> dict[str, str]:
        with Session(engine) as session:
            taken = {row.event: row.to_email for row in outbox.claim(session, worker, 10, NOW)}
            session.commit()
        return taken

    def correct() -> dict[str, str]:
        with Session(engine) as session:
            outbox.redirect(session, "donor:1", "right@example.org", NOW)
            session.commit()
        return {}

    with ThreadPoolExecutor(3) as pool:
        work = [pool.submit(claim, "a"), pool.submit(correct), pool.submit(claim, "b")]
        sent = {event: email for each in work for event, email in each.result().items()}
    sent |= claim("c") | claim("d")  # what was locked just then is passed over
    with Session(engine) as session:
        assert sent == {row.event: row.to_email for row in session.exec(select(OutboxMessage))}
