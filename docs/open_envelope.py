"""Open an exported envelope without Intake: `python open_envelope.py ENVELOPE SEEDS [--device KEY]`.

Needs Python 3.11 and the package `cryptography` 50 or later, and nothing of Intake. ENVELOPE is the exported file.
SEEDS is a file with one 32-byte private key of the office on each line, in hexadecimal or base64url: of the reports, of
the identities, old ones too; each part is opened with the seed whose key it names. KEY is the public key (65 bytes) of
the phone that signed, and makes the program check the signature. The format is in intake/envelope/SPEC.md; unlike
Intake, this program is not strict about the JSON inside.
"""

import argparse
import base64
import hashlib
import json
import re
import zlib
from datetime import date
from pathlib import Path

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric import ec, mlkem, utils, x25519

SUITE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
HEADER = re.compile(
    rb"(?P<covered>intake-envelope/1\n(?P<about>"
    rb"report [0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\n"
    rb"device (?P<device>[0-9a-f]{16})\nmade (?P<made>(?:19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2})\nurgent (?:yes|no)\n)"
    rb"part report (?P<key1>[0-9a-f]{16}) (?P<size1>[1-9][0-9]{0,6})\n"
    rb"(?:part identity (?P<key2>[0-9a-f]{16}) (?P<size2>[1-9][0-9]{0,6})\n)?)"
    rb"sign (?P<sign>[A-Za-z0-9_-]{85}[AQgw])\n\n"
)
LARGEST = 2 * 1024 * 1024


def refuse_unless(holds: object, why: str) -> None:
    if not holds:
        raise ValueError(why)


def raw_bytes(text: str) -> bytes:
    """Hexadecimal or base64url."""
    if re.fullmatch(r"([0-9a-fA-F]{2})+", text):
        return bytes.fromhex(text)
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def key_pair(seed: bytes) -> tuple[str, hpke.MLKEM768X25519PrivateKey]:
    """The key id and the private key of an X-Wing seed."""
    refuse_unless(len(seed) == 32, "a seed has 32 bytes")
    wide = hashlib.shake_256(seed).digest(96)
    one, two = (
        mlkem.MLKEM768PrivateKey.from_seed_bytes(wide[:64]),
        x25519.X25519PrivateKey.from_private_bytes(wide[64:]),
    )
    public = one.public_key().public_bytes_raw() + two.public_key().public_bytes_raw()
    return hashlib.sha256(public).hexdigest()[:16], hpke.MLKEM768X25519PrivateKey(one, two)


def verify(found: re.Match[bytes], bodies: bytes, device: bytes) -> None:
    refuse_unless(hashlib.sha256(device).hexdigest()[:16] == found["device"].decode(), "another phone signed this")
    sign = raw_bytes(found["sign"].decode())
    der = utils.encode_dss_signature(int.from_bytes(sign[:32], "big"), int.from_bytes(sign[32:], "big"))
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), device)
    try:
        key.verify(der, found["covered"] + bodies, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise ValueError("the signature is wrong") from None


def unpack(packed: bytes) -> bytes:
    """Flag, length, data, zeros up to the Padmé size."""
    end = 5 + int.from_bytes(packed[1:5], "big")
    exponent = end.bit_length() - 1
    mask = (1 << (exponent - exponent.bit_length())) - 1
    fits = packed[0] in (0, 1) and end <= len(packed) == (end + mask) & ~mask and not any(packed[end:])
    refuse_unless(fits, "the content is packed wrongly")
    if packed[0] == 0:
        return packed[5:end]
    swell = zlib.decompressobj(-15)
    data = swell.decompress(packed[5:end], LARGEST + 1)
    refuse_unless(swell.eof and not swell.unused_data and len(data) <= LARGEST, "the compressed content is wrong")
    return data


def open_envelope(raw: bytes, seeds: list[bytes], device: bytes | None = None) -> dict[str, object]:
    """The parts that these seeds open, by name. Raises ValueError for anything that is not as it must be."""
    found = HEADER.match(raw, 0, 1024)
    if not found:
        raise ValueError("this is not an envelope")
    date.fromisoformat(found["made"].decode())
    keys, opened, start = dict(key_pair(seed) for seed in seeds), dict[str, object](), found.end()
    sizes = [int(found[name] or 0) for name in ("size1", "size2")]
    refuse_unless(
        all(1141 <= size <= 262144 for size in sizes[: 1 + bool(found["key2"])]), "a part has no right length"
    )
    refuse_unless(start + sum(sizes) == len(raw), "cut short, or something follows")
    if device:
        verify(found, raw[start:], device)
    for name, key_id, size in zip((b"report", b"identity"), (found["key1"], found["key2"]), sizes, strict=True):
        key, body, start = keys.get((key_id or b"").decode()), raw[start : start + size], start + size
        if key:
            try:
                packed = SUITE.decrypt(body, key, b"intake-envelope/1 " + name + b"\n" + found["about"])
                opened[name.decode()] = json.loads(unpack(packed).decode("utf-8"))
            except (InvalidTag, zlib.error):
                raise ValueError("the key does not open it, or it was changed") from None
    return opened


if __name__ == "__main__":
    wanted = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    wanted.add_argument("envelope", type=Path)
    wanted.add_argument("seeds", type=Path)
    wanted.add_argument("--device", type=raw_bytes, metavar="KEY")
    given = wanted.parse_args()
    seeds = [raw_bytes(line) for line in given.seeds.read_text().split()]
    parts = open_envelope(given.envelope.read_bytes(), seeds, given.device)
    print(json.dumps(parts, ensure_ascii=False, indent=2) if parts else "None of these seeds opens a part of it.")
