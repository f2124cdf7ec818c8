"""The tables that are published, as data: fixed, few, and none that points at one mother in one village.

A table counts the records of one *measure* along one or two *dimensions*. What must never be crossed is refused by
`check`, which a test runs over these definitions and over definitions that break each rule (domain brief 8.3).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from intake.domain.directory import SERVICES

MOST_TABLES = 12
OTHER, UNKNOWN, SEVERAL = "other", "unknown", "several"


@dataclass(frozen=True)
class Dimension:
    """`codes` are its classes, empty where data bring them: countries (`open`: rare ones stand together) or years.

    `lasting`: a record that has such a class keeps it, so the totals of its classes never fall.
    """

    codes: tuple[str, ...] = ()
    open: bool = False
    lasting: bool = False


# domain brief 4.3 (reasons), 4.4 (buckets, DNA), 3.3 (services), 6.2 and 6.3 (categories)
DIMENSIONS: Mapping[str, Dimension] = {
    "status": Dimension(("pending", "resolved", "not_established_or_withdrawn")),
    "state": Dimension(open=True, lasting=True),
    "year": Dimension(lasting=True),
    "category": Dimension(("military", "police", "civilian", UNKNOWN), lasting=True),
    "waiting": Dimension(
        (
            "under_6_months",
            "6_to_12_months",
            "1_to_3_years",
            "3_to_5_years",
            "5_to_10_years",
            "over_10_years",
        )
    ),
    "reason": Dimension(
        (
            "state_silent",
            "state_incomplete",
            "father_not_found",
            "father_refuses",
            "law_excludes_dna",
            "laboratory",
            "court_needed",
            "cost",
            "claimant",
            "none_recorded",
        )
    ),
    "dna": Dimension(
        ("not_needed", "needed", "sample_mother_child", "sample_father", "at_laboratory", "result_in", "not_possible")
    ),
    "answer": Dimension(("in_time", "late", "still_waiting", "overdue")),
    "service": Dimension((*SERVICES, OTHER), lasting=True),
    "outcome": Dimension(("given", "declined", "unmet", "under_way")),
    "kind": Dimension(("sexual_abuse", "sexual_exploitation", OTHER, UNKNOWN)),
    "gender_wish": Dimension(("met", "not_met", "no_wish", "not_recorded")),
    "told": Dimension(("in_time", "late", "not_yet", "not_recorded")),
}


@dataclass(frozen=True)
class Table:
    """One published table. `rows` and `columns` name dimensions (`columns` may be empty); `within` narrows it to one
    class of further dimensions, which count as crossed too.
    """

    name: str
    measure: str
    rows: str
    columns: str = ""
    within: Mapping[str, str] = field(default_factory=dict)

    @property
    def dimensions(self) -> tuple[str, ...]:
        return tuple(name for name in (self.rows, self.columns, *self.within) if name)


TABLES: tuple[Table, ...] = (
    Table("status_by_state", "claims", "state", "status"),
    Table("status_by_year", "claims", "year", "status"),
    Table("status_by_category", "claims", "category", "status"),
    Table("waiting_by_status", "claims", "waiting", "status"),
    Table("stalled_by_reason", "claims", "reason", within={"status": "pending"}),
    Table("dna_steps", "claims", "dna"),
    Table("requests_by_state", "requests", "state", "answer"),
    Table("assistance_by_service", "assistance", "service", "outcome"),
    Table("allegations_by_year", "allegations", "year", "kind"),
    Table("officer_gender", "reports", "gender_wish"),
    Table("told_back", "answers", "told"),
)
# The one table that the accountability policy shows exactly, as the United Nations itself publishes it.
EXACT = "status_by_state"

# No two of these in one table: together they name a place and a time at which few were.
APART = frozenset({"state", "mission", "year"})
# What no table has: whoever is counted is child or adult, and nothing below the mission is said.
NEVER = frozenset(
    {"child_sex", "sex", "age", "age_band", "born", "place", "district", "camp", "unit", "base", "office"}
)
AGES = frozenset({"child", "adult", UNKNOWN})


def check(tables: Sequence[Table], dimensions: Mapping[str, Dimension]) -> None:
    """Raises ValueError with the rule that the definitions break."""
    if len(tables) > MOST_TABLES:
        raise ValueError(f"more than {MOST_TABLES} tables")
    if len({table.name for table in tables}) < len(tables):
        raise ValueError("two tables of one name")
    for table in tables:
        _check(table, dimensions)


def _check(table: Table, dimensions: Mapping[str, Dimension]) -> None:
    crossed = table.dimensions
    if len(crossed) > 2 or len(set(crossed)) < len(crossed):
        raise ValueError(f"{table.name} crosses more than two dimensions")
    if NEVER & set(crossed):
        raise ValueError(f"{table.name} says what no table says: {', '.join(sorted(NEVER & set(crossed)))}")
    if len(APART & set(crossed)) > 1:
        raise ValueError(f"{table.name} crosses {' with '.join(sorted(APART & set(crossed)))}")
    if not set(crossed) <= set(dimensions):
        raise ValueError(f"{table.name} names a dimension that is not defined")
    if "age_class" in crossed and not set(dimensions["age_class"].codes) <= AGES:
        raise ValueError(f"{table.name} says more of an age than child or adult")


def to_json(table: Table) -> dict[str, Any]:
    """As published: a file says by itself which sums hold in it."""
    found = {"name": table.name, "measure": table.measure, "rows": table.rows, "columns": table.columns}
    return {**found, "within": dict(table.within)}


def from_json(found: Mapping[str, Any]) -> Table:
    """The definition as it was published."""
    return Table(
        str(found["name"]), str(found["measure"]), str(found["rows"]), str(found.get("columns", "")),
        {str(name): str(code) for name, code in found.get("within", {}).items()},
    )  # fmt: skip
