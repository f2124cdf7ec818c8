"""The settings that phones and forms go by: what each means, its bounds, and one page to change it."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from intake.domain import ages
from intake.domain import settings as known
from intake.domain.own_answer import USUAL_SHAPE
from intake.domain.problems import Problem
from intake.services import offer, settings
from intake.web import desks
from intake.web.permissions import Act, needs

bp = Blueprint("settings", __name__)
bp.before_request(desks.without_key)

AGES = "age-"


@bp.get("/office/offer/settings")
@needs(Act.SEE_OFFER)
def listing() -> str:
    desk = desks.desk()
    with desks.office().store.office(reading=True) as session:
        found = settings.now_set(session, office=desk.office)
        edits = offer.edits(session, desk=desk)
    return render_template(
        "office/offer/settings.html",
        numbers=known.NUMBERS,
        found=found,
        asked=known.asked(found),
        usual=known.asked(known.DEFAULTS),
        edits=edits,
    )


@bp.get("/office/offer/settings/number/<name>")
@needs(Act.EDIT_OFFER)
def ask(name: str) -> Response:
    return _form(name, None, {}, 200)


@bp.post("/office/offer/settings/number/<name>")
@needs(Act.EDIT_OFFER)
def change(name: str) -> AnyResponse:
    typed = desks.latin(request.form.get("value", "")).strip()
    told: dict[str, Any] = {"name": name, "seen": request.form.get("seen", ""), "value": _number(typed)}
    try:
        desks.writing(lambda session: settings.change(session, desk=desks.desk(), now=desks.now(), **told))
    except Problem as problem:
        if problem.code not in ("409.6", "422.270"):
            raise
        return _form(name, typed, {"value" if problem.code == "422.270" else "": problem.code}, problem.kind.status)
    return redirect(url_for("settings.listing", said="saved"), 303)


@bp.get("/office/offer/settings/ages")
@needs(Act.EDIT_OFFER)
def ask_ages() -> Response:
    return _ages(None, {}, 200)


@bp.post("/office/offer/settings/ages")
@needs(Act.EDIT_OFFER)
def change_ages() -> AnyResponse:
    chosen = {band: request.form.get(AGES + band, "") for band in ages.FIRST_YEAR}
    told: dict[str, Any] = {"chosen": chosen, "seen": request.form.get("seen", "")}
    try:
        desks.writing(lambda session: settings.change_ages(session, desk=desks.desk(), now=desks.now(), **told))
    except Problem as problem:
        if problem.code not in ("409.6", "422.271"):
            raise
        return _ages(chosen, {"": problem.code}, problem.kind.status)
    return redirect(url_for("settings.listing", said="saved"), 303)


@bp.get("/office/offer/settings/shape")
@needs(Act.EDIT_OFFER)
def ask_shape() -> Response:
    return _shape(None, {}, 200)


@bp.post("/office/offer/settings/shape")
@needs(Act.EDIT_OFFER)
def change_shape() -> AnyResponse:
    told = {"shape": request.form.get("shape", "").strip(), "seen": request.form.get("seen", "")}
    try:
        desks.writing(lambda session: settings.change_shape(session, desk=desks.desk(), now=desks.now(), **told))
    except Problem as problem:
        if problem.code not in ("409.6", "422.366"):
            raise
        errors = {"shape" if problem.code == "422.366" else "": problem.code}
        return _shape(told["shape"], errors, problem.kind.status)
    return redirect(url_for("settings.listing", said="saved"), 303)


def _number(typed: str) -> int | None:
    """A whole number as it was typed, also below zero; None for anything else."""
    digits = typed.removeprefix("-")
    return int(typed) if digits.isascii() and digits.isdigit() and len(digits) < 9 else None


def _set() -> dict[str, Any]:
    return desks.reading(lambda session: settings.now_set(session, office=desks.desk().office))


def _form(name: str, typed: str | None, errors: dict[str, str], status: int) -> Response:
    setting = known.BY_NAME.get(name)
    if setting is None:
        raise Problem("404.6")
    found = _set()
    page = render_template(
        "office/offer/setting.html",
        setting=setting,
        value=found[name],
        typed=str(found[name]) if typed is None else typed,
        seen=settings.seen_as(found, name),
        errors=errors,
    )
    return make_response(page, status)


def _shape(typed: str | None, errors: dict[str, str], status: int) -> Response:
    found = _set()
    page = render_template(
        "office/offer/shape.html",
        value=found[known.SHAPE],
        typed=found[known.SHAPE] if typed is None else typed,
        seen=settings.seen_as(found, known.SHAPE),
        usual=USUAL_SHAPE,
        errors=errors,
    )
    return make_response(page, status)


def _ages(typed: dict[str, str] | None, errors: dict[str, str], status: int) -> Response:
    found = _set()
    page = render_template(
        "office/offer/ages.html",
        asked=known.asked(found),
        typed=known.asked(found) if typed is None else typed,
        ways=list(known.ASKED),
        seen=settings.seen_as(found, *known.LISTS),
        errors=errors,
    )
    return make_response(page, status)
