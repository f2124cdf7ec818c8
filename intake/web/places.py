"""The office's places: the tree, one place, and the whole list from a file and into one."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from intake.domain import places as tree
from intake.domain.places import Place
from intake.domain.problems import Problem
from intake.services import offer, places
from intake.web import desks
from intake.web.permissions import Act, needs

bp = Blueprint("places", __name__)
bp.before_request(desks.without_key)

NEW: Place = {"id": "", "name": "", "parent": None}


@bp.get("/office/offer/places")
@needs(Act.SEE_OFFER)
def listing() -> str:
    known = _known()
    return render_template(
        "office/offer/places.html",
        places=[(one, len(tree.around(tree.by_id(known), one["id"])) - 1) for one in known if "retired" not in one],
        former=[one for one in known if "retired" in one],
    )


@bp.get("/office/offer/places/add")
@needs(Act.EDIT_OFFER)
def ask_new() -> Response:
    return _form(None, {**NEW, "parent": request.args.get("within")}, {}, 200)


@bp.post("/office/offer/places/add")
@needs(Act.EDIT_OFFER)
def add() -> AnyResponse:
    typed = _typed()
    wrong = desks.writing(lambda session: places.add(session, desk=desks.desk(), now=desks.now(), **typed))
    if wrong:
        return _form(None, typed, wrong, 422)
    return redirect(url_for("places.listing", said="saved"), 303)


@bp.get("/office/offer/places/one/<id>")
@needs(Act.EDIT_OFFER)
def ask(id: str) -> Response:
    place = _find(id)
    return _form(place, place, {}, 200)


@bp.post("/office/offer/places/one/<id>")
@needs(Act.EDIT_OFFER)
def change(id: str) -> AnyResponse:
    """Rename, move, retire or bring back, by the button that was pressed."""
    typed, seen = {**_typed(), "id": id}, request.form.get("seen", "")
    told: dict[str, Any] = {"desk": desks.desk(), "id": id, "seen": seen, "now": desks.now()}
    try:
        with desks.office().store.office() as session:
            wrong: dict[str, str] = {}
            if "retire" in request.form:
                places.retire(session, **told)
            elif "restore" in request.form:
                wrong = places.restore(session, **told)
            else:
                wrong = places.change(session, name=typed["name"], parent=typed["parent"], **told)
    except Problem as problem:
        if problem.code == "404.6":
            raise
        wrong = {"": problem.code}
    if wrong:
        return _form(_find(id), typed, wrong, 409 if "409.6" in wrong.values() else 422)
    return redirect(url_for("places.listing", said="saved"), 303)


@bp.get("/office/offer/places.csv")
@needs(Act.SEE_OFFER)
def export() -> Response:
    return Response(
        tree.write(_known()),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="places.csv"'},
    )


@bp.get("/office/offer/places/import")
@needs(Act.EDIT_OFFER)
def ask_file() -> Response:
    return _import({}, 200)


@bp.post("/office/offer/places/import")
@needs(Act.EDIT_OFFER)
def load() -> AnyResponse:
    """First what the file would change; then, sent again as it was shown, the change."""
    content, desk = desks.sent_file(), desks.desk()
    if content is None:
        return _import({"file": "422.275"}, 422)
    if "seen" not in request.form:
        found = desks.reading(lambda session: places.reading(session, office=desk.office, content=content))
        return _import({}, 422 if found.wrong else 200, found=found, content=content)
    seen, now = request.form["seen"], desks.now()
    try:
        found = desks.writing(lambda session: places.load(session, desk=desk, content=content, seen=seen, now=now))
    except Problem as problem:
        again = desks.reading(lambda session: places.reading(session, office=desk.office, content=content))
        return _import({"": problem.code}, problem.kind.status, found=again, content=content)
    if found.wrong:
        return _import({}, 422, found=found)
    return redirect(url_for("places.listing", said="saved"), 303)


def _known() -> list[Place]:
    return desks.reading(lambda session: places.listing(session, office=desks.desk().office))


def _find(id: str) -> Place:
    return desks.reading(lambda session: places.find(session, office=desks.desk().office, id=id))


def _typed() -> dict[str, str]:
    return {name: request.form.get(name, "").strip() for name in tree.COLUMNS}


def _form(place: Place | None, typed: Place, errors: dict[str, str], status: int) -> Response:
    known = _known()
    by_id = tree.by_id(known)
    page = render_template(
        "office/offer/place.html",
        place=place,
        typed=typed,
        above=[(one, len(tree.around(by_id, one["id"])) - 1) for one in tree.in_use(known) if one["id"] != typed["id"]],
        names={one["id"]: one["name"] for one in known},
        seen=offer.mark(place) if place else "",
        errors=errors,
    )
    return make_response(page, status)


def _import(
    errors: dict[str, str], status: int, *, found: tree.Reading | None = None, content: bytes = b""
) -> Response:
    known = _known()
    page = render_template(
        "office/offer/import_places.html",
        errors=errors,
        found=found,
        content=content.decode("utf-8-sig", "replace"),
        names={one["id"]: one["name"] for one in [*known, *(found.after if found else [])]},
        seen=offer.mark(known),
    )
    return make_response(page, status)
