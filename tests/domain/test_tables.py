"""Lists that go out: RFC 4180, letters right in spreadsheets, and no cell that a spreadsheet would carry out."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domain import tables

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@given(texts)
def test_a_harmless_text_begins_like_no_formula_and_is_else_as_it_was(text: str) -> None:
    found = tables.harmless(text)
    assert not found.startswith(tables.FORMULA)
    assert found.removeprefix("'") == text.removeprefix("'")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x"])
def test_what_a_spreadsheet_takes_for_a_formula_is_said_to_be_text(text: str) -> None:
    assert tables.harmless(text) == f"'{text}"


@given(st.lists(st.fixed_dictionaries({"a": texts, "b": texts}), min_size=1))
def test_whatever_stands_in_a_cell_is_read_as_that_cell_and_is_no_formula(rows: list[dict[str, str]]) -> None:
    content = tables.write(rows, columns=("a", "b"))
    assert content.startswith(b"\xef\xbb\xbf")
    found = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert found == [{name: tables.harmless(cell) for name, cell in row.items()} for row in rows]
    assert not any(cell.startswith(tables.FORMULA) for row in found for cell in row.values())


@pytest.mark.parametrize("cell", ["+211 900 000 001", "=1+1", "-", "'t Hof", "'", ""])
def test_what_goes_out_comes_back_as_it_was(cell: str) -> None:
    written = tables.write([{"a": cell, "b": "x"}], columns=("a", "b"))
    assert tables.read(written, columns=("a", "b")) == [(2, {"a": cell, "b": "x"})]
