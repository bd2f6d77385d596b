"""What whoever is written to is called, in the outbox and in links."""

from app.models import Account, Committee, Donor

Party = Donor | Committee | Account
"""Whoever is written to, and bears the links of the letter."""


def party_of(row: Party) -> str:
    """The party's name in the outbox: `donor:3`, `committee:7`, `account:2`."""
    return f"{row.__tablename__}:{row.id}"


def bearer_of(row: Party) -> str:
    """The party's name in its links: `donor:3`, and `donor:3:1` once its address was corrected, so that older ones lead nowhere."""
    corrected = row.corrected if isinstance(row, Donor) else 0
    return f"{party_of(row)}:{corrected}" if corrected else party_of(row)
