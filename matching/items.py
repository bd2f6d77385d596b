"""The catalogue as data: what donors give and committees ask for, read from `catalogue.toml`.

Each table of the file is one item; its key is the slug. Parents make a forest: a parent is always a true broader
term, so that whoever asks for the parent is served by any of its descendants. Accessories and parts are items of
their own and never descend from the thing they serve.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import filterfalse
from typing import Any

from matching.said import Said
from matching.strict import InputError, Reader, at, entries, fields, flag, number, one_of, shown

ELSEWHERE = frozenset(
    {
        "animaux",  # a shelter or an animal charity
        "armurerie",  # the police or gendarmerie station, or a gunsmith
        "aide-alimentaire",  # a food bank, with its own cold chain and dates
        "caviste",  # alcohol: not given through the portal
        "decheterie",  # the municipal tip
        "dechets-chimiques",  # the tip's hazardous counter
        "filiere-batteries",  # garages and shops take car batteries back
        "filiere-bouteilles-gaz",  # the seller takes gas bottles back
        "filiere-extincteurs",  # the seller takes extinguishers back
        "filiere-pneus",  # garages take tyres back, one for one
        "magasin-lampes",  # collection boxes of shops: bulbs and small batteries
        "pharmacie",  # medicines, needles, X-rays
        "vehicules",  # an authorised centre, or an association that takes cars
    }
)
"""Codes saying where to go with what the portal does not handle. `app` holds one sentence for each."""

ASKS = frozenset(
    {
        "clothes_size",  # 38, M, 6 years
        "shoe_size",
        "bed_size",  # 140 × 190
        "dimensions",  # width, depth, height
        "dismantled",  # whether it is taken apart already
        "erased",  # whether what somebody kept in it is gone
    }
)
"""What somebody who gives a thing can tell beside its words. `app` holds the sentence for each."""

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_WORD = re.compile(r"\w+")
_LIGATURES = str.maketrans(
    {"œ": "oe", "æ": "ae", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i"}
)


class CatalogueError(ValueError):
    """The catalogue breaks one of its rules; the message names the entry."""


class Ranked(StrEnum):
    """Words in an order. They compare by `rank`, from 0, not as text."""

    rank: int

    def __init__(self, _word: str) -> None:
        self.rank = len(type(self).__members__)


class Size(Ranked):
    """How an item travels, smallest first."""

    SMALL = "small"
    """Carried in one hand."""
    MEDIUM = "medium"
    """One person and a car boot."""
    LARGE = "large"
    """Two people and a van."""
    VERY_LARGE = "very_large"
    """A lorry, or dismantling."""

    def fits(self, largest: "Size") -> bool:
        """Whether something of this size is accepted by whoever takes things up to `largest`."""
        return self.rank <= largest.rank


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of the catalogue. `kg` is the typical weight of one; `elsewhere` is where to go with what is not handled;
    `asks` what one asks whoever gives it (ASKS), `dangers` which turns of phrase say a danger of it (DANGERS).

    The others say what the words around a name make of it; the head of `catalogue.toml` tells how. Words stand in one
    text, parted by spaces; `company` holds pairs (bare word, words around it).
    """

    slug: str
    fr: str
    en: str
    size: Size
    kg: float
    parent: str | None = None
    aliases: tuple[str, ...] = ()
    aliases_en: tuple[str, ...] = ()
    substitutes: tuple[str, ...] = ()
    elsewhere: str | None = None
    accessories: str | None = None
    toy: str | None = None
    for_children: bool = False
    company: tuple[tuple[str, str], ...] = ()
    unless: str = ""
    comprises: str = ""
    makes: str = ""
    makers: str = ""
    unsafe: tuple[Said, ...] = ()
    asks: tuple[str, ...] = ()
    dangers: tuple[str, ...] = ()

    @property
    def handled(self) -> bool:
        """Whether the portal takes such things."""
        return self.elsewhere is None

    @property
    def names(self) -> tuple[str, ...]:
        """Every wording of this item: its French name and aliases, then the English ones."""
        return (self.fr, *self.aliases, self.en, *self.aliases_en)


DANGERS = frozenset({"unfit", "smoking", "none"})
"""*Non conforme* and *fait de la fumée* say a danger of some things alone; of books and clothes nothing does (`none`)."""
ALWAYS_UNSAFE = frozenset({Said.INSULTING, Said.RECALLED, Said.DANGEROUS, Said.INFESTED})


