import pytest

from intake.domain.problems import Problem
from intake.envelope.check_words import OFFICE_WORDS, check_words, word_list
from intake.envelope.passphrase import Cost, derive, make, normal, salt

CHEAP = Cost(memory=64, passes=1, lanes=1)


def test_a_passphrase_is_six_words_of_the_list() -> None:
    words = make().split(" ")
    assert len(words) == 6
    assert set(words) <= set(word_list())
    assert len(make(4).split()) == 4


def test_no_two_passphrases_are_alike() -> None:
    assert len({make() for _ in range(100)}) == 100


def test_the_usual_cost_is_what_the_design_asks_for() -> None:
    assert Cost() == Cost(memory=64 * 1024, passes=3, lanes=1)


def test_the_key_depends_on_words_salt_and_cost() -> None:
    one = salt()
    keys = {
        derive("abandon ability", one, CHEAP),
        derive("abandon able", one, CHEAP),
        derive("abandon ability", salt(), CHEAP),
        derive("abandon ability", one, Cost(memory=128, passes=1, lanes=1)),
    }
    assert len(keys) == 4
    assert {len(key) for key in keys} == {32}


@pytest.mark.parametrize("typed", [" Abandon  ABILITY ", "abandon\tability\n", "ａbandon ability"])
def test_a_passphrase_is_read_as_people_type_it(typed: str) -> None:
    assert normal(typed) == b"abandon ability"


@pytest.mark.parametrize(("bad_salt", "cost"), [(b"", CHEAP), (bytes(16), Cost(memory=1, passes=1, lanes=4))])
def test_a_salt_or_cost_that_cannot_be_used_is_refused(bad_salt: bytes, cost: Cost) -> None:
    with pytest.raises(Problem, match=r"^422\.15$"):
        derive("abandon", bad_salt, cost)


def test_check_words_are_the_hash_cut_in_groups_of_eleven_bits() -> None:
    """SHA-256 of nothing begins e3b0c44298: 11100011101 10000110001 00010000101 …"""
    words = word_list()
    assert check_words(b"", 3) == (words[0b11100011101], words[0b10000110001], words[0b00010000101])


def test_seven_words_begin_with_the_six() -> None:
    assert check_words(b"key", OFFICE_WORDS)[:6] == check_words(b"key")


def test_the_word_list_is_that_of_bip_39() -> None:
    assert (word_list()[0], word_list()[1], word_list()[-1]) == ("abandon", "ability", "zoo")
    assert list(word_list()) == sorted(word_list())
    assert len({word[:4] for word in word_list()}) == 2048
