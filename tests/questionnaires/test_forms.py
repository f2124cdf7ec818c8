"""The published forms: unchanged since they were published, well made, and sayable in full."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest

from intake import questionnaires, words
from intake.domain import questionnaire
from intake.domain.problems import Problem
from intake.domain.rules import OPERATORS

# A published version never changes: phones hold it, reports refer to it. Publish the next version instead.
DIGESTS = {
    ("visit", 1): "85436c7f4b01dba9ae0f4de664a2add315200526f89138ed024b1db3c35a5d37",
}
FORMS = list(DIGESTS)
NOW = "2026-11-22T14:05"
PERSON_ASKED = ("may_write", "danger_now", "hurt", "when_happened")


def texts(part: Any) -> Iterator[str]:
    """Every key of a sentence that a form names."""
    if isinstance(part, dict):
        for name, value in part.items():
            if name in ("text", "title", "help", "aloud"):
                yield value
            else:
                yield from texts(value)
    elif isinstance(part, list):
        for value in part:
            yield from texts(value)


def rules(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        for name, value in part.items():
            if name in ("when", "refuse", "urgent", "elsewhere"):
                yield value
            else:
                yield from rules(value)
    elif isinstance(part, list):
        for value in part:
            yield from rules(value)


def named(rule: dict[str, Any]) -> Iterator[str]:
    """The questions a rule looks at. Raises KeyError for an operator that does not exist."""
    ((operator, argument),) = rule.items()
    if operator not in OPERATORS:
        raise KeyError(operator)
    if operator == "setting":
        return
    if isinstance(argument, str):
        yield argument
    elif isinstance(argument, dict):
        yield from named(argument)
    elif argument and isinstance(argument[0], str):
        yield argument[0]
    else:
        for inner in argument:
            yield from named(inner)


def answers(form: tuple[str, int], **given: Any) -> list[str]:
    shown = questionnaire.visible(questionnaires.load(*form), given, questionnaires.SETTINGS, NOW)
    return list(shown["questions"])


def test_every_published_form_has_its_digest_pinned() -> None:
    assert questionnaires.published() == sorted(DIGESTS)


@pytest.mark.parametrize("form", FORMS)
def test_a_published_form_never_changes(form: tuple[str, int]) -> None:
    assert sha256(questionnaires.raw(*form)).hexdigest() == DIGESTS[form]


@pytest.mark.parametrize("form", FORMS)
def test_groups_and_questions_have_names_of_their_own(form: tuple[str, int]) -> None:
    loaded = questionnaires.load(*form)
    names = [group["id"] for group in loaded["groups"]] + [one["id"] for one in questionnaire.questions(loaded)]
    assert len(names) == len(set(names))
    assert "row" not in names


@pytest.mark.parametrize("form", FORMS)
def test_rules_look_only_at_questions_that_come_before(form: tuple[str, int]) -> None:
    before: set[str] = set()
    for group in questionnaires.load(*form)["groups"]:
        assert (
            set().union(*(named(rule) for rule in rules({"when": group["when"]} if "when" in group else {}))) <= before
        )
        for question in questionnaire.questions({"groups": [group]}):
            own = {question["id"]} if "checks" in question else set()
            for rule in rules({name: value for name, value in question.items() if name != "questions"}):
                assert set(named(rule)) <= before | own, question["id"]
            before.add(question["id"])


@pytest.mark.parametrize("form", FORMS)
def test_every_sentence_of_a_form_exists(form: tuple[str, int]) -> None:
    assert sorted(set(texts(questionnaires.load(*form))) - set(words.reference())) == []


@pytest.mark.parametrize("form", FORMS)
def test_what_is_read_to_her_as_a_notice_has_a_sentence_for_it(form: tuple[str, int]) -> None:
    groups = [group for group in questionnaires.load(*form)["groups"] if group["id"] == "notices"]
    notices = [one for group in groups for one in group["questions"]]
    assert notices
    assert [one["id"] for one in notices if "aloud" not in one] == []


@pytest.mark.parametrize("form", FORMS)
def test_nothing_sounds_like_it_is_too_late(form: tuple[str, int]) -> None:
    said = {
        tag: [words.field_texts(tag)[key] for key in texts(questionnaires.load(*form))] for tag in ("en", "fr", "ar")
    }
    late = {"en": "too late", "fr": "trop tard", "ar": "فات الأوان"}
    assert [text for tag, found in said.items() for text in found if late[tag] in text] == []


def test_an_unknown_form_is_refused_by_number() -> None:
    with pytest.raises(Problem) as refused:
        questionnaires.load("visit", 99)
    assert refused.value.code == "422.55"


def test_the_first_form_holds_every_kind_of_question() -> None:
    kinds = {one["kind"] for one in questionnaire.questions(questionnaires.load("visit", 1))}
    assert kinds == set(questionnaire.KINDS)


def test_only_her_agreement_and_what_is_pressing_are_needed() -> None:
    form = questionnaires.load("visit", 1)
    top = [one["id"] for group in form["groups"] for one in group["questions"] if one.get("required")]
    assert tuple(top) == PERSON_ASKED


def test_before_she_agrees_nothing_about_her_is_asked() -> None:
    assert answers(("visit", 1))[-1] == "may_write"
    assert answers(("visit", 1), may_write="no")[-1] == "said_no"


def test_only_the_fact_asks_neither_her_name_nor_who_may_learn_it() -> None:
    form = questionnaires.load("visit", 1)
    given = {"may_write": "fact_only", "help_safety": "yes", "keep_from": ["other"]}
    shown = questionnaire.visible(form, given, questionnaires.SETTINGS, NOW)["questions"]
    identifying = {one["id"] for one in questionnaire.questions(form) if one.get("identity")}
    assert not identifying & set(shown)
    assert [name for name in shown if name.startswith("share_")] == ["share_figures"]


def test_somebody_else_gives_no_consent_in_her_name() -> None:
    shown = answers(("visit", 1), may_write="yes", who_speaks="other", help_medical="yes")
    assert "share_medical" not in shown
    assert "share_inquiry" not in shown


@pytest.mark.parametrize(
    ("when", "cards"),
    [
        ("2026-11-22", ["care_first", "care_soon", "care_any_time"]),
        ("2026-11-18", ["care_soon", "care_any_time"]),
        ("2026-11-10", ["care_any_time"]),
        ("2026-11", ["care_first", "care_soon", "care_any_time"]),
    ],
)
def test_care_is_offered_for_as_long_as_it_may_help(when: str, cards: list[str]) -> None:
    shown = answers(("visit", 1), may_write="yes", when_happened={"when": when})
    assert [name for name in shown if name.startswith("care_") and name != "care_received"] == cards


def test_who_does_not_know_the_day_is_asked_for_the_nights() -> None:
    unknown = {"may_write": "yes", "when_happened": {"no": "unknown"}}
    assert "nights" in answers(("visit", 1), **unknown)
    assert "care_first" in answers(("visit", 1), **unknown)
    assert "care_first" not in answers(("visit", 1), **unknown, nights="over_5")
    assert "nights" not in answers(("visit", 1), may_write="yes", when_happened={"no": "declined"})


@pytest.mark.parametrize(
    ("given", "urgent"),
    [
        ({"danger_now": "yes"}, True),
        ({"danger_now": "no", "when_happened": {"when": "2026-11-20"}}, True),
        ({"danger_now": "no", "when_happened": {"when": "2026-11-20"}, "care_received": "yes"}, False),
        ({"danger_now": "no", "when_happened": {"when": "2026-11-01"}}, False),
        ({"when_happened": {"no": "unknown"}, "nights": "under_3"}, True),
        ({}, False),
    ],
)
def test_danger_and_open_windows_without_care_are_urgent(given: dict[str, Any], urgent: bool) -> None:
    form = questionnaires.load("visit", 1)
    assert questionnaire.urgent(form, {"may_write": "yes", **given}, questionnaires.SETTINGS, NOW) is urgent
