"""A scorecard: how a Member State responded, by criteria that are data of the office.

The Task Force's own criteria are not public, so these are ours (domain brief 5.3): each names its formula, and the
office sets weight and target. Nothing here depends on *how many* allegations or claims there are: a count rewards
silence (5.3, Grady). Every criterion is a share of what the State was asked, and a test doubles all cases and finds the
same figures. Fewer than five cases make no figure; that is *not enough cases*, never good and never bad. What is open
and overdue counts as not done; what is not due yet, or waits for the office, does not count. The result advises; who
may send personnel is decided by people.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Literal

from intake.domain.clocks import Calendar, Lengths, Reading
from intake.domain.matter import Matter
from intake.domain.member_state import FRAME, PREVENTION, MemberState
from intake.domain.problems import Problem
from intake.domain.verbale import Verbale

SHAPE = 1
KIND, METHOD = "scorecard", "method"

FEWEST = 5
YEAR = 365
LATELY = 92
MONTH = 30.4
LONGEST_WORDS = 4000
Source = Literal["allegations", "claims", "allegations_and_claims", "notes", "register"]


@dataclass(frozen=True)
class Inputs:
    """All that is known of one State on a day: nothing that became known later is in it."""

    state: MemberState
    matters: tuple[Matter, ...]
    notes: tuple[Verbale, ...]
    day: date
    calendar: Calendar
    office: Calendar
    lengths: Lengths

    def of(self, sort: str) -> list[Matter]:
        return [one for one in self.matters if one.sort == sort]

    def clocks(self, name: str, *sorts: str) -> list[Reading]:
        """How the clock of a name stands in each matter of these sorts."""
        given: dict[str, Any] = {"today": self.day, "state": self.calendar, "office": self.office}
        return [
            found
            for one in self.matters
            if one.sort in sorts
            for found in one.readings(lengths=self.lengths, **given)
            if found.clock.name == name
        ]

    def on(self, day: date) -> "Inputs":
        """The same as it was known at the end of an earlier day."""
        state = self.state
        posts = tuple(post for post in state.posts if post.since <= day.isoformat())
        findings = {name: found for name, found in state.findings.items() if found.on <= day.isoformat()}
        return replace(
            self,
            day=day,
            state=replace(state, posts=posts, findings=findings),
            matters=tuple(one.as_of(day) for one in self.matters),
            notes=tuple(note.as_of(day) for note in self.notes),
        )


@dataclass(frozen=True)
class Counted:
    """What a formula finds: so many of so many. `days` and `done` are there where open cases must be estimated."""

    numerator: int
    denominator: int
    days: tuple[int, ...] = ()
    done: tuple[bool, ...] = ()
    # How long it took, where that says more than the share: days of `unit`, and whether each is over.
    took: tuple[tuple[int, bool], ...] = ()
    fewest: int = FEWEST


@dataclass(frozen=True)
class Criterion:
    """One indicator. `weight` and `target` (percent) are what an office begins with; `ours` is a duty of the office."""

    id: str
    source: Source
    formula: Callable[[Inputs], Counted]
    weight: int
    target: int
    ours: bool = False


@dataclass(frozen=True)
class Figure:
    """What came out for one criterion. `value`, `low`, `high` from 0 to 1 are None where there are too few cases.

    `median` is in days (A1: working days; P4: days), `months` are those without a focal point (P1).
    """

    id: str
    numerator: int
    denominator: int
    value: float | None = None
    low: float | None = None
    high: float | None = None
    median: int | None = None
    months: float | None = None

    @property
    def enough(self) -> bool:
        return self.value is not None


@dataclass(frozen=True)
class Method:
    """Weights (0 to 100) and targets (percent) by criterion; `number` counts its versions, 0 being ours."""

    number: int = 0
    weights: Mapping[str, int] = field(default_factory=dict)
    targets: Mapping[str, int] = field(default_factory=dict)
    by: str = ""
    at: str = ""
    why: str = ""

    def weight(self, id: str) -> int:
        return self.weights.get(id, BY_ID[id].weight)

    def target(self, id: str) -> int:
        return self.targets.get(id, BY_ID[id].target)


@dataclass(frozen=True)
class Card:
    """One State's figures on one day; `score` from 0 to 100, None where too little of the weight has enough cases."""

    state: str
    day: date
    figures: tuple[Figure, ...]
    score: float | None

    def figure(self, id: str) -> Figure:
        return next(found for found in self.figures if found.id == id)


# ---- formulas (domain brief 5.3)


