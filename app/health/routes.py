"""Is the process alive (`/healthz`), can it serve (`/readyz`), and how is everything, for an administrator?"""

import hmac
from datetime import datetime
from typing import TYPE_CHECKING, Any

import structlog
from flask import Blueprint, Response, abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from app import revision
from app.db import session, transaction
from app.health import measuring, queries, writing
from app.late import Late
from app.post.bearers import party_of
from app.reuse.queries import last_import
from app.web.access import Who, access, signed_in
from app.web.answers import done
from app.web.clock import now
from app.web.limits import limiter
from app.web.text import _

if TYPE_CHECKING:
    from app import jobs
    from app.health import answers, checks, letters, report, seeing
else:
    answers, jobs, letters = Late("app.health.answers"), Late("app.jobs"), Late("app.health.letters")
    checks, report, seeing = Late("app.health.checks"), Late("app.health.report"), Late("app.health.seeing")

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
    """Database, migrations, a write and the scheduler's last tick; 503 unless all are well."""
    found: dict[str, Any] = {}
    try:
        found["database"] = "ok"
        found["migrations"] = "ok" if revision.serves(session().connection()) else "behind"
        found["scheduler"] = _scheduler(queries.last_tick(session()), now())
        found["write"] = "ok" if writing.possible(current_app) else "failed"
    except SQLAlchemyError as error:
        log.error("readyz.database", error=type(error).__name__)
        found = {"database": "unreachable"}
    ready = all(value == "ok" for value in found.values())
    return {"status": "ok" if ready else "unavailable", **found}, 200 if ready else 503


def _scheduler(last: datetime | None, moment: datetime) -> str:
    if last is None:
        return "never ran"
    return "ok" if queries.ticks(last, moment) else "silent"


@blueprint.get("/metrics")
@access(Who.HOOK)
def metrics() -> Response:
    """For Prometheus, with the token of the settings; without one in the settings there is no such page."""
    token = current_app.extensions["settings"].metrics_token
    if not token:
        abort(404)
    kind, _space, given = request.headers.get("Authorization", "").partition(" ")
    right = hmac.compare_digest(given.strip().encode("utf-8", "replace"), token.encode())
    if kind.lower() != "bearer" or not right:
        return Response("Unauthorized\n", 401, {"WWW-Authenticate": "Bearer"}, content_type="text/plain")
    return Response(measuring.told(session(), now()), content_type="text/plain; version=0.0.4; charset=utf-8")


@blueprint.get("/administration/sante")
@access(Who.ADMINISTRATOR)
def overview() -> str:
    """What is wrong, all that is watched, and each job: last run, how long, how it ended, the next."""
    moment, current = now(), session()
    seen = seeing.see(current, current_app.extensions["settings"], jobs.TABLE, moment)
    found = checks.findings(seen)
    return render_template(
        "health/overview.html",
        seen=seen,
        found=found,
        wrong=[each for each in found if each.state is answers.Health.WRONG],
        doubtful=[each for each in found if each.state is answers.Health.WARNING],
        version=seeing.version(),
        places=last_import(current),
        tried=queries.last_trial(current, party_of(signed_in())),
        ago=report.ago,
        exact=report.exact,
        lasted=report.lasted,
    )


@blueprint.post("/administration/sante/essai")
@access(Who.ADMINISTRATOR)
@limiter.limit("6 per hour")
def try_mail() -> ResponseReturnValue:
    """Write a letter to whoever asks, by the way of all letters."""
    account = signed_in()
    with transaction() as current:
        letters.try_mail(current, current_app.extensions["desk"], account, now())
    return done(
        _("Un e-mail d'essai part vers %(email)s. Rechargez cette page dans un instant : elle dira ce qu'il est devenu.",
          email=account.email),
        url_for("health.overview", _anchor="essai"),
    )  # fmt: skip
