"""Reports of every form in the office: called by its name, remarks in its words, needs as a table."""

import html
import re
from typing import Any

import pytest

from tests.support.staffed import Phone
from tests.web.office.conftest import Visitor

NEEDS: dict[str, Any] = {
    "private": "yes",
    "may_write": "yes",
    "danger_now": "no",
    "for_whom": ["self", "children"],
    "need_health": "unavailable",
    "need_food": "none",
    "children": [
        {"row": "a", "child_age": "6_11", "child_needs": ["fees", "papers"], "child_papers": "received"},
        {"row": "b", "child_age": "0_5", "child_needs": ["fees"]},
    ],
}


@pytest.fixture
def reviewer(visitor: Visitor) -> Visitor:
    visitor.sign_in("amina")
    return visitor


def opened(reviewer: Visitor, report: str, language: str = "en") -> str:
    reviewer.get("/office/arrivals")
    return html.unescape(reviewer.get(f"/office/arrivals/{report}?lang={language}").text)


def table(page: str) -> dict[str, list[str]]:
    """The services of the table, each with what stands in its line."""
    found = {}
    for line in re.findall(r"<tr>\s*<th scope=\"row\">(.*?)</tr>", page, re.DOTALL):
        service, _, rest = line.partition("</th>")
        found[service] = [" ".join(cell) for cell in re.findall(r'<td data-label="(.*?)">(.*?)</td>', rest)]
    return found


@pytest.mark.parametrize(
    ("form", "name"), [("visit", "A report"), ("needs", "Help that is needed"), ("wish", "A wish for a child")]
)
def test_each_report_is_called_by_its_form_in_the_list_and_when_it_is_opened(
    reviewer: Visitor, phone: Phone, form: str, name: str
) -> None:
    report = phone.send(form=form, answers={"may_write": "yes"})
    assert f"<p>{name}</p>" in reviewer.get("/office/arrivals").text
    assert f"<dd>{name}</dd>" in opened(reviewer, report)


def test_needs_are_a_table_of_services_and_states(reviewer: Visitor, phone: Phone) -> None:
    page = opened(reviewer, phone.send(form="needs", answers=NEEDS))
    assert table(page) == {
        "Health care": ["Not available: the person"],
        "Schooling of the child": ["Needed: child 1 · child 2"],
        "Birth registration": ["Received: child 1"],
    }
    assert "Which children need help?" in page
    assert "6 to 11 years" in page


def test_a_visit_has_the_same_table_with_the_care_she_already_had(reviewer: Visitor, phone: Phone) -> None:
    said = {
        "may_write": "yes",
        "care_received": "yes",
        "help_medical": "yes",
        "help_talk": "no",
        "help_children": "yes",
    }
    page = opened(reviewer, phone.send(form="visit", version=2, answers=said))
    assert table(page) == {
        "Health care": ["Needed: the person", "Received: the person"],
        "Schooling of the child": ["Needed: a child"],
        "Health and food of the child": ["Needed: a child"],
        "Birth registration": ["Needed: a child"],
    }


def test_a_report_that_names_no_help_has_no_such_table(reviewer: Visitor, phone: Phone) -> None:
    assert table(opened(reviewer, phone.send(form="wish", answers={"may_write": "yes"}))) == {}


def test_a_remark_speaks_in_the_words_of_its_own_form(reviewer: Visitor, phone: Phone) -> None:
    odd = {**NEEDS, "for_whom": ["neighbours"], "contact_again": "perhaps"}
    page = opened(reviewer, phone.send(form="needs", answers=odd))
    assert "<li>Who needs help? Choose all that fit. – " in page
    assert "<li>May someone from the office get in touch with you? – " in page


def test_a_notice_that_takes_a_report_back_is_of_no_form_and_nothing_is_missing_for_that(
    reviewer: Visitor, phone: Phone
) -> None:
    report = phone.send(form="wish", answers={"may_write": "yes"})
    about = {"report": report, "as": "withdraws"}
    notice = phone.send(form="", version=0, answers={}, about=about, state="withdrawn", identity=False)
    page = opened(reviewer, notice)
    assert "does not know this form" not in page
    assert "<dt>Form</dt>" not in page
    assert "<h2>Remarks</h2>" not in page
    assert "Taken back" in opened(reviewer, report)
