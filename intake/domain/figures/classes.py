"""Into which classes of the tables a claim, a request, a need or a telling falls at the end of a day.

What is counted is what was *known* here at the end of that day, so that a release can be counted again later. Nothing
that is given here names anybody or says which record it was.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from intake.domain.case import Case
from intake.domain.claim import Claim
from intake.domain.claim_law import LAW
from intake.domain.claim_standing import CHILD, MOTHER, Father, Policy
from intake.domain.clocks import Calendar, Lengths, Reading, read
from intake.domain.figures.tables import DIMENSIONS, OTHER, SEVERAL, UNKNOWN
from intake.domain.overview import Asked
from intake.domain.partial import days_after, last
from intake.domain.telling import TOLD, Telling
from intake.domain.verbale import ANSWER, Verbale

Classes = Mapping[str, str]

# domain brief 6.3 to the three that the United Nations publishes
CATEGORY: Mapping[str, str] = {
    **dict.fromkeys(("military_contingent", "military_staff_officer", "military_observer"), "military"),
    **dict.fromkeys(("formed_police_unit", "individual_police", "corrections_gpp"), "police"),
    **dict.fromkeys(("civilian_staff", "unv", "contractor_consultant", "partner_staff"), "civilian"),
}
# domain brief 4.3: what stands in the way
REASON: Mapping[str, str] = {
    **dict.fromkeys(("ms_no_reply", "no_focal_point"), "state_silent"),
    "ms_reply_incomplete": "state_incomplete",
    **dict.fromkeys(("father_unidentified", "father_left_service"), "father_not_found"),
    "father_refuses_sample": "father_refuses",
    "law_excludes_dna": "law_excludes_dna",
    **dict.fromkeys(("sample_spoiled", "chain_of_custody_gap", "lab_delay", "result_not_communicated"), "laboratory"),
    **dict.fromkeys(("court_required", "foreign_judgment_not_recognised"), "court_needed"),
    "cost": "cost",
}
CLAIMANT = "claimant"  # whatever else stands in the way lies with her or the child
# The first length of time, in days, that a claim's own is below.
WAITING = ((182, "under_6_months"), (365, "6_to_12_months"), (1096, "1_to_3_years"), (1826, "3_to_5_years"),
           (3652, "5_to_10_years"))  # fmt: skip
LONGEST = "over_10_years"
ANSWERED = ("ms_acknowledged", "ms_replied", "focal_point_named", "father_located", "father_unidentified", "admitted")
ENDED = ("recognised", "support_ordered", "withdrawn", "not_established", "closed")
# What became of a need (`overview.OUTCOMES`), as it is published: what nobody has begun to do is unmet.
OUTCOME: Mapping[str, str] = {"given": "given", "declined": "declined", "waiting": "under_way"}
WISH: Mapping[str, str] = {"yes": "met", "no": "not_met"}
STANDING: Mapping[str, str] = {"in_time": "in_time", "late": "late", "overdue": "overdue"}


def of_claim(claim: Claim, *, until: str, policy: Policy, lengths: Lengths) -> Classes | None:
    """A claim as it was known at the end of a day; None for what is not public yet (a wish, nothing registered)."""
    status = claim.bucket(until, policy).lower()
    began = claim.first("registered") or claim.first("wished")
    if not status or began is None:
        return None
    men = [one for one in claim.fathers if one.possible] or list(claim.fathers)
    asked = list(asked_by_claim(claim, until=until, calendars={}, lengths=lengths))
    return {
        "status": status,
        "state": _one_of((man.member_state for man in men), SEVERAL),
        "year": min(began.happened[:4], until[:4]),
        "category": _one_of((CATEGORY.get(man.category, "") for man in men), UNKNOWN),
        "waiting": _waiting(claim, began.happened, status, until),
        "reason": _reason(claim, any(one["answer"] == "overdue" for one in asked)),
        "dna": _dna(claim, men),
    }


def _one_of(said: Iterable[str], several: str) -> str:
    found = {one for one in said if one}
    return found.pop() if len(found) == 1 else several if found else UNKNOWN


def _waiting(claim: Claim, began: str, status: str, until: str) -> str:
    """How long it has waited, or waited until it was resolved or ended."""
    over = [last(event.happened) for event in claim.all(*ENDED, target=None)] if status != "pending" else []
    # Of what is decided in several steps the last one ends the waiting of what ended, the first that of what resolved.
    end = min(over, default=until) if status == "resolved" else max(over, default=until)
    days = (date.fromisoformat(min(end, until)) - date.fromisoformat(min(last(began), until))).days
    return next((name for limit, name in WAITING if days < limit), LONGEST)


def _reason(claim: Claim, silent: bool) -> str:
    """The newest thing that was noted to stand in the way; else that its State is overdue with an answer."""
    if claim.hurdles:
        return REASON.get(claim.hurdles[-1].said("reason"), CLAIMANT)
    return "state_silent" if silent else "none_recorded"


def _dna(claim: Claim, men: list[Father]) -> str:
    """How far the test came; what came furthest counts."""
    his = [man.code for man in men]
    there = [one for one in claim.samples if one.usable]
    steps = (
        ("result_in", claim.has("dna_result_in")),
        ("at_laboratory", any(one.at_lab for one in there)),
        ("sample_father", any(one.whose in his for one in there)),
        ("not_possible", bool(his) and all(claim.asked_for_sample(code) == "dna_law_excludes" for code in his)),
        ("sample_mother_child", {MOTHER, CHILD} <= {one.whose for one in there}),
        ("needed", claim.has("dna_needed")),
    )
    return next((name for name, holds in steps if holds), "not_needed")


def asked_by_claim(
    claim: Claim, *, until: str, calendars: Mapping[str, Calendar], lengths: Lengths
) -> Iterator[dict[str, str]]:
    """The requests to States that a claim tells of itself; what went out with a note is counted with the note."""
    for man in claim.fathers:
        sent = claim.first("ms_notified", target=man.code)
        if sent is None or sent.said("note") or not man.member_state:
            continue
        answer = claim.first(*ANSWERED, target=man.code)
        since, came = last(sent.happened), last(answer.happened) if answer else ""
        reading = read(
            ANSWER,
            since=date.fromisoformat(min(since, until)),
            until=date.fromisoformat(min(came, until)) if came else None,
            today=date.fromisoformat(until),
            calendar=calendars.get(man.member_state, Calendar()),
            lengths=lengths,
        )
        yield {"state": man.member_state, "answer": _answer(reading)}


def asked_by_note(
    note: Verbale, *, until: str, calendars: Mapping[str, Calendar], lengths: Lengths
) -> Iterator[tuple[str, Classes]]:
    """Each matter that a note asked about, by its id: one request each."""
    sent = note.first("sent")
    if sent is None or sent.on.isoformat() > until:
        return
    for item in note.items:
        came = [step.on for step in note.steps if step.kind == "answered" and item.id in step.details["items"]]
        reading = read(
            ANSWER,
            since=sent.on,
            until=min(came, default=None),
            today=date.fromisoformat(until),
            calendar=calendars.get(note.state, Calendar()),
            lengths=lengths,
            pauses=note.pauses,
        )
        yield item.id, {"state": note.state, "answer": _answer(reading)}


def _answer(reading: Reading) -> str:
    return STANDING.get(reading.standing, "still_waiting")


def of_case(case: Case, until: str) -> Classes | None:
    """An allegation: a case with a report in it. What was found to be another one's double is none."""
    if not case.reports or (case.closing and "duplicate" in case.closing.reasons):
        return None
    known = DIMENSIONS["kind"].codes
    return {"year": min(case.since[:4], until[:4]), "kind": case.category if case.category in known else UNKNOWN}


