"""Donors, their offers, the articles in them and the photos of those."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from app.db import enum_type
from app.models.base import EMAIL, LINE, NAME, PHONE, TEXT, Row, guard_states, instant, json_list, text
from app.models.states import Aside, Condition, Language, OfferState, Size
from app.places.zones import zone_at
from matching.items import load
from notifications.types import Key

EMPTY = {"server_default": sa.text("''")}
MEASURE = 80


class Donor(Row, table=True):
    """A person or a company who offers. No account: one e-mail address, confirmed by a link.

    `corrected` is how often the address was found to be wrong: links made before lead nowhere.
    With `merged_into_id` it is the same person as that one: what it had offered is that one's, and only what came in since under
    its address is its own.
    """

    __tablename__ = "donor"

    id: Key = Field(default=None, primary_key=True)
    name: str = text(NAME)
    email: str = text(EMAIL, unique=True)
    phone: str = text(PHONE)
    company: str = text(NAME)
    language: Language = Field(default=Language.FRENCH, sa_type=enum_type(Language))
    confirmed_at: datetime | None = instant(nullable=True)
    anonymised_at: datetime | None = instant(nullable=True)
    created_at: datetime = instant()
    corrected: int = Field(default=0, sa_column_kwargs={"server_default": sa.text("0")})
    merged_into_id: int | None = Field(default=None, foreign_key="donor.id", index=True)


class Offer(Row, table=True):
    """One visit of a donor.

    `submission_key` comes from the form and makes a second click a second look at the first offer.
    `delivers_km` 0 means that the committee must collect. Times of day are told in words in `availability`.
    `contact_…` is what was typed with this offer: it reaches the donor's row once the address is confirmed, so that
    nobody changes a stranger's name, telephone or language; it stays where a volunteer offers for a person without an address.
    `given_…` is who gave it, from its confirmation on: papers read nothing else, whatever the same address calls itself later.
    `remember_on` is the day on which the donor asked to be written to once more, `remembered_at` when that was done.
    `wished_…` is whose need the donor came from: what they hope for, of which a coordinator is told.
    `consignment_id` is what a company sent it with: then it is what stands at one `site`, with whom to ask for there, and whether there is a
    `dock` and a `lift_truck` (None: not said).
    `floor` (0: on the ground) and `lift` are asked when a committee comes. `reminded_at` is when the donor was asked to confirm, then, once open, whether to go on; each answer clears it.
    """

    __tablename__ = "offer"
    __table_args__ = (
        sa.CheckConstraint("delivers_km BETWEEN 0 AND 20000", name="delivers_km_range"),
        sa.CheckConstraint("available_until >= available_from", name="availability_order"),
        sa.CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude_range"),
        sa.CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude_range"),
        sa.CheckConstraint("floor BETWEEN 0 AND 200", name="floor_range"),
        sa.Index("ix_offer_state_created_at", "state", "created_at"),
    )

    id: Key = Field(default=None, primary_key=True)
    reference: str = text(12, unique=True)
    submission_key: str = text(64, unique=True)
    donor_id: int = Field(foreign_key="donor.id", index=True)
    state: OfferState = Field(default=OfferState.UNCONFIRMED, sa_type=enum_type(OfferState), index=True)
    contact_name: str = text(NAME, sa_column_kwargs=EMPTY)
    contact_phone: str = text(PHONE, sa_column_kwargs=EMPTY)
    contact_company: str = text(NAME, sa_column_kwargs=EMPTY)
    contact_language: Language | None = Field(default=None, sa_type=enum_type(Language), nullable=True)
    given_name: str = text(NAME, sa_column_kwargs=EMPTY)
    given_company: str = text(NAME, sa_column_kwargs=EMPTY)
    street: str = text(LINE)
    floor: int | None = None
    lift: bool | None = None
    postal_code: str = text(10)
    commune: str = text(NAME)
    latitude: float
    longitude: float
    approximate: bool = False
    available_from: date
    available_until: date = Field(index=True)
    availability: str = text(TEXT)
    delivers_km: int = 0
    recorded_by_id: int | None = Field(default=None, foreign_key="account.id")
    wished_committee_id: int | None = Field(default=None, foreign_key="committee.id")
    wished_action_id: int | None = Field(default=None, foreign_key="action.id")
    created_at: datetime = instant(index=True)
    confirmed_at: datetime | None = instant(nullable=True)
    closed_at: datetime | None = instant(nullable=True)
    reminded_at: datetime | None = instant(nullable=True)
    anonymised_at: datetime | None = instant(nullable=True)
    version: int = Field(default=1)
    remember_on: date | None = Field(default=None, index=True)
    remembered_at: datetime | None = instant(nullable=True)
    consignment_id: int | None = Field(default=None, foreign_key="consignment.id", index=True)
    site: str = text(NAME, sa_column_kwargs=EMPTY)
    site_contact: str = text(LINE, sa_column_kwargs=EMPTY)
    dock: bool | None = None
    lift_truck: bool | None = None

    @property
    def on_behalf_of(self) -> str:
        """Who has the gift and no address, with the telephone, where a volunteer's address stands in; else nothing."""
        if self.recorded_by_id is None or self.confirmed_at is None or not self.contact_name:
            return ""
        return ", ".join(part for part in (self.contact_name, self.contact_phone) if part)

    @property
    def zone(self) -> str:
        """Whose clock the donor's place goes by, a zone of the tz database."""
        return zone_at("FR", self.postal_code, self.latitude, self.longitude)


