"""A machine that does to cases whatever people can do, in any order, on the real services over SQLite.

After every step: no report is in two cases or was dropped from all, every case is what its events make, references are
unique, and what was refused changed nothing.
"""

from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from intake.domain.case import Case
from intake.domain.problems import Problem
from intake.services import cases
from tests.support.staffed import StaffedOffice

REASON = "Another woman on another day"
PEOPLE = ("amina", "bruno")

pytestmark = pytest.mark.parametrize("database_settings", ["sqlite"], indirect=True)


class Casework(RuleBasedStateMachine):
    """Two people, a few reports. `known` is what the last look showed, by the id of the case."""

    office: StaffedOffice

    def __init__(self) -> None:
        super().__init__()
        # Every run has reports and cases of its own among those of earlier runs.
        self.reports = [str(uuid4()) for _ in range(4)]
        self.known: dict[str, Case] = {}

    def do(self, who: str, what: Any, **asked: Any) -> bool:
        """Whether it was done; what was refused must have changed nothing."""
        try:
            with self.office.store.office() as session:
                what(session, desk=self.office.desk(session, who), now=self.office.clock.move(seconds=1), **asked)
        except Problem:
            assert self.look() == self.known
            return False
        self.known = self.look()
        return True

    def look(self) -> dict[str, Case]:
        """The cases of this run, whoever may see them, as they are stored."""
        with self.office.store.office(reading=True) as session:
            desks = [self.office.desk(session, who) for who in PEOPLE]
            found = {case.id: case for desk in desks for case in cases.every(session, desk=desk)}
            return {id: case for id, case in found.items() if case.events[0].details["report"] in self.reports}

    def some_case(self, at: int) -> Case:
        return [self.known[id] for id in sorted(self.known)][at % len(self.known)]

    @rule(who=some.sampled_from(PEOPLE), report=some.integers(0, 3))
    def open(self, who: str, report: int) -> None:
        filed = {one for case in self.known.values() for one in case.reports}
        wanted = self.reports[report]
        assert self.do(who, cases.open_case, report=wanted) == (wanted not in filed)

    @precondition(lambda self: self.known)
    @rule(who=some.sampled_from(PEOPLE), at=some.integers(0, 3), report=some.integers(0, 3), late=some.booleans())
    def split(self, who: str, at: int, report: int, late: bool) -> None:
        case = self.some_case(at)
        asked = {"case": case.id, "version": case.version - late, "report": self.reports[report], "reason": REASON}
        done = self.do(who, cases.split, **asked)
        assert not (late and done)

    @precondition(lambda self: self.known)
    @rule(who=some.sampled_from(PEOPLE), at=some.integers(0, 3), other=some.integers(0, 3), late=some.booleans())
    def join(self, who: str, at: int, other: int, late: bool) -> None:
        case, joined = self.some_case(at), self.some_case(other)
        asked = {"case": case.id, "version": case.version - late, "typed": joined.reference, "reason": REASON}
        done = self.do(who, cases.join, **asked)
        assert not done or (not late and not self.known[joined.id].reports)

    @precondition(lambda self: self.known)
    @rule(
        who=some.sampled_from(PEOPLE),
        at=some.integers(0, 3),
        step=some.sampled_from(
            [
                ("owned", {"owner": "amina"}),
                ("owned", {"owner": "nobody"}),
                ("person_added", {"part": "victim"}),
                ("nature", {"category": "other", "natures": []}),
                ("closing_to_named_asked", {"names": ["amina"]}),
                ("closing_to_named_asked", {"names": []}),
                ("closed_to_named", {}),
                ("closed", {"reasons": ["needs_met"]}),
                ("resumed", {}),
            ]
        ),
    )
    def step(self, who: str, at: int, step: tuple[str, dict[str, Any]]) -> None:
        case = self.some_case(at)
        kind, details = step
        done = self.do(who, cases.act, case=case.id, kind=kind, version=case.version, **details)
        assert not done or self.known[case.id].events[-1].kind == kind

    @invariant()
    def no_report_is_in_two_cases_or_lost(self) -> None:
        filed = [report for case in self.known.values() for report in case.reports]
        begun = {event.details["report"] for case in self.known.values() for event in case.events[:1]}
        assert len(filed) == len(set(filed))
        assert set(filed) == begun

    @invariant()
    def every_case_is_what_its_events_make(self) -> None:
        for case in self.known.values():
            assert Case.of(case.id, case.version, case.events) == case
            assert case.version == len(case.events)
        assert len({case.reference for case in self.known.values()}) == len(self.known)


def test_whatever_people_do_with_cases_none_loses_a_report(office: StaffedOffice) -> None:
    class Here(Casework):
        pass

    Here.office = office
    few = settings(
        max_examples=8,
        stateful_step_count=14,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Here, settings=few)  # type: ignore[no-untyped-call]
