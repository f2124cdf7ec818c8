"""Providers: the list staff send people to, what they note of one, and that somebody made sure today."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from intake.domain import provider as rules
from intake.domain.directory import SERVICES
from intake.domain.problems import Problem
from intake.domain.provider import Provider
from intake.services import providers, register, times
from intake.web import desks
from intake.web.once import once
from intake.web.permissions import Act, needs

bp = Blueprint("providers", __name__)

TEXTS = ("name", "place", "hours", "reach", "room", "capacity", "contact")
LISTS = ("services", "marks")


@bp.get("/office/providers")
@needs(Act.SEE_HELP)
def listing() -> str:
    desk = desks.desk()
    if desk.work is None:
        return render_template("office/no_key.html")
    with desks.office().store.office(reading=True) as session:
        found = providers.every(session, desk=desk)
        places = register.place_names(session, desk=desk)
    service, place = request.args.get("service", ""), request.args.get("place", "")
    return render_template(
        "office/providers.html",
        providers=[one for one in found if service in ("", *one.services) and place in ("", one.place)],
        service=service,
        place=place,
        places=places,
        services=SERVICES,
        today=times.day(desks.now()),
    )


@bp.get("/office/providers/new")
@needs(Act.WORK_HELP)
def ask_new() -> Response:
    return _form(None, {}, 200)


@bp.post("/office/providers/new")
@needs(Act.WORK_HELP)
@once
def add() -> AnyResponse:
    try:
        with desks.office().store.office() as session:
            made = providers.add(session, desk=desks.desk(), now=desks.now(), **_typed())
    except Problem as problem:
        return _form(None, desks.errors_of(problem), 422)
    return redirect(url_for("providers.show", provider=made.id), 303)


@bp.get("/office/providers/<uuid:provider>")
@needs(Act.SEE_HELP)
def show(provider: object) -> Response:
    return _form(str(provider), {}, 200)


@bp.post("/office/providers/<uuid:provider>")
@needs(Act.WORK_HELP)
def change(provider: object) -> AnyResponse:
    """Note what the form says, or, by its other button, that somebody made sure today."""
    asked: dict[str, Any] = {
        "desk": desks.desk(),
        "provider": str(provider),
        "version": request.form.get("version", 0, type=int),
        "now": desks.now(),
    }
    try:
        with desks.office().store.office() as session:
            if request.form.get("verify"):
                providers.verify(session, **asked)
            else:
                providers.change(session, **asked, **_typed())
    except Problem as problem:
        if problem.code == "409.9":
            return _form(str(provider), {}, 409)
        return _form(str(provider), desks.errors_of(problem), 422)
    return redirect(url_for("providers.show", provider=provider), 303)


def _typed() -> dict[str, Any]:
    single = {name: request.form.get(name, "").strip() for name in TEXTS}
    return {**single, **{name: tuple(request.form.getlist(f"{name}[]")) for name in LISTS}}


def _form(id: str | None, errors: dict[str, str], status: int) -> Response:
    """The page of one provider, or of a new one (`id` None). Stale: what is there now stands beside what was typed."""
    desk = desks.desk()
    with desks.office().store.office(reading=True) as session:
        found = providers.find(session, desk=desk, provider=id) if id else Provider("")
        places = register.place_names(session, desk=desk)
    version = request.form.get("version", type=int) if errors else None
    page = render_template(
        "office/provider.html",
        provider=found,
        version=found.version if version is None else version,
        typed=request.form if request.form and not request.form.get("verify") else _as_typed(found),
        places=places,
        services=SERVICES,
        rules=rules,
        today=times.day(desks.now()),
        stale=status == 409,
        errors=errors,
    )
    return make_response(page, status)


def _as_typed(found: Provider) -> MultiDict[str, str]:
    """A provider as its form would send it."""
    pairs = [(name, str(getattr(found, name))) for name in TEXTS]
    return MultiDict([*pairs, *((f"{name}[]", code) for name in LISTS for code in getattr(found, name))])
