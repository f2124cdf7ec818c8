"""Who has an account, what they may do and which keys they hold. Changes are made with the `intake` command."""

from flask import Blueprint, render_template

from intake.services import staff
from intake.web import desks
from intake.web.permissions import Act, needs

bp = Blueprint("people", __name__)


@bp.get("/office/people")
@needs(Act.SEE_PEOPLE)
def listing() -> str:
    with desks.office().store.office(reading=True) as session:
        people = staff.listing(session, office=desks.desk().office)
    return render_template("office/people.html", people=people)
