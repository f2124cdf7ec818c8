"""Help that is needed, and a wish about a child's father: from enrolment to the opened report, offline in between."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.support.desk_user import DeskUser
from tests.support.looking import look
from tests.support.officer import NewOfficer, Officer
from tests.support.server import Server

pytestmark = pytest.mark.journey

NAME = "Mariam-Qanarya-4412"
# Every touch of a finger that the page feels, from the home screen to the saved report.
COUNT = "addEventListener('pointerdown', (event) => { if (event.isTrusted) self.taps = (self.taps || 0) + 1; }, true);"
# What the two ways took when they were written, and some room: a form that grows must be noticed.
MOST_TAPS = {"needs": 45, "wish": 35}


@pytest.fixture
def officer(new_officer: NewOfficer, server: Server) -> Iterator[Officer]:
    """Enrolled online, and then without a network."""
    with new_officer(server.invite(), script=COUNT) as made:
        made.offline()
        yield made


def begin(officer: Officer, kind: str) -> None:
    """Up to the first question after her agreement, everything looked at on the way."""
    officer.page.evaluate("self.taps = 0")
    officer.begin(kind)
    look(officer.page)
    officer.choose("private", "yes")
    officer.choose("who_speaks", "self" if kind == "needs" else "mother")
    officer.read_notices()
    officer.turn()
    look(officer.page)
    officer.read_notices()
    officer.turn()
    officer.choose("may_write", "yes")
    officer.turn()
    look(officer.page)


def save(officer: Officer, kind: str) -> str:
    """From the summary to the arrived report, whose id this is."""
    look(officer.page)
    officer.go()
    expect(officer.page.locator("#main dl")).to_have_count(0)
    taps = officer.page.evaluate("self.taps")
    print(f"{kind}: {taps} taps")
    assert taps <= MOST_TAPS[kind]
    officer.go()
    item = officer.page.locator("details.item").first
    officer.offline(False)
    expect(item).to_have_attribute("data-state", "arrived", timeout=30_000)
    return str(item.get_attribute("id")).removeprefix("item-")


def child(officer: Officer, number: int, age: str, *needs: str) -> None:
    officer.page.locator("#q-children > .controls > button").click()
    row = officer.page.locator("#q-children .row").nth(number - 1)
    for code in (age, *needs):
        row.locator(f'input[value="{code}"]').check()


def test_assistance_needs_for_three_children(officer: Officer, server: Server, browser: Browser) -> None:
    begin(officer, "needs")
    officer.choose("danger_now", "no")
    officer.choose("for_whom", "children")
    officer.turn()
    child(officer, 1, "0_5", "health", "food")
    child(officer, 2, "6_11", "fees", "uniform", "papers")
    child(officer, 3, "12_14", "fees")
    rows = officer.page.locator("#q-children .row")
    rows.nth(1).locator('[id$="child_papers-unavailable"]').check()
    rows.nth(2).locator('[id$="child_fees-received"]').check()
    look(officer.page)
    officer.turn()
    officer.page.locator("#q-called-value").fill(NAME)
    officer.choose("contact_again", "no")
    officer.turn()
    officer.read_notices()
    officer.choose("share_children", "yes")
    officer.choose("share_figures", "yes")
    officer.turn()
    report = save(officer, "needs")

    amina = DeskUser.sign_in(browser, server, "amina")
    assert report in amina.arrivals()
    amina.open(report)
    said = amina.text()
    for sentence in ("Which children need help?", "6 to 11 years", "School fees", "Asked for, but there was none"):
        assert sentence in said
    assert NAME not in said
    amina.open_identity(report, "to bring the school papers")
    assert NAME in amina.text()
    amina.close()


def test_a_paternity_wish_that_is_undecided_and_refuses_the_test(
    officer: Officer, server: Server, browser: Browser
) -> None:
    begin(officer, "wish")
    officer.choose("danger_now", "no")
    officer.choose("born", "born")
    officer.page.locator("#q-birth_year-value").fill("2021")
    officer.choose("wants", "undecided")
    look(officer.page)
    officer.turn()
    officer.choose("father_kind", "military_contingent")
    officer.page.locator("#q-father_name-value").fill(NAME)
    officer.write_date("father_from", "2020")
    officer.choose("holds", "photo")
    look(officer.page)
    officer.turn()
    officer.choose("file_claim", "yes")
    officer.choose("tell_state", "no")
    officer.choose("dna_mother", "no")
    officer.choose("dna_child", "no")
    look(officer.page)
    officer.turn()
    officer.choose("contact_again", "no")
    officer.turn()
    officer.choose("share_figures", "no")
    officer.turn()
    officer.choose("code_wanted", "no")
    officer.turn()
    report = save(officer, "wish")

    amina = DeskUser.sign_in(browser, server, "amina")
    amina.open(report)
    said = amina.text()
    for sentence in ("I have not decided", "2021", "A photo", "If a DNA test is offered one day"):
        assert sentence in said
    assert "Remarks" not in said, "a refused test leaves nothing amiss"
    assert NAME not in said
    amina.close()

    take_back(officer, report)
    amina = DeskUser.sign_in(browser, server, "amina")
    amina.arrivals()
    amina.open(report)
    assert "Taken back" in amina.text()
    amina.page.locator(".box.warn a").first.click()
    assert "does not know this form" not in amina.text()
    amina.close()


def take_back(officer: Officer, report: str) -> None:
    """She changes her mind, and the office hears of it whichever form it was."""
    item = officer.page.locator(f"#item-{report}")
    item.locator("summary").click()
    item.locator(".warn").click()
    officer.page.locator("#main .harm").click()
    expect(officer.page.locator(f"#item-{report}")).to_have_attribute("data-state", "withdrawn")
    officer.page.locator("#main .side .second").first.click()
    officer.page.wait_for_function("() => !document.querySelector('[aria-disabled=true]')")
