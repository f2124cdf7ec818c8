"""`kill -9` under load, of the server and of PostgreSQL: every receipt given names a stored report."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from http.client import HTTPException
from pathlib import Path
from threading import Event

import pytest

from intake.config import Settings
from intake.envelope.format import parse
from intake.envelope.signing import SigningKey
from intake.store import Store, migrate
from intake.store.inbound import reports
from tests.support.gunicorn import Gunicorn
from tests.support.phone import Phone, TestOffice, enrolled
from tests.support.postgres import Cluster, settings_in

SENDERS = 6
RECEIPTS_BEFORE_THE_END = 40


@pytest.fixture
def durable() -> Iterator[Cluster]:
    """A PostgreSQL that writes to the disk what it says it has written."""
    cluster = Cluster.make(durable=True)
    try:
        yield cluster
    finally:
        cluster.remove()


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    if request.param == "sqlite":
        return settings_in(tmp_path)
    return settings_in(tmp_path, request.getfixturevalue("durable").database("intake"))


@pytest.fixture
def running(settings: Settings) -> Iterator[tuple[Gunicorn, Store, TestOffice]]:
    migrate(settings)
    key = SigningKey.generate()
    settings.receipt_key.write_bytes(key.to_bytes())
    office, store, server = TestOffice(receipt_key=key), Store.open(settings), Gunicorn(settings, workers=2)
    office.publish(store)
    try:
        yield server.start(), store, office
    finally:
        server.close()
        store.close()


def _send_until_killed(phone: Phone, enough: Event, over: Event) -> list[tuple[str, bytes]]:
    """Send one report after the other, again when the answer is lost; give all that was tried."""
    tried = []
    while not over.is_set():
        tried.append(phone.seal())
        try:
            phone.put(*tried[-1])
        except (OSError, HTTPException):
            # No answer, or half of one: whether it was stored nobody knows, and the phone keeps it.
            return tried
        if len(phone.receipts) >= RECEIPTS_BEFORE_THE_END // SENDERS:
            enough.set()
    return tried


def _load(phones: list[Phone], kill, hang_up=lambda: None) -> list[list[tuple[str, bytes]]]:
    enough, over = Event(), Event()
    with ThreadPoolExecutor(SENDERS) as pool:
        sending = [pool.submit(_send_until_killed, phone, enough, over) for phone in phones]
        assert enough.wait(60)
        kill()
        over.set()
        while wait(sending, timeout=0.05).not_done:
            hang_up()
        return [one.result() for one in sending]


def _every_receipt_names_a_stored_report(store: Store, phones: list[Phone], tried) -> None:
    sealed = {parse(bytes_).digest: bytes_ for of_one in tried for _, bytes_ in of_one}
    with store.inbound(reading=True) as session:
        for receipt in (receipt for phone in phones for receipt in phone.receipts):
            stored = reports.sealed(session, report=receipt["report"], digest=receipt["digest"])
            assert stored == sealed[receipt["digest"]]


def test_after_kill_9_of_the_server_every_receipt_names_a_stored_report(running) -> None:
    server, store, office = running
    phones = [enrolled(office, store, server.send) for _ in range(SENDERS)]
    tried = _load(phones, server.kill, server.hang_up)
    assert sum(len(phone.receipts) for phone in phones) >= RECEIPTS_BEFORE_THE_END // SENDERS
    _every_receipt_names_a_stored_report(store, phones, tried)
    server.start()
    for phone, sent in zip(phones, tried, strict=True):
        assert {phone.put(*one).status for one in sent} <= {200, 201}
    _every_receipt_names_a_stored_report(store, phones, tried)


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_after_kill_9_of_postgresql_every_receipt_names_a_stored_report(running, durable: Cluster) -> None:
    server, store, office = running
    phones = [enrolled(office, store, server.send) for _ in range(SENDERS)]

    tried = _load(phones, durable.kill)
    tried[0] += [phones[0].seal(), phones[0].seal()]
    down = phones[0].put(*tried[0][-2])
    assert (down.status, down.json["type"]) == (503, "/problems/503.1")
    assert int(down.headers["retry-after"]) > 0
    durable.start()
    store.close()
    assert _put_as_phones_do(phones[0], tried[0][-1]) == 201
    _every_receipt_names_a_stored_report(store, phones, tried)
    for phone, sent in zip(phones, tried, strict=True):
        assert {_put_as_phones_do(phone, one) for one in sent} <= {200, 201}


def _put_as_phones_do(phone: Phone, sent: tuple[str, bytes]) -> int:
    """Again, while it is told to come again: each worker learns by itself that its old connections are dead."""
    for _ in range(20):
        status = phone.put(*sent).status
        if status != 503:
            break
    return status
