"""A committee's week: what waits for its answer, what is coming, what is missing. Read for all readers at once."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.around.queries import Untaken, around
from app.committees.queries import WAITING
from app.days import day_of, last_day, start_of
from app.digests.issues import Issue, due, unsubscribe_link, weekly
from app.joining import meeting_zone
from app.matches.queries import known_to_sides, pulse, taken_for_needs
from app.models import Committee, Handover, Match, Need, Offer, OfferedItem
from app.models.states import COMMITTED, Language, MatchState, NeedState
from app.post.desk import Desk
from app.post.sending import Post
from app.preferences.queries import committee_party, digest_preferences
from app.web.text import _, kilometres, long_date, plural, speaking, time_range
from app.web.words import counted
from notifications import messages, outbox

MOST_MISSING = MOST_AROUND = 8
RECENTLY = timedelta(days=7)
FRESH = timedelta(days=2)
ASKED_LATELY = timedelta(days=5)
"""A question of so few days ago is still in the reader's mailbox."""


@dataclass(slots=True)
class Week:
    """What one committee is told of; rows, not words."""

    gifts: list[tuple[Match, OfferedItem, Handover | None]] = field(default_factory=list)
    zones: dict[int, tuple[str, str]] = field(default_factory=dict)
    """By match, whose clock they meet by and whose the committee lives by."""
    missing: list[tuple[Need, int]] = field(default_factory=list)
    asked: int = 0
    aside: list[Need] = field(default_factory=list)
    around: Sequence[Untaken] = ()
    """Asked for by its preference alone."""

    def trips(self, language: Language) -> list[tuple[Match, str, Handover | None]]:
        """What goes together and stands alike, as one thing, with the first of its matches."""
        found: dict[object, tuple[Match, list[str], Handover | None]] = {}
        for match, item, handover in self.gifts:
            stands = match.state, match.committee_answered_at is None, match.committee_says is None
            trip = (handover.id, *stands) if handover else match.id
            found.setdefault(trip, (match, [], handover))[1].append(counted(item, match.quantity, language))
        return [(match, ", ".join(things), handover) for match, things, handover in found.values()]


def send_weekly(session: Session, desk: Desk, now: datetime) -> int:
    """Write the digests that are due and not empty; how many."""
    query = select(Committee).where(col(Committee.active), Committee.email != "").order_by(col(Committee.id))
    issues = due(session, session.exec(query), weekly, now)
    if not issues:
        return 0
    weeks = _read(session, [committee.id for committee, _issue in issues], now - desk.undo_within, now)
    _look_around(session, [committee for committee, _issue in issues], weeks, now)
    written = 0
    for committee, issue in issues:
        week = weeks[committee.id]
        # What is missing is no news, nor what another letter has just said: alone, they make no letter.
        if _has_news(week, desk.answer_within, now, committee.zone):
            _write(Post(session, issue.event, desk, now), committee, issue, week)
            written += 1
    return written


def _read(
    session: Session, committee_ids: Collection[int], approved_before: datetime, now: datetime
) -> Mapping[int, Week]:
    """Three queries for any number of committees."""
    weeks: defaultdict[int, Week] = defaultdict(Week)
    gifts = (
        sa.select(Match, OfferedItem, Handover, Offer, Committee)
        .select_from(Match)
        .join(Need, col(Need.id) == col(Match.need_id))
        .join(OfferedItem, col(OfferedItem.id) == col(Match.offered_item_id))
        .join(Offer, col(Offer.id) == col(OfferedItem.offer_id))
        .join(Committee, col(Committee.id) == col(Need.committee_id))
        .join(Handover, col(Handover.id) == col(Match.handover_id), isouter=True)
        .where(
            col(Need.committee_id).in_(committee_ids),
            col(Match.state).in_(WAITING),
            known_to_sides(approved_before),
        )
        .order_by(col(Match.answer_by), col(Match.id))
    )
    for match, item, handover, offer, committee in session.execute(gifts):
        weeks[committee.id].gifts.append((match, item, handover))
        weeks[committee.id].zones[match.id] = (
            meeting_zone((handover or match).transport, offer, committee),
            committee.zone,
        )
    needs = session.exec(
        select(Need)
        .where(
            col(Need.committee_id).in_(committee_ids),
            col(Need.state).in_([NeedState.OPEN, NeedState.EXPIRED]),
        )
        .order_by(col(Need.declared_at), col(Need.id))
    ).all()
    taken = taken_for_needs(session, [need.id for need in needs], COMMITTED)
    for need in needs:
        week, left = weeks[need.committee_id], need.quantity - taken.get(need.id, 0)
        if need.state is NeedState.EXPIRED:
            if need.asked_at is not None and need.asked_at > now - timedelta(days=15) - RECENTLY:
                week.aside.append(need)
        elif left > 0:
            week.missing.append((need, left))
            week.asked += need.asked_at is not None and need.asked_at < now - ASKED_LATELY
    return weeks


def _look_around(
    session: Session, committees: Sequence[Committee], weeks: Mapping[int, Week], now: datetime
) -> None:
    parties = {committee_party(committee.id): committee for committee in committees}
    chosen = digest_preferences(session, list(parties))
    for party, committee in parties.items():
        if chosen[party].around:
            page = around(session, committee, now, pulse.last_plan(session), asked=1, size=MOST_AROUND)
            weeks[committee.id].around = page.rows


def _around(week: Week, language: Language) -> list[str]:
    return [
        _(
            "%(thing)s, à %(distance)s.",
            thing=counted(each.item, each.judged.offer.quantity, language),
            distance=kilometres(each.judged.distance_km),
        )
        for each in week.around
    ]


