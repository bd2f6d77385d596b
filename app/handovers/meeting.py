"""Where both sides meet and whom, and the appointment as each side's calendar shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from app.handovers.calendar import CalendarEntry, Organizer
from app.handovers.slots import Span
from app.joining import meeting_zone
from app.models import Committee, Donor, Handover, Match, Offer, OfferedItem
from app.models.states import Language, Side, Transport
from app.web.text import _, speaking, time_range
from app.web.words import counted, word
from notifications.zones import HOME, local


class Carried(Protocol):
    """So many of it change hands."""

    @property
    def match(self) -> Match: ...
    @property
    def item(self) -> OfferedItem: ...


class Parties(Protocol):
    """What both the sides of a letter and a page's case hold."""

    @property
    def lines(self) -> Sequence[Carried]: ...
    @property
    def offer(self) -> Offer: ...
    @property
    def donor(self) -> Donor: ...
    @property
    def committee(self) -> Committee: ...


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to meet, and how to reach them."""

    name: str
    phone: str
    email: str

    def __str__(self) -> str:
        return ", ".join(part for part in (self.name, self.phone, self.email) if part)


def giver(parties: Parties) -> Contact:
    """Whom the committee meets: where a volunteer's address stands in, the person who has the article all the same."""
    offer, donor = parties.offer, parties.donor
    return Contact(offer.contact_name or donor.name, offer.contact_phone or donor.phone, donor.email)


def whom_to_meet(parties: Parties, side: Side) -> Contact:
    """The other side."""
    committee = parties.committee
    return Contact(committee.name, committee.phone, committee.email) if side is Side.DONOR else giver(parties)


def meeting_place(parties: Parties, handover: Handover) -> str:
    """Where they meet: the place that the committee wrote; else at the donor's, or where the committee is."""
    collects = handover.transport is Transport.COMMITTEE_COLLECTS
    where: Offer | Committee = parties.offer if collects else parties.committee
    town = f"{where.postal_code} {where.commune}".strip()
    written = handover.place or ", ".join(part for part in (where.street, town) if part)
    up = _stairs(parties.offer) if collects and not handover.place else ""
    return f"{written} ({up})" if up else written


def _stairs(offer: Offer) -> str:
    """What whoever carries must know; nothing of the ground floor."""
    if not offer.floor:
        return ""
    if offer.lift is None:
        return _("étage %(floor)s", floor=offer.floor)
    words = _("étage %(floor)s, avec ascenseur") if offer.lift else _("étage %(floor)s, sans ascenseur")
    return words % {"floor": offer.floor}


def has_address(handover: Handover, offer: Offer, committee: Committee) -> bool:
    """Whether whoever makes the trip can find the other one."""
    collects = handover.transport is Transport.COMMITTEE_COLLECTS
    return bool(handover.place or (offer.street if collects else committee.street))


class Stretch(Protocol):
    """Two moments: of an appointment, or of a time that was proposed."""

    @property
    def starts_at(self) -> datetime | None: ...
    @property
    def ends_at(self) -> datetime | None: ...


def meeting_time(
    when: Stretch, transport: Transport, offer: Offer, committee: Committee, reader: str = HOME
) -> str:
    """« mardi 24 novembre, de 14 h à 16 h » by the clock where they meet, named to a `reader` who lives by another."""
    if when.starts_at is None or when.ends_at is None:
        return ""
    return time_range(when.starts_at, when.ends_at, meeting_zone(transport, offer, committee), reader)


def meeting_day(handover: Handover, offer: Offer, committee: Committee, now: datetime) -> date:
    """The day of the appointment where they meet; today there once it is off."""
    return local(handover.starts_at or now, meeting_zone(handover.transport, offer, committee)).date()


def place_for_donor(parties: Parties, handover: Handover) -> str:
    """The same for what a forwarded link shows: donors know where they live, others need not."""
    at_home = handover.transport is Transport.COMMITTEE_COLLECTS and not handover.place
    return "" if at_home else meeting_place(parties, handover)


def all_of_it(articles: Sequence[Carried], language: Language) -> str:
    """« 2 × Chaise, Table »."""
    return ", ".join(counted(each.item, each.match.quantity, language) for each in articles)


def calendar_entry(
    organizer: Organizer,
    parties: Parties,
    handover: Handover,
    side: Side,
    now: datetime,
    span: Span | None = None,
) -> CalendarEntry:
    """The appointment as a calendar shows it to one side.

    At `span` if given: an appointment that was taken off the handover already. Without any, only to cancel it by its UID.
    """
    reader: Donor | Committee = parties.donor if side is Side.DONOR else parties.committee
    other = whom_to_meet(parties, side)
    with speaking(reader.language):
        summary = _("Don : %(thing)s", thing=all_of_it(parties.lines, reader.language))
        description = _(
            "%(transport)s. Contact : %(who)s",
            transport=word(handover.transport),
            who=", ".join(part for part in (other.name, other.phone) if part),
        )
        where = place_for_donor if side is Side.DONOR else meeting_place
        place = where(parties, handover)
    return CalendarEntry(
        uid=handover.uid,
        sequence=handover.sequence,
        span=span or Span.of(handover.starts_at, handover.ends_at),
        summary=summary,
        place=place,
        description=description,
        now=now,
        organizer=organizer,
    )
