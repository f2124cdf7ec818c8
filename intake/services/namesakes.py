"""Namesakes: which envelopes name the same people and units, by marks that say no name.

A mark is a keyed digest of a folded name. All that is kept of names for comparing rests under the identity keychain:
the key of the digests, and the marks of PORTION envelopes a record. Outside a step-up nobody reads or adds to it, so
each comparison first opens what came since the last one, at most AT_ONCE envelopes.
"""

import hmac
import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from intake.domain import likeness
from intake.domain.arrival import Arrival
from intake.domain.report import Answers
from intake.envelope.encoding import b64u, unb64u
from intake.services import records, register
from intake.services.desk import Desk
from intake.store import Session
from intake.store.office import arrivals
from intake.store.office import audit as audit_lines

KIND = "namesakes"
KEY = "key"
PORTION = 2000
AT_ONCE = 5000
SHORT = 9  # bytes of a digest that are kept: among millions of names hardly two share them
SORTS = tuple(likeness.ASKED)

# An envelope: its report and digest.
Envelope = tuple[str, str]


@dataclass
class Namesakes:
    """The marks of each envelope, and how many envelopes wait (`left`); `opened` were opened for this comparison."""

    marks: dict[Envelope, tuple[str, ...]] = field(default_factory=dict)
    left: int = 0
    opened: int = 0

    def named(self, arrival: Arrival) -> dict[str, frozenset[str]] | None:
        """What stands for the names in the copy that counts; None where it was not looked at yet."""
        found = self.marks.get((arrival.report, arrival.copy(None).digest))
        if found is None:
            return None
        return {sort: frozenset(mark for mark in found if mark[0] == str(n)) for n, sort in enumerate(SORTS)}

    def sharing(self, of: Iterable[Arrival]) -> dict[str, int]:
        """The reports that have marks of these, and how many sorts of name they share."""
        wanted = {mark for each in of for marks in (self.named(each) or {}).values() for mark in marks}
        shared: dict[str, set[str]] = {}
        for (report, _), marks in self.marks.items():
            if not wanted.isdisjoint(marks):
                shared.setdefault(report, set()).update(mark[0] for mark in wanted.intersection(marks))
        return {report: len(sorts) for report, sorts in shared.items()}


def look(session: Session, *, desk: Desk, first: Collection[str], now: datetime) -> Namesakes:
    """Everything marked, after opening what was not; the reports `first` before all others.

    Whoever calls this puts on record why. Raises Problem 403.20 (no step-up).
    """
    desk.need("identity")
    # Whoever else compares waits here, and then finds these marked.
    audit_lines.head(session, desk.office, lock=True)
    kept = {record.id: record for record in records.of_kind(session, desk=desk, kind=KIND)}
    key = _key(session, desk, kept.pop(KEY, None), now)
    found = Namesakes({envelope: marks for record in kept.values() for envelope, marks in _read(record.content)})
    unmarked = [one for one in arrivals.every(session, office=desk.office) if one not in found.marks]
    unmarked.sort(key=lambda one: one[0] not in first)
    fresh = {one: _marks(key, _named_in(session, desk, one)) for one in unmarked[:AT_ONCE]}
    found.marks |= fresh
    found.left, found.opened = len(unmarked) - len(fresh), len(fresh)
    _keep(session, desk, kept, fresh, now)
    return found


def _key(session: Session, desk: Desk, kept: records.Record | None, now: datetime) -> bytes:
    if kept is not None:
        return unb64u(kept.content["key"])
    made = secrets.token_bytes(32)
    _put(session, desk, KEY, {"key": b64u(made)}, 0, now)
    return made


def _named_in(session: Session, desk: Desk, envelope: Envelope) -> Answers:
    report, digest = envelope
    raw = arrivals.sealed(session, office=desk.office, report=report, digest=digest)
    return register.identity_in(desk=desk, raw=raw) or {}


def _marks(key: bytes, identity: Answers) -> tuple[str, ...]:
    """A mark for each name and unit: the number of its sort, and a digest."""
    named = likeness.names(identity)
    return tuple(
        f"{n}{b64u(hmac.digest(key, folded.encode(), 'sha256')[:SHORT])}"
        for n, sort in enumerate(SORTS)
        for folded in sorted(named[sort])
    )


def _keep(
    session: Session,
    desk: Desk,
    kept: Mapping[str, records.Record],
    fresh: Mapping[Envelope, tuple[str, ...]],
    now: datetime,
) -> None:
    """Put what is fresh into the last record, as far as there is room, and into new ones."""
    last = max((int(id) for id in kept), default=0)
    waiting = list(fresh.items())
    while waiting:
        record = kept.get(str(last))
        rows = list(record.content["envelopes"]) if record else []
        room = PORTION - len(rows)
        rows += [[*envelope, *marks] for envelope, marks in waiting[:room]]
        if room > 0:
            _put(session, desk, str(last), {"shape": 1, "envelopes": rows}, record.version if record else 0, now)
        waiting, last = waiting[max(room, 0) :], last + 1


def _read(content: Mapping[str, Any]) -> Iterator[tuple[Envelope, tuple[str, ...]]]:
    for report, digest, *marks in content["envelopes"]:
        yield (report, digest), tuple(marks)


def _put(session: Session, desk: Desk, id: str, content: dict[str, Any], seen: int, now: datetime) -> None:
    records.put(session, desk=desk, kind=KIND, id=id, content=content, seen=seen, now=now, chain="identity")
