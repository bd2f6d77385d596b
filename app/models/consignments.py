"""What a company or an institution gives at once, from one or several sites."""

from datetime import datetime
from typing import Any

from sqlmodel import Field

from app.db import enum_type
from app.models.base import EMAIL, NAME, PHONE, Row, instant, json_list, text
from app.models.states import GiverKind, Language
from notifications.types import Key


class Consignment(Row, table=True):
    """Who gives, and from where: asked step by step, kept under `key` that nobody guesses, then sent as one offer for each site.

    `sites` are plain values until it is sent (`app.consignments.sites`); then their offers bear them, and the list is empty. `siret` is fourteen
    digits, or nothing. `donor_id` is known once it is sent. What is not sent is forgotten.
    """

    __tablename__ = "consignment"

    id: Key = Field(default=None, primary_key=True)
    key: str = text(64, unique=True)
    donor_id: int | None = Field(default=None, foreign_key="donor.id", index=True)
    kind: GiverKind = Field(default=GiverKind.COMPANY, sa_type=enum_type(GiverKind))
    company: str = text(NAME)
    siret: str = text(14)
    contact_name: str = text(NAME)
    contact_function: str = text(NAME)
    contact_email: str = text(EMAIL)
    contact_phone: str = text(PHONE)
    language: Language = Field(default=Language.FRENCH, sa_type=enum_type(Language))
    sites: list[Any] = json_list()
    started_at: datetime = instant(index=True)
    sent_at: datetime | None = instant(nullable=True)
    anonymised_at: datetime | None = instant(nullable=True)
    version: int = Field(default=1)


# Two who fill it in at a time do not undo each other.
Consignment.__mapper__.version_id_col = Consignment.__table__.c.version  # type: ignore[attr-defined]
