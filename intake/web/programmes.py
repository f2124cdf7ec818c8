"""Programmes: what they pay for, what they spent, whom they reached as counts; and which help nobody gives or pays."""

from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from intake.domain import programme as rules
from intake.domain.directory import SERVICES
from intake.domain.problems import Problem
from intake.domain.programme import Programme
from intake.services import programmes, register, schooling, times
from intake.web import desks
from intake.web.once import once
from intake.web.permissions import Act, needs
from intake.web.permissions import may as may_see

bp = Blueprint("programmes", __name__)

TEXTS = ("name", "partner", "fund", "first", "last", "currency", "budget", "words")
LISTS = ("places", "services")
# What the form of a line sends, by the list it is put into.
LINES = {
    "spending": ("day", "amount", "service", "place", "payee", "to", "term"),
    "reached": ("first", "last", "people", "service", "place"),
}


@bp.get("/office/programmes")
@needs(Act.SEE_PROGRAMMES)
def listing() -> AnyResponse:
    desk = desks.desk()
    if (shut := desks.without_key()) is not None:
        return shut
    found = desks.reading(lambda session: programmes.every(session, desk=desk))
    return make_response(render_template("office/programmes.html", programmes=found, today=times.day(desks.now())))


@bp.get("/office/programmes/needs")
@needs(Act.SEE_HELP)
def lacks() -> AnyResponse:
    desk = desks.desk()
    if (shut := desks.without_key()) is not None:
        return shut
    with desks.office().store.office(reading=True) as session:
        found = programmes.lacks(session, desk=desk, now=desks.now())
        places = register.place_names(session, desk=desk)
        names = {one.id: one.name for one in programmes.every(session, desk=desk)}
    return make_response(render_template("office/lacks.html", lacks=found, places=places, names=names))


@bp.get("/office/programmes/new")
@needs(Act.WORK_PROGRAMMES)
def ask_new() -> Response:
    return _form(None, {}, 200)


@bp.post("/office/programmes/new")
@needs(Act.WORK_PROGRAMMES)
@once
def add() -> AnyResponse:
    try:
        with desks.office().store.office() as session:
            made = programmes.add(session, desk=desks.desk(), now=desks.now(), **_typed())
    except Problem as problem:
        return _form(None, desks.errors_of(problem), 422)
    return redirect(url_for("programmes.show", programme=made.id), 303)


@bp.get("/office/programmes/<uuid:programme>")
@needs(Act.SEE_PROGRAMMES)
def show(programme: object) -> str:
    desk = desks.desk()
    with desks.office().store.office(reading=True) as session:
        found = programmes.find(session, desk=desk, programme=str(programme))
        shown = _around(session)
        # Whose help it is nobody reads here, and who may not see help reads no count of it either.
        may = may_see(desk.staff.roles, Act.SEE_HELP)
        given = programmes.given(session, desk=desk, programme=found.id) if may else {}
    return render_template("office/programme.html", programme=found, given=given, today=times.day(desks.now()), **shown)


@bp.get("/office/programmes/<uuid:programme>/change")
@needs(Act.WORK_PROGRAMMES)
def ask_change(programme: object) -> Response:
    return _form(str(programme), {}, 200)


@bp.post("/office/programmes/<uuid:programme>/change")
@needs(Act.WORK_PROGRAMMES)
def change(programme: object) -> AnyResponse:
    asked = _asked(programme)
    try:
        with desks.office().store.office() as session:
            programmes.change(session, **asked, **_typed())
    except Problem as problem:
        stale = problem.code == "409.9"
        return _form(str(programme), {} if stale else desks.errors_of(problem), 409 if stale else 422)
    return redirect(url_for("programmes.show", programme=programme), 303)


@bp.get("/office/programmes/<uuid:programme>/lines/<line>")
@needs(Act.WORK_PROGRAMMES)
def ask_line(programme: object, line: str) -> Response:
    """Raises Problem 404.1 for what is no list of lines."""
    _check_line(line)
    return _line_form(str(programme), line, {}, 200)


