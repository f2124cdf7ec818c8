import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domain.problems import Problem
from intake.envelope.tokens import constant_time, key, open_small, seal_small, token, token_hash


def test_a_token_is_random_and_kept_as_a_hash() -> None:
    one, two = token(), token()
    assert one != two
    assert len(one) == 43
    assert len(token_hash(one)) == 64
    assert token_hash(one) != token_hash(two)


@given(st.binary(max_size=100), st.text(max_size=20))
def test_a_small_thing_comes_back_in_its_context(data: bytes, context: str) -> None:
    under = key()
    blob = seal_small(under, data, context=context)
    assert open_small(under, blob, context=context) == data
    with pytest.raises(Problem, match=r"^422\.12$"):
        open_small(under, blob, context=context + "x")
    with pytest.raises(Problem, match=r"^422\.12$"):
        open_small(key(), blob, context=context)


@given(st.binary(max_size=60))
def test_other_bytes_do_not_open(blob: bytes) -> None:
    with pytest.raises(Problem, match=r"^422\.12$"):
        open_small(bytes(32), blob, context="session")


def test_secrets_are_compared_as_text_or_bytes() -> None:
    assert constant_time("é", "é".encode())
    assert not constant_time("a", "b")
    assert not constant_time("a", "ab")