class Catalogue(Mapping[str, Item]):
    """Items by slug, in the file's order, with the tree between them. Immutable once built.

    Raises CatalogueError when the items do not form a catalogue: unknown parent or substitute, cycle, a wording
    that belongs to two items, an item handled below one that is not, a substitute that is narrower anyway.
    """

    __slots__ = ("_ancestors", "_children", "_descendants", "_items", "_named")

    def __init__(self, items: Mapping[str, Item]) -> None:
        self._items = dict(items)
        _check_links(self._items)
        self._ancestors = {slug: _climb(slug, self._items) for slug in self._items}
        self._children: dict[str, tuple[str, ...]] = dict.fromkeys(self._items, ())
        self._descendants: dict[str, tuple[str, ...]] = dict.fromkeys(self._items, ())
        for slug, item in self._items.items():
            if item.parent is not None:
                self._children[item.parent] += (slug,)
            for ancestor in self._ancestors[slug]:
                self._descendants[ancestor] += (slug,)
        _check_tree(self._items, self._ancestors)
        self._named = _index_names(self._items)

    # One is only ever itself: what is built of it is kept under it.
    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def __getitem__(self, slug: str) -> Item:
        return self._items[slug]

    def __contains__(self, slug: object) -> bool:
        return slug in self._items

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def ancestors(self, slug: str) -> tuple[str, ...]:
        """Broader items of `slug`, nearest first, itself left out. KeyError for an unknown slug."""
        return self._ancestors[slug]

    def children(self, slug: str) -> tuple[str, ...]:
        """Items whose parent is `slug`, in the file's order. KeyError for an unknown slug."""
        return self._children[slug]

    def descendants(self, slug: str) -> tuple[str, ...]:
        """Every narrower item of `slug`, itself left out, in the file's order. KeyError for an unknown slug."""
        return self._descendants[slug]

    def is_same_or_narrower(self, slug: str, wanted: str) -> bool:
        """Whether `slug` serves whoever asks for `wanted`, substitutes aside. KeyError when either is unknown."""
        return self[slug] is self[wanted] or wanted in self._ancestors[slug]

    def accessories(self, slug: str) -> str | None:
        """The item of what belongs to `slug`, nearest in the tree; None when the catalogue has none."""
        line = (self._items[each] for each in (slug, *self._ancestors[slug]))
        return next((item.accessories for item in line if item.accessories), None)

    def unsafe(self, slug: str) -> frozenset[Said]:
        """What, said of such a thing, makes it a danger. KeyError for an unknown slug."""
        return ALWAYS_UNSAFE.union(*(self[each].unsafe for each in (slug, *self._ancestors[slug])))

    def dangers(self, slug: str) -> frozenset[str]:
        """Of DANGERS those of such a thing. KeyError for an unknown slug."""
        return frozenset().union(*(self[each].dangers for each in (slug, *self._ancestors[slug])))

    def asks(self, slug: str) -> tuple[str, ...]:
        """What one asks whoever gives such a thing, the nearest in the tree first. KeyError for an unknown slug."""
        line = (slug, *self._ancestors[slug])
        return tuple(dict.fromkeys(code for each in line for code in self[each].asks))

    def named(self, wording: str) -> Item | None:
        """The item that has exactly this name or alias, accents, case and punctuation aside."""
        slug = self._named.get(normalise(wording))
        return None if slug is None else self._items[slug]


def normalise(wording: str) -> str:
    """The wording as compared: casefolded, no accents nor ligatures, words of letters and digits parted by one space."""
    bare = wording.casefold()
    if not bare.isascii():
        folded = unicodedata.normalize("NFKD", bare.translate(_LIGATURES))
        bare = "".join(filterfalse(unicodedata.combining, folded))
    return " ".join(_WORD.findall(bare.replace("_", " ")))


@cache
def load() -> Catalogue:
    """The packaged catalogue, parsed once per process. Raises CatalogueError."""
    return parse(files(__package__).joinpath("catalogue.toml").read_text(encoding="utf-8"))


