"""The tables as data, and what no table may be."""

from dataclasses import replace
from typing import Any

import pytest

from intake.domain.figures.counting import Record, count, key
from intake.domain.figures.tables import DIMENSIONS, MOST_TABLES, TABLES, Dimension, Table, check, from_json, to_json
from intake.domain.problems import Problem


def test_fixed_tables_as_data_at_most_12() -> None:
    check(TABLES, DIMENSIONS)

    assert len(TABLES) <= MOST_TABLES == 12
    crossed = {(table.measure, *table.dimensions) for table in TABLES}
    assert {
        ("claims", "state", "status"),
        ("claims", "year", "status"),
        ("claims", "category", "status"),
        ("claims", "waiting", "status"),
        ("claims", "reason", "status"),
        ("claims", "dna"),
        ("requests", "state", "answer"),
        ("assistance", "service", "outcome"),
        ("allegations", "year", "kind"),
        ("reports", "gender_wish"),
        ("answers", "told"),
    } == crossed


MISSION = {**DIMENSIONS, "mission": Dimension(("A", "B")), "child_sex": Dimension(("f", "m")), "age": Dimension(("7",))}


@pytest.mark.parametrize(
    "broken",
    [
        (Table("t", "claims", "state", "mission"),),
        (Table("t", "claims", "state", "year"),),
        (Table("t", "claims", "state", "status", within={"year": "2024"}),),
        (Table("t", "claims", "status", within={"state": "AA", "mission": "A"}),),
        (Table("t", "claims", "child_sex"),),
        (Table("t", "claims", "status", within={"child_sex": "f"}),),
        (Table("t", "claims", "age", "status"),),
        (Table("t", "claims", "place"),),
        (Table("t", "claims", "nowhere"),),
        (Table("t", "claims", "state"), Table("t", "claims", "year")),
        tuple(Table(f"t{number}", "claims", "state") for number in range(13)),
    ],
)
def test_never_state_by_mission_by_year_no_childs_sex_no_age_but_child_or_adult_nothing_below_the_mission(
    broken: tuple[Table, ...],
) -> None:
    with pytest.raises(ValueError, match=r".+"):
        check(broken, MISSION)


def test_an_age_is_child_or_adult() -> None:
    ages = {**DIMENSIONS, "age_class": Dimension(("child", "adult", "unknown"))}
    by_age = (Table("t", "allegations", "age_class", "kind"),)

    check(by_age, ages)
    with pytest.raises(ValueError, match="child or adult"):
        check(by_age, {**ages, "age_class": Dimension(("child", "12_14", "adult"))})


CLAIM: dict[str, Any] = {"state": "AA", "year": "2024", "status": "pending"}
BY_STATE = (Table("by_state", "claims", "state", "status"),)


def test_figures_are_from_consenting_records_only() -> None:
    records = [
        Record("claims", CLAIM, True),
        Record("claims", CLAIM, False),
        Record("claims", {**CLAIM, "state": "BB"}, False),
    ]

    counts = count(records, BY_STATE, until="2024-12-31")

    assert counts[key("claims")] == counts[key("claims", state="AA", status="pending")] == 1
    assert key("claims", state="BB") not in counts


def test_every_margin_is_the_sum_of_its_cells_and_years_without_a_record_are_there() -> None:
    tables = (*BY_STATE, Table("by_year", "claims", "year", "status"))
    records = [Record("claims", CLAIM, True), Record("claims", {**CLAIM, "year": "2021", "status": "resolved"}, True)]

    counts = count(records, tables, until="2024-12-31")

    assert counts[key("claims")] == 2
    assert [counts[key("claims", year=year)] for year in ("2021", "2022", "2023", "2024")] == [1, 0, 0, 1]
    assert counts[key("claims", status="resolved")] == counts[key("claims", state="AA", status="resolved")] == 1


def test_a_record_of_an_unknown_class_is_refused_not_left_out() -> None:
    with pytest.raises(Problem) as refused:
        count([Record("claims", {**CLAIM, "status": "lost"}, True)], BY_STATE, until="2024-12-31")
    assert refused.value.code == "422.341"


def test_definitions_read_back_from_a_file_are_the_same() -> None:
    assert tuple(from_json(to_json(table)) for table in TABLES) == TABLES
    assert replace(TABLES[0]).dimensions == ("state", "status")
