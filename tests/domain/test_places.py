"""Places are called the same in the office and on the phone, whatever list an office has made."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domain.places import names
from tests.support.browser import Script
from tests.vectors.fixed import HERE

SAVED: list[dict[str, Any]] = json.loads((HERE / "places.json").read_text("utf-8"))
IDS = st.sampled_from("abcde")


@pytest.mark.parametrize("case", SAVED, ids=[case["name"] for case in SAVED])
def test_the_office_calls_places_as_the_saved_cases_say(case: dict[str, Any]) -> None:
    assert names(case["places"]) == case["expect"], case["say"]


def test_the_phone_calls_places_as_the_saved_cases_say(run_js: Script) -> None:
    made = run_js("lists", "return arg.map(({ places }) => placeNames(places));", SAVED)
    assert [case["name"] for case, phone in zip(SAVED, made, strict=True) if phone != case["expect"]] == []


@given(st.lists(st.fixed_dictionaries({"id": IDS, "name": IDS.map(str.upper), "parent": IDS | st.none()})))
def test_every_place_has_a_name_that_ends_with_its_own_and_names_no_place_twice(places: list[dict[str, Any]]) -> None:
    found = names(places)
    own = {place["id"]: place["name"] for place in places}
    assert set(found) == set(own)
    for one, name in found.items():
        assert name.split(" – ")[-1] == own[one]
        assert len(name.split(" – ")) <= len(own)
