"""Classes of claims: over invented lives, every class is one that the tables have, on any day."""

from collections import Counter
from datetime import date

from intake.domain.claim_standing import REASONS, Policy
from intake.domain.clocks import USUAL
from intake.domain.figures import classes
from intake.domain.figures.counting import Record, count
from intake.domain.figures.tables import DIMENSIONS, TABLES
from intake.services import claim_demo

COUNTRIES = [f"{one}{two}" for one in "ABCDEFGH" for two in "ABCDEFGHIJ"]
CLAIMS = tuple(table for table in TABLES if table.measure == "claims")


def found(until: str) -> list[Record]:
    lives = claim_demo.lives(COUNTRIES, today=date(2026, 11, 22), by="amina")
    given = {"until": until, "policy": Policy(), "lengths": USUAL}
    each = (classes.of_claim(one.as_of(until), **given) for one in lives)  # type: ignore[arg-type]
    return [Record("claims", one, agreed=True) for one in each if one]


def test_750_claims_over_55_states_with_plausible_delays_fall_into_the_classes_of_the_tables() -> None:
    before, after = found("2024-12-31"), found("2026-09-30")
    assert 500 < len(before) < len(after) <= claim_demo.ROWS
    assert len({one.classes["state"] for one in after}) == claim_demo.STATES
    for name in ("status", "waiting", "dna", "reason"):
        there = Counter(one.classes[name] for one in after)
        assert set(there) <= set(DIMENSIONS[name].codes)
        assert len(there) >= 3, name
    totals = count(after, CLAIMS, until="2026-09-30")
    assert totals["claims", ()] == len(after)


def test_every_reason_of_a_claim_has_a_class() -> None:
    known = set(DIMENSIONS["reason"].codes)
    assert {classes.REASON.get(reason, classes.CLAIMANT) for reason in REASONS} <= known
