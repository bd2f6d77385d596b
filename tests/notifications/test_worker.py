"""Claim, send, settle against a real database and a real SMTP server; also when the sender is killed."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from notifications import addresses, outbox
from notifications.mailer import MailboxMailer, Mailer, MailSettings, Security
from notifications.messages import MESSAGES
from notifications.models import OutboxMessage, RefusedAddress, State
from notifications.outbox import Recipient
from notifications.outcomes import Outcome, Sent
from notifications.worker import Drained, drain
from tests.conftest import PATIENCE
from tests.notifications.sink import Sink

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
RENDERED = MESSAGES["appointment"].sample().render("fr")
Sessions = Callable[[], Session]


def put(sessions: Sessions, *names: str, **options: object) -> None:
    with sessions() as session:
        for name in names:
            outbox.enqueue(
                session,
                RENDERED,
                event=f"e:{name}",
                party=name,
                to=Recipient(name, f"{name}@example.org"),
                now=NOW,
                **options,  # type: ignore[arg-type]
            )
        session.commit()


def mailer(sink: Sink) -> Mailer:
    sender = "dons@portail.example.org"
    return Mailer(MailSettings("127.0.0.1", sink.port, Security.NONE, sender))


def at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def states(sessions: Sessions) -> dict[str, State]:
    with sessions() as session:
        return {row.party: row.state for row in session.exec(select(OutboxMessage))}


def test_everything_due_goes_out_in_order(new_session: Sessions) -> None:
    put(new_session, "digest", priority=outbox.DIGEST_PRIORITY)
    put(new_session, *(f"to{number}" for number in range(120)))
    put(new_session, "later", not_before=NOW + timedelta(minutes=1))
    with Sink() as sink, mailer(sink) as transport:
        done = drain(new_session, transport, at(NOW), "w")
        assert done == Drained(sent=121)
        assert [to for to, _ in sink.taken] == [f"to{n}@example.org" for n in range(120)] + [
            "digest@example.org"
        ]
        assert drain(new_session, transport, at(NOW), "w").sent == 0
    with new_session() as session:
        answers = session.exec(
            select(OutboxMessage.last_answer).where(OutboxMessage.state == State.SENT)
        ).all()
    assert sorted(str(answer) for answer in answers) == sorted(
        f"250 2.0.0 taken as {n}" for n in range(1, 122)
    )


def test_each_answer_settles_its_own_message(new_session: Sessions) -> None:
    put(new_session, "a", "refused.1", "later.1", "spam.1", "drop.1", "hangup.1", "b")
    with Sink() as sink, mailer(sink) as transport:
        done = drain(new_session, transport, at(NOW), "w")
    assert (done.sent, done.deferred, done.refused) == (2, 3, 2)
    assert states(new_session) == {
        "a": State.SENT,
        "b": State.SENT,
        "refused.1": State.FAILED,
        "spam.1": State.FAILED,
        "later.1": State.PENDING,
        "drop.1": State.PENDING,
        "hangup.1": State.PENDING,
    }
    with new_session() as session:
        assert addresses.refused(session, "refused.1@example.org") is not None
        assert addresses.refused(session, "spam.1@example.org") is None


def test_greylisting_delays_by_a_minute(new_session: Sessions) -> None:
    put(new_session, "once.1")
    with Sink() as sink, mailer(sink) as transport:
        assert drain(new_session, transport, at(NOW), "w").deferred == 1
        assert drain(new_session, transport, at(NOW + timedelta(seconds=50)), "w").sent == 0
        assert drain(new_session, transport, at(NOW + timedelta(seconds=70)), "w").sent == 1


def test_a_day_without_server_costs_nothing_but_the_day(new_session: Sessions) -> None:
    """Oldest first afterwards; of the digests the last one only, whose time has not passed."""
    put(new_session, "a", "b")
    put(new_session, "digest1", not_after=NOW + timedelta(hours=12), priority=outbox.DIGEST_PRIORITY)
    put(new_session, "digest2", not_after=NOW + timedelta(hours=36), priority=outbox.DIGEST_PRIORITY)
    sink = Sink()
    with sink:
        pass
    with mailer(sink) as transport:
        for hour in range(24):
            done = drain(new_session, transport, at(NOW + timedelta(hours=hour)), "w")
            assert done.unreachable
    sink = Sink()
    with sink, mailer(sink) as transport:
        assert drain(new_session, transport, at(NOW + timedelta(hours=25)), "w").sent == 3
    assert [to.partition("@")[0] for to, _ in sink.taken] == ["a", "b", "digest2"]
    assert states(new_session)["digest1"] is State.CANCELLED


def test_stopping_gives_back_what_was_not_tried(new_session: Sessions) -> None:
    put(new_session, "a", "b", "c")
    stop = Event()

    def on(step: str, to: str) -> None:
        if to == "b@example.org":
            stop.set()

    with Sink(on=on) as sink, mailer(sink) as transport:
        assert drain(new_session, transport, at(NOW), "w", stop=stop).sent == 2
    assert states(new_session) == {"a": State.SENT, "b": State.SENT, "c": State.PENDING}


def test_a_limit_is_kept(new_session: Sessions) -> None:
    put(new_session, "a", "b", "c")
    with MailboxMailer() as transport:
        assert drain(new_session, transport, at(NOW), "w", limit=2).sent == 2
    assert list(states(new_session).values()).count(State.PENDING) == 1


def test_nothing_is_sent_on_a_lease_that_ends(new_session: Sessions) -> None:
    """A worker that slept while it held messages lets go of them instead of sending what another may have sent."""
    put(new_session, "a", "b")
    moments = iter([NOW, NOW, NOW, NOW])

    class Slow(MailboxMailer):
        sent = 0

        def send(self, row: OutboxMessage) -> Outcome:
            self.sent += 1
            return Sent("ok")

    def clock() -> datetime:
        return next(moments, NOW + timedelta(minutes=4))

    transport = Slow()
    drain(new_session, transport, clock, "w", limit=2)
    assert transport.sent == 1
    assert sorted(states(new_session).values()) == [State.PENDING, State.SENT]


def test_a_message_that_breaks_the_mailer_holds_up_no_other(new_session: Sessions) -> None:
    class Fragile(MailboxMailer):
        def send(self, row: OutboxMessage) -> Outcome:
            if row.party == "a":
                raise RuntimeError("boom")
            return super().send(row)

    put(new_session, "a", "b")
    done = drain(new_session, Fragile(), at(NOW), "w")
    assert (done.sent, done.deferred) == (1, 1)


def test_no_transaction_is_open_while_the_server_thinks(engine: sa.Engine, new_session: Sessions) -> None:
    put(new_session, "a", "b")
    open_now, seen = 0, set()

    def count(change: int) -> Callable[[sa.Connection], None]:
        def note(_connection: sa.Connection) -> None:
            nonlocal open_now
            open_now += change

        return note

    for event, change in (("begin", 1), ("commit", -1), ("rollback", -1)):
        sa.event.listen(engine, event, count(change))
    with Sink(on=lambda _step, _to: seen.add(open_now)) as sink, mailer(sink) as transport:
        drain(new_session, transport, at(NOW), "w")
    assert seen == {0}


def test_each_message_is_recorded_before_the_next_is_begun(new_session: Sessions) -> None:
    """Others read it, so it is committed: a kill finds one message at most between the answer and the commit."""
    put(new_session, "a", "b", "c")
    recorded: dict[str, set[str]] = {}

    class Watches(MailboxMailer):
        def send(self, row: OutboxMessage) -> Outcome:
            recorded[row.party] = {
                party for party, state in states(new_session).items() if state is State.SENT
            }
            return Sent("ok")

    drain(new_session, Watches(), at(NOW), "w")
    assert recorded == {"a": set(), "b": {"a"}, "c": {"a", "b"}}


def test_a_round_leaves_no_connection_that_commits_by_itself(new_session: Sessions) -> None:
    put(new_session, "a")
    drain(new_session, MailboxMailer(), at(NOW), "w")
    with ExitStack() as stack:
        for session in [stack.enter_context(new_session()) for _ in range(3)]:
            addresses.refuse_address(session, f"{id(session)}@example.org", "550", NOW)
            session.rollback()
            assert session.exec(select(RefusedAddress)).all() == []
            session.rollback()


@pytest.mark.parametrize("moment", ["mail", "rcpt", "taken"])
def test_kill_9_loses_nothing_and_doubles_only_what_was_just_taken(
    engine: sa.Engine, new_session: Sessions, moment: str
) -> None:
    """`mail` and `rcpt` are before the server has the message; `taken` is after it has, before it answers."""
    names = [f"to{number}" for number in range(12)]
    put(new_session, *names)
    process: list[subprocess.Popen[bytes]] = []
    kill_at = iter([3, 8])
    seen, fatal = 0, next(kill_at)

    def on(step: str, _to: str) -> None:
        nonlocal seen, fatal
        if step == moment:
            seen += 1
            if seen == fatal:
                fatal = next(kill_at, -1)
                os.kill(process[-1].pid, signal.SIGKILL)

    url = engine.url.render_as_string(hide_password=False)
    with Sink(on=on) as sink:
        for attempt in range(3):
            arguments = [url, str(sink.port), f"w{attempt}", str(attempt * 6)]
            command = [sys.executable, "-m", "tests.notifications.sending", *arguments]
            process.append(subprocess.Popen(command))
            code = process[-1].wait(PATIENCE)
            assert code == (-signal.SIGKILL if attempt < 2 else 0)

    copies = Counter(to for to, _ in sink.taken)
    assert set(copies) == {f"{name}@example.org" for name in names}
    assert sum(copies.values()) - len(copies) == (2 if moment == "taken" else 0)
    for to in copies:
        assert len({content for address, content in sink.taken if address == to}) == 1
    assert set(states(new_session).values()) == {State.SENT}


def test_a_clock_set_back_an_hour_sends_nothing_twice_and_holds_up_nothing_new(new_session: Sessions) -> None:
    put(new_session, "a", "b")
    with Sink() as sink, mailer(sink) as transport:
        assert drain(new_session, transport, at(NOW), "w", limit=1).sent == 1
        with new_session() as session:
            held = outbox.claim(session, "another", 5, NOW)
            session.commit()
            assert [row.party for row in held] == ["b"]
        back = NOW - timedelta(hours=1)
        with new_session() as session:
            to = Recipient("c", "c@example.org")
            outbox.enqueue(session, RENDERED, event="e:c", party="c", to=to, now=back)
            session.commit()
        assert drain(new_session, transport, at(back), "w").sent == 1
        assert drain(new_session, transport, at(NOW + timedelta(minutes=6)), "w").sent == 1
    assert [to.partition("@")[0] for to, _ in sink.taken] == ["a", "c", "b"]


def test_whoever_wants_to_know_is_told_once_when_the_attempts_end(new_session: Sessions) -> None:
    """A day of temporary refusals, then the last word; a permanent one at once."""
    put(new_session, "later.1", "refused.1", "fine")
    told: list[tuple[str, str, datetime]] = []

    def undelivered(_session: Session, row: OutboxMessage, answer: str, now: datetime) -> None:
        told.append((row.party, answer, now))

    with Sink() as sink, mailer(sink) as transport:
        for hours in range(40):
            moment = NOW + timedelta(hours=hours)
            for _again in range(8 if hours == 0 else 1):
                drain(new_session, transport, at(moment), "w", undelivered=undelivered)
                moment += timedelta(minutes=6 if hours == 0 else 0)
    assert [(party, answer) for party, answer, _ in told] == [
        ("refused.1", "550 5.1.1 no such user"),
        ("later.1", "451 4.7.1 greylisted"),
    ]
    assert told[0][2] == NOW
    assert timedelta(hours=20) < told[1][2] - NOW < timedelta(hours=32)


def test_news_that_cannot_be_told_hold_up_nothing(new_session: Sessions) -> None:
    put(new_session, "refused.1", "fine")

    def undelivered(session: Session, row: OutboxMessage, _answer: str, _now: datetime) -> None:
        addresses.refuse_address(session, "half@example.org", "written before the fault", NOW)
        raise RuntimeError("boom")

    with Sink() as sink, mailer(sink) as transport:
        done = drain(new_session, transport, at(NOW), "w", undelivered=undelivered)
    assert (done.sent, done.refused) == (1, 1)
    assert states(new_session) == {"refused.1": State.FAILED, "fine": State.SENT}
    with new_session() as session:
        assert addresses.refused(session, "refused.1@example.org") is not None
        assert addresses.refused(session, "half@example.org") is None


def test_a_database_that_hangs_up_after_the_server_s_answer_doubles_nothing(
    engine: sa.Engine, new_session: Sessions
) -> None:
    """The machine has not died: what the server took is recorded once the database is back."""
    if engine.dialect.name != "postgresql":
        pytest.skip("nobody hangs up on SQLite")
    put(new_session, "a", "b")
    taken = []

    class HangsUp(MailboxMailer):
        def send(self, row: OutboxMessage) -> Outcome:
            taken.append(row.party)
            if row.party == "a":
                with new_session() as session:
                    session.execute(
                        sa.text(
                            "select pg_terminate_backend(pid) from pg_stat_activity"
                            " where datname = current_database() and pid <> pg_backend_pid()"
                        )
                    )
            return Sent("ok")

    assert drain(new_session, HangsUp(), at(NOW), "w").sent == 2
    assert taken == ["a", "b"]
    assert set(states(new_session).values()) == {State.SENT}
