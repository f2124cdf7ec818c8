"""Her own answer: a number in which no slip of the finger goes unnoticed, and one of ten sentences."""

import json
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domain.claim_states import STATE_NAMES
from intake.domain.own_answer import (
    CLAIMS,
    SENTENCES,
    USUAL_SHAPE,
    Standing,
    check_shape,
    is_number,
    make,
    sentence,
    shaped,
    typed,
)
from intake.domain.problems import Problem
from tests.vectors import own_answer as vectors

tens = st.integers(0, 10**10 - 1).map(lambda number: f"{number:010d}")
SHAPES = ("+243 ### ### ### ###", "(###) ###-######", "0## ### ### ## ##", USUAL_SHAPE)


@given(tens)
def test_her_own_answer_twelve_digits_two_of_them_check_digits(ten: str) -> None:
    number = make(ten)
    assert (len(number), number[:10], is_number(number)) == (12, ten, True)
    assert [check for check in range(100) if is_number(f"{ten}{check:02d}")] == [int(number[10:])]


@given(tens)
def test_every_single_wrong_digit_and_every_swap_of_two_is_caught(ten: str) -> None:
    number = make(ten)
    for place, digit in enumerate(number):
        for other in set("0123456789") - {digit}:
            assert not is_number(number[:place] + other + number[place + 1 :])
    for one, two in combinations(range(12), 2):
        digits = list(number)
        digits[one], digits[two] = digits[two], digits[one]
        assert "".join(digits) == number or not is_number("".join(digits))


@given(tens, st.sampled_from(SHAPES))
def test_in_the_shape_of_a_local_telephone_number_it_is_read_back(ten: str, shape: str) -> None:
    check_shape(shape)
    number = make(ten)
    assert typed(shaped(number, shape), shape) == number
    assert typed(number, shape) == number


@pytest.mark.parametrize("shape", ["", "### ###", "#" * 13, "tel ############", "#" * 12 + " " * 13, None, 12])
def test_a_shape_has_room_for_twelve_digits_and_looks_like_a_number(shape: object) -> None:
    with pytest.raises(Problem, match=r"422\.366"):
        check_shape(shape)


def test_what_is_no_number_is_refused() -> None:
    for text in ("", "12345678", make("1234567890")[:-1], "x"):
        with pytest.raises(Problem, match=r"422\.367"):
            typed(text)


def test_the_saved_cases_are_what_their_maker_writes() -> None:
    saved = vectors.PATH.read_text("utf-8")
    assert saved == vectors.text(json.loads(saved)["sealed"][0]["sealed"])
    assert any(case["number"] is None for case in json.loads(saved)["typed"])


# what is said -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("standing", "said"),
    [
        (Standing(), "arrived"),
        (Standing(opened=True), "read"),
        (Standing(opened=True, decided=True), "ended"),
        (Standing(decided=True, in_case=True), "working"),
        (Standing(in_case=True, arranged=True), "arranged"),
        (Standing(in_case=True, to_tell=True, arranged=True), "come"),
        (Standing(in_case=True, to_tell=True, silent=True), "working"),
        (Standing(in_case=True, closed=True, silent=True), "read"),
        (Standing(in_case=True, closed=True), "ended"),
        (Standing(in_case=True, claims=("ms_notified",)), "passed_on"),
        (Standing(in_case=True, claims=("ms_notified", "dna_needed")), "your_word"),
        (Standing(in_case=True, claims=("dna_result_in",)), "answered"),
        (Standing(in_case=True, claims=("registered",), arranged=True), "arranged"),
        (Standing(in_case=True, claims=("withdrawn",)), "working"),
        (Standing(in_case=True, to_tell=True, taken_back=True), "taken_back"),
    ],
)
def test_the_answer_is_one_of_ten_sentences(standing: Standing, said: str) -> None:
    assert sentence(standing) == said
    assert len(SENTENCES) == 10


@given(
    st.builds(
        Standing,
        *(st.booleans() for _ in range(8)),
        claims=st.lists(st.sampled_from(sorted(CLAIMS)), max_size=3).map(tuple),
    )
)
def test_whatever_is_known_there_is_a_sentence_and_nothing_draws_her_where_nobody_may_contact_her(
    standing: Standing,
) -> None:
    said = sentence(standing)
    assert said in SENTENCES
    assert not standing.silent or said not in ("come", "answered", "your_word", "arranged")


def test_every_state_of_a_claim_has_its_place() -> None:
    assert set(CLAIMS) == set(STATE_NAMES)
    assert set(CLAIMS.values()) - {""} <= set(SENTENCES)
