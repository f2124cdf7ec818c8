"""The list of places: never a half import, never an id used twice or lost, and one name in office and on phones."""

import csv
import io
import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domain.places import (
    COLUMNS,
    DEEPEST,
    MOST,
    Place,
    Reading,
    check,
    former,
    in_order,
    in_use,
    names,
    put,
    read,
    write,
    wrong,
)
from intake.domain.problems import Problem
from tests.support.browser import Script
from tests.vectors.fixed import HERE

SAVED: list[dict[str, Any]] = json.loads((HERE / "places.json").read_text("utf-8"))
IDS = st.sampled_from("abcde")

NORTH: Place = {"id": "north", "name": "North", "parent": None}
HARBOUR: Place = {"id": "n1", "name": "Old Harbour", "parent": "north"}
SOUTH: Place = {"id": "south", "name": "South", "parent": None}
MILL: Place = {"id": "mill", "name": "Mill", "parent": None, "retired": "2026-11-01"}
LIST = [NORTH, HARBOUR, SOUTH, MILL]


def table(*rows: tuple[str, str, str], columns: tuple[str, ...] = COLUMNS) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([columns, *rows])
    return out.getvalue().encode()


def mistakes(found: Reading) -> list[tuple[Any, Any, str]]:
    return [(one.params.get("line"), one.params.get("column"), one.code) for one in found.wrong]


def test_a_file_adds_renames_and_moves_and_what_it_does_not_name_stays() -> None:
    found = read(table(("n1", "New Harbour", "south"), ("s2", "Salt Hill", "south")), known=LIST)
    assert [one["id"] for one in found.after] == ["north", "south", "n1", "s2", "mill"]
    assert [one["id"] for one in found.added] == ["s2"]
    assert found.changed == [(HARBOUR, {"id": "n1", "name": "New Harbour", "parent": "south"})]


def test_children_may_stand_above_their_parents_in_a_file() -> None:
    found = read(table(("e1", "Well", "east"), ("east", "East", "")), known=LIST)
    assert found.wrong == []
    assert [one["id"] for one in found.after][-2:] == ["east", "e1"]


@pytest.mark.parametrize(
    ("row", "mistake"),
    [
        (("a b", "A", ""), (2, "id", "422.261")),
        (("x" * 65, "A", ""), (2, "id", "422.261")),
        (("", "A", ""), (2, "id", "422.261")),
        (("a", " ", ""), (2, "name", "422.145")),
        (("a", "x" * 121, ""), (2, "name", "422.144")),
        (("a", "one\ntwo", ""), (3, "name", "422.144")),
        (("a", "north", ""), (2, "name", "422.265")),
        (("a", "A", "nowhere"), (2, "parent", "422.263")),
        (("a", "A", "mill"), (2, "parent", "422.263")),
        (("a", "A", "a"), (2, "parent", "422.264")),
        (("north", "North", "n1"), (2, "parent", "422.264")),
        (("mill", "Mill", ""), (2, "id", "422.266")),
    ],
)
def test_every_mistake_is_named_by_its_line_and_column_and_nothing_is_changed(
    row: tuple[str, str, str], mistake: tuple[int, str, str]
) -> None:
    found = read(table(row), known=LIST)
    assert mistake in mistakes(found)
    assert (found.after, found.added, found.changed) == (LIST, [], [])


def test_one_mistake_keeps_the_right_lines_out_too() -> None:
    found = read(table(("e", "East", ""), ("e", "East again", "")), known=LIST)
    assert mistakes(found) == [(3, "id", "422.262")]
    assert found.after == LIST


