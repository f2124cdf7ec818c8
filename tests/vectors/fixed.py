"""What the vectors are made of: keys derived from words, signatures that repeat, sealed texts that are kept."""

import hashlib
import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from intake.envelope.encoding import b64u, unb64u
from intake.envelope.sealing import SealingKey
from intake.envelope.signing import SigningKey

HERE = Path(__file__).parent


def derived(words: str, length: int) -> bytes:
    """Bytes that look random and are always the same for the same words."""
    return hashlib.shake_256(f"intake-vector {words}".encode()).digest(length)


def sealing_key(words: str) -> SealingKey:
    return SealingKey.from_seed(derived(f"seed of {words}", 32))


def signing_key(words: str) -> SigningKey:
    return SigningKey.from_bytes(derived(f"signing key of {words}", 32))


def sign(key: SigningKey, data: bytes) -> bytes:
    """The RFC 6979 signature, 64 bytes: the same each time."""
    private = ec.derive_private_key(int.from_bytes(key.to_bytes(), "big"), ec.SECP256R1())
    r, s = decode_dss_signature(private.sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True)))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def case(name: str, say: str, expect: str = "ok", **values: object) -> dict[str, object]:
    """One case; bytes are written in base64url."""
    written = {key: b64u(value) if isinstance(value, bytes) else value for key, value in values.items()}
    return {"name": name, "say": say, "expect": expect, **written}


REPORT_KEY = sealing_key("the office, reports")
IDENTITY_KEY = sealing_key("the office, identity")
OTHER_KEY = sealing_key("another office")
THEIR_REPORT_KEY = sealing_key("another office, reports")
THEIR_IDENTITY_KEY = sealing_key("another office, identity")
PHONE = signing_key("the phone")
OTHER_PHONE = signing_key("another phone")
OFFICE = signing_key("the office, bundles")
OTHER_OFFICE = signing_key("another office")
RECEIPTS = signing_key("the server, receipts")
MESSAGES = signing_key("the office, messages")
MESSAGE_KEY = sealing_key("the phone, messages")


@dataclass
class Sealer:
    """Seals once and remembers. `kept` maps a digest of the inputs to the sealed text."""

    kept: dict[str, str]
    used: dict[str, str] = field(default_factory=dict)
    missing: list[dict[str, str]] = field(default_factory=list)

    def seal(self, key: SealingKey, info: bytes, plaintext: bytes) -> bytes:
        """The sealed text, or a blank of the right length until `fill` has made it."""
        inputs = b"".join(len(part).to_bytes(4, "big") + part for part in (key.seed, info, plaintext))
        name = hashlib.sha256(inputs).hexdigest()[:32]
        if name not in self.kept:
            eseed = hashlib.shake_256(b"intake-vector eseed\n" + inputs).digest(64)
            job = {"seed": key.seed, "eseed": eseed, "info": info, "plaintext": plaintext}
            self.missing.append({"name": name} | {what: b64u(value) for what, value in job.items()})
            return bytes(1136 + len(plaintext))
        self.used[name] = self.kept[name]
        return unb64u(self.kept[name])

    def fill(self) -> None:
        """Seal what was missing with the browser's library."""
        ran = subprocess.run(
            [HERE.parents[1] / "deploy" / "node", HERE / "seal.mjs"],
            input=json.dumps(self.missing),
            capture_output=True,
            text=True,
            check=True,
        )
        self.kept |= {job["name"]: text for job, text in zip(self.missing, json.loads(ran.stdout), strict=True)}
        self.missing.clear()
