"""What the pages of a list show of it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import Session, col, select

from app.models import Account, Consignment, Listing
from app.sheets.lines import LineTrouble, SheetLine
from app.sheets.mending import again
from app.sheets.reading import repeated
from app.web.pages import Page, cut

PAGE = 50


class ListPart(StrEnum):
    """Which lines of a list are looked at."""

    WRONG = "a-corriger"
    TAKEN = "comprises"
    UNKNOWN = "inconnues"
    TWICE = "repetees"
    ALREADY = "deja-demandees"
    ABOVE = "au-dessus"
    OUT = "de-cote"


@dataclass(frozen=True, slots=True)
class ListPage:
    """A page of a list's lines. `counts` by part; `twice` names, by number, the first line that says the same."""

    part: ListPart
    page: Page[SheetLine]
    counts: Mapping[ListPart, int]
    twice: Mapping[int, int]
    assumed: int

    @property
    def sound(self) -> bool:
        """Whether it can be recorded."""
        return bool(self.counts[ListPart.TAKEN]) and not self.counts[ListPart.WRONG]


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column that holds something: its number, what stands above it and the first thing in it, of the lines that are taken."""

    at: int
    heading: str
    first: str


def columns(listing: Listing) -> list[ShownColumn]:
    """None of a list whose lines have one cell."""
    taken = {line.number for line in again(listing.lines) if line.passed is None}
    rows = [cells for number, cells, _marked in listing.rows if number in taken]
    above = listing.headings
    found = []
    for at in range(max(map(len, rows), default=0)):
        heading = above[at] if at < len(above) else ""
        first = next((row[at] for row in rows if at < len(row) and row[at]), "")
        if heading or first:
            found.append(ShownColumn(at, heading, first[:40]))
    return found if len(found) > 1 else []


def by_key(session: Session, key: str) -> Listing | None:
    return session.exec(select(Listing).where(Listing.key == key)).first()


def consignment(session: Session, key: str) -> Consignment | None:
    """What a company is about to give, for whoever has its address."""
    return session.exec(select(Consignment).where(Consignment.key == key)).first()


def inventory(session: Session, giver: Consignment) -> Listing | None:
    """The one that the company brought last."""
    query = select(Listing).where(Listing.consignment_id == giver.id).order_by(col(Listing.id).desc())
    return session.exec(query).first()


def of_gifts(session: Session, key: str, account: Account | None) -> Listing | None:
    """A list of what somebody gives, for whoever sent it, and for coordinators: one that nobody signed in for is for whoever has its address."""
    found = by_key(session, key)
    if found is None or found.committee_id is not None:
        return None
    known = account is not None and (account.coordinates_everything or account.id == found.account_id)
    return found if found.account_id is None or known else None


def reading(
    listing: Listing,
    part: ListPart | None,
    page: int,
    already: Collection[str],
    above: Callable[[int | None], bool] | None = None,
) -> ListPage:
    """The lines of a part, first of all those that are wrong. `already` are the items that the committee asks for by now; `above`
    tells of a value in cents whether its giver may not give that."""
    lines = again(listing.lines)
    twice = repeated(lines)
    places: set[str] = set()

    def first_there(line: SheetLine) -> bool:
        """Whether it is not asked about a place that a line before it is asked about."""
        asked_before = line.trouble is LineTrouble.SITE and line.site in places
        places.update({line.site} if line.trouble is LineTrouble.SITE else ())
        return not asked_before

    belongs: Mapping[ListPart, Callable[[SheetLine], bool]] = {
        ListPart.WRONG: lambda line: line.trouble is not None and line.passed is None and first_there(line),
        ListPart.TAKEN: lambda line: line.passed is None,
        ListPart.UNKNOWN: lambda line: line.passed is None and line.item is None,
        ListPart.TWICE: lambda line: line.number in twice,
        ListPart.ALREADY: lambda line: line.passed is None and line.item in already,
        ListPart.ABOVE: lambda line: line.passed is None and above is not None and above(line.value),
        ListPart.OUT: lambda line: line.passed is not None,
    }
    parts: Mapping[ListPart, Sequence[SheetLine]] = {
        each: [line for line in lines if holds(line)] for each, holds in belongs.items()
    }
    shown = part or (ListPart.WRONG if parts[ListPart.WRONG] else ListPart.TAKEN)
    return ListPage(
        shown,
        cut(parts[shown], page, PAGE),
        {each: len(some) for each, some in parts.items()},
        twice,
        sum(line.assumed for line in parts[ListPart.TAKEN]),
    )
