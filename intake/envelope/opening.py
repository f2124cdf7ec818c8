"""Opening: the mirror of sealing (SPEC.md 3.4, 3.5). `intake.public` must not be able to import this module."""

import zlib
from typing import Any

from cryptography.exceptions import InvalidTag

from intake.domain.problems import Problem
from intake.envelope.encoding import loads
from intake.envelope.format import LIMITS, Envelope, part_info
from intake.envelope.sealing import DEFLATED, STORED, SUITE, padme, private


def open_sealed(seed: bytes, info: bytes, blob: bytes) -> bytes:
    """Open what `seal` made for the key of this 32-byte seed with the same `info`. Raises Problem 422.12."""
    key = private(seed)
    try:
        return SUITE.decrypt(blob, key, info)
    except (InvalidTag, ValueError):
        raise Problem("422.12") from None


def open_part(envelope: Envelope, name: str, seed: bytes) -> dict[str, Any]:
    """The JSON object sealed in part `name`.

    Raises Problem 422.8 (no such part), 422.12 (wrong key or changed bytes), 422.13 (packing), 422.14 (JSON).
    """
    part = envelope.part(name)
    if part is None:
        raise Problem("422.8")
    info = part_info(
        report=envelope.report, device=envelope.device, made=envelope.made, urgent=envelope.urgent, name=name
    )
    value = loads(unpack(open_sealed(seed, info, part.body)))
    if not isinstance(value, dict):
        raise Problem("422.14")
    return value


def unpack(plaintext: bytes, *, inflate: bool = True) -> bytes:
    """The data that `pack` packed; `inflate` is False where only stored data may come. Raises Problem 422.13."""
    if len(plaintext) < 5 or plaintext[0] not in ((STORED, DEFLATED) if inflate else (STORED,)):
        raise Problem("422.13")
    end = 5 + int.from_bytes(plaintext[1:5], "big")
    # An `end` beyond the plaintext fails too: no length is padded to less than itself.
    if len(plaintext) != padme(end) or any(plaintext[end:]):
        raise Problem("422.13")
    data = plaintext[5:end]
    return _inflate(data) if plaintext[0] == DEFLATED else data


def _inflate(data: bytes) -> bytes:
    """Inflate to at most the limit; the stream must end exactly where the data end."""
    swell = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        found = swell.decompress(data, LIMITS.inflated + 1)
    except zlib.error:
        raise Problem("422.13") from None
    if len(found) > LIMITS.inflated or not swell.eof or swell.unused_data:
        raise Problem("422.13")
    return found
