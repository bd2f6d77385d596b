"""The engine's codes in words: reasons for a pairing, and why others were not paired.

Codes and values come from `matching`; each has its sentence here, and a test goes through all of them.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from app.models.states import Condition, Size
from app.web.text import _, full_date, kilometres, language
from app.web.words import item_name, word

Detail = Mapping[str, Any]

PARTS = ("fit", "urgency", "nearness", "fairness", "wholeness")


def part_name(part: str) -> str:
    """What a part of the score measures."""
    names = {
        "fit": _("Convient"),
        "urgency": _("Pressé"),
        "nearness": _("Proche"),
        "fairness": _("Équitable"),
        "wholeness": _("Quantité juste"),
    }
    return names[part]


def item(slug: str) -> str:
    """An item's name in the language of the page."""
    return item_name(slug, english=language() == "en")


def explain_misses(misses: Iterable[Detail]) -> list[str]:
    """One sentence for each near miss stored on a need or on an offered article, the nearest first."""
    return [explain_miss(miss) for miss in misses]


def explain_miss(miss: Detail) -> str:
    """« Réfrigérateur à Lyon : c'est à 52 km et le comité va chercher jusqu'à 30 km. »"""
    why = [clause(rule, miss["detail"]) for rule in miss["broken"]]
    return _("%(other)s : %(why)s.", other=_other(miss["told"]), why=_(" ; ").join(why))


def _other(told: Detail) -> str:
    if "committee" in told:
        return _(
            "%(committee)s, pour son besoin « %(item)s »",
            committee=told["committee"],
            item=item(told["item"]),
        )
    return _("%(item)s à %(commune)s", item=item(told["item"]), commune=told["commune"])


def clause(rule: str, detail: Detail) -> str:
    """What a broken rule says, as a part of a sentence; with a word where an earlier refusal taught it."""
    words = MISSES[rule](detail)
    if detail.get("lesson"):
        return _("%(why)s (appris d'un refus précédent)", why=words)
    return words


def sentences(reasons: Iterable[Detail]) -> list[str]:
    """The reasons of a pairing, one sentence each, in the engine's order. Codes of older engines are passed over."""
    return [REASONS[each["code"]](each["value"]) for each in reasons if each["code"] in REASONS]


def _day(iso: str) -> str:
    return full_date(date.fromisoformat(iso))


def _quoted(kind: type[StrEnum], value: str) -> str:
    return word(kind(value))


def _condition(detail: Detail) -> str:
    return _(
        "l'état est « %(condition)s » et il faut au moins « %(minimum)s »",
        condition=_quoted(Condition, detail["condition"]),
        minimum=_quoted(Condition, detail["minimum_condition"]),
    )


def _size(detail: Detail) -> str:
    return _(
        "c'est trop grand (« %(size)s »), le comité prend au plus « %(largest)s »",
        size=_quoted(Size, detail["size"]),
        largest=_quoted(Size, detail["largest_size"]),
    )


def _dates(detail: Detail) -> str:
    if detail.get("last_day"):
        return _(
            "possible à partir du %(first)s seulement, alors qu'il faudrait avant le %(last)s",
            first=_day(detail["dates"]),
            last=_day(detail["last_day"]),
        )
    return _("possible à partir du %(first)s seulement", first=_day(detail["dates"]))


def _reach(detail: Detail) -> str:
    if detail.get("reach") is None:
        return _("c'est hors de portée")
    words = {
        "distance": kilometres(detail["reach"]),
        "collects": kilometres(detail["collects_km"]),
        "delivers": kilometres(detail["delivers_km"]),
    }
    if detail["collects_km"] == 0 and detail["delivers_km"] == 0:
        return _("c'est à %(distance)s, et personne ne peut faire le trajet", **words)
    if detail["delivers_km"] == 0:
        return _("c'est à %(distance)s, et le comité va chercher jusqu'à %(collects)s", **words)
    if detail["collects_km"] == 0:
        return _("c'est à %(distance)s, et le donateur apporte jusqu'à %(delivers)s", **words)
    return _(
        "c'est à %(distance)s, le comité va chercher jusqu'à %(collects)s et le donateur apporte jusqu'à %(delivers)s",
        **words,
    )


def _whole_lot(detail: Detail) -> str:
    return _(
        "le lot de %(lot)s ne se partage pas, et il en manque %(quantity)s",
        lot=detail["whole_lot"],
        quantity=detail["quantity"],
    )


MISSES: Mapping[str, Callable[[Detail], str]] = {
    "handled": lambda detail: _(
        "le portail ne prend pas cet article : %(item)s", item=item(detail["handled"])
    ),
    "item": lambda _detail: _("ce n'est pas l'article demandé"),
    "condition": _condition,
    "size": _size,
    "refusals": lambda detail: _("le comité ne prend pas : %(item)s", item=item(detail["refusals"])),
    "dates": _dates,
    "reach": _reach,
    "whole_lot": _whole_lot,
    "barred": lambda _detail: _("cela a déjà été proposé, puis écarté ou décliné"),
    "taken": lambda _detail: _("c'est déjà promis par ailleurs"),
    "waits": lambda _detail: _(
        "mieux vaut attendre quelques jours, quelqu'un de plus proche peut se présenter"
    ),
}


REASONS: Mapping[str, Callable[[Any], str]] = {
    "same_item": lambda _value: _("C'est exactement l'article demandé."),
    "narrower_item": lambda value: _("C'est un %(item)s, qui répond à la demande.", item=item(value)),
    "distance_km": lambda value: _("C'est à %(distance)s.", distance=kilometres(value)),
}
