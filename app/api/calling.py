"""Asking another machine over HTTPS, at an address that somebody typed: never one of this machine's own network.

Every address that the name has is looked at, and the connection goes to the one that was: a name that changes meanwhile leads nowhere else.
No redirection is followed, and the whole conversation ends after `SECONDS`.
"""

import http.client
import json
import socket
import ssl
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any
from urllib.parse import urlsplit

SECONDS = 15.0
MOST_READ = 256 * 1024


class ForbiddenAddressError(ValueError):
    """The address leads, or may lead, into a network that is not everybody's."""


class CallFailedError(OSError):
    """Nobody answered, or not in time."""


@dataclass(frozen=True, slots=True)
class Answered:
    status: int
    body: bytes

    @property
    def json(self) -> Any:
        """What the body says; None where it is no JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether everybody may be asked there. An address that carries another one in it (6to4, Teredo, mapped) is nobody's."""
    carries = isinstance(address, IPv6Address) and any(
        (address.ipv4_mapped, address.sixtofour, address.teredo)
    )
    return address.is_global and not (address.is_multicast or address.is_reserved or carries)


def one_of(addresses: Sequence[IPv4Address | IPv6Address], *, loopback: bool) -> str:
    """The address to connect to, of all that a name has. Raises ForbiddenAddressError where any of them is not public."""
    if not all(is_public(each) or (loopback and each.is_loopback) for each in addresses):
        raise ForbiddenAddressError(", ".join(map(str, addresses)))
    return str(addresses[0])


def acceptable(url: str, *, loopback: bool = False) -> bool:
    """Whether the address may be kept: https, with a name, nobody's password and no spaces. Where it leads is looked at when it is asked."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        return False
    secure = parts.scheme == "https" or (loopback and parts.scheme == "http")
    plain = url.isascii() and url.isprintable() and " " not in url and parts.username is None
    return secure and plain and bool(host) and port != 0


def checked(host: str, port: int, *, loopback: bool) -> str:
    """The address to connect to. Raises ForbiddenAddressError as `one_of` does, CallFailedError where the name has none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise CallFailedError(str(error)) from None
    return one_of([ip_address(str(each[4][0]).partition("%")[0]) for each in found], loopback=loopback)


class _Pinned(http.client.HTTPConnection):
    """Connects to an address that was looked at, under the name that was asked for."""

    def __init__(self, host: str, port: int, address: str, context: ssl.SSLContext | None) -> None:
        super().__init__(host, port, timeout=SECONDS)
        self._address, self._context = address, context

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), SECONDS)
        if self._context is not None:
            self.sock = self._context.wrap_socket(self.sock, server_hostname=self.host)


def call(
    method: str,
    url: str,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    *,
    loopback: bool = False,
    seconds: float = SECONDS,
) -> Answered:
    """Raises ForbiddenAddressError, CallFailedError."""
    if not acceptable(url, loopback=loopback):
        raise ForbiddenAddressError(url)
    parts = urlsplit(url)
    secure, host = parts.scheme == "https", parts.hostname or ""
    port = parts.port or (443 if secure else 80)
    address = checked(host, port, loopback=loopback)
    made = _Pinned(host, port, address, ssl.create_default_context() if secure else None)
    # A peer that answers a byte at a time would keep us for hours: each has its own time-out.
    late = threading.Event()
    end = threading.Timer(seconds, _hang_up, [made, late])
    end.start()
    try:
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        made.request(method, path, body or None, dict(headers or {}))
        response = made.getresponse()
        answered = Answered(response.status, response.read(MOST_READ))
    except (OSError, http.client.HTTPException) as error:
        raise CallFailedError(str(error)) from None
    finally:
        end.cancel()
        made.close()
    if late.is_set():
        raise CallFailedError("too late")
    return answered


def _hang_up(made: _Pinned, late: threading.Event) -> None:
    late.set()
    with suppress(OSError, AttributeError):
        made.sock.shutdown(socket.SHUT_RDWR)
