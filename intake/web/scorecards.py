"""Scorecards: made, looked at beside each other and over time, shown to the States first, and then shared."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from intake.domain.clocks import day
from intake.domain.problems import Problem
from intake.domain.scorecard import CRITERIA, Figure, Scorecard
from intake.services import clocks, member_states, scorecards
from intake.store.office import offices
from intake.web import committee, desks, locales
from intake.web.charts import Chart, Series
from intake.web.locales import gettext
from intake.web.once import once
from intake.web.permissions import Act, needs

bp = Blueprint("scorecards", __name__)


@bp.get("/office/scorecards")
@needs(Act.SEE_SCORECARDS)
def listing() -> Response:
    return _listing({}, 200)


@bp.post("/office/scorecards")
@needs(Act.MAKE_SCORECARDS)
@once
def make() -> AnyResponse:
    try:
        with desks.office().store.office() as session:
            codes = request.form.getlist("codes")
            made = scorecards.make(session, desk=desks.desk(), codes=codes, now=desks.now())
    except Problem as problem:
        return _listing(desks.errors_of(problem), 422)
    return redirect(url_for("scorecards.show", card=made.id), 303)


def _listing(errors: dict[str, str], status: int) -> Response:
    if (missing := desks.without_key()) is not None:
        return missing
    with desks.office().store.office(reading=True) as session:
        found = scorecards.every(session, desk=desks.desk())
        states = member_states.every(session, desk=desks.desk())
    asked = {"cards": found, "states": states, "chosen": request.form.getlist("codes"), "errors": errors}
    return make_response(render_template("office/scorecards.html", **asked), status)


@bp.get("/office/scorecards/method")
@needs(Act.SEE_SCORECARDS)
def method() -> Response:
    return _method({}, 200)


@bp.post("/office/scorecards/method")
@needs(Act.MAKE_SCORECARDS)
def change_method() -> AnyResponse:
    form = request.form
    typed = {
        name: {one.id: _number(form.get(f"{name}-{one.id}", "")) for one in CRITERIA} for name in ("weight", "target")
    }
    try:
        with desks.office().store.office() as session:
            asked: dict[str, Any] = {"number": form.get("version", 0, type=int), "now": desks.now()}
            given = {"weights": typed["weight"], "targets": typed["target"], "why": form.get("why", "")}
            scorecards.change_method(session, desk=desks.desk(), **given, **asked)  # type: ignore[arg-type]
    except Problem as problem:
        errors = {} if problem.code == "409.9" else {str(problem.params.get("field", "why")): problem.code}
        return _method(errors, problem.kind.status)
    return redirect(url_for("scorecards.method"), 303)


def _number(typed: str) -> int | str:
    plain = desks.latin(typed.strip())
    return int(plain) if plain.isdecimal() else typed


def _method(errors: dict[str, str], status: int) -> Response:
    if (missing := desks.without_key()) is not None:
        return missing
    with desks.office().store.office(reading=True) as session:
        every = scorecards.methods(session, desk=desks.desk())
    page = render_template(
        "office/method.html",
        method=every[-1],
        earlier=every[-2::-1],
        version=request.form.get("version", type=int) if errors else every[-1].number,
        criteria=CRITERIA,
        typed=request.form,
        stale=status == 409,
        errors=errors,
    )
    return make_response(page, status)


@bp.get("/office/scorecards/<uuid:card>")
@needs(Act.SEE_SCORECARDS)
def show(card: object) -> Response:
    return _page(str(card), {}, 200)


@bp.post("/office/scorecards/<uuid:card>/states/<code>")
@needs(Act.MAKE_SCORECARDS)
def hear(card: object, code: str) -> AnyResponse:
    """A State was asked what it says to its figures, or said it."""
    form = request.form
    asked: dict[str, Any] = {"id": str(card), "version": form.get("version", 0, type=int), "state": code}
    try:
        on = day(form.get(f"on-{code}", ""))
        with desks.office().store.office() as session:
            given: dict[str, Any] = {"desk": desks.desk(), "on": on, "now": desks.now()}
            if form.get("said"):
                scorecards.reply(session, words=form.get(f"words-{code}", ""), **given, **asked)
            else:
                scorecards.ask(session, **given, **asked)
    except Problem as problem:
        errors = {f"{name}-{code}": found for name, found in _errors(problem).items()}
        return _page(str(card), errors, problem.kind.status)
    return redirect(url_for("scorecards.show", card=card), 303)


@bp.post("/office/scorecards/<uuid:card>/share")
@needs(Act.MAKE_SCORECARDS)
def share(card: object) -> AnyResponse:
    """The paper for a committee, once every State in it had its say; to whom it goes is on record."""
    form, desk = request.form, desks.desk()
    try:
        with desks.office().store.office() as session:
            asked: dict[str, Any] = {"version": form.get("version", 0, type=int), "now": desks.now()}
            found = scorecards.share(session, desk=desk, id=str(card), to=form.get("to", ""), **asked)
            office = offices.get(session, desk.office)
    except Problem as problem:
        return _page(
            str(card), {"to": problem.code} if problem.code == "409.15" else _errors(problem), problem.kind.status
        )
    paper = committee.compose(found, office=office.name if office else "", made=desks.now())
    return Response(paper, mimetype="application/pdf", headers={"Content-Disposition": "inline"})


def _errors(problem: Problem) -> dict[str, str]:
    return {} if problem.code == "409.9" else desks.errors_of(problem)


def _page(id: str, errors: dict[str, str], status: int) -> Response:
    if (missing := desks.without_key()) is not None:
        return missing
    with desks.office().store.office(reading=True) as session:
        found = scorecards.find(session, desk=desks.desk(), id=id)
        today = clocks.today(session, desk=desks.desk(), now=desks.now())
    names = {code: locales.country(code) for code in found.states}
    page = render_template(
        "office/scorecard.html",
        card=found,
        last={code: each[-1] for code, each in found.cards.items()},
        names=names,
        today=today,
        criteria=CRITERIA,
        charts=[_over_time(found, names), *_by_criterion(found, names)],
        percent=percent,
        between=between,
        stale=status == 409 and not errors,
        typed=request.form,
        errors=errors,
    )
    return make_response(page, status)


def percent(value: float | None) -> str:
    """A share as it is written; nothing where there are too few cases."""
    return "" if value is None else f"{round(value * 100)} %"


def between(found: Figure) -> str:
    """The interval of a figure, both ends as percent."""
    return "" if found.low is None or found.high is None else f"{round(found.low * 100)}–{round(found.high * 100)} %"


# Charts have at most six series, so that each can be told apart.
MOST = 6


def _over_time(card: Scorecard, names: dict[str, str]) -> Chart:
    days = [each.day for each in next(iter(card.cards.values()))]
    series = [
        Series(names[code], tuple(None if each.score is None else round(each.score) for each in over_time))
        for code, over_time in list(card.cards.items())[:MOST]
    ]
    return Chart(
        id="over-time",
        kind="line",
        title=gettext("Score over time"),
        says=gettext("The score of each State at the ends of the last quarters and on the day of the scorecard."),
        of=gettext("Day"),
        rows=tuple(locales.days(one) for one in days),
        series=tuple(series),
        hidden=gettext("not enough cases"),
    )


def _by_criterion(card: Scorecard, names: dict[str, str]) -> list[Chart]:
    """One chart for each half of the criteria, States side by side."""
    last = {code: each[-1] for code, each in list(card.cards.items())[:MOST]}
    halves = (
        (gettext("Allegations and notes, in percent"), [one.id for one in CRITERIA if one.id.startswith("A")]),
        (gettext("Claims, law and prevention, in percent"), [one.id for one in CRITERIA if not one.id.startswith("A")]),
    )
    return [
        Chart(
            id=f"criteria-{number}",
            kind="grouped",
            title=title,
            says=gettext("For each criterion, the share that each State reached."),
            of=gettext("Criterion"),
            rows=tuple(ids),
            series=tuple(
                Series(
                    names[code],
                    tuple(None if (value := one.figure(id).value) is None else round(value * 100) for id in ids),
                )
                for code, one in last.items()
            ),
            hidden=gettext("not enough cases"),
        )
        for number, (title, ids) in enumerate(halves, 1)
    ]
