"""The data dictionary of a release: what each table, column, class and mark of its files means.

For people as a page, for programs as a Data Package (specs.frictionlessdata.io), both from the same words. It says what
the release has, so that merged classes stand in it too.
"""

from dataclasses import dataclass
from typing import Any

from intake.domain.figures.tables import Table
from intake.web import locales
from intake.web.figure_words import COLUMNS, DIMENSION, HOW, LICENCES, MEANS, MEASURES, TITLES
from intake.web.published import Shown, name

_ = locales.gettext


@dataclass(frozen=True)
class Entry:
    """One table: its name in files and in words, what it counts, and its classes by dimension, "*" being all."""

    name: str
    title: str
    means: str
    counts: str
    only: str
    classes: list[tuple[str, str, list[tuple[str, str]]]]


def entries(shown: Shown) -> list[Entry]:
    """Every table of the release."""
    return [_entry(shown, table) for table in shown.release.tables]


def _entry(shown: Shown, table: Table) -> Entry:
    return Entry(
        table.name,
        _(TITLES[table.name]),
        _(MEANS[table.name]),
        _(MEASURES[table.measure]),
        ", ".join(name(dimension, code) for dimension, code in table.within.items()),
        [
            (which, _(DIMENSION[dimension]), _classes(shown, table, dimension))
            for which, dimension in (("row", table.rows), ("column", table.columns))
            if dimension
        ],
    )


def _classes(shown: Shown, table: Table, dimension: str) -> list[tuple[str, str]]:
    return [(code, name(dimension, code)) for code in shown.release.classes[table.measure, dimension]]


def columns() -> list[tuple[str, str]]:
    """The columns of the CSV, each with what it holds."""
    return [(column, _(means)) for column, means in COLUMNS.items()]


def marks() -> list[tuple[str, str]]:
    """What `how` can be."""
    return [(how, _(means)) for how, means in HOW.items()]


def licence(shown: Shown) -> tuple[str, str]:
    """The name of the licence, and where it can be read ("" where that is not known)."""
    return LICENCES.get(shown.file["licence"], (shown.file["licence"], ""))


def package(shown: Shown, *, base: str) -> dict[str, Any]:
    """The same as a Data Package in the reader's language. `base` is the address of the release."""
    title, path = licence(shown)
    release = shown.release
    files = [
        {"name": "figures-csv", "path": f"{base}/figures.csv", "format": "csv", "mediatype": "text/csv",
         "encoding": "utf-8", "profile": "tabular-data-resource", "schema": _schema()},
        {"name": "figures-json", "path": f"{base}/figures.json", "format": "json", "mediatype": "application/json"},
    ]  # fmt: skip
    return {
        "name": f"figures-{release.number}",
        "id": base,
        "title": _("Release %(number)s, as of %(day)s", number=release.number, day=locales.days(release.until)),
        "language": locales.words_tag(),
        "version": str(release.number),
        "created": f"{shown.file['published']}T00:00:00Z",
        "licenses": [{"name": shown.file["licence"], "title": title, **({"path": path} if path else {})}],
        "resources": files,
        "policy": release.policy,
        "synthetic": bool(shown.file.get("synthetic")),
        "withdrawn": {"on": shown.published.withdrawn, "note": shown.published.note}
        if shown.published.withdrawn
        else None,
        "notes": notes(),
        "marks": dict(marks()),
        "tables": [_to_json(one) for one in entries(shown)],
    }


def notes() -> list[str]:
    """What must be read beside every number."""
    return [
        _("Reported cases are not prevalence: most of what happens is never reported."),
        _("“Not established” or “not substantiated” does not mean that it did not happen."),
        _("Only records of people who agreed to be counted are counted."),
    ]


def _schema() -> dict[str, Any]:
    number: dict[str, Any] = {"type": "integer", "constraints": {"minimum": 0}}
    kinds: dict[str, dict[str, Any]] = {
        **dict.fromkeys(("least", "most", "since"), number),
        "how": {"type": "string", "constraints": {"enum": list(HOW)}},
    }
    fields = [
        {"name": column, **kinds.get(column, {"type": "string"}), "description": means} for column, means in columns()
    ]
    return {"fields": fields, "missingValues": [""], "primaryKey": ["table", "row", "column"]}


def _to_json(one: Entry) -> dict[str, Any]:
    classes = {which: {"title": title, "classes": dict(codes)} for which, title, codes in one.classes}
    return {"name": one.name, "title": one.title, "description": one.means, "counts": one.counts, **classes}
