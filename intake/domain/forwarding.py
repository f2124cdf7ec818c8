"""Claims between two offices: the one that knows the claimant, and the one that writes to States.

Both keep the claim, and tell each other what they know of it. A claim is what the *set* of its events makes
(decision 33), so what comes from the other side is added to what is there: in any order, any number of times, the
result is the same. What was done about the forwarding itself is such a set too: each step belongs to a round, the
newest round counts, and in it the step that goes furthest. So an old message that comes late opens nothing again.

`HER` is the side that knows the claimant and tells her; `STATES` is the side that writes to States. What only one of
them can know, only that one records. What says something to one office alone (`claim.LOCAL`) never travels.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, NamedTuple, TypeGuard

from intake.domain.agreement import HOW, REASON_LENGTH
from intake.domain.claim import Claim
from intake.domain.claim_law import LAW, LONGEST_TEXT, LONGEST_WORDS, NOT_NOW
from intake.domain.claim_standing import CHILD, COUNTING, GUARDIAN, MOTHER, RESULTS, Event
from intake.domain.partial import is_known
from intake.domain.problems import Problem
from intake.domain.profile import check_no_profile
from intake.domain.referral import check_day

SHAPE = 1
KIND = "forwarding"
HER: Literal["her"] = "her"
STATES: Literal["states"] = "states"
Side = Literal["her", "states"]

# Whose step each is. The later one stands here, the further it goes within a round.
STEPS: Mapping[str, Side] = {
    "forwarded": HER,
    "agreed": HER,
    "accepted": STATES,
    "sent_back": STATES,
    "ended": HER,
    "destroyed": STATES,
}
# From which states each can be done.
FROM: Mapping[str, tuple[str, ...]] = {
    "forwarded": ("", "sent_back", "ended"),
    "agreed": ("forwarded", "accepted"),
    "accepted": ("forwarded",),
    "sent_back": ("forwarded", "accepted"),
    "ended": ("forwarded", "accepted"),
    "destroyed": ("ended",),
}
# What moves it on: that she agreed anew, or that a copy was destroyed, leaves it where it is.
MOVES = ("forwarded", "accepted", "sent_back", "ended")
LIVE = ("forwarded", "accepted")
# How lists sort them: to be answered here; waiting there, or sent back; with them; with us; nothing to do any more.
GROUPS = ("answer", "waits", "theirs", "ours", "over")

# Kinds of events of a claim that one side alone records.
OF_HER = frozenset(
    {
        *("wished", "registered", "child_known", "claimant_told", "telling_waived", "withdrawn"),
        *("lawyer_named", "lawyer_gone", "claimant_changed", "child_became_claimant"),
        *("naming_agreed", "naming_withdrawn"),
        *COUNTING,
    }
)
OF_STATES = frozenset(
    {
        *("ms_notified", "ms_reminded", "ms_acknowledged", "ms_replied", "focal_point_named", "father_located"),
        *("father_unidentified", "admitted", "dna_father_requested", "dna_father_refused", "dna_law_excludes"),
    }
)
# What one office alone has to do with: who is in charge here, and where the claim stands as seen from here.
LOCAL = frozenset({"owned", "came_from", "forwarded", "came_back"})
# Numbers of records that the other office does not have.
LOCAL_DETAILS = frozenset({"case", "report", "row", "telling", "mission"})
# What is next, and not here.
TASKS_OF_HER = frozenset({"tell", "register", "ask_child"})
TASKS_OF_STATES = frozenset({"notify", "find_state"})


@dataclass(frozen=True)
class Step:
    """Something done about a forwarding; `details` are what `Forwarding.then` asks for, all of them text."""

    id: str
    kind: str
    round: int
    by: str
    at: str
    details: Mapping[str, str] = field(default_factory=dict)

    def said(self, name: str) -> str:
        return str(self.details.get(name, ""))


@dataclass(frozen=True)
class Forwarding:
    """One claim between this office, which is `side` of it, and the office `other`. `id` is the claim's.

    `keys` are the other office's public keys, base64url, as it said them last. `held` are the events of a claim that
    waits to be accepted. `unopened` are envelopes whose names and results no holder of *identity* has taken in yet;
    `names` is the version of the names that were. `case` is the claim's here, if it has one, and stays here.
    """

    id: str
    side: Side
    other: str
    name: str
    reference: str
    version: int = 0
    keys: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    held: tuple[Mapping[str, Any], ...] = ()
    unopened: tuple[str, ...] = ()
    names: int = 0
    case: str = ""

    @property
    def group(self) -> str:
        """One of GROUPS."""
        if self.state == "accepted":
            return "theirs" if self.side == HER else "ours"
        if self.side == HER:
            return "waits" if self.state in ("forwarded", "sent_back") else "over"
        return "answer" if self.state == "forwarded" else "over"

    @property
    def round(self) -> int:
        return max((step.round for step in self.steps), default=0)

    @property
    def now(self) -> tuple[Step, ...]:
        """The steps of the newest round, in the order in which they were done."""
        return tuple(sorted((one for one in self.steps if one.round == self.round), key=lambda one: (one.at, one.id)))

    @property
    def state(self) -> str:
        """One of MOVES, or empty: the step of the newest round that goes furthest, in whatever order they came."""
        there = {step.kind for step in self.now}
        return next((kind for kind in reversed(MOVES) if kind in there), "")

    @property
    def live(self) -> bool:
        return self.state in LIVE

    def last(self, *kinds: str) -> Step | None:
        """The newest step of these kinds in the newest round."""
        return next((step for step in reversed(self.now) if step.kind in kinds), None)

    @property
    def agreed_by(self) -> str:
        """Who agreed last that the other office has the claim: one of `claim.CLAIMANTS`."""
        step = self.last("forwarded", "agreed")
        return step.said("claimant") if step else ""

    @property
    def destroyed(self) -> Step | None:
        return self.last("destroyed") if self.state == "ended" else None

    def then(self, kind: str, *, id: str, by: str, at: str, **details: str) -> "Forwarding":
        """With one step more, done here; the version stays what was seen.

        Raises Problem 403.23 (the other side's step), 409.26 (not in this state), 422.20 (no reason), 422.40, 422.45,
        422.46, 422.48 with the `field` they are about.
        """
        if STEPS[kind] != self.side:
            raise Problem("403.23")
        if self.state not in FROM[kind]:
            raise Problem("409.26")
        if kind in ("forwarded", "agreed"):
            _check_word(details, at)
        if kind == "ended":
            check_day(details.get("on", ""), "on", today=at[:10])
        if kind == "sent_back" and len(details.get("why", "").strip()) < REASON_LENGTH:
            raise Problem("422.20", field="why")
        for text in details.values():
            check_no_profile(text)
        round = self.round + 1 if kind == "forwarded" else self.round
        return replace(self, steps=(*self.steps, Step(id, kind, round, by, at, details)))

    def heard(self, steps: Iterable[Step]) -> "Forwarding":
        """With what the other side did. Raises Problem 403.23 for what is not its to do.

        A round is what a forwarding began: the side that accepts cannot open one that she did not agree to.
        """
        known = {step.id: step for step in self.steps}
        for step in steps:
            if step.id not in known and STEPS.get(step.kind) in (None, self.side):
                raise Problem("403.23")
            known.setdefault(step.id, step)
        if {one.round for one in known.values()} - {one.round for one in known.values() if one.kind == "forwarded"}:
            raise Problem("403.23")
        return replace(self, steps=tuple(sorted(known.values(), key=lambda one: (one.round, one.at, one.id))))


def _check_word(details: Mapping[str, str], at: str) -> None:
    """That somebody agreed is somebody's word on a day, heard by somebody."""
    if not details.get("how"):
        raise Problem("422.40", field="how")
    if details["how"] not in HOW:
        raise Problem("422.48", field="how")
    if not details.get("spoke"):
        raise Problem("422.40", field="spoke")
    check_day(details.get("on", ""), "on", today=at[:10])


# which side does what -----------------------------------------------------------------------------------------------


def refusal(claim: Claim, event: Event) -> str:
    """The number of the problem when a person here cannot record this, or empty.

    It may be for the other office, or, as where the claim stands, follow from what was forwarded.
    """
    meant = _meant(claim, event)
    if meant.kind in LOCAL - {"owned"}:
        return NOT_NOW
    if claim.came_from and _is_hers(meant):
        return "422.415"
    return "422.416" if claim.stands_with and meant.kind in OF_STATES else ""


def _meant(claim: Claim, event: Event) -> Event:
    """What is undone is whose it was; to undo an undoing is to do it again."""
    known, passed = {one.id: one for one in claim.events}, {event.id}
    while event.kind == "undone" and event.target in known and event.target not in passed:
        passed.add(event.target)
        event = known[event.target]
    return event


def _is_hers(event: Event) -> bool:
    """Only those beside her know of it: what she and the child agree to is heard from them."""
    about_test = event.kind in ("consented", "consent_withdrawn") and event.target in (MOTHER, CHILD, GUARDIAN)
    return event.kind in OF_HER or about_test


def task_of_another(claim: Claim, task: str) -> bool:
    """Whether it is for the other office to do."""
    return bool((claim.came_from and task in TASKS_OF_HER) or (claim.stands_with and task in TASKS_OF_STATES))


def shared(events: Iterable[Event]) -> list[dict[str, Any]]:
    """What travels: all but what says something to one office alone."""
    listed = list(events)
    local = {event.id for event in listed if event.kind in LOCAL}
    return [
        {
            **vars(event),
            "details": {name: value for name, value in event.details.items() if name not in LOCAL_DETAILS},
        }
        for event in listed
        if event.id not in local and not (event.kind == "undone" and event.target in local)
    ]


def taken(claim: Claim, events: Iterable[Event], side: Side) -> tuple[Event, ...]:
    """What is new in what the other side tells; `side` is this one. What is here already stays as it is.

    Raises Problem 403.23 for what is not the other side's to say, 422.303 for a DNA profile.
    """
    known = {event.id for event in claim.events}
    fresh = tuple(event for event in events if event.id not in known)
    for event in fresh:
        meant = _meant(claim, event)
        if meant.kind in LOCAL or (side == HER and _is_hers(meant)):
            raise Problem("403.23")
        for text in event.details.values():
            check_no_profile(str(text))
    return fresh


# what is read ---------------------------------------------------------------------------------------------------------

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
# No claim goes back and forth so often; a number beyond it would only hide every round after it.
MOST_ROUNDS = 999


def read_told(said: Mapping[str, Any]) -> tuple[str, str, tuple[Step, ...], tuple[Event, ...]]:
    """The claim's id, its reference, the steps and the events of what another office wrote.

    Every page about claims is made from them, so what is not of the shape that offices write is not taken in at all.
    Raises Problem 422.410.
    """
    claim, reference = said.get("claim"), said.get("reference")
    steps, events = said.get("steps"), said.get("events")
    if said.get("dispatch") != SHAPE or not (_is_id(claim) and _is_text(reference)):
        raise Problem("422.410")
    if not (isinstance(steps, list) and isinstance(events, list)):
        raise Problem("422.410")
    if not (all(map(_is_step, steps)) and all(map(_is_event, events))):
        raise Problem("422.410")
    return claim, reference, steps_of(steps), tuple(Event(**one) for one in events)


class Identity(NamedTuple):
    """What tests said, by the ids of events; the `names` by person and field, and their version."""

    results: Mapping[str, str]
    names: Mapping[str, Mapping[str, str]]
    version: int


def read_identity(said: Mapping[str, Any]) -> Identity:
    """What another office wrote of names and results. Raises Problem 422.410."""
    results, names, version = said.get("results", {}), said.get("names", {}), said.get("version", 0)
    of_results = isinstance(results, dict) and all(one in RESULTS for one in results.values())
    of_names = isinstance(names, dict) and all(map(_is_details, names.values()))
    if not (of_results and of_names and type(version) is int):
        raise Problem("422.410")
    return Identity(results, names, version)


def _is_step(said: object) -> bool:
    if not _has_fields(said, Step):
        return False
    texts = _is_id(said["id"]) and _is_text(said["kind"]) and _is_text(said["by"]) and _is_instant(said["at"])
    return texts and type(said["round"]) is int and 1 <= said["round"] <= MOST_ROUNDS and _is_details(said["details"])


def _is_event(said: object) -> bool:
    if not _has_fields(said, Event):
        return False
    days = [said["happened"], said["known"]]
    known = all(isinstance(day, str) and is_known(day) for day in days) and len(said["known"]) == len("2026-11-22")
    texts = _is_id(said["id"]) and _is_text(said["by"]) and _is_text(said["target"]) and _is_instant(said["at"])
    # A number of a record of ours would lead a page to what that office has nothing to do with.
    details = _is_details(said["details"]) and not LOCAL_DETAILS & set(said["details"])
    return texts and known and details and isinstance(said["kind"], str) and said["kind"] in LAW


def _has_fields(said: object, kind: type[Any]) -> TypeGuard[dict[str, Any]]:
    return isinstance(said, dict) and set(said) == {one.name for one in fields(kind)}


def _is_text(said: object) -> TypeGuard[str]:
    return isinstance(said, str) and len(said) <= LONGEST_TEXT


def _is_id(said: object) -> TypeGuard[str]:
    return isinstance(said, str) and _ID.fullmatch(said) is not None


def _is_instant(said: object) -> bool:
    return isinstance(said, str) and _INSTANT.fullmatch(said) is not None and is_known(said[: len("2026-11-22")])


def _is_details(said: object) -> bool:
    return isinstance(said, dict) and all(
        isinstance(text, str) and len(text) <= LONGEST_WORDS for text in said.values()
    )


# at rest ------------------------------------------------------------------------------------------------------------


def to_json(made: Forwarding) -> dict[str, Any]:
    """The record's content; number and version stand beside it in clear and are bound to it by the sealing."""
    plain = {name: value for name, value in vars(made).items() if name not in ("id", "version")}
    return {
        **plain,
        "shape": SHAPE,
        "keys": dict(made.keys),
        "steps": [{**vars(step), "details": dict(step.details)} for step in made.steps],
        "held": [dict(event) for event in made.held],
        "unopened": list(made.unopened),
    }


def from_json(id: str, version: int, content: Mapping[str, Any]) -> Forwarding:
    """The record as it was sealed."""
    plain = {name: value for name, value in content.items() if name != "shape"}
    lists = {
        "steps": steps_of(content["steps"]),
        "held": tuple(content["held"]),
        "unopened": tuple(content["unopened"]),
    }
    return Forwarding(id=id, version=version, **{**plain, **lists})


def steps_of(listed: Iterable[Mapping[str, Any]]) -> tuple[Step, ...]:
    """The steps as they were written."""
    return tuple(Step(**one) for one in listed)
