"""A member of staff at a browser of their own, signed in with both factors."""

from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.support.browser import SMALL_PHONE
from tests.support.server import Server


@dataclass
class DeskUser:
    """`name` is one of the demo office's people; `language` what they read."""

    server: Server
    name: str
    context: BrowserContext
    page: Page

    @classmethod
    def sign_in(cls, browser: Browser, server: Server, name: str, language: str = "en", scale: int = 1) -> "DeskUser":
        context = browser.new_context(viewport=SMALL_PHONE, locale=language, device_scale_factor=scale)
        user = cls(server, name, context, context.new_page())
        user.page.goto(f"{server.url}/office/sign-in?lang={language}")
        expect(user.page.locator("html")).to_have_attribute("lang", language)
        user.page.locator("#name").fill(server.person(name).name)
        user.page.locator("#passphrase").fill(server.person(name).passphrase)
        user.page.locator("#code").fill(server.code(name))
        user.press()
        expect(user.page.locator("h1")).not_to_have_count(0)
        return user

    def press(self) -> None:
        """The main button of the form on the page, and wait for the page that answers."""
        with self.page.expect_navigation():
            self.page.locator("main form button[type=submit]").first.click()

    def arrivals(self) -> list[str]:
        """The ids of the reports on the list of arrivals, as it is now."""
        self.page.goto(f"{self.server.url}/office/arrivals")
        links = self.page.locator("main h3 a").all()
        return [str(link.get_attribute("href")).rsplit("/", 1)[-1] for link in links]

    def open(self, report: str) -> None:
        self.page.goto(f"{self.server.url}/office/arrivals/{report}")

    def open_identity(self, report: str, reason: str) -> None:
        """By step-up: a fresh code and a reason."""
        self.page.goto(f"{self.server.url}/office/arrivals/{report}/identity")
        self.page.locator("#reason").fill(reason)
        code = self.page.locator("#code")
        if code.count():
            code.fill(self.server.code(self.name))
        self.press()

    def decide(self, report: str, decision: str) -> None:
        self.open(report)
        self.page.locator(f"input[name=decision][value={decision}]").check()
        self.page.locator("form[action$=decision] button[type=submit]").click()

    def text(self) -> str:
        return self.page.locator("main").inner_text()

    def close(self) -> None:
        self.context.close()
