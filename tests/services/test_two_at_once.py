"""Two people at once, on both databases: one of them is told, and nothing of what the other did is lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest

from intake.domain.case import Case
from intake.domain.problems import Problem
from intake.services import cases, inbox, register
from tests.support.staffed import StaffedOffice

PEOPLE = ("amina", "bruno")


def at(office: StaffedOffice, what: Callable[..., Any], who: str = "bruno", **asked: Any) -> Any:
    """Do something at somebody's desk, in a transaction of its own."""
    with office.store.office() as session:
        return what(session, desk=office.desk(session, who), now=office.clock.now, **asked)


@pytest.fixture
def reports(office: StaffedOffice) -> list[str]:
    """Four reports that wait."""
    phone = office.phone()
    sent = [phone.send() for _ in range(4)]
    with office.store.inbound() as inbound, office.store.office() as session:
        register.pull(session, inbound, desk=office.desk(session, "bruno"), now=office.clock.now)
    return sent


def registered(office: StaffedOffice, report: str, who: str = "bruno") -> Any:
    asked = {"decision": "registered", "reason": "", "note": "", "version": 1}
    return at(office, inbox.decide, who, report=report, **asked)


def every_case(office: StaffedOffice) -> list[Case]:
    with office.store.office(reading=True) as session:
        return cases.every(session, desk=office.desk(session, "bruno"))


def together(works: list[Callable[[], Any]]) -> list[str]:
    """Do all of these at the same time; what came of each: "done", or the number of the refusal."""
    ready = Barrier(len(works))

    def outcome(work: Callable[[], Any]) -> str:
        ready.wait(30)
        try:
            work()
        except Problem as problem:
            return problem.code
        return "done"

    with ThreadPoolExecutor(len(works)) as people:
        return sorted(one.result() for one in [people.submit(outcome, work) for work in works])


def test_of_two_who_take_or_decide_at_once_one_has_done_it(office: StaffedOffice, reports: list[str]) -> None:
    taken, decided = reports[:2]
    takes = [partial(at, office, inbox.take, who, report=taken, version=1) for who in PEOPLE]
    assert together(takes) == ["409.2", "done"]
    assert together([partial(registered, office, decided, who) for who in PEOPLE]) == ["409.2", "done"]
    with office.store.office(reading=True) as session:
        desk = office.desk(session, "bruno")
        assert len(register.find(session, desk=desk, report=taken).holds) == 1
        assert len(register.find(session, desk=desk, report=decided).decisions) == 1
    assert [case.reports for case in every_case(office)] == [(decided,)]


def test_all_that_is_registered_at_once_gets_references_of_its_own(office: StaffedOffice, reports: list[str]) -> None:
    assert together([partial(registered, office, report) for report in reports]) == ["done"] * 4
    assert sorted(case.reference[-4:] for case in every_case(office)) == ["0001", "0002", "0003", "0004"]


def test_of_steps_in_a_case_at_once_one_is_done_and_the_others_are_told(
    office: StaffedOffice, reports: list[str]
) -> None:
    registered(office, reports[0])
    (case,) = every_case(office)
    asked = {"case": case.id, "version": case.version}
    steps = [
        partial(at, office, cases.join, "amina", typed=reports[1], reason="", **asked),
        partial(at, office, cases.act, kind="person_added", part="victim", **asked),
        partial(at, office, cases.act, kind="owned", owner="amina", **asked),
    ]
    assert together(steps) == ["409.4", "409.4", "done"]
    (after,) = every_case(office)
    assert after.events[:-1] == case.events


def test_of_two_cases_that_want_a_report_at_once_one_gets_it(office: StaffedOffice, reports: list[str]) -> None:
    for report in reports[:2]:
        registered(office, report)
    wanted = reports[2]
    steps = [
        partial(at, office, cases.act, case=case.id, kind="joined", version=case.version, report=wanted)
        for case in every_case(office)
    ]
    assert together(steps) == ["422.178", "done"]
    assert sum(wanted in case.reports for case in every_case(office)) == 1
