"""Which care still has its time, and until when: the card beside *when did it happen* (domain brief 2.5).

A day without an hour is an interval, so the hours since lie in an interval too. A window is open for as long as the
*fewest* hours it may have been are within it. What is told as *at the latest* is counted from the *first* moment it
may have been: whoever comes by then is in time, whatever the hour was. Where that moment has gone and the window may
still be open, there is no day to name, only *now*. Nothing here ever says that something has ended.

The twin is `static/field/windows.js`; both pass `tests/vectors/windows.json`.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from intake.domain.rules import DAY_MINUTES, Days, Scene, days_of, no_answer

# Each window and the office's setting that says how many hours it has.
WINDOWS = (("first", "pep_hours"), ("soon", "ec_hours"))
# Who does not know the day was asked for the nights: the days that may be meant, counted back from today.
NIGHTS: Mapping[str, Days] = {"under_3": (2, 0), "from_3_to_5": (5, 3), "over_5": (365, 6)}
# The parts of a day by which one can have come, and the minute each is over.
PARTS = (("morning", 12 * 60), ("afternoon", 18 * 60), ("evening", 22 * 60))


def windows(when: Any, nights: Any, settings: Mapping[str, Any], now: str) -> list[dict[str, Any]] | None:
    """The windows that are open or may be, first the shortest: [{"window", "until"}]; None before the day was asked.

    `until` is {"day", "in", "part"} (`in` days from today, by the end of `part`), or None: go now. `when` and `nights`
    are answers of the form, `now` a UTC minute; days are those of the place (setting `utc_offset_minutes`).
    """
    if no_answer(when) == "not_asked":
        return None
    local = Scene({}, settings, now).local_minutes()
    days = _days(when, nights, local // DAY_MINUTES)
    return [
        {"window": name, "until": _until(days, settings.get(setting), local)}
        for name, setting in WINDOWS
        if _is_open(days, settings.get(setting), local)
    ]


def _days(when: Any, nights: Any, today: int) -> Days | None:
    """First and last day it may have been, or None when nothing is known."""
    if isinstance(when, dict) and "when" in when:
        return days_of(when["when"])
    if no_answer(when) == "unknown" and isinstance(nights, str) and nights in NIGHTS:
        most, fewest = NIGHTS[nights]
        return today - most, today - fewest
    return None


def _is_open(days: Days | None, hours: Any, local: int) -> bool:
    """What is not known closes nothing."""
    if days is None or type(hours) is not int:
        return True
    return local - (days[1] + 1) * DAY_MINUTES <= hours * 60


def _until(days: Days | None, hours: Any, local: int) -> dict[str, Any] | None:
    """The last part of a day that is over before the window can be, if it has not gone by already."""
    if days is None or type(hours) is not int:
        return None
    day, minute = divmod(days[0] * DAY_MINUTES + hours * 60, DAY_MINUTES)
    over = [(day, *part) for part in PARTS if part[1] <= minute] or [(day - 1, *PARTS[-1])]
    last, part, end = over[-1]
    if last * DAY_MINUTES + end <= local:
        return None
    named = date(1970, 1, 1) + timedelta(days=last)
    return {"day": named.isoformat(), "in": last - local // DAY_MINUTES, "part": part}
