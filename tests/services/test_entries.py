"""What overviews count follows every change, on both databases: help, reports taken back, who is concerned, where."""

from pathlib import Path

import pytest

from intake.domain.overview import from_text
from intake.services import cases, register
from intake.services.find import Finder
from intake.store.index import Entry
from tests.support.care import AGREED, SENT, Care, care_for
from tests.support.staffed import StaffedOffice

NEEDS = {"may_write": "yes", "need_health": "needed", "need_food": "received", "place": "north"}


@pytest.fixture
def finder(office: StaffedOffice, tmp_path: Path) -> Finder:
    return Finder(office.store, tmp_path / "index")


@pytest.fixture
def care(office: StaffedOffice) -> Care:
    return care_for(office, form="needs", answers=NEEDS)


def entry(care: Care, finder: Finder, kind: str = "case", id: str = "") -> Entry:
    with care.office.store.office(reading=True) as session:
        desk = care.office.desk(session, "amina")
    assert finder.wait(desk) is None
    found = finder.index(desk).get(kind, id or care.case.id)
    assert found is not None
    return found


def outcomes(found: Entry) -> dict[str, str]:
    return {one.service: one.outcome for one in from_text(found.needs)}


def pull(office: StaffedOffice) -> None:
    with office.store.inbound() as inbound, office.store.office() as session:
        register.pull(session, inbound, desk=office.desk(session, "amina"), now=office.clock.now)


def test_each_step_of_help_moves_the_need_it_answers(care: Care, finder: Finder) -> None:
    assert outcomes(entry(care, finder)) == {"MED": "untouched", "BASIC": "given"}
    clinic = care.clinic()
    offered = care.offer("MED", clinic.id, checked=True)
    assert outcomes(entry(care, finder))["MED"] == "waiting"
    sent = care.step(care.step(offered, "consented", **AGREED), "sent", provider=clinic.id, checked=True, **SENT)
    assert outcomes(entry(care, finder))["MED"] == "waiting"
    care.step(sent, "service_unavailable", reason="full")
    assert outcomes(entry(care, finder))["MED"] == "unavailable"
    again = care.step(care.offer("LEGAL"), "declined_by_survivor")
    assert again.state == "declined_by_survivor"
    assert outcomes(entry(care, finder)) == {"MED": "unavailable", "BASIC": "given", "LEGAL": "declined"}


def test_a_case_lies_where_its_reports_say_and_concerns_a_child_once_one_is_in_it(care: Care, finder: Finder) -> None:
    assert (entry(care, finder).place, entry(care, finder).children) == ("north", False)
    care.act("person_added", part="child", group="girl")
    assert entry(care, finder).children


@pytest.mark.parametrize("at_once", [True, False])
def test_what_was_asked_in_a_report_that_is_taken_back_counts_no_more(
    care: Care, finder: Finder, at_once: bool
) -> None:
    (report,) = care.case.reports
    if not at_once:
        assert outcomes(entry(care, finder)) != {}
    care.office.phone("Salt Hill 2").send(
        form=..., version=..., answers={}, state="withdrawn", about={"report": report, "as": "withdraws"}
    )
    pull(care.office)
    assert outcomes(entry(care, finder)) == {}
    assert outcomes(entry(care, finder, "arrival", report)) == {}
    # A later change of the case does not bring it back.
    care.act("person_added", part="witness", group="")
    assert outcomes(entry(care, finder)) == {}


def test_a_report_that_joins_brings_its_needs_and_takes_them_away_again(care: Care, finder: Finder) -> None:
    office = care.office
    other = office.phone("Salt Hill 2").send(form="needs", answers={"may_write": "yes", "need_legal": "needed"})
    pull(office)
    assert outcomes(entry(care, finder, "arrival", other)) == {"LEGAL": "untouched"}
    care.act("joined", report=other)
    assert outcomes(entry(care, finder)) == {"MED": "untouched", "BASIC": "given", "LEGAL": "untouched"}
    version, reason = care.case.version, "It is about her sister"
    left, own = care.do(cases.split, case=care.case.id, report=other, reason=reason, version=version)
    assert outcomes(entry(care, finder)) == {"MED": "untouched", "BASIC": "given"}
    assert outcomes(entry(care, finder, "case", own.id)) == {"LEGAL": "untouched"}
    assert left.id == care.case.id
