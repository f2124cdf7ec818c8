"""Cases: opened from a report, joined, split, worked on, closed and taken up again. Every act is on record.

A case closed to named staff is kept from all others by the program, not by a key: whoever holds the work keychain and a
copy of the database could open it (the threat model says so).
"""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from intake.domain.case import KIND, Case, from_json, to_json
from intake.domain.problems import Problem
from intake.services import audit, bundles, records, times
from intake.services.desk import Desk
from intake.store import Session
from intake.store.office import audit as audit_lines
from intake.store.office import staff

COUNTER = "counter"
# Which case a report is filed in, by the report's id: one record a report, so that it can never be in two cases.
FILING = "filing"
# What a reference begins with until the office has set its own (domain brief 1.1): entity, mission.
ENTITY, MISSION = "entity", "mission"


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
    found = find(session, desk=desk, case=case)
    changed = found.then(kind, by=desk.staff.name, at=times.text(now), **details)
    if found.version != version:
        raise Problem("409.4")
    _check_staff(session, desk, {str(details.get("owner", "")), *details.get("names", ())} - {""})
    for report in changed.reports:
        if report not in found.reports:
            _file(session, desk, report, case, now)
    for report in found.reports:
        if report not in changed.reports:
            _file(session, desk, report, "", now)
    return _put(session, desk, changed, kind, now)


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
    return sorted(found, key=lambda case: (case.changed, case.id), reverse=True)


def of_report(session: Session, *, desk: Desk, report: str) -> Case | None:
    """The case a report is filed in, or None. Raises Problem 403.12 when this person may not see it."""
    filing = records.get(session, desk=desk, kind=FILING, id=report)
    return find(session, desk=desk, case=filing.content["case"]) if filing and filing.content["case"] else None


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


def _check_staff(session: Session, desk: Desk, names: set[str]) -> None:
    """Raises Problem 422.91 unless these are sign-in names of colleagues at work here."""
    if names and not names <= {one.name for one in staff.of_office(session, desk.office) if one.state == "joined"}:
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
            owner=case.owner or None,
        )
    except Problem as problem:
        raise Problem("409.4") if problem.code == "409.2" else problem from problem
    details = {"kind": kind, "version": version, **case.events[-1].details}
    audit.write(session, desk=desk, act="changed_a_case", about=case.id, details=details, now=now)
    return replace(case, version=version)


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
    settings = bundles.said(session, office=desk.office).get("settings", {})
    entity, mission = str(settings.get(ENTITY, "OFFICE")), str(settings.get(MISSION, desk.office[:6].upper()))
    return f"{entity}-{mission}-{year}-{number:04}"
