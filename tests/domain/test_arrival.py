"""What the office remembers of an arrival: marks, order, windows, decisions."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domain import arrival as subject
from intake.domain.arrival import Arrival, Copy, Facts, Guest, Touch, Window
from intake.domain.problems import Problem

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
FACTS = Facts("visit", 1, "fr", 1, "final", "", "", ("2026-11-21",))
COPY = Copy(1, "sha-256:0", "d1", "2026-11-22", False, "2026-11-22T10:00:00Z", "kept", "", (), FACTS)


def arrival(report: str = "r1", *, version: int = 1, **changed: Any) -> Arrival:
    return Arrival(report, version, (replace(COPY, **changed),))


def marks(*arrivals: Arrival, unconfirmed: frozenset[str] = frozenset()) -> list[tuple[str, ...]]:
    return [row.marks for row in subject.rows(arrivals, unconfirmed=unconfirmed, now=NOW, hours=72)]


def decided(found: Arrival, decision: str = "registered", reason: str = "") -> Arrival:
    return subject.decide(found, decision=decision, reason=reason, note="", by="amina", at="2026-11-22T12:00:00Z")


@pytest.mark.parametrize(
    ("happened", "left"),
    [
        (("2026-11-22",), Window(60, 72)),
        (("2026-11-21",), Window(36, 60)),
        (("2026-11-19",), Window(-12, 12)),
        (("2026-11-18",), None),
        (("2026-11",), Window(-444, 72)),
        (("2026-10",), None),
        (("2026",), None),
        (("2025",), None),
        (("2026-11-01", "2026-11-20"), Window(-444, 36)),
        ((), None),
        (("yesterday",), None),
        (("2026-13-01",), None),
        (("2026-02-30",), None),
        (("9999",), None),
    ],
)
def test_a_window_is_open_as_long_as_it_may_be(happened: tuple[str, ...], left: Window | None) -> None:
    assert subject.window(happened, NOW, 72) == left


@given(st.lists(st.text(max_size=12), max_size=3))
def test_no_day_a_phone_can_write_stops_the_list(happened: list[str]) -> None:
    subject.window(happened, NOW, 72)


def test_nothing_special_bears_no_mark_but_the_window() -> None:
    assert marks(arrival()) == [("window",)]


@pytest.mark.parametrize(
    ("changed", "mark"),
    [
        ({"urgent": True}, "urgent"),
        ({"kept": "aside"}, "aside"),
        ({"kept": "conflict"}, "conflict"),
        ({"troubles": ("signature",)}, "trouble"),
        ({"facts": replace(FACTS, state="unfinished")}, "unfinished"),
        ({"facts": replace(FACTS, state="withdrawn")}, "withdrawn"),
        ({"facts": replace(FACTS, relation="withdraws", about="r9")}, "withdrawal"),
    ],
)
def test_each_thing_that_is_special_has_its_mark(changed: dict[str, Any], mark: str) -> None:
    (found,) = marks(arrival(**changed))
    assert mark in found


def test_a_notice_that_takes_back_marks_the_other_report() -> None:
    notice = arrival("r2", facts=replace(FACTS, relation="withdraws", about="r1", state="withdrawn", happened=()))
    found = {
        row.arrival.report: row for row in subject.rows([arrival(), notice], unconfirmed=frozenset(), now=NOW, hours=72)
    }
    assert found["r1"].withdrawn_by == ("r2",)
    assert found["r2"].marks == ("withdrawal",)


def test_what_points_at_a_report_is_named_once_and_the_earliest_first() -> None:
    later = arrival("r2", facts=replace(FACTS, relation="corrects", about="r1"))
    later = replace(later, copies=(*later.copies, replace(later.copies[0], digest="other")))
    earlier = arrival("r3", received="2026-11-01T08:00:00Z", facts=replace(FACTS, relation="same_event", about="r1"))
    found = {
        row.arrival.report: row
        for row in subject.rows([later, arrival(), earlier], unconfirmed=frozenset(), now=NOW, hours=72)
    }
    assert [(each.report, each.relation) for each in found["r1"].pointers] == [("r3", "same_event"), ("r2", "corrects")]
    assert found["r1"].withdrawn_by == ()
    assert found["r2"].pointers == found["r3"].pointers == ()


def test_a_phone_nobody_compared_marks_its_reports() -> None:
    assert marks(arrival(), unconfirmed=frozenset({"d1"})) == [("window", "unconfirmed")]


def test_what_is_decided_leaves_every_filter_but_its_own() -> None:
    (row,) = subject.rows([decided(arrival(urgent=True))], unconfirmed=frozenset(), now=NOW, hours=72)
    assert [name for name in subject.FILTERS if subject.shown(row, name)] == ["decided", "all"]


def test_each_decision_makes_a_version_and_keeps_the_earlier_ones() -> None:
    found = decided(decided(arrival()), "not_for_us", "for another agency")
    assert [(each.version, each.decision) for each in found.decisions] == [(2, "registered"), (3, "not_for_us")]
    assert found.decision == found.decisions[-1]


@pytest.mark.parametrize("reason", ["", "123456789", "   short   "])
def test_not_for_us_wants_a_reason(reason: str) -> None:
    with pytest.raises(Problem, match=r"422\.20"):
        decided(arrival(), "not_for_us", reason)


def test_what_is_not_in_the_table_cannot_be_decided() -> None:
    with pytest.raises(Problem, match=r"422\.21"):
        decided(arrival(), "deleted", "because I say so")


def test_an_earlier_state_can_be_shown_again() -> None:
    late = replace(COPY, since=3, digest="sha-256:1")
    found = replace(decided(arrival()), version=3, copies=(COPY, late))
    assert (len(subject.as_of(found, 1).copies), len(subject.as_of(found, 1).decisions)) == (1, 0)
    assert (len(subject.as_of(found, 2).copies), len(subject.as_of(found, 2).decisions)) == (1, 1)
    assert subject.as_of(found, 3) == found


@pytest.mark.parametrize("facts", [FACTS, None])
def test_what_is_sealed_comes_back_the_same(facts: Facts | None) -> None:
    found = replace(
        decided(arrival(facts=facts, troubles=("signature",))), opened=Touch("amina", "2026-11-22T12:00:00Z")
    )
    assert subject.from_json(found.report, found.version, subject.to_json(found)) == found


def test_a_copy_that_is_not_there_is_not_found() -> None:
    with pytest.raises(Problem, match=r"404\.2"):
        arrival().copy("sha-256:9")


def test_a_guest_s_copy_is_kept_whole_and_records_from_before_there_were_guests_are_read() -> None:
    found = arrival(guest=Guest("o2", "BK"))
    assert subject.from_json(found.report, found.version, subject.to_json(found)) == found
    assert marks(found) == [("window", "guest")]
    older = subject.to_json(arrival())
    for copy in older["copies"]:  # type: ignore[attr-defined]
        del copy["guest"]
    assert subject.from_json("r1", 1, older) == arrival()
