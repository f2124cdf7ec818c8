"""Part 5: what is wrong is said in words, all is shown once more, and what cannot be sealed is not called saved."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from intake.envelope.sealing import SealingKey
from intake.envelope.signing import SigningKey
from tests.support.looking import look
from tests.support.officer import NewOfficer, Officer
from tests.support.screened import ScreenedOffice, say

pytestmark = pytest.mark.journey

# The phone's own memory, reached as a broken disk or an attacker with the unlocked phone would.
SPOIL_BUNDLE = """([what, value]) => new Promise((done, failed) => {
    const asked = indexedDB.open("fieldbook");
    asked.onerror = failed;
    asked.onsuccess = () => {
        const work = asked.result.transaction("compartments", "readwrite");
        const at = work.objectStore("compartments");
        at.getAll().onsuccess = ({ target }) => {
            for (const one of target.result) at.put({ ...one, [what]: value });
        };
        work.oncomplete = () => done(asked.result.close());
        work.onerror = failed;
    };
})"""
NO_ROOM = """() => {
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function (value, key) {
        if (key !== "probe") return put.call(this, value, key);
        throw new DOMException("no room", "QuotaExceededError");
    };
}"""


@pytest.fixture(scope="module")
def enrolled(new_officer: NewOfficer, screened: ScreenedOffice) -> Iterator[Officer]:
    with new_officer(screened.link()) as made:
        made.offline()
        yield made


@pytest.fixture
def officer(enrolled: Officer) -> Officer:
    """On the first screen, without a network."""
    enrolled.come_home()
    return enrolled


def test_check_and_save_errors_listed_at_the_top_and_at_the_field_in_words_a_summary_and_save_as_final_seals_it(
    officer: Officer,
) -> None:
    page = officer.page
    items = page.locator("details.item").count()
    officer.to_agreement()
    officer.turn()
    officer.choose("danger_now", "no")
    officer.write_date("when_happened", "2026-10-04")
    officer.go()
    expect(page.locator(".problems")).to_be_focused()
    expect(page.locator(".problems h2")).to_have_text(say("common.error_title"))
    line = page.locator(".problems a")
    expect(line).to_have_text("Are you hurt, bleeding or in pain? Please choose an answer before you go on.")
    expect(page.locator("#q-hurt-why")).to_have_text("Error: Please choose an answer before you go on.")
    assert "q-hurt-why" in (page.locator("#q-hurt").get_attribute("aria-describedby") or "")
    line.click()
    expect(page.locator("#q-hurt-yes")).to_be_focused()
    # What is under the bar at the top cannot be read.
    assert page.locator("#q-hurt-yes").evaluate("(node) => node.getBoundingClientRect().top") > 60
    officer.choose("hurt", "no")
    for _ in range(4):
        officer.turn()
    expect(page.locator("#main h1")).to_have_text(say("check.title"))
    summary = page.locator("dl > div", has_text="When did it happen?")
    expect(summary).to_contain_text("4 October 2026")
    assert page.locator("dl > div").count() > 15
    officer.go()
    expect(page.locator("#main h1")).to_have_text(say("check.saved_title"))
    officer.go()
    expect(page.locator("details.item")).to_have_count(items + 1)
    expect(page.locator("button.draft")).to_have_count(0)


def test_the_summary_leads_to_each_answer_and_two_that_do_not_fit_each_other_are_told(officer: Officer) -> None:
    page = officer.page
    officer.to_summary()
    page.locator("dl > div", has_text="Is there anyone who must not learn of this?").get_by_role("button").click()
    expect(page.locator("#q-keep_from-nobody")).to_be_focused()
    officer.tap("#q-keep_from-nobody")
    officer.tap("#q-keep_from-police")
    officer.home()
    officer.go_on()
    # Left and opened again: a page may be left with what is wrong on it, and nobody gets past it to the end.
    officer.go()
    expect(page.locator(".problems a")).to_contain_text("does not go together")
    page.locator(".actions.stop .warn").click()
    page.locator("#main .harm").click()
    expect(page.locator("#status")).to_have_text(say("form.destroyed"))


def test_answers_that_are_left_out_because_their_question_went_away_are_named_in_the_summary(officer: Officer) -> None:
    page = officer.page
    officer.to_agreement()
    officer.turn()
    officer.choose("danger_now", "no")
    officer.choose("hurt", "no")
    officer.write_date("when_happened", "2026")
    officer.turn()
    officer.choose("help_safety", "yes")
    page.locator("#q-children_along-value").fill("2")
    officer.choose("help_safety", "no")
    for _ in range(3):
        officer.turn()
    expect(page.locator("#main .card.care")).to_contain_text(say("check.hidden"))
    expect(page.locator("#main .card.care li")).to_have_text("How many children would come with you to a safe place?")
    look(page)
    officer.finish_now()


def test_finish_now_on_every_page_seals_it_unfinished(officer: Officer, screened: ScreenedOffice) -> None:
    page = officer.page
    before = page.locator("details.item").count()
    pages = 0
    officer.begin()
    while page.locator("dl").count() == 0:
        expect(page.locator(".actions.stop .second")).to_have_text(say("form.finish"))
        pages += 1
        if page.locator("#q-may_write").count():
            officer.choose("may_write", "yes")
        if page.locator("#q-danger_now").count():
            officer.choose("danger_now", "no")
            officer.choose("hurt", "no")
            officer.write_date("when_happened", "2026")
        officer.turn()
    assert pages == 7
    expect(page.locator(".actions.stop .second")).to_have_text(say("form.finish"))
    officer.finish_now()
    expect(page.locator("#status")).to_have_text(say("form.finished"))
    expect(page.locator("details.item")).to_have_count(before + 1)
    newest = page.locator("details.item").first
    officer.offline(False)
    expect(newest).to_have_attribute("data-state", "arrived", timeout=30_000)
    name = str(newest.get_attribute("id")).removeprefix("item-")
    [envelope] = [one for one in screened.envelopes if one.report == name]
    assert screened.opened(envelope)[0]["state"] == "unfinished"
    officer.offline()


def test_before_she_has_agreed_finish_now_keeps_nothing(officer: Officer) -> None:
    page = officer.page
    before = page.locator("details.item").count()
    officer.begin()
    officer.choose("who_speaks", "self")
    page.locator(".actions.stop .second").click()
    expect(page.locator("#main .card.care")).to_have_text(say("form.finish_before"))
    page.locator("#main .harm").click()
    expect(page.locator("#main .count").first).to_be_visible()
    expect(page.locator("details.item")).to_have_count(before)
    expect(page.locator("button.draft")).to_have_count(0)


def test_she_said_no_and_the_summary_says_that_nothing_is_kept(officer: Officer) -> None:
    page = officer.page
    officer.to_agreement("no")
    officer.turn()
    expect(page.locator("#main h1")).to_have_text(say("check.not_agreed_title"))
    expect(page.locator("#main .go")).to_have_text(say("check.not_agreed_done"))
    officer.go()
    expect(page.locator("button.draft")).to_have_count(0)


def without_room(officer: Officer) -> str:
    officer.page.evaluate(NO_ROOM)
    return "phone.storage_full"


def without_key(officer: Officer) -> str:
    """The office's keys are there and are not what was signed."""
    officer.page.evaluate(SPOIL_BUNDLE, ["bundle", {"payload": "e30", "sign": "A" * 86}])
    return "problem.422_16"


