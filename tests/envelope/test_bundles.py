from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domain.problems import Problem
from intake.envelope.bundles import fingerprint, newer, read, sign
from intake.envelope.encoding import b64u, unb64u
from tests.envelope.refusals import refusal
from tests.vectors.bundle import payload
from tests.vectors.fixed import OFFICE, OTHER_OFFICE


def test_a_signed_bundle_is_read_by_its_pin() -> None:
    assert read(sign(payload(), OFFICE), OFFICE.public) == payload()


def test_a_bundle_that_phones_would_refuse_is_not_signed() -> None:
    for wrong in (payload(keys=None), payload(settings={"hours": 0.5}), payload(serial=0)):
        with pytest.raises(Problem, match=r"^422\.16$"):
            sign(wrong, OFFICE)
    with pytest.raises(Problem, match=r"^422\.16$"):
        sign(payload(), OTHER_OFFICE)


def test_the_office_moves_to_its_next_key_by_the_bundle_that_announces_it() -> None:
    announced = sign(payload(next_sign_key=b64u(OTHER_OFFICE.public)), OFFICE)
    pin = unb64u(read(announced, OFFICE.public)["next_sign_key"])
    office = payload()["office"] | {"sign_key": b64u(OTHER_OFFICE.public)}
    moved = sign(payload(office=office, serial=payload()["serial"] + 1), OTHER_OFFICE)
    assert read(moved, pin)["office"] == office


def test_newer_is_a_matter_of_the_serial_alone() -> None:
    first, second = (sign(payload(serial=serial), OFFICE) for serial in (1, 2))
    assert newer(first, second, OFFICE.public)
    assert not newer(second, first, OFFICE.public)
    assert not newer(first, first, OFFICE.public)


def test_a_fingerprint_has_32_digits() -> None:
    assert fingerprint(b"") == "e3b0c44298fc1c149afbf4c8996fb924"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
)


@given(st.dictionaries(st.sampled_from(["payload", "sign", "x"]), ANYTHING))
def test_anything_else_is_a_problem_and_nothing_else(offered: dict[str, Any]) -> None:
    with pytest.raises(Problem, match=r"^422\.16$"):
        read(offered, OFFICE.public)


@given(st.sampled_from(sorted(payload())), ANYTHING)
def test_a_member_of_any_shape_is_read_or_refused(name: str, value: Any) -> None:
    assert refusal(lambda: sign(payload(**{name: value}), OFFICE)) in (None, "422.16")