def parse(text: str) -> Catalogue:
    """A catalogue from the text of a TOML file. Raises CatalogueError naming the entry at fault."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"the catalogue is not valid TOML: {error}") from error
    return Catalogue({slug: _item(slug, table) for slug, table in tables.items()})


def to_jsonable(item: Item, catalogue: Catalogue) -> dict[str, object]:
    """The item as the JSON door prints it; aliases of both languages together, French first; `accessories` are the nearest above it."""
    return {
        "item": item.slug,
        "fr": item.fr,
        "en": item.en,
        "parent": item.parent,
        "aliases": [*item.aliases, *item.aliases_en],
        "size": item.size.value,
        "kg": item.kg,
        "handled": item.handled,
        "substitutes": list(item.substitutes),
        "accessories": catalogue.accessories(item.slug),
    }


def _wording(value: Any) -> str:
    if not isinstance(value, str) or not any(letter.isalnum() for letter in value):
        raise InputError(f"must be a text with letters or digits, got {shown(value)}")
    return value


def _company(value: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict):
        raise InputError(f"must be a table of words, got {shown(value)}")
    for word in value:
        if not word.isalnum():
            raise InputError(f"{word!r} must be one word")
    return tuple((word, at(word, _wording, around)) for word, around in value.items())


def _elsewhere(value: Any) -> str:
    if not isinstance(value, str) or value not in ELSEWHERE:
        raise InputError(f"unknown code {shown(value)}")
    return value


def _question(value: Any) -> str:
    if not isinstance(value, str) or value not in ASKS:
        raise InputError(f"unknown question {shown(value)}")
    return value


def _danger(value: Any) -> str:
    if not isinstance(value, str) or value not in DANGERS:
        raise InputError(f"unknown danger {shown(value)}")
    return value


_READERS: Mapping[str, Reader] = {
    **dict.fromkeys(
        ("fr", "en", "parent", "accessories", "toy", "unless", "comprises", "makes", "makers"), _wording
    ),
    **dict.fromkeys(("aliases", "aliases_en", "substitutes"), entries(_wording)),
    "size": one_of(Size),
    "kg": number(0.001, 100_000),
    "unsafe": entries(one_of(Said)),
    "asks": entries(_question),
    "dangers": entries(_danger),
    "elsewhere": _elsewhere,
    "for_children": flag,
    "company": _company,
}


def _item(slug: str, table: object) -> Item:
    if not _SLUG.fullmatch(slug):
        raise CatalogueError(f"[{slug}]: a slug is lower-case ASCII words joined by hyphens")
    try:
        return Item(slug, **fields(table, _READERS, ("fr", "en", "size", "kg")))
    except InputError as error:
        raise CatalogueError(f"[{slug}]{error.where.replace('.', ' ', 1)}: {error.what}") from None


def _check_links(items: Mapping[str, Item]) -> None:
    for slug, item in items.items():
        if item.parent is not None and item.parent not in items:
            raise CatalogueError(f"[{slug}] parent: no item {item.parent!r}")
        others = {"accessories": (item.accessories,), "toy": (item.toy,), "substitutes": item.substitutes}
        for key, slugs in others.items():
            wrong = [other for other in slugs if other is not None and (other not in items or other == slug)]
            if wrong:
                raise CatalogueError(f"[{slug}] {key}: no other item {wrong[0]!r}")


def _climb(slug: str, items: Mapping[str, Item]) -> tuple[str, ...]:
    path: list[str] = []
    parent = items[slug].parent
    while parent is not None:
        if parent == slug or parent in path:
            raise CatalogueError(f"[{slug}] parent: {parent!r} is its own ancestor")
        path.append(parent)
        parent = items[parent].parent
    return tuple(path)


def _check_tree(items: Mapping[str, Item], ancestors: Mapping[str, tuple[str, ...]]) -> None:
    for slug, item in items.items():
        barred = next((above for above in ancestors[slug] if not items[above].handled), None)
        if item.handled and barred is not None:
            raise CatalogueError(f"[{slug}] parent: {barred!r} above it is not handled")
        for substitute in item.substitutes:
            if slug in ancestors[substitute]:
                raise CatalogueError(
                    f"[{slug}] substitutes: {substitute!r} is narrower, so it serves already"
                )


def _index_names(items: Mapping[str, Item]) -> dict[str, str]:
    named: dict[str, str] = {}
    for slug, item in items.items():
        for wordings in ((item.fr, *item.aliases), (item.en, *item.aliases_en)):
            # A word common to both languages (piano, radio) may stand on both sides of one item, once on each.
            seen: set[str] = set()
            for wording in wordings:
                normal = normalise(wording)
                owner = named.setdefault(normal, slug)
                if owner != slug:
                    raise CatalogueError(f"[{slug}] alias {wording!r}: already belongs to [{owner}]")
                if normal in seen:
                    raise CatalogueError(f"[{slug}] alias {wording!r}: written twice")
                seen.add(normal)
    return named
