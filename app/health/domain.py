"""What the world's names say of the domain that letters come from: who may send for it (SPF), and what to do with the rest (DMARC).

The signature's key (DKIM) stands under a name that only who signs knows: a letter that arrived tells whether it is good (`docs/mail.md`).
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from app.late import Late

if TYPE_CHECKING:
    from dns import exception, resolver
else:
    exception, resolver = Late("dns.exception"), Late("dns.resolver")

SECONDS = 5
"""How long the world's names are waited for."""
RESERVED = (".example", ".test", ".invalid", ".localhost")


def mail_domain(sender: str, server: tuple[str, int] | None = None) -> Mapping[str, Any]:
    """Of the address of a sender: `spf` and `dmarc`, the records as they stand, or nothing; none of them of a domain that nobody can have.

    `server` is the one that is asked, an address and a port; else those of this machine. `error` where it does not answer.
    """
    domain = sender.rpartition("@")[2]
    if domain.endswith(RESERVED):
        return {}
    try:
        asked = resolver.Resolver(configure=server is None)
        if server is not None:
            asked.nameservers, asked.port = [server[0]], server[1]
        asked.lifetime = SECONDS
        dmarc = _record(asked, f"_dmarc.{domain}", "v=dmarc1")
        # Of a name below another, what that one says holds (RFC 7489, 6.6.3).
        if not dmarc and domain.count(".") > 1:
            dmarc = _record(asked, f"_dmarc.{domain.partition('.')[2]}", "v=dmarc1")
        return {"spf": _record(asked, domain, "v=spf1"), "dmarc": dmarc}
    except exception.DNSException as error:
        return {"error": type(error).__name__}


def _record(asked: "resolver.Resolver", name: str, begins: str) -> str:
    try:
        answer = asked.resolve(name, "TXT")
    except (resolver.NXDOMAIN, resolver.NoAnswer):
        return ""
    found = [b"".join(each.strings).decode("utf-8", "replace") for each in answer]
    return next((each[:500] for each in found if each.lower().startswith(begins)), "")
