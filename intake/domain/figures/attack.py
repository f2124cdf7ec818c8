"""The attacker: whoever has this and all earlier releases, a solver and time, and knows how the figures are made.

Everything published is one system of linear constraints in whole numbers: no count is negative, a margin is the sum of
its cells, tables that share a margin share its count, totals of lasting classes never fall, years that are over do not
change, and each count is where the release says it is. The bounds of that system are all that follows from it. The
rule: every count keeps at least `FREE` possible values, and so does every change between two releases unless it is
known to be nought or at least STEP, which tells of no small number of people.

A count is proven free by points that satisfy everything and differ there. Each point is a witness for all counts at
once, and so is one of an attack on nearly the same release. Most of what is not free follows from single sums
(`Bounds`), once points reach what these allow; what is left is settled by a programme for each side (SciPy's HiGHS), in
whole numbers where it must be. What none of these could settle counts as not free (decision 53).

Because tables share nothing but margins of one dimension, whatever satisfies the sums belongs to some set of records:
the system misses nothing that a snapshot tells (decision 37).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from intake.domain.figures.counting import Key, base, key, narrowed
from intake.domain.figures.release import JOIN, STEP, UNNAMED, Release
from intake.domain.figures.system import BEYOND, LEAST, MOST, Bounds, Numbers, Push, Solver, System
from intake.domain.figures.tables import DIMENSIONS, OTHER, SEVERAL, UNKNOWN

FREE = 3
ROUNDS = 6
MISSES = 3
NEAR = 0.05  # how near the least is near enough where any point will do
VAGUE = frozenset({OTHER, UNKNOWN, SEVERAL})  # classes that a record leaves once more is known

Place = tuple[int, Key]  # the number of a release, a count in it
Target = tuple[str, Key, int, int]  # a finding without its bounds


@dataclass(frozen=True)
class Finding:
    """A count, or a change since release `since`, that keeps fewer than FREE possible values.

    `stated`: the release itself says it so narrowly; otherwise it was worked out.
    """

    kind: Literal["count", "change"]
    key: Key
    release: int
    since: int
    least: int
    most: int
    stated: bool = False


def attack(releases: Sequence[Release]) -> list[Finding]:
    """Every count and change that follows too narrowly from these releases, in their order.

    Exact cells of the accountability policy are known to the attacker and not themselves protected. Raises Problem
    422.343 when what was published contradicts itself.
    """
    measures = dict.fromkeys(name for release in releases for name in release.measures)
    return [found for one in measures for found in Attacker(releases, one, known(releases, one)).findings()]


def known(releases: Sequence[Release], measure: str) -> frozenset[Target]:
    """What follows from the exact cells of the accountability policy alone, whatever else is said: by decision of two
    people that is not protected.
    """
    bare = [replace(one, said={place: said for place, said in one.said.items() if _is_exact(one, place)})
            for one in releases]  # fmt: skip
    if not any(place[0] == measure for one in bare for place in one.said):
        return frozenset()
    found = Attacker(bare, measure).findings()
    # What could not be settled is no finding here: it must not go unprotected.
    return frozenset(_named_target(one) for one in found if one.most - one.least < FREE - 1)


class Attacker:
    """The system of one measure over all releases, and what has been found out about it.

    `known` is not protected. `before`: an attacker on nearly the same, whose points are tried first.
    """

    def __init__(
        self,
        releases: Sequence[Release],
        measure: str,
        known: frozenset[Target] = frozenset(),
        before: "Attacker | None" = None,
    ) -> None:
        self.releases = [release for release in releases if release.of(measure)]
        self.measure, self.known = measure, known
        self.system = System()
        self.places: dict[Place, int] = {}
        self.spoken: dict[int, Place] = {}  # numbers that something was said of
        self.moved: dict[tuple[int, int], int] = {}  # changes of which something was said, by the numbers after, before
        self.named = _named(self.releases, measure)
        self.unnamed = {
            (release.number, name): self._not_named(release, name)
            for release in self.releases
            for name in self.named
            if (measure, name) in release.classes
        }
        self.still: dict[Place, int] = {}  # counts of years that were over: since which release they stay
        for release in self.releases:
            self._sums(release)
            self._unnamed(release)
            self._said(release)
        for earlier, later in pairwise(self.releases):
            self._lasting(earlier, later)
        self.targets = [one for one in self._targets() if _named_target(one) not in known]
        self.points: list[Numbers] = []
        self._before = before

    # the system

    def _at(self, number: int, place: Key) -> int:
        """The number that a count is, made when it is first met."""
        if (number, place) not in self.places:
            self.places[number, place] = self.system.number()
            self.spoken[self.places[number, place]] = (number, place)
        return self.places[number, place]

    def _sums(self, release: Release) -> None:
        """A margin is the sum of its cells; a class that was merged is the sum of what it was merged from."""
        for table in release.of(self.measure):
            rows = self._fine(release, table.rows)
            columns = self._fine(release, table.columns) if table.columns else []
            start = base(table)
            for row in ["", *rows]:
                left = narrowed(start, table.rows, row) if row else start
                self._sum(release.number, left, [narrowed(left, table.columns, one) for one in columns])
            for column in ["", *columns]:
                top = narrowed(start, table.columns, column) if column else start
                self._sum(release.number, top, [narrowed(top, table.rows, one) for one in rows])

    def _sum(self, number: int, whole: Key, parts: Sequence[Key]) -> None:
        if parts:
            row = {self._at(number, part): 1 for part in parts}
            row[self._at(number, whole)] = row.get(self._at(number, whole), 0) - 1
            self.system.nought(row)

    def _fine(self, release: Release, name: str) -> list[str]:
        """The classes that a dimension really had then: merged ones apart, and those not named yet."""
        return [*_split(release.classes[self.measure, name]), *self.unnamed[release.number, name]]

    def _not_named(self, release: Release, name: str) -> list[str]:
        """Classes of an open dimension that stood among the others then, and have a name in another release."""
        there = set(_split(release.classes[self.measure, name]))
        opens = name in DIMENSIONS and DIMENSIONS[name].open and OTHER in there
        return [code for code in self.named[name] if code not in there] if opens else []

    def _unnamed(self, release: Release) -> None:
        """A class that an open dimension does not name yet counts next to nothing."""
        for (number, name), codes in self.unnamed.items():
            for code in codes if number == release.number else ():
                if (place := (number, key(self.measure, **{name: code}))) in self.places:
                    self.system.within(self.places[place], 0, UNNAMED)

    def _parts(self, release: Release, place: Key) -> list[Key]:
        """The counts that one published count adds up: several where classes were merged or are not named."""
        found: list[Key] = [(place[0], ())]
        for name, code in place[1]:
            codes = code.split(JOIN)
            if OTHER in codes:
                codes += self.unnamed.get((release.number, name), [])
            found = [narrowed(one, name, each) for one in found for each in codes]
        return found

    def _said(self, release: Release) -> None:
        for place, said in release.said.items():
            if place[0] != self.measure:
                continue
            here = self._parts(release, place)
            parts = [self._at(release.number, part) for part in here]
            if said.how == "held":
                before = [self.places[said.since, one] for one in here if (said.since, one) in self.places]
                if len(before) == len(parts):
                    self._moves(parts, before, 1 - STEP, STEP - 1, (release.number, place))
            elif said.least is not None and said.most is not None:
                at = parts[0] if len(parts) == 1 else self.system.sum(dict.fromkeys(parts, 1), 0, BEYOND)
                self.system.within(at, said.least, said.most)
                self.spoken[at] = (release.number, place) if len(parts) > 1 else self.spoken[at]

    def _moves(self, after: Sequence[int], before: Sequence[int], least: int, most: int, place: Place | None) -> None:
        """By how much counts moved together; `place` says so, or it is a rule."""
        at = self.moved.get((after[0], before[0])) if len(after) == 1 else None
        if at is None:
            at = self.system.sum({**dict.fromkeys(after, 1), **dict.fromkeys(before, -1)}, -BEYOND, BEYOND)
        if len(after) == 1:
            self.moved[after[0], before[0]] = at
        self.system.within(at, least, most)
        if place is not None:
            self.spoken[at] = place

    def _lasting(self, before: Release, after: Release) -> None:
        """Totals of classes that a record keeps never fall; those of a year that was over stay."""
        if self.measure in after.corrected:
            return
        for (number, place), index in list(self.places.items()):
            if number != before.number or not lasts(place) or (after.number, place) not in self.places:
                continue
            later = self.places[after.number, place]
            if any(name == "year" and code < before.until[:4] for name, code in place[1]):
                self.still[after.number, place] = self.still.get((number, place), number)
                self.system.nought({later: 1, index: -1})
            else:
                self._moves([later], [index], 0, BEYOND, None)

    def _targets(self) -> Iterator[Finding]:
        """What must stay free: every count, and every change between any two releases."""
        numbers = [release.number for release in self.releases]
        said = {release.number: release.said for release in self.releases}
        for number, place in self.places:
            shown = said[number].get(place)
            stated = shown is not None and shown.most is not None and shown.most - (shown.least or 0) < FREE - 1
            yield Finding("count", place, number, 0, 0, 0, stated)
            for earlier in numbers[: numbers.index(number)]:
                if (earlier, place) in self.places and earlier < self.still.get((number, place), number):
                    yield Finding("change", place, number, earlier, 0, 0)

    # the attack

    def findings(self, *, first: bool = False) -> list[Finding]:
        """What is not free; `first`: at least one of it. Raises Problem 422.343."""
        self.bounds = Bounds(self.system)
        self._aim()
        if not self.targets:
            return []
        self._recall()
        if first and (sure := np.flatnonzero(self._narrow() & self._counts)).size:
            return self._found(sure[:1])
        self.solver = Solver(self.system, self.bounds)
        chance = np.random.default_rng(0)
        for turn in range(0 if self.points else ROUNDS):
            self._witness(self._push(chance, turn))
        self._push_together(chance)
        while (left := np.flatnonzero(self._open())).size:
            self._settle(int(left[0]))
            if first and (found := self._found(left[:1])):
                return found
        return self._found(np.flatnonzero(~self._free()))

    def _aim(self) -> None:
        """Each target is a number, or what one is more than another (the last, which is nought). `proven` is between
        what it must be, `seen` between what it was in some point.
        """
        after = [self.places[one.release, one.key] for one in self.targets]
        before = [self.places[one.since, one.key] if one.kind == "change" else -1 for one in self.targets]
        moved = [self.moved.get(pair, -1) for pair in zip(after, before, strict=True)]
        self._plus = np.array([at if move < 0 else move for at, move in zip(after, moved, strict=True)], dtype=int)
        self._minus = np.array([at if move < 0 else -1 for at, move in zip(before, moved, strict=True)], dtype=int)
        self._counts = np.array([one.kind == "count" for one in self.targets], dtype=bool)
        least, most = (np.append(side, 0) for side in self.bounds.sides)
        self.proven = [least[self._plus] - most[self._minus], most[self._plus] - least[self._minus]]
        for at, one in enumerate(self.targets):
            if steps := self._steps(one):
                low, high = (int(side[steps].sum()) for side in self.bounds.sides)
                self.proven[LEAST][at] = max(self.proven[LEAST][at], low)
                self.proven[MOST][at] = min(self.proven[MOST][at], high)
        self.seen = [np.full(len(self.targets), 3 * BEYOND), np.full(len(self.targets), -3 * BEYOND)]
        self._unsettled = np.zeros(len(self.targets), dtype=bool)
        self._binding: dict[tuple[int, int], tuple[tuple[int, int], ...]] = {}

    def _steps(self, target: Finding) -> list[int]:
        """The changes from release to release that a change over several adds up, where something is said of each."""
        if target.kind == "count":
            return []
        found: list[int] = []
        numbers = [release.number for release in self.releases if target.since <= release.number <= target.release]
        for before, after in pairwise(numbers):
            pair = self.places.get((after, target.key), -1), self.places.get((before, target.key), -1)
            if pair not in self.moved:
                return []
            found.append(self.moved[pair])
        return found

    def _free(self) -> NDArray[np.bool_]:
        """Which targets are proven free: points are as far apart there as FREE values lie."""
        free: NDArray[np.bool_] = self.seen[MOST] - self.seen[LEAST] >= FREE - 1
        return free

    def _narrow(self) -> NDArray[np.bool_]:
        """Which are proven not to be free."""
        narrow: NDArray[np.bool_] = self.proven[MOST] - self.proven[LEAST] < FREE - 1
        return narrow

    def _lacking(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Whether each side that is proven was not seen yet of a target that is not free."""
        fixed = self._free()
        return ~fixed & (self.seen[LEAST] > self.proven[LEAST]), ~fixed & (self.seen[MOST] < self.proven[MOST])

    def _open(self) -> NDArray[np.bool_]:
        """Which are neither free nor known exactly, and may still be settled."""
        low, high = self._lacking()
        return (low | high) & ~self._unsettled

    def _found(self, which: NDArray[np.int64]) -> list[Finding]:
        """Of targets that are not free, those that say something."""
        sides = [[int(self.proven[side][at]) for side in (LEAST, MOST)] for at in which]
        every = [replace(self.targets[at], least=least, most=most)
                 for at, (least, most) in zip(which.tolist(), sides, strict=True)]  # fmt: skip
        return [one for one in every if _tells(one)]

    # points that satisfy everything

    def _recall(self) -> None:
        """The points of an earlier attack, where they still hold."""
        if self._before is None or any(one not in self._before.places for one in self.places):
            return
        theirs, ours = [self._before.places[one] for one in self.places], list(self.places.values())
        for one in self._before.points:
            point = np.zeros(len(self.system.least), dtype=np.int64)
            point[ours] = one[theirs]
            point = self.system.filled(point)
            if self.system.holds(point):
                self._learn(point)
        self._before = None

    def _learn(self, point: Numbers) -> None:
        self.points.append(point)
        there = np.append(point, 0)
        values = there[self._plus] - there[self._minus]
        self.seen = [np.minimum(self.seen[LEAST], values), np.maximum(self.seen[MOST], values)]

    def _push(self, chance: Any, turn: int) -> Push:
        """A direction for everything at once: all counts down or up, neighbours in time apart, then by chance."""
        push = np.zeros(len(self.system.least))
        counts = list(self.places.values())
        if turn < 2:
            push[counts] = 1.0 if turn else -1.0
        elif turn < 4:
            odd = {release.number: place % 2 for place, release in enumerate(self.releases)}
            push[counts] = [1.0 if odd[number] == turn % 2 else -1.0 for number, _ in self.places]
        else:
            push[counts] = chance.choice([-1.0, 1.0], len(counts)) * chance.integers(1, 4, len(counts))
        return push

    def _push_together(self, chance: Any) -> None:
        """Push all targets towards the sides that were not seen yet, as long as that shows some."""
        missed = 0
        while missed < MISSES and (left := sum(one.sum() for one in self._lacking())):
            low, high = self._lacking()
            toward = np.where(low & high, chance.choice([-1.0, 1.0], len(low)), 1.0 * high - low)
            self._witness(-self._toward(toward * chance.integers(1, 4, len(low))))
            missed = 0 if sum(one.sum() for one in self._lacking()) < left else missed + 1

    def _toward(self, weights: Any) -> Push:
        """The weighted sum of targets as one of numbers."""
        push = np.zeros(len(self.system.least) + 1)
        np.add.at(push, self._plus, weights)
        np.add.at(push, self._minus, -weights)
        return push[:-1]

    def _witness(self, push: Push) -> None:
        point = self.solver.relaxed(push).point
        if point is None:
            point = self.solver.whole(push, gap=NEAR).point
        if point is not None:
            self._learn(point)

    def _settle(self, at: int) -> None:
        """The bounds of one target: exact, or what could be proven, with the points that reach them."""
        for ask in (self.solver.relaxed, self.solver.whole):
            for side, sign in ((LEAST, 1), (MOST, -1)):
                if self._lacking()[side][at]:
                    best = ask(sign * self._toward(1.0 * (np.arange(len(self.targets)) == at)))
                    self._binding.setdefault((at, side), best.binding)
                    tighter = max if side == LEAST else min
                    self.proven[side][at] = tighter(self.proven[side][at], sign * best.bound)
                    if best.point is not None:
                        self._learn(best.point)
        if self._lacking()[LEAST][at] or self._lacking()[MOST][at]:
            self._unsettled[at] = True

    # what holds a finding

    @cached_property
    def _where(self) -> dict[Target, int]:
        return {_named_target(one): at for at, one in enumerate(self.targets)}

    def holding(self, finding: Finding) -> set[Place]:
        """What was said that, together, keeps a finding where it is: whatever is binding at either of its bounds."""
        at = self._where[_named_target(finding)]
        held = set[int]().union(*(self._held(at, side, bound)
                                  for side, bound in ((LEAST, finding.least), (MOST, finding.most))))  # fmt: skip
        return {self.spoken[one] for one in held if one in self.spoken}

    def _held(self, at: int, side: int, bound: int) -> set[int]:
        """The numbers whose bounds keep a target from passing one of its own."""
        ends = [(int(self._plus[at]), side), *([(int(self._minus[at]), 1 - side)] if self._minus[at] >= 0 else [])]
        reached = sum(
            (1 if part == 0 else -1) * int(self.bounds.sides[end][one]) for part, (one, end) in enumerate(ends)
        )
        if reached != bound:
            steps = tuple((one, side) for one in self._steps(self.targets[at]))
            ends = list(self._binding.get((at, side), steps))
        return set[int]().union(*(self.bounds.reasons(*end) for end in ends))


