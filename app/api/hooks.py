"""What committees' addresses are told: written when it is decided, in its transaction, as letters are; sent by the clock, signed, tried again.

`POST`, JSON, with `Portail-Signature: t=<seconds since 1970>,v1=<HMAC-SHA256 of "t.body", hexadecimal>` and `Portail-Delivery`, the same
however often it is sent. Any 2xx is thanks; 410 stops the address.
"""

import hashlib
import hmac
import random
import secrets
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, delete, select

from app import lasting
from app.api.calling import CallFailedError, ForbiddenAddressError, call
from app.api.shapes import ApiHook
from app.claims import claim
from app.db import session as reading
from app.db import transaction
from app.models import Account, Committee, Decision, HookDelivery, Match, Need, Webhook
from app.models.states import HookEvent, MatchState, NeedState, Verb
from app.transitions import UNTOLD
from app.web.clock import Clock
from config import Settings
from notifications.models import State
from notifications.outbox import BACK_OFF, JITTER

LEASE = timedelta(minutes=5)
TOGETHER = 20
"""Deliveries of one round, each of which may take `calling.SECONDS`."""
MOST_HOOKS = 10
OF_STATE = {
    MatchState.APPROVED: HookEvent.MATCH_PROPOSED,
    MatchState.ACCEPTED: HookEvent.MATCH_ACCEPTED,
    MatchState.COMPLETED: HookEvent.MATCH_HANDED_OVER,
}


def secret_of(settings: Settings, hook: Webhook) -> str:
    """What signs, for who made the address; it follows from the portal's own key."""
    key = settings.secret_key.encode()
    return f"portail_{hmac.new(key, f'webhook:{hook.nonce}'.encode(), hashlib.sha256).hexdigest()}"


def signature(secret: str, body: bytes, at: datetime) -> str:
    moment = str(int(at.timestamp()))
    signed = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={signed}"


def make(
    session: Session,
    committee_id: int,
    account: Account,
    url: str,
    events: Collection[HookEvent],
    now: datetime,
) -> Webhook | None:
    """The same address again is the same row, told of these events from now on. None where the committee has MOST_HOOKS already."""
    standing = select(Webhook).where(Webhook.committee_id == committee_id, col(Webhook.stopped_at).is_(None))
    rows = session.exec(standing).all()
    row = next((each for each in rows if each.url == url), None)
    if row is None and len(rows) >= MOST_HOOKS:
        return None
    row = row or Webhook(
        committee_id=committee_id,
        made_by_id=account.id,
        url=url,
        nonce=secrets.token_urlsafe(16),
        made_at=now,
    )
    row.events = [event.value for event in HookEvent if event in events]
    session.add(row)
    session.flush()
    return row


def stop(session: Session, committee_id: int | None, hook_id: int, now: datetime) -> Webhook | None:
    """It is told nothing more. None where the committee, or for None any committee, has no such address."""
    row = session.get(Webhook, hook_id, with_for_update=True)
    if row is None or committee_id not in {None, row.committee_id}:
        return None
    row.stopped_at = row.stopped_at or now
    waiting = sa.update(HookDelivery).where(
        col(HookDelivery.webhook_id) == hook_id, col(HookDelivery.outcome) == State.PENDING
    )
    session.connection().execute(waiting.values(outcome=State.CANCELLED))
    return row


def send_again(session: Session, committee_id: int, delivery_id: int, now: datetime) -> bool:
    """Whatever became of it, under the same `uid`. False where the committee has no such delivery, or its address is stopped."""
    row = session.get(HookDelivery, delivery_id, with_for_update=True)
    hook = session.get(Webhook, row.webhook_id) if row else None
    if row is None or hook is None or hook.committee_id != committee_id or hook.stopped_at is not None:
        return False
    row.outcome, row.due_at, row.attempts = State.PENDING, now, 0
    return True


def tell(session: Session, undo_within: timedelta) -> None:
    """Before the letters of a transaction: write what its decisions tell to addresses. One query where there are none."""
    told = [(decision, event) for decision in session.info.get(UNTOLD, ()) if (event := _event(decision))]
    undone = [
        each.match_id for each in session.info.get(UNTOLD, ()) if each.verb is Verb.UNDO and each.match_id
    ]
    if not told and not undone:
        return
    hooks = session.exec(select(Webhook).where(col(Webhook.stopped_at).is_(None))).all()
    if not hooks:
        return
    _call_back(session, undone)
    session.flush()
    for decision, event in told:
        need, committee = _about(session, decision)
        for hook in hooks:
            if hook.committee_id == committee.id and event.value in hook.events:
                later = undo_within if event is HookEvent.MATCH_PROPOSED else timedelta()
                session.add(_delivery(hook, decision, event, need, committee, later))


