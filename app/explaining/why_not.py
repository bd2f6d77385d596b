"""Why a pair was not made, and what it would take: sentences for the engine's broken rules and outcomes."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import StrEnum
from math import ceil
from typing import Any

from app.models.states import Condition, Size
from app.web.text import _, at, full_date, kilometres, kilometres_apart, plural
from app.web.words import item_name, said_word, storey, word
from matching.types import LessonKind

Detail = Mapping[str, Any]
_OF_CONDITION = ("condition", "family_condition")


def item(slug: str) -> str:
    """An item's name in the language of the page."""
    return item_name(slug, slug)


def explain_misses(misses: Iterable[Detail], *, wishes: bool = True) -> list[str]:
    """Of the near misses stored on a need or on an offered article, the nearest first: what it was and, with `wishes`, what it
    would take.

    Those that failed for the same reason are told in one sentence.
    """
    told: dict[tuple[str, str], Counter[str]] = {}
    for miss in misses:
        takes = what_it_takes(miss) if wishes else ""
        told.setdefault((_why(miss), takes), Counter())[other_side(miss["told"])] += 1
    return [
        " ".join(filter(None, (_("%(other)s : %(why)s.", other=_counted(others), why=why), takes)))
        for (why, takes), others in told.items()
    ]


def _why(miss: Detail) -> str:
    return _(" ; ").join(clause(rule, miss["detail"]) for rule in miss["broken"])


def _counted(others: Mapping[str, int]) -> str:
    """« Chaise à Lyon (2), Chaise à Vienne »."""
    return ", ".join(f"{other} ({times})" if times > 1 else other for other, times in others.items())


def what_it_takes(miss: Detail) -> str:
    """« Il faudrait que le comité aille jusqu'à 53 km, ou que le donateur l'apporte. »"""
    wishes = dict.fromkeys(
        _("que la leçon apprise d'un refus soit retirée") if is_taught(rule, miss["detail"]) else words
        for rule in miss["broken"]
        if (words := CHANGES[rule](miss["detail"]))
    )
    return _("Il faudrait %(wishes)s.", wishes=_(" et ").join(wishes)) if wishes else ""


def other_side(told: Detail) -> str:
    """« Lave-linge à Vienne »; « Comité de Vienne, pour son besoin « Lave-linge » »."""
    if "committee" in told:
        return _(
            "%(committee)s, pour son besoin « %(item)s »",
            committee=told["committee"],
            item=item(told["item"]),
        )
    return _("%(item)s %(at_commune)s", item=item(told["item"]), at_commune=at(told["commune"]))


def clause(rule: str, detail: Detail) -> str:
    """What a broken rule says, as a part of a sentence; with a word where an earlier refusal taught it."""
    words = MISSES[rule](detail)
    if rule in _OF_CONDITION and detail.get("said"):
        words = _(
            "%(why)s (la description dit que c'est %(said)s)", why=words, said=said_word(detail["said"])
        )
    if is_taught(rule, detail):
        return _("%(why)s (appris d'un refus précédent)", why=words)
    return words


def is_taught(rule: str, detail: Detail) -> bool:
    """Whether a lesson that the detail names is what broke this rule; ids of lessons begin with their kind."""
    lessons = detail.get("lessons") or [detail.get("lesson", "")]
    return TAUGHT.get(rule) in {str(each).partition("-")[0] for each in lessons}


def day(iso: str) -> str:
    return full_date(date.fromisoformat(iso))


def _quoted(kind: type[StrEnum], value: str) -> str:
    return word(kind(value))


def _condition(detail: Detail) -> str:
    return _(
        "l'état est « %(condition)s » et il faut au moins « %(minimum)s »",
        condition=_quoted(Condition, detail["condition"]),
        minimum=_quoted(Condition, detail["minimum_condition"]),
    )


def _family_condition(detail: Detail) -> str:
    words = {
        "condition": _quoted(Condition, detail["family_condition"]),
        "minimum": _quoted(Condition, detail["minimum_conditions"]),
    }
    if detail.get("family"):
        return _(
            "l'état est « %(condition)s » et le comité demande au moins « %(minimum)s » pour « %(item)s »",
            item=item(detail["family"]),
            **words,
        )
    return _("l'état est « %(condition)s » et le comité demande au moins « %(minimum)s »", **words)


