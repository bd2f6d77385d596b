"""Reads about preferences: when a party's digest is due, and the address that stops it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from app.letters import paths
from app.letters.desk import desk
from app.models import Preference
from app.models.preferences import DEFAULT_HOUR, DEFAULT_WEEKDAY
from app.web.links import Purpose

PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, slots=True)
class DigestPreference:
    """`weekday` is ISO's (1 is Monday; it counts for weekly digests only), `hour` of Europe/Paris, `paused_until` the last silent day."""

    weekday: int = DEFAULT_WEEKDAY
    hour: int = DEFAULT_HOUR
    paused_until: date | None = None
    off: bool = False

    def wants(self, now: datetime) -> bool:
        """Whether a digest may be sent at `now`, whatever the day and the hour."""
        today = now.astimezone(PARIS).date()
        return not self.off and (self.paused_until is None or today > self.paused_until)


def digest_preferences(session: Session, parties: Collection[str]) -> dict[str, DigestPreference]:
    """The preference of every party in `parties`; the defaults for those that never chose. One query."""
    found = session.exec(select(Preference).where(col(Preference.party).in_(list(parties))))
    chosen = {
        row.party: DigestPreference(row.digest_weekday, row.digest_hour, row.paused_until, row.digests_off)
        for row in found
    }
    return {party: chosen.get(party, DigestPreference()) for party in parties}


def unsubscribe_url(session: Session, party: str, now: datetime) -> str:
    """The one-click address (RFC 8058) that stops this party's digests: for `List-Unsubscribe` and the digest's foot."""
    links = desk(session).links
    number = int(party.partition(":")[2])
    return links.url(paths.unsubscribe(links.token(Purpose.UNSUBSCRIBE, number, party, now)))
