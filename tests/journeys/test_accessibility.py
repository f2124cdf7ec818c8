"""Part 8: the phone without a mouse, with large letters, without motion, in high contrast, in a language of accents."""

import json
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, Playwright, expect

from intake import questionnaires, words
from intake.files import asset
from intake.web import field, locales
from intake.web.field import Packed
from tests.support.looking import look
from tests.support.officer import PASSPHRASE, NewOfficer, Officer
from tests.support.screened import ScreenedOffice, say
from tests.support.scripted import Said, at_work

pytestmark = pytest.mark.journey

# What a page shows that is in no catalogue: the app's neutral name, numbers, and what people and offices wrote.
NAMES = "|".join(one.name for one in words.offered())
UNTRANSLATED = re.compile(rf"^[\W\d_]*$|Fieldbook|{NAMES}|North|Tamarin|blue phone|^(AM|PM)$")


class PseudoOffice(ScreenedOffice):
    """Serves the phone with accents in place of its English: what has none did not go through the catalogue."""

    def __init__(self) -> None:
        super().__init__()
        real = field.field_words
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(field, "field_words", lambda tag, **how: _pseudo() if tag == "en" else real(tag, **how))
            self._own: dict[str, Packed] = field.shelf(Flask("pseudo", template_folder=str(asset("templates"))))

    def _file(self, path: str) -> Said:
        found = self._own.get(path.split("?")[0].removeprefix("/field/"))
        return Said(404) if found is None else Said(200, found.media_type, found.plain, {"Cache-Control": "no-cache"})


def _pseudo() -> bytes:
    return json.dumps({**json.loads(locales.field_words(locales.PSEUDO)), "tag": "en"}).encode()


def with_whole_interview(office: ScreenedOffice) -> None:
    office.settings = questionnaires.settings({"draft_hours": 72, "keep_days": 30})
    office.publish(forms=[{"id": "visit", "version": 2}], places=[{"id": "n", "name": "Tamarin", "parent": None}])


@pytest.fixture(scope="module")
def enrolled(new_officer: NewOfficer, screened: ScreenedOffice) -> Iterator[Officer]:
    with_whole_interview(screened)
    with new_officer(screened.link(), mine="en", hers="ar") as made:
        yield made


@pytest.fixture
def officer(enrolled: Officer) -> Iterator[Officer]:
    enrolled.page.goto(f"{enrolled.url}/field/")
    expect(enrolled.page.locator("#passphrase")).to_be_visible()
    yield enrolled
    enrolled.page.emulate_media(reduced_motion="null", forced_colors="null", contrast="null")


def tab_to(page: Page, selector: str) -> None:
    """Nothing but the Tab key; what has the focus must be seen, and be seen to have it."""
    for _ in range(90):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            break
    focused = page.locator(":focus")
    expect(focused).to_be_in_viewport()
    assert page.evaluate("(selector) => document.activeElement.matches(selector)", selector), selector
    ring = page.evaluate(
        """() => {
            const one = document.activeElement;
            const styles = [one, one.closest(".choice")].filter(Boolean).map((node) => getComputedStyle(node));
            return styles.some((style) => style.boxShadow !== "none" || style.outlineStyle !== "none");
        }"""
    )
    assert ring, f"{selector} has the focus and does not show it"


def choose(page: Page, question: str, code: str) -> None:
    tab_to(page, f"#q-{question} input[type=radio]")
    for _ in range(12):
        if page.evaluate("document.activeElement.id") == f"q-{question}-{code}":
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(page.locator(f"#q-{question}-{code}")).to_be_checked()


def go_on(page: Page) -> None:
    before = page.locator("#main h1").inner_text()
    tab_to(page, "#main button.go")
    page.keyboard.press("Enter")
    expect(page.locator("#main h1")).not_to_have_text(before)
    expect(page.locator("#main h1")).to_be_focused()


def test_a_keyboard_journey_from_the_lock_to_a_sealed_report_without_a_mouse(officer: Officer) -> None:
    page = officer.page
    tab_to(page, "#passphrase")
    page.keyboard.type(PASSPHRASE)
    page.keyboard.press("Enter")
    expect(page.locator("#main .count").first).to_be_visible()
    tab_to(page, "#main button.go")
    page.keyboard.press("Enter")
    expect(page.locator("#where")).to_be_visible()
    choose(page, "private", "yes")
    choose(page, "who_speaks", "self")
    go_on(page)
    tab_to(page, "#q-notice_help-read")
    page.keyboard.press("Space")
    go_on(page)
    choose(page, "may_write", "yes")
    go_on(page)
    # What is wrong is read out first, and leads to its question.
    tab_to(page, "#main button.go")
    page.keyboard.press("Enter")
    expect(page.locator("#problems")).to_be_focused()
    tab_to(page, "#problems a")
    page.keyboard.press("Enter")
    expect(page.locator("#q-danger_now-yes")).to_be_focused()
    page.keyboard.press("ArrowDown")
    choose(page, "hurt", "no")
    tab_to(page, "#q-when_happened-from-year")
    page.keyboard.type("2026")
    go_on(page)
    tab_to(page, ".actions.stop .second")
    page.keyboard.press("Enter")
    expect(page.locator("#main .harm")).to_be_visible()
    tab_to(page, "#main .harm")
    page.keyboard.press("Enter")
    expect(page.locator("details.item")).to_have_count(1)


