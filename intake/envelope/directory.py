"""The directory inside a bundle, sealed under one key for every confirmed phone of an office (SPEC.md 5.1)."""

import re
from hashlib import sha256
from typing import Any

from intake.domain.problems import Problem
from intake.envelope.encoding import dumps, loads
from intake.envelope.opening import unpack
from intake.envelope.sealing import pack
from intake.envelope.tokens import open_small, seal_small

KEY_LENGTH = 32
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def directory_key_id(key: bytes) -> str:
    """16 hex digits that find a directory key (32 bytes). Raises Problem 422.15."""
    if len(key) != KEY_LENGTH:
        raise Problem("422.15")
    return sha256(b"intake-directory-key/1\n" + key).hexdigest()[:16]


def seal_directory(key: bytes, content: object, *, office: str, serial: int) -> bytes:
    """Seal for the bundle `serial` of `office` and for no other.

    Never compressed, so that a phone needs nothing to inflate with. What a phone would refuse is refused here: raises
    Problem 413.1, 422.14 for the content, 422.15 for the key or the office.
    """
    data = dumps(content)
    _checked(data)
    return seal_small(key, pack(data, compress=False), context=_context(key, office, serial))


def open_directory(key: bytes, blob: bytes, *, office: str, serial: int) -> dict[str, Any]:
    """The content of a directory. Raises Problem 422.12 (key, office or serial), 422.13 (packing), 422.14."""
    packed = open_small(key, blob, context=_context(key, office, serial))
    return _checked(unpack(packed, inflate=False))


def _context(key: bytes, office: str, serial: int) -> str:
    if "\n" in office:
        raise Problem("422.15")
    return f"intake-directory/1\n{office}\n{directory_key_id(key)}\n{serial}\n"


def _checked(data: bytes) -> dict[str, Any]:
    value = loads(data)
    day, entries = (value.get("day"), value.get("entries")) if isinstance(value, dict) else (None, None)
    dated = isinstance(day, str) and _DAY.fullmatch(day)
    if not (isinstance(value, dict) and dated and isinstance(entries, list)):
        raise Problem("422.14")
    if not all(isinstance(entry, dict) for entry in entries):
        raise Problem("422.14")
    return value
