"""Pairs made by hand, quantities set by hand, articles kept for somebody. Quantities are checked under locks; none commits."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from app.days import day_of
from app.db import among
from app.hand.judging import Judgement, Scene, displaced, for_ever, need_for
from app.holding import Held, hold, hold_committees
from app.matches import service as matches
from app.matches.queries import Margins, beyond_plans, earmarks
from app.matches.service import MatchError, MatchRefusal, Proposal
from app.models import Earmark, Match, Need, Offer, OfferedItem
from app.models.states import LIVE, REASONS, MatchState, Occasion, OfferState, Reason, Verb
from app.needs import service as needs
from app.transitions import Actor, note_decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """So many pieces of an article for a need, or for a committee that has no need of the kind: one is opened for it then.

    `reason` says why the rules that the pair breaks are set aside.
    """

    item_id: int
    committee_id: int
    need_id: int | None
    quantity: int
    reason: Reason | None = None
    note: str = ""
    opened: bool = False
    """Whether its need was opened for it just now."""

    @property
    def pair(self) -> tuple[int, int, int]:
        return self.item_id, self.need_id or 0, self.committee_id


class HandError(MatchError):
    """Nothing was done. `pair` is the wish that stood in the way, `most` how many pieces there are where that matters."""

    def __init__(self, code: MatchRefusal, pair: tuple[int, int, int], most: int = 0) -> None:
        super().__init__(code)
        self.pair, self.most = pair, most


@dataclass(frozen=True, slots=True)
class HandMade:
    """The matches made, and the proposals of plans that made room: each with how many pieces it gave up."""

    matches: list[Match] = field(default_factory=list)
    lost: list[tuple[Match, int]] = field(default_factory=list)


def make(
    session: Session,
    wishes: Sequence[Wish],
    actor: Actor,
    now: datetime,
    answer_within: timedelta,
    submission_key: str,
) -> HandMade:
    """Make all these matches and approve them, or none. Raises HandError.

    What plans alone propose makes room, the least good first. `submission_key` is the form's: needs are opened once for it.
    """
    asked = wishes
    wishes = [_with_need(session, each, actor, now, submission_key) for each in asked]
    try:
        return _make_all(session, wishes, actor, now, answer_within)
    except HandError as error:
        names = {new.pair: old.pair for new, old in zip(wishes, asked, strict=True)}
        error.pair = names.get(error.pair, error.pair)
        raise


def _make_all(
    session: Session, wishes: Sequence[Wish], actor: Actor, now: datetime, answer_within: timedelta
) -> HandMade:
    held, proposals = _hold(session, wishes)
    scene = _scene(session, wishes, now)
    judged = [_judge(scene, wish) for wish in wishes]
    own = {(match.offered_item_id, match.need_id): match for match in proposals}
    lost = _make_room(session, held, wishes, proposals, actor, now)
    margins = Margins.read(session, held, LIVE, now)

    def growth(number: int) -> int:
        before = own.get((wishes[number].item_id, wishes[number].need_id or 0))
        return wishes[number].quantity - (before.quantity if before else 0)

    # What shrinks goes first: it makes room for what grows.
    made = [
        _make(session, held, margins, scene, wishes[number], judged[number], own, actor, now)
        for number in sorted(range(len(wishes)), key=growth)
    ]
    session.flush()
    for match in made:
        matches.approve(session, match.id, actor, now, answer_within)
    return HandMade(made, lost)


def _with_need(session: Session, wish: Wish, actor: Actor, now: datetime, submission_key: str) -> Wish:
    """The same wish for a need: the one that its committee has not got is opened."""
    if wish.need_id is not None:
        return wish
    item = session.get(OfferedItem, wish.item_id)
    if item is None:
        raise HandError(MatchRefusal.UNKNOWN, wish.pair)
    row = need_for(item, wish.committee_id, wish.quantity, now)
    draft = needs.NeedDraft(item=row.item, quantity=row.quantity, minimum_condition=row.minimum_condition)
    key = f"{submission_key[:40]}-{wish.item_id}-{wish.committee_id}"
    need = needs.declare(session, wish.committee_id, draft, key, actor, now)
    return replace(wish, need_id=need.id, opened=True)


def _hold(session: Session, wishes: Iterable[Wish]) -> tuple[Held, list[Match]]:
    """Lock both sides, what plans propose of either with its own other side, and the committees; those proposals."""
    items, wanted = {each.item_id for each in wishes}, {each.need_id or 0 for each in wishes}
    concerned = among(Match.offered_item_id, items) | among(Match.need_id, wanted)
    proposed = session.exec(select(Match).where(Match.state == MatchState.PROPOSED, concerned)).all()
    held = hold(
        session,
        item_ids=items | {each.offered_item_id for each in proposed},
        need_ids=wanted | {each.need_id for each in proposed},
        match_ids=[each.id for each in proposed],
    )
    hold_committees(session, wanted)
    return held, [each for each in held.matches.values() if each.state is MatchState.PROPOSED]


def _scene(session: Session, wishes: Iterable[Wish], now: datetime) -> Scene:
    return Scene.read(
        session,
        now,
        {each.item_id for each in wishes},
        {each.need_id or 0 for each in wishes},
    )


def _judge(scene: Scene, wish: Wish) -> Judgement:
    """What the engine thinks of the pair. Raises HandError where a rule stands in the way that nobody has set aside."""
    judged = scene.judged(wish.item_id, wish.need_id or 0)
    if judged is None:
        gone = MatchRefusal.OFFER_GONE if wish.item_id not in scene.offers else MatchRefusal.NEED_GONE
        raise HandError(gone, wish.pair)
    item = scene.items[wish.item_id][0]
    if not item.divisible and wish.quantity != item.quantity:
        raise HandError(MatchRefusal.WHOLE_LOT, wish.pair)
    never = [name for name in for_ever(judged.broken) if name != "whole_lot"]
    if never:
        raise HandError(MatchRefusal.RULE_STANDS, wish.pair)
    if judged.broken and wish.reason not in REASONS[Occasion.COORDINATOR_OVERRIDES]:
        raise HandError(MatchRefusal.RULE_BROKEN, wish.pair)
    return judged


def _make_room(
    session: Session,
    held: Held,
    wishes: Sequence[Wish],
    proposals: Sequence[Match],
    actor: Actor,
    now: datetime,
) -> list[tuple[Match, int]]:
    """Let proposals of plans go, or shrink, as far as the wishes need it. Raises HandError where that does not help."""
    pairs = {(each.item_id, each.need_id) for each in wishes}
    theirs = [
        each for each in proposals
        if each.by_hand_id is None and (each.offered_item_id, each.need_id) not in pairs
    ]  # fmt: skip
    others = beyond_plans() & ~col(Match.id).in_(
        [each.id for each in proposals if (each.offered_item_id, each.need_id) in pairs]
    )
    margins = Margins.read(session, held, others, now)
    of_items: Counter[int] = Counter()
    of_needs: Counter[int] = Counter()
    for wish in wishes:
        key = wish.need_id or 0
        wanted = Match(offered_item_id=wish.item_id, need_id=key, quantity=wish.quantity)
        for code, most in (
            (MatchRefusal.OFFER_TAKEN, margins.free_for(wish.item_id, key)),
            (MatchRefusal.NEED_MET, margins.of_needs[key]),
        ):
            if wish.quantity > most:
                raise HandError(code, wish.pair, max(0, most))
        margins.grow(wanted, wish.quantity)
    for match in theirs:
        of_items[match.offered_item_id] += match.quantity
        of_needs[match.need_id] += match.quantity
    lost = displaced(
        theirs,
        {key: of_items[key] - margins.of_items[key] for key in {each.item_id for each in wishes}},
        {key: of_needs[key] - margins.of_needs[key] for key in {each.need_id or 0 for each in wishes}},
    )
    for match, less in lost:
        _shrink(session, held, match, less, actor, now)
    session.flush()
    return lost


def _shrink(session: Session, held: Held, match: Match, less: int, actor: Actor, now: datetime) -> None:
    item = held.items[match.offered_item_id]
    if less < match.quantity and item.divisible:
        margins = Margins({}, {}, set(), {})
        matches.resize(session, held, margins, match, match.quantity - less, now, actor=actor)
    else:
        matches.supersede(session, match, actor, now)


def _make(
    session: Session,
    held: Held,
    margins: Margins,
    scene: Scene,
    wish: Wish,
    judged: Judgement,
    own: dict[tuple[int, int], Match],
    actor: Actor,
    now: datetime,
) -> Match:
    need_id = wish.need_id or 0
    standing = own.get((wish.item_id, need_id))
    if standing is not None:
        _set(session, held, margins, standing, wish.quantity, actor, now)
        standing.overridden = ",".join(judged.broken)
        return standing
    proposal = Proposal(
        offered_item_id=wish.item_id,
        need_id=need_id,
        quantity=wish.quantity,
        figures=scene.figures(judged, wish.quantity, actor.account_id or 0),
        reason=wish.reason if judged.broken else None,
        note=wish.note,
        data={"by_hand": True, "overridden": sorted(judged.broken)}
        | ({"opened": True} if wish.opened else {}),
    )
    try:
        return matches.propose(session, held, margins, proposal, now, actor=actor)
    except MatchError as error:
        raise HandError(error.code, wish.pair) from None


def _set(
    session: Session, held: Held, margins: Margins, match: Match, quantity: int, actor: Actor, now: datetime
) -> None:
    if quantity != match.quantity:
        matches.resize(session, held, margins, match, quantity, now, actor=actor)
    elif match.by_hand_id is None:
        note_decision(session, match, Verb.EDIT, actor, now, from_state=match.state, data={"fixed": quantity})
    match.by_hand_id = actor.account_id


def set_quantity(session: Session, match_id: int, quantity: int, actor: Actor, now: datetime) -> HandMade:
    """Raise or lower a proposal, up to what both sides have; plans leave it so. Raises HandError."""
    match = session.get(Match, match_id)
    if match is None:
        raise HandError(MatchRefusal.UNKNOWN, (0, 0, 0))
    need = session.get_one(Need, match.need_id)
    wish = Wish(
        item_id=match.offered_item_id, committee_id=need.committee_id, need_id=need.id, quantity=quantity
    )
    held, proposals = _hold(session, [wish])
    match = held.matches.get(match_id, match)
    if match.state is not MatchState.PROPOSED:
        raise HandError(MatchRefusal.DECIDED, wish.pair)
    item = held.items[match.offered_item_id]
    if not item.divisible and quantity != item.quantity:
        raise HandError(MatchRefusal.WHOLE_LOT, wish.pair)
    lost = _make_room(session, held, [wish], proposals, actor, now)
    margins = Margins.read(session, held, LIVE, now)
    try:
        _set(session, held, margins, match, quantity, actor, now)
    except MatchError as error:
        raise HandError(error.code, wish.pair) from None
    return HandMade([match], lost)


def earmark(session: Session, wish: Wish, until: date, actor: Actor, now: datetime) -> Earmark:
    """Keep pieces of an article for a committee, or for one need of its, until that day; raises HandError.

    An earmark of the same article for the same committee gives way to the new one.
    """
    held, proposals = _hold(session, [wish])
    item = held.items.get(wish.item_id)
    if item is None or held.offer_of(item).state is not OfferState.OPEN or item.aside is not None:
        raise HandError(MatchRefusal.OFFER_GONE, wish.pair)
    if not day_of(now) <= until <= held.offer_of(item).available_until:
        raise HandError(MatchRefusal.DAY, wish.pair)
    for each in _of_committee(session, wish, now):
        each.released_at = now
    session.flush()
    free = Margins.read(session, Held(items={item.id: item}), beyond_plans(), now).of_items[item.id]
    if wish.quantity > free:
        raise HandError(MatchRefusal.OFFER_TAKEN, wish.pair, max(0, free))
    theirs = [each for each in proposals if each.by_hand_id is None and each.offered_item_id == item.id]
    over = sum(each.quantity for each in theirs) + wish.quantity - free
    for match, less in displaced(theirs, {item.id: over}, {}):
        _shrink(session, held, match, less, actor, now)
    kept = Earmark(
        offered_item_id=item.id, committee_id=wish.committee_id, need_id=wish.need_id, quantity=wish.quantity,
        until=until, note=wish.note, account_id=actor.account_id or 0, created_at=now,
    )  # fmt: skip
    session.add(kept)
    session.flush()
    _note(session, kept, Verb.EARMARK, actor, now)
    return kept


def item_of(session: Session, earmark_id: int) -> int | None:
    """The article that an earmark is of; None where there is no such earmark."""
    kept = session.get(Earmark, earmark_id)
    return None if kept is None else kept.offered_item_id


def _of_committee(session: Session, wish: Wish, now: datetime) -> Sequence[Earmark]:
    query = select(Earmark).where(
        earmarks.holds(now),
        Earmark.offered_item_id == wish.item_id,
        Earmark.committee_id == wish.committee_id,
    )
    return session.exec(query).all()


def release(session: Session, earmark_id: int, actor: Actor, now: datetime) -> bool:
    """Let go of an earmark; False where it does not hold any more."""
    kept = session.get(Earmark, earmark_id)
    if kept is None:
        return False
    hold(session, item_ids=[kept.offered_item_id])
    session.refresh(kept)
    if kept.released_at is not None or kept.until < day_of(now):
        return False
    kept.released_at = now
    _note(session, kept, Verb.RELEASE, actor, now)
    return True


def _note(session: Session, kept: Earmark, verb: Verb, actor: Actor, now: datetime) -> None:
    item = session.get_one(OfferedItem, kept.offered_item_id)
    offer = session.get_one(Offer, item.offer_id)
    data = {
        "offered_item": item.id, "committee": kept.committee_id, "need": kept.need_id,
        "pieces": kept.quantity, "until": kept.until.isoformat(),
    }  # fmt: skip
    note_decision(session, offer, verb, actor, now, from_state=offer.state, note=kept.note, data=data)
