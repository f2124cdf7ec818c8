"""What the office decides about claims: read by who sees claims, changed with a code after reading what changes."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from intake.domain import claim_policy as rules
from intake.domain.arrival import check_reason
from intake.domain.claim_standing import Policy
from intake.domain.problems import Problem
from intake.services import claim_policies
from intake.web import desks
from intake.web.permissions import Act, needs

bp = Blueprint("claim_policy", __name__)
bp.before_request(desks.without_key)

# What the form itself shows; anything else is no mistake of whoever typed.
CODE = ("401.4", "401.5")
STALE = "409.9"


@bp.get("/office/claims/policy")
@needs(Act.SEE_CLAIMS)
def show() -> Response:
    return _page({}, 200)


@bp.post("/office/claims/policy")
@needs(Act.WORK_CLAIMS)
def change() -> AnyResponse:
    """First what would change is said; with a reason and a code it is decided."""
    policy, number = _typed(), request.form.get("version", 0, type=int)
    try:
        if not request.form.get("read"):
            return _page({}, 200, changed=rules.changes(_decided()[-1].policy, policy))
        check_reason(request.form.get("why", ""))
        desks.prove(request.form.get("code"), request.form.get("answer"))
        asked: dict[str, Any] = {"policy": policy, "why": request.form.get("why", ""), "number": number}
        desks.writing(lambda session: claim_policies.change(session, desk=desks.desk(), now=desks.now(), **asked))
    except Problem as problem:
        if problem.code == STALE:
            return _page({}, 409)
        if problem.code in CODE or problem.code == "422.20":
            wrong = {"code" if problem.code in CODE else "why": problem.code}
            return _page(wrong, problem.kind.status, changed=rules.changes(_decided()[-1].policy, policy))
        return _page(desks.errors_of(problem), problem.kind.status)
    return redirect(url_for("claim_policy.show"), 303)


def _typed() -> Policy:
    form = request.form
    days, years = (_number(form.get(name, "")) for name in ("tell_days", "limitation_years"))
    resolved = frozenset(form.getlist("resolved[]"))
    return Policy(resolved, form.get("recognised_in", ""), days, years)  # type: ignore[arg-type]  # checked by the rules


def _number(typed: str) -> int:
    """A whole number as it was typed, or one that no rule takes."""
    plain = desks.latin(typed.strip())
    return int(plain) if plain.isascii() and plain.isdecimal() and len(plain) < 9 else -1


def _decided() -> list[rules.Decided]:
    return desks.reading(lambda session: claim_policies.versions(session, desk=desks.desk()))


def _page(errors: dict[str, str], status: int, changed: tuple[str, ...] = ()) -> Response:
    every = _decided()
    now, typed = every[-1], request.form if request.method == "POST" and status != 409 else None
    page = render_template(
        "office/claim_policy.html",
        now=now,
        earlier=every[-2::-1],
        after=_typed() if typed else now.policy,
        written={name: typed.get(name, "") if typed else getattr(now.policy, name) for name in _NUMBERS},
        version=typed.get("version", 0, type=int) if typed else now.number,
        changed=changed,
        resolved=rules.RESOLVED,
        recognised_in=rules.RECOGNISED_IN,
        why=request.form.get("why", ""),
        stale=status == 409,
        errors=errors,
    )
    return desks.once_more(make_response(page, status))


_NUMBERS = ("tell_days", "limitation_years")
