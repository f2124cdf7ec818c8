"""Known answers from the standards, for each part of the suite that the libraries let us reach.

What cannot be run, and why, stands in SPEC.md 12.
"""

import hashlib
import hmac
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from shamir_mnemonic import combine_mnemonics

from intake.envelope import passphrase, signing
from intake.envelope.opening import open_sealed
from intake.envelope.sealing import SealingKey

X_WING = json.loads(Path(__file__).with_name("xwing.json").read_text())

# RFC 9180, appendix A: the info of every vector.
INFO = bytes.fromhex("4f6465206f6e2061204772656369616e2055726e")


def extract(suite: bytes, label: bytes, ikm: bytes, salt: bytes = b"") -> bytes:
    """LabeledExtract of RFC 9180 section 4, with SHA-256."""
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + ikm, "sha256")


def expand(suite: bytes, prk: bytes, label: bytes, info: bytes, length: int) -> bytes:
    """LabeledExpand, for at most 32 bytes."""
    labelled = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return hmac.digest(prk, labelled + b"\1", "sha256")[:length]


def key_schedule(suite: bytes, shared: bytes, info: bytes, key_length: int) -> tuple[bytes, bytes]:
    """Key and first nonce of base mode (section 5.1), written again here as a second opinion."""
    context = b"\0" + extract(suite, b"psk_id_hash", b"") + extract(suite, b"info_hash", info)
    secret = extract(suite, b"secret", b"", shared)
    return expand(suite, secret, b"key", context, key_length), expand(suite, secret, b"base_nonce", context, 12)


def test_our_second_opinion_of_hpke_gives_the_numbers_of_rfc_9180_a_1_1() -> None:
    shared = bytes.fromhex("fe0e18c9f024ce43799ae393c7e8fe8fce9d218875e8227b0187c04e7d2ea1fc")
    key, nonce = key_schedule(b"HPKE" + bytes.fromhex("002000010001"), shared, INFO, 16)
    assert key.hex() == "4531685d41d65f03dc48f6b8302c05b0"
    assert nonce.hex() == "56d890e5accaaf011cff4b7d"
    sealed = AESGCM(key).encrypt(nonce, b"Beauty is truth, truth beauty", b"Count-0")
    assert sealed.hex() == (
        "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a"
    )


def test_the_library_opens_what_is_sealed_under_the_key_of_rfc_9180_a_1_1() -> None:
    """The vector's own ciphertexts carry an `aad`, which the library's interface lacks: sealed again without."""
    private = X25519PrivateKey.from_private_bytes(
        bytes.fromhex("4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8")
    )
    enc = bytes.fromhex("37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431")
    key, nonce = bytes.fromhex("4531685d41d65f03dc48f6b8302c05b0"), bytes.fromhex("56d890e5accaaf011cff4b7d")
    suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_128_GCM)
    assert suite.decrypt(enc + AESGCM(key).encrypt(nonce, b"truth", b""), private, INFO) == b"truth"


@pytest.mark.parametrize("vector", X_WING)
def test_x_wing_of_the_draft_under_our_suite_opens(vector: dict[str, str]) -> None:
    """Seed, ciphertext and shared secret of the draft; from there the key schedule of our own suite."""
    seed, ct, shared = (bytes.fromhex(vector[name]) for name in ("seed", "ct", "ss"))
    key, nonce = key_schedule(b"HPKE" + bytes.fromhex("647a00010002"), shared, INFO, 32)
    assert open_sealed(seed, INFO, ct + AESGCM(key).encrypt(nonce, b"truth", b"")) == b"truth"


@pytest.mark.parametrize("vector", X_WING)
def test_x_wing_public_keys_are_those_of_the_draft(vector: dict[str, str]) -> None:
    public = SealingKey.from_seed(bytes.fromhex(vector["seed"])).public
    assert hashlib.sha256(public).hexdigest() == vector["public_sha256"]


def test_the_seeds_of_the_draft_are_a_shake128_stream() -> None:
    """Which is how its authors made them: nobody chose these numbers."""
    stream = "".join(vector["seed"] + vector["eseed"] for vector in X_WING)
    assert stream == hashlib.shake_128(b"").hexdigest(96 * 3)


def test_the_first_shared_secret_is_the_one_printed_in_the_draft() -> None:
    assert X_WING[0]["ss"] == "d2df0522128f09dd8e2c92b1e905c793d8f57a54c3da25861f10bf4ca613e384"
    assert X_WING[1]["ss"] == "f2e86241c64d60f6649fbc6c5b7d17180b780a3f34355e64a85749949c45f150"
    assert X_WING[2]["ss"] == "953f7f4e8c5b5049bdc771d1dffada0dd961477d1a2ae0988baa7ea6898d893f"


def test_signatures_verify_the_example_of_rfc_6979_a_2_5() -> None:
    key = signing.SigningKey.from_bytes(
        bytes.fromhex("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721")
    )
    assert key.public.hex().upper() == (
        "0460FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"
        "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299"
    )
    r = "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
    s = "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8"
    signing.verify(key.public, bytes.fromhex(r + s), b"sample")


def test_hkdf_is_that_of_rfc_5869_a_1() -> None:
    found = HKDF(hashes.SHA256(), 42, bytes(range(13)), bytes(range(0xF0, 0xFA))).derive(b"\x0b" * 22)
    assert found.hex() == ("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865")


def test_argon2id_is_that_of_rfc_9106_section_5_3() -> None:
    found = Argon2id(
        salt=b"\2" * 16, length=32, iterations=3, lanes=4, memory_cost=32, ad=b"\4" * 12, secret=b"\3" * 8
    ).derive(b"\1" * 32)
    assert found.hex() == "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"


def test_our_argon2id_is_the_librarys_with_the_cost_we_name() -> None:
    cost = passphrase.Cost(memory=64, passes=2, lanes=1)
    kdf = Argon2id(salt=b"s" * 16, length=32, iterations=2, lanes=1, memory_cost=64)
    assert passphrase.derive("abandon  Ability", b"s" * 16, cost) == kdf.derive(b"abandon ability")


def test_the_recovery_words_are_those_of_slip_39() -> None:
    """Vector 1 of the SLIP-39 suite; it is under the passphrase TREZOR, where ours take none."""
    words = (
        "duckling enlarge academic academic agency result length solution fridge kidney "
        "coal piece deal husband erode duke ajar critical decision keyboard"
    )
    assert combine_mnemonics([words], b"TREZOR").hex() == "bb54aac4b89dc868ba37d9cc21b2cece"
