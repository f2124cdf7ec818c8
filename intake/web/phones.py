"""Phones and their counts, for whoever keeps the officers going. No content of any report."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms import Form, StringField

from intake.domain.problems import Problem
from intake.services import devices, phones
from intake.web import desks
from intake.web.permissions import Act, needs

bp = Blueprint("phones", __name__)


class Words(Form):
    """What the officer read out from the phone's screen."""

    words = StringField()


@bp.get("/office/phones")
@needs(Act.SEE_PHONES)
def listing() -> str:
    if desks.desk().work is None:
        return render_template("office/no_key.html")
    desk, office = desks.fetched(), desks.office()
    with office.store.inbound() as inbound, office.store.office() as session:
        found = phones.every(session, inbound, desk=desk, now=desks.now())
        invited = devices.invited(inbound, desk=desk, now=desks.now())
    return render_template("office/phones.html", phones=found, invited=invited, said=request.args.get("said"))


@bp.get("/office/phones/<device>")
@needs(Act.SEE_PHONES)
def show(device: str) -> str:
    phone, desk = _find(device), desks.desk()
    with desks.office().store.office(reading=True) as session:
        exposed = phones.exposure(session, desk=desk, device=device)
    return render_template("office/phone.html", phone=phone, exposed=exposed, said=request.args.get("said"))


@bp.get("/office/phones/<device>/confirm")
@needs(Act.MANAGE_PHONES)
def ask_words(device: str) -> Response:
    return _words_form(device, {}, 200)


@bp.post("/office/phones/<device>/confirm")
@needs(Act.MANAGE_PHONES)
def confirm(device: str) -> AnyResponse:
    words, office = Words(request.form).words.data or "", desks.office()
    try:
        with office.store.inbound() as inbound, office.store.office() as session:
            devices.learn(session, inbound, desk=desks.desk(), now=desks.now())
            devices.confirm(session, inbound, desk=desks.desk(), device=device, words=words, now=desks.now())
    except Problem as problem:
        if problem.code not in ("422.82", "422.90"):
            raise
        return _words_form(device, {"words": problem.code}, 422)
    return redirect(url_for("phones.show", device=device, said="confirmed"), 303)


def _words_form(device: str, errors: dict[str, str], status: int) -> Response:
    typed = Words(request.form).words.data or ""
    page = render_template("office/confirm_phone.html", phone=_find(device), typed=typed, errors=errors)
    return make_response(page, status)


def _find(device: str) -> phones.Phone:
    desk, office = desks.fetched(), desks.office()
    with office.store.inbound() as inbound, office.store.office() as session:
        return phones.find(session, inbound, desk=desk, device=device, now=desks.now())
