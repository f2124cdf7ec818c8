"""A note verbale: one letter to one Member State about many claims or allegations, and what came of it.

It *is* its steps. One answer may be about some of what the note asks, several answers may come, and the note waits
until each of its items has one. While the State waits for something from the office its clock is stopped
(`domain.clocks`). Its letters name people and rest under the identity keychain (kind "letter"); the note itself (kind
"verbale") has references only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from intake.domain import clocks
from intake.domain.clocks import Calendar, Clock, Lengths, Pause, Reading
from intake.domain.matter import Sort
from intake.domain.problems import Problem

SHAPE = 1
KIND, LETTER = "verbale", "letter"

# What is asked of the State, by what the note is about.
SUBJECTS: Mapping[Sort, tuple[str, ...]] = {
    "claim": ("claims_received", "claims_progress", "dna_asked", "recognition_asked", "support_asked"),
    "allegation": ("allegations_referred", "allegations_progress", "outcome_asked"),
}
# What it may answer about an item (domain brief 4.3, 4.4, 5.2). `other` is an answer that moves nothing.
ANSWERS: Mapping[Sort, tuple[str, ...]] = {
    "claim": (
        "focal_point_named",
        "father_located",
        "father_unidentified",
        "father_left_service",
        "dna_agreed",
        "father_refuses_sample",
        "law_excludes_dna",
        "court_required",
        "other",
    ),
    "allegation": (
        "nio_appointed",
        "left_to_the_office",
        "investigation_done",
        "substantiated",
        "unsubstantiated",
        "no_finding",
        "action_reported",
        "other",
    ),
}
LETTERS = ("note", "reminder")
MOST_ITEMS = 200
LONGEST_WORDS = 2000

ANSWER = Clock("answer", "sent", "answered", "answer", "state")
GIVE = Clock("give", "asked_us", "we_gave", "give", "office")


@dataclass(frozen=True)
class Item:
    """One claim or allegation in the annex: the id of its claim or proceeding, and what staff call it."""

    id: str
    reference: str


@dataclass(frozen=True)
class Step:
    """`on` happened, `known` the office learned of it, `at` (an instant as text) `by` wrote it down."""

    kind: str
    on: date
    known: date
    by: str = ""
    at: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


# What a step must follow, and whether it ends with the note's sending or needs it.
_BEFORE_SENDING = ("drafted", "letter_made", "sent", "withdrawn")
_AFTER_SENDING = ("letter_made", "acknowledged", "reminded", "asked_us", "we_gave", "answered", "closed")
KINDS = tuple(dict.fromkeys((*_BEFORE_SENDING, *_AFTER_SENDING)))


@dataclass(frozen=True)
class Verbale:
    """`number` is what the office calls it, `state` an ISO 3166-1 code, `subject` one of SUBJECTS of its sort."""

    id: str
    version: int
    number: str
    state: str
    sort: Sort
    subject: str
    language: str
    items: tuple[Item, ...]
    steps: tuple[Step, ...] = ()

    def first(self, kind: str) -> Step | None:
        return next((step for step in self.steps if step.kind == kind), None)

    def last(self, kind: str) -> Step | None:
        return next((step for step in reversed(self.steps) if step.kind == kind), None)

    @cached_property
    def answers(self) -> Mapping[str, Step]:
        """The newest answer about each item that has one."""
        came = sorted((step for step in self.steps if step.kind == "answered"), key=lambda step: step.on)
        return {item: step for step in came for item in step.details["items"]}

    @property
    def open_items(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.id not in self.answers)

    @property
    def answered(self) -> date | None:
        """When the last of its items was answered, if all of them are."""
        if self.open_items or not self.items:
            return None
        firsts: dict[str, date] = {}
        for step in self.steps:
            for item in step.details.get("items", ()) if step.kind == "answered" else ():
                firsts[item] = min(step.on, firsts.get(item, step.on))
        return max(firsts.values())

    @property
    def standing(self) -> str:
        """drafted, withdrawn, sent, part_answered, answered or closed."""
        for kind in ("withdrawn", "closed"):
            if self.first(kind):
                return kind
        if not self.first("sent"):
            return "drafted"
        if self.answered:
            return "answered"
        return "part_answered" if self.answers else "sent"

    @property
    def waits(self) -> bool:
        """Whether the State still owes an answer to some of it."""
        return self.standing in ("sent", "part_answered")

    @property
    def pauses(self) -> tuple[Pause, ...]:
        found: list[Pause] = []
        for step in sorted(self.steps, key=lambda step: step.on):
            waiting = bool(found) and found[-1].until is None
            if step.kind == "asked_us" and not waiting:
                found.append(Pause(step.on, None))
            elif step.kind == "we_gave" and waiting:
                found[-1] = Pause(found[-1].since, step.on)
        return tuple(found)

    def reading(self, *, today: date, state: Calendar, office: Calendar, lengths: Lengths) -> Reading:
        """The clock that counts now: the office's while it owes the State something, else the State's."""
        pauses = self.pauses
        if self.waits and pauses and pauses[-1].until is None:
            given: dict[str, Any] = {"today": today, "calendar": office, "lengths": lengths}
            return clocks.read(GIVE, since=pauses[-1].since, until=None, **given)
        sent = self.first("sent")
        return clocks.read(
            ANSWER,
            since=sent.on if sent else None,
            until=self.answered,
            today=today,
            calendar=state,
            lengths=lengths,
            pauses=pauses,
        )

    def as_of(self, day: date) -> "Verbale":
        """The note as it was known at the end of a day."""
        return replace(self, steps=tuple(step for step in self.steps if step.known <= day))

    def then(self, step: Step) -> "Verbale":
        """The note with one step more.

        Raises Problem 422.327 (not in this state), 422.328 (answer or items), 422.329 (days that cannot be), 422.44.
        """
        self._check_order(step)
        if step.kind == "answered":
            self._check_answer(step.details)
        if len(str(step.details.get("words", ""))) > LONGEST_WORDS:
            raise Problem("422.44", field="words")
        sent = self.first("sent")
        if step.known < step.on or (sent and step.on < sent.on):
            raise Problem("422.329", field="on")
        return replace(self, steps=(*self.steps, step))

    def _check_order(self, step: Step) -> None:
        done = self.standing in ("withdrawn", "closed")
        allowed = _AFTER_SENDING if self.first("sent") else _BEFORE_SENDING
        once = step.kind in ("drafted", "sent", "acknowledged") and self.first(step.kind)
        gave_nothing = step.kind == "we_gave" and not (self.pauses and self.pauses[-1].until is None)
        if done or once or gave_nothing or step.kind not in allowed:
            raise Problem("422.327", field="kind")

    def _check_answer(self, details: Mapping[str, Any]) -> None:
        chosen = details.get("items", ())
        if not chosen or not set(chosen) <= {item.id for item in self.items}:
            raise Problem("422.328", field="about")
        if details.get("answer") not in ANSWERS[self.sort]:
            raise Problem("422.328", field="answer")


def check(note: Verbale) -> None:
    """A note before it is drafted. Raises Problem 422.324 (language), 422.326 (items), 422.334 (subject)."""
    if note.subject not in SUBJECTS[note.sort]:
        raise Problem("422.334", field="subject")
    if note.language not in ("en", "fr", "ar"):
        raise Problem("422.324", field="language")
    ids = {item.id for item in note.items}
    if not 0 < len(ids) == len(note.items) <= MOST_ITEMS:
        raise Problem("422.326", field="about")


def to_json(note: Verbale) -> dict[str, Any]:
    plain = {name: getattr(note, name) for name in ("number", "state", "sort", "subject", "language")}
    return {
        "shape": SHAPE,
        **plain,
        "items": [vars(item) for item in note.items],
        "steps": [
            {**vars(step), "on": step.on.isoformat(), "known": step.known.isoformat(), "details": dict(step.details)}
            for step in note.steps
        ],
    }


def from_json(id: str, version: int, kept: Mapping[str, Any]) -> Verbale:
    plain = {name: kept[name] for name in ("number", "state", "sort", "subject", "language")}
    days = ("on", "known")
    return Verbale(
        id,
        version,
        **plain,
        items=tuple(Item(**item) for item in kept["items"]),
        steps=tuple(Step(**{**one, **{name: date.fromisoformat(one[name]) for name in days}}) for one in kept["steps"]),
    )
