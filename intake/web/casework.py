"""What is done in a case, one small page for each step, and the case's history."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms import Form, IntegerField, StringField, TextAreaField

from intake.domain import case as case_of
from intake.domain.case import Case
from intake.domain.problems import Problem
from intake.services import cases, help, register, schooling, telling
from intake.store import Session
from intake.web import desks
from intake.web.permissions import Act, may, needs

bp = Blueprint("casework", __name__)


class Step(Form):
    """What somebody fills in for one step. Each step asks for some of these; `version` is what was on the screen."""

    owner = StringField()
    typed = StringField()
    report = StringField()
    reason = TextAreaField()
    category = StringField()
    code = StringField()
    part = StringField()
    group = StringField()
    born = StringField()
    words = TextAreaField()
    told = StringField()
    feedback = StringField()
    her_words = TextAreaField()
    version = IntegerField()

    def several(self, name: str) -> list[str]:
        """What was ticked in a list of which several can be."""
        return request.form.getlist(f"{name}[]")

    def filled(self) -> dict[str, Any]:
        """Everything as it was filled in, to be shown again."""
        return {**self.data, **{name: self.several(name) for name in ("natures", "names", "reasons")}}


def _owner(session: Session, form: Step, seen: dict[str, Any]) -> None:
    if not form.owner.data:
        raise Problem("422.185")
    cases.act(session, kind="owned", owner=form.owner.data, **seen)
    for family in (telling, schooling):
        family.hand_over(session, desk=seen["desk"], case=seen["case"], now=seen["now"])
    help.hand_over(session, desk=seen["desk"], case=seen["case"])


def _join(session: Session, form: Step, seen: dict[str, Any]) -> None:
    cases.join(session, typed=form.typed.data or "", reason=form.reason.data or "", **seen)


def _split(session: Session, form: Step, seen: dict[str, Any]) -> None:
    cases.split(session, report=form.report.data or "", reason=form.reason.data or "", **seen)


def _nature(session: Session, form: Step, seen: dict[str, Any]) -> None:
    cases.act(session, kind="nature", category=form.category.data or "", natures=form.several("natures"), **seen)


def _person(session: Session, form: Step, seen: dict[str, Any]) -> None:
    born = desks.latin(form.born.data or "").strip()
    known: dict[str, Any] = {"part": form.part.data or "", "group": form.group.data or "", "born": born}
    if form.code.data:
        cases.act(session, kind="person_changed", code=form.code.data, **known, **seen)
    else:
        cases.act(session, kind="person_added", **known, **seen)


def _name(session: Session, form: Step, seen: dict[str, Any]) -> None:
    cases.act(session, kind="closing_to_named_asked", names=form.several("names"), **seen)


def _agree(session: Session, _: Step, seen: dict[str, Any]) -> None:
    cases.act(session, kind="closed_to_named", **seen)


def _refuse(session: Session, _: Step, seen: dict[str, Any]) -> None:
    cases.act(session, kind="closing_to_named_refused", **seen)


def _close(session: Session, form: Step, seen: dict[str, Any]) -> None:
    reasons = form.several("reasons")
    # Asked, and either answer will do: a case can also end because nobody finds her.
    if reasons and form.told.data not in ("yes", "no"):
        raise Problem("422.186")
    if reasons and not form.feedback.data:
        raise Problem("422.290")
    cases.act(
        session,
        kind="closed",
        reasons=reasons,
        told_may_resume=form.told.data == "yes",
        words=form.words.data or "",
        feedback=form.feedback.data,
        her_words=form.her_words.data or "",
        **seen,
    )


def _resume(session: Session, _: Step, seen: dict[str, Any]) -> None:
    cases.act(session, kind="resumed", **seen)


STEPS: Mapping[str, Callable[[Session, Step, dict[str, Any]], None]] = {
    "owner": _owner,
    "join": _join,
    "split": _split,
    "nature": _nature,
    "person": _person,
    "named": _name,
    "agree": _agree,
    "refuse": _refuse,
    "close": _close,
    "resume": _resume,
}
# Which field a sentence belongs to; what is not here is no matter of the form.
FIELDS = {
    "422.20": "reason",
    "422.91": "owner",
    "422.171": "typed",
    "422.172": "report",
    "422.173": "category",
    "422.174": "part",
    "422.175": "names",
    "422.177": "reasons",
    "422.178": "typed",
    "422.185": "owner",
    "422.186": "told",
    "422.188": "typed",
    "422.290": "feedback",
    "422.170": "",
    "422.176": "",
    "422.187": "",
}


@bp.get("/office/cases/<uuid:case>/do/<step>")
@needs(Act.WORK_CASES)
def ask(case: object, step: str) -> Response:
    _known(step)
    found = _found(str(case))
    return _page("office/case_step.html", found, step, _begun(found, step), {}, 200)


@bp.post("/office/cases/<uuid:case>/do/<step>")
@needs(Act.WORK_CASES)
def do(case: object, step: str) -> AnyResponse:
    form, take = Step(request.form), _known(step)
    version = form.version.data or 0
    seen = {"desk": desks.desk(), "case": str(case), "version": version, "now": desks.now()}
    try:
        with desks.office().store.office() as session:
            take(session, form, seen)
    except Problem as problem:
        return _not_done(str(case), step, form, problem)
    return redirect(url_for("cases.show", case=case), 303)


def _known(step: str) -> Callable[[Session, Step, dict[str, Any]], None]:
    if step not in STEPS:
        raise Problem("404.1")
    return STEPS[step]


def _not_done(case: str, step: str, form: Step, problem: Problem) -> Response:
    found = _found(case)
    if problem.code == "409.4":
        seen = found.seen(form.version.data or 0)
        return _page("office/case_stale.html", found, step, form.filled(), {}, 409, seen=seen)
    if problem.code not in FIELDS:
        raise problem
    errors = {FIELDS[problem.code]: problem.code}
    # The version on the screen when the person began is the one that counts, not today's.
    shown = {"version": form.version.data}
    return _page("office/case_step.html", found, step, form.filled(), errors, problem.kind.status, **shown)


def _found(case: str) -> Case:
    with desks.office().store.office(reading=True) as session:
        return cases.find(session, desk=desks.desk(), case=case)


def _begun(found: Case, step: str) -> dict[str, Any]:
    """What a form begins with: what is known, or what the link to it proposes."""
    if step == "nature":
        return {"category": found.category, "natures": found.natures}
    if step == "named":
        return {"names": found.named}
    code = request.args.get("code", "")
    if step == "person" and code:
        return {**vars(found.person(code))}
    return {name: request.args.get(name, "") for name in ("typed", "report")}


def _page(
    template: str, found: Case, step: str, typed: dict[str, Any], errors: dict[str, str], status: int, **shown: object
) -> Response:
    with desks.office().store.office(reading=True) as session:
        colleagues = cases.colleagues(session, desk=desks.desk())
        proposed = _proposed(session, found) if step == "nature" else ()
    page = render_template(
        template,
        **{
            "case": found,
            "step": step,
            "typed": typed,
            "errors": errors,
            "version": found.version,
            "colleagues": [one.name for one in colleagues if may(one.roles, Act.SEE_CASES)],
            "workers": [one.name for one in colleagues if may(one.roles, Act.WORK_CASES) and found.open_to(one.name)],
            "proposed": proposed,
            "law": case_of,
            **shown,
        },
    )
    return make_response(page, status)


def _proposed(session: Session, found: Case) -> tuple[str, ...]:
    """The categories that follow from the answers of the reports of a case."""
    arrivals = [register.find(session, desk=desks.desk(), report=report) for report in found.reports]
    return tuple(dict.fromkeys(each.facts.category for each in arrivals if each.facts))


@bp.get("/office/cases/<uuid:case>/history")
@needs(Act.SEE_CASES)
def history(case: object) -> str:
    return render_template("office/case_history.html", case=_found(str(case)))
