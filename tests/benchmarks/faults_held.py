"""What people were shown and mailed, held against the database from outside, in SQL of this file's own."""

from collections.abc import Sequence

import sqlalchemy as sa

from tests.benchmarks.faults_people import REFUSED, Shown
from tests.benchmarks.faults_portal import MailServer

LIVE = "('proposed', 'approved', 'accepted', 'scheduled')"
OVER = f"""
SELECT (SELECT count(*) FROM offered_item i WHERE i.quantity <
          (SELECT coalesce(sum(m.quantity), 0) FROM match m WHERE m.offered_item_id = i.id AND m.state IN {LIVE}))
     + (SELECT count(*) FROM need n WHERE n.quantity <
          (SELECT coalesce(sum(m.quantity), 0) FROM match m WHERE m.need_id = n.id AND m.state IN {LIVE}))
"""
OFFERS = "SELECT d.email, o.state, count(*) FROM offer o JOIN donor d ON d.id = o.donor_id WHERE d.email LIKE 'donatrice-%' GROUP BY 1, 2"
DECIDED = "SELECT match_id, verb FROM decision WHERE match_id IS NOT NULL"
LETTERS = "SELECT message_id, state, to_email, message FROM outbox_message WHERE to_email LIKE 'donatrice-%@essai.example'"
TWICE = "SELECT count(*) FROM (SELECT event, party FROM outbox_message GROUP BY event, party HAVING count(*) > 1) AS twice"
ACCEPTED = ("accept", "propose_times")
DIES_WITHIN = 2.0
"""Seconds after a mail server took a letter within which its sender must have come to harm, to send it again."""
WAIT = "state IN ('pending', 'claimed')"

Spans = Sequence[tuple[float, float]]


def compare(url: str, shown: Shown, mail: MailServer, spans: Spans) -> dict[str, float | int | str]:
    """The figures; `spans` are when something was broken, or had been a moment ago, by the driver's clock."""
    engine = sa.create_engine(url)
    with engine.connect() as database:
        offers = {(email, state): count for email, state, count in database.execute(sa.text(OFFERS))}
        decided = {(match, verb) for match, verb in database.execute(sa.text(DECIDED))}
        letters = database.execute(sa.text(LETTERS)).all()
        twice = int(database.execute(sa.text(TWICE)).scalar_one())
        over = int(database.execute(sa.text(OVER)).scalar_one())
    engine.dispose()
    there = {email for email, _state in offers}
    unconfirmed = {email for email, state in offers if state == "unconfirmed"}
    lost = {
        "offers": len(shown.offers - there),
        "confirmations": len(shown.confirmed & unconfirmed),
        "approvals": sum((match, "approve") not in decided for match in shown.approved),
        "acceptances": sum(not {(match, verb) for verb in ACCEPTED} & decided for match in shown.accepted),
        "letters": sum(state == "sent" and name not in mail.taken for name, state, _to, _kind in letters),
        "confirmation letters": len(there - {to for _name, _state, to, _kind in letters}),
    }
    statuses = [each for each in shown.asked if each.status >= 500 or each.status == REFUSED]
    otherwise = [each for each in statuses if not _within(each.at, each.at + each.took, spans)]
    bad = [each for each in statuses if each.status not in {REFUSED, 503}]
    doubled = [
        at for copies in mail.taken.values() for at in copies[:-1] if not _within(at, at + DIES_WITHIN, spans)
    ]
    return {
        "requests": len(shown.asked),
        "events": shown.events,
        "events.offers": len(shown.offers),
        "events.confirmed": len(shown.confirmed),
        "events.approved": len(shown.approved),
        "events.accepted": len(shown.accepted),
        "lost": sum(lost.values()),
        **{f"lost.{name}": count for name, count in lost.items() if count},
        "doubled": sum(count - 1 for count in offers.values()) + twice,
        "letters": len(mail.taken),
        "letters_doubled": sum(len(copies) - 1 for copies in mail.taken.values()),
        "letters_doubled_outside": len(doubled),
        "letters_waiting": sum(state in {"pending", "claimed"} for _n, state, _to, _kind in letters),
        "over_allocated": over,
        "5xx": len(bad),
        **{f"5xx.{each.method} {each.path} {each.status}": 1 for each in bad[:5]},
        "503": sum(each.status == 503 for each in statuses),
        "503_otherwise": sum(each.status == 503 for each in otherwise),
        "refused": sum(each.status == REFUSED for each in statuses),
        "refused_otherwise": sum(each.status == REFUSED for each in otherwise),
        "odd": len(shown.oddities),
        **{f"odd.{words}": 1 for words in sorted(set(shown.oddities))},
    }


def _within(start: float, end: float, spans: Spans) -> bool:
    return any(start <= after and end >= before for before, after in spans)


def refused_within(shown: Shown, spans: Spans) -> int:
    """Requests without an answer, or with 500 and more, in these spans."""
    bad = (each for each in shown.asked if each.status >= 500 or each.status == REFUSED)
    return sum(_within(each.at, each.at + each.took, spans) for each in bad)


def put_forward(url: str) -> None:
    """What waits for another try is due, and what a dead clock held is free: as if hours had passed."""
    engine = sa.create_engine(url)
    with engine.begin() as database:
        database.execute(sa.text(f"UPDATE outbox_message SET not_before = created_at WHERE {WAIT}"))
        database.execute(sa.text(f"UPDATE outbox_message SET claimed_until = created_at WHERE {WAIT}"))
    engine.dispose()


def waiting(url: str) -> int:
    engine = sa.create_engine(url)
    with engine.connect() as database:
        found = int(
            database.execute(sa.text(f"SELECT count(*) FROM outbox_message WHERE {WAIT}")).scalar_one()
        )
    engine.dispose()
    return found
