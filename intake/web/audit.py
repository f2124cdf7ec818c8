"""The audit chain, for the auditor: is it whole, and what does it say."""

from flask import Blueprint, Response, make_response, render_template, request, url_for

from intake.domain.problems import Problem
from intake.services import audit, walks
from intake.services.walks import Walked
from intake.web import desks
from intake.web.permissions import Act, needs

bp = Blueprint("audit", __name__)

PAGE = 100
BROKEN, STALE = "422.86", "409.2"


@bp.get("/office/audit")
@needs(Act.SEE_AUDIT)
def lines() -> Response:
    """What is new since the chain was walked is walked first, a portion each time; `check` begins with the first line.

    As long as lines are left the page asks again by itself.
    """
    desk = desks.desk()
    if desk.work is None:
        return make_response(render_template("office/no_key.html"))
    page = desks.page()
    walked, broken = None, 0
    try:
        walked = desks.reading(lambda session: walks.walk(session, desk=desk, afresh="check" in request.args))
    except Problem as problem:
        if problem.code != BROKEN:
            raise
        broken = int(str(problem.params["number"]))
    else:
        _keep(walked)
    with desks.office().store.office(reading=True) as session:
        total = audit.count(session, desk=desk)
        found = audit.page(session, desk=desk, upto=total - (page - 1) * PAGE, most=PAGE)
    answer = make_response(
        render_template(
            "office/audit.html",
            lines=found,
            total=total,
            walked=walked,
            broken=broken,
            page=page,
            more=total > page * PAGE,
        )
    )
    if walked and not walked.whole:
        answer.headers["Refresh"] = f"{desks.REFRESH};url={url_for('audit.lines', page=page)}"
    return answer


def _keep(walked: Walked) -> None:
    try:
        desks.writing(lambda session: walks.keep(session, desk=desks.desk(), walked=walked, now=desks.now()))
    except Problem as problem:
        if problem.code != STALE:  # somebody else looked at the same time, and has kept as much
            raise
