"""Rules and questions: what each operator says, what is hidden, what is wrong, what goes into which part."""

from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake import questionnaires
from intake.domain import questionnaire
from intake.domain.rules import Scene, judge

NOW = "2026-11-22T14:05"
SETTINGS = {"pep_hours": 72, "ec_hours": 120}


def judged(rule: dict[str, Any], answers: dict[str, Any] | None = None, **settings: Any) -> bool | None:
    return judge(rule, Scene(answers or {}, {**SETTINGS, **settings}, NOW))


def form(*questions: dict[str, Any], **members: Any) -> dict[str, Any]:
    whole = [{"text": f"form.x.{question['id']}", **question} for question in questions]
    return {
        "id": "x",
        "version": 1,
        "groups": [{"id": "g", "title": "form.x.g", "for": "her", "questions": whole}],
        **members,
    }


def codes(one: dict[str, Any], answers: dict[str, Any]) -> list[str]:
    return [found["code"] for found in questionnaire.problems(one, answers, SETTINGS, NOW)]


# ---- operators


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("yes", True),
        ("no", False),
        (None, None),
        ({"no": "declined"}, None),
        ({"no": "unknown"}, None),
        (["yes"], False),
    ],
)
def test_is_compares_a_real_answer_and_knows_nothing_otherwise(answer: Any, expected: bool | None) -> None:
    assert judged({"is": ["hurt", "yes"]}, {"hurt": answer}) is expected


def test_a_number_is_never_the_same_as_a_code_that_looks_like_it() -> None:
    assert judged({"is": ["n", 1]}, {"n": "1"}) is False
    assert judged({"is": ["n", 1]}, {"n": True}) is False


def test_in_finds_one_of_several_codes() -> None:
    assert judged({"in": ["who", ["self", "caregiver"]]}, {"who": "self"}) is True
    assert judged({"in": ["who", ["self", "caregiver"]]}, {"who": "other"}) is False
    assert judged({"in": ["who", ["self"]]}) is None


def test_has_looks_into_a_list_of_codes() -> None:
    assert judged({"has": ["from", "police"]}, {"from": ["family", "police"]}) is True
    assert judged({"has": ["from", "police"]}, {"from": []}) is False
    assert judged({"has": ["from", "police"]}, {"from": {"no": "declined"}}) is None


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("yes", True),
        ([], False),
        ({"text": " ", "language": "en"}, False),
        ({"no": "declined"}, False),
        (None, False),
        (0, True),
    ],
)
def test_answered_always_knows(answer: Any, expected: bool) -> None:
    assert judged({"answered": "q"}, {"q": answer}) is expected


def test_declined_and_not_asked_are_told_apart() -> None:
    assert judged({"declined": "q"}, {"q": {"no": "declined"}}) is True
    assert judged({"not_asked": "q"}, {"q": {"no": "declined"}}) is False
    assert judged({"not_asked": "q"}) is True
    assert judged({"not_asked": "q"}, {"q": {"no": "not_asked"}}) is True
    assert judged({"declined": "q"}) is False


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2026-11-17", True),
        ("2026-11-18", False),
        ("2026-11", None),
        ("2026-10", True),
        (["2026-11-01", "2026-11-20"], None),
    ],
)
def test_before_is_certain_only_when_every_possible_day_is(when: Any, expected: bool | None) -> None:
    assert judged({"before": ["d", "2026-11-18"]}, {"d": {"when": when}}) is expected


def test_before_compares_with_now_a_question_or_a_setting() -> None:
    answers = {"d": {"when": "2026-11-17"}, "e": {"when": "2026-11-20"}}
    assert judged({"before": ["d", "now"]}, answers) is True
    assert judged({"before": ["d", {"question": "e"}]}, answers) is True
    assert judged({"before": ["e", {"setting": "first"}]}, answers, first="2026-11-18") is False
    assert judged({"before": ["d", {"setting": "first"}]}, answers) is None


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2026-11-22", True),
        ("2026-11-19", True),  # from 62 to 86 hours back: it may still be within 72
        ("2026-11-18", False),  # at least 86 hours
        (["2026-10-30", "2026-11-19"], True),
        ("2026-11", True),
        ("2026-10", False),
        ("2026", None),  # more than a month wide and reaching into the window: not known
        ("2025", False),
        ("soon", None),
    ],
)
def test_hours_within_holds_while_the_shortest_possible_time_fits(when: Any, expected: bool | None) -> None:
    assert judged({"hours_within": ["d", {"setting": "pep_hours"}]}, {"d": {"when": when}}) is expected


