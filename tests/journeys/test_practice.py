"""Part 9: practice and its lessons, which nobody can take for real and which send nothing."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from intake import words
from tests.support.looking import look
from tests.support.officer import Officer
from tests.support.screened import ScreenedOffice, say

pytestmark = pytest.mark.journey

LESSONS = ["safety", "leave", "recording", "locking", "losing"]
KEPT = """async () => {
    const sizes = {};
    for (const { name } of await indexedDB.databases()) {
        const db = await new Promise((done) => (indexedDB.open(name).onsuccess = ({ target }) => done(target.result)));
        for (const store of db.objectStoreNames) {
            if (store === "phone") continue;
            sizes[`${name}.${store}`] = await new Promise((done) => (db.transaction(store).objectStore(store).count()
                .onsuccess = ({ target }) => done(target.result)));
        }
        db.close();
    }
    return [sizes, localStorage.getItem("fieldbook.stamp")];
}"""

Phones = Callable[[], Officer]


@pytest.fixture
def phones(playwright: Playwright, screened: ScreenedOffice, tmp_path: Path) -> Iterator[Phones]:
    """New phones."""
    made: list[Officer] = []

    def new() -> Officer:
        made.append(Officer(playwright, tmp_path / str(len(made)), screened.url))
        return made[-1]

    yield new
    for one in made:
        one.close()


def press(officer: Officer, key: str) -> None:
    officer.page.get_by_role("button", name=say(key), exact=True).click()


def practise(officer: Officer) -> str:
    """From a phone that is not enrolled into practice; the passphrase of practice."""
    press(officer, "practice.open_first")
    return begin(officer)


def begin(officer: Officer) -> str:
    expect(officer.page.locator("#main h1")).to_have_text(say("practice.title"))
    look(officer.page)
    officer.go()
    shown = officer.page.locator("#practice-passphrase")
    expect(shown).to_be_visible(timeout=60_000)
    return shown.inner_text()


def kind_answers(lesson: str) -> re.Pattern[str]:
    """Either of the two things that are said to an answer."""
    return re.compile("|".join(re.escape(say(f"lesson.{lesson}_{end}")) for end in ("right", "other")))


def look_at_practice(page: Page) -> None:
    """Clean, and nobody can miss that it is practice: in words, in view, in the ear, in colour and by its edge."""
    expect(page.locator("#banner")).to_have_text(say("practice.banner"))
    expect(page.locator("#banner")).to_be_in_viewport()
    expect(page.locator("#banner")).to_have_attribute("role", "status")
    expect(page.locator("#main h1").first).to_have_accessible_description(say("practice.banner"))
    edge = page.evaluate("getComputedStyle(document.body).borderImageSource")
    assert "gradient" in edge
    look(page)


def test_an_interview_is_practised_to_the_end_on_a_phone_without_an_invitation_and_nothing_is_sent(
    phones: Phones, screened: ScreenedOffice
) -> None:
    officer = phones()
    officer.open()
    page = officer.page
    asked: list[tuple[str, str]] = []
    officer.context.on("request", lambda request: asked.append((request.method, request.url)))
    before = page.evaluate(KEPT)
    practise(officer)
    look_at_practice(page)
    press(officer, "practice.report")
    expect(page.locator("#main .count").first).to_have_text(say("practice.instead.home.waiting_none"))
    look_at_practice(page)

    officer.begin()
    look_at_practice(page)
    officer.turn()
    officer.turn()
    officer.choose("may_write", "yes")
    officer.turn()
    look_at_practice(page)
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    expect(page.locator("#banner")).to_be_in_viewport()
    officer.nothing_pressing()
    officer.to_the_end()
    look_at_practice(page)
    officer.go()
    expect(page.locator("#main .card")).to_contain_text(say("practice.instead.check.saved"))
    look_at_practice(page)
    officer.go()
    item = page.locator(".item")
    expect(item.locator("strong")).to_have_text(say("practice.instead.item.state_waiting"))
    item.locator("summary").click()
    look_at_practice(page)
    press(officer, "home.send")
    expect(page.locator("#status")).to_have_text(say("practice.instead.home.send_failed"))
    officer.to_agreement()
    officer.finish_now()
    expect(item).to_have_count(2)
    item.first.locator("summary").click()
    item.first.locator(".warn").click()
    page.locator("#main .harm").click()
    expect(page.locator(".item[data-state=withdrawn]")).to_have_count(1)

    press(officer, "practice.back_home")
    press(officer, "practice.leave")
    look_at_practice(page)
    press(officer, "practice.leave_no")
    press(officer, "practice.report")
    expect(item).to_have_count(2)
    press(officer, "practice.back_home")
    press(officer, "practice.leave")
    press(officer, "practice.leave_yes")
    expect(page.locator("#main h1")).to_have_text(say("enrol.title"))
    expect(page.locator("#banner")).to_be_empty()
    look(page)
    practise(officer)
    press(officer, "practice.report")
    expect(page.locator(".item, .draft")).to_have_count(0)

    assert page.evaluate(KEPT) == before
    assert {method for method, _ in asked} <= {"GET"}
    assert [url for _, url in asked if "/field/" not in url] == []
    assert screened.asked("PUT", ".*") + screened.asked("POST", ".*") == []


def test_an_enrolled_phone_practises_behind_its_passphrase_and_counts_nothing_of_it(
    phones: Phones, screened: ScreenedOffice
) -> None:
    officer = phones()
    officer.open(screened.link())
    officer.enrol()
    officer.go()
    page = officer.page
    expect(page.locator("#main .count").first).to_be_visible()
    officer.to_agreement()
    officer.offline()
    officer.finish_now()
    # The real phone has tried to send, without a network, and noted that it could not: from here nothing changes.
    page.wait_for_function("JSON.parse(localStorage.getItem('fieldbook.stamp')).later === 1")
    before = page.evaluate(KEPT)
    calls: list[str] = []
    officer.context.on("request", lambda request: "/sync/" in request.url and calls.append(request.method))
    press(officer, "home.settings")
    press(officer, "practice.open")
    begin(officer)
    press(officer, "practice.report")
    expect(page.locator(".item")).to_have_count(0)
    officer.to_agreement()
    officer.finish_now()
    officer.to_agreement()
    officer.finish_now()
    press(officer, "home.settings")
    look_at_practice(page)
    expect(page.locator(".check-words")).to_have_count(0)
    page.locator(".back").click()
    assert page.evaluate(KEPT) == before
    press(officer, "home.lock")
    press(officer, "practice.leave")
    press(officer, "practice.leave_yes")

    # the real lock: one mark, and no way into practice for whoever finds the phone
    expect(page.locator("#main .marks li")).to_have_count(1)
    expect(page.locator("#banner")).to_be_empty()
    assert say("practice.open") not in page.locator("#main").inner_text()
    assert page.evaluate(KEPT) == before
    assert "PUT" not in calls
    officer.unlock()
    expect(page.locator("#main .count").first).to_have_text(say("home.waiting", n=1))
    officer.offline(False)
    expect(page.locator(".item")).to_have_attribute("data-state", "arrived", timeout=60_000)


def test_practice_locks_as_in_earnest_and_a_closed_app_forgets_it(phones: Phones, screened: ScreenedOffice) -> None:
    officer = phones()
    officer.open()
    page = officer.page
    passphrase = practise(officer)
    press(officer, "practice.report")
    officer.to_agreement()
    officer.turn()
    officer.home()
    press(officer, "home.lock")
    expect(page.locator("#passphrase")).to_be_visible()
    assert passphrase not in page.content()
    look_at_practice(page)
    page.locator("#passphrase").fill("something else")
    officer.go()
    expect(page.locator("#passphrase-why")).to_have_text(say("lock.wrong"), timeout=60_000)
    officer.unlock(passphrase)
    expect(page.locator("#main h1")).to_have_text(say("practice.home"))
    press(officer, "practice.report")
    expect(page.locator(".draft")).to_have_count(1)
    page.reload()
    expect(page.locator("#main h1")).to_have_text(say("enrol.title"))
    practise(officer)
    press(officer, "practice.report")
    expect(page.locator(".draft")).to_have_count(0)


def test_an_invitation_ends_practice_and_sets_the_phone_up(phones: Phones, screened: ScreenedOffice) -> None:
    officer = phones()
    officer.open()
    practise(officer)
    officer.page.evaluate("(hash) => { location.hash = hash }", screened.link().partition("#")[2])
    expect(officer.page.locator("#mine")).to_be_visible()
    expect(officer.page.locator("#banner")).to_be_empty()
    expect(officer.page.locator("#main h1")).to_have_text(say("enrol.title"))


def test_lessons_are_short_repeatable_kind_in_two_languages_and_without_a_network(
    phones: Phones, screened: ScreenedOffice
) -> None:
    officer = phones()
    officer.open()
    page = officer.page
    officer.tap("#hers-ar")
    expect(page.locator("#hers-ar")).to_be_checked()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    officer.offline()
    practise(officer)
    for name in LESSONS:
        press(officer, f"lesson.{name}_title")
        where, idea = page.locator("#where"), page.locator(".idea")
        number = 1
        while f"lesson.{name}_{number}" in words.reference():
            expect(idea).to_contain_text(say(f"lesson.{name}_{number}", pep=72, ec=120))
            expect(idea.locator(".hers[lang=ar][dir=rtl]")).to_be_visible()
            look_at_practice(page)
            before = where.inner_text()
            officer.go()
            expect(where).not_to_have_text(before)
            number += 1
        assert 3 <= number <= 6
        for answer in "ab":
            officer.tap(f"#answer-{answer}")
            expect(page.locator("#main [role=status]")).to_contain_text(kind_answers(name))
        look_at_practice(page)
        page.locator(".back").click()
        expect(idea).to_be_visible()
        officer.go()
        press(officer, "lesson.again")
        expect(idea).to_contain_text(say(f"lesson.{name}_1", pep=72, ec=120))
        page.locator(".back").click()
        expect(page.locator(".lessons")).to_be_visible()


def test_where_the_page_runs_from_right_to_left_practice_does_too(phones: Phones) -> None:
    officer = phones()
    officer.open()
    page = officer.page
    officer.tap("#mine-ar")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    page.locator("#main > .text").last.click()
    officer.go()
    expect(page.locator("#practice-passphrase")).to_be_visible(timeout=60_000)
    expect(page.locator("#banner")).to_be_in_viewport()
    look(page)
    page.locator(".lessons button").first.click()
    expect(page.locator(".idea")).to_be_visible()
    look(page)
