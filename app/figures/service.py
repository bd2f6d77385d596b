"""What people add to the figures: whom a committee equipped, what families are worth."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, delete

from app.figures.measures import Measure, Scale
from app.figures.queries import Fact
from app.figures.wording import source_of_co2
from app.models import Equipped, FamilyValue


def say_equipped(
    session: Session, committee_id: int, month: date, families: int | None, people: int | None
) -> None:
    """What the committee says of this month (its first day); both None where it says nothing any more."""
    row = session.get(Equipped, (committee_id, month)) or Equipped(committee_id=committee_id, month=month)
    row.families, row.people = families, people
    session.add(row)


def set_values(session: Session, cents: Mapping[str, int], now: datetime) -> None:
    """The whole scale: cents a kilogram by family of the catalogue. An empty one switches the estimate off."""
    session.exec(delete(FamilyValue))
    session.add_all(FamilyValue(family=family, cents=each, set_at=now) for family, each in cents.items())


@dataclass(frozen=True, slots=True)
class Impact:
    """What came amounts to `measure`; `source` says in words whose figures of CO₂ those are."""

    measure: Measure
    source: str


def impact(received: Iterable[tuple[str | None, int]]) -> Impact:
    """Of so many pieces of these items, as the reports count it."""
    scale, total = Scale([]), Measure()
    for item, pieces in received:
        total.add(Fact(date.min, 0, None, item, pieces), scale.of(item))
    return Impact(total, source_of_co2())
