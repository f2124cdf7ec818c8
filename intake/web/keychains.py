"""Keychains: who holds which, with the check words of each key, and new keys."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms import Form, StringField

from intake.domain.problems import Problem
from intake.services import keys
from intake.services.desk import CHAINS
from intake.services.signin import STEP_UP_CHAINS
from intake.store import Session
from intake.web import desks
from intake.web.permissions import Act, needs

bp = Blueprint("keychains", __name__)

WRONG_FACTOR = ("401.4", "401.5")


class Factor(Form):
    """The second factor."""

    code = StringField()
    answer = StringField()


@bp.get("/office/keys")
@needs(Act.SEE_KEYS)
def listing() -> str:
    with desks.office().store.office(reading=True) as session:
        chains = [_chain(session, chain) for chain in CHAINS]
    return render_template("office/keys.html", chains=chains)


@bp.get("/office/keys/<chain>/open")
@needs(Act.SEE_KEYS)
def ask_opening(chain: str) -> Response:
    return _form("office/open_keys.html", chain, {}, 200)


@bp.post("/office/keys/<chain>/open")
@needs(Act.SEE_KEYS)
def open_chain(chain: str) -> AnyResponse:
    form = Factor(request.form)
    try:
        desks.step_up(_known(chain), form.code.data, form.answer.data)
    except Problem as problem:
        return _form("office/open_keys.html", chain, _wrong(problem), problem.kind.status)
    return redirect(url_for("keychains.listing"), 303)


@bp.get("/office/keys/<chain>/rotate")
@needs(Act.ROTATE_KEYS)
def ask_rotation(chain: str) -> Response:
    return _form("office/rotate.html", chain, {}, 200)


@bp.post("/office/keys/<chain>/rotate")
@needs(Act.ROTATE_KEYS)
def rotate(chain: str) -> Response:
    form = Factor(request.form)
    try:
        if _known(chain) in STEP_UP_CHAINS:
            desk = desks.step_up(chain, form.code.data, form.answer.data)
        else:
            desks.prove(form.code.data, form.answer.data)
            desk = desks.desk()
        with desks.office().store.office() as session:
            keys.rotate(session, desk=desk, chain=chain, now=desks.now())
    except Problem as problem:
        return _form("office/rotate.html", chain, _wrong(problem), problem.kind.status)
    return make_response(render_template("office/rotated.html", chain=chain))


def _chain(session: Session, chain: str) -> dict[str, object]:
    """One keychain for the page: whom it names inside if it is open, else who has a way in by the table."""
    desk = desks.desk()
    opened = chain in desk.opened
    return {
        "name": chain,
        "open": opened,
        "mine": chain in keys.held_by(session, office=desk.office, holder=desk.staff.id),
        "holders": keys.holders(session, desk=desk, chain=chain) if opened else [],
        "names": keys.names_of(session, office=desk.office, chain=chain),
        "lines": keys.lines(desk=desk, chain=chain) if opened else [],
    }


def _known(chain: str) -> str:
    if chain not in CHAINS:
        raise Problem("404.1")
    return chain


def _wrong(problem: Problem) -> dict[str, str]:
    if problem.code not in WRONG_FACTOR:
        raise problem
    return {"code": problem.code}


def _form(template: str, chain: str, errors: dict[str, str], status: int) -> Response:
    desk = desks.desk()
    with desks.office().store.office(reading=True) as session:
        if _known(chain) not in keys.held_by(session, office=desk.office, holder=desk.staff.id):
            raise Problem("403.21")
        gone = keys.gone(session, desk=desk, chain=chain) if chain in desk.opened else []
    needs_code = chain not in desk.opened or chain not in STEP_UP_CHAINS
    return make_response(
        render_template(template, chain=chain, gone=gone, needs_code=needs_code, errors=errors), status
    )