def of_need(need: Asked) -> Classes:
    """One kind of help that somebody asked for, or was offered."""
    service = need.service if need.service in DIMENSIONS["service"].codes else OTHER
    return {"service": service, "outcome": OUTCOME.get(need.outcome, "unmet")}


def of_wish(wish: str, met: str) -> Classes:
    """Whether she could choose a woman or a man to speak with, as a report says it."""
    if wish == "any":
        return {"gender_wish": "no_wish"}
    return {"gender_wish": WISH.get(met, "not_recorded") if wish else "not_recorded"}


def of_telling(one: Telling, until: str) -> Classes:
    """Something that somebody in a case must be told."""
    answers = [answer.at[:10] for answer in one.answers if answer.answer in TOLD]
    closed = [one.closing.at[:10]] if one.closing and one.closing.outcome == "told_her" else []
    day = min((day for day in (*answers, *closed) if day <= until), default="")
    if day:
        return {"told": "in_time" if day <= one.due else "late"}
    over = one.closing is not None and one.closing.outcome != "told_her" and one.closing.at[:10] <= until
    return {"told": "not_recorded" if over else "not_yet"}


def told_by_claim(claim: Claim, policy: Policy) -> Iterator[Classes]:
    """What a claimant must be told, one for each step that is to be told."""
    told: dict[str, Any] = {
        event.target: event for event in claim.fitting if event.kind in ("claimant_told", "telling_waived")
    }
    for event in claim.fitting:
        if LAW[event.kind].told:
            yield {"told": _told(event.known, told.get(event.id), policy)}


def _told(known: str, telling: Any, policy: Policy) -> str:
    if telling is None:
        return "not_yet"
    if telling.kind == "telling_waived":
        return "not_recorded"
    return "in_time" if telling.known <= days_after(known, policy.tell_days) else "late"
