"""The implicated office, on the real program: a phone, two offices, a report that names somebody who would read it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from intake.services import audit, bundles, demo, elsewhere
from intake.services.demo import NAME, OTHER_NAME
from intake.store.database import Session
from intake.store.inbound import reports
from intake.store.office import metadata
from tests.support.desk_user import DeskUser
from tests.support.looking import look
from tests.support.officer import NewOfficer, Officer
from tests.support.postgres import settings_in
from tests.support.server import Server, serving

pytestmark = pytest.mark.journey

WORDS = "canary 6613 by the reed bank"
HER_NAME = "Mariamu-Canary-2290"


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The program with the demo's two offices."""
    with serving(settings_in(tmp_path_factory.mktemp("two"))) as server:
        yield server


def unname(server: Server) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    with server.store() as store, store.office() as session, store.inbound() as inbound:
        desk = demo.desk(session, person=server.demo.people[0])
        elsewhere.remove(session, inbound, desk=desk, office=OTHER_NAME, now=now)
        bundles.publish(session, inbound, desk=desk, shell="none", now=now)  # noqa: S604  `shell` runs nothing


def up_to_the_answer(officer: Officer) -> None:
    """A copy is kept for the own office already; then she says who it was."""
    officer.to_help()
    officer.page.locator("#q-help_words-value").fill(WORDS)
    officer.until("reader_involved")
    officer.choose("reader_involved", "yes")


@dataclass
class Way:
    """What is left behind: the report's number, and what each office's pages showed."""

    server: Server
    report: str
    check: str
    home: str
    own: str
    other: str


@pytest.fixture(scope="module")
def way(two: Server, new_officer: NewOfficer, browser: Browser) -> Way:
    with new_officer(two.invite()) as officer:
        up_to_the_answer(officer)
        officer.until("called")
        officer.page.locator("#q-called-value").fill(HER_NAME)
        officer.to_the_end()
        look(officer.page)
        check = officer.page.locator("#main").inner_text()
        officer.turn()
        officer.go()
        arrived = officer.page.locator("details.item[data-state=arrived]")
        expect(arrived).to_have_count(1, timeout=60_000)
        home = officer.page.locator("#main").inner_text()
        report = str(arrived.get_attribute("id")).removeprefix("item-")
    return Way(two, report, check, home, _own_pages(browser, two), _other_pages(browser, two, report))


def _own_pages(browser: Browser, server: Server) -> str:
    """Every page that anybody of the own office can see."""
    found = ""
    for name in ("amina", "clara", "dina"):
        user = DeskUser.sign_in(browser, server, name)
        links = [str(link.get_attribute("href")) for link in user.page.locator("nav a").all()]
        for path in sorted({*links, "/office/arrivals?show=all"}):
            user.page.goto(f"{server.url}{path}")
            found += user.page.content()
        user.close()
    return found


def _other_pages(browser: Browser, server: Server, report: str) -> str:
    elena = DeskUser.sign_in(browser, server, "elena")
    assert elena.arrivals() == [report]
    elena.open(report)
    assert elena.page.evaluate("document.documentElement.scrollWidth") <= 360
    found = elena.text()
    elena.open_identity(report, "to arrange a visit with her")
    found += elena.text()
    elena.decide(report, "registered")
    found += elena.text()
    elena.close()
    return found


def test_the_phone_says_in_words_to_whom_it_goes_and_stays_neutral_afterwards(way: Way) -> None:
    assert OTHER_NAME in way.check
    assert "Your own office does not get it" in way.check
    assert OTHER_NAME not in way.home
    assert NAME not in way.home


def test_the_other_office_opens_it_and_its_names_and_decides_and_knows_whose_phone_it_was(way: Way) -> None:
    for words in (WORDS, HER_NAME, "Registered", NAME, "From another office's phone"):
        assert words in way.other
    for words in ("no record of this phone", "Not to be relied on", "Not confirmed"):
        assert words not in way.other


def test_no_page_of_the_own_office_shows_anything_of_it(way: Way) -> None:
    assert "blue phone" in way.own or "Practice phone" in way.own, "the pages were really read"
    for words in (way.report, way.report[:8], WORDS, HER_NAME, OTHER_NAME, "Not come yet:"):
        assert words not in way.own.replace('data-label="Not come yet:"', "")


def test_nothing_that_is_kept_of_the_own_office_knows_of_it(way: Way) -> None:
    own, other = way.server.demo.office, (way.server.demo.other or way.server.demo).office
    with way.server.store() as store, store.office(reading=True) as session, store.inbound(reading=True) as inbound:
        assert way.report not in _rows(session, own)
        assert way.report in _rows(session, other), "the search can find"
        desk = demo.desk(session, person=way.server.demo.people[0])
        assert not [
            line for line in audit.read(session, desk=desk) if line.act == "arrived" or line.about == way.report
        ]
        assert [held.office for held in reports.of(inbound, way.report)] == [other]
        assert reports.waiting(inbound, office=own, after=None, limit=9) == []


def _rows(session: Session, office: str) -> str:
    tables = [table for table in metadata.sorted_tables if "office" in table.c]
    found = [tuple(row) for table in tables for row in session.execute(select(table).where(table.c.office == office))]
    assert found
    return str(found)


def test_with_no_other_office_the_phone_says_so_before_she_goes_on_and_nothing_can_be_finished(
    way: Way, new_officer: NewOfficer
) -> None:
    unname(way.server)
    with new_officer(way.server.invite()) as officer:
        up_to_the_answer(officer)
        warning = officer.page.locator("#main .card.stop")
        expect(warning).to_contain_text("This cannot be sent now.")
        look(officer.page)
        officer.choose("reader_involved", "no")
        expect(warning).to_have_count(0)
        officer.choose("reader_involved", "yes")
        officer.to_the_end()
        expect(warning).to_contain_text("This cannot be sent now.")
        expect(officer.page.locator("#main button.go")).to_have_count(0)
        officer.page.locator(".actions.stop .second").click()
        officer.page.locator("#main .harm").click()
        expect(officer.page.locator("#status")).to_contain_text("this phone knows no other one")
        officer.page.locator("#main .back").click()
        officer.home()
        expect(officer.page.locator("button.draft")).to_have_count(1)
        expect(officer.page.locator("details.item")).to_have_count(0)
