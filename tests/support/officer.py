"""A liaison officer with a phone: Chromium with a profile on disk, driven as fingers would, in any language.

Nothing here knows a word that is on the screen, so the same officer works in every language. `kill` ends the browser as
a dead battery does; `open` finds what the disk kept.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Playwright, expect

from tests.support.browser import QUICK_PASSPHRASE, start_persistent

PASSPHRASE = "river lamp stone mango"
# Everything slow on purpose (a passphrase, sealing for the first time) is done well within this.
PATIENCE = 30_000


@dataclass
class Officer:
    """`playwright` starts the browser, `profile` is the phone's memory, `url` the server's origin.

    `script` runs in every page before the app: what another browser says of itself. `whole` is for what only a browser
    with windows does (see `tests.support.browser`), `argon2` for tests about the passphrase itself, which others
    take quickly.
    """

    playwright: Playwright
    profile: Path
    url: str
    options: dict[str, object] = field(default_factory=dict)
    script: str = ""
    whole: bool = False
    argon2: bool = False
    _context: BrowserContext | None = None
    _page: Page | None = None

    @property
    def page(self) -> Page:
        if self._page is None:
            raise RuntimeError("the phone is off")
        return self._page

    @property
    def context(self) -> BrowserContext:
        if self._context is None:
            raise RuntimeError("the phone is off")
        return self._context

    # The phone itself ------------------------------------------------------------------------------------------

    def open(self, path: str = "/field/", *, offline: bool = False) -> None:
        """Switch on and open the app at `path`, or at a whole link."""
        self._context = start_persistent(self.playwright, self.profile, whole=self.whole, **self.options)
        self._context.set_default_timeout(PATIENCE)
        self.offline(offline)
        if not self.argon2:
            self._context.add_init_script(path=QUICK_PASSPHRASE)
        if self.script:
            self._context.add_init_script(self.script)
        self._page = self._context.pages[0]
        self._page.goto(path if path.startswith("http") else self.url + path)
        expect(self._page.locator("#main h1")).to_be_visible(timeout=PATIENCE)

    def kill(self) -> None:
        """The battery dies: every process of this browser gets SIGKILL."""
        marker = f"--user-data-dir={self.profile}".encode()
        with self.context.expect_event("close"):
            for process in Path("/proc").iterdir():
                if process.name.isdigit() and _runs(process, marker):
                    os.kill(int(process.name), signal.SIGKILL)
        self._context = self._page = None

    def close(self) -> None:
        if self._context is not None:
            self._context.close()
        self._context = self._page = None

    def offline(self, off: bool = True) -> None:
        self.context.set_offline(off)

    # Setting up and unlocking ----------------------------------------------------------------------------------

    def enrol(self, *, mine: str = "en", hers: str | None = None, passphrase: str = PASSPHRASE) -> None:
        """From the invitation, which is open already, to "Ready without a network"."""
        self.tap(f"#mine-{mine}")
        expect(self.page.locator("html")).to_have_attribute("lang", mine)
        self.tap(f"#hers-{hers or mine}")
        self.go()
        self.page.locator("#label").fill("blue phone")
        self.go()
        self.page.locator("#passphrase").fill(passphrase)
        self.page.locator("#again").fill(passphrase)
        self.go()
        expect(self.page.locator("#again")).to_have_count(0)
        expect(self.page.locator("#main .steps")).to_have_count(0, timeout=2 * PATIENCE)

    def join(self, invitation: str, *, mine: str = "en", hers: str | None = None) -> None:
        """From the link of an invitation to the first screen."""
        self.open(invitation)
        self.enrol(mine=mine, hers=hers)
        self.go_home()

    def go_home(self) -> None:
        """On from "Ready without a network" to the first screen.

        Both screens have a main button: whoever presses on must not meet the one of the screen that is going.
        """
        self.go()
        expect(self.page.locator("#main .places")).to_be_visible(timeout=PATIENCE)

    def unlock(self, passphrase: str = PASSPHRASE) -> None:
        self.page.locator("#passphrase").fill(passphrase)
        self.go()
        expect(self.page.locator("#passphrase")).to_have_count(0, timeout=PATIENCE)

    # Writing ---------------------------------------------------------------------------------------------------

    def begin(self, kind: str = "visit") -> None:
        """A new report, from the home screen, up to its first group of questions; of `kind` where there is a choice."""
        self.go()
        chosen = self.page.locator(f"#kind-{kind}")
        expect(self.page.locator("#where").or_(chosen)).to_be_visible()
        if chosen.is_visible():
            chosen.click()
        expect(self.page.locator("#where")).to_be_visible()

    def turn(self) -> None:
        """To the next group of questions, or to the summary after the last."""
        before = self.heading()
        self.go()
        expect(self.page.locator("#main h1")).not_to_have_text(before)

    def until(self, question: str) -> None:
        """Over the next pages, whatever they ask, to the one that asks this."""
        while not self.question(question).count():
            self.turn()
        expect(self.question(question)).to_be_visible()

    def heading(self) -> str:
        return self.page.locator("#main h1").inner_text()

    def tap(self, selector: str) -> None:
        """Touch a choice where a finger would: on its label."""
        box = self.page.locator(selector)
        box.check() if box.get_attribute("type") in ("radio", "checkbox") else box.click()

    def go(self) -> None:
        """The one big button of the screen."""
        self.page.locator("#main button.go").click()

    def to_agreement(self, code: str = "yes") -> None:
        """A new report, written as far as her agreement, which is on the screen then, answered."""
        self.begin()
        self.agree(code)

    def agree(self, code: str = "yes") -> None:
        """From the first page of a report to her agreement, which is on the screen then, answered."""
        self.turn()
        self.turn()
        self.choose("may_write", code)

    def to_help(self) -> None:
        """A new report, written as far as the page about help."""
        self.to_agreement()
        self.turn()
        self.nothing_pressing()
        self.turn()

    def to_summary(self) -> None:
        """A new report with nothing wrong in it, up to the page that shows everything."""
        self.to_help()
        self.to_the_end()

    def to_the_end(self) -> None:
        """Over every page that is left, up to the one that shows everything."""
        while not self.page.locator("#main dl").count():
            self.turn()
        expect(self.page.locator("#main dl").first).to_be_visible()

    def nothing_pressing(self, when: str = "2026") -> None:
        """On the page about right now: neither danger nor wounds, and when it was."""
        self.choose("danger_now", "no")
        self.choose("hurt", "no")
        self.write_date("when_happened", when)

    def finish_now(self) -> None:
        """On whatever page of a report: finish, and yes."""
        self.page.locator(".actions.stop .second").click()
        self.page.locator("#main .harm").click()
        expect(self.page.locator("#main .count").first).to_be_visible()

    def write_date(self, question: str, iso: str, end: str = "from") -> None:
        """A year, a month or a day: what is not given is left empty."""
        year, month, day = [*iso.split("-"), "", ""][:3]
        base = f"#q-{question}-{end}"
        self.page.locator(f"{base}-day").fill(day)
        self.page.locator(f"{base}-month").select_option(month)
        self.page.locator(f"{base}-year").fill(year)

    def day_before(self, days: int) -> str:
        """The calendar day so many days before the phone's today, as YYYY-MM-DD."""
        day: str = self.page.evaluate(
            """(days) => {
                const now = new Date();
                const then = new Date(now.getFullYear(), now.getMonth(), now.getDate() - days);
                return [then.getFullYear(), then.getMonth() + 1, then.getDate()]
                    .map((n) => String(n).padStart(2, "0")).join("-");
            }""",
            days,
        )
        return day

    def come_home(self) -> None:
        """From anywhere, by way of the lock, to the first screen."""
        self.page.goto(f"{self.url}/field/")
        self.unlock()
        expect(self.page.locator("#main .count").first).to_be_visible()

    def home(self) -> None:
        """From any page of a report: on with it later."""
        self.page.locator(".actions.stop .later").click()
        expect(self.page.locator("#main .count").first).to_be_visible()

    def go_on(self, named: str = "") -> None:
        """From the first screen, on with the draft, where there are several with the one of that name."""
        self.page.locator("button.draft", has_text=named).click()
        # The first screen has a main button too, and it begins another report.
        expect(self.page.locator(".actions.stop .later")).to_be_visible()

    def speak(self, mine: str) -> None:
        """Change the language in the middle of a page."""
        lines = self.page.locator("#languages-of-page")
        if lines.get_attribute("open") is None:
            lines.locator("summary").click()
        self.page.locator("#language-mine").focus()
        self.page.locator("#language-mine").select_option(mine)
        expect(self.page.locator("html")).to_have_attribute("lang", mine)

    def read_notices(self) -> None:
        for box in self.page.locator("#main .notice:visible input[type=checkbox]").all():
            box.check()

    def choose(self, question: str, code: str) -> None:
        self.tap(f"#q-{question}-{code}")

    def question(self, question: str) -> Locator:
        return self.page.locator(f"#q-{question}")


class NewOfficer(Protocol):
    """An officer on the first screen of a phone that an invitation let in, until the `with` ends."""

    def __call__(
        self, invitation: str, *, mine: str = "en", hers: str | None = None, script: str = "", whole: bool = False
    ) -> AbstractContextManager[Officer]: ...


@pytest.fixture(scope="session")
def new_officer(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> NewOfficer:
    @contextmanager
    def new(
        invitation: str, *, mine: str = "en", hers: str | None = None, script: str = "", whole: bool = False
    ) -> Iterator[Officer]:
        server, _, _ = invitation.partition("/field/")
        officer = Officer(playwright, tmp_path_factory.mktemp("phone"), server, script=script, whole=whole)
        try:
            officer.join(invitation, mine=mine, hers=hers)
            yield officer
        finally:
            officer.close()

    return new


def _runs(process: Path, marker: bytes) -> bool:
    try:
        return marker in (process / "cmdline").read_bytes()
    except OSError:
        return False
