"""A new version of the app comes while a draft is open: nothing happens unasked, and nothing is lost."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.failures.program import Program
from tests.support.officer import Officer

pytestmark = pytest.mark.journey

WAITING = """() => navigator.serviceWorker.getRegistration("/field/").then((found) => found.waiting !== null)"""


def _versions(page: Page) -> list[str]:
    return page.evaluate("() => caches.keys().then((names) => names.sort())")


def _bring_out_a_new_version(program: Program, checkout: Path) -> None:
    """One changed file makes another shell."""
    program.server.stop()
    with (checkout / "static" / "field" / "style.css").open("a") as style:
        style.write("/* a new version */\n")
    program.server.start()


@pytest.mark.parametrize("whole", ["sqlite"], indirect=True)
def test_a_new_app_version_with_a_draft_open_waits_for_consent_and_the_draft_is_still_there(
    program: Program, playwright: Playwright, tmp_path: Path, checkout: Path
) -> None:
    officer = Officer(playwright, tmp_path / "phone", program.url)
    officer.open(program.server.invite())
    try:
        officer.enrol()
        officer.go_home()
        officer.begin()
        officer.choose("private", "yes")
        officer.choose("who_speaks", "self")
        [old] = _versions(officer.page)

        _bring_out_a_new_version(program, checkout)
        officer.page.evaluate(
            "() => navigator.serviceWorker.getRegistration('/field/').then((found) => found.update())"
        )
        officer.page.wait_for_function(WAITING)
        # The group of questions stands as it was, and the old version is still there whole.
        expect(officer.page.locator("#q-who_speaks-self")).to_be_checked()
        assert old in _versions(officer.page)

        officer.page.reload()
        officer.unlock()
        with officer.page.expect_navigation():
            officer.page.get_by_role("button", name="Use the new version").click()
        officer.unlock()
        [new] = _versions(officer.page)
        assert new != old
        officer.go_on()
        expect(officer.page.locator("#q-private-yes")).to_be_checked()
        expect(officer.page.locator("#q-who_speaks-self")).to_be_checked()
    finally:
        officer.close()
