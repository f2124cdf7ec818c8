"""What is due: one's own things and the office's, by day, the longest overdue first."""

from collections.abc import Callable, Mapping

from flask import Blueprint, render_template, url_for

from intake.domain.arrival import KIND
from intake.domain.claim import KIND as CLAIM
from intake.domain.telling import KIND as TELLING
from intake.services import deadlines
from intake.services.records import Record
from intake.web import desks
from intake.web.permissions import Act, needs

bp = Blueprint("due", __name__)

# Where a record of a kind is seen to. Each kind that bears a day adds its line here, and its words in `due_words.html`.
LINKS: Mapping[str, Callable[[Record], str]] = {
    KIND: lambda record: url_for("register.show", report=record.id),
    CLAIM: lambda record: url_for("claims.show", claim=record.id),
    TELLING: lambda record: url_for("answering.listing", case=record.content["case"]),
}


@bp.get("/office/due")
@needs(Act.SEE_DUE)
def listing() -> str:
    desk = desks.desk()
    if desk.work is None:
        return render_template("office/no_key.html")
    with desks.office().store.office(reading=True) as session:
        found = deadlines.listing(session, desk=desk, now=desks.now())
    return render_template("office/due.html", found=found, link=_link)


def _link(record: Record) -> str:
    """Its page, or "" for a kind that has none."""
    address = LINKS.get(record.kind)
    return address(record) if address else ""
