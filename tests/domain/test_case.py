"""A case is its events: what it looks like follows from them, and what is unlawful changes nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from intake.domain import case as subject
from intake.domain.case import Case
from intake.domain.problems import Problem

REASON = "Another woman on another day"
START = datetime(2026, 11, 22, tzinfo=UTC)


def at(minutes: int) -> str:
    return (START + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


def opened() -> Case:
    details = {"reference": "A1-B2-2026-0001", "report": "r1", "category": "sexual_abuse"}
    return Case("c1", 0).then("opened", by="amina", at=at(0), **details)


def then(case: Case, kind: str, by: str = "amina", **details: Any) -> Case:
    return case.then(kind, by=by, at=at(len(case.events)), **details)


# Some of these are lawful at some time, some never.
STEPS = some.one_of(
    some.tuples(some.sampled_from(["joined", "split", "merged"]), some.fixed_dictionaries(
        {"report": some.sampled_from(["r1", "r2", "r3"]), "into": some.just("c2"),
         "reason": some.sampled_from(["", REASON])})),
    some.tuples(some.just("nature"), some.fixed_dictionaries(
        {"category": some.sampled_from([*subject.CATEGORIES, "none"]),
         "natures": some.lists(some.sampled_from(["rape", "procuring", "odd"]), max_size=2)})),
    some.tuples(some.just("person_added"), some.fixed_dictionaries(
        {"part": some.sampled_from(["victim", "king"]), "group": some.sampled_from(["girl", "", "x"]),
         "born": some.sampled_from(["", "2019", "19"])})),
    some.tuples(some.just("person_changed"), some.fixed_dictionaries(
        {"code": some.sampled_from(["P1", "P9"]), "part": some.just("child"), "group": some.just("boy")})),
    some.tuples(some.just("owned"), some.fixed_dictionaries({"owner": some.sampled_from(["amina", "bruno", ""])})),
    some.tuples(some.just("closing_to_named_asked"), some.fixed_dictionaries(
        {"names": some.sampled_from([["amina"], ["bruno"], ["amina", "bruno"], []])})),
    some.tuples(some.sampled_from(["closed_to_named", "closing_to_named_refused", "resumed"]), some.just({})),
    some.tuples(some.just("closed"), some.fixed_dictionaries(
        {"reasons": some.sampled_from([["needs_met"], [], ["odd"]]), "told_may_resume": some.booleans()})),
)  # fmt: skip


@given(some.lists(some.tuples(some.sampled_from(["amina", "bruno"]), STEPS), max_size=25))
def test_whatever_happens_in_whatever_order_the_state_is_what_the_lawful_events_make(
    steps: list[tuple[str, tuple[str, dict[str, Any]]]],
) -> None:
    case, states = opened(), [opened()]
    for by, (kind, details) in steps:
        try:
            after = then(case, kind, by, **details)
        except Problem:
            assert Case.of("c1", 0, case.events) == case, "what was refused changed nothing"
            continue
        assert after.events[:-1] == case.events
        case = after
        states.append(case)
    assert Case.of("c1", 0, case.events) == case
    assert subject.from_json("c1", 0, subject.to_json(case)) == case
    assert [case.seen(version) for version in range(1, len(states) + 1)] == [
        Case.of("c1", version, state.events) for version, state in enumerate(states, start=1)
    ]
    assert [case.as_of(state.changed) for state in states] == states
    assert len(set(case.reports)) == len(case.reports)
    assert (case.reports != ()) or not case.open
    assert not case.named or not case.owner or case.owner in case.named


def test_natures_belong_to_their_category() -> None:
    found = then(opened(), "nature", category="sexual_abuse", natures=["rape", "child_abuse"])
    assert (found.category, found.natures) == ("sexual_abuse", ("rape", "child_abuse"))
    with pytest.raises(Problem, match=r"422\.173"):
        then(opened(), "nature", category="sexual_exploitation", natures=["rape"])


def test_every_category_but_those_that_say_nothing_has_natures() -> None:
    assert [name for name, natures in subject.NATURES.items() if not natures] == ["other", "unknown"]


def test_codes_of_people_are_never_given_twice() -> None:
    found = opened()
    for part in ("victim", "child", "alleged"):
        found = then(found, "person_added", part=part)
    assert [each.code for each in found.people] == ["P1", "P2", "P3"]
    assert then(found, "person_changed", code="P2", part="child", group="girl", born="2019").person("P2").born == "2019"


def test_the_last_report_cannot_be_taken_out_but_it_can_go_on_in_another_case() -> None:
    with pytest.raises(Problem, match=r"422\.172"):
        then(opened(), "split", report="r1", reason=REASON)
    merged = then(opened(), "merged", report="r1", into="c2", reason=REASON)
    assert (merged.reports, merged.open) == ((), False)
    with pytest.raises(Problem, match=r"422\.170"):
        then(merged, "resumed")


def test_nothing_is_done_in_a_closed_case_before_it_is_taken_up_again() -> None:
    closed = then(opened(), "closed", reasons=["needs_met"], told_may_resume=False)
    assert closed.closing is not None
    assert not closed.closing.told_may_resume, "asked, and no is an answer"
    with pytest.raises(Problem, match=r"422\.170"):
        then(closed, "joined", report="r2")
    with pytest.raises(Problem, match=r"422\.170"):
        then(opened(), "resumed")
    assert then(then(closed, "resumed"), "joined", report="r2").reports == ("r1", "r2")


def test_who_asked_cannot_agree_and_who_is_not_named_is_not_in_charge_any_more() -> None:
    asked = then(opened(), "closing_to_named_asked", "bruno", names=["bruno"])
    with pytest.raises(Problem, match=r"422\.176"):
        then(asked, "closed_to_named", "bruno")
    closed = then(asked, "closed_to_named", "amina")
    assert (closed.named, closed.owner, closed.asked) == (("bruno",), "", None)
    assert then(asked, "closing_to_named_refused", "amina").named == ()
    with pytest.raises(Problem, match=r"422\.187"):
        then(opened(), "closing_to_named_refused")
