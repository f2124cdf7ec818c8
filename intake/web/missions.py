"""DNA missions: the plan, the list, and a page for the day that works on a small screen and on paper."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from intake.domain.dna_mission import TEXTS
from intake.domain.problems import Problem
from intake.services import claims, missions
from intake.web import desks
from intake.web.once import once
from intake.web.permissions import Act, needs

bp = Blueprint("missions", __name__)

STALE = "409.14"


@bp.get("/office/missions")
@needs(Act.SEE_CLAIMS)
def listing() -> Response:
    desk = desks.desk()
    if desk.work is None:
        return make_response(render_template("office/no_key.html"))
    with desks.office().store.office(reading=True) as session:
        found = missions.every(session, desk=desk)
        today = claims.today(session, desk=desk, now=desks.now())
    return make_response(render_template("office/missions.html", missions=found, today=today))


@bp.get("/office/missions/new")
@needs(Act.WORK_CLAIMS)
def ask_new() -> Response:
    return _plan_form("", {"version": "0"}, {}, 200)


@bp.post("/office/missions/new")
@needs(Act.WORK_CLAIMS)
@once
def new() -> AnyResponse:
    return _plan("")


@bp.get("/office/missions/<uuid:mission>/plan")
@needs(Act.WORK_CLAIMS)
def ask_plan(mission: object) -> Response:
    with desks.office().store.office(reading=True) as session:
        found = missions.find(session, desk=desks.desk(), mission=str(mission))
    begun = {"begins": found.begins, "ends": found.ends, "version": str(found.version), **found.texts}
    return _plan_form(found.id, begun, {}, 200)


@bp.post("/office/missions/<uuid:mission>/plan")
@needs(Act.WORK_CLAIMS)
def plan(mission: object) -> AnyResponse:
    return _plan(str(mission))


@bp.get("/office/missions/<uuid:mission>")
@needs(Act.SEE_CLAIMS)
def show(mission: object) -> Response:
    return _page(str(mission), {}, 200)


@bp.post("/office/missions/<uuid:mission>")
@needs(Act.WORK_CLAIMS)
def do(mission: object) -> AnyResponse:
    """A claim put on the list or taken off it, or somebody who came."""
    typed = {name: value.strip() for name, value in request.form.items()}
    asked: dict[str, Any] = {"mission": str(mission), "version": request.form.get("version", 0, type=int)}
    claim, whose = typed.get("claim", ""), typed.get("whose", "")
    try:
        with desks.office().store.office() as session:
            given: dict[str, Any] = {"desk": desks.desk(), "now": desks.now(), **asked}
            if whose:
                sample = {name: typed.get(name, "") for name in ("kit", "seal", "collector")}
                missions.met(session, claim=claim, whose=whose, came=typed.get("came", ""), sample=sample, **given)
            elif claim:
                missions.strike(session, claim=claim, **given)
            else:
                missions.enlist(session, typed=desks.latin(typed.get("typed", "")), **given)
    except Problem as problem:
        if problem.code == STALE:
            return _page(str(mission), {"": STALE}, 409)
        errors = desks.errors_of(problem)
        if whose:
            # The form of one person among many: its fields bear that person's name.
            errors = {f"p-{claim}-{whose}-{field or 'came'}": code for field, code in errors.items()}
        return _page(str(mission), errors, 422)
    return redirect(url_for("missions.show", mission=mission, _anchor=f"c-{claim}" if whose else None), 303)


def _plan(mission: str) -> AnyResponse:
    typed = {name: value.strip() for name, value in request.form.items()}
    try:
        with desks.office().store.office() as session:
            made = missions.plan(
                session,
                desk=desks.desk(),
                begins=typed.get("begins", ""),
                ends=typed.get("ends", ""),
                texts={name: typed.get(name, "") for name in TEXTS},
                mission=mission,
                version=request.form.get("version", 0, type=int),
                now=desks.now(),
            )
    except Problem as problem:
        errors = {"": STALE} if problem.code == STALE else desks.errors_of(problem)
        return _plan_form(mission, typed, errors, problem.kind.status)
    return redirect(url_for("missions.show", mission=made.id), 303)


def _plan_form(mission: str, typed: Mapping[str, str], errors: dict[str, str], status: int) -> Response:
    page = render_template("office/mission_plan.html", mission=mission, typed=typed, errors=errors, texts=TEXTS)
    return make_response(page, status)


def _page(mission: str, errors: dict[str, str], status: int) -> Response:
    desk = desks.desk()
    with desks.office().store.office(reading=True) as session:
        found = missions.find(session, desk=desk, mission=mission)
        expected = missions.expected(session, desk=desk, mission=found, now=desks.now())
        today = claims.today(session, desk=desk, now=desks.now())
    page = render_template(
        "office/mission.html",
        mission=found,
        expected=expected,
        texts=TEXTS,
        typed=request.form,
        errors=errors,
        today=today,
    )
    return make_response(page, status)
