"""What has arrived: the list, what presses most first."""

from flask import Blueprint, render_template, request

from intake.domain.arrival import FILTERS
from intake.services import duty, lists, own_answers, pressing, register, times
from intake.web import desks
from intake.web.permissions import Act, needs

bp = Blueprint("arrivals", __name__)


@bp.get("/office/arrivals")
@needs(Act.LIST_ARRIVALS)
def listing() -> str:
    office = desks.office()
    if desks.desk().work is None:
        return render_template("office/no_key.html")
    with office.store.inbound() as inbound, office.store.office() as session:
        fresh = register.pull(session, inbound, desk=desks.desk(), now=desks.now())
        own_answers.keep_up(session, inbound, desk=desks.desk(), now=desks.now())
    desk = desks.look_again()
    chosen = request.args.get("show", "waiting")
    name = chosen if chosen in FILTERS else "waiting"
    page = desks.page()
    with office.store.office(reading=True) as session:
        found = lists.arrivals(session, desk=desk, name=name, page=page, now=desks.now())
        phones = register.labels(session, desk=desk)
        hours = register.hold_hours(session, desk=desk)
        waiting = [row for row in found.lines if not row.arrival.settled]
        cards = pressing.of_rows(session, desk=desk, rows=waiting, now=desks.now())
        places = register.place_names(session, desk=desk)
        called = duty.about(session, office=desk.office, reports=[row.arrival.report for row in found.lines])
    # A filter that shows nothing is left out, but for the first and the last two.
    counts = [(one, found.counts[one]) for one in FILTERS]
    return render_template(
        "office/arrivals.html",
        rows=found.lines,
        cards=cards,
        places=places,
        today=times.day(desks.now()),
        phones=phones,
        holder=lambda arrival: arrival.holder(desks.now(), hours),
        counts=[(one, count) for one, count in counts if count or one in ("waiting", "decided", "all")],
        called=called,
        name=name,
        page=page,
        more=found.more,
        fresh=fresh,
    )
