"""Until when something must be done: which fact a deadline is counted from, and how long it has, as data.

What is known only by its day is an interval, and so is its deadline (domain brief 2.5). Before the *first* moment it
may end there is time for certain. After the *last* it is over for certain. In between nobody knows, so one acts at once
and nobody is told that it is too late. What is [M] in the brief is a setting of the office.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from intake.domain.rules import Days

Standing = Literal["open", "now", "over"]


@dataclass(frozen=True)
class Rule:
    """One deadline: the fact it is counted from, the setting that says how long it has, in which unit, and our value.

    Days end with the office's own day; hours are counted from the minute. `care` marks what does good later too:
    nobody is ever told that it is over.
    """

    fact: Literal["happened", "received", "referred", "promised"]
    setting: str
    unit: Literal["hours", "days"]
    usual: int
    care: bool = False


RULES: Mapping[str, Rule] = {
    "pep": Rule("happened", "pep_hours", "hours", 72, care=True),  # domain brief 2.5: medicine against HIV
    "ec": Rule("happened", "ec_hours", "hours", 120, care=True),  # emergency contraception
    "report": Rule("received", "report_sla_hours", "hours", 24),  # domain brief 2.3: to decide and pass on
    "referral": Rule("referred", "referral_days", "days", 7),  # a provider that has not answered
    "told_back": Rule("promised", "told_back_days", "days", 14),  # she was promised to hear of it
}


@dataclass(frozen=True)
class Span:
    """When something happened (aware instants): at one moment, or at any from `first` until just before `last`."""

    first: datetime
    last: datetime

    @classmethod
    def at(cls, instant: datetime) -> "Span":
        return cls(instant, instant)

    @classmethod
    def of_days(cls, days: Days, offset_minutes: int) -> "Span":
        """From the start of the first to the end of the last day (numbers since 1970) on the office's clocks."""
        return cls(_midnight(days[0], offset_minutes), _midnight(days[1] + 1, offset_minutes))


@dataclass(frozen=True)
class Due:
    """A deadline of one thing. `by`: until then there is time for certain; `over`: from then on there is none."""

    kind: str
    by: datetime
    over: datetime

    def standing(self, now: datetime) -> Standing:
        """Whether there is time, none to lose, or it is over; care is never over."""
        if now <= self.by:
            return "open"
        return "over" if now > self.over and not RULES[self.kind].care else "now"

    def day(self, offset_minutes: int) -> str:
        """The day on the office's calendar that a record bears as `due_on`: the last on which one is in time."""
        # A deadline at midnight belongs to the day that ends with it.
        return _local(self.by - timedelta(microseconds=1), offset_minutes).isoformat()


def due(kind: str, since: Span, settings: Mapping[str, Any], offset_minutes: int) -> Due:
    """The deadline of a kind (a key of RULES), counted from when its fact happened."""
    length, rule = long(kind, settings), RULES[kind]
    if rule.unit == "hours":
        hours = timedelta(hours=length)
        return Due(kind, since.first + hours, since.last + hours)
    first = _local(since.first, offset_minutes)
    # An interval of days ends with a midnight, which belongs to its last day.
    last = _local(since.last - timedelta(microseconds=1), offset_minutes) if since.last > since.first else first
    return Due(kind, _end(first, length, offset_minutes), _end(last, length, offset_minutes))


def long(kind: str, settings: Mapping[str, Any]) -> int:
    """How many hours or days a kind has: the office's own value, ours where it has set none that makes sense."""
    rule = RULES[kind]
    own = settings.get(rule.setting)
    return own if type(own) is int and own > 0 else rule.usual


def _end(day: date, days: int, offset_minutes: int) -> datetime:
    """The end of the local day that comes so many days after."""
    return _midnight((day - date(1970, 1, 1)).days + days + 1, offset_minutes)


def _local(instant: datetime, offset_minutes: int) -> date:
    return (instant + timedelta(minutes=offset_minutes)).date()


def _midnight(day: int, offset_minutes: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=day, minutes=-offset_minutes)
