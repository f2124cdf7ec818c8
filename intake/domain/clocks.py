"""Until when a Member State, or the office, must have done something: working days, terms, and clocks that stop.

A term is counted on the calendar of whoever owes: a State's own weekend and holidays, or those of a duty station. The
day of the event itself never counts. A State's clock stops *while the delay is ours* (domain brief 5.3): from the day
it asked the office for something until the day it got it. What happened and when the office learned of it are two days:
a State is judged by the first, the office by the second.

Nothing found in public confirms how long the terms are. They are settings of the office, and each default says where it
comes from (domain brief 5.1).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Literal

from intake.domain.problems import Problem

Unit = Literal["working_days", "days"]
Whose = Literal["state", "office"]
Standing = Literal["waits", "runs", "stopped", "overdue", "in_time", "late"]

# As ISO 8601 counts them: Monday is 1.
WEEK = range(1, 8)
SATURDAY_SUNDAY = frozenset({6, 7})
MOST_HOLIDAYS = 400
LONGEST = 1000
_DAY = timedelta(days=1)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Calendar:
    """Which days are worked on: no day of `weekend` (ISO weekdays) and none of `holidays`."""

    weekend: frozenset[int] = SATURDAY_SUNDAY
    holidays: frozenset[date] = frozenset()
    _off: tuple[date, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Those that are no weekend anyway, so that none is taken off twice.
        fell = sorted(day for day in self.holidays if day.isoweekday() not in self.weekend)
        object.__setattr__(self, "_off", tuple(fell))

    def works(self, day: date) -> bool:
        return day.isoweekday() not in self.weekend and day not in self.holidays

    def count(self, after: date, until: date) -> int:
        """How many working days follow `after`, up to and with `until`; 0 when that is no later day."""
        if until <= after:
            return 0
        weeks, rest = divmod((until - after).days, 7)
        worked = weeks * (7 - len(self.weekend))
        worked += sum((until - _DAY * back).isoweekday() not in self.weekend for back in range(rest))
        return worked - sum(after < day <= until for day in self._off)

    def add(self, after: date, days: int) -> date:
        """The working day that is so many working days after a day (itself not counted), one at least."""
        # The calendar with no holidays gives a day that is too early by at most their number: step from there.
        per_week = 7 - len(self.weekend)
        day = after + timedelta(weeks=(days - 1) // per_week)
        left = days - self.count(after, day)
        while left:
            day += _DAY
            left -= self.works(day)
        return day


EVERY_DAY = Calendar(weekend=frozenset())


def calendar(weekend: Iterable[int], holidays: Iterable[str]) -> Calendar:
    """A calendar as somebody typed it.

    Raises Problem 422.320 (no working day in the week), 422.321 (a line that is no day, or too many of them).
    """
    chosen = frozenset(weekend)
    if not chosen < set(WEEK):
        raise Problem("422.320", field="weekend")
    found = [line for line in (line.strip() for line in holidays) if line]
    if len(found) > MOST_HOLIDAYS:
        raise Problem("422.321", field="holidays")
    return Calendar(chosen, frozenset(day(line, "holidays", "422.321") for line in found))


def day(text: str, name: str = "on", code: str = "422.231") -> date:
    """A day that somebody typed, as in 2026-11-22. Raises Problem `code` with the field `name`."""
    try:
        return date.fromisoformat(text if _ISO.fullmatch(text) else "")
    except ValueError:
        raise Problem(code, field=name) from None


def calendar_from_json(kept: Mapping[str, Any]) -> Calendar:
    return Calendar(frozenset(kept["weekend"]), frozenset(map(date.fromisoformat, kept["holidays"])))


def calendar_to_json(kept: Calendar) -> dict[str, Any]:
    return {"weekend": sorted(kept.weekend), "holidays": [day.isoformat() for day in sorted(kept.holidays)]}


# ---- terms


@dataclass(frozen=True)
class Term:
    """How long something has, by default. `ground`: *memory* (of a rule, confirmed nowhere), *weak* (a source that is),
    *design* (ours)."""

    name: str
    usual: int
    unit: Unit
    ground: Literal["memory", "weak", "design"]


# domain brief 5.1: 10 and 5 working days and 90 days are [M]; six and three months come from a weak source.
TERMS: tuple[Term, ...] = (
    Term("acknowledge", 10, "working_days", "memory"),
    Term("appoint", 5, "working_days", "memory"),
    Term("complete", 180, "days", "weak"),
    Term("complete_urgent", 90, "days", "weak"),
    Term("report_outcome", 10, "working_days", "design"),
    Term("report_action", 60, "working_days", "design"),
    Term("answer", 20, "working_days", "design"),
    Term("remind", 10, "working_days", "design"),
    Term("name_focal_point", 20, "working_days", "design"),
    Term("notify", 10, "working_days", "design"),
    Term("tell", 10, "working_days", "design"),
    Term("give", 10, "working_days", "design"),
    Term("recognise", 360, "days", "design"),
    Term("pay", 90, "days", "design"),
    Term("reply", 30, "days", "design"),
)
BY_NAME: Mapping[str, Term] = {term.name: term for term in TERMS}
Lengths = Mapping[str, int]
USUAL: Lengths = {term.name: term.usual for term in TERMS}


def check_lengths(lengths: Mapping[str, Any]) -> None:
    """Raises Problem 422.322 with the `field` of a term that is no whole number from 1 to LONGEST."""
    for name in BY_NAME:
        value = lengths.get(name)
        if type(value) is not int or not 1 <= value <= LONGEST:
            raise Problem("422.322", field=name)


# ---- clocks


@dataclass(frozen=True)
class Pause:
    """The delay was ours: after `since`, until and with `until`, or still (None)."""

    since: date
    until: date | None


@dataclass(frozen=True)
class Clock:
    """From one event to another: who must make it come, and within which term."""

    name: str
    begins: str
    ends: str
    term: str
    whose: Whose


# domain brief 5.2. `asked_us` and `we_gave` stop the State's clocks and run one of ours.
ALLEGATION: tuple[Clock, ...] = (
    Clock("refer", "received", "referred", "notify", "office"),
    Clock("acknowledge", "referred", "acknowledged", "acknowledge", "state"),
    Clock("appoint", "referred", "nio_appointed", "appoint", "state"),
    Clock("complete", "referred", "investigation_done", "complete", "state"),
    Clock("report_outcome", "investigation_done", "outcome_reported", "report_outcome", "state"),
    Clock("report_action", "substantiated", "action_reported", "report_action", "state"),
    Clock("tell", "outcome_reported", "victim_informed", "tell", "office"),
)
CLAIM: tuple[Clock, ...] = (
    Clock("notify", "registered", "notified", "notify", "office"),
    Clock("acknowledge", "notified", "acknowledged", "acknowledge", "state"),
    Clock("name_focal_point", "notified", "focal_point_named", "name_focal_point", "state"),
    Clock("tell", "result_in", "result_told", "tell", "office"),
    Clock("recognise", "established", "recognised", "recognise", "state"),
    Clock("pay", "support_ordered", "first_payment", "pay", "state"),
)


@dataclass(frozen=True)
class Reading:
    """A clock as it stands on a day. `used` of `length` days have gone by; `due` is the last day that is in time, and
    None while it has not begun or is stopped."""

    clock: Clock
    standing: Standing
    unit: Unit
    length: int
    used: int = 0
    due: date | None = None

    @property
    def late_by(self) -> int:
        return max(self.used - self.length, 0)


def used(calendar: Calendar, since: date, until: date, pauses: Iterable[Pause] = ()) -> int:
    """The days of the calendar that went by after `since` up to `until` and were the debtor's own."""
    own = calendar.count(since, until)
    return own - sum(calendar.count(*part) for part in _ours(since, until, pauses))


