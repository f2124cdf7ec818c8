"""What is due, for a person and for the office: every sealed record that bears a day, of whatever kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from intake.domain import deadlines
from intake.domain.arrival import KIND as ARRIVAL
from intake.domain.claim import KIND as CLAIM
from intake.domain.claim import from_json as of_claim
from intake.domain.deadlines import Span
from intake.domain.problems import Problem
from intake.services import cases, dating, duty, records, settings, staff
from intake.services.desk import Desk
from intake.services.records import Record
from intake.store import Session

PAGE = 50
SHOWN = ("mine", "office")


@dataclass(frozen=True)
class Day:
    """What is due on one day ("2026-11-22"). `ahead` is how many days off it is, negative when it is overdue."""

    day: str
    ahead: int
    records: list[Record]


@dataclass(frozen=True)
class Listing:
    """One page of what is due, the longest overdue first; the names of owners by account id.

    `titles` says how the case or claim of a record is called, by the record's id, where that is known.
    `counts` says how much there is by filter (SHOWN), `more` whether another page follows. `undated` are those whose
    day is being worked out again: what stands beside them may be of a rule that is no longer.
    """

    days: list[Day]
    counts: Mapping[str, int]
    more: bool
    names: dict[str, str]
    titles: dict[str, str]
    undated: list[Record]


def listing(session: Session, *, desk: Desk, name: str, page: int, now: datetime) -> Listing:
    """What of the office is due some day and is open to this person, or what of that is theirs. Raises Problem 403.21.

    `name` is one of SHOWN.
    """
    desk.need("work")
    counts, found = _due(session, desk, name, (page - 1) * PAGE)
    today = duty.local_time(session, office=desk.office, now=now).date()
    names = {one.id: one.name for one in staff.listing(session, office=desk.office)}
    titles = {one.id: title for one in found if (title := _title(session, desk, one))}
    undated = dating.undated(found, dating.state(session, desk=desk))
    days = _days([one for one in found if one not in undated], today)
    return Listing(days, counts, counts[name] > page * PAGE, names, titles, undated)


def _title(session: Session, desk: Desk, record: Record) -> str:
    """The reference of the record itself, or of the case it belongs to; "" for what has none."""
    if record.kind == CLAIM:
        return of_claim(record.id, record.version, record.content).reference
    if record.content.get("reference"):
        return str(record.content["reference"])
    case = cases.some(session, desk=desk, ids=[record.content["case"]]) if record.content.get("case") else []
    return case[0].reference if case else ""


def _due(session: Session, desk: Desk, name: str, offset: int) -> tuple[dict[str, int], list[Record]]:
    """How much there is by filter, and those of one page ordered by their day."""
    if desk.index is None:
        office = [one for one in records.due(session, desk=desk) if _open_to(session, desk, one)]
        every = {"mine": [one for one in office if one.owner == desk.staff.id], "office": office}
        return {shown: len(found) for shown, found in every.items()}, every[name][offset : offset + PAGE]
    own = records.due_of_own(session, desk=desk)
    known = {
        shown: desk.index.due_first(reader=desk.staff.name, limit=PAGE, offset=offset, among=among)
        for shown, among in (("mine", own), ("office", None))
    }
    by_kind: dict[str, list[str]] = {}
    for kind, id in known[name][1]:
        by_kind.setdefault(kind, []).append(id)
    found = [one for kind, ids in by_kind.items() for one in records.some(session, desk=desk, kind=kind, ids=ids)]
    listed = sorted((one for one in found if one.due_on), key=lambda one: (one.due_on, one.kind, one.id))
    return {shown: count for shown, (count, _) in known.items()}, listed


def _open_to(session: Session, desk: Desk, record: Record) -> bool:
    """A report is open to whom its case is; every other kind names its case, if it has one."""
    try:
        if record.kind == ARRIVAL:
            cases.may_see(session, desk=desk, report=record.id)
        elif "case" in record.content:
            cases.find(session, desk=desk, case=record.content["case"])
    except Problem:
        return False
    return True


def due_on(session: Session, *, office: str, kind: str, since: Span) -> str:
    """The day a record bears for a deadline (a key of `domain.deadlines.RULES`), by the office's own hours and days."""
    found = settings.now_set(session, office=office)
    offset = duty.offset(found)
    return deadlines.due(kind, since, found, offset).day(offset)


def _days(found: list[Record], today: date) -> list[Day]:
    """The records by day; they come in the order of their days."""
    by_day = groupby(found, key=lambda one: one.due_on or "")
    return [Day(day, (date.fromisoformat(day) - today).days, list(each)) for day, each in by_day]
