"""Claims: the list, one claim with what is next and all that happened, and a form for each lawful next event."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from intake import words
from intake.domain.arrival import check_reason
from intake.domain.claim import Claim
from intake.domain.claim_law import LAW
from intake.domain.claim_standing import CLAIMANTS, PHASES, RESULTS, WANTS, Event
from intake.domain.forwarding import LOCAL, refusal
from intake.domain.problems import Problem
from intake.services import cases, claims, forwarding, lists, register
from intake.services.claims import New
from intake.services.desk import Desk
from intake.store import Session
from intake.web import desks, locales
from intake.web.once import once
from intake.web.permissions import Act, may, needs

bp = Blueprint("claims", __name__)

AGES = (1, 2, 5, 10)
# What can be done, in the order in which a page offers it.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "begin": ("registered", "child_known", "father_named", "father_changed", "father_set_aside"),
    "state": ("naming_agreed", "naming_withdrawn", "ms_notified", "ms_reminded", "ms_acknowledged", "ms_replied",
              "focal_point_named", "father_located",
              "father_unidentified", "admitted"),
    "test": ("dna_needed", "consented", "consent_withdrawn", "dna_father_requested", "dna_father_refused",
             "dna_law_excludes", "sample_collected", "sample_sealed", "sample_handed_over", "sample_at_lab",
             "sample_spoiled", "sample_destroyed", "dna_result_in"),
    "after": ("established", "father_excluded", "recognition_filed", "recognition_refused", "recognised",
              "support_ordered", "support_paid", "support_ended"),
    "around": ("hurdle", "hurdle_gone", "limit_set", "lawyer_named", "lawyer_gone", "counting_agreed",
               "counting_refused", "claimant_changed", "child_became_claimant"),
    "end": ("withdrawn", "not_established", "closed", "reopened"),
}  # fmt: skip
# Which event a task leads to, where there is one.
LEADS: Mapping[str, str] = {
    "register": "registered",
    "name_father": "father_named",
    "find_state": "father_changed",
    "notify": "ms_notified",
    "tell": "claimant_told",
    "ask_consent": "consented",
    "collect": "sample_collected",
    "seal": "sample_sealed",
    "bring_to_laboratory": "sample_at_lab",
    "get_result": "dna_result_in",
    "destroy": "sample_destroyed",
    "decide": "established",
    "file_recognition": "recognition_filed",
    "ask_child": "child_became_claimant",
    "ask_payment": "support_paid",
    "mend": "undone",
}
# Events that rest on what a test said: they ask for a fresh code.
ON_A_RESULT = ("dna_result_in", "established", "father_excluded")
CODE = ("401.4", "401.5", "403.20", "403.21")
STALE = "409.13"


@bp.get("/office/claims")
@needs(Act.SEE_CLAIMS)
def listing() -> Response:
    desk = desks.desk()
    if desk.work is None:
        return make_response(render_template("office/no_key.html"))
    phase, country = request.args.get("phase", ""), request.args.get("country", "")
    older, page = request.args.get("older", 0, type=int), desks.page()
    chosen, country = phase if phase in PHASES else "", country if len(country) == 2 else ""
    until = f"{desks.now() - timedelta(days=round(older * 365.25)):%Y-%m-%d}" if older in AGES else ""
    with desks.office().store.office(reading=True) as session:
        asked: dict[str, Any] = {"phase": chosen, "country": country, "until": until, "page": page}
        found = lists.of_claims(session, desk=desk, now=desks.now(), **asked)
        today = claims.today(session, desk=desk, now=desks.now())
    return make_response(
        render_template(
            "office/claims.html",
            found=found,
            counts={code: count for code, count in found.counts.items() if code},
            total=found.counts[chosen],
            chosen=chosen,
            country=country,
            older=older,
            ages=AGES,
            countries=_countries(),
            page=page,
            today=today,
            to_answer=forwarding.to_answer(desk=desk),
        )
    )


@bp.get("/office/cases/<uuid:case>/claims")
@needs(Act.SEE_CLAIMS)
def of_case(case: object) -> str:
    with desks.office().store.office(reading=True) as session:
        about = cases.find(session, desk=desks.desk(), case=str(case))
        found = claims.of_case(session, desk=desks.desk(), case=str(case), now=desks.now())
    return render_template("office/case_claims.html", case=about, lines=found)


@bp.get("/office/claims/new")
@needs(Act.WORK_CLAIMS)
def ask_new() -> Response:
    return _new_form(_proposed(request.args.get("case", ""), request.args.get("report", "")), {}, 200)


@bp.post("/office/claims/new")
@needs(Act.WORK_CLAIMS)
@once
def new() -> AnyResponse:
    typed = {name: value.strip() for name, value in request.form.items()}
    wished = {name: typed.get(name, "") for name in ("wants", "case", "report")}
    wished["born"] = desks.latin(typed.get("born", ""))
    father = {name: typed.get(name, "") for name in ("member_state", "employer", "category")}
    then = [New("owned", desks.desk().staff.name)]
    if any(father.values()):
        then.append(New("father_named", "F1", father))
    try:
        if typed.get("claimant", "") not in CLAIMANTS:
            raise Problem("422.40", field="claimant")
        with desks.office().store.office() as session:
            made = claims.begin(
                session,
                desk=desks.desk(),
                claimant=typed["claimant"],
                wished={name: value for name, value in wished.items() if value},
                happened=desks.latin(typed.get("happened", "")),
                then=then,
                now=desks.now(),
            )
    except Problem as problem:
        return _new_form(typed, desks.errors_of(problem), 422)
    return redirect(url_for("claims.show", claim=made.id), 303)


@bp.get("/office/claims/<uuid:claim>")
@needs(Act.SEE_CLAIMS)
def show(claim: object) -> str:
    desk = desks.desk()
    with desks.office().store.office(reading=True) as session:
        line = claims.line(session, desk=desk, claim=str(claim), now=desks.now())
        told = claims.tellings(session, desk=desk, claim=line.claim)
        rules = claims.policy(session, desk=desk)
        about = cases.find(session, desk=desk, case=line.claim.case) if line.claim.case else None
        between = forwarding.line(session, desk=desk, claim=str(claim))
        others = forwarding.choices(session, desk=desk)
    offers: dict[str, list[str]] = {}
    for kind, target in line.claim.offers(line.today):
        if not refusal(line.claim, Event("", kind, line.today, line.today, "", "", target)):
            offers.setdefault(kind, []).append(target)
    works = may(desk.staff.roles, Act.WORK_CLAIMS)
    return render_template(
        "office/claim.html",
        line=line,
        claim=line.claim,
        case=about,
        tellings=told,
        policy=rules,
        offers=offers if works else {},
        groups=GROUPS,
        leads=LEADS,
        law=LAW,
        years=_majority(line.claim),
        between=between.made if between else None,
        others=others,
        local=LOCAL,
        elsewhere={event.id for event in line.claim.events if refusal(line.claim, event)},
    )


@bp.get("/office/claims/<uuid:claim>/do/<kind>")
@needs(Act.WORK_CLAIMS)
def ask(claim: object, kind: str) -> Response:
    found = _line(str(claim))
    begun = {
        "happened": found.today,
        "known": found.today,
        "version": str(found.claim.version),
        **_known(found.claim, kind),
    }
    return _event_form(found, kind, begun, {}, 200)


@bp.post("/office/claims/<uuid:claim>/do/<kind>")
@needs(Act.WORK_CLAIMS)
def do(claim: object, kind: str) -> AnyResponse:
    typed = {name: value.strip() for name, value in request.form.items()}
    if kind not in LAW:
        raise Problem("404.1")
    event = New(
        kind,
        request.args.get("target", ""),
        {ask.name: _plain(ask.what, typed.get(ask.name, "")) for ask in LAW[kind].asks},
        desks.latin(typed.get("happened", "")),
        desks.latin(typed.get("known", "")),
    )
    asked: dict[str, Any] = {"claim": str(claim), "version": request.form.get("version", 0, type=int)}
    try:
        desk = desks.desk()
        if kind == "dna_result_in" and typed.get("result") not in RESULTS:
            raise Problem("422.40", field="result")
        if kind in ON_A_RESULT and (kind != "established" or typed.get("basis") == "dna"):
            desk = desks.step_up("identity", typed.get("code"), typed.get("answer"))
        with desks.office().store.office() as session:
            if kind == "dna_result_in":
                claims.result(session, desk=desk, event=event, found=typed["result"], now=desks.now(), **asked)
            else:
                claims.act(session, desk=desk, events=(event,), now=desks.now(), **asked)
    except Problem as problem:
        if problem.code in CODE:
            return _event_form(_line(str(claim)), kind, typed, {"code": problem.code}, problem.kind.status)
        if problem.code == STALE:
            found = _line(str(claim))
            fresh = {**typed, "version": str(found.claim.version)}
            return _event_form(found, kind, fresh, {"": STALE}, 409, stale=True)
        return _event_form(_line(str(claim)), kind, typed, desks.errors_of(problem), 422)
    return redirect(url_for("claims.show", claim=claim), 303)


@bp.get("/office/claims/<uuid:claim>/names")
@needs(Act.OPEN_CLAIM_NAMES)
def ask_names(claim: object) -> Response:
    return _names_form(str(claim), {}, 200)


@bp.post("/office/claims/<uuid:claim>/names")
@needs(Act.OPEN_CLAIM_NAMES)
def names(claim: object) -> Response:
    """Open them, or write them down: within one step-up."""
    reason, errors, status = request.form.get("reason", ""), {}, 200
    try:
        check_reason(reason)
        desk = desks.step_up("identity", request.form.get("code"), request.form.get("answer"))
    except Problem as problem:
        return _names_form(str(claim), _at_code(problem), problem.kind.status)
    try:
        _write_names(desk, str(claim))
    except Problem as problem:
        # What was typed stays in its form, beside what is written down now.
        status = problem.kind.status
        errors = {"": STALE} if problem.code == STALE else desks.errors_of(problem)
    with desks.office().store.office() as session:
        line = claims.line(session, desk=desk, claim=str(claim), now=desks.now())
        found = claims.names(session, desk=desk, claim=str(claim), reason=reason, now=desks.now())
    page = render_template(
        "office/claim_names.html",
        claim=line.claim,
        found=found,
        fields=claims.NAMED,
        until=desk.step_up_until,
        reason=reason,
        typed=request.form if errors else {},
        errors=errors,
    )
    return make_response(page, status)


def _write_names(desk: Desk, claim: str) -> None:
    """Who one person is, if a form says so. Raises what `claims.name` does."""
    whose, form = request.form.get("whose", ""), request.form
    if whose:
        given, before = (
            {whose: {name: form.get(f"{was}{name}", "").strip() for name in claims.NAMED}} for was in ("", "was-")
        )
        desks.writing(
            lambda session: claims.name(session, desk=desk, claim=claim, given=given, before=before, now=desks.now())
        )


@bp.get("/office/claims/<uuid:claim>/result/<uuid:event>")
@needs(Act.OPEN_CLAIM_NAMES)
def ask_result(claim: object, event: object) -> Response:
    return _result_form(str(claim), str(event), {}, 200)


@bp.post("/office/claims/<uuid:claim>/result/<uuid:event>")
@needs(Act.OPEN_CLAIM_NAMES)
def result(claim: object, event: object) -> Response:
    reason = request.form.get("reason", "")
    try:
        check_reason(reason)
        desk = desks.step_up("identity", request.form.get("code"), request.form.get("answer"))
        with desks.office().store.office() as session:
            asked = {"claim": str(claim), "event": str(event), "reason": reason}
            found = claims.result_of(session, desk=desk, now=desks.now(), **asked)
    except Problem as problem:
        return _result_form(str(claim), str(event), _at_code(problem), problem.kind.status)
    given = {"claim": _line(str(claim)).claim, "result": found, "until": desk.step_up_until, "reason": reason}
    return make_response(render_template("office/claim_result.html", **given))


def _at_code(problem: Problem) -> dict[str, str]:
    """Where a refused step-up is shown. Raises what no form can mend."""
    if problem.code in CODE:
        return {"code": problem.code}
    return {"reason": problem.code} if problem.code == "422.20" else desks.errors_of(problem)


def _line(claim: str) -> claims.Line:
    with desks.office().store.office(reading=True) as session:
        return claims.line(session, desk=desks.desk(), claim=claim, now=desks.now())


def _plain(what: str, typed: str) -> str:
    """Digits of any keyboard as Latin ones, where something is counted or dated."""
    return desks.latin(typed) if what in ("born", "month", "amount", "day", "currency") else typed


def _known(claim: Claim, kind: str) -> dict[str, str]:
    """What a form begins with, from what the claim says already or the link proposes."""
    target = request.args.get("target", "")
    if kind == "father_changed" and target in {one.code for one in claim.fathers}:
        return {name: str(value) for name, value in vars(claim.father(target)).items() if isinstance(value, str)}
    if kind == "child_known":
        return {"born": claim.born}
    if kind == "hurdle_gone":
        return next(({"reason": one.said("reason")} for one in claim.hurdles if one.target == target), {})
    if kind == "claimant_told":
        told = {"who": desks.desk().staff.name, "language": locales.language()}
        return {**told, "how": "lawyer"} if claim.lawyer else told
    return {"month": request.args.get("month", "")}


def _majority(claim: Claim) -> tuple[str, str]:
    return claim.majority


def _countries() -> list[tuple[str, str]]:
    """Every State with its name in the reader's language, in the order of names."""
    tag = locales.language()
    named = locales.offered_countries(words.REFERENCE if tag == locales.PSEUDO else tag)
    return sorted(named.items(), key=lambda one: one[1])


