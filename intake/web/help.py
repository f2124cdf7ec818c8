"""Help in one case: needs against what was offered, each referral, and its steps."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from intake.domain import agreement
from intake.domain import referral as law
from intake.domain.directory import SERVICES
from intake.domain.problems import Problem
from intake.domain.programme import Programme
from intake.services import agreements, cases, help, programmes, providers, register, times
from intake.store import Session
from intake.web import desks
from intake.web.once import once
from intake.web.permissions import Act, needs

bp = Blueprint("help", __name__)

# What each step sends beside its version; those that are lists are named with a star.
SENT: Mapping[str, tuple[str, ...]] = {
    "consented": ("told", "how", "spoke", "on"),
    "sent": ("provider", "*handed", "follow_up"),
    "accepted": ("appointment",),
    "rejected": ("reason",),
    "service_unavailable": ("reason",),
    "in_progress": ("follow_up",),
    "followed_up": ("met", "follow_up", "appointment"),
    "done": ("done_on", "met"),
    "recalled": ("recall",),
    "funded": ("programme",),
    "declined_by_survivor": (),
    "lost_contact": (),
}


@bp.get("/office/cases/<uuid:case>/help")
@needs(Act.SEE_HELP)
def show(case: object) -> str:
    with desks.office().store.office() as session:
        found = help.of_case(session, desk=desks.desk(), case=str(case), now=desks.now())
    return render_template("office/help.html", case=found.case, help=found, today=times.day(desks.now()))


@bp.get("/office/cases/<uuid:case>/help/offer")
@needs(Act.WORK_HELP)
def ask_offer(case: object) -> Response:
    return _offer_form(str(case), {}, 200)


@bp.post("/office/cases/<uuid:case>/help/offer")
@needs(Act.WORK_HELP)
@once
def offer(case: object) -> AnyResponse:
    typed = {name: request.form.get(name, "") for name in ("person", "service", "provider")}
    try:
        with desks.office().store.office() as session:
            made = help.offer(session, desk=desks.desk(), case=str(case), checked=_checked(), now=desks.now(), **typed)
    except Problem as problem:
        return _offer_form(str(case), desks.errors_of(problem), 422)
    return redirect(url_for("help.referral", case=case, referral=made.id), 303)


def _offer_form(case: str, errors: dict[str, str], status: int) -> Response:
    with desks.office().store.office(reading=True) as session:
        found = cases.find(session, desk=desks.desk(), case=case)
        wishes = agreements.of_case(session, desk=desks.desk(), case=found)
        choice = _choice(session, request.values.get("service", ""))
    page = render_template(
        "office/offer.html",
        case=found,
        typed=request.values,
        errors=errors,
        kept_from=wishes.kept_from,
        services=SERVICES,
        **choice,
    )
    return make_response(page, status)


@bp.get("/office/cases/<uuid:case>/help/<uuid:referral>")
@needs(Act.SEE_HELP)
def referral(case: object, referral: object) -> Response:
    return _referral(str(case), str(referral), _chosen(), {}, 200)


@bp.post("/office/cases/<uuid:case>/help/<uuid:referral>")
@needs(Act.WORK_HELP)
def step(case: object, referral: object) -> AnyResponse:
    kind, version = _chosen(), request.form.get("version", 0, type=int)
    try:
        with desks.office().store.office() as session:
            help.step(
                session,
                desk=desks.desk(),
                case=str(case),
                id=str(referral),
                kind=kind,
                version=version,
                checked=_checked(),
                now=desks.now(),
                **_details(kind),
            )
    except Problem as problem:
        if problem.code == "409.4":
            return _referral(str(case), str(referral), kind, {}, 409, seen=version)
        return _referral(str(case), str(referral), kind, desks.errors_of(problem), 422)
    return redirect(url_for("help.referral", case=case, referral=referral), 303)


def _referral(case: str, id: str, kind: str, errors: dict[str, str], status: int, *, seen: int = 0) -> Response:
    """The page of a referral, with the form of one step if one was chosen. `seen` is a version that is no longer."""
    desk, today = desks.desk(), times.day(desks.now())
    with desks.office().store.office(reading=True) as session:
        found = cases.find(session, desk=desk, case=case)
        line = help.find(session, desk=desk, case=case, id=id)
        wishes = agreements.of_case(session, desk=desk, case=found)
        choice = _choice(session, line.referral.service)
        payers = programmes.paying(session, desk=desk, service=line.referral.service, place="", now=desks.now())
        payer = _payer(session, line.referral.programme)
    shown = line.referral.as_of(seen) if seen else None
    version = request.form.get("version", type=int) if errors else None
    page = render_template(
        "office/referral.html",
        case=found,
        line=line,
        steps=[code for code in line.referral.lawful if code in SENT],
        chosen=kind,
        typed=request.form if request.form else MultiDict({"spoke": desk.staff.name, "on": today}),
        # The version on the screen when the person began is the one that counts, until it is shown what changed.
        version=version or line.referral.version,
        errors=errors,
        seen=shown,
        law=law,
        agreement=agreement,
        kept_from=wishes.kept_from,
        payers={one.id: one for one in payers},
        payer=payer,
        **choice,
    )
    return make_response(page, status)


def _payer(session: Session, programme: str) -> Programme | None:
    """The programme that pays for it, if one does."""
    return programmes.find(session, desk=desks.desk(), programme=programme) if programme else None


def _choice(session: Session, service: str) -> dict[str, Any]:
    """What a list of providers to choose from is made of: those that give this help come first."""
    desk = desks.desk()
    found = providers.every(session, desk=desk)
    ordered = sorted(found, key=lambda provider: service not in provider.services)
    return {
        "providers": {provider.id: provider for provider in ordered},
        "places": register.place_names(session, desk=desk),
        "today": times.day(desks.now()),
    }


def _chosen() -> str:
    """The step that was asked for, or none."""
    kind = request.args.get("step", "")
    return kind if kind in SENT else ""


def _details(kind: str) -> dict[str, Any]:
    """What the form of a step sends."""
    lists = [name.removeprefix("*") for name in SENT.get(kind, ()) if name.startswith("*")]
    single = [name for name in SENT.get(kind, ()) if not name.startswith("*")]
    return {
        **{name: request.form.get(name, "") for name in single},
        **{name: request.form.getlist(f"{name}[]") for name in lists},
    }


def _checked() -> bool:
    return request.form.get("checked") == "yes"
