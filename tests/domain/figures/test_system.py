"""Whole numbers whose sums are nought, against trying every possibility."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.domain.figures.system import LEAST, MOST, Bounds, Solver, System
from intake.domain.problems import Problem

NUMBERS, TOP = 5, 4


@st.composite
def systems(draw: st.DrawFn) -> System:
    """Five numbers of 0 to 4, and up to three sums of some of them."""
    found = System()
    for _ in range(NUMBERS):
        low, high = sorted((draw(st.integers(0, TOP)), draw(st.integers(0, TOP))))
        found.within(found.number(), low, high)
    for _ in range(draw(st.integers(0, 3))):
        members = draw(st.sets(st.integers(0, NUMBERS - 1), min_size=2))
        found.nought({at: draw(st.sampled_from((1, -1))) for at in members})
    return found


def every_point(system: System) -> np.ndarray:
    """All that satisfies a system, found without any of its code."""
    points = [
        one
        for one in product(*(range(low, high + 1) for low, high in zip(system.least, system.most, strict=True)))
        if all(sum(sign * one[at] for at, sign in row.items()) == 0 for row in system.rows)
    ]
    return np.array(points).reshape(-1, NUMBERS)


@settings(max_examples=60)
@given(systems(), st.lists(st.integers(-2, 2), min_size=NUMBERS, max_size=NUMBERS))
def test_bounds_leave_out_nothing_that_is_possible_and_a_solver_finds_the_least_that_is(
    system: System, push: list[int]
) -> None:
    points = every_point(system)
    if not len(points):
        with pytest.raises(Problem):
            Solver(system, Bounds(system)).whole(np.array(push, dtype=float))
        return

    bounds = Bounds(system)
    solver = Solver(system, bounds)

    assert (points.min(axis=0) >= bounds.sides[LEAST]).all()
    assert (points.max(axis=0) <= bounds.sides[MOST]).all()
    least = int((points @ push).min())
    best, relaxed = solver.whole(np.array(push, dtype=float)), solver.relaxed(np.array(push, dtype=float))
    assert best.point is not None
    assert (best.bound, best.point @ push) == (least, least)
    assert relaxed.bound <= least
    assert relaxed.point is None or relaxed.point.tolist() in points.tolist()


@settings(max_examples=40)
@given(systems())
def test_the_reasons_of_a_bound_are_enough_for_it(system: System) -> None:
    if not len(every_point(system)):
        return
    bounds = Bounds(system)

    for at, side in product(range(NUMBERS), (LEAST, MOST)):
        reasons = bounds.reasons(at, side)
        bare = System(rows=system.rows)
        for one in range(NUMBERS):
            bare.number()
            if one in reasons:
                bare.within(one, system.least[one], system.most[one])
        again = Bounds(bare).sides[side][at]
        assert again >= bounds.sides[side][at] if side == LEAST else again <= bounds.sides[side][at]


def test_a_number_that_is_a_sum_is_worked_out() -> None:
    system = System()
    first, second = system.number(), system.number()
    both = system.sum({first: 1, second: -1}, -3, 3)

    point = system.filled(np.array([5, 3, 0]))

    assert point[both] == 2
    assert system.holds(point)
    assert not system.holds(np.array([5, 3, 1]))
    assert not system.holds(system.filled(np.array([9, 3, 0])))
