"""Find: one box for words, a few filters, and searches that a person keeps for themselves.

What is looked for is posted: a word in an address would stay in the browser's history.
"""

from collections.abc import Mapping

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from intake.domain.folding import terms
from intake.domain.problems import Problem
from intake.services import register, searches
from intake.services.find import Query
from intake.web import desks
from intake.web.permissions import Act, needs

bp = Blueprint("find", __name__)

PAGE = 50
ASKED = ("words", "kind", "state", "owner", "category", "form", "place", "language", "since", "until", "urgent")
KINDS = ("case", "arrival", "claim")
STATES = ("open", "closed", "waiting", "registered", "not_for_us")


@bp.get("/office/find")
@needs(Act.FIND)
def search() -> Response:
    return desks.without_key() or _page(dict.fromkeys(ASKED, ""), looked=False)


@bp.post("/office/find")
@needs(Act.FIND)
def look() -> Response:
    asked = _asked()
    return desks.without_key() or _page(asked, looked=any(asked.values()))


@bp.post("/office/find/searches")
@needs(Act.FIND)
def keep() -> Response:
    if refused := desks.without_key():
        return refused
    asked = _asked()
    try:
        with desks.office().store.office() as session:
            name = request.form.get("name", "")
            searches.keep(session, desk=desks.desk(), name=name, asked=asked, now=desks.now())
    except Problem as problem:
        if problem.code not in ("422.240", "422.241"):
            raise
        return _page(asked, looked=True, error=problem.code)
    return _page(asked, looked=True)


@bp.post("/office/find/searches/<search>/drop")
@needs(Act.FIND)
def drop(search: str) -> AnyResponse:
    with desks.office().store.office() as session:
        searches.drop(session, desk=desks.desk(), search=search, now=desks.now())
    return redirect(url_for("find.search"), 303)


def _asked() -> dict[str, str]:
    return {name: request.form.get(name, "").strip() for name in ASKED}


def _page(asked: Mapping[str, str], *, looked: bool, error: str = "") -> Response:
    desk, finder = desks.desk(), desks.office().finder
    page = desks.page()
    query = Query(
        reader=desk.staff.name,
        words=tuple(terms(asked["words"])),
        urgent=asked["urgent"] == "yes",
        kind=asked["kind"],
        state=asked["state"],
        owner=asked["owner"],
        category=asked["category"],
        form=asked["form"],
        place=asked["place"],
        language=asked["language"],
        since=asked["since"],
        until=asked["until"],
    )
    with desks.office().store.office(reading=True) as session:
        kept = searches.every(session, desk=desk)
        places = register.place_names(session, desk=desk)
    count = finder.count(desk, query) if looked else 0
    return make_response(
        render_template(
            "office/find.html",
            asked=asked,
            looked=looked,
            errors={"name": error} if error else {},
            found=finder.find(desk, query, limit=PAGE, offset=(page - 1) * PAGE) if looked else [],
            count=count,
            page=page,
            more=count > page * PAGE,
            kept=kept,
            places=places,
            kinds=KINDS,
            states=STATES,
        ),
        422 if error else 200,
    )
