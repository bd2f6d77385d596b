"""What each donor, offer, need and committee is found by: the columns, and the words that each of them gives."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.visitors import iterate
from sqlmodel import SQLModel, col

from app.finding.words import address, dialled, names, phones, words
from app.models import Committee, Consignment, Donor, Need, Offer, OfferedItem, Organisation
from app.models.states import Findable
from matching.items import load

Reader = Callable[[str], Iterable[str]]

MOST_WORDS = 60
"""Words of a description that count."""
ITEM = "="
"""Begins the word of an item: no typed word does."""


def _item(slug: str) -> set[str]:
    item = load().get(slug)
    return {ITEM + slug} if item is None else {ITEM + slug, *words(item.fr), *words(item.en)}


def _described(text: str) -> list[str]:
    return words(text)[:MOST_WORDS]


def _contact(text: str) -> set[str]:
    """Whom to ask for, with a telephone."""
    return names(text) | phones(text)


def _siret(number: str) -> set[str]:
    """With the company's own number, its first nine digits; typed with spaces, it may look like a telephone."""
    return {number, number[:9], dialled(number)} - {""}


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of the `subject` (the column of its number) that `columns` give; `tables` are joined, `only` some count."""

    kind: Findable
    subject: Any
    columns: Mapping[Any, Reader]
    tables: sa.FromClause
    only: tuple[Any, ...] = ()

    def read(self) -> sa.Select[Any]:
        return sa.select(self.subject, *self.columns).select_from(self.tables).where(*self.only)

    def subjects(self) -> sa.Select[Any]:
        return sa.select(self.subject).select_from(self.tables).distinct()

    def watched(self) -> frozenset[tuple[str, str]]:
        """(table, column) of all that its words depend on."""
        said = (self.subject.expression, *(each.expression for each in self.columns), *self.only, self.tables)
        return frozenset(
            (part.table.name, part.key)
            for each in said
            for part in iterate(each)
            if isinstance(part, sa.Column)
        )


def _table(model: type[SQLModel]) -> sa.Table:
    table: sa.Table = model.__table__  # type: ignore[attr-defined]
    return table


_DONOR: Mapping[Any, Reader] = {
    col(Donor.name): names,
    col(Donor.company): names,
    col(Donor.email): address,
    col(Donor.phone): phones,
}
_COMMITTEE: Mapping[Any, Reader] = {
    col(Committee.name): names,
    col(Committee.commune): names,
    col(Committee.postal_code): words,
}
_GIVER: Mapping[Any, Reader] = {
    col(Consignment.company): names,
    col(Consignment.siret): _siret,
    col(Consignment.contact_name): names,
    col(Consignment.contact_phone): phones,
}
_ORGANISATION: Mapping[Any, Reader] = {col(Organisation.name): names}
_OFFER, _NEED = _table(Offer), _table(Need)
_OF_COMMITTEE = _NEED.join(_table(Committee))

PASSAGES = (
    Passage(
        Findable.DONOR,
        col(Donor.id),
        _DONOR,
        _table(Donor),
        (col(Donor.anonymised_at).is_(None), col(Donor.merged_into_id).is_(None)),
    ),
    Passage(
        Findable.DONOR,
        col(Donor.merged_into_id),
        _DONOR,
        _table(Donor),
        (col(Donor.anonymised_at).is_(None), col(Donor.merged_into_id).is_not(None)),
    ),
    Passage(
        Findable.OFFER,
        col(Offer.id),
        {
            col(Offer.reference): words,
            col(Offer.contact_name): names,
            col(Offer.contact_company): names,
            col(Offer.contact_phone): phones,
            col(Offer.commune): names,
            col(Offer.postal_code): words,
            col(Offer.site): names,
            col(Offer.site_contact): _contact,
        },
        _OFFER,
    ),
    Passage(
        Findable.OFFER,
        col(Offer.id),
        _GIVER,
        _OFFER.join(_table(Consignment)),
        (col(Offer.anonymised_at).is_(None), col(Consignment.anonymised_at).is_(None)),
    ),
    Passage(
        Findable.OFFER,
        col(Offer.id),
        _DONOR,
        _OFFER.join(_table(Donor)),
        (col(Offer.anonymised_at).is_(None), col(Donor.anonymised_at).is_(None)),
    ),
    Passage(
        Findable.OFFER,
        col(OfferedItem.offer_id),
        {col(OfferedItem.item): _item, col(OfferedItem.description): _described},
        _table(OfferedItem),
    ),
    Passage(
        Findable.NEED,
        col(Need.id),
        {col(Need.item): _item, col(Need.description): _described},
        _NEED,
    ),
    Passage(Findable.NEED, col(Need.id), _COMMITTEE, _OF_COMMITTEE),
    Passage(Findable.NEED, col(Need.id), _ORGANISATION, _OF_COMMITTEE.join(_table(Organisation))),
    Passage(
        Findable.COMMITTEE,
        col(Committee.id),
        {**_COMMITTEE, col(Committee.email): address, col(Committee.phone): phones},
        _table(Committee),
    ),
    Passage(
        Findable.COMMITTEE,
        col(Committee.id),
        _ORGANISATION,
        _table(Committee).join(_table(Organisation)),
    ),
)
"""A match is found by its offer and its need."""


@lru_cache
def _reads(kind: Findable) -> Sequence[tuple[sa.Select[Any], Sequence[Reader]]]:
    """What to ask for the words of `numbers`, put together once: every offer asks."""
    among: Any = sa.bindparam("numbers", expanding=True)
    return [
        (passage.read().where(passage.subject.in_(among)), list(passage.columns.values()))
        for passage in PASSAGES
        if passage.kind is kind
    ]


def documents(connection: sa.Connection, kind: Findable, numbers: Collection[int]) -> dict[int, set[str]]:
    """The words of each of these subjects; those that have none, or are no more, are absent."""
    found: dict[int, set[str]] = {}
    for query, readers in _reads(kind):
        for number, *values in connection.execute(query, {"numbers": list(numbers)}):
            said = found.setdefault(number, set())
            for reader, value in zip(readers, values, strict=True):
                if value:
                    said.update(reader(value))
    # Who types a letter and more is not asked for the letter.
    return {
        number: {word for word in said if len(word) > 1 or word.isdigit()} for number, said in found.items()
    }
