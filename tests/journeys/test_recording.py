"""Part 4: a report written without a network, with every kind of question and answer, in any language."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from intake.envelope.format import parse
from tests.support.officer import NewOfficer, Officer
from tests.support.screened import ScreenedOffice, say

pytestmark = pytest.mark.journey

OPEN = "details.instead summary"


@pytest.fixture(scope="module")
def enrolled(new_officer: NewOfficer, screened: ScreenedOffice) -> Iterator[Officer]:
    """One phone for this file: English for the officer, French for her."""
    with new_officer(screened.link(), mine="en", hers="fr") as made:
        yield made


@pytest.fixture
def officer(enrolled: Officer) -> Officer:
    """On the first screen, in English and French, without a network."""
    enrolled.offline()
    enrolled.come_home()
    return enrolled


def decline(officer: Officer, question: str, reason: str = "declined") -> None:
    officer.question(question).locator(OPEN).last.click()
    officer.tap(f"#q-{question}-no-{reason}")


def sent(officer: Officer, screened: ScreenedOffice) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the office opens of the newest report, once it has come."""
    newest = officer.page.locator("details.item").first
    officer.offline(False)
    expect(newest).to_have_attribute("data-state", "arrived", timeout=30_000)
    report = str(newest.get_attribute("id")).removeprefix("item-")
    [raw] = [raw for (name, _), raw in screened.held.items() if name == report]
    return screened.opened(parse(raw))


def test_record_offline_a_report_that_holds_every_kind_of_question_and_answer(
    officer: Officer, screened: ScreenedOffice
) -> None:
    page = officer.page
    officer.begin()
    # notice, yes/no, one of
    officer.read_notices()
    officer.choose("private", "yes")
    officer.choose("who_speaks", "self")
    expect(page.locator("#where")).to_contain_text(say("form.progress", done=1, total=7))
    officer.turn()
    officer.read_notices()
    officer.turn()
    officer.choose("may_write", "yes")
    officer.turn()
    # date with precision; a rule that shows and hides
    officer.choose("danger_now", "no")
    officer.choose("hurt", "yes")
    officer.write_date("when_happened", "2026-10")
    expect(officer.question("danger_steps")).to_be_hidden()
    officer.turn()
    # number with the digits of another keyboard; repeating group; text with its language; declined; not asked
    officer.choose("help_safety", "yes")
    page.locator("#q-children_along-value").fill("٣")
    decline(officer, "help_talk")
    decline(officer, "help_legal", "not_asked")
    decline(officer, "help_work", "unknown")
    officer.choose("helped_before", "yes")
    rows = officer.question("helped_by")
    for _ in range(2):
        rows.locator("> .controls > button").click()
    rows.locator(".row input[value=medical]").first.check()
    rows.locator(".row").first.locator("input[type=text]:not([inputmode])").fill("Clinic of the river")
    rows.locator(".row .warn").last.click()
    expect(rows.locator(".row")).to_have_count(1)
    page.locator("#q-help_words-value").fill("Un endroit calme")
    page.locator("#q-help_words-language").select_option("fr")
    officer.turn()
    # identifying answer, several of
    expect(officer.question("called").locator(".sealed")).to_have_text(say("form.identity"))
    page.locator("#q-called-value").fill("Amal")
    officer.choose("contact_again", "yes")
    ways = officer.question("ways")
    ways.locator("> .controls > button").click()
    ways.locator("input[value=phone]").check()
    ways.locator("textarea").first.fill("at the well")
    ways.locator("input[value=morning]").check()
    ways.locator("input[value=evening]").check()
    officer.turn()
    officer.choose("share_safety", "yes")
    officer.choose("share_inquiry", "later")
    officer.tap("#q-keep_from-family")
    officer.turn()
    officer.go()
    expect(page.locator("#main h1")).to_have_text(say("check.saved_title"))
    officer.go()

    report, identity = sent(officer, screened)
    answers = report["answers"]
    assert (report["state"], report["language"]) == ("final", "fr")
    assert answers["notice_help"] == "read"
    assert (answers["private"], answers["who_speaks"], answers["children_along"]) == ("yes", "self", 3)
    assert answers["when_happened"] == {"when": "2026-10"}
    assert answers["help_words"] == {"text": "Un endroit calme", "language": "fr"}
    reasons = [answers[one] for one in ("help_talk", "help_legal", "help_work")]
    assert reasons == [{"no": "declined"}, {"no": "not_asked"}, {"no": "unknown"}]
    [row] = answers["helped_by"]
    assert (row["helped_with"], row["helped_who"]["text"]) == ("medical", "Clinic of the river")
    assert answers["share_inquiry"] == "later"
    assert answers["keep_from"] == ["family"]
    assert "called" not in answers
    assert identity["answers"]["called"]["text"] == "Amal"
    [way] = identity["answers"]["ways"]
    assert (way["way"], way["way_times"]) == ("phone", ["morning", "evening"])


