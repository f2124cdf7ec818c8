"""Invitations: one, or a sheet of cards. Shown once, on the answer that makes them, and kept by nobody."""

import segno
from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse
from wtforms import Form, StringField, TextAreaField

from intake.domain.problems import Problem
from intake.domain.settings import check_telephone
from intake.services import devices, phones
from intake.web import desks
from intake.web.permissions import Act, needs

bp = Blueprint("invitations", __name__)

FIELDS = {"422.160": "labels", "422.161": "labels", "422.164": "number"}


class Invite(Form):
    """For whom, a name on each line; whom they call when the phone is lost; the phone that was lost, if one was."""

    labels = TextAreaField()
    number = StringField()
    lost = StringField()


@bp.get("/office/phones/invite")
@needs(Act.MANAGE_PHONES)
def ask() -> Response:
    office = desks.office()
    with office.store.office(reading=True) as session:
        number = phones.number_to_call(session, desk=desks.desk())
    return _form({"labels": request.args.get("label", ""), "number": number, "lost": request.args.get("lost", "")})


@bp.post("/office/phones/invite")
@needs(Act.MANAGE_PHONES)
def make() -> Response:
    typed, office = Invite(request.form).data, desks.office()
    labels = [line.strip() for line in (typed["labels"] or "").splitlines() if line.strip()]
    number = (typed["number"] or "").strip()
    try:
        check_telephone(number)
        with office.store.inbound() as inbound, office.store.office() as session:
            made = devices.invite_all(
                session, inbound, desk=desks.desk(), labels=labels, origin=office.settings.origin, now=desks.now()
            )
    except Problem as problem:
        if problem.code not in FIELDS:
            raise
        return _form(typed, {FIELDS[problem.code]: problem.code}, 422)
    cards = [(one, _picture(one.link) if office.settings.secure else None) for one in made]
    address = f"{office.settings.origin}/field/"
    page = render_template("office/cards.html", cards=cards, address=address, number=number, lost=typed["lost"])
    return make_response(page)


@bp.post("/office/phones/invitations/<invitation>/take-back")
@needs(Act.MANAGE_PHONES)
def take_back(invitation: str) -> AnyResponse:
    office = desks.office()
    with office.store.inbound() as inbound, office.store.office() as session:
        devices.take_back(session, inbound, desk=desks.desk(), invitation=invitation, now=desks.now())
    return redirect(url_for("phones.listing", said="taken_back"), 303)


def _form(typed: dict[str, str], errors: dict[str, str] | None = None, status: int = 200) -> Response:
    return make_response(render_template("office/invite.html", typed=typed, errors=errors or {}), status)


def _picture(link: str) -> Markup:
    """The QR code of a link as part of the page: no image that would need an address."""
    drawn = segno.make(link, error="m", micro=False).svg_inline(border=4, omitsize=True, svgclass="qr", lineclass=None)
    return Markup(drawn)  # noqa: S704  segno draws one path of numbers, and our own origin and random signs are in it
