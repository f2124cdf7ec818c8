"""A real mail server on this machine, which keeps what it is handed; and one whose TLS nobody vouches for."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from intake.config import MailServer

SENDER = "desk@example.org"


@dataclass
class Mailbox:
    """What arrived: the recipients and the exact bytes of each mail. While it is `closed` it takes nothing."""

    port: int = 0
    closed: bool = False
    kept: list[tuple[list[str], bytes]] = field(default_factory=list)

    @property
    def to(self) -> list[str]:
        """Who got mail, in order."""
        return [one for recipients, _ in self.kept for one in recipients]

    @property
    def last(self) -> Message:
        return message_from_bytes(self.kept[-1][1])

    @property
    def server(self) -> MailServer:
        return MailServer("smtp", "127.0.0.1", self.port, "", "", SENDER)


@dataclass
class _Taker:
    """The server's own part: aiosmtpd looks at everything its handler has."""

    box: Mailbox

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        if self.box.closed:
            return "451 not now"
        assert isinstance(envelope.content, bytes)
        self.box.kept.append((list(envelope.rcpt_tos), envelope.content))
        return "250 OK"


def _serve(box: Mailbox, **options: Any) -> Controller:
    controller = _AnyPort(_Taker(box), hostname="127.0.0.1", port=0, **options)
    controller.start()
    assert controller.server is not None
    box.port = controller.server.sockets[0].getsockname()[1]
    return controller


class _AnyPort(Controller):
    """On whichever port is free; the original's own greeting to itself needs to know it beforehand."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox()
    controller = _serve(box)
    yield box
    controller.stop()


@pytest.fixture
def starttls_mailbox(certificate: tuple[Path, Path]) -> Iterator[Mailbox]:
    """One that takes mail only after STARTTLS, with the certificate of `certificate`."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    box = Mailbox()
    controller = _serve(box, tls_context=context, require_starttls=True)
    yield box
    controller.stop()
