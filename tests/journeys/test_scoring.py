"""A scorecard of two States: one answers, one is silent; both are asked before anybody else reads it."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from intake.config import Settings
from intake.office import create_office
from tests.support.looking import clean
from tests.support.served import AtDesk, serve
from tests.support.staffed import StaffedOffice
from tests.support.states import States

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("database_settings", ["sqlite"], indirect=True)]

SAID = "We answered within three days, and shall go on so."


def two_states(staffed: StaffedOffice) -> None:
    """Five allegations each, sent; France has appointed investigators after three days, Morocco said nothing."""
    states = States(staffed)
    for code in ("FR", "MA"):
        states.add(code)
        note = states.step(states.draft(states.allegations(5, code), code), "sent")
        staffed.clock.move(days=3)
        if code == "FR":
            states.step(note, "answered", items=[item.id for item in note.items], answer="nio_appointed")
    staffed.clock.move(days=60)


@pytest.mark.parametrize("language", ["en", pytest.param("ar", marks=pytest.mark.long)])
def test_scorecard_for_two_states_one_silent_with_right_of_reply(
    browser: Browser, database_settings: Settings, staffed: StaffedOffice, language: str
) -> None:
    two_states(staffed)
    app = create_office(database_settings, store=staffed.store, clock=staffed.clock)
    with serve(app) as address, AtDesk.work(browser, staffed, address, language) as amina:
        page = amina.page
        amina.go("/office/scorecards")
        clean(page)
        for box in page.locator("[name=codes]").all():
            box.check()
        amina.press()
        card = page.url.removeprefix(address)
        answered, silent = (page.locator("table.stack.wide").nth(at).locator("tbody tr").first for at in (0, 1))
        expect(answered).to_contain_text("5 / 5")
        expect(silent).to_contain_text("0 / 5")
        clean(page)

        for code in ("FR", "MA"):
            amina.press(f"form[action$='{code}'] button")
        page.fill("#words-FR", SAID)
        amina.press("form[action$=FR] button")
        expect(page.locator("blockquote")).to_have_text(SAID)
        # The other State's time is not over.
        expect(page.locator("#to")).to_have_count(0)

        staffed.clock.now += timedelta(days=31)
        amina.sign_in()
        amina.go(card)
        clean(page)
        page.fill("#to", "The committee")
        with page.expect_download() as paper:
            page.locator("form[action$=share] button").click()
        assert Path(paper.value.path()).read_bytes().startswith(b"%PDF-")
        amina.go(card)
        expect(page.locator("main")).to_contain_text("The committee")
