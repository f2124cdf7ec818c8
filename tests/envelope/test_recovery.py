import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.domain.problems import Problem
from intake.envelope.recovery import combine, shares

SEED = bytes(range(32))


def test_one_sheet_is_enough_when_one_is_made() -> None:
    (sheet,) = shares(SEED)
    assert len(sheet.split()) == 33
    assert combine([sheet]) == SEED


def test_any_two_of_three_sheets_are_enough_and_one_is_not() -> None:
    sheets = shares(SEED, 2, 3)
    for pair in itertools.permutations(sheets, 2):
        assert combine(pair) == SEED
    for sheet in sheets:
        with pytest.raises(Problem, match=r"^422\.19$"):
            combine([sheet])


def test_more_sheets_than_needed_are_welcome_and_one_typed_twice_does_not_count() -> None:
    sheets = shares(SEED, 2, 3)
    assert combine(sheets) == SEED
    assert combine([sheets[0], sheets[0], sheets[2]]) == SEED
    with pytest.raises(Problem, match=r"^422\.19$"):
        combine([sheets[0], sheets[0]])


def test_a_mistyped_sheet_is_noticed_even_if_the_others_would_do() -> None:
    sheets = shares(SEED, 2, 3)
    with pytest.raises(Problem, match=r"^422\.19$"):
        combine([*sheets[:2], sheets[2].replace(sheets[2].split()[7], "aaaa")])


def test_sheets_are_read_as_people_type_them() -> None:
    (sheet,) = shares(SEED)
    assert combine([f"  {sheet.upper().replace(' ', '  ')}\n"]) == SEED


def test_a_wrong_word_is_noticed() -> None:
    words = shares(SEED)[0].split()
    words[10] = "zero" if words[10] != "zero" else "academic"
    with pytest.raises(Problem, match=r"^422\.19$"):
        combine([" ".join(words)])


def test_sheets_of_two_secrets_do_not_mix() -> None:
    with pytest.raises(Problem, match=r"^422\.19$"):
        combine([shares(SEED, 2, 3)[0], shares(SEED[::-1], 2, 3)[1]])


@settings(max_examples=50)
@given(st.lists(st.text(max_size=60), max_size=3))
def test_other_words_are_a_problem_and_nothing_else(typed: list[str]) -> None:
    with pytest.raises(Problem, match=r"^422\.19$"):
        combine(typed)


@pytest.mark.parametrize(("k", "n"), [(0, 1), (2, 1), (1, 2), (3, 17)])
def test_counts_that_make_no_sense_are_refused(k: int, n: int) -> None:
    with pytest.raises(Problem, match=r"^422\.15$"):
        shares(SEED, k, n)


def test_a_seed_has_32_bytes() -> None:
    with pytest.raises(Problem, match=r"^422\.15$"):
        shares(bytes(16))
