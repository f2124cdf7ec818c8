"""Durable receipts a second, beside what the same machine does when it only inserts the same bytes.

Both are served by gunicorn with one worker and the configuration of production, to the same number of phones at
once, in turns in one run, so that a busy machine slows both. The figure is the median over the rounds of what Intake
does for each hundred of hello world, measured one right after the other.
"""

import socket
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from intake.config import Settings
from intake.envelope.signing import SigningKey
from intake.store import Store, migrate
from tests.bench.figures import Figure
from tests.support.gunicorn import Gunicorn
from tests.support.phone import TestOffice, enrolled
from tests.support.postgres import Cluster, settings_in

PHONES = 16
REPORTS = 800
ROUNDS = 7
# Design 8: at least half of the machine's own limit.
SHARE = 50


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
    turns = [("PUT", intake.port), ("POST", hello.port)]
    rates: dict[str, list[float]] = {method: [] for method, _ in turns}
    try:
        with ProcessPoolExecutor(1) as senders:
            for number in range(ROUNDS):
                envelopes = [phones[each % PHONES].seal() for each in range(REPORTS)]
                # Whoever goes first in one round goes second in the next.
                for method, port in turns if number % 2 else reversed(turns):
                    rates[method].append(senders.submit(send_all, method, port, envelopes).result())
    finally:
        intake.close()
        hello.close()
        store.close()
    shares = sorted(100 * mine / limit for mine, limit in zip(rates["PUT"], rates["POST"], strict=True))
    return Figure(
        name=f"durable receipts, of the machine's own limit, {database}",
        value=median(shares),
        unit="%",
        limit=SHARE,
        at_least=True,
        note=f"{median(rates['PUT']):,.0f}/s beside {median(rates['POST']):,.0f}/s; "
        f"{shares[0]:.0f} to {shares[-1]:.0f} % in {ROUNDS} rounds",
    )


def send_all(method: str, port: int, envelopes: list[tuple[str, bytes]]) -> float:
    """Send everything over as many connections as there are phones; how many answers came a second."""
    began = time.perf_counter()
    with ThreadPoolExecutor(PHONES) as phones:
        for sending in [phones.submit(_send, method, port, envelopes[number::PHONES]) for number in range(PHONES)]:
            sending.result()
    return len(envelopes) / (time.perf_counter() - began)


def _send(method: str, port: int, envelopes: list[tuple[str, bytes]]) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        for report, sealed in envelopes:
            line = f"{method} /sync/v1/reports/{report} HTTP/1.1"
            head = f"{line}\r\nHost: 127.0.0.1\r\nContent-Length: {len(sealed)}\r\n\r\n"
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
