"""Words as they are compared: every spelling of one word is the same, and folding twice changes nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domain.folding import terms, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Fátima", "FATIMA"),
        ("é", "e\u0301"),
        ("أحمد", "احمد"),
        ("إيمان", "ايمان"),
        ("آمنة", "امنه"),
        ("مُحَمَّد", "محمد"),
        ("ليلى", "ليلي"),
        ("فاطمة", "فاطمه"),
        ("مـــدرسة", "مدرسه"),
        ("علی", "علي"),
        ("٢٠٢٦", "2026"),
        ("۲۰۲۶", "2026"),
        ("Straße", "STRASSE"),
        ("ﻻ", "لا"),
        ("Œuvre", "oeuvre"),
    ],
)
def test_one_word_written_two_ways_is_one_word(one: str, other: str) -> None:
    assert words(one) == words(other) != []


@pytest.mark.parametrize(("one", "other"), [("بنت", "ابن"), ("sin", "son"), ("هند", "هنا")])
def test_other_words_stay_others(one: str, other: str) -> None:
    assert words(one) != words(other)


@given(st.text())
def test_folding_what_is_folded_changes_nothing(text: str) -> None:
    assert words(" ".join(words(text))) == words(text)


@given(st.text())
def test_a_word_is_listed_once_and_is_folded(text: str) -> None:
    found = terms(text)
    assert len(found) == len(set(found))
    assert all(words(word) == [word] for word in found)
