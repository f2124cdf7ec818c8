"""What the office remembers of a report that arrived: its copies, who opened it first, what was decided.

The record rests sealed (kind "arrival"); its number is the report's. It holds what a list needs and no answer but the
day it happened. One report can have several copies: other bytes under the same number are kept beside the first,
and a person decides.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from intake.domain.problems import Problem
from intake.domain.report import Report

SHAPE = 1
KIND = "arrival"
DECISIONS = ("registered", "not_for_us")
REASON_LENGTH = 10
VAGUE = timedelta(days=31)
FILTERS = ("waiting", "urgent", "unfinished", "withdrawn", "aside", "conflict", "trouble", "decided", "all")


@dataclass(frozen=True)
class Facts:
    """What a list shows of the opened part. `happened`: first and last day as they were written."""

    form: str
    version: int
    language: str
    n: int | None
    state: str
    relation: str
    about: str
    happened: tuple[str, ...]


@dataclass(frozen=True)
class Guest:
    """A phone of another office, as the public side told of it: that office's id, and the key it signs with.

    Of such a phone this office has no record of its own: its signature shows that nothing was changed on the way, not
    who holds the phone.
    """

    office: str
    key: str


@dataclass(frozen=True)
class Copy:
    """One envelope. `kept` is the server's word: kept, aside or conflict, with its `reason`.

    `troubles` are the office's own findings when it fetched the copy: `no_envelope`, `other_report`, `device_unknown`,
    `key_swapped`, `signature`, `sealed_shut`. `facts` is None where the report part could not be opened. `since` is the
    version of the record that first had it. `guest` is there when it came from a phone of another office.
    """

    since: int

    digest: str
    device: str
    made: str
    urgent: bool
    received: str
    kept: str
    reason: str
    troubles: tuple[str, ...]
    facts: Facts | None
    guest: Guest | None = None


@dataclass(frozen=True)
class Touch:
    """Who did something, by number of staff, and when (ISO UTC)."""

    by: str
    at: str


@dataclass(frozen=True)
class Decision:
    """What was decided: one of DECISIONS, and the version it made. A reason is always given with *not for us*."""

    version: int
    decision: str
    reason: str
    note: str
    by: str
    at: str


@dataclass(frozen=True)
class Arrival:
    """`version` counts the changes of the record; a decision carries the version its maker saw."""

    report: str
    version: int
    copies: tuple[Copy, ...]
    opened: Touch | None = None
    decisions: tuple[Decision, ...] = field(default=())

    @property
    def decision(self) -> Decision | None:
        return self.decisions[-1] if self.decisions else None

    @property
    def urgent(self) -> bool:
        return any(copy.urgent for copy in self.copies)

    @property
    def received(self) -> str:
        return min(copy.received for copy in self.copies)

    def copy(self, digest: str | None) -> Copy:
        """The copy with this digest, or the first. Raises Problem 404.2."""
        for copy in self.copies:
            if digest is None or copy.digest == digest:
                return copy
        raise Problem("404.2")


def facts(report: Report, happened: str) -> Facts:
    """What of an opened report the list remembers. `happened` is the id of the question that asks for the day."""
    answer = report.answers.get(happened)
    when = answer.get("when") if isinstance(answer, Mapping) else None
    days = [when] if isinstance(when, str) else when if isinstance(when, list) else []
    return Facts(
        form=report.form,
        version=report.version,
        language=report.language,
        n=report.n,
        state=report.state,
        relation=report.about.relation if report.about else "",
        about=report.about.report if report.about else "",
        happened=tuple(day for day in days if isinstance(day, str)),
    )


def decide(arrival: Arrival, *, decision: str, reason: str, note: str, by: str, at: str) -> Arrival:
    """The arrival with one decision more; earlier ones stay. Raises 422.21 (which?) and 422.20 (why not for us?)."""
    if decision not in DECISIONS:
        raise Problem("422.21")
    if decision == "not_for_us":
        check_reason(reason)
    version = arrival.version + 1
    made = Decision(version, decision, reason.strip(), note.strip(), by, at)
    return replace(arrival, version=version, decisions=(*arrival.decisions, made))


def as_of(arrival: Arrival, version: int) -> Arrival:
    """The arrival as it stood at an earlier version."""
    return replace(
        arrival,
        version=version,
        copies=tuple(copy for copy in arrival.copies if copy.since <= version),
        decisions=tuple(made for made in arrival.decisions if made.version <= version),
    )


def check_reason(reason: str) -> None:
    """Raises Problem 422.20 for a reason too short to be one."""
    if len(reason.strip()) < REASON_LENGTH:
        raise Problem("422.20")


# the list -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Window:
    """Hours left of a time window, at least and at most: of a day the hour is not known. `least` may be negative."""

    least: int
    most: int


def window(happened: Sequence[str], now: datetime, hours: int) -> Window | None:
    """What is left of the `hours` after it happened; None when they have certainly passed or the day is not known.

    It is open as long as the *latest* possible moment lies within the hours: "too late" is never said too early. Of
    what is only known to lie within a year nothing is said, or the mark would stand at every other report.
    """
    try:
        first, last = _span(happened[0])[0], _span(happened[-1])[1]
    except (IndexError, ValueError):
        return None
    if last - first > VAGUE:
        return None
    most = timedelta(hours=hours) - max(now - last, timedelta(0))
    least = timedelta(hours=hours) - (now - first)
    return Window(int(least / timedelta(hours=1)), int(most / timedelta(hours=1))) if most > timedelta(0) else None


def _span(day: str) -> tuple[datetime, datetime]:
    """First and last moment of "2026-10-04", "2026-10" or "2026". Raises ValueError."""
    parts = [int(part) for part in day.split("-")]
    first = date(*[*parts, 1, 1][:3])
    after = {1: date(first.year + 1, 1, 1), 2: (first.replace(day=28) + timedelta(days=4)).replace(day=1)}
    last = after.get(len(parts), first + timedelta(days=1))
    return _midnight(first), _midnight(last)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


@dataclass(frozen=True)
class Pointer:
    """Another report that points at this one, and how: it corrects it, adds to it, takes it back."""

    report: str
    relation: str


@dataclass(frozen=True)
class Row:
    """One line of the list. `marks` say what is special about it, in the order in which they matter."""

    arrival: Arrival
    window: Window | None
    pointers: tuple[Pointer, ...]
    marks: tuple[str, ...]

    @property
    def withdrawn_by(self) -> tuple[str, ...]:
        return tuple(each.report for each in self.pointers if each.relation == "withdraws")


def rows(arrivals: Iterable[Arrival], *, unconfirmed: frozenset[str], now: datetime, hours: int) -> list[Row]:
    """Every arrival as a line, what presses most first. `unconfirmed` are the phones nobody has compared yet."""
    known = list(arrivals)
    pointers = _pointers(known)
    made = [_row(each, tuple(pointers.get(each.report, ())), unconfirmed, now, hours) for each in known]
    return sorted(made, key=_pressing)


def _pointers(known: Iterable[Arrival]) -> dict[str, list[Pointer]]:
    """What points at each report, the earliest first; two copies of one report point once."""
    found: dict[str, list[Pointer]] = {}
    for each in sorted(known, key=lambda one: (one.received, one.report)):
        pointing = (copy.facts for copy in each.copies if copy.facts and copy.facts.relation)
        for about, relation in dict.fromkeys((facts.about, facts.relation) for facts in pointing):
            found.setdefault(about, []).append(Pointer(each.report, relation))
    return found


def _row(
    arrival: Arrival, pointers: tuple[Pointer, ...], unconfirmed: frozenset[str], now: datetime, hours: int
) -> Row:
    known = [copy.facts for copy in arrival.copies if copy.facts]
    taken_back = any(each.relation == "withdraws" for each in pointers)
    open_window = next((left for left in (window(each.happened, now, hours) for each in known) if left), None)
    found = {
        "urgent": arrival.urgent,
        "window": open_window is not None,
        "conflict": len(arrival.copies) > 1 or any(copy.kept == "conflict" for copy in arrival.copies),
        "trouble": any(copy.troubles for copy in arrival.copies),
        "aside": any(copy.kept == "aside" for copy in arrival.copies),
        "withdrawal": any(each.relation == "withdraws" for each in known),
        "withdrawn": taken_back or any(each.state == "withdrawn" and not each.relation for each in known),
        "unfinished": any(each.state == "unfinished" for each in known),
        "unconfirmed": any(copy.device in unconfirmed for copy in arrival.copies),
        "guest": any(copy.guest for copy in arrival.copies),
    }
    return Row(arrival, open_window, pointers, tuple(mark for mark, is_so in found.items() if is_so))


def _pressing(row: Row) -> tuple[bool, bool, int, str, str]:
    """Undecided first; urgent first; then whose time window closes first; then who has waited longest."""
    left = row.window.least if row.window else 10**6
    return (row.arrival.decision is not None, not row.arrival.urgent, left, row.arrival.received, row.arrival.report)


def shown(row: Row, name: str) -> bool:
    """Whether a line belongs to the filter `name`, one of FILTERS."""
    if name in ("all", "decided"):
        return name == "all" or row.arrival.decision is not None
    waits = row.arrival.decision is None
    return waits and (name == "waiting" or name in row.marks or (name == "withdrawn" and "withdrawal" in row.marks))


# at rest ------------------------------------------------------------------------------------------------------------


def to_json(arrival: Arrival) -> dict[str, object]:
    """The record's content; number and version stand beside it in clear and are bound to it by the sealing."""
    return {
        "shape": SHAPE,
        "copies": [_copy_to_json(copy) for copy in arrival.copies],
        "opened": vars(arrival.opened) if arrival.opened else None,
        "decisions": [vars(decision) for decision in arrival.decisions],
    }


def from_json(report: str, version: int, content: Mapping[str, Any]) -> Arrival:
    """The record as it was sealed."""
    opened = content["opened"]
    return Arrival(
        report=report,
        version=version,
        copies=tuple(_copy(each) for each in content["copies"]),
        opened=Touch(**opened) if isinstance(opened, dict) else None,
        decisions=tuple(Decision(**each) for each in content["decisions"]),
    )


def _copy_to_json(copy: Copy) -> dict[str, object]:
    facts, guest = (vars(part) if part else None for part in (copy.facts, copy.guest))
    return {**vars(copy), "facts": facts, "guest": guest}


def _copy(content: dict[str, Any]) -> Copy:
    known, told = content["facts"], content.get("guest")
    found = Facts(**{**known, "happened": tuple(known["happened"])}) if isinstance(known, dict) else None
    guest = Guest(**told) if isinstance(told, dict) else None
    return Copy(**{**content, "troubles": tuple(content["troubles"]), "facts": found, "guest": guest})
