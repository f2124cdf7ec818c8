"""The internet-facing app on both databases, with an office that has published its keys."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from intake.config import Settings
from intake.envelope.signing import SigningKey
from intake.public import create_public
from intake.store import Store
from tests.support.phone import Answer, Phone, TestOffice, client_road, enrolled


@pytest.fixture
def office(database_settings: Settings, store: Store) -> TestOffice:
    key = SigningKey.generate()
    database_settings.receipt_key.write_bytes(key.to_bytes())
    office = TestOffice(receipt_key=key)
    office.publish(store)
    return office


@pytest.fixture
def public(database_settings: Settings, office: TestOffice) -> Iterator[Flask]:
    app = create_public(database_settings, figures=True)
    yield app
    app.extensions["health"].close()


@pytest.fixture
def road(public: Flask) -> Callable[..., Answer]:
    return client_road(public)


@pytest.fixture
def phone(office: TestOffice, store: Store, road: Callable[..., Answer]) -> Phone:
    return enrolled(office, store, road)
