"""The audit chain, for the auditor: is it whole, and what does it say."""

from collections.abc import Iterator

from flask import Blueprint, render_template, request

from intake.domain.problems import Problem
from intake.services import audit
from intake.web import desks
from intake.web.permissions import Act, needs

bp = Blueprint("audit", __name__)

PAGE = 100


@bp.get("/office/audit")
@needs(Act.SEE_AUDIT)
def lines() -> str:
    desk = desks.desk()
    if desk.work is None:
        return render_template("office/no_key.html")
    page = max(request.args.get("page", 1, type=int), 1)
    broken: Problem | None = None
    with desks.office().store.office(reading=True) as session:
        try:
            audit.verify(session, desk=desk)
        except Problem as problem:
            broken = problem
        found = _readable(audit.read(session, desk=desk))
    newest = found[::-1][(page - 1) * PAGE : page * PAGE]
    return render_template(
        "office/audit.html", lines=newest, total=len(found), broken=broken, page=page, more=len(found) > page * PAGE
    )


def _readable(entries: Iterator[audit.Entry]) -> list[audit.Entry]:
    """The lines up to the first that cannot be opened; `verify` has named it already."""
    found = []
    try:
        for entry in entries:
            found.append(entry)
    except Problem:
        return found
    return found
