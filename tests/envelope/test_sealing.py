import math
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.domain.problems import Problem
from intake.envelope.encoding import dumps
from intake.envelope.format import LIMITS, parse
from intake.envelope.opening import open_part, open_sealed, unpack
from intake.envelope.sealing import (
    OVERHEAD,
    PUBLIC_LENGTH,
    SealingKey,
    check_public,
    pack,
    padme,
    private,
    seal,
    seal_envelope,
)
from intake.envelope.signing import verify_envelope
from tests.envelope.refusals import refusal
from tests.vectors.envelope import REPORT
from tests.vectors.fixed import IDENTITY_KEY, PHONE, REPORT_KEY


def envelope(report: object, identity: object | None = None) -> bytes:
    return seal_envelope(
        report=REPORT,
        made="2026-11-22",
        urgent=True,
        report_json=report,
        identity_json={"answers": {}} if identity is None else identity,
        report_key=REPORT_KEY.public,
        identity_key=IDENTITY_KEY.public,
        sign_key=PHONE,
    )


def test_what_is_sealed_opens_with_the_right_keys_alone() -> None:
    found = parse(envelope({"n": 1}, {"answers": {"name": "Ä"}}))
    verify_envelope(found, PHONE.public)
    assert open_part(found, "report", REPORT_KEY.seed) == {"n": 1}
    assert open_part(found, "identity", IDENTITY_KEY.seed) == {"answers": {"name": "Ä"}}
    for name, seed in (("report", IDENTITY_KEY.seed), ("identity", REPORT_KEY.seed)):
        with pytest.raises(Problem, match=r"^422\.12$"):
            open_part(found, name, seed)


def test_the_same_content_never_looks_the_same() -> None:
    assert envelope({"n": 1}) != envelope({"n": 1})


def test_a_typical_report_stays_within_four_and_a_half_kilobytes() -> None:
    text = {"text": "Elle a été blessée au marché, elle demande un médecin et ne veut pas de police. " * 6}
    report = {"form": "visit", "version": 1, "answers": {f"q{number}": "yes" for number in range(40)} | {"what": text}}
    assert len(envelope(report, {"answers": {"name": {"text": "Amina D.", "language": "fr"}}})) <= 4500


def test_what_is_too_large_for_a_part_is_refused_before_it_is_sealed() -> None:
    letters = dumps([number * 7919 % 1000003 for number in range(60_000)])
    with pytest.raises(Problem, match=r"^413\.1$"):
        pack(letters + zlib.compress(letters) * 4)


def test_what_nobody_would_inflate_again_is_refused_before_it_is_sealed() -> None:
    """Zeros pack into a part a hundred times over, so only the second limit holds."""
    assert len(pack(bytes(LIMITS.inflated))) < LIMITS.part
    with pytest.raises(Problem, match=r"^413\.1$"):
        pack(bytes(LIMITS.inflated + 1))


def test_what_no_phone_could_read_again_is_not_sealed() -> None:
    with pytest.raises(Problem, match=r"^422\.14$"):
        envelope({"hours": 1.5})


@settings(max_examples=25)
@given(st.binary(max_size=300), st.binary(max_size=40))
def test_sealed_bytes_come_back(plaintext: bytes, info: bytes) -> None:
    sealed = seal(REPORT_KEY.public, info, plaintext)
    assert len(sealed) == len(plaintext) + OVERHEAD
    assert open_sealed(REPORT_KEY.seed, info, sealed) == plaintext


@settings(max_examples=50)
@given(st.binary(max_size=1300))
def test_bytes_that_were_not_sealed_do_not_open(blob: bytes) -> None:
    with pytest.raises(Problem, match=r"^422\.12$"):
        open_sealed(REPORT_KEY.seed, b"", blob)


@given(st.binary(max_size=3000), st.booleans())
def test_packed_data_come_back(data: bytes, compress: bool) -> None:
    assert unpack(pack(data, compress=compress)) == data


@given(st.binary(max_size=400))
def test_bytes_are_a_packing_or_a_problem(plaintext: bytes) -> None:
    assert refusal(lambda: unpack(plaintext)) in (None, "422.13")


@given(st.integers(2, 2**22))
def test_padding_costs_at_most_twelve_percent_and_hides_the_low_bits(length: int) -> None:
    padded = padme(length)
    exponent = math.floor(math.log2(length))
    assert length <= padded <= length * 1.12 + 1
    assert padme(padded) == padded
    assert padded % 2 ** (exponent - math.floor(math.log2(exponent)) - 1) == 0


@pytest.mark.parametrize(("size", "opens"), [(LIMITS.inflated, True), (LIMITS.inflated + 1, False)])
def test_inflating_stops_at_two_mebibytes(size: int, opens: bool) -> None:
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = squeeze.compress(bytes(size)) + squeeze.flush()
    packed = b"\1" + len(body).to_bytes(4, "big") + body
    packed = packed.ljust(padme(len(packed)), b"\0")
    if opens:
        assert len(unpack(packed)) == size
    else:
        with pytest.raises(Problem, match=r"^422\.13$"):
            unpack(packed)


@pytest.mark.parametrize("public", [b"", bytes(PUBLIC_LENGTH - 1), b"\xff" * PUBLIC_LENGTH, bytes(PUBLIC_LENGTH + 1)])
def test_bytes_that_are_no_public_key_are_refused(public: bytes) -> None:
    """All ones: every coefficient is above ML-KEM's modulus 3329 (FIPS 203, 7.2)."""
    with pytest.raises(Problem, match=r"^422\.15$"):
        check_public(public)


@pytest.mark.parametrize("seed", [b"", bytes(31), bytes(33)])
def test_a_seed_has_32_bytes(seed: bytes) -> None:
    for use in (SealingKey.from_seed, private):
        with pytest.raises(Problem, match=r"^422\.15$"):
            use(seed)


def test_a_key_does_not_show_its_secret_when_it_is_printed() -> None:
    assert REPORT_KEY.seed.hex() not in repr(REPORT_KEY)
    assert repr(REPORT_KEY.seed) not in repr(REPORT_KEY)
