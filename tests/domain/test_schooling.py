"""School terms: what a child needs anew, when it falls due, and until when."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domain.problems import Problem
from intake.domain.schooling import (
    ITEMS,
    NOT_NEEDED,
    Paid,
    Schooling,
    Term,
    check,
    check_term,
    from_json,
    term_from_json,
    to_json,
)
from tests.domain.test_programme import PLACES, wrong

FIRST = Term("t1", name="First term", place="north", first="2027-01-11", last="2027-04-02")
SECOND = Term("t2", name="Second term", place="north", first="2027-04-19", last="2027-07-16", notice=7)
GIRL = Schooling("s", "c", "P2", "bay", ("fees", "uniform"), "2026-11-22")


def paid(term: str, *items: str, programme: str = "p") -> Paid:
    return Paid(term, items, programme, "amina", "2026-11-22T10:00:00Z")


def test_school_terms_recurring_needs_have_a_reminder_before_each_term() -> None:
    assert (FIRST.remind, SECOND.remind) == ("2026-12-14", "2027-04-12")
    assert GIRL.due([SECOND, FIRST], PLACES) == FIRST.remind
    half = GIRL.settled(paid("t1", "fees"), FIRST)
    assert half.due([SECOND, FIRST], PLACES) == FIRST.remind
    whole = half.settled(paid("t1", "uniform", programme=NOT_NEEDED), FIRST)
    assert whole.due([SECOND, FIRST], PLACES) == SECOND.remind
    assert whole.due([FIRST], PLACES) == ""
    assert replace(GIRL, ended="2026-12-01").due([FIRST], PLACES) == ""


def test_a_term_of_another_place_or_that_was_over_reminds_nobody() -> None:
    assert GIRL.due([replace(FIRST, place="south")], PLACES) == ""
    assert GIRL.due([replace(FIRST, place="")], PLACES) == FIRST.remind
    assert GIRL.due([replace(FIRST, first="2026-09-01", last="2026-11-21")], PLACES) == ""


def test_nothing_is_paid_twice_for_one_term_or_after_it_ended() -> None:
    half = GIRL.settled(paid("t1", "fees"), FIRST)
    for seen, items, code in (
        (half, ("fees",), "422.364"),
        (half, ("books",), "422.48"),
        (half, (), "422.40"),
        (replace(half, ended="2026-12-01"), ("uniform",), "422.364"),
    ):
        with pytest.raises(Problem) as problem:
            seen.settled(paid("t1", *items), FIRST)
        assert wrong(problem) == (code, "things")
    assert half.settled(paid("t2", "fees"), SECOND).open_items(SECOND) == ("uniform",)


@given(st.lists(st.tuples(st.sampled_from(("t1", "t2")), st.sampled_from(ITEMS)), max_size=8))
def test_however_it_is_seen_to_what_is_due_is_the_first_term_with_something_open(asked: list[tuple[str, str]]) -> None:
    made, terms = replace(GIRL, items=ITEMS), {"t1": FIRST, "t2": SECOND}
    done = set()
    for term, item in asked:
        if (term, item) in done:
            with pytest.raises(Problem, match=r"422\.364"):
                made.settled(paid(term, item), terms[term])
        else:
            made = made.settled(paid(term, item), terms[term])
        done.add((term, item))
    waiting = [terms[id].remind for id in terms if {(id, item) for item in ITEMS} - done]
    assert made.due(terms.values(), PLACES) == min(waiting, default="")


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"name": ""}, "422.40", "name"),
        ({"first": ""}, "422.40", "first"),
        ({"first": "soon"}, "422.45", "first"),
        ({"last": "2027-01-10"}, "422.47", "last"),
        ({"place": "moon"}, "422.48", "place"),
        ({"notice": 181}, "422.365", "notice"),
        ({"notice": -1}, "422.365", "notice"),
        ({"name": "x" * 81}, "422.44", "name"),
    ],
)
def test_a_term_is_right_or_refused(changed: dict[str, Any], code: str, field: str) -> None:
    check_term(FIRST, places=PLACES)
    with pytest.raises(Problem) as problem:
        check_term(replace(FIRST, **changed), places=PLACES)
    assert wrong(problem) == (code, field)


def test_a_need_names_a_child_and_known_things() -> None:
    check(GIRL, places=PLACES)
    for changed, code, field in (
        ({"person": ""}, "422.40", "person"),
        ({"items": ()}, "422.40", "things"),
        ({"items": ("shoes",)}, "422.48", "things"),
        ({"place": "moon"}, "422.48", "place"),
    ):
        with pytest.raises(Problem) as problem:
            check(replace(GIRL, **changed), places=PLACES)
        assert wrong(problem) == (code, field)


def test_what_is_kept_gives_the_same_records() -> None:
    seen = GIRL.settled(paid("t1", "fees"), FIRST)
    assert from_json("s", 2, to_json(seen)) == replace(seen, version=2)
    assert term_from_json("t1", 1, to_json(FIRST)) == replace(FIRST, version=1)
