"""Consents of one case: who may be told, what two people decide for a child, and from whom it must be kept."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from intake.domain import agreement
from intake.domain.case import OFFICE, PROVIDER, STAFF
from intake.domain.directory import SERVICES
from intake.domain.problems import Problem
from intake.services import cases, consents, forwarding, providers, staff, times
from intake.web import desks
from intake.web.permissions import Act, needs

bp = Blueprint("consents", __name__)

SENT = ("person", "recipient", "answer", "told", "how", "spoke", "on")


@bp.get("/office/cases/<uuid:case>/consents")
@needs(Act.SEE_HELP)
def show(case: object) -> Response:
    return _page(str(case), {}, 200)


@bp.post("/office/cases/<uuid:case>/consents")
@needs(Act.WORK_HELP)
def record(case: object) -> AnyResponse:
    word = {name: request.form.get(name, "") for name in SENT}
    try:
        with desks.office().store.office() as session:
            ended = consents.record(
                session, desk=desks.desk(), case=str(case), version=_version(), now=desks.now(), **word
            )
    except Problem as problem:
        return _refused(str(case), problem)
    return redirect(url_for("consents.show", case=case, ended=ended or None), 303)


@bp.post("/office/cases/<uuid:case>/consents/best-interests")
@needs(Act.WORK_HELP)
def ask_best_interests(case: object) -> AnyResponse:
    try:
        with desks.office().store.office() as session:
            consents.ask_best_interests(
                session,
                desk=desks.desk(),
                case=str(case),
                version=_version(),
                person=request.form.get("child", ""),
                recipient=request.form.get("whom", ""),
                reason=request.form.get("reason", ""),
                now=desks.now(),
            )
    except Problem as problem:
        return _refused(str(case), problem, {"person": "child", "recipient": "whom"})
    return redirect(url_for("consents.show", case=case), 303)


@bp.post("/office/cases/<uuid:case>/consents/best-interests/answer")
@needs(Act.WORK_HELP)
def answer_best_interests(case: object) -> AnyResponse:
    agree = request.form.get("agree") == "yes"
    try:
        with desks.office().store.office() as session:
            consents.answer_best_interests(
                session, desk=desks.desk(), case=str(case), version=_version(), agree=agree, now=desks.now()
            )
    except Problem as problem:
        return _refused(str(case), problem)
    return redirect(url_for("consents.show", case=case), 303)


@bp.post("/office/cases/<uuid:case>/kept-from")
@needs(Act.WORK_HELP)
def keep_from(case: object) -> AnyResponse:
    """Mark somebody, or take the mark away with a reason."""
    lift = request.form.get("lift", "")
    kind, details = ("not_kept_from", {"who": lift}) if lift else ("kept_from", {"who": request.form.get("who", "")})
    reason = {"reason": request.form.get("why", "")} if lift else {}
    try:
        with desks.office().store.office() as session:
            found = cases.act(
                session,
                desk=desks.desk(),
                case=str(case),
                kind=kind,
                version=request.form.get("case_version", 0, type=int),
                now=desks.now(),
                **details,
                **reason,
            )
    except Problem as problem:
        return _refused(str(case), problem, {"": "why" if lift else "who"})
    if not found.open_to(desks.desk().staff.name):
        return redirect(url_for("cases.listing"), 303)
    return redirect(url_for("consents.show", case=case, _anchor="kept"), 303)


def _version() -> int:
    return request.form.get("version", 0, type=int)


def _refused(case: str, problem: Problem, fields: dict[str, str] | None = None) -> Response:
    """The page again, with the refusal at its field (`fields` are those with another name here), or stale."""
    if problem.code == "409.4":
        return _page(case, {}, 409, stale=True)
    errors = desks.errors_of(problem)
    return _page(case, {(fields or {}).get(field, field): code for field, code in errors.items()}, 422)


def _page(case: str, errors: dict[str, str], status: int, *, stale: bool = False) -> Response:
    desk, today = desks.desk(), times.day(desks.now())
    with desks.office().store.office() as session:
        found = consents.of_case(session, desk=desk, case=case, now=desks.now())
        listed = {provider.id: provider for provider in providers.every(session, desk=desk)}
        others = forwarding.choices(session, desk=desk)
        colleagues = [one.name for one in staff.listing(session, office=desk.office) if one.state == "joined"]
    seen = _version()
    page = render_template(
        "office/consents_page.html",
        case=found.case,
        found=found,
        providers=listed,
        others=others,
        recipients=[*SERVICES, *agreement.OTHERS, *(PROVIDER + id for id in listed)],
        # Whom she can have named: colleagues, providers and other offices that bear no mark yet.
        markable=[
            who
            for who in (
                *(STAFF + name for name in colleagues),
                *(PROVIDER + id for id in listed),
                *(OFFICE + id for id in others),
            )
            if who not in found.case.kept_from
        ],
        typed=request.form if request.form else MultiDict({"spoke": desk.staff.name, "on": today}),
        version=seen if errors and seen else found.wishes.agreements.version,
        errors=errors,
        ended=request.args.get("ended", 0, type=int),
        rules=agreement,
        stale=found.wishes.agreements.as_of(seen) if stale else None,
    )
    return make_response(page, status)
