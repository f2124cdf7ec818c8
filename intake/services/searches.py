"""Searches that a person keeps: a name and what was asked, sealed; nobody else sees them."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from intake.domain.problems import Problem
from intake.services import records
from intake.services.desk import Desk
from intake.store import Session

KIND = "search"
NAME_LENGTH = range(1, 61)


@dataclass(frozen=True)
class Kept:
    """`asked` is what the page of searching was asked, by the names of its fields."""

    id: str
    name: str
    asked: Mapping[str, str]


def keep(session: Session, *, desk: Desk, name: str, asked: Mapping[str, str], now: datetime) -> None:
    """Keep a search under a name of 1 to 60 letters. Raises Problem 422.240 (the name), 422.241 (nothing asked)."""
    called = name.strip()
    if len(called) not in NAME_LENGTH:
        raise Problem("422.240")
    given = {field: value for field, value in asked.items() if value}
    if not given:
        raise Problem("422.241")
    content = {"owner": desk.staff.id, "name": called, "asked": given}
    records.put(session, desk=desk, kind=KIND, id=secrets.token_hex(8), content=content, seen=0, now=now)


def every(session: Session, *, desk: Desk) -> list[Kept]:
    """The searches of this person, by name."""
    found = records.of_kind(session, desk=desk, kind=KIND)
    mine = [record for record in found if record.content["owner"] == desk.staff.id and record.content["name"]]
    kept = [Kept(record.id, record.content["name"], record.content["asked"]) for record in mine]
    return sorted(kept, key=lambda one: (one.name, one.id))


def drop(session: Session, *, desk: Desk, search: str, now: datetime) -> None:
    """Empty a search of one's own; of others', or of none, nothing happens."""
    found = records.get(session, desk=desk, kind=KIND, id=search)
    if found is None or found.content["owner"] != desk.staff.id:
        return
    content = {"owner": desk.staff.id, "name": "", "asked": {}}
    records.put(session, desk=desk, kind=KIND, id=search, content=content, seen=found.version, now=now)
