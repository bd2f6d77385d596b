"""A coordinator's day: what waits, the oldest first."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.accounts.queries import coordinators
from app.catalogue import queries as catalogue
from app.days import day_of
from app.digests.issues import Issue, daily, due, unsubscribe_link
from app.models import (
    Account,
    Committee,
    Decision,
    DigestTurn,
    Handover,
    Match,
    Need,
    Offer,
    OfferedItem,
    OutboxMessage,
)
from app.models.states import Language, MatchState, Verb
from app.post.desk import Desk
from app.post.sending import Post
from app.preferences.queries import account_party
from app.web.text import _, called, plural, speaking
from app.web.words import named
from notifications import messages, outbox
from notifications.models import NOBODY, State
from notifications.types import UtcDateTime

SILENT = timedelta(days=3)
"""An appointment of which nobody has said anything for so long is the coordinator's to ask about."""

NEWS = timedelta(days=1)
REMEMBERED = timedelta(days=30)
MONDAY = 1
MOST = 12


@dataclass(frozen=True, slots=True)
class Gift:
    """One match that deserves a line."""

    item: OfferedItem
    committee: str
    since: datetime
    state: MatchState


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a coordinator: counts with the oldest of each, and matches one by one.

    `lost` tells when letters were lost that did not arrive, the oldest first.
    """

    proposals: int
    proposed_since: datetime | None
    nameless: int
    nameless_since: datetime | None
    lost: Sequence[datetime]
    gifts: Sequence[Gift]

    def __bool__(self) -> bool:
        return bool(self.proposals or self.nameless or self.lost or self.gifts)


def send_daily(session: Session, desk: Desk, now: datetime) -> int:
    """Write the digests that are due, unless nothing waits; how many."""
    issues = due(session, coordinators(session), daily, now)
    if not issues:
        return 0
    heard = _heard(session, [account.id for account, _issue in issues], now)
    waiting, written = _read(session, now, min(heard.values())), 0
    for account, issue in issues:
        # A lost letter is news, said once to each; the pages show those of before.
        mine = replace(waiting, lost=[lost for lost in waiting.lost if lost > heard[account.id]])
        if mine:
            _write(Post(session, issue.event, desk, now), account, issue, mine)
            written += 1
    return written


def _write(post: Post, account: Account, issue: Issue, waiting: Waiting) -> None:
    with speaking(account.language):
        lines = _sentences(waiting, account.language, post.now)
    letter = messages.CoordinatorDigest(
        name=account.name,
        action_url=post.desk.links.url("/coordination"),
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
    """Six queries."""
    since = sa.func.coalesce(Offer.confirmed_at, Offer.created_at)
    proposals, proposed_since = session.execute(
        sa.select(sa.func.count(), sa.func.min(since, type_=UtcDateTime()))
        .select_from(Match)
        .join(OfferedItem, col(Match.offered_item_id) == col(OfferedItem.id))
        .join(Offer, col(OfferedItem.offer_id) == col(Offer.id))
        .where(col(Match.state) == MatchState.PROPOSED)
    ).one()
    nameless = catalogue.waiting_count(session)
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
    return Waiting(
        proposals,
        proposed_since,
        nameless,
        catalogue.waiting(session, 1).rows[0].since if nameless else None,
        lost,
        [*_silent(session, now), *_lapsed(session, now)],
    )


def _gifts(session: Session, since: Any, *where: sa.ColumnElement[bool]) -> list[Gift]:
    query = (
        sa.select(OfferedItem, col(Committee.name), since, col(Match.state))
        .select_from(Match)
        .join(OfferedItem, col(OfferedItem.id) == col(Match.offered_item_id))
        .join(Need, col(Need.id) == col(Match.need_id))
        .join(Committee, col(Committee.id) == col(Need.committee_id))
        .join(Handover, col(Handover.id) == col(Match.handover_id), isouter=True)
        .where(*where)
        .order_by(since, col(Match.id))
        .limit(100)
    )
    return [Gift(*row) for row in session.execute(query)]


def _silent(session: Session, now: datetime) -> list[Gift]:
    """Appointments that have passed and of which nobody says anything."""
    return _gifts(
        session,
        Handover.ends_at,
        col(Match.state) == MatchState.SCHEDULED,
        col(Handover.ends_at) < now - SILENT,
        col(Match.donor_says).is_(None),
        col(Match.committee_says).is_(None),
    )


def _lapsed(session: Session, now: datetime) -> list[Gift]:
    """What nobody answered in time, since the day before: news, said once."""
    since = now - NEWS * (2 if day_of(now).isoweekday() == MONDAY else 1)
    lapsed = sa.exists().where(col(Decision.match_id) == col(Match.id), col(Decision.verb) == Verb.LAPSE)
    return _gifts(session, Match.closed_at, lapsed, col(Match.closed_at) > since)


def _sentences(waiting: Waiting, language: Language, now: datetime) -> list[str]:
    def days(since: datetime) -> int:
        return (day_of(now) - day_of(since)).days

    proposals = plural("une proposition à examiner", "%(num)s propositions à examiner", waiting.proposals)
    nameless = plural("un article à reconnaître", "%(num)s articles à reconnaître", waiting.nameless)
    lines = [
        (since, _("%(count)s, %(since)s.", count=counted, since=_since(days(since), count)))
        for since, count, counted in (
            (waiting.proposed_since, waiting.proposals, proposals),
            (waiting.nameless_since, waiting.nameless, nameless),
        )
        if since is not None
    ]
    if waiting.lost:
        number = len(waiting.lost)
        lost = plural("un e-mail n'est pas arrivé.", "%(num)s e-mails ne sont pas arrivés.", number)
        lines.append((waiting.lost[0], lost))
    lines += [(gift.since, _about(gift, language, days(gift.since))) for gift in waiting.gifts]
    return [line for _since, line in sorted(lines, key=lambda each: each[0])]


def _since(days: int, count: int) -> str:
    if days == 0:
        return _("depuis aujourd'hui")
    if count == 1:
        return plural("depuis %(num)s jour", "depuis %(num)s jours", days)
    return plural("la première depuis %(num)s jour", "la première depuis %(num)s jours", days)


def _about(gift: Gift, language: Language, days: int) -> str:
    thing = named(gift.item, language)
    if gift.state is not MatchState.SCHEDULED:
        return _(
            "%(thing)s pour %(committee)s : sans réponse à temps, le don est libéré.",
            thing=thing,
            committee=called(gift.committee),
        )
    return plural(
        "%(thing)s pour %(committee)s : rendez-vous passé depuis %(num)s jour, personne ne dit s'il a eu lieu.",
        "%(thing)s pour %(committee)s : rendez-vous passé depuis %(num)s jours, personne ne dit s'il a eu lieu.",
        days,
        thing=thing,
        committee=called(gift.committee),
    )
