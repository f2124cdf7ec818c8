"""Cases: opened from a report, joined, split, worked on, closed and taken up again. Every act is on record.

A case closed to named staff is kept from all others by the program, not by a key: whoever holds the work keychain and a
copy of the database could open it (the threat model says so).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from intake.domain import reference
from intake.domain.case import KIND, Case, from_json, to_json
from intake.domain.folding import terms
from intake.domain.problems import Problem
from intake.services import audit, records, settings, times
from intake.services.desk import Desk
from intake.store import Session
from intake.store.index import Query
from intake.store.office import arrivals, offices, staff
from intake.store.office import audit as audit_lines

COUNTER = "counter"
# Which case a report is filed in, by the report's id: one record a report, so that it can never be in two cases.
FILING = "filing"
SHORTEST_NUMBER = 8


@dataclass(frozen=True)
class Colleague:
    """Somebody at work in this office: the sign-in name and the roles."""

    name: str
    roles: frozenset[str]


def open_case(session: Session, *, desk: Desk, report: str, category: str = "unknown", now: datetime) -> Case:
    """A new case around a report; whoever opens it is in charge of it. Raises Problem 422.178, 403.21.

    422.178: the report is in another case already.
    """
    # The number of a case is given once: whoever else opens one waits here.
    audit_lines.head(session, desk.office, lock=True)
    id = str(uuid4())
    _file(session, desk, report, id, now)
    details = {"reference": _next_reference(session, desk, now), "report": report, "category": category}
    case = Case(id, 0).then("opened", by=desk.staff.name, at=times.text(now), **details)
    return _put(session, desk, case, "opened", now)


def act(session: Session, *, desk: Desk, case: str, kind: str, version: int, now: datetime, **details: Any) -> Case:
    """One step in a case, made from the version that was on the screen.

    Raises Problem 409.4 when the case moved on since, 404.3, 403.12, 422.178, and what the kind asks for
    (`domain.case.LAW`).
    """
    # Whoever else works on a case waits here, and is then told that it moved on.
    audit_lines.head(session, desk.office, lock=True)
    found = find(session, desk=desk, case=case)
    changed = found.then(kind, by=desk.staff.name, at=times.text(now), **details)
    if found.version != version:
        raise Problem("409.4")
    check_staff(session, desk, {str(details.get("owner", "")), *details.get("names", ())} - {""})
    for report in changed.reports:
        if report not in found.reports:
            _file(session, desk, report, case, now)
    for report in found.reports:
        if report not in changed.reports:
            _file(session, desk, report, "", now)
    return _put(session, desk, changed, kind, now)


def join(session: Session, *, desk: Desk, case: str, typed: str, reason: str, version: int, now: datetime) -> Case:
    """Put another report, or all the reports of another case, into this one.

    `typed` is the beginning of a report's number, or a reference. A reason is needed where that leaves another case,
    which ends if nothing else is in it. Raises Problem 422.188 (neither), 422.20, 422.171 and as `act`.
    """
    # As `act`: before anything is read that may have to change.
    audit_lines.head(session, desk.office, lock=True)
    found = find(session, desk=desk, case=case)
    for report in _meant(session, desk, typed):
        if report not in found.reports:
            _leave(session, desk, report, case, reason, now)
        found = act(session, desk=desk, case=case, kind="joined", version=version, now=now, report=report)
        version = found.version
    return found


def split(
    session: Session, *, desk: Desk, case: str, report: str, reason: str, version: int, now: datetime
) -> tuple[Case, Case]:
    """Take a report out, into a case of its own, so that it is never in none. Gives both. Raises as `act`."""
    left = act(session, desk=desk, case=case, kind="split", version=version, now=now, report=report, reason=reason)
    return left, open_case(session, desk=desk, report=report, category=left.category, now=now)


def _meant(session: Session, desk: Desk, typed: str) -> tuple[str, ...]:
    """The reports that a number or a reference means, at least one. Raises Problem 422.188."""
    wanted = typed.strip().lower()
    if len(wanted) >= SHORTEST_NUMBER:
        numbers = arrivals.beginning(session, office=desk.office, with_=wanted)
        if len(numbers) == 1:
            return (numbers[0],)
    try:
        return by_reference(session, desk=desk, typed=typed).reports
    except Problem as problem:
        raise Problem("422.188") from problem


def _leave(session: Session, desk: Desk, report: str, into: str, reason: str, now: datetime) -> None:
    """Take a report out of the case it is in, if it is in one."""
    found = of_report(session, desk=desk, report=report)
    if found is not None:
        kind = "merged" if len(found.reports) == 1 else "split"
        details = {"report": report, "into": into, "reason": reason}
        act(session, desk=desk, case=found.id, kind=kind, version=found.version, now=now, **details)


def find(session: Session, *, desk: Desk, case: str) -> Case:
    """The case. Raises Problem 404.3, and 403.12 when it is closed to named staff and this person is not one."""
    record = records.get(session, desk=desk, kind=KIND, id=case)
    if record is None:
        raise Problem("404.3")
    found = from_json(record.id, record.version, record.content)
    if not found.open_to(desk.staff.name):
        raise Problem("403.12")
    return found


def every(session: Session, *, desk: Desk) -> list[Case]:
    """Every case this person may see, the one that changed last first."""
    found = [case for case in _all(session, desk) if case.open_to(desk.staff.name)]
    return sorted(sorted(found, key=lambda case: case.reference), key=lambda case: case.changed, reverse=True)


def unseen(session: Session, *, desk: Desk) -> list[Case]:
    """The cases that this person may not see."""
    return [case for case in _all(session, desk) if not case.open_to(desk.staff.name)]


def of_report(session: Session, *, desk: Desk, report: str) -> Case | None:
    """The case a report is filed in, or None. Raises Problem 403.12 when this person may not see it."""
    filing = records.get(session, desk=desk, kind=FILING, id=report)
    return find(session, desk=desk, case=filing.content["case"]) if filing and filing.content["case"] else None


def whose(session: Session, *, desk: Desk, report: str) -> Case | None:
    """The same, whoever asks: for work of the program that shows nobody a case."""
    filing = records.get(session, desk=desk, kind=FILING, id=report)
    found = records.get(session, desk=desk, kind=KIND, id=filing.content["case"]) if filing else None
    return from_json(found.id, found.version, found.content) if found else None


def may_see(session: Session, *, desk: Desk, report: str) -> None:
    """Raises Problem 403.12 when the report is filed in a case that is closed to named staff, and not to this one."""
    of_report(session, desk=desk, report=report)


def sees(session: Session, *, desk: Desk, report: str) -> bool:
    """Whether a report is in no case, or in one that this person may see."""
    try:
        may_see(session, desk=desk, report=report)
    except Problem:
        return False
    return True


def seen_of(session: Session, *, desk: Desk, report: str) -> Case | None:
    """The case a report is filed in; None for one that this person may not see."""
    return of_report(session, desk=desk, report=report) if sees(session, desk=desk, report=report) else None


def some(session: Session, *, desk: Desk, ids: Sequence[str]) -> list[Case]:
    """Those of these cases that this person may see, in the order of their ids given."""
    found = {record.id: record for record in records.some(session, desk=desk, kind=KIND, ids=ids)}
    opened = [from_json(one.id, one.version, one.content) for one in (found[id] for id in ids if id in found)]
    return [case for case in opened if case.open_to(desk.staff.name)]


def by_reference(session: Session, *, desk: Desk, typed: str) -> Case:
    """The open case that this reference, or its year and number, means. Raises Problem 422.183."""
    for case in _with_words(session, desk, typed):
        if case.open and reference.means(case.reference, typed):
            return case
    raise Problem("422.183")


def _with_words(session: Session, desk: Desk, typed: str) -> list[Case]:
    """The cases in which all of these words occur."""
    words = tuple(terms(typed))
    if desk.index is None or not words:
        return every(session, desk=desk)
    return some(session, desk=desk, ids=desk.index.ids(Query(desk.staff.name, kind=KIND, state="open", words=words)))


def colleagues(session: Session, *, desk: Desk) -> list[Colleague]:
    """Who works here, oneself among them."""
    at_work = [one for one in staff.of_office(session, desk.office) if one.state == "joined"]
    return [Colleague(one.name, frozenset(one.roles.split())) for one in at_work]


def has_codes(session: Session, *, desk: Desk) -> bool:
    """Whether the office has set what references begin with."""
    return reference.are_set(settings.own(session, office=desk.office))


def _all(session: Session, desk: Desk) -> list[Case]:
    kept = records.of_kind(session, desk=desk, kind=KIND)
    return [from_json(record.id, record.version, record.content) for record in kept]


def _file(session: Session, desk: Desk, report: str, case: str, now: datetime) -> None:
    """File a report in a case, or in none (""). Raises Problem 422.178 when it is in another one."""
    filing = records.get(session, desk=desk, kind=FILING, id=report)
    if case and filing is not None and filing.content["case"]:
        raise Problem("422.178")
    seen = filing.version if filing else 0
    records.put(session, desk=desk, kind=FILING, id=report, content={"case": case}, seen=seen, now=now)


def check_staff(session: Session, desk: Desk, names: set[str]) -> None:
    """Raises Problem 422.91 unless these are sign-in names of people at work here."""
    if names and not names <= {one.name for one in colleagues(session, desk=desk)}:
        raise Problem("422.91")


def _put(session: Session, desk: Desk, case: Case, kind: str, now: datetime) -> Case:
    """Raises Problem 409.4."""
    try:
        version = records.put(
            session,
            desk=desk,
            kind=KIND,
            id=case.id,
            content=to_json(case),
            seen=case.version,
            now=now,
            owner=account_of(session, desk, case.owner),
        )
    except Problem as problem:
        raise Problem("409.4") if problem.code == "409.2" else problem from problem
    details = {"kind": kind, "version": version, **case.events[-1].details}
    audit.write(session, desk=desk, act="changed_a_case", about=case.id, details=details, now=now)
    return replace(case, version=version)


def account_of(session: Session, desk: Desk, name: str) -> str | None:
    """The account id that stands beside a record of whoever is in charge: the night reminds by it."""
    account = staff.named(session, name) if name else None
    return account.id if account and account.office == desk.office else None


def _next_reference(session: Session, desk: Desk, now: datetime) -> str:
    """`ENTITY-MISSION-YEAR-nnnn`: the next number of this year; a number given once is never given again."""
    year = times.day(now)[:4]
    counter = records.get(session, desk=desk, kind=COUNTER, id=f"case-{year}")
    number = (counter.content["number"] if counter else 0) + 1
    records.put(
        session,
        desk=desk,
        kind=COUNTER,
        id=f"case-{year}",
        content={"number": number},
        seen=counter.version if counter else 0,
        now=now,
    )
    office = offices.get(session, desk.office)
    entity, mission = reference.codes(settings.own(session, office=desk.office), office.name if office else "")
    return reference.make(entity, mission, year, number)
