"""Whole numbers between bounds, some sums of which are nought: what follows from them.

Two ways to it. `Bounds` goes round the sums and narrows each number by the others in its sum: exact arithmetic, no
solver, and it remembers why; what it gives is never too narrow. `Solver` asks HiGHS (through SciPy) for the least of a
weighted sum, without and with the demand of whole numbers. No point of a solver is believed before it was put in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intake.domain.problems import Problem

BEYOND = 10**6  # more than is ever counted
TURNS = 50
NODES = 2000  # how far a programme in whole numbers may branch: counted, so that every machine finds the same
WHOLE = 1e-6
LEAST, MOST = 0, 1  # the sides of a bound

Numbers = NDArray[np.int64]
Push = NDArray[np.float64]


@dataclass
class System:
    """`rows` are sums of numbers, each with a sign (1 or −1), that are nought."""

    least: list[int] = field(default_factory=list)
    most: list[int] = field(default_factory=list)
    rows: list[dict[int, int]] = field(default_factory=list)
    sums: list[tuple[int, int]] = field(default_factory=list)  # numbers that are sums of others, with their row

    def number(self) -> int:
        """A new one, which is not negative."""
        self.least.append(0)
        self.most.append(BEYOND)
        return len(self.least) - 1

    def within(self, at: int, least: int, most: int) -> None:
        """Say that a number is no less and no more, whatever was said before."""
        self.least[at], self.most[at] = max(self.least[at], least), min(self.most[at], most)

    def nought(self, row: Mapping[int, int]) -> None:
        """Say that a sum is nought."""
        if kept := {at: sign for at, sign in row.items() if sign}:
            self.rows.append(kept)

    def sum(self, row: Mapping[int, int], least: int, most: int) -> int:
        """A new number that is a sum of others, within bounds."""
        at = self.number()
        self.least[at], self.most[at] = least, most
        self.nought({**row, at: -1})
        self.sums.append((at, len(self.rows) - 1))
        return at

    @cached_property
    def matrix(self) -> Any:
        """The rows as a sparse matrix; nothing may be added any more."""
        from scipy.sparse import csr_array  # noqa: PLC0415  heavy, and only those who attack need it

        signs = [one for row in self.rows for one in row.values()]
        across = [at for row in self.rows for at in row]
        starts = np.cumsum([0, *(len(row) for row in self.rows)])
        return csr_array((np.array(signs, dtype=np.int64), across, starts), shape=(len(self.rows), len(self.least)))

    def holds(self, point: Numbers) -> bool:
        """Whether a point is within everything that was said."""
        inside = (point >= np.array(self.least)).all() and (point <= np.array(self.most)).all()
        return bool(inside and not (self.matrix @ point).any())

    def filled(self, point: Numbers) -> Numbers:
        """A point with the numbers that are sums of others worked out."""
        found = point.copy()
        at, rows = (np.array([one[side] for one in self.sums], dtype=int) for side in (0, 1))
        found[at] = 0
        found[at] = (self.matrix @ found)[rows]
        return found


class Bounds:
    """What the sums say of each number, row by row. Raises Problem 422.343 where that is nothing at all."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.sides: tuple[Numbers, Numbers] = (np.array(system.least, dtype=np.int64), np.array(system.most))
        self._causes: dict[tuple[int, int], list[tuple[int, int]]] = {}
        self._narrow()

    def _narrow(self) -> None:
        matrix = self.system.matrix
        signs, across, starts = matrix.data, matrix.indices, matrix.indptr
        down = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
        for turn in range(TURNS):
            least, most = self.sides
            if (least > most).any():
                raise Problem("422.343")
            if not len(down):
                return
            low, high = (np.where(signs > 0, one, -other)[...] for one, other in (
                (least[across], most[across]), (most[across], least[across])))  # fmt: skip
            # A term is minus all others of its row, so at most minus the least that they can be.
            most_term = low - np.add.reduceat(low, starts[:-1])[down]
            least_term = high - np.add.reduceat(high, starts[:-1])[down]
            said = (np.where(signs > 0, least_term, -most_term), np.where(signs > 0, most_term, -least_term))
            found = (least.copy(), most.copy())
            np.maximum.at(found[LEAST], across, said[LEAST])
            np.minimum.at(found[MOST], across, said[MOST])
            self._remember(turn, found, said, across, down)
            if all((now == then).all() for now, then in zip(found, self.sides, strict=True)):
                return
            self.sides = found

    def _remember(self, turn: int, found: tuple[Numbers, Numbers], said: Any, across: Any, down: Any) -> None:
        """Which row it was that narrowed a number in this turn."""
        for side in (LEAST, MOST):
            fresh = (found[side] != self.sides[side])[across] & (said[side] == found[side][across])
            for at, row in zip(across[fresh].tolist(), down[fresh].tolist(), strict=True):
                causes = self._causes.setdefault((at, side), [])
                if not causes or causes[-1][0] < turn:
                    causes.append((turn, row))

    def reasons(self, at: int, side: int) -> set[int]:
        """The numbers whose own bounds, as they were said, hold this one at this side."""
        found, seen, left = set[int](), set[tuple[int, int, int]](), [(at, side, TURNS)]
        while left:
            at, side, before = left.pop()
            cause = next((one for one in reversed(self._causes.get((at, side), ())) if one[0] < before), None)
            if cause is None:
                found.add(at)
            elif (at, side, cause[0]) not in seen:
                seen.add((at, side, cause[0]))
                row = self.system.rows[cause[1]]
                left += [(one, 1 - side if sign == row[at] else side, cause[0])
                         for one, sign in row.items() if one != at]  # fmt: skip
        return found


