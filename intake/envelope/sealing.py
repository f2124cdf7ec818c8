"""Sealing: HPKE base mode, X-Wing (0x647a), HKDF-SHA256, AES-256-GCM; and what is sealed, packed (SPEC.md 3.4, 3.5).

Whoever seals cannot open: opening is its own module, out of the public process's reach.
"""

import hashlib
import secrets
import zlib
from dataclasses import dataclass
from functools import cached_property

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from intake.domain.problems import Problem
from intake.envelope.encoding import b64u, dumps, loads
from intake.envelope.format import LIMITS, PART_NAMES, Part, header, part_info
from intake.envelope.signing import SigningKey, key_id

SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
PUBLIC_LENGTH = 1216
SEED_LENGTH = 32
OVERHEAD = 1120 + 16
STORED, DEFLATED = 0, 1
_MLKEM_PUBLIC_LENGTH = 1184


@dataclass(frozen=True)
class SealingKey:
    """A key pair as its 32-byte seed (X-Wing draft, section 5.2: expanded by SHAKE256 each time it is used)."""

    seed: bytes

    def __repr__(self) -> str:
        return f"SealingKey({key_id(self.public)})"

    @classmethod
    def generate(cls) -> "SealingKey":
        """A fresh key from the system's randomness."""
        return cls(secrets.token_bytes(SEED_LENGTH))

    @classmethod
    def from_seed(cls, seed: bytes) -> "SealingKey":
        """The key of a 32-byte seed. Raises Problem 422.15."""
        if len(seed) != SEED_LENGTH:
            raise Problem("422.15")
        return cls(seed)

    @cached_property
    def public(self) -> bytes:
        """The raw public key: ML-KEM-768 (1,184 bytes), then X25519 (32)."""
        mlkem, x25519 = _halves(self.seed)
        return mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()


def private(seed: bytes) -> MLKEM768X25519PrivateKey:
    """The library's private key for a 32-byte seed. Raises Problem 422.15."""
    return MLKEM768X25519PrivateKey(*_halves(seed))


def check_public(public: bytes) -> None:
    """Refuse bytes that are no X-Wing public key (1,216 bytes). Raises Problem 422.15."""
    _public(public)


def seal(public: bytes, info: bytes, plaintext: bytes) -> bytes:
    """Seal to a raw public key: the encapsulated key (1,120 bytes), the ciphertext, its tag (16).

    `info` binds the context and must be given again to open. Raises Problem 422.15.
    """
    return SUITE.encrypt(plaintext, _public(public), info)


def padme(length: int) -> int:
    """The padded size of `length` bytes (at least 2): Padmé, from "Reducing Metadata Leakage from Encrypted Files".

    Only as many leading bits of a length stay visible as its exponent has, for at most 12 % more bytes.
    """
    exponent = length.bit_length() - 1
    hidden = exponent - exponent.bit_length()
    mask = (1 << hidden) - 1
    return (length + mask) & ~mask


def pack(data: bytes, *, compress: bool = True) -> bytes:
    """One byte (0 stored, 1 raw deflate), four bytes length, the data, zeros up to the Padmé size.

    Deflate is used only where it is smaller. Raises Problem 413.1 when a part could not carry the result.
    """
    deflated = _deflate(data) if compress else data
    flag, body = (DEFLATED, deflated) if len(deflated) < len(data) else (STORED, data)
    packed = bytes([flag]) + len(body).to_bytes(4, "big") + body
    size = padme(len(packed))
    if size + OVERHEAD > LIMITS.part or len(data) > LIMITS.inflated:
        raise Problem("413.1")
    return packed.ljust(size, b"\0")


def seal_envelope(
    *,
    report: str,
    made: str,
    urgent: bool,
    report_json: object,
    identity_json: object,
    report_key: bytes,
    identity_key: bytes,
    sign_key: SigningKey,
) -> bytes:
    """The whole envelope, as a phone makes it; the server's own tools and tests seal by it.

    Raises Problem 413.1, 422.14 or 422.15: nothing is sealed that could not be opened again.
    """
    device = key_id(sign_key.public)
    parts = []
    for name, content, key in zip(PART_NAMES, (report_json, identity_json), (report_key, identity_key), strict=True):
        data = dumps(content)
        loads(data)
        info = part_info(report=report, device=device, made=made, urgent=urgent, name=name)
        parts.append(Part(name, key_id(key), seal(key, info, pack(data))))
    lines = header(report=report, device=device, made=made, urgent=urgent, parts=parts)
    bodies = b"".join(part.body for part in parts)
    sign = b64u(sign_key.sign(lines + bodies))
    return lines + f"sign {sign}\n\n".encode("ascii") + bodies


def _deflate(data: bytes) -> bytes:
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return squeeze.compress(data) + squeeze.flush()


def _halves(seed: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    if len(seed) != SEED_LENGTH:
        raise Problem("422.15")
    expanded = hashlib.shake_256(seed).digest(96)
    return MLKEM768PrivateKey.from_seed_bytes(expanded[:64]), X25519PrivateKey.from_private_bytes(expanded[64:])


def _public(public: bytes) -> MLKEM768X25519PublicKey:
    if len(public) != PUBLIC_LENGTH:
        raise Problem("422.15")
    try:
        return MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(public[:_MLKEM_PUBLIC_LENGTH]),
            X25519PublicKey.from_public_bytes(public[_MLKEM_PUBLIC_LENGTH:]),
        )
    except ValueError:
        raise Problem("422.15") from None
