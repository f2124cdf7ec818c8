"""What phones get: all of it at a glance, which forms and languages are on, and publishing."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from intake import words
from intake.domain.changes import MEMBERS, waiting
from intake.domain.problems import Problem
from intake.services import bundles, directory, forms, offer, sounds, wording
from intake.services import keys as keychains
from intake.services.desk import Desk
from intake.web import desks, locales
from intake.web.field import shell_id
from intake.web.permissions import Act, needs

bp = Blueprint("offer", __name__)
bp.before_request(desks.without_key)

# What stops a publishing, told on its page: whoever published can do something about it, or ask somebody.
TOLD = ("401.4", "401.5", "403.20", "403.21", "409.6", "413.1", "422.16", "422.87", "422.98", "429.1")


@bp.get("/office/offer")
@needs(Act.SEE_OFFER)
def overview() -> str:
    desk = desks.desk()
    with desks.office().store.office(reading=True) as session:
        look = bundles.outlook(session, desk=desk)
        listing = directory.listing(session, desk=desk)
        said = offer.offered(offer.said(session, office=desk.office))
        return render_template(
            "office/offer/overview.html",
            said=said,
            last=look.last,
            changes=look.changes,
            waiting=waiting(look.changes),
            edits=offer.edits(session, desk=desk),
            entries=len(listing.entries) if listing else 0,
            unreviewed=_unreviewed(wording.count_unreviewed(session, desk=desk)),
            recorded=[one for one in sounds.listing(session, office=desk.office) if one.size],
        )


def _unreviewed(counts: dict[str, int]) -> list[tuple[str, int]]:
    return [(tag, count) for tag, count in counts.items() if count]


@bp.get("/office/offer/publish")
@needs(Act.PUBLISH)
def ask() -> Response:
    return _publish_page({}, 200)


@bp.post("/office/offer/publish")
@needs(Act.PUBLISH)
def publish() -> AnyResponse:
    try:
        desk = desks.step_up("sign", request.form.get("code"), request.form.get("answer"))
        _publish(desk)
    except Problem as problem:
        if problem.code not in TOLD:
            raise
        page = _publish_page({"code" if problem.code in ("401.4", "401.5") else "": problem.code}, problem.kind.status)
        if "retry" in problem.params:
            page.headers["Retry-After"] = str(problem.params["retry"])
        return page
    return redirect(url_for("offer.overview", said="published"), 303)


def _publish(desk: Desk) -> None:
    seen, shell = request.form.get("seen", ""), shell_id(demo=locales.demo())
    store = desks.office().store
    with store.office() as session, store.inbound() as inbound:
        bundles.publish_as_read(session, inbound, desk=desk, shell=shell, seen=seen, now=desks.now())


def _publish_page(errors: dict[str, str], status: int) -> Response:
    desk = desks.desk()
    with desks.office().store.office(reading=True) as session:
        look = bundles.outlook(session, desk=desk)
        held = keychains.held_by(session, office=desk.office, holder=desk.staff.id)
        edits = offer.edits(session, desk=desk)
    page = render_template(
        "office/offer/publish.html",
        look=look,
        members=MEMBERS,
        holds="sign" in held,
        edits=edits,
        errors=errors,
        stepped=desk.sign,
    )
    return make_response(page, status)


@bp.get("/office/offer/forms")
@needs(Act.SEE_OFFER)
def forms_page() -> Response:
    return _forms_page({}, 200)


@bp.post("/office/offer/forms/<form>")
@needs(Act.EDIT_OFFER)
def switch(form: str) -> AnyResponse:
    act = forms.switch_on if request.form.get("on") == "yes" else forms.switch_off
    try:
        desks.writing(lambda session: act(session, desk=desks.desk(), form=form, now=desks.now()))
    except Problem as problem:
        return _forms_page({"": problem.code}, problem.kind.status)
    return redirect(url_for("offer.forms_page", said="saved"), 303)


@bp.post("/office/offer/languages")
@needs(Act.EDIT_OFFER)
def languages() -> AnyResponse:
    chosen, seen = request.form.getlist("language"), request.form.get("seen", "")
    tags = [words.REFERENCE, *(one.tag for one in words.offered() if one.tag in chosen and one.tag != words.REFERENCE)]
    desk = desks.desk()
    try:
        with desks.office().store.office() as session:
            before = offer.said(session, office=desk.office, to_change=True)["languages"]
            offer.check_seen(seen, before)
            offer.edit(session, desk=desk, changes={"languages": tags}, now=desks.now())
    except Problem as problem:
        return _forms_page({"": problem.code}, problem.kind.status, tags)
    return redirect(url_for("offer.forms_page", said="saved"), 303)


def _forms_page(errors: dict[str, str], status: int, typed: list[str] | None = None) -> Response:
    desk = desks.desk()
    with desks.office().store.office(reading=True) as session:
        choices = forms.choices(session, office=desk.office)
        known = offer.said(session, office=desk.office)["languages"]
        edits = offer.edits(session, desk=desk)
    page = render_template(
        "office/offer/forms.html",
        choices=choices,
        known=known,
        chosen=typed if typed is not None else known,
        every=words.offered(),
        seen=offer.mark(known),
        edits=edits,
        errors=errors,
    )
    return make_response(page, status)
