"""Inbox: who has a report that waits, and what is decided about it. Every step is on record.

A decision and what it does to a case are one transaction: there is no registered report without a case, and no case
without a report.
"""

from dataclasses import replace
from datetime import datetime

from intake.domain import arrival as arrivals_of
from intake.domain.arrival import DECISIONS, Arrival
from intake.domain.case import Case
from intake.domain.problems import Problem
from intake.services import audit, cases, register, times
from intake.services.desk import Desk
from intake.store import Session
from intake.store.office import audit as audit_lines


def take(session: Session, *, desk: Desk, report: str, version: int, now: datetime) -> Arrival:
    """Have a report from now on, also one that a colleague has. Raises Problem 409.2, 404.2, 403.12."""
    return _give(session, desk=desk, report=report, name=desk.staff.name, version=version, now=now)


def hand_over(session: Session, *, desk: Desk, report: str, name: str, version: int, now: datetime) -> Arrival:
    """Give a report to a colleague. Raises Problem 409.5 (a colleague has it), 422.185 (to whom?), as `take`."""
    if not name:
        raise Problem("422.185")
    cases.check_staff(session, desk, {name})
    _check_free(session, desk, register.find(session, desk=desk, report=report), now)
    return _give(session, desk=desk, report=report, name=name, version=version, now=now)


def decide(
    session: Session,
    *,
    desk: Desk,
    report: str,
    decision: str,
    reason: str,
    note: str,
    version: int,
    now: datetime,
    case: str = "",
    counts: str = "",
) -> Arrival:
    """Record what happens with a report. `version` is the one the decision was made from.

    `case` is the reference of the case that a *joined* report goes into; `counts` the digest of the copy that counts.
    Raises Problem 409.2 when the record moved on since, 409.5 when a colleague has it, 422.20, 422.21, 422.182, 404.2,
    422.183 (no such case), 422.178 and 422.179 (it is in another case, or in one at all), 403.12.
    """
    found = _found(session, desk, report, version)
    _check_free(session, desk, found, now)
    _check_offered(session, desk, report, decision, now)
    said = {"decision": decision, "reason": reason, "note": note, "counts": counts}
    decided = arrivals_of.decide(found, **said, by=desk.staff.name, at=times.text(now))
    filed = _file(session, desk, found, decision, case, now)
    decided = replace(decided, decisions=(*decided.decisions[:-1], replace(decided.decisions[-1], case=filed)))
    kept = register.put(session, desk, replace(decided, version=version), now)
    details = {"decision": decision, "reason": reason.strip(), "version": kept.version, "case": filed, "counts": counts}
    audit.write(session, desk=desk, act="decided", about=report, details=details, now=now)
    return kept


def proposed_case(session: Session, *, desk: Desk, arrival: Arrival) -> Case | None:
    """The case it is in, or that of the report it points at: an open one that this person may see."""
    about = [copy.facts.about for copy in arrival.copies if copy.facts and copy.facts.about]
    found = (cases.seen_of(session, desk=desk, report=report) for report in (arrival.report, *about))
    return next((case for case in found if case and case.open), None)


def _file(session: Session, desk: Desk, found: Arrival, decision: str, typed: str, now: datetime) -> str:
    """Put the report into the case that the decision says; gives its id, or nothing."""
    now_in = cases.of_report(session, desk=desk, report=found.report)
    wanted = DECISIONS[decision].case
    if wanted == "none":
        if now_in is not None:
            raise Problem("422.179")
        return ""
    if wanted == "new":
        category = found.facts.category if found.facts else "unknown"
        return cases.open_case(session, desk=desk, report=found.report, category=category, now=now).id
    target = cases.by_reference(session, desk=desk, typed=typed)
    return target.id if now_in and now_in.id == target.id else _join(session, desk, found.report, target, now).id


def _join(session: Session, desk: Desk, report: str, target: Case, now: datetime) -> Case:
    return cases.act(session, desk=desk, case=target.id, kind="joined", version=target.version, now=now, report=report)


def _give(session: Session, *, desk: Desk, report: str, name: str, version: int, now: datetime) -> Arrival:
    found = _found(session, desk, report, version)
    given = arrivals_of.give(found, name=name, by=desk.staff.name, at=times.text(now))
    kept = register.put(session, desk, replace(given, version=version), now)
    details = {"to": name, "version": kept.version}
    act = "took" if name == desk.staff.name else "handed_over"
    audit.write(session, desk=desk, act=act, about=report, details=details, now=now)
    return kept


def _found(session: Session, desk: Desk, report: str, version: int) -> Arrival:
    """The arrival as it was seen. Whoever else decides now waits here. Raises Problem 409.2, 404.2, 403.12."""
    audit_lines.head(session, desk.office, lock=True)
    cases.may_see(session, desk=desk, report=report)
    found = register.find(session, desk=desk, report=report)
    if found.version != version:
        raise Problem("409.2")
    return found


def _check_offered(session: Session, desk: Desk, report: str, decision: str, now: datetime) -> None:
    """Raises Problem 422.21 for what cannot be decided about a report like this one."""
    rows = register.rows(session, desk=desk, reports=[report], now=now)
    if not any(decision in row.choices for row in rows):
        raise Problem("422.21")


def _check_free(session: Session, desk: Desk, found: Arrival, now: datetime) -> None:
    """Raises Problem 409.5 when a colleague has it."""
    holder = found.holder(now, register.hold_hours(session, desk=desk))
    if holder is not None and holder.name != desk.staff.name:
        raise Problem("409.5")
