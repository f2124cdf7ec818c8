"""The office served from within the test: its real pages in Chromium, at the hour that the test's clock says.

For journeys of which no phone is a part: no server to start, and time passes when the test says so.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from tests.support.browser import SMALL_PHONE
from tests.support.staffed import StaffedOffice

# A whole list is taken in one answer.
PATIENT = 240_000


@contextmanager
def serve(app: Flask) -> Iterator[str]:
    """The address at which the app is served meanwhile."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class AtDesk:
    """Somebody of the office at a small screen; `by_keyboard` without a mouse."""

    staffed: StaffedOffice
    address: str
    page: Page
    name: str = "amina"

    @classmethod
    @contextmanager
    def work(
        cls, browser: Browser, staffed: StaffedOffice, address: str, language: str, name: str = "amina"
    ) -> "Iterator[AtDesk]":
        context = browser.new_context(viewport=SMALL_PHONE, locale=language)
        found = cls(staffed, address, context.new_page(), name)
        found.page.goto(f"{address}/office/sign-in?lang={language}")
        found.sign_in()
        yield found
        context.close()

    def sign_in(self) -> None:
        self.go("/office/sign-in")
        self.page.fill("#name", self.name)
        self.page.fill("#passphrase", self.staffed.people[self.name].passphrase)
        self.code()
        self.press()
        expect(self.page.locator("#passphrase")).to_have_count(0)

    def go(self, path: str) -> None:
        self.page.goto(f"{self.address}{path}")

    def code(self) -> None:
        """A fresh code, where the page asks for one."""
        if self.page.locator("#code").count():
            self.page.fill("#code", self.staffed.code(self.name))

    def press(self, button: str = "main form button[type=submit]") -> None:
        with self.page.expect_navigation(timeout=PATIENT):
            self.page.locator(button).first.click()

    def tab_to(self, element: str) -> None:
        """By the Tab key from where one is to what is meant, which must then be seen to have the focus."""
        wanted = self.page.locator(element).first
        for _ in range(200):
            self.page.keyboard.press("Tab")
            if wanted.evaluate("one => one === document.activeElement"):
                assert wanted.evaluate("one => one.matches(':focus-visible')")
                return
        raise AssertionError(f"no key leads to {element}")

    def type(self, **texts: str) -> None:
        """Into fields by their ids, in the order of the page."""
        for id, text in texts.items():
            self.tab_to(f"[id='{id}']")
            self.page.keyboard.type(text)

    def enter(self, element: str) -> None:
        """To a button or link by the Tab key, and the Enter key on it."""
        self.tab_to(element)
        with self.page.expect_navigation(timeout=PATIENT):
            self.page.keyboard.press("Enter")
