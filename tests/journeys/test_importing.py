"""A list of claims from another programme: tried, its mistakes named by line, mended, taken back as a whole, taken."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook
from playwright.sync_api import Browser, expect

from intake.services import claim_demo
from tests.support.desk_user import DeskUser
from tests.support.looking import clean
from tests.support.postgres import settings_in
from tests.support.server import Server, serving

pytestmark = pytest.mark.journey

MISTAKES = {"state": "Nowhereland", "born": "the year of the flood", "claimant": "an uncle"}
# How the other programme called its columns; the others are called as here.
CALLED = {"key": "File number", "state": "TCC", "born": "Child born", "mother_name": "Mother"}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server of its own: so many claims would stand in the way of other tests."""
    with serving(settings_in(tmp_path / "list")) as made:
        yield made


def table(number: int) -> list[list[str]]:
    countries = [f"{first}{second}" for first, second in ("FR", "ZA", "UY", "MA", "KE", "BR", "IN", "PK", "NP", "GH")]
    more = ["AR", "BD", "BI", "BJ", "BO", "CM", "CN", "DE", "DK", "EC", "EG", "ES", "ET", "FI", "FJ", "GA", "GB", "GM"]
    rest = ["GT", "HN", "ID", "IE", "IT", "JO", "KH", "KR", "LK", "MG", "ML", "MN", "MW", "MY", "NE", "NG", "NL", "NO"]
    last = ["PE", "PH", "PL", "PT", "RO", "RU", "RW", "SE", "SN", "TG", "TN", "TR", "TZ", "UA", "UG", "US"]
    found = claim_demo.rows([*countries, *more, *rest, *last], number=number)
    return [[CALLED.get(name, name) for name in found[0]], *found[1:]]


def workbook(rows: list[list[str]], path: Path) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    kept = BytesIO()
    book.save(kept)
    path.write_bytes(kept.getvalue())
    return path


def choose(amina: DeskUser, file: Path) -> None:
    """The file, as far as the page that asks which column is what."""
    amina.page.goto(f"{amina.server.url}/office/claims/lists")
    amina.page.locator("#file").set_input_files(file)
    amina.press()


def say_what_columns_are(amina: DeskUser) -> None:
    for field, column in CALLED.items():
        amina.page.get_by_label(column, exact=True).select_option(field)


def take(amina: DeskUser) -> None:
    code = amina.page.locator("#code")
    if code.count():
        code.fill(amina.server.code(amina.name))
    with amina.page.expect_navigation(timeout=120_000):
        amina.page.locator('button[name="take"]').click()


def counted(amina: DeskUser) -> str:
    amina.page.goto(f"{amina.server.url}/office/claims")
    return amina.page.locator("main h2").first.inner_text()


@pytest.mark.parametrize("number", [60, pytest.param(750, marks=pytest.mark.long)])
def test_import_of_750_with_errors_mended_undone_done(
    server: Server, browser: Browser, tmp_path: Path, number: int
) -> None:
    rows = table(number)
    wrong = [list(row) for row in rows]
    columns = [next((field for field, said in CALLED.items() if said == name), name) for name in rows[0]]
    for line, (field, value) in enumerate(MISTAKES.items(), start=10):
        wrong[line - 1][columns.index(field)] = value
    amina = DeskUser.sign_in(browser, server, "amina")
    before = counted(amina)

    choose(amina, workbook(wrong, tmp_path / "wrong.xlsx"))
    say_what_columns_are(amina)
    amina.press()
    clean(amina.page)
    told = amina.page.locator(".box.stop")
    for line in (10, 11, 12):
        expect(told).to_contain_text(f"Line {line}")
    assert amina.page.locator('button[name="take"]').count() == 0
    assert counted(amina) == before

    # What its columns are is known from now on.
    choose(amina, workbook(rows, tmp_path / "mended.xlsx"))
    expect(amina.page.get_by_label("TCC", exact=True)).to_have_value("state")
    amina.press()
    expect(amina.page.locator("main .box").first).to_contain_text(f"{number} new rows")
    take(amina)
    taken = amina.page.url
    clean(amina.page)
    assert counted(amina) == f"{number} claims"

    amina.page.goto(taken)
    amina.page.locator("#reason").fill("The programme sent an older list")
    amina.press()
    clean(amina.page)
    assert counted(amina) == before

    choose(amina, tmp_path / "mended.xlsx")
    amina.press()
    take(amina)
    assert counted(amina) == f"{number} claims"
    # The same list once more brings nothing new.
    choose(amina, tmp_path / "mended.xlsx")
    amina.press()
    expect(amina.page.locator("main .box").first).to_contain_text("0 new rows")
    amina.close()
