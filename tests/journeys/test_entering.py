"""Entering by hand and translating, in Chromium: a call becomes a case, and its words become readable."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import SMALL_PHONE
from tests.support.desk_user import DeskUser
from tests.support.server import Server

pytestmark = pytest.mark.journey

WORDS = "عادت مرتين ولم يفتح لها أحد."
ENGLISH = "They came back twice and nobody opened the door."
TOO_WIDE = "document.documentElement.scrollWidth - innerWidth"


def turn(page: Page, go: str = "next") -> None:
    with page.expect_navigation():
        page.locator(f".buttons button[value={go}]").click()
    assert page.evaluate(TOO_WIDE) <= 0


def until(page: Page, element: str) -> None:
    """Over the next pages, whatever they ask, to the one that asks this."""
    while not page.locator(element).count():
        turn(page)


def enter_a_call(bruno: DeskUser, language: str) -> str:
    """A call with her words in Arabic, entered and sent; the report's number."""
    page = bruno.page
    page.goto(f"{bruno.server.url}/office/enter")
    page.check("input[name=channel][value=call]")
    page.check("input[name=form][value=visit]")
    page.select_option("#language", "ar")
    with page.expect_navigation():
        page.locator("main form button[type=submit]").last.click()
    page.check("#q-private-yes")
    page.check("#q-who_speaks-self")
    turn(page)
    expect(page.locator('.aloud [lang="ar"]').first).to_be_visible()
    until(page, "#q-may_write-yes")
    turn(page)
    expect(page.locator(".error-summary")).to_contain_text("422.40")
    page.check("#q-may_write-yes")
    turn(page)
    page.check("#q-danger_now-no")
    page.check("#q-hurt-no")
    page.fill("#q-when_happened-from-year", "2026")
    turn(page)
    until(page, "#q-help_words")
    page.check("#q-helped_before-yes")
    turn(page, "stay")
    with page.expect_navigation():
        page.locator("button[value='add:helped_by']").click()
    page.fill("#q-help_words", WORDS)
    page.select_option("#q-help_words-language", "ar")
    turn(page)
    while not page.locator("form[action$=send]").count():
        turn(page)
    expect(page.get_by_text(WORDS)).to_be_visible()
    with page.expect_navigation():
        page.locator("form[action$=send] button").click()
    expect(page.get_by_text("sha-256:")).to_be_visible()
    return page.url.split("?")[0].rsplit("/", 1)[-1]


def the_way_of_a_call(browser: Browser, server: Server, language: str) -> None:
    bruno = DeskUser.sign_in(browser, server, "bruno", language)
    report = enter_a_call(bruno, language)
    assert report in bruno.arrivals()
    bruno.open(report)
    expect(bruno.page.locator(".tag.by_hand")).to_be_visible()
    bruno.decide(report, "registered")
    expect(bruno.page.locator('main a[href*="/office/cases/"]').first).to_be_visible()
    bruno.close()


def test_entering_by_hand_for_calls_letters_and_walk_ins_through_the_same_forms(
    browser: Browser, server: Server
) -> None:
    assert SMALL_PHONE["width"] == 360
    the_way_of_a_call(browser, server, "en")


@pytest.mark.long
def test_entering_by_hand_in_arabic(browser: Browser, server: Server) -> None:
    the_way_of_a_call(browser, server, "ar")


def the_way_of_words(browser: Browser, server: Server, language: str) -> None:
    """amina, who has the case, reads no Arabic; bruno translates; both texts stand on her page."""
    amina = DeskUser.sign_in(browser, server, "amina", language)
    say(amina, "en", "fr")
    report = enter_a_call(amina, language)
    assert report in amina.arrivals()
    amina.decide(report, "registered")
    amina.open(report)
    expect(amina.page.locator(".tag.lacking")).to_have_count(1)
    bruno = DeskUser.sign_in(browser, server, "bruno", language)
    say(bruno, "ar", "en")
    page = bruno.page
    page.goto(f"{server.url}/office/translate")
    page.locator(f'.cards a[href*="{report}"]').click()
    expect(page.get_by_text(WORDS)).to_be_visible()
    assert page.evaluate(TOO_WIDE) <= 0
    page.select_option("#into", "en")
    page.fill("#text", ENGLISH)
    bruno.press()
    expect(page.locator(f'.cards a[href*="{report}"]')).to_have_count(0)
    amina.open(report)
    expect(amina.page.get_by_text(WORDS)).to_be_visible()
    expect(amina.page.locator(".translation")).to_contain_text(ENGLISH)
    expect(amina.page.locator(".translation")).to_contain_text("bruno")
    expect(amina.page.locator(".tag.lacking")).to_have_count(0)
    for user in (amina, bruno):
        user.close()


def say(user: DeskUser, *languages: str) -> None:
    """Which languages they read, on their own page."""
    page = user.page
    page.goto(f"{user.server.url}/office/you")
    boxes = page.locator("input[name=languages]")
    for box in boxes.all():
        box.set_checked(box.get_attribute("value") in languages)
    with page.expect_navigation():
        page.locator("form[action$=languages] button").click()


def test_free_text_in_a_language_the_reader_lacks_becomes_a_translation_task(browser: Browser, server: Server) -> None:
    the_way_of_words(browser, server, "en")


@pytest.mark.long
def test_a_translation_task_in_arabic(browser: Browser, server: Server) -> None:
    the_way_of_words(browser, server, "ar")
