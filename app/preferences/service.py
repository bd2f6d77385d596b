"""What people ask for: another day or hour, silence for a while, no digest at all, another calendar address."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, select

from app.models import Account, Committee, Preference
from app.models.preferences import DEFAULT_HOUR, DEFAULT_WEEKDAY
from app.models.states import Language
from app.preferences.queries import DigestPreference, account_party, committee_party
from notifications.types import insert


def choose_digest(session: Session, party: str, wish: DigestPreference, now: datetime) -> None:
    """Keep when this party reads its digest, if at all."""
    row = _held(session, party, now)
    row.digest_weekday, row.digest_hour = wish.weekday, wish.hour
    row.paused_until, row.digests_off, row.around = wish.paused_until, wish.off, wish.around
    row.changed_at = now


def choose_for_account(
    session: Session, account: Account, language: Language, wish: DigestPreference | None, now: datetime
) -> None:
    """The language of this person's letters and screens; `wish` is None for somebody who gets no digest."""
    session.get_one(Account, account.id).language = language
    if wish is not None:
        choose_digest(session, account_party(account.id), wish, now)


def choose_for_committee(
    session: Session, committee_id: int, language: Language, wish: DigestPreference, now: datetime
) -> None:
    """The language of the committee's letters, and its weekly digest."""
    session.get_one(Committee, committee_id).language = language
    choose_digest(session, committee_party(committee_id), wish, now)


def stop_digests(session: Session, party: str, now: datetime) -> None:
    """No digest any more. Saying it twice changes nothing."""
    row = _held(session, party, now)
    row.digests_off, row.changed_at = True, now


def resume_digests(session: Session, party: str, now: datetime) -> None:
    """Digests again, on the day and at the hour chosen before; a pause ends too."""
    row = _held(session, party, now)
    row.digests_off, row.paused_until, row.changed_at = False, None, now


def renew_agenda(session: Session, committee_id: int, now: datetime) -> int:
    """Give the committee's calendar another address; the old one stops at once. Returns the new version."""
    row = _held(session, committee_party(committee_id), now)
    row.agenda_version += 1
    row.changed_at = now
    return row.agenda_version


def _held(session: Session, party: str, now: datetime) -> Preference:
    """The party's row, made if need be, locked until the transaction ends. Two first choices at once make one row."""
    table: sa.Table = Preference.__table__  # type: ignore[attr-defined]
    first = insert(table, session.get_bind().dialect).values(
        party=party,
        digest_weekday=DEFAULT_WEEKDAY,
        digest_hour=DEFAULT_HOUR,
        digests_off=False,
        around=False,
        agenda_version=1,
        changed_at=now,
    )
    session.execute(first.on_conflict_do_nothing(index_elements=[table.c.party]))
    return session.exec(select(Preference).where(Preference.party == party).with_for_update()).one()
