"""Inbox: who has a report, what is decided about it, and what that does to a case."""

from collections.abc import Callable
from typing import Any

import pytest

from intake.domain.arrival import Arrival
from intake.domain.case import Case
from intake.domain.problems import Problem
from intake.services import audit, cases, inbox, offer, records, register
from tests.support.staffed import ANSWERS, Phone, StaffedOffice

REASON = "It waits for the rest of it"

# Two people at once are in `test_two_at_once.py`, on both databases.
pytestmark = pytest.mark.parametrize("database_settings", ["sqlite"], indirect=True)


@pytest.fixture
def phone(office: StaffedOffice) -> Phone:
    return office.phone()


def at(office: StaffedOffice, what: Callable[..., Any], who: str = "bruno", **asked: Any) -> Any:
    """Do something at somebody's desk, in a transaction of its own."""
    with office.store.office() as session:
        return what(session, desk=office.desk(session, who), now=office.clock.now, **asked)


def arrived(office: StaffedOffice, phone: Phone, **sent: Any) -> str:
    report = phone.send(**sent)
    pull(office)
    return report


def pull(office: StaffedOffice) -> None:
    with office.store.inbound() as inbound, office.store.office() as session:
        register.pull(session, inbound, desk=office.desk(session, "bruno"), now=office.clock.now)


def known(office: StaffedOffice, report: str) -> Arrival:
    with office.store.office(reading=True) as session:
        return register.find(session, desk=office.desk(session, "bruno"), report=report)


def holder(office: StaffedOffice, report: str) -> str:
    held = known(office, report).holder(office.clock.now, 24)
    return held.name if held else ""


def opened(office: StaffedOffice, report: str, name: str = "bruno", take: bool = True) -> register.Opened:
    found: register.Opened = at(office, register.open_report, name, report=report, take=take)
    return found


def decided(office: StaffedOffice, report: str, decision: str, name: str = "bruno", **more: Any) -> Arrival:
    asked = {"reason": "", "note": "", "version": known(office, report).version, **more}
    found: Arrival = at(office, inbox.decide, name, report=report, decision=decision, **asked)
    return found


def case_of(office: StaffedOffice, report: str) -> Case | None:
    with office.store.office(reading=True) as session:
        return cases.of_report(session, desk=office.desk(session, "bruno"), report=report)


def acts(office: StaffedOffice, report: str) -> list[tuple[str, str]]:
    with office.store.office(reading=True) as session:
        lines = audit.read(session, desk=office.made.desk)
        return [(line.act, line.name) for line in lines if line.about == report and line.act != "arrived"]


# who has it


def test_whoever_opens_it_first_and_may_decide_has_it(office: StaffedOffice, phone: Phone) -> None:
    report = arrived(office, phone)
    assert opened(office, report, take=False).holder is None, "a case worker reads and does not decide"
    held = opened(office, report).holder
    assert held is not None
    assert held.name == "bruno"
    seen = opened(office, report, "amina")
    assert seen.holder is not None
    assert seen.holder.name == "bruno"


def test_two_who_open_it_see_each_other(office: StaffedOffice, phone: Phone) -> None:
    report = arrived(office, phone)
    assert opened(office, report).also == ()
    assert [each.by for each in opened(office, report, "amina").also] == ["bruno"]
    assert [each.by for each in opened(office, report).also] == ["amina"]
    office.clock.move(hours=1)
    assert opened(office, report).also == ()


def test_that_others_read_it_makes_no_decision_stale(office: StaffedOffice, phone: Phone) -> None:
    report = arrived(office, phone)
    seen = opened(office, report).arrival.version
    for _ in range(3):
        opened(office, report, "amina")
    assert decided(office, report, "registered", version=seen).settled


