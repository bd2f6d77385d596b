"""Which addresses can be written to: one rule, for the forms that take an address and for the letters that leave; and the
marks on those that a mail server refused for good. No function here commits."""

import re
from datetime import datetime
from functools import lru_cache
from typing import Any

import idna
import sqlalchemy as sa
from sqlmodel import Session, col, select

from notifications.models import RefusedAddress
from notifications.plain import one_line
from notifications.types import insert

REASON_LENGTH = 500

_SIGN = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]"
_LOCAL_PART = re.compile(rf"{_SIGN}+(\.{_SIGN}+)*")


class UnsendableError(ValueError):
    """What was to be sent cannot be. `address` tells whether the recipient's address is the reason."""

    def __init__(self, reason: str, *, address: bool = False) -> None:
        super().__init__(reason)
        self.address = address


@lru_cache(maxsize=1024)
def ascii_address(address: str) -> str:
    """The address as SMTP without SMTPUTF8 carries it: the domain in its ASCII form. Raises UnsendableError."""
    local, at, domain = address.rpartition("@")
    if not at or not _LOCAL_PART.fullmatch(local) or len(local) > 64:
        raise UnsendableError("Cette adresse ne peut pas être transmise à un serveur de mail.", address=True)
    return f"{local}@{_ascii_domain(domain)}"


def out_of_place(address: str) -> str:
    """The signs before the @ that keep this address from being written to, each once; none if that is not the reason."""
    return "".join(dict.fromkeys(re.sub(rf"{_SIGN}|\.", "", address.rpartition("@")[0])))


@lru_cache(maxsize=1024)
def _ascii_domain(domain: str) -> str:
    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError) as error:
        raise UnsendableError("Le domaine de cette adresse n'existe pas.", address=True) from error


def refuse_address(session: Session, email: str, reason: str, now: datetime) -> None:
    """Mark an address as refused for good; the first reason is kept."""
    values = {"email": email.strip().lower(), "reason": one_line(reason, REASON_LENGTH), "at": now}
    mark = insert(RefusedAddress, session.get_bind().dialect).values(**values)
    session.execute(mark.on_conflict_do_nothing(index_elements=["email"]))


def forgive_address(session: Session, email: str) -> bool:
    """Take the mark off an address, because somebody says that it works; False when it had none."""
    statement = sa.delete(RefusedAddress).where(col(RefusedAddress.email) == email.strip().lower())
    result: Any = session.execute(statement, execution_options={"synchronize_session": False})
    return int(result.rowcount) == 1


def refused(session: Session, email: str) -> RefusedAddress | None:
    """The mark on an address, if it has one."""
    return session.exec(select(RefusedAddress).where(RefusedAddress.email == email.strip().lower())).first()