def with_wrong_key(officer: Officer) -> str:
    """Keys that somebody else has signed."""
    other = ScreenedOffice()
    other.sign_key, other.report_key = SigningKey.generate(), SealingKey.generate()
    officer.page.evaluate(SPOIL_BUNDLE, ["bundle", other.signed()])
    return "problem.422_16"


@pytest.mark.parametrize("spoil", [without_room, without_key, with_wrong_key])
def test_what_cannot_be_sealed_is_not_called_saved_and_the_draft_stays(
    new_officer: NewOfficer, screened: ScreenedOffice, spoil: Callable[[Officer], str]
) -> None:
    with new_officer(screened.link()) as officer:
        officer.offline()
        officer.to_summary()
        key = spoil(officer)
        officer.go()
        status = officer.page.locator("#status")
        expect(status).to_contain_text(say("check.failed"))
        expect(status).to_contain_text(say(key))
        expect(officer.page.locator("#main h1")).to_have_text(say("check.title"))
        expect(officer.page.locator("#main .go")).to_be_enabled()
        kept = officer.page.evaluate(
            """() => new Promise((done, failed) => {
                const asked = indexedDB.open("fieldbook");
                asked.onerror = failed;
                asked.onsuccess = () => {
                    const count = asked.result.transaction(["drafts", "outbox"]);
                    const [drafts, outbox] = ["drafts", "outbox"].map((name) => count.objectStore(name).count());
                    count.oncomplete = () => done([drafts.result, outbox.result]);
                };
            })"""
        )
        assert kept == [1, 0]
