"""A coordinator's day: what waits, the oldest first."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.accounts.queries import coordinators
from app.days import day_of
from app.db import seen_by
from app.digests.issues import Issue, daily, due, unsubscribe_link
from app.models import (
    Account,
    Committee,
    Decision,
    DigestTurn,
    Match,
    Need,
    OfferedItem,
    OutboxMessage,
)
from app.models.states import Language, Verb
from app.post.desk import Desk
from app.post.sending import Post
from app.preferences.queries import account_party
from app.todo import wording
from app.todo.queries import Chore, Heap, heaps
from app.web.text import _, called, plural, speaking
from app.web.words import named
from notifications import messages, outbox
from notifications.models import NOBODY, State
from notifications.types import UtcDateTime

NEWS = timedelta(days=1)
REMEMBERED = timedelta(days=30)
MONDAY = 1
MOST = 12


CHORES = tuple(chore for chore in Chore if chore not in {Chore.LETTER, Chore.WORDS})
"""What « À faire » shows; lost letters are news."""


@dataclass(frozen=True, slots=True)
class Gift:
    """What nobody answered in time."""

    item: OfferedItem
    committee: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a coordinator, as « À faire » counts it, and the news.

    `lost` tells when letters were lost that did not arrive, the oldest first.
    """

    heaps: Sequence[Heap]
    lost: Sequence[datetime]
    lapsed: Sequence[Gift]

    def __bool__(self) -> bool:
        return bool(self.heaps or self.lost or self.lapsed)


def send_daily(session: Session, desk: Desk, now: datetime) -> int:
    """Write the digests that are due, unless nothing waits; how many. Who coordinates one association hears of that one."""
    issues = due(session, coordinators(session), daily, now)
    if not issues:
        return 0
    heard = _heard(session, [account.id for account, _issue in issues], now)
    waiting: dict[int | None, Waiting] = {}
    written = 0
    for account, issue in issues:
        of = account.organisation_id
        if of not in waiting:
            with seen_by(of):
                waiting[of] = _read(session, now, min(heard.values()))
        # A lost letter is news, said once to each; the pages show those of before.
        mine = replace(waiting[of], lost=[lost for lost in waiting[of].lost if lost > heard[account.id]])
        if mine:
            _write(Post(session, issue.event, desk, now), account, issue, mine)
            written += 1
    return written


def _write(post: Post, account: Account, issue: Issue, waiting: Waiting) -> None:
    with speaking(account.language):
        lines = _sentences(waiting, account.language, post.now)
    letter = messages.CoordinatorDigest(
        name=account.name,
        action_url=post.desk.links.url("/coordination/a-faire"),
        unsubscribe_url=unsubscribe_link(post, account),
        headline=lines[0].rstrip("."),
        waiting=tuple(lines[:MOST]),
        more=max(0, len(lines) - MOST),
    )
    post.send(letter, account, priority=outbox.DIGEST_PRIORITY, not_after=issue.until)


def _heard(session: Session, account_ids: Sequence[int], now: datetime) -> dict[int, datetime]:
    """When each of these readers had the turn before this one; the day before for a first digest. One query."""
    parties = {account_party(key): key for key in account_ids}
    turns = session.exec(
        select(DigestTurn.party, sa.func.max(DigestTurn.at, type_=UtcDateTime()))
        .where(col(DigestTurn.party).in_(parties), col(DigestTurn.at) < now)
        .group_by(col(DigestTurn.party))
    )
    last: dict[str, datetime] = dict(turns.all())
    return {key: max(last.get(party, now - NEWS), now - REMEMBERED) for party, key in parties.items()}


def _read(session: Session, now: datetime, heard: datetime) -> Waiting:
    """Three queries."""
    lost_at = sa.func.coalesce(
        col(OutboxMessage.bounced_at), col(OutboxMessage.not_before), type_=UtcDateTime()
    )
    lost = session.scalars(
        sa.select(lost_at)
        .where(
            (col(OutboxMessage.state) == State.FAILED) | col(OutboxMessage.bounced_at).is_not(None),
            lost_at > heard,
            col(OutboxMessage.to_email) != NOBODY,
        )
        .order_by(lost_at)
    ).all()
    return Waiting(heaps(session, now, CHORES), lost, _lapsed(session, now))


def _lapsed(session: Session, now: datetime) -> list[Gift]:
    """What nobody answered in time, since the day before: news, said once."""
    since = now - NEWS * (2 if day_of(now).isoweekday() == MONDAY else 1)
    lapsed = sa.exists().where(col(Decision.match_id) == col(Match.id), col(Decision.verb) == Verb.LAPSE)
    query = (
        sa.select(OfferedItem, col(Committee.name), col(Match.closed_at))
        .select_from(Match)
        .join(OfferedItem, col(OfferedItem.id) == col(Match.offered_item_id))
        .join(Need, col(Need.id) == col(Match.need_id))
        .join(Committee, col(Committee.id) == col(Need.committee_id))
        .where(lapsed, col(Match.closed_at) > since)
        .order_by(col(Match.closed_at), col(Match.id))
        .limit(100)
    )
    return [Gift(*row) for row in session.execute(query)]


def _sentences(waiting: Waiting, language: Language, now: datetime) -> list[str]:
    lines = [(heap.since, _waits(heap, (day_of(now) - day_of(heap.since)).days)) for heap in waiting.heaps]
    if waiting.lost:
        number = len(waiting.lost)
        lost = plural("un e-mail n'est pas arrivé.", "%(num)s e-mails ne sont pas arrivés.", number)
        lines.append((waiting.lost[0], lost))
    lines += [(gift.since, _about(gift, language)) for gift in waiting.lapsed]
    return [line for _since, line in sorted(lines, key=lambda each: each[0])]


def _waits(heap: Heap, days: int) -> str:
    """« 1 proposition à décider, depuis 2 jours. », « 3 tâches, jusqu'à 5 jours d'attente. »"""
    counted = wording.counted(heap.chore, heap.count)
    if days <= 0:
        since = _("depuis aujourd'hui")
    elif heap.count == 1:
        since = plural("depuis %(num)s jour", "depuis %(num)s jours", days)
    else:
        since = plural("jusqu'à %(num)s jour d'attente", "jusqu'à %(num)s jours d'attente", days)
    return _("%(count)s, %(since)s.", count=counted, since=since)


def _about(gift: Gift, language: Language) -> str:
    return _(
        "%(thing)s pour %(committee)s : sans réponse à temps, le don est libéré.",
        thing=named(gift.item, language),
        committee=called(gift.committee),
    )
