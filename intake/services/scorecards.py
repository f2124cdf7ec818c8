"""Scorecards: made from all that is known of States, kept as they were made, shared only after States had their say."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from intake.domain import scorecard as rules
from intake.domain.problems import Problem
from intake.domain.scorecard import KIND, METHOD, Inputs, Method, Scorecard
from intake.services import audit, clocks, matters, member_states, records, times, verbales
from intake.services.desk import Desk
from intake.store import Session


def methods(session: Session, *, desk: Desk) -> list[Method]:
    """Every version of the office's method, ours first, the one in force last. Raises Problem 403.21."""
    record = records.get(session, desk=desk, kind=METHOD, id=METHOD)
    kept = [Method(**one) for one in record.content["versions"]] if record else []
    return [Method(), *kept]


def change_method(
    session: Session,
    *,
    desk: Desk,
    weights: Mapping[str, Any],
    targets: Mapping[str, Any],
    why: str,
    number: int,
    now: datetime,
) -> Method:
    """A new version of the method; `number` is the one it was made from. Older scorecards keep theirs.

    Raises Problem 422.331, 422.332, 422.20, 409.9 when there is another version meanwhile.
    """
    before = methods(session, desk=desk)
    made = Method(number + 1, dict(weights), dict(targets), desk.staff.name, times.text(now), why.strip())
    rules.check_method(made)
    if before[-1].number != number:
        raise Problem("409.9")
    content = {"versions": [rules.method_to_json(one) for one in (*before[1:], made)]}
    records.put(session, desk=desk, kind=METHOD, id=METHOD, content=content, seen=number, now=now)
    details = {"version": made.number, "why": made.why}
    audit.write(session, desk=desk, act="changed_the_method", about="", details=details, now=now)
    return made


def inputs(session: Session, *, desk: Desk, codes: Sequence[str], day: date) -> list[Inputs]:
    """All that is known of these States. Every case counts, also those that this person may not see."""
    held, every = clocks.held(session, desk=desk), matters.concerning(session, desk=desk, codes=codes)
    notes = verbales.every(session, desk=desk)
    return [
        Inputs(
            member_states.of_code(session, desk=desk, code=code),
            tuple(one for one in every if one.state == code),
            tuple(note for note in notes if note.state == code),
            day,
            held.of_state(code),
            held.office,
            held.lengths,
        ).on(day)
        for code in codes
    ]


def every(session: Session, *, desk: Desk) -> list[Scorecard]:
    """Every scorecard, the newest first. Raises Problem 403.21."""
    found = [
        rules.from_json(one.id, one.version, one.content) for one in records.of_kind(session, desk=desk, kind=KIND)
    ]
    return sorted(found, key=lambda one: (one.day, one.id), reverse=True)


def find(session: Session, *, desk: Desk, id: str) -> Scorecard:
    """One. Raises Problem 404.12."""
    record = records.get(session, desk=desk, kind=KIND, id=id)
    if record is None:
        raise Problem("404.12")
    return rules.from_json(record.id, record.version, record.content)


def make(session: Session, *, desk: Desk, codes: Sequence[str], now: datetime) -> Scorecard:
    """The figures of these States today and at the ends of the last quarters, by the method in force.

    Raises Problem 422.333 (no State), 404.11.
    """
    if not codes:
        raise Problem("422.333", field="codes")
    today, method = clocks.today(session, desk=desk, now=now), methods(session, desk=desk)[-1]
    found = inputs(session, desk=desk, codes=list(dict.fromkeys(codes)), day=today)
    cards = {one.state.code: tuple(rules.card(one.on(day), method) for day in rules.quarters(today)) for one in found}
    reply = clocks.held(session, desk=desk).lengths["reply"]
    return _put(session, desk, Scorecard(str(uuid4()), 0, today, method, reply, cards), "made", now)


def ask(session: Session, *, desk: Desk, id: str, version: int, state: str, on: date, now: datetime) -> Scorecard:
    """A State was sent its figures. Raises Problem 404.12, 409.9, 422.330, 422.329 (a coming day)."""
    found = _seen(session, desk, id, version)
    _check_day(session, desk, on, found.day, now)
    return _put(session, desk, found.asked(state, on), "asked", now)


def reply(
    session: Session, *, desk: Desk, id: str, version: int, state: str, on: date, words: str, now: datetime
) -> Scorecard:
    """What a State said. Raises Problem 404.12, 409.9, 422.335, 422.44, 422.329, 422.330."""
    found = _seen(session, desk, id, version)
    _check_day(session, desk, on, found.day, now)
    return _put(session, desk, found.replied(state, on, words), "replied", now)


def share(session: Session, *, desk: Desk, id: str, version: int, to: str, now: datetime) -> Scorecard:
    """Let it go out, on record to whom. Raises Problem 404.12, 409.9, 409.15, 422.40, 422.44."""
    found = _seen(session, desk, id, version)
    today = clocks.today(session, desk=desk, now=now)
    shared = found.share(by=desk.staff.name, at=times.text(now), to=to, today=today)
    return _put(session, desk, shared, "shared", now)


def _check_day(session: Session, desk: Desk, on: date, made: date, now: datetime) -> None:
    if not made <= on <= clocks.today(session, desk=desk, now=now):
        raise Problem("422.329", field="on")


def _seen(session: Session, desk: Desk, id: str, version: int) -> Scorecard:
    found = find(session, desk=desk, id=id)
    if found.version != version:
        raise Problem("409.9")
    return found


def _put(session: Session, desk: Desk, one: Scorecard, what: str, now: datetime) -> Scorecard:
    content = rules.to_json(one)
    due = min(
        (one.until(state) for state in one.states if one.until(state) and not one.hearing(state).replied), default=None
    )
    try:
        version = records.put(
            session, desk=desk, kind=KIND, id=one.id, content=content, seen=one.version, now=now, due_on=due
        )
    except Problem as problem:
        raise Problem("409.9") if problem.code == "409.2" else problem from problem
    details = {"kind": what, "version": version, "states": list(one.states)}
    audit.write(session, desk=desk, act="changed_a_scorecard", about=one.id, details=details, now=now)
    return replace(one, version=version)
