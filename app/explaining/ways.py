"""What came near a committee's needs, with the change of its own that would help: as buttons, each leading to its effect."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from app.explaining.helping import (
    OF_NEEDS,
    OF_RULES,
    address,
    loosened,
    need_changes,
    not_yet,
    read,
    rule_changes,
    widened,
)
from app.explaining.why_not import Detail, explain_misses
from app.models import Committee, Need
from app.models.base import HIGHEST_FLOOR
from app.models.states import Condition, Size
from app.web.text import _, decimal, full_date, kilometres, plural
from app.web.words import item_name, storey, word

MOST_EXPLAINED = 3
OF_VANS = frozenset({"collects_km", "largest_size", "highest_floor"})
"""What the committee that collects for an action decides for all of it."""
SCALES = ("collects_km", "highest_floor", "room")
"""What permits everything below it too."""


@dataclass(frozen=True, slots=True)
class Way:
    """What the committee could change, of its rules and of its need, by field, and what came near for want of it."""

    told: Sequence[str]
    rules: Mapping[str, Any]
    need: Mapping[str, Any]
    rules_words: str
    need_words: str
    articles: frozenset[int]

    @property
    def rules_address(self) -> dict[str, str]:
        return address(self.rules)

    @property
    def need_address(self) -> dict[str, str]:
        return address(self.need)

    @property
    def step(self) -> tuple[str, Any] | None:
        """The one field of SCALES that is to change, and its value; None where it is another change."""
        [*fields] = self.rules.items()
        return fields[0] if len(fields) == 1 and fields[0][0] in SCALES and not self.need else None


@dataclass(frozen=True, slots=True)
class Near:
    """What came near one need: the ways to have it; what is permitted by now; and what the committee cannot help."""

    ways: Sequence[Way] = ()
    permitted: Sequence[str] = ()
    others: Sequence[str] = ()

    def __bool__(self) -> bool:
        return bool(self.ways or self.permitted or self.others)


@dataclass(frozen=True, slots=True)
class Storing:
    """The large pieces that a committee has `room` left for, None where it never said, and of that room the part that is taken
    once what plans propose to it is promised."""

    room: int | None
    proposed: int


def near(need: Need, found: int, committee: Committee, storing: Storing, collector: Committee) -> Near:
    """`found` pieces are received, promised or proposed. `collector` goes for what the need asks for: the committee itself,
    but for actions. Takes no query."""
    groups: dict[tuple[Any, ...], list[Detail]] = {}
    permitted, others = [], []
    for miss in need.misses[:MOST_EXPLAINED]:
        by_rule = _changes(miss, need, found, storing.proposed)
        rules, own = (dict(each.values()) for each in by_rule)
        if not rules and not own:
            others += explain_misses([miss])
            continue
        left = (
            not_yet(rules, partial(widened, committee, storing.room)),
            not_yet(own, partial(loosened, need)),
        )
        if _is_collectors(rules, committee, collector):
            told = explain_misses([miss], wishes=False)
            who = _(
                "Cette règle est celle de « %(committee)s », qui collecte pour cette action.",
                committee=collector.name,
            )
            others += [f"{each} {who}" for each in told]
        elif not any(left):
            permitted += explain_misses([miss], wishes=False)
        else:
            groups.setdefault(tuple(tuple(each.items()) for each in left), []).append(
                _still(miss, by_rule, left)
            )
    ways = [_way(misses, dict(rules), dict(own), committee) for (rules, own), misses in groups.items()]
    return Near(ways, permitted, others)


_ByRule = tuple[dict[str, tuple[str, Any]], dict[str, tuple[str, Any]]]


def _changes(miss: Detail, need: Need, found: int, large: int) -> _ByRule:
    """By the rule that the miss breaks, what would have to change of the rules and of the need: field and value; nothing where
    that would not do, or cannot be asked for."""
    own = need_changes(miss, need, found)
    rules = {each.rule: (each.field, each.value) for each in rule_changes(miss, beside=own, large=large)}
    if len(rules) + len(own) < len(miss["broken"]):
        return {}, {}
    for changes, fields in ((rules, OF_RULES), (own, OF_NEEDS)):
        wanted = dict(changes.values())
        if read(address(wanted), fields) != wanted:
            return {}, {}
    return rules, own


def _still(miss: Detail, by_rule: _ByRule, left: Iterable[Mapping[str, Any]]) -> Detail:
    """The miss without the rules that are kept by now: those whose field is not `left` to change."""
    fields = {rule: field for each in by_rule for rule, (field, _value) in each.items()}
    return {**miss, "broken": [rule for rule in miss["broken"] if any(fields[rule] in each for each in left)]}


def _is_collectors(rules: Mapping[str, Any], committee: Committee, collector: Committee) -> bool:
    if collector.id == committee.id:
        return False
    return bool(OF_VANS.intersection(rules)) or rules.get("refuses") in collector.refuses


def _way(
    misses: Sequence[Detail], rules: Mapping[str, Any], own: Mapping[str, Any], committee: Committee
) -> Way:
    return Way(
        explain_misses(misses, wishes=False),
        rules,
        own,
        wish(rules, committee),
        wish(own, committee),
        frozenset(miss["other"] for miss in misses if "other" in miss),
    )


def shared(found: Iterable[Near]) -> list[Way]:
    """The changes of the rules that would help several needs at once, by what they change, the smallest first."""
    ways = [way for each in found for way in each.ways if way.rules and not way.need]
    kinds: dict[tuple[Any, ...], list[Way]] = {}
    for way in ways:
        kinds.setdefault((way.step[0],) if way.step else tuple(way.rules.items()), []).append(way)
    return [way for alike in kinds.values() for way in _together(alike)]


def _together(alike: Sequence[Way]) -> list[Way]:
    """Of ways that change the same: each that helps more than one need, with all that it helps."""
    if alike[0].step is None:
        return [_sum(alike)] if len(alike) > 1 else []
    ways = sorted(alike, key=lambda way: way.step[1] if way.step else 0)
    found = {}
    for number, way in enumerate(ways, 1):
        if number > 1:
            found[way.step] = replace(_sum(ways[:number]), rules=way.rules, rules_words=way.rules_words)
    return list(found.values())[:MOST_EXPLAINED]


def _sum(ways: Sequence[Way]) -> Way:
    told = tuple(dict.fromkeys(sentence for way in ways for sentence in way.told))
    return replace(ways[0], told=told, articles=frozenset().union(*(way.articles for way in ways)))


def without(found: Near, together: Sequence[Way]) -> Near:
    """The same without a second button for what one above it does: its sentence stays."""
    known = [way.rules for way in together]
    ways = [
        replace(way, rules={}, rules_words="") if not way.need and way.rules in known else way
        for way in found.ways
    ]
    return replace(found, ways=ways)


def wish(wanted: Mapping[str, Any], committee: Committee) -> str:
    """« Élargir à 31 km et monter jusqu'au 4e étage »: what a button says that changes these fields."""
    words = [WISHES[field](value, committee) for field, value in wanted.items()]
    said = [words[0], *(each[:1].lower() + each[1:] for each in words[1:])] if words else []
    return _(" et ").join(said)


