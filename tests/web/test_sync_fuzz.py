"""Whatever is sent to the protocol, the answer has a number of the catalogue and is never a 500."""

import json
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from intake.domain.problems import CATALOGUE
from intake.envelope.signing import SigningKey
from intake.public import create_public
from intake.store import Store, migrate
from tests.support.phone import Answer, Phone, TestOffice, client_road, enrolled
from tests.support.postgres import settings_in

PATHS = ("enrol", "have", "bundle", "messages", "messages/seen", "reports/", "reports/x", "reports/%00", "nothing", "")
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")
NAMES = ("code", "label", "sign_key", "message_key", "proof", "reports", "ids", "other")
JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=30),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.sampled_from(NAMES), inner, max_size=6),
    max_leaves=12,
)
BODIES = some.one_of(some.binary(max_size=300), JSON.map(lambda value: json.dumps(value).encode()))
unhurried = settings(
    max_examples=150, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def phone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Phone]:
    here = settings_in(tmp_path_factory.mktemp("fuzz"))
    migrate(here)
    office = TestOffice(receipt_key=SigningKey.generate())
    here.receipt_key.write_bytes(office.receipt_key.to_bytes())
    store, app = Store.open(here), create_public(here)
    office.publish(store)
    yield enrolled(office, store, client_road(app))
    app.extensions["health"].close()
    store.close()


@pytest.fixture(scope="module")
def envelope(phone: Phone) -> tuple[str, bytes]:
    return phone.seal()


def _never_500(answer: Answer) -> None:
    assert answer.status < 500
    if answer.status >= 400 and answer.body:
        assert answer.json["type"].removeprefix("/problems/") in CATALOGUE


@unhurried
@given(method=some.sampled_from(METHODS), path=some.sampled_from(PATHS), body=BODIES, known=some.booleans())
def test_any_body_at_any_path_by_any_method(phone: Phone, method: str, path: str, body: bytes, known: bool) -> None:
    _never_500(phone.road(method, f"/sync/v1/{path}", body, phone.bearer if known else {}))


@unhurried
@given(changed=some.dictionaries(some.sampled_from(NAMES[:5]), JSON))
def test_an_enrolment_with_any_member_wrong(phone: Phone, changed: dict[str, object]) -> None:
    _never_500(phone.post("/sync/v1/enrol", phone.enrol_body("0" * 20) | changed))


@unhurried
@given(after=some.text(max_size=20), token=some.text(some.characters(max_codepoint=255, categories=["L", "N", "P"])))
def test_any_number_of_a_message_and_any_token(phone: Phone, after: str, token: str) -> None:
    _never_500(phone.get("/sync/v1/messages?" + urlencode({"after": after})))
    _never_500(phone.road("GET", "/sync/v1/bundle", b"", {"Authorization": f"Bearer {token}"}))


@unhurried
@given(data=some.data())
def test_an_envelope_damaged_anywhere(phone: Phone, envelope: tuple[str, bytes], data: some.DataObject) -> None:
    report, sealed = envelope
    at = data.draw(some.integers(0, len(sealed) - 1) | some.integers(0, 500))
    instead = data.draw(some.binary(max_size=4))
    answer = phone.road("PUT", f"/sync/v1/reports/{report}", sealed[:at] + instead + sealed[at + 1 :], {})
    _never_500(answer)
    assert answer.status in {201, 200} or answer.status >= 400
