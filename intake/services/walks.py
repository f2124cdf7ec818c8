"""Walking the audit chain in portions: with its keys from a sealed mark on, and by night, without any, whole.

Who holds the records key walks what is new and seals up to where it was walked, and with which chain value. Whoever
writes an older line anew and computes all that follows changes the value at the mark, which they cannot seal; whoever
leaves what follows as it is breaks the outer chain, which the night walks whole every day (decision 58).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from intake.domain.problems import Problem
from intake.services import audit, records, times
from intake.services.audit import BEGINNING
from intake.services.desk import Desk
from intake.store import Session, Store
from intake.store.office import audit as lines
from intake.store.office import offices
from intake.store.office.audit import Head

# The sealed mark.
KIND, ID = "office", "audit_walked"
# So many lines are walked in one request, and by night between two looks at what is urgent.
AT_ONCE = 20_000
# The mark moves after so many new lines: a page that is looked at often seals little.
KEEP_AFTER = 1000
# What the night puts on record.
ACT, NIGHT = "walked_the_chain", "night"


@dataclass(frozen=True)
class Night:
    """What the night found last: when it had walked (an instant as text) up to which line, or which one did not fit."""

    at: str
    number: int
    broken: bool


@dataclass(frozen=True)
class Walked:
    """How far the chain was walked: `upto` of `total` lines; those up to `before` at an earlier time (`at`)."""

    upto: Head
    total: int
    before: int
    at: str
    night: Night | None

    @property
    def whole(self) -> bool:
        return self.upto.number == self.total


def walk(session: Session, *, desk: Desk, afresh: bool = False) -> Walked:
    """Walk what follows the mark, with all that is sealed, AT_ONCE lines at most; `afresh` from the first line.

    Raises Problem 403.21, and 422.86 with the number of the first line that does not fit, or of the mark's when that is
    not what it was.
    """
    work = desk.need("work").chain
    before, at, night, _ = _mark(session, desk)
    if afresh:
        before, at = BEGINNING, ""
    if before.number and lines.chain_at(session, desk.office, before.number) != before.chain:
        raise Problem("422.86", number=before.number)
    head = lines.head(session, desk.office, lock=False) or BEGINNING
    upto = before
    for line, content in audit.walk(session, office=desk.office, after=before, chain=work):
        upto = Head(line.number, line.chain)
        if content["act"] == ACT:
            night = Night(content["at"], content["details"]["number"], content["details"]["broken"])
        if line.number - before.number == AT_ONCE and line.number < head.number:
            return Walked(upto, head.number, before.number, at, night)
    audit.check_end(session, office=desk.office, found=upto, desk=desk)
    return Walked(upto, head.number, before.number, at, night)


def keep(session: Session, *, desk: Desk, walked: Walked, now: datetime) -> None:
    """Seal how far it was walked, once that is worth it. Raises Problem 409.2 when somebody else has meanwhile."""
    if walked.upto.number - walked.before < KEEP_AFTER:
        return
    _, _, _, seen = _mark(session, desk)
    content = {
        "number": walked.upto.number,
        "chain": walked.upto.chain.hex(),
        "at": times.text(now),
        "night": vars(walked.night) if walked.night else None,
    }
    records.put(session, desk=desk, kind=KIND, id=ID, content=content, seen=seen, now=now)


def _mark(session: Session, desk: Desk) -> tuple[Head, str, Night | None, int]:
    kept = records.get(session, desk=desk, kind=KIND, id=ID)
    if kept is None:
        return BEGINNING, "", None, 0
    said: dict[str, Any] = kept.content
    night = Night(**said["night"]) if said["night"] else None
    return Head(said["number"], bytes.fromhex(said["chain"])), said["at"], night, kept.version


# by night -----------------------------------------------------------------------------------------------------------


@dataclass
class _Way:
    """How far the night is with one office: the last line that fitted; the day it ended, and where, the time before."""

    upto: Head = BEGINNING
    day: str = ""
    last: Head = BEGINNING


@dataclass
class Walker:
    """Walks each office's chain whole once a day, without a key; what it remembers is out of a database's reach."""

    store: Store
    ways: dict[str, _Way] = field(default_factory=dict)

    def step(self, *, now: datetime) -> list[Night]:
        """One portion of each chain that was not walked today; gives what was found where one was walked to its end."""
        with self.store.office(reading=True) as session:
            every = [office.id for office in offices.every(session)]
        return [found for office in every for found in self._step(office, now)]

    def _step(self, office: str, now: datetime) -> Iterator[Night]:
        way = self.ways.setdefault(office, _Way())
        if way.day == times.day(now):
            return
        try:
            with self.store.office(reading=True) as session:
                done = _portion(session, office, way)
        except Problem as problem:
            if problem.code != "422.86":
                raise
            found = Night(times.text(now), int(str(problem.params["number"])), broken=True)
        else:
            if not done:
                return
            found = Night(times.text(now), way.upto.number, broken=False)
            way.last = way.upto
        way.day, way.upto = times.day(now), BEGINNING
        details = {"number": found.number, "broken": found.broken}
        with self.store.office() as session:
            audit.write_for(session, office=office, name=NIGHT, act=ACT, about="", details=details, now=now)
        yield found


def _portion(session: Session, office: str, way: _Way) -> bool:
    """Walk AT_ONCE lines more; whether the end was reached. Raises Problem 422.86."""
    if way.last.number and lines.chain_at(session, office, way.last.number) != way.last.chain:
        raise Problem("422.86", number=way.last.number)
    begun = way.upto.number
    for line, _ in audit.walk(session, office=office, after=way.upto, chain=None):
        way.upto = Head(line.number, line.chain)
        if line.number - begun == AT_ONCE:
            return False
    audit.check_end(session, office=office, found=way.upto, desk=None)
    return True