def _write(post: Post, committee: Committee, issue: Issue, week: Week) -> None:
    language, zone, now = committee.language, committee.zone, post.now
    with speaking(language):
        waiting, coming = _waiting(week, language, now, zone), _coming(week, language, now)
        headline = (
            plural("une chose attend votre réponse", "%(num)s choses attendent votre réponse", len(waiting))
            if waiting
            else plural("un don arrive", "%(num)s dons arrivent", len(coming))
            if coming or not week.around
            else plural("un don sans preneur", "%(num)s dons sans preneur", len(week.around))
        )
        letter = messages.WeeklyDigest(
            name=committee.name,
            action_url=post.desk.links.url(f"/mon-comite?comite={committee.slug}"),
            unsubscribe_url=unsubscribe_link(post, committee),
            committee=committee.name,
            headline=headline,
            waiting=tuple(waiting),
            coming=tuple(coming),
            missing=tuple(_missing(week, language, now, zone)),
            around=tuple(_around(week, language)),
        )
    post.send(letter, committee, priority=outbox.DIGEST_PRIORITY, not_after=issue.until)


def _has_news(week: Week, answer_within: timedelta, now: datetime, zone: str) -> bool:
    after_tomorrow = start_of(day_of(now, zone) + timedelta(days=2), zone=zone)
    for match, _item, handover in week.gifts:
        if match.state is not MatchState.SCHEDULED:
            if not _is_fresh(match, answer_within, now, zone):
                return True
        elif handover is not None and handover.starts_at is not None:
            asked = handover.asked_at
            if handover.starts_at >= after_tomorrow or (asked is not None and asked < now - FRESH):
                return True
    return bool(week.asked or week.aside or week.around)


def _is_fresh(match: Match, answer_within: timedelta, now: datetime, zone: str) -> bool:
    """Whether a letter about what this match waits for came lately, or will come today."""
    if match.answer_by is None:
        return True
    last = match.reminded_at or match.answer_by - answer_within
    tomorrow = start_of(day_of(now, zone) + timedelta(days=1), zone=zone)
    reminder_today = match.answer_by - answer_within / 2 < tomorrow
    return now - last < FRESH or (match.reminded_at is None and reminder_today)


def _waiting(week: Week, language: Language, now: datetime, zone: str) -> list[str]:
    lines = []
    for match, thing, handover in week.trips(language):
        if match.state is MatchState.APPROVED and match.committee_answered_at is None:
            lines.append(
                _(
                    "%(thing)s, à %(distance)s : répondez au plus tard le %(day)s.",
                    thing=thing,
                    distance=kilometres(match.distance_km),
                    day=long_date(last_day(match.answer_by or now, zone)),
                )
            )
        elif match.state is MatchState.ACCEPTED and handover is not None and handover.donor_note:
            lines.append(_("%(thing)s : le donateur préfère un autre moment.", thing=thing))
        elif _is_over(match, handover, now, week.zones[match.id][0]) and match.committee_says is None:
            lines.append(_("%(thing)s : la remise a-t-elle eu lieu ?", thing=thing))
    if week.asked:
        lines.append(
            plural(
                "Un besoin ancien : dites-nous s'il est toujours vrai.",
                "%(num)s besoins anciens : dites-nous s'ils sont toujours vrais.",
                week.asked,
            )
        )
    lines += [
        _(
            "%(thing)s : mis de côté faute de réponse. Rouvrez-le s'il est toujours vrai.",
            thing=counted(need, need.quantity, language),
        )
        for need in week.aside
    ]
    return lines


def _is_over(match: Match, handover: Handover | None, now: datetime, zone: str) -> bool:
    if match.state is not MatchState.SCHEDULED or handover is None or handover.ends_at is None:
        return False
    return day_of(handover.ends_at, zone) < day_of(now, zone)


def _coming(week: Week, language: Language, now: datetime) -> list[str]:
    appointments = []
    for match, thing, handover in week.trips(language):
        if (
            match.state is not MatchState.SCHEDULED
            or handover is None
            or _is_over(match, handover, now, week.zones[match.id][0])
        ):
            continue
        if handover.starts_at is not None and handover.ends_at is not None:
            when = time_range(handover.starts_at, handover.ends_at, *week.zones[match.id])
            line = _("%(thing)s : %(when)s.", thing=thing, when=when)
            appointments.append((handover.starts_at, line))
    chosen = [
        _(
            "%(thing)s : le donateur doit encore choisir un moment.",
            thing=thing,
        )
        for match, thing, handover in week.trips(language)
        if match.state is not MatchState.SCHEDULED
        and match.committee_answered_at is not None
        and not (handover is not None and handover.donor_note)
    ]
    return [line for _starts, line in sorted(appointments)] + chosen


def _missing(week: Week, language: Language, now: datetime, zone: str) -> list[str]:
    lines = []
    for need, left in week.missing[:MOST_MISSING]:
        days = (day_of(now, zone) - day_of(need.declared_at, zone)).days
        since = (
            plural("depuis %(num)s jour", "depuis %(num)s jours", days) if days else _("depuis aujourd'hui")
        )
        lines.append(_("%(thing)s, %(since)s.", thing=counted(need, left, language), since=since))
    if len(week.missing) > MOST_MISSING:
        more = len(week.missing) - MOST_MISSING
        lines.append(plural("Et un autre besoin.", "Et %(num)s autres besoins.", more))
    return lines
