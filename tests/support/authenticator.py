"""A security key in software: it answers challenges as a browser would pass its answers on, for good or ill."""

import json
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from intake.envelope.encoding import b64u

USER_PRESENT, USER_VERIFIED, HOLDS_CREDENTIAL = 1, 4, 64


@dataclass
class Authenticator:
    """`count` rises with each answer; what a test changes is what the attacker would."""

    origin: str = "http://localhost"
    host: str = "localhost"
    flags: int = USER_PRESENT | USER_VERIFIED
    count: int = 0
    credential: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, challenge: bytes) -> str:
        """The answer to "make a passkey", as JSON text."""
        length = len(self.credential).to_bytes(2, "big")
        attested = bytes(16) + length + self.credential + cbor2.dumps(self._public())
        data = self._data(self.flags | HOLDS_CREDENTIAL) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", challenge)
        return self._written({"clientDataJSON": b64u(client), "attestationObject": b64u(attestation)})

    def answer(self, challenge: bytes) -> str:
        """The answer to "use a passkey", as JSON text."""
        self.count += 1
        client, data = self._client("webauthn.get", challenge), self._data(self.flags)
        signature = self.key.sign(data + sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._written(
            {"clientDataJSON": b64u(client), "authenticatorData": b64u(data), "signature": b64u(signature)}
        )

    def _client(self, kind: str, challenge: bytes) -> bytes:
        return json.dumps({"type": kind, "challenge": b64u(challenge), "origin": self.origin}).encode()

    def _data(self, flags: int) -> bytes:
        return sha256(self.host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _public(self) -> dict[int, Any]:
        numbers = self.key.public_key().public_numbers()
        return {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}

    def _written(self, response: dict[str, str]) -> str:
        id = b64u(self.credential)
        return json.dumps({"id": id, "rawId": id, "type": "public-key", "response": response})
