"""A phone from the card that invited it to the market where it was stolen, and the coordinator's way through that."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect

from tests.support.desk_user import DeskUser
from tests.support.officer import PASSPHRASE, PATIENCE, Officer
from tests.support.sender import Sender
from tests.support.server import Server

pytestmark = pytest.mark.journey

STOLEN = "Taken at the market this morning"


@pytest.fixture
def officer(playwright: Playwright, server: Server, tmp_path: Path) -> Iterator[Officer]:
    phone = Officer(playwright, tmp_path / "phone", server.url)
    yield phone
    phone.close()


@pytest.fixture
def coordinator(browser: Browser, server: Server) -> Iterator[DeskUser]:
    user = DeskUser.sign_in(browser, server, "amina")
    yield user
    user.close()


def invite(coordinator: DeskUser, label: str) -> tuple[str, str]:
    """The code that stands on the card, and the office's seven words beside it."""
    page = coordinator.page
    page.goto(f"{coordinator.server.url}/office/phones/invite")
    page.locator("#labels").fill(label)
    coordinator.press()
    return page.locator(".code").inner_text(), page.locator(".card bdi[lang=en]").inner_text()


def join(officer: Officer, code: str, words: str) -> str:
    """A phone's first visit with a typed code; the six words on its screen at the end of it."""
    officer.open()
    page = officer.page
    officer.go()
    page.locator("#code").fill(code)
    officer.go()
    page.locator("#label").fill("blue phone")
    officer.go()
    page.locator("#passphrase").fill(PASSPHRASE)
    page.locator("#again").fill(PASSPHRASE)
    officer.go()
    shown = page.locator(".check-words li")
    expect(shown).to_have_count(7, timeout=2 * PATIENCE)
    assert " ".join(shown.all_inner_texts()) == words
    officer.go()
    expect(shown).to_have_count(6)
    six = " ".join(shown.all_inner_texts())
    officer.go()
    return six


def record(officer: Officer) -> None:
    officer.to_summary()
    officer.turn()
    officer.go()


def test_a_phone_is_invited_by_card_confirmed_by_words_lost_withdrawn_and_replaced(
    officer: Officer, coordinator: DeskUser, server: Server
) -> None:
    page, phones = coordinator.page, f"{server.url}/office/phones"
    code, words = invite(coordinator, "Market 7")
    six = join(officer, code, words)

    page.goto(phones)
    row = page.get_by_role("row").filter(has_text="Market 7")
    expect(row).to_contain_text("Not confirmed")
    row.get_by_role("link").click()
    page.get_by_role("link", name="Compare the words").click()
    page.locator("#words").fill(six)
    coordinator.press()
    expect(page.locator("main")).to_contain_text("this phone is confirmed")

    record(officer)
    expect(officer.page.locator("details.item[data-state=arrived]")).to_have_count(1, timeout=2 * PATIENCE)
    officer.offline()
    record(officer)
    expect(officer.page.locator("details.item[data-state=waiting]")).to_have_count(1)
    page.goto(phones)
    expect(row).to_contain_text("the newest")

    row.get_by_role("link").click()
    page.get_by_role("link", name="The phone is lost").click()
    expect(page.locator("main")).to_contain_text("1 report of this phone is safe at the office.")
    for heading in ("What never came", "What waits on it", "Whom it endangers", "Withdraw this phone"):
        page.get_by_role("link", name="Continue").click()
        expect(page.locator("h1")).to_have_text(heading)
    page.locator("#reason").fill(STOLEN)
    page.locator("#sure").check()
    coordinator.press()
    expect(page.locator("h1")).to_have_text("A new invitation for the officer")
    coordinator.press()
    link = page.locator("bdi.link").inner_text()
    page.get_by_role("link", name="On to the summary").click()
    expect(page.locator("main")).to_contain_text(STOLEN)
    summary = page.url

    officer.offline(False)
    expect(officer.page.locator("details.item[data-state=aside]")).to_have_count(1, timeout=2 * PATIENCE)
    page.goto(summary)
    aside = page.locator("dl.facts > div").filter(has_text="Kept aside of these").locator("dd")
    expect(aside).to_have_text("1")

    replaced = Sender(server.url).join(link)
    replaced.send()
    page.goto(f"{phones}/{replaced.id}")
    expect(page.locator("main")).not_to_contain_text("Not confirmed")
    expect(page.locator("dl.facts > div").filter(has_text="Reports that came").locator("dd")).to_contain_text("1")
