"""Messages about one case: what must be told to whom, what was written to officers' phones, what came back."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms import Form, IntegerField, StringField, TextAreaField

from intake import words
from intake.domain.arrival import check_reason
from intake.domain.case import Case
from intake.domain.problems import Problem
from intake.domain.telling import CLAIM_STEPS, STEPS, WHO, Telling
from intake.services import answering, cases, claims, register, telling, times, translating
from intake.services.answering import Letter
from intake.web import desks
from intake.web.once import once
from intake.web.permissions import Act, needs

bp = Blueprint("answering", __name__)

# How long somebody has, and the phone keeps a message, until whoever writes says otherwise.
DUE, UNTIL = timedelta(days=7), timedelta(days=14)
# At which field a refusal is shown. What is not here concerns the whole form.
FIELDS: Mapping[str, str] = {
    "422.210": "report",
    "422.211": "report",
    "422.212": "report",
    "422.213": "step",
    "422.214": "due",
    "422.215": "day",
    "422.216": "time",
    "422.217": "claim",
    "422.218": "text",
    "422.220": "until",
    "422.221": "report",
    "422.222": "language",
    "422.223": "report",
    "403.20": "called",
    "404.3": "person",
}


class Write(Form):
    """What must be told, and the message for it: without a `report` it is only noted."""

    person = StringField()
    step = StringField()
    due = StringField()
    report = StringField()
    day = StringField()
    time = StringField()
    claim = StringField()
    text = TextAreaField()
    language = StringField()
    called = StringField()
    where = StringField()
    how = StringField()
    until = StringField()
    version = IntegerField()


class Close(Form):
    """How it came to an end without an answer from the phone."""

    outcome = StringField()
    reason = TextAreaField()
    version = IntegerField()


class Whom(Form):
    """Why one needs to know whom a message was about, and the fresh code that opens it."""

    reason = TextAreaField()
    code = StringField()
    answer = StringField()


@bp.get("/office/cases/<uuid:case>/messages")
@needs(Act.ANSWER_BACK)
def listing(case: object) -> str:
    desk = desks.desk()
    with desks.office().store.inbound() as inbound, desks.office().store.office() as session:
        register.pull(session, inbound, desk=desk, now=desks.now())
        about = cases.find(session, desk=desk, case=str(case))
        found = telling.of_case(session, desk=desk, case=str(case))
        phones = register.labels(session, desk=desk)
        reads = desks.reads(session)
        translated = translating.of_answers(session, desk=desk, tellings=found, reads=reads)
    return render_template(
        "office/messages.html",
        case=about,
        tellings=found,
        phones=phones,
        translated=translated,
        reads=reads,
        today=_today(),
    )


@bp.get("/office/cases/<uuid:case>/messages/new")
@needs(Act.ANSWER_BACK)
def ask_new(case: object) -> Response:
    return _form(str(case), None, _fresh(), {}, 200)


@bp.post("/office/cases/<uuid:case>/messages/new")
@needs(Act.ANSWER_BACK)
@once
def new(case: object) -> AnyResponse:
    """Note what must be told, and write to the phone in the same transaction unless it is only noted."""
    form, desk = Write(request.form), desks.desk()
    try:
        with desks.office().store.inbound() as inbound, desks.office().store.office() as session:
            given = {"person": form.person.data or "", "step": form.step.data or "", "due": form.due.data or ""}
            noted = telling.note(session, desk=desk, case=str(case), now=desks.now(), **given)
            if form.report.data:
                asked: dict[str, Any] = {"case": str(case), "of": noted.id, "version": noted.version}
                answering.write(session, inbound, desk=desk, letter=_letter(form), now=desks.now(), **asked)
    except Problem as problem:
        return _refused(str(case), None, form, problem)
    return redirect(url_for("answering.listing", case=case), 303)


@bp.get("/office/cases/<uuid:case>/messages/<uuid:of>/again")
@needs(Act.ANSWER_BACK)
def ask_again(case: object, of: object) -> Response:
    found = _telling(str(case), str(of))
    with desks.office().store.office(reading=True) as session:
        step = claims.step_told(session, desk=desks.desk(), telling_id=found.id)
    return _form(str(case), found, {**_fresh(), "version": found.version, "claim": step}, {}, 200)


@bp.post("/office/cases/<uuid:case>/messages/<uuid:of>/again")
@needs(Act.ANSWER_BACK)
def again(case: object, of: object) -> AnyResponse:
    form = Write(request.form)
    try:
        with desks.office().store.inbound() as inbound, desks.office().store.office() as session:
            asked: dict[str, Any] = {"case": str(case), "of": str(of), "version": form.version.data or 0}
            answering.write(session, inbound, desk=desks.desk(), letter=_letter(form), now=desks.now(), **asked)
    except Problem as problem:
        return _refused(str(case), _telling(str(case), str(of)), form, problem)
    return redirect(url_for("answering.listing", case=case), 303)


@bp.get("/office/cases/<uuid:case>/messages/<uuid:of>/end")
@needs(Act.ANSWER_BACK)
def ask_end(case: object, of: object) -> Response:
    found = _telling(str(case), str(of))
    return _end_form(str(case), found, {"version": found.version}, {}, 200)


@bp.post("/office/cases/<uuid:case>/messages/<uuid:of>/end")
@needs(Act.ANSWER_BACK)
def end(case: object, of: object) -> AnyResponse:
    form = Close(request.form)
    try:
        with desks.office().store.office() as session:
            telling.close(
                session,
                desk=desks.desk(),
                case=str(case),
                telling=str(of),
                version=form.version.data or 0,
                outcome=form.outcome.data or "",
                reason=form.reason.data or "",
                now=desks.now(),
            )
            claims.heard(session, desk=desks.desk(), telling_id=str(of), now=desks.now())
    except Problem as problem:
        fields = {"422.20": "reason", "422.213": "outcome"}
        if problem.code not in (*fields, "409.4", "422.219"):
            raise
        found = _telling(str(case), str(of))
        return _end_form(str(case), found, form.data, {fields.get(problem.code, ""): problem.code}, problem.kind.status)
    return redirect(url_for("answering.listing", case=case), 303)


@bp.get("/office/cases/<uuid:case>/messages/<uuid:of>/whom/<uuid:message>")
@needs(Act.OPEN_IDENTITY)
def ask_whom(case: object, of: object, message: object) -> Response:
    return _whom_form(str(case), str(of), str(message), {}, 200)


@bp.post("/office/cases/<uuid:case>/messages/<uuid:of>/whom/<uuid:message>")
@needs(Act.OPEN_IDENTITY)
def whom(case: object, of: object, message: object) -> Response:
    form, asked = Whom(request.form), {"case": str(case), "of": str(of), "message": str(message)}
    try:
        check_reason(form.reason.data or "")
        desk = desks.step_up("identity", form.code.data, form.answer.data)
        with desks.office().store.office() as session:
            found = answering.whom(session, desk=desk, reason=form.reason.data or "", now=desks.now(), **asked)
            about = cases.find(session, desk=desk, case=str(case))
    except Problem as problem:
        if problem.kind.status == 404:
            raise
        field = "reason" if problem.code == "422.20" else "code"
        return _whom_form(str(case), str(of), str(message), {field: problem.code}, problem.kind.status)
    page = render_template("office/message_whom.html", case=about, who=found, until=desk.step_up_until)
    return make_response(page)


def _today() -> str:
    return times.day(desks.now())


def _fresh() -> dict[str, Any]:
    """What the form begins with."""
    return {"due": times.day(desks.now() + DUE), "until": times.day(desks.now() + UNTIL)}


def _letter(form: Write) -> Letter:
    typed = {name: (value or "").strip() for name, value in form.data.items() if isinstance(value, str)}
    who = {name: typed.get(name, "") for name in WHO}
    return Letter(
        report=typed.get("report", ""),
        params={
            "day": typed.get("day", ""),
            "time": desks.latin(typed.get("time", "")),
            "step": typed.get("claim", ""),
        },
        text=typed.get("text", ""),
        language=typed.get("language", ""),
        who=who if any(who.values()) else {},
        until=typed.get("until", ""),
    )


def _telling(case: str, of: str) -> Telling:
    with desks.office().store.office(reading=True) as session:
        return telling.find(session, desk=desks.desk(), telling=of, case=case)


def _case(case: str) -> Case:
    with desks.office().store.office(reading=True) as session:
        return cases.find(session, desk=desks.desk(), case=case)


def _refused(case: str, found: Telling | None, form: Write, problem: Problem) -> Response:
    """The form again with all that was typed; what is stale shows beside it what has happened since."""
    if problem.code not in (*FIELDS, "409.4", "422.219"):
        raise problem
    return _form(case, found, form.data, {FIELDS.get(problem.code, ""): problem.code}, problem.kind.status)


def _form(case: str, found: Telling | None, typed: Mapping[str, Any], errors: dict[str, str], status: int) -> Response:
    desk = desks.desk()
    with desks.office().store.office(reading=True) as session:
        about = cases.find(session, desk=desk, case=case)
        roads = answering.roads(session, desk=desk, case=about)
    page = render_template(
        "office/message_write.html",
        case=about,
        telling=found,
        roads=roads,
        steps=STEPS,
        claim_steps=CLAIM_STEPS,
        spoken=words.languages().values(),
        typed=typed,
        errors=errors,
        today=_today(),
    )
    return make_response(page, status)


def _end_form(case: str, found: Telling, typed: Mapping[str, Any], errors: dict[str, str], status: int) -> Response:
    given = {"case": _case(case), "telling": found, "typed": typed, "errors": errors, "today": _today()}
    return make_response(render_template("office/message_end.html", **given), status)


def _whom_form(case: str, of: str, message: str, errors: dict[str, str], status: int) -> Response:
    found = _telling(case, of)
    given = {"case": _case(case), "telling": found, "message": found.message(message), "errors": errors}
    reason = request.form.get("reason", "")
    return make_response(render_template("office/message_ask_whom.html", reason=reason, **given), status)