@dataclass(frozen=True)
class Best:
    """The least of a weighted sum: `bound` is proven, `point` reaches it or comes near (None: none of whole numbers was
    found), `binding` are the bounds that hold it, as number and side.
    """

    bound: int
    point: Numbers | None
    binding: tuple[tuple[int, int], ...] = ()


class Solver:
    """Programmes over one system, within bounds that follow from it."""

    def __init__(self, system: System, bounds: Bounds) -> None:
        self.system, self.bounds = system, bounds
        self._columns = system.matrix.astype(float).tocsc()

    def relaxed(self, push: Push) -> Best:
        """Without the demand of whole numbers, which nearly always come by themselves. Raises Problem 422.343."""
        from scipy.optimize import linprog  # noqa: PLC0415  heavy, and only those who attack need it

        sums = {"A_eq": self._columns, "b_eq": np.zeros(len(self.system.rows))} if self.system.rows else {}
        solved = linprog(push, bounds=np.column_stack(self.bounds.sides), **sums)
        if solved.x is None:
            raise Problem("422.343")
        binding = [(int(at), side) for side, one in ((LEAST, solved.lower), (MOST, solved.upper))
                   for at in np.flatnonzero(abs(one.marginals) > WHOLE)]  # fmt: skip
        return Best(int(np.ceil(solved.fun - WHOLE)), self._point(solved.x), tuple(binding))

    def whole(self, push: Push, *, gap: float = 0.0) -> Best:
        """In whole numbers; `gap`: how far from the least is near enough. Raises Problem 422.343."""
        from scipy.optimize import Bounds as Between  # noqa: PLC0415  see above
        from scipy.optimize import LinearConstraint, milp  # noqa: PLC0415  see above

        solved = milp(
            push,
            constraints=LinearConstraint(self._columns, 0, 0),
            bounds=Between(*self.bounds.sides),
            integrality=np.ones(len(push)),
            options={"node_limit": NODES, "mip_rel_gap": gap},
        )
        if solved.status == 2:  # there is no such point
            raise Problem("422.343")
        bound = solved.mip_dual_bound if solved.mip_dual_bound is not None else -np.inf
        bound = int(np.ceil(bound - WHOLE)) if np.isfinite(bound) else -2 * BEYOND
        return Best(bound, None if solved.x is None else self._point(solved.x))

    def _point(self, found: Any) -> Numbers | None:
        """What a solver gave, if it is of whole numbers and holds."""
        point = np.round(found).astype(np.int64)
        return point if abs(found - point).max() < WHOLE and self.system.holds(point) else None
