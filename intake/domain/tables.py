"""Lists as people keep them in a spreadsheet: CSV in UTF-8, with one line that names the columns."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from intake.domain.problems import Problem

Cells = dict[str, str]
# What a spreadsheet takes for the beginning of a formula, in either width, or drops in front of one.
FORMULA = tuple("=+-@＝＋－＠\t\r\n")


def read(content: bytes, *, columns: Sequence[str]) -> list[tuple[int, Cells | None]]:
    """Every line below the first that is not empty: its number and its cells by column, None when their count is wrong.

    The columns may stand in any order. Cells are in normal form C, without space around them, and `plain`.
    Raises Problem 422.140 (no CSV in UTF-8), 422.141 (other columns).
    """
    try:
        lines = csv.reader(content.decode("utf-8-sig").splitlines(keepends=True), strict=True)
        rows = [(lines.line_num, row) for row in lines if any(cell.strip() for cell in row)]
    except (UnicodeDecodeError, csv.Error):
        raise Problem("422.140") from None
    if not rows or sorted(cell.strip() for cell in rows[0][1]) != sorted(columns):
        raise Problem("422.141", columns=", ".join(columns))
    names = [cell.strip() for cell in rows[0][1]]
    return [
        (line, dict(zip(names, (plain(tidy(cell)) for cell in row), strict=True)) if len(row) == len(names) else None)
        for line, row in rows[1:]
    ]


def write(rows: Iterable[Mapping[str, str]], *, columns: Sequence[str]) -> bytes:
    """A file that `read` takes and spreadsheets open with its letters right; no cell is taken for a formula.

    A telephone number that begins with + is none either: a spreadsheet would work it out and forget the +.
    """
    out = io.StringIO()
    made = csv.DictWriter(out, columns)
    made.writeheader()
    made.writerows({column: harmless(cell) for column, cell in row.items()} for row in rows)
    return out.getvalue().encode("utf-8-sig")


def harmless(cell: str) -> str:
    """A text that no spreadsheet takes for a formula: what begins like one gets a sign in front that says *text*."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def plain(cell: str) -> str:
    """What `harmless` made harmless, as it was."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


def tidy(cell: str) -> str:
    """Normal form C, and no space around it."""
    return unicodedata.normalize("NFC", cell).strip()


def has_controls(text: str) -> bool:
    """Whether a text holds line breaks, tabs or other signs that no single line has."""
    return any(unicodedata.category(sign) == "Cc" for sign in text)
