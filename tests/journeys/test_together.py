"""Taking back, correcting, adding, another person in the same event: by fingers, and as the office sees it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.journeys.test_sending import until
from tests.support.desk_user import DeskUser
from tests.support.looking import look
from tests.support.officer import PATIENCE, NewOfficer, Officer
from tests.support.screened import say
from tests.support.server import Server

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def enrolled(new_officer: NewOfficer, server: Server) -> Iterator[Officer]:
    with new_officer(server.invite()) as made:
        yield made


@pytest.fixture
def officer(enrolled: Officer) -> Officer:
    """On the first screen, with a network."""
    enrolled.offline(False)
    enrolled.page.goto(f"{enrolled.url}/field/")
    enrolled.unlock()
    drawn = enrolled.page.locator("details.item").or_(enrolled.page.get_by_text(say("home.items_none")))
    expect(drawn.first).to_be_visible()
    return enrolled


@pytest.fixture
def amina(browser: Browser, server: Server) -> Iterator[DeskUser]:
    user = DeskUser.sign_in(browser, server, "amina")
    yield user
    user.close()


def item(officer: Officer, report: str) -> Locator:
    return officer.page.locator(f"#item-{report}")


def saved(officer: Officer) -> str:
    """The id of the report that was saved last."""
    return str(officer.page.locator("details.item").first.get_attribute("id")).removeprefix("item-")


def save_one(officer: Officer) -> str:
    """A report is sealed; its id."""
    count = officer.page.locator("details.item").count()
    officer.to_agreement()
    officer.finish_now()
    expect(officer.page.locator("details.item")).to_have_count(count + 1)
    return saved(officer)


def arrives(officer: Officer, *reports: str) -> None:
    for report in reports:
        expect(item(officer, report)).to_have_attribute("data-state", "arrived", timeout=2 * PATIENCE)


def press(officer: Officer, key: str) -> None:
    officer.page.get_by_role("button", name=say(key), exact=True).click()


def open_item(officer: Officer, report: str) -> None:
    item(officer, report).locator("summary").click()


def take_back(officer: Officer, report: str) -> None:
    open_item(officer, report)
    press(officer, "item.take_back")
    look(officer.page)
    press(officer, "item.take_back_yes")
    expect(officer.page.locator("#status")).to_have_text(say("item.taken_back"))
    expect(item(officer, report)).to_have_attribute("data-state", "withdrawn")
    open_item(officer, report)
    for key in ("item.take_back", "together.more"):
        expect(item(officer, report).get_by_role("button", name=say(key))).to_have_count(0)


def write_more(officer: Officer, report: str, relation: str) -> None:
    """From the line of a report to the first page of one that belongs to it."""
    open_item(officer, report)
    press(officer, "together.more")
    look(officer.page)
    press(officer, f"together.{relation}")
    officer.page.locator("#kind-visit").click()
    expect(officer.page.locator("#where")).to_be_visible()


def test_taking_back_one_that_waits_and_one_that_has_arrived(officer: Officer, amina: DeskUser) -> None:
    there = save_one(officer)
    arrives(officer, there)
    officer.offline()
    waiting = save_one(officer)
    expect(item(officer, waiting)).to_have_attribute("data-state", "waiting")
    for report in (there, waiting):
        take_back(officer, report)
    before = amina.arrivals()
    assert there in before
    officer.offline(False)
    until(officer.page, lambda: len(set(amina.arrivals()) - set(before)) == 2)
    notices = set(amina.arrivals()) - set(before)
    assert len(notices) == 2
    assert waiting not in notices
    amina.open(there)
    assert "It was taken back on the phone." in amina.text()
    shown = []
    for notice in notices:
        amina.open(notice)
        shown.append(amina.text())
    assert sorted("which has not come; it may have been taken back" in text for text in shown) == [False, True]


@pytest.mark.parametrize(
    ("relation", "shown", "pointed"),
    [("corrects", "Corrects", "It was corrected:"), ("adds_to", "Adds to", "Something was added to it:")],
)
def test_to_correct_and_to_add_are_new_reports_that_point_to_the_old(
    officer: Officer, amina: DeskUser, relation: str, shown: str, pointed: str
) -> None:
    page = officer.page
    first = save_one(officer)
    arrives(officer, first)
    write_more(officer, first, relation)
    expect(page.locator("#main .card")).to_contain_text(say(f"together.write_{relation}"))
    expect(page.locator("#main input:checked")).to_have_count(0)
    look(page)
    officer.home()
    line = page.locator("button.draft .under").last
    expect(line).to_contain_text(say(f"together.line_{relation}", when="").strip())
    officer.go_on()
    officer.agree()
    officer.finish_now()
    expect(page.locator("button.draft")).to_have_count(0)
    second = saved(officer)
    expect(item(officer, second).locator("summary")).to_contain_text(say(f"together.line_{relation}", when="").strip())
    look(page)
    arrives(officer, second)
    assert {first, second} <= set(amina.arrivals())
    amina.open(second)
    assert f"{shown} report" in amina.text()
    amina.page.locator(f"main a[href$='{first}']").first.click()
    expect(amina.page.locator("h1")).to_contain_text(first[:8])
    assert pointed in amina.text()
    amina.page.locator(f"main a[href$='{second}']").first.click()
    expect(amina.page.locator("h1")).to_contain_text(second[:8])


def saved_and_begun(officer: Officer) -> None:
    """The first report is sealed, and the other person's begun."""
    expect(officer.page.locator("#main h1")).to_have_text(say("check.saved_title"))
    expect(officer.page.locator("#main")).to_contain_text(say("together.another_begun"))


