"""Women and men: whether a wish for one of them was met, and how many of those who listen are women. Counts alone."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from intake.domain import gender as rules
from intake.domain.problems import Problem
from intake.services import gender, times
from intake.web import desks
from intake.web.permissions import Act, needs

bp = Blueprint("gender", __name__)
bp.before_request(desks.without_key)


@bp.get("/office/women-and-men")
@needs(Act.SEE_GENDER)
def show() -> Response:
    return _page({}, 200)


@bp.post("/office/women-and-men")
@needs(Act.COUNT_PEOPLE)
def count() -> AnyResponse:
    numbers = {name: _number(desks.latin(request.form.get(name, "").strip())) for name in rules.NUMBERS}
    day = request.form.get("day", "")
    try:
        desks.writing(lambda at: gender.count(at, desk=desks.desk(), day=day, numbers=numbers, now=desks.now()))
    except Problem as problem:
        return _page(desks.errors_of(problem), 422)
    return redirect(url_for("gender.show"), 303)


def _number(typed: str) -> int:
    """What was typed, below zero for what is no number."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 8 else -1


def _page(errors: dict[str, str], status: int) -> Response:
    desk = desks.desk()
    with desks.office().store.office(reading=True) as session:
        wishes = gender.wishes(session, desk=desk)
        counted = gender.counted(session, desk=desk)
    page = render_template(
        "office/gender.html",
        wishes=wishes,
        counted=[(one, rules.women(one)) for one in counted],
        few=rules.FEW,
        typed=request.form if errors else MultiDict({"day": times.day(desks.now())}),
        errors=errors,
    )
    return make_response(page, status)
