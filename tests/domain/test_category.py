"""The category of an allegation follows from plain questions, and never falls below what was said."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from intake.domain.ages import FIRST_YEAR, with_bands
from intake.domain.category import ASKED, category

ANSWERS = some.sampled_from(["yes", "no", {"no": "declined"}, {"no": "unknown"}, {"no": "not_asked"}, 7, None, []])
BANDS = some.sampled_from([*FIRST_YEAR, "18_25", "adult_unknown", "unknown", {"no": "unknown"}, None, 12])


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ({"exchanged": "yes"}, "sexual_exploitation"),
        ({"exchanged": "yes", "forced": "yes"}, "sexual_abuse"),
        ({"exchanged": "yes", "under_18": "yes"}, "sexual_abuse"),
        ({"age_band": "15_17"}, "sexual_abuse"),
        ({"under_18": "no", "forced": "no", "exchanged": "no"}, "other"),
        ({"forced": "no", "exchanged": "no"}, "unknown"),
        ({"exchanged": {"no": "declined"}}, "unknown"),
        ({}, "unknown"),
    ],
)
def test_the_category_is_derived_from_the_plain_questions(answers: dict[str, Any], found: str) -> None:
    assert category(answers) == found


@given(some.fixed_dictionaries(dict.fromkeys(ASKED, ANSWERS) | {"age_band": BANDS}))
def test_whatever_else_was_said_a_child_or_force_makes_it_abuse(answers: dict[str, Any]) -> None:
    child = isinstance(answers["age_band"], str) and answers["age_band"] in FIRST_YEAR
    certain = child or answers["under_18"] == "yes" or answers["forced"] == "yes"
    assert (category(answers) == "sexual_abuse") is certain


@given(some.integers(0, 18))
def test_no_band_in_which_somebody_may_be_too_young_is_left_out(years: int) -> None:
    bands = with_bands({"child_account_from": years})["ages_no_account"]
    assert [band for band, first in FIRST_YEAR.items() if first < years] == bands