def test_hours_are_counted_on_the_clocks_of_the_place() -> None:
    rule = {"hours_within": ["d", 14]}
    assert judged(rule, {"d": {"when": "2026-11-21"}}) is False
    assert judged(rule, {"d": {"when": "2026-11-21"}}, utc_offset_minutes=-300) is True


def test_a_missing_setting_makes_a_test_unknown() -> None:
    assert judged({"hours_within": ["d", {"setting": "none"}]}, {"d": {"when": "2026-11-22"}}) is None
    assert judged({"setting": ["none", "a"]}) is None
    assert judged({"setting": ["pep_hours", 72]}) is True
    assert judged({"setting": ["pep_hours", 48]}) is False


def test_rows_are_counted_with_what_is_unknown_about_them() -> None:
    rows = {"ways": [{"row": "1", "way": "phone"}, {"row": "2"}, {"row": "3", "way": "visit"}]}
    phone = {"is": ["way", "phone"]}
    assert judged({"count_at_least": ["ways", 3]}, rows) is True
    assert judged({"count_at_least": ["ways", 1, phone]}, rows) is True
    assert judged({"count_at_least": ["ways", 2, phone]}, rows) is None
    assert judged({"count_at_least": ["ways", 3, phone]}, rows) is False
    assert judged({"any": ["ways", phone]}, rows) is True
    assert judged({"all": ["ways", phone]}, rows) is False
    assert judged({"any": ["ways", phone]}) is None


def test_a_row_sees_itself_before_the_top_level() -> None:
    rows = {"way": "visit", "ways": [{"row": "1", "way": "phone"}]}
    assert judged({"any": ["ways", {"is": ["way", "phone"]}]}, rows) is True


T, F, U = {"answered": "yes"}, {"answered": "missing"}, {"is": ["missing", 1]}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"not": U}, None),
        ({"not": T}, False),
        ({"all": [T, U]}, None),
        ({"all": [F, U]}, False),
        ({"any": [T, U]}, True),
        ({"any": [F, U]}, None),
        ({"all": []}, True),
        ({"any": []}, False),
    ],
)
def test_not_all_and_any_follow_three_valued_logic(rule: dict[str, Any], expected: bool | None) -> None:
    assert judged(rule, {"yes": "x"}) is expected


def test_an_operator_that_does_not_exist_is_an_error_and_not_a_guess() -> None:
    with pytest.raises(KeyError):
        judged({"matches": ["q", ".*"]})


# ---- what is visible


HIDING = form(
    {"id": "hurt", "kind": "yes_no"},
    {"id": "where", "kind": "text", "when": {"is": ["hurt", "yes"]}},
    {"id": "after", "kind": "yes_no", "when": {"answered": "where"}},
)


def test_unknown_hides_nothing() -> None:
    assert questionnaire.visible(HIDING, {}, SETTINGS, NOW)["questions"] == ["hurt", "where"]


def test_a_rule_does_not_see_the_answer_to_a_question_that_is_hidden() -> None:
    answers = {"hurt": "no", "where": {"text": "arm", "language": "en"}}
    assert questionnaire.visible(HIDING, answers, SETTINGS, NOW)["questions"] == ["hurt"]


def test_hidden_answers_are_left_out_and_the_summary_says_so() -> None:
    answers = {"hurt": "no", "where": {"text": "arm", "language": "en"}, "nowhere": "x"}
    assert questionnaire.prune(HIDING, answers, SETTINGS, NOW) == {"hurt": "no"}
    assert questionnaire.summary(HIDING, answers, SETTINGS, NOW)["left_out"] == ["where"]


