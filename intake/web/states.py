"""Member States: the register, one State with all that is between it and the office, its law and its focal points."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from intake import words
from intake.domain import member_state as rules
from intake.domain.arrival import check_reason
from intake.domain.clocks import Reading
from intake.domain.matter import Matter
from intake.domain.member_state import FRAME, LANGUAGES, PREVENTION, Finding, MemberState, Name
from intake.domain.problems import Problem
from intake.domain.verbale import Verbale
from intake.services import clocks, matters, member_states, verbales
from intake.services.clocks import Held
from intake.web import desks, locales
from intake.web.permissions import Act, needs

bp = Blueprint("states", __name__)

# What a refused code answers: wrong, or the person holds no such key.
CODE = ("401.4", "401.5", "403.20", "403.21")


def _codes() -> frozenset[str]:
    """The States that can be on the register."""
    return frozenset(locales.offered_countries(words.REFERENCE))


@bp.get("/office/states")
@needs(Act.SEE_STATES)
def listing() -> Response:
    return _listing({}, 200)


@bp.post("/office/states")
@needs(Act.WORK_STATES)
def add() -> AnyResponse:
    typed = {"code": request.form.get("code", ""), "language": request.form.get("language", "")}
    try:
        with desks.office().store.office() as session:
            made = member_states.add(session, desk=desks.desk(), codes=_codes(), now=desks.now(), **typed)
    except Problem as problem:
        return _listing(desks.errors_of(problem), 422)
    return redirect(url_for("states.show", state=made.id), 303)


def _listing(errors: dict[str, str], status: int) -> Response:
    if (missing := desks.without_key()) is not None:
        return missing
    desk = desks.desk()
    with desks.office().store.office(reading=True) as session:
        found = member_states.every(session, desk=desk)
        today = clocks.today(session, desk=desk, now=desks.now())
        owed = matters.owed(desk=desk, today=today) + verbales.owed(session, desk=desk, today=today)
        lines = [(state, {whose: owed[state.code, whose] for whose in ("state", "office")}) for state in found]
    page = render_template(
        "office/states.html",
        lines=sorted(lines, key=lambda line: locales.sorted_as(locales.country(line[0].code))),
        countries=locales.countries_here(),
        languages_of_letters=LANGUAGES,
        today=today.isoformat(),
        typed=request.form,
        errors=errors,
    )
    return make_response(page, status)


def _between(session: Any, state: MemberState, held: Held, today: date) -> dict[str, Any]:
    """Notes with the clock that counts, matters with all of theirs."""
    given: dict[str, Any] = {"today": today, "office": held.office, "lengths": held.lengths}
    own = held.of_state(state.code)
    notes: list[tuple[Verbale, Reading]] = [
        (note, note.reading(state=own, **given))
        for note in verbales.of_state(session, desk=desks.desk(), code=state.code)
    ]
    found: list[tuple[Matter, list[Reading]]] = [
        (one, [each for each in one.readings(state=own, **given) if each.standing != "waits"])
        for one in matters.of_state(session, desk=desks.desk(), code=state.code)
    ]
    return {"notes": notes, "matters": found}


@bp.get("/office/states/<uuid:state>")
@needs(Act.SEE_STATES)
def show(state: object) -> str:
    desk = desks.desk()
    with desks.office().store.office(reading=True) as session:
        found = member_states.find(session, desk=desk, id=str(state))
        held, today = clocks.held(session, desk=desk), clocks.today(session, desk=desk, now=desks.now())
        between = _between(session, found, held, today)
    return render_template(
        "office/state.html",
        state=found,
        calendar=held.of_state(found.code),
        own_calendar=found.code in held.states,
        today=today.isoformat(),
        frame=FRAME,
        prevention=PREVENTION,
        **between,
    )


@bp.get("/office/states/<uuid:state>/change")
@needs(Act.WORK_STATES)
def ask_change(state: object) -> Response:
    return _form(str(state), {}, 200)


@bp.post("/office/states/<uuid:state>/change")
@needs(Act.WORK_STATES)
def change(state: object) -> AnyResponse:
    form = request.form
    typed = ("answer", "by", "on", "words")
    findings = {
        name: Finding(**{part: form.get(f"{name}-{part}" if part != "answer" else name, "").strip() for part in typed})
        for name in (*FRAME, *PREVENTION)
    }
    changes = {"language": form.get("language", ""), "address": form.get("address", "").strip(), "findings": findings}
    asked: dict[str, Any] = {"version": form.get("version", 0, type=int), "codes": _codes(), "now": desks.now()}
    try:
        with desks.office().store.office() as session:
            member_states.change(session, desk=desks.desk(), id=str(state), changes=changes, **asked)
    except Problem as problem:
        return _form(str(state), {} if problem.code == "409.9" else desks.errors_of(problem), problem.kind.status)
    return redirect(url_for("states.show", state=state), 303)


def _form(id: str, errors: dict[str, str], status: int) -> Response:
    with desks.office().store.office(reading=True) as session:
        found = member_states.find(session, desk=desks.desk(), id=id)
    kept = {"language": found.language, "address": found.address}
    for name in (*FRAME, *PREVENTION):
        for part, value in vars(found.finding(name)).items():
            kept[name if part == "answer" else f"{name}-{part}"] = value
    page = render_template(
        "office/state_change.html",
        state=found,
        version=request.form.get("version", type=int) if errors else found.version,
        typed=request.form or kept,
        rules=rules,
        stale=status == 409,
        errors=errors,
    )
    return make_response(page, status)


# ---- focal points


@bp.get("/office/states/<uuid:state>/focal-point")
@needs(Act.WORK_STATES)
def ask_focal_point(state: object) -> Response:
    return _focal_point(str(state), {}, 200)


@bp.post("/office/states/<uuid:state>/focal-point")
@needs(Act.WORK_STATES)
def change_focal_point(state: object) -> AnyResponse:
    """Name a new focal point, or, by the other form, say that the last one left."""
    form = request.form
    asked: dict[str, Any] = {"id": str(state), "version": form.get("version", 0, type=int), "now": desks.now()}
    try:
        if form.get("left"):
            with desks.office().store.office() as session:
                member_states.leave(session, desk=desks.desk(), until=form.get("until", ""), **asked)
        else:
            name = Name(form.get("name", "").strip(), form.get("contact", "").strip())
            # A code is used up by trying it: what the form alone can tell comes before.
            rules.check_name(name)
            desk = desks.step_up("identity", form.get("code"), form.get("answer"))
            with desks.office().store.office() as session:
                given: dict[str, Any] = {"office": form.get("office", ""), "since": form.get("since", "")}
                member_states.appoint(session, desk=desk, name=name, **given, **asked)
    except Problem as problem:
        return _focal_point(str(state), _errors(problem), problem.kind.status)
    return redirect(url_for("states.show", state=state), 303)


def _focal_point(id: str, errors: dict[str, str], status: int) -> Response:
    with desks.office().store.office(reading=True) as session:
        found = member_states.find(session, desk=desks.desk(), id=id)
        today = clocks.today(session, desk=desks.desk(), now=desks.now()).isoformat()
    asked = {"state": found, "today": today, "typed": request.form, "stale": status == 409, "errors": errors}
    return make_response(render_template("office/focal_point.html", **asked), status)


@bp.get("/office/states/<uuid:state>/focal-point/names")
@needs(Act.OPEN_LETTERS)
def ask_names(state: object) -> Response:
    return _ask_names(str(state), {}, 200)


@bp.post("/office/states/<uuid:state>/focal-point/names")
@needs(Act.OPEN_LETTERS)
def open_names(state: object) -> Response:
    reason = request.form.get("reason", "")
    try:
        check_reason(reason)
        desk = desks.step_up("identity", request.form.get("code"), request.form.get("answer"))
        with desks.office().store.office() as session:
            found = member_states.find(session, desk=desk, id=str(state))
            names = member_states.open_names(session, desk=desk, id=str(state), reason=reason, now=desks.now())
    except Problem as problem:
        return _ask_names(str(state), _errors(problem), problem.kind.status)
    page = render_template("office/focal_names.html", state=found, names=names, until=desk.step_up_until, reason=reason)
    return make_response(page)


def _ask_names(id: str, errors: dict[str, str], status: int) -> Response:
    with desks.office().store.office(reading=True) as session:
        found = member_states.find(session, desk=desks.desk(), id=id)
    page = render_template("office/ask_focal_names.html", state=found, typed=request.form, errors=errors)
    return make_response(page, status)


def _errors(problem: Problem) -> dict[str, str]:
    """Where a form that wants a step-up shows a refusal."""
    if problem.code in CODE:
        return {"code": problem.code}
    if problem.code == "409.9":
        return {}
    return {"reason": problem.code} if problem.code == "422.20" else desks.errors_of(problem)
