"""Which service is needed by whom follows from plain answers."""

import pytest

from intake import questionnaires
from intake.domain import questionnaire
from intake.domain.needs import CHILD_SERVICES, SERVICES, STATES, Need, needs

# Domain brief 3.3.
CATALOGUE = {
    "SAFETY",
    "MED",
    "MHPSS",
    "LEGAL",
    "BASIC",
    "LIVELI",
    "EDU_V",
    "CHILD_EDU",
    "CHILD_HEALTH",
    "CHILD_REG",
    "PATERNITY",
    "DNA",
    "CHILDSUP",
    "CP",
    "INFO",
}


def test_every_kind_of_help_the_form_asks_for_is_a_service_of_the_catalogue() -> None:
    asked = list(questionnaire.questions(questionnaires.load("needs", 1)))
    own = {one["id"].removeprefix("need_") for one in asked if one["id"].startswith("need_")}
    assert own == set(SERVICES)
    (row,) = [one for one in asked if one["id"] == "child_needs"]
    assert {option["code"] for option in row["options"]} == set(CHILD_SERVICES)
    assert {*SERVICES.values(), *CHILD_SERVICES.values()} <= CATALOGUE
    codes = {option["code"] for one in asked if one["id"].startswith("need_") for option in one["options"]}
    assert codes == set(STATES)


@pytest.mark.parametrize("state", STATES)
def test_a_grown_person_has_one_state_for_each_kind_of_help(state: str) -> None:
    assert needs({"need_health": state}) == [Need(0, "MED", state, "form.needs.need_health")]


def test_of_a_child_what_was_named_is_needed_and_the_rest_is_not() -> None:
    found = needs({"children": [{"row": "a", "child_needs": ["fees", "papers"], "child_papers": "unavailable"}]})
    assert [(one.child, one.service, one.state) for one in found] == [
        (1, "CHILD_EDU", "needed"),
        (1, "CHILD_EDU", "none"),
        (1, "CHILD_HEALTH", "none"),
        (1, "CHILD_HEALTH", "none"),
        (1, "CHILD_REG", "unavailable"),
        (1, "MHPSS", "none"),
        (1, "CP", "none"),
    ]


def test_children_keep_the_order_in_which_they_were_named() -> None:
    rows = [{"row": name, "child_needs": ["food"]} for name in "abc"]
    assert [one.child for one in needs({"children": rows}) if one.state == "needed"] == [1, 2, 3]


def test_what_was_not_asked_or_not_answered_is_no_need() -> None:
    assert needs({}) == []
    assert needs({"need_health": {"no": "declined"}, "need_food": {"no": "not_asked"}}) == []
    assert needs({"children": [{"row": "a", "child_age": "0_5"}]}) == []


@pytest.mark.parametrize("odd", [{"children": "three"}, {"children": [7]}, {"need_health": ["needed"]}])
def test_answers_of_another_shape_are_left_alone(odd: dict[str, object]) -> None:
    assert needs(odd) == []
