"""One claim, and what people do in it: each act in a transaction of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from intake.domain.claim import Claim
from intake.domain.claim_standing import CHILD, GUARDIAN, MOTHER
from intake.services import claims
from intake.services.claims import Line, New
from tests.support.staffed import StaffedOffice


def new(kind: str, target: str = "", happened: str = "", known: str = "", **details: str) -> New:
    return New(kind, target, details, happened, known)


NOTIFIED = (new("registered"), new("father_named", "F1", member_state="ZZ"), new("ms_notified", "F1"))
CONSENTED = (
    *NOTIFIED,
    new("dna_needed"),
    new("consented", MOTHER, how="signed"),
    new("consented", GUARDIAN, how="mark"),
)


def custody(whose: str) -> tuple[New, ...]:
    """A sample on its way to the laboratory."""
    kit = f"KIT-{whose}"
    return (
        new("sample_collected", whose, kit=kit, collector="Nurse"),
        new("sample_sealed", kit, seal=f"S-{whose}", who="Nurse"),
        new("sample_handed_over", kit, who="Nurse", to="Courier"),
        new("sample_at_lab", kit, laboratory="Laboratory", seal_whole="yes"),
    )


TESTED = (
    *CONSENTED,
    new("dna_father_requested", "F1"),
    new("consented", "F1", how="signed"),
    *custody(MOTHER),
    *custody(CHILD),
    *custody("F1"),
)


ORDERED = new("support_ordered", **{"from": "2026-09", "amount": "100", "currency": "USD", "by_whom": "court"})


@dataclass
class Claimed:
    """A claim as it was last seen."""

    office: StaffedOffice
    claim: Claim

    @classmethod
    def begin(cls, office: StaffedOffice, by: str = "amina", **wished: str) -> "Claimed":
        with office.store.office() as session:
            desk, now = office.desk(session, by), office.clock.now
            made = claims.begin(session, desk=desk, claimant=MOTHER, wished={"born": "2019", **wished}, now=now)
        office.clock.move(minutes=1)
        return cls(office, made)

    def do(self, what: Callable[..., Any], by: str = "amina", chains: tuple[str, ...] = (), **asked: Any) -> Any:
        with self.office.store.office() as session:
            return what(session, desk=self.office.desk(session, by, *chains), now=self.office.clock.now, **asked)

    def look(self, what: Callable[..., Any], by: str = "amina", **asked: Any) -> Any:
        with self.office.store.office(reading=True) as session:
            given = {"now": self.office.clock.now} if what in (claims.line, claims.of_case) else {}
            return what(session, desk=self.office.desk(session, by), **given, **asked)

    def act(self, *events: New, version: int | None = None, **how: Any) -> Claim:
        asked = {"claim": self.claim.id, "version": self.claim.version if version is None else version}
        self.claim = self.do(claims.act, events=events, **asked, **how)
        self.office.clock.move(minutes=1)
        return self.claim

    def result(self, event: New, found: str, chains: tuple[str, ...] = ("work", "identity")) -> Claim:
        asked = {"claim": self.claim.id, "version": self.claim.version, "event": event, "found": found}
        self.claim = self.do(claims.result, chains=chains, **asked)
        self.office.clock.move(minutes=1)
        return self.claim

    def line(self) -> Line:
        found: Line = self.look(claims.line, claim=self.claim.id)
        return found
