"""Letters about a match: approved, so both sides are asked."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.explaining.why import sentences
from app.letters import paths
from app.letters.desk import desk
from app.letters.sides import Sides, giver, sides_of, thing
from app.models import Decision, Match, OutboxMessage
from app.models.states import ActorKind, MatchState
from app.web.links import Purpose
from app.web.text import speaking
from app.web.words import word
from notifications import messages, outbox
from notifications.models import State

NOT_TO_BE = (MatchState.DECLINED, MatchState.LAPSED, MatchState.FAILED)
REMEMBERED_FOR = timedelta(days=60)
"""After so long, another gift is no longer the next one."""


def approved(session: Session, match: Match, *, event: str, now: datetime) -> None:
    """Ask donor and committee; both letters wait until the coordinator can no longer undo."""
    sides = sides_of(session, match)
    _match_found(session, sides, event, now)
    _match_approved(session, sides, event, now)


def _match_found(session: Session, sides: Sides, event: str, now: datetime) -> None:
    match, donor, committee = sides.match, sides.donor, sides.committee
    here, party = desk(session), f"donor:{donor.id}"
    token = here.links.token(Purpose.DONOR_ANSWER, match.id, party, now)
    with speaking(donor.language):
        letter = messages.MatchFound(
            name=donor.name,
            action_url=here.links.url(paths.donor_answer(token)),
            things=(messages.Thing(thing(sides.item, donor.language), match.quantity),),
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
        letter.render(donor.language),
        event=event,
        party=party,
        to=outbox.Recipient(giver(sides).name, donor.email, donor.language),
        now=now,
        not_before=now + here.undo_within,
        match_id=match.id,
    )


def _match_approved(session: Session, sides: Sides, event: str, now: datetime) -> None:
    match, committee = sides.match, sides.committee
    here, party = desk(session), f"committee:{committee.id}"
    token = here.links.token(Purpose.COMMITTEE_ANSWER, match.id, party, now)
    with speaking(committee.language):
        kind = messages.NextDonor if _follows_another(session, match, now) else messages.MatchApproved
        letter = kind(
            name=committee.name,
            action_url=here.links.url(paths.committee_answer(token)),
            things=(_offered(sides),),
            committee=committee.name,
            commune=sides.offer.commune,
            distance_km=match.distance_km,
            mode=match.transport.value,
            reasons=tuple(sentences(match.reasons)),
            answer_before=match.answer_by or now,
        )
    outbox.enqueue(
        session,
        letter.render(committee.language),
        event=event,
        party=party,
        to=outbox.Recipient(committee.name, committee.email, committee.language),
        now=now,
        not_before=now + here.undo_within,
        match_id=match.id,
    )


def _offered(sides: Sides) -> messages.Offered:
    return messages.Offered(
        thing(sides.item, sides.committee.language),
        sides.match.quantity,
        condition=word(sides.item.condition),
        note=sides.item.description,
    )


def _follows_another(session: Session, match: Match, now: datetime) -> bool:
    """Whether the committee last counted on a gift for this need that did not come, through no act of its own.

    One that it was never written to about does not count.
    """
    heard = sa.exists().where(
        col(OutboxMessage.match_id) == col(Match.id),
        col(OutboxMessage.party).startswith("committee:"),
        col(OutboxMessage.state) != State.CANCELLED,
    )
    query = (
        select(Match.committee_answered_at, Match.closed_at, Decision.actor)
        .join(Decision, col(Decision.match_id) == col(Match.id))
        .where(
            Match.need_id == match.need_id,
            col(Match.id) != match.id,
            col(Match.approved_at).is_not(None),
            col(Match.state).in_(NOT_TO_BE),
            col(Decision.to_state) == col(Match.state),
            heard,
        )
        .order_by(col(Match.closed_at).desc(), col(Match.id).desc(), col(Decision.id).desc())
        .limit(1)
    )
    last = session.exec(query).first()
    if last is None:
        return False
    answered_at, closed_at, actor = last
    if closed_at is None or closed_at < now - REMEMBERED_FOR:
        return False
    return actor is ActorKind.DONOR or (actor is ActorKind.SYSTEM and answered_at is not None)
