"""Notes about one case. Those with names inside open at a step-up, one at a time, on record."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from intake import words
from intake.domain.arrival import check_reason
from intake.domain.problems import Problem
from intake.domain.translation import NOTE, Text
from intake.services import cases, notes, translating
from intake.web import desks, locales
from intake.web.once import once
from intake.web.permissions import Act, needs

bp = Blueprint("notes", __name__)

# What a refused code answers: wrong, or the person holds no such key.
CODE = ("401.4", "403.21")


@bp.get("/office/cases/<uuid:case>/notes")
@needs(Act.SEE_HELP)
def show(case: object) -> Response:
    return _page(str(case), {}, 200)


@bp.post("/office/cases/<uuid:case>/notes")
@needs(Act.WORK_CASES)
@once
def write(case: object) -> AnyResponse:
    names = request.form.get("names") == "yes"
    try:
        desk = (
            desks.step_up("identity", request.form.get("code"), request.form.get("answer")) if names else desks.desk()
        )
        with desks.office().store.office() as session:
            notes.write(
                session,
                desk=desk,
                case=str(case),
                text=request.form.get("text", ""),
                language=_language(),
                names=names,
                corrects=request.form.get("corrects", ""),
                now=desks.now(),
            )
    except Problem as problem:
        return _page(str(case), _errors(problem), problem.kind.status)
    return redirect(url_for("notes.show", case=case), 303)


@bp.get("/office/cases/<uuid:case>/notes/<uuid:note>")
@needs(Act.OPEN_IDENTITY)
def ask_names(case: object, note: object) -> Response:
    return _names_form(str(case), str(note), {}, 200)


@bp.post("/office/cases/<uuid:case>/notes/<uuid:note>")
@needs(Act.OPEN_IDENTITY)
def open_names(case: object, note: object) -> Response:
    reason = request.form.get("reason", "")
    try:
        # A code is used up by trying it; a reason that is none should not cost one.
        check_reason(reason)
        desk = desks.step_up("identity", request.form.get("code"), request.form.get("answer"))
        with desks.office().store.office() as session:
            found = cases.find(session, desk=desk, case=str(case))
            opened = notes.open_names(session, desk=desk, case=str(case), id=str(note), reason=reason, now=desks.now())
            reads, typed = desks.reads(session), [Text("text", "", opened.text, opened.language)]
            asked: dict[str, Any] = {"desk": desk, "id": str(note), "typed": typed, "reads": reads}
            translated = translating.beside(session, names=True, **asked)
            translating.note_lack(session, now=desks.now(), **asked)
    except Problem as problem:
        return _names_form(str(case), str(note), _errors(problem), problem.kind.status)
    page = render_template(
        "office/note.html",
        case=found,
        note=opened,
        until=desk.step_up_until,
        reason=reason,
        translated=translated,
        reads=reads,
        document=(NOTE, str(note)),
        names=True,
    )
    return make_response(page)


def _errors(problem: Problem) -> dict[str, str]:
    if problem.code in CODE:
        return {"code": problem.code}
    return {"reason": problem.code} if problem.code == "422.20" else desks.errors_of(problem)


def _language() -> str:
    """The language a note was typed in, as its writer says."""
    tag = request.form.get("language", "")
    return tag if tag in words.languages() else words.REFERENCE


def _page(case: str, errors: dict[str, str], status: int) -> Response:
    desk = desks.desk()
    with desks.office().store.office(reading=True) as session:
        found = cases.find(session, desk=desk, case=case)
        written = notes.of_case(session, desk=desk, case=case)
        reads = desks.reads(session)
        translated = translating.of_notes(session, desk=desk, notes=written, reads=reads)
    page = render_template(
        "office/notes.html",
        case=found,
        notes=written[::-1],
        translated=translated,
        reads=reads,
        note_kind=NOTE,
        numbers={note.id: number for number, note in enumerate(written, 1)},
        corrects=request.values.get("corrects", ""),
        tags=tuple(words.languages()),
        own=locales.language(),
        typed=request.form,
        errors=errors,
    )
    return make_response(page, status)


def _names_form(case: str, note: str, errors: dict[str, str], status: int) -> Response:
    with desks.office().store.office(reading=True) as session:
        found = cases.find(session, desk=desks.desk(), case=case)
    page = render_template("office/ask_note.html", case=found, note=note, typed=request.form, errors=errors)
    return make_response(page, status)
