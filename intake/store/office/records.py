"""Sealed records: one table for every kind. The clear columns are those of the threat model and no others.

Every change gets the next *turn* of its office, given out under the lock of the audit chain's head: turns become
visible in their order, so whoever has seen turn n has seen all before it. That is how the index follows.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields

from sqlalchemy import (
    Column,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    delete,
    func,
    or_,
    select,
    update,
)

from intake.store.database import Session, insert
from intake.store.office.audit import next_turn
from intake.store.office.face import metadata

records = Table(
    "records",
    metadata,
    Column("office", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("day_changed", Text, nullable=False),
    Column("due_on", Text),
    Column("owner", Text),
    Column("turn", Integer, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("office", "kind", "id"),
    Index("ix_records_turn", "office", "turn"),
)
# Of records that bear a day only: few of them do.
_BEARS_A_DAY = records.c.due_on.is_not(None)
Index(
    "ix_records_due",
    records.c.office,
    records.c.due_on,
    sqlite_where=_BEARS_A_DAY,
    postgresql_where=_BEARS_A_DAY,
)


@dataclass(frozen=True)
class Row:
    """One record as it rests; `version` begins at 1 and rises by one with each change."""

    office: str
    kind: str
    id: str
    version: int
    key_id: str
    day_changed: str
    due_on: str | None
    owner: str | None
    sealed: bytes


PORTION = 500
_OF_A_ROW = [records.c[field.name] for field in fields(Row)]


def add(session: Session, row: Row) -> bool:
    """Store a first version; False when there is a record under this id."""
    values = {**asdict(row), "turn": next_turn(session, row.office)}
    added = insert(session, records).values(values).on_conflict_do_nothing().returning(records.c.version)
    return session.execute(added).first() is not None


def replace(session: Session, row: Row, *, seen: int) -> bool:
    """Store a new version; False when the stored one is no longer version `seen`."""
    done = session.execute(
        update(records)
        .where(
            records.c.office == row.office,
            records.c.kind == row.kind,
            records.c.id == row.id,
            records.c.version == seen,
        )
        .values(**asdict(row), turn=next_turn(session, row.office))
        .returning(records.c.version)
    )
    return done.first() is not None


def give(session: Session, *, office: str, kind: str, ids: Sequence[str], owner: str | None) -> None:
    """Change whose these are."""
    mine = (records.c.office == office, records.c.kind == kind, records.c.id.in_(list(ids)))
    session.execute(update(records).where(*mine).values(owner=owner))


def remove(session: Session, *, office: str, kind: str, ids: Iterable[str]) -> None:
    mine = (records.c.office == office, records.c.kind == kind, records.c.id.in_(list(ids)))
    session.execute(delete(records).where(*mine))


def date(session: Session, *, office: str, kind: str, id: str, due_on: str | None) -> None:
    """Change the day on which this is due."""
    one = (records.c.office == office, records.c.kind == kind, records.c.id == id)
    session.execute(update(records).where(*one).values(due_on=due_on, turn=next_turn(session, office)))


def get(session: Session, *, office: str, kind: str, id: str) -> Row | None:
    row = session.execute(
        select(*_OF_A_ROW).where(records.c.office == office, records.c.kind == kind, records.c.id == id)
    ).one_or_none()
    return Row(**row._mapping) if row else None


def of_kind(session: Session, *, office: str, kind: str) -> list[Row]:
    rows = session.execute(
        select(*_OF_A_ROW).where(records.c.office == office, records.c.kind == kind).order_by(records.c.id)
    )
    return [Row(**row._mapping) for row in rows]


def each(session: Session, *, office: str, kind: str) -> Iterator[Row]:
    """Every record of a kind, ordered by id, a portion at a time."""
    after = ""
    while True:
        found = portion(session, office=office, kind=kind, after=after, most=PORTION)
        yield from found
        if len(found) < PORTION:
            return
        after = found[-1].id


def portion(session: Session, *, office: str, kind: str, after: str, most: int) -> list[Row]:
    """The first so many of a kind whose ids come after this one, ordered by id."""
    query = (
        select(*_OF_A_ROW)
        .where(records.c.office == office, records.c.kind == kind, records.c.id > after)
        .order_by(records.c.id)
        .limit(most)
    )
    return [Row(*row) for row in session.execute(query)]


def count(session: Session, *, office: str, kind: str) -> int:
    """How many there are of a kind."""
    wanted = (records.c.office == office, records.c.kind == kind)
    return session.scalar(select(func.count()).select_from(records).where(*wanted)) or 0


def some(session: Session, *, office: str, kind: str, ids: Iterable[str]) -> list[Row]:
    """Those of a kind that there are under these ids, ordered by id."""
    wanted = sorted(set(ids))
    found: list[Row] = []
    for begin in range(0, len(wanted), PORTION):
        query = (
            select(*_OF_A_ROW)
            .where(
                records.c.office == office, records.c.kind == kind, records.c.id.in_(wanted[begin : begin + PORTION])
            )
            .order_by(records.c.id)
        )
        found += [Row(*row) for row in session.execute(query)]
    return found


def since(session: Session, *, office: str, turn: int, kinds: frozenset[str]) -> Iterator[Row]:
    """What changed after `turn` of these kinds, and whatever is due some day; in the order of the last change."""
    while True:
        query = (
            select(records.c.turn, *_OF_A_ROW)
            .where(records.c.office == office, records.c.turn > turn)
            .where(or_(records.c.kind.in_(kinds), records.c.due_on.is_not(None)))
            .order_by(records.c.turn)
            .limit(PORTION)
        )
        found = session.execute(query).all()
        for number, *values in found:
            turn = number
            yield Row(*values)
        if len(found) < PORTION:
            return


def due(session: Session, *, office: str) -> list[Row]:
    """Every record that is due some day, what is due first coming first."""
    rows = session.execute(
        select(*_OF_A_ROW)
        .where(records.c.office == office, records.c.due_on.is_not(None))
        .order_by(records.c.due_on, records.c.kind, records.c.id)
    )
    return [Row(**row._mapping) for row in rows]


def due_of(session: Session, *, office: str, owner: str) -> list[str]:
    """The ids of the records of one owner that are due some day."""
    wanted = (records.c.office == office, records.c.owner == owner, records.c.due_on.is_not(None))
    return list(session.scalars(select(records.c.id).where(*wanted)))


def due_by(session: Session, *, office: str, until: str) -> dict[str, int]:
    """How many records are due on that day or before, by the account id of their owner; nobody's are not counted."""
    rows = session.execute(
        select(records.c.owner, func.count())
        .where(records.c.office == office, records.c.due_on <= until, records.c.owner.is_not(None))
        .group_by(records.c.owner)
    )
    return {row[0]: row[1] for row in rows}
