"""A lost phone, one thing a page: what came, what did not, what waits, whom it endangers; withdraw, invite, sum up."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms import BooleanField, Form, TextAreaField

from intake.domain.arrival import check_reason
from intake.domain.problems import Problem
from intake.services import phones
from intake.web import desks
from intake.web.permissions import Act, needs

bp = Blueprint("lost", __name__)

# In this order; withdrawing stands between the two halves.
BEFORE, AFTER = ("came", "missing", "waits", "danger"), ("invite", "summary")


class Withdraw(Form):
    """Why, and that it is meant."""

    reason = TextAreaField()
    sure = BooleanField()


@bp.get("/office/phones/<device>/lost/<step>")
@needs(Act.SEE_PHONES)
def show(device: str, step: str) -> str:
    if step not in BEFORE + AFTER:
        raise Problem("404.1")
    return _page(device, step)


@bp.get("/office/phones/<device>/lost/withdraw")
@needs(Act.MANAGE_PHONES)
def ask(device: str) -> str:
    return _page(device, "withdraw", errors={}, typed={})


@bp.post("/office/phones/<device>/lost/withdraw")
@needs(Act.MANAGE_PHONES)
def withdraw(device: str) -> AnyResponse:
    form, office = Withdraw(request.form), desks.office()
    reason = form.reason.data or ""
    if errors := _wrong(form):
        return _refused(device, form, errors)
    with office.store.inbound() as inbound, office.store.office() as session:
        phones.withdraw(session, inbound, desk=desks.desk(), device=device, reason=reason, now=desks.now())
    return redirect(url_for("lost.show", device=device, step="invite"), 303)


def _wrong(form: Withdraw) -> dict[str, str]:
    """The code of a sentence for each field that is not as it must be."""
    found = {}
    try:
        check_reason(form.reason.data or "")
    except Problem as problem:
        found["reason"] = problem.code
    return found if form.sure.data else {**found, "sure": "422.163"}


def _refused(device: str, form: Withdraw, errors: dict[str, str]) -> Response:
    return make_response(_page(device, "withdraw", errors=errors, typed=form.data), 422)


def _page(device: str, step: str, **more: object) -> str:
    desk, office = desks.fetched(), desks.office()
    with office.store.inbound() as inbound, office.store.office() as session:
        phone = phones.find(session, inbound, desk=desk, device=device, now=desks.now())
        exposed = phones.exposure(session, desk=desk, device=device)
    return render_template(f"office/lost_{step}.html", phone=phone, exposed=exposed, step=step, **more)
