"""Which addresses can be written to: one rule, for the forms that take an address and for the letters that leave."""

import re
from functools import lru_cache

import idna

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
