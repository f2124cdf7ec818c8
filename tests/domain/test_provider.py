"""A provider: right or refused, by field; what phones show was checked with their table."""

from dataclasses import replace
from typing import Any

import pytest

from intake.domain.problems import Problem
from intake.domain.provider import Provider, check, entry_id, of, to_json

CLINIC = Provider(id="p", name="Old Harbour clinic", services=("MED",), place="north", verified="2026-08-24")
ENTRY: dict[str, Any] = {
    "name": "House of Lanterns",
    "services": ["SAFETY"],
    "place": "south",
    "telephone": ["+000 555 0102"],
    "hours": "Day and night",
    "landmark": "Behind the mill",
    "checked": "2026-08-01",
}


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"name": ""}, "422.40", "name"),
        ({"services": ()}, "422.40", "services"),
        ({"services": ("XRAY",)}, "422.48", "services"),
        ({"place": "nowhere"}, "422.48", "place"),
        ({"room": "perhaps"}, "422.48", "room"),
        ({"marks": ("family",)}, "422.48", "marks"),
        ({"contact": "x" * 501}, "422.44", "contact"),
        ({"reach": "x" * 501}, "422.44", "reach"),
    ],
)
def test_a_provider_is_right_or_refused(changed: dict[str, Any], code: str, field: str) -> None:
    check(CLINIC, places={"north": "North"})
    with pytest.raises(Problem) as caught:
        check(replace(CLINIC, **changed), places={"north": "North"})
    assert (caught.value.code, caught.value.params["field"]) == (code, field)


def test_where_phones_show_it_only_what_staff_note_is_checked() -> None:
    check(replace(CLINIC, on_phones=True, place="a place that left the list"), places={})


def test_after_ninety_days_nobody_can_rely_on_it() -> None:
    assert not CLINIC.old("2026-11-22")
    assert CLINIC.old("2026-11-23")
    assert replace(CLINIC, verified="").old("2026-11-22")


def test_what_is_kept_gives_the_same_provider_with_and_without_the_list_of_phones() -> None:
    assert of("p", 0, to_json(CLINIC), None) == CLINIC
    shown = of(entry_id(ENTRY), 0, None, ENTRY)
    assert (shown.reach, shown.on_phones, shown.verified) == ("+000 555 0102 · Behind the mill", True, "2026-08-01")
    left = of(shown.id, 1, to_json(shown), None)
    assert (left.name, left.on_phones) == ("House of Lanterns", False)


def test_the_newer_day_of_making_sure_counts() -> None:
    noted = to_json(replace(of("e", 0, None, ENTRY), verified="2026-09-09"))
    assert of("e", 1, noted, ENTRY).verified == "2026-09-09"
    assert of("e", 1, noted, {**ENTRY, "checked": "2026-10-10"}).verified == "2026-10-10"


def test_an_entry_keeps_its_id_when_something_else_of_it_changes() -> None:
    assert entry_id({**ENTRY, "hours": "Mornings", "name": "HOUSE of lanterns"}) == entry_id(ENTRY)
    assert entry_id({**ENTRY, "place": "north"}) != entry_id(ENTRY)