def _floor(detail: Detail) -> str:
    words = {"floor": storey(detail["floor"]), "highest": storey(detail["highest_floor"])}
    if detail["highest_floor"] == 0:
        return _("c'est au %(floor)s sans ascenseur, et le comité ne monte pas d'étage", **words)
    return _("c'est au %(floor)s, et le comité ne monte pas au-delà du %(highest)s sans ascenseur", **words)


def _room(detail: Detail) -> str:
    if detail["room"] == 0:
        return _("le comité n'a plus de place pour les gros meubles")
    return plural(
        "le lot demande de la place pour %(pieces)s gros meubles, et le comité n'en a plus que pour %(num)s",
        "le lot demande de la place pour %(pieces)s gros meubles, et le comité n'en a plus que pour %(num)s",
        detail["room"],
        pieces=detail["pieces"],
    )


def _size(detail: Detail) -> str:
    return _(
        "c'est trop grand (« %(size)s »), le comité prend au plus « %(largest)s »",
        size=_quoted(Size, detail["size"]),
        largest=_quoted(Size, detail["largest_size"]),
    )


def _dates(detail: Detail) -> str:
    if is_taught("dates", detail):
        return _("le comité n'en veut pas avant le %(first)s", first=day(detail["dates"]))
    if detail.get("last_day"):
        return _(
            "possible à partir du %(first)s seulement, alors qu'il faudrait au plus tard le %(last)s",
            first=day(detail["dates"]),
            last=day(detail["last_day"]),
        )
    return _("possible à partir du %(first)s seulement", first=day(detail["dates"]))


def _reach(detail: Detail) -> str:
    if detail.get("reach") is None:
        return _("c'est hors de portée")
    if detail["collects_km"] == 0 and detail["delivers_km"] == 0:
        return _(
            "c'est à %(distance)s, et personne ne peut faire le trajet",
            distance=kilometres(detail["reach"]),
        )
    told = kilometres_apart(detail["reach"], detail["collects_km"], detail["delivers_km"])
    words = dict(zip(("distance", "collects", "delivers"), told, strict=True))
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


def _taken(detail: Detail) -> str:
    if detail.get("taken_by"):
        return _(
            "c'est déjà proposé %(at_names)s", at_names=", ".join(map(at, dict.fromkeys(detail["taken_by"])))
        )
    return _("c'est déjà proposé ailleurs")


def _waits(detail: Detail) -> str:
    if detail.get("days"):
        return plural(
            "le don attend, un jour au plus : d'habitude, une offre ou une demande qui convient mieux arrive vite",
            "le don attend, %(num)s jours au plus : d'habitude, une offre ou une demande qui convient mieux arrive vite",
            detail["days"],
        )
    if "waits" not in detail:
        return _("le don attend : d'habitude, une offre ou une demande qui convient mieux arrive vite")
    return plural(
        "le don attend encore, un jour au plus, que quelqu'un de plus proche se présente",
        "le don attend encore, %(num)s jours au plus, que quelqu'un de plus proche se présente",
        detail["waits"],
    )


MISSES: Mapping[str, Callable[[Detail], str]] = {
    "handled": lambda detail: _(
        "le portail ne prend pas cet article : %(item)s", item=item(detail["handled"])
    ),
    "safe": lambda detail: _(
        "la description dit que c'est %(said)s, et ce n'est alors proposé à personne sans l'accord de la coordination",
        said=said_word(detail["safe"]),
    ),
    "item": lambda _detail: _("ce n'est pas l'article demandé"),
    "condition": _condition,
    "family_condition": _family_condition,
    "size": _size,
    "takes": lambda detail: _(
        "le comité ne prend que certains articles, et pas celui-ci : %(item)s", item=item(detail["takes"])
    ),
    "refusals": lambda detail: _("le comité ne prend pas : %(item)s", item=item(detail["refusals"])),
    "dates": _dates,
    "reach": _reach,
    "floor": _floor,
    "whole_lot": _whole_lot,
    "room": _room,
    "barred": lambda _detail: _("cela a déjà été proposé et n'a pas abouti"),
    "taken": _taken,
    "met": lambda _detail: _("ce besoin est déjà servi par ailleurs"),
    "waits": _waits,
    "not_worth": lambda _detail: _(
        "avec les réglages en vigueur, cette remise coûterait plus qu'elle n'apporte"
    ),
}
"""What each broken rule says, and each outcome ("taken", "met", "waits", "not_worth") that left a permitted pair aside."""

