"""Invitations: a one-time code, the office's fingerprint and a secret, all in a link's fragment (SPEC.md 8).

The code lets a phone in; the secret never reaches the server and proves to the office that the keys which arrived
are the keys of the phone that read the link.
"""

import hmac
import secrets
from hashlib import sha256

from intake.envelope.encoding import b64u

# Crockford's alphabet: no I, L, O, U, so that nothing read aloud or copied by hand is mistaken.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0", "-": None})
_LINK_CODE = 20
_TYPED_CODE = 12
_CARD_CODE = 16


def code() -> str:
    """A code for a link or a QR: 20 characters, 100 bits."""
    return _random_characters(_LINK_CODE)


def typed_code() -> str:
    """A code to be typed by hand: 12 characters in groups of four, 60 bits."""
    return _grouped(_TYPED_CODE)


def card_code() -> str:
    """A code for a card, which has it in a link and to type: 16 characters in groups of four, 80 bits."""
    return _grouped(_CARD_CODE)


def normal(code: str) -> str:
    """What was meant by what was typed: capitals, no spaces or hyphens, I and L are 1, O is 0."""
    return "".join(code.upper().split()).translate(_MISREAD)


def code_hash(code: str) -> str:
    """64 hex digits under which the server keeps and finds a code."""
    return sha256(f"intake-code/1\n{normal(code)}\n".encode()).hexdigest()


def secret() -> bytes:
    """The 16 bytes that only the office and the phone know."""
    return secrets.token_bytes(16)


def proof(secret: bytes, code: str, sign_key: str, message_key: str) -> str:
    """HMAC-SHA256 under `secret` over the code and the phone's two public keys (base64url), in base64url."""
    text = f"intake-enrol/1\n{normal(code)}\n{sign_key}\n{message_key}\n"
    return b64u(hmac.digest(secret, text.encode(), "sha256"))


def check_proof(proof_sent: str, *, secret: bytes, code: str, sign_key: str, message_key: str) -> bool:
    """Whether a phone that knew `secret` sent these keys."""
    return hmac.compare_digest(proof_sent.encode(), proof(secret, code, sign_key, message_key).encode())


def possession(code: str, sign_key: str, message_key: str) -> bytes:
    """What a phone signs with the signing key it names: nobody enrols a key that is another's (SPEC.md 8)."""
    return f"intake-keys/1\n{normal(code)}\n{sign_key}\n{message_key}\n".encode()


def link(origin: str, code: str, fingerprint: str, secret: bytes) -> str:
    """The link a phone opens. Everything stands behind `#`, which no browser sends to a server."""
    return f"{origin}/field/#enrol={code}.{fingerprint}.{b64u(secret)}"


def _grouped(count: int) -> str:
    characters = _random_characters(count)
    return "-".join(characters[start : start + 4] for start in range(0, count, 4))


def _random_characters(count: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(count))
