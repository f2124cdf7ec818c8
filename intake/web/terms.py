"""How long a State, or the office, has for something, and which days are worked on where."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from intake.domain import clocks as rules
from intake.domain.problems import Problem
from intake.services import clocks, member_states, register, terms
from intake.services.clocks import Held
from intake.web import desks, locales
from intake.web.permissions import Act, needs

bp = Blueprint("terms", __name__)


@bp.get("/office/states/terms")
@needs(Act.SEE_STATES)
def show() -> Response:
    return _page({}, 200)


@bp.post("/office/states/terms")
@needs(Act.WORK_STATES)
def change() -> AnyResponse:
    typed = {name: request.form.get(name, "") for name in rules.BY_NAME}
    lengths = {name: int(value) if desks.latin(value).isdecimal() else value for name, value in typed.items()}
    try:
        with desks.office().store.office() as session:
            asked: dict[str, Any] = {"version": request.form.get("version", 0, type=int), "now": desks.now()}
            terms.change(session, desk=desks.desk(), how=clocks.set_lengths, lengths=lengths, **asked)
    except Problem as problem:
        return _page({} if problem.code == "409.9" else desks.errors_of(problem), problem.kind.status)
    return redirect(url_for("terms.show"), 303)


def _page(errors: dict[str, str], status: int) -> Response:
    if (missing := desks.without_key()) is not None:
        return missing
    with desks.office().store.office(reading=True) as session:
        held = clocks.held(session, desk=desks.desk())
        places = register.place_names(session, desk=desks.desk())
        states = member_states.every(session, desk=desks.desk())
    page = render_template(
        "office/state_terms.html",
        held=held,
        version=request.form.get("version", type=int) if errors else held.version,
        terms=rules.TERMS,
        typed=request.form or held.lengths,
        places=places,
        states_listed=states,
        stale=status == 409,
        errors=errors,
    )
    return make_response(page, status)


@bp.get("/office/states/terms/calendar/<of>/<id>")
@needs(Act.WORK_STATES)
def ask_calendar(of: str, id: str) -> Response:
    return _calendar(of, id, {}, 200)


@bp.post("/office/states/terms/calendar/<of>/<id>")
@needs(Act.WORK_STATES)
def change_calendar(of: str, id: str) -> AnyResponse:
    form = request.form
    try:
        weekend = [int(number) for number in form.getlist("weekend[]") if number.isdecimal()]
        calendar = rules.calendar(weekend, form.get("holidays", "").splitlines())
        with desks.office().store.office() as session:
            _named(session, of, id)
            asked: dict[str, Any] = {"version": form.get("version", 0, type=int), "now": desks.now()}
            asked |= {"of": of, "id": id, "calendar": calendar}
            terms.change(session, desk=desks.desk(), how=clocks.set_calendar, **asked)
    except Problem as problem:
        return _calendar(of, id, {} if problem.code == "409.9" else desks.errors_of(problem), problem.kind.status)
    return redirect(url_for("terms.show"), 303)


def _calendar(of: str, id: str, errors: dict[str, str], status: int) -> Response:
    with desks.office().store.office(reading=True) as session:
        held = clocks.held(session, desk=desks.desk())
        name = _named(session, of, id)
    kept = _kept(held, of, id)
    page = render_template(
        "office/calendar.html",
        of=of,
        id=id,
        name=name,
        version=request.form.get("version", type=int) if errors else held.version,
        weekend=request.form.getlist("weekend[]") if request.form else [str(one) for one in sorted(kept.weekend)],
        holidays=request.form.get("holidays", "\n".join(day.isoformat() for day in sorted(kept.holidays))),
        week=[str(number) for number in rules.WEEK],
        stale=status == 409,
        errors=errors,
    )
    return make_response(page, status)


def _kept(held: Held, of: str, id: str) -> rules.Calendar:
    if of == "places":
        return held.of_place(id)
    return held.of_state(id) if of == "states" else held.office


def _named(session: Any, of: str, id: str) -> str:
    """What a calendar is called: a place, a State, or "" for the office's own. Raises Problem 404.1."""
    if of == "places":
        places = register.place_names(session, desk=desks.desk())
        if id in places:
            return str(places[id])
    elif of == "states":
        return locales.country(member_states.of_code(session, desk=desks.desk(), code=id).code)
    elif (of, id) == ("office", "own"):
        return ""
    raise Problem("404.1")
