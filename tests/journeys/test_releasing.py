"""Figures from the records to everybody: two people at their desks, the dashboard on its own, and three quarters.

One State has eight claims that wait, none resolved and eight that were withdrawn. In the second quarter two are
resolved and one is opened again: each number rounds to another that is safe by itself, but no total ever falls, so both
releases together say that exactly two were resolved.
"""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from intake.config import Settings
from intake.dashboard import create_figures
from intake.domain.claim_standing import MOTHER
from intake.office import create_office
from intake.services import claims, counted, releases
from tests.support.browser import SMALL_PHONE
from tests.support.claimed import Claimed, new
from tests.support.looking import clean
from tests.support.served import AtDesk, serve
from tests.support.staffed import StaffedOffice

pytestmark = pytest.mark.journey

RECOGNISED = (
    new("admitted", "F1"),
    new("established", "F1", basis="admission"),
    new("recognition_filed", "home", where="court"),
    new("recognised", "home", where="court"),
)


def receives(staffed: StaffedOffice, number: int, state: str, *then: Any) -> list[Claimed]:
    """So many claims against one State, which agree to be counted."""
    known = (new("registered"), new("father_named", "F1", member_state=state), new("counting_agreed"), *then)
    with staffed.store.office() as session:
        asked: dict[str, Any] = {"desk": staffed.desk(session, "amina"), "now": staffed.clock.now, "then": known}
        made = [claims.begin(session, claimant=MOTHER, wished={"born": "2019"}, **asked) for _ in range(number)]
    staffed.clock.move(minutes=1)
    return [Claimed(staffed, one) for one in made]


def first_release(staffed: StaffedOffice) -> None:
    """As the two of them made it a quarter ago."""
    until, now = "2026-12-31", staffed.clock.now
    with staffed.store.releases() as face, staffed.store.office() as session:
        amina, bruno = staffed.desk(session, "amina"), staffed.desk(session, "bruno", "work", "sign")
        known = list(counted.records_of(session, desk=amina, until=until))
        asked: dict[str, Any] = {"records_of": known, "policy": "protected", "now": now}
        number = releases.prepare(session, desk=amina, until=until, **asked)
        releases.approve(session, face, desk=bruno, number=number, seen=1, **asked)


def prepares(amina: AtDesk, licence: str) -> str:
    """The release of the quarter that is over, under this licence; its path."""
    amina.go("/office/releases")
    clean(amina.page)
    amina.page.check(f"input[value='{licence}']")
    amina.press()
    return amina.page.url.removeprefix(amina.address)


def approves(bruno: AtDesk, path: str) -> None:
    bruno.go(path)
    clean(bruno.page)
    bruno.page.check("#policy")
    bruno.code()
    bruno.press("form[action$=approve] button")
    expect(bruno.page.locator("main strong").first).to_have_text("Published")


@contextmanager
def reading(browser: Browser, language: str) -> Iterator[Page]:
    """Somebody with a small phone, anywhere."""
    context = browser.new_context(viewport=SMALL_PHONE, locale=language)
    yield context.new_page()
    context.close()


def weight(page: Page, address: str) -> int:
    """What the first view brings with it, in compressed bytes."""
    came: list[Response] = []
    page.on("response", lambda one: came.append(one))
    page.goto(address)
    page.wait_for_load_state("load")
    return sum(len(gzip.compress(one.body(), 6)) for one in came)


@pytest.mark.parametrize(
    "database_settings", ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)], indirect=True
)
def test_release_prepared_attacker_finds_a_change_of_2_repaired_approved_by_a_second_person_on_the_dashboard_in_arabic_and_in_french_next_quarter_archive_explains_the_difference(  # noqa: E501
    browser: Browser, database_settings: Settings, staffed: StaffedOffice
) -> None:
    waiting = receives(staffed, 8, "FR")
    ended = receives(staffed, 8, "FR", new("withdrawn", MOTHER))
    receives(staffed, 12, "MA")
    staffed.clock.now = datetime(2027, 1, 10, 9, tzinfo=UTC)
    first_release(staffed)
    for one in waiting[:2]:
        one.act(*RECOGNISED)
    ended[0].act(new("reopened", why="She found his name."))
    staffed.clock.now = datetime(2027, 4, 10, 9, tzinfo=UTC)

    office = create_office(database_settings, store=staffed.store, clock=staffed.clock)
    figures = create_figures(database_settings)
    with (
        serve(office) as desks,
        serve(figures) as public,
        AtDesk.work(browser, staffed, desks, "en") as amina,
        AtDesk.work(browser, staffed, desks, "en", "bruno") as bruno,
    ):
        path = prepares(amina, "CC-BY-3.0-IGO")
        clean(amina.page)
        states = amina.page.locator("details.of-release").first
        expect(states).to_contain_text("France · Resolved: a change of \u20682\u2069 since release 1")
        expect(states.locator("td.mended")).to_have_text(["8–12 repeated from release 1", "left out"])
        expect(states).to_contain_text("France · Pending: as in release 1; it has moved by fewer than five since.")
        expect(amina.page.locator("form[action$=approve]")).to_have_count(0)
        amina.go(f"{path}/preview")
        clean(amina.page)
        approves(bruno, path)

        for language, held in (("fr", "comme dans la publication 1"), ("ar", "كما في الإصدار 1")):
            with reading(browser, language) as page:
                assert weight(page, f"{public}/?lang={language}") <= 60_000
                clean(page)
                shown = page.locator("section:has(#status_by_state)").first
                expect(shown).to_contain_text(held)
                expect(page.locator("[rel~=license]")).to_have_text("Creative Commons Attribution 3.0 IGO")
                page.goto(f"{public}/figures/?lang={language}")
                clean(page)

        receives(staffed, 5, "FR")
        staffed.clock.now = datetime(2027, 7, 10, 9, tzinfo=UTC)
        for one in (amina, bruno):
            one.sign_in()
        approves(bruno, prepares(amina, "CC-BY-4.0"))

        with reading(browser, "en") as page:
            page.goto(f"{public}/figures/")
            expect(page.locator("h2").first).to_contain_text("Release 3")
            page.locator("a[href='/figures/3/changes']").click()
            expect(page.locator("main")).to_contain_text("France · Pending: 8–\u206012 before, 8–\u206012 now")
            clean(page)
            page.goto(f"{public}/figures/2")
            expect(page.locator("[rel~=license]")).to_have_text("Creative Commons Attribution 3.0 IGO")
    figures.extensions["health"].close()
