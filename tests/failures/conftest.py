"""A running public server with an office and one phone, shared by the tests of a file."""

from collections.abc import Iterator

import pytest

from intake.envelope.signing import SigningKey
from intake.store import Store, migrate
from tests.support.gunicorn import Gunicorn
from tests.support.phone import Phone, TestOffice, enrolled
from tests.support.postgres import settings_in


@pytest.fixture(scope="module")
def at_work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Gunicorn, Store, TestOffice]]:
    settings = settings_in(tmp_path_factory.mktemp("server"))
    migrate(settings)
    office = TestOffice(receipt_key=SigningKey.generate())
    settings.receipt_key.write_bytes(office.receipt_key.to_bytes())
    store, server = Store.open(settings), Gunicorn(settings)
    office.publish(store)
    try:
        yield server.start(), store, office
    finally:
        server.close()
        store.close()


@pytest.fixture
def server(at_work: tuple[Gunicorn, Store, TestOffice]) -> Gunicorn:
    return at_work[0]


@pytest.fixture
def phone(at_work: tuple[Gunicorn, Store, TestOffice]) -> Phone:
    server, store, office = at_work
    return enrolled(office, store, server.send)
