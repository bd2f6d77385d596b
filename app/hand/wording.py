"""What is said of pairs made by hand, and of what is kept for somebody."""

from app.explaining import why_not
from app.hand.queries import HandPair
from app.matches import wording
from app.matches.service import MatchRefusal
from app.models import Earmark
from app.web.text import _, at, called, full_date, plural


def refusal(code: MatchRefusal, most: int) -> str:
    """Why a pair was not made: it says how many pieces there are."""
    if code is MatchRefusal.OFFER_TAKEN:
        return (
            plural("Il n'en reste que %(num)s à donner.", "Il n'en reste que %(num)s à donner.", most)
            if most
            else _("Il n'en reste plus à donner : tout est promis ou gardé.")
        )
    if code is MatchRefusal.NEED_MET:
        return (
            plural("Il n'en manque que %(num)s.", "Il n'en manque que %(num)s.", most)
            if most
            else _("Il n'en manque plus : le besoin est couvert.")
        )
    return wording.refusal(code)


def kept_sentence(kept: Earmark, committee: str) -> str:
    """« 4 pièces gardées pour le Comité de Vienne jusqu'au 3 décembre 2026. »"""
    return plural(
        "%(num)s pièce gardée pour %(committee)s jusqu'au %(day)s.",
        "%(num)s pièces gardées pour %(committee)s jusqu'au %(day)s.",
        kept.quantity,
        committee=called(committee),
        day=full_date(kept.until),
    )


def pair_title(pair: HandPair, side: str) -> str:
    """What a line of a page by hand is called: the other side."""
    if side == "article":
        return pair.committee.name
    thing = wording.title(pair.item.item, pair.item.description)
    return _("%(item)s %(at_commune)s", item=thing, at_commune=at(pair.offer.commune))


def broken_rules(pair: HandPair) -> list[str]:
    """What stands against the pair, a clause for each rule."""
    return [why_not.clause(rule, detail) for rule, detail in pair.judged.broken.items()]
