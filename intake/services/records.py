"""Sealed records: put and get. A change names the version it saw; when that is stale, nothing is overwritten."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from intake.domain.problems import Problem
from intake.envelope.encoding import dumps, loads
from intake.envelope.keyring import Key
from intake.envelope.records import open_record, seal_record
from intake.services import times
from intake.services.desk import Desk
from intake.store import Session
from intake.store.office import records
from intake.store.office.records import Row

# Which key of which keychain a class of records rests under: P is for names, contacts and what is so marked.
CLASSES = {"work": "records", "identity": "identity_records"}


@dataclass(frozen=True)
class Record:
    """One opened record. `content` is a JSON object, `version` what a change of it must name."""

    kind: str
    id: str
    version: int
    content: dict[str, Any]
    day_changed: str
    due_on: str | None
    owner: str | None


def put(
    session: Session,
    *,
    desk: Desk,
    kind: str,
    id: str,
    content: dict[str, Any],
    seen: int,
    now: datetime,
    chain: str = "work",
    due_on: str | None = None,
    owner: str | None = None,
) -> int:
    """Seal and store; `seen` is the version this change was made from, 0 for a new record. Gives the new version.

    Raises Problem 409.2 when the stored version is another, 403.21 or 403.20 without the keychain.
    """
    key = desk.need(chain).chain.current(CLASSES[chain])
    beside: dict[str, Any] = {"office": desk.office, "kind": kind, "id": id, "version": seen + 1, "key_id": key.id}
    sealed = seal_record(key.secret, dumps(content), **beside)
    row = Row(**beside, day_changed=times.day(now), due_on=due_on, owner=owner, sealed=sealed)
    done = records.replace(session, row, seen=seen) if seen else records.add(session, row)
    if not done:
        raise Problem("409.2")
    return row.version


def get(session: Session, *, desk: Desk, kind: str, id: str) -> Record | None:
    """The record, opened, or None. Raises Problem 403.21 or 403.20 without its keychain, 422.12 if changed."""
    row = records.get(session, office=desk.office, kind=kind, id=id)
    return _opened(desk, row) if row else None


def of_kind(session: Session, *, desk: Desk, kind: str) -> list[Record]:
    """Every record of a kind, opened, ordered by id. Raises as `get`."""
    return [_opened(desk, row) for row in records.of_kind(session, office=desk.office, kind=kind)]


def each(session: Session, *, desk: Desk, kind: str) -> Iterator[Record]:
    """The same, one after the other: for whoever goes through all and keeps none. Raises as `get`."""
    for row in records.each(session, office=desk.office, kind=kind):
        yield _opened(desk, row)


def portion(session: Session, *, desk: Desk, kind: str, after: str, most: int) -> list[Record]:
    """The first so many of a kind whose ids come after this one, opened, ordered by id. Raises as `get`."""
    return [
        _opened(desk, row) for row in records.portion(session, office=desk.office, kind=kind, after=after, most=most)
    ]


def count(session: Session, *, desk: Desk, kind: str) -> int:
    """How many there are of a kind."""
    return records.count(session, office=desk.office, kind=kind)


def some(session: Session, *, desk: Desk, kind: str, ids: Iterable[str]) -> list[Record]:
    """Those of a kind that there are under these ids, opened, ordered by id. Raises as `get`."""
    return [_opened(desk, row) for row in records.some(session, office=desk.office, kind=kind, ids=ids)]


def give(session: Session, *, desk: Desk, kind: str, ids: Sequence[str], owner: str | None) -> None:
    """Whose records these are from now on; their content stays as it is, and so do their versions."""
    records.give(session, office=desk.office, kind=kind, ids=ids, owner=owner)


def remove(session: Session, *, desk: Desk, kind: str, ids: Iterable[str]) -> None:
    """Destroy these, of a kind that no index follows: nothing tells it of what is not there any more."""
    records.remove(session, office=desk.office, kind=kind, ids=ids)


def date_anew(
    session: Session, *, desk: Desk, record: Record, content: dict[str, Any], due_on: str | None, now: datetime
) -> None:
    """The day on which a record is due, worked out again; its owner stays. With the same content its version stays too.

    Whoever follows changes meets it again even if the day is the same: other things were worked out of the same rules.
    """
    if content != record.content:
        beside: dict[str, Any] = {"kind": record.kind, "id": record.id, "seen": record.version, "owner": record.owner}
        put(session, desk=desk, content=content, now=now, due_on=due_on, **beside)
    else:
        records.date(session, office=desk.office, kind=record.kind, id=record.id, due_on=due_on)


def since(session: Session, *, desk: Desk, turn: int, kinds: frozenset[str]) -> Iterator[Record]:
    """What changed after a turn of these kinds, and whatever bears a day; opened, in the order of the last change.

    Raises as `get`.
    """
    for row in records.since(session, office=desk.office, turn=turn, kinds=kinds):
        yield _opened(desk, row)


def due(session: Session, *, desk: Desk) -> list[Record]:
    """Every record that bears a day on which it is due, ordered by it. Raises as `get`."""
    return [_opened(desk, row) for row in records.due(session, office=desk.office)]


def due_of_own(session: Session, *, desk: Desk) -> list[str]:
    """The ids of those of them that are whoever's desk this is."""
    return records.due_of(session, office=desk.office, owner=desk.staff.id)


def _opened(desk: Desk, row: Row) -> Record:
    beside: dict[str, Any] = {
        "office": row.office,
        "kind": row.kind,
        "id": row.id,
        "version": row.version,
        "key_id": row.key_id,
    }
    content = loads(open_record(key_of(desk, row.key_id).secret, row.sealed, **beside))
    if not isinstance(content, dict):
        raise Problem("422.14")
    return Record(row.kind, row.id, row.version, content, row.day_changed, row.due_on, row.owner)


def key_of(desk: Desk, key_id: str) -> Key:
    """The records key, current or retired, of whichever open keychain has it."""
    chains = [desk.opened[name].chain for name in CLASSES if name in desk.opened]
    for key in (key for chain in chains for key in chain.keys):
        if key.sort == "records" and key.id == key_id:
            return key
    desk.need("work")
    desk.need("identity")
    raise Problem("422.12")
