"""One report: open it, open names and contacts, see what it may belong to and who did what with it."""

from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from wtforms import Form, StringField, TextAreaField

from intake.domain.arrival import check_reason
from intake.domain.problems import Problem
from intake.domain.translation import REPORT, texts
from intake.services import cases, inbox, likeness, pressing, register, times, translating
from intake.store import Session
from intake.web import desks
from intake.web.permissions import Act, may, needs

bp = Blueprint("register", __name__)


class Identity(Form):
    """Why names and contacts are opened, and the fresh code that opens them."""

    reason = TextAreaField()
    code = StringField()
    answer = StringField()


@bp.get("/office/arrivals/<uuid:report>")
@needs(Act.OPEN_REPORT)
def show(report: object) -> str:
    desk = desks.desk()
    decides = may(desk.staff.roles, Act.DECIDE)
    with desks.office().store.office() as session:
        opened = register.open_report(
            session, desk=desk, report=str(report), digest=request.args.get("copy"), now=desks.now(), take=decides
        )
        links = likeness.links(session, desk=desk, reports=[str(report)])
        proposed = inbox.proposed_case(session, desk=desk, arrival=opened.arrival)
        reads, typed = desks.reads(session), texts(opened.sections)
        translated = translating.beside(session, desk=desk, id=str(report), typed=typed, reads=reads)
        colleagues = _colleagues(session) if decides else []
        answers = opened.report.answers if opened.report else {}
        cards = pressing.of_report(session, desk=desk, row=opened.row, answers=answers, now=desks.now())
    return render_template(
        "office/report.html",
        opened=opened,
        cards=cards,
        today=times.day(desks.now()),
        translated=translated,
        reads=reads,
        document=(REPORT, str(report)),
        arrival=opened.arrival,
        places=opened.places,
        links=links,
        offered=opened.row.choices,
        colleagues=colleagues,
        proposed=proposed,
        errors={},
        typed={},
    )


def _colleagues(session: Session) -> list[str]:
    """Who else may decide about reports."""
    found = cases.colleagues(session, desk=desks.desk())
    return [one.name for one in found if may(one.roles, Act.DECIDE) and one.name != desks.desk().staff.name]


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
        desk = desks.step_up("identity", form.code.data, form.answer.data)
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
        reads, typed = desks.reads(session), texts(sections)
        asked: dict[str, Any] = {"desk": desk, "id": str(report), "typed": typed, "reads": reads}
        translated = translating.beside(session, names=True, **asked)
        translating.note_lack(session, now=desks.now(), **asked)
    return make_response(
        render_template(
            "office/identity.html",
            translated=translated,
            reads=reads,
            document=(REPORT, str(report)),
            names=True,
            sections=sections,
            report=str(report),
            until=desk.step_up_until,
            reason=form.reason.data,
        )
    )


def _identity_form(report: str, errors: dict[str, str], status: int) -> Response:
    return _step_up_form("office/ask_identity.html", report, errors, status)


def _step_up_form(template: str, report: str, errors: dict[str, str], status: int) -> Response:
    """The form that asks for a reason and a fresh code, or says who holds the key."""
    desk = desks.desk()
    arrival = desks.reading(lambda session: register.find(session, desk=desk, report=report))
    holders = desks.reading(lambda session: register.identity_holders(session, desk=desk))
    page = render_template(
        template,
        arrival=arrival,
        holders=holders,
        holds=desk.staff.name in holders,
        reason=request.form.get("reason", ""),
        errors=errors,
    )
    return make_response(page, status)


@bp.get("/office/arrivals/<uuid:report>/links")
@needs(Act.SEE_LINKS)
def ask_links(report: object) -> Response:
    return _links_form(str(report), {}, 200)


@bp.post("/office/arrivals/<uuid:report>/links")
@needs(Act.SEE_LINKS)
def compare_names(report: object) -> Response:
    """What agrees with this report when names and units are compared too: inside a step-up, on record."""
    form = Identity(request.form)
    try:
        check_reason(form.reason.data or "")
    except Problem as problem:
        return _links_form(str(report), {"reason": problem.code}, 422)
    try:
        desk = desks.step_up("identity", form.code.data, form.answer.data)
    except Problem as problem:
        return _links_form(str(report), {"code": problem.code}, problem.kind.status)
    with desks.office().store.office() as session:
        cases.may_see(session, desk=desk, report=str(report))
        found = likeness.links_with_names(
            session,
            desk=desk,
            reports=[str(report)],
            about=str(report),
            reason=form.reason.data or "",
            now=desks.now(),
        )
    return make_response(
        render_template("office/links.html", report=str(report), found=found, until=desk.step_up_until)
    )


def _links_form(report: str, errors: dict[str, str], status: int) -> Response:
    return _step_up_form("office/ask_links.html", report, errors, status)


@bp.get("/office/arrivals/<uuid:report>/history")
@needs(Act.SEE_HISTORY)
def history(report: object) -> str:
    desk = desks.desk()
    arrival = desks.reading(lambda session: register.find(session, desk=desk, report=str(report)))
    lines = desks.reading(lambda session: register.history(session, desk=desk, report=str(report)))
    return render_template("office/history.html", arrival=arrival, lines=lines)
