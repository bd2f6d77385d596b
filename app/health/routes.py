"""Is the process alive (`/healthz`), can it serve (`/readyz`), and how is everything, for an administrator?"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import structlog
from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from app import revision
from app.db import db, session
from app.health import queries
from app.late import Late
from app.reuse.queries import last_import
from app.web.access import Who, access
from app.web.clock import now
from notifications import runs

if TYPE_CHECKING:
    from app import jobs
    from app.health import report
else:
    jobs, report = Late("app.jobs"), Late("app.health.report")

blueprint = Blueprint("health", __name__)
log = structlog.get_logger("portail")


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
        checks["migrations"] = "ok" if revision.is_current(db.engine) else "behind"
        checks["scheduler"] = _scheduler(queries.last_tick(), now())
    except SQLAlchemyError as error:
        log.error("readyz.database", error=type(error).__name__)
        checks = {"database": "unreachable"}
    ready = all(value == "ok" for value in checks.values())
    return {"status": "ok" if ready else "unavailable", **checks}, 200 if ready else 503


def _scheduler(last: datetime | None, moment: datetime) -> str:
    if last is None:
        return "never ran"
    return "ok" if moment - last <= queries.SILENT else "silent"


@blueprint.get("/administration/sante")
@access(Who.ADMINISTRATOR)
def overview() -> str:
    """What is wrong, the mail in figures, and each job: last run, how long, how it ended, the next."""
    moment, current = now(), session()
    standing = report.JobStanding(
        migrations=revision.is_current(db.engine),
        last_tick=queries.last_tick(),
        mail=queries.mail(current, moment),
        lines=report.lines(
            jobs.TABLE,
            current_app.extensions["settings"],
            runs.latest(current),
            queries.last_failures(current),
            moment,
        ),
        now=moment,
    )
    return render_template(
        "health/overview.html",
        standing=standing,
        places=last_import(current),
        backup_dir=current_app.extensions["settings"].backup_dir,
        ago=report.ago,
        exact=report.exact,
        lasted=report.lasted,
    )
