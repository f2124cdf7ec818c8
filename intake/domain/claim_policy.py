"""What an office decides about claims, version by version: which numbers can be, and what a version changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from intake.domain.arrival import check_reason
from intake.domain.claim_standing import Policy, RecognisedIn
from intake.domain.problems import Problem

RESOLVED = ("recognised", "support")
RECOGNISED_IN: tuple[str, ...] = get_args(RecognisedIn)
LONGEST_TELL, LONGEST_LIMIT = 365, 50


@dataclass(frozen=True)
class Decided:
    """A policy as somebody decided it: `at` an instant, `why` their words. Number 0 came with the program."""

    number: int
    policy: Policy
    by: str = ""
    at: str = ""
    why: str = ""


def check(policy: Policy) -> None:
    """Raises Problem 422.440 (days to tell), 422.441 (years of limitation), 422.442 (nothing resolves), 422.48."""
    if not _within(policy.tell_days, 1, LONGEST_TELL):
        raise Problem("422.440", field="tell_days")
    if not _within(policy.limitation_years, 0, LONGEST_LIMIT):
        raise Problem("422.441", field="limitation_years")
    if not policy.resolved or not policy.resolved <= set(RESOLVED):
        raise Problem("422.442", field="resolved")
    if policy.recognised_in not in RECOGNISED_IN:
        raise Problem("422.48", field="recognised_in")


def changes(before: Policy, after: Policy) -> tuple[str, ...]:
    """The names of what is decided otherwise. Raises as `check`, and Problem 422.443 when nothing is."""
    check(after)
    found = tuple(name for name in vars(before) if getattr(before, name) != getattr(after, name))
    if not found:
        raise Problem("422.443", field="tell_days")
    return found


def check_decided(decided: Decided) -> None:
    """Raises as `check`, and Problem 422.20 without a reason."""
    check(decided.policy)
    check_reason(decided.why)


def _within(number: object, least: int, most: int) -> bool:
    return isinstance(number, int) and least <= number <= most


def to_json(one: Decided) -> dict[str, Any]:
    """As a version is kept in the record."""
    return {**vars(one), "policy": {**vars(one.policy), "resolved": sorted(one.policy.resolved)}}


def from_json(kept: Mapping[str, Any]) -> Decided:
    policy = Policy(**{**kept["policy"], "resolved": frozenset(kept["policy"]["resolved"])})
    return Decided(**{**kept, "policy": policy})