def test_a_date_is_as_exact_as_she_knows_it(officer: Officer) -> None:
    page = officer.page
    officer.to_agreement()
    officer.turn()
    officer.choose("danger_now", "no")
    officer.choose("hurt", "no")
    shown = page.locator("dl > div", has_text="When did it happen?")
    wanted: list[tuple[str, str, str]] = [
        ("2026-10-04", "", "4 October 2026"),
        ("2026-10", "", "October 2026"),
        ("2026", "", "2026"),
        ("2026-10-04", "2026-10-09", say("check.range", **{"from": "4 October 2026", "to": "9 October 2026"})),
    ]
    for first, last, text in wanted:
        between = page.locator("#q-when_happened-range")
        between.set_checked(bool(last))
        officer.write_date("when_happened", first)
        if last:
            officer.write_date("when_happened", last, "to")
        for _ in range(4):
            officer.turn()
        expect(shown).to_contain_text(text)
        shown.get_by_role("button").click()
        expect(page.locator("#q-when_happened-from-day")).to_be_focused()
    decline(officer, "when_happened", "unknown")
    for _ in range(4):
        officer.turn()
    expect(shown).to_contain_text(say("form.unknown"))
    officer.home()


def test_the_offices_own_hours_decide_which_care_is_offered(officer: Officer, screened: ScreenedOffice) -> None:
    offered = ("care_first", "care_soon", "care_any_time")

    def after(days: int) -> list[str]:
        officer.write_date("when_happened", officer.day_before(days))
        return [one for one in offered if officer.question(one).is_visible()]

    officer.to_agreement()
    officer.turn()
    # 72 hours against HIV, 120 against a pregnancy.
    assert after(1) == ["care_first", "care_soon", "care_any_time"]
    assert after(4) == ["care_soon", "care_any_time"]
    assert after(9) == ["care_any_time"]
    officer.home()
    officer.offline(False)
    screened.publish(settings=screened.settings | {"pep_hours": 12})
    officer.page.get_by_role("button", name=say("home.send"), exact=True).click()
    expect(officer.page.locator("#status")).to_contain_text(say("home.sent_none"))
    officer.to_agreement()
    officer.turn()
    assert after(2) == ["care_soon", "care_any_time"]
    officer.home()


def test_one_group_at_a_time_with_progress_and_a_way_back_that_keeps_every_answer(officer: Officer) -> None:
    page = officer.page
    officer.begin()
    officer.choose("who_speaks", "caregiver")
    bar = page.locator("progress")
    assert [bar.get_attribute("value"), bar.get_attribute("max")] == ["1", "7"]
    officer.turn()
    assert bar.get_attribute("value") == "2"
    expect(page.locator("#q-who_speaks-caregiver")).to_have_count(0)
    page.locator("#main .back").click()
    expect(page.locator("#q-who_speaks-caregiver")).to_be_checked()
    page.locator("#main .back").click()
    expect(page.locator("#main .count").first).to_be_visible()


