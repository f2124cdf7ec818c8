"""Allegations as they stand with Member States: opened from a case, moved by notes and by hand, never written over."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from intake.domain import matter as rules
from intake.domain.matter import KIND, Matter, Step
from intake.domain.problems import Problem
from intake.services import audit, cases, clocks, member_states, records, times
from intake.services.clocks import Held
from intake.services.desk import Desk
from intake.services.records import Record
from intake.store import Session
from intake.store.index import Query
from intake.store.office import audit as audit_lines

# An allegation that knows of a step already, or in another order, is not moved again.
_KNOWN = ("422.330", "422.329")


def every(session: Session, *, desk: Desk) -> list[Matter]:
    """Every allegation with every State, for counting: whoever reads lists asks `of_state`."""
    return [rules.from_json(one.id, one.version, one.content) for one in records.of_kind(session, desk=desk, kind=KIND)]


def concerning(session: Session, *, desk: Desk, codes: Sequence[str]) -> list[Matter]:
    """Every allegation with one of these States, whoever asks. A desk with an index opens no others."""
    if desk.index is None:
        return [one for one in every(session, desk=desk) if one.state in codes]
    found = records.some(session, desk=desk, kind=KIND, ids=desk.index.concerning(KIND, codes))
    return [rules.from_json(one.id, one.version, one.content) for one in found]


def of_state(session: Session, *, desk: Desk, code: str) -> list[Matter]:
    """Those with one State that this person may see, by reference. A desk with an index opens no others."""
    if desk.index is not None:
        ids = desk.index.ids(Query(desk.staff.name, kind=KIND, country=code))
        of_index = records.some(session, desk=desk, kind=KIND, ids=ids)
        return sorted(
            (rules.from_json(one.id, one.version, one.content) for one in of_index), key=lambda one: one.reference
        )
    open_to = {case.id for case in cases.every(session, desk=desk)}
    found = [one for one in every(session, desk=desk) if one.state == code and one.about in open_to]
    return sorted(found, key=lambda one: one.reference)


def find(session: Session, *, desk: Desk, id: str) -> Matter:
    """One. Raises Problem 404.12, and 403.12 when its case is closed to named staff."""
    record = records.get(session, desk=desk, kind=KIND, id=id)
    if record is None:
        raise Problem("404.12")
    found = rules.from_json(record.id, record.version, record.content)
    cases.find(session, desk=desk, case=found.about)
    return found


def open_one(
    session: Session,
    *,
    desk: Desk,
    code: str,
    typed: str,
    received: date,
    urgent: bool,
    to_be_told: bool,
    now: datetime,
) -> Matter:
    """An allegation of a case, by its reference, that concerns a State's personnel.

    Raises Problem 422.183 (no such case), 404.11 (no such State), 422.330 (on record already), 422.329 (a coming day).
    """
    case = cases.by_reference(session, desk=desk, typed=typed)
    member_states.of_code(session, desk=desk, code=code)
    audit_lines.head(session, desk.office, lock=True)
    if any(one.state == code and one.about == case.id for one in every(session, desk=desk)):
        raise Problem("422.330", field="typed")
    today = clocks.today(session, desk=desk, now=now)
    if received > today:
        raise Problem("422.329", field="received")
    made = Matter(
        str(uuid4()), 0, "allegation", code, case.id, case.reference, urgent=urgent, to_be_told=to_be_told
    ).then(Step("received", received, today, desk.staff.name, times.text(now)))
    return _put(session, desk, made, "received", now)


def step(session: Session, *, desk: Desk, id: str, version: int, said: Step, now: datetime) -> Matter:
    """Write down what happened, as somebody says it who saw this version.

    Raises Problem 404.12, 403.12, 409.9, and what `domain.matter.Matter.then` asks for.
    """
    found = _seen(session, desk, id, version)
    if said.known > clocks.today(session, desk=desk, now=now):
        raise Problem("422.329", field="known")
    if said.kind not in rules.BY_HAND:
        raise Problem("422.330", field="kind")
    return put_step(session, desk=desk, matter=found, step=said, now=now)


def take_back(session: Session, *, desk: Desk, id: str, version: int, number: int, now: datetime) -> Matter:
    """A step was wrong. It stays to be read and counts no more. Raises Problem 404.12, 403.12, 409.9, 422.330."""
    found = _seen(session, desk, id, version)
    today = clocks.today(session, desk=desk, now=now)
    changed = found.back(number, by=desk.staff.name, at=times.text(now), today=today)
    return _put(session, desk, changed, rules.BACK, now)


def put_step(session: Session, *, desk: Desk, matter: Matter, step: Step, now: datetime) -> Matter:
    """One step more, whoever brings it: a person, or a note that went out or was answered."""
    changed = matter.then(replace(step, by=desk.staff.name, at=times.text(now)))
    return _put(session, desk, changed, step.kind, now)


def move(session: Session, *, desk: Desk, matter: Matter, steps: Sequence[Step], now: datetime) -> None:
    """What a note brought about an allegation, each step unless it is known there already."""
    found = matter
    for step in steps:
        try:
            found = put_step(session, desk=desk, matter=found, step=step, now=now)
        except Problem as problem:
            if problem.code not in _KNOWN:
                raise


def due_on(matter: Matter, *, today: date, held: Held) -> tuple[str | None, str]:
    """The first day on which something of it is due, and who owes it ("state" or "office")."""
    asked: dict[str, Any] = {"today": today, "office": held.office, "lengths": held.lengths}
    found = [one for one in matter.readings(state=held.of_state(matter.state), **asked) if one.due]
    first = min(found, key=lambda one: str(one.due), default=None)
    return (str(first.due), first.clock.whose) if first else (None, "")


def date_anew(session: Session, *, desk: Desk, found: Iterable[Record], now: datetime) -> None:
    """Work out anew when something of these is due, and who owes it: a calendar or a term changed."""
    today, held = clocks.today(session, desk=desk, now=now), clocks.held(session, desk=desk)
    for record in found:
        due, owes = due_on(rules.from_json(record.id, record.version, record.content), today=today, held=held)
        content = {**record.content, "owes": owes}
        records.date_anew(session, desk=desk, record=record, content=content, due_on=due, now=now)


def _seen(session: Session, desk: Desk, id: str, version: int) -> Matter:
    found = find(session, desk=desk, id=id)
    if found.version != version:
        raise Problem("409.9")
    return found


def _put(session: Session, desk: Desk, matter: Matter, what: str, now: datetime) -> Matter:
    today, held = clocks.today(session, desk=desk, now=now), clocks.held(session, desk=desk)
    due, owes = due_on(matter, today=today, held=held)
    content = {**rules.to_json(matter), "owes": owes}
    try:
        version = records.put(
            session, desk=desk, kind=KIND, id=matter.id, content=content, seen=matter.version, now=now, due_on=due
        )
    except Problem as problem:
        raise Problem("409.9") if problem.code == "409.2" else problem from problem
    details = {"kind": what, "version": version, "state": matter.state, "case": matter.about}
    audit.write(session, desk=desk, act="changed_a_proceeding", about=matter.id, details=details, now=now)
    return replace(matter, version=version)
