"""Phones and their counts, for whoever keeps the officers going. No content of any report."""

from flask import Blueprint, render_template

from intake.services import register
from intake.web import desks
from intake.web.permissions import Act, needs

bp = Blueprint("phones", __name__)


@bp.get("/office/phones")
@needs(Act.SEE_PHONES)
def listing() -> str:
    desk, office = desks.desk(), desks.office()
    if desk.work is None:
        return render_template("office/no_key.html")
    with office.store.inbound() as inbound, office.store.office() as session:
        register.pull(session, inbound, desk=desk, now=desks.now())
        phones = register.phones(session, desk=desk)
    return render_template("office/phones.html", phones=phones)