def due(calendar: Calendar, since: date, length: int, pauses: Iterable[Pause] = ()) -> date:
    """The last day that is in time. Pauses that have not ended are left out: while there is one, nothing is due."""
    ended = [pause for pause in pauses if pause.until is not None]
    day = calendar.add(since, length)
    while (left := length - used(calendar, since, day, ended)) > 0:
        day = calendar.add(day, left)
    return day


def read(
    clock: Clock,
    *,
    since: date | None,
    until: date | None,
    today: date,
    calendar: Calendar,
    lengths: Lengths = USUAL,
    pauses: tuple[Pause, ...] = (),
) -> Reading:
    """How a clock stands. `since` and `until` are when its two events happened, if they did; pauses are a State's."""
    term, length = BY_NAME[clock.term], lengths.get(clock.term, BY_NAME[clock.term].usual)
    days = calendar if term.unit == "working_days" else EVERY_DAY
    if since is None:
        return Reading(clock, "waits", term.unit, length)
    ours = pauses if clock.whose == "state" else ()
    gone = used(days, since, until or today, ours)
    stopped = any(pause.until is None for pause in ours)
    if until is not None:
        return Reading(clock, "late" if gone > length else "in_time", term.unit, length, gone)
    if gone > length:
        return Reading(clock, "overdue", term.unit, length, gone, None if stopped else due(days, since, length, ours))
    if stopped:
        return Reading(clock, "stopped", term.unit, length, gone)
    return Reading(clock, "runs", term.unit, length, gone, due(days, since, length, ours))


def _ours(since: date, until: date, pauses: Iterable[Pause]) -> list[tuple[date, date]]:
    """The parts of (since, until] in which the delay was ours, none counted twice."""
    cut = sorted((max(since, pause.since), min(until, pause.until or until)) for pause in pauses)
    found: list[tuple[date, date]] = []
    for first, last in cut:
        begin = max(first, found[-1][1]) if found else first
        if last > begin:
            found.append((begin, last))
    return found


def in_order(days: Iterable[date | None]) -> bool:
    """Whether the days that are known follow each other."""
    known = [day for day in days if day is not None]
    return all(first <= second for first, second in pairwise(known))
