"""The public pages of published figures. They can show published releases and nothing else.

They set no cookie, run no script and write no line about who read them; a reader's language rides in the address.
"""

import csv
import io
import json
from typing import Any

from flask import Blueprint, Flask, Response, current_app, render_template, request

from intake.config import Settings
from intake.domain.figures.changes import changes
from intake.domain.figures.release import keys
from intake.domain.problems import Problem
from intake.web import dictionary, feed, published
from intake.web.figure_words import COLUMNS
from intake.web.published import KEPT, Shown, find

bp = Blueprint("dashboard", __name__)


def install(app: Flask, settings: Settings) -> None:
    """Give the app the pages of figures; where charts have an origin, the pages offer them to other websites."""
    app.config["CHARTS"] = settings.charts_origin
    app.register_blueprint(bp)


@bp.get("/")
def figures() -> Response:
    """The newest release that was not withdrawn; before the first there is nothing to show."""
    shown = published.newest()
    return _page(shown) if shown else _kept(render_template("public/figures.html", shown=None))


@bp.get("/figures/<int:number>")
def release(number: int) -> Response:
    """One release, at an address that stays."""
    return _page(find(number))


@bp.get("/figures/<int:number>/changes")
def changed(number: int) -> Response:
    """What is said otherwise than in the release before, and why, number by number."""
    before, shown, found = published.compared(number)
    return _kept(
        render_template(
            "public/changes.html",
            shown=shown,
            before=before,
            count=len(found),
            reasons=published.reasons(found),
            told=published.told(shown.release, found),
        )
    )


@bp.get("/figures/<int:number>/dictionary")
def explained(number: int) -> Response:
    """What the numbers of a release mean, for people."""
    return _kept(render_template("public/dictionary.html", shown=find(number), words=dictionary))


@bp.get("/figures/<int:number>/datapackage.json")
def package(number: int) -> Response:
    """The same for programs."""
    found = dictionary.package(find(number), base=f"{_origin()}/figures/{number}")
    return _worded(Response(json.dumps(found, ensure_ascii=False, indent=1), content_type="application/json"))


@bp.get("/figures/<int:number>/figures.json")
def as_json(number: int) -> Response:
    """The file as it was signed, byte for byte."""
    found = find(number)
    return _described(_kept(found.published.content, "application/json"), found)


@bp.get("/figures/<int:number>/figures.sign")
def signature(number: int) -> Response:
    """The signature over `intake-release/1`, a line break and the file: 64 bytes."""
    return _kept(find(number).published.sign, "application/octet-stream")


@bp.get("/figures/<int:number>/figures.csv")
def as_csv(number: int) -> Response:
    """The same, one line for each count."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    shown = find(number)
    for table in shown.release.tables:
        for row, column, key in keys(table, shown.release.classes):
            said = shown.release.said[key]
            blank = ("", "") if said.least is None else (said.least, said.most)
            writer.writerow((table.name, row or "*", column or "*", *blank, said.how, said.since or ""))
    answer = _described(_kept(out.getvalue(), "text/csv; charset=utf-8"), shown)
    if shown.file.get("synthetic"):
        # A table has no room for a sentence: the file's name says it, wherever it is kept.
        answer.headers["Content-Disposition"] = f'attachment; filename="synthetic-figures-{number}.csv"'
    return answer


@bp.get("/figures/feed.atom")
def releases_feed() -> Response:
    """The feed of releases, in the language of `?lang=`. Raises Problem 404.13 before the first release."""
    found = published.releases()
    if not found:
        raise Problem("404.13")
    return _worded(Response(feed.atom(found, origin=_origin()), content_type=f"{feed.MEDIA_TYPE}; charset=utf-8"))


@bp.get("/figures/")
def archive() -> Response:
    """Every release, the newest first, with how much is said otherwise in each."""
    found = published.releases()
    differ: list[tuple[Shown, int | None]] = [
        (one, len(changes(found[at - 1].release, one.release)) if at else None) for at, one in enumerate(found)
    ]
    return _kept(render_template("public/archive.html", releases=differ[::-1]))


def _page(shown: Shown) -> Response:
    return _kept(
        render_template(
            "public/figures.html",
            shown=shown,
            tables=[published.drawn(shown.release, table) for table in shown.release.tables],
            heads=published.heads(shown.release),
            notes=dictionary.notes(),
            licence=dictionary.licence(shown),
            charts=current_app.config["CHARTS"],
            address=f"{_origin()}/figures/{shown.release.number}",
        )
    )


def _origin() -> str:
    """Where the reader found this: one of our own names, or the request was refused."""
    return request.url_root.rstrip("/")


def _described(answer: Response, shown: Shown) -> Response:
    """A file that can say nothing beside its numbers: its licence (RFC 4946) and its dictionary (RFC 6892)."""
    package = f"{_origin()}/figures/{shown.release.number}/datapackage.json"
    for address, rel in ((dictionary.licence(shown)[1], "license"), (package, "describedby")):
        if address:
            answer.headers.add("Link", f"<{address}>", rel=rel)
    return answer


def _worded(answer: Response) -> Response:
    """What is no page but has words in it."""
    answer.vary.add("Accept-Language")
    answer.headers["Cache-Control"] = KEPT
    return answer


def _kept(content: Any, content_type: str = "text/html; charset=utf-8") -> Response:
    answer = Response(content, content_type=content_type)
    answer.headers["Cache-Control"] = KEPT
    return answer
