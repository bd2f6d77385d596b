"""What a visitor's line asks for: a thing, a place, a name."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.catalogue.queries import alternatives, recognise, recognised
from app.places import Place, alike, located
from app.places.outlines import departments
from app.web.text import _, of
from app.web.words import item_name
from matching.items import normalise

MOST_OTHERS = 5
ROOM = frozenset(
    {
        "ordinateur",
        "ordinateurs",
        "numerique",
        "informatique",
        "internet",
        "imprimer",
        "wifi",
        "demarches",
        "cybercafe",
    }
)
"""Words, plainly written, of whoever looks for a computer to sit at and not for one to give."""
DISTRICT = "arrondissement"


@dataclass(frozen=True, slots=True)
class SearchLine:
    """`words` are those that name no place, `item` what they are taken for. `others` are places of the same name, `mistyped` one that
    a word may mean. `near`: no commune has the code that was typed, `place` lies near it; `unknown` a code that is of nowhere. `town` is the name where all its districts are meant.
    """

    typed: str = ""
    words: str = ""
    item: str | None = None
    place: Place | None = None
    department: str = ""
    others: Sequence[Place] = ()
    near: bool = False
    unknown: str = ""
    mistyped: Place | None = None
    town: str = ""

    @property
    def located(self) -> bool:
        return bool(self.place or self.department)

    @property
    def understood(self) -> str:
        """« Canapé, près de Vénissieux (69200) »; "" where nothing of the line was."""
        thing = item_name(self.item) if self.item else ""
        where = ""
        if self.place is not None:
            where = (
                _(
                    "près %(of_commune)s (%(code)s)",
                    of_commune=of(self.place.commune),
                    code=self.place.postal_code,
                )
                if not self.town
                else _("près %(of_commune)s", of_commune=of(self.town))
            )
        elif self.department:
            where = f"{departments()[self.department].name} ({self.department})"
        return ", ".join(filter(None, (thing, where))).strip()

    @property
    def may_mean(self) -> list[str]:
        """Items that words which nobody recognises may name."""
        return [] if self.item or not self.words else alternatives(self.words)


def names_room(line: SearchLine) -> bool:
    """Whether the line may look for a public computer room."""
    return not ROOM.isdisjoint(normalise(line.words).split())


def read(typed: str) -> SearchLine:
    if not typed:
        return SearchLine()
    found = located(typed, lambda words: recognise(words).item)
    item = recognised(found.rest) if found.rest else None
    place = found.places[0] if found.places else None
    others = [each for each in found.places if place and each.department != place.department]
    towns = {
        each.commune.rpartition(" ")[0].rpartition(" ")[0]
        for each in found.places
        if DISTRICT in each.commune
    }
    town = towns.pop() if len(towns) == 1 and len(found.places) > 1 and not others else ""
    mistyped = None
    if not (place or found.department or found.unknown):
        last = found.rest.split()[-1]
        # « canapé marron » is a colour; « canapé Venisieux » wants to be a place.
        mistyped = alike(last) if item is None or last[:1].isupper() else None
    return SearchLine(
        typed=typed,
        words=found.rest,
        item=item,
        place=place,
        department=found.department,
        others=others[:MOST_OTHERS],
        near=found.near,
        unknown=found.unknown,
        mistyped=mistyped,
        town=town,
    )
