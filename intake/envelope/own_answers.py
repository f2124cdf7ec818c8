"""Her own answer, sealed so that only a phone of the office that is told her number can find and open it (SPEC.md 5.2).

Two secrets are needed for both: her number, stretched by Argon2id, and the directory key, which only confirmed phones
and the office hold. The server has neither: it can compute no locator, try no number, and open no answer. A phone of
the office that works together with the server must stretch each number that it tries, of ten thousand millions.
Locators and keys are bound to one deposit: nothing in it can be linked to the one before.
"""

import hmac
from hashlib import sha256
from typing import Any

from intake.domain.problems import Problem
from intake.envelope import passphrase
from intake.envelope.encoding import b64u, dumps, loads
from intake.envelope.passphrase import Cost
from intake.envelope.tokens import open_small, seal_small

COST = Cost(memory=19 * 1024, passes=2, lanes=1)
# Every answer is as long as any other.
SIZE = 1536
LENGTH = 32
_KIND = "intake-own-answer/1"


def stretch(code: str, *, office: str) -> bytes:
    """32 bytes for a number of twelve digits, costly on purpose: the same on every phone of the office."""
    salt = sha256(f"{_KIND}\n{office}\n".encode()).digest()[: passphrase.SALT_LENGTH]
    return passphrase.derive(code, salt, COST)


def locator(key: bytes, stretched: bytes, *, office: str, deposit: str) -> str:
    """Where an answer lies in a deposit: 43 signs of base64url."""
    return b64u(_derived(key, "locator", stretched, office, deposit))


def seal_answer(key: bytes, stretched: bytes, content: object, *, office: str, deposit: str) -> bytes:
    """Seal for one deposit. Raises Problem 413.1 for what is longer than any answer may be."""
    data = dumps(content)
    if len(data) > SIZE:
        raise Problem("413.1")
    own = _derived(key, "key", stretched, office, deposit)
    return seal_small(own, data.ljust(SIZE), context=_context(office, deposit))


def open_answer(key: bytes, stretched: bytes, blob: bytes, *, office: str, deposit: str) -> Any:
    """What was sealed. Raises Problem 422.12 (another number, key, office or deposit)."""
    own = _derived(key, "key", stretched, office, deposit)
    return loads(open_small(own, blob, context=_context(office, deposit)).rstrip(b" "))


def _derived(key: bytes, use: str, stretched: bytes, office: str, deposit: str) -> bytes:
    return hmac.digest(key, f"{_KIND} {use}\n{office}\n{deposit}\n".encode() + stretched, "sha256")


def _context(office: str, deposit: str) -> str:
    return f"{_KIND}\n{office}\n{deposit}\n"
