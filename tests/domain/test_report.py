"""An opened report: nothing of it is thrown away, whatever shape it has."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake import questionnaires
from intake.domain.report import About, Line, Piece, identity_answers, read, sections

FORM = questionnaires.load("visit", 1)
WHOLE: dict[str, Any] = {
    "form": "visit",
    "version": 1,
    "language": "ar",
    "officer": "K-7",
    "n": 3,
    "state": "final",
    "identity": True,
    "about": {"report": "x", "as": "corrects"},
    "answers": {"hurt": "yes"},
}
SHAPES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


def lines(answers: dict[str, Any]) -> list[Line]:
    return [line for section in sections(FORM, answers) for line in section.lines]


def pieces(question: str, answer: Any) -> tuple[Piece, ...]:
    (line,) = lines({question: answer})
    return line.pieces


def test_a_whole_report_is_read_without_remark() -> None:
    report = read(WHOLE)
    assert report.odd == ()
    assert (report.form, report.version, report.n, report.about) == ("visit", 1, 3, About("x", "corrects"))


@pytest.mark.parametrize("member", ["form", "version", "language", "officer", "n", "state", "answers"])
def test_a_missing_member_is_named(member: str) -> None:
    assert read({name: value for name, value in WHOLE.items() if name != member}).odd == (member,)


@pytest.mark.parametrize(
    ("member", "value"),
    [("version", "1"), ("version", True), ("n", -1), ("state", "half"), ("about", "x"), ("about", {"report": 1})],
)
def test_a_member_of_another_shape_is_named(member: str, value: Any) -> None:
    assert read({**WHOLE, member: value}).odd == (member,)


@given(SHAPES)
def test_whatever_was_sealed_can_be_read(part: Any) -> None:
    read(part)
    identity_answers(part)


@given(st.dictionaries(st.sampled_from(["hurt", "helped_by", "when_happened", "keep_from", "strange"]), SHAPES))
def test_every_answer_has_a_line_whatever_its_shape(answers: dict[str, Any]) -> None:
    assert sorted(line.id for line in lines(answers)) == sorted(answers)


@given(st.dictionaries(st.text(min_size=1, max_size=8), SHAPES, max_size=4))
def test_without_its_form_every_answer_has_a_line_too(answers: dict[str, Any]) -> None:
    shown = [line.id for section in sections(None, answers) for line in section.lines]
    assert shown == list(answers)


@pytest.mark.parametrize(
    ("question", "answer", "shown"),
    [
        ("hurt", "yes", Piece("fixed", "yes")),
        ("your_part", "played", Piece("fixed", "played")),
        ("nights", "under_3", Piece("words", "form.visit.nights.option.under_3")),
        ("nights", "a_hundred", Piece("raw", "a_hundred")),
        ("children_along", 2, Piece("number", "2")),
        ("when_happened", {"when": "2026-10"}, Piece("date", "2026-10")),
        ("when_happened", {"when": ["2026-10-01", "2026-10-04"]}, Piece("date", "2026-10-01", until="2026-10-04")),
        ("help_words", {"text": "طبيب", "language": "ar"}, Piece("text", "طبيب", language="ar")),
        ("help_words", {"text": "x"}, Piece("text", "x")),
        ("hurt", {"no": "declined"}, Piece("no", "declined")),
        ("hurt", {"no": "because"}, Piece("raw", '{"no": "because"}')),
        ("hurt", None, Piece("raw", "null")),
    ],
)
def test_each_kind_of_answer_is_shown_as_what_it_is(question: str, answer: Any, shown: Piece) -> None:
    assert pieces(question, answer) == (shown,)


def test_several_choices_are_several_pieces_known_or_not() -> None:
    assert [piece.kind for piece in pieces("keep_from", ["family", "a_stranger"])] == ["words", "raw"]


def test_rows_are_shown_one_by_one_with_what_is_strange_in_them() -> None:
    (line,) = lines({"helped_by": [{"row": "a", "helped_with": "medical", "strange": 1}, "no row"]})
    assert [[inner.id for inner in row] for row in line.rows] == [["helped_with", "strange"], [""]]


def test_answers_come_in_the_order_of_the_form() -> None:
    assert [line.id for line in lines({"hurt": "yes", "strange": 1, "private": "yes"})] == [
        "private",
        "hurt",
        "strange",
    ]


def test_what_was_read_aloud_is_told_apart_from_what_was_asked() -> None:
    assert [line.notice for line in lines({"your_part": "read", "private": "yes"})] == [True, False]
