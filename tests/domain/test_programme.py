"""A programme: money as integers, to institutions alone; what lacks, by help and place."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domain.places import by_id
from intake.domain.problems import Problem
from intake.domain.programme import (
    PAYEES,
    Programme,
    Reach,
    Spending,
    check,
    check_reach,
    check_spending,
    from_json,
    lacks,
    minor,
    standing,
    to_json,
)
from intake.domain.referral import Referral
from tests.domain.test_referral import AT, FULL

PLACES = by_id(
    [
        {"id": "north", "name": "North", "parent": None},
        {"id": "bay", "name": "Bay", "parent": "north"},
        {"id": "south", "name": "South", "parent": None},
    ]
)
SCHOOLS = Programme(
    id="s",
    name="School places",
    partner="Lantern House",
    first="2026-01-01",
    last="2026-12-31",
    places=("north",),
    services=("CHILD_EDU", "LIVELI"),
    currency="USD",
    budget=100_00,
)
PAID = Spending("2026-11-01", 40_00, "CHILD_EDU", "bay", "school", "Hill school", "amina")
MANY = Reach("2026-10-01", "2026-10-31", "LIVELI", "north", 25, "amina")
TODAY = "2026-11-22"


def wrong(problem: pytest.ExceptionInfo[Problem]) -> tuple[str, Any]:
    return problem.value.code, problem.value.params.get("field")


def test_programmes_trust_fund_and_other_projects_have_partner_period_places_services_and_budget() -> None:
    check(SCHOOLS, places=PLACES, currencies=("USD",))
    for changed, code, field in (
        ({"name": ""}, "422.40", "name"),
        ({"services": ()}, "422.40", "services"),
        ({"services": ("XRAY",)}, "422.48", "services"),
        ({"places": ("moon",)}, "422.48", "places"),
        ({"fund": "pocket"}, "422.48", "fund"),
        ({"currency": "ZZZ"}, "422.48", "currency"),
        ({"first": "2026-02-30"}, "422.45", "first"),
        ({"last": "2025-12-31"}, "422.47", "last"),
        ({"partner": "x" * 121}, "422.44", "partner"),
    ):
        with pytest.raises(Problem) as problem:
            check(replace(SCHOOLS, **changed), places=PLACES, currencies=("USD",))
        assert wrong(problem) == (code, field)


def test_what_is_left_is_the_budget_without_what_was_spent_and_not_struck_out() -> None:
    spent = replace(SCHOOLS, spent=(PAID, replace(PAID, amount=90_00)), reached=(MANY, MANY))
    assert (spent.spending, spent.left, spent.people) == (130_00, -30_00, 50)
    mended = spent.struck("spent", 1, "bruno").struck("reached", 0, "bruno")
    assert (mended.left, mended.people, mended.spent[1].struck) == (60_00, 25, "bruno")
    for line, at in (("spent", 1), ("spent", 2), ("spent", -1), ("name", 0)):
        with pytest.raises(Problem, match=r"404\.1"):
            mended.struck(line, at, "bruno")


def test_money_goes_to_institutions_and_to_no_person() -> None:
    assert set(PAYEES) == {"school", "provider", "supplier", "partner", "authority"}
    check_spending(PAID, places=PLACES, today=TODAY)
    for changed, code, field in (
        ({"payee": "mother"}, "422.48", "payee"),
        ({"payee": ""}, "422.40", "payee"),
        ({"to": ""}, "422.40", "to"),
        ({"amount": 0}, "422.362", "amount"),
        ({"day": "2026-11-23"}, "422.46", "day"),
        ({"day": ""}, "422.40", "day"),
        ({"place": "moon"}, "422.48", "place"),
    ):
        with pytest.raises(Problem) as problem:
            check_spending(replace(PAID, **changed), places=PLACES, today=TODAY)
        assert wrong(problem) == (code, field)


def test_people_reached_are_a_count_and_nothing_else() -> None:
    assert {"first", "last", "service", "place", "people", "by", "struck"} == set(Reach.__dataclass_fields__)
    check_reach(MANY, places=PLACES, today=TODAY)
    for changed, code, field in (
        ({"people": 0}, "422.363", "people"),
        ({"last": "2026-11-23"}, "422.46", "last"),
        ({"first": "2026-11-01"}, "422.47", "last"),
        ({"first": ""}, "422.40", "first"),
    ):
        with pytest.raises(Problem) as problem:
            check_reach(replace(MANY, **changed), places=PLACES, today=TODAY)
        assert wrong(problem) == (code, field)


# money --------------------------------------------------------------------------------------------------------------


@given(st.integers(0, 10**12), st.integers(0, 3), st.sampled_from(".,٫"), st.booleans(), st.booleans())
def test_an_amount_is_the_same_integer_however_it_is_typed(
    amount: int, digits: int, sign: str, arabic: bool, spaced: bool
) -> None:
    whole, part = divmod(amount, 10**digits)
    text = f"{whole:,}".replace(",", " " if spaced else "") + (f"{sign}{part:0{digits}d}" if digits else "")
    typed = text.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")) if arabic else text
    assert minor(typed, digits, "budget") == amount


@pytest.mark.parametrize("text", ["1,250", "1.250.000", "-5", "+5", "5 USD", "1e3", "1'250", ".5", "5.", "9" * 16])
def test_what_could_mean_two_amounts_is_refused(text: str) -> None:
    with pytest.raises(Problem, match=r"422\.360"):
        minor(text, 2, "budget")
    with pytest.raises(Problem, match=r"422\.40"):
        minor(" ", 2, "budget")


# what lacks ---------------------------------------------------------------------------------------------------------


def referral(*kinds: str, person: str = "P1", **last: Any) -> Referral:
    made = Referral("r", "c", 0)
    for kind in kinds:
        details = {**FULL.get(kind, {}), **({"person": person} if kind == "offered" else {})}
        made = made.then(kind, by="amina", at=AT, **{**details, **(last if kind == kinds[-1] else {})})
    return made


BEGUN = ("offered", "consented", "sent", "accepted", "in_progress")


def test_a_need_is_unmet_until_help_is_on_its_way_or_has_met_it() -> None:
    assert standing(False, []) == ""
    assert standing(True, []) == "waiting"
    assert standing(False, [referral("offered")]) == "waiting"
    assert standing(True, [referral("offered", "consented", "sent")]) == "given"
    assert standing(True, [referral(*BEGUN, "done", met="yes")]) == "given"
    assert standing(True, [referral(*BEGUN, "done", met="partly")]) == "waiting"
    assert standing(True, [referral("offered", "service_unavailable", reason="none_here")]) == "gap"
    assert standing(True, [referral("offered", "service_unavailable", reason="no_funds")]) == "no_funds"
    assert standing(True, [referral("offered", "consented", "sent", "rejected", reason="full")]) == "gap"


def test_who_declined_lacks_nothing_that_could_be_given() -> None:
    assert standing(True, [referral("offered", "declined_by_survivor")]) == ""
    assert standing(True, [referral("offered", "lost_contact")]) == ""


def test_of_each_person_the_newest_counts_and_what_lacks_most_counts_for_the_case() -> None:
    gone = referral("offered", "service_unavailable", reason="no_funds")
    assert standing(True, [gone, referral("offered", "consented", "sent")]) == "given"
    assert standing(True, [gone, referral("offered", "consented", "sent", person="P2")]) == "no_funds"


def test_unmet_and_unfunded_need_by_service_and_place_is_computed() -> None:
    found = [
        ("CHILD_EDU", "bay", "waiting"),
        ("CHILD_EDU", "bay", "no_funds"),
        ("CHILD_EDU", "bay", "given"),
        ("CHILD_EDU", "south", "gap"),
        ("MED", "", "waiting"),
        ("MED", "bay", "given"),
    ]
    table = lacks(found, [SCHOOLS], PLACES, TODAY)  # type: ignore[arg-type]
    assert [(one.service, one.place, one.unmet, one.gaps, one.unfunded, one.programmes) for one in table] == [
        ("MED", "", 1, 0, 1, ()),
        ("CHILD_EDU", "bay", 2, 1, 1, ("s",)),
        ("CHILD_EDU", "south", 1, 1, 1, ()),
    ]


@pytest.mark.parametrize(
    "changed", [{"last": "2026-11-21"}, {"first": "2026-11-23"}, {"budget": 0}, {"services": ("LIVELI",)}]
)
def test_a_programme_that_is_over_empty_or_for_other_help_pays_for_nothing(changed: dict[str, Any]) -> None:
    assert SCHOOLS.pays("CHILD_EDU", "bay", PLACES, TODAY)
    assert not replace(SCHOOLS, **changed).pays("CHILD_EDU", "bay", PLACES, TODAY)


def test_a_place_stands_for_all_that_lies_in_it_and_none_for_everywhere() -> None:
    assert not SCHOOLS.covers("CHILD_EDU", "south", PLACES)
    assert not SCHOOLS.covers("CHILD_EDU", "", PLACES)
    anywhere = replace(SCHOOLS, places=())
    assert anywhere.covers("CHILD_EDU", "south", PLACES)
    assert anywhere.covers("CHILD_EDU", "", PLACES)


def test_what_is_kept_gives_the_same_programme() -> None:
    whole = replace(SCHOOLS, spent=(PAID,), reached=(MANY,))
    assert from_json("s", 3, to_json(whole)) == replace(whole, version=3)
