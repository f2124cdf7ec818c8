"""One allegation as it stands with a Member State: its steps, its clocks, what is noted by hand and taken back."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from intake.domain import matter as rules
from intake.domain.clocks import day
from intake.domain.problems import Problem
from intake.services import clocks, member_states, proceedings, verbales
from intake.web import desks
from intake.web.once import once
from intake.web.permissions import Act, needs

bp = Blueprint("proceedings", __name__)


@bp.get("/office/states/<uuid:state>/allegations/new")
@needs(Act.WORK_STATES)
def ask_new(state: object) -> Response:
    return _new(str(state), {}, 200)


@bp.post("/office/states/<uuid:state>/allegations/new")
@needs(Act.WORK_STATES)
@once
def add(state: object) -> AnyResponse:
    form, desk = request.form, desks.desk()
    try:
        received = day(form.get("received", ""), "received")
        with desks.office().store.office() as session:
            made = proceedings.open_one(
                session,
                desk=desk,
                code=member_states.find(session, desk=desk, id=str(state)).code,
                typed=form.get("typed", ""),
                received=received,
                urgent=form.get("urgent") == "yes",
                to_be_told=form.get("to_be_told") == "yes",
                now=desks.now(),
            )
    except Problem as problem:
        errors = {"typed": problem.code} if problem.code == "422.183" else desks.errors_of(problem)
        return _new(str(state), errors, 422)
    return redirect(url_for("proceedings.show", matter=made.id), 303)


def _new(state: str, errors: dict[str, str], status: int) -> Response:
    with desks.office().store.office(reading=True) as session:
        found = member_states.find(session, desk=desks.desk(), id=state)
        today = clocks.today(session, desk=desks.desk(), now=desks.now()).isoformat()
    asked = {"state": found, "today": today, "typed": request.form, "errors": errors}
    return make_response(render_template("office/proceeding_new.html", **asked), status)


@bp.get("/office/states/allegations/<uuid:matter>")
@needs(Act.SEE_STATES)
def show(matter: object) -> Response:
    return _page(str(matter), {}, 200)


@bp.post("/office/states/allegations/<uuid:matter>")
@needs(Act.WORK_STATES)
def step(matter: object) -> AnyResponse:
    """Note what happened, or, by the button beside a step, take that one back."""
    form = request.form
    asked: dict[str, Any] = {
        "desk": desks.desk(),
        "id": str(matter),
        "version": form.get("version", 0, type=int),
        "now": desks.now(),
    }
    try:
        with desks.office().store.office() as session:
            if form.get("back"):
                proceedings.take_back(session, number=form.get("back", 0, type=int), **asked)
            else:
                days = day(form.get("on", "")), day(form.get("known", ""), "known")
                said = rules.Step(form.get("kind", ""), *days, details=_details())
                proceedings.step(session, said=said, **asked)
    except Problem as problem:
        return _page(str(matter), {} if problem.code == "409.9" else desks.errors_of(problem), problem.kind.status)
    return redirect(url_for("proceedings.show", matter=matter), 303)


def _details() -> dict[str, str]:
    """What a step says besides its days: the code it asks for, and words."""
    form = request.form
    rule = rules.STEPS.get(form.get("kind", ""))
    said = {rule.code: form.get(rule.code, "")} if rule and rule.code else {}
    return {**said, "words": form.get("words", "").strip()}


def _page(id: str, errors: dict[str, str], status: int) -> Response:
    desk = desks.desk()
    with desks.office().store.office(reading=True) as session:
        found = proceedings.find(session, desk=desk, id=id)
        state = member_states.of_code(session, desk=desk, code=found.state)
        held, today = clocks.held(session, desk=desk), clocks.today(session, desk=desk, now=desks.now())
        notes = verbales.concerning(verbales.of_state(session, desk=desk, code=found.state), found)
    given: dict[str, Any] = {"today": today, "office": held.office, "lengths": held.lengths}
    there = {one.kind for one in found.standing}
    possible = [
        kind
        for kind in rules.BY_HAND
        if set(rules.STEPS[kind].after) <= there and (kind not in there or rules.STEPS[kind].again)
    ]
    page = render_template(
        "office/proceeding.html",
        matter=found,
        state=state,
        notes=notes,
        readings=list(found.readings(state=held.of_state(found.state), **given)),
        possible=possible,
        rules=rules,
        today=today.isoformat(),
        version=request.form.get("version", type=int) if errors else found.version,
        typed=request.form,
        stale=status == 409,
        errors=errors,
    )
    return make_response(page, status)
