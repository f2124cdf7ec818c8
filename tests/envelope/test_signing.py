import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domain.problems import Problem
from intake.envelope.signing import SigningKey, check_public, key_id, verify


def test_a_signature_is_64_bytes_and_verifies() -> None:
    key = SigningKey.generate()
    sign = key.sign(b"words")
    assert len(sign) == 64
    assert len(key.public) == 65
    verify(key.public, sign, b"words")


def test_a_key_comes_back_from_its_bytes() -> None:
    key = SigningKey.generate()
    assert SigningKey.from_bytes(key.to_bytes()).public == key.public


# FIPS 186-5, D.1.2.3. The library would take the order itself for the number nought.
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def test_the_largest_number_of_the_group_is_a_key_and_the_order_itself_is_none() -> None:
    assert len(SigningKey.from_bytes((ORDER - 1).to_bytes(32, "big")).public) == 65
    with pytest.raises(Problem, match=r"^422\.15$"):
        SigningKey.from_bytes(ORDER.to_bytes(32, "big"))


@pytest.mark.parametrize("secret", [b"", bytes(32), b"\xff" * 32, b"\1" * 31, b"\1" * 33])
def test_numbers_outside_the_group_are_no_key(secret: bytes) -> None:
    with pytest.raises(Problem, match=r"^422\.15$"):
        SigningKey.from_bytes(secret)


@given(st.binary(max_size=80), st.binary(max_size=40))
def test_what_was_not_signed_does_not_verify(sign: bytes, data: bytes) -> None:
    with pytest.raises(Problem, match=r"^403\.2$"):
        verify(SigningKey.from_bytes(b"\1" * 32).public, sign, data)


@given(st.binary(max_size=70))
def test_bytes_are_a_public_key_or_a_problem(public: bytes) -> None:
    with pytest.raises(Problem, match=r"^422\.15$"):
        check_public(public)


def test_a_key_id_is_sixteen_hexadecimal_digits() -> None:
    assert key_id(b"") == "e3b0c44298fc1c14"


def test_a_key_does_not_show_its_secret_when_it_is_printed() -> None:
    key = SigningKey.generate()
    assert key.secret.hex() not in repr(key)
    assert repr(key.secret) not in repr(key)
