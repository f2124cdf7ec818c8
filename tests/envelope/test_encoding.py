import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from intake.envelope.encoding import MAX_INTEGER, b64u, dumps, loads, unb64u
from tests.envelope.refusals import refusal

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.binary())
def test_base64url_comes_back(data: bytes) -> None:
    assert unb64u(b64u(data)) == data


@given(st.text())
def test_a_text_has_one_spelling_or_is_refused(text: str) -> None:
    if refusal(lambda: unb64u(text)) is None:
        assert b64u(unb64u(text)) == text


@given(VALUES)
def test_json_comes_back(value: object) -> None:
    assert loads(dumps(value)) == value


@given(VALUES)
def test_canonical_json_is_canonical(value: object) -> None:
    assert dumps(loads(dumps(value))) == dumps(value)


@given(st.binary() | st.text().map(str.encode))
@example(b"[" * 100_000)
@example(b'{"a":' * 100_000)
@example(b"1" * 100_000)
@example(b"")
def test_bytes_are_json_or_a_problem(data: bytes) -> None:
    if (code := refusal(lambda: loads(data))) is None:
        assert loads(data) == json.loads(data)
    assert code in (None, "422.14")


def test_names_are_sorted_and_nothing_is_escaped_that_need_not_be() -> None:
    assert dumps({"b": "é\u2028", "a": [1, None]}) == '{"a":[1,null],"b":"é\u2028"}'.encode()


def test_what_is_no_json_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        dumps(float("nan"))
