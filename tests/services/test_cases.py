"""Cases: opened around a report, joined and split, never written over, never two for one report."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from intake.domain.case import Case
from intake.domain.problems import Problem
from intake.services import cases
from intake.store import Session
from tests.support.staffed import StaffedOffice

REASON = "Another woman on another day"


@pytest.fixture
def as_bruno(office: StaffedOffice) -> Callable[..., Any]:
    """Do something at Bruno's desk, in a transaction of its own."""

    def do(what: Callable[..., Any], name: str = "bruno", **asked: Any) -> Any:
        with office.store.office() as session:
            return what(session, desk=office.desk(session, name), now=office.clock.now, **asked)

    return do


@pytest.fixture
def case(as_bruno: Callable[..., Case]) -> Case:
    return as_bruno(cases.open_case, report=str(uuid4()))


def test_a_case_has_the_reference_that_follows_the_last_one(as_bruno: Callable[..., Case]) -> None:
    numbers = [as_bruno(cases.open_case, report=str(uuid4())).reference.rsplit("-", 2)[1:] for _ in range(3)]
    assert numbers == [["2026", "0001"], ["2026", "0002"], ["2026", "0003"]]


def test_a_report_is_in_one_case_at_most(as_bruno: Callable[..., Case], case: Case) -> None:
    with pytest.raises(Problem, match=r"422\.178"):
        as_bruno(cases.open_case, report=case.reports[0])
    other = as_bruno(cases.open_case, report=str(uuid4()))
    with pytest.raises(Problem, match=r"422\.178"):
        as_bruno(cases.act, case=other.id, kind="joined", version=other.version, report=case.reports[0])


def test_a_report_that_was_split_off_can_be_joined_elsewhere(as_bruno: Callable[..., Case], case: Case) -> None:
    report = str(uuid4())
    joined = as_bruno(cases.act, case=case.id, kind="joined", version=case.version, report=report)
    apart = as_bruno(cases.act, case=case.id, kind="split", version=joined.version, report=report, reason=REASON)
    assert apart.reports == case.reports
    assert as_bruno(cases.open_case, report=report).reports == (report,)


def test_a_step_from_an_older_state_overwrites_nothing(as_bruno: Callable[..., Case], case: Case) -> None:
    as_bruno(cases.act, case=case.id, kind="owned", version=case.version, owner="amina")
    with pytest.raises(Problem, match=r"409\.4"):
        as_bruno(cases.act, case=case.id, kind="owned", version=case.version, owner="bruno")


def test_a_case_is_closed_to_named_colleagues_by_two_people(
    office: StaffedOffice, as_bruno: Callable[..., Any], case: Case
) -> None:
    asked = as_bruno(cases.act, case=case.id, kind="closing_to_named_asked", version=case.version, names=["bruno"])
    with pytest.raises(Problem, match=r"422\.176"):
        as_bruno(cases.act, case=case.id, kind="closed_to_named", version=asked.version)
    as_bruno(cases.act, name="amina", case=case.id, kind="closed_to_named", version=asked.version)
    with office.store.office(reading=True) as session:
        assert cases.find(session, desk=office.desk(session, "bruno"), case=case.id).named == ("bruno",)
        with pytest.raises(Problem, match=r"403\.12"):
            cases.find(session, desk=office.desk(session, "amina"), case=case.id)


def every_reference(session: Session, office: StaffedOffice, name: str) -> list[str]:
    return [case.reference for case in cases.every(session, desk=office.desk(session, name))]


def test_the_list_leaves_out_what_is_closed_to_others(
    office: StaffedOffice, as_bruno: Callable[..., Case], case: Case
) -> None:
    asked = as_bruno(cases.act, case=case.id, kind="closing_to_named_asked", version=case.version, names=["bruno"])
    as_bruno(cases.act, name="amina", case=case.id, kind="closed_to_named", version=asked.version)
    with office.store.office(reading=True) as session:
        assert every_reference(session, office, "amina") == []
        assert every_reference(session, office, "bruno") == [case.reference]
