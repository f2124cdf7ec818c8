"""One report: open it, open names and contacts, decide about it, see who did what with it."""

from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms import Form, IntegerField, StringField, TextAreaField

from intake.domain.arrival import as_of, check_reason
from intake.domain.problems import Problem
from intake.services import register
from intake.store import Session
from intake.web import desks
from intake.web.permissions import Act, needs

bp = Blueprint("register", __name__)

Found = TypeVar("Found")


class Identity(Form):
    """Why names and contacts are opened, and the fresh code that opens them."""

    reason = TextAreaField()
    code = StringField()


class Decide(Form):
    """What happens with a report, and the version of it that was on the screen."""

    decision = StringField()
    reason = TextAreaField()
    note = TextAreaField()
    version = IntegerField()


def _reading(do: Callable[[Session], Found]) -> Found:
    with desks.office().store.office(reading=True) as session:
        return do(session)


@bp.get("/office/arrivals/<uuid:report>")
@needs(Act.OPEN_REPORT)
def show(report: object) -> str:
    with desks.office().store.office() as session:
        opened = register.open_report(
            session, desk=desks.desk(), report=str(report), digest=request.args.get("copy"), now=desks.now()
        )
    return render_template(
        "office/report.html", opened=opened, arrival=opened.arrival, places=opened.places, errors={}, typed={}
    )


@bp.get("/office/arrivals/<uuid:report>/identity")
@needs(Act.OPEN_IDENTITY)
def ask_identity(report: object) -> Response:
    return _identity_form(str(report), {}, 200)


@bp.post("/office/arrivals/<uuid:report>/identity")
@needs(Act.OPEN_IDENTITY)
def open_identity(report: object) -> Response:
    form = Identity(request.form)
    try:
        check_reason(form.reason.data or "")
    except Problem as problem:
        return _identity_form(str(report), {"reason": problem.code}, 422)
    try:
        desk = desks.stepped_up(form.code.data or "")
    except Problem as problem:
        return _identity_form(str(report), {"code": problem.code}, problem.kind.status)
    with desks.office().store.office() as session:
        sections = register.open_identity(
            session,
            desk=desk,
            report=str(report),
            digest=request.args.get("copy"),
            reason=form.reason.data or "",
            now=desks.now(),
        )
    return make_response(
        render_template(
            "office/identity.html",
            sections=sections,
            report=str(report),
            until=desk.step_up_until,
            reason=form.reason.data,
        )
    )


def _identity_form(report: str, errors: dict[str, str], status: int) -> Response:
    desk = desks.desk()
    arrival = _reading(lambda session: register.find(session, desk=desk, report=report))
    holders = _reading(lambda session: register.identity_holders(session, desk=desk))
    page = render_template(
        "office/ask_identity.html",
        arrival=arrival,
        holders=holders,
        holds=desk.staff.name in holders,
        reason=request.form.get("reason", ""),
        errors=errors,
    )
    return make_response(page, status)


@bp.get("/office/arrivals/<uuid:report>/decision")
@needs(Act.DECIDE)
def ask_decision(report: object) -> Response:
    return _decision_form(str(report), {}, 200)


@bp.post("/office/arrivals/<uuid:report>/decision")
@needs(Act.DECIDE)
def decide(report: object) -> AnyResponse:
    form = Decide(request.form)
    try:
        with desks.office().store.office() as session:
            register.decide(
                session,
                desk=desks.desk(),
                report=str(report),
                decision=form.decision.data or "",
                reason=form.reason.data or "",
                note=form.note.data or "",
                version=form.version.data or 0,
                now=desks.now(),
            )
    except Problem as problem:
        return _not_decided(str(report), form, problem)
    return redirect(url_for("register.decided", report=report), 303)


def _not_decided(report: str, form: Decide, problem: Problem) -> Response:
    if problem.code in ("422.20", "422.21"):
        return _decision_form(report, {"reason" if problem.code == "422.20" else "decision": problem.code}, 422)
    if problem.code != "409.2":
        raise problem
    arrival = _reading(lambda session: register.find(session, desk=desks.desk(), report=report))
    seen = as_of(arrival, form.version.data or 0)
    return make_response(
        render_template("office/stale.html", seen=seen, arrival=arrival, typed=form.data, errors={}), 409
    )


def _decision_form(report: str, errors: dict[str, str], status: int) -> Response:
    arrival = _reading(lambda session: register.find(session, desk=desks.desk(), report=report))
    typed = Decide(request.form).data
    # The version on the screen when the person began is the one that counts, not today's.
    seen = typed["version"] if request.method == "POST" else arrival.version
    page = render_template("office/decision.html", arrival=arrival, typed=typed, version=seen, errors=errors)
    return make_response(page, status)


@bp.get("/office/arrivals/<uuid:report>/decided")
@needs(Act.DECIDE)
def decided(report: object) -> str:
    arrival = _reading(lambda session: register.find(session, desk=desks.desk(), report=str(report)))
    return render_template("office/decided.html", arrival=arrival)


@bp.get("/office/arrivals/<uuid:report>/history")
@needs(Act.SEE_HISTORY)
def history(report: object) -> str:
    desk = desks.desk()
    arrival = _reading(lambda session: register.find(session, desk=desk, report=str(report)))
    lines = _reading(lambda session: register.history(session, desk=desk, report=str(report)))
    return render_template("office/history.html", arrival=arrival, lines=lines)
