"""The settings of an office: within bounds, and somebody is asked at every age."""

from typing import Any

import pytest

from intake import questionnaires
from intake.domain import ages
from intake.domain.problems import Problem
from intake.domain.settings import ASKED, BY_NAME, DEFAULTS, as_lists, asked, check, check_number


def test_the_program_s_own_values_are_within_the_bounds() -> None:
    check(dict(DEFAULTS))
    check(questionnaires.SETTINGS)


@pytest.mark.parametrize("name", BY_NAME)
def test_bounds_are_the_last_values_allowed(name: str) -> None:
    found = BY_NAME[name]
    for value in (found.least, found.most):
        check({name: value})
    for wrong in (found.least - 1, found.most + 1, str(found.least), True, None, float(found.most)):
        with pytest.raises(Problem, match=r"422\.270"):
            check_number(name, wrong)


def test_who_is_asked_at_each_age_survives_the_lists_that_say_it() -> None:
    chosen = dict(zip(ages.FIRST_YEAR, ASKED, strict=True))
    assert asked(as_lists(chosen)) == chosen
    assert asked(DEFAULTS) == {
        "0_5": "carer",
        "6_11": "child_and_carer",
        "12_14": "child_and_carer",
        "15_17": "child_and_carer_if_wanted",
    }


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ([], "404.6"),
        ({"camera": 1}, "404.6"),
        ({"pep_hours": 0}, "422.270"),
        ({"ages_child_agrees": "6_11"}, "422.271"),
        ({"ages_child_agrees": ["grown"]}, "422.271"),
        ({"entity": "un"}, "422.184"),
        ({"hold_hours": 0}, "422.270"),
        ({"hold_hours": True}, "422.270"),
        ({"lost_phone_number": "call me"}, "422.164"),
        # nobody would be asked about the youngest
        ({"ages_carer_agrees": ["6_11", "12_14"]}, "422.271"),
        # a carer asked anyway and only if she wants it
        ({"ages_carer_agrees": ["0_5", "6_11", "12_14", "15_17"]}, "422.271"),
    ],
)
def test_what_an_office_must_not_set_is_refused(settings: Any, code: str) -> None:
    with pytest.raises(Problem) as refused:
        check(settings)
    assert refused.value.code == code


def test_what_the_office_sets_for_itself_is_allowed() -> None:
    check({"entity": "UNX", "mission": "TAM", "hold_hours": 2, "lost_phone_number": "+243 (0) 99"})


@pytest.mark.parametrize("chosen", [{}, {"0_5": "carer"}, dict.fromkeys(ages.FIRST_YEAR, "nobody")])
def test_every_age_needs_somebody_to_ask(chosen: dict[str, str]) -> None:
    with pytest.raises(Problem, match=r"422\.271"):
        as_lists(chosen)
