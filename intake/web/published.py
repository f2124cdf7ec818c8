"""Published releases in words and pictures of the reader's language: what every page that shows them is made from."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import current_app

from intake.domain.figures.changes import Change, Why, changes
from intake.domain.figures.counting import Key, base, narrowed
from intake.domain.figures.release import JOIN, Release, Said, from_json, keys
from intake.domain.figures.tables import DIMENSIONS, OTHER, Table
from intake.domain.problems import Problem
from intake.store import Store
from intake.store.releases import Published, every
from intake.web import locales
from intake.web.charts import Chart, Series
from intake.web.figure_words import CLASSES, DIMENSION, MEANS, TITLES

_ = locales.gettext
# So many rows are drawn; a picture of all States would be longer than a phone's page may be. The table has all.
MOST_DRAWN = 15
# What a bar of the whole width stands for at least: where all that is said is "0 to 2" no bar is long.
REACH = 25
KEPT = "public, max-age=300"


@dataclass(frozen=True)
class Shown:
    """One release with what its file says of itself."""

    published: Published
    release: Release
    file: dict[str, Any]


def releases() -> list[Shown]:
    """All of them, withdrawn ones too, the oldest first."""
    store: Store = current_app.extensions["releases"]
    with store.releases(reading=True) as session:
        found = every(session)
    return [opened(one) for one in found]


def newest() -> Shown | None:
    """The newest that was not withdrawn; None before the first."""
    return next((one for one in reversed(releases()) if not one.published.withdrawn), None)


def find(number: int) -> Shown:
    """One of them. Raises Problem 404.13."""
    return _pair(number)[1]


def compared(number: int) -> tuple[Shown | None, Shown, list[Change]]:
    """The release before, this one, and every number that is said otherwise. Raises Problem 404.13."""
    before, now = _pair(number)
    return before, now, changes(before.release, now.release) if before else []


def _pair(number: int) -> tuple[Shown | None, Shown]:
    before = None
    for one in releases():
        if one.release.number == number:
            return before, one
        before = one
    raise Problem("404.13")


def opened(one: Published) -> Shown:
    """What is published, with what its file says."""
    file = json.loads(one.content)
    return Shown(one, from_json(file), file)


# ---- pictures


@dataclass(frozen=True)
class Drawn:
    """A table as it stands on a page. `chart` is the picture, `whole` has every row and is the table behind it.

    `done` says beside it what was left unsaid or repeated.
    """

    table: Table
    chart: Chart
    whole: Chart
    total: str
    done: list[str]


def drawn(release: Release, table: Table) -> Drawn:
    """A table as picture and numbers."""
    rows = sorted(release.classes[table.measure, table.rows], key=lambda code: _place(release, table, code))
    columns = release.classes[table.measure, table.columns] if table.columns else ("",)
    whole = Chart(
        id=table.name,
        kind="grouped" if table.columns else "bars",
        title=_(TITLES[table.name]),
        says=_(MEANS[table.name]),
        of=_(DIMENSION[table.rows]),
        rows=tuple(name(table.rows, row) for row in rows),
        series=tuple(
            Series(
                name(table.columns, column) if column else _("How many"),
                tuple(_middle(release, table, row, column) for row in rows),
            )
            for column in columns
        ),
        said=locales.number if _exact(release, table) else _interval,
        hidden=_("not shown"),
        reach=REACH,
    )
    return Drawn(table, _first(whole), whole, said(release.said.get(base(table))), done(release, table))


def _exact(release: Release, table: Table) -> bool:
    return (
        release.policy == "accountability"
        and table.measure == "claims"
        and set(table.dimensions) == {"state", "status"}
    )


def _first(whole: Chart) -> Chart:
    series = tuple(replace(one, values=one.values[:MOST_DRAWN]) for one in whole.series)
    return replace(whole, rows=whole.rows[:MOST_DRAWN], series=series)


def _place(release: Release, table: Table, code: str) -> tuple[bool, int]:
    """Countries stand by size, what has no name last; the newest year first; everything else in its own order."""
    if table.rows == "year":
        return (False, -int(code[:4]))
    if not DIMENSIONS[table.rows].open:
        return (False, 0)
    found = release.said.get(narrowed(base(table), table.rows, code))
    return (OTHER in code.split(JOIN), -((found.most or 0) if found else 0))


def _middle(release: Release, table: Table, row: str, column: str) -> float | None:
    found = release.said.get(narrowed(narrowed(base(table), table.rows, row), table.columns, column))
    return None if found is None or found.least is None or found.most is None else (found.least + found.most) / 2


def _interval(middle: float) -> str:
    """What rounds to a middle: 0–2, 3–7 … Of single counts only: a sum of middles would say what no release says."""
    least = 0 if middle < 3 else int(middle) - 2
    return said(Said(least, int(2 * middle) - least))


def done(release: Release, table: Table) -> list[str]:
    """In words, cell by cell."""
    together = [
        _("%(where)s: counted together, so that no small number can be worked out.", where=name(dimension, code))
        for dimension in (table.rows, table.columns)
        if dimension
        for code in release.classes[table.measure, dimension]
        if JOIN in code
    ]
    return [*together, *_unsaid(release, table)]


def _unsaid(release: Release, table: Table) -> Iterator[str]:
    for row, column, key in keys(table, release.classes):
        found = release.said[key]
        place = where(table, row, column)
        if found.how == "held":
            yield _(
                "%(where)s: as in release %(number)s; it has moved by fewer than five since.",
                where=place,
                number=found.since,
            )
        elif found.how == "dropped":
            yield _("%(where)s: left out, so that no small number can be worked out.", where=place)


# ---- words


def heads(release: Release) -> list[tuple[str, str]]:
    """The first three numbers of the page: claims by status."""
    return [(name("status", code), said(release.said.get(_status(code)))) for code in DIMENSIONS["status"].codes]


def _status(code: str) -> Key:
    return narrowed(("claims", ()), "status", code)


def said(found: Said | None) -> str:
    """What is said of a count: a number, from least to most, or that it is not shown."""
    if found is None or found.least is None or found.most is None:
        return _("not shown")
    if found.least == found.most:
        return locales.number(found.least)
    return _("%(least)s–%(most)s", least=found.least, most=found.most)


def _unbroken(found: Said | None) -> str:
    """The same within a sentence, where no line ends after its dash."""
    return said(found).replace("–", "–\u2060")


def name(dimension: str, code: str) -> str:
    """A class in words; several that were merged one after the other."""
    return " + ".join(_one(dimension, each) for each in code.split(JOIN))


def _one(dimension: str, code: str) -> str:
    if (dimension, code) in CLASSES:
        return _(CLASSES[dimension, code])
    return locales.country(code) if dimension == "state" else code


def where(table: Table, row: str, column: str) -> str:
    """Which count of a table it is."""
    names = [name(dimension, code) for dimension, code in ((table.rows, row), (table.columns, column)) if code]
    return " · ".join(names) or _("All together")


def reasons(found: Sequence[Change]) -> list[tuple[str, int]]:
    """Why numbers are said otherwise, and how many for each reason, the most first."""
    counted: dict[Why, int] = {}
    for one in found:
        counted[one.why] = counted.get(one.why, 0) + 1
    return [(_(MEANS[why]), count) for why, count in sorted(counted.items(), key=lambda one: -one[1])]


def told(release: Release, found: Sequence[Change]) -> list[tuple[str, list[str]]]:
    """What is said otherwise, by table."""
    tables = {table.name: table for table in release.tables}
    out: dict[str, list[str]] = {}
    for one in found:
        line = _(
            "%(where)s: %(before)s before, %(after)s now",
            where=where(tables[one.table], one.row, one.column),
            before=_unbroken(one.before),
            after=_unbroken(one.after),
        )
        out.setdefault(_(TITLES[one.table]), []).append(f"{line} ({_(MEANS[one.why])})")
    return list(out.items())