def test_finishing_now_says_of_everything_left_that_it_was_not_asked() -> None:
    finished = questionnaire.finish(HIDING, {"hurt": "yes"}, SETTINGS, NOW)
    assert finished == {"hurt": "yes", "where": {"no": "not_asked"}}


def test_a_choice_can_be_hidden_by_a_rule() -> None:
    never = {"answered": "first"}
    options = [{"code": "a", "text": "t"}, {"code": "b", "text": "t", "when": never}]
    one = form({"id": "first", "kind": "yes_no"}, {"id": "q", "kind": "one", "options": options})
    assert questionnaire.visible(one, {}, SETTINGS, NOW)["options"] == {"q": ["a"]}
    assert codes(one, {"q": "b"}) == ["422.48"]


def test_texts_are_sealed_in_normal_form_c() -> None:
    one = form({"id": "t", "kind": "text"})
    pruned = questionnaire.prune(one, {"t": {"text": "e\u0301", "language": "fr"}}, SETTINGS, NOW)
    assert pruned["t"]["text"] == "\u00e9"


# ---- what is wrong


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        ({"kind": "yes_no", "required": True}, None, ["422.40"]),
        ({"kind": "yes_no", "required": True}, {"no": "not_asked"}, ["422.40"]),
        ({"kind": "yes_no", "required": True}, {"no": "declined"}, ["422.51"]),
        ({"kind": "yes_no", "required": True, "declinable": True}, {"no": "declined"}, []),
        ({"kind": "text", "required": True}, {"text": " ", "language": "en"}, ["422.40"]),
        ({"kind": "notice"}, "seen", ["422.41"]),
        ({"kind": "notice"}, "played", []),
        ({"kind": "yes_no"}, "maybe", ["422.41"]),
        ({"kind": "number", "min": 1}, 0, ["422.42"]),
        ({"kind": "number", "max": 5}, 6, ["422.43"]),
        ({"kind": "number"}, True, ["422.41"]),
        ({"kind": "text", "max": 2}, {"text": "👩👩", "language": "en"}, []),
        ({"kind": "text", "max": 2}, {"text": "abc", "language": "en"}, ["422.44"]),
        ({"kind": "text"}, {"text": "abc", "language": "e n"}, ["422.41"]),
        ({"kind": "date"}, {"when": "2026-02-30"}, ["422.45"]),
        ({"kind": "date"}, {"when": "2026-11-24"}, ["422.46"]),
        ({"kind": "date"}, {"when": "2026-11-23"}, []),
        ({"kind": "date"}, {"when": ["2026-11-03", "2026-11-02"]}, ["422.47"]),
        ({"kind": "date"}, {"no": "unknown"}, ["422.51"]),
        ({"kind": "several", "options": [{"code": "a"}]}, ["b"], ["422.48"]),
        ({"kind": "several", "options": [{"code": "a"}]}, ["a", "a"], ["422.50"]),
        ({"kind": "rows", "max": 1, "questions": []}, [{"row": "1"}, {"row": "2"}], ["422.49"]),
        ({"kind": "rows", "questions": []}, [{"row": "1"}, {"row": "1"}], ["422.50"]),
        ({"kind": "rows", "questions": []}, [{"row": 1}], ["422.41"]),
    ],
)
def test_each_kind_refuses_what_does_not_fit_it(question: dict[str, Any], answer: Any, expected: list[str]) -> None:
    assert codes(form({"id": "q", **question}), {"q": answer}) == expected


def test_a_problem_inside_a_row_names_the_row() -> None:
    one = form({"id": "ways", "kind": "rows", "questions": [{"id": "way", "kind": "yes_no", "text": "t"}]})
    found = questionnaire.problems(one, {"ways": [{"row": "k7", "way": "x"}]}, SETTINGS, NOW)
    assert found == [{"question": "way", "row": "k7", "code": "422.41", "text": "answers.shape"}]


def test_a_check_refuses_only_what_is_certain() -> None:
    check = {"refuse": {"is": ["first", "no"]}, "text": "form.x.q.check.one"}
    one = form({"id": "first", "kind": "yes_no"}, {"id": "q", "kind": "yes_no", "checks": [check]})
    assert codes(one, {"q": "yes"}) == []
    assert codes(one, {"first": "no", "q": "yes"}) == ["422.52"]


