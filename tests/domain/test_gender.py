"""Women and men as counts: whether a wish was met, and never anything from which one person could be told."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domain.arrival import Facts
from intake.domain.gender import FEW, Counted, check, from_json, shown, to_json, wishes, women
from intake.domain.problems import Problem

FACTS = Facts("visit", 2, "en", 1, "final", "", "", ())
COUNTED = Counted("2026-11-20", 40, 12, 9, 8, "cora")


def test_gender_wish_for_an_officer_and_whether_it_was_met_are_counted() -> None:
    known = [
        replace(FACTS, officer_wish="woman", officer_wish_met="yes"),
        replace(FACTS, officer_wish="woman", officer_wish_met="no"),
        replace(FACTS, officer_wish="woman"),
        replace(FACTS, officer_wish="any", officer_wish_met="yes"),
        replace(FACTS, officer_wish="woman", officer_wish_met="yes", consents={"statistics": "no"}),
    ]
    assert wishes(known) == {
        "woman": {"yes": 1, "no": 1, "unknown": 1},
        "man": {"yes": 0, "no": 0, "unknown": 0},
    }


@given(st.dictionaries(st.sampled_from("abc"), st.integers(0, 12), min_size=2))
def test_no_small_count_is_shown_or_can_be_worked_out(parts: dict[str, int]) -> None:
    found = shown(parts)
    if found.parts is None:
        # A total of FEW or more leaves every part open, for it is not said which of them is small.
        assert found.total is None or found.total >= FEW
    else:
        assert all(count == 0 or count >= FEW for count in found.parts.values())
        assert sum(found.parts.values()) == found.total


def test_women_among_officers_and_staff_are_counts_and_nothing_is_kept_of_one_person() -> None:
    found = women(COUNTED)
    assert found["officers"].parts == {"women": 12, "others": 28}
    assert (found["staff"].total, found["staff"].parts) == (9, None), "the one man could be told"
    assert set(vars(COUNTED)) == {"day", "officers", "women_officers", "staff", "women_staff", "by"}
    assert from_json(to_json([COUNTED])) == [COUNTED]


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"day": ""}, "422.40", "day"),
        ({"day": "soon"}, "422.45", "day"),
        ({"day": "2026-11-23"}, "422.46", "day"),
        ({"officers": -1}, "422.368", "officers"),
        ({"women_staff": 10}, "422.368", "women_staff"),
    ],
)
def test_a_count_is_right_or_refused(changed: dict[str, Any], code: str, field: str) -> None:
    check(COUNTED, today="2026-11-22")
    with pytest.raises(Problem) as problem:
        check(replace(COUNTED, **changed), today="2026-11-22")
    assert (problem.value.code, problem.value.params["field"]) == (code, field)
