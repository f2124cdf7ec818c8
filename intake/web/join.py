"""Joining: a code becomes a passphrase, a second factor and check words, shown once to the person alone.

Nobody can show them again, so the page asks for two of the words back. What those words were the server knows only as
a keyed hash in the browser's own form cookie.
"""

import hmac
import secrets

import segno
from flask import Blueprint, Response, make_response, render_template, request, session
from markupsafe import Markup
from wtforms import Form, StringField

from intake.domain.problems import Problem
from intake.services import signin, staff
from intake.services.staff import Joined
from intake.web import desks
from intake.web.permissions import Act, needs

bp = Blueprint("join", __name__)

REMEMBERED = "joined"


class Typed(Form):
    """Two words of the passphrase, in the order in which they were asked for."""

    first = StringField()
    second = StringField()


@bp.get("/office/join")
@needs(Act.JOIN)
def ask() -> str:
    return render_template("office/join.html", errors={})


@bp.post("/office/join")
@needs(Act.JOIN)
def join() -> Response:
    try:
        joined = _join(request.form.get("joining", ""))
    except Problem as problem:
        if problem.code not in ("422.83", "429.1"):
            raise
        return make_response(render_template("office/join.html", errors={"joining": problem.code}), problem.kind.status)
    at = _remember(joined)
    return make_response(
        render_template(
            "office/joined.html", joined=joined, qr=_qr(joined.uri), at=at, words_of_phrase=joined.passphrase.split()
        )
    )


@bp.post("/office/join/check")
@needs(Act.JOIN)
def check() -> Response:
    form, known = Typed(request.form), session.get(REMEMBERED)
    if not known:
        raise Problem("422.22")
    if not hmac.compare_digest(known["proof"], _proof([form.first.data or "", form.second.data or ""])):
        page = render_template("office/join_check.html", at=known["at"], errors={"first": "422.101"})
        return make_response(page, 422)
    session.pop(REMEMBERED)
    return make_response(render_template("office/join_done.html", name=known["name"]))


def _join(code: str) -> Joined:
    attempt = desks.attempt(None)
    with desks.office().trying, desks.office().store.office() as store:
        joined = staff.join(store, code=code, now=desks.now())
        signin.succeeded(store, attempt)
        return joined


def _remember(joined: Joined) -> list[int]:
    """Choose two words to ask for; gives their places, counted from 1."""
    words = joined.passphrase.split()
    at = sorted(secrets.SystemRandom().sample(range(1, len(words) + 1), 2))
    session[REMEMBERED] = {"name": joined.name, "at": at, "proof": _proof([words[place - 1] for place in at])}
    return at


def _proof(words: list[str]) -> str:
    return desks.keyed("joined", *(word.strip().lower() for word in words)).hex()


def _qr(uri: str) -> Markup:
    """The picture that an authenticator reads, drawn into the page: no address holds the secret."""
    drawn = segno.make(uri, error="m", micro=False)
    # Made of numbers alone, by the library.
    return Markup(drawn.svg_inline(scale=5, border=4, light="#ffffff", svgclass="qr", lineclass=None))  # noqa: S704
