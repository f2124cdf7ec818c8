"""Cases: the list, and one case with what belongs to it. What is done in a case has pages of its own."""

from flask import Blueprint, render_template, request

from intake.services import cases, likeness, lists, pressing, register, times
from intake.web import desks
from intake.web.permissions import Act, may, needs

bp = Blueprint("cases", __name__)

# The pages about one case, with the act that whoever sees the link may do. Each takes `case`.
ABOUT_A_CASE = (
    ("cases.show", Act.SEE_CASES),
    ("answering.listing", Act.ANSWER_BACK),
    ("casework.history", Act.SEE_CASES),
    ("claims.of_case", Act.SEE_CLAIMS),
    ("help.show", Act.SEE_HELP),
    ("schooling.show", Act.SEE_HELP),
    ("consents.show", Act.SEE_HELP),
    ("notes.show", Act.SEE_HELP),
)


@bp.app_context_processor
def _case_pages() -> dict[str, object]:
    """The pages about one case that whoever asks may see, for the head of each of them."""
    found = desks.desk_or_none()
    return {"case_pages": [endpoint for endpoint, act in ABOUT_A_CASE if found and may(found.staff.roles, act)]}


@bp.get("/office/cases")
@needs(Act.SEE_CASES)
def listing() -> str:
    desk = desks.desk()
    if desk.work is None:
        return render_template("office/no_key.html")
    chosen = request.args.get("show", "open")
    name = chosen if chosen in lists.SHOWN else "open"
    page = desks.page()
    with desks.office().store.office(reading=True) as session:
        found = lists.of_cases(session, desk=desk, name=name, page=page)
    return render_template(
        "office/cases.html",
        cases=found.lines,
        counts=[(one, found.counts[one]) for one in lists.SHOWN],
        name=name,
        page=page,
        more=found.more,
    )


@bp.get("/office/cases/<uuid:case>")
@needs(Act.SEE_CASES)
def show(case: object) -> str:
    desk = desks.desk()
    with desks.office().store.office(reading=True) as session:
        found = cases.find(session, desk=desk, case=str(case))
        rows = {
            row.arrival.report: row for row in register.rows(session, desk=desk, reports=found.reports, now=desks.now())
        }
        links = likeness.links(session, desk=desk, reports=found.reports) if found.open else []
        listed = [rows[one] for one in found.reports if one in rows]
        cards = pressing.of_case(session, desk=desk, case=found, rows=listed, now=desks.now())
        places = register.place_names(session, desk=desk) if cards else {}
        has_codes = cases.has_codes(session, desk=desk)
    return render_template(
        "office/case.html",
        case=found,
        rows=listed,
        cards=cards,
        places=places,
        today=times.day(desks.now()),
        links=links,
        has_codes=has_codes,
    )
