"""Letters about a match: approved, so both sides are asked."""

from datetime import datetime

from sqlmodel import Session

from app.letters import paths
from app.letters.desk import desk
from app.letters.sides import Sides, sides_of, thing
from app.matches.wording import sentences
from app.models import Match
from app.web.links import Purpose
from app.web.text import speaking
from app.web.words import word
from notifications import messages, outbox, values


def approved(session: Session, match: Match, *, event: str, now: datetime) -> None:
    """Ask donor and committee; both letters wait until the coordinator can no longer undo."""
    sides = sides_of(session, match)
    _match_found(session, sides, event, now)
    _match_approved(session, sides, event, now)


def _match_found(session: Session, sides: Sides, event: str, now: datetime) -> None:
    match, donor, committee = sides.match, sides.donor, sides.committee
    here, party = desk(session), f"donor:{donor.id}"
    token = here.links.token(Purpose.DONOR_ANSWER, match.id or 0, party, now)
    with speaking(donor.language):
        letter = values.MatchFound(
            name=donor.name,
            action_url=here.links.url(paths.donor_answer(token)),
            item=thing(sides.item, donor.language),
            quantity=match.quantity,
            committee=committee.name,
            organisation=sides.organisation.name,
            commune=committee.commune,
            distance_km=match.distance_km,
            mode=match.transport.value,
            reasons=tuple(sentences(match.reasons)),
            answer_before=match.answer_by or now,
        )
    outbox.enqueue(
        session,
        messages.match_found(donor.language, letter),
        event=event,
        party=party,
        to=outbox.Recipient(donor.name, donor.email, donor.language),
        now=now,
        not_before=now + here.undo_within,
        match_id=match.id,
    )


def _match_approved(session: Session, sides: Sides, event: str, now: datetime) -> None:
    match, committee = sides.match, sides.committee
    here, party = desk(session), f"committee:{committee.id}"
    token = here.links.token(Purpose.COMMITTEE_ANSWER, match.id or 0, party, now)
    with speaking(committee.language):
        letter = values.MatchApproved(
            name=committee.name,
            action_url=here.links.url(paths.committee_answer(token)),
            item=thing(sides.item, committee.language),
            quantity=match.quantity,
            committee=committee.name,
            commune=sides.offer.commune,
            distance_km=match.distance_km,
            condition=word(sides.item.condition),
            note=sides.item.description,
            mode=match.transport.value,
            reasons=tuple(sentences(match.reasons)),
            answer_before=match.answer_by or now,
        )
    outbox.enqueue(
        session,
        messages.match_approved(committee.language, letter),
        event=event,
        party=party,
        to=outbox.Recipient(committee.name, committee.email, committee.language),
        now=now,
        not_before=now + here.undo_within,
        match_id=match.id,
    )