def test_another_person_in_the_same_event_begins_with_the_place_and_the_day_and_never_with_who_she_is(
    officer: Officer, amina: DeskUser
) -> None:
    page = officer.page
    officer.to_help()
    officer.until("person_count")
    officer.choose("person_count", "2")
    officer.until("called")
    page.locator("#q-called-value").fill("Amal of the well")
    officer.to_the_end()
    expect(page.locator("#another-what li")).to_have_count(2)
    officer.tap("#another")
    # axe counts what has slid under the bar at the top as small
    page.evaluate("() => window.scrollTo(0, 0)")
    look(page)
    officer.turn()
    saved_and_begun(officer)
    look(page)
    officer.go()
    expect(page.locator("#main .card")).to_contain_text(say("together.write_same_event"))
    officer.agree()
    officer.turn()
    expect(page.locator("#q-when_happened-from-year")).to_have_value("2026")
    officer.choose("danger_now", "no")
    officer.choose("hurt", "no")
    officer.until("person_count")
    expect(page.locator("#q-person_count-2")).to_be_checked()
    officer.until("called")
    expect(page.locator("#q-called-value")).to_have_value("")
    officer.finish_now()
    second = saved(officer)
    first = str(page.locator("details.item").nth(1).get_attribute("id")).removeprefix("item-")
    arrives(officer, first, second)
    assert {first, second} <= set(amina.arrivals())
    amina.open(second)
    assert f"Another person, same event report {first[:8]}" in " ".join(amina.text().split())
    amina.page.locator(f"main a[href$='{first}']").first.click()
    expect(amina.page.locator("h1")).to_contain_text(first[:8])
    assert "Finished" in amina.text()
    assert "Another person, same event:" in amina.text()


def test_after_the_phone_was_off_the_other_persons_report_is_still_there(officer: Officer) -> None:
    page = officer.page
    officer.to_summary()
    officer.tap("#another")
    officer.turn()
    saved_and_begun(officer)
    officer.kill()
    officer.open()
    officer.unlock()
    page = officer.page
    expect(page.locator("button.draft .under")).to_have_count(2)
    officer.go_on()
    expect(page.locator("#main .card")).to_contain_text(say("together.write_same_event"))
    officer.home()


def test_she_does_not_want_this_sent_destroys_what_was_begun_and_nothing_of_it_is_on_the_phone(
    officer: Officer,
) -> None:
    page = officer.page
    report = save_one(officer)
    begun, count = page.locator("button.draft").count(), page.locator("details.item").count()
    officer.to_help()
    press(officer, "form.destroy")
    look(page)
    press(officer, "form.destroy_yes")
    expect(page.locator("#status")).to_have_text(say("form.destroyed"))
    expect(page.locator("button.draft")).to_have_count(begun)
    expect(page.locator("details.item")).to_have_count(count)
    expect(item(officer, report)).to_be_visible()
