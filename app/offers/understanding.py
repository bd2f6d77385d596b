"""What the portal takes an article for, from the donor's words and, where they chose, from their choice."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.catalogue.queries import SURE_ENOUGH, alternatives, recognise, said_of
from app.dangers import danger
from app.models.offers import usual_size
from app.models.states import Condition, Size
from app.web.clock import now
from matching.items import Item, load
from matching.said import Said
from matching.stated import belied

if TYPE_CHECKING:
    from matching.recognition import ThingNamed

OTHER = "autre"
"""The choice "none of these": a person will look."""
MOST_OPTIONS = 5
MEASURES = ("clothes_size", "shoe_size", "bed_size", "dimensions")


@dataclass(frozen=True, slots=True)
class Understanding:
    """`item` is a slug or None; `options` are the slugs worth offering instead, `item` first if there is one.

    `quantity` and `size` (*140x190*, *taille 38*, *7 kg*) are what the words say. `elsewhere` is the code of where to go with what the portal does not take.
    `things` are those that the words name, where they name several; `item` is then the first that the portal takes. `said` is the worst that the words say of its state, `danger` what
    makes a danger of it; `wish` and `gone` say that it is looked for, or has found its taker.
    """

    item: str | None
    options: tuple[str, ...]
    quantity: int | None
    size: str | None
    elsewhere: str | None
    things: "Sequence[ThingNamed]" = ()
    said: Said | None = None
    danger: Said | None = None
    wish: bool = False
    gone: bool = False

    @property
    def taken(self) -> "Sequence[ThingNamed]":
        """Of several things, those that the portal may take."""
        return [each for each in self.things if each.item is None or load()[each.item].handled]

    @property
    def refused(self) -> tuple[str, ...]:
        """Of several things, the items that the portal does not take."""
        items = [each.item for each in self.things if each.item is not None]
        return tuple(slug for slug in items if not load()[slug].handled)

    @property
    def large(self) -> bool:
        """Whether two people have to come for it: where it is, and how one gets there, is asked."""
        usual = usual_size(self.item)
        return self.elsewhere is None and usual is not None and usual.rank >= Size.LARGE.rank

    @property
    def asks(self) -> tuple[str, ...]:
        """What is asked of it beside its words: one measure at most, and none that the words give."""
        codes = load().asks(self.item) if self.item and not self.elsewhere else ()
        measure = next(
            (code for code in codes if code in MEASURES and (self.large or code != "dimensions")), None
        )
        return tuple(
            code
            for code in codes
            if (code == measure and not self.size)
            or code == "erased"
            or (code == "dismantled" and self.large)
        )

    @property
    def doubtful(self) -> bool:
        """Whether something of it is asked about."""
        return bool(self.elsewhere or self.said or self.danger or self.wish or self.gone)


NOTHING = Understanding(item=None, options=(), quantity=None, size=None, elsewhere=None)
"""Of an article without words."""


def understand(words: str, chosen: str = "", chosen_for: str = "") -> Understanding:
    """`chosen` counts only if it was chosen for these very words."""
    if not words and not chosen:
        return NOTHING
    known = load()
    read = recognise(words)
    guessed = read.item if read.item is not None and read.confidence >= SURE_ENOUGH else None
    things = read.things if len(read.things) > 1 else ()
    if guessed is not None and not known[guessed].handled:
        guessed = next((each.item for each in things if each.item and known[each.item].handled), guessed)
    options = dict.fromkeys(slug for slug in (read.item, *(slug for slug, _ in read.alternatives)) if slug)
    if guessed is None:
        options |= dict.fromkeys(alternatives(words, MOST_OPTIONS))
    item = guessed
    if chosen and chosen_for == words and chosen != guessed:
        # Who says that a gas bottle is something else is read by a person.
        other = chosen == OTHER or (guessed is not None and not known[guessed].handled)
        item = None if other else chosen if chosen in known else guessed
    if item is not None and item not in options:
        options = dict.fromkeys((item, *options))
    return Understanding(
        item=item,
        options=tuple(options),
        quantity=None if things else read.quantity,
        size=read.size_text,
        elsewhere=_elsewhere(known[item]) if item else None,
        things=things,
        said=belied(Condition.NEW, said_of(words, item)),
        danger=danger(words, item, now().date()),
        wish=read.wish,
        gone=read.gone,
    )


def _elsewhere(item: Item) -> str | None:
    return None if item.handled else item.elsewhere
