"""A release: what is said of every count, as it is signed and published. Its file says all that an attacker needs.

A class of a file is one code, or several joined by "+" that were merged; `other` stands for every class of an open
dimension that is not named, each of which counts at most `UNNAMED`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

from intake.domain.figures import tables
from intake.domain.figures.counting import Key, base, narrowed
from intake.domain.figures.tables import Table
from intake.domain.problems import Problem

FORMAT = "intake-figures/1"
# Open licences that an office may publish under, by their SPDX ids (spdx.org/licenses); the first is offered first.
LICENCES: tuple[str, ...] = ("CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-3.0-IGO", "ODC-By-1.0", "CC0-1.0")
STEP = 5
UNNAMED = 2  # what rounds to nothing
JOIN = "+"

Policy = Literal["protected", "accountability"]
POLICIES: tuple[Policy, ...] = ("protected", "accountability")
How = Literal["rounded", "exact", "held", "dropped"]


@dataclass(frozen=True)
class Said:
    """What is said of one count: it is from `least` to `most` (both None: nothing is said).

    *held*: that was said in release `since` and is repeated, for it has moved by fewer than STEP since.
    """

    least: int | None
    most: int | None
    how: How = "rounded"
    since: int = 0

    @property
    def shown(self) -> bool:
        return self.least is not None


NOTHING = Said(None, None, "dropped")


@dataclass(frozen=True)
class Release:
    """`classes` are the classes of each (measure, dimension) in order; `said` what is said, by key of such classes.

    `corrected` are measures in which a total that only grows fell, because a record was set right or a consent taken
    back: nothing follows there from totals never falling.
    """

    number: int
    until: str
    tables: tuple[Table, ...]
    classes: Mapping[tuple[str, str], tuple[str, ...]]
    said: Mapping[Key, Said]
    policy: str = "protected"
    corrected: tuple[str, ...] = ()

    def of(self, measure: str) -> tuple[Table, ...]:
        """The tables of one measure."""
        return tuple(table for table in self.tables if table.measure == measure)

    @property
    def measures(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(table.measure for table in self.tables))


def rounded(value: int) -> Said:
    """A count to the nearest STEP, as the interval of all that round so."""
    near = (value + STEP // 2) // STEP * STEP
    return Said(max(0, near - STEP // 2), near + STEP // 2)


def keys(table: Table, classes: Mapping[tuple[str, str], Sequence[str]]) -> Iterator[tuple[str, str, Key]]:
    """Every cell and margin of a table as (row, column, key); "" is the total over that dimension."""
    rows = classes[table.measure, table.rows]
    columns = classes[table.measure, table.columns] if table.columns else ()
    for row, column in product((*rows, ""), (*columns, "")):
        found = narrowed(base(table), table.rows, row) if row else base(table)
        yield row, column, narrowed(found, table.columns, column) if column else found


def to_json(release: Release) -> dict[str, Any]:
    """As published."""
    return {
        "format": FORMAT,
        "number": release.number,
        "until": release.until,
        "policy": release.policy,
        "step": STEP,
        "corrected": list(release.corrected),
        "tables": [_table(release, table) for table in release.tables],
    }


def _table(release: Release, table: Table) -> dict[str, Any]:
    found = tables.to_json(table)
    found["row_classes"] = list(release.classes[table.measure, table.rows])
    found["column_classes"] = list(release.classes[table.measure, table.columns]) if table.columns else []
    found["cells"] = [
        _cell(row, column, release.said[one])
        for row, column, one in keys(table, release.classes)
        if one in release.said
    ]
    return found


def _cell(row: str, column: str, said: Said) -> dict[str, Any]:
    found: dict[str, Any] = {"row": row or None, "column": column or None, "least": said.least, "most": said.most}
    found["how"] = said.how
    return {**found, "since": said.since} if said.how == "held" else found


def from_json(found: Mapping[str, Any]) -> Release:
    """A release from its file; whoever made it. Raises Problem 422.342 when it is none."""
    try:
        return _read(found)
    except (KeyError, TypeError, ValueError):
        raise Problem("422.342") from None


def _read(found: Mapping[str, Any]) -> Release:
    if found["format"] != FORMAT:
        raise ValueError
    classes: dict[tuple[str, str], tuple[str, ...]] = {}
    said: dict[Key, Said] = {}
    defined = []
    for one in found["tables"]:
        table = tables.from_json(one)
        defined.append(table)
        classes[table.measure, table.rows] = tuple(str(code) for code in one["row_classes"])
        if table.columns:
            classes[table.measure, table.columns] = tuple(str(code) for code in one["column_classes"])
        where = {(row, column): place for row, column, place in keys(table, classes)}
        for cell in one["cells"]:
            place = where[cell["row"] or "", cell["column"] or ""]
            said[place] = _both(said[place], _said(cell)) if place in said else _said(cell)
    until, number = str(found["until"]), int(found["number"])
    corrected = tuple(str(name) for name in found.get("corrected", ()))
    return Release(number, until, tuple(defined), classes, said, str(found.get("policy", "")), corrected)


def _said(cell: Mapping[str, Any]) -> Said:
    least, most = cell["least"], cell["most"]
    if not all(one is None or (isinstance(one, int) and one >= 0) for one in (least, most)):
        raise ValueError
    return Said(least, most, cell.get("how", "rounded"), int(cell.get("since", 0)))


def _both(first: Said, second: Said) -> Said:
    """What two tables that share a margin say of it together."""
    if first.least is None or first.most is None:
        return second
    if second.least is None or second.most is None:
        return first
    return Said(max(first.least, second.least), min(first.most, second.most), first.how, first.since)
