"""What was being typed when a session ended: kept by the page itself or by a form that came too late, given back."""

from flask import Blueprint, Flask, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from intake.services import kept
from intake.web import desks
from intake.web.permissions import Act, needs
from intake.web.typed import put_back

bp = Blueprint("kept", __name__)

# Where the form stood and where it goes: the page says so beside the form's own fields.
PAGE, ACTION = "kept_page", "kept_action"


def install(app: Flask) -> None:
    """Fill pages with what was kept of them."""
    app.after_request(_give_back)


@bp.post("/office/kept")
@needs(Act.KEEP_TYPED)
def keep() -> Response:
    """Keep a form for whoever's session this is, or was. The answer tells nobody whether there was one."""
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in (PAGE, ACTION)]
    page, action = (desks.own_path(request.form.get(name, "")) for name in (PAGE, ACTION))
    desks.keep(page, action, fields)
    return Response(status=204)


@bp.post("/office/kept/forget")
@needs(Act.OWN_ACCOUNT)
def forget() -> AnyResponse:
    with desks.office().store.office() as session:
        kept.forget(session, staff=desks.desk().staff.id, id=request.form.get("id", ""))
    return redirect(desks.own_path(request.form.get("page", "")) or url_for("account.show"), 303)


def _give_back(response: Response) -> Response:
    found = desks.kept_here() if response.mimetype == "text/html" and response.status_code == 200 else None
    if found is not None:
        response.set_data(put_back(response.get_data(as_text=True), found.action, found.fields, at=found.page))
    return response
