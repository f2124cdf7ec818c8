"""Records at rest: one derived key for every sealing, AES-256-GCM (SPEC.md 9)."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from intake.domain.problems import Problem

KEY_LENGTH = 32
_SALT_LENGTH = 32
# The nonce is fixed because the key under it is used once: it is derived from 32 random bytes made for this sealing.
_NONCE = bytes(12)


def seal_record(key: bytes, plaintext: bytes, *, office: str, kind: str, id: str, version: int, key_id: str) -> bytes:
    """Seal under a 32-byte records key: 32 random bytes, the ciphertext, its tag (16).

    The keyword arguments are the clear columns beside the blob; opening needs the very same.
    """
    salt = secrets.token_bytes(_SALT_LENGTH)
    context = _context(office, kind, id, str(version), key_id)
    return salt + AESGCM(_derived(key, salt)).encrypt(_NONCE, plaintext, context)


def open_record(key: bytes, blob: bytes, *, office: str, kind: str, id: str, version: int, key_id: str) -> bytes:
    """Open what `seal_record` sealed under the same key beside the same columns. Raises Problem 422.12."""
    salt, ciphertext = blob[:_SALT_LENGTH], blob[_SALT_LENGTH:]
    context = _context(office, kind, id, str(version), key_id)
    try:
        return AESGCM(_derived(key, salt)).decrypt(_NONCE, ciphertext, context)
    except (InvalidTag, ValueError):
        raise Problem("422.12") from None


def _context(*values: str) -> bytes:
    """The authenticated text. A line break inside a value would let two contexts look alike."""
    if any("\n" in value for value in values):
        raise Problem("422.15")
    return "\n".join(("intake-record/1", *values, "")).encode()


def _derived(key: bytes, salt: bytes) -> bytes:
    if len(key) != KEY_LENGTH:
        raise Problem("422.15")
    return HKDF(hashes.SHA256(), KEY_LENGTH, salt, b"intake-record/1\n").derive(key)