def test_letters_twice_as_large_push_nothing_off_the_screen(officer: Officer) -> None:
    page = officer.page
    large = "document.documentElement.style.fontSize = '212.5%'"
    page.evaluate(large)
    officer.unlock()
    officer.begin()
    for _ in range(6):
        wide = page.evaluate(
            """() => Array.from(document.querySelectorAll("body *")).filter((node) => node.getClientRects().length
                && !node.closest(".hidden-title") && node.getBoundingClientRect().right > 361)
                .map((node) => node.outerHTML)"""
        )
        assert wide == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        if officer.question("may_write").count():
            officer.choose("may_write", "yes")
        if officer.question("danger_now").count():
            officer.nothing_pressing()
        officer.turn()
    officer.home()


def test_who_wants_no_motion_gets_none(officer: Officer) -> None:
    page = officer.page
    page.emulate_media(reduced_motion="reduce")
    officer.unlock()
    officer.begin()
    moving = page.evaluate(
        """() => Array.from(document.querySelectorAll("*")).filter((node) => {
            const style = getComputedStyle(node);
            return parseFloat(style.transitionDuration) > 0 || style.animationName !== "none";
        }).map((node) => node.outerHTML)"""
    )
    assert moving == []
    officer.home()


@pytest.mark.parametrize("media", [{"contrast": "more"}, {"forced_colors": "active"}], ids=["contrast", "forced"])
def test_in_high_contrast_what_is_chosen_and_where_one_is_can_still_be_seen(
    officer: Officer, media: dict[str, str]
) -> None:
    page = officer.page
    page.emulate_media(**media)
    officer.unlock()
    officer.begin()
    officer.choose("private", "yes")
    border = "(code) => getComputedStyle(document.querySelector(`#q-private-${code}`).closest('.choice')).borderColor"
    if "contrast" in media:
        look(page)
    assert page.locator("#q-private-yes").is_checked()
    assert page.evaluate(border, "yes")
    assert page.evaluate(border, "no")
    page.locator("#q-private-yes").focus()
    outline = page.evaluate("getComputedStyle(document.querySelector('#q-private-yes').closest('.choice')).borderStyle")
    assert outline == "solid"
    officer.home()


def test_every_word_on_every_page_comes_from_the_catalogue(playwright: Playwright, tmp_path_factory) -> None:
    with at_work(PseudoOffice()) as office:
        with_whole_interview(office)
        officer = Officer(playwright, tmp_path_factory.mktemp("phone"), office.url)
        officer.open(office.link())
        bare(officer.page)
        officer.enrol()
        bare(officer.page)
        officer.go_home()
        bare(officer.page)
        officer.begin()
        officer.choose("who_speaks", "self")
        while not officer.page.locator("#main dl").count():
            bare(officer.page)
            if officer.question("may_write").count():
                officer.choose("may_write", "yes")
            if officer.question("danger_now").count():
                officer.nothing_pressing()
            officer.turn()
        bare(officer.page)
        officer.page.locator(".actions.stop .later").click()
        officer.close()


def bare(page: Page) -> None:
    """No visible text without the accents of the pseudo-locale."""
    shown = page.evaluate(
        """() => Array.from(document.querySelectorAll("body *")).filter((node) => node.children.length === 0
            && node.getClientRects().length && node.textContent.trim() && !node.closest("option, select, bdi"))
            .map((node) => node.textContent.trim())"""
    )
    assert [text for text in shown if "⟦" not in text and not UNTRANSLATED.search(text)] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_one_hand_reaches_what_matters_and_each_target_is_48_pixels(officer: Officer) -> None:
    page = officer.page
    officer.unlock()
    officer.begin()
    look(page)
    assert page.locator("#leave").bounding_box()["height"] >= 47.9  # type: ignore[index]
    assert say("form.next") in page.locator("#main button.go").inner_text()
    officer.home()
