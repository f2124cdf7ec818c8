"""The office's pages in Chromium: small and large, from left to right and back, without script, by keyboard."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from intake.config import Settings
from tests.support.care import crowded
from tests.support.staffed import ANSWERS, IDENTITY, Phone, StaffedOffice

AXE = (Path(__file__).parents[3] / "node_modules/axe-core/axe.min.js").read_text("utf-8")
SIZES = {"phone": {"width": 360, "height": 640}, "desk": {"width": 1280, "height": 800}}

pytestmark = pytest.mark.journey


@pytest.fixture
def address(database_settings: Settings, app: Flask) -> Iterator[str]:
    """Where the office is served. Screens look the same over either database."""
    if database_settings.database_url:
        pytest.skip("the same on PostgreSQL")
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def sign_in(page: Page, staffed: StaffedOffice, address: str, lang: str = "en") -> None:
    page.goto(f"{address}/office/sign-in?lang={lang}")
    page.fill("#name", "amina")
    page.fill("#passphrase", staffed.people["amina"].passphrase)
    page.fill("#code", staffed.code("amina"))
    page.click("main button")
    page.wait_for_url("**/office/arrivals")


def look(page: Page) -> None:
    """Nothing that axe finds, nothing wider than the screen."""
    found: dict[str, Any] = page.evaluate(f"{AXE};axe.run()")
    assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["en", "ar"])
def test_each_screen_is_clean(
    browser: Browser, address: str, staffed: StaffedOffice, phone: Phone, lang: str, size: str
) -> None:
    report = phone.send(urgent=True, answers={**ANSWERS, "share_inquiry": "perhaps"})
    phone.send(report, answers=ANSWERS)
    context = browser.new_context(viewport=SIZES[size])  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{address}/office/sign-in?lang={lang}")
    page.click("main button")
    look(page)
    sign_in(page, staffed, address, lang)
    look(page)
    for path in ("", "/identity", "/decision", "/history"):
        page.goto(f"{address}/office/arrivals/{report}{path}")
        look(page)
    for path in ("you", "phones"):
        page.goto(f"{address}/office/{path}")
        look(page)
    _, paths = crowded(staffed)
    # One page of each make; all of them are checked without a browser in test_pages.
    for path in (path for path in paths if path.endswith(("help", "consents", "notes", "step=sent", "providers/new"))):
        page.goto(f"{address}{path}")
        look(page)
    context.close()


def test_the_whole_way_needs_no_script(browser: Browser, address: str, staffed: StaffedOffice, phone: Phone) -> None:
    phone.send()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, staffed, address)
    page.click(".cards h3 a")
    page.get_by_role("link", name="Open names and contacts").click()
    page.fill("#reason", "To call her about the doctor")
    page.fill("#code", staffed.code("amina"))
    page.click("main button")
    expect(page.get_by_text(IDENTITY["called"]["text"])).to_be_visible()
    page.click(".back")
    page.check("#decision")
    page.get_by_role("button", name="Save the decision").click()
    expect(page.get_by_role("heading", name="Decision saved")).to_be_visible()
    context.close()


def test_a_refused_form_puts_the_reader_at_the_list_of_errors(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/office/sign-in")
    page.click("main button")
    expect(page.locator(".error-summary")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#name")).to_be_focused()
    context.close()


def test_what_is_on_the_screen_goes_after_fifteen_minutes(
    browser: Browser, address: str, staffed: StaffedOffice, phone: Phone
) -> None:
    phone.send()
    context = browser.new_context()
    page = context.new_page()
    page.clock.install()
    sign_in(page, staffed, address)
    page.clock.fast_forward("13:30")
    expect(page.get_by_text("This page closes in two minutes.")).to_be_visible()
    page.clock.fast_forward("02:00")
    expect(page.locator("main")).to_be_empty()
    context.close()


def test_the_style_sheet_hides_the_page_even_without_script(
    browser: Browser, address: str, staffed: StaffedOffice
) -> None:
    context = browser.new_context()
    context.route("**/office.js", lambda route: route.abort())
    page = context.new_page()
    sign_in(page, staffed, address)
    hidden = "() => document.getAnimations().map((each) => [each.animationName, each.effect.getTiming().delay])"
    assert sorted(page.evaluate(hidden)) == [["arrive", 900_000], ["leave", 900_000]]
    page.evaluate("() => document.getAnimations().forEach((each) => each.finish())")
    expect(page.locator("main h1")).to_be_hidden()
    expect(page.locator(".locked")).to_be_visible()
    context.close()
