"""The sites that may show a committee's needs in a frame, as people type them, one a line. Pure."""

import re
from urllib.parse import urlsplit

MOST = 10
HOST = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?|localhost", re.ASCII
)
AT_HOME = frozenset({"localhost", "127.0.0.1"})
"""Where somebody tries a site before it is public: there alone without TLS."""


class BadSiteError(ValueError):
    """`line` is none of a site, or empty where there are more than MOST."""

    def __init__(self, line: str = "") -> None:
        super().__init__(line)
        self.line = line


def parse(typed: str) -> list[str]:
    """Origins, each once: « https://www.givors.fr » of « www.givors.fr/agenda ». Raises BadSiteError."""
    found: dict[str, None] = {}
    for line in filter(None, (line.strip() for line in typed.splitlines())):
        found[_origin(line)] = None
    if len(found) > MOST:
        raise BadSiteError
    return list(found)


def _origin(line: str) -> str:
    try:
        parts = urlsplit(line if "://" in line else f"https://{line}")
        host, port = (parts.hostname or "").encode("idna").decode("ascii").lower(), parts.port
    except (ValueError, UnicodeError):
        raise BadSiteError(line) from None
    scheme = "https" if host not in AT_HOME else parts.scheme
    if HOST.fullmatch(host) is None or scheme not in {"http", "https"} or parts.username is not None:
        raise BadSiteError(line)
    return f"{scheme}://{host}{f':{port}' if port else ''}"
