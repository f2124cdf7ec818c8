"""Tickets: the server's word that it let this phone in, about these keys and no others."""

from typing import Any

import pytest

from intake.envelope import tickets
from intake.envelope.signing import SigningKey

WORDS = {"office": "o1", "code": "ABCD-EFGH-JKMN", "sign_key": "sign", "message_key": "message"}


def test_a_ticket_holds_for_the_server_that_gave_it_however_the_code_is_typed() -> None:
    key = SigningKey.generate()
    ticket = tickets.make(key, **WORDS)
    assert len(ticket) == 86
    assert tickets.holds(ticket, key.public, **WORDS)
    assert tickets.holds(ticket, key.public, **{**WORDS, "code": "abcdefghjkmn"})


@pytest.mark.parametrize("changed", [{"office": "o2"}, {"code": "X"}, {"sign_key": "other"}, {"message_key": "other"}])
def test_a_ticket_holds_for_nothing_else(changed: dict[str, Any]) -> None:
    key = SigningKey.generate()
    ticket = tickets.make(key, **WORDS)
    assert not tickets.holds(ticket, key.public, **{**WORDS, **changed})


@pytest.mark.parametrize("ticket", ["", "A" * 86, "é", "A" * 85, "x" * 5000])
def test_what_no_server_signed_holds_for_nobody(ticket: str) -> None:
    key = SigningKey.generate()
    assert not tickets.holds(ticket, key.public, **WORDS)
    assert not tickets.holds(tickets.make(SigningKey.generate(), **WORDS), key.public, **WORDS)
