"""The audit chain, for the auditor: is it whole, and what does it say."""

from flask import Blueprint, render_template, request

from intake.domain.problems import Problem
from intake.services import audit
from intake.services.desk import Desk
from intake.store import Session
from intake.web import desks
from intake.web.permissions import Act, needs

bp = Blueprint("audit", __name__)

PAGE = 100
# A chain up to this long is walked each time somebody looks; a longer one when they ask for it.
AT_ONCE = 20_000


@bp.get("/office/audit")
@needs(Act.SEE_AUDIT)
def lines() -> str:
    desk = desks.desk()
    if desk.work is None:
        return render_template("office/no_key.html")
    page = max(request.args.get("page", 1, type=int), 1)
    with desks.office().store.office(reading=True) as session:
        total = audit.count(session, desk=desk)
        walked = total <= AT_ONCE or "check" in request.args
        broken = _broken(session, desk) if walked else None
        found = audit.page(session, desk=desk, upto=total - (page - 1) * PAGE, most=PAGE)
    return render_template(
        "office/audit.html",
        lines=found,
        total=total,
        walked=walked,
        broken=broken,
        page=page,
        more=total > page * PAGE,
    )


def _broken(session: Session, desk: Desk) -> Problem | None:
    """The first line that does not fit, if there is one."""
    try:
        audit.verify(session, desk=desk)
    except Problem as problem:
        return problem
    return None
