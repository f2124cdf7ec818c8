"""Counting records into every cell and margin of the tables, exactly. What is counted here stays in the office.

Only records whose person agreed to be counted are: the others are in no figure at all, and the published page says so.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from intake.domain.figures.tables import DIMENSIONS, UNKNOWN, Table
from intake.domain.problems import Problem

# One count: the measure, and the classes that narrow it, by dimension in order. Tables that share a margin share its
# key; this is what links them.
Key = tuple[str, tuple[tuple[str, str], ...]]
Counts = Mapping[Key, int]


@dataclass(frozen=True)
class Record:
    """One thing that may be counted. `classes` names a class of each dimension of its measure's tables."""

    measure: str
    classes: Mapping[str, str]
    agreed: bool


def key(measure: str, **classes: str) -> Key:
    """The count of a measure within these classes; with none it is the total."""
    return measure, tuple(sorted(classes.items()))


def narrowed(start: Key, dimension: str, code: str) -> Key:
    """The same count within one more class; an empty dimension narrows nothing."""
    return (start[0], tuple(sorted((*start[1], (dimension, code))))) if dimension else start


def base(table: Table) -> Key:
    """The grand total of a table."""
    return key(table.measure, **table.within)


def count(records: Iterable[Record], tables: Sequence[Table], *, until: str) -> dict[Key, int]:
    """Every cell and margin of the tables, zeros included. `until` is the last day that is counted ("YYYY-MM-DD").

    Raises Problem 422.341 for a record that lacks a dimension or has an unknown class.
    """
    counted = [record for record in records if record.agreed]
    classes = _classes(counted, tables, until)
    found: dict[Key, int] = {}
    for table in tables:
        inside = Counter(_place(record, table, classes) for record in counted if _fits(record, table))
        found.update(_table(table, classes, inside))
    return found


def _classes(records: Sequence[Record], tables: Sequence[Table], until: str) -> dict[tuple[str, str], list[str]]:
    """The classes of each dimension of each measure."""
    found: dict[tuple[str, str], list[str]] = {}
    for measure, name in {(table.measure, name) for table in tables for name in (table.rows, table.columns) if name}:
        known = DIMENSIONS[name]
        there = {record.classes.get(name, "") for record in records if record.measure == measure} - {""}
        if name == "year":
            first = min((*there, until[:4]))
            found[measure, name] = [str(year) for year in range(int(first), int(until[:4]) + 1)]
        else:
            found[measure, name] = list(known.codes) or sorted(there)
    return found


def _fits(record: Record, table: Table) -> bool:
    return record.measure == table.measure and all(
        record.classes.get(name) == code for name, code in table.within.items()
    )


def _place(record: Record, table: Table, classes: Mapping[tuple[str, str], Sequence[str]]) -> tuple[str, str]:
    row = _class(record, table.rows, classes)
    return row, _class(record, table.columns, classes) if table.columns else ""


def _class(record: Record, name: str, classes: Mapping[tuple[str, str], Sequence[str]]) -> str:
    """The record's class, or *unknown* where the dimension has that. Raises Problem 422.341."""
    code, allowed = record.classes.get(name, UNKNOWN), classes[record.measure, name]
    if code not in allowed:
        raise Problem("422.341", name=name)
    return code


def _table(
    table: Table, classes: Mapping[tuple[str, str], Sequence[str]], inside: Counter[tuple[str, str]]
) -> dict[Key, int]:
    rows = classes[table.measure, table.rows]
    columns = classes[table.measure, table.columns] if table.columns else [""]
    start, found = base(table), dict[Key, int]()
    for row, column in product(rows, columns):
        found[narrowed(narrowed(start, table.rows, row), table.columns, column)] = inside[row, column]
    for row in rows:
        found[narrowed(start, table.rows, row)] = sum(inside[row, column] for column in columns)
    for column in columns if table.columns else []:
        found[narrowed(start, table.columns, column)] = sum(inside[row, column] for row in rows)
    found[start] = sum(inside.values())
    return found
