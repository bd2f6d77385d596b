"""What the letters around an appointment carry: calendar files that replace each other, and where to go to meet whom."""

import pytest
from icalendar import Calendar
from sqlmodel import col, select

from app.handovers import service
from app.handovers.service import Terms
from app.models import Committee, OutboxMessage
from app.models.states import Reason, Side, Transport
from app.transitions import COMMITTEE, DONOR
from tests.app.handovers.pair import Pair
from tests.conftest import ANSWER_WITHIN, told


def calendars(pair: Pair, message: str) -> list[tuple[str, str, str, int, str]]:
    """(party, METHOD of the part, UID, SEQUENCE, STATUS) of every calendar file that went with `message`."""
    found = []
    rows = told(pair.session).exec(
        select(OutboxMessage).where(OutboxMessage.message == message).order_by(col(OutboxMessage.id))
    )
    for row in rows:
        for attachment in row.attachments:
            calendar = Calendar.from_ical(attachment["content"])
            (event,) = calendar.walk("VEVENT")
            kind, _, method = attachment["content_type"].rpartition("; method=")
            assert kind == "text/calendar; charset=utf-8"
            assert method == calendar["METHOD"]
            found.append(
                (
                    row.party.split(":")[0],
                    method,
                    str(event["UID"]),
                    int(str(event["SEQUENCE"])),
                    str(event["STATUS"]),
                )
            )
    return found


def test_a_moved_appointment_leaves_the_other_side_s_calendar_and_comes_back_under_its_uid(
    pair: Pair,
) -> None:
    pair.accept(1)
    pair.choose()
    uid = pair.handover.uid
    pair.clock.advance(hours=1)
    pair.accept(6)
    pair.choose()

    assert calendars(pair, "times_proposed") == [("donor", "CANCEL", uid, 1, "CANCELLED")]
    assert calendars(pair, "appointment") == [
        ("donor", "PUBLISH", uid, 0, "CONFIRMED"),
        ("donor", "PUBLISH", uid, 2, "CONFIRMED"),
    ]

    service.suggest_other_time(pair.session, pair.match_id, "Le samedi.", pair.clock(), ANSWER_WITHIN)
    assert calendars(pair, "other_time_wanted") == [("committee", "CANCEL", uid, 3, "CANCELLED")]
    wanted = pair.session.exec(
        select(OutboxMessage).where(OutboxMessage.message == "other_time_wanted")
    ).one()
    assert "ne peut pas tenir le rendez-vous du" in wanted.body_text


@pytest.mark.parametrize("side", list(Side))
def test_a_cancelled_appointment_leaves_both_calendars(pair: Pair, side: Side) -> None:
    pair.accept(1)
    pair.choose()
    actor = DONOR if side is Side.DONOR else COMMITTEE
    reason = Reason.CHANGED_MIND if side is Side.DONOR else Reason.NO_ROOM

    service.decline(pair.session, pair.match_id, side, reason, "", actor, pair.clock())

    uid = pair.handover.uid
    assert calendars(pair, "appointment_cancelled") == [("donor", "CANCEL", uid, 1, "CANCELLED")]
    assert calendars(pair, "appointment_cancelled_committee") == [
        ("committee", "CANCEL", uid, 1, "CANCELLED")
    ]
    assert {message for _party, message in pair.letters()[3:]} == {
        "appointment_cancelled",
        "appointment_cancelled_committee",
    }
    told = "committee" if side is Side.DONOR else "donor"
    for row in pair.session.exec(select(OutboxMessage).where(col(OutboxMessage.message).contains("cancel"))):
        assert ("La raison" in row.body_text) == row.party.startswith(told)


def agreed(pair: Pair, transport: Transport, place: str = "") -> dict[str, OutboxMessage]:
    """The letters of an appointment on these terms, by message."""
    terms = Terms(pair.spans(1), transport, place)
    service.accept_with_times(pair.session, pair.match_id, terms, COMMITTEE, pair.clock(), ANSWER_WITHIN)
    pair.choose()
    return {row.message: row for row in pair.session.exec(select(OutboxMessage))}


def location(letter: OutboxMessage) -> str:
    (event,) = Calendar.from_ical(letter.attachments[0]["content"]).walk("VEVENT")
    return str(event["LOCATION"])


def test_a_committee_that_collects_is_sent_to_the_donor_s_address_not_to_its_own(pair: Pair) -> None:
    pair.offer.street = "9 rue de la Collecte"

    letters = agreed(pair, Transport.COMMITTEE_COLLECTS)

    for message in ("appointment", "appointment_committee"):
        assert "9 rue de la Collecte, 69700 Givors" in letters[message].body_text.replace("\u00a0", " ")
    assert location(letters["appointment_committee"]) == "9 rue de la Collecte, 69700 Givors"
    # The donor's own file is behind a link that may be forwarded.
    assert location(letters["appointment"]) == ""


def test_a_donor_who_brings_is_sent_to_the_committee_unless_it_wrote_another_place(pair: Pair) -> None:
    street = pair.session.get_one(Committee, pair.need.committee_id).street

    letters = agreed(pair, Transport.DONOR_BRINGS)
    assert location(letters["appointment"]) == f"{street}, 69700 Givors"
    assert street in letters["times_proposed"].body_text

    pair.clock.advance(hours=1)
    pair.session.delete(letters["appointment"])
    assert location(agreed(pair, Transport.DONOR_BRINGS, "Au dépôt")["appointment"]) == "Au dépôt"


def test_the_committee_reaches_the_person_for_whom_a_volunteer_s_address_stands_in(pair: Pair) -> None:
    offer = pair.offer
    offer.contact_name, offer.contact_phone = "Personne sans adresse", "06 11 22 33 44"

    letters = agreed(pair, Transport.COMMITTEE_COLLECTS)

    text = letters["appointment_committee"].body_text.replace("\u00a0", " ").replace("\u202f", " ")
    assert "Personne sans adresse, 06 11 22 33 44" in text
    assert letters["appointment"].to_name == "Personne sans adresse"


def test_a_place_that_the_committee_wrote_is_where_both_go_whoever_moves_the_gift(pair: Pair) -> None:
    letters = agreed(pair, Transport.COMMITTEE_COLLECTS, "Au dépôt")

    assert {location(letters[message]) for message in ("appointment", "appointment_committee")} == {
        "Au dépôt"
    }
