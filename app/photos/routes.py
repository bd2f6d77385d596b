"""Photos are sent one by one beside the form, and shown to whom a page shows them.

The address of a photo of a gift is made for whoever looks at the page, and for two days: copied to somebody else it leads nowhere. Where nobody
is signed in, the page was opened by a link, and so may be the photo. Pictures of actions, logos and what is not sent yet need no more than their key.
"""

import re
from io import BytesIO
from typing import Any

import structlog
from flask import Blueprint, Response, abort, current_app, render_template, request, send_file
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import ServiceUnavailable

from app.days import day_of
from app.db import session, transaction
from app.models import Photo
from app.photos import queries, seals
from app.photos.service import (
    KEY,
    MOST_LINES,
    MOST_SLOTS,
    NotKept,
    content,
    find,
    forget_draft,
    keep_uploads,
    read_uploads,
    small,
)
from app.photos.wording import photo_sentence
from app.storage import StorageError
from app.web.access import Who, access, current_account
from app.web.clock import now
from app.web.guard import MEGABYTE, takes_up_to
from app.web.limits import limiter

log = structlog.get_logger("portail")
blueprint = Blueprint("photos", __name__)
blueprint.add_app_template_filter(photo_sentence)

LARGEST_UPLOAD = 120 * MEGABYTE


@blueprint.app_url_defaults
def _seal(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "photos.show" and "key" in values:
        values.setdefault("vu", seals.made(values["key"], _viewer(), day_of(now())))


def _viewer() -> int:
    account = current_account()
    return account.id if account else seals.BY_LINK


@blueprint.get("/photos/<key>")
@access(Who.PUBLIC)
def show(key: str) -> ResponseReturnValue:
    """The photo, for whom its address was made."""
    photo = queries.photo(session(), key) if KEY.fullmatch(key) else None
    if photo is None:
        abort(404)
    if queries.of_a_gift(photo) and not seals.good(
        request.args.get("vu", ""), key, {_viewer(), seals.BY_LINK}, day_of(now())
    ):
        abort(404)
    return _file(key, "private, max-age=86400")


@blueprint.get("/logos/<key>")
@access(Who.PUBLIC)
def logo(key: str) -> ResponseReturnValue:
    """The logo of an association: another one has another key."""
    if not KEY.fullmatch(key) or queries.logo(session(), key) is None:
        abort(404)
    return _file(key, "public, max-age=31536000, immutable")


def _file(key: str, kept: str) -> Response:
    storage = current_app.extensions["photos"]
    session().rollback()  # nothing is held while another machine is asked
    try:
        found = find(storage, key) or abort(404)
        if "petite" in request.args:
            response = Response(small(storage, found.name, found.modified), mimetype="image/jpeg")
        else:
            response = send_file(
                BytesIO(content(storage, found.name)),
                mimetype="image/webp" if found.name.endswith(".webp") else "image/jpeg",
                max_age=86_400,
                last_modified=found.modified,
                etag=f"{found.modified}-{found.bytes}",
            )
    except FileNotFoundError:
        abort(404)
    except StorageError as error:
        log.error("photos.away", why=str(error))
        raise ServiceUnavailable(retry_after=60) from error
    response.headers["Cache-Control"] = kept
    return response


@blueprint.app_template_global()
def logo_of(organisation_id: int) -> Photo | None:
    return queries.logo_of(session(), organisation_id)


@blueprint.post("/offrir/photos")
@access(Who.PUBLIC)
@limiter.limit("1000 per hour")
@takes_up_to(LARGEST_UPLOAD)
def upload() -> ResponseReturnValue:
    """Keep photos for one article of the form; answers with the article's list of photos. Who sends a `key` with a photo may send it again."""
    key, slot, slots = _draft()
    photo_key = request.form.get("key", "")
    if KEY.fullmatch(photo_key) and queries.is_draft(session(), key, photo_key):
        return _list(key, slot, [])  # arrived before the line was cut, unknown to who sent it
    files = request.files.getlist("photos")
    own = photo_key if KEY.fullmatch(photo_key) and queries.photo(session(), photo_key) is None else ""
    session().rollback()
    read = read_uploads(files, current_app.extensions["photos"], own)
    with transaction() as current:
        problems = keep_uploads(current, key, slot, read, now(), slots)
    return _list(key, slot, problems), 422 if problems else 200


@blueprint.post("/offrir/photos/retirer")
@access(Who.PUBLIC)
def take_back() -> ResponseReturnValue:
    """Take one photo back before the form is sent."""
    key, slot, _slots = _draft()
    with transaction() as current:
        forget_draft(current, key, request.form.get("photo", ""), current_app.extensions["photos"])
    return _list(key, slot, [])


def _draft() -> tuple[str, int, int]:
    """Of which form, which article of how many at most: a company's inventory has a line for each."""
    key, slot = request.form.get("submission_key", ""), request.form.get("slot", "")
    if not KEY.fullmatch(key) or not re.fullmatch(r"[0-9]{1,6}", slot):
        abort(400)
    slots = MOST_LINES if queries.is_inventory(session(), key) else MOST_SLOTS
    return (key, int(slot), slots) if int(slot) < slots else abort(400)


def _list(key: str, slot: int, problems: list[NotKept]) -> str:
    photos = queries.drafts(session(), key).get(slot, [])
    return render_template("offers/_photos.html", photos=photos, slot=slot, problems=problems)
