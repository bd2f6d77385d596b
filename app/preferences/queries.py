"""Reads about preferences: when a party's digest is due, the address that stops it, the address of a calendar."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from app.days import day_of
from app.models import Account, Committee, Preference
from app.models.preferences import DEFAULT_HOUR, DEFAULT_WEEKDAY
from app.web.links import Claim, Links, Purpose
from notifications.typography import PARIS
from notifications.zones import HOME


@dataclass(frozen=True, slots=True)
class DigestPreference:
    """`weekday` is ISO's (1 is Monday; it counts for weekly digests only), `hour` by the reader's clock, `paused_until` the last silent day."""

    weekday: int = DEFAULT_WEEKDAY
    hour: int = DEFAULT_HOUR
    paused_until: date | None = None
    off: bool = False
    around: bool = False

    def wants(self, now: datetime, zone: str = HOME) -> bool:
        """Whether a digest may be sent at `now`, whatever the day and the hour there."""
        today = day_of(now, zone)
        return not self.off and (self.paused_until is None or today > self.paused_until)


def committee_party(committee_id: int) -> str:
    return f"committee:{committee_id}"


def account_party(account_id: int) -> str:
    return f"account:{account_id}"


def digest_preferences(session: Session, parties: Collection[str]) -> dict[str, DigestPreference]:
    """The preference of every party in `parties`; the defaults for those that never chose. One query."""
    found = session.exec(select(Preference).where(col(Preference.party).in_(list(parties))))
    chosen = {
        row.party: DigestPreference(
            row.digest_weekday, row.digest_hour, row.paused_until, row.digests_off, row.around
        )
        for row in found
    }
    return {party: chosen.get(party, DigestPreference()) for party in parties}


def subscriber(session: Session, claim: Claim) -> Account | Committee | None:
    """Whose digests the one-click address stops; None when the link is for nobody who could have one."""
    if claim.party == committee_party(claim.subject):
        return session.get(Committee, claim.subject)
    if claim.party == account_party(claim.subject):
        return session.get(Account, claim.subject)
    return None


def agenda_version(session: Session, committee_id: int) -> int:
    """Which address of the committee's calendar is good; 1 before it was ever renewed."""
    query = select(Preference.agenda_version).where(Preference.party == committee_party(committee_id))
    return session.exec(query).first() or 1


def agenda_token(links: Links, committee_id: int, version: int, now: datetime) -> str:
    """What the calendar's address ends with. The same through a calendar year: people compare addresses."""
    new_year = now.astimezone(PARIS).replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    return links.token(Purpose.AGENDA, version, committee_party(committee_id), new_year)


def agenda_committee(session: Session, claim: Claim) -> Committee | None:
    """The committee whose calendar this is; None for one that was closed or whose address was renewed."""
    kind, _, number = claim.party.partition(":")
    if kind != "committee" or not re.fullmatch("[0-9]{1,9}", number):
        return None
    committee = session.get(Committee, int(number))
    if committee is None or not committee.active or agenda_version(session, int(number)) != claim.subject:
        return None
    return committee
