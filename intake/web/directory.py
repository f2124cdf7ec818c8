"""The list of places that help: one entry at a time, and the whole list from a file and into one."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from intake import words
from intake.domain import directory as lists
from intake.domain import places as tree
from intake.domain.problems import Problem
from intake.domain.tables import Cells
from intake.services import directory, offer, places
from intake.web import desks
from intake.web.permissions import Act, needs

bp = Blueprint("directory", __name__)
bp.before_request(desks.without_key)

SEVERAL = ("services", "languages")


@bp.get("/office/offer/services")
@needs(Act.SEE_OFFER)
def listing() -> str:
    desk = desks.desk()
    with desks.office().store.office(reading=True) as session:
        found = directory.listing(session, desk=desk)
        names = {one["id"]: one["name"] for one in places.listing(session, office=desk.office)}
    entries = [(directory.id_of(one), one) for one in found.entries] if found else []
    return render_template("office/offer/services.html", found=found, entries=entries, names=names)


@bp.get("/office/offer/services/add")
@needs(Act.EDIT_OFFER)
def ask_new() -> Response:
    return _form(None, dict.fromkeys(lists.COLUMNS, "") | {"checked": f"{desks.now():%Y-%m-%d}"}, {}, 200)


@bp.post("/office/offer/services/add")
@needs(Act.EDIT_OFFER)
def add() -> AnyResponse:
    typed = _typed()
    wrong = desks.writing(lambda session: directory.put(session, desk=desks.desk(), cells=typed, now=desks.now()))
    if wrong:
        return _form(None, typed, wrong, 422)
    return redirect(url_for("directory.listing", said="saved"), 303)


@bp.get("/office/offer/services/one/<id>")
@needs(Act.EDIT_OFFER)
def ask(id: str) -> Response:
    entry = _find(id)
    return _form(entry, lists.cells_of(entry), {}, 200)


@bp.post("/office/offer/services/one/<id>")
@needs(Act.EDIT_OFFER)
def change(id: str) -> AnyResponse:
    typed, seen, desk = _typed(), request.form.get("seen", ""), desks.desk()
    wrong: dict[str, str] = {}
    try:
        with desks.office().store.office() as session:
            if "remove" in request.form:
                directory.remove(session, desk=desk, id=id, seen=seen, now=desks.now())
            else:
                wrong = directory.put(session, desk=desk, cells=typed, id=id, seen=seen, now=desks.now())
    except Problem as problem:
        if problem.code != "409.6":
            raise
        wrong = {"": problem.code}
    if wrong:
        return _form(_find(id), typed, wrong, 409 if "409.6" in wrong.values() else 422)
    return redirect(url_for("directory.listing", said="saved"), 303)


@bp.get("/office/offer/services.csv")
@needs(Act.SEE_OFFER)
def export() -> Response:
    return Response(
        lists.write(_entries()),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="services.csv"'},
    )


@bp.get("/office/offer/services/import")
@needs(Act.EDIT_OFFER)
def ask_file() -> Response:
    return _import({}, 200)


@bp.post("/office/offer/services/import")
@needs(Act.EDIT_OFFER)
def load() -> AnyResponse:
    """First what the file holds; then, sent again as it was shown, the change."""
    content, desk, now = desks.sent_file(), desks.desk(), desks.now()
    if content is None:
        return _import({"file": "422.275"}, 422)

    def read() -> lists.Reading:
        return desks.reading(lambda session: directory.reading(session, office=desk.office, content=content, now=now))

    if "seen" not in request.form:
        found = read()
        return _import({}, 422 if found.wrong else 200, found=found, content=content)
    seen = request.form["seen"]
    try:
        found = desks.writing(lambda session: directory.load(session, desk=desk, content=content, seen=seen, now=now))
    except Problem as problem:
        return _import({"": problem.code}, problem.kind.status, found=read(), content=content)
    if found.wrong:
        return _import({}, 422, found=found)
    return redirect(url_for("directory.listing", said="saved"), 303)


def _entries() -> list[lists.Entry]:
    found = desks.reading(lambda session: directory.listing(session, desk=desks.desk()))
    return found.entries if found else []


def _find(id: str) -> lists.Entry:
    return desks.reading(lambda session: directory.find(session, desk=desks.desk(), id=id))


def _typed() -> Cells:
    return {
        name: lists.LISTS.join(request.form.getlist(name)) if name in SEVERAL else request.form.get(name, "")
        for name in lists.COLUMNS
    }


def _form(entry: lists.Entry | None, typed: Cells, errors: dict[str, str], status: int) -> Response:
    known = desks.reading(lambda session: places.listing(session, office=desks.desk().office))
    by_id = tree.by_id(known)
    page = render_template(
        "office/offer/service.html",
        entry=entry,
        id=directory.id_of(entry) if entry else "",
        typed=typed,
        chosen={name: lists.values(typed[name]) for name in SEVERAL},
        services=lists.SERVICES,
        spoken=list(words.languages()),
        places=[(one, len(tree.around(by_id, one["id"])) - 1) for one in tree.in_use(known)],
        names={one["id"]: one["name"] for one in known},
        seen=offer.mark(entry) if entry else "",
        errors=errors,
    )
    return make_response(page, status)


def _import(
    errors: dict[str, str], status: int, *, found: lists.Reading | None = None, content: bytes = b""
) -> Response:
    known = _entries()
    keys = {lists.key_of(one): one for one in known}
    after = found.entries if found and not found.wrong else []
    page = render_template(
        "office/offer/import_services.html",
        errors=errors,
        found=found,
        content=content.decode("utf-8-sig", "replace"),
        columns=lists.COLUMNS,
        services=lists.SERVICES,
        added=[one for one in after if lists.key_of(one) not in keys],
        changed=[one for one in after if lists.key_of(one) in keys and keys[lists.key_of(one)] != one],
        removed=[one for one in known if lists.key_of(one) not in {lists.key_of(other) for other in after}],
        seen=offer.mark(known),
    )
    return make_response(page, status)
