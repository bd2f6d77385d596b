"""What the coordinator's room says of a match: why not, its delays, its score again."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from flask_babel import format_decimal, format_timedelta
from flask_babel.speaklater import LazyString

from app.days import days_since as days_since
from app.explaining import why_not
from app.explaining.why import PARTS, part_name
from app.history.wording import decision_words as decision_words
from app.matches.pairs import Other, Replay
from app.matches.service import MatchRefusal
from app.models import Match
from app.models.states import REASONS as CODED
from app.models.states import Occasion, Reason
from app.web.navigation import shown_name
from app.web.text import _, decimal, kilometres, lazy, plural

REASONS_TO_REJECT = CODED[Occasion.COORDINATOR_REJECTS]
TITLE_LENGTH = 80


def title(slug: str | None, description: str) -> str:
    """What a thing is called: the catalogue's name, else the first line of the person's own words."""
    return shown_name(slug, description.partition("\n")[0][:TITLE_LENGTH])


def since(days: int) -> str:
    """« aujourd'hui », « depuis 3 jours »."""
    return plural("depuis %(num)s jour", "depuis %(num)s jours", days) if days else _("depuis aujourd'hui")


def ago(moment: datetime, now: datetime) -> str:
    """« il y a 3 minutes »; « à l'instant » below one."""
    if now - moment < timedelta(minutes=1):
        return _("à l'instant")
    return str(format_timedelta(moment - now, add_direction=True, threshold=1))


def number(value: int) -> str:
    """« 1 157 »: a count as the page's language writes it."""
    return str(format_decimal(value))


def hours(delay: timedelta) -> str:
    """« 31 h », « 5 jours »: a delay as people compare it with 72 hours."""
    whole = round(delay.total_seconds() / 3600)
    return (
        _("%(hours)s h", hours=whole) if whole <= 96 else plural("%(num)s jour", "%(num)s jours", whole // 24)
    )


def waited(since: datetime, now: datetime) -> str:
    """The same of what still waits, its days counted as on every page."""
    delay = now - since
    if delay <= timedelta(hours=96):
        return hours(delay)
    return plural("%(num)s jour", "%(num)s jours", days_since(since, now))


def reject_hints(lessons: Mapping[Reason, str]) -> dict[str, str]:
    """For each reason to reject a proposal, what the portal would learn of it."""
    nothing = _("Rien d'autre ne change : ce rapprochement ne revient pas, c'est tout.")
    return {
        reason.value: _("Le portail retiendra : %(lesson)s", lesson=lessons[reason])
        if reason in lessons
        else nothing
        for reason in REASONS_TO_REJECT
    }


REFUSALS: Mapping[MatchRefusal, LazyString] = {
    MatchRefusal.UNKNOWN: lazy("Ce rapprochement n'existe pas."),
    MatchRefusal.DECIDED: lazy(
        "Ce rapprochement a déjà été traité, peut-être par quelqu'un d'autre à l'instant."
    ),
    MatchRefusal.OFFER_GONE: lazy(
        "L'offre n'est plus ouverte : le donateur l'a retirée, ou elle a pris fin."
    ),
    MatchRefusal.NEED_GONE: lazy("Le besoin n'est plus ouvert : le comité l'a mis en pause ou retiré."),
    MatchRefusal.OFFER_TAKEN: lazy("Il ne reste plus assez de cet article : le reste vient d'être attribué."),
    MatchRefusal.NEED_MET: lazy("Le besoin vient d'être couvert autrement : ce serait trop."),
    MatchRefusal.PAIR_TAKEN: lazy("Cet article est déjà proposé pour ce besoin."),
    MatchRefusal.NOT_PERMITTED: lazy("Cela n'est plus possible : l'un des deux a changé entre-temps."),
    MatchRefusal.RULE_BROKEN: lazy("Une règle s'y oppose : dites pourquoi vous passez outre."),
    MatchRefusal.RULE_STANDS: lazy(
        "La règle qui s'y oppose vaut pour tout le monde : on ne passe pas outre."
    ),
    MatchRefusal.WHOLE_LOT: lazy("Le donateur ne partage pas ce lot : donnez-le en entier, ou pas."),
    MatchRefusal.DAY: lazy("Choisissez un jour entre aujourd'hui et la fin de l'offre."),
    MatchRefusal.TOO_LATE: lazy("Trop tard pour annuler : les e-mails sont partis."),
    MatchRefusal.COMMITTEE_ANSWERED: lazy("Trop tard pour annuler : le comité a déjà répondu."),
    MatchRefusal.DONOR_ANSWERED: lazy("Trop tard pour annuler : le donateur a déjà répondu."),
    MatchRefusal.NO_REASON: lazy("Dites pourquoi : choisissez une des raisons proposées."),
}
"""Why a decision was not taken, and what the person may conclude."""


def refusal(code: MatchRefusal) -> str:
    """The sentence for a decision that was not taken."""
    return str(REFUSALS[code])


def other_name(other: Other) -> str:
    """« Lave-linge à Vienne »."""
    return why_not.other_side(other.told)


def other_sentence(other: Other) -> str:
    """« Comité de Vienne, pour son besoin « Lave-linge » : noté 72 sur 100, à 12 km. »"""
    if other.score is None:
        why = _(" ; ").join(why_not.clause(rule, other.detail) for rule in other.broken)
        return _("%(other)s : %(why)s.", other=why_not.other_side(other.told), why=why)
    return _(
        "%(other)s : noté %(score)s sur 100, à %(distance)s.",
        other=why_not.other_side(other.told),
        score=round(other.score * 100),
        distance=kilometres(other.distance_km or 0),
    )


def waiting_sentence(worth: float, usual: float) -> str:
    """What a pair is worth now, and what the two would usually be worth later; both in points, as the dials have them."""
    points = round(worth * 100)
    return plural(
        "Réunis, ce don et ce besoin valent %(worth)s point ; gardés pour ce qui vient d'habitude ici, ils en vaudraient %(usual)s.",
        "Réunis, ce don et ce besoin valent %(worth)s points ; gardés pour ce qui vient d'habitude ici, ils en vaudraient %(usual)s.",
        points,
        worth=decimal(points),
        usual=decimal(round(usual * 100)),
    )


def replay_sentence(found: Replay) -> str:
    """Whether the stored figures are found again."""
    if found.same:
        return _("Identique : le calcul refait donne les mêmes chiffres.")
    return _("Différent : le calcul refait ne donne pas les mêmes chiffres.")


def replay_lines(match: Match, found: Replay) -> list[str]:
    """For the command line: whether it is the same, then each figure as stored and computed again."""
    lines = [
        _(
            "Rapprochement n° %(number)s, réglages %(version)s.",
            number=match.id,
            version=match.weights_version,
        ),
        replay_sentence(found),
    ]
    for name in dict.fromkeys((*found.stored, *found.again)):
        label = _("Note") if name == "score" else part_name(name) if name in (*PARTS, "chance") else name
        before, after = found.stored.get(name), found.again.get(name)
        lines.append(
            _(
                "%(label)s : gardé %(before)s, recalculé %(after)s",
                label=label,
                before=_six(before),
                after=_six(after),
            )
        )
    return lines


def _six(value: float | None) -> str:
    return "–" if value is None else f"{value:.6f}".replace(".", ",")