@bp.post("/office/programmes/<uuid:programme>/lines/<line>")
@needs(Act.WORK_PROGRAMMES)
def add_line(programme: object, line: str) -> AnyResponse:
    _check_line(line)
    asked = {**_asked(programme), **{name: request.form.get(name, "").strip() for name in LINES[line]}}
    try:
        with desks.office().store.office() as session:
            (programmes.spend if line == "spending" else programmes.reach)(session, **asked)
    except Problem as problem:
        stale = problem.code == "409.9"
        return _line_form(str(programme), line, {} if stale else desks.errors_of(problem), 409 if stale else 422)
    return redirect(url_for("programmes.show", programme=programme), 303)


@bp.post("/office/programmes/<uuid:programme>/strike")
@needs(Act.WORK_PROGRAMMES)
def strike(programme: object) -> AnyResponse:
    """A line was written wrongly. If the programme changed meanwhile, nothing was: the page shows what is there."""
    line, at = request.form.get("line", ""), request.form.get("at", -1, type=int)
    with desks.office().store.office() as session:
        programmes.strike(session, **_asked(programme), line=line, at=at)
    return redirect(url_for("programmes.show", programme=programme), 303)


def _check_line(line: str) -> None:
    if line not in LINES:
        raise Problem("404.1")


def _asked(programme: object) -> dict[str, Any]:
    """Which programme, seen how, by whom and when."""
    version = request.form.get("version", 0, type=int)
    return {"desk": desks.desk(), "programme": str(programme), "version": version, "now": desks.now()}


def _typed() -> dict[str, Any]:
    single = {name: request.form.get(name, "").strip() for name in TEXTS}
    return {**single, **{name: tuple(request.form.getlist(f"{name}[]")) for name in LISTS}}


def _form(id: str | None, errors: dict[str, str], status: int) -> Response:
    """The form of one programme, or of a new one (`id` None). Stale: what was typed stays, over what is there now."""
    desk = desks.desk()
    with desks.office().store.office(reading=True) as session:
        found = programmes.find(session, desk=desk, programme=id) if id else Programme("")
        shown = _around(session)
    page = render_template(
        "office/programme_form.html",
        programme=found,
        version=_version(found, errors),
        typed=request.form if request.form else _as_typed(found),
        currencies=programmes.currencies(),
        rules=rules,
        errors=errors,
        stale=status == 409,
        **shown,
    )
    return make_response(page, status)


def _line_form(id: str, line: str, errors: dict[str, str], status: int) -> Response:
    desk = desks.desk()
    with desks.office().store.office(reading=True) as session:
        found = programmes.find(session, desk=desk, programme=id)
        shown = _around(session)
    page = render_template(
        "office/programme_line.html",
        programme=found,
        line=line,
        version=_version(found, errors),
        typed=request.form if request.form else MultiDict({"day": times.day(desks.now())}),
        rules=rules,
        errors=errors,
        stale=status == 409,
        **shown,
    )
    return make_response(page, status)


def _version(found: Programme, errors: dict[str, str]) -> int:
    """The version on the screen when the person began is the one that counts, until it is shown what changed."""
    return (request.form.get("version", type=int) if errors else None) or found.version


def _around(session: Any) -> dict[str, Any]:
    """What every page of a programme puts ids into words with."""
    desk = desks.desk()
    terms = {one.id: one for one in schooling.terms(session, desk=desk)}
    return {"places": register.place_names(session, desk=desk), "services": SERVICES, "terms": terms}


def _as_typed(found: Programme) -> MultiDict[str, str]:
    """A programme as its form would send it."""
    amount = format(Decimal(found.budget).scaleb(-programmes.digits(found.currency)), "f") if found.currency else ""
    pairs = [(name, amount if name == "budget" else str(getattr(found, name))) for name in TEXTS]
    return MultiDict([*pairs, *((f"{name}[]", code) for name in LISTS for code in getattr(found, name))])