def _in_time(found: Iterable[Reading]) -> Counted:
    """Those done within the term, of those that are done or whose term is over."""
    due = [one for one in found if one.standing in ("in_time", "late", "overdue")]
    return Counted(sum(one.standing == "in_time" for one in due), len(due))


def _done(found: Iterable[Reading]) -> Counted:
    """Those done at all, of those that are done or whose term is over."""
    due = [one for one in found if one.standing in ("in_time", "late", "overdue")]
    return Counted(sum(one.standing != "overdue" for one in due), len(due))


def _acknowledged(inputs: Inputs) -> Counted:
    found = [one for one in inputs.clocks("acknowledge", "allegation", "claim") if one.standing != "waits"]
    took = tuple((one.used, one.standing in ("in_time", "late")) for one in found)
    return replace(_in_time(found), took=took)


def _completed_in_a_year(inputs: Inputs) -> Counted:
    """Days from telling the State to completing, less those on which it waited for the office."""
    found = [one for one in inputs.of("allegation") if one.day("referred")]
    days, done = [], []
    for one in found:
        begun, ended = one.day("referred"), one.day("investigation_done")
        until = ended or inputs.day
        waited = sum(
            max((min(pause.until or until, until) - max(pause.since, begun or until)).days, 0) for pause in one.pauses
        )
        days.append(max((until - (begun or until)).days - waited, 1))
        done.append(ended is not None)
    completed = sum(over and long <= YEAR for long, over in zip(days, done, strict=True))
    return Counted(completed, len(found), tuple(days), tuple(done))


def _answered(inputs: Inputs) -> Counted:
    given: dict[str, Any] = {"today": inputs.day, "state": inputs.calendar, "office": inputs.office}
    sent = [note for note in inputs.notes if note.first("sent") and note.standing != "withdrawn"]
    found = [note.reading(lengths=inputs.lengths, **given) for note in sent]
    return _done(one for one in found if one.clock.whose == "state")


def _focal_point(inputs: Inputs) -> Counted:
    """The days of the last year on which there was one."""
    gone = inputs.state.without_focal_point(inputs.day - timedelta(days=YEAR), inputs.day)
    return Counted(YEAR - gone, YEAR)


def _sample(inputs: Inputs) -> Counted:
    """Claims in which a sample came or another way was named, of those in which it was asked for and the law allows."""
    asked = [one for one in inputs.of("claim") if one.day("dna_requested") and not one.day("law_excludes_dna")]
    return Counted(sum(one.day("dna_given") is not None for one in asked), len(asked))


def _known(names: tuple[str, ...]) -> Callable[[Inputs], Counted]:
    """How many of some questions are answered yes; all of them must have been looked at."""

    def count(inputs: Inputs) -> Counted:
        found = [inputs.state.finding(name).answer for name in names]
        known = [answer for answer in found if answer != "unknown"]
        return Counted(known.count("yes"), len(known), fewest=len(names))

    return count


def _resolved(inputs: Inputs) -> Counted:
    """Claims that were resolved, of those the State was told of; how old those are that are not."""
    told = [one for one in inputs.of("claim") if one.day("notified")]
    counted = [one for one in told if not one.day("ended")]
    pending = [one for one in counted if not one.day("resolved")]
    ages = tuple(((inputs.day - (one.day("registered") or inputs.day)).days, True) for one in pending)
    return Counted(len(counted) - len(pending), len(counted), took=ages)


def _supported(inputs: Inputs) -> Counted:
    """Claims with a payment in the last three months, of those in which support was ordered so long ago."""
    since = inputs.day - timedelta(days=LATELY)
    ordered = [one for one in inputs.of("claim") if (one.day("support_ordered") or inputs.day) <= since]
    paid = [one for one in ordered if any(step.kind == "paid" and step.on > since for step in one.standing)]
    return Counted(len(paid), len(ordered))


def _clock(
    name: str, *sorts: str, count: Callable[[Iterable[Reading]], Counted] = _in_time
) -> Callable[[Inputs], Counted]:
    return lambda inputs: count(inputs.clocks(name, *sorts))


