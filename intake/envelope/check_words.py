"""Check words: what two people read to each other to see that they hold the same public key (SPEC.md 4)."""

from functools import cache
from hashlib import sha256

from intake.files import asset

OFFICE_WORDS = 7
PERSON_WORDS = 6
_BITS = 11


@cache
def word_list() -> tuple[str, ...]:
    """The 2,048 English words of BIP-39, in order."""
    words = tuple(asset("static/field/lists/en.txt").read_text("ascii").split())
    if len(words) != 1 << _BITS:
        raise ValueError("the English word list does not hold 2,048 words")
    return words


def check_words(public: bytes, count: int = PERSON_WORDS) -> tuple[str, ...]:
    """The first `count` (at most 23) groups of 11 bits of SHA-256 over the raw public key, as words."""
    bits = int.from_bytes(sha256(public).digest(), "big")
    return tuple(word_list()[bits >> (256 - _BITS * (place + 1)) & 0x7FF] for place in range(count))
