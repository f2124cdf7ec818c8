"""Her own answer: a number made on one phone, one sentence heard on it later, with and without a network."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.support.desk_user import DeskUser
from tests.support.looking import look
from tests.support.officer import Officer
from tests.support.server import Server

pytestmark = pytest.mark.journey

SOON = 60_000
SAID = {"en": "Nobody has read it yet", "ar": "لم يقرأه أحد بعد"}


@pytest.fixture
def officer(playwright: Playwright, server: Server, tmp_path: Path) -> Iterator[Officer]:
    officer = Officer(playwright, tmp_path / "phone", server.url, argon2=True)
    officer.open(server.invite())
    yield officer
    officer.close()


def picture(page: Page, name: str) -> None:
    """For whoever wants to look: a folder named in the environment gets each screen."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.mark.parametrize("lang", ["en", pytest.param("ar", marks=pytest.mark.long)])
def test_her_own_answer_is_heard_with_the_number_she_kept(
    officer: Officer, server: Server, browser: Browser, lang: str
) -> None:
    officer.enrol(mine=lang)
    page = officer.page
    officer.go_home()
    officer.to_help()
    officer.until("code_wanted")
    officer.choose("code_wanted", "yes")
    number = page.locator(".code-shown").inner_text()
    assert len(number.replace(" ", "")) == 12
    picture(page, f"made-{lang}")
    officer.finish_now()
    expect(page.locator("details.item[data-state=arrived]")).to_have_count(1, timeout=SOON)
    amina = DeskUser.sign_in(browser, server, "amina")
    amina.page.goto(f"{server.url}/office/arrivals")

    page.locator("#ask").click()
    look(page)
    page.locator("#number").fill(number[:-1] + ("1" if number[-1] != "1" else "2"))
    page.locator("button.go").click()
    # What is wrong is said at the field, where the cursor is again.
    expect(page.locator(".question.problem #number")).to_be_focused()
    look(page)
    expect(page.locator("#asked li")).to_have_count(0)
    page.locator("#number").fill(number)
    page.locator("button.go").click()
    expect(page.locator("#asked .said").first).to_contain_text(SAID[lang], timeout=SOON)
    look(page)
    picture(page, f"answer-{lang}")
    page.locator("#asked button").click()
    expect(page.locator("#asked li")).to_have_count(0)

    officer.offline()
    page.locator("#number").fill(number)
    page.locator("button.go").click()
    expect(page.locator("#asked li")).to_have_count(1, timeout=SOON)
    expect(page.locator("#asked .said")).to_have_count(0)
    picture(page, f"waits-{lang}")
    assert number.replace(" ", "") not in page.content()
    officer.offline(False)
    expect(page.locator("#asked .said").first).to_contain_text(SAID[lang], timeout=SOON)
    amina.close()
