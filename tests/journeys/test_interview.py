"""Parts 1 and 2: the whole interview, as an officer needs it in front of the person; and whose words they are."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from intake import questionnaires
from intake.envelope.format import parse
from tests.support.looking import look
from tests.support.officer import NewOfficer, Officer
from tests.support.screened import ScreenedOffice, say

pytestmark = pytest.mark.journey

PLACES = [
    {"id": "north", "name": "Tamarin North", "parent": None},
    {"id": "north-1", "name": "Old Harbour", "parent": "north"},
]
COUNT_TAPS = """
    window.taps = 0;
    addEventListener("pointerdown", (event) => { if (event.isTrusted) window.taps += 1; }, true);
"""


@pytest.fixture(scope="module")
def enrolled(new_officer: NewOfficer, screened: ScreenedOffice) -> Iterator[Officer]:
    screened.settings = questionnaires.settings({"draft_hours": 72, "keep_days": 30})
    screened.publish(forms=[{"id": "visit", "version": 2}], places=PLACES)
    with new_officer(screened.link(), mine="en", hers="ar", script=COUNT_TAPS) as made:
        yield made


@pytest.fixture
def officer(enrolled: Officer) -> Officer:
    """On the first screen, without a network."""
    enrolled.offline(False)
    enrolled.come_home()
    enrolled.offline()
    return enrolled


def sent(officer: Officer, screened: ScreenedOffice) -> tuple[dict[str, Any], dict[str, Any]]:
    """The newest report as the office opens it, when it has arrived: what it says, and who it is about."""
    item = officer.page.locator("details.item").first
    report = str(item.get_attribute("id")).removeprefix("item-")
    officer.offline(False)
    expect(item).to_have_attribute("data-state", "arrived", timeout=60_000)
    [raw] = [raw for (name, _), raw in screened.held.items() if name == report]
    part, identity = screened.opened(parse(raw))
    return part, identity["answers"]


def save_as_final(officer: Officer) -> None:
    officer.go()
    expect(officer.page.locator("#main h1")).to_have_text(say("check.saved_title"))
    officer.go()


def see(officer: Officer, *questions: str) -> None:
    for question in questions:
        expect(officer.question(question)).to_be_visible()


def not_asked(officer: Officer, *questions: str) -> None:
    for question in questions:
        expect(officer.page.locator(f"#q-{question}:visible")).to_have_count(0)


def test_a_woman_who_says_yes_is_asked_what_helps_and_nothing_else_over_twelve_pages__globaleaks_752(
    officer: Officer, screened: ScreenedOffice
) -> None:
    page = officer.page
    officer.begin()
    look(page)
    see(officer, "duties")
    officer.choose("private", "yes")
    officer.read_notices()
    officer.choose("officer_wish", "woman")
    officer.choose("officer_wish_met", "no")
    officer.choose("who_speaks", "self")
    officer.choose("age_band", "26_40")
    officer.turn()
    look(page)
    officer.read_notices()
    officer.turn()
    not_asked(officer, "knows", "child_agrees", "carer_agrees")
    officer.choose("may_write", "yes")
    look(page)
    officer.turn()
    officer.nothing_pressing(officer.day_before(20)[:7])
    look(page)
    officer.turn()
    officer.choose("help_medical", "yes")
    officer.choose("help_children", "yes")
    look(page)
    officer.turn()
    officer.choose("sex", "female")
    officer.choose("see", "some")
    look(page)
    officer.turn()
    officer.choose("forced", "no")
    officer.choose("exchanged", "yes")
    officer.choose("still_going", "no")
    page.locator("#q-place-value").select_option("north-1")
    expect(page.locator("#q-place-value option:checked")).to_have_text("Tamarin North – Old Harbour")
    page.locator("#q-account-value").fill("Rice for the children was promised.")
    look(page)
    officer.turn()
    officer.choose("reader_involved", "no")
    look(page)
    officer.turn()
    officer.choose("person_count", "1")
    page.locator("#q-persons button.second").click()
    row = page.locator("#q-persons .row")
    row.locator("input[value=mission]").check()
    row.locator("input[value=contingent]").check()
    row.locator("select").select_option("IS")
    row.locator("input[value=flag]").check()
    page.locator("#q-who_names button.second").click()
    page.locator("#q-who_names .row input[type=text]").first.fill("The tall one")
    look(page)
    officer.turn()
    officer.choose("pregnant", "no")
    officer.choose("child_born", "yes")
    page.locator("#q-each_child button.second").click()
    page.locator("#q-each_child .row .year").first.fill("2024")
    page.locator("#q-each_child .row input[value=both]").check()
    officer.choose("holds", "letters")
    look(page)
    officer.turn()
    page.locator("#q-called-value").fill("Amal")
    officer.choose("contact_again", "yes")
    look(page)
    officer.turn()
    not_asked(officer, "share_legal")
    officer.choose("share_medical", "yes")
    officer.choose("share_inquiry", "later")
    officer.choose("share_figures", "yes")
    look(page)
    officer.turn()
    officer.choose("tell_how", "officer")
    officer.choose("retaliation", "feared")
    look(page)
    officer.turn()
    officer.choose("code_wanted", "yes")
    number = page.locator(".code-shown").inner_text()
    assert number.replace(" ", "").isdigit()
    officer.choose("code_back", "yes")
    look(page)
    officer.turn()
    officer.choose("channel", "in_person")
    look(page)
    officer.turn()
    look(page)
    expect(page.locator("#main")).to_contain_text("Tamarin North – Old Harbour")
    expect(page.locator("#main")).to_contain_text("Iceland")
    expect(page.locator("#main")).to_contain_text(number)
    save_as_final(officer)

    report, identity = sent(officer, screened)
    answers = report["answers"]
    assert (report["form"], report["version"], report["state"]) == ("visit", 2, "final")
    assert (answers["exchanged"], answers["place"], answers["share_inquiry"]) == ("yes", "north-1", "later")
    assert answers["code_given"] == number.replace(" ", "")
    [person] = answers["persons"]
    assert (person["employer"], person["category"], person["country"]) == ("mission", "contingent", "IS")
    assert answers["walk"] == {"no": "not_asked"}
    assert identity["called"]["text"] == "Amal"
    assert identity["who_names"][0]["alleged_name"]["text"] == "The tall one"
    assert "called" not in answers
    assert "who_names" not in answers


def test_a_rehearsed_pages_one_to_five_takes_few_taps(officer: Officer) -> None:
    officer.page.evaluate("window.taps = 0")
    officer.begin()
    officer.choose("private", "yes")
    officer.choose("who_speaks", "self")
    officer.choose("age_band", "26_40")
    officer.turn()
    officer.read_notices()
    officer.turn()
    officer.choose("may_write", "yes")
    officer.turn()
    officer.choose("danger_now", "no")
    officer.choose("hurt", "no")
    officer.question("when_happened").locator("button").first.click()
    officer.choose("care_received", "no")
    officer.turn()
    for group in ("safety", "medical", "talk", "legal", "basic", "work", "children"):
        officer.choose(f"help_{group}", "no")
    officer.turn()
    # One for each answer, five notices among them, and one for each page.
    assert officer.page.evaluate("window.taps") == 26
    officer.home()


def test_his_duties_are_read_in_full_once_a_day(officer: Officer) -> None:
    officer.begin()
    not_asked(officer, "duties")
    see(officer, "your_part")
    officer.home()


def test_only_the_fact_says_nothing_about_her(officer: Officer, screened: ScreenedOffice) -> None:
    officer.to_agreement("fact_only")
    officer.turn()
    officer.nothing_pressing()
    seen = []
    while not officer.page.locator("#main dl").count():
        officer.turn()
        seen += [str(one.get_attribute("id")) for one in officer.page.locator("#main .question:visible[id]").all()]
    hers = {"q-called", "q-full_name", "q-ways", "q-contact_again", "q-child_names", "q-carer_name", "q-share_medical"}
    assert hers & set(seen) == set()
    assert {"q-forced", "q-place", "q-share_figures"} <= set(seen)
    save_as_final(officer)
    report, identity = sent(officer, screened)
    assert report["answers"]["may_write"] == "fact_only"
    assert {one for one in identity if one != "who_names"} == set()


def sealed_copies(officer: Officer) -> int:
    """How many drafts have a copy sealed to the office beside them, on the disk."""
    found: int = officer.page.evaluate(
        """() => new Promise((done) => {
            const opening = indexedDB.open("fieldbook");
            opening.onsuccess = () => {
                const all = opening.result.transaction("drafts").objectStore("drafts").getAll();
                all.onsuccess = () => {
                    opening.result.close();
                    done(all.result.filter((one) => one.copy).length);
                };
            };
        })"""
    )
    return found


def test_no_means_that_nothing_is_kept(officer: Officer, screened: ScreenedOffice) -> None:
    before, copies = officer.page.locator("details.item").count(), sealed_copies(officer)
    drafts = officer.page.locator("button.draft").count()
    officer.to_agreement("no")
    see(officer, "said_no")
    officer.go()
    expect(officer.page.locator("#main h1")).to_have_text(say("check.not_agreed_title"))
    look(officer.page)
    officer.go()
    expect(officer.page.locator("#main .count").first).to_be_visible()
    assert officer.page.locator("details.item").count() == before
    assert officer.page.locator("button.draft").count() == drafts
    assert sealed_copies(officer) == copies


def test_a_girl_with_her_aunt_is_asked_herself_and_her_no_is_the_last_word(
    officer: Officer, screened: ScreenedOffice
) -> None:
    page = officer.page
    officer.begin()
    officer.choose("private", "yes")
    officer.choose("who_speaks", "caregiver")
    officer.choose("age_band", "12_14")
    officer.turn()
    officer.turn()
    see(officer, "carer_safe")
    not_asked(officer, "carer_there")
    expect(page.locator("#main .who").first).to_have_text(say("form.for_officer"))
    officer.choose("carer_safe", "no")
    see(officer, "carer_unsafe")
    look(page)
    officer.choose("carer_safe", "yes")
    officer.turn()
    officer.choose("may_write", "yes")
    see(officer, "child_agrees")
    officer.choose("child_agrees", "no")
    see(officer, "child_said_no")
    look(page)
    officer.go()
    expect(page.locator("#main h1")).to_have_text(say("check.not_agreed_title"))
    page.locator(".back").click()
    officer.choose("child_agrees", "yes")
    not_asked(officer, "child_said_no")
    officer.turn()
    officer.nothing_pressing("2026-09")
    officer.until("forced")
    not_asked(officer, "under_18", "account")
    see(officer, "account_child")
    officer.choose("still_going", "yes")
    look(page)
    officer.to_the_end()
    save_as_final(officer)
    report, _ = sent(officer, screened)
    answers = report["answers"]
    assert (answers["who_speaks"], answers["child_agrees"], answers["carer_safe"]) == ("caregiver", "yes", "yes")
    assert "account" not in answers
    assert screened.envelopes[-1].urgent


def test_a_girl_of_15_answers_herself_and_an_adult_is_asked_only_if_she_wants_it(officer: Officer) -> None:
    officer.begin()
    officer.choose("private", "yes")
    officer.choose("who_speaks", "self")
    officer.choose("age_band", "15_17")
    officer.turn()
    officer.turn()
    officer.choose("carer_there", "no")
    not_asked(officer, "carer_safe")
    officer.turn()
    officer.choose("may_write", "yes")
    see(officer, "carer_may_know")
    not_asked(officer, "child_agrees", "carer_agrees")
    officer.turn()
    officer.nothing_pressing("2026-09")
    officer.until("forced")
    see(officer, "account")
    officer.home()


def test_a_neighbour_who_tells_gives_no_consent_in_her_name_and_names_only_the_neighbour(
    officer: Officer, screened: ScreenedOffice
) -> None:
    page = officer.page
    officer.begin()
    officer.choose("private", "yes")
    officer.choose("who_speaks", "other")
    officer.choose("age_band", "adult_unknown")
    officer.turn()
    officer.turn()
    officer.choose("knows", "no")
    see(officer, "knows_not")
    officer.choose("may_write", "yes")
    officer.turn()
    see(officer, "about_her")
    officer.nothing_pressing("2026-09")
    officer.turn()
    officer.choose("help_medical", "yes")
    officer.until("reporter_named")
    officer.choose("reporter_named", "yes")
    page.locator("#q-reporter_called-value").fill("Sami from the well")
    look(page)
    officer.until("keep_from")
    not_asked(officer, "share_medical", "share_inquiry", "share_figures")
    officer.to_the_end()
    save_as_final(officer)
    report, identity = sent(officer, screened)
    assert report["answers"]["knows"] == "no"
    assert [name for name in report["answers"] if name.startswith("share_")] == []
    assert {name for name, answer in identity.items() if "no" not in answer} == {"reporter_called"}


def test_soldiers_come_the_way_out_is_at_once_and_later_the_interview_goes_on_where_it_was(
    officer: Officer, screened: ScreenedOffice
) -> None:
    page = officer.page
    officer.to_agreement()
    officer.turn()
    officer.choose("danger_now", "no")
    officer.choose("hurt", "yes")
    officer.write_date("when_happened", "2026-11")
    officer.turn()
    officer.choose("help_safety", "yes")
    word = page.locator("#where").inner_text().split(" ")[0]
    page.locator("#leave").click()
    page.wait_for_url("**/field/measures")
    assert "help" not in page.content().lower()
    page.goto(f"{officer.url}/field/")
    expect(page.locator("#passphrase")).to_be_visible()
    officer.unlock()
    officer.go_on(word)
    expect(page.locator("#q-help_safety-yes")).to_be_checked()
    officer.to_the_end()
    save_as_final(officer)
    report, _ = sent(officer, screened)
    assert (report["answers"]["hurt"], report["answers"]["help_safety"]) == ("yes", "yes")
