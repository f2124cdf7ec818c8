"""What may be typed, what is suggested, and how honestly its strength is told."""

import pytest

from intake.files import asset
from tests.support.browser import Script

WORDS = asset("static/field/lists/en.txt").read_text("utf-8").split()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("  River  table\tmoon-stone ", "river table moon stone"),
        ("ÉCOLE élève", "ecole eleve"),
        ("١٢ ٣٤ ٥٦", "123456"),
        ("۱۲۳۴۵۶", "123456"),
        ("12-34-56", "123456"),
        ("ﻗﻠﻢ", "قلم"),
    ],
)
def test_what_the_keyboard_chose_does_not_matter(run_js: Script, typed: str, meant: str) -> None:
    assert run_js("passphrase", "return normalise(arg)", typed) == meant


def test_four_words_of_the_list_are_suggested(run_js: Script) -> None:
    words = run_js("passphrase bytes", "return suggest(arg, random)", WORDS).split(" ")
    assert len(words) == 4
    assert set(words) <= set(WORDS)


def test_six_groups_of_digits_are_suggested_where_there_is_no_list(run_js: Script) -> None:
    groups = run_js("passphrase bytes", "return suggest(null, random)").split(" ")
    assert [len(group) for group in groups] == [2] * 6
    assert "".join(groups).isdigit()


def test_every_word_is_as_likely_as_any_other(run_js: Script) -> None:
    body = "let at = 0; return suggest(arg, (n) => Uint8Array.from({ length: n }, () => [0xff, 0xff, 0, 5][at++ % 4]));"
    three = ["a", "b", "c"]
    assert run_js("passphrase", body, three) == "c c c c"  # 65535 is left out, because 3 does not divide 65536; 5 is c


@pytest.mark.parametrize(
    ("typed", "level"),
    [
        ("", "refused"),
        ("12345", "refused"),
        ("123456", "refused"),
        ("111111", "refused"),
        ("aaaaaaaaaaaa", "refused"),
        ("739204", "delays"),
        ("73 92 04 55 18 06", "fair"),
        ("river table moon", "fair"),
        ("river table moon stone", "strong"),
        ("river river river river", "refused"),
    ],
)
def test_a_passphrase_is_called_what_it_is(run_js: Script, typed: str, level: str) -> None:
    assert run_js("passphrase", "return strength(arg[0], arg[1]).level", [typed, WORDS]) == level


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_list_holds_2048_different_words_under_any_keyboard(run_js: Script, language: str) -> None:
    words = asset(f"static/field/lists/{language}.txt").read_text("utf-8").split()
    assert len(words) == 2048
    assert run_js("passphrase", "return new Set(arg.map(normalise)).size", words) == 2048
