"""What people taught the portal: the words they gave a thing, and what it is not to learn from."""

from datetime import datetime
from typing import Any

from sqlmodel import Field

from app.models.base import LINE, Row, instant, json_list, json_object, text
from notifications.types import Key


class Alias(Row, table=True):
    """A wording that a coordinator said means an item. `key` is the wording as compared (`matching.items.normalise`).

    `applied` lists what waited and was recognised by it: ["article", id] or ["need", id]. A removed alias stays,
    so that it can be put back.
    """

    __tablename__ = "alias"

    id: Key = Field(default=None, primary_key=True)
    key: str = text(LINE, unique=True)
    wording: str = text(LINE)
    item: str = Field(max_length=80, index=True)
    from_item_id: int | None = Field(default=None, foreign_key="offered_item.id", ondelete="SET NULL")
    from_need_id: int | None = Field(default=None, foreign_key="need.id", ondelete="SET NULL")
    taught_by_id: int | None = Field(default=None, foreign_key="account.id")
    taught_at: datetime = instant(index=True)
    removed_at: datetime | None = instant(nullable=True)
    applied: list[Any] = json_list()


class ChancesVersion(Row, table=True):
    """How likely pairings are to end in a handover, as the portal's own outcomes taught it; the latest one counts where it is useful.

    `chances` are those of `matching.types.Chances`; `brier` is their error on later outcomes, `base_brier` that of saying the same of all.
    """

    __tablename__ = "chances_version"

    id: Key = Field(default=None, primary_key=True)
    version: str = text(64)
    chances: dict[str, Any] = json_object()
    brier: float = 0.0
    base_brier: float = 0.0
    created_at: datetime = instant(index=True)

    @property
    def useful(self) -> bool:
        """Whether it told later outcomes better than their mean did: only then do plans use it."""
        return self.brier < self.base_brier


class Unlearned(Row, table=True):
    """A refusal that teaches nothing: somebody removed the lesson that came from it."""

    __tablename__ = "unlearned"

    decision_id: int = Field(primary_key=True, foreign_key="decision.id")
    account_id: int | None = Field(default=None, foreign_key="account.id")
    at: datetime = instant()