def _farther(value: int, committee: Committee) -> str:
    far = kilometres(value)
    if committee.collects_km:
        return _("Élargir à %(far)s", far=far)
    return _("Aller chercher jusqu'à %(far)s", far=far)


def _worse(value: tuple[str | None, str], _committee: Committee) -> str:
    condition = word(Condition(value[1]))
    if value[0]:
        return _(
            "Accepter « %(condition)s » pour « %(item)s »", condition=condition, item=item_name(value[0])
        )
    return _("Accepter l'état « %(condition)s »", condition=condition)


WISHES: Mapping[str, Callable[[Any, Committee], str]] = {
    "minimum_conditions": _worse,
    "largest_size": lambda value, _committee: _(
        "Prendre aussi plus grand : « %(size)s »", size=word(Size(value))
    ),
    "takes": lambda value, _committee: _("Prendre aussi : %(item)s", item=item_name(value)),
    "refuses": lambda value, _committee: _("Accepter de nouveau : %(item)s", item=item_name(value)),
    "collects_km": _farther,
    "highest_floor": lambda value, _committee: (
        _("Monter jusqu'au %(floor)s", floor=storey(value))
        if value <= HIGHEST_FLOOR
        else _("Monter à tout étage")
    ),
    "room": lambda value, _committee: plural(
        "Faire de la place pour un gros meuble",
        "Faire de la place pour %(num)s gros meubles",
        value,
        num=decimal(value),
    ),
    "quantity": lambda value, _committee: plural(
        "En demander une", "En demander %(num)s", value, num=decimal(value)
    ),
    "minimum_condition": lambda value, _committee: _(
        "Accepter « %(condition)s » pour ce besoin", condition=word(Condition(value))
    ),
    "needed_by": lambda value, _committee: _(
        "Attendre jusqu'au %(day)s", day=full_date(date.fromisoformat(value))
    ),
}
"""By field of the committee or of the need: the words of the button, from the value."""
