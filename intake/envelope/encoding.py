"""Bytes as text and objects as bytes: canonical base64url and strict JSON (SPEC.md 2).

Everything refused here is refused because two readers could disagree about it: a respelled base64 text, a JSON name
that occurs twice, a number one side rounds.
"""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import NoReturn

from intake.domain.problems import Problem

MAX_DEPTH = 16
MAX_INTEGER = 2**53 - 1

_BASE64URL = re.compile(r"[A-Za-z0-9_-]*\Z")


def b64u(data: bytes) -> str:
    """Spell `data` in base64url without padding (RFC 4648 section 5)."""
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def unb64u(text: str) -> bytes:
    """Read base64url in its one canonical spelling: no padding, no white space, no spare bits.

    Raises Problem 422.15.
    """
    if not _BASE64URL.match(text) or len(text) % 4 == 1:
        raise Problem("422.15")
    data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if b64u(data) != text:
        raise Problem("422.15")
    return data


def dumps(value: object) -> bytes:
    """Write the one canonical UTF-8 JSON of `value`: names sorted, no spaces, nothing escaped that need not be."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def loads(data: bytes) -> object:
    """Read strict JSON: UTF-8, no name twice, depth at most 16, whole numbers within ±(2^53 - 1) and no others.

    Raises Problem 422.14.
    """
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_names_once,
            parse_int=_integer,
            parse_float=_no_number,
            parse_constant=_no_number,
        )
        _check(value, escaped=b"\\u" in data)
    except (ValueError, RecursionError):
        raise Problem("422.14") from None
    return value


def _names_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Problem("422.14")
    return found


def _integer(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > MAX_INTEGER:
        raise Problem("422.14")
    return int(text)


def _no_number(_text: str) -> NoReturn:
    # Fractions and exponents have many spellings and NaN has none: no field of the protocol needs either.
    raise Problem("422.14")


def _check(value: object, *, escaped: bool) -> None:
    """Refuse depth beyond the limit and halves of surrogate pairs, which have no UTF-8. Iterative on purpose.

    Such halves can only come of an escape: bytes without any were UTF-8 before they were read.
    """
    todo = [(value, 1)]
    while todo:
        item, depth = todo.pop()
        if isinstance(item, str):
            item.encode("utf-8")
        elif isinstance(item, dict | list):
            if depth > MAX_DEPTH:
                raise Problem("422.14")
            inside = (*item, *item.values()) if isinstance(item, dict) else item
            todo += [(one, depth + 1) for one in inside if escaped or isinstance(one, dict | list)]