def _event(decision: Decision) -> HookEvent | None:
    if decision.need_id is not None:
        opened = decision.to_state == NeedState.OPEN
        if decision.verb is Verb.DECLARE or (opened and decision.from_state not in {"", NeedState.OPEN}):
            return HookEvent.NEED_PUBLISHED
        closed = decision.from_state == NeedState.OPEN and not opened
        return HookEvent.NEED_CLOSED if closed else None
    if (
        decision.match_id is None
        or decision.from_state in {"", decision.to_state}
        or decision.verb is Verb.UNDO
    ):
        return None
    return OF_STATE.get(MatchState(decision.to_state))


def _about(session: Session, decision: Decision) -> tuple[Need, Committee]:
    need_id = decision.need_id or session.get_one(Match, decision.match_id).need_id
    need = session.get_one(Need, need_id)
    return need, session.get_one(Committee, need.committee_id)


def _delivery(
    hook: Webhook, decision: Decision, event: HookEvent, need: Need, committee: Committee, later: timedelta
) -> HookDelivery:
    """Numbers and states alone: whoever is told reads the rest with a token."""
    uid = str(uuid.uuid4())
    told = ApiHook(
        id=uid,
        event=event,
        at=decision.at,
        committee=committee.slug,
        need=need.id,
        match=decision.match_id,
        item=need.item,
        state=decision.to_state,
    )
    return HookDelivery(
        webhook_id=hook.id,
        decision_id=decision.id,
        uid=uid,
        event=event,
        body=told.model_dump_json(),
        at=decision.at,
        due_at=decision.at + later,
    )


def _call_back(session: Session, match_ids: Sequence[int]) -> None:
    """What was undone before it was told is told to nobody."""
    about = sa.select(col(Decision.id)).where(col(Decision.match_id).in_(match_ids))
    waiting = sa.update(HookDelivery).where(
        col(HookDelivery.decision_id).in_(about),
        col(HookDelivery.event) == HookEvent.MATCH_PROPOSED,
        col(HookDelivery.outcome) == State.PENDING,
    )
    session.connection().execute(waiting.values(outcome=State.CANCELLED))


@dataclass(frozen=True, slots=True)
class HookOutcome:
    state: State
    answer: str
    gone: bool = False


def send_now(settings: Settings, clock: Clock) -> int:
    """What is due, an address that did not answer left for the next round; how many arrived."""
    if (
        reading().connection().execute(_due(sa.select(col(HookDelivery.id)).limit(1), clock())).first()
        is None
    ):
        return 0
    with transaction() as work:
        taken = claim(
            work, HookDelivery, "due_at", lambda query: _due(query, clock()), clock() + LEASE, limit=TOGETHER
        )
    sent, away = 0, set()
    for key in taken:
        row = reading().get_one(HookDelivery, key)
        hook = reading().get_one(Webhook, row.webhook_id)
        tried = hook.id not in away
        outcome = _send(settings, hook, row, clock()) if tried else HookOutcome(State.PENDING, "")
        sent += outcome.state is State.SENT
        away |= {hook.id} if outcome.state is State.PENDING else set()
        with transaction() as work:
            _settle(work, key, outcome, clock())
    return sent


def _due(query: Any, now: datetime) -> Any:
    return query.where(col(HookDelivery.outcome) == State.PENDING, col(HookDelivery.due_at) <= now)


def _send(settings: Settings, hook: Webhook, row: HookDelivery, now: datetime) -> HookOutcome:
    url, body, secret = hook.url, row.body.encode(), secret_of(settings, hook)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "portail-des-dons",
        "Portail-Delivery": row.uid,
        "Portail-Event": row.event.value,
        "Portail-Signature": signature(secret, body, now),
    }
    reading().rollback()  # nothing is held while another machine thinks
    try:
        answered = call("POST", url, body, headers, loopback=settings.webhooks_loopback)
    except ForbiddenAddressError:
        return HookOutcome(State.FAILED, "private address")
    except CallFailedError as error:
        return HookOutcome(State.PENDING, str(error)[:200])
    arrived = 200 <= answered.status < 300
    return HookOutcome(
        State.SENT if arrived else State.FAILED if answered.status == 410 else State.PENDING,
        str(answered.status),
        gone=answered.status == 410,
    )


def _settle(session: Session, key: int, outcome: HookOutcome, now: datetime) -> None:
    row = session.get_one(HookDelivery, key, with_for_update=True)
    if row.outcome is not State.PENDING:
        return  # stopped meanwhile
    if not outcome.answer:
        row.due_at = now  # not tried
        return
    row.answer, row.attempts = outcome.answer, row.attempts + 1
    row.outcome, row.sent_at = outcome.state, now if outcome.state is State.SENT else None
    if outcome.state is State.PENDING and row.attempts > len(BACK_OFF):
        row.outcome = State.FAILED
    elif outcome.state is State.PENDING:
        row.due_at = now + BACK_OFF[row.attempts - 1] * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311
    if outcome.gone:
        hook = session.get_one(Webhook, row.webhook_id)
        stop(session, hook.committee_id, hook.id, now)


def forget(session: Session, now: datetime) -> int:
    old = delete(HookDelivery).where(col(HookDelivery.at) < now - lasting.HOOKS)
    return session.connection().execute(old).rowcount
