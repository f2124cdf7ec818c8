"""A day of a DNA mission at a small screen, by keyboard: whom it expects, who agrees, who came, and where kits are."""

import pytest
from playwright.sync_api import Browser, expect

from intake.config import Settings
from intake.domain.claim_standing import CHILD, GUARDIAN, MOTHER
from intake.office import create_office
from intake.services import claims
from tests.support.claimed import NOTIFIED, Claimed, new
from tests.support.looking import clean
from tests.support.served import AtDesk, serve
from tests.support.staffed import StaffedOffice

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("database_settings", ["sqlite"], indirect=True)]


def person(claimed: Claimed, whose: str) -> str:
    """What the fields of one person on the list of the day begin with."""
    return f"p-{claimed.claim.id}-{whose}"


def records_who_came(amina: AtDesk, claimed: Claimed, whose: str, **sample: str) -> None:
    """Came or not, and with a kit its seal and who collected."""
    id = person(claimed, whose)
    form = f"details:has([id='{id}-came'])"
    amina.tab_to(f"{form} summary")
    amina.page.keyboard.press("Enter")
    amina.tab_to(f"[id='{id}-came']")
    amina.page.keyboard.press("Space" if sample else "ArrowDown")
    amina.type(**{f"{id}-{name}": text for name, text in sample.items()})
    amina.enter(f"{form} button")
    expect(amina.page.locator(".field-error")).to_have_count(0)


def agrees(amina: AtDesk, claimed: Claimed, whose: str) -> None:
    """Consent in writing, from the list of the day."""
    amina.enter(f"a[href*='/do/consented'][href*='target={whose}']")
    amina.tab_to("[name=how]")
    amina.page.keyboard.press("Space")
    amina.enter("main form button[type=submit]")
    assert amina.page.url.endswith(claimed.claim.id)


def hands_on(amina: AtDesk, claimed: Claimed, kind: str, kit: str, **typed: str) -> None:
    """One step of custody more: from hand to hand, and in the laboratory."""
    amina.go(f"/office/claims/{claimed.claim.id}/do/{kind}?target={kit}")
    amina.type(**typed)
    if kind == "sample_at_lab":
        amina.tab_to("[name=seal_whole]")
        amina.page.keyboard.press("Space")
    amina.enter("main form button[type=submit]")
    assert amina.page.url.endswith(claimed.claim.id), amina.page.locator("main").inner_text()


@pytest.mark.parametrize("language", ["en", pytest.param("ar", marks=pytest.mark.long)])
def test_a_dna_mission_day_dates_mothers_and_children_consents_kits_who_came_and_custody_by_keyboard(
    browser: Browser, database_settings: Settings, staffed: StaffedOffice, language: str
) -> None:
    first, second = Claimed.begin(staffed), Claimed.begin(staffed)
    for one in (first, second):
        one.act(*NOTIFIED, new("dna_needed"))
    day = f"{staffed.clock.now:%Y-%m-%d}"
    app = create_office(database_settings, store=staffed.store, clock=staffed.clock)
    with serve(app) as address, AtDesk.work(browser, staffed, address, language) as amina:
        page = amina.page
        amina.go("/office/missions/new")
        # A day is chosen as the browser does it in the reader's own language.
        page.fill("#begins", day)
        page.fill("#ends", day)
        amina.type(place="Health post of the north", transport="Two cars", kits="Four, from the capital")
        amina.enter("main form button[type=submit]")
        mission = page.url.removeprefix(address)
        for one in (first, second):
            amina.type(typed=one.claim.reference)
            amina.enter("form:has(#typed) button")
        expect(page.locator(".person")).to_have_count(4)
        clean(page)

        # Nobody has agreed: no kit can be recorded.
        expect(page.locator("[name=kit]")).to_have_count(0)
        for whose in (MOTHER, GUARDIAN):
            amina.go(mission)
            agrees(amina, first, whose)
        amina.go(mission)
        records_who_came(amina, first, MOTHER, kit="KIT-0001", seal="S-1", collector="Nurse Awa")
        records_who_came(amina, first, CHILD, kit="KIT-0002", seal="S-2", collector="Nurse Awa")
        records_who_came(amina, second, MOTHER)
        records_who_came(amina, second, CHILD)
        clean(page)
        expect(page.locator("li", has_text="KIT-000")).to_have_count(3)

        for kit in ("KIT-0001", "KIT-0002"):
            hands_on(amina, first, "sample_handed_over", kit, who="Nurse Awa", to="Courier")
            hands_on(amina, first, "sample_at_lab", kit, laboratory="Laboratory of the capital")
        amina.go(f"/office/claims/{first.claim.id}")
        clean(page)
        found = first.look(claims.find, claim=first.claim.id)
        assert [len(found.usable(whose).custody) for whose in (MOTHER, CHILD)] == [4, 4]
