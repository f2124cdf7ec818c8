"""Entering by hand: whatever the phone's rules accept the desk accepts, and the same document comes of it."""

import json
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake import questionnaires
from intake.domain import entry, questionnaire
from intake.domain.entry import Draft
from intake.domain.problems import Problem
from tests.support.forms import form_case
from tests.vectors.fixed import HERE

SAVED: list[dict[str, Any]] = [case for case in json.loads((HERE / "rules.json").read_text("utf-8")) if "form" in case]
DRAFT = Draft("r", "x", 1, "ar", "call", "2026-11-22", "2026-11-22T14:05:00Z", n=3)


def accepted(case: dict[str, Any]) -> dict[str, Any]:
    """Those of a case's answers that a phone's controls can make and its rules find nothing wrong with."""
    form, given_, now = case["form"], case["settings"], case["now"]
    kinds = {question["id"]: question for question in questionnaire.questions(form)}
    answers = {name: answer for name, answer in case["answers"].items() if _can_be(kinds.get(name), answer)}
    while True:
        found = questionnaire.problems(form, answers, given_, now)
        bad = {one["question"] for one in found if one["code"] != questionnaire.NEEDED}
        inner = {part["id"]: one["id"] for one in kinds.values() for part in one.get("questions", ())}
        bad |= {inner[name] for name in bad if name in inner}
        if not bad & set(answers):
            return questionnaire.prune(form, answers, given_, now)
        answers = {name: answer for name, answer in answers.items() if name not in bad}


def _can_be(question: dict[str, Any] | None, answer: Any) -> bool:
    if question is None or answer is None:
        return False
    if isinstance(answer, dict) and "no" in answer:
        return bool(question.get("declinable"))
    if question["kind"] == "rows":
        if not isinstance(answer, list):
            return False
        rows = [row for row in answer if isinstance(row, dict) and isinstance(row.get("row"), str)]
        parts = {part["id"]: part for part in question["questions"]}
        return len(rows) == len(answer) > 0 and all(
            _can_be(parts.get(name), value) for row in rows for name, value in row.items() if name != "row"
        )
    if question["kind"] == "text":
        return isinstance(answer, dict) and str(answer.get("text", "")).strip() != ""
    if question["kind"] == "number":
        return type(answer) is int and 0 <= answer < 10**9
    return answer not in ([], "")


def entered(case: dict[str, Any], answers: dict[str, Any]) -> dict[str, Any]:
    """The same answers, entered group by group at a desk; a page comes again as long as it brings questions."""
    form, given_, now = case["form"], case["settings"], case["now"]
    found: dict[str, Any] = {}
    for group in form["groups"]:
        asked: list[str] = []
        while True:
            shown = questionnaire.visible(form, found, given_, now)
            if group["id"] not in shown["groups"] or asked == entry.asked(group, shown):
                break
            asked = entry.asked(group, shown)
            fields = {**entry.written(group, answers), "asked": [" ".join(asked)]}
            found, wrong = entry.read(group, fields, found)
            assert wrong == {}
    return found


def documents(case: dict[str, Any], answers: dict[str, Any]) -> list[entry.Document]:
    made = entry.Draft(**{**vars(DRAFT), "answers": answers})
    return [
        entry.document(case["form"], made, settings=case["settings"], now=case["now"], state=state, by="amina")
        for state in ("final", "unfinished")
    ]


def same(case: dict[str, Any]) -> dict[str, Any]:
    """The answers both accept, after it was seen that the same document comes of them."""
    answers = accepted(case)
    typed = entered(case, answers)
    assert questionnaire.prune(case["form"], typed, case["settings"], case["now"]) == answers
    assert documents(case, typed) == documents(case, answers)
    return answers


def test_the_desk_makes_of_the_phones_saved_cases_the_same_document() -> None:
    whole = 0
    for case in SAVED:
        answers = same(case)
        if answers == questionnaire.prune(case["form"], case["answers"], case["settings"], case["now"]):
            final = documents(case, answers)[0]
            assert {**final.report["answers"], **final.identity["answers"]} == case["expect"]["finish"]
            assert final.urgent == case["expect"]["urgent"]
            whole += 1
    assert whole > 5


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**64))
def test_whatever_the_phones_rules_accept_the_desk_accepts(seed: int) -> None:
    same(form_case(Random(seed)))


def group(*asked: dict[str, Any]) -> dict[str, Any]:
    return {"id": "g", "questions": [{"text": f"form.x.{one['id']}", **one} for one in asked]}


def read(question: dict[str, Any], before: Any = None, **fields: Any) -> tuple[Any, dict[str, str]]:
    """One answer, and what is wrong with it; `fields` without the prefix that all have."""
    name = f"q-{question['id']}"
    sent = {f"{name}{part.replace('_', '-')}": [value] for part, value in fields.items() if part}
    answers, wrong = entry.read(
        group(question), {**sent, "asked": [name]}, {} if before is None else {question["id"]: before}
    )
    return answers.get(question["id"]), wrong


def date(**fields: str) -> tuple[Any, dict[str, str]]:
    return read(
        {"id": "d", "kind": "date", "declinable": True}, **{f"_{name}": value for name, value in fields.items()}
    )


