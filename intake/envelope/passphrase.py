"""Passphrases made by the software, and the key that Argon2id makes of one (SPEC.md 10)."""

import secrets
import unicodedata
from dataclasses import dataclass

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from intake.domain.problems import Problem
from intake.envelope.check_words import word_list

SALT_LENGTH = 16


@dataclass(frozen=True)
class Cost:
    """What one try costs: memory in KiB, passes over it, lanes. It is stored beside the salt."""

    memory: int = 64 * 1024
    passes: int = 3
    lanes: int = 1


def make(words: int = 6) -> str:
    """A passphrase of English words, 11 bits each, with a space between."""
    return " ".join(secrets.choice(word_list()) for _ in range(words))


def salt() -> bytes:
    """16 random bytes, one salt for each passphrase."""
    return secrets.token_bytes(SALT_LENGTH)


def normal(passphrase: str) -> bytes:
    """The bytes of a typed passphrase: NFKC, small letters, one space between words."""
    return " ".join(unicodedata.normalize("NFKC", passphrase).lower().split()).encode()


def derive(passphrase: str, salt: bytes, cost: Cost | None = None) -> bytes:
    """The 32-byte key of a passphrase by Argon2id (RFC 9106). Raises Problem 422.15 for an unusable salt or cost."""
    chosen = cost or Cost()
    try:
        kdf = Argon2id(salt=salt, length=32, iterations=chosen.passes, lanes=chosen.lanes, memory_cost=chosen.memory)
    except ValueError:
        raise Problem("422.15") from None
    return kdf.derive(normal(passphrase))
