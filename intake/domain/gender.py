"""Whether people could choose a woman or a man to speak with, and how many of those who listen are women: counts alone.

Nothing here is about one person. Nobody's gender is recorded: the coordinator counts officers and staff and writes four
numbers. A count from which fewer than FEW people could be told apart is not shown, nor what would give it away by
subtraction: either every part of a whole is shown, or its total alone, or not even that (domain brief 8.3).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from intake.domain.arrival import Facts
from intake.domain.problems import Problem
from intake.domain.rules import day_number

SHAPE = 1
KIND = "people_counted"
FEW = 5
MOST = 100_000
WISHES = ("woman", "man")
MET = ("yes", "no", "unknown")
NUMBERS = ("officers", "women_officers", "staff", "women_staff")


@dataclass(frozen=True)
class Shown:
    """A whole as it may be shown: `parts` by name, or None where they are too small; `total` None below FEW."""

    total: int | None
    parts: Mapping[str, int] | None


@dataclass(frozen=True)
class Counted:
    """What somebody counted on a day."""

    day: str
    officers: int
    women_officers: int
    staff: int
    women_staff: int
    by: str


def shown(parts: Mapping[str, int]) -> Shown:
    """What of a whole may be shown. A part of nobody is shown: it tells of nobody."""
    total = sum(parts.values())
    if total < FEW:
        return Shown(None, None)
    return Shown(total, None if any(0 < count < FEW for count in parts.values()) else dict(parts))


def wishes(known: Iterable[Facts]) -> dict[str, dict[str, int]]:
    """How often a woman or a man was wished for, and whether the wish was met: {wish: {met: count}}.

    Whoever did not want to be in figures is in none.
    """
    found = {wish: dict.fromkeys(MET, 0) for wish in WISHES}
    for facts in known:
        if facts.officer_wish in found and (facts.consents or {}).get("statistics") != "no":
            met = facts.officer_wish_met if facts.officer_wish_met in MET else "unknown"
            found[facts.officer_wish][met] += 1
    return found


def women(counted: Counted) -> dict[str, Shown]:
    """Women and others among officers and staff, as far as it may be shown."""
    return {
        "officers": shown({"women": counted.women_officers, "others": counted.officers - counted.women_officers}),
        "staff": shown({"women": counted.women_staff, "others": counted.staff - counted.women_staff}),
    }


def check(counted: Counted, *, today: str) -> None:
    """Raises Problem 422.40, 422.45, 422.46 (the day), 422.368 (a number), each with its `field`."""
    if not counted.day:
        raise Problem("422.40", field="day")
    try:
        number = day_number(counted.day)
    except ValueError:
        raise Problem("422.45", field="day") from None
    if number > day_number(today):
        raise Problem("422.46", field="day")
    for whole, part in (("officers", "women_officers"), ("staff", "women_staff")):
        all_, some = getattr(counted, whole), getattr(counted, part)
        if not 0 <= all_ <= MOST:
            raise Problem("422.368", field=whole)
        if not 0 <= some <= all_:
            raise Problem("422.368", field=part)


def to_json(every: Iterable[Counted]) -> dict[str, Any]:
    """The content of the one record."""
    return {"shape": SHAPE, "counted": [vars(one) for one in every]}


def from_json(content: Mapping[str, Any]) -> list[Counted]:
    """The record as it was sealed, oldest first."""
    return [Counted(**one) for one in content["counted"]]
