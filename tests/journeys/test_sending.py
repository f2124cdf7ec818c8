"""Part 6: a saved report goes out by itself, and every answer of the office is shown as what it means."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Playwright, expect

from intake.envelope.format import parse
from intake.envelope.signing import SigningKey
from tests.support.browser import wait_until
from tests.support.looking import look
from tests.support.officer import NewOfficer, Officer
from tests.support.screened import ScreenedOffice, say
from tests.support.scripted import Heard, Said, html, problem, said

pytestmark = pytest.mark.journey

REPORTS = "/sync/v1/reports/.*"
SOON = 30_000


# As in Firefox and Safari: only what the page does is seen here, and no worker sends what a test believes to wait.
NO_BACKGROUND_SYNC = "delete ServiceWorkerRegistration.prototype.sync;"


@pytest.fixture(scope="module")
def enrolled(new_officer: NewOfficer, screened: ScreenedOffice) -> Iterator[Officer]:
    with new_officer(screened.link(), script=NO_BACKGROUND_SYNC) as made:
        yield made


@pytest.fixture
def officer(enrolled: Officer, screened: ScreenedOffice) -> Officer:
    """On the first screen; nothing waits, and there is no network."""
    screened.online = True
    enrolled.offline(False)
    enrolled.come_home()
    enrolled.offline()
    return enrolled


def newest(officer: Officer) -> Locator:
    return officer.page.locator("details.item").first


def save_one(officer: Officer) -> str:
    """A report is sealed; its id."""
    before = officer.page.locator("details.item").count()
    officer.to_agreement()
    officer.finish_now()
    expect(officer.page.locator("details.item")).to_have_count(before + 1)
    return str(newest(officer).get_attribute("id")).removeprefix("item-")


def send_now(officer: Officer) -> None:
    officer.page.get_by_role("button", name=say("home.send"), exact=True).click()
    expect(officer.page.get_by_role("button", name=say("home.send"), exact=True)).to_be_enabled(timeout=SOON)


def until(page: Page, holds: Callable[[], bool]) -> None:
    """Lets the page go on until something holds at the office; what never holds fails where it is asked for next."""
    for _ in range(200):
        if holds():
            return
        page.evaluate("() => new Promise((done) => setTimeout(done, 50))")


def press_down(page: Page, target: Locator) -> None:
    """A thumb comes down on it and stays; where the list moved under it just before, it is lifted and tries again."""
    for _ in range(5):
        target.hover()
        page.mouse.down()
        if target.evaluate("node => node.matches(':active')"):
            return
        page.mouse.up()
    raise AssertionError("it never stood still")


def shows(item: Locator, name: str, *, reason: str = "", **params: object) -> None:
    """The item says what became of it, what happens next, and why."""
    expect(item).to_have_attribute("data-state", name, timeout=SOON)
    expect(item.locator("summary strong")).to_have_text(say(f"item.state_{name}"))
    expect(item).to_contain_text(say(f"item.next_{name}", **params))
    if reason:
        expect(item).to_contain_text(say("item.reason", reason=reason))


def forged_receipt(office: ScreenedOffice) -> Callable[[Heard], Said]:
    """An answer signed by somebody else."""
    return lambda heard: said(201, office.receipt(heard.body, SigningKey.generate()))


def conflict(office: ScreenedOffice) -> Callable[[Heard], Said]:
    """Other content is there under this number; these bytes are kept too."""

    def answer(heard: Heard) -> Said:
        office.held[parse(heard.body).report, "another digest"] = heard.body
        return office.keep(heard.body)

    return answer


def aside(office: ScreenedOffice) -> Callable[[Heard], Said]:
    def answer(heard: Heard) -> Said:
        office.aside.add(parse(heard.body).report)
        return office.keep(heard.body)

    return answer


def test_it_goes_out_by_itself_when_the_network_comes_with_its_state_in_words_counts_and_last_contact(
    officer: Officer,
) -> None:
    page = officer.page
    arrived = page.locator("details.item[data-state=arrived]").count()
    save_one(officer)
    shows(newest(officer), "waiting")
    expect(page.locator("#main")).to_contain_text(say("home.waiting", n=1))
    expect(page.locator("#main")).to_contain_text(say("home.offline"))
    officer.offline(False)
    shows(newest(officer), "arrived", day="22 November 2026")
    expect(page.locator("#main")).to_contain_text(say("home.waiting_none"))
    expect(page.locator("#main")).to_contain_text(say("home.arrived", n=arrived + 1))
    today = page.evaluate(
        "() => [new Date().getHours(), new Date().getMinutes()].map((n) => String(n).padStart(2, '0')).join(':')"
    )
    contact = page.locator("#main .count", has_text="Last contact today").inner_text()
    assert contact <= say("home.contact", when=f"today {today}")


def test_it_goes_out_by_itself_on_opening_while_the_phone_is_still_locked(
    officer: Officer, screened: ScreenedOffice
) -> None:
    report = save_one(officer)
    officer.close()
    officer.open()
    expect(officer.page.locator("#passphrase")).to_be_visible()
    expect(officer.page.locator("#main")).to_contain_text(say("lock.nothing"), timeout=SOON)
    assert report in {envelope.report for envelope in screened.envelopes}


def test_it_goes_out_by_itself_on_a_timer(playwright: Playwright, screened: ScreenedOffice, tmp_path: Path) -> None:
    officer = Officer(playwright, tmp_path, screened.url, script=NO_BACKGROUND_SYNC)
    officer.open(screened.link())
    officer.enrol()
    officer.page.clock.install()
    officer.page.goto(f"{officer.url}/field/")
    officer.unlock()
    screened.online = False
    save_one(officer)
    expect(newest(officer).locator("summary strong")).to_have_text(say("item.state_waiting"))
    screened.online = True
    for _ in range(3):
        officer.page.clock.fast_forward(61_000)
    shows(newest(officer), "arrived", day="22 November 2026")
    officer.close()


def test_it_goes_out_by_itself_through_background_sync_where_the_browser_has_it(
    new_officer: NewOfficer, screened: ScreenedOffice
) -> None:
    with new_officer(screened.link(), whole=True) as officer:
        officer.offline()
        save_one(officer)
        wait_until(
            officer.page,
            """const registration = await navigator.serviceWorker.ready;
            return (await registration.sync.getTags()).join() === "send";""",
        )


def test_it_goes_out_by_a_button_that_says_what_came_of_it(officer: Officer, screened: ScreenedOffice) -> None:
    status = officer.page.locator("#status")
    save_one(officer)
    screened.online = False
    officer.offline(False)
    send_now(officer)
    expect(status).to_have_text(say("home.send_failed"))
    screened.online = True
    send_now(officer)
    expect(status).to_have_text(say("home.sent", n=1))
    send_now(officer)
    expect(status).to_have_text(say("home.sent_none"))


def test_what_could_not_go_out_yet_says_why_and_is_tried_again(officer: Officer, screened: ScreenedOffice) -> None:
    save_one(officer)
    item = newest(officer)
    not_the_office, unsigned = say("phone.not_the_office"), say("phone.receipt_unverified")
    answers: list[tuple[Said | Callable[[Heard], Said], str]] = [
        (html(200), not_the_office),
        (html(403), ""),
        (html(302, Location="/welcome"), ""),
        (forged_receipt(screened), unsigned),
        (problem("404.1"), say("problem.unnamed", code="404.1")),
        (problem("409.1"), say("problem.409_1")),
    ]
    with screened.answering("PUT", REPORTS, problem("503.1")) as stand:
        officer.offline(False)
        shows(item, "later", reason=say("problem.500"))
        item.locator("summary").click()
        for answer, reason in answers:
            stand(answer)
            send_now(officer)
            shows(item, "later", reason=reason)
            # What was opened stays open: nothing moves under a thumb.
            expect(item).to_have_attribute("open", "")
            expect(item.get_by_role("button", name=say("item.export"))).to_be_visible()
    send_now(officer)
    shows(item, "arrived", day="22 November 2026")


@pytest.mark.parametrize("code", ["401.1", "403.1"])
def test_an_office_that_does_not_know_this_phone_is_asked_for_a_new_invitation(
    officer: Officer, screened: ScreenedOffice, code: str
) -> None:
    save_one(officer)
    with screened.answering("PUT", REPORTS, problem(code)):
        officer.offline(False)
        shows(newest(officer), "unknown")
    send_now(officer)
    shows(newest(officer), "arrived", day="22 November 2026")


@pytest.mark.parametrize(
    ("code", "key"), [("403.2", "problem.403_2"), ("413.1", "problem.413_1"), ("422.3", "problem.422")]
)
def test_a_refused_report_is_shown_with_its_reason_and_its_sealed_file_can_be_taken_along(
    officer: Officer, screened: ScreenedOffice, code: str, key: str
) -> None:
    page = officer.page
    report = save_one(officer)
    second = save_one(officer)
    first = page.locator(f"#item-{report}")
    with screened.answering("PUT", f"/sync/v1/reports/{report}", problem(code)):
        officer.offline(False)
        shows(first, "refused", reason=say(key))
    # One that is refused does not hold up the next.
    shows(page.locator(f"#item-{second}"), "arrived", day="22 November 2026")
    expect(page.locator("#main .count", has_text="refused")).to_have_count(1)
    first.locator("summary").click()
    with page.expect_download() as download:
        first.get_by_role("button", name=say("item.export")).click()
    file = download.value
    assert file.suggested_filename == f"{report[:8]}.sealed"
    assert parse(Path(file.path()).read_bytes()).report == report
    expect(page.locator("#status")).to_have_text(say("item.exported"))
    look(page)


def test_what_becomes_of_a_report_leaves_the_press_that_has_begun_on_it_where_it_was(officer: Officer) -> None:
    page = officer.page
    first = page.locator(f"#item-{save_one(officer)}")
    press_down(page, first.locator("summary"))
    officer.offline(False)
    shows(first, "arrived", day="22 November 2026")
    first.locator("summary strong").hover()
    page.mouse.up()
    expect(first).to_have_attribute("open", "")
    send = page.get_by_role("button", name=say("home.send"), exact=True)
    expect(send).to_be_enabled(timeout=SOON)
    send.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#status")).to_contain_text(say("home.sent_none"))
    expect(send).to_be_focused()
    expect(first).to_have_attribute("open", "")


@pytest.mark.parametrize(("name", "answer"), [("aside", aside), ("conflict", conflict)])
def test_what_a_person_at_the_office_decides_first_has_arrived_and_says_so(
    officer: Officer,
    screened: ScreenedOffice,
    name: str,
    answer: Callable[[ScreenedOffice], Callable[[Heard], Said]],
) -> None:
    save_one(officer)
    with screened.answering("PUT", REPORTS, answer(screened)):
        officer.offline(False)
        shows(newest(officer), name)
    newest(officer).locator("summary").click()
    expect(newest(officer).get_by_role("button", name=say("item.export"))).to_have_count(0)
    expect(newest(officer)).not_to_contain_text("Reason")
    look(officer.page)


def test_a_waiting_report_can_be_taken_back_and_its_words_never_leave_the_phone(
    officer: Officer, screened: ScreenedOffice
) -> None:
    page = officer.page
    report = save_one(officer)
    item = page.locator(f"#item-{report}")
    item.locator("summary").click()
    item.get_by_role("button", name=say("item.take_back")).click()
    expect(page.locator("#main .card.care")).to_have_text(say("item.take_back_waiting"))
    page.get_by_role("button", name=say("item.take_back_no")).click()
    shows(item, "waiting")
    item.locator("summary").click()
    item.get_by_role("button", name=say("item.take_back")).click()
    page.get_by_role("button", name=say("item.take_back_yes")).click()
    expect(page.locator("#status")).to_have_text(say("item.taken_back"))
    shows(item, "withdrawn")
    held = len(screened.held)
    officer.offline(False)
    send_now(officer)
    until(page, lambda: len(screened.held) > held)
    assert report not in {envelope.report for envelope in screened.envelopes}
    assert len(screened.held) == held + 1
    notice, _ = screened.opened(screened.envelopes[-1])
    assert (notice["state"], notice["about"]["report"], notice["answers"]) == ("withdrawn", report, {})


def test_under_the_lock_nothing_is_shown_about_reports_but_a_mark_and_an_age(officer: Officer) -> None:
    page = officer.page
    save_one(officer)
    page.get_by_role("button", name=say("home.lock")).click()
    expect(page.locator("#passphrase")).to_be_visible()
    expect(page.locator(".marks li")).to_have_text([say("common.minutes", n=1)])
    lines = page.locator("#main").inner_text().splitlines()
    shown = {line.strip() for line in lines} - {""}
    assert shown == {
        *(say(f"lock.{key}") for key in ("title", "label", "open", "forgot")),
        say("officers.invited"),
        say("lock.waiting", n=1),
        say("common.minutes", n=1),
    }


def test_the_way_out_takes_this_pages_place_in_the_history_and_works_without_a_network(officer: Officer) -> None:
    page = officer.page
    officer.begin()
    before = page.evaluate("history.length")
    page.locator("#leave").click()
    page.wait_for_url("**/field/measures")
    expect(page.locator("table").first).to_be_visible()
    assert page.evaluate("history.length") == before
    officer.offline(False)
    page.goto(f"{officer.url}/field/")
    expect(page.locator("#passphrase")).to_be_visible()
