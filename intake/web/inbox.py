"""A report that waits: who has it, and what is decided about it."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms import Form, IntegerField, StringField, TextAreaField

from intake.domain.arrival import as_of
from intake.domain.problems import Problem
from intake.services import cases, inbox, register
from intake.web import desks
from intake.web.permissions import Act, needs

bp = Blueprint("inbox", __name__)


class Decide(Form):
    """What happens with a report, and the version of it that was on the screen.

    `case` is a reference, `counts` the digest of a copy. `take` is there when a colleague has the report, and the
    person deciding takes it with the same click.
    """

    decision = StringField()
    reason = TextAreaField()
    note = TextAreaField()
    case = StringField()
    counts = StringField()
    take = StringField()
    version = IntegerField()


class Give(Form):
    """To whom a report is given, and the version of it that was on the screen."""

    name = StringField()
    version = IntegerField()


# Which field of the decision a sentence belongs to.
FIELDS = {
    "422.20": "reason",
    "422.21": "decision",
    "422.178": "decision",
    "422.179": "decision",
    "422.182": "counts",
    "422.183": "case",
    "409.5": "take",
}


@bp.get("/office/arrivals/<uuid:report>/decision")
@needs(Act.DECIDE)
def ask_decision(report: object) -> Response:
    return _decision_form(str(report), {}, 200)


@bp.post("/office/arrivals/<uuid:report>/decision")
@needs(Act.DECIDE)
def decide(report: object) -> AnyResponse:
    form, now = Decide(request.form), desks.now()
    seen: dict[str, Any] = {"desk": desks.desk(), "report": str(report), "now": now}
    try:
        with desks.office().store.office() as session:
            version = form.version.data or 0
            if form.take.data:
                version = inbox.take(session, version=version, **seen).version
            inbox.decide(
                session,
                decision=form.decision.data or "",
                reason=form.reason.data or "",
                note=form.note.data or "",
                case=form.case.data or "",
                counts=form.counts.data or "",
                version=version,
                **seen,
            )
    except Problem as problem:
        return _not_decided(str(report), form, problem)
    return redirect(url_for("inbox.decided", report=report), 303)


def _not_decided(report: str, form: Decide, problem: Problem) -> Response:
    if problem.code in FIELDS:
        return _decision_form(report, {FIELDS[problem.code]: problem.code}, problem.kind.status)
    if problem.code != "409.2":
        raise problem
    return _stale(report, form.version.data or 0, **_beside(report))


def _stale(report: str, version: int, **shown: object) -> Response:
    """Both versions, the one that was on the screen and the one that is there now; `shown` is what a decision needs."""
    with desks.office().store.office(reading=True) as session:
        arrival = register.find(session, desk=desks.desk(), report=report)
    typed = Decide(request.form).data
    both = {"seen": as_of(arrival, version), "arrival": arrival, "typed": typed, "errors": {}}
    return make_response(render_template("office/stale.html", **both, **shown, decides=bool(shown)), 409)


def _decision_form(report: str, errors: dict[str, str], status: int) -> Response:
    with desks.office().store.office(reading=True) as session:
        arrival = register.find(session, desk=desks.desk(), report=report)
    typed = Decide(request.form).data
    # The version on the screen when the person began is the one that counts, not today's.
    seen = typed["version"] if request.method == "POST" else arrival.version
    page = render_template(
        "office/decision.html", arrival=arrival, typed=typed, version=seen, errors=errors, **_beside(report)
    )
    return make_response(page, status)


def _beside(report: str) -> dict[str, object]:
    """What the form of a decision needs besides the report: who has it, what can be decided, the likely case."""
    desk = desks.desk()
    with desks.office().store.office(reading=True) as session:
        (row,) = register.rows(session, desk=desk, reports=[report], now=desks.now())
        hours = register.hold_hours(session, desk=desk)
        proposed = inbox.proposed_case(session, desk=desk, arrival=row.arrival)
    return {"holder": row.arrival.holder(desks.now(), hours), "offered": row.choices, "proposed": proposed}


@bp.post("/office/arrivals/<uuid:report>/holder")
@needs(Act.DECIDE)
def give(report: object) -> AnyResponse:
    """Take a report, or hand it to the colleague who was named."""
    form = Give(request.form)
    asked: dict[str, Any] = {"desk": desks.desk(), "report": str(report), "now": desks.now()}
    version, name = form.version.data or 0, form.name.data
    try:
        with desks.office().store.office() as session:
            if name is None:
                inbox.take(session, version=version, **asked)
            else:
                inbox.hand_over(session, name=name, version=version, **asked)
    except Problem as problem:
        if problem.code != "409.2":
            raise
        return _stale(str(report), version)
    return redirect(url_for("register.show", report=report), 303)


@bp.get("/office/arrivals/<uuid:report>/decided")
@needs(Act.DECIDE)
def decided(report: object) -> str:
    desk = desks.desk()
    with desks.office().store.office(reading=True) as session:
        arrival = register.find(session, desk=desk, report=str(report))
        case = cases.of_report(session, desk=desk, report=str(report))
    return render_template("office/decided.html", arrival=arrival, case=case)
