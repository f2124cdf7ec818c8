"""A matter: one allegation or one claim as it stands between the office and one Member State.

A matter *is* its steps, each with two days: when it happened and when the office learned of it. What it looks like is
worked out from them in the order of the days, so steps that reach the office late change nothing but what was known
when. A step is never written over; one that was wrong is taken back by a further step. An allegation is kept as a
record of its own (kind "proceeding"), without a name or a word of what happened: it points to its case. A claim's
matter is worked out from the claim.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, Literal

from intake.domain import clocks
from intake.domain.clocks import Calendar, Clock, Lengths, Pause, Reading
from intake.domain.problems import Problem

SHAPE = 1
KIND = "proceeding"
Sort = Literal["allegation", "claim"]

# domain brief 5.1: "unsubstantiated" does not mean false.
OUTCOMES = ("substantiated", "unsubstantiated", "no_finding")
SUBSTANTIATED = OUTCOMES[0]
# domain brief 5.1: sanctions seen. Listed beside the score, never weighed.
ACTIONS = ("imprisonment", "dismissal", "forced_retirement", "loss_of_commission", "rank_reduction", "other", "none")
LONGEST_WORDS = 500


@dataclass(frozen=True)
class Rule:
    """What must have come before a step, whether it can come again, and which code it asks for, out of which."""

    after: tuple[str, ...] = ()
    again: bool = False
    code: str = ""
    codes: tuple[str, ...] = ()


# domain brief 5.2
STEPS: Mapping[str, Rule] = {
    "received": Rule(),
    "referred": Rule(after=("received",)),
    "acknowledged": Rule(after=("referred",)),
    "nio_appointed": Rule(after=("referred",)),
    "nio_on_site": Rule(after=("nio_appointed",)),
    "left_to_the_office": Rule(after=("referred",)),
    "investigation_done": Rule(after=("referred",)),
    "outcome_reported": Rule(after=("referred",), code="outcome", codes=OUTCOMES),
    "action_reported": Rule(after=("outcome_reported",), code="action", codes=ACTIONS),
    "victim_informed": Rule(after=("outcome_reported",)),
    "asked_us": Rule(after=("referred",), again=True),
    "we_gave": Rule(after=("asked_us",), again=True),
}
# What staff write down about an allegation by hand; the first two come from opening it and from sending a note.
BY_HAND = tuple(kind for kind in STEPS if kind not in ("received", "referred"))
BACK = "taken_back"


@dataclass(frozen=True)
class Step:
    """`on` is when it happened, `known` when the office learned of it; `at` (an instant as text) when `by` wrote it."""

    kind: str
    on: date
    known: date
    by: str = ""
    at: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Matter:
    """`state` is an ISO 3166-1 code, `about` the id of the case or claim, `reference` what staff call that.

    `urgent` gives the shorter term to complete; `to_be_told` says that she wants to hear of the outcome.
    """

    id: str
    version: int
    sort: Sort
    state: str
    about: str
    reference: str
    steps: tuple[Step, ...] = ()
    urgent: bool = False
    to_be_told: bool = False

    @cached_property
    def standing(self) -> tuple[Step, ...]:
        """The steps that were not taken back, by the day on which they happened."""
        back = {step.details["step"] for step in self.steps if step.kind == BACK}
        kept = [step for n, step in enumerate(self.steps) if step.kind != BACK and n not in back]
        return tuple(sorted(kept, key=lambda step: (step.on, _order(step.kind), step.known)))

    def first(self, kind: str) -> Step | None:
        return next((step for step in self.standing if step.kind == kind), None)

    def day(self, kind: str) -> date | None:
        """When something happened. An investigation is done, at the latest, when its outcome is reported."""
        if kind == "substantiated":
            return self.day("outcome_reported") if self.outcome == SUBSTANTIATED else None
        kinds = ("investigation_done", "outcome_reported") if kind == "investigation_done" else (kind,)
        return min((step.on for step in self.standing if step.kind in kinds), default=None)

    @property
    def outcome(self) -> str:
        step = self.first("outcome_reported")
        return str(step.details["outcome"]) if step else ""

    @property
    def pauses(self) -> tuple[Pause, ...]:
        """When the State waited for the office."""
        found: list[Pause] = []
        for step in self.standing:
            waiting = bool(found) and found[-1].until is None
            if step.kind == "asked_us" and not waiting:
                found.append(Pause(step.on, None))
            elif step.kind == "we_gave" and waiting:
                found[-1] = Pause(found[-1].since, step.on)
        return tuple(found)

    @property
    def we_owe(self) -> date | None:
        """Since when the office owes the State something."""
        return self.pauses[-1].since if self.pauses and self.pauses[-1].until is None else None

    def as_of(self, day: date) -> "Matter":
        """The matter as it was known at the end of a day."""
        return replace(self, steps=tuple(step for step in self.steps if step.known <= day))

    def then(self, step: Step) -> "Matter":
        """The matter with one step more.

        Raises Problem 422.329 (days that cannot be), 422.330 (there already, or too early), 422.328 (no such code).
        """
        rule = STEPS.get(step.kind)
        there = {one.kind for one in self.standing}
        if rule is None or not set(rule.after) <= there or (step.kind in there and not rule.again):
            raise Problem("422.330", field="kind")
        if rule.code and step.details.get(rule.code) not in rule.codes:
            raise Problem("422.328", field=rule.code)
        if len(str(step.details.get("words", ""))) > LONGEST_WORDS:
            raise Problem("422.44", field="words")
        if step.known < step.on or any(step.on < (self.day(kind) or step.on) for kind in rule.after):
            raise Problem("422.329", field="on")
        if step.kind == "we_gave" and self.we_owe is None:
            raise Problem("422.330", field="kind")
        return replace(self, steps=(*self.steps, step))

    def back(self, number: int, *, by: str, at: str, today: date) -> "Matter":
        """The matter without the step of a number, which stays to be read. Raises Problem 422.330.

        What others rest on cannot be taken back before them.
        """
        if not 0 < number < len(self.steps) or self.steps[number] not in self.standing:
            raise Problem("422.330", field="kind")
        changed = replace(self, steps=(*self.steps, Step(BACK, today, today, by, at, {"step": number})))
        there = {one.kind for one in changed.standing}
        if any(not set(STEPS[step.kind].after) <= there for step in changed.standing if step.kind in STEPS):
            raise Problem("422.330", field="kind")
        return changed

    def clocks(self) -> tuple[Clock, ...]:
        """Its clocks, with the shorter term for what is urgent."""
        if self.sort == "claim":
            return clocks.CLAIM
        short = {"complete": "complete_urgent"} if self.urgent else {}
        wanted = (clock for clock in clocks.ALLEGATION if clock.name != "tell" or self.to_be_told)
        return tuple(replace(clock, term=short.get(clock.term, clock.term)) for clock in wanted)

    def readings(self, *, today: date, state: Calendar, office: Calendar, lengths: Lengths) -> Iterator[Reading]:
        """How its clocks stand: the State's on its own calendar, the office's on that of the office.

        Ours are counted from the day on which the office learned of what begins them.
        """
        for clock in self.clocks():
            ours = clock.whose == "office"
            since = self._known(clock.begins) if ours else self.day(clock.begins)
            yield clocks.read(
                clock,
                since=since,
                until=self.day(clock.ends),
                today=today,
                calendar=office if ours else state,
                lengths=lengths,
                pauses=self.pauses,
            )
        if self.pauses:
            last = self.pauses[-1]
            given: dict[str, Any] = {"today": today, "calendar": office, "lengths": lengths}
            yield clocks.read(GIVE, since=last.since, until=last.until, **given)

    def owed(self, *, state: Calendar, office: Calendar, lengths: Lengths) -> Iterator[tuple[str, str, date]]:
        """What is still to come: by which clock, from whom, and the last day that is in time, whatever day it is.

        What stands still after its time was over has the first of all days: it was late before, and stays so.
        """
        if not self.standing:
            return
        given: dict[str, Any] = {"state": state, "office": office, "lengths": lengths}
        for found in self.readings(today=max(step.known for step in self.standing), **given):
            if found.standing in ("runs", "overdue"):
                yield found.clock.name, found.clock.whose, found.due or date.min

    def _known(self, kind: str) -> date | None:
        return min((step.known for step in self.standing if step.kind == kind), default=None)


GIVE = Clock("give", "asked_us", "we_gave", "give", "office")


def _order(kind: str) -> int:
    """Steps of one day stand in the order in which they can follow each other."""
    return list(STEPS).index(kind) if kind in STEPS else 0


def to_json(matter: Matter) -> dict[str, Any]:
    """The content of a proceeding's record."""
    plain = {name: getattr(matter, name) for name in ("state", "about", "reference", "urgent", "to_be_told")}
    return {"shape": SHAPE, **plain, "steps": [_step_to_json(step) for step in matter.steps]}


def _step_to_json(step: Step) -> dict[str, Any]:
    return {**vars(step), "on": step.on.isoformat(), "known": step.known.isoformat(), "details": dict(step.details)}


def from_json(id: str, version: int, kept: Mapping[str, Any]) -> Matter:
    plain = {name: kept[name] for name in ("state", "about", "reference", "urgent", "to_be_told")}
    return Matter(id, version, "allegation", **plain, steps=tuple(map(step_from_json, kept["steps"])))


def step_from_json(kept: Mapping[str, Any]) -> Step:
    days = {name: date.fromisoformat(kept[name]) for name in ("on", "known")}
    return Step(**{**kept, **days})
