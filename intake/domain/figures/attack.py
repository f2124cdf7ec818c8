"""The attacker: whoever has this and all earlier releases, a solver and time, and knows how the figures are made.

Everything published is one system of linear constraints in whole numbers: no count is negative, a margin is the sum of
its cells, tables that share a margin share its count, totals of lasting classes never fall, years that are over do not
change, and each count is where the release says it is. The bounds of that system are all that follows from it (a mixed
integer programme each; SciPy's HiGHS). The rule: every count keeps at least `FREE` possible values, and so does every
change between two releases unless it is known to be nought or at least STEP, which tells of no small number of people.

A count is proven free by points that satisfy everything and differ there, so most need no programme of their own: each
solution is a witness for all counts at once. What no witness frees is settled exactly. Because tables share nothing but
margins of one dimension, whatever satisfies the sums belongs to some set of records: the system misses nothing that a
snapshot tells (decision 37).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from intake.domain.figures.counting import Key, base, key, narrowed
from intake.domain.figures.release import JOIN, STEP, UNNAMED, Release, Said
from intake.domain.figures.tables import DIMENSIONS, OTHER, SEVERAL, UNKNOWN
from intake.domain.problems import Problem

FREE = 3
BEYOND = 10**6  # more than is ever counted
ROUNDS = 6
WHOLE = 1e-6
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


def attack(releases: Sequence[Release], *, measure: str = "", first: bool = False) -> list[Finding]:
    """Every count and change that follows too narrowly from these releases, in their order; `first`: one is enough.

    Exact cells of the accountability policy are known to the attacker and not themselves protected. Raises Problem
    422.343 when what was published contradicts itself.
    """
    found: list[Finding] = []
    for one in (measure,) if measure else dict.fromkeys(name for release in releases for name in release.measures):
        found += Attacker(releases, one, known=_known(releases, one)).findings(first=first)
        if first and found:
            break
    return found


def _known(releases: Sequence[Release], measure: str) -> frozenset[Target]:
    """What follows from the exact cells of the accountability policy alone, whatever else is said: by decision of two
    people that is not protected.
    """
    bare = [replace(one, said={place: said for place, said in one.said.items() if _is_exact(one, place)})
            for one in releases]  # fmt: skip
    if not any(one.said for one in bare if measure in one.measures):
        return frozenset()
    return frozenset(_named_target(one) for one in Attacker(bare, measure).findings())


class Attacker:
    """The system of one measure over all releases, and what has been found out about it."""

    def __init__(self, releases: Sequence[Release], measure: str, known: frozenset[Target] = frozenset()) -> None:
        self.releases = [release for release in releases if release.of(measure)]
        self.measure = measure
        self.places: dict[Place, int] = {}
        self.rows: list[tuple[dict[int, float], float, float, Place | None]] = []
        self.least: list[float] = []
        self.most: list[float] = []
        self.named = _named(self.releases, measure)
        self.still: dict[Place, int] = {}  # counts of years that were over: since which release they stay
        for release in self.releases:
            self._sums(release)
            self._unnamed(release)
            self._said(release)
        for before, after in zip(self.releases, self.releases[1:], strict=False):
            self._lasting(before, after)
        self.targets = [one for one in self._targets() if _named_target(one[0]) not in known]
        self._made: Any = None

    # the system

    def _at(self, number: int, place: Key) -> int:
        """The variable of a count, made when it is first met."""
        if (number, place) not in self.places:
            self.places[number, place] = len(self.least)
            self.least.append(0)
            self.most.append(BEYOND)
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
            row = {self._at(number, part): 1.0 for part in parts}
            row[self._at(number, whole)] = row.get(self._at(number, whole), 0.0) - 1.0
            self.rows.append((row, 0, 0, None))

    def _fine(self, release: Release, name: str) -> list[str]:
        """The classes that a dimension really had then: merged ones apart, and those not named yet."""
        return [*_split(release.classes[self.measure, name]), *self._not_named(release, name)]

    def _not_named(self, release: Release, name: str) -> list[str]:
        """Classes of an open dimension that stood among the others then, and have a name in another release."""
        classes = release.classes[self.measure, name]
        return [code for code in self.named[name] if code not in _split(classes)] if _opens(name, classes) else []

    def _unnamed(self, release: Release) -> None:
        """A class that an open dimension does not name yet counts next to nothing."""
        for measure, name in release.classes:
            for code in self._not_named(release, name) if measure == self.measure else ():
                if (place := (release.number, key(measure, **{name: code}))) in self.places:
                    self.most[self.places[place]] = UNNAMED

    def _parts(self, release: Release, place: Key) -> list[Key]:
        """The counts that one published count adds up: several where classes were merged or are not named."""
        found: list[Key] = [(place[0], ())]
        for name, code in place[1]:
            codes = code.split(JOIN)
            if OTHER in codes and (place[0], name) in release.classes:
                codes += self._not_named(release, name)
            found = [narrowed(one, name, each) for one in found for each in codes]
        return found

    def _said(self, release: Release) -> None:
        for place, said in release.said.items():
            if place[0] != self.measure:
                continue
            parts = [self._at(release.number, part) for part in self._parts(release, place)]
            if said.how == "held":
                there = [(said.since, part) for part in self._parts(release, place)]
                before = [self.places[one] for one in there if one in self.places]
                if len(before) == len(parts):
                    moved = {**dict.fromkeys(parts, 1.0), **dict.fromkeys(before, -1.0)}
                    self.rows.append((moved, 1 - STEP, STEP - 1, (release.number, place)))
            elif said.least is not None and said.most is not None:
                self._between(parts, said, (release.number, place))

    def _between(self, parts: Sequence[int], said: Said, place: Place) -> None:
        least, most = float(said.least or 0), float(said.most or 0)
        if len(parts) == 1:
            self.least[parts[0]] = max(self.least[parts[0]], least)
            self.most[parts[0]] = min(self.most[parts[0]], most)
        else:
            self.rows.append((dict.fromkeys(parts, 1.0), least, most, place))

    def _lasting(self, before: Release, after: Release) -> None:
        """Totals of classes that a record keeps never fall; those of a year that was over stay."""
        if self.measure in after.corrected:
            return
        for (number, place), index in list(self.places.items()):
            if number != before.number or not lasts(place) or (after.number, place) not in self.places:
                continue
            over = any(name == "year" and code < before.until[:4] for name, code in place[1])
            if over:
                self.still[after.number, place] = self.still.get((number, place), number)
            moved = {self.places[after.number, place]: 1.0, index: -1.0}
            self.rows.append((moved, 0, 0 if over else BEYOND, None))

    def _targets(self) -> Iterator[tuple[Finding, dict[int, float]]]:
        """What must stay free: every count, and every change between any two releases."""
        numbers = [release.number for release in self.releases]
        said = {release.number: release.said for release in self.releases}
        for (number, place), index in self.places.items():
            shown = said[number].get(place)
            stated = shown is not None and shown.most is not None and shown.most - (shown.least or 0) < FREE - 1
            yield Finding("count", place, number, 0, 0, 0, stated), {index: 1.0}
            for earlier in numbers[: numbers.index(number)]:
                before = self.places.get((earlier, place))
                if before is not None and earlier < self.still.get((number, place), number):
                    yield Finding("change", place, number, earlier, 0, 0), {index: 1.0, before: -1.0}

    # the attack

    def findings(self, *, first: bool = False) -> list[Finding]:
        """What is not free. Raises Problem 422.343."""
        import numpy as np  # noqa: PLC0415  heavy, and only those who attack need it

        if not self.targets:
            return []
        wanted = _matrix([row for _, row in self.targets], len(self.least))
        seen = np.empty((0, len(self.targets)))
        chance = np.random.default_rng(0)
        for turn in range(ROUNDS):
            seen = np.vstack([seen, wanted @ self._witness(self._push(chance, turn))])
        seen = self._push_together(chance, wanted, seen)
        found: list[Finding] = []
        settled = np.zeros(len(self.targets), dtype=bool)
        while (left := np.flatnonzero(~_free(seen) & ~settled)).size and not (first and found):
            at = int(left[0])
            settled[at] = True
            least, most, seen = self._settle(at, wanted, seen)
            if not _free(seen[:, [at]])[0] and _tells(self.targets[at][0], least, most):
                found.append(replace(self.targets[at][0], least=least, most=most))
        return found

    def _push_together(self, chance: Any, wanted: Any, seen: Any) -> Any:
        """Push what is not free yet, all at once, as long as that frees a good part of it."""
        import numpy as np  # noqa: PLC0415  see above

        left = np.flatnonzero(~_free(seen))
        while left.size:
            push = chance.choice([-1.0, 1.0], left.size) @ wanted[left]
            for sign in (1.0, -1.0):
                seen = np.vstack([seen, wanted @ self._witness(sign * push)])
            before, left = left.size, np.flatnonzero(~_free(seen))
            if before - left.size <= before // 8:
                break
        return seen

    def _push(self, chance: Any, turn: int) -> Any:
        """A direction for everything at once: all counts down or up, neighbours in time apart, then by chance."""
        import numpy as np  # noqa: PLC0415  see above

        if turn < 2:
            return np.full(len(self.least), 1.0 if turn else -1.0)
        if turn < 4:
            odd = {release.number: place % 2 for place, release in enumerate(self.releases)}
            return np.array([1.0 if odd[number] == turn % 2 else -1.0 for number, _ in self.places])
        return chance.choice([-1.0, 1.0], len(self.least)) * chance.integers(1, 4, len(self.least))

    def _witness(self, push: Any) -> Any:
        point = self._solve(push)
        if point is None:
            raise Problem("422.343")
        return point

    def _settle(self, at: int, wanted: Any, seen: Any) -> tuple[int, int, Any]:
        """The exact bounds of one target, with the points that reach them."""
        import numpy as np  # noqa: PLC0415  see above

        row = wanted[[at]].toarray()[0]
        for sign in (1.0, -1.0):
            seen = np.vstack([seen, wanted @ self._witness(sign * row)])
        least, most = int(seen[:, at].min()), int(seen[:, at].max())
        return least, most, seen

    def _solve(self, push: Any) -> Any:
        """The point of whole numbers that satisfies everything with the least `push` × point, or None."""
        import numpy as np  # noqa: PLC0415  see above
        from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415  see above

        if self._made is None:
            rows = _matrix([row for row, *_ in self.rows], len(self.least))
            limits = [np.array([one[place] for one in self.rows], dtype=float) for place in (1, 2)]
            self._made = (LinearConstraint(rows, *limits), Bounds(np.array(self.least), np.array(self.most)))
        constraints, bounds = self._made
        if any(self.least[at] > self.most[at] for at in range(len(self.least))):
            return None
        # The best point is nearly always one of whole numbers already; only where it is not are they demanded.
        for whole in (np.zeros(len(push)), np.ones(len(push))):
            solved = milp(push, constraints=constraints, bounds=bounds, integrality=whole)
            if solved.x is None or abs(solved.x - np.round(solved.x)).max() < WHOLE:
                break
        return None if solved.x is None else np.round(solved.x)

    # what holds a finding

    def holding(self, finding: Finding) -> set[Place]:
        """What was said that, together, keeps a finding where it is: whatever is binding at either of its bounds."""
        import numpy as np  # noqa: PLC0415  see above
        from scipy.optimize import linprog  # noqa: PLC0415  see above

        target = next(row for one, row in self.targets if _named_target(one) == _named_target(finding))
        ranges = [one for one in self.rows if one[1] < one[2]]
        equal = [one for one in self.rows if one[1] == one[2]]
        matrix = _matrix([row for row, *_ in ranges], len(self.least))
        both = _matrix([*(row for row, *_ in ranges), *({at: -one for at, one in row.items()} for row, *_ in ranges)],
                       len(self.least))  # fmt: skip
        limits = np.array([*(one[2] for one in ranges), *(-one[1] for one in ranges)])
        push, found = np.zeros(len(self.least)), set[Place]()
        for at, weight in target.items():
            push[at] = weight
        for sign in (1.0, -1.0):
            solved = linprog(
                sign * push,
                A_ub=both if matrix.shape[0] else None,
                b_ub=limits if matrix.shape[0] else None,
                A_eq=_matrix([row for row, *_ in equal], len(push)) if equal else None,
                b_eq=[one[1] for one in equal] if equal else None,
                bounds=list(zip(self.least, self.most, strict=True)),
            )
            if solved.status == 0:
                found |= self._binding(solved, ranges)
        return found

    def _binding(
        self, solved: Any, ranges: Sequence[tuple[dict[int, float], float, float, Place | None]]
    ) -> set[Place]:
        places = list(self.places)
        at_bounds = abs(solved.lower.marginals) + abs(solved.upper.marginals)
        found = {places[at] for at in (at_bounds > 1e-9).nonzero()[0]}
        if ranges:
            for at in (abs(solved.ineqlin.marginals) > 1e-9).nonzero()[0]:
                place = ranges[int(at) % len(ranges)][3]
                if place is not None:
                    found.add(place)
        return found


def _free(seen: Any) -> Any:
    """Which targets are proven free: these points are as far apart there as FREE values lie."""
    return seen.max(axis=0) - seen.min(axis=0) >= FREE - 1


def _tells(target: Finding, least: int, most: int) -> bool:
    """Whether so few values say something: a count always does, a change only if it may be of 1 to STEP − 1."""
    return target.kind == "count" or any(0 < abs(moved) < STEP for moved in range(least, most + 1))


def _named_target(one: Finding) -> Target:
    return one.kind, one.key, one.release, one.since


def _matrix(rows: Sequence[Mapping[int, float]], width: int) -> Any:
    from scipy.sparse import csr_array  # noqa: PLC0415  heavy, and only those who attack need it

    values = [one for row in rows for one in row.values()]
    down = [at for at, row in enumerate(rows) for _ in row]
    across = [one for row in rows for one in row]
    return csr_array((values, (down, across)), shape=(len(rows), width), dtype=float)


def _named(releases: Sequence[Release], measure: str) -> dict[str, list[str]]:
    """Every class that any release names, by dimension."""
    found: dict[str, dict[str, None]] = {}
    for release in releases:
        for (whose, name), classes in release.classes.items():
            if whose == measure:
                found.setdefault(name, {}).update(dict.fromkeys(_split(classes)))
    return {name: list(codes) for name, codes in found.items()}


def _opens(name: str, classes: Sequence[str]) -> bool:
    return name in DIMENSIONS and DIMENSIONS[name].open and OTHER in _split(classes)


def _split(classes: Sequence[str]) -> list[str]:
    return [code for one in classes for code in one.split(JOIN)]


def lasts(place: Key) -> bool:
    """Whether a count is of classes that records keep: it never falls."""
    return all(name in DIMENSIONS and DIMENSIONS[name].lasting and code not in VAGUE for name, code in place[1])


def _is_exact(release: Release, place: Key) -> bool:
    """Whether the accountability policy says this count exactly: by State and status, crossed with nothing else."""
    allowed = release.policy == "accountability" and release.said[place].how == "exact"
    return allowed and place[0] == "claims" and {name for name, _ in place[1]} <= {"state", "status"}
