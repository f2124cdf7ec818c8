"""Transactions, durability settings and migrations of both faces."""

import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import create_engine, inspect, make_url, text

from intake.config import Settings
from intake.domain.problems import Problem
from intake.store import Store, counting, downgrade, inbound, migrate, office
from intake.store.inbound.reports import Held

HELD = Held(
    report="0d6f5c0e-7b1e-4a39-9c57-1f6f3f0f8f11",
    digest="sha-256:" + "a" * 64,
    office="office",
    device="3f1c9a7e5b2d4c60",
    made="2026-11-22",
    urgent=True,
    received="2026-11-22T14:05:00Z",
    size=3,
    state="kept",
    reason=None,
)


def test_a_transaction_that_fails_leaves_nothing(store: Store) -> None:
    def fail() -> None:
        with store.inbound() as session:
            inbound.reports.add(session, HELD, sealed=b"abc")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with store.inbound(reading=True) as session:
        assert inbound.reports.of(session, HELD.report) == []


def test_a_transaction_that_ends_well_is_kept(store: Store) -> None:
    with store.inbound() as session:
        assert inbound.reports.add(session, HELD, sealed=b"abc")
    with store.inbound(reading=True) as session:
        assert inbound.reports.of(session, HELD.report) == [HELD]
        assert inbound.reports.sealed(session, report=HELD.report, digest=HELD.digest) == b"abc"


def test_many_threads_count_without_losing_one(store: Store) -> None:
    now = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)

    def take(_: int) -> None:
        with store.inbound() as session:
            counting.take(session, inbound.limits.limits, bucket="b", limit=40, seconds=3600, now=now)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(take, range(40))) == [None] * 40
    with pytest.raises(Problem, match=r"429\.1") as refused:
        take(41)
    assert refused.value.params == {"retry": 3300}


def test_sqlite_keeps_what_it_says_it_has_kept(tmp_path) -> None:
    settings = Settings.from_env({"INTAKE_DATA": str(tmp_path)})
    migrate(settings)
    store = Store.open(settings)
    with store.inbound() as session:
        found = {
            name: session.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "secure_delete")
        }
    store.close()
    assert found == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1}
    assert {path.stat().st_mode & 0o777 for path in tmp_path.glob("*.db")} == {0o600}


def test_a_database_that_does_not_answer_is_a_named_problem(database_settings: Settings, tmp_path) -> None:
    gone = Settings.from_env({"INTAKE_DATA": str(tmp_path / "empty")})
    store = Store.open(gone)
    with pytest.raises(Problem, match=r"503\.1"), store.inbound() as session:
        inbound.reports.of(session, HELD.report)
    store.close()


def _columns(settings: Settings, face: str) -> dict[str, set[tuple[str, bool, bool]]]:
    url = settings.database_url
    schema = face if url else None
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg") if url else f"sqlite:///{settings.data / face}.db"
    )
    try:
        seen = inspect(engine)
        return {
            table: {
                (column["name"], bool(column["nullable"]), column["name"] in keys)
                for column in seen.get_columns(table, schema=schema)
            }
            for table in seen.get_table_names(schema=schema)
            for keys in [seen.get_pk_constraint(table, schema=schema)["constrained_columns"]]
            if table != "alembic_version"
        }
    finally:
        engine.dispose()


@pytest.mark.parametrize(("face", "tables"), [("inbound", inbound), ("office", office)])
def test_the_migrations_end_where_the_tables_are(database_settings: Settings, face, tables) -> None:
    expected = {
        table.name: {(column.name, bool(column.nullable), column.primary_key) for column in table.c}
        for table in tables.metadata.sorted_tables
    }
    assert _columns(database_settings, face) == expected


def test_migrations_go_down_and_up_again_with_data(database_settings: Settings, store: Store) -> None:
    with store.inbound() as session:
        inbound.reports.add(session, HELD, sealed=b"abc")
    store.close()
    migrate(database_settings)
    with store.inbound(reading=True) as session:
        assert inbound.reports.of(session, HELD.report) == [HELD]
    store.close()
    for face in ("inbound", "office"):
        downgrade(database_settings, face, "base")
        assert _columns(database_settings, face) == {}
    migrate(database_settings)
    with store.inbound() as session:
        assert inbound.reports.of(session, HELD.report) == []
        assert inbound.reports.add(session, HELD, sealed=b"abc")


def test_two_programs_that_migrate_at_once_both_succeed(database_settings: Settings) -> None:
    for face in ("inbound", "office"):
        downgrade(database_settings, face, "base")
    environment = {
        "INTAKE_DATA": str(database_settings.data),
        "INTAKE_DATABASE_URL": database_settings.database_url or "",
    }
    program = "from intake.config import Settings; from intake.store import migrate; migrate(Settings.from_env())"
    both = [subprocess.Popen([sys.executable, "-c", program], env=os.environ | environment) for _ in range(2)]
    assert [one.wait() for one in both] == [0, 0]


def test_deleted_bytes_are_gone_from_the_file(tmp_path) -> None:
    settings = Settings.from_env({"INTAKE_DATA": str(tmp_path)})
    migrate(settings)
    store = Store.open(settings)
    with store.inbound() as session:
        inbound.reports.add(session, HELD, sealed=b"canary" * 100)
    with store.inbound() as session:
        session.execute(inbound.reports.reports.delete())
    store.close()
    with sqlite3.connect(tmp_path / "inbound.db") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    assert b"canarycanary" not in (tmp_path / "inbound.db").read_bytes()