def test_what_is_hidden_is_not_asked_for() -> None:
    one = form(
        {"id": "a", "kind": "yes_no"}, {"id": "b", "kind": "yes_no", "required": True, "when": {"is": ["a", "yes"]}}
    )
    assert codes(one, {"a": "no"}) == []
    assert codes(one, {}) == ["422.40"]


def test_the_office_remarks_on_answers_that_do_not_belong() -> None:
    answers = {"hurt": "no", "where": {"text": "arm", "language": "en"}, "nowhere": "x"}
    found = questionnaire.remarks(HIDING, answers, SETTINGS, NOW)
    assert [(one["question"], one["code"]) for one in found] == [("nowhere", "422.53"), ("where", "422.54")]


def test_an_unfinished_report_lacks_nothing() -> None:
    one = form({"id": "q", "kind": "yes_no", "required": True})
    assert questionnaire.remarks(one, {}, SETTINGS, NOW, final=False) == []


VISIT = questionnaires.load("visit", 1)
DAYLIKE = st.text("0123456789-", min_size=4, max_size=10)
LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=10) | DAYLIKE
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=10)
        | st.dictionaries(
            st.sampled_from(["no", "when", "text", "language", "row", "way"]) | st.text(max_size=3), inner
        )
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from([one["id"] for one in questionnaire.questions(VISIT)]), ANYTHING, max_size=8))
def test_nothing_a_forged_phone_can_write_stops_the_office(answers: dict[str, Any]) -> None:
    questionnaire.remarks(VISIT, answers, SETTINGS, NOW)
    questionnaire.summary(VISIT, answers, SETTINGS, NOW)
    questionnaire.finish(VISIT, answers, SETTINGS, NOW)
    questionnaire.progress(VISIT, answers, SETTINGS, NOW)
    questionnaire.urgent(VISIT, answers, SETTINGS, NOW)


# ---- parts, progress, urgency


def test_what_identifies_goes_into_the_other_part_with_all_its_rows() -> None:
    one = form({"id": "a", "kind": "yes_no"}, {"id": "ways", "kind": "rows", "identity": True, "questions": []})
    answers = {"a": "yes", "ways": [{"row": "1", "way": "phone"}]}
    assert questionnaire.split(one, answers) == ({"a": "yes"}, {"ways": answers["ways"]})


def test_progress_counts_a_refusal_as_dealt_with() -> None:
    one = form({"id": "a", "kind": "yes_no"}, {"id": "b", "kind": "yes_no"}, {"id": "c", "kind": "yes_no"})
    counted = questionnaire.progress(
        one, {"a": "yes", "b": {"no": "declined"}, "c": {"no": "not_asked"}}, SETTINGS, NOW
    )
    assert (counted["done"], counted["of"]) == (2, 3)


def test_a_report_is_urgent_only_for_certain() -> None:
    one = form({"id": "danger", "kind": "yes_no"}, urgent={"is": ["danger", "yes"]})
    assert questionnaire.urgent(one, {"danger": "yes"}, SETTINGS, NOW) is True
    assert questionnaire.urgent(one, {}, SETTINGS, NOW) is False
    assert questionnaire.urgent(form({"id": "a", "kind": "yes_no"}), {"a": "yes"}, SETTINGS, NOW) is False


def test_a_report_is_for_another_office_only_for_certain_and_by_what_is_visible() -> None:
    one = form(
        {"id": "known", "kind": "yes_no"},
        {"id": "reader_involved", "kind": "yes_no", "when": {"is": ["known", "yes"]}},
        elsewhere={"is": ["reader_involved", "yes"]},
    )
    goes = partial(questionnaire.elsewhere, one, settings=SETTINGS, now=NOW)
    assert goes({"known": "yes", "reader_involved": "yes"}) is True
    assert goes({"known": "yes", "reader_involved": {"no": "unknown"}}) is False
    assert goes({"known": "no", "reader_involved": "yes"}) is False, "hidden, so it is not an answer"
    assert questionnaire.elsewhere(form({"id": "a", "kind": "yes_no"}), {"a": "yes"}, SETTINGS, NOW) is False
