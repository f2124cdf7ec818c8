"""The directory of services: the codes of help, and reading it from a table, strictly, every mistake by its line.

A mistake in this list sends somebody to a locked door, so nothing is guessed: a row is right or it is named.
"""

import csv
import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from intake.domain.problems import Problem
from intake.domain.rules import day_number

# Kinds of help (domain brief 3.3). The phone has a sentence for each.
SERVICES = (
    *("SAFETY", "MED", "MHPSS", "LEGAL", "BASIC", "LIVELI", "EDU_V", "CHILD_EDU", "CHILD_HEALTH", "CHILD_REG"),
    *("PATERNITY", "DNA", "CHILDSUP", "CP", "INFO"),
)
COLUMNS = (
    *("name", "services", "place", "hours", "serves", "landmark", "telephone", "cost", "languages", "notes"),
    "checked",
)
COSTS = ("free", "not free", "unknown")
# The longest texts, in code points: what a small screen can show.
LONGEST = {"name": 120, "hours": 200, "serves": 200, "landmark": 300, "notes": 600}
LISTS = ";"  # between the values of one cell
MOST_ENTRIES = 1000
_TELEPHONE = re.compile(r"\+?[0-9][0-9 ()/-]{1,24}")
_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")

Entry = dict[str, Any]
Cells = dict[str, str]


@dataclass(frozen=True)
class Reading:
    """What a table holds: the entries of its right rows, and a Problem for each wrong cell, by line."""

    entries: list[Entry]
    wrong: list[Problem]


def read(content: bytes, *, places: Collection[str], today: str) -> Reading:
    """Read a CSV file in UTF-8 with the columns above, in any order, first line included.

    `places` are the ids of the office's list, `today` a day; nothing can have been checked after it.
    """
    try:
        lines = csv.reader(content.decode("utf-8-sig").splitlines(keepends=True), strict=True)
        rows = [(lines.line_num, row) for row in lines if any(cell.strip() for cell in row)]
    except (UnicodeDecodeError, csv.Error):
        return Reading([], [Problem("422.140")])
    if not rows or sorted(cell.strip() for cell in rows[0][1]) != sorted(COLUMNS):
        return Reading([], [Problem("422.141", columns=", ".join(COLUMNS))])
    if not 0 < len(rows) - 1 <= MOST_ENTRIES:
        return Reading([], [Problem("422.142", most=MOST_ENTRIES)])
    names = [cell.strip() for cell in rows[0][1]]
    found = Reading([], [])
    met: set[tuple[str, str]] = set()
    for line, row in rows[1:]:
        cells = dict(zip(names, map(_tidy, row), strict=True)) if len(row) == len(names) else None
        _take(found, met, line, cells, places=places, today=today)
    return found


def _take(
    found: Reading, met: set[tuple[str, str]], line: int, cells: Cells | None, *, places: Collection[str], today: str
) -> None:
    """One row into the reading: its entry, or everything that is wrong with it."""
    if cells is None:
        found.wrong.append(Problem("422.143", line=line))
        return
    codes = list(_wrong(cells, places=places, today=today))
    key = (cells["name"].casefold(), cells["place"])
    if key in met:
        codes.append(("422.152", "name"))
    met.add(key)
    found.wrong.extend(Problem(code, line=line, column=column) for code, column in codes)
    if not codes:
        found.entries.append(_entry(cells))


def _tidy(cell: str) -> str:
    """Normal form C, and no space around it."""
    return unicodedata.normalize("NFC", cell).strip()


def _wrong(cells: Cells, *, places: Collection[str], today: str) -> Iterator[tuple[str, str]]:
    """The number of each mistake of a row, with its column."""
    for column, most in LONGEST.items():
        if len(cells[column]) > most or any(unicodedata.category(sign) == "Cc" for sign in cells[column]):
            yield "422.144", column
    services = _values(cells["services"])
    demanded = (
        ("422.145", "name", cells["name"]),
        ("422.146", "place", cells["place"] in places),
        ("422.147", "cost", cells["cost"].casefold() in COSTS),
        ("422.148", "checked", _is_past_day(cells["checked"], today)),
        ("422.149", "telephone", cells["landmark"] or cells["telephone"]),
        ("422.150", "services", services and set(services) <= set(SERVICES)),
        ("422.151", "telephone", all(_TELEPHONE.fullmatch(_latin(one)) for one in _values(cells["telephone"]))),
        ("422.151", "languages", all(_TAG.fullmatch(one) for one in _values(cells["languages"]))),
    )
    for code, column, holds in demanded:
        if not holds:
            yield code, column


def _is_past_day(text: str, today: str) -> bool:
    try:
        return day_number(text) <= day_number(today)
    except ValueError:
        return False


def _values(cell: str) -> list[str]:
    """The values of a cell that holds several, each once."""
    return list(dict.fromkeys(value.strip() for value in cell.split(LISTS) if value.strip()))


def _latin(text: str) -> str:
    """Decimal digits of any script as Latin ones."""
    return "".join(str(unicodedata.digit(sign)) if sign.isdecimal() else sign for sign in text)


def _entry(cells: Cells) -> Entry:
    """A right row as phones get it."""
    return {
        **{name: cells[name] for name in ("name", "place", "hours", "serves", "landmark", "notes", "checked")},
        "services": [code for code in SERVICES if code in _values(cells["services"])],
        "telephone": [_latin(value) for value in _values(cells["telephone"])],
        "languages": _values(cells["languages"]),
        "cost": cells["cost"].casefold().replace(" ", "_"),
    }
