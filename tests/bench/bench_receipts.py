"""Durable receipts a second, beside what the same machine does when it only inserts the same bytes.

Both are served by gunicorn with one worker and the configuration of production, to the same number of phones at
once, in turns in one run, so that a busy machine slows both.
"""

import os
import socket
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from intake.config import Settings
from intake.envelope.signing import SigningKey
from intake.store import Store, migrate
from tests.bench.figures import Figure
from tests.support.gunicorn import Gunicorn
from tests.support.phone import TestOffice, enrolled
from tests.support.postgres import Cluster, settings_in

PHONES = 16
REPORTS = 800
ROUNDS = 3
# Design 8: at least half of the machine's own limit.
SHARE = 0.5


def measure() -> Iterator[Figure]:
    """One figure for each database."""
    with tempfile.TemporaryDirectory() as folder:
        yield _compare("SQLite", settings_in(Path(folder)))
    with tempfile.TemporaryDirectory() as folder, _postgresql() as url:
        yield _compare("PostgreSQL", settings_in(Path(folder), url))


@contextmanager
def _postgresql() -> Iterator[str]:
    cluster = Cluster.make(durable=True)
    try:
        yield cluster.database("intake")
    finally:
        cluster.remove()


def _compare(database: str, settings: Settings) -> Figure:
    migrate(settings)
    office = TestOffice(receipt_key=SigningKey.generate())
    settings.receipt_key.write_bytes(office.receipt_key.to_bytes())
    store = Store.open(settings)
    office.publish(store)
    intake, hello = Gunicorn(settings).start(), Gunicorn(settings, app="tests.bench.hello:app()").start()
    phones = [enrolled(office, store, intake.send) for _ in range(PHONES)]
    rates: dict[int, list[float]] = {intake.port: [], hello.port: []}
    try:
        with ProcessPoolExecutor(1) as senders:
            for _ in range(ROUNDS):
                envelopes = [phones[number % PHONES].seal() for number in range(REPORTS)]
                for port, measured in rates.items():
                    measured.append(senders.submit(send_all, port, envelopes).result())
        limit, value = (sorted(measured)[ROUNDS // 2] for measured in (rates[hello.port], rates[intake.port]))
    finally:
        intake.close()
        hello.close()
        store.close()
    return Figure(
        name=f"durable receipts a second, one worker, {database}",
        value=value,
        unit="/s",
        limit=limit * SHARE,
        at_least=True,
        note=f"the machine's own limit {limit:,.0f}/s, {os.cpu_count()} cores shared with the senders",
    )


def send_all(port: int, envelopes: list[tuple[str, bytes]]) -> float:
    """Send everything over as many connections as there are phones; how many answers came a second."""
    began = time.perf_counter()
    with ThreadPoolExecutor(PHONES) as phones:
        for sending in [phones.submit(_send, port, envelopes[number::PHONES]) for number in range(PHONES)]:
            sending.result()
    return len(envelopes) / (time.perf_counter() - began)


def _send(port: int, envelopes: list[tuple[str, bytes]]) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        for report, sealed in envelopes:
            head = f"PUT /sync/v1/reports/{report} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(sealed)}\r\n\r\n"
            connection.sendall(head.encode() + sealed)
            _one_answer(connection)


def _one_answer(connection: socket.socket) -> None:
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += connection.recv(65_536)
    header, _, body = answer.partition(b"\r\n\r\n")
    if not header.startswith((b"HTTP/1.1 201 ", b"HTTP/1.1 200 ")):
        raise RuntimeError(header.decode())
    length = int(header.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(65_536)
