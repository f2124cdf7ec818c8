"""A list of 750 claims: errors by row, mended, taken, undone as a whole, and then taken for good."""

import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook
from playwright.sync_api import Browser, expect

from intake.config import Settings
from intake.office import create_office
from intake.services import claim_demo, claim_lists
from intake.web import locales
from tests.support.looking import clean
from tests.support.served import AtDesk, serve
from tests.support.staffed import StaffedOffice

pytestmark = pytest.mark.journey

LISTS, KEY = "/office/claims/lists", "Our number"
REASON = "The list of last year was taken by mistake"


def workbook(folder: Path, rows: Sequence[Sequence[str]]) -> Path:
    """The rows as somebody would send them, as text in a workbook."""
    book, made = Workbook(), io.BytesIO()
    assert book.active is not None
    for row in rows:
        book.active.append(list(row))
    book.save(made)
    (folder / "claims.xlsx").write_bytes(made.getvalue())
    return folder / "claims.xlsx"


def spoilt(rows: list[list[str]]) -> list[list[str]]:
    """A year that is none in line 8, a State that is none in line 13, and line 101 said again in line 102."""
    wrong, columns = [list(row) for row in rows], rows[0]
    wrong[7][columns.index("born")] = "20x9"
    wrong[12][columns.index("state")] = "Atlantis"
    wrong[101][0] = wrong[100][0]
    return wrong


def tries(amina: AtDesk, file: Path) -> None:
    """The file, what its columns are, and what that would do."""
    amina.go(LISTS)
    amina.page.set_input_files("#file", file)
    amina.press()
    amina.page.select_option("#column-0", "key")
    amina.press()


def takes(amina: AtDesk) -> None:
    clean(amina.page)
    amina.code()
    amina.press("button[name=take]")
    expect(amina.page.locator("#reason")).to_have_count(1)


def there(amina: AtDesk) -> int:
    with amina.staffed.store.office(reading=True) as session:
        lists = claim_lists.every(session, desk=amina.staffed.desk(session, "amina"))
    return sum(len(one.made) for one in lists if not one.undone)


@pytest.mark.parametrize("language", ["en", pytest.param("ar", marks=pytest.mark.long)])
def test_import_of_750_with_errors_by_row_mended_undone_as_a_whole_and_done(
    browser: Browser, database_settings: Settings, staffed: StaffedOffice, tmp_path: Path, language: str
) -> None:
    if database_settings.database_url:
        pytest.skip("the same on PostgreSQL")
    rows = claim_demo.rows(list(locales.countries("en")))
    rows[0][0] = KEY
    app = create_office(database_settings, store=staffed.store, clock=staffed.clock)
    with serve(app) as address, AtDesk.work(browser, staffed, address, language) as amina:
        page = amina.page
        tries(amina, workbook(tmp_path, spoilt(rows)))
        expect(page.locator(".box.stop li")).to_have_count(3)
        for line, number in enumerate(("8", "13", "102")):
            expect(page.locator(".box.stop li").nth(line)).to_contain_text(number)
        expect(page.locator("button[name=take]")).to_have_count(0)
        clean(page)
        assert there(amina) == 0

        tries(amina, workbook(tmp_path, rows))
        takes(amina)
        assert there(amina) == 750
        page.fill("#reason", REASON)
        amina.code()
        amina.press()
        expect(page.locator("#reason")).to_have_count(0)
        assert there(amina) == 0

        # What the columns are was kept with the list that was taken.
        amina.go(LISTS)
        clean(page)
        page.set_input_files("#file", workbook(tmp_path, rows))
        amina.press()
        expect(page.locator("#column-0")).to_have_value("key")
        amina.press()
        takes(amina)
        amina.go("/office/claims")
        clean(page)
        assert there(amina) == 750
