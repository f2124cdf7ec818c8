"""The first visit, until the app works without a network: weight and requests, then time on an emulated 2G line."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Playwright, sync_playwright

from tests.bench.figures import Figure
from tests.bench.slow_link import SlowLink, slow_link
from tests.support.browser import FLAGS, SMALL_PHONE, chromium_path
from tests.support.officer import Officer
from tests.support.postgres import settings_in
from tests.support.server import Server, serving

# Design 8.
BYTES, REQUESTS, SLOWNESS, ROUND_TRIPS, SLOW_CPU, WAITING = 120_000, 40, 1.3, 4, 6, 20
FAST = 1e9
INSTALLED = "() => navigator.serviceWorker.ready.then(() => true)"


def measure() -> Iterator[Figure]:
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(settings_in(Path(folder))) as server,
        sync_playwright() as playwright,
    ):
        yield from _visits(playwright, server)
        yield from _twenty_reports(playwright, server, Path(folder))


def _visits(playwright: Playwright, server: Server) -> Iterator[Figure]:
    browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
    with slow_link("127.0.0.1", server.settings.port, rate=FAST, delay=0) as link:
        requests, _ = _visit(browser, link, slow_cpu=1)
        weight = link.carried["down"]
    yield Figure("first visit, one language, as transferred with headers", weight / 1000, "kB", BYTES / 1000)
    yield Figure("first visit, requests", requests, "", REQUESTS)
    with slow_link("127.0.0.1", server.settings.port) as link:
        _, seconds = _visit(browser, link, slow_cpu=SLOW_CPU)
        least = link.seconds(link.carried["down"]) + ROUND_TRIPS * 2 * link.delay
    yield Figure("first visit on 2G (50 kbit/s, 600 ms, CPU 6 times slower)", seconds, "s", SLOWNESS * least)
    browser.close()


def _visit(browser: Browser, link: SlowLink, *, slow_cpu: int) -> tuple[int, float]:
    """Requests made and seconds gone from an empty browser to an app that is installed whole."""
    context = browser.new_context(viewport=SMALL_PHONE, locale="en")
    context.set_default_timeout(300_000)
    page, requests = context.new_page(), []
    context.on("request", lambda request: requests.append(request.url))
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slow_cpu})
    started = time.monotonic()
    page.goto(link.url + "/field/")
    page.evaluate(INSTALLED)
    seconds = time.monotonic() - started
    context.close()
    return len(set(requests)), seconds


def _twenty_reports(playwright: Playwright, server: Server, folder: Path) -> Iterator[Figure]:
    """Twenty reports wait; the line comes back; the last receipt is in."""
    with slow_link("127.0.0.1", server.settings.port, rate=FAST, delay=0) as link:
        officer = Officer(playwright, folder / "phone", link.url)
        officer.open(server.invite().replace(server.url, link.url))
        officer.enrol()
        officer.go()
        officer.offline()
        _write_twenty(officer)
        with _slow(link):
            link.carried.update(down=0, up=0)
            started = time.monotonic()
            officer.offline(False)
            _until_all_arrived(officer.context)
            seconds = time.monotonic() - started
            least = link.seconds(max(link.carried.values()))
        officer.close()
    yield Figure(
        "20 waiting reports on 2G", seconds, "s", SLOWNESS * least, note=f"{link.carried['up'] / 1000:.1f} kB up"
    )


@contextmanager
def _slow(link: SlowLink) -> Iterator[None]:
    link.rate, link.delay = 50_000, 0.3
    yield


def _write_twenty(officer: Officer) -> None:
    for _ in range(WAITING):
        officer.begin()
        officer.choose("private", "yes")
        officer.turn()
        officer.turn()
        officer.choose("may_write", "yes")
        officer.turn()
        officer.choose("danger_now", "no")
        officer.choose("hurt", "no")
        officer.question("when_happened").locator("button").first.click()
        officer.turn()
        officer.page.locator("#q-help_words-value").fill("She asks for school fees and for somebody to talk to.")
        officer.until("called")
        officer.page.locator("#q-called-value").fill("Sunday's mother")
        officer.to_the_end()
        officer.turn()
        officer.go()


def _until_all_arrived(context: BrowserContext) -> None:
    context.set_default_timeout(300_000)
    context.pages[0].locator("details.item[data-state=arrived]").nth(WAITING - 1).wait_for()