class OfferedItem(Row, table=True):
    """One article of an offer: `item` is a catalogue slug, or None until a person recognises `description`.

    `size` is how big a coordinator found it; None while it is as the catalogue says of the item.
    `measure` is how large it is in the donor's words (*140x190*, *38*), `erased` whether its data are, `dismantled` whether it is taken
    apart already; nothing and None where that was not asked or not answered. `aside` says why it is not offered, though its offer stands; None while it is.
    `unit_value` is what one is worth, in cents, and `unit_grams` what one weighs, as whoever gives it says; None where nothing is said.
    `misses` holds what the last plan said of the needs that came nearest (matching's codes).
    """

    __tablename__ = "offered_item"
    __table_args__ = (
        sa.CheckConstraint("quantity BETWEEN 1 AND 1000000", name="quantity_range"),
        sa.CheckConstraint("unit_value BETWEEN 0 AND 1000000000", name="unit_value_range"),
        sa.CheckConstraint("unit_grams BETWEEN 1 AND 1000000000", name="unit_grams_range"),
        sa.UniqueConstraint("offer_id", "position"),
        # All three, so that what is or was offered is counted without reading the articles.
        sa.Index("ix_offered_item_offer_id_aside_item", "offer_id", "aside", "item"),
    )

    id: Key = Field(default=None, primary_key=True)
    offer_id: int = Field(foreign_key="offer.id", ondelete="CASCADE")
    position: int = 0
    item: str | None = Field(default=None, max_length=80, index=True)
    description: str = text(TEXT)
    quantity: int = 1
    condition: Condition = Field(default=Condition.GOOD, sa_type=enum_type(Condition))
    divisible: bool = True
    size: Size | None = Field(default=None, sa_type=enum_type(Size), nullable=True)
    measure: str = text(MEASURE, sa_column_kwargs=EMPTY)
    erased: bool | None = None
    dismantled: bool | None = None
    unit_value: int | None = None
    unit_grams: int | None = None
    aside: Aside | None = Field(default=None, sa_type=enum_type(Aside), nullable=True)
    misses: list[Any] = json_list()

    @property
    def size_or_usual(self) -> Size | None:
        """Its own, else the catalogue's; None of what is not recognised."""
        return self.size or usual_size(self.item)


def usual_size(slug: str | None) -> Size | None:
    """What the catalogue says of an item."""
    item = load().get(slug) if slug else None
    return item.size if item else None


class Photo(Row, table=True):
    """A photo, kept under `DATA_DIR/photos/<key>.jpg` without its metadata (`.webp` of former days): of an article as it is offered or, with
    `match_id`, as it was received; or, with `action_id`, of an action, with a `caption` for whoever does not see it; or, with `organisation_id`, the logo of an association.

    Uploaded before the offer exists: until then it belongs to the form by `submission_key` and `slot`.
    """

    __tablename__ = "photo"

    id: Key = Field(default=None, primary_key=True)
    key: str = text(64, unique=True)
    submission_key: str = text(64, index=True)
    slot: int = 0
    offered_item_id: int | None = Field(
        default=None, foreign_key="offered_item.id", index=True, ondelete="CASCADE"
    )
    match_id: int | None = Field(default=None, foreign_key="match.id", index=True)
    action_id: int | None = Field(default=None, foreign_key="action.id", index=True)
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", index=True)
    caption: str = text(LINE, sa_column_kwargs=EMPTY)
    width: int
    height: int
    bytes: int
    created_at: datetime = instant(index=True)


# The row counts its changes, so that two people who edit the same offer do not silently undo each other.
Offer.__mapper__.version_id_col = Offer.__table__.c.version  # type: ignore[attr-defined]
guard_states(Offer, OfferState)
