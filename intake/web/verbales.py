"""Notes verbales: one note about many claims or allegations, its letters, and one answer recorded against many."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from intake.domain import verbale as rules
from intake.domain.arrival import check_reason
from intake.domain.claim import Claim
from intake.domain.clocks import day
from intake.domain.matter import Sort
from intake.domain.member_state import LANGUAGES, MemberState
from intake.domain.problems import Problem
from intake.domain.verbale import Step, Verbale
from intake.services import claims, clocks, matters, member_states, verbales
from intake.services.desk import Desk
from intake.store.office import offices
from intake.web import desks, letters
from intake.web.letters import Line
from intake.web.once import once
from intake.web.permissions import Act, needs

bp = Blueprint("verbales", __name__)

CODE = ("401.4", "401.5", "403.20", "403.21")
# What is written down by hand once a note has gone out; answers and letters have forms of their own.
BY_HAND = ("acknowledged", "reminded", "asked_us", "we_gave", "closed")


@bp.get("/office/states/<uuid:state>/notes/<sort>")
@needs(Act.WORK_STATES)
def ask_new(state: object, sort: str) -> Response:
    return _new(str(state), _sort(sort), {}, 200)


@bp.post("/office/states/<uuid:state>/notes/<sort>")
@needs(Act.WORK_STATES)
@once
def draft(state: object, sort: str) -> AnyResponse:
    form, desk = request.form, desks.desk()
    try:
        with desks.office().store.office() as session:
            made = verbales.draft(
                session,
                desk=desk,
                code=member_states.find(session, desk=desk, id=str(state)).code,
                subject=form.get("subject", ""),
                language=form.get("language", ""),
                items=form.getlist("items"),
                now=desks.now(),
            )
    except Problem as problem:
        return _new(str(state), _sort(sort), desks.errors_of(problem), 422)
    return redirect(url_for("verbales.show", note=made.id), 303)


def _sort(typed: str) -> Sort:
    """Raises Problem 404.1."""
    if typed == "claim":
        return "claim"
    if typed == "allegation":
        return "allegation"
    raise Problem("404.1")


def _new(state: str, sort: Sort, errors: dict[str, str], status: int) -> Response:
    desk = desks.desk()
    with desks.office().store.office(reading=True) as session:
        found = member_states.find(session, desk=desk, id=state)
        every = [one for one in matters.of_state(session, desk=desk, code=found.code) if one.sort == sort]
    page = render_template(
        "office/verbale_new.html",
        state=found,
        sort=sort,
        matters=every,
        subjects=rules.SUBJECTS[sort],
        tags=LANGUAGES,
        typed=request.form,
        chosen=request.form.getlist("items") if request.form else [one.id for one in every if not one.day("referred")],
        errors=errors,
    )
    return make_response(page, status)


@bp.get("/office/states/notes/<uuid:note>")
@needs(Act.SEE_STATES)
def show(note: object) -> Response:
    return _page(str(note), {}, 200)


@bp.post("/office/states/notes/<uuid:note>")
@needs(Act.WORK_STATES)
def step(note: object) -> AnyResponse:
    form = request.form
    kind = form.get("kind", "")
    details: dict[str, Any] = {"words": form.get("words", "").strip()}
    if kind == "answered":
        details |= {"items": form.getlist("items"), "answer": form.get("answer", "")}
    try:
        known = day(form.get("known", "") or form.get("on", ""), "known")
        said = Step(kind, day(form.get("on", "")), known, details=details)
        with desks.office().store.office() as session:
            asked: dict[str, Any] = {"version": form.get("version", 0, type=int), "now": desks.now()}
            verbales.step(session, desk=desks.desk(), id=str(note), said=said, **asked)
    except Problem as problem:
        return _page(str(note), {} if problem.code == "409.9" else desks.errors_of(problem), problem.kind.status)
    return redirect(url_for("verbales.show", note=note), 303)


def _page(id: str, errors: dict[str, str], status: int) -> Response:
    desk = desks.desk()
    with desks.office().store.office(reading=True) as session:
        found = verbales.find(session, desk=desk, id=id)
        state = member_states.of_code(session, desk=desk, code=found.state)
        held, today = clocks.held(session, desk=desk), clocks.today(session, desk=desk, now=desks.now())
    given: dict[str, Any] = {"today": today, "office": held.office, "lengths": held.lengths}
    page = render_template(
        "office/verbale.html",
        note=found,
        state=state,
        reading=found.reading(state=held.of_state(found.state), **given),
        by_hand=[kind for kind in BY_HAND if _possible(found, kind)],
        answers=rules.ANSWERS[found.sort],
        today=today.isoformat(),
        version=request.form.get("version", type=int) if errors else found.version,
        typed=request.form,
        chosen=request.form.getlist("items") if request.form else [item.id for item in found.open_items],
        stale=status == 409,
        errors=errors,
    )
    return make_response(page, status)


def _possible(note: Verbale, kind: str) -> bool:
    """Whether a step can be written down now."""
    waiting = bool(note.pauses) and note.pauses[-1].until is None
    fits = {
        "acknowledged": note.first("acknowledged") is None,
        "reminded": note.waits,
        "asked_us": note.waits and not waiting,
        "we_gave": waiting,
        "closed": True,
    }
    return note.standing in ("sent", "part_answered", "answered") and fits[kind]


# ---- letters


@bp.get("/office/states/notes/<uuid:note>/letter/<kind>")
@needs(Act.OPEN_LETTERS)
def ask_letter(note: object, kind: str) -> Response:
    return _letter(str(note), kind, {}, 200)


@bp.post("/office/states/notes/<uuid:note>/letter/<kind>")
@needs(Act.OPEN_LETTERS)
def make_letter(note: object, kind: str) -> AnyResponse:
    try:
        desk = desks.step_up("identity", request.form.get("code"), request.form.get("answer"))
        with desks.office().store.office() as session:
            found = verbales.find(session, desk=desk, id=str(note))
            named = "names" in request.form
            if named:
                check_reason(request.form.get("reason", ""))
            pdf = _written(session, desk, found, kind, _names(session, desk, found) if named else {})
            asked: dict[str, Any] = {"version": request.form.get("version", 0, type=int), "now": desks.now()}
            verbales.keep_letter(session, desk=desk, id=found.id, kind=kind, pdf=pdf, **asked)
    except Problem as problem:
        return _letter(str(note), kind, _errors(problem), problem.kind.status)
    return redirect(url_for("verbales.show", note=note), 303)


def _names(session: Any, desk: Desk, note: Verbale) -> dict[str, str]:
    """The names of those who agreed to be named to this State, by the items they belong to; each opened on record."""
    found = {}
    for item, claim in _named(session, desk, note).items():
        reason = request.form.get("reason", "")
        people = claims.names(session, desk=desk, claim=claim.id, reason=reason, now=desks.now())
        found[item] = people.get(claim.claimant, {}).get("name", "")
    return found


def _named(session: Any, desk: Desk, note: Verbale) -> dict[str, Claim]:
    """The claims of a note whose claimant may be named to the State, by the items they are."""
    if note.sort != "claim":
        return {}
    today = claims.today(session, desk=desk, now=desks.now())
    known = {one.id for one in matters.of_state(session, desk=desk, code=note.state)}
    about = [(item.id, *item.id.rpartition(":")[::2]) for item in note.items if item.id in known]
    found = {id: (claims.find(session, desk=desk, claim=claim), man) for id, claim, man in about}
    return {id: claim for id, (claim, man) in found.items() if claim.may_be_named(man, today)}


def _written(session: Any, desk: Desk, note: Verbale, kind: str, named: Mapping[str, str]) -> bytes:
    """The letter of a note as it would go out today; `named` are who stands in its annex by name, by the item."""
    state = member_states.of_code(session, desk=desk, code=note.state)
    held, today = clocks.held(session, desk=desk), clocks.today(session, desk=desk, now=desks.now())
    post = state.focal_point(today.isoformat())
    to = member_states.names(session, desk=desk, id=state.id).get(post.id) if post else None
    known = {one.id: one for one in matters.of_state(session, desk=desk, code=note.state)}
    annex = [
        Line(item.reference, _since(known.get(item.id)), named.get(item.id, ""))
        for item in (note.open_items if kind == "reminder" else note.items)
    ]
    by = held.of_state(note.state).add(today, held.lengths["answer"])
    office = offices.get(session, desk.office)
    return letters.compose(
        note,
        kind=kind,
        office=office.name if office else "",
        state=state,
        to=to,
        annex=annex,
        answer_by=by.isoformat(),
        made=desks.now(),
    )


def _since(matter: Any) -> str:
    first = matter.standing[0].on if matter and matter.standing else None
    return first.isoformat() if first else ""


def _letter(id: str, kind: str, errors: dict[str, str], status: int) -> Response:
    if kind not in rules.LETTERS:
        raise Problem("404.1")
    with desks.office().store.office(reading=True) as session:
        found, state = _note(session, id)
        agreed = len(_named(session, desks.desk(), found))
    asked = {"note": found, "state": state, "kind": kind, "stale": status == 409, "errors": errors}
    asked |= {"agreed": agreed, "typed": request.form}
    return make_response(render_template("office/letter_make.html", **asked), status)


@bp.get("/office/states/notes/<uuid:note>/letters/<uuid:letter>")
@needs(Act.OPEN_LETTERS)
def ask_opening(note: object, letter: object) -> Response:
    return _opening(str(note), str(letter), {}, 200)


@bp.post("/office/states/notes/<uuid:note>/letters/<uuid:letter>")
@needs(Act.OPEN_LETTERS)
def open_letter(note: object, letter: object) -> AnyResponse:
    """The letter itself, shown in the browser and kept by nobody on the way."""
    reason = request.form.get("reason", "")
    try:
        check_reason(reason)
        desk = desks.step_up("identity", request.form.get("code"), request.form.get("answer"))
        with desks.office().store.office() as session:
            asked = {"letter": str(letter), "reason": reason, "now": desks.now()}
            opened = verbales.open_letter(session, desk=desk, id=str(note), **asked)  # type: ignore[arg-type]
    except Problem as problem:
        return _opening(str(note), str(letter), _errors(problem), problem.kind.status)
    return Response(opened.pdf, mimetype="application/pdf", headers={"Content-Disposition": "inline"})


def _opening(id: str, letter: str, errors: dict[str, str], status: int) -> Response:
    with desks.office().store.office(reading=True) as session:
        found, state = _note(session, id)
    asked = {"note": found, "state": state, "letter": letter, "typed": request.form, "errors": errors}
    return make_response(render_template("office/letter_open.html", **asked), status)


def _note(session: Any, id: str) -> tuple[Verbale, MemberState]:
    found = verbales.find(session, desk=desks.desk(), id=id)
    return found, member_states.of_code(session, desk=desks.desk(), code=found.state)


def _errors(problem: Problem) -> dict[str, str]:
    if problem.code in CODE:
        return {"code": problem.code}
    if problem.code == "409.9":
        return {}
    return {"reason": problem.code} if problem.code == "422.20" else desks.errors_of(problem)
