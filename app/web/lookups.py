"""Notes who looked at which donor: a donor's page, one of their gifts, a list that a search found, all that is held of them."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from flask import Flask, current_app

from app.db import WRITES
from app.models import Lookup
from app.models.states import LookupKind
from app.web.access import signed_in
from app.web.clock import now
from app.web.later import Later
from notifications.types import insert

TABLE = Lookup.__table__  # type: ignore[attr-defined]
Looked = tuple[int, int, LookupKind, datetime]


class LookupLog(Later[Looked]):
    """What one worker showed."""

    def add(self, engine: sa.Engine, counts: Counter[Looked]) -> None:
        # In one order, so that two workers that write the same wait for each other and never both.
        rows = [
            dict(zip(("account_id", "donor_id", "kind", "at"), key, strict=True)) for key in sorted(counts)
        ]
        with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            connection.execute(insert(TABLE, engine.dialect).on_conflict_do_nothing(), rows)


def looked_at(kind: LookupKind, donor_ids: Iterable[int]) -> None:
    """The account that is signed in is shown these donors, by the minute."""
    noted: LookupLog = current_app.extensions["lookups"]
    account, minute = signed_in().id, now().replace(second=0, microsecond=0)
    noted.note(*((account, key, kind, minute) for key in donor_ids))


def init_app(app: Flask) -> None:
    app.extensions["lookups"] = LookupLog(app)
