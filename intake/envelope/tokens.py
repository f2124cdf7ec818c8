"""Random tokens, what is stored of them, and small things sealed under a key that only a cookie holds (SPEC.md 10)."""

import hmac
import secrets
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from intake.domain.problems import Problem
from intake.envelope.encoding import b64u

_NONCE_LENGTH = 12


def token() -> str:
    """A bearer token or session id: 32 random bytes in base64url, 43 characters."""
    return b64u(secrets.token_bytes(32))


def token_hash(token: str) -> str:
    """64 hex digits: all that is stored of a token. A random token needs no salt and no slow hash."""
    return sha256(f"intake-token/1\n{token}\n".encode()).hexdigest()


def key() -> bytes:
    """A fresh 32-byte key."""
    return secrets.token_bytes(32)


def seal_small(key: bytes, plaintext: bytes, *, context: str) -> bytes:
    """AES-256-GCM under a 32-byte key that is used for few things: random nonce (12), ciphertext, tag (16)."""
    nonce = secrets.token_bytes(_NONCE_LENGTH)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, context.encode())


def open_small(key: bytes, blob: bytes, *, context: str) -> bytes:
    """Open what `seal_small` sealed under the same key and context. Raises Problem 422.12."""
    try:
        return AESGCM(key).decrypt(blob[:_NONCE_LENGTH], blob[_NONCE_LENGTH:], context.encode())
    except (InvalidTag, ValueError):
        raise Problem("422.12") from None


def constant_time(one: str | bytes, other: str | bytes) -> bool:
    """Whether two secrets are equal, in a time that does not depend on where they differ."""
    return hmac.compare_digest(_bytes(one), _bytes(other))


def _bytes(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else value
