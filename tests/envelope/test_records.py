import hashlib
import hmac
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from intake.domain.problems import Problem
from intake.envelope.records import open_record, seal_record

KEY = hashlib.sha256(b"records").digest()
BESIDE: dict[str, Any] = {"office": "o1", "kind": "case", "id": "c7", "version": 3, "key_id": "0123456789abcdef"}


@given(st.binary(max_size=500))
def test_a_record_comes_back(plaintext: bytes) -> None:
    assert open_record(KEY, seal_record(KEY, plaintext, **BESIDE), **BESIDE) == plaintext


@pytest.mark.parametrize(
    ("column", "value"),
    [("office", "o2"), ("kind", "note"), ("id", "c8"), ("version", 2), ("key_id", "0123456789abcdee")],
)
def test_a_record_does_not_open_beside_another_column(column: str, value: object) -> None:
    with pytest.raises(Problem, match=r"^422\.12$"):
        open_record(KEY, seal_record(KEY, b"x", **BESIDE), **(BESIDE | {column: value}))


def test_columns_cannot_be_shifted_into_each_other() -> None:
    with pytest.raises(Problem, match=r"^422\.15$"):
        seal_record(KEY, b"x", **(BESIDE | {"office": "o1\ncase", "kind": "c7"}))


def test_each_sealing_has_a_key_of_its_own() -> None:
    one, two = (seal_record(KEY, b"same", **BESIDE) for _ in range(2))
    assert one[:32] != two[:32]
    assert one[32:] != two[32:]


def test_a_record_is_what_the_specification_says() -> None:
    """Opened by hand: HKDF-SHA256 with the first 32 bytes as salt, AES-256-GCM, nonce zero."""
    blob = seal_record(KEY, b"by hand", **BESIDE)
    derived = hmac.digest(hmac.digest(blob[:32], KEY, "sha256"), b"intake-record/1\n\1", "sha256")
    context = b"intake-record/1\no1\ncase\nc7\n3\n0123456789abcdef\n"
    assert AESGCM(derived).decrypt(bytes(12), blob[32:], context) == b"by hand"


@given(st.binary(max_size=100))
def test_other_bytes_do_not_open(blob: bytes) -> None:
    with pytest.raises(Problem, match=r"^422\.12$"):
        open_record(KEY, blob, **BESIDE)


def test_a_records_key_has_32_bytes() -> None:
    with pytest.raises(Problem, match=r"^422\.15$"):
        seal_record(b"short", b"x", **BESIDE)
