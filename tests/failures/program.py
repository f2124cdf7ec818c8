"""The running program as a phone's modules meet it: real server, real database, real keys, real commands."""

import io
import sys
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from playwright.sync_api import BrowserContext

from intake.cli import main
from intake.envelope.format import Envelope, parse
from intake.services import demo, register
from intake.services.desk import Desk
from intake.services.register import Opened
from intake.store.inbound import reports
from intake.store.inbound.reports import Held
from tests.support.scripted import PhoneInHand
from tests.support.server import Server

# A page of the app without a script of its own, so that the phone a test opens is the only one in the tab.
QUIET = "/field/measures"


@dataclass
class Program:
    """A server with the demo office, to which phones are enrolled and at which staff work."""

    server: Server
    monkeypatch: pytest.MonkeyPatch

    @property
    def url(self) -> str:
        return self.server.url

    def invite(self) -> str:
        """The fragment of a fresh link."""
        return self.server.invite().split("#")[1]

    def phone(self, context: BrowserContext) -> PhoneInHand:
        """A phone that speaks with this server."""
        return PhoneInHand(context, self, QUIET)

    def run(self, *arguments: str, answers: tuple[str, ...] = ()) -> None:
        """A command as an operator types it."""
        settings = self.server.settings
        environment = {
            "INTAKE_DATA": str(settings.data),
            "INTAKE_DATABASE_URL": settings.database_url or "",
            "INTAKE_PORT": str(settings.port),
            "INTAKE_ORIGIN": settings.origin,
            "INTAKE_OFFICE_ORIGIN": settings.office_origin,
            "INTAKE_RECEIPT_KEY": str(settings.receipt_key),
        }
        for name, value in environment.items():
            self.monkeypatch.setenv(name, value)
        self.monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{answer}\n" for answer in answers)))
        assert main(arguments) == 0

    def run_as(self, name: str, *arguments: str) -> None:
        """The same by a member of staff, with both factors."""
        proofs = (self.server.person(name).passphrase, self.server.code(name))
        self.run(*arguments, "--as", name, answers=proofs)

    def held(self, report: str) -> list[Held]:
        """What the public side keeps under this number."""
        with self.server.store() as store, store.inbound(reading=True) as session:
            return reports.of(session, report)

    def envelope(self, report: str) -> Envelope:
        """The one envelope that is kept under this number."""
        [held] = self.held(report)
        with self.server.store() as store, store.inbound(reading=True) as session:
            return parse(reports.sealed(session, report=report, digest=held.digest) or b"")

    def opened(self, report: str) -> Opened:
        """What amina sees when she has fetched what arrived and opens this report."""
        with self.server.store() as store, store.office() as session, store.inbound() as inbound:
            desk, now = self._desk(session), datetime.now(UTC)
            register.pull(session, inbound, desk=desk, now=now)
            return register.open_report(session, desk=desk, report=report, now=now)

    def _desk(self, session) -> Desk:
        return demo.desk(session, person=self.server.person("amina"))
