"""What is said otherwise than in the release before, and why: the archive explains each difference by this."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from intake.domain.figures.counting import Key
from intake.domain.figures.release import Release, Said, keys

Why = Literal["moved", "held", "fresh", "dropped", "again", "new", "gone", "policy"]


@dataclass(frozen=True)
class Change:
    """One cell or margin ("" is the total over a dimension) that is said otherwise.

    *moved*: another interval; *held*: repeated although it moved a little; *fresh*: held before, as it is now;
    *dropped* and *again*: left out, said again; *new* and *gone*: a class that appeared, or was merged with another;
    *policy*: exact now or no longer.
    """

    table: str
    row: str
    column: str
    before: Said | None
    after: Said | None
    why: Why


def changes(before: Release, after: Release) -> list[Change]:
    """Every difference, in the order of the tables."""
    found: list[Change] = []
    for table in after.tables:
        then = (
            {(row, column): key for row, column, key in keys(table, before.classes)} if table in before.tables else {}
        )
        now = {(row, column): key for row, column, key in keys(table, after.classes)}
        for row, column in (*now, *(place for place in then if place not in now)):
            found += _change(
                table.name, row, column, _get(before, then.get((row, column))), _get(after, now.get((row, column)))
            )
    return found


def _get(release: Release, key: Key | None) -> Said | None:
    return release.said.get(key) if key else None


def _change(table: str, row: str, column: str, before: Said | None, after: Said | None) -> Iterator[Change]:
    why = _why(before, after)
    if why:
        yield Change(table, row, column, before, after, why)


def _why(before: Said | None, after: Said | None) -> Why | None:
    if before is None or after is None:
        return None if before is after else ("new" if before is None else "gone")
    if (before.how == "exact") != (after.how == "exact"):
        return "policy"
    if before.shown != after.shown:
        return "again" if after.shown else "dropped"
    if after.how == "held":
        return "held" if before.how != "held" else None
    if before.how == "held":
        return "fresh"
    return "moved" if (before.least, before.most) != (after.least, after.most) else None
