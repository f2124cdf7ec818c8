"""The duty rota: who is on duty, who was called when, and the form in which the coordinator changes it."""

from collections.abc import Mapping

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from intake import words
from intake.domain import duty as rotas
from intake.domain.problems import Problem
from intake.services import duty
from intake.web import desks
from intake.web.permissions import Act, needs

bp = Blueprint("duty", __name__)


@bp.get("/office/duty")
@needs(Act.SEE_DUTY)
def show() -> str:
    desk, now = desks.desk(), desks.now()
    with desks.office().store.office(reading=True) as session:
        return render_template(
            "office/duty.html",
            held=duty.held(session, office=desk.office),
            plan=duty.plan(session, office=desk.office, now=now),
            names=duty.names(session, office=desk.office),
            calls=duty.latest(session, office=desk.office),
        )


@bp.get("/office/duty/change")
@needs(Act.CHANGE_DUTY)
def ask() -> Response:
    held = _held()
    return _form(rotas.typed(held.rota), held.version, {}, 200)


@bp.post("/office/duty/change")
@needs(Act.CHANGE_DUTY)
def change() -> AnyResponse:
    desk, now = desks.desk(), desks.now()
    fields, seen = request.form.to_dict(), request.form.get("version", 0, type=int)
    with desks.office().store.office(reading=True) as session:
        people = duty.people(session, office=desk.office)
        today = duty.local_time(session, office=desk.office, now=now).date()
    rota, wrong = rotas.read(fields, people=people, languages=_languages(), today=today)
    if wrong:
        return _form(fields, seen, wrong, 422)
    try:
        with desks.office().store.office() as session:
            duty.save(session, desk=desk, rota=rota, seen=seen, now=now)
    except Problem as problem:
        if problem.code != "409.7":
            raise
        held = _held()
        return _form(fields, held.version, {}, 409, stale=held)
    return redirect(url_for("duty.show", said="saved"), 303)


def _held() -> duty.Held:
    with desks.office().store.office(reading=True) as session:
        return duty.held(session, office=desks.desk().office)


def _languages() -> Mapping[str, str]:
    return {one.tag: one.name for one in words.offered()}


def _form(
    fields: dict[str, str], version: int, errors: dict[str, str], status: int, stale: duty.Held | None = None
) -> Response:
    """The form as it was typed. `stale` is what a colleague has saved since; sending again replaces it."""
    with desks.office().store.office(reading=True) as session:
        people = duty.people(session, office=desks.desk().office)
    page = render_template(
        "office/duty_change.html",
        typed=fields,
        rows=rotas.rows_of(fields),
        people=people,
        offered=_languages(),
        version=version,
        errors=errors,
        stale=stale,
        changed=_changed(fields, stale) if stale else [],
    )
    return make_response(page, status)


def _changed(fields: Mapping[str, str], stale: duty.Held) -> list[tuple[str, str, str]]:
    """Field, what was typed and what is stored, where the two differ."""
    stored = rotas.typed(stale.rota)
    names = dict.fromkeys([*rotas.typed(rotas.Rota()), *stored, *fields])
    own = {name: fields.get(name, "").strip() for name in names if name not in ("csrf_token", "version")}
    return [(name, value, stored.get(name, "")) for name, value in own.items() if value != stored.get(name, "")]
