"""The reference of a case: codes of the office's own, or what its name gives."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from intake.domain import reference
from intake.domain.problems import Problem


@pytest.mark.parametrize(
    ("office", "made"),
    [
        ("Port Tamarin", "PORT-TAMARIN-2026-0007"),
        ("Bureau d’Éloise, Nord", "BUREAU-DELOISENORD-2026-0007"),
        ("مكتب", "OFFICE-OFFICE-2026-0007"),
        ("A", "OFFICE-OFFICE-2026-0007"),
    ],
)
def test_without_codes_the_reference_begins_with_the_offices_name(office: str, made: str) -> None:
    assert reference.make(*reference.codes({}, office), "2026", 7) == made


@given(some.text(max_size=30))
def test_whatever_an_office_is_called_the_reference_has_two_codes(office: str) -> None:
    assert all(reference.CODE.fullmatch(code) for code in reference.codes({}, office))


def test_the_offices_own_codes_come_first() -> None:
    settings = {"entity": "UNX", "mission": "TAM4"}
    assert reference.codes(settings, "Port Tamarin") == ("UNX", "TAM4")
    assert reference.are_set(settings)
    assert not reference.are_set({"entity": "UNX"})


@pytest.mark.parametrize("code", ["", "A", "lower", "WITH-DASH", "A" * 13, "ÄB", 12, None])
def test_what_is_no_code_is_refused(code: object) -> None:
    with pytest.raises(Problem, match=r"422\.184"):
        reference.check_codes({"mission": code})


def test_the_ten_thousandth_case_of_a_year_has_a_number_too() -> None:
    assert reference.make("A1", "B2", "2026", 12345) == "A1-B2-2026-12345"


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("PORT-TAMARIN-2026-0007", True),
        (" port-tamarin-2026-0007 ", True),
        ("2026-0007", True),
        ("0007", False),
        ("", False),
        ("TAMARIN-2026-0007", False),
    ],
)
def test_a_reference_is_found_whole_or_by_year_and_number(typed: str, means: bool) -> None:
    assert reference.means("PORT-TAMARIN-2026-0007", typed) is means
