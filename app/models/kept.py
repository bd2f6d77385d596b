"""A form that was not sent, kept for who asked for the link to it."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from app.db import enum_type
from app.models.base import EMAIL, Row, instant, json_object, text
from app.models.states import Language
from notifications.types import Key


class KeptForm(Row, table=True):
    """What a donor had typed of a gift when asking for a link to go on elsewhere.

    `typed` are the form's fields by name as they were sent, nothing once the gift was; its photos wait under `submission_key`. `letters` is
    how many left, the last of them for `email` at `written_at`; `corrected` how often the address was another: links made before lead nowhere.
    """

    __tablename__ = "kept_form"

    id: Key = Field(default=None, primary_key=True)
    submission_key: str = text(64, unique=True)
    email: str = text(EMAIL, index=True)
    language: Language = Field(default=Language.FRENCH, sa_type=enum_type(Language))
    typed: dict[str, Any] = json_object()
    kept_at: datetime = instant(index=True)
    written_at: datetime | None = instant(nullable=True)
    letters: int = Field(default=0, sa_column_kwargs={"server_default": sa.text("0")})
    corrected: int = Field(default=0, sa_column_kwargs={"server_default": sa.text("0")})

    @property
    def name(self) -> str:
        """Nobody is called anything here: whoever types an address may type any name."""
        return ""
