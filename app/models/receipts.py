"""What an association needs to draw up a tax receipt. The portal prepares, and issues nothing."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from app.db import enum_type
from app.models.base import LINE, NAME, TEXT, Row, guard_states, instant, json_list, text
from app.models.states import ReceiptState
from notifications.types import Key

LEGAL_FORM = 60


class Receipt(Row, table=True):
    """A donor asks an association for a receipt of one trip that brought something, at the donor's own valuation.

    `lines` are [match, what it is called, pieces, cents a piece] as they were when it was asked for, `cents` their sum. A company has a
    `company`, a `siret` and a `legal_form`. `number` counts from 1 within an association and a `year`, that of the gift: it is given once, when the
    receipt is prepared, and stays with it, refused or not. `note` says why it was refused.
    """

    __tablename__ = "receipt"
    __table_args__ = (
        sa.UniqueConstraint("organisation_id", "year", "number"),
        sa.CheckConstraint("number >= 1", name="number_range"),
        sa.CheckConstraint("cents >= 0", name="cents_range"),
        sa.Index("ix_receipt_state_asked_at", "state", "asked_at"),
    )

    id: Key = Field(default=None, primary_key=True)
    handover_id: int = Field(foreign_key="handover.id", unique=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    offer_id: int = Field(foreign_key="offer.id", index=True)
    state: ReceiptState = Field(default=ReceiptState.ASKED, sa_type=enum_type(ReceiptState))
    company: str = text(NAME)
    siret: str = text(14)
    legal_form: str = text(LEGAL_FORM)
    name: str = text(NAME)
    street: str = text(LINE)
    postal_code: str = text(10)
    commune: str = text(NAME)
    given_on: date
    lines: list[Any] = json_list()
    cents: int = Field(default=0, sa_type=sa.BigInteger)
    year: int
    number: int | None = None
    note: str = text(TEXT)
    asked_at: datetime = instant()
    prepared_at: datetime | None = instant(nullable=True)
    settled_at: datetime | None = instant(nullable=True)


guard_states(Receipt, ReceiptState)
