"""A server that was put back to an older backup: whom it lets in again, and whom not (SPEC.md 8)."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from intake.config import Settings
from intake.envelope.sealing import SealingKey
from intake.envelope.signing import SigningKey
from intake.public import create_public
from intake.store import Store
from intake.store.inbound import devices, invitations, tokens
from tests.support.phone import Answer, Phone, TestOffice, client_road


@pytest.fixture
def office(store: Store, database_settings: Settings) -> TestOffice:
    key = SigningKey.generate()
    database_settings.receipt_key.write_bytes(key.to_bytes())
    made = TestOffice(receipt_key=key)
    made.publish(store)
    return made


@pytest.fixture
def road(office: TestOffice, database_settings: Settings) -> Iterator[Callable[..., Answer]]:
    app = create_public(database_settings)
    yield client_road(app)
    app.extensions["health"].close()


def _forget(store: Store, *, invitation: bool = True) -> None:
    """What an older backup lacks."""
    lacking = [devices.devices, devices.enrolments, tokens.tokens]
    with store.inbound() as session:
        for table in [*lacking, invitations.invitations] if invitation else lacking:
            session.execute(table.delete())
        if not invitation:
            session.execute(invitations.invitations.update().values(used=None))


def _code(answer: Answer) -> str:
    return str(answer.json["type"]).rpartition("/")[2]


@pytest.mark.parametrize("invitation", [True, False], ids=["and its invitation", "alone"])
def test_a_server_that_forgot_an_enrolment_lets_the_phone_in_by_its_ticket_and_takes_its_reports(
    office: TestOffice, store: Store, road, invitation: bool
) -> None:
    phone, code = Phone(office, road), office.invite(store)
    ticket = phone.enrol(code).json["ticket"]
    _forget(store, invitation=invitation)
    assert _code(phone.put(*phone.seal())) == "403.1"
    assert _code(phone.have([])) == "401.1"
    answer = phone.enrol(code, office=office.id, ticket=ticket)
    assert (answer.status, answer.json["device"]) == (200, phone.id)
    assert phone.put(*phone.seal()).status == 201
    assert phone.have([]).status == 200
    assert _code(Phone(office, road).enrol(code)) == "403.3"


def test_a_ticket_lets_in_nobody_but_its_phone(office: TestOffice, store: Store, road) -> None:
    phone, code = Phone(office, road), office.invite(store)
    ticket = phone.enrol(code).json["ticket"]
    _forget(store)
    right = {"office": office.id, "ticket": ticket}
    wrong: list[tuple[Phone, str, dict[str, Any]]] = [
        (Phone(office, road), code, right),
        (Phone(office, road, key=phone.key, messages=SealingKey.generate()), code, right),
        (phone, "0" * 20, right),
        (phone, code, {**right, "office": "another"}),
        (phone, code, {**right, "ticket": "A" * 86}),
        (phone, code, {}),
    ]
    for who, with_code, words in wrong:
        assert _code(who.enrol(with_code, **words)) == "403.3"
    assert _code(phone.enrol(code, ticket=ticket)) == "400.1"
    assert phone.enrol(code, **right).status == 200


def test_a_withdrawn_phone_is_not_let_in_by_its_ticket(office: TestOffice, store: Store, road) -> None:
    phone, code = Phone(office, road), office.invite(store)
    ticket = phone.enrol(code).json["ticket"]
    office.withdraw(store, phone)
    assert _code(phone.enrol(code, office=office.id, ticket=ticket)) == "403.4"
