"""Which service is needed by whom follows from plain answers and from what the form says of itself."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake import questionnaires
from intake.domain import questionnaire
from intake.domain.needs import STATES, Need, by_service, needs

FORMS = [questionnaires.load(*form) for form in questionnaires.published()]
NEEDS, VISIT = questionnaires.load("needs", 1), questionnaires.load("visit", 2)
# Domain brief 3.3.
CATALOGUE = {
    *("SAFETY", "MED", "MHPSS", "LEGAL", "BASIC", "LIVELI", "EDU_V", "CHILD_EDU", "CHILD_HEALTH", "CHILD_REG"),
    *("PATERNITY", "DNA", "CHILDSUP", "CP", "INFO"),
}


def speaking(form: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The questions and options of a form that name services."""
    for question in questionnaire.questions(form):
        yield from (part for part in (question, *question.get("options", ())) if "services" in part)


def form(*questions: dict[str, Any]) -> dict[str, Any]:
    return {"id": "small", "version": 1, "groups": [{"id": "one", "questions": list(questions)}]}


@given(st.sampled_from([(one, part) for one in FORMS for part in speaking(one)]))
def test_every_service_that_a_form_names_is_one_of_the_catalogue(named: tuple[Any, dict[str, Any]]) -> None:
    assert named[1]["services"]
    assert set(named[1]["services"]) <= CATALOGUE


yeses = [
    (one, part["id"])
    for one in FORMS
    for part in questionnaire.questions(one)
    if "services" in part and part["kind"] == "yes_no"
]


@given(chosen=st.lists(st.sampled_from(yeses), min_size=1, unique_by=lambda yes: yes[1]), among=st.data())
def test_every_yes_to_help_yields_each_service_it_asks_for_whatever_else_was_said(
    chosen: list[tuple[Any, str]], among: st.DataObject
) -> None:
    for one, asked in chosen:
        (question,) = [each for each in questionnaire.questions(one) if each["id"] == asked]
        others = {name: among.draw(st.sampled_from(["yes", "no", {"no": "declined"}])) for _, name in chosen}
        found = needs(one, {**others, asked: "yes"})
        state = question.get("state", "needed")
        assert {Need(0, service, state) for service in question["services"]} <= set(found)


@pytest.mark.parametrize("one", FORMS, ids=lambda one: f"{one['id']}.{one['version']}")
def test_what_a_form_says_of_its_services_can_be_read(one: dict[str, Any]) -> None:
    """A yes, one of the states or a choice; and what tells how it is now is asked beside the choice."""
    for question in questionnaire.questions(one):
        codes = {option["code"] for option in question.get("options", ())}
        if "services" in question:
            assert question["kind"] == "yes_no" or codes == set(STATES)
        assert question.get("state", "needed") in STATES
        beside = {each["id"]: each for each in question.get("questions", ())}
        for inner in beside.values():
            for option in inner.get("options", ()):
                if "state_in" in option:
                    assert {told["code"] for told in beside[option["state_in"]]["options"]} <= set(STATES)


def test_the_needs_form_names_a_service_for_every_kind_of_help() -> None:
    asked = [one for one in questionnaire.questions(NEEDS) if one["id"].startswith("need_")]
    (of_children,) = [one for one in questionnaire.questions(NEEDS) if one["id"] == "child_needs"]
    assert [one for one in (*asked, *of_children["options"]) if not one.get("services")] == []


def test_every_service_that_a_form_names_is_said_in_words_on_the_offices_page() -> None:
    page = (Path(__file__).parents[2] / "templates" / "office" / "needs.html").read_text("utf-8")
    said = set(re.findall(r'code == "([A-Z_]+)"', page))
    assert {code for one in FORMS for part in speaking(one) for code in part["services"]} <= said


@pytest.mark.parametrize("state", STATES)
def test_a_grown_person_has_one_state_for_each_kind_of_help(state: str) -> None:
    assert needs(NEEDS, {"need_health": state}) == [Need(0, "MED", state)]


def test_of_a_child_what_was_named_is_needed_and_the_rest_is_not() -> None:
    row = {"row": "a", "child_needs": ["fees", "papers"], "child_papers": "unavailable"}
    assert needs(NEEDS, {"children": [row]}) == [
        Need(1, "CHILD_EDU", "needed"),
        Need(1, "CHILD_EDU", "none"),
        Need(1, "CHILD_HEALTH", "none"),
        Need(1, "CHILD_HEALTH", "none"),
        Need(1, "CHILD_REG", "unavailable"),
        Need(1, "MHPSS", "none"),
        Need(1, "CP", "none"),
    ]


def test_children_keep_the_order_in_which_they_were_named() -> None:
    rows = [{"row": name, "child_needs": ["food"]} for name in "abc"]
    assert [one.child for one in needs(NEEDS, {"children": rows}) if one.state == "needed"] == [1, 2, 3]


def test_a_yes_to_help_with_several_services_asks_for_each() -> None:
    assert needs(VISIT, {"help_work": "yes", "help_medical": "no"}) == [
        Need(0, "MED", "none"),
        Need(0, "LIVELI", "needed"),
        Need(0, "EDU_V", "needed"),
    ]


def test_care_that_she_had_is_told_beside_what_she_needs() -> None:
    rows = [{"row": "a", "helped_with": "talk"}, {"row": "b", "helped_with": "other"}]
    found = needs(VISIT, {"care_received": "yes", "help_medical": "yes", "helped_before": "yes", "helped_by": rows})
    assert found == [Need(0, "MED", "received"), Need(0, "MED", "needed"), Need(0, "MHPSS", "received")]
    assert by_service(found)["MED"] == {state: [0] if state in ("needed", "received") else [] for state in STATES}


def test_help_that_may_be_any_of_several_services_is_not_told_as_received() -> None:
    """Were all of them ticked off, nobody would look at those she never had."""
    assert needs(VISIT, {"helped_by": [{"row": "a", "helped_with": "children"}]}) == []


def test_no_care_yet_says_nothing_of_whether_it_is_needed() -> None:
    assert needs(VISIT, {"care_received": "no"}) == []


def test_a_form_that_names_no_services_has_none() -> None:
    assert needs(form({"id": "help_medical", "kind": "yes_no"}), {"help_medical": "yes"}) == []


def test_what_was_not_asked_or_not_answered_is_no_need() -> None:
    assert needs(NEEDS, {}) == []
    assert needs(NEEDS, {"need_health": {"no": "declined"}, "need_food": {"no": "not_asked"}}) == []
    assert needs(NEEDS, {"children": [{"row": "a", "child_age": "0_5"}]}) == []


@pytest.mark.parametrize("odd", [{"children": "three"}, {"children": [7]}, {"need_health": ["needed"]}])
def test_answers_of_another_shape_are_left_alone(odd: dict[str, object]) -> None:
    assert needs(NEEDS, odd) == []