def _proposed(case: str, report: str) -> dict[str, str]:
    """What a claim begins with that is opened from a wish: what it says in codes, for those who may open reports."""
    begun = {"case": case, "report": report}
    if not report or not may(desks.desk().staff.roles, Act.OPEN_REPORT):
        return begun
    with desks.office().store.office(reading=True) as session:
        answers = _wish(session, report)
    speaks = answers.get("who_speaks")
    proposed = {
        "claimant": speaks if speaks in CLAIMANTS else "mother",
        "wants": answers.get("wants"),
        "born": answers.get("birth_year"),
        "employer": answers.get("father_serves"),
        "category": answers.get("father_kind"),
        "said_country": answers.get("father_country"),
    }
    return {
        **begun,
        **{name: _text(value) for name, value in proposed.items() if isinstance(value, str | int | Mapping)},
    }


def _text(value: object) -> str:
    """An answer as text; one that was declined is nothing."""
    return str(value.get("text", "")) if isinstance(value, Mapping) else str(value)


def _wish(session: Session, report: str) -> Mapping[str, Any]:
    told = register.told(session, desk=desks.desk(), arrival=register.find(session, desk=desks.desk(), report=report))
    return told.answers if told and told.form == "wish" else {}


def _new_form(typed: Mapping[str, str], errors: dict[str, str], status: int) -> Response:
    about, there = None, []
    if typed.get("case"):
        with desks.office().store.office(reading=True) as session:
            about = cases.find(session, desk=desks.desk(), case=typed["case"])
            there = claims.of_case(session, desk=desks.desk(), case=typed["case"], now=desks.now())
    page = render_template(
        "office/claim_new.html",
        typed=typed,
        errors=errors,
        case=about,
        lines=there,
        claimants=CLAIMANTS,
        wants=WANTS,
        law=LAW,
        countries=_countries(),
    )
    return make_response(page, status)


