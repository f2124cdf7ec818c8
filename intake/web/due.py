"""What is due: one's own things and the office's, by day, the longest overdue first."""

from collections.abc import Callable, Mapping

from flask import Blueprint, render_template, request, url_for

from intake.domain.arrival import KIND as ARRIVAL
from intake.domain.claim import KIND as CLAIM
from intake.domain.matter import KIND as PROCEEDING
from intake.domain.referral import KIND as REFERRAL
from intake.domain.schooling import KIND as SCHOOLING
from intake.domain.scorecard import KIND as SCORECARD
from intake.domain.telling import KIND as TELLING
from intake.domain.verbale import KIND as VERBALE
from intake.services import claims, deadlines
from intake.services.records import Record
from intake.web import desks
from intake.web.permissions import Act, may, needs

bp = Blueprint("due", __name__)

# Where a record of a kind is seen to, and by whom. Each kind that bears a day adds its line here, and its words in
# `due_words.html`.
LINKS: Mapping[str, tuple[Act, Callable[[Record], str]]] = {
    ARRIVAL: (Act.OPEN_REPORT, lambda record: url_for("register.show", report=record.id)),
    CLAIM: (Act.SEE_CLAIMS, lambda record: url_for("claims.show", claim=record.id)),
    SCHOOLING: (Act.SEE_HELP, lambda record: url_for("schooling.show", case=record.content["case"])),
    TELLING: (Act.ANSWER_BACK, lambda record: url_for("answering.listing", case=record.content["case"])),
    REFERRAL: (Act.SEE_HELP, lambda record: url_for("help.referral", case=record.content["case"], referral=record.id)),
    PROCEEDING: (Act.SEE_STATES, lambda record: url_for("proceedings.show", matter=record.id)),
    SCORECARD: (Act.SEE_SCORECARDS, lambda record: url_for("scorecards.show", card=record.id)),
    VERBALE: (Act.SEE_STATES, lambda record: url_for("verbales.show", note=record.id)),
}


@bp.get("/office/due")
@needs(Act.SEE_DUE)
def listing() -> str:
    desk = desks.desk()
    if desk.work is None:
        return render_template("office/no_key.html")
    chosen, page = request.args.get("show", ""), desks.page()
    name = chosen if chosen in deadlines.SHOWN else "mine"
    with desks.office().store.office(reading=True) as session:
        found = deadlines.listing(session, desk=desk, name=name, page=page, now=desks.now())
        if not chosen and not found.counts[name]:
            # Who has nothing of their own sees at once what the office owes.
            name = "office"
            found = deadlines.listing(session, desk=desk, name=name, page=page, now=desks.now())
        steps = {
            record.id: claims.step_told(session, desk=desk, telling_id=record.id)
            for record in (*(one for due in found.days for one in due.records), *found.undated)
            if record.kind == TELLING and _link(record)
        }
    return render_template("office/due.html", found=found, name=name, page=page, link=_link, steps=steps)


def _link(record: Record) -> str:
    """Its page; "" where whoever asks may not open that, and for a kind that has none."""
    act, address = LINKS.get(record.kind, (None, lambda _: ""))
    return address(record) if act and may(desks.desk().staff.roles, act) else ""
