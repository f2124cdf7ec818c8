"""An office with one person in each role, and phones that have joined it: real keys, real envelopes, no browser."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pyotp

from intake.envelope import invitations as codes
from intake.envelope.encoding import b64u, unb64u
from intake.envelope.passphrase import Cost
from intake.envelope.sealing import SealingKey, seal_envelope
from intake.envelope.signing import SigningKey, key_id
from intake.services import devices, enrol, receive, setup, signin
from intake.services.desk import Desk
from intake.services.setup import Applicant
from intake.services.staff import Joined
from intake.store import Session, Store
from intake.store.office import staff as accounts

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
CHEAP = Cost(memory=8, passes=1)
PEOPLE = (
    Applicant("amina", ("reviewer", "rights_officer"), ("work", "identity", "sign")),
    Applicant("bruno", ("reviewer",), ("work", "sign")),
    Applicant("cora", ("coordinator",), ("work",)),
    Applicant("dele", ("auditor",), ("work",)),
    Applicant("emil", ("administrator",)),
    Applicant("farah", ("analyst",), ("work",)),
    Applicant("gita", ("case_worker",)),
)
# Those of a second office in the same installation.
OTHER_PEOPLE = (
    Applicant("hanna", ("reviewer", "rights_officer", "auditor", "coordinator"), ("work", "identity", "sign")),
    Applicant("ines", ("reviewer",), ("work", "sign")),
)
ANSWERS: dict[str, Any] = {
    "your_part": "read",
    "private": "yes",
    "who_speaks": "self",
    "may_write": "yes",
    "danger_now": "no",
    "hurt": "yes",
    "when_happened": {"when": "2026-11-21"},
    "care_received": "no",
    "help_safety": "no",
    "help_medical": "yes",
    "helped_before": {"no": "declined"},
    "help_words": {"text": "J’ai besoin d’un médecin.", "language": "fr"},
    "share_inquiry": "later",
    "keep_from": ["family", "commander"],
}
IDENTITY: dict[str, Any] = {"called": {"text": "Zainab", "language": "fr"}}


@dataclass
class Clock:
    """The office's clock, which only a test moves."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> datetime:
        self.now += timedelta(**by)
        return self.now


@dataclass
class Phone:
    """A phone as its envelopes show it."""

    office: "StaffedOffice"
    key: SigningKey = field(default_factory=SigningKey.generate)
    messages: SealingKey = field(default_factory=SealingKey.generate)
    n: int = 0

    @property
    def id(self) -> str:
        return key_id(self.key.public)

    def seal(
        self,
        report: str | None = None,
        *,
        answers: dict[str, Any] | None = None,
        identity: dict[str, Any] | None = None,
        urgent: bool = False,
        key: SigningKey | None = None,
        report_key: bytes | None = None,
        identity_key: bytes | None = None,
        reader: "StaffedOffice | None" = None,
        **members: Any,
    ) -> tuple[str, bytes]:
        """A report's id and its envelope. `members` replace those of the sealed report; `key` signs in its place.

        `reader` is the office it is sealed to, if it is not the phone's own.
        """
        self.n += 1
        report = report or str(uuid4())
        content = {
            "form": "visit",
            "version": 1,
            "language": "fr",
            "officer": "K-7",
            "n": self.n,
            "state": "final",
            "identity": True,
            "about": None,
            "answers": ANSWERS if answers is None else answers,
        }
        opened = (reader or self.office).made.desk.opened
        sealed = seal_envelope(
            report=report,
            made=f"{self.office.clock.now:%Y-%m-%d}",
            urgent=urgent,
            report_json={name: value for name, value in {**content, **members}.items() if value is not ...},
            identity_json={"answers": IDENTITY if identity is None else identity},
            report_key=report_key or opened["work"].chain.current("report").public,
            identity_key=identity_key or opened["identity"].chain.current("identity").public,
            sign_key=key or self.key,
        )
        return report, sealed

    def send(self, report: str | None = None, **changed: Any) -> str:
        """Seal and deliver; the report's id."""
        report, sealed = self.seal(report, **changed)
        with self.office.store.inbound() as inbound:
            receive.receive(inbound, raw=sealed, report=report, now=self.office.clock.now)
        return report


@dataclass
class StaffedOffice:
    """The office, with what its people would have in their heads and on their second factor."""

    store: Store
    clock: Clock
    made: setup.Made
    people: dict[str, Joined]

    @classmethod
    def make(
        cls,
        store: Store,
        clock: Clock | None = None,
        *,
        name: str = "Port Tamarin",
        people: tuple[Applicant, ...] = PEOPLE,
    ) -> "StaffedOffice":
        clock = clock or Clock()
        said = setup.publishing(receipt_key=SigningKey.generate().public, languages=("en", "fr", "ar"))
        with store.inbound() as inbound, store.office() as session:
            made = setup.make_office(  # noqa: S604  `shell` names the phone's files and runs nothing
                session,
                inbound,
                name=name,
                people=people,
                publishing=said,
                shell="none",
                now=clock.now,
                cost=CHEAP,
            )
        return cls(store, clock, made, {person.name: person for person in made.people})

    def phone(self, label: str = "Salt Hill 1", *, proven: bool = True) -> Phone:
        """A phone that used an invitation; with `proven` it knew the secret of the link."""
        found, now = Phone(self), self.clock.now
        with self.store.inbound() as inbound, self.store.office() as session:
            given = devices.invite(session, inbound, desk=self.made.desk, label=label, origin="https://x.test", now=now)
            code, _, secret = given.link.partition("#enrol=")[2].split(".")
            keys = (b64u(found.key.public), b64u(found.messages.public))
            proof = codes.proof(unb64u(secret), code, *keys) if proven else None
            asked = enrol.Request(given.code, label, found.key.public, found.messages.public, proof)
            key = SigningKey.generate()
            enrol.enrol(inbound, request=asked, address="127.0.0.1", secret=bytes(32), key=key, now=now)
        return found

    def code(self, name: str) -> str:
        """A code that was not used before: the clock moves on to the next half minute."""
        return pyotp.TOTP(self.people[name].totp).at(self.clock.move(seconds=30))

    def desk(self, session: Session, name: str, *chains: str) -> Desk:
        """The desk of somebody who holds these keychains, without signing in."""
        account = accounts.get(session, self.people[name].id)
        assert account is not None
        secrets = signin.unlock(account, self.people[name].passphrase)
        assert secrets is not None
        chosen = chains or ("work",)
        return signin.desk_for(session, account=account, secrets=secrets, chains=chosen, session_id="")