def test_several_drafts_are_told_apart_by_a_word_a_colour_and_the_time_and_never_by_a_name(officer: Officer) -> None:
    page = officer.page
    before = page.locator("button.draft").count()
    words = []
    for who in ("self", "other"):
        officer.begin()
        words.append(page.locator("#where").inner_text().split(" ")[0])
        officer.choose("who_speaks", who)
        officer.home()
    expect(page.locator("button.draft")).to_have_count(before + 2)
    colours = page.locator("button.draft .blob").evaluate_all("all => all.map((one) => one.dataset.colour)")
    assert len(set(colours)) == len(colours)
    officer.go_on(words[0])
    expect(page.locator("#q-who_speaks-self")).to_be_checked()
    officer.home()
    officer.go_on(words[1])
    expect(page.locator("#q-who_speaks-other")).to_be_checked()
    officer.home()


def test_the_language_is_switched_in_the_middle_without_losing_a_word(officer: Officer) -> None:
    page = officer.page
    # A third language is fetched once; then it is on the phone like the others.
    officer.offline(False)
    officer.to_help()
    officer.choose("helped_before", "yes")
    officer.question("helped_by").locator("> .controls > button").click()
    who = officer.question("helped_by").locator(".row input[type=text]:not([inputmode])").first
    who.fill("عيادة النهر.")
    box = page.locator("#q-help_words-value")
    box.fill("a quiet place")
    decline(officer, "help_talk")
    for mine, direction in (("ar", "rtl"), ("fr", "ltr"), ("en", "ltr")):
        officer.speak(mine)
        expect(page.locator("html")).to_have_attribute("dir", direction)
        expect(box).to_have_value("a quiet place")
        expect(who).to_have_value("عيادة النهر.")
        expect(page.locator("#q-help_talk-no-declined")).to_be_checked()
        expect(page.locator("#language-mine")).to_be_focused()
        # What was typed runs its own way in every page, and keeps the language it was typed in.
        expect(who).to_have_css("direction", "rtl")
        expect(box).to_have_css("direction", "ltr")
        expect(page.locator("#q-help_words-language")).to_have_value("en")
    officer.home()


def test_a_language_that_is_not_on_this_phone_is_told_and_the_page_stays(officer: Officer) -> None:
    page = officer.page
    officer.begin()
    officer.choose("who_speaks", "other")
    page.evaluate(
        """async () => {
            for (const name of await caches.keys()) await (await caches.open(name)).delete("/field/words/ar.json");
        }"""
    )
    page.locator("#languages-of-page summary").click()
    page.locator("#language-mine").select_option("ar")
    expect(page.locator("#status")).to_have_text(say("settings.languages_failed"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#language-mine")).to_have_value("en")
    expect(page.locator("#q-who_speaks-other")).to_be_checked()
    officer.home()


def test_two_languages_at_once_the_officers_large_and_hers_beneath(officer: Officer) -> None:
    page = officer.page
    officer.to_help()
    legend = officer.question("help_safety").locator("legend")
    hers = legend.locator(".hers")
    expect(legend).to_contain_text("Do you want help to be safe?")
    expect(hers).to_have_text("Voulez-vous de l’aide pour être en sécurité\u202f?")
    expect(hers).to_have_attribute("lang", "fr")
    sizes = [float(one.evaluate("node => parseFloat(getComputedStyle(node).fontSize)")) for one in (legend, hers)]
    assert sizes[0] > sizes[1]
    expect(page.locator("#q-help_safety-yes + span .hers")).to_have_text("Oui")
    officer.home()


def test_what_only_the_officer_is_told_is_not_shown_to_her(officer: Officer) -> None:
    officer.to_agreement()
    officer.turn()
    officer.choose("danger_now", "yes")
    steps = officer.question("danger_steps")
    expect(steps).to_contain_text(say("form.for_officer"))
    expect(steps.locator(".hers")).to_have_count(0)
    expect(steps.locator("label")).to_have_text(say("form.read_officer"))
    officer.home()


def test_an_answer_put_right_is_no_longer_called_wrong(officer: Officer) -> None:
    page = officer.page
    officer.to_agreement()
    officer.turn()
    officer.go()
    expect(page.locator(".problems a")).to_have_count(3)
    expect(page.locator(".problems a").nth(1)).to_contain_text("Are you hurt, bleeding or in pain?")
    officer.choose("hurt", "no")
    expect(officer.question("hurt").locator(".why")).to_have_count(0)
    expect(officer.question("danger_now").locator(".why")).to_have_count(1)
    officer.home()
