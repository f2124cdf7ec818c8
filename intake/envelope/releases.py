"""The signature of a published release: over `intake-release/1` and the file's bytes, by the key that phones pinned."""

from intake.domain.problems import Problem
from intake.envelope.signing import SigningKey
from intake.envelope.signing import verify as _verify

_SIGNED = b"intake-release/1\n"


def sign(content: bytes, key: SigningKey) -> bytes:
    """64 bytes, r || s."""
    return key.sign(_SIGNED + content)


def verify(content: bytes, signature: bytes, public: bytes) -> None:
    """Raises Problem 422.349 unless the office of this key (65 bytes) signed exactly these bytes."""
    try:
        _verify(public, signature, _SIGNED + content)
    except Problem:
        raise Problem("422.349") from None
