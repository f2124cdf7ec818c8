"""School terms, and what children in a case need before each of them."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from intake.domain import programme as money
from intake.domain import schooling as rules
from intake.domain.problems import Problem
from intake.domain.schooling import NOT_NEEDED, SERVICE, Term
from intake.services import cases, programmes, register, schooling, times
from intake.web import desks
from intake.web.once import once
from intake.web.permissions import Act, needs

bp = Blueprint("schooling", __name__)

TERM_TEXTS = ("name", "place", "first", "last")
SPENDING = ("amount", "day", "payee", "to")


@bp.get("/office/terms")
@needs(Act.SEE_PROGRAMMES)
def terms() -> AnyResponse:
    desk = desks.desk()
    if (shut := desks.without_key()) is not None:
        return shut
    with desks.office().store.office(reading=True) as session:
        found = schooling.terms(session, desk=desk)
        places = register.place_names(session, desk=desk)
    return make_response(render_template("office/terms.html", terms=found, places=places, today=times.day(desks.now())))


@bp.get("/office/terms/new")
@needs(Act.WORK_PROGRAMMES)
def ask_term() -> Response:
    return _term_form(None, {}, 200)


@bp.post("/office/terms/new")
@needs(Act.WORK_PROGRAMMES)
@once
def add_term() -> AnyResponse:
    try:
        with desks.office().store.office() as session:
            schooling.add_term(session, desk=desks.desk(), now=desks.now(), **_term())
    except Problem as problem:
        return _term_form(None, desks.errors_of(problem), 422)
    return redirect(url_for("schooling.terms"), 303)


@bp.get("/office/terms/<uuid:term>")
@needs(Act.WORK_PROGRAMMES)
def show_term(term: object) -> Response:
    return _term_form(str(term), {}, 200)


@bp.post("/office/terms/<uuid:term>")
@needs(Act.WORK_PROGRAMMES)
def change_term(term: object) -> AnyResponse:
    version = request.form.get("version", 0, type=int)
    try:
        with desks.office().store.office() as session:
            schooling.change_term(session, desk=desks.desk(), id=str(term), version=version, now=desks.now(), **_term())
    except Problem as problem:
        stale = problem.code == "409.9"
        return _term_form(str(term), {} if stale else desks.errors_of(problem), 409 if stale else 422)
    return redirect(url_for("schooling.terms"), 303)


def _term() -> dict[str, Any]:
    typed = request.form.get("notice", "").strip()
    notice = int(desks.latin(typed)) if typed.isdecimal() and len(typed) < 5 else -1
    return {**{name: request.form.get(name, "").strip() for name in TERM_TEXTS}, "notice": notice}


def _term_form(id: str | None, errors: dict[str, str], status: int) -> Response:
    desk = desks.desk()
    with desks.office().store.office(reading=True) as session:
        found = schooling.term(session, desk=desk, id=id) if id else Term("")
        places = register.place_names(session, desk=desk)
    version = request.form.get("version", type=int) if errors else None
    page = render_template(
        "office/term.html",
        term=found,
        version=version or found.version,
        typed=request.form if request.form else vars(found),
        places=places,
        errors=errors,
        stale=status == 409,
    )
    return make_response(page, status)


# what children need -------------------------------------------------------------------------------------------------


@bp.get("/office/cases/<uuid:case>/schooling")
@needs(Act.SEE_HELP)
def show(case: object) -> Response:
    return _page(str(case), {}, 200)


@bp.post("/office/cases/<uuid:case>/schooling")
@needs(Act.WORK_HELP)
@once
def note(case: object) -> AnyResponse:
    typed = {name: request.form.get(name, "") for name in ("person", "place")}
    items = tuple(request.form.getlist("things[]"))
    try:
        with desks.office().store.office() as session:
            schooling.note(session, desk=desks.desk(), case=str(case), items=items, now=desks.now(), **typed)
    except Problem as problem:
        return _page(str(case), desks.errors_of(problem), 422)
    return redirect(url_for("schooling.show", case=case), 303)


@bp.get("/office/cases/<uuid:case>/schooling/<uuid:schooling>")
@needs(Act.WORK_HELP)
def ask_pay(case: object, schooling: object) -> Response:
    return _pay_form(str(case), str(schooling), {}, 200)


@bp.post("/office/cases/<uuid:case>/schooling/<uuid:schooling>")
@needs(Act.WORK_HELP)
def pay(case: object, schooling: object) -> AnyResponse:
    try:
        _pay(str(case), str(schooling))
    except Problem as problem:
        stale = problem.code == "409.9"
        return _pay_form(str(case), str(schooling), {} if stale else desks.errors_of(problem), 409 if stale else 422)
    return redirect(url_for("schooling.show", case=case), 303)


def _pay(case: str, id: str) -> None:
    """What the form says: paid, not needed this term, or, by its other button, never again."""
    version = request.form.get("version", 0, type=int)
    seen: dict[str, Any] = {"desk": desks.desk(), "case": case, "id": id, "version": version, "now": desks.now()}
    spending: dict[str, Any] = {name: request.form.get(name, "").strip() for name in SPENDING}
    with desks.office().store.office() as session:
        if request.form.get("end"):
            schooling.end(session, **seen)
            return
        schooling.pay(
            session,
            **seen,
            term_id=request.form.get("term", ""),
            items=tuple(request.form.getlist("things[]")),
            programme=request.form.get("programme", ""),
            **spending,
        )


def _page(case: str, errors: dict[str, str], status: int) -> Response:
    desk = desks.desk()
    with desks.office().store.office(reading=True) as session:
        found = cases.find(session, desk=desk, case=case)
        lines = schooling.of_case(session, desk=desk, case=case)
        places = register.place_names(session, desk=desk)
        names = {one.id: one.name for one in programmes.every(session, desk=desk)}
        any_terms = bool(schooling.terms(session, desk=desk))
    page = render_template(
        "office/schooling.html",
        case=found,
        lines=lines,
        places=places,
        names=names,
        any_terms=any_terms,
        rules=rules,
        typed=request.form,
        errors=errors,
        today=times.day(desks.now()),
    )
    return make_response(page, status)


def _pay_form(case: str, id: str, errors: dict[str, str], status: int) -> Response:
    desk, now = desks.desk(), desks.now()
    with desks.office().store.office(reading=True) as session:
        found = cases.find(session, desk=desk, case=case)
        line = schooling.find(session, desk=desk, case=case, id=id)
        place = line.schooling.place
        paying = programmes.paying(session, desk=desk, service=SERVICE, place=place, now=now)
    next_term = line.next
    first = {"term": next_term.id if next_term else "", "day": times.day(now), "payee": "school"}
    version = request.form.get("version", type=int) if errors else None
    page = render_template(
        "office/school_payment.html",
        case=found,
        line=line,
        version=version or line.schooling.version,
        payers={one.id: one for one in paying},
        names={one.id: one.name for one in line.terms},
        not_needed=NOT_NEEDED,
        payees=money.PAYEES,
        open_items=line.schooling.open_items(next_term) if next_term else (),
        typed=request.form if request.form else MultiDict(first),
        errors=errors,
        stale=status == 409,
    )
    return make_response(page, status)
