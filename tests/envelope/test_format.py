import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domain.problems import Problem
from intake.envelope.encoding import b64u
from intake.envelope.format import LIMITS, Envelope, Part, header, parse
from intake.envelope.signing import verify_envelope
from tests.envelope.refusals import refusal
from tests.vectors.envelope import draft, flip
from tests.vectors.fixed import PHONE

GOOD = draft().write()


def written(envelope: Envelope) -> bytes:
    lines = header(
        report=envelope.report,
        device=envelope.device,
        made=envelope.made,
        urgent=envelope.urgent,
        parts=envelope.parts,
    )
    return lines + f"sign {b64u(envelope.sign)}\n\n".encode() + b"".join(part.body for part in envelope.parts)


def test_what_is_parsed_is_written_back_byte_for_byte() -> None:
    assert written(parse(GOOD)) == GOOD


def test_the_largest_parts_make_an_envelope_within_its_limit() -> None:
    largest = draft((b"a" * LIMITS.part, b"b" * LIMITS.part)).write()
    assert [len(part.body) for part in parse(largest).parts] == [LIMITS.part, LIMITS.part]
    assert len(largest) <= LIMITS.envelope


def test_an_envelope_beyond_its_limit_is_refused_before_anything_is_read() -> None:
    with pytest.raises(Problem, match=r"^413\.1$"):
        parse(bytes(LIMITS.envelope + 1))
    with pytest.raises(Problem, match=r"^422\.1$"):
        parse(bytes(LIMITS.envelope))


def test_a_part_that_is_missing_is_none() -> None:
    assert parse(draft((b"a" * 1141,)).write()).part("identity") is None


def test_a_part_is_found_by_its_name() -> None:
    assert parse(GOOD).part("identity") == Part("identity", parse(GOOD).parts[1].key_id, parse(GOOD).parts[1].body)


@given(st.binary(max_size=2000))
def test_bytes_are_an_envelope_or_a_problem_and_nothing_else(raw: bytes) -> None:
    with pytest.raises(Problem):
        parse(raw)


@given(st.text(alphabet=st.characters(min_codepoint=10, max_codepoint=127), max_size=400), st.binary(max_size=50))
def test_lines_behind_our_first_line_are_an_envelope_or_a_problem(lines: str, body: bytes) -> None:
    with pytest.raises(Problem):
        parse(b"intake-envelope/1\n" + lines.encode() + body)


@given(st.integers(0, len(GOOD) * 8 - 1))
def test_no_bit_can_be_changed_unseen(bit: int) -> None:
    with pytest.raises(Problem):
        verify_envelope(parse(flip(GOOD, bit)), PHONE.public)


@given(st.integers(0, len(GOOD)), st.binary(min_size=1, max_size=40))
def test_nothing_can_be_put_in_unseen(place: int, more: bytes) -> None:
    with pytest.raises(Problem):
        verify_envelope(parse(GOOD[:place] + more + GOOD[place:]), PHONE.public)


@given(st.integers(0, len(GOOD) - 1), st.integers(1, 200))
def test_nothing_can_be_taken_out_unseen(place: int, count: int) -> None:
    with pytest.raises(Problem):
        verify_envelope(parse(GOOD[:place] + GOOD[place + count :]), PHONE.public)


@given(st.integers(0, GOOD.index(b"\n\n")), st.integers(0, 255))
def test_a_header_that_still_parses_is_still_in_its_only_spelling(place: int, byte: int) -> None:
    changed = GOOD[:place] + bytes([byte]) + GOOD[place + 1 :]
    if refusal(lambda: parse(changed)) is None:
        assert written(parse(changed)) == changed
