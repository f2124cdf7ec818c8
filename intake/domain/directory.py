"""The directory of services: the codes of help, and reading it from a table, strictly, every mistake by its line.

A mistake in this list sends somebody to a locked door, so nothing is guessed: a row is right or it is named.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from intake.domain import tables
from intake.domain.problems import Problem
from intake.domain.rules import day_number
from intake.domain.tables import Cells

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
Wrong = dict[str, str]  # column → code


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
        rows = tables.read(content, columns=COLUMNS)
    except Problem as problem:
        return Reading([], [problem])
    if not 0 < len(rows) <= MOST_ENTRIES:
        return Reading([], [Problem("422.142", most=MOST_ENTRIES)])
    found, met = Reading([], []), set[tuple[str, str]]()
    for line, cells in rows:
        _take(found, met, line, cells, places=places, today=today)
    return found


def entry(cells: Cells, *, others: Iterable[Entry], places: Collection[str], today: str) -> tuple[Entry, Wrong]:
    """One entry as somebody typed it, and the code of what is wrong with it by column; `others` stand beside it."""
    typed = {name: tables.tidy(cells.get(name, "")) for name in COLUMNS}
    wrong = {column: code for code, column in reversed([*_wrong(typed, places=places, today=today)])}
    if key_of(typed) in map(key_of, others):
        wrong.setdefault("name", "422.152")
    return _entry(typed), wrong


def cells_of(found: Entry) -> Cells:
    """An entry as `entry` and `read` take it."""
    several = {name: f"{LISTS} ".join(found[name]) for name in ("services", "telephone", "languages")}
    return {name: str(found[name]) for name in COLUMNS} | several | {"cost": found["cost"].replace("_", " ")}


def write(entries: Iterable[Entry]) -> bytes:
    """The list as a file that `read` takes."""
    return tables.write(map(cells_of, entries), columns=COLUMNS)


def key_of(found: Mapping[str, Any]) -> tuple[str, str]:
    """What tells entries apart: the same name is listed once for a place."""
    return found["name"].casefold(), found["place"]


def _take(
    found: Reading, met: set[tuple[str, str]], line: int, cells: Cells | None, *, places: Collection[str], today: str
) -> None:
    """One row into the reading: its entry, or everything that is wrong with it."""
    if cells is None:
        found.wrong.append(Problem("422.143", line=line))
        return
    codes = list(_wrong(cells, places=places, today=today))
    if key_of(cells) in met:
        codes.append(("422.152", "name"))
    met.add(key_of(cells))
    found.wrong.extend(Problem(code, line=line, column=column) for code, column in codes)
    if not codes:
        found.entries.append(_entry(cells))


def _wrong(cells: Cells, *, places: Collection[str], today: str) -> Iterator[tuple[str, str]]:
    """The number of each mistake of a row, with its column."""
    for column, most in LONGEST.items():
        if len(cells[column]) > most or tables.has_controls(cells[column]):
            yield "422.144", column
    services = values(cells["services"])
    demanded = (
        ("422.145", "name", cells["name"]),
        ("422.146", "place", cells["place"] in places),
        ("422.147", "cost", cells["cost"].casefold() in COSTS),
        ("422.148", "checked", _is_past_day(cells["checked"], today)),
        ("422.149", "telephone", cells["landmark"] or cells["telephone"]),
        ("422.150", "services", services and set(services) <= set(SERVICES)),
        ("422.151", "telephone", all(_TELEPHONE.fullmatch(_latin(one)) for one in values(cells["telephone"]))),
        ("422.151", "languages", all(_TAG.fullmatch(one) for one in values(cells["languages"]))),
    )
    for code, column, holds in demanded:
        if not holds:
            yield code, column


def _is_past_day(text: str, today: str) -> bool:
    try:
        return day_number(text) <= day_number(today)
    except ValueError:
        return False


def values(cell: str) -> list[str]:
    """The values of a cell that holds several, each once."""
    return list(dict.fromkeys(value.strip() for value in cell.split(LISTS) if value.strip()))


def _latin(text: str) -> str:
    """Decimal digits of any script as Latin ones."""
    return "".join(str(unicodedata.digit(sign)) if sign.isdecimal() else sign for sign in text)


def _entry(cells: Cells) -> Entry:
    """A right row as phones get it."""
    return {
        **{name: cells[name] for name in ("name", "place", "hours", "serves", "landmark", "notes", "checked")},
        "services": [code for code in SERVICES if code in values(cells["services"])],
        "telephone": [_latin(value) for value in values(cells["telephone"])],
        "languages": values(cells["languages"]),
        "cost": cells["cost"].casefold().replace(" ", "_"),
    }
