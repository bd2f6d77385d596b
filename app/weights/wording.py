"""What other weights would cost, in sentences: pieces, kilometres, who gains and who loses, the worst served, who has gone without."""

from collections.abc import Sequence

import matching.types as engine
from app.matches.queries.rows import MOST_PAST
from app.web.text import _, called, decimal, opening, plural
from app.weights.comparing import Comparison, Share
from matching.weights import LEAST_ROWS, LEAST_WEEKS

NAMED = 3
"""Committees that one sentence names; the rest are counted."""


def costs(found: Comparison) -> list[str]:
    """What the change costs and brings, the most important first; nothing where it changes nothing."""
    if found.same:
        return []
    gains = [each for each in found.shares if each.then > each.now]
    losses = [each for each in found.shares if each.then < each.now]
    told = [_pieces(found), _road(found)]
    if gains:
        told.append(_("Plus de pièces pour %(who)s.", who=_named(gains)))
    if losses:
        told.append(_("Moins de pièces pour %(who)s.", who=_named(losses)))
    if not gains and not losses:
        told.append(_("Chaque comité recevrait autant de pièces en tout."))
    return [*told, _worst(found)]


def awaited(weights: engine.Weights, weeks: int) -> str:
    """Until when, at the latest, what waits for what usually comes is held back; empty where nothing waits, knowing so many weeks, and where
    patience holds things back for longer.
    """
    if not weights.ahead_days or weights.patience or weeks < LEAST_WEEKS:
        return ""
    return plural(
        "Ce qui attend mieux est proposé au plus tard le lendemain de l'offre.",
        "Ce qui attend mieux est proposé au plus tard %(num)s jours après l'offre.",
        weights.ahead_days,
    )


def known_past(weeks: int) -> str:
    """How far back what usually comes is known, and whether that will do."""
    if weeks >= LEAST_WEEKS:
        return _(
            "Le portail connaît %(weeks)s d'offres et de besoins ; seuls comptent les articles qui y viennent au moins %(least)s fois.",
            weeks=_weeks(weeks),
            least=LEAST_ROWS,
        )
    if not weeks:
        return _(
            "Sans effet pour le moment : il faut %(least)s d'offres et de besoins pour savoir ce qui vient d'habitude, et le portail n'en connaît pas encore une entière.",
            least=_weeks(LEAST_WEEKS),
        )
    return _(
        "Sans effet pour le moment : il faut %(least)s d'offres et de besoins pour savoir ce qui vient d'habitude, et le portail n'en regarde que %(weeks)s (%(most)s articles et %(most)s besoins au plus).",
        least=_weeks(LEAST_WEEKS),
        weeks=weeks,
        most=decimal(MOST_PAST),
    )


def without(found: Comparison) -> list[str]:
    """Who has had nothing for longer than these weights allow, and what the plan would do about it."""
    served = [each for each in found.overdue if each.brought]
    others = [each for each in found.overdue if not each.brought]
    told = [
        plural(
            "%(committee)s n'a rien reçu depuis %(weeks)s : le plan lui apporterait %(num)s pièce.",
            "%(committee)s n'a rien reçu depuis %(weeks)s : le plan lui apporterait %(num)s pièces.",
            each.brought,
            committee=opening(each.committee),
            weeks=_weeks(each.weeks),
        )
        for each in served
    ]
    told += [
        _(
            "%(committee)s n'a rien reçu depuis %(weeks)s : ce plan ne lui apporterait rien non plus.",
            committee=opening(each.committee),
            weeks=_weeks(each.weeks),
        )
        for each in others
    ]
    return told


def _weeks(number: int) -> str:
    return plural("%(num)s semaine", "%(num)s semaines", number)


def _pieces(found: Comparison) -> str:
    more = found.then.units - found.now.units
    if not more:
        return _("Autant de pièces seraient placées.")
    if more > 0:
        return plural(
            "%(num)s pièce de plus serait placée.", "%(num)s pièces de plus seraient placées.", more
        )
    return plural("%(num)s pièce de moins serait placée.", "%(num)s pièces de moins seraient placées.", -more)


def _road(found: Comparison) -> str:
    more = round(found.then.kilometres) - round(found.now.kilometres)
    if not more:
        return _("Autant de route.")
    if more > 0:
        return _("%(km)s km de route en plus.", km=decimal(more))
    return _("%(km)s km de route en moins.", km=decimal(-more))


def _named(shares: Sequence[Share]) -> str:
    """« le Comité de Lyon (+ 2) et 3 autres »: those for whom it changes most first."""
    order = sorted(shares, key=lambda each: (-abs(each.then - each.now), each.committee))
    said = [f"{called(each.committee)} ({_signed(each.then - each.now)})" for each in order[:NAMED]]
    rest = len(order) - NAMED
    if rest > 0:
        return _(
            "%(some)s et %(last)s", some=", ".join(said), last=plural("%(num)s autre", "%(num)s autres", rest)
        )
    if len(said) == 1:
        return said[0]
    return _("%(some)s et %(last)s", some=", ".join(said[:-1]), last=said[-1])


def _signed(number: int) -> str:
    return f"+{number}" if number > 0 else f"−{-number}"


def _worst(found: Comparison) -> str:
    """How many would have nothing; where all have something, the share of the worst served."""
    empty_now = sum(not each.share_now for each in found.shares)
    empty_then = sum(not each.share_then for each in found.shares)
    if empty_now and not empty_then:
        return _("Plus aucun comité ne serait sans rien.")
    if empty_then == empty_now and empty_now:
        return plural(
            "Il resterait %(num)s comité sans rien, comme aujourd'hui.",
            "Il resterait %(num)s comités sans rien, comme aujourd'hui.",
            empty_now,
        )
    if empty_then:
        return plural(
            "%(num)s comité n'aurait rien, au lieu de %(now)s.",
            "%(num)s comités n'auraient rien, au lieu de %(now)s.",
            empty_then,
            now=empty_now,
        )
    before = min((each.share_now for each in found.shares), default=0.0)
    after = min((each.share_then for each in found.shares), default=0.0)
    was, comes_to = (round(share * 100) for share in (before, after))
    if was == comes_to:
        return _("Le comité le moins bien servi en resterait à %(share)s %% de ce qu'il demande.", share=was)
    return _(
        "Le comité le moins bien servi aurait %(then)s %% de ce qu'il demande, au lieu de %(now)s %%.",
        then=comes_to,
        now=was,
    )
