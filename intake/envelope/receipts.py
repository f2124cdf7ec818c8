"""Receipts: the server's signed word that these bytes are durably stored (SPEC.md 6)."""

import re
from collections.abc import Mapping

from intake.domain.problems import Problem
from intake.envelope.encoding import b64u, unb64u
from intake.envelope.signing import SigningKey, verify

_FIELDS = {
    "report": re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "digest": re.compile(r"sha-256:[0-9a-f]{64}"),
    "received": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
}


def make(key: SigningKey, *, report: str, digest: str, received: str) -> dict[str, str]:
    """Sign a receipt. `digest` is `Envelope.digest`, `received` a day "YYYY-MM-DD"."""
    sign = b64u(key.sign(_text(report, digest, received)))
    return {"report": report, "digest": digest, "received": received, "sign": sign}


def check(
    receipt: Mapping[str, object], public: bytes, *, report: str | None = None, digest: str | None = None
) -> None:
    """Return if the key of `public` (65 bytes) signed this receipt. Members unknown here are passed over.

    `report` and `digest`, where given, are what the caller holds: a receipt for anything else is refused too.
    Raises Problem 422.17.
    """
    found = [_field(receipt, name) for name in _FIELDS]
    sign = receipt.get("sign")
    if found[:2] != [report or found[0], digest or found[1]] or not isinstance(sign, str):
        raise Problem("422.17")
    try:
        verify(public, unb64u(sign), _text(*found))
    except Problem:
        raise Problem("422.17") from None


def _field(receipt: Mapping[str, object], name: str) -> str:
    value = receipt.get(name)
    if not isinstance(value, str) or not _FIELDS[name].fullmatch(value):
        raise Problem("422.17")
    return value


def _text(report: str, digest: str, received: str) -> bytes:
    return f"intake-receipt/1\n{report}\n{digest}\n{received}\n".encode("ascii")
