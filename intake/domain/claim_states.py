"""The states of a claim: one table (domain brief 4.4). The first row that holds is the state, and names its bucket."""

from collections.abc import Callable
from typing import NamedTuple

from intake.domain.claim_standing import ASIDE, CHILD, FOUND, MOTHER, Standing, kind_of


class Row(NamedTuple):
    """One state of domain brief 4.4, its public bucket, and what must be so for it to hold."""

    name: str
    bucket: str
    holds: Callable[[Standing, str], bool]


def _is(kind: str) -> Callable[[Standing, str], bool]:
    """An event of this kind takes effect, against somebody who may be the father."""
    return lambda claim, _: claim.has(kind)


def _his(claim: Standing) -> bool:
    """What follows from paternity says nothing about the other men who were named."""
    return claim.has("established")


def _any_father(test: Callable[[Standing, str], bool]) -> Callable[[Standing, str], bool]:
    return lambda claim, _: any(test(claim, code) for code in claim.possible)


def _reopened(claim: Standing, _: str) -> bool:
    """Nothing has moved since it was opened again."""
    moved = [event for event in claim.fitting if event.kind not in ASIDE and claim.counts(event)]
    return bool(moved) and moved[-1].kind == "reopened"


def _told_result(claim: Standing, _: str) -> bool:
    told = {event.target for event in claim.fitting if event.kind == "claimant_told"}
    return any(event.id in told for event in claim.all("dna_result_in"))


def _both_agreed(claim: Standing, today: str) -> bool:
    return claim.consents(MOTHER) and claim.may_test(CHILD, today)


def _both_collected(claim: Standing, _: str) -> bool:
    return claim.usable(MOTHER) is not None and claim.usable(CHILD) is not None


def _father_found(kind: str) -> Callable[[Standing, str], bool]:
    return _any_father(lambda claim, code: kind_of(claim.last(*FOUND, target=code)) == kind)


def _father_sample(kind: str) -> Callable[[Standing, str], bool]:
    return _any_father(lambda claim, code: claim.asked_for_sample(code) == kind)


def _fathers_sample_is_there(claim: Standing, _: str) -> bool:
    return any(claim.usable(code) for code in claim.possible)


def _at_lab(claim: Standing, _: str) -> bool:
    return any(one.at_lab and (one.whose in (MOTHER, CHILD) or one.whose in claim.possible) for one in claim.samples)


# The first row that holds is the state: what has ended, then what came furthest.
STATES: tuple[Row, ...] = (
    Row("withdrawn", "NOT_ESTABLISHED_OR_WITHDRAWN", lambda claim, _: claim.ended == "withdrawn"),
    Row("not_established", "NOT_ESTABLISHED_OR_WITHDRAWN", lambda claim, _: claim.ended == "not_established"),
    Row("closed_other", "NOT_ESTABLISHED_OR_WITHDRAWN", lambda claim, _: claim.ended == "closed"),
    Row("reopened", "PENDING", _reopened),
    Row("support_in_arrears", "RESOLVED", lambda claim, today: _his(claim) and bool(claim.arrears(today))),
    Row("support_paid", "RESOLVED", lambda claim, _: _his(claim) and claim.has("support_paid")),
    Row("support_ordered", "RESOLVED", lambda claim, _: _his(claim) and claim.has("support_ordered")),
    Row("recognised", "RESOLVED", lambda claim, _: _his(claim) and claim.has("recognised")),
    Row("recognition_filed", "PENDING", lambda claim, _: _his(claim) and claim.has("recognition_filed")),
    Row("established", "PENDING", _is("established")),
    Row("admitted", "PENDING", _is("admitted")),
    Row("result_communicated", "PENDING", _told_result),
    Row("dna_result_in", "PENDING", _is("dna_result_in")),
    Row("dna_at_lab", "PENDING", _at_lab),
    Row("dna_father_collected", "PENDING", _fathers_sample_is_there),
    Row("dna_father_requested", "PENDING", _father_sample("dna_father_requested")),
    Row("refused", "PENDING", _father_sample("dna_father_refused")),
    Row("law_excludes", "PENDING", _father_sample("dna_law_excludes")),
    Row("dna_mc_collected", "PENDING", _both_collected),
    Row("dna_consented", "PENDING", lambda claim, today: claim.has("dna_needed") and _both_agreed(claim, today)),
    Row("dna_needed", "PENDING", _is("dna_needed")),
    Row("father_located", "PENDING", _father_found("father_located")),
    Row("father_unidentified", "PENDING", _father_found("father_unidentified")),
    Row("focal_point_named", "PENDING", _is("focal_point_named")),
    Row("ms_acknowledged", "PENDING", lambda claim, _: claim.has("ms_acknowledged", "ms_replied")),
    Row("ms_notified", "PENDING", _is("ms_notified")),
    Row("registered", "PENDING", _is("registered")),
    Row("draft_wish", "", lambda claim, _: claim.has("wished")),
)
STATE_NAMES = tuple(row.name for row in STATES)
