"""Which languages people at work say they read: a sealed record a person, so that what they lack can be translated."""

from collections.abc import Iterable
from datetime import datetime

from intake import words
from intake.domain.problems import Problem
from intake.services import audit, records
from intake.services.desk import Desk
from intake.store import Session

KIND = "reads"
# Whoever has not said is taken to read this one: a task too many harms nobody, one too few does.
UNSAID = frozenset({words.REFERENCE})


def say(session: Session, *, desk: Desk, languages: Iterable[str], now: datetime) -> None:
    """This person reads these. Raises Problem 422.430 (none), 422.97 (one that is not known), 403.21."""
    said = set(languages)
    chosen = [tag for tag in words.languages() if tag in said]
    if not said:
        raise Problem("422.430", field="languages")
    if set(chosen) != said:
        raise Problem("422.97", field="languages")
    found = records.get(session, desk=desk, kind=KIND, id=desk.staff.id)
    content = {"name": desk.staff.name, "languages": chosen}
    seen = found.version if found else 0
    records.put(session, desk=desk, kind=KIND, id=desk.staff.id, content=content, seen=seen, now=now)
    audit.write(session, desk=desk, act="said_languages", about="", details={"languages": chosen}, now=now)


def own(session: Session, *, desk: Desk) -> frozenset[str]:
    """What this person has said; empty when they have not. Raises Problem 403.21."""
    found = records.get(session, desk=desk, kind=KIND, id=desk.staff.id)
    return frozenset(found.content["languages"]) if found else frozenset()


def every(session: Session, *, desk: Desk) -> dict[str, frozenset[str]]:
    """The same of everybody who has said, by sign-in name. Raises Problem 403.21."""
    found = records.of_kind(session, desk=desk, kind=KIND)
    return {one.content["name"]: frozenset(one.content["languages"]) for one in found}
