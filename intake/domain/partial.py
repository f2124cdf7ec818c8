"""Days of which only the month or the year may be known: "2019-05-03", "2019-05", "2019" (ISO 8601)."""

import re
from datetime import date, timedelta

KNOWN = re.compile(r"(19|20)\d\d(-(0[1-9]|1[0-2])(-\d\d)?)?")


def is_known(when: str) -> bool:
    """Whether this is a day, a month or a year."""
    try:
        return KNOWN.fullmatch(when) is not None and bool(date.fromisoformat(first(when)))
    except ValueError:
        return False


def first(when: str) -> str:
    """The first day of a day, a month or a year."""
    return when + "-01-01"[len(when) - 4 :] if len(when) < 10 else when


def last(when: str) -> str:
    """The last day of a day, a month or a year."""
    if len(when) == 4:
        return f"{when}-12-31"
    if len(when) == 7:
        return (date.fromisoformat(f"{month_after(when)}-01") - timedelta(days=1)).isoformat()
    return when


def month_after(month: str) -> str:
    year, number = int(month[:4]), int(month[5:7])
    return f"{year + number // 12:04}-{number % 12 + 1:02}"


def years_after(day: str, years: int) -> str:
    """The same day so many years on; who was born on 29 February is of age on 1 March."""
    year, rest = int(day[:4]) + years, day[4:]
    try:
        return date.fromisoformat(f"{year:04}{rest}").isoformat()
    except ValueError:
        return f"{year:04}-03-01"


def days_after(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
