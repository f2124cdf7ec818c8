"""What may go to whom, on the page of each report of one person."""

import html
import re

import pytest

from intake.services import devices
from tests.support.staffed import Phone, StaffedOffice
from tests.web.office.conftest import Visitor

CLINIC = "May I tell the clinic what you are called and how to reach you?"
INQUIRY = (
    "May those who look into what happened learn what you are called and how to reach you? "
    "What happened they learn either way."
)


@pytest.fixture
def reviewer(visitor: Visitor) -> Visitor:
    visitor.sign_in("amina")
    return visitor


def say(phone: Phone, about: str = "", relation: str = "corrects", **answers: str) -> str:
    pointing = {"about": {"report": about, "as": relation}} if about else {}
    return phone.send(version=2, answers={"may_write": "yes", "help_medical": "yes", **answers}, **pointing)


def page(reviewer: Visitor, report: str) -> str:
    reviewer.get("/office/arrivals")
    return html.unescape(reviewer.get(f"/office/arrivals/{report}?lang=en").text)


def table(found: str) -> dict[str, list[str]]:
    """What was asked, each with its newest answer and when it was given."""
    lines = re.findall(r"<tr>\s*<th scope=\"row\">(May .*?)</th>(.*?)</tr>", found, re.DOTALL)
    return {
        asked: [re.sub(r"<.*?>", "", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", rest)]
        for asked, rest in lines
    }


def test_what_she_said_of_each_recipient_is_a_small_table(reviewer: Visitor, phone: Phone) -> None:
    found = page(reviewer, say(phone, share_medical="yes", share_inquiry="later"))
    assert table(found) == {CLINIC: ["Yes", "22 November 2026"], INQUIRY: ["Not decided yet", "22 November 2026"]}


def test_a_consent_that_she_took_back_later_is_taken_back_on_both_pages_with_its_day_and_report(
    reviewer: Visitor, phone: Phone, staffed: StaffedOffice
) -> None:
    first = say(phone, share_medical="yes")
    staffed.clock.move(days=2)
    reviewer.sign_in("amina")
    later = say(phone, first, "adds_to", share_medical="no")
    taken_back = "Taken back; it was a yes on 22 November 2026"
    found = page(reviewer, first)
    assert table(found) == {CLINIC: [taken_back, f"24 November 2026 · report {later[:8]}"]}
    assert f'href="/office/arrivals/{later}"' in found
    assert table(page(reviewer, later)) == {CLINIC: [taken_back, "24 November 2026"]}


def test_a_later_report_that_did_not_ask_changes_nothing(reviewer: Visitor, phone: Phone) -> None:
    first = say(phone, share_medical="yes")
    later = say(phone, first)
    assert table(page(reviewer, later)) == {CLINIC: ["Yes", f"22 November 2026 · report {first[:8]}"]}


def test_what_a_withdrawn_phone_sends_gives_nothing_but_can_take_back(
    reviewer: Visitor, phone: Phone, staffed: StaffedOffice
) -> None:
    first = say(phone, share_medical="yes", share_inquiry="no")
    reviewer.get("/office/arrivals")
    with staffed.store.inbound() as inbound, staffed.store.office() as session:
        desk = staffed.desk(session, "amina")
        devices.withdraw(session, inbound, desk=desk, device=phone.id, now=staffed.clock.now)
    say(phone, first, share_medical="no", share_inquiry="yes")
    answers = {asked: newest for asked, (newest, _) in table(page(reviewer, first)).items()}
    assert answers == {CLINIC: "Taken back; it was a yes on 22 November 2026", INQUIRY: "No"}


def test_a_report_of_a_form_that_the_office_does_not_know_is_to_be_read(reviewer: Visitor, phone: Phone) -> None:
    first = say(phone, share_medical="yes")
    later = phone.send(form="visit", version=99, answers={}, about={"report": first, "as": "adds_to"})
    notice = "Read there what may go to whom: "
    assert f'{notice}<a href="/office/arrivals/{later}">' in page(reviewer, first)
    assert notice not in page(reviewer, later)


def test_where_nothing_was_asked_there_is_no_table(reviewer: Visitor, phone: Phone) -> None:
    assert "What may go to whom now" not in page(reviewer, phone.send(form="needs", answers={"may_write": "yes"}))
