"""The words of the forms beside the reference: what a native reader has signed, and what still waits for one."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from intake.domain.problems import Problem
from intake.services import wording
from intake.services.wording import SIGNED, Sentence
from intake.web import desks
from intake.web.permissions import Act, needs

bp = Blueprint("wording", __name__)
bp.before_request(desks.without_key)

PAGE = 40
SHOWN = ("unreviewed", "all")
PARTS = ("aloud", "every")


@bp.get("/office/offer/words")
@needs(Act.SEE_OFFER)
def listing() -> Response:
    return _listing({}, 200)


@bp.post("/office/offer/words")
@needs(Act.SIGN_WORDS)
def sign_as_they_stand() -> AnyResponse:
    """Every ticked line brings the key and the mark of what its reader saw."""
    seen = dict(line.split(" ", 1) for line in request.form.getlist("sentence") if " " in line)
    language = request.values.get("language", "")
    if not seen:
        return _listing({"": "422.274"}, 422)
    told: dict[str, Any] = {"desk": desks.desk(), "language": language, "seen": seen, "now": desks.now()}
    try:
        desks.writing(lambda session: wording.sign_as_they_stand(session, **told))
    except Problem as problem:
        if problem.code != "409.6":
            raise
        return _listing({"": problem.code}, 409)
    return redirect(url_for("wording.listing", **_asked(), said="saved"), 303)


@bp.get("/office/offer/words/<language>/<key>")
@needs(Act.SIGN_WORDS)
def ask(language: str, key: str) -> Response:
    return _form(language, key, None, {}, 200)


@bp.post("/office/offer/words/<language>/<key>")
@needs(Act.SIGN_WORDS)
def sign(language: str, key: str) -> AnyResponse:
    typed = request.form.get("text", "")
    told: dict[str, Any] = {"desk": desks.desk(), "language": language, "key": key, "now": desks.now()}
    told["seen"] = request.form.get("seen", "")
    try:
        with desks.office().store.office() as session:
            if "take_back" in request.form:
                wording.take_back(session, **told)
            else:
                wording.sign(session, text=typed, **told)
    except Problem as problem:
        if problem.code not in ("409.6", "422.272", "422.273"):
            raise
        field = "" if problem.code == "409.6" else "text"
        return _form(language, key, typed, {field: problem.code}, problem.kind.status)
    return redirect(url_for("wording.listing", language=language, **_asked("form", "show", "part"), said="saved"), 303)


def _asked(*names: str) -> dict[str, Any]:
    """What was asked for, to come back to it."""
    return {
        name: request.values[name]
        for name in names or ("language", "form", "show", "part", "q")
        if name in request.values
    }


def _listing(errors: dict[str, str], status: int) -> Response:
    desk = desks.desk()
    with desks.office().store.office(reading=True) as session:
        languages = wording.languages(session, office=desk.office)
        language = request.values.get("language") or next(iter(languages), "")
        every = wording.sentences(session, desk=desk, language=language) if language else []
    chosen = {name: request.values.get(name, "") for name in ("form", "show", "part", "q")}
    found = [one for one in every if _fits(one, chosen)]
    page = desks.page()
    made = render_template(
        "office/offer/words.html",
        tags=languages,
        language=language,
        codes=list(dict.fromkeys(one.form for one in every)),
        chosen=chosen,
        signed=sum(one.state == SIGNED for one in every),
        every=len(every),
        total=len(found),
        found=found[(page - 1) * PAGE : page * PAGE],
        page=page,
        more=len(found) > page * PAGE,
        asked=_asked(),
        errors=errors,
    )
    return make_response(made, status)


def _fits(one: Sentence, chosen: dict[str, str]) -> bool:
    """Whether the filter shows it: unreviewed unless all are asked for, what is read aloud unless every sentence is."""
    if chosen["show"] != "all" and one.state == SIGNED:
        return False
    if chosen["part"] != "every" and not one.aloud:
        return False
    if chosen["form"] and chosen["form"] != one.form:
        return False
    looked_for = chosen["q"].casefold().split()
    return all(word in f"{one.reference} {one.text} {one.ours}".casefold() for word in looked_for)


def _form(language: str, key: str, typed: str | None, errors: dict[str, str], status: int) -> Response:
    desk = desks.desk()
    one = desks.reading(lambda session: wording.find(session, desk=desk, language=language, key=key))
    page = render_template(
        "office/offer/sentence.html",
        one=one,
        language=language,
        typed=one.text if typed is None else typed,
        asked=_asked("form", "show", "part"),
        errors=errors,
    )
    return make_response(page, status)
