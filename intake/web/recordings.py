"""Recorded sentences of the office: which there are, to add one and to take one away."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from intake.domain.problems import Problem
from intake.services import offer, sounds
from intake.web import desks
from intake.web.permissions import Act, needs

bp = Blueprint("recordings", __name__)
bp.before_request(desks.without_key)


@bp.get("/office/offer/sounds")
@needs(Act.SEE_OFFER)
def listing() -> Response:
    return _page({}, 200)


@bp.post("/office/offer/sounds")
@needs(Act.EDIT_OFFER)
def add() -> AnyResponse:
    content, store = desks.sent_file(), desks.office().store
    named = {name: request.form.get(name, "") for name in ("key", "language")}
    try:
        if content is None:
            raise Problem("422.275")
        with store.office() as session, store.inbound() as inbound:
            sounds.add(session, inbound, desk=desks.desk(), content=content, now=desks.now(), **named)
    except Problem as problem:
        field = {"422.122": "key", "422.97": "language"}.get(problem.code, "file")
        return _page({field: problem.code}, problem.kind.status)
    return redirect(url_for("recordings.listing", said="saved"), 303)


@bp.post("/office/offer/sounds/remove")
@needs(Act.EDIT_OFFER)
def remove() -> AnyResponse:
    named = {name: request.form.get(name, "") for name in ("key", "language")}
    try:
        desks.writing(lambda session: sounds.remove(session, desk=desks.desk(), now=desks.now(), **named))
    except Problem as problem:
        return _page({"": problem.code}, problem.kind.status)
    return redirect(url_for("recordings.listing", said="saved"), 303)


def _page(errors: dict[str, str], status: int) -> Response:
    desk = desks.desk()
    with desks.office().store.office(reading=True) as session:
        every = sounds.listing(session, office=desk.office)
        edits = offer.edits(session, desk=desk)
    page = render_template(
        "office/offer/sounds.html",
        recorded=[one for one in every if one.size],
        keys=list(dict.fromkeys(one.key for one in every)),
        tags=list(dict.fromkeys(one.language for one in every)),
        typed=request.form,
        edits=edits,
        errors=errors,
    )
    return make_response(page, status)
