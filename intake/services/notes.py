"""Notes about a case: written once, corrected by another note. Names rest under the identity keychain."""

from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from intake.domain import arrival, note
from intake.domain.note import KIND, NAMES, Note
from intake.domain.problems import Problem
from intake.services import audit, cases, drawers, records, times
from intake.services.desk import Desk
from intake.store import Session


def write(
    session: Session, *, desk: Desk, case: str, text: str, language: str, names: bool, corrects: str, now: datetime
) -> Note:
    """A note more; with `names` its words need the identity keychain.

    Raises Problem 422.40, 422.44, 404.1 (it corrects no note of this case), 404.3, 403.12, 403.20 (names, and no
    step-up).
    """
    cases.find(session, desk=desk, case=case)
    words = note.check(text)
    if corrects and corrects not in {one.id for one in of_case(session, desk=desk, case=case)}:
        raise Problem("404.1")
    made = Note(str(uuid4()), case, desk.staff.name, times.text(now), language, names, corrects, "" if names else words)
    if names:
        content = {"text": words}
        records.put(session, desk=desk, kind=NAMES, id=made.id, content=content, seen=0, now=now, chain="identity")
    records.put(session, desk=desk, kind=KIND, id=made.id, content=note.to_json(made), seen=0, now=now)
    drawers.put_in(session, desk=desk, case=case, kind=KIND, id=made.id, now=now)
    details = {"note": made.id, "names": names}
    audit.write(session, desk=desk, act="wrote_a_note", about=case, details=details, now=now)
    return made


def of_case(session: Session, *, desk: Desk, case: str) -> list[Note]:
    """Every note of a case, oldest first, those with names without their words. Raises Problem 404.3, 403.12."""
    cases.find(session, desk=desk, case=case)
    kept = drawers.of_case(session, desk=desk, case=case, kind=KIND)
    return [note.from_json(record.id, record.content) for record in kept]


def open_names(session: Session, *, desk: Desk, case: str, id: str, reason: str, now: datetime) -> Note:
    """One note with its names, opened on record. Raises Problem 422.20, 403.20 (no step-up), 404.1, 404.3, 403.12."""
    arrival.check_reason(reason)
    desk.need("identity")
    found = next((one for one in of_case(session, desk=desk, case=case) if one.id == id and one.names), None)
    sealed = records.get(session, desk=desk, kind=NAMES, id=id) if found else None
    if found is None or sealed is None:
        raise Problem("404.1")
    details = {"note": id, "reason": reason.strip()}
    audit.write(session, desk=desk, act="opened_a_note", about=case, details=details, now=now)
    return replace(found, text=sealed.content["text"])