CRITERIA: tuple[Criterion, ...] = (
    Criterion("A1", "allegations_and_claims", _acknowledged, 10, 90),
    Criterion("A2", "allegations", _clock("appoint", "allegation"), 10, 90),
    Criterion("A3", "allegations", _clock("complete", "allegation"), 15, 80),
    Criterion("A4", "allegations", _completed_in_a_year, 10, 90),
    Criterion("A5", "notes", _answered, 10, 90),
    Criterion("A6", "allegations", _clock("report_outcome", "allegation", count=_done), 10, 95),
    Criterion("A7", "allegations", _clock("report_action", "allegation", count=_done), 10, 95),
    Criterion("A8", "allegations", _clock("tell", "allegation", count=_done), 0, 95, ours=True),
    Criterion("P1", "register", _focal_point, 5, 100),
    Criterion("P2", "claims", _sample, 10, 80),
    Criterion("P3", "register", _known(FRAME), 5, 100),
    Criterion("P4", "claims", _resolved, 10, 70),
    Criterion("P5", "claims", _supported, 10, 90),
    Criterion("V1", "register", _known(PREVENTION), 5, 100),
)
BY_ID: Mapping[str, Criterion] = {one.id: one for one in CRITERIA}
# No score where less than this share of all weight rests on criteria with enough cases.
LEAST_WEIGHT = 0.5


# ---- figures


def figure(criterion: Criterion, inputs: Inputs) -> Figure:
    """What a criterion gives for a State on a day."""
    # Loaded where it is used: it takes seconds, and the office must start without it.
    from intake.domain import estimates  # noqa: PLC0415

    counted = criterion.formula(inputs)
    found = Figure(criterion.id, counted.numerator, counted.denominator)
    if criterion.id == "P1":
        months = round((counted.denominator - counted.numerator) / MONTH, 1)
        return replace(found, value=counted.numerator / counted.denominator, months=months)
    if counted.denominator < counted.fewest:
        return found
    if criterion.source == "register":
        return replace(found, value=counted.numerator / counted.denominator)
    if counted.days:
        estimate = estimates.completed_by(YEAR, counted.days, counted.done)
    else:
        estimate = estimates.share(counted.numerator, counted.denominator)
    took = counted.took if len(counted.took) >= FEWEST else ()
    half = estimates.median([days for days, _ in took], [over for _, over in took]) if took else None
    return replace(found, value=estimate.value, low=estimate.low, high=estimate.high, median=half)


def card(inputs: Inputs, method: Method) -> Card:
    """The figures of a State and what they come to by the weights of a method."""
    figures = tuple(figure(criterion, inputs) for criterion in CRITERIA)
    return Card(inputs.state.code, inputs.day, figures, score(figures, method))


def score(figures: Iterable[Figure], method: Method) -> float | None:
    """The weighted mean of all shares that rest on enough cases, from 0 to 100; None where they are too few."""
    weighed = [(method.weight(one.id), one.value) for one in figures if one.value is not None]
    weight, every = sum(own for own, _ in weighed), sum(method.weight(one.id) for one in CRITERIA)
    if not weight or weight < LEAST_WEIGHT * every:
        return None
    return 100 * sum(own * value for own, value in weighed) / weight