def test_it_can_be_taken_and_handed_over_on_record(office: StaffedOffice, phone: Phone) -> None:
    report = arrived(office, phone)
    version = opened(office, report).arrival.version
    taken = at(office, inbox.take, "amina", report=report, version=version)
    assert holder(office, report) == "amina"
    at(office, inbox.hand_over, "amina", report=report, name="bruno", version=taken.version)
    assert holder(office, report) == "bruno"
    assert acts(office, report) == [("opened", "bruno"), ("took", "amina"), ("handed_over", "amina")]


def test_only_who_has_it_hands_it_over_and_only_to_somebody_at_work(office: StaffedOffice, phone: Phone) -> None:
    report = arrived(office, phone)
    version = opened(office, report).arrival.version
    with pytest.raises(Problem, match=r"409\.5"):
        at(office, inbox.hand_over, "amina", report=report, name="amina", version=version)
    with pytest.raises(Problem, match=r"422\.91"):
        at(office, inbox.hand_over, report=report, name="nobody", version=version)
    with pytest.raises(Problem, match=r"422\.185"):
        at(office, inbox.hand_over, report=report, name="", version=version)


def test_what_a_colleague_has_is_decided_only_after_taking_it(office: StaffedOffice, phone: Phone) -> None:
    report = arrived(office, phone)
    opened(office, report)
    with pytest.raises(Problem, match=r"409\.5"):
        decided(office, report, "registered", "amina")
    at(office, inbox.take, "amina", report=report, version=known(office, report).version)
    assert decided(office, report, "registered", "amina").settled
    assert holder(office, report) == ""


def test_it_lapses_after_the_hours_the_office_has_set(office: StaffedOffice, phone: Phone) -> None:
    report = arrived(office, phone)
    at(office, offer.edit, changes={"settings": {"hold_hours": 2}})
    opened(office, report)
    office.clock.move(hours=2)
    assert decided(office, report, "registered", "amina").settled


def test_taking_from_an_older_state_gives_it_to_nobody(office: StaffedOffice, phone: Phone) -> None:
    report = arrived(office, phone)
    version = opened(office, report).arrival.version
    at(office, inbox.take, "amina", report=report, version=version)
    with pytest.raises(Problem, match=r"409\.2"):
        at(office, inbox.take, report=report, version=version)
    assert holder(office, report) == "amina"


# deciding


def test_registering_makes_a_case_in_the_same_transaction(office: StaffedOffice, phone: Phone) -> None:
    report = arrived(office, phone, answers={**ANSWERS, "under_18": "yes"})
    found = decided(office, report, "registered")
    case = case_of(office, report)
    assert case is not None
    assert (found.decision and found.decision.case, case.owner, case.category) == (case.id, "bruno", "sexual_abuse")


def test_a_decision_that_fails_leaves_no_case(office: StaffedOffice, phone: Phone) -> None:
    report = arrived(office, phone)
    with pytest.raises(Problem, match=r"409\.2"):
        decided(office, report, "registered", version=7)
    phone.send(report, answers={**ANSWERS, "hurt": "no"})
    pull(office)
    with pytest.raises(Problem, match=r"422\.182"):
        decided(office, report, "registered")
    assert case_of(office, report) is None
    assert acts(office, report) == []


def test_a_report_is_joined_to_the_case_its_reference_means(office: StaffedOffice, phone: Phone) -> None:
    first, second = arrived(office, phone), arrived(office, phone)
    decided(office, first, "registered")
    case = case_of(office, first)
    assert case is not None
    with pytest.raises(Problem, match=r"422\.183"):
        decided(office, second, "joined", case="2026-0009")
    decided(office, second, "joined", case=case.reference.lower())
    joined = case_of(office, second)
    assert joined is not None
    assert joined.reports == (first, second)


def test_what_is_set_apart_or_not_for_us_is_in_no_case(office: StaffedOffice, phone: Phone) -> None:
    with pytest.raises(Problem, match=r"422\.21"):
        decided(office, arrived(office, phone), "set_apart", reason=REASON)
    report = arrived(office, phone, state="unfinished")
    decided(office, report, "set_apart", reason=REASON)
    assert case_of(office, report) is None
    decided(office, report, "registered")
    with pytest.raises(Problem, match=r"422\.179"):
        decided(office, report, "not_for_us", reason=REASON)


