"""A real SMTP server that remembers what it took, and misbehaves on demand.

How it treats a message depends on the recipient's name before a dot: `refused.1@…`, `later.1@…`, and so on.
"""

import asyncio
import ssl
import threading
from collections.abc import Awaitable, Callable
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from tests.conftest import PATIENCE

# aiosmtpd finds a handler's methods by the names of SMTP's verbs.
# ruff: noqa: N802

Hook = Callable[[str, str], None]


class Sink:
    """Listens on a free port of 127.0.0.1 in a thread of its own.

    `taken` is what it answered 250 to, in order: (recipient, content). `on` is called at each step with
    (`mail` | `rcpt` | `data` | `taken`, recipient), before the answer is given.
    """

    def __init__(
        self,
        *,
        tls: ssl.SSLContext | None = None,
        starttls: ssl.SSLContext | None = None,
        login: tuple[str, str] | None = None,
        on: Hook | None = None,
        port: int = 0,
        pipelining: bool = False,
    ) -> None:
        self.tls, self.starttls, self.login = tls, starttls, login
        self.on = on or (lambda _step, _to: None)
        self.port, self.pipelining = port, pipelining
        self.taken: list[tuple[str, bytes]] = []
        self.connections = 0
        self.sender_answer = "250 OK"
        self._rcpt: dict[str, int] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = self._wait(self._listen())
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        self._wait(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _wait(self, awaitable: Awaitable[Any]) -> Any:
        async def wait() -> Any:
            return await awaitable

        return asyncio.run_coroutine_threadsafe(wait(), self._loop).result(PATIENCE)

    async def _listen(self) -> asyncio.Server:
        return await self._loop.create_server(self._protocol, "127.0.0.1", self.port, ssl=self.tls)

    async def _close(self) -> None:
        self._server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _protocol(self) -> SMTP:
        self.connections += 1
        options: dict[str, Any] = {"loop": self._loop, "hostname": "sink.example"}
        if self.starttls is not None:
            options |= {"tls_context": self.starttls, "require_starttls": True}
        if self.login is not None:
            options |= {"authenticator": self._authenticate, "auth_required": True, "auth_require_tls": False}
        return SMTP(self, **options)

    def _authenticate(self, _server: Any, _session: Any, _envelope: Any, _kind: str, data: Any) -> Any:
        good = (data.login.decode(), data.password.decode()) == self.login
        return AuthResult(success=good, handled=False)

    async def handle_EHLO(
        self, _server: SMTP, session: Session, _envelope: Envelope, name: str, responses: list[str]
    ) -> list[str]:
        session.host_name = name
        return [responses[0], "250-PIPELINING", *responses[1:]] if self.pipelining else responses

    async def handle_MAIL(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _: object
    ) -> str:
        self.on("mail", "")
        if self.sender_answer.startswith("250"):
            envelope.mail_from = address
        return self.sender_answer

    async def handle_RCPT(
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _: object
    ) -> str:
        self.on("rcpt", address)
        self._rcpt[address] = self._rcpt.get(address, 0) + 1
        match address.partition(".")[0]:
            case "refused":
                return "550 5.1.1 no such user"
            case "forbidden":
                return "554 5.7.1 relaying denied"
            case "later":
                return "451 4.7.1 greylisted"
            case "once" if self._rcpt[address] == 1:
                return "451 4.7.1 greylisted"
            case "leaving":
                return "421 4.3.2 shutting down"
            case "drop":
                self._drop(server)
            case "stall":
                await asyncio.sleep(3600)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        (address,) = envelope.rcpt_tos
        self.on("data", address)
        match address.partition(".")[0]:
            case "spam":
                return "554 5.6.0 we do not like this"
            case "full":
                return "452 4.2.2 mailbox full"
            case "hangup":
                self._drop(server)
                return "451 gone"
        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        self.taken.append((address, content))
        self.on("taken", address)
        return f"250 2.0.0 taken as {len(self.taken)}"

    def _drop(self, server: SMTP) -> None:
        if isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
