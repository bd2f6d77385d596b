"""Acts, each in a transaction of its own at the clock's moment, and the letters that they left."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from flask import Flask
from sqlmodel import col, select

from app.db import transaction
from app.models import OutboxMessage
from tests.conftest import FrozenClock, act


class Acting:
    def __init__(self, app: Flask, clock: FrozenClock) -> None:
        self.app, self.clock = app, clock

    def do(self, work: Callable[..., Any], *values: Any) -> Any:
        return act(self.app, self.clock, work, *values)

    def twice_at_once(self, work: Callable[..., int]) -> int:
        """Two schedulers run the same work at the same moment; the sum of what each says it did."""
        together = Barrier(2)

        def one(_number: int) -> int:
            together.wait()
            return int(self.do(work))

        with ThreadPoolExecutor(2) as pool:
            return sum(pool.map(one, range(2)))

    def letters(self) -> list[str]:
        return [row.message for row in self.rows()]

    def rows(self) -> list[OutboxMessage]:
        with self.app.app_context(), transaction() as session:
            found = list(session.exec(select(OutboxMessage).order_by(col(OutboxMessage.id))))
            session.expunge_all()
        return found

    def row(self, model: type[Any], key: int | None) -> Any:
        with self.app.app_context(), transaction() as session:
            found = session.get_one(model, key)
            session.expunge(found)
        return found
