"""Disclosure control: from exact counts to what can be said of them, attacked and repaired until nothing follows.

A repair says less of one thing: *hold* a count (repeat what was said before, while it has moved by fewer than STEP),
*drop* a margin (a cell only where nothing else is left), *merge* two classes. Of the statements that are binding where
the attacker is too narrow, the repair with the least loss for what it mends is taken, again and again; then each repair
that turned out needless is undone.
The attacker knows none of the exact counts, so what is repaired follows from published figures alone, but for one
thing: that a held count moved by fewer than STEP, which is said and which the attacker therefore knows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from intake.domain.figures.attack import Attacker, Finding, known, lasts
from intake.domain.figures.counting import Counts, Key, base, key, narrowed
from intake.domain.figures.release import JOIN, NOTHING, STEP, UNNAMED, Release, Said, keys, rounded
from intake.domain.figures.tables import DIMENSIONS, OTHER, Table
from intake.domain.problems import Problem

MOST_TURNS = 60
# What a repair costs beside the error of a held count: a margin for each table in which it is read, each count of a
# class that is merged, and a cell that is left out.
DROPPED, MERGED, HOLE = 10.0, 6.0, 60.0


@dataclass(frozen=True)
class Repair:
    """One thing said less. `key` is the count held or dropped; for a merge `name` and `classes` say what became one."""

    kind: Literal["hold", "drop", "merge"]
    measure: str
    loss: float
    key: Key | None = None
    name: str = ""
    classes: tuple[str, str] | tuple[()] = ()


@dataclass(frozen=True)
class Past:
    """An earlier release with the exact counts it was made from, which only the office has."""

    release: Release
    counts: Counts


@dataclass(frozen=True)
class Loss:
    """What protection costs against the true table: the mean error of a shown cell (true count to the middle of its
    interval), and the share of cells that are shown by themselves and as they are now.
    """

    error: float
    shown: float


@dataclass(frozen=True)
class Protected:
    """A release that may be published; `found`: what was found before any repair; `repairs`: what was done."""

    release: Release
    found: tuple[Finding, ...]
    repairs: tuple[Repair, ...]
    loss: Loss


@dataclass(frozen=True)
class Frame:
    """What a release is to be: its number, its last day, its tables, its policy."""

    number: int
    until: str
    tables: tuple[Table, ...]
    policy: str = "protected"


def protect(counts: Counts, past: Sequence[Past], frame: Frame) -> Protected:
    """The release with the least that had to be left unsaid. `past` are all earlier releases, withdrawn ones too.

    Raises Problem 422.340 when nothing helps (what was published earlier already tells too much), 422.343.
    """
    corrected = tuple(dict.fromkeys(table.measure for table in frame.tables if _fell(table.measure, counts, past)))
    found: list[Finding] = []
    repairs: list[Repair] = []
    for measure in dict.fromkeys(table.measure for table in frame.tables):
        work = _Work(counts, past, frame, corrected, measure)
        found += work.mend()
        repairs += work.repairs
    release = said(counts, past, frame, corrected, repairs)
    return Protected(release, tuple(found), tuple(repairs), loss(release, counts))


def naive(counts: Counts, frame: Frame) -> Release:
    """Each count rounded by itself and nothing attacked: what is *not* published."""
    return said(counts, (), frame, (), ())


def loss(release: Release, counts: Counts) -> Loss:
    """What the release costs its readers."""
    every = [place for table in release.tables for place in _fine_keys(table, counts)]
    seen = [(counts[place], one) for place in every if (one := release.said.get(place)) is not None and one.shown]
    errors = sum(abs(value - ((one.least or 0) + (one.most or 0)) / 2) for value, one in seen)
    shown = sum(one.how != "held" for _, one in seen)
    return Loss(errors / max(len(seen), 1), shown / max(len(every), 1))


class _Work:
    """The repairs of one measure."""

    def __init__(
        self, counts: Counts, past: Sequence[Past], frame: Frame, corrected: tuple[str, ...], measure: str
    ) -> None:
        tables = tuple(table for table in frame.tables if table.measure == measure)
        self.counts, self.past, self.measure, self.corrected = counts, past, measure, corrected
        self.frame = replace(frame, tables=tables)
        self.repairs: list[Repair] = []

    def mend(self) -> list[Finding]:
        """Repair until the attacker finds nothing; gives what it found at first. Raises Problem 422.340."""
        attacker = self._attacker(self.repairs)
        began = left = attacker.findings()
        for _ in range(MOST_TURNS):
            if not left:
                self._undo_needless(attacker)
                return began
            self.repairs += self._chosen(left, attacker)
            attacker = self._attacker(self.repairs, attacker)
            left = attacker.findings()
        raise Problem("422.340")

    def _release(self, repairs: Sequence[Repair]) -> Release:
        return said(self.counts, self.past, self.frame, self.corrected, repairs)

    def _attacker(self, repairs: Sequence[Repair], before: Attacker | None = None) -> Attacker:
        """Attacks what these repairs leave to say. What is known from exact cells is so whatever is repaired."""
        releases = [*(one.release for one in self.past), self._release(repairs)]
        return Attacker(releases, self.measure, before.known if before else known(releases, self.measure), before)

    def _chosen(self, found: Sequence[Finding], attacker: Attacker) -> list[Repair]:
        """For every finding one repair that loosens it, those first that cost least for all they loosen."""
        release = self._release(self.repairs)
        loosening: dict[Key, list[Repair]] = {}
        helping: dict[Repair, set[int]] = {}
        for at, finding in enumerate(found):
            for place in {place for number, place in attacker.holding(finding) if number == self.frame.number}:
                if place not in loosening:
                    loosening[place] = self._loosening(release, place)
                for repair in loosening[place]:
                    helping.setdefault(repair, set()).add(at)
        chosen: list[Repair] = []
        while helping:
            best = min(helping, key=lambda one: (one.loss / len(helping[one]), one.loss, str(one)))
            done = helping.pop(best)
            chosen.append(best)
            helping = {one: rest for one, at in helping.items() if (rest := at - done) and not _clash(one, best)}
        if not chosen:
            raise Problem("422.340")
        return chosen

    def _loosening(self, release: Release, place: Key) -> list[Repair]:
        """What can be said less of a statement that holds: of the count itself, or of a class it stands in."""
        found: list[Repair] = []
        for shown in _published(release, place):
            one = release.said.get(shown)
            if one is not None and one.how in ("exact", "dropped"):
                continue
            moved = _moved(self.counts, self.past, release, shown)
            if one is not None and one.how == "rounded" and moved is not None:
                found.append(Repair("hold", self.measure, 1 + moved, key=shown))
            else:
                margin = _is_margin(self.frame.tables, shown)
                price = DROPPED * _weight(self.frame.tables, shown) if margin else HOLE
                found.append(Repair("drop", self.measure, price, key=shown))
            found += self._merging(release, shown)
        return found

    def _merging(self, release: Release, place: Key) -> list[Repair]:
        """A class of the count with its smallest neighbour; statuses and answers are never merged."""
        found: list[Repair] = []
        for name, code in place[1]:
            classes = release.classes.get((self.measure, name), ())
            if name in NEVER_MERGED or code not in classes or len(classes) < 2:
                continue
            for beside in _neighbours(release, self.measure, name, code):
                pair = (code, beside) if classes.index(code) < classes.index(beside) else (beside, code)
                width = sum(1 for one in release.said if any(each == (name, code) for each in one[1]))
                found.append(Repair("merge", self.measure, MERGED * width, name=name, classes=pair))
        return found

    def _undo_needless(self, safe: Attacker) -> None:
        """Whatever was repaired in vain is said after all, the dearest first."""
        for repair in sorted(self.repairs, key=lambda one: -one.loss):
            fewer = [one for one in self.repairs if one is not repair]
            attacker = self._attacker(fewer, safe)
            if not attacker.findings(first=True):
                self.repairs, safe = fewer, attacker


NEVER_MERGED = frozenset({"status", "answer", "outcome", "told", "gender_wish"})


def said(
    counts: Counts, past: Sequence[Past], frame: Frame, corrected: tuple[str, ...], repairs: Sequence[Repair]
) -> Release:
    """What is said of every count once these repairs are made."""
    classes: dict[tuple[str, str], tuple[str, ...]] = {}
    for table in frame.tables:
        for name in (table.rows, table.columns):
            if name:
                merges = [
                    one.classes
                    for one in repairs
                    if (one.kind, one.measure, one.name) == ("merge", table.measure, name)
                ]
                classes[table.measure, name] = _joined(_classes(table, name, counts, past, frame), merges)
    blank = Release(frame.number, frame.until, frame.tables, classes, {}, frame.policy, corrected)
    held = {one.key for one in repairs if one.kind == "hold"}
    dropped = {one.key for one in repairs if one.kind == "drop"}
    found: dict[Key, Said] = {}
    for table in frame.tables:
        for _, _, place in keys(table, classes):
            value = sum(counts.get(part, 0) for part in _parts(blank, place, counts))
            if _exact(table, place, frame):
                found[place] = Said(value, value, "exact")
            elif place in dropped:
                found[place] = NOTHING
            elif place not in found:
                found[place] = _held(past, place) if place in held else rounded(value)
    return replace(blank, said=found)


def _exact(table: Table, place: Key, frame: Frame) -> bool:
    """Whether the accountability policy says it exactly: State by status, and the margins of that table."""
    exact = {"state", "status"} if frame.policy == "accountability" else None
    return exact is not None and table.measure == "claims" and {name for name, _ in place[1]} <= exact


def _classes(table: Table, name: str, counts: Counts, past: Sequence[Past], frame: Frame) -> list[str]:
    """The classes as they are, of an open dimension those that are named: more than next to nothing, or once named."""
    found = ((dict(place[1]), value) for place, value in counts.items() if place[0] == table.measure)
    alone = {name, *table.within}  # the margin of this table in which nothing else is crossed
    there = {
        classes[name]: value
        for classes, value in found
        if classes.keys() == alone and table.within.items() <= classes.items()
    }
    if not DIMENSIONS[name].open:
        return list(there)
    before = {
        code
        for one in past
        for whole in one.release.classes.get((table.measure, name), ())
        for code in whole.split(JOIN)
    }
    least = 1 if frame.policy == "accountability" and table.measure == "claims" else UNNAMED + 1
    return [*sorted(code for code, value in there.items() if value >= least or code in before), OTHER]


def _only(place: Key, name: str) -> bool:
    return len(place[1]) == 1 and place[1][0][0] == name


def _joined(classes: Sequence[str], merges: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """The classes after pairs of them became one, which stands where the first of them stood."""
    found = list(classes)
    for pair in merges:
        whole = [next((one for one in found if code in one.split(JOIN) or one == code), code) for code in pair]
        if whole[0] != whole[1] and all(one in found for one in whole):
            found[found.index(whole[0])] = JOIN.join(whole)
            found.remove(whole[1])
    return tuple(found)


def _parts(release: Release, place: Key, counts: Counts) -> list[Key]:
    """The exact counts that a published one adds up."""
    found: list[Key] = [(place[0], ())]
    for name, code in place[1]:
        codes = code.split(JOIN)
        classes = release.classes.get((place[0], name), ())
        if OTHER in codes and name in DIMENSIONS and DIMENSIONS[name].open:
            named = {each for one in classes for each in one.split(JOIN)}
            there = sorted(dict(one[1])[name] for one in counts if one[0] == place[0] and _only(one, name))
            codes = [*(each for each in codes if each != OTHER), *(each for each in there if each not in named)]
        found = [narrowed(one, name, each) for one in found for each in codes]
    return found


def _held(past: Sequence[Past], place: Key) -> Said:
    before = past[-1].release
    one = before.said[place]
    return replace(one, how="held", since=one.since if one.how == "held" else before.number)


def _moved(counts: Counts, past: Sequence[Past], release: Release, place: Key) -> int | None:
    """By how much a count moved since what was last said of it; None when it cannot be held."""
    before = past[-1].release.said.get(place) if past else None
    if before is None or before.how not in ("rounded", "held"):
        return None
    since = before.since if before.how == "held" else past[-1].release.number
    first = next(one for one in past if one.release.number == since)
    value = sum(counts.get(part, 0) for part in _parts(release, place, counts))
    then = sum(first.counts.get(part, 0) for part in _parts(first.release, place, first.counts))
    same = _classes_same(release, first.release, place)
    moved = abs(value - then)
    return moved if same and moved < STEP else None


def _classes_same(now: Release, then: Release, place: Key) -> bool:
    """Whether the classes meant the same then: what stands among the others changes as countries get a name."""
    return all(
        code != OTHER or not DIMENSIONS[name].open or now.classes[place[0], name] == then.classes[place[0], name]
        for name, code in place[1]
    )


def _published(release: Release, place: Key) -> list[Key]:
    """The published counts in which an exact one stands."""
    return [one for one in release.said if one[0] == place[0] and _covers(one, place)]


def _covers(one: Key, place: Key) -> bool:
    if [name for name, _ in one[1]] != [name for name, _ in place[1]]:
        return False
    return all(
        code in whole.split(JOIN) or whole == code for (_, whole), (_, code) in zip(one[1], place[1], strict=True)
    )


def _is_margin(tables: Sequence[Table], place: Key) -> bool:
    names = {name for name, _ in place[1]}
    return all(names != set(table.dimensions) for table in tables) or any(place == base(table) for table in tables)


def _weight(tables: Sequence[Table], place: Key) -> int:
    """In how many tables a margin is read."""
    names = {name for name, _ in place[1]}
    return sum(1 for table in tables if names <= set(table.dimensions))


def _neighbours(release: Release, measure: str, name: str, code: str) -> list[str]:
    """With what a class may be merged: what stands beside it in time, else what is said to be smallest."""
    classes = release.classes[measure, name]
    at = classes.index(code)
    if name in ("year", "waiting"):
        return [one for one in classes[max(0, at - 1) : at + 2] if one != code]
    others = [one for one in classes if one != code]
    size = {one: _size(release, key(measure, **{name: one})) for one in others}
    return [min(others, key=lambda one: (one != OTHER and DIMENSIONS[name].open, size[one], one))]


def _size(release: Release, place: Key) -> int:
    one = release.said.get(place)
    return one.most if one is not None and one.most is not None else 0


def _clash(one: Repair, other: Repair) -> bool:
    """Whether two repairs cannot stand in one turn: they change the same classes."""
    if "merge" not in (one.kind, other.kind):
        return False
    if one.kind == other.kind == "merge":
        return one.name == other.name and bool(set(one.classes) & set(other.classes))
    merge, single = (one, other) if one.kind == "merge" else (other, one)
    return single.key is not None and any(
        pair in single.key[1] for pair in ((merge.name, code) for code in merge.classes)
    )


def _fell(measure: str, counts: Counts, past: Sequence[Past]) -> bool:
    """Whether a total that only grows is less than it was, or one of a year that was over is other than it was."""
    if not past:
        return False
    from_then = past[-1]
    for place, then in from_then.counts.items():
        if place[0] != measure or not lasts(place):
            continue
        now = counts.get(place, 0)
        over = any(name == "year" and code < from_then.release.until[:4] for name, code in place[1])
        if now < then or (over and now != then):
            return True
    return False


def _fine_keys(table: Table, counts: Counts) -> list[Key]:
    return [one for one in counts if one[0] == table.measure and {name for name, _ in one[1]} == set(table.dimensions)]
