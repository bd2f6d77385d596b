"""What whoever is written to is called, in the outbox and in links."""

from sqlmodel import Session, select

from app.models import Account, Committee, Donor, Follower, KeptForm

Party = Donor | Committee | Account | KeptForm | Follower
"""Whoever is written to, and bears the links of the letter."""


def party_of(row: Party) -> str:
    """The party's name in the outbox: `donor:3`, `committee:7`, `account:2`."""
    return f"{row.__tablename__}:{row.id}"


def bearer_of(row: Party) -> str:
    """The party's name in its links: `donor:3`, and `donor:3:1` once its address was corrected, so that older ones lead nowhere."""
    corrected = row.corrected if isinstance(row, Donor | KeptForm) else 0
    return f"{party_of(row)}:{corrected}" if corrected else party_of(row)


def is_borne_by(session: Session, bearer: str, row: Party) -> bool:
    """Whether the link of this bearer is this party's, or that of a donor who was merged into it."""
    if bearer == bearer_of(row):
        return True
    if not isinstance(row, Donor):
        return False
    parts = session.exec(select(Donor).where(Donor.merged_into_id == row.id))
    return bearer in map(bearer_of, parts)
