"""A form that could not be taken is offered once more, with all that was typed.

Only to the portal's own pages: what another site posted is never one click away from being sent.
"""

from dataclasses import dataclass

from flask import current_app, request
from werkzeug.exceptions import HTTPException

from app.web.access import Who, current_account, declared

OPEN = {Who.PUBLIC, Who.LINK, Who.DEVELOPMENT}


@dataclass(frozen=True, slots=True)
class Again:
    """What was posted where. `files`: there were files, which a page cannot hand back."""

    action: str
    fields: tuple[tuple[str, str], ...]
    files: bool
    signed_out: bool


def typed_again() -> Again | None:
    """The form of this request, or None where there is nothing to hand back or it came from elsewhere."""
    if request.method != "POST" or not _ours():
        return None
    try:
        posted, files = list(request.form.items(multi=True)), any(request.files.values())
    except HTTPException:  # larger than is read
        return None
    fields = tuple((name, value) for name, value in posted if name != "csrf_token")
    if not fields or any("password" in name.lower() for name, _value in fields):
        return None
    who = declared(current_app, request.endpoint) if request.endpoint else None
    signed_out = who not in OPEN and current_account() is None
    return Again(request.full_path.rstrip("?"), fields, files, signed_out)


def _ours() -> bool:
    origin = request.headers.get("Origin")
    if origin is not None:
        return origin == request.host_url.rstrip("/")
    return request.headers.get("Sec-Fetch-Site") == "same-origin"
