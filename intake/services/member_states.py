"""Member States: the register, and their focal points, whose names open at a step-up, on record."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from intake.domain import arrival
from intake.domain import member_state as rules
from intake.domain.member_state import KIND, NAMES, MemberState, Name, Post
from intake.domain.problems import Problem
from intake.services import audit, records
from intake.services.desk import Desk
from intake.store import Session
from intake.store.office import audit as audit_lines

Codes = frozenset[str]


def every(session: Session, *, desk: Desk) -> list[MemberState]:
    """Every State of the register, by code. Raises Problem 403.21."""
    found = records.of_kind(session, desk=desk, kind=KIND)
    return sorted((rules.from_json(one.id, one.version, one.content) for one in found), key=lambda one: one.code)


def find(session: Session, *, desk: Desk, id: str) -> MemberState:
    """One State. Raises Problem 404.11."""
    record = records.get(session, desk=desk, kind=KIND, id=id)
    if record is None:
        raise Problem("404.11")
    return rules.from_json(record.id, record.version, record.content)


def of_code(session: Session, *, desk: Desk, code: str) -> MemberState:
    """The State of a code. Raises Problem 404.11."""
    for state in every(session, desk=desk):
        if state.code == code:
            return state
    raise Problem("404.11")


def add(session: Session, *, desk: Desk, code: str, language: str, codes: Codes, now: datetime) -> MemberState:
    """Put a State on the register. Raises Problem 422.323 (no State, or there already), 422.324."""
    made = MemberState(str(uuid4()), code=code, language=language)
    rules.check(made, codes=codes)
    # Whoever else adds one waits here: a State is listed once.
    audit_lines.head(session, desk.office, lock=True)
    if code in {state.code for state in every(session, desk=desk)}:
        raise Problem("422.323", field="code")
    return _put(session, desk, made, "added", now)


def change(
    session: Session, *, desk: Desk, id: str, version: int, changes: Mapping[str, Any], codes: Codes, now: datetime
) -> MemberState:
    """Write down something else of it: `language`, `address`, `findings`.

    Raises Problem 404.11, 409.9, and what `domain.member_state.check` asks for.
    """
    before = _seen(session, desk, id, version)
    changed = replace(before, **{name: changes[name] for name in ("language", "address") if name in changes})
    changed = replace(changed, findings={**before.findings, **changes.get("findings", {})})
    rules.check(changed, codes=codes)
    return _put(session, desk, changed, "changed", now)


def appoint(
    session: Session, *, desk: Desk, id: str, version: int, office: str, since: str, name: Name, now: datetime
) -> MemberState:
    """A new focal point. Raises Problem 403.20 (no step-up), 404.11, 409.9, 422.40, 422.44, 422.329."""
    desk.need("identity")
    before = _seen(session, desk, id, version)
    post = Post(str(uuid4()), office.strip(), since)
    changed = rules.appointed(before, post)
    rules.check_name(name)
    names = records.get(session, desk=desk, kind=NAMES, id=id)
    content = {**(names.content if names else {}), post.id: vars(name)}
    seen = names.version if names else 0
    records.put(session, desk=desk, kind=NAMES, id=id, content=content, seen=seen, now=now, chain="identity")
    return _put(session, desk, changed, "focal_point", now)


def leave(session: Session, *, desk: Desk, id: str, version: int, until: str, now: datetime) -> MemberState:
    """There is no focal point any more from a day on. Raises Problem 404.11, 409.9, 422.329."""
    return _put(session, desk, rules.left(_seen(session, desk, id, version), until), "focal_point_left", now)


def names(session: Session, *, desk: Desk, id: str) -> dict[str, Name]:
    """Who the focal points are, by the ids of their posts; for letters, inside a step-up. Raises Problem 403.20."""
    desk.need("identity")
    kept = records.get(session, desk=desk, kind=NAMES, id=id)
    return {post: Name(**name) for post, name in kept.content.items()} if kept else {}


def open_names(session: Session, *, desk: Desk, id: str, reason: str, now: datetime) -> dict[str, Name]:
    """The same for somebody who reads them, on record. Raises Problem 422.20, 403.20, 404.11."""
    arrival.check_reason(reason)
    desk.need("identity")
    find(session, desk=desk, id=id)
    details = {"reason": reason.strip()}
    audit.write(session, desk=desk, act="opened_focal_points", about=id, details=details, now=now)
    return names(session, desk=desk, id=id)


def _seen(session: Session, desk: Desk, id: str, version: int) -> MemberState:
    found = find(session, desk=desk, id=id)
    if found.version != version:
        raise Problem("409.9")
    return found


def _put(session: Session, desk: Desk, state: MemberState, what: str, now: datetime) -> MemberState:
    content = rules.to_json(state)
    try:
        version = records.put(session, desk=desk, kind=KIND, id=state.id, content=content, seen=state.version, now=now)
    except Problem as problem:
        raise Problem("409.9") if problem.code == "409.2" else problem from problem
    details = {"kind": what, "version": version, "state": state.code}
    audit.write(session, desk=desk, act="changed_a_state", about=state.id, details=details, now=now)
    return replace(state, version=version)
