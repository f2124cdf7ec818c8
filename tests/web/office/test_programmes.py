"""Programmes and school terms as people see them; and that nowhere money is promised to a person."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from intake.config import Settings
from intake.services import programmes
from tests.support.care import care_for
from tests.support.staffed import StaffedOffice
from tests.web.office.conftest import Visitor
from tests.web.office.test_screens import SIZES, look, press, serve, sign_in

ROOT = Path(__file__).parents[3]
# What would promise or record money for somebody: nobody's page, form or code may know it (domain brief 3.2).
MONEY_FOR_A_PERSON = re.compile(
    r"compensat|indemni[tsz]|تعويض|(paid|payments?) to (the )?(her|him|mother|child|person|survivor|victim)\b",
    re.IGNORECASE,
)


@pytest.fixture
def address(database_settings: Settings, app: Flask) -> Iterator[str]:
    if database_settings.database_url:
        pytest.skip("the same on PostgreSQL")
    with serve(app) as found:
        yield found


def test_no_payment_to_individuals_is_ever_promised_or_recorded_as_compensation() -> None:
    said = []
    for path in sorted((ROOT / "translations").glob("*/LC_MESSAGES/*.po")):
        with path.open("rb") as file:
            for message in read_po(file):
                both = (message.id, message.string)
                said += [str(text) for each in both for text in (each if isinstance(each, (tuple, list)) else [each])]
    for path in ("intake/domain/programme.py", "intake/domain/schooling.py", "intake/services/programmes.py"):
        said += re.findall(r'"([^"\n]*)"', (ROOT / path).read_text("utf-8"))
    assert len(said) > 1000
    assert [text for text in said if MONEY_FOR_A_PERSON.search(text)] == []
    for text in ("The compensation she gets", "Paid to the mother", "دفع تعويض"):
        assert MONEY_FOR_A_PERSON.search(text)


@pytest.mark.parametrize("database_settings", ["sqlite"], indirect=True)
def test_the_forms_of_payments_have_no_box_for_a_person(staffed: StaffedOffice, visitor: Visitor) -> None:
    visitor.sign_in("amina")
    given = {"first": "2026-01-01", "last": "2026-12-31", "services[]": ["CHILD_EDU"], "currency": "USD"}
    made = visitor.post("/office/programmes/new", name="Schools", fund="trust_fund", budget="500", **given)
    form = visitor.get(f"{made.location}/lines/spending").text
    asked = set(re.findall(r'name="([a-z_]+)(?:\[\])?"', form.partition("novalidate")[2]))
    assert asked == {"csrf_token", "version", "day", "amount", "payee", "to", "service", "place"}
    offered = re.findall(r'name="payee" value="(\w+)"', form)
    assert offered == ["school", "provider", "supplier", "partner", "authority"]
    typed = {"day": "2026-11-20", "amount": "10", "to": "Somebody", "service": "CHILD_EDU", "version": "1"}
    refused = visitor.post(f"{made.location}/lines/spending", payee="mother", **typed)
    assert (refused.status_code, 'href="#payee"' in refused.text) == (422, True)


@pytest.mark.parametrize("database_settings", ["sqlite"], indirect=True)
def test_an_analyst_reads_sums_and_no_case(staffed: StaffedOffice, visitor: Visitor, another: Visitor) -> None:
    visitor.sign_in("amina")
    given = {"first": "2026-01-01", "last": "2026-12-31", "services[]": ["CHILD_EDU"], "currency": "USD"}
    made = visitor.post("/office/programmes/new", name="Schools", fund="trust_fund", budget="1 500.50", **given)
    another.sign_in("farah")
    page = another.get(made.location).text
    assert "1,500.50 US dollars" in page
    assert "Note a payment" not in page
    assert "/office/programmes/needs" not in another.get("/office/programmes").text


@pytest.mark.journey
def test_a_programme_before_the_school_term(browser: Browser, address: str, staffed: StaffedOffice) -> None:
    """A child's need is noted, a term falls due, a programme pays the school, and nothing is due any more."""
    care = care_for(staffed)
    care.act("person_added", part="child", group="girl")
    care.do(programmes.add, **PROGRAMME)
    page = browser.new_context(viewport=SIZES["phone"]).new_page()  # type: ignore[arg-type]
    sign_in(page, staffed, address)
    for path in ("programmes", "programmes/needs", "programmes/new", "terms"):
        page.goto(f"{address}/office/{path}")
        look(page)
    _note_term(page, address)
    page.goto(f"{address}/office/cases/{care.case.id}/schooling")
    page.select_option("#person", "P2")
    page.check("input[value=fees]")
    press(page, "main form button[type=submit]")
    look(page)
    page.goto(f"{address}/office/due")
    page.get_by_role("link", name="See to school fees").first.click()
    page.get_by_role("link", name="See to it").click()
    look(page)
    page.check("input[name=programme] >> nth=0")
    page.fill("#amount", "45.50")
    page.fill("#to", "Hill school")
    press(page, "form[novalidate] button[type=submit]")
    expect(page.get_by_text("Nothing is due before the next term is noted.")).to_be_visible()
    page.goto(f"{address}/office/due")
    expect(page.get_by_text("See to school fees")).to_have_count(0)
    page.goto(f"{address}/office/programmes")
    page.get_by_role("link", name="Places at school").click()
    expect(page.get_by_text("Hill school")).to_be_visible()
    expect(page.get_by_text("954.50 US dollars")).to_be_visible()
    assert "P2" not in page.content()
    look(page)


PROGRAMME = {
    "name": "Places at school",
    "partner": "Lantern House",
    "fund": "trust_fund",
    "first": "2026-01-01",
    "last": "2027-12-31",
    "places": (),
    "services": ("CHILD_EDU",),
    "currency": "USD",
    "budget": "1000",
    "words": "",
}


def _note_term(page: Page, address: str) -> None:
    page.goto(f"{address}/office/terms/new")
    look(page)
    page.fill("#name", "First term 2027")
    page.fill("#first", "2027-01-11")
    page.fill("#last", "2027-04-02")
    press(page, "main form button[type=submit]")
