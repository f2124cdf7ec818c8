"""`make story`: walks the way of one report and takes the pictures of the README, from the real screens."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from intake.cli.console import Console
from intake.cli.serving import make_demo
from tests.support.browser import FLAGS, chromium_path
from tests.support.desk_user import DeskUser
from tests.support.officer import Officer
from tests.support.postgres import ROOT, settings_in
from tests.support.server import Server, serving

PICTURES = ROOT / "docs" / "pictures"
# Invented words of an invented person; the demo says so on every face.
CALLED = "أم سليم"
WORDS = "تطلب مساعدة في مصاريف المدرسة لطفلها، وتفضّل الحديث مع امرأة."
REASON = "to arrange the visit she asked for"


def tell(folder: Path, pictures: Path) -> None:
    """Enrol, write without a network, save, come back online, open in the office; a picture at each stop."""
    pictures.mkdir(parents=True, exist_ok=True)
    with serving(settings_in(folder / "server")) as server, sync_playwright() as playwright:
        officer = Officer(playwright, folder / "phone", server.url, {"device_scale_factor": 2})
        _on_the_phone(officer, server, pictures)
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        amina = DeskUser.sign_in(browser, server, "amina", "fr", scale=2)
        _in_the_office(amina, pictures)
        browser.close()
    _of_the_full_demo(folder / "full", pictures)


def _of_the_full_demo(folder: Path, pictures: Path) -> None:
    """What `make run` shows: published figures, and what a leader sees."""
    settings = settings_in(folder)
    make_demo(settings, console=Console())
    with serving(settings, app="wsgi:demo()") as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        page = browser.new_page(viewport={"width": 360, "height": 640}, device_scale_factor=2)
        page.goto(f"{server.url}/?lang=en")
        page.locator("#status_by_state").evaluate("heading => heading.scrollIntoView()")
        page.screenshot(path=pictures / "figures-en.png")
        amina = DeskUser.sign_in(browser, server, "amina", "en", scale=2)
        amina.page.goto(f"{server.url}/office/claims?lang=en")
        expect(amina.page.locator("progress")).to_have_count(0, timeout=60_000)
        amina.page.screenshot(path=pictures / "office-claims-en.png")
        browser.close()


def _on_the_phone(officer: Officer, server: Server, pictures: Path) -> None:
    def picture(name: str) -> None:
        officer.page.screenshot(path=pictures / f"phone-{name}.png")

    officer.open(server.invite())
    picture("enrol-en")
    officer.enrol(mine="ar")
    picture("ready-ar")
    officer.go()
    server.stop()
    officer.offline()
    officer.begin()
    officer.choose("private", "yes")
    officer.choose("who_speaks", "self")
    officer.read_notices()
    officer.turn()
    picture("notices-ar")
    officer.read_notices()
    officer.turn()
    officer.choose("may_write", "yes")
    officer.turn()
    officer.choose("danger_now", "no")
    officer.choose("hurt", "yes")
    officer.question("when_happened").locator("button").first.click()
    officer.page.evaluate("window.scrollTo(0, 0)")
    picture("questions-ar")
    officer.turn()
    officer.choose("help_medical", "yes")
    officer.choose("help_children", "yes")
    officer.page.locator("#q-help_words-value").fill(WORDS)
    officer.until("called")
    officer.page.locator("#q-called-value").fill(CALLED)
    officer.until("share_medical")
    officer.choose("share_medical", "yes")
    officer.to_the_end()
    picture("check-ar")
    officer.turn()
    officer.go()
    expect(officer.page.locator("details.item")).to_have_count(1)
    picture("waiting-ar")
    server.start()
    officer.offline(False)
    expect(officer.page.locator("details.item[data-state=arrived]")).to_have_count(1, timeout=60_000)
    picture("arrived-ar")
    officer.close()


def _in_the_office(amina: DeskUser, pictures: Path) -> None:
    def picture(name: str) -> None:
        amina.page.screenshot(path=pictures / f"office-{name}.png")

    (report,) = amina.arrivals()
    picture("arrivals-fr")
    amina.open(report)
    picture("report-fr")
    amina.open_identity(report, REASON)
    picture("identity-fr")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        tell(Path(made), Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES)
