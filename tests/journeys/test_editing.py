"""What an office changes reaches its phones: a place, a sentence that a native reader signed, a setting."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect

from intake import words
from tests.support.desk_user import DeskUser
from tests.support.officer import Officer
from tests.support.postgres import settings_in
from tests.support.server import Server, serving

pytestmark = pytest.mark.journey

NOTICE = "form.visit.notice_help.aloud"
CORRECTED = "لك أن تطلبي المساعدة دون أي بلاغ ودون أي اسم ودون أي دليل."


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(settings_in(tmp_path_factory.mktemp("house"))) as server:
        yield server


@pytest.fixture
def officer(playwright: Playwright, house: Server, tmp_path: Path) -> Iterator[Officer]:
    made = Officer(playwright, tmp_path, house.url)
    made.open(house.invite())
    made.enrol(mine="ar")
    made.go_home()
    yield made
    made.close()


def to_the_notices(officer: Officer) -> None:
    officer.begin("visit")
    officer.turn()


def test_what_the_office_changes_and_signs_is_on_the_phone_once_somebody_published_it(
    officer: Officer, house: Server, browser: Browser
) -> None:
    reference = str(words.reference()[NOTICE])
    to_the_notices(officer)
    expect(officer.question("notice_help")).to_contain_text(reference)  # unreviewed: beside the reference
    officer.home()

    amina = DeskUser.sign_in(browser, house, "amina", "ar")
    page = amina.page
    page.goto(f"{house.url}/office/offer/places/add?within=north")
    page.fill("#name", "Lantern Bridge")
    amina.press()
    expect(page.locator(".tree")).to_contain_text("Lantern Bridge")
    page.goto(f"{house.url}/office/offer/words/ar/{NOTICE}")
    page.fill("#text", CORRECTED)
    amina.press()
    expect(page.locator("main [role=status]")).to_be_visible()
    page.goto(f"{house.url}/office/offer/settings/number/lock_after")
    page.fill("#value", "٩٥")
    amina.press()
    page.goto(f"{house.url}/office/offer/publish")
    for change in ("Lantern Bridge", CORRECTED, "95"):
        expect(page.locator("main")).to_contain_text(change)
    page.fill("#code", house.code("amina"))
    amina.press()
    expect(page.locator("main")).to_contain_text("amina")
    expect(page.locator("main .tag.missing")).to_have_count(0)
    amina.close()

    with officer.page.expect_response(lambda answer: answer.url.endswith("/sync/v1/bundle") and answer.status == 200):
        officer.page.locator("#main .card .second").first.click()
    # What was heard is kept before the sending is over.
    expect(officer.page.locator("#main .card .second").first).to_have_attribute(
        "aria-disabled", "false", timeout=60_000
    )
    officer.page.reload()
    officer.unlock()
    to_the_notices(officer)
    expect(officer.question("notice_help")).to_contain_text(CORRECTED)
    expect(officer.question("notice_help")).not_to_contain_text(reference)
    expect(officer.question("notice_choice")).to_contain_text(str(words.reference()["form.visit.notice_choice.aloud"]))
    officer.home()
    officer.page.locator("#main .places").click()
    expect(officer.page.locator("#place")).to_contain_text("Lantern Bridge")
    officer.page.locator("#main .back").click()
    officer.page.get_by_role("button", name=str(words.field_texts("ar")["home.settings"]), exact=True).click()
    expect(officer.page.locator("#main")).to_contain_text("95")