def _tells(one: Finding) -> bool:
    """Whether so few values say something: a count always does, a change only if it may be of 1 to STEP − 1."""
    return one.kind == "count" or any(0 < abs(moved) < STEP for moved in range(one.least, one.most + 1))


def _named_target(one: Finding) -> Target:
    return one.kind, one.key, one.release, one.since


def _named(releases: Sequence[Release], measure: str) -> dict[str, list[str]]:
    """Every class that any release names, by dimension."""
    found: dict[str, dict[str, None]] = {}
    for release in releases:
        for (whose, name), classes in release.classes.items():
            if whose == measure:
                found.setdefault(name, {}).update(dict.fromkeys(_split(classes)))
    return {name: list(codes) for name, codes in found.items()}


def _split(classes: Sequence[str]) -> list[str]:
    return [code for one in classes for code in one.split(JOIN)]


def lasts(place: Key) -> bool:
    """Whether a count is of classes that records keep: it never falls."""
    return all(name in DIMENSIONS and DIMENSIONS[name].lasting and code not in VAGUE for name, code in place[1])


def _is_exact(release: Release, place: Key) -> bool:
    """Whether the accountability policy says this count exactly: by State and status, crossed with nothing else."""
    allowed = release.policy == "accountability" and release.said[place].how == "exact"
    return allowed and place[0] == "claims" and {name for name, _ in place[1]} <= {"state", "status"}
