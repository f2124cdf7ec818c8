"""One's own account: roles, keys, check words, sessions, passkeys, and what is on record about oneself."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms import Form, StringField

from intake import words
from intake.domain.problems import Problem
from intake.services import keys, own, reading, register
from intake.services.signin import Answer
from intake.web import desks
from intake.web.permissions import Act, needs

bp = Blueprint("account", __name__)

# Which field of the form for a new passkey a refusal is about.
FIELDS = {"401.4": "code", "401.5": "label", "422.102": "label"}


class NewPasskey(Form):
    """What the person calls it, the code that allows it, what the browser answered."""

    label = StringField()
    code = StringField()
    answer = StringField()


@bp.get("/office/you")
@needs(Act.OWN_ACCOUNT)
def show() -> Response:
    return _page({}, 200)


@bp.post("/office/you/sessions/end")
@needs(Act.OWN_ACCOUNT)
def end_session() -> AnyResponse:
    with desks.office().store.office() as session:
        here = own.end_session(session, desk=desks.desk(), id=request.form.get("session", ""))
    response = redirect(url_for("signin.sign_in", said="out") if here else url_for("account.show"), 303)
    if here:
        desks.drop_cookie(response)
    return response


@bp.post("/office/you/passkeys")
@needs(Act.OWN_ACCOUNT)
def add_passkey() -> AnyResponse:
    form = NewPasskey(request.form)
    try:
        _add_passkey(form)
    except Problem as problem:
        if problem.code not in FIELDS:
            raise
        return _page({FIELDS[problem.code]: problem.code}, problem.kind.status)
    return redirect(url_for("account.show"), 303)


@bp.post("/office/you/passkeys/remove")
@needs(Act.OWN_ACCOUNT)
def remove_passkey() -> AnyResponse:
    with desks.office().store.office() as session:
        own.remove_passkey(session, desk=desks.desk(), id=request.form.get("passkey", ""), now=desks.now())
    return redirect(url_for("account.show"), 303)


@bp.post("/office/you/languages")
@needs(Act.OWN_ACCOUNT)
def say_languages() -> AnyResponse:
    try:
        with desks.office().store.office() as session:
            reading.say(session, desk=desks.desk(), languages=request.form.getlist("languages"), now=desks.now())
    except Problem as problem:
        return _page(desks.errors_of(problem), problem.kind.status)
    return redirect(url_for("account.show"), 303)


def _add_passkey(form: NewPasskey) -> None:
    desk, attempt = desks.desk(), desks.attempt(desks.desk().staff.name)
    answer = desks.answer(form.answer.data) or Answer("", b"", "", "")
    with desks.office().store.office() as session:
        own.add_passkey(
            session,
            desk=desk,
            attempt=attempt,
            cookie=desks.cookie(),
            code=desks.latin(form.code.data or ""),
            answer=answer,
            label=form.label.data or "",
            now=desks.now(),
        )


def _page(errors: dict[str, str], status: int) -> Response:
    desk, cookie, now = desks.desk(), desks.cookie(), desks.now()
    with desks.office().store.office() as session:
        found = {
            "held": sorted(keys.held_by(session, office=desk.office, holder=desk.staff.id)),
            "check_words": own.check_words(session, cookie=cookie, now=now),
            "sessions": own.sessions_of(session, desk=desk, now=now),
            "passkeys": own.passkeys_of(session, cookie=cookie, now=now),
            "reads": reading.own(session, desk=desk) if desk.work else frozenset(),
            "lines": register.own_history(session, desk=desk) if desk.work else [],
        }
    page = render_template(
        "office/account.html",
        label=request.form.get("label", ""),
        tags=list(words.languages()),
        errors=errors,
        **found,
    )
    return make_response(page, status)
