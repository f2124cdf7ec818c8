"""Member States of an office in tests: each act in a transaction of its own, as a person with names open."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from intake.domain.matter import Matter, Step
from intake.domain.member_state import MemberState, Name
from intake.domain.verbale import Step as NoteStep
from intake.domain.verbale import Verbale
from intake.services import cases, member_states, proceedings, register, verbales
from tests.support.staffed import Phone, StaffedOffice

CODES = frozenset({"FR", "MA", "ZA", "UY"})


@dataclass
class States:
    """What somebody does about Member States."""

    office: StaffedOffice

    def do(self, what: Callable[..., Any], by: str = "amina", **asked: Any) -> Any:
        with self.office.store.office() as session:
            desk = self.office.desk(session, by, "work", "identity") if by == "amina" else self.office.desk(session, by)
            return what(session, desk=desk, now=self.office.clock.now, **asked)

    def look(self, what: Callable[..., Any], by: str = "amina", **asked: Any) -> Any:
        with self.office.store.office(reading=True) as session:
            return what(session, desk=self.office.desk(session, by), **asked)

    @property
    def today(self) -> date:
        return self.office.clock.now.date()

    def add(self, code: str = "FR", language: str = "fr") -> MemberState:
        return self.do(member_states.add, code=code, language=language, codes=CODES)

    def name_focal_point(self, state: MemberState, name: str = "Colonel Éloi Marchand") -> MemberState:
        given = {"office": "Ministry of Justice", "since": "2026-11-01", "name": Name(name, "e.marchand@example.org")}
        return self.do(member_states.appoint, id=state.id, version=state.version, **given)

    def cases(self, count: int, phone: Phone | None = None) -> list[Any]:
        """So many cases, each around a report of its own."""
        phone = phone or self.office.phone()
        sent = [phone.send() for _ in range(count)]
        with self.office.store.inbound() as inbound, self.office.store.office() as session:
            desk = self.office.desk(session, "amina")
            register.pull(session, inbound, desk=desk, now=self.office.clock.now)
            return [cases.open_case(session, desk=desk, report=one, now=self.office.clock.now) for one in sent]

    def allegations(self, count: int, code: str = "FR", **changed: Any) -> list[Matter]:
        given = {"received": self.today, "urgent": False, "to_be_told": True, **changed}
        return [self.do(proceedings.open_one, code=code, typed=case.reference, **given) for case in self.cases(count)]

    def draft(
        self, matters: list[Matter], code: str = "FR", language: str = "fr", subject: str = "allegations_referred"
    ) -> Verbale:
        given = {"subject": subject, "language": language, "items": [one.id for one in matters]}
        return self.do(verbales.draft, code=code, **given)

    def step(
        self, note: Verbale, kind: str, on: date | None = None, known: date | None = None, **details: Any
    ) -> Verbale:
        version = details.pop("version", note.version)
        said = NoteStep(kind, on or self.today, known or self.today, details=details)
        return self.do(verbales.step, id=note.id, version=version, said=said)

    def move(self, matter: Matter, kind: str, on: date | None = None, **details: Any) -> Matter:
        said = Step(kind, on or self.today, self.today, details=details)
        return self.do(proceedings.step, id=matter.id, version=self.find(matter).version, said=said)

    def find(self, matter: Matter) -> Matter:
        return self.look(proceedings.find, id=matter.id)