@pytest.mark.parametrize(
    ("fields", "answer", "wrong"),
    [
        ({}, None, ""),
        ({"from_year": "2026"}, {"when": "2026"}, ""),
        ({"from_year": "٢٠٢٦", "from_month": "03"}, {"when": "2026-03"}, ""),
        ({"from_year": "2026", "from_month": "03", "from_day": "٩"}, {"when": "2026-03-09"}, ""),
        ({"from_year": "26"}, None, "422.251"),
        ({"from_day": "9", "from_year": "2026"}, None, "422.252"),
        ({"from_year": "2026", "from_month": "02", "from_day": "30"}, None, "422.45"),
        ({"from_year": "2026", "to_year": "2027"}, None, "422.253"),
        ({"to_year": "2026", "to_month": "02", "to_day": "3"}, None, "422.253"),
    ],
)
def test_a_date_is_as_precise_as_it_is_known(fields: dict[str, str], answer: Any, wrong: str) -> None:
    assert date(**fields) == (answer, {"q-d": wrong} if wrong else {})


def test_between_two_days_wants_both_in_their_order() -> None:
    first = {"from_year": "2026", "from_month": "02", "from_day": "3"}
    last = {"to_year": "2026", "to_month": "02", "to_day": "5"}
    assert date(**first, **last) == ({"when": ["2026-02-03", "2026-02-05"]}, {})
    assert date(**first, **{**last, "to_day": "1"}) == (None, {"q-d": "422.47"})


NUMBER = {"id": "n", "kind": "number", "declinable": True}


def test_a_number_may_have_the_digits_of_any_keyboard_and_what_is_none_is_left_as_it_was() -> None:
    assert entry.read(group(NUMBER), {"q-n": ["٣"], "asked": ["q-n"]}, {}) == ({"n": 3}, {})
    assert entry.read(group(NUMBER), {"q-n": ["many"], "asked": ["q-n"]}, {"n": 2}) == ({"n": 2}, {"q-n": "422.250"})


@pytest.mark.parametrize(
    ("before", "value", "reason", "after"),
    [
        (None, "3", "", 3),
        (2, "2", "declined", {"no": "declined"}),
        (2, "3", "declined", {"no": "declined"}),
        ({"no": "declined"}, "3", "declined", 3),
        ({"no": "declined"}, "", "declined", {"no": "declined"}),
        ({"no": "declined"}, "3", "unknown", {"no": "unknown"}),
        ({"no": "declined"}, "", "", None),
        (2, "", "", None),
    ],
)
def test_of_an_answer_and_a_reason_for_none_what_changed_last_counts(
    before: Any, value: str, reason: str, after: Any
) -> None:
    fields = {"q-n": [value], "q-n-no": [reason], "asked": ["q-n"]}
    answers, _ = entry.read(group(NUMBER), fields, {} if before is None else {"n": before})
    assert answers.get("n") == after


def test_what_the_page_did_not_ask_stays_as_it_was() -> None:
    assert entry.read(group(NUMBER), {"asked": [""]}, {"n": 2, "other": "yes"}) == ({"n": 2, "other": "yes"}, {})


ROWS = {"id": "ways", "kind": "rows", "questions": [{"id": "way", "kind": "text"}, {"id": "hidden", "kind": "number"}]}


def test_rows_come_and_go_and_keep_what_is_not_on_the_page() -> None:
    before = {"ways": [{"row": "a", "hidden": 3}, {"row": "b"}]}
    fields = {"q-ways": ["a"], "q-ways-a-way": ["call"], "q-ways-a-way-language": ["en"]}
    asked = {"asked": ["q-ways q-ways-a-way"]}
    answers, _ = entry.read(group(ROWS), {**fields, **asked}, before)
    assert answers == {"ways": [{"row": "a", "hidden": 3, "way": {"text": "call", "language": "en"}}]}
    assert entry.without_row(answers, "ways", "a") == {}
    assert entry.with_row({}, "ways", "z") == {"ways": [{"row": "z"}]}


@pytest.mark.parametrize(
    ("channel", "came", "code"),
    [("", "2026-11-22", "422.254"), ("call", "", "422.45"), ("call", "2026-02-30", "422.45"),
     ("letter", "2026-11", "422.45"), ("walk_in", "2026-11-23", "422.46")],
)  # fmt: skip
def test_how_and_on_which_day_it_came_must_be_said(channel: str, came: str, code: str) -> None:
    with pytest.raises(Problem) as refused:
        entry.check_begin(channel=channel, came=came, today="2026-11-22")
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("answers", "agreed"),
    [
        ({}, False),
        ({"may_write": "no"}, False),
        ({"may_write": "yes"}, True),
        ({"may_write": "fact_only"}, True),
        ({"may_write": "yes", "child_agrees": "no"}, False),
    ],
)
def test_nothing_is_sent_without_a_word_that_it_may(answers: dict[str, str], agreed: bool) -> None:
    assert entry.has_agreed(answers) is agreed


def test_a_draft_at_rest_is_the_same_draft() -> None:
    draft = Draft(**{**vars(DRAFT), "answers": {"q": ["a"]}, "typed": {"g": {"q-d": ["x"]}}})
    assert entry.from_json("r", json.loads(json.dumps(entry.to_json(draft)))) == draft


def test_every_form_that_can_be_begun_asks_whether_it_may_be_written_down() -> None:
    for form in questionnaires.interviews():
        asked = {question["id"]: question for question in questionnaire.questions(questionnaires.load(*form))}
        assert {option["code"] for option in asked["may_write"]["options"]} & set(entry.AGREED), form
