"""Lists: made from the index they say what opening every record says, and nothing of what is closed to the reader."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from intake.domain.claim_card import Card
from intake.services import cases, claims, deadlines, help, inbox, likeness, lists, records, register, telling
from intake.services.find import Finder
from intake.store.inbound import reports as held
from tests.support.care import Care, care_for
from tests.support.claimed import NOTIFIED, ORDERED, Claimed, new
from tests.support.staffed import ANSWERS, Phone, StaffedOffice

pytestmark = pytest.mark.parametrize("database_settings", ["sqlite"], indirect=True)

ANYONE, NAMED = "amina", "bruno"


@pytest.fixture
def finder(office: StaffedOffice, tmp_path: Path) -> Finder:
    return Finder(office.store, tmp_path / "index")


@pytest.fixture
def phone(office: StaffedOffice) -> Phone:
    return office.phone()


def look(office: StaffedOffice, finder: Finder | None, who: str, what: Callable[..., Any], **asked: Any) -> Any:
    """What somebody sees: with what the office knows by now, or with every record opened."""
    with office.store.office(reading=True) as session:
        desk = office.desk(session, who)
    if finder is not None:
        assert finder.ready(desk) is None
        desk = replace(desk, index=finder.index(desk))
    with office.store.office(reading=True) as session:
        return what(session, desk=desk, **asked)


def pull(office: StaffedOffice) -> int:
    with office.store.inbound() as inbound, office.store.office() as session:
        return register.pull(session, inbound, desk=office.desk(session, "amina"), now=office.clock.now)


def arrivals(office: StaffedOffice, finder: Finder, who: str, name: str = "waiting", page: int = 1) -> list[str]:
    asked = {"name": name, "page": page, "now": office.clock.now}
    found: lists.Page[Any] = look(office, finder, who, lists.arrivals, **asked)
    assert found.counts[name] >= len(found.lines)
    return [row.arrival.report for row in found.lines]


def of_cases(office: StaffedOffice, finder: Finder, who: str, name: str = "open") -> list[str]:
    found: lists.Page[Any] = look(office, finder, who, lists.of_cases, name=name, page=1)
    assert found.counts[name] == len(found.lines)
    return [case.id for case in found.lines]


def due(office: StaffedOffice, finder: Finder | None, who: str, name: str = "office", page: int = 1) -> list[str]:
    asked = {"name": name, "page": page, "now": office.clock.now}
    found: deadlines.Listing = look(office, finder, who, deadlines.listing, **asked)
    assert found.counts[name] >= sum(len(day.records) for day in found.days)
    return [record.id for day in found.days for record in day.records]


def closed_to_others(care: Care, how: str) -> None:
    """Close the case to whoever is not NAMED: two people do it, or she named the other."""
    if how == "kept from":
        care.act("kept_from", who=f"staff:{ANYONE}")
        return
    for by, kind, more in ((NAMED, "closing_to_named_asked", {"names": [NAMED]}), (ANYONE, "closed_to_named", {})):
        asked: dict[str, Any] = {"case": care.case.id, "version": care.case.version, "kind": kind, **more}
        care.case = care.do(cases.act, by, **asked)


@pytest.mark.parametrize("how", ["named", "kept from"])
def test_what_is_closed_to_a_reader_is_in_none_of_their_lists_and_in_all_lists_of_those_it_is_open_to(
    office: StaffedOffice, finder: Finder, how: str
) -> None:
    care = care_for(office)
    (report,) = care.case.reports
    care.offer()
    care.do(telling.note, case=care.case.id, person="", step="visit", due="2026-11-25")
    assert report in arrivals(office, finder, ANYONE)
    assert of_cases(office, finder, ANYONE) == [care.case.id]
    assert len(due(office, finder, ANYONE)) == 3, "the report, the referral and what must be told"

    closed_to_others(care, how)
    for name in ("waiting", "all"):
        assert arrivals(office, finder, ANYONE, name) == []
        assert arrivals(office, finder, NAMED, name) == [report]
    for name in ("open", "all"):
        assert of_cases(office, finder, ANYONE, name) == []
        assert of_cases(office, finder, NAMED, name) == [care.case.id]
    for known in (finder, None):
        assert due(office, known, ANYONE) == []
        assert len(due(office, known, NAMED)) == 3


def test_what_comes_into_a_case_after_it_was_closed_to_others_is_closed_too(
    office: StaffedOffice, finder: Finder
) -> None:
    care = care_for(office)
    assert of_cases(office, finder, ANYONE) == [care.case.id]
    closed_to_others(care, "named")
    assert of_cases(office, finder, ANYONE) == []
    care.do(telling.note, NAMED, case=care.case.id, person="", step="visit", due="2026-11-25")
    assert due(office, finder, ANYONE) == []
    assert len(due(office, finder, NAMED)) == 2


def test_a_line_made_from_the_index_says_what_opening_every_record_says(
    office: StaffedOffice, finder: Finder, phone: Phone
) -> None:
    back, corrected, plain = phone.send(), phone.send(urgent=True), phone.send(answers={**ANSWERS, "danger_now": "yes"})
    notice = phone.send(answers={}, about={"report": back, "as": "withdraws"}, state="withdrawn")
    better = phone.send(about={"report": corrected, "as": "corrects"})
    pull(office)
    every = {back, corrected, plain, notice, better}
    for asked in (every, {back}, {corrected}, {better, plain}):
        found = {"reports": asked, "now": office.clock.now}
        assert look(office, finder, ANYONE, register.rows, **found) == look(
            office, None, ANYONE, register.rows, **found
        )
    assert set(arrivals(office, finder, ANYONE, "withdrawn")) == {back, notice}
    (row,) = look(office, finder, ANYONE, register.rows, reports={back}, now=office.clock.now)
    assert row.withdrawn_by == (notice,)


def test_what_agrees_with_a_report_is_found_by_the_index_as_by_opening_every_report(
    office: StaffedOffice, finder: Finder, phone: Phone
) -> None:
    placed = {**ANSWERS, "place": "north-1"}
    first = phone.send(version=2, answers=placed)
    other = office.phone("Salt Hill 2")
    other.send(version=2, answers={**placed, "when_happened": {"when": "2026-11-15"}})
    other.send(version=2, answers={**placed, "when_happened": {"when": "2026-11-01"}})
    other.send(version=2, answers={**placed, "place": "north-2"})
    pull(office)
    found = look(office, finder, ANYONE, likeness.links, reports=[first])
    assert found == look(office, None, ANYONE, likeness.links, reports=[first])
    assert [link.keys for link in found] == [("place_and_week",)]


def test_a_report_decided_about_leaves_the_waiting_ones_and_comes_back_with_other_bytes(
    office: StaffedOffice, finder: Finder, phone: Phone
) -> None:
    report = phone.send()
    pull(office)
    with office.store.office() as session:
        decision: Any = {"decision": "registered", "reason": "", "note": "", "version": 1}
        inbox.decide(session, desk=office.desk(session, "amina"), report=report, now=office.clock.now, **decision)
    assert (arrivals(office, finder, ANYONE), arrivals(office, finder, ANYONE, "decided")) == ([], [report])
    phone.send(report, answers={**ANSWERS, "hurt": "no"})
    pull(office)
    assert (arrivals(office, finder, ANYONE), arrivals(office, finder, ANYONE, "decided")) == ([report], [])


def test_pages_go_from_what_waits_to_what_was_decided_without_a_gap(
    office: StaffedOffice, finder: Finder, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "PAGE", 2)
    sent = [phone.send() for _ in range(5)]
    pull(office)
    for report in sent[:3]:
        with office.store.office() as session:
            decision: Any = {"decision": "registered", "reason": "", "note": "", "version": 1}
            inbox.decide(session, desk=office.desk(session, "amina"), report=report, now=office.clock.now, **decision)
        office.clock.move(minutes=1)
    pages = [arrivals(office, finder, ANYONE, "all", page) for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [2, 2, 1, 0]
    assert set(pages[0]) == set(sent[3:])
    assert pages[1] + pages[2] == [sent[2], sent[1], sent[0]], "what was decided last comes first"


def test_a_list_without_the_index_is_an_error_and_never_an_empty_list(office: StaffedOffice) -> None:
    with pytest.raises(RuntimeError, match="index"):
        look(office, None, ANYONE, lists.of_cases, name="open", page=1)


def test_what_was_stored_late_is_fetched_although_others_came_since(office: StaffedOffice, phone: Phone) -> None:
    phone.send()
    assert pull(office) == 1
    assert pull(office) == 0
    office.clock.move(hours=5)
    phone.send()
    assert pull(office) == 1
    # A server that was cut off brings what it took three hours ago.
    late, sealed = phone.seal()
    with office.store.inbound() as inbound:
        one = held.waiting(inbound, office=office.made.office, after=None, limit=1)[0]
        at = f"{office.clock.now - timedelta(hours=3):%Y-%m-%dT%H:%M:%SZ}"
        held.add(inbound, replace(one, report=late, digest="sha-256:" + "0" * 64, received=at), sealed=sealed)
    assert pull(office) == 1


def test_who_is_in_charge_of_a_case_has_its_help_due(office: StaffedOffice, finder: Finder) -> None:
    care = care_for(office)
    referral = care.offer()

    def mine(who: str) -> list[str]:
        assert due(office, None, who, "mine") == due(office, finder, who, "mine")
        return due(office, finder, who, "mine")

    assert mine("amina") == [referral.id]
    care.act("owned", owner="bruno")
    with office.store.office() as session:
        help.hand_over(session, desk=office.desk(session, "amina"), case=care.case.id)
    assert (mine("amina"), mine("bruno")) == ([], [referral.id])


def test_a_list_of_claims_opens_only_what_the_passing_of_time_has_changed(
    office: StaffedOffice, finder: Finder, monkeypatch: pytest.MonkeyPatch
) -> None:
    still, paid = Claimed.begin(office), Claimed.begin(office)
    still.act(*NOTIFIED)
    paid.act(*NOTIFIED, new("admitted", "F1"), new("established", "F1", basis="admission"))
    paid.act(replace(ORDERED, details={**ORDERED.details, "from": "2026-11"}))
    opened: list[str] = []
    real = records._opened
    monkeypatch.setattr(records, "_opened", lambda desk, row: (opened.append(row.kind), real(desk, row))[1])

    def shown(phase: str = "") -> list[Card]:
        asked: dict[str, Any] = {"phase": phase, "country": "", "until": "", "page": 1, "now": office.clock.now}
        # Whoever looks has brought the index up to now.
        look(office, finder, ANYONE, lists.of_claims, **asked)
        opened.clear()
        found = look(office, finder, ANYONE, lists.of_claims, **asked)
        assert found.counts[""] == 2
        lines: list[Card] = found.lines
        return lines

    def one_by_one() -> list[Card]:
        return [one.look(claims.line, claim=one.claim.id).card for one in (paid, still)]

    assert shown() == one_by_one()
    assert [one.state for one in one_by_one()] == ["support_ordered", "ms_notified"]
    assert shown("state") == one_by_one()[1:]
    shown()
    assert "claim" not in opened
    office.clock.move(days=10)  # another month: what was ordered is in arrears
    assert [one.state for one in shown()] == ["support_in_arrears", "ms_notified"]
    assert opened.count("claim") == 1
    assert [one.state for one in one_by_one()] == ["support_in_arrears", "ms_notified"]


def test_what_is_due_is_paged_in_the_order_of_its_days_and_no_other_page_is_opened(
    office: StaffedOffice, finder: Finder, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deadlines, "PAGE", 2)
    sent = []
    for _ in range(5):
        sent.append(phone.send())
        pull(office)
        office.clock.move(days=1)
    assert due(office, finder, ANYONE) == due(office, None, ANYONE)
    opened: list[str] = []
    real = records._opened
    monkeypatch.setattr(records, "_opened", lambda desk, row: (opened.append(row.id), real(desk, row))[1])
    assert [due(office, finder, ANYONE, page=page) for page in (1, 2, 3)] == [sent[:2], sent[2:4], sent[4:]]
    opened.clear()
    due(office, finder, ANYONE, page=2)
    assert set(sent) & set(opened) == set(sent[2:4])
