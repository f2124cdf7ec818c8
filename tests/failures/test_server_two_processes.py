"""Two processes on one database: two public servers on one PostgreSQL, a command beside the server on one SQLite."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import cycle
from pathlib import Path

import pytest

from intake.envelope.signing import SigningKey
from intake.store import Store, migrate
from intake.store.inbound import reports, tokens
from tests.support.gunicorn import Gunicorn
from tests.support.phone import Phone, TestOffice, enrolled
from tests.support.postgres import Cluster, settings_in


@pytest.fixture
def two(postgres: Cluster, tmp_path: Path) -> Iterator[tuple[list[Gunicorn], Store, TestOffice]]:
    """Two gunicorns on one PostgreSQL, with an office that has published its keys."""
    settings = settings_in(tmp_path, postgres.database("two"))
    migrate(settings)
    office = TestOffice(receipt_key=SigningKey.generate())
    settings.receipt_key.write_bytes(office.receipt_key.to_bytes())
    store = Store.open(settings)
    office.publish(store)
    with ExitStack() as running:
        servers = [Gunicorn(settings) for _ in range(2)]
        for server in servers:
            running.callback(server.close)
            server.start()
        yield servers, store, office
    store.close()
    postgres.drop("two")


def test_two_public_servers_on_one_postgresql_store_once_count_together_and_stand_in_for_each_other(two) -> None:
    (first, second), store, office = two
    phone = enrolled(office, store, first.send)
    roads = [phone, Phone(office, second.send, phone.key, phone.messages, phone.token)]
    report, sealed = phone.seal()

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(lambda road: road.put(report, sealed).status, (roads * 6)))
    assert statuses == [200] * 11 + [201]
    with store.inbound(reading=True) as session:
        assert len(reports.of(session, report)) == 1

    turns = cycle((first, second))
    bodies = [json.dumps(phone.enrol_body(f"{number:020}")).encode() for number in range(61)]
    guesses = [next(turns).send("POST", "/sync/v1/enrol", body, {}).status for body in bodies]
    assert guesses == [403] * 60 + [429]

    first.kill()
    assert roads[1].have([report]).json["held"][0]["report"] == report
    assert roads[1].put(*phone.seal()).status == 201


def test_the_same_report_sent_by_two_roads_at_once_is_one_report(two) -> None:
    (first, second), store, office = two
    phone = enrolled(office, store, first.send)
    # The other road is somebody else's phone or a memory card: it has the sealed bytes, no key and no token.
    other = Phone(office, second.send)
    for _ in range(5):
        report, sealed = phone.seal()
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(lambda road, it=(report, sealed): road.put(*it), (phone, other)))
        assert sorted(answer.status for answer in answers) == [200, 201]
        assert phone.receipts[-1] == {**other.receipts[-1], "sign": phone.receipts[-1]["sign"]}
        with store.inbound(reading=True) as session:
            assert len(reports.of(session, report)) == 1


LOOK = """
import sqlite3, sys
print(*sqlite3.connect(sys.argv[1]).execute("SELECT count(*) FROM tokens").fetchone())
"""


def test_a_command_run_beside_the_server_takes_nothing_away_that_is_stored_afterwards(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    migrate(settings)
    store, file = Store.open(settings), tmp_path / "inbound.db"

    def look() -> str:
        done = subprocess.run([sys.executable, "-c", LOOK, str(file)], capture_output=True, text=True, check=True)
        return done.stdout.strip()

    try:
        # A second connection beside the first, as a server has under load.
        with store.inbound() as session, store.inbound(reading=True) as other:
            tokens.add(session, token_hash="before", device="a", made="2026-11-22T14:05:00Z")
            assert tokens.device(other, "before") is None
        assert look() == "1"
        assert file.with_name("inbound.db-wal").exists(), "its log was taken away while the server was writing into it"
        with store.inbound() as session:
            tokens.add(session, token_hash="after", device="a", made="2026-11-22T14:05:00Z")
        assert look() == "2"
        with sqlite3.connect(file) as fresh:
            assert fresh.execute("SELECT count(*) FROM tokens").fetchone() == (2,)
        fresh.close()
    finally:
        store.close()
