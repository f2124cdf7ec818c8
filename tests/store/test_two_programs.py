"""A command beside a running server on SQLite: neither takes anything from the other."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from intake.store import Store, migrate
from tests.support.postgres import settings_in

COMMAND = """
import sys
from sqlalchemy import text
from intake.config import Settings
from intake.store import Store

store = Store.open(Settings.from_env({"INTAKE_DATA": sys.argv[1]}))
with store.inbound() as session:
    session.execute(text("INSERT INTO tokens VALUES (:hash, 'command', 'today')"), {"hash": sys.argv[2]})
store.close()
"""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    settings = settings_in(tmp_path)
    migrate(settings)
    return Store.open(settings)


def hashes(store: Store) -> set[str]:
    with store.inbound(reading=True) as session:
        assert session.scalar(text("PRAGMA integrity_check")) == "ok"
        return set(session.scalars(text("SELECT hash FROM tokens")))


def add(store: Store, hash: str) -> None:
    with store.inbound() as session:
        session.execute(text("INSERT INTO tokens VALUES (:hash, 'server', 'today')"), {"hash": hash})


def test_a_command_that_ends_beside_a_running_server_leaves_the_servers_connections_their_file(
    store: Store, tmp_path: Path
) -> None:
    """A closed descriptor gives up every lock that its process holds on the file (SQLite, "How to corrupt", 2.2)."""
    wanted = set[str]()
    for turn in range(4):
        # Two connections at once, the second of which is new to the server's process.
        with store.inbound(reading=True) as reading, store.inbound() as writing:
            reading.execute(text("SELECT count(*) FROM tokens"))
            writing.execute(text("INSERT INTO tokens VALUES (:hash, 'server', 'today')"), {"hash": f"a{turn}"})
        done = subprocess.run(
            [sys.executable, "-c", COMMAND, tmp_path, f"b{turn}"], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        add(store, f"c{turn}")
        wanted |= {f"{letter}{turn}" for letter in "abc"}
        assert hashes(store) == wanted
    store.close()
    fresh = Store.open(settings_in(tmp_path))
    assert hashes(fresh) == wanted
    fresh.close()
