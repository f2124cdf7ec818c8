"""Claims between offices: forwarding one, what waits, what came from others, and what became of each."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from intake.domain import agreement
from intake.domain.forwarding import GROUPS, HER, KIND
from intake.domain.problems import Problem
from intake.services import claims, forwarding, times
from intake.services.find import Query
from intake.web import desks
from intake.web.permissions import Act, needs

bp = Blueprint("forwarding", __name__)

PAGE = 50
CODE = ("401.4", "401.5", "403.20", "403.21")
STALE = ("409.13", "409.26")
WORD = ("how", "on", "spoke")


@bp.get("/office/claims/forwarded")
@needs(Act.FORWARD_CLAIMS)
def listing() -> Response:
    desk, finder = desks.desk(), desks.office().finder
    if desk.work is None:
        return make_response(render_template("office/no_key.html"))
    counts = {one: finder.count(desk, Query(desk.staff.name, kind=KIND, state=one)) for one in GROUPS}
    first = next((one for one, count in counts.items() if count), GROUPS[0])
    chosen = request.args.get("show", "")
    group, page = chosen if chosen in GROUPS else first, desks.page()
    asked = Query(desk.staff.name, kind=KIND, state=group)
    found = finder.find(desk, asked, limit=PAGE, offset=(page - 1) * PAGE)
    with desks.office().store.office(reading=True) as session:
        answer = render_template(
            "office/forwarded.html",
            lines=forwarding.lines(session, desk=desk, claims=[one.id for one in found]),
            counts=counts,
            group=group,
            page=page,
            more=counts[group] > page * PAGE,
            others=forwarding.choices(session, desk=desk),
            refused=forwarding.refused(session, desk=desk),
            unnamed=forwarding.unnamed(session, desk=desk),
            today=claims.today(session, desk=desk, now=desks.now()),
        )
    return make_response(answer)


@bp.get("/office/claims/<uuid:claim>/forwarding")
@needs(Act.FORWARD_CLAIMS)
def show(claim: object) -> Response:
    return _page(str(claim), {}, 200)


@bp.post("/office/claims/<uuid:claim>/forwarding")
@needs(Act.FORWARD_CLAIMS)
def step(claim: object) -> AnyResponse:
    """One of the steps that `_do` knows; what is refused is shown where it was typed."""
    try:
        done = _do(str(claim), request.form.get("step", ""))
    except Problem as problem:
        if problem.code in CODE:
            return _page(str(claim), {"code": problem.code}, problem.kind.status)
        if problem.code in STALE:
            return _page(str(claim), {"": problem.code}, 409)
        return _page(str(claim), desks.errors_of(problem), 422)
    return redirect(done, 303)


def _do(claim: str, kind: str) -> str:
    """Do it, and say where to go then. Raises Problem 404.1 for no such step, and what each asks for."""
    asked: dict[str, Any] = {"claim": claim, "now": desks.now()}
    word: dict[str, Any] = {name: request.form.get(name, "").strip() for name in WORD}
    store = desks.office().store
    here = url_for("forwarding.show", claim=claim)
    if kind == "forward":
        if not request.form.get("to"):
            raise Problem("422.40", field="to")
        desk = desks.step_up("identity", request.form.get("code"), request.form.get("answer"))
        asked |= {"version": request.form.get("version", 0, type=int), "to": request.form["to"], **word}
        with store.inbound() as inbound, store.office() as session:
            checked = "checked" in request.form
            forwarding.forward(session, inbound, desk=desk, checked=checked, **asked)
        return here
    with store.office() as session:
        if kind == "agree":
            forwarding.agree(session, desk=desks.desk(), **asked, **word)
        elif kind == "end":
            forwarding.end(session, desk=desks.desk(), on=word["on"], **asked)
        elif kind == "accept":
            forwarding.accept(session, desk=desks.desk(), **asked)
            return url_for("claims.show", claim=claim)
        elif kind == "send_back":
            forwarding.send_back(session, desk=desks.desk(), why=request.form.get("why", ""), **asked)
        else:
            raise Problem("404.1")
    return here


def _page(claim: str, errors: dict[str, str], status: int) -> Response:
    desk = desks.desk()
    if desk.work is None:
        return make_response(render_template("office/no_key.html"), status)
    with desks.office().store.office(reading=True) as session:
        line = forwarding.line(session, desk=desk, claim=claim)
        made = line.made if line else None
        found = line.claim if line else claims.find(session, desk=desk, claim=claim)
        free = made is None or (made.side == HER and made.state in ("sent_back", "ended"))
        kept = forwarding.kept_from(session, desk=desk, claim=found) if free and found else ()
        page = render_template(
            "office/forwarding.html",
            made=made,
            claim=found,
            held_back=line is not None and line.held_back,
            id=claim,
            free=free,
            kept_from=kept,
            others=forwarding.choices(session, desk=desk),
            today=claims.today(session, desk=desk, now=desks.now()),
            rules=agreement,
            typed=request.form if request.form else {"on": times.day(desks.now()), "spoke": desk.staff.name},
            tried=request.form.get("step", ""),
            errors=errors,
        )
    return make_response(page, status)
