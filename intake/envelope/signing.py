"""Signatures: ECDSA P-256 with SHA-256, written as 64 bytes `r || s` (SPEC.md 4).

P-256 because every browser on the floor has it with a key that cannot be exported.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from intake.domain.problems import Problem
from intake.envelope.format import Envelope

_CURVE = ec.SECP256R1()
_ALGORITHM = ec.ECDSA(hashes.SHA256())
# FIPS 186-5, D.1.2.3: the order of the group; a private key is a number from 1 to one less.
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(frozen=True)
class SigningKey:
    """A private P-256 key as 32 bytes, big-endian."""

    secret: bytes

    def __repr__(self) -> str:
        return f"SigningKey({key_id(self.public)})"

    @classmethod
    def generate(cls) -> "SigningKey":
        """A fresh key from the system's randomness."""
        number = ec.generate_private_key(_CURVE).private_numbers().private_value
        return cls(number.to_bytes(32, "big"))

    @classmethod
    def from_bytes(cls, secret: bytes) -> "SigningKey":
        """The key that `to_bytes` wrote. Raises Problem 422.15."""
        if len(secret) != 32 or not 0 < int.from_bytes(secret, "big") < _ORDER:
            raise Problem("422.15")
        return cls(secret)

    def to_bytes(self) -> bytes:
        """The private number, 32 bytes."""
        return self.secret

    @cached_property
    def _private(self) -> ec.EllipticCurvePrivateKey:
        return ec.derive_private_key(int.from_bytes(self.secret, "big"), _CURVE)

    @cached_property
    def public(self) -> bytes:
        """The uncompressed point, 65 bytes."""
        return self._private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def sign(self, data: bytes) -> bytes:
        """The signature of `data`, 64 bytes."""
        r, s = decode_dss_signature(self._private.sign(data, _ALGORITHM))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def key_id(public: bytes) -> str:
    """The first 16 hex digits of SHA-256 over the raw public key. It finds a key; it never stands in for one."""
    return sha256(public).hexdigest()[:16]


def check_public(public: bytes) -> None:
    """Refuse bytes that are no uncompressed point of the curve. Raises Problem 422.15."""
    _point(public)


def verify(public: bytes, signature: bytes, data: bytes) -> None:
    """Return if `signature` (64 bytes) of `data` was made by the key of `public` (65 bytes).

    Raises Problem 403.2, or 422.15 when `public` is no key at all.
    """
    key = _point(public)
    if len(signature) != 64:
        raise Problem("403.2")
    der = encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    try:
        key.verify(der, data, _ALGORITHM)
    except InvalidSignature:
        raise Problem("403.2") from None


def verify_envelope(envelope: Envelope, public: bytes) -> None:
    """Return if the device with this public key signed the envelope and the envelope names it. Raises Problem 403.2."""
    if key_id(public) != envelope.device:
        raise Problem("403.2")
    verify(public, envelope.sign, envelope.signed)


@lru_cache(maxsize=1024)  # a server meets the same phones again and again
def _point(public: bytes) -> ec.EllipticCurvePublicKey:
    if len(public) != 65:
        raise Problem("422.15")
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, public)
    except ValueError:
        raise Problem("422.15") from None
