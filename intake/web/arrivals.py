"""What has arrived: the list, what presses most first."""

from flask import Blueprint, render_template, request

from intake.domain.arrival import FILTERS, Row, shown
from intake.services import duty, own_answers, register
from intake.web import desks
from intake.web.permissions import Act, needs

bp = Blueprint("arrivals", __name__)

PAGE = 50


@bp.get("/office/arrivals")
@needs(Act.LIST_ARRIVALS)
def listing() -> str:
    desk, office = desks.desk(), desks.office()
    if desk.work is None:
        return render_template("office/no_key.html")
    with office.store.inbound() as inbound, office.store.office() as session:
        fresh = register.pull(session, inbound, desk=desk, now=desks.now())
        own_answers.keep_up(session, inbound, desk=desk, now=desks.now())
        rows = register.listing(session, desk=desk, now=desks.now())
        phones = register.labels(session, desk=desk)
        hours = register.hold_hours(session, desk=desk)
        called = duty.about(session, office=desk.office, reports=[row.arrival.report for row in rows])
    chosen = request.args.get("show", "waiting")
    name = chosen if chosen in FILTERS else "waiting"
    page = max(request.args.get("page", 1, type=int), 1)
    found = [row for row in rows if shown(row, name, desk.staff.name)]
    return render_template(
        "office/arrivals.html",
        rows=found[(page - 1) * PAGE : page * PAGE],
        phones=phones,
        holder=lambda arrival: arrival.holder(desks.now(), hours),
        counts=_counts(rows, desk.staff.name),
        called=called,
        name=name,
        page=page,
        more=len(found) > page * PAGE,
        fresh=fresh,
    )


def _counts(rows: list[Row], reader: str) -> list[tuple[str, int]]:
    """How many lines each filter shows; those that would show none are left out, but for the first and the last two."""
    counted = [(name, sum(shown(row, name, reader) for row in rows)) for name in FILTERS]
    return [(name, count) for name, count in counted if count or name in ("waiting", "decided", "all")]
