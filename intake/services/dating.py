"""Days on which something is due that are worked out again, a portion at a time.

A rule that changes may move the day of every record of a kind. The change itself only notes, in its own transaction and
sealed, that these have to be dated anew; whoever then opens a page that shows such days dates a few hundred more. Until
all are, `waits` says of which records the day is still that of the older rule, and pages say so.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from intake.services import records
from intake.services.desk import Desk
from intake.services.records import Record
from intake.store import Session
from intake.store.office import audit as audit_lines

KIND, ID = "dating", "dating"
# So many are opened in one request: well under a second.
PORTION = 250

# Dates records of one kind anew, given desk, the records and the instant.
How = Callable[..., None]


@dataclass(frozen=True)
class Dating:
    """How far it is: of each kind the id up to which records are dated by the rules of now, how many, of how many."""

    kinds: Mapping[str, tuple[str, int, int]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.kinds)

    @property
    def done(self) -> int:
        return sum(done for _, done, _ in self.kinds.values())

    @property
    def total(self) -> int:
        return sum(max(done, total) for _, done, total in self.kinds.values())

    def waits(self, kind: str, id: str) -> bool:
        """Whether the day of this record may still be that of an older rule."""
        return kind in self.kinds and id > self.kinds[kind][0]


def state(session: Session, *, desk: Desk) -> Dating:
    """What is being dated anew; nothing, when every day is that of the rules of now. Raises Problem 403.21."""
    return _kept(session, desk)[0]


def begin(session: Session, *, desk: Desk, kinds: Iterable[str], now: datetime) -> None:
    """Note that every record of these kinds has to be dated anew, from the first."""
    found, seen = _kept(session, desk)
    fresh = {kind: ("", 0, records.count(session, desk=desk, kind=kind)) for kind in kinds}
    _keep(session, desk, {**found.kinds, **fresh}, seen, now)


def go_on(session: Session, *, desk: Desk, how: Mapping[str, How], now: datetime) -> Dating:
    """Date one portion more of the kinds that `how` knows, and give what is left. Raises Problem 403.21."""
    if not state(session, desk=desk):
        return Dating()
    # Whoever changes one of these records waits here, and dates it by the rules of now.
    audit_lines.head(session, desk.office, lock=True)
    found, seen = _kept(session, desk)
    kinds, room = dict(found.kinds), PORTION
    for kind in [kind for kind in kinds if kind in how]:
        after, done, total = kinds[kind]
        portion = records.portion(session, desk=desk, kind=kind, after=after, most=room)
        how[kind](session, desk=desk, found=portion, now=now)
        if len(portion) == room:
            kinds[kind] = (portion[-1].id, done + len(portion), total)
            break
        del kinds[kind]
        room -= len(portion)
    if kinds != found.kinds:
        _keep(session, desk, kinds, seen, now)
    return Dating(kinds)


def undated(found: Sequence[Record], being: Dating) -> list[Record]:
    """Those of them whose day may still be that of an older rule."""
    return [one for one in found if being.waits(one.kind, one.id)]


def _kept(session: Session, desk: Desk) -> tuple[Dating, int]:
    record = records.get(session, desk=desk, kind=KIND, id=ID)
    if record is None:
        return Dating(), 0
    return Dating({kind: (after, done, total) for kind, (after, done, total) in record.content.items()}), record.version


def _keep(session: Session, desk: Desk, kinds: Mapping[str, Any], seen: int, now: datetime) -> None:
    content = {kind: list(far) for kind, far in kinds.items()}
    records.put(session, desk=desk, kind=KIND, id=ID, content=content, seen=seen, now=now)
