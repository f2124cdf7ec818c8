"""Every screen of the phone as a person meets it: three languages, a small phone, with and without a network."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Playwright, expect

from intake import words
from tests.support.browser import ROOT
from tests.support.looking import look
from tests.support.officer import PASSPHRASE, Officer
from tests.support.server import Server

WAY_OUT = "/field/measures"
SCRIPTS = [*(ROOT / "static/field").glob("*.js"), *(ROOT / "static/field/screens").glob("*.js")]


@pytest.fixture(scope="module")
def officer(playwright: Playwright, server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Officer]:
    """An enrolled phone: English for the officer, Arabic for her."""
    made = Officer(playwright, tmp_path_factory.mktemp("phone"), server.url)
    made.open(server.invite())
    made.enrol(mine="en", hers="ar")
    made.go_home()
    yield made
    made.close()


@pytest.fixture
def at_home(officer: Officer) -> Officer:
    """The same phone, online, unlocked, on its first screen."""
    officer.offline(False)
    officer.page.goto(f"{officer.url}/field/")
    officer.unlock()
    expect(officer.page.locator("#main .count").first).to_be_visible()
    return officer


def agreement(officer: Officer, code: str = "yes") -> None:
    """Write as far as her agreement, which is on the screen then, answered."""
    officer.begin()
    officer.turn()
    officer.turn()
    officer.choose("may_write", code)


@pytest.mark.journey
@pytest.mark.parametrize(
    ("mine", "hers"),
    [
        ("ar", "en"),
        pytest.param("en", "fr", marks=pytest.mark.long),
        pytest.param("fr", "ar", marks=pytest.mark.long),
        *(pytest.param(one.tag, "ar", marks=pytest.mark.long) for one in words.offered()[3:]),
    ],
)
def test_every_screen_is_clean_in_every_language(
    playwright: Playwright, server: Server, tmp_path: Path, mine: str, hers: str
) -> None:
    officer = Officer(playwright, tmp_path, server.url)
    officer.open(server.invite())
    page = officer.page
    look(page)
    officer.tap(f"#mine-{mine}")
    expect(page.locator("html")).to_have_attribute("lang", mine)
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if mine == "ar" else "ltr")
    officer.tap(f"#hers-{hers}")
    expect(page.locator(f"#hers-{hers}")).to_be_checked()
    look(page)
    officer.go()
    expect(page.locator("#label")).to_be_visible()
    officer.go()
    expect(page.locator(".problems")).to_be_visible()
    look(page)
    page.locator("#label").fill("blue phone")
    officer.go()
    expect(page.locator("#passphrase")).to_be_visible()
    look(page)
    page.locator("#passphrase").fill(PASSPHRASE)
    page.locator("#again").fill(PASSPHRASE)
    officer.go()
    expect(page.locator("#main .steps")).to_have_count(0, timeout=60_000)
    look(page)
    officer.go()
    expect(page.locator("#main .count").first).to_be_visible()
    look(page)

    officer.offline()
    officer.begin()
    look(page)
    officer.turn()
    look(page)
    officer.turn()
    officer.go()
    expect(page.locator(".problems")).to_be_focused()
    look(page)
    officer.choose("may_write", "yes")
    officer.turn()
    officer.choose("danger_now", "no")
    officer.choose("hurt", "yes")
    page.locator("#q-when_happened-from-year").fill("2026")
    officer.turn()
    officer.choose("helped_before", "yes")
    page.locator("#q-helped_by > .controls > button").click()
    page.locator("#q-help_words summary").click()
    look(page)
    while not page.locator("#main dl").count():
        officer.turn()
        look(page)
    officer.go()
    expect(page.locator("dl")).to_have_count(0)
    look(page)
    officer.go()
    page.locator(".item summary").click()
    look(page)

    officer.begin()
    page.locator(".actions.stop .second").click()
    expect(page.locator("#main .harm")).to_be_visible()
    look(page)
    page.locator(".back").click()
    page.locator(".actions.stop .warn").click()
    expect(page.locator("#main .harm")).to_be_visible()
    look(page)
    page.locator(".back").click()
    page.locator(".back").click()
    expect(page.locator("button.draft")).to_be_visible()
    look(page)
    page.locator("#main .actions").last.get_by_role("button").nth(2).click()
    expect(page.locator("#language-mine")).to_be_visible()
    look(page)
    page.locator(".back").click()
    page.locator("#main .actions").last.locator("button").last.click()
    expect(page.locator("#passphrase")).to_be_visible()
    look(page)
    page.locator("#main > .text").first.click()
    expect(page.locator("#main .harm")).to_be_visible()
    look(page)
    page.locator("#leave").click()
    page.wait_for_url(f"**{WAY_OUT}")
    look_out = page.locator("h1").inner_text()
    assert look_out == "Measures"
    officer.close()


@pytest.mark.journey
def test_an_invitation_leaves_the_address_at_once(playwright: Playwright, server: Server, tmp_path: Path) -> None:
    officer = Officer(playwright, tmp_path, server.url)
    officer.open(server.invite())
    assert officer.page.url == f"{server.url}/field/"
    assert officer.page.evaluate("history.length") <= 2
    officer.close()


@pytest.mark.journey
def test_a_language_changed_in_the_middle_loses_no_word_and_no_cursor(at_home: Officer) -> None:
    page = at_home.page
    agreement(at_home)
    at_home.turn()
    at_home.choose("danger_now", "no")
    at_home.choose("hurt", "no")
    page.locator("#q-when_happened-from-year").fill("٢٠٢٦")
    at_home.turn()
    box = page.locator("#q-help_words-value")
    box.fill("a quiet place")
    page.locator("#languages-of-page summary").click()
    box.focus()
    box.evaluate("(node) => node.setSelectionRange(2, 7)")
    page.locator("#language-mine").evaluate(
        "(node) => { node.value = 'ar'; node.dispatchEvent(new Event('change', { bubbles: true })); }"
    )
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(box).to_be_focused()
    expect(box).to_have_value("a quiet place")
    assert box.evaluate("(node) => [node.selectionStart, node.selectionEnd]") == [2, 7]
    # The text keeps the language it was typed in.
    expect(page.locator("#q-help_words-language")).to_have_value("en")


@pytest.mark.journey
def test_digits_of_the_arabic_keyboard_are_read_and_shown_as_latin(at_home: Officer) -> None:
    page = at_home.page
    agreement(at_home)
    at_home.turn()
    at_home.choose("danger_now", "no")
    at_home.choose("hurt", "no")
    page.locator("#q-when_happened-from-year").fill("٢٠٢٥")
    at_home.turn()
    at_home.choose("help_safety", "yes")
    page.locator("#q-children_along-value").fill("۳")
    at_home.to_the_end()
    summary = page.locator("dl").all_inner_texts()
    assert any(re.search(r"\b2025\b", text) for text in summary)
    assert any(re.search(r"\n3\n", text) for text in summary)


@pytest.mark.journey
def test_what_was_typed_is_there_again_after_the_lock(at_home: Officer) -> None:
    page = at_home.page
    at_home.begin()
    at_home.choose("who_speaks", "caregiver")
    page.evaluate(
        """() => {
            Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
            document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )
    expect(page.locator("html.blank")).to_have_count(1)
    expect(page.locator("#main")).to_be_hidden()
    # Back after more than the grace: the clock has gone on, the timer was asleep.
    page.evaluate(
        """() => {
            const now = Date.now;
            Date.now = () => now() + 3600 * 1000;
            Object.defineProperty(document, "hidden", { configurable: true, get: () => false });
            document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )
    expect(page.locator("#passphrase")).to_be_visible()
    at_home.unlock()
    expect(page.locator("#q-who_speaks-caregiver")).to_be_checked()


@pytest.mark.journey
def test_three_escapes_lead_out_without_a_network_and_nothing_leads_back_in(at_home: Officer) -> None:
    page = at_home.page
    at_home.begin()
    at_home.offline()
    for _ in range(3):
        page.keyboard.press("Escape")
    page.wait_for_url(f"**{WAY_OUT}")
    expect(page.locator("table").first).to_be_visible()
    assert page.title() == "Measures"
    page.goto(f"{at_home.url}/field/")
    expect(page.locator("#passphrase")).to_be_visible()


@pytest.mark.journey
def test_under_the_lock_there_is_nothing_but_marks_and_counts(at_home: Officer) -> None:
    page = at_home.page
    at_home.begin()
    word = (page.locator("#where").inner_text()).split(" ")[0]
    page.locator(".back").click()
    expect(page.locator(".draft").first).to_be_visible()
    page.locator("#main .actions").last.locator("button").last.click()
    expect(page.locator("#passphrase")).to_be_visible()
    assert word not in page.locator("body").inner_text()
    page.locator("#passphrase").fill("not the right words")
    at_home.go()
    expect(page.locator("#passphrase-why")).to_be_visible(timeout=30_000)
    expect(page.locator("#passphrase")).to_be_focused()
    at_home.unlock()


@pytest.mark.journey
def test_a_tap_on_a_reason_sets_an_answer_aside_and_does_not_wipe_it(at_home: Officer) -> None:
    page = at_home.page
    agreement(at_home)
    at_home.turn()
    at_home.choose("danger_now", "no")
    at_home.choose("hurt", "no")
    page.locator("#q-when_happened-from-year").fill("2026")
    at_home.turn()
    page.locator("#q-help_words-value").fill("something")
    page.locator("#q-help_words summary").click()
    at_home.tap("#q-help_words-no-declined")
    page.locator("#q-help_words-no-declined").uncheck()
    expect(page.locator("#q-help_words-value")).to_have_value("something")
    at_home.tap("#q-help_words-no-declined")
    page.locator("#q-help_words-value").fill("something else")
    expect(page.locator("#q-help_words-no-declined")).not_to_be_checked()


def keys_of(tree: dict[str, Any], before: str = "") -> Iterator[str]:
    for name, value in tree.items():
        if isinstance(value, dict) and not isinstance(value.get("other"), str):
            yield from keys_of(value, f"{before}{name}.")
        else:
            yield before + name


def test_every_word_of_the_screens_is_used_and_every_word_used_exists() -> None:
    known = set(keys_of(tomllib.loads((ROOT / "translations/reference/screens.toml").read_text("utf-8"))))
    elsewhere = set(words.reference()) - known
    text = "\n".join(path.read_text("utf-8") for path in SCRIPTS)
    said = set(re.findall(r"[\"`]([a-z]+(?:\.[a-z0-9_]+)+)[\"`]", text))
    families = set(re.findall(r"`([a-z]+\.[a-z_]*)\$\{", text))
    sections = {key.split(".")[0] for key in known}
    missing = {key for key in said if key.split(".")[0] in sections} - known - elsewhere
    assert {key for key in missing if not key.startswith(("form.visit", "phone."))} == set()
    assert {key for key in missing if key.startswith("phone.")} - {"phone.full"} == set()
    unused = {key for key in known - said if not key.startswith(tuple(families))}
    assert {key for key in unused if key.split(".")[0] != "problem"} == set()


def test_the_screens_speak_without_jargon() -> None:
    text = json.dumps(tomllib.loads((ROOT / "translations/reference/screens.toml").read_text("utf-8")))
    assert re.findall(r"(?i)\b(sync\w*|cache\w*|queue\w*|case|cases|incident\w*|upload\w*|server-side)\b", text) == []


@pytest.mark.journey
def test_after_one_visit_the_app_opens_without_a_network(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    officer = Officer(playwright, tmp_path, server.url)
    officer.open(server.invite())
    officer.enrol()
    kept = officer.page.evaluate(
        """async () => {
            const names = (await caches.keys()).filter((name) => name.startsWith("fieldbook-"));
            return (await (await caches.open(names[0])).keys()).map((request) => new URL(request.url).pathname);
        }"""
    )
    assert {"/field/", "/field/measures", "/field/fieldbook.js", "/field/words/en.json"} <= set(kept)
    officer.offline()
    officer.page.goto(f"{server.url}/field/")
    officer.unlock()
    expect(officer.page.locator("#main .count").first).to_be_visible()
    officer.close()


@pytest.mark.journey
def test_a_phone_without_the_list_of_check_words_says_so_in_a_sentence_and_opens_all_else_of_its_settings(
    at_home: Officer,
) -> None:
    said = words.reference()
    open_settings = at_home.page.get_by_role("button", name=str(said["home.settings"]), exact=True)
    open_settings.click()
    expect(at_home.page.locator("ol bdi, ol li").nth(5)).to_be_visible()
    at_home.page.add_init_script(
        """(() => {
            const real = window.fetch;
            const without = (at, ...more) =>
                at === "/field/lists/en.txt" ? Promise.reject(new TypeError("no network")) : real(at, ...more);
            if (window.name === "without the list") window.fetch = without;
        })()"""
    )
    at_home.page.evaluate("window.name = 'without the list'")
    at_home.page.goto(f"{at_home.url}/field/")
    at_home.unlock()
    open_settings.click()
    expect(at_home.page.get_by_text(str(said["settings.words_missing"]))).to_be_visible()
    expect(at_home.page.get_by_role("button", name=str(said["settings.lock_now"]))).to_be_visible()
    look(at_home.page)
    at_home.page.evaluate("window.name = ''")


def test_the_sheet_of_styles_is_understood_by_the_oldest_browsers() -> None:
    """Chrome 80 and Safari 14.0 know each logical side by itself and skip what names two at once."""
    sheet = (ROOT / "static/field/style.css").read_text("utf-8")
    unknown = (
        r"[^-\w](?:(?:margin|padding|border)-(?:block|inline)|inset(?:-\w+)*|aspect-ratio)\s*:|:(?:is|where|has)\("
    )
    assert re.findall(unknown, sheet) == []
