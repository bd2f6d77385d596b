"""Is the process alive (`/healthz`), and can it serve (`/readyz`)?"""

from datetime import datetime, timedelta
from typing import Any

import structlog
from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from app import migrate
from app.db import db
from app.health import queries
from app.web.access import Who, access
from app.web.clock import now

blueprint = Blueprint("health", __name__)
log = structlog.get_logger("portail")

TICK_LIMIT = timedelta(minutes=10)
"""A scheduler that has run nothing for so long is taken for dead; it ticks every few seconds."""


@blueprint.get("/healthz")
@access(Who.PUBLIC)
def healthz() -> dict[str, str]:
    """The process answers. Touches no database."""
    return {"status": "ok"}


@blueprint.get("/readyz")
@access(Who.PUBLIC)
def readyz() -> ResponseReturnValue:
    """Database, migrations and the scheduler's last tick; 503 unless all three are well."""
    checks: dict[str, Any] = {}
    try:
        checks["database"] = "ok"
        checks["migrations"] = "ok" if migrate.is_current(db.engine) else "behind"
        checks["scheduler"] = _scheduler(queries.last_tick(), now())
    except SQLAlchemyError as error:
        log.error("readyz.database", error=type(error).__name__)
        checks = {"database": "unreachable"}
    ready = all(value == "ok" for value in checks.values())
    return {"status": "ok" if ready else "unavailable", **checks}, 200 if ready else 503


def _scheduler(last: datetime | None, moment: datetime) -> str:
    if last is None:
        return "never ran"
    return "ok" if moment - last <= TICK_LIMIT else "silent"
