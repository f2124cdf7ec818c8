"""Every row of all faces out, as they were at one moment, and in again. The same on SQLite and on PostgreSQL.

Nobody waits for it: on PostgreSQL it is one REPEATABLE READ transaction over all schemas, on SQLite three reading
transactions on the write-ahead log, the office's first, so that the arrivals it names are in the other file.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import MetaData, Table, delete, func, select, text

from intake.store import inbound, office, releases
from intake.store.database import FACES, Face, Session, Store

Row = Mapping[str, Any]

# Who is signed in, who tried how often and what waits for a few days to be given back is not worth keeping.
_PASSING = {
    "office": {"sessions", "limits", "limit_keys", "challenges", "kept"},
    "inbound": {"limits"},
    "releases": set[str](),
}
_BATCH = 500


@dataclass(frozen=True)
class Snapshot:
    """All faces at one moment."""

    _sessions: Mapping[Face, Session]

    def tables(self) -> Iterator[tuple[Face, str]]:
        """The tables worth keeping, in an order in which they can be filled again."""
        for face in FACES:
            for table in _kept(face):
                yield face, table.name

    def rows(self, face: Face, table: str) -> Iterator[dict[str, Any]]:
        """Every row of a table, by column name, ordered by primary key."""
        found = _metadata(face).tables[table]
        query = select(found).order_by(*found.primary_key.columns)
        for row in _run(self._sessions[face], face, query):
            yield dict(row._mapping)


@contextmanager
def snapshot(store: Store) -> Iterator[Snapshot]:
    """Hold all faces still for reading while others go on writing. The moment is that of the first read."""
    with store.office(reading=True) as first:
        if first.get_bind().dialect.name == "postgresql":
            first.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            first.execute(text("SELECT 1"))
            yield Snapshot(dict.fromkeys(FACES, first))
            return
        with store.inbound(reading=True) as second, store.releases(reading=True) as third:
            for session in (first, second, third):
                session.execute(text("SELECT count(*) FROM sqlite_master"))
            yield Snapshot({"office": first, "inbound": second, "releases": third})


def empty(session: Session, face: Face) -> bool:
    """Whether no table of a face holds anything worth keeping."""
    return all(not session.scalar(select(func.count()).select_from(table)) for table in _kept(face))


def clear(session: Session, face: Face) -> None:
    """Delete every row of a face."""
    for table in reversed(_metadata(face).sorted_tables):
        session.execute(delete(table))


def fill(session: Session, face: Face, table: str, rows: Iterable[Row]) -> None:
    """Put rows into a table. Raises KeyError for a table or column that this version does not have."""
    found = _metadata(face).tables[table]
    columns = {column.name for column in found.columns}
    batch: list[Row] = []
    for row in rows:
        if set(row) != columns:
            raise KeyError(table)
        batch.append(row)
        if len(batch) == _BATCH:
            session.execute(found.insert(), [dict(each) for each in batch])
            batch.clear()
    if batch:
        session.execute(found.insert(), [dict(each) for each in batch])


def _metadata(face: Face) -> MetaData:
    return {"inbound": inbound.metadata, "office": office.metadata, "releases": releases.metadata}[face]


def _kept(face: Face) -> list[Table]:
    return [table for table in _metadata(face).sorted_tables if table.name not in _PASSING[face]]


def _run(session: Session, face: Face, query: Any) -> Iterator[Any]:
    options = {"yield_per": _BATCH, "schema_translate_map": {None: face}}
    if session.get_bind().dialect.name != "postgresql":
        del options["schema_translate_map"]
    yield from session.execute(query, execution_options=options)
