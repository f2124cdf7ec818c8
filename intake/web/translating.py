"""Translation tasks: what colleagues cannot read, one text a page with as little beside it as can be."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from intake import words
from intake.domain.arrival import check_reason
from intake.domain.problems import Problem
from intake.domain.translation import NOTE, REPORT
from intake.services import keys, reading, translating
from intake.services.desk import Desk
from intake.services.translating import Done, Opened
from intake.web import desks, locales
from intake.web.permissions import Act, may, needs

bp = Blueprint("translating", __name__)

# What a refused code answers: wrong, or the person holds no such key.
CODE = ("401.4", "401.5", "403.21")


@bp.get("/office/translate")
@needs(Act.TRANSLATE)
def listing() -> Response:
    if shut := desks.without_key():
        return shut
    desk = desks.desk()
    page = desks.page()
    with desks.office().store.office(reading=True) as session:
        held = keys.held_by(session, office=desk.office, holder=desk.staff.id)
        identity = may(desk.staff.roles, Act.OPEN_IDENTITY) and "identity" in held
        found = translating.tasks(session, desk=desk, now=desks.now(), identity=identity, page=page)
        reads = reading.own(session, desk=desk)
    return make_response(render_template("office/translating.html", found=found, page=page, reads=reads))


@bp.get("/office/translate/<kind>/<uuid:id>/<key>")
@needs(Act.TRANSLATE)
def text(kind: str, id: object, key: str) -> Response:
    opened = _opened(kind, id, key)
    return _page(_where(kind, id, key), opened, {}, {}, 200)


@bp.post("/office/translate/<kind>/<uuid:id>/<key>")
@needs(Act.TRANSLATE)
def keep(kind: str, id: object, key: str) -> AnyResponse:
    try:
        done = _translate(desks.desk(), kind, id, key, names=False)
    except Problem as problem:
        return _page(
            _where(kind, id, key), _opened(kind, id, key), request.form, desks.errors_of(problem), problem.kind.status
        )
    return _kept(done, names=False)


@bp.get("/office/translate/<kind>/<uuid:id>/<key>/names")
@needs(Act.OPEN_IDENTITY)
def ask_names(kind: str, id: object, key: str) -> Response:
    return _ask(kind, id, key, {}, 200)


@bp.post("/office/translate/<kind>/<uuid:id>/<key>/names/open")
@needs(Act.OPEN_IDENTITY)
def open_names(kind: str, id: object, key: str) -> Response:
    reason = request.form.get("reason", "")
    try:
        # A code is used up by trying it; a reason that is none should not cost one.
        check_reason(reason)
        desk = desks.step_up("identity", request.form.get("code"), request.form.get("answer"))
        opened = desks.writing(
            lambda session: translating.open_names(
                session, desk=desk, kind=_known(kind), id=str(id), key=key, reason=reason, now=desks.now()
            )
        )
    except Problem as problem:
        errors = {"code": problem.code} if problem.code in CODE else {"reason": problem.code}
        if problem.code not in (*CODE, "422.20"):
            raise
        return _ask(kind, id, key, errors, problem.kind.status)
    return _page(url_for("translating.keep_names", kind=kind, id=id, key=key), opened, {}, {}, 200, names=True)


@bp.post("/office/translate/<kind>/<uuid:id>/<key>/names")
@needs(Act.OPEN_IDENTITY)
def keep_names(kind: str, id: object, key: str) -> AnyResponse:
    """Inside the step-up in which it was opened; after that it has to be opened anew, and what was typed comes back."""
    done = _translate(desks.desk(), kind, id, key, names=True)
    return _kept(done, names=True)


def _known(kind: str) -> str:
    if kind not in (REPORT, NOTE):
        raise Problem("404.8")
    return kind


def _where(kind: str, id: object, key: str) -> str:
    return url_for("translating.keep", kind=kind, id=id, key=key)


def _opened(kind: str, id: object, key: str) -> Opened:
    desk = desks.desk()
    return desks.writing(
        lambda session: translating.open_text(
            session, desk=desk, kind=_known(kind), id=str(id), key=key, now=desks.now()
        )
    )


def _translate(desk: Desk, kind: str, id: object, key: str, *, names: bool) -> Done:
    seen = request.form.get("version", "0")
    with desks.office().store.office() as session:
        return translating.translate(
            session,
            desk=desk,
            kind=_known(kind),
            id=str(id),
            key=key,
            into=request.form.get("into", ""),
            typed=request.form.get("text", ""),
            seen=int(seen) if seen.isdecimal() else 0,
            now=desks.now(),
            names=names,
        )


def _kept(done: Done, *, names: bool) -> AnyResponse:
    """Back to the tasks; where a colleague was faster, both versions first."""
    if not done.others:
        return redirect(url_for("translating.listing", said="kept"), 303)
    page = render_template("office/translate.html", late=done.others, mine=done.translation, errors={}, names=names)
    return make_response(page, 409)


def _ask(kind: str, id: object, key: str, errors: dict[str, str], status: int) -> Response:
    page = render_template(
        "office/translate_ask.html", kind=_known(kind), id=id, key=key, typed=request.form, errors=errors
    )
    return make_response(page, status)


def _page(
    action: str, opened: Opened, typed: Mapping[str, Any], errors: dict[str, str], status: int, *, names: bool = False
) -> Response:
    with desks.office().store.office(reading=True) as session:
        reads = reading.own(session, desk=desks.desk())
    into = [tag for tag in words.languages() if tag in reads and tag != opened.text.language]
    page = render_template(
        "office/translate.html",
        opened=opened,
        action=action,
        into=into,
        typed={"into": locales.words_tag(), **dict(typed)},
        seen=typed.get("version", opened.seen),
        errors=errors,
        names=names,
        late=(),
    )
    return make_response(page, status)
