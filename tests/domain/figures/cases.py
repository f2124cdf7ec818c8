"""Random sets of claims and what becomes of them, small enough to attack by the hundred."""

from collections.abc import Sequence

from hypothesis import strategies as st

from intake.domain.figures.counting import Counts, Record, count
from intake.domain.figures.protect import Frame, Past, protect
from intake.domain.figures.tables import Table

# Two linked tables, one with a dimension that names only some classes: every kind of link there is.
TABLES = (Table("by_state", "claims", "state", "status"), Table("by_year", "claims", "year", "status"))
STATES = ("AA", "BB", "CC")
ENDS = ("resolved", "not_established_or_withdrawn")


def day(turn: int) -> str:
    """The last day of the quarter that a turn stands for."""
    return f"{2024 + turn // 4}-{('03-31', '06-30', '09-30', '12-31')[turn % 4]}"


@st.composite
def histories(draw: st.DrawFn, releases: int = 20) -> list[Counts]:
    """What is true at the end of each of up to `releases` quarters: claims come, are decided, and are opened anew."""
    claims: list[dict[str, str]] = []
    found: list[Counts] = []
    for turn in range(draw(st.integers(1, releases))):
        if turn and claims:
            for _ in range(draw(st.integers(0, 3))):
                claims[draw(st.integers(0, len(claims) - 1))]["status"] = draw(st.sampled_from(("pending", *ENDS)))
        for _ in range(draw(st.sampled_from((0, 1, 2, 3, 5, 8)) if turn else st.integers(0, 40))):
            state = draw(st.sampled_from(STATES))
            claims.append(
                {"state": state, "year": day(turn)[:4], "status": draw(st.sampled_from(("pending", "pending", *ENDS)))}
            )
        found.append(count([Record("claims", dict(one), True) for one in claims], TABLES, until=day(turn)))
    return found


def published(truth: Sequence[Counts], *, policy: str = "protected") -> list[Past]:
    """The releases that are made of it, one after the other."""
    past: list[Past] = []
    for turn, counts in enumerate(truth):
        frame = Frame(turn + 1, day(turn), TABLES, policy)
        past.append(Past(protect(counts, past, frame).release, counts))
    return past
