"""Claims from a list: a file, what its columns are, what is wrong in which row, taken as a whole, taken back so."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from intake import words
from intake.domain import claim_rows
from intake.domain.problems import Problem
from intake.services import claim_lists
from intake.services.claim_lists import Table, Tried
from intake.web import desks, locales
from intake.web.permissions import Act, needs

bp = Blueprint("claim_lists", __name__)

CODE = ("401.4", "401.5", "403.20", "403.21")
# So many things that are wrong are shown at once.
SHOWN = 200


@bp.get("/office/claims/lists")
@needs(Act.WORK_CLAIMS)
def listing() -> Response:
    return _listing({}, 200)


@bp.post("/office/claims/lists")
@needs(Act.WORK_CLAIMS)
def load() -> AnyResponse:
    """A file shows its columns; with columns that were said it is tried; with `take` it is taken."""
    content = desks.sent_file()
    if content is None:
        return _listing({"file": "422.275"}, 422)
    try:
        table = claim_lists.table(content)
    except Problem as problem:
        return _listing({"file": problem.code}, 422)
    columns = table[0]
    said = request.form.get("said") == "yes"
    with desks.office().store.office(reading=True) as session:
        known = claim_lists.known_mapping(session, desk=desks.desk())
    if not said:
        return _try_page(table, claim_rows.guess(columns, known), None, {}, 200)
    mapping = {name: request.form.get(f"column-{number}", "") for number, name in enumerate(columns)}
    try:
        tried = _tried(table, mapping)
        if request.form.get("take") != "yes" or tried.wrong or not tried.rows:
            return _try_page(table, mapping, tried, {}, 422 if tried.wrong else 200)
        chain = "identity" if tried.named else "work"
        desk = desks.step_up(chain, request.form.get("code"), request.form.get("answer"))
        with desks.office().store.office() as session:
            asked: dict[str, Any] = {"table": table, "mapping": mapping, "countries": _countries()}
            taken = claim_lists.take(session, desk=desk, now=desks.now(), **asked)
    except Problem as problem:
        if problem.code in CODE:
            return _try_page(table, mapping, tried, {"code": problem.code}, problem.kind.status)
        return _try_page(table, mapping, None, desks.errors_of(problem), 422)
    return redirect(url_for("claim_lists.show", taken=taken.id), 303)


@bp.get("/office/claims/lists/<uuid:taken>")
@needs(Act.WORK_CLAIMS)
def show(taken: object) -> Response:
    return _taken_page(str(taken), {}, 200)


@bp.post("/office/claims/lists/<uuid:taken>")
@needs(Act.WORK_CLAIMS)
def undo(taken: object) -> AnyResponse:
    reason = request.form.get("reason", "")
    try:
        with desks.office().store.office(reading=True) as session:
            named = claim_lists.find(session, desk=desks.desk(), taken=str(taken)).named
        chain = "identity" if named else "work"
        desk = desks.step_up(chain, request.form.get("code"), request.form.get("answer"))
        with desks.office().store.office() as session:
            claim_lists.undo(session, desk=desk, taken=str(taken), reason=reason, now=desks.now())
    except Problem as problem:
        if problem.code in CODE:
            return _taken_page(str(taken), {"code": problem.code}, problem.kind.status)
        field = {"422.20": "reason"}.get(problem.code, "")
        if problem.kind.status != 422:
            raise
        return _taken_page(str(taken), {field: problem.code}, 422)
    return redirect(url_for("claim_lists.show", taken=taken), 303)


def _tried(table: Table, mapping: Mapping[str, str]) -> Tried:
    """What taking it would do. What its columns are stays known: whoever mends the file need not say it again."""
    with desks.office().store.office() as session:
        claim_lists.remember(session, desk=desks.desk(), mapping=mapping, now=desks.now())
        return claim_lists.try_(session, desk=desks.desk(), table=table, mapping=mapping, countries=_countries())


def _countries() -> dict[str, str]:
    """The two letters of each State by its folded name, in every language that the office knows."""
    return {
        claim_rows.folded(name): code
        for tag in words.languages()
        for code, name in locales.offered_countries(tag).items()
    }


def _listing(errors: dict[str, str], status: int) -> Response:
    desk = desks.desk()
    if desk.work is None:
        return make_response(render_template("office/no_key.html"))
    with desks.office().store.office(reading=True) as session:
        found = claim_lists.every(session, desk=desk)
    page = render_template("office/claim_lists.html", lists=found, errors=errors, fields=claim_rows.FIELDS)
    return make_response(page, status)


def _try_page(
    table: Table, mapping: Mapping[str, str], tried: Tried | None, errors: dict[str, str], status: int
) -> Response:
    page = render_template(
        "office/claim_list_try.html",
        columns=table[0],
        sample=table[1] if len(table) > 1 else (),
        content=claim_lists.as_csv(table),
        mapping=mapping,
        tried=tried,
        shown=tried.wrong[:SHOWN] if tried else (),
        errors=errors,
        fields=claim_rows.FIELDS,
    )
    return make_response(page, status)


def _taken_page(taken: str, errors: dict[str, str], status: int) -> Response:
    with desks.office().store.office(reading=True) as session:
        found = claim_lists.find(session, desk=desks.desk(), taken=taken)
    page = render_template("office/claim_list.html", taken=found, errors=errors, typed=request.form)
    return make_response(page, status)
