"""Several forms on one phone: a short choice, drafts that say what they are, and a form switched off meanwhile."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from intake import words
from intake.envelope.format import parse
from tests.support.looking import look
from tests.support.officer import NewOfficer, Officer
from tests.support.screened import ScreenedOffice, say

pytestmark = pytest.mark.journey

VISIT, NEEDS, WISH = ({"id": name, "version": 1} for name in ("visit", "needs", "wish"))


@pytest.fixture
def officer(new_officer: NewOfficer, screened: ScreenedOffice) -> Iterator[Officer]:
    """At home, with every form on."""
    screened.publish(forms=[VISIT, NEEDS, WISH])
    with new_officer(screened.link()) as made:
        yield made
    screened.publish()


def hear(officer: Officer, screened: ScreenedOffice, forms: list[dict[str, object]]) -> None:
    """The office publishes other forms, and the phone learns of it."""
    screened.publish(forms=forms)
    officer.page.get_by_role("button", name=say("home.send"), exact=True).click()
    expect(officer.page.locator("#status")).to_contain_text(say("home.sent_none"))


def kinds(officer: Officer) -> list[str]:
    return [str(one.get_attribute("id")) for one in officer.page.locator("[id^=kind-]").all()]


def test_with_several_forms_a_new_report_is_a_short_choice_in_plain_words(officer: Officer) -> None:
    officer.go()
    expect(officer.page.locator("#main h1")).to_have_text(str(words.reference()["kind.title"]))
    assert kinds(officer) == ["kind-visit", "kind-needs", "kind-wish"]
    for kind in ("visit", "needs", "wish"):
        expect(officer.page.locator(f"#kind-{kind}")).to_contain_text(str(words.reference()[f"kind.{kind}_what"]))
    look(officer.page)
    officer.page.locator("#main .back").click()
    expect(officer.page.locator("#main .count").first).to_be_visible()


def test_with_one_form_a_new_report_begins_at_once(officer: Officer, screened: ScreenedOffice) -> None:
    hear(officer, screened, [NEEDS])
    officer.go()
    expect(officer.page.locator("#where")).to_be_visible()
    assert officer.heading() == words.reference()["form.visit.ready"]
    officer.turn()
    expect(officer.question("notice_needs")).to_be_visible()
    officer.home()
    expect(officer.page.locator(".draft")).to_be_visible()
    expect(officer.page.locator(".draft")).not_to_contain_text(str(words.reference()["kind.needs"]))


def test_what_was_begun_says_of_which_kind_it_is(officer: Officer) -> None:
    for kind in ("needs", "wish"):
        officer.begin(kind)
        officer.home()
    lines = officer.page.locator(".draft")
    for kind in ("needs", "wish"):
        expect(lines.filter(has_text=str(words.reference()[f"kind.{kind}"]))).to_have_count(1)
    look(officer.page)


def test_a_draft_of_a_form_that_was_switched_off_can_still_be_finished(
    officer: Officer, screened: ScreenedOffice
) -> None:
    officer.begin("needs")
    officer.turn()
    officer.home()
    hear(officer, screened, [VISIT, WISH])
    officer.go()
    assert kinds(officer) == ["kind-visit", "kind-wish"]
    officer.page.locator("#main .back").click()
    expect(officer.page.locator("#main .count").first).to_be_visible()
    officer.page.locator(".draft").click()
    officer.turn()
    officer.choose("may_write", "yes")
    officer.turn()
    officer.choose("danger_now", "no")
    officer.choose("for_whom", "self")
    for _ in range(4):
        officer.turn()
    expect(officer.page.locator("#main .problems")).to_have_count(0)
    officer.go()
    expect(officer.page.locator("#main h1")).to_have_text(say("check.saved_title"))
    officer.go()
    expect(officer.page.locator("details.item").first).to_have_attribute("data-state", "arrived")
    report, _ = screened.opened(parse(list(screened.held.values())[-1]))
    assert (report["form"], report["state"]) == ("needs", "final")


@pytest.mark.parametrize("kind", ["needs", "wish"])
def test_each_kind_survives_the_lock_and_is_kept_only_after_a_yes(officer: Officer, kind: str) -> None:
    officer.begin(kind)
    officer.turn()
    officer.turn()
    officer.choose("may_write", "no")
    officer.go()
    look(officer.page)
    expect(officer.page.locator("#main .actions .go")).to_be_visible()
    officer.page.locator("#main .back").click()
    officer.choose("may_write", "yes")
    officer.turn()
    officer.choose("danger_now", "yes")
    expect(officer.question("danger_steps")).to_be_visible()
    officer.home()
    officer.page.locator("#main .actions .second").last.click()
    officer.unlock()
    officer.page.locator(".draft").click()
    expect(officer.page.locator("#q-danger_now-yes")).to_be_checked()
    officer.finish_now()
    expect(officer.page.locator("details.item").first).to_have_attribute("data-state", "arrived")