def _event_form(
    line: claims.Line,
    kind: str,
    typed: Mapping[str, str],
    errors: dict[str, str],
    status: int,
    *,
    stale: bool = False,
) -> Response:
    """The form of one kind of event about one target. Raises Problem 404.1 for a kind there is not."""
    if kind not in LAW:
        raise Problem("404.1")
    target = request.args.get("target", "")
    about = next((one for one in line.claim.events if one.id == target), None)
    page = render_template(
        "office/claim_event.html",
        line=line,
        claim=line.claim,
        kind=kind,
        target=target,
        about=about,
        typed=typed,
        errors=errors,
        stale=stale,
        asks=LAW[kind].asks,
        countries=_countries(),
        results=RESULTS,
        coded=kind in ON_A_RESULT and not desks.desk().identity,
        tags=tuple(words.languages()),
    )
    return make_response(page, status)


def _names_form(claim: str, errors: dict[str, str], status: int) -> Response:
    # What was typed goes along while a fresh code is asked for.
    brought = [
        name for name in ("whose", *claims.NAMED, *(f"was-{name}" for name in claims.NAMED)) if name in request.form
    ]
    given = {"claim": _line(claim).claim, "errors": errors, "typed": request.form, "brought": brought}
    return make_response(render_template("office/claim_ask.html", what="names", **given), status)


def _result_form(claim: str, event: str, errors: dict[str, str], status: int) -> Response:
    given = {"claim": _line(claim).claim, "event": event, "errors": errors, "typed": request.form}
    return make_response(render_template("office/claim_ask.html", what="result", **given), status)
