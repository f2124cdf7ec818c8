"""Engines, transactions and migrations of the three faces, on SQLite and on PostgreSQL."""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Connection, Engine, Table, create_engine, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from intake.config import Settings
from intake.domain.problems import Problem
from intake.store import rights
from intake.store.together import Item, Result, Together

if TYPE_CHECKING:
    from alembic.config import Config

__all__ = ["FACES", "Face", "Session", "Store", "downgrade", "insert", "insert_for", "migrate"]

Face = Literal["inbound", "office", "releases"]
FACES: tuple[Face, ...] = ("inbound", "office", "releases")
MIGRATIONS = Path(__file__).parent / "migrations"

# FULL: a commit has reached the disk when it returns, the ground on which a receipt stands.
# secure_delete: what is deleted is overwritten, not left in free pages.
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
    "busy_timeout=10000",
)


class Store:
    """The open database. `inbound()`, `office()` and `releases()` each give one transaction of that face."""

    def __init__(self, engines: dict[Face, Engine]) -> None:
        # Made once: a view of an engine with other options costs as much as a statement.
        self._ways = {
            (face, reading): engine.execution_options(reading=reading)
            for face, engine in engines.items()
            for reading in (False, True)
        }
        # SQLite lets one writer in at a time; queueing here is fair, its own back-off is not.
        self._writing = {face: threading.Lock() for face in engines}
        self._first = next(iter(engines))

    @classmethod
    def open(cls, settings: Settings, faces: Sequence[Face] = FACES) -> "Store":
        """Open without connecting yet; `migrate` must have run. Faces that are not named cannot be reached."""
        return cls({face: _engine(settings, face) for face in faces})

    @contextmanager
    def inbound(self, *, reading: bool = False) -> Iterator[Session]:
        """One transaction on the internet-facing face: committed at the end, rolled back on any error.

        With `reading` nothing may be written; on SQLite such a transaction waits for no writer.
        Raises Problem 503.1 when the database does not answer.
        """
        with self._transaction("inbound", reading) as session:
            yield session

    def inbound_together(
        self, work: Callable[[Session, Sequence[Item]], Sequence[Result | Exception]]
    ) -> Together[Item, Result]:
        """Transactions of the internet-facing face that items of many threads share. Keep what this gives."""
        return Together(self.inbound, work)

    @contextmanager
    def office(self, *, reading: bool = False) -> Iterator[Session]:
        """The same for what the office keeps."""
        with self._transaction("office", reading) as session:
            yield session

    @contextmanager
    def releases(self, *, reading: bool = False) -> Iterator[Session]:
        """The same for published figures."""
        with self._transaction("releases", reading) as session:
            yield session

    def answers(self) -> bool:
        """Whether the internet-facing face, or the only one that was opened, can be asked something."""
        try:
            with self._transaction(self._first, reading=True) as session:
                session.execute(text("SELECT 1"))
        except Problem:
            return False
        return True

    def close(self) -> None:
        """Give every connection back to the system."""
        for engine in self._ways.values():
            engine.dispose()

    @contextmanager
    def _transaction(self, face: Face, reading: bool) -> Iterator[Session]:
        engine = self._ways[face, reading]
        queue = self._writing[face] if engine.dialect.name == "sqlite" and not reading else nullcontext()
        try:
            with queue, Session(engine) as session, session.begin():
                yield session
        except (OperationalError, InterfaceError) as error:
            raise Problem("503.1") from error


def insert(session: Session, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that knows ON CONFLICT, which both databases have and SQLAlchemy spells once for each."""
    return insert_for(session.get_bind().dialect.name, table)


def insert_for(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    """The same for a dialect's name, without a session."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def migrate(settings: Settings) -> None:
    """Bring all faces to the newest schema and, on PostgreSQL, hand the roles exactly their rights."""
    # Here and below: whoever only serves never migrates, and Alembic takes a good part of the program's start.
    from alembic import command  # noqa: PLC0415

    for face in FACES:
        with _migrating(settings, face) as config:
            command.upgrade(config, "head")
            rights.grant(config.attributes["connection"], face)


def downgrade(settings: Settings, face: Face, revision: str) -> None:
    """Take one face back to an older revision ("base": nothing left)."""
    from alembic import command  # noqa: PLC0415

    with _migrating(settings, face) as config:
        command.downgrade(config, revision)


@contextmanager
def _migrating(settings: Settings, face: Face) -> "Iterator[Config]":
    """An Alembic configuration bound to one transaction that no second migration can share."""
    from alembic.config import Config  # noqa: PLC0415

    engine = _engine(settings, face)
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                _lock_schema(connection, face)
            config = Config()
            config.set_main_option("script_location", str(MIGRATIONS))
            config.set_main_option("path_separator", "newline")
            config.set_main_option("version_locations", str(MIGRATIONS / face))
            config.attributes["connection"] = connection
            yield config
    finally:
        engine.dispose()


def _lock_schema(connection: Connection, face: Face) -> None:
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('intake migrations'))"))
    found = connection.scalar(text("SELECT 1 FROM pg_namespace WHERE nspname = :face"), {"face": face})
    if not found:
        connection.execute(text(f"CREATE SCHEMA {face}"))
    connection.execute(text(f"SET LOCAL search_path TO {face}"))


def _engine(settings: Settings, face: Face) -> Engine:
    if settings.database_url:
        return _postgresql(settings.database_url, face)
    return _sqlite(settings.data / f"{face}.db")


def _postgresql(url: str, face: Face) -> Engine:
    return create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        execution_options={"schema_translate_map": {None: face}},
        pool_size=8,
        max_overflow=24,
        hide_parameters=True,
    )


def _sqlite(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}", hide_parameters=True)

    @event.listens_for(engine, "do_connect")
    def private(*_: Any) -> None:
        # The write-ahead log and the index beside it take the rights of the file.
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # EXCL: a file that is there must not be opened here. Closing it again would end every lock that this process
        # holds on it (POSIX); another process would then take the log away under us, and what is committed into a log
        # that was taken away is lost.
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        # The driver must not open transactions of its own: `begin` below does.
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # IMMEDIATE: who will write says so at once, so no transaction fails half way through.
        reading = connection.get_execution_options().get("reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine
