"""Links between reports: proposed by what lists remember, by names only inside a step-up, never past a closed case."""

from typing import Any

import pytest

from intake.domain.problems import Problem
from intake.services import audit, cases, likeness, namesakes, records, register
from intake.services.likeness import Link
from tests.support.staffed import ANSWERS, IDENTITY, StaffedOffice

REASON = "To see whether it is the same woman"
PLACED = {**ANSWERS, "place": "north-1"}

pytestmark = pytest.mark.parametrize("database_settings", ["sqlite"], indirect=True)


def pull(office: StaffedOffice) -> None:
    with office.store.inbound() as inbound, office.store.office() as session:
        register.pull(session, inbound, desk=office.desk(session, "amina"), now=office.clock.now)


def links(office: StaffedOffice, report: str, who: str = "amina") -> list[Link]:
    with office.store.office(reading=True) as session:
        return likeness.links(session, desk=office.desk(session, who), reports=[report])


def with_names(office: StaffedOffice, report: str, reason: str = REASON, *chains: str) -> list[Link]:
    with office.store.office() as session:
        desk = office.desk(session, "amina", *(chains or ("work", "identity")))
        asked: dict[str, Any] = {"reports": [report], "about": report, "reason": reason, "now": office.clock.now}
        found = likeness.links_with_names(session, desk=desk, **asked)
        assert found.left == 0
        return found.links


def pair(office: StaffedOffice, **second: Any) -> tuple[str, str]:
    """Two reports from two phones."""
    one, other = office.phone(), office.phone("Salt Hill 2")
    sent = one.send(version=2, answers=PLACED), other.send(version=2, answers=PLACED, **second)
    pull(office)
    return sent


def test_what_agrees_is_proposed_with_its_keys_and_its_case(office: StaffedOffice) -> None:
    first, second = pair(office)
    assert links(office, first) == [Link(second, ("place_and_week",), None)]
    with office.store.office() as session:
        case = cases.open_case(session, desk=office.desk(session, "amina"), report=second, now=office.clock.now)
    assert links(office, first) == [Link(second, ("place_and_week",), case)]
    assert len(case.reports) == 1, "and nothing was joined"


def test_what_lies_in_a_case_closed_to_others_is_not_proposed(office: StaffedOffice) -> None:
    first, second = pair(office)
    with office.store.office() as session:
        amina, bruno = office.desk(session, "amina"), office.desk(session, "bruno")
        now = office.clock.now
        case = cases.open_case(session, desk=bruno, report=second, now=now)
        asked = {"case": case.id, "now": now}
        cases.act(session, desk=bruno, kind="closing_to_named_asked", version=1, names=["bruno"], **asked)
        cases.act(session, desk=amina, kind="closed_to_named", version=2, **asked)
    assert links(office, first, "amina") == []
    assert [link.report for link in links(office, first, "bruno")] == [second]
    assert with_names(office, first) == []


def test_names_take_part_inside_a_step_up_only_and_that_is_on_record(office: StaffedOffice) -> None:
    first, second = pair(office, identity={"full_name": {"text": "zäinab", "language": "en"}})
    assert links(office, first)[0].keys == ("place_and_week",)
    with pytest.raises(Problem, match=r"403\.20"):
        with_names(office, first, REASON, "work")
    with pytest.raises(Problem, match=r"422\.20"):
        with_names(office, first, "short")
    assert with_names(office, first) == [Link(second, ("place_and_week", "her_name"), None)]
    with office.store.office(reading=True) as session:
        lines = [line for line in audit.read(session, desk=office.made.desk) if line.act == "compared_names"]
    assert [(line.name, line.about, line.details["reason"]) for line in lines] == [("amina", first, REASON)]


def test_no_name_is_stored_for_comparing(office: StaffedOffice) -> None:
    first, _ = pair(office)
    with_names(office, first)
    with office.store.office(reading=True) as session:
        desk = office.desk(session, "amina", "work", "identity")
        kept = [records.of_kind(session, desk=desk, kind=kind) for kind in ("arrival", "readers", "case", "filing")]
    assert IDENTITY["called"]["text"].lower() not in str(kept).lower()


ELSEWHERE = {**PLACED, "place": "north-2", "when_happened": {"when": "2026-01-01"}}


def test_names_are_opened_once_and_then_known_by_marks_that_only_a_step_up_reads(
    office: StaffedOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[bytes] = []
    real = register.identity_in
    monkeypatch.setattr(register, "identity_in", lambda *, desk, raw: (opened.append(raw), real(desk=desk, raw=raw))[1])
    first, second = pair(office, identity={"called": {"text": "ZAINAB", "language": "en"}})
    far = office.phone("Salt Hill 3").send(version=2, answers=ELSEWHERE)
    pull(office)
    found = {link.report: link.keys for link in with_names(office, first)}
    assert found == {second: ("place_and_week", "her_name"), far: ("her_name",)}
    assert len(opened) == 3
    assert {link.report for link in with_names(office, far)} == {first, second}
    assert len(opened) == 3, "nothing is opened twice"
    late = office.phone("Salt Hill 4").send(version=2, answers=ELSEWHERE, identity={"called": {"text": "Mara"}})
    pull(office)
    assert late not in {link.report for link in with_names(office, first)}
    assert len(opened) == 4
    with office.store.office(reading=True) as session:
        for desk in (office.desk(session, "cora"), office.desk(session, "amina")):
            with pytest.raises(Problem, match=r"403\.20"):
                records.of_kind(session, desk=desk, kind=namesakes.KIND)
        desk = office.desk(session, "amina", "work", "identity")
        kept = str([record.content for record in records.of_kind(session, desk=desk, kind=namesakes.KIND)])
    assert first in kept
    assert "zainab" not in kept.lower()


def test_so_many_are_opened_at_a_time_and_what_is_left_is_told(
    office: StaffedOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(namesakes, "AT_ONCE", 2)
    monkeypatch.setattr(namesakes, "PORTION", 3)
    phone = office.phone()
    sent = [phone.send(version=2, answers=ELSEWHERE, n=n) for n in range(1, 6)]
    pull(office)
    left, found = [], set[str]()
    for _ in range(3):
        with office.store.office() as session:
            desk, now = office.desk(session, "amina", "work", "identity"), office.clock.now
            asked: dict[str, Any] = {"reports": [sent[0]], "about": sent[0], "reason": REASON, "now": now}
            named = likeness.links_with_names(session, desk=desk, **asked)
        left.append(named.left)
        found = {link.report for link in named.links}
    assert left == [3, 1, 0]
    assert found == set(sent[1:])


def test_a_report_that_cannot_be_opened_stops_no_comparison(office: StaffedOffice) -> None:
    first, second = pair(office)
    office.phone("Salt Hill 3").send(identity_key=office.phone("Salt Hill 4").messages.public)
    pull(office)
    assert [link.report for link in with_names(office, first)] == [second]
