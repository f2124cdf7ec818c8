"""A claim: one child, the men who may be the father, and all that became known about it, as events with two times.

An event *happened* on a day and became *known* here on another, often much later: an answer lies in a capital for
weeks, a court decides before anybody hears of it. So events come in any order. What a claim is follows from the *set*
of its events and from nothing else: `Claim.of` puts them in order by when they happened, and lets each take effect that
is lawful where it stands. What is not lawful there is kept and told (`Claim.unfitting`), never dropped; it takes effect
by itself as soon as what it lacks arrives. By hand nothing unlawful can be entered (`Claim.then`). Nothing is written
over: a mistake is undone by a further event.

`claim_law.LAW` says what each kind of event asks for and when it is lawful; `claim_states.STATES` is the one table of
states. What the events say that take effect, the clocks of 5.2 among it, is `claim_standing.Standing`.

The record rests sealed (kind "claim") and holds no name and no result of a test: names and the value of a result are
records of their own under the identity keychain. A DNA profile is never kept
anywhere (`domain.profile`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from intake.domain.claim_law import NOT_NOW, RANK, REASON_LENGTH, check, offers, untold
from intake.domain.claim_standing import COUNTRIES, ENDS, Event, Policy, Standing
from intake.domain.claim_states import STATES
from intake.domain.partial import first, is_known, last
from intake.domain.problems import Problem
from intake.domain.profile import check_no_profile

SHAPE = 1
KIND = "claim"


@dataclass(frozen=True)
class Claim(Standing):
    """A claim, with what can be done to it."""

    # events and what they make -------------------------------------------------------------------------------------

    @classmethod
    def of(cls, id: str, version: int, events: Iterable[Event]) -> "Claim":
        """The claim that these events make, in whatever order they come."""
        every = tuple(sorted({event.id: event for event in events}.values(), key=_order))
        undone = _undone(every)
        claim = cls(id, version, every, undone=undone)
        waiting = [event for event in every if event.kind != "undone" and event.id not in undone]
        refused: list[tuple[Event, str]] = []
        while waiting:
            taken, why = _next(claim, waiting)
            waiting.remove(taken)
            if why:
                refused.append((taken, why))
            else:
                claim = replace(claim, fitting=(*claim.fitting, taken))
        return replace(claim, unfitting=tuple(refused))

    def with_event(self, event: Event) -> "Claim":
        """The claim with an event that arrived from elsewhere: one that does not fit is kept, and told."""
        return Claim.of(self.id, self.version, (*self.events, event))

    def as_of(self, day: str) -> "Claim":
        """The claim as it was known at the end of a day."""
        known = [event for event in self.events if event.known <= day]
        return self if len(known) == len(self.events) else Claim.of(self.id, self.version, known)

    def then(self, event: Event, *, today: str) -> "Claim":
        """The claim with an event that a person enters on the day `today`; the version stays what was seen.

        Raises Problem 422.300 (not lawful as it stands), 422.301 (consent), 422.302 (later steps rest on what is
        undone), 422.303 (a DNA profile), 422.304 (steps already there would no longer fit), 422.305 (the two days),
        422.306 to 422.310, and 422.20, 422.40, 422.44, 422.45, 422.48 with the `field` they are about.
        """
        _check_times(event, today)
        for text in event.details.values():
            check_no_profile(str(text))
        if event.kind == "undone":
            _check_undoing(self, event)
        made = self.with_event(event)
        mine = next((code for other, code in made.unfitting if other.id == event.id), "")
        if mine:
            check(self._standing_at(event), event)
            raise Problem(mine)
        if {other.id for other, _ in made.unfitting} - {other.id for other, _ in self.unfitting}:
            raise Problem("422.302" if event.kind == "undone" else "422.304")
        return made

    def _standing_at(self, event: Event) -> "Claim":
        """The claim as it stands when this event happened."""
        return replace(self, fitting=tuple(one for one in self.fitting if _order(one) < _order(event)))

    # how it stands -------------------------------------------------------------------------------------------------

    def state(self, today: str) -> str:
        """One of STATES, or empty as long as nothing takes effect."""
        return next((row.name for row in STATES if row.holds(self, today)), "")

    def bucket(self, today: str, policy: Policy) -> str:
        """One of BUCKETS, or empty for what is not shown."""
        bucket = next((row.bucket for row in STATES if row.holds(self, today)), "")
        return ("RESOLVED" if self._resolved(policy) else "PENDING") if bucket == "RESOLVED" else bucket

    def _resolved(self, policy: Policy) -> bool:
        where = {event.target for event in self.all("recognised")}
        wanted = {"any": bool(where), "member_state": "member_state" in where, "both": where == set(COUNTRIES)}
        recognised = "recognised" in policy.resolved and wanted[policy.recognised_in]
        return recognised or ("support" in policy.resolved and self.has("support_ordered"))

    def untold(self) -> tuple[Event, ...]:
        """What the claimant was not told of yet, the oldest first."""
        return untold(self)

    def offers(self, today: str) -> tuple[tuple[str, str], ...]:
        """What may lawfully happen today: kinds with their targets; undoing and telling name an event and are apart."""
        return offers(self, today)


# one event: does it take effect --------------------------------------------------------------------------------------


def _refusal(claim: Claim, event: Event) -> str:
    """The number of the problem, or empty."""
    try:
        check(claim, event)
    except Problem as problem:
        return problem.code
    return ""


def _next(claim: Claim, waiting: Sequence[Event]) -> tuple[Event, str]:
    """The next event in order that takes effect, or that has to be given up, with the number of its problem.

    What is known only by its month or year waits, until that is over, for what it needs; nothing passes what is over.
    """
    until, given_up, why = "9999", waiting[0], ""
    for event in waiting:
        if _placed(event) > until:
            break
        refused = _refusal(claim, event)
        if not refused:
            return event, ""
        if last(event.happened) < until:
            until, given_up, why = last(event.happened), event, refused
    return given_up, why


def _undone(events: Sequence[Event]) -> frozenset[str]:
    """The ids of what was undone. An undoing can be undone too: what was written last is looked at first."""
    gone: set[str] = set()
    for event in sorted(events, key=lambda one: (one.at, one.id), reverse=True):
        if event.kind == "undone" and event.id not in gone:
            gone.add(event.target)
    return frozenset(gone)


def _check_undoing(claim: Claim, event: Event) -> None:
    """Raises Problem 404.9 for an event that is not there, 422.300 for one that was undone, 422.20 without a reason."""
    if claim.event(event.target).id in claim.undone or claim.event(event.target).kind == "wished":
        raise Problem(NOT_NOW)
    if len(event.said("why").strip()) < REASON_LENGTH:
        raise Problem("422.20")


def _check_times(event: Event, today: str) -> None:
    """Raises Problem 422.45 for days that are none, 422.305 for days that cannot be."""
    for name, text in (("happened", event.happened), ("known", event.known)):
        if not is_known(text) or (name == "known" and len(text) != len("2026-11-22")):
            raise Problem("422.45", field=name)
    if not first(event.happened) <= event.known <= today:
        raise Problem("422.305", field="known")


def _order(event: Event) -> tuple[str, str, str, int, str]:
    """By when it happened, then when it was known, then as it was written down."""
    return (_placed(event), event.known, event.at, RANK.get(event.kind, len(RANK)), event.id)


def _placed(event: Event) -> str:
    """The day an event counts from: what ends a claim in a year ended it when that was over."""
    return last(event.happened) if event.kind in ENDS else first(event.happened)


# at rest ------------------------------------------------------------------------------------------------------------


def to_json(claim: Claim) -> dict[str, Any]:
    """The record's content; number and version stand beside it in clear and are bound to it by the sealing."""
    events = [{**vars(event), "details": dict(event.details)} for event in claim.events]
    # The case stands apart, so that whoever lists what is due sees whose it is without working the claim out.
    return {"shape": SHAPE, "events": events, **({"case": claim.case} if claim.case else {})}


def from_json(id: str, version: int, content: Mapping[str, Any]) -> Claim:
    """The record as it was sealed."""
    return Claim.of(id, version, (Event(**event) for event in content["events"]))
