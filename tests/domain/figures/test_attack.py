"""The attacker: what it works out of careless publications, and that works out what follows and no more."""

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.domain.figures.attack import Attacker, attack, known
from intake.domain.figures.counting import Key, key
from intake.domain.figures.release import NOTHING, Release, Said, from_json, keys, rounded, to_json
from intake.domain.figures.system import Solver
from intake.domain.figures.tables import Table
from intake.domain.problems import Problem

TABLE = Table("t", "reports", "told", "gender_wish")
ROWS, COLUMNS = ("in_time", "late", "not_yet"), ("met", "not_met", "no_wish")


def a_table(cells: Sequence[Sequence[int]], hidden: Sequence[tuple[int, int]] = (), number: int = 1) -> Release:
    """Cells, totals and all, exact but for those hidden."""
    rows, columns = [f"r{at}" for at in range(len(cells))], [f"c{at}" for at in range(len(cells[0]))]
    classes = {("reports", "told"): tuple(rows), ("reports", "gender_wish"): tuple(columns)}
    said: dict[Key, Said] = {}
    for row, column, place in keys(TABLE, classes):
        wanted = [
            (rows.index(row),) if row else range(len(rows)),
            (columns.index(column),) if column else range(len(columns)),
        ]
        value = sum(cells[down][across] for down, across in product(*wanted))
        at = (rows.index(row), columns.index(column)) if row and column else None
        said[place] = Said(None, None, "dropped") if at in hidden else Said(value, value)
    return Release(number, "2026-03-31", (TABLE,), classes, said)


def worked_out(release: Release) -> Mapping[str, tuple[int, int]]:
    """What the attacker found of cells that were hidden: row and column with the bounds."""
    return {
        "".join(code for _, code in sorted(one.key[1], key=lambda pair: pair[0] != "told")): (one.least, one.most)
        for one in attack([release])
        if not one.stated
    }


def test_two_hidden_cells_in_each_row_and_column_are_not_enough() -> None:
    # Two blocks of two by two, joined by a ninth cell: every row and column of a hidden cell has two and more.
    cells = [[3, 2, 4, 9, 9], [1, 4, 9, 9, 9], [9, 9, 9, 2, 3], [9, 9, 9, 4, 1], [9, 9, 9, 9, 9]]
    hidden = [(0, 0), (0, 1), (1, 0), (1, 1), (2, 3), (2, 4), (3, 3), (3, 4), (0, 3)]
    joined = [[*row] for row in cells]
    joined[0][3] = 4

    found = worked_out(a_table(joined, hidden))

    assert found == {"r0c3": (4, 4)}


def test_no_negative_counts_gives_a_whole_block_back() -> None:
    assert worked_out(a_table([[0, 0, 7], [2, 3, 7], [7, 7, 7]], [(0, 0), (0, 1), (1, 0), (1, 1)])) == {
        "r0c0": (0, 0),
        "r0c1": (0, 0),
        "r1c0": (2, 2),
        "r1c1": (3, 3),
    }


def test_a_hidden_cell_with_its_total_is_no_secret_and_a_stated_small_count_is_found() -> None:
    found = attack([a_table([[3, 9], [9, 9]], [(0, 0)])])

    assert [(one.least, one.most) for one in found if not one.stated and len(one.key[1]) == 2] == [(3, 3)]
    assert any(one.stated for one in found)


def line(values: Sequence[int], number: int = 1, until: str = "2026-03-31", *, total: bool = True) -> Release:
    """One line of counts with its total, each rounded by itself."""
    table = Table("t", "reports", "told")
    codes = tuple(f"r{at}" for at in range(len(values)))
    said = {key("reports", told=code): rounded(value) for code, value in zip(codes, values, strict=True)}
    if total:
        said[key("reports")] = rounded(sum(values))
    return Release(number, until, (table,), {("reports", "told"): codes}, said)


def test_rounding_alone_is_broken() -> None:
    found = attack([line([2, 2, 2, 2])])

    assert {(one.key, one.least, one.most) for one in found if one.key[1]} == {
        (key("reports", told=f"r{at}"), 2, 2) for at in range(4)
    }


def test_totals_that_never_fall_tell_a_change() -> None:
    # 8 and then 9 at most in all, but never fewer: at least one of the two counts is known to a pair of values.
    first, second = line([8, 0], total=False), line([7, 1], number=2, until="2026-06-30", total=False)

    assert attack([first]) == []
    assert attack([second]) == []
    found = attack([first, second])
    assert {one.kind for one in found} == {"count", "change"}
    assert (key("reports", told="r0"), 6, 7) in {(one.key, one.least, one.most) for one in found if one.release == 2}


def test_a_measure_that_was_corrected_tells_nothing_by_never_falling() -> None:
    first, second = line([8, 0], total=False), line([7, 1], number=2, until="2026-06-30", total=False)
    second = Release(2, second.until, second.tables, second.classes, second.said, corrected=("reports",))

    assert attack([first, second]) == []


def test_what_contradicts_itself_is_named() -> None:
    broken = line([20, 20])
    said = {**broken.said, key("reports"): rounded(10)}
    with pytest.raises(Problem) as refused:
        attack([Release(1, broken.until, broken.tables, broken.classes, said)])
    assert refused.value.code == "422.343"


