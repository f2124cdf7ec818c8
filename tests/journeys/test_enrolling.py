"""Part 3: from an invitation to a phone that works without a network, on whatever browser the link was opened in."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Playwright, expect

from intake import words
from tests.support.looking import look
from tests.support.officer import PASSPHRASE, Officer
from tests.support.screened import ScreenedOffice, say
from tests.support.scripted import problem

pytestmark = pytest.mark.journey

IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 16_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/16.5 Mobile/15E148 Safari/604.1"
)
IN_A_MESSENGER = (
    "Mozilla/5.0 (Linux; Android 10; SM-A105F; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
    "Chrome/110.0.5481.65 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/400.0;]"
)
# Chromium's own answers, changed to what another place would answer.
LITTLE_ROOM = "navigator.storage.estimate = async () => ({ usage: 0, quota: 50e6 });"
ON_THE_HOME_SCREEN = "Object.defineProperty(navigator, 'standalone', { value: true });"

Phones = Callable[..., Officer]


@pytest.fixture
def phones(playwright: Playwright, screened: ScreenedOffice, tmp_path: Path) -> Iterator[Phones]:
    """New phones of officers whom the office has invited."""
    made: list[Officer] = []

    def new(**more: Any) -> Officer:
        made.append(Officer(playwright, tmp_path / str(len(made)), screened.url, **more))
        return made[-1]

    yield new
    for one in made:
        one.close()


def to_passphrase(officer: Officer) -> None:
    officer.go()
    officer.page.locator("#label").fill("blue phone")
    officer.go()
    expect(officer.page.locator("#again")).to_be_visible()


def test_enrol_a_phone_open_the_invitation_link_choose_languages_set_a_passphrase_wait_for_ready_without_a_network(
    phones: Phones, screened: ScreenedOffice
) -> None:
    officer = phones(argon2=True)
    officer.open(screened.link())
    page = officer.page
    expect(page.locator("#main")).to_contain_text(say("enrol.invited"))
    # The heading is read out first and has no ring; what keys can reach has one.
    expect(page.locator("#main h1")).to_be_focused()
    expect(page.locator("#main h1")).to_have_css("box-shadow", "none")
    page.keyboard.press("Tab")
    expect(page.locator("#mine .choice", has=page.locator(":focus"))).not_to_have_css("box-shadow", "none")
    names = page.locator("#mine label").all_inner_texts()
    assert [name.strip() for name in names] == [one.name for one in words.offered()]
    officer.tap("#hers-ar")
    to_passphrase(officer)
    for typed, level in (("1234", "weak"), ("904713", "digits"), ("snap museum lizard profit", "strong")):
        page.locator("#passphrase").fill(typed)
        expect(page.locator("#strength")).to_have_text(say(f"enrol.strength_{level}"))
    assert len(page.locator(".suggestion").inner_text().split(" ")) == 4
    page.get_by_role("button", name=say("enrol.passphrase_use")).click()
    page.locator("#again").fill(page.locator(".suggestion").inner_text())
    officer.go()
    expect(page.locator("#main h1")).to_have_text(say("enrol.ready"), timeout=60_000)
    expect(page.locator("#main")).to_contain_text(say("enrol.joined", office="North"))
    officer.go_home()
    officer.offline()
    officer.begin()


def test_ready_without_a_network_is_only_said_when_every_file_has_been_verified(
    phones: Phones, screened: ScreenedOffice
) -> None:
    officer = phones()
    screened.spoilt.add("/field/form/visit.1.json")
    try:
        officer.open(screened.link())
        to_passphrase(officer)
        officer.page.locator("#passphrase").fill(PASSPHRASE)
        officer.page.locator("#again").fill(PASSPHRASE)
        officer.go()
        expect(officer.page.locator("#main")).to_contain_text(say("enrol.later"), timeout=60_000)
        officer.page.get_by_role("button", name=say("enrol.later")).click()
        expect(officer.page.locator("#main h1")).to_have_text(say("enrol.ready_failed"))
        officer.go()
        expect(officer.page.locator("#main")).to_contain_text("This phone is not ready to work without a network")
    finally:
        screened.spoilt.clear()


def test_where_a_language_has_no_reviewed_list_digits_in_groups_are_suggested(
    phones: Phones, screened: ScreenedOffice
) -> None:
    officer = phones()
    officer.open(screened.link())
    officer.tap("#mine-ar")
    expect(officer.page.locator("html")).to_have_attribute("dir", "rtl")
    to_passphrase(officer)
    suggestion = officer.page.locator(".suggestion")
    groups = suggestion.inner_text().split(" ")
    assert [len(group) for group in groups if group.isdigit()] == [2] * 6
    # Read from the left in every language, and typed as they are read.
    expect(suggestion).to_have_css("direction", "ltr")
    officer.page.locator("#passphrase").fill(suggestion.inner_text())
    expect(officer.page.locator("#passphrase")).to_have_css("direction", "ltr")


def test_what_is_wrong_with_a_passphrase_is_said_and_the_suggestion_stays(
    phones: Phones, screened: ScreenedOffice
) -> None:
    officer = phones()
    officer.open(screened.link())
    to_passphrase(officer)
    page = officer.page
    suggested = page.locator(".suggestion").inner_text()
    for first, second, key in (
        ("", "", "enrol.passphrase_missing"),
        ("1234", "1234", "enrol.passphrase_short"),
        (PASSPHRASE, "river lamp", "enrol.passphrase_differs"),
    ):
        page.locator("#passphrase").fill(first)
        page.locator("#again").fill(second)
        officer.go()
        expect(page.locator("#passphrase-why")).to_have_text(say(key))
        expect(page.locator(".problems")).to_be_focused()
        expect(page.locator(".suggestion")).to_have_text(suggested)
    page.locator(".problems a").click()
    expect(page.locator("#passphrase")).to_be_focused()


def test_a_typed_code_shows_seven_check_words_of_the_office_to_compare(
    phones: Phones, screened: ScreenedOffice
) -> None:
    officer = phones()
    officer.open()
    page = officer.page
    officer.go()
    officer.go()
    expect(page.locator("#code-why")).to_have_text(say("enrol.code_missing"))
    page.locator("#code").fill(screened.invite(typed=True))
    officer.go()
    page.locator("#label").fill("grey phone")
    officer.go()
    page.locator("#passphrase").fill(PASSPHRASE)
    page.locator("#again").fill(PASSPHRASE)
    officer.go()
    expect(page.locator("#main h1")).to_have_text(say("enrol.office_title"), timeout=60_000)
    expect(page.locator("#main .count")).to_have_text("North")
    expect(page.locator(".check-words li")).to_have_count(7)
    look(page)
    officer.go()
    expect(page.locator("#main h1")).to_have_text(say("enrol.ready"))
    expect(page.locator("#main")).to_contain_text(say("enrol.words_title"))
    officer.go()
    expect(page.locator("#main")).to_contain_text(say("home.unconfirmed"))


def test_other_words_than_the_offices_give_the_phone_up_at_once(phones: Phones, screened: ScreenedOffice) -> None:
    officer = phones()
    officer.open()
    officer.go()
    officer.page.locator("#code").fill(screened.invite(typed=True))
    to_passphrase(officer)
    officer.page.locator("#passphrase").fill(PASSPHRASE)
    officer.page.locator("#again").fill(PASSPHRASE)
    officer.go()
    officer.page.get_by_role("button", name=say("enrol.office_differ")).click(timeout=60_000)
    expect(officer.page.locator("#main")).to_contain_text(say("enrol.office_stop"))
    officer.page.goto(f"{officer.url}/field/")
    expect(officer.page.locator("#main h1")).to_have_text(say("enrol.title"))


def test_a_used_invitation_is_told_in_words_and_nothing_is_made(phones: Phones, screened: ScreenedOffice) -> None:
    officer = phones()
    officer.open(screened.link())
    screened.answers("POST", ".*enrol", problem("403.3"))
    to_passphrase(officer)
    officer.page.locator("#passphrase").fill(PASSPHRASE)
    officer.page.locator("#again").fill(PASSPHRASE)
    officer.go()
    expect(officer.page.locator("#main .card.stop")).to_have_text(say("problem.403_3"), timeout=60_000)
    look(officer.page)


def test_inside_another_app_a_warning_says_to_open_the_link_in_the_browser(
    phones: Phones, screened: ScreenedOffice
) -> None:
    officer = phones(options={"user_agent": IN_A_MESSENGER})
    officer.open(screened.link())
    officer.go()
    expect(officer.page.locator("#main h1")).to_have_text(say("enrol.inside_title"))
    expect(officer.page.locator("#main .card.care")).to_have_text(say("enrol.inside"))
    look(officer.page)


def test_in_a_private_window_a_warning_says_what_it_forgets(phones: Phones, screened: ScreenedOffice) -> None:
    officer = phones(script=LITTLE_ROOM)
    officer.open(screened.link())
    officer.go()
    expect(officer.page.locator("#main h1")).to_have_text(say("enrol.private_title"))
    officer.page.get_by_role("button", name=say("enrol.anyway")).click()
    expect(officer.page.locator("#label")).to_be_visible()


def test_on_ios_enrolment_happens_inside_the_installed_app(phones: Phones, screened: ScreenedOffice) -> None:
    officer = phones(options={"user_agent": IPHONE})
    officer.open(screened.link())
    officer.go()
    expect(officer.page.locator("#main h1")).to_have_text(say("enrol.home_title"))
    steps = officer.page.locator("#main ol li")
    expect(steps).to_have_text([say(f"enrol.home_{n}") for n in (1, 2, 3)])
    look(officer.page)
    # What the app on the home screen keeps is its own, so the invitation is pasted there.
    installed = phones(options={"user_agent": IPHONE}, script=ON_THE_HOME_SCREEN)
    installed.open()
    installed.go()
    installed.page.locator("#code").fill(screened.link())
    to_passphrase(installed)


def test_the_app_is_installable_with_a_neutral_name_icons_and_room_for_a_mask(
    phones: Phones, screened: ScreenedOffice
) -> None:
    officer = phones()
    officer.open()
    session = officer.context.new_cdp_session(officer.page)
    found = session.send("Page.getAppManifest")
    manifest = json.loads(found["data"])
    assert found["errors"] == []
    assert (manifest["name"], manifest["display"], manifest["scope"]) == ("Fieldbook", "standalone", "/field/")
    sizes = {(icon["sizes"], icon["purpose"]) for icon in manifest["icons"]}
    assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= sizes
    for icon in manifest["icons"]:
        answer = officer.context.request.get(screened.url + icon["src"])
        assert (answer.status, answer.headers["content-type"]) == (200, icon["type"])
    assert session.send("Page.getInstallabilityErrors")["installabilityErrors"] == []


def test_a_phone_the_office_forgot_is_known_again_by_the_passphrase_it_has(
    phones: Phones, screened: ScreenedOffice
) -> None:
    officer = phones()
    officer.open(screened.link())
    officer.enrol()
    officer.go_home()
    officer.to_agreement()
    officer.offline()
    officer.finish_now()
    known = dict(screened.devices)
    screened.devices.clear()
    officer.offline(False)
    item = officer.page.locator("details.item")
    officer.page.get_by_role("button", name=say("home.send"), exact=True).click()
    expect(item).to_have_attribute("data-state", "unknown")
    expect(officer.page.locator("#main .card.stop")).to_contain_text(say("problem.401_1"))
    officer.page.get_by_role("button", name=say("home.invitation")).click()
    expect(officer.page.locator("#mine")).to_be_visible()
    officer.go()
    officer.page.locator("#code").fill(screened.link())
    officer.go()
    expect(officer.page.locator("#main h1")).to_have_text(say("enrol.again_title"))
    look(officer.page)
    officer.page.locator("#passphrase").fill(PASSPHRASE)
    officer.go()
    expect(officer.page.locator("#main h1")).to_have_text(say("enrol.ready"), timeout=60_000)
    officer.go()
    expect(item).to_have_attribute("data-state", "arrived", timeout=30_000)
    assert set(screened.devices) <= set(known)
