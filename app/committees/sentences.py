"""What a committee takes, read back as it would say it: from its columns alone, in the language of the page."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from app.models import Committee, Organisation
from app.models.states import Condition, RuleKind, Size
from app.web.text import _, kilometres, language, lazy, plural
from app.web.week import closed_days
from app.web.words import DAYS, item_name, storey, word
from matching.items import load

AT_LEAST = {
    Condition.NEW: lazy("à l'état neuf seulement"),
    Condition.VERY_GOOD: lazy("au moins en très bon état"),
    Condition.GOOD: lazy("au moins en bon état"),
    Condition.FAIR: lazy("même usé, mais utilisable"),
    Condition.FOR_PARTS: lazy("même pour pièces"),
}
AT_MOST = {
    Size.SMALL: lazy("seulement ce qui se porte d'une main"),
    Size.MEDIUM: lazy("seulement ce qui tient dans un coffre de voiture"),
    Size.LARGE: lazy("rien qui ne tienne dans une camionnette"),
}


def rules_in_words(committee: Committee, room_left: int | None, today: date) -> list[str]:
    """The committee's rules in sentences, the most telling first. `room_left` is how many large pieces it can still store, None
    where it did not say; closures that are over are not told.
    """
    return [
        _("Nous prenons : %(clauses)s.", clauses=_(", ").join(_clauses(committee, room_left))),
        *_families(committee),
        _("Nous venons chercher les dons jusqu'à %(distance)s.", distance=kilometres(committee.collects_km))
        if committee.collects_km
        else _("Nous ne venons pas chercher les dons : il faut nous les apporter."),
        *closed_days(committee.closures, today),
        *_whose(committee),
    ]


def ruled(row: Committee | Organisation, follows: Collection[str] = tuple(RuleKind)) -> list[RuleKind]:
    """The kinds of these of which something is said, rather than that anything is taken."""
    said = {
        RuleKind.TAKEN: row.takes or row.refuses,
        RuleKind.CONDITION: row.minimum_condition or row.minimum_conditions,
        RuleKind.RECEIVING: row.largest_size != Size.VERY_LARGE or row.highest_floor is not None,
    }
    return [kind for kind in RuleKind if kind in follows and said[kind]]


def rule_words(row: Committee | Organisation, kind: RuleKind) -> str:
    """« meuble et vaisselle (sauf : canapé) », « au moins en bon état », « toute taille, à tout étage »."""
    if kind == RuleKind.TAKEN:
        return _taken(row)
    if kind == RuleKind.CONDITION:
        families = [
            _("%(item)s : %(aside)s", item=item_name(slug), aside=AT_LEAST[Condition(least)])
            for slug, least in sorted(row.minimum_conditions.items())
            if slug in load()
        ]
        least = row.minimum_condition
        return _(" ; ").join(
            [str(AT_LEAST[least]) if least is not None else _("selon chaque besoin"), *families]
        )
    floor = row.highest_floor
    return _(", ").join(
        [
            str(AT_MOST[row.largest_size]) if row.largest_size in AT_MOST else _("toute taille"),
            _("à tout étage")
            if floor is None
            else _("jusqu'au %(floor)s sans ascenseur", floor=storey(floor)),
        ]
    )


def _whose(committee: Committee) -> Iterable[str]:
    if kinds := ruled(committee, committee.follows):
        names = _(", ").join(_small(word(kind)) for kind in kinds)
        yield plural(
            "Règle de l'association : %(rules)s.",
            "Règles de l'association : %(rules)s.",
            len(kinds),
            rules=names,
        )


def _taken(row: Committee | Organisation) -> str:
    taken = _listed(row.takes) or _("tout ce que le portail accepte")
    refused = _listed(row.refuses)
    # In brackets: after the last of several things « les mardis » would be one more of them.
    return _("%(taken)s (sauf : %(refused)s)", taken=taken, refused=refused) if refused else taken


def _clauses(committee: Committee, room_left: int | None) -> Iterable[str]:
    yield _taken(committee)
    if committee.minimum_condition is not None:
        yield str(AT_LEAST[committee.minimum_condition])
    if committee.largest_size in AT_MOST:
        yield str(AT_MOST[committee.largest_size])
    if committee.collects_km and committee.highest_floor is not None:
        yield _("jusqu'au %(floor)s sans ascenseur", floor=storey(committee.highest_floor))
    if room_left == 0:
        yield _("plus aucun gros meuble, faute de place")
    elif room_left is not None:
        yield plural(
            "tant qu'il reste de la place pour %(num)s gros meuble",
            "tant qu'il reste de la place pour %(num)s gros meubles",
            room_left,
        )
    if opened := _days(committee.opening_hours):
        yield (
            _("les %(weekdays)s", weekdays=opened)
            if len(committee.opening_hours) > 1
            else _("le %(weekday)s", weekday=opened)
        )
    if committee.collects_km and (van := _days(committee.collection_hours)):
        yield (
            _("avec un fourgon les %(weekdays)s", weekdays=van)
            if len(committee.collection_hours) > 1
            else _("avec un fourgon le %(weekday)s", weekday=van)
        )


def _families(committee: Committee) -> Iterable[str]:
    for slug, least in sorted(committee.minimum_conditions.items()):
        if slug in load():
            yield _(
                "Pour « %(item)s » : %(condition)s.",
                item=item_name(slug),
                condition=AT_LEAST[Condition(least)],
            )


def _listed(slugs: Iterable[str]) -> str:
    """« canapé, matelas et vaisselle »; what the catalogue no longer holds is left out."""
    return _joined([_small(item_name(slug)) for slug in slugs if slug in load()])


def _days(hours: Collection[str]) -> str:
    """« mardis et jeudis »; of one day, « mardi »."""
    names = [str(name) if language() == "en" else str(name).lower() for day, name in DAYS if day in hours]
    return _joined([f"{name}s" if len(names) > 1 else name for name in names])


def _small(name: str) -> str:
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def _joined(names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return _("%(some)s et %(last)s", some=_(", ").join(names[:-1]), last=names[-1])
