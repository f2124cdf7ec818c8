"""Reading the directory of services from a table: right or named by its line, never guessed."""

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake import words
from intake.domain.directory import COLUMNS, MOST_ENTRIES, SERVICES, Reading, read

PLACES, TODAY = ("north", "north-1"), "2026-11-22"
ROW = {
    "name": "Old Harbour clinic",
    "services": "MED; SAFETY",
    "place": "north-1",
    "hours": "8–16",
    "serves": "everybody",
    "landmark": "behind the market",
    "telephone": "+000 555 01; 0199",
    "cost": "Not free",
    "languages": "ar;fr",
    "notes": "",
    "checked": "2026-11-01",
}


def table(*rows: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> bytes:
    out = io.StringIO()
    made = csv.DictWriter(out, columns)
    made.writeheader()
    made.writerows(rows)
    return out.getvalue().encode()


def reading(*rows: dict[str, str]) -> Reading:
    return read(table(*rows), places=PLACES, today=TODAY)


def wrong(found: Reading) -> list[tuple[str, Any, Any]]:
    return [(one.code, one.params.get("line"), one.params.get("column")) for one in found.wrong]


def test_a_right_row_becomes_an_entry_as_phones_get_it() -> None:
    assert reading(ROW) == Reading(
        [
            {
                **{name: ROW[name] for name in ("name", "place", "hours", "serves", "landmark", "notes", "checked")},
                "services": ["SAFETY", "MED"],
                "telephone": ["+000 555 01", "0199"],
                "languages": ["ar", "fr"],
                "cost": "not_free",
            }
        ],
        [],
    )


@pytest.mark.parametrize(
    ("changed", "code", "column"),
    [
        ({"name": " "}, "422.145", "name"),
        ({"name": "x" * 121}, "422.144", "name"),
        ({"notes": "two\nlines"}, "422.144", "notes"),
        ({"place": "nowhere"}, "422.146", "place"),
        ({"place": ""}, "422.146", "place"),
        ({"cost": "cheap"}, "422.147", "cost"),
        ({"cost": ""}, "422.147", "cost"),
        ({"checked": "2026-11-23"}, "422.148", "checked"),
        ({"checked": "2026-02-30"}, "422.148", "checked"),
        ({"checked": "1.11.2026"}, "422.148", "checked"),
        ({"landmark": "", "telephone": ""}, "422.149", "telephone"),
        ({"services": ""}, "422.150", "services"),
        ({"services": "MED, LEGAL"}, "422.150", "services"),
        ({"services": "med"}, "422.150", "services"),
        ({"telephone": "ask for Amal"}, "422.151", "telephone"),
        ({"telephone": "javascript:alert"}, "422.151", "telephone"),
        ({"languages": "Arabic"}, "422.151", "languages"),
    ],
)
def test_every_mistake_is_named_by_its_line_and_column(changed: dict[str, str], code: str, column: str) -> None:
    found = reading(ROW, {**ROW, "name": "Another", **changed})
    line = 4 if "notes" in changed else 3
    assert wrong(found) == [(code, line, column)]
    assert len(found.entries) == 1, "the right row is read all the same"


def test_all_mistakes_of_a_file_are_told_at_once() -> None:
    found = reading({**ROW, "cost": "?", "place": "?"}, {**ROW, "name": ""})
    assert [code for code, _, _ in wrong(found)] == ["422.146", "422.147", "422.145"]


def test_the_same_name_twice_in_one_place_is_a_mistake_and_in_two_places_is_none() -> None:
    assert wrong(reading(ROW, {**ROW, "name": "old harbour CLINIC"})) == [("422.152", 3, "name")]
    assert reading(ROW, {**ROW, "place": "north"}).wrong == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xff\xfe", "422.140"),
        (b'name,"', "422.140"),
        (b"", "422.141"),
        (table(ROW).replace(b"landmark", b"address"), "422.141"),
        (table(ROW).replace(b",checked\r", b"\r"), "422.141"),
        (table(), "422.142"),
        (table(*({**ROW, "name": f"n{n}"} for n in range(MOST_ENTRIES + 1))), "422.142"),
        (table(ROW).rstrip() + b",more\r\n", "422.143"),
        (table(ROW).replace(b"MED; SAFETY,", b""), "422.143"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_by_number(content: bytes, code: str) -> None:
    found = read(content, places=PLACES, today=TODAY)
    assert [one.code for one in found.wrong] == [code]
    assert found.entries == []
    assert all(one.kind.title.format(**one.params) for one in found.wrong)


def test_columns_may_stand_in_any_order_and_a_mark_at_the_start_is_no_mistake() -> None:
    shuffled = table(ROW, columns=tuple(reversed(COLUMNS)))
    assert read(b"\xef\xbb\xbf" + shuffled, places=PLACES, today=TODAY) == reading(ROW)


def test_digits_of_an_arabic_keyboard_are_dialled_as_latin_ones() -> None:
    [entry] = reading({**ROW, "telephone": "٠٩٩ ٥٥٥"}).entries
    assert entry["telephone"] == ["099 555"]


@given(st.binary(max_size=300))
def test_no_file_makes_it_fail_otherwise_than_by_a_named_refusal(content: bytes) -> None:
    found = read(content, places=PLACES, today=TODAY)
    assert found.wrong


@given(st.lists(st.fixed_dictionaries({name: st.text(max_size=20) for name in COLUMNS}), max_size=4))
def test_nothing_but_right_rows_comes_through(rows: list[dict[str, str]]) -> None:
    found = read(table(*rows).replace(b"\0", b""), places=PLACES, today=TODAY)
    for entry in found.entries:
        assert entry["place"] in PLACES
        assert set(entry["services"]) <= set(SERVICES)
    assert len(found.entries) <= len(rows)


def test_the_phone_has_a_sentence_for_every_kind_of_help() -> None:
    said = {key.removeprefix("services.help.") for key in words.reference() if key.startswith("services.help.")}
    assert said == {code.lower() for code in SERVICES}