def test_a_version_that_comes_later_is_decided_within_the_same_case(office: StaffedOffice, phone: Phone) -> None:
    report = arrived(office, phone)
    decided(office, report, "registered")
    phone.send(report, answers={**ANSWERS, "hurt": "no"})
    pull(office)
    assert not known(office, report).settled
    case = case_of(office, report)
    assert case is not None
    with pytest.raises(Problem, match=r"422\.178"):
        decided(office, report, "registered", counts=known(office, report).copies[1].digest)
    decided(office, report, "joined", case=case.reference, counts=known(office, report).copies[1].digest)
    assert opened(office, report).copy == known(office, report).copies[1]
    assert case_of(office, report) == case


@pytest.mark.parametrize("relation", ["adds_to", "corrects", "withdraws"])
def test_the_case_of_the_report_it_points_at_is_proposed(office: StaffedOffice, phone: Phone, relation: str) -> None:
    first = arrived(office, phone)
    second = arrived(office, phone, about={"report": first, "as": relation})

    def proposed() -> Case | None:
        with office.store.office(reading=True) as session:
            desk = office.desk(session, "amina")
            return inbox.proposed_case(session, desk=desk, arrival=known(office, second))

    assert proposed() is None
    decided(office, first, "registered")
    assert proposed() == case_of(office, first)
    close_to_bruno(office, first)
    assert proposed() is None


def close_to_bruno(office: StaffedOffice, report: str) -> None:
    """Close the case of a report to one person; another agrees."""
    case = case_of(office, report)
    assert case is not None
    asked = {"case": case.id, "kind": "closing_to_named_asked", "version": case.version, "names": ["bruno"]}
    at(office, cases.act, **asked)
    at(office, cases.act, "amina", case=case.id, kind="closed_to_named", version=case.version + 1)


def test_the_reports_of_a_case_closed_to_named_colleagues_open_to_nobody_else(
    office: StaffedOffice, phone: Phone
) -> None:
    report = arrived(office, phone)
    decided(office, report, "registered")
    close_to_bruno(office, report)
    assert opened(office, report).report is not None
    version = known(office, report).version
    with office.store.office() as session:
        seen: dict[str, Any] = {"desk": office.desk(session, "amina", "work", "identity"), "now": office.clock.now}
        with pytest.raises(Problem, match=r"403\.12"):
            register.open_report(session, report=report, **seen)
        with pytest.raises(Problem, match=r"403\.12"):
            register.open_identity(session, report=report, reason=REASON, **seen)
        with pytest.raises(Problem, match=r"403\.12"):
            inbox.take(session, report=report, version=version, **seen)


# records of before


def test_what_an_older_record_did_not_remember_is_read_from_the_envelope(office: StaffedOffice, phone: Phone) -> None:
    report = arrived(office, phone, answers={**ANSWERS, "danger_now": "yes", "age_band": "6_11"}, urgent=True)
    with office.store.office() as session:
        desk = office.desk(session, "bruno")
        kept = records.get(session, desk=desk, kind="arrival", id=report)
        assert kept is not None
        copies = [{**copy, "facts": _older(copy["facts"])} for copy in kept.content["copies"]]
        older = {"shape": 1, "copies": copies, "opened": None, "decisions": []}
        records.put(
            session, desk=desk, kind="arrival", id=report, content=older, seen=kept.version, now=office.clock.now
        )
    facts = known(office, report).facts
    assert facts is not None
    assert (facts.danger, facts.children, facts.category) == (True, True, "sexual_abuse")
    assert {"danger", "children"} <= set(opened(office, report).row.marks)


def _older(facts: dict[str, Any]) -> dict[str, Any]:
    new = ("danger", "children", "category", "place", "births")
    return {name: value for name, value in facts.items() if name not in new}
