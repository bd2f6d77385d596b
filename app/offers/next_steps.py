"""What happens next to an offer, and by when: each sentence is computed of the rows that it speaks of."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.days import day_of, last_day
from app.models import Match, Offer
from app.models.states import Aside, MatchState, OfferState
from app.offers.queries import Destination, Tracked
from app.web.links import LIFETIMES, Purpose
from app.web.text import _, at, called, full_date, language, long_date, opening, plural
from notifications.typography import clock
from notifications.zones import local

ANSWERED_WITHIN = timedelta(hours=72)
"""From the confirmation on: what donors are promised, and what the coordinators' figures are held against."""


class Asks(StrEnum):
    """What the donor is to do about it."""

    CONFIRM = "confirm"
    ANSWER = "answer"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class NextStep:
    """`asks` leads to a page about `match`; None where others act, or nobody does."""

    words: str
    asks: Asks | None = None
    match: Match | None = None


def next_steps(found: Tracked, now: datetime) -> list[NextStep]:
    """What the donor has to do first, then what others owe. Empty of an offer that is over: the page says what it came to."""
    offer = found.offer
    if offer.state is OfferState.UNCONFIRMED:
        last = last_day(offer.created_at + LIFETIMES[Purpose.CONFIRM_OFFER], offer.zone)
        until = max(last, day_of(now, offer.zone))
        words = _(
            "Confirmez votre adresse au plus tard le %(day)s : sans cela, ce don n'est proposé à personne, et il est effacé.",
            day=full_date(until),
        )
        return [NextStep(words, Asks.CONFIRM)]
    trips: dict[tuple[object, ...], NextStep] = {}
    for article in found.articles:
        for place in article.places:
            step = _of_place(place, offer, now)
            if step is not None:
                trips.setdefault((place.match.handover_id, step.words), step)
    steps = [*trips.values()]
    if offer.state is OfferState.OPEN:
        steps += _of_the_rest(found, now)
    return sorted(steps, key=lambda step: step.asks is None)


def _of_place(place: Destination, offer: Offer, now: datetime) -> NextStep | None:
    match, handover, who = place.match, place.handover, place.committee.name
    if match.state is MatchState.SCHEDULED and handover is not None and handover.starts_at is not None:
        if handover.starts_at <= now:
            return NextStep(
                _("Dites comment s'est passée la remise avec %(who)s.", who=called(who)), Asks.REPORT, match
            )
        return NextStep(_("Vous avez rendez-vous avec %(who)s.", who=called(who)), Asks.ANSWER, match)
    if match.state not in {MatchState.APPROVED, MatchState.ACCEPTED} or match.answer_by is None:
        return None
    day = full_date(last_day(match.answer_by, offer.zone))
    wish = handover.donor_note if handover else ""
    if place.last_time is not None and place.last_time > now and not wish:
        words = _("Choisissez un moment avec %(who)s au plus tard le %(day)s.", who=called(who), day=day)
        return NextStep(f"{words} {_otherwise()}", Asks.ANSWER, match)
    if match.donor_answered_at is None and match.committee_answered_at is None:
        words = _("Répondez %(to_committee)s au plus tard le %(day)s.", to_committee=at(who), day=day)
        return NextStep(f"{words} {_otherwise()}", Asks.ANSWER, match)
    words = _("%(who)s vous propose des moments au plus tard le %(day)s.", who=opening(who), day=day)
    return NextStep(f"{words} {_otherwise()}")


def _otherwise() -> str:
    return _("Sans réponse d'ici là, nous cherchons quelqu'un d'autre.")


def _of_the_rest(found: Tracked, now: datetime) -> Iterator[NextStep]:
    offer = found.offer
    paused = sum(article.row.aside is Aside.PAUSED for article in found.articles)
    if paused:
        yield NextStep(
            plural(
                "%(num)s article est en pause : il n'est plus proposé à d'autres comités jusqu'à ce que vous le repreniez.",
                "%(num)s articles sont en pause : ils ne sont plus proposés à d'autres comités jusqu'à ce que vous les repreniez.",
                paused,
            )
        )
    if any(article.left > 0 for article in found.articles):
        partly = any(article.places for article in found.articles)
        yield NextStep(_answered(offer, now, partly=partly))


def _answered(offer: Offer, now: datetime, *, partly: bool) -> str:
    """Within 72 hours; afterwards that it took longer, and what then."""
    by = (offer.confirmed_at or offer.created_at) + ANSWERED_WITHIN
    if offer.available_from > local(by, offer.zone).date():
        return _(
            "Nous cherchons un comité. Votre don est disponible à partir du %(day)s.",
            day=full_date(offer.available_from),
        )
    if now < by:
        there = local(by, offer.zone)
        return _(
            "Nous cherchons un comité et vous répondons avant le %(day)s à %(time)s.",
            day=long_date(there.date()),
            time=clock(there, language()),
        )
    return _(
        "Les 72 heures promises sont passées et nous n'avons pas encore de comité pour %(what)s. Nous cherchons jusqu'au %(day)s, et vous écrivons dans tous les cas.",
        what=_("ce qui reste") if partly else _("ce don"),
        day=full_date(offer.available_until),
    )
