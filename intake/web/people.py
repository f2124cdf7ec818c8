"""Who works here: propose, admit to keys, change roles, close, let join again."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms import Form, StringField

from intake.domain.problems import Problem
from intake.services import keys, staff
from intake.services.desk import CHAINS
from intake.services.staff import ROLES, Colleague
from intake.web import desks
from intake.web.permissions import Act, needs

bp = Blueprint("people", __name__)

# Which field a refusal is about, on the form where it can happen.
PROPOSING = {"422.81": "name", "422.95": "roles"}
CHANGING = {"422.95": "roles", "422.100": "roles"}
ADMITTING = {"422.82": "words", "401.4": "code", "401.5": "code"}


class Admission(Form):
    """The words that were heard, and the second factor where the keychain wants one."""

    words = StringField()
    code = StringField()
    answer = StringField()


@bp.get("/office/people")
@needs(Act.SEE_PEOPLE)
def listing() -> str:
    with desks.office().store.office(reading=True) as session:
        people = staff.listing(session, office=desks.desk().office)
    managed = any(keys.ADMINISTRATOR in one.roles and one.state != "closed" for one in people)
    return render_template("office/people.html", people=people, managed=managed)


@bp.get("/office/people/propose")
@needs(Act.MANAGE_PEOPLE)
def ask_proposal() -> Response:
    return _proposal({}, 200)


@bp.post("/office/people/propose")
@needs(Act.MANAGE_PEOPLE)
def propose() -> Response:
    name = request.form.get("name", "")
    try:
        with desks.office().store.office() as session:
            code = staff.propose(session, desk=desks.desk(), name=name, roles=_roles(), now=desks.now())
    except Problem as problem:
        return _proposal(_at_field(problem, PROPOSING), problem.kind.status)
    return _code_page(code, name)


@bp.get("/office/people/<person>")
@needs(Act.SEE_PEOPLE)
def show(person: str) -> Response:
    return _person(person, {}, 200)


@bp.post("/office/people/<person>/roles")
@needs(Act.MANAGE_PEOPLE)
def change_roles(person: str) -> AnyResponse:
    colleague = _found(person)
    try:
        with desks.office().store.office() as session:
            staff.change_roles(
                session,
                desk=desks.desk(),
                name=colleague.name,
                roles=_roles(),
                now=desks.now(),
            )
    except Problem as problem:
        return _person(person, _at_field(problem, CHANGING), problem.kind.status)
    return redirect(url_for("people.show", person=person), 303)


@bp.get("/office/people/<person>/admit/<chain>")
@needs(Act.ADMIT)
def ask_admission(person: str, chain: str) -> Response:
    return _admission(person, chain, {}, 200)


@bp.post("/office/people/<person>/admit/<chain>")
@needs(Act.ADMIT)
def admit(person: str, chain: str) -> AnyResponse:
    form, colleague = Admission(request.form), _found(person)
    try:
        desk = desks.step_up(chain, form.code.data, form.answer.data)
        with desks.office().store.office() as session:
            keys.admit(
                session,
                desk=desk,
                chain=chain,
                name=colleague.name,
                words=form.words.data or "",
                now=desks.now(),
            )
    except Problem as problem:
        return _admission(person, chain, _at_field(problem, ADMITTING), problem.kind.status)
    return redirect(url_for("people.show", person=person), 303)


@bp.get("/office/people/<person>/close")
@needs(Act.MANAGE_PEOPLE)
def ask_closing(person: str) -> str:
    return render_template("office/close.html", person=_found(person))


@bp.post("/office/people/<person>/close")
@needs(Act.MANAGE_PEOPLE)
def close(person: str) -> str:
    colleague = _found(person)
    with desks.office().store.office() as session:
        held = staff.close(session, desk=desks.desk(), name=colleague.name, now=desks.now())
    return render_template("office/closed.html", person=colleague, held=held)


@bp.get("/office/people/<person>/restore")
@needs(Act.RESTORE_PERSON)
def ask_restoring(person: str) -> str:
    return render_template("office/restore.html", person=_found(person))


@bp.post("/office/people/<person>/restore")
@needs(Act.RESTORE_PERSON)
def restore(person: str) -> Response:
    colleague = _found(person)
    with desks.office().store.office() as session:
        code = staff.restore(session, desk=desks.desk(), name=colleague.name, now=desks.now())
    return _code_page(code, colleague.name, colleague.keychains)


def _roles() -> list[str]:
    """The roles that were ticked."""
    return request.form.getlist("roles")


def _found(person: str) -> Colleague:
    with desks.office().store.office(reading=True) as session:
        return staff.find(session, desk=desks.desk(), id=person)


def _at_field(problem: Problem, fields: dict[str, str]) -> dict[str, str]:
    """The error where it belongs; what no field is about is the whole page's."""
    if problem.code not in fields:
        raise problem
    return {fields[problem.code]: problem.code}


def _proposal(errors: dict[str, str], status: int) -> Response:
    name = request.form.get("name", "")
    page = render_template("office/propose.html", roles=ROLES, name=name, chosen=_roles(), errors=errors)
    return make_response(page, status)


def _code_page(code: str, name: str, again: tuple[str, ...] = ()) -> Response:
    page = render_template("office/joining_code.html", code=code, name=name, again=again, origin=desks.origin())
    return make_response(page)


def _person(person: str, errors: dict[str, str], status: int) -> Response:
    desk, colleague = desks.desk(), _found(person)
    with desks.office().store.office(reading=True) as session:
        held = keys.held_by(session, office=desk.office, holder=desk.staff.id)
    chosen = _roles() if request.method == "POST" else colleague.roles
    page = render_template(
        "office/person.html",
        person=colleague,
        roles=ROLES,
        chosen=chosen,
        chains=CHAINS,
        held=held,
        restorable=staff.may_restore(desk=desk, own=held, colleague=colleague),
        errors=errors,
    )
    return make_response(page, status)


def _admission(person: str, chain: str, errors: dict[str, str], status: int) -> Response:
    desk, colleague = desks.desk(), _found(person)
    with desks.office().store.office(reading=True) as session:
        held = keys.held_by(session, office=desk.office, holder=desk.staff.id)
    if chain not in CHAINS:
        raise Problem("404.1")
    if chain not in held:
        raise Problem("403.21")
    page = render_template(
        "office/admit.html",
        person=colleague,
        chain=chain,
        open=chain in desk.opened,
        heard=request.form.get("words", ""),
        errors=errors,
    )
    return make_response(page, status)
