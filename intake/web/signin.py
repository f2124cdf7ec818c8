"""Signing in and out, and the challenges that passkeys answer."""

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms import Form, StringField

from intake.domain.problems import Problem
from intake.envelope.encoding import b64u
from intake.services import signin as service
from intake.web import desks
from intake.web.permissions import Act, may, needs

bp = Blueprint("signin", __name__)

# Where somebody begins who may see several pages.
FIRST = (
    (Act.LIST_ARRIVALS, "arrivals.listing"),
    (Act.SEE_CASES, "cases.listing"),
    (Act.SEE_PHONES, "phones.listing"),
    (Act.MANAGE_PEOPLE, "people.listing"),
    (Act.SEE_AUDIT, "audit.lines"),
    (Act.SEE_OVERVIEW, "overview.show"),
)


class SignIn(Form):
    """What somebody types to sign in. Nothing is trimmed to fit: what is too long is wrong."""

    name = StringField()
    passphrase = StringField()
    code = StringField()
    answer = StringField()
    next = StringField()

    def empty(self) -> dict[str, str]:
        """The sentences for what was left empty, by field. A passkey's answer stands for the code."""
        wanted = ("name", "passphrase") if self.answer.data else ("name", "passphrase", "code")
        return {name: f"empty_{name}" for name in wanted if not (self[name].data or "").strip()}


@bp.get("/office/")
@needs(Act.OWN_ACCOUNT)
def home() -> AnyResponse:
    roles = desks.desk().staff.roles
    return redirect(url_for(next((page for act, page in FIRST if may(roles, act)), "account.show")), 303)


@bp.get("/office/sign-in")
@needs(Act.SIGN_IN)
def sign_in() -> AnyResponse:
    if desks.desk_or_none() is not None:
        return redirect(url_for("signin.home"), 303)
    return _form({}, 200)


@bp.post("/office/sign-in")
@needs(Act.SIGN_IN)
def begin() -> AnyResponse:
    form = SignIn(request.form)
    empty = form.empty()
    if empty:
        return _form(empty, 422)
    try:
        cookie = _begin(form)
    except Problem as problem:
        response = _form({"": problem.code}, problem.kind.status)
        if "retry" in problem.params:
            response.headers["Retry-After"] = str(problem.params["retry"])
        return response
    # A new session's forms take tokens of their own.
    session.clear()
    response = make_response(redirect(desks.own_path(form.next.data or "") or url_for("signin.home"), 303))
    desks.set_cookie(response, cookie)
    return response


def _begin(form: SignIn) -> str:
    passphrase, code = form.passphrase.data or "", desks.latin(form.code.data or "")
    attempt, answer = desks.attempt(form.name.data or ""), desks.answer(form.answer.data)
    with desks.office().trying, desks.office().store.office() as kept:
        cookie = service.begin(kept, attempt=attempt, passphrase=passphrase, code=code, answer=answer, now=desks.now())
        # The browser forgets the cookie of before, so nobody could end that session any more.
        service.end(kept, cookie=desks.cookie())
        return cookie


def _form(errors: dict[str, str], status: int) -> Response:
    typed = SignIn(request.form)
    page = render_template(
        "office/signin.html",
        errors=errors,
        name=typed.name.data or "",
        next=desks.own_path(request.values.get("next", "")),
        said=request.args.get("said", ""),
    )
    return make_response(page, status)


@bp.post("/office/passkeys/challenge")
@needs(Act.SIGN_IN)
def challenge() -> Response:
    """For the browser: {"challenge", "host"}, and for somebody signed in {"user": {"id", "name"}} to add one for."""
    desk = desks.desk_or_none()
    user = {"user": {"id": b64u(desk.staff.id.encode()), "name": desk.staff.name}} if desk else {}
    return jsonify({"challenge": desks.new_challenge(), "host": desks.origin_host(), **user})


@bp.post("/office/sign-out")
@needs(Act.OWN_ACCOUNT)
def sign_out() -> AnyResponse:
    with desks.office().store.office() as kept:
        service.end(kept, cookie=desks.cookie())
    return _gone("out")


@bp.post("/office/sign-out-everywhere")
@needs(Act.OWN_ACCOUNT)
def sign_out_everywhere() -> AnyResponse:
    with desks.office().store.office() as kept:
        service.end_all(kept, staff=desks.desk().staff.id)
    return _gone("everywhere")


def _gone(said: str) -> Response:
    session.clear()
    desks.somebody_left()
    response = make_response(redirect(url_for("signin.sign_in", said=said), 303))
    desks.drop_cookie(response)
    # Never "storage": on one origin that would take the phone's reports with it.
    response.headers["Clear-Site-Data"] = '"cache"'
    return response
