"""What the office remembers of an arrival: marks, order, windows, decisions."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domain import arrival as subject
from intake.domain.arrival import Arrival, Copy, Facts, Guest, Touch, Window
from intake.domain.problems import Problem
from intake.domain.report import read

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


def test_when_the_first_window_has_passed_the_longer_one_is_marked_and_sorted_after_it() -> None:
    first, soon, none = (arrival(day, facts=replace(FACTS, happened=(f"2026-11-{day}",))) for day in ("19", "18", "16"))
    found = subject.rows([none, soon, first], unconfirmed=frozenset(), now=NOW, hours=72, soon=120)
    assert [(row.arrival.report, row.marks) for row in found] == [("19", ("window",)), ("18", ("soon",)), ("16", ())]
    assert found[1].soon == Window(12, 36)
    assert [subject.shown(row, "window") for row in found] == [True, True, False]


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


@pytest.mark.parametrize("facts", [FACTS, replace(FACTS, consents={"clinic": "yes"}), None])
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


# who has it


def at(hours: int) -> str:
    return (NOW + timedelta(hours=hours)).isoformat().replace("+00:00", "Z")


def taken(found: Arrival, name: str = "amina", hours: int = 0) -> Arrival:
    return subject.give(found, name=name, by=name, at=at(hours))


def test_whoever_took_it_last_has_it_until_it_lapses() -> None:
    found = taken(taken(arrival()), "bruno", hours=1)
    held = found.holder(NOW + timedelta(hours=24), 24)
    assert held is not None
    assert (held.name, held.version) == ("bruno", 3)
    assert found.holder(NOW + timedelta(hours=25), 24) is None
    assert arrival().holder(NOW, 24) is None


def test_a_decision_puts_it_back() -> None:
    found = decided(taken(arrival()))
    assert found.holder(NOW, 24) is None
    assert found.holds, "and who had it stays on record"


def test_an_earlier_state_tells_who_had_it_then() -> None:
    found = taken(taken(arrival()), "bruno")
    earlier = subject.as_of(found, 2).last_hold
    assert earlier is not None
    assert earlier.name == "amina"
    assert subject.from_json(found.report, found.version, subject.to_json(found)) == found


# what waits, what presses


def order(*arrivals: Arrival) -> list[str]:
    found = subject.rows(arrivals, unconfirmed=frozenset(), now=NOW, hours=72)
    return [row.arrival.report for row in found]


def test_what_cannot_wait_comes_first() -> None:
    old = replace(FACTS, happened=("2025",))
    plain = arrival("plain", facts=old, received="2026-11-01T08:00:00Z")
    child = arrival("child", facts=replace(old, children=True))
    danger = arrival("danger", facts=replace(old, danger=True))
    window = arrival("window", facts=FACTS)
    urgent = arrival("urgent", facts=old, urgent=True)
    done = decided(arrival("done", urgent=True))
    assert order(done, plain, child, danger, window, urgent) == [
        "urgent", "window", "danger", "child", "plain", "done"
    ]  # fmt: skip


def test_a_version_that_comes_after_the_decision_makes_the_report_wait_again() -> None:
    found = decided(arrival())
    assert found.settled
    late = replace(found, version=3, copies=(*found.copies, replace(COPY, since=3, digest="sha-256:1")))
    assert not late.settled
    (row,) = subject.rows([late], unconfirmed=frozenset(), now=NOW, hours=72)
    assert subject.shown(row, "waiting")
    assert "conflict" in row.marks


def test_of_several_versions_one_must_be_said_to_count_and_is_shown_from_then_on() -> None:
    other = replace(COPY, digest="sha-256:1", facts=replace(FACTS, place="north-1"))
    found = replace(arrival(), copies=(COPY, other))
    with pytest.raises(Problem, match=r"422\.182"):
        decided(found)
    settled = subject.decide(found, decision="registered", reason="", note="", by="a", at=at(0), counts="sha-256:1")
    assert settled.copy(None) == other
    assert settled.facts == other.facts
    (row,) = subject.rows([settled], unconfirmed=frozenset(), now=NOW, hours=72)
    assert "conflict" not in row.marks
    assert decided(found, "not_for_us", "for another agency").decision is not None, "there it does not matter"


@pytest.mark.parametrize(
    ("changed", "offered"),
    [
        ({}, ("registered", "joined", "not_for_us")),
        ({"urgent": True}, ("registered", "joined", "not_for_us")),
        ({"kept": "aside"}, ("registered", "joined", "set_apart", "not_for_us")),
        ({"facts": replace(FACTS, state="unfinished")}, ("registered", "joined", "set_apart", "not_for_us")),
        ({"facts": replace(FACTS, state="withdrawn")}, ("registered", "joined", "set_apart", "not_for_us")),
        ({"troubles": ("signature",)}, ("registered", "joined", "set_apart", "not_for_us")),
    ],
)
def test_what_is_special_can_also_be_set_apart(changed: dict[str, Any], offered: tuple[str, ...]) -> None:
    (row,) = subject.rows([arrival(**changed)], unconfirmed=frozenset(), now=NOW, hours=72)
    assert row.choices == offered


def test_setting_apart_wants_a_reason_and_is_found_again() -> None:
    with pytest.raises(Problem, match=r"422\.20"):
        decided(arrival(), "set_apart")
    (row,) = subject.rows([decided(arrival(), "set_apart", "wait for the rest of it")], unconfirmed=frozenset(),
                          now=NOW, hours=72)  # fmt: skip
    assert [name for name in subject.FILTERS if subject.shown(row, name)] == ["apart", "decided", "all"]


def test_what_is_mine_waits_with_me() -> None:
    (row,) = subject.rows([taken(arrival())], unconfirmed=frozenset(), now=NOW, hours=72)
    assert subject.shown(row, "mine", "amina")
    assert not subject.shown(row, "mine", "bruno")


@pytest.mark.parametrize(
    ("answers", "known"),
    [
        ({"danger_now": "yes"}, {"danger": True}),
        ({"danger_now": "no", "age_band": "18_25"}, {}),
        ({"age_band": "12_14"}, {"children": True, "category": "sexual_abuse"}),
        ({"under_18": "yes"}, {"children": True, "category": "sexual_abuse"}),
        ({"children": [{"row": "a"}]}, {"children": True}),
        ({"children": []}, {}),
        ({"exchanged": "yes"}, {"category": "sexual_exploitation"}),
        ({"place": "north-1"}, {"place": "north-1"}),
        ({"place": "other"}, {}),
        ({"place": {"no": "declined"}}, {}),
        ({"birth_year": 2021}, {"births": ("2021",)}),
        (
            {"each_child": [{"birth": {"when": "2024-05"}}, {"birth": {"when": ["2021", "2023"]}}, 7]},
            {"births": ("2024",)},
        ),
        ({"each_child": "x", "children": "x", "birth_year": True, "age_band": ["12_14"]}, {}),
    ],
)
def test_what_a_report_says_about_danger_children_place_and_years_is_remembered(
    answers: dict[str, Any], known: dict[str, Any]
) -> None:
    part = {
        "form": "visit",
        "version": 2,
        "language": "fr",
        "officer": "k",
        "n": 1,
        "state": "final",
        "answers": answers,
    }
    assert subject.facts(read(part), "when_happened", None) == replace(FACTS, version=2, happened=(), **known)
