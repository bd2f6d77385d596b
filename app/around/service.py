"""« Cela nous servirait »: a need for what nobody takes, and a proposal that a coordinator decides. None commits."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from app.hand.judging import Scene, need_for
from app.holding import hold, hold_committees
from app.matches import service as matches
from app.matches.queries import Margins
from app.matches.service import MatchError, Proposal
from app.models import Committee, Need, OfferedItem
from app.models.states import LIVE, Urgency
from app.needs import service as needs
from app.needs.service import NeedDraft
from app.refusing import RefusedError
from app.transitions import Actor


class AroundRefusal(StrEnum):
    """Why a gift cannot be asked for."""

    GONE = "gone"
    NOT_FOR_YOU = "not_for_you"
    TOO_MANY = "too_many"
    WHOLE_LOT = "whole_lot"


class AroundError(RefusedError[AroundRefusal]):
    """Nothing was asked for. `most` pieces are free."""

    def __init__(self, code: AroundRefusal, most: int = 0) -> None:
        super().__init__(code)
        self.most = most


def raise_hand(
    session: Session,
    committee_id: int,
    item_id: int,
    quantity: int,
    submission_key: str,
    actor: Actor,
    now: datetime,
) -> Need:
    """Declare the need and propose the article for it, as a plan would: the next one weighs it with what others ask for, and gives
    the article to them if that is better. Raises AroundError.
    """
    item, committee = session.get(OfferedItem, item_id), session.get_one(Committee, committee_id)
    if item is None:
        raise AroundError(AroundRefusal.GONE)
    hold(session, item_ids=[item_id])
    judged = Scene.read(session, now, [item_id], [], [committee_id]).imagined(item_id, committee)
    if judged is None or judged.most < 1:
        raise AroundError(AroundRefusal.GONE)
    if judged.broken:
        raise AroundError(AroundRefusal.NOT_FOR_YOU)
    if not item.divisible and quantity != item.quantity:
        raise AroundError(AroundRefusal.WHOLE_LOT, item.quantity)
    if quantity > judged.most:
        raise AroundError(AroundRefusal.TOO_MANY, judged.most)
    worst = need_for(item, committee_id, quantity, now).minimum_condition
    draft = NeedDraft(item=item.item, quantity=quantity, minimum_condition=worst, urgency=Urgency.LOW)
    need = needs.declare(session, committee_id, draft, submission_key, actor, now)
    _propose(session, item_id, need, actor, now)
    return need


def _propose(session: Session, item_id: int, need: Need, actor: Actor, now: datetime) -> None:
    """Where pieces are free: what plans propose to others keeps its place until one weighs them."""
    session.flush()
    held = hold(session, item_ids=[item_id], need_ids=[need.id])
    hold_committees(session, [need.id])
    scene = Scene.read(session, now, [item_id], [need.id])
    judged = scene.judged(item_id, need.id)
    if judged is None or judged.broken:
        return
    margins = Margins.read(session, held, LIVE, now)
    pieces = min(need.quantity, judged.most, margins.free_for(item_id, need.id))
    if pieces < 1 or (not held.items[item_id].divisible and pieces < held.items[item_id].quantity):
        return
    figures = scene.figures(judged, pieces, 0) | {"by_hand_id": None}
    proposal = Proposal(offered_item_id=item_id, need_id=need.id, quantity=pieces, figures=figures)
    try:
        matches.propose(session, held, margins, proposal, now, actor=actor)
    except MatchError:
        return  # it stands already: the form was sent twice