def test_a_file_is_attacked_as_the_release_it_was_made_of() -> None:
    release = line([2, 2, 2, 2])

    assert from_json(to_json(release)) == release
    assert attack([from_json(to_json(release))]) == attack([release])


@pytest.mark.parametrize(
    "broken", [{}, {"format": "else"}, {"format": "intake-figures/1", "number": 1, "until": "", "tables": [{}]}]
)
def test_a_file_that_is_none_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises(Problem) as refused:
        from_json(broken)
    assert refused.value.code == "422.342"


@settings(max_examples=8)
@given(st.lists(st.lists(st.integers(0, 6), min_size=2, max_size=2), min_size=1, max_size=2), st.data())
def test_the_bounds_are_what_trying_every_possibility_gives(tables: list[list[int]], data: st.DataObject) -> None:
    """Two counts and their total, in one or two releases whose totals never fall, against brute force."""
    totals = [sum(each) for each in tables]
    if totals != sorted(totals):
        tables = tables[:1]
    releases = [line(each, number=at + 1, until=f"2026-0{at * 3 + 3}-30") for at, each in enumerate(tables)]
    values = _possible(releases)
    attacker = Attacker(releases, "reports")

    found = {(one.key, one.release, one.since): (one.least, one.most) for one in attacker.findings()}

    for release, since in [*((one, None) for one in releases), (releases[-1], releases[0])]:
        for code in ("r0", "r1", ""):
            place = key("reports", told=code) if code else key("reports")
            possible = {_value(world, release, code) - (_value(world, since, code) if since else 0) for world in values}
            narrow = max(possible) - min(possible) < 2
            tells = since is None or any(0 < abs(moved) < 5 for moved in possible)
            bounds = found.get((place, release.number, since.number if since else 0))
            assert bounds == ((min(possible), max(possible)) if narrow and tells else None)


def _value(world: Mapping[tuple[int, str], int], release: Release, code: str) -> int:
    return sum(one for (number, each), one in world.items() if number == release.number - 1 and code in (each, ""))


@settings(max_examples=15)
@given(st.lists(st.integers(0, 4), min_size=4, max_size=4), st.sets(st.sampled_from(range(9))))
def test_and_of_a_table_of_two_dimensions_of_which_something_is_left_out(cells: list[int], left_out: set[int]) -> None:
    classes = {("reports", "told"): ("r0", "r1"), ("reports", "gender_wish"): ("c0", "c1")}
    where = list(keys(TABLE, classes))
    every = np.array(list(product(range(12), repeat=4)))
    adds = [[row in each and column in each for each in ("r0c0", "r0c1", "r1c0", "r1c1")] for row, column, _ in where]
    said = {place: NOTHING if at in left_out else rounded(int(np.array(cells)[adds[at]].sum()))
            for at, (_, _, place) in enumerate(where)}  # fmt: skip
    for one, added in zip(said.values(), adds, strict=True):
        value = every[:, added].sum(axis=1)
        every = every[(value >= (one.least or 0)) & (value <= (one.most if one.most is not None else value))]

    found = {one.key: (one.least, one.most) for one in attack([Release(1, "2026-03-31", (TABLE,), classes, said)])}

    for (_, _, place), added in zip(where, adds, strict=True):
        value = every[:, added].sum(axis=1)
        bounds = (value.min(), value.max())
        assert found.get(place) == (bounds if bounds[1] - bounds[0] < 2 else None)


def test_what_is_not_proven_free_counts_as_not_free(monkeypatch: pytest.MonkeyPatch) -> None:
    release = line([20, 31])
    assert attack([release]) == []

    monkeypatch.setattr(Solver, "_point", lambda *_: None)  # a solver that gets nowhere
    found = attack([release])

    assert {one.key for one in found} == {key("reports"), *(key("reports", told=f"r{at}") for at in range(2))}
    assert all(one.most - one.least >= 2 for one in found)


def test_nor_is_anything_known_for_not_being_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    table = Table("t", "claims", "state", "status")
    classes = {("claims", "state"): ("AA", "BB"), ("claims", "status"): ("pending", "resolved")}
    row = {key("claims", state="AA", status=status) for status in ("pending", "resolved")}
    said = {place: Said(4, 4, "exact") if place in row else NOTHING for _, _, place in keys(table, classes)}
    release = Release(1, "2026-03-31", (table,), classes, said, "accountability")
    expected = {("count", place, 1, 0) for place in (*row, key("claims", state="AA"))}
    assert known([release], "claims") == expected

    monkeypatch.setattr(Solver, "_point", lambda *_: None)

    assert known([release], "claims") == expected


def _possible(releases: Sequence[Release]) -> list[dict[tuple[int, str], int]]:
    found = []
    for world in product(range(15), repeat=2 * len(releases)):
        pairs = [world[at * 2 : at * 2 + 2] for at in range(len(releases))]
        if all(_fits(release, pair) for release, pair in zip(releases, pairs, strict=True)) and (
            [sum(pair) for pair in pairs] == sorted(sum(pair) for pair in pairs)
        ):
            found.append({(at, f"r{place}"): one for at, pair in enumerate(pairs) for place, one in enumerate(pair)})
    return found


def _fits(release: Release, pair: Sequence[int]) -> bool:
    there = {key("reports", told="r0"): pair[0], key("reports", told="r1"): pair[1], key("reports"): sum(pair)}
    return all((said.least or 0) <= there[place] <= (said.most or 0) for place, said in release.said.items())