def quarters(day: date, count: int = 4) -> list[date]:
    """The last days of so many quarters before a day, and the day itself."""
    found, first = [day], date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    for _ in range(count):
        last = first - timedelta(days=1)
        found.append(last)
        first = date(last.year, (last.month - 1) // 3 * 3 + 1, 1)
    return sorted(set(found))


def check_method(method: Method) -> None:
    """Raises Problem 422.331 (weights), 422.332 (targets), 422.20 (no reason for the change), each with its field."""
    for id in BY_ID:
        if not _is_percent(method.weights.get(id)):
            raise Problem("422.331", field=f"weight-{id}")
        if not _is_percent(method.targets.get(id)):
            raise Problem("422.332", field=f"target-{id}")
    if not any(method.weights.values()):
        raise Problem("422.331", field=f"weight-{CRITERIA[0].id}")
    if len(method.why.strip()) < 10:
        raise Problem("422.20", field="why")


def _is_percent(value: Any) -> bool:
    return type(value) is int and 0 <= value <= 100


# ---- the record: figures as they were made, and what States said to them


@dataclass(frozen=True)
class Hearing:
    """What became of a State's right of reply: the day it was asked, and the day and words of its reply, if any."""

    asked: str = ""
    replied: str = ""
    words: str = ""


@dataclass(frozen=True)
class Scorecard:
    """Figures that were made on a day by one version of the method, and are never made anew.

    `cards` are by State, each over time, the day itself last. `reply` is how many days a State has to reply.
    """

    id: str
    version: int
    day: date
    method: Method
    reply: int
    cards: Mapping[str, tuple[Card, ...]]
    hearings: Mapping[str, Hearing] = field(default_factory=dict)
    shared: tuple[Mapping[str, str], ...] = ()

    @property
    def states(self) -> tuple[str, ...]:
        return tuple(self.cards)

    def hearing(self, state: str) -> Hearing:
        return self.hearings.get(state, Hearing())

    def until(self, state: str) -> str:
        """The last day on which a State that was asked can reply, or empty."""
        asked = self.hearing(state).asked
        return (date.fromisoformat(asked) + timedelta(days=self.reply)).isoformat() if asked else ""

    def heard(self, state: str, today: date) -> bool:
        """Whether a State replied, or had its time and was silent."""
        return bool(self.hearing(state).replied) or "" < self.until(state) < today.isoformat()

    def may_be_shared(self, today: date) -> bool:
        return all(self.heard(state, today) for state in self.states)

    def asked(self, state: str, on: date) -> "Scorecard":
        """A State was sent its figures and asked what it says. Raises Problem 404.12, 422.330."""
        self._check_state(state)
        if self.hearing(state).asked:
            raise Problem("422.330", field="on")
        return replace(self, hearings={**self.hearings, state: Hearing(on.isoformat())})

    def replied(self, state: str, on: date, words: str) -> "Scorecard":
        """What it said, word for word. Raises Problem 404.12, 422.335 (no words), 422.44, 422.329, 422.330."""
        self._check_state(state)
        found = self.hearing(state)
        if not found.asked:
            raise Problem("422.330", field="on")
        if on.isoformat() < found.asked:
            raise Problem("422.329", field="on")
        if not words.strip():
            raise Problem("422.335", field="words")
        if len(words) > LONGEST_WORDS:
            raise Problem("422.44", field="words")
        said = replace(found, replied=on.isoformat(), words=words.strip())
        return replace(self, hearings={**self.hearings, state: said})

    def share(self, *, by: str, at: str, to: str, today: date) -> "Scorecard":
        """It goes out, on record to whom. Raises Problem 409.15 before every State had its say, 422.40 (to whom)."""
        if not self.may_be_shared(today):
            raise Problem("409.15")
        if not to.strip():
            raise Problem("422.40", field="to")
        if len(to) > 200:
            raise Problem("422.44", field="to")
        return replace(self, shared=(*self.shared, {"by": by, "at": at, "to": to.strip()}))

    def _check_state(self, state: str) -> None:
        if state not in self.cards:
            raise Problem("404.12")


# Sealed records hold no fractions: every digit of one goes as text.
_FRACTIONS = ("value", "low", "high", "months")


def _text(value: float | None) -> str | None:
    return None if value is None else repr(float(value))


def _float(text: str | None) -> float | None:
    return None if text is None else float(text)


def _figure_to_json(found: Figure) -> dict[str, Any]:
    return {name: _text(value) if name in _FRACTIONS else value for name, value in vars(found).items()}


def _figure(kept: Mapping[str, Any]) -> Figure:
    plain: dict[str, Any] = {name: _float(value) if name in _FRACTIONS else value for name, value in kept.items()}
    return Figure(**plain)


def method_to_json(method: Method) -> dict[str, Any]:
    return {**vars(method), "weights": dict(method.weights), "targets": dict(method.targets)}


def to_json(one: Scorecard) -> dict[str, Any]:
    """The content of the record (kind "scorecard")."""
    cards = {
        state: [
            {
                "day": each.day.isoformat(),
                "score": _text(each.score),
                "figures": [_figure_to_json(found) for found in each.figures],
            }
            for each in over_time
        ]
        for state, over_time in one.cards.items()
    }
    return {
        "shape": SHAPE,
        "day": one.day.isoformat(),
        "method": method_to_json(one.method),
        "reply": one.reply,
        "cards": cards,
        "hearings": {state: vars(hearing) for state, hearing in one.hearings.items()},
        "shared": [dict(each) for each in one.shared],
    }


def from_json(id: str, version: int, kept: Mapping[str, Any]) -> Scorecard:
    cards = {
        state: tuple(
            Card(state, date.fromisoformat(each["day"]), tuple(map(_figure, each["figures"])), _float(each["score"]))
            for each in over_time
        )
        for state, over_time in kept["cards"].items()
    }
    return Scorecard(
        id,
        version,
        date.fromisoformat(kept["day"]),
        Method(**kept["method"]),
        kept["reply"],
        cards,
        {state: Hearing(**one) for state, one in kept["hearings"].items()},
        tuple(kept["shared"]),
    )