TAUGHT: Mapping[str, str] = {
    "item": LessonKind.WRONG_ITEM,
    "condition": LessonKind.CONDITION,
    "dates": LessonKind.NOT_NOW,
    "reach": LessonKind.TOO_FAR,
}
"""The kind of lesson that may break a rule which the pair would keep otherwise."""


def _change_of_dates(detail: Detail) -> str:
    if detail.get("last_day"):
        return _(
            "qu'il soit disponible avant, ou que le besoin attende jusqu'au %(first)s",
            first=day(detail["dates"]),
        )
    return _("attendre le %(first)s", first=day(detail["dates"]))


def _change_of_reach(detail: Detail) -> str:
    if detail.get("reach") is None:
        return _("que l'un des deux fasse le trajet")
    far = kilometres(ceil(detail["reach"]))
    if detail.get("delivers_km"):
        return _("que l'un des deux aille jusqu'à %(far)s", far=far)
    return _("que le comité aille jusqu'à %(far)s, ou que le donateur l'apporte", far=far)


def _change_of_waiting(detail: Detail) -> str:
    if "waits" in detail:
        return _("que le besoin soit marqué comme pressé pour ne pas attendre")
    if detail.get("days"):
        return _("attendre jusque-là, ou que la coordination le propose elle-même")
    return _("que le besoin soit marqué comme très urgent pour ne pas attendre")


CHANGES: Mapping[str, Callable[[Detail], str]] = {
    "handled": lambda _detail: _("que le portail accepte cet article"),
    "safe": lambda _detail: _("que la coordination corrige la description si elle se trompe"),
    "item": lambda _detail: _("demander un article plus large"),
    "condition": lambda detail: _(
        "que le comité accepte l'état « %(condition)s »", condition=_quoted(Condition, detail["condition"])
    ),
    "family_condition": lambda detail: _(
        "que le comité accepte l'état « %(condition)s »",
        condition=_quoted(Condition, detail["family_condition"]),
    ),
    "size": lambda detail: _("que le comité puisse prendre « %(size)s »", size=_quoted(Size, detail["size"])),
    "takes": lambda detail: _("que le comité prenne aussi : %(item)s", item=item(detail["takes"])),
    "refusals": lambda detail: _(
        "que le comité accepte de nouveau : %(item)s", item=item(detail["refusals"])
    ),
    "dates": _change_of_dates,
    "reach": _change_of_reach,
    "floor": lambda detail: _(
        "que le comité monte jusqu'au %(floor)s, ou que le donateur l'apporte", floor=storey(detail["floor"])
    ),
    "whole_lot": lambda detail: _(
        "que le donateur partage le lot, ou que le besoin monte à %(lot)s", lot=detail["whole_lot"]
    ),
    "room": lambda detail: plural(
        "que le comité fasse de la place pour un gros meuble",
        "que le comité fasse de la place pour %(num)s gros meubles",
        detail["pieces"],
    ),
    "barred": lambda _detail: _(
        "qu'un coordinateur annule son refus, si c'en est un, ou qu'un autre se présente"
    ),
    "taken": lambda _detail: _("que l'autre proposition ne se fasse pas, ou qu'un autre don arrive"),
    "met": lambda _detail: _("que quelqu'un d'autre en ait besoin"),
    "waits": _change_of_waiting,
    "not_worth": lambda _detail: _("baisser ce que coûte une remise dans les réglages"),
}
"""What would have to change for each of MISSES, after « Il faudrait »."""
