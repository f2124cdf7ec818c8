"""The public pages of published figures. They can show published releases and nothing else."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, render_template

from intake.domain.figures.changes import Change, changes
from intake.domain.figures.counting import Key, base, narrowed
from intake.domain.figures.release import Release, Said, from_json, keys
from intake.domain.figures.tables import DIMENSIONS, OTHER, Table
from intake.domain.problems import Problem
from intake.store import Store
from intake.store.releases import Published, every
from intake.web import locales
from intake.web.charts import Chart, Series
from intake.web.figure_said import name as _name
from intake.web.figure_said import said as _said
from intake.web.figure_said import where as _where
from intake.web.figure_words import DIMENSION, MEANS, TITLES

bp = Blueprint("dashboard", __name__)

_ = locales.gettext
KEPT = "private, max-age=300"


@dataclass(frozen=True)
class Shown:
    """One release with what its file says of itself."""

    published: Published
    release: Release
    file: dict[str, Any]


@bp.get("/")
def figures() -> Response:
    """The newest release that was not withdrawn; before the first there is nothing to show."""
    found = [one for one in _every() if not one.withdrawn]
    if not found:
        return _kept(render_template("public/figures.html", shown=None))
    return _page(_shown(found[-1]))


@bp.get("/figures/<int:number>")
def release(number: int) -> Response:
    """One release, at an address that stays."""
    return _page(_find(number))


@bp.get("/figures/<int:number>/figures.json")
def as_json(number: int) -> Response:
    """The file as it was signed, byte for byte."""
    return Response(_find(number).published.content, content_type="application/json")


@bp.get("/figures/<int:number>/figures.sign")
def signature(number: int) -> Response:
    """The signature over `intake-release/1`, a line break and the file: 64 bytes."""
    return Response(_find(number).published.sign, content_type="application/octet-stream")


@bp.get("/figures/<int:number>/figures.csv")
def as_csv(number: int) -> Response:
    """The same, one line for each count."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("table", "row", "column", "least", "most", "how", "since"))
    found = _find(number).release
    for table in found.tables:
        for row, column, key in keys(table, found.classes):
            said = found.said[key]
            blank = ("", "") if said.least is None else (said.least, said.most)
            writer.writerow((table.name, row or "*", column or "*", *blank, said.how, said.since or ""))
    return Response(out.getvalue(), content_type="text/csv; charset=utf-8")


@bp.get("/figures/")
def archive() -> Response:
    """Every release, what is said otherwise in each, and why."""
    found = [_shown(one) for one in _every()]
    differ = [(one, changes(found[at - 1].release, one.release) if at else []) for at, one in enumerate(found)]
    page = render_template("public/archive.html", releases=differ[::-1], tell=_told)
    return _kept(page)


def _every() -> list[Published]:
    store: Store = current_app.extensions["releases"]
    with store.releases(reading=True) as session:
        return every(session)


def _find(number: int) -> Shown:
    for one in _every():
        if one.number == number:
            return _shown(one)
    raise Problem("404.13")


def _shown(one: Published) -> Shown:
    file = json.loads(one.content)
    return Shown(one, from_json(file), file)


def _kept(page: str) -> Response:
    answer = Response(page)
    answer.headers["Cache-Control"] = KEPT
    return answer


def _page(shown: Shown) -> Response:
    tables = [_drawn(shown.release, table) for table in shown.release.tables]
    heads = [
        (_name("status", code), _said(shown.release.said.get(_status(code)))) for code in DIMENSIONS["status"].codes
    ]
    return _kept(render_template("public/figures.html", shown=shown, tables=tables, heads=heads))


def _status(code: str) -> Key:
    return narrowed(("claims", ()), "status", code)


@dataclass(frozen=True)
class Drawn:
    """A table as it stands on the page; `done` says beside it what was left unsaid or repeated."""

    table: Table
    chart: Chart
    total: str
    done: list[str]


def _drawn(release: Release, table: Table) -> Drawn:
    rows = sorted(release.classes[table.measure, table.rows], key=lambda code: _place(release, table, code))
    columns = release.classes[table.measure, table.columns] if table.columns else ("",)
    series = tuple(
        Series(
            _name(table.columns, column) if column else _("Number"),
            tuple(_middle(release, table, row, column) for row in rows),
        )
        for column in columns
    )
    exact = (
        release.policy == "accountability"
        and table.measure == "claims"
        and set(table.dimensions) == {"state", "status"}
    )
    chart = Chart(
        id=table.name,
        kind="grouped" if table.columns else "bars",
        title=_(TITLES[table.name]),
        says=_(MEANS[table.name]),
        of=_(DIMENSION[table.rows]),
        rows=tuple(_name(table.rows, row) for row in rows),
        series=series,
        said=locales.number if exact else _interval,
        hidden=_("not shown"),
    )
    return Drawn(table, chart, _said(release.said.get(base(table))), _done(release, table))


def _place(release: Release, table: Table, code: str) -> tuple[bool, int, int]:
    """Countries stand by size, what has no name last; everything else in its own order."""
    if not DIMENSIONS[table.rows].open:
        return (False, 0, 0)
    said = release.said.get(narrowed(base(table), table.rows, code))
    return (OTHER in code.split("+"), -((said.most or 0) if said else 0), 0)


def _middle(release: Release, table: Table, row: str, column: str) -> float | None:
    said = release.said.get(narrowed(narrowed(base(table), table.rows, row), table.columns, column))
    return None if said is None or said.least is None or said.most is None else (said.least + said.most) / 2


def _interval(middle: float) -> str:
    """What rounds to a middle: 0–2, 3–7 … Of single counts only: a sum of middles would say what no release says."""
    least = 0 if middle < 3 else int(middle) - 2
    return _said(Said(least, int(2 * middle) - least))


def _done(release: Release, table: Table) -> list[str]:
    """In words, cell by cell."""
    found = []
    for row, column, key in keys(table, release.classes):
        said = release.said[key]
        where = _where(table, row, column)
        if said.how == "held":
            found.append(
                _(
                    "%(where)s: as in release %(number)s; it has moved by fewer than five since.",
                    where=where,
                    number=said.since,
                )
            )
        elif said.how == "dropped":
            found.append(_("%(where)s: left out, so that no small number can be worked out.", where=where))
    merged = [code for code in release.classes[table.measure, table.rows] if "+" in code]
    return [
        *(
            _("%(where)s: counted together, so that no small number can be worked out.", where=_name(table.rows, code))
            for code in merged
        ),
        *found,
    ]


def _told(release: Release, found: Sequence[Change]) -> list[tuple[str, list[str]]]:
    """The differences of an archive's entry, by table."""
    tables = {table.name: table for table in release.tables}
    out: dict[str, list[str]] = {}
    for one in found:
        table = tables[one.table]
        before, after = _said(one.before), _said(one.after)
        line = _(
            "%(where)s: %(before)s before, %(after)s now",
            where=_where(table, one.row, one.column),
            before=before,
            after=after,
        )
        out.setdefault(_(TITLES[one.table]), []).append(f"{line} ({_(MEANS[one.why])})")
    return list(out.items())
