"""A committee's appointments as one calendar, which programs come back to.

The address may be forwarded, and programs keep copies: when, what and where, but neither the donor's name nor telephone.
Those are one click further, behind the committee's own door.
"""

from collections.abc import Callable, Iterable

from flask import Response, current_app, request, url_for
from flask.typing import ResponseReturnValue

from app.db import session
from app.handovers import queries
from app.handovers.calendar import CalendarEntry, Organizer, calendar_feed
from app.handovers.entering import blueprint
from app.handovers.meeting import all_of_it
from app.handovers.queries import Scheduled
from app.handovers.slots import Span
from app.models import Committee
from app.models.states import Transport
from app.preferences import queries as preferences
from app.web.access import Who, access
from app.web.links import Purpose
from app.web.opening import claim, links, not_good
from app.web.text import _, speaking
from app.web.words import word
from config import Settings


@blueprint.get("/agenda/<token>.ics")
@access(Who.LINK)
def agenda(token: str) -> ResponseReturnValue:
    """The committee's appointments, and nothing else; 304 while nothing has changed."""
    committee = preferences.agenda_committee(session(), claim(Purpose.AGENDA, token)) or not_good()
    rows = queries.scheduled(session(), committee.id)
    response = Response(
        feed(current_app.extensions["settings"], committee, rows, _gift_address),
        content_type="text/calendar; charset=utf-8",
    )
    response.headers.set("Content-Disposition", "inline", filename="remises.ics")
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Robots-Tag"] = "noindex"
    response.last_modified = queries.last_change(session(), committee.id) or committee.created_at
    response.add_etag()
    return response.make_conditional(request)


def _gift_address(match_id: int) -> str:
    return links().url(url_for("handovers.committee_answer", match_id=match_id))


def feed(
    settings: Settings, committee: Committee, rows: Iterable[Scheduled], address: Callable[[int], str]
) -> str:
    """An iCalendar file in the committee's language. `address` is where a match's number leads."""
    organizer = Organizer(settings.portal_name, settings.mail_sender)
    with speaking(committee.language):
        name = _("Dons : %(committee)s", committee=committee.name)
        appointments = [
            _appointment(organizer, committee, row, address(row.lines[0].match.id)) for row in rows
        ]
    return calendar_feed(name, appointments)


def _appointment(organizer: Organizer, committee: Committee, row: Scheduled, url: str) -> CalendarEntry:
    return CalendarEntry(
        uid=row.handover.uid,
        sequence=row.handover.sequence,
        span=Span(row.starts_at, row.ends_at),
        summary=_("Don : %(thing)s", thing=all_of_it(row.lines, committee.language)),
        place=row.handover.place or _own_place(committee, row),
        description=_(
            "%(transport)s. Coordonnées et changements : %(url)s",
            transport=word(row.handover.transport),
            url=url,
        ),
        now=row.changed_at,
        organizer=organizer,
        url=url,
    )


def _own_place(committee: Committee, row: Scheduled) -> str:
    """Where the committee waits for the donor. Not where the donor lives: that too is behind the committee's door."""
    if row.handover.transport is Transport.COMMITTEE_COLLECTS:
        return ""
    return f"{committee.street}, {committee.postal_code} {committee.commune}".removeprefix(", ")
