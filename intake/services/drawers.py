"""What lies in a case: which records of other kinds belong to it, so that a page of a case opens those and no others.

One sealed record a case (kind "drawer"). Beside it nothing says which referral or note is whose.
"""

from datetime import datetime
from typing import Any

from intake.services import records
from intake.services.desk import Desk
from intake.services.records import Record
from intake.store import Session
from intake.store.office import audit as audit_lines

KIND = "drawer"


def put_in(session: Session, *, desk: Desk, case: str, kind: str, id: str, now: datetime) -> None:
    """Note that a record belongs to the case. Raises Problem 403.21."""
    # Two people may put something into one drawer at once: whoever else does waits here.
    audit_lines.head(session, desk.office, lock=True)
    drawer = records.get(session, desk=desk, kind=KIND, id=case)
    content: dict[str, Any] = dict(drawer.content) if drawer else {}
    content[kind] = [*content.get(kind, ()), id]
    seen = drawer.version if drawer else 0
    records.put(session, desk=desk, kind=KIND, id=case, content=content, seen=seen, now=now)


def of_case(session: Session, *, desk: Desk, case: str, kind: str) -> list[Record]:
    """The case's records of one kind, opened, in the order in which they were made."""
    drawer = records.get(session, desk=desk, kind=KIND, id=case)
    found = [records.get(session, desk=desk, kind=kind, id=id) for id in drawer.content.get(kind, ())] if drawer else []
    return [record for record in found if record is not None]
