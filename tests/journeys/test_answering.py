"""Answering back: the office writes to an officer's phone, she is told, and the office hears that she was."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from intake.services import cases, demo
from tests.support.desk_user import DeskUser
from tests.support.looking import look
from tests.support.officer import Officer
from tests.support.server import Server

pytestmark = pytest.mark.journey

WORDS = "Nurse Awa sees her, not the doctor."
SOON = 60_000


@pytest.fixture
def officer(playwright: Playwright, server: Server, tmp_path: Path) -> Iterator[Officer]:
    """With a phone in Arabic, confirmed by its link, from which one report has gone."""
    officer = Officer(playwright, tmp_path / "phone", server.url)
    officer.open(server.invite())
    officer.enrol(mine="ar")
    officer.go_home()
    officer.to_agreement()
    officer.finish_now()
    expect(officer.page.locator("details.item[data-state=arrived]")).to_have_count(1, timeout=SOON)
    yield officer
    officer.close()


def day(after: int) -> str:
    return (datetime.now(UTC) + timedelta(days=after)).strftime("%Y-%m-%d")


def opened_case(server: Server, report: str) -> str:
    with server.store() as store, store.office() as session:
        desk = demo.desk(session, person=server.person("amina"))
        return cases.open_case(session, desk=desk, report=report, now=datetime.now(UTC)).id


def write_appointment(amina: DeskUser, case: str) -> None:
    page = amina.page
    page.goto(f"{amina.server.url}/office/cases/{case}")
    page.get_by_role("link", name="Messages").click()
    page.get_by_role("link", name="Write, or note what must be told").click()
    page.select_option("#step", "appointment")
    page.select_option("#report", index=1)
    page.fill("#day", day(3))
    page.fill("#time", "09:30")
    page.fill("#text", WORDS)
    page.select_option("#language", "en")
    page.get_by_role("button", name="Save, and send if a phone was chosen").click()
    expect(page.get_by_text("On its way: the phone has not shown it yet")).to_be_visible()


def mail(page: Page, count: int) -> None:
    """The counter on the first screen; without messages there is none."""
    expect(page.locator("#mail")).to_have_count(1 if count else 0, timeout=SOON)


def test_an_appointment_is_told_without_a_network_and_the_office_hears_of_it(
    officer: Officer, server: Server, browser: Browser
) -> None:
    amina = DeskUser.sign_in(browser, server, "amina")
    report = str(officer.page.locator("details.item").get_attribute("id")).removeprefix("item-")
    before = amina.arrivals()
    case = opened_case(server, report)
    write_appointment(amina, case)

    phone = officer.page
    phone.locator(".side button").first.click()
    mail(phone, 1)
    look(phone)
    officer.offline()
    officer.page.reload()
    expect(phone.locator("#mail")).to_have_count(0)
    officer.unlock()
    phone.locator("#mail").click()
    expect(phone.get_by_text(WORDS)).to_be_visible()
    expect(phone.locator("#messages .said")).to_contain_text("09:30")
    look(phone)
    phone.locator("[data-answer=told_her]").click()
    look(phone)
    phone.locator("#send-answer").click()
    expect(phone.locator("#messages")).to_have_count(0)
    phone.locator("#main .back").click()
    mail(phone, 0)

    officer.offline(False)
    for _ in range(60):
        amina.page.goto(f"{server.url}/office/cases/{case}/messages")
        if "Told" in amina.text().split("\n"):
            break
        amina.page.wait_for_timeout(500)
    expect(amina.page.locator("h3", has_text="An appointment")).to_be_visible()
    expect(amina.page.locator(".came").get_by_text("Told")).to_be_visible()
    assert sorted(amina.arrivals()) == sorted(before), "an answer is no report"
    amina.close()
