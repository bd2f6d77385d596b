"""Ports of 127.0.0.1 that nothing else on the machine takes before the test listens on them."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def reserved_port() -> Iterator[int]:
    """A port kept for whoever asks for it by number with SO_REUSEADDR, as servers do, until the end of the block.

    A port that was free a moment ago may meanwhile serve another test's connection. This one stays bound, without listening:
    the system gives it to nobody who asks for any port, and a server of ours still binds and listens on it (Linux, socket(7)).
    """
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        yield int(held.getsockname()[1])