def test_a_place_that_moves_may_not_take_others_too_deep() -> None:
    deep = [{"id": f"d{n}", "name": f"D{n}", "parent": f"d{n - 1}" if n else None} for n in range(DEEPEST)]
    assert read(table(("d0", "D0", "")), known=[*deep, NORTH]).wrong == []
    assert mistakes(read(table(("d0", "D0", "north")), known=[*deep, NORTH])) == [(2, "parent", "422.264")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xff\xfe", "422.140"),
        (b"id,name\r\n", "422.141"),
        (table(), "422.260"),
        (table(*((f"p{n}", f"P{n}", "") for n in range(MOST + 1))), "422.260"),
        (table(("a", "A", "")).rstrip() + b",more\r\n", "422.143"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_by_number(content: bytes, code: str) -> None:
    assert [one.code for one in read(content, known=LIST).wrong] == [code]


SHORT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
CELLS = st.tuples(
    st.sampled_from(["north", "n1", "mill", "a", "b", ""]) | SHORT,
    SHORT,
    st.sampled_from(["", "a", "b", "north"]) | SHORT,
)


@given(st.lists(CELLS, max_size=5))
def test_whatever_the_file_says_the_list_is_right_afterwards_and_changed_whole_or_not_at_all(
    rows: list[tuple[str, str, str]],
) -> None:
    found = read(table(*rows), known=LIST)
    check(found.after, before=LIST)
    assert not found.wrong or found.after == LIST
    if not found.wrong:
        ids = {row[0].strip() for row in rows if any(cell.strip() for cell in row)}
        assert len(ids) > 0
        assert {one["id"] for one in found.added} == {one["id"] for one in found.after} - {one["id"] for one in LIST}


def nfc(text: str) -> str:
    """As every text that is read: composed."""
    return unicodedata.normalize("NFC", text)


@st.composite
def trees(draw: st.DrawFn) -> list[Place]:
    """A list that an office may have, in the order in which it is kept."""
    names = draw(
        st.lists(
            SHORT.map(str.strip).map(nfc).filter(lambda text: text.isprintable() and text),
            max_size=8,
            unique_by=str.casefold,
        )
    )
    found: list[Place] = []
    for number, name in enumerate(names):
        above = draw(st.sampled_from([None, *(one["id"] for one in found if one["id"] < "p6")]))
        place = {"id": f"p{number}", "name": name, "parent": above}
        if not wrong(place, [*found, place]):
            found.append(place)
    return in_order(found)


@given(trees())
def test_what_is_written_and_read_again_is_the_same_list(places: list[Place]) -> None:
    empty = read(write(places), known=[])
    assert [one.code for one in empty.wrong] == ([] if places else ["422.260"])
    assert places == empty.after
    again = read(write(places), known=places)
    assert (again.after, again.added, again.changed) == (places, [], [])


@given(st.binary(max_size=200))
def test_no_file_makes_it_fail_otherwise_than_by_a_named_refusal(content: bytes) -> None:
    found = read(content, known=LIST)
    assert found.wrong
    assert found.after == LIST


def test_retired_places_are_named_and_not_offered() -> None:
    assert in_use(LIST) == [NORTH, HARBOUR, SOUTH]
    assert former(LIST) == [{"id": "mill", "name": "Mill", "parent": None}]
    assert (
        wrong({"id": "m2", "name": "Mill", "parent": None}, put(LIST, {"id": "m2", "name": "Mill", "parent": None}))
        == {}
    )


@pytest.mark.parametrize(
    ("places", "code"),
    [
        ("north", "422.14"),
        ([{"id": "a", "name": "A"}], "422.14"),
        ([{"id": "a", "name": 1, "parent": None}], "422.14"),
        ([*LIST, NORTH], "422.14"),
        (LIST[1:], "422.269"),
        ([*LIST, {"id": "b", "name": "B", "parent": "c"}], "422.263"),
        ([*LIST, {"id": "b", "name": "B", "parent": "b"}], "422.264"),
    ],
)
def test_no_other_road_leads_round_that(places: object, code: str) -> None:
    with pytest.raises(Problem) as refused:
        check(places, before=LIST)
    assert refused.value.code == code


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
