"""Where what `app.health.metrics` counts comes from, if anybody wants to know."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from flask import Flask, Response, g, request
from sqlalchemy.engine.interfaces import ExceptionContext
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from app.db import db
from app.health import queries
from app.late import Late
from config import Settings
from notifications.runs import Figures

if TYPE_CHECKING:
    from app.health import metrics
else:
    metrics = Late("app.health.metrics")

OUTCOMES = {
    "letters_sent": "sent",
    "letters_deferred": "deferred",
    "letters_refused": "refused",
    "letters_taken_again": "taken_again",
}
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own in it
"""Where counting costs no disk, and a full disk does not end a worker that counts."""


def init_app(app: Flask, settings: Settings) -> None:
    if not settings.metrics_token:
        return
    app.after_request(_answered)
    with app.app_context():
        sa.event.listen(db.engine, "handle_error", _failed)


def _answered(response: Response) -> Response:
    now = time.perf_counter()
    metrics.request(request.endpoint, request.method, response.status_code, now - g.get("started", now))
    return response


def _failed(context: ExceptionContext) -> None:
    metrics.database_error(context.original_exception)


@contextmanager
def measured(settings: Settings, name: str) -> Iterator[list[Figures]]:
    """A run of the clock's; what it says that it did is handed in."""
    said: list[Figures] = []
    began, outcome = time.perf_counter(), "failed"
    try:
        yield said
        outcome = "ok"
    finally:
        if settings.metrics_token:
            metrics.job(name, outcome, time.perf_counter() - began)
            for figures in said:
                for figure, letter in OUTCOMES.items():
                    metrics.letters(letter, int(figures.get(figure, 0)))


def told(session: Session, now: datetime) -> bytes:
    """What Prometheus is told; six queries. What was counted is told even while the database is away."""
    up = "Whether the database answers."

    def at_this_moment() -> dict[str, tuple[str, float]]:
        try:
            return {"portail_up": (up, 1.0), **waiting()}
        except SQLAlchemyError:
            session.rollback()
            return {"portail_up": (up, 0.0)}

    def waiting() -> dict[str, tuple[str, float]]:
        mail, last = queries.mail(session, now), queries.last_tick(session)
        oldest = (now - mail.oldest).total_seconds() if mail.oldest else 0.0
        return {
            "portail_outbox_due": ("Letters that are due.", mail.due),
            "portail_outbox_oldest_seconds": ("For how long the oldest of them has been.", oldest),
            "portail_outbox_undelivered": ("Letters given up in seven days.", mail.undelivered),
            "portail_scheduler_last_seconds": (
                "Since when the clock has begun no job; -1 where it never has.",
                (now - last).total_seconds() if last else -1.0,
            ),
        }

    return metrics.text(at_this_moment)


def folder(port: int, uid: int, data: Path) -> Path:
    """Where the processes of one portal count, made and emptied: no process of it may run yet."""
    where = (MEMORY if MEMORY.is_dir() else data) / f"portail-{uid}-{port}"
    where.mkdir(mode=0o700, exist_ok=True)
    found = where.lstat()
    if found.st_uid != uid or where.is_symlink():
        raise PermissionError(f"{where} is somebody else's")
    where.chmod(0o700)
    for left in where.glob("*.db"):
        left.unlink()
    return where
