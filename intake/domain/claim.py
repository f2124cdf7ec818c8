"""A claim: one child, the men who may be the father, and all that became known about it, as events with two times.

An event *happened* on a day and became *known* here on another, often much later: an answer lies in a capital for
weeks, a court decides before anybody hears of it. So events come in any order. What a claim is follows from the *set*
of its events and from nothing else: `Claim.of` puts them in order by when they happened, and lets each take effect that
is lawful where it stands. What is not lawful there is kept and told (`Claim.unfitting`), never dropped; it takes effect
by itself as soon as what it lacks arrives. By hand nothing unlawful can be entered (`Claim.then`). Nothing is written
over: a mistake is undone by a further event.

`LAW` says what each kind of event asks for and when it is lawful. `STATES` is the one table of states (domain brief
4.4): the first row that holds is the state, and it names the public bucket. The clocks of 5.2 are read off the events.

The record rests sealed (kind "claim") and holds no name and no result of a test: names and the value of a result are
records of their own under the identity keychain. A DNA profile is never kept
anywhere (`domain.profile`).
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal, NamedTuple

from intake.domain.agreement import ADULT, HOW
from intake.domain.partial import first, is_known, last, month_after, years_after
from intake.domain.problems import Problem
from intake.domain.profile import check_no_profile

SHAPE = 1
KIND = "claim"

REASON_LENGTH = 10
LONGEST_TEXT = 120
LONGEST_WORDS = 2000

# domain brief 4.3: what stands in the way, or why a claim ended
REASONS = (
    "ms_no_reply",
    "ms_reply_incomplete",
    "no_focal_point",
    "law_excludes_dna",
    "father_unidentified",
    "father_left_service",
    "father_refuses_sample",
    "sample_spoiled",
    "chain_of_custody_gap",
    "lab_delay",
    "result_not_communicated",
    "court_required",
    "foreign_judgment_not_recognised",
    "cost",
    "claimant_unreachable",
    "claimant_withdrew",
    "claimant_deceased",
    "child_of_age",
    "child_deceased",
    "security",
)
BUCKETS = ("PENDING", "RESOLVED", "NOT_ESTABLISHED_OR_WITHDRAWN")
# Who a claim is about, beside the fathers F1, F2 …; a guardian consents for a child.
MOTHER, CHILD, GUARDIAN = "mother", "child", "guardian"
CLAIMANTS = (MOTHER, GUARDIAN, CHILD)
WANTS = ("recognition", "support", "both", "undecided")
# domain brief 6.3, as the form `wish` asks
EMPLOYERS = (
    "peacekeeping_or_political_mission",
    "un_agency_fund_programme",
    "implementing_partner",
    "non_un_international_force_sc_authorised",
    "other",
    "unknown",
)
CATEGORIES = (
    "military_contingent",
    "military_staff_officer",
    "military_observer",
    "formed_police_unit",
    "individual_police",
    "corrections_gpp",
    "civilian_staff",
    "unv",
    "contractor_consultant",
    "partner_staff",
    "unknown",
)
# The two countries whose law is asked: hers, and the father's.
COUNTRIES = ("home", "member_state")
# What paternity can rest on, and the kind of event that must have happened for it.
BASES: Mapping[str, str] = {"dna": "dna_result_in", "admission": "admitted", "court": "ms_notified"}
RESULTS = ("match", "no_match", "inconclusive")
# A consent to a test is written (domain brief 4.4): of `agreement.HOW`, not the spoken one.
WRITTEN = tuple(how for how in HOW if how != "spoken")
_FATHER = re.compile(r"F[1-9][0-9]?")
_COUNTRY = re.compile(r"[A-Z]{2}")
# The shortest kit has four signs, so that none can be taken for a father.
_KIT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{3,39}")
_BORN = re.compile(r"(19|20)\d\d(-(0[1-9]|1[0-2]))?")
_MONTH = re.compile(r"(19|20)\d\d-(0[1-9]|1[0-2])")
_AMOUNT = re.compile(r"\d{1,9}(\.\d{1,3})?")
_CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True)
class Event:
    """Something that happened. `target` is whom or what it is about, see `Step.scope`; `id` is unique in the claim.

    `happened` is a day, or only its month or year ("2019-05", "2019"); `known` the day on which the office knew it;
    `at` the instant (ISO UTC) at which `by`, a sign-in name, wrote it down. `details` has the names of `Step.asks`.
    """

    id: str
    kind: str
    happened: str
    known: str
    by: str
    at: str
    target: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)

    def said(self, name: str) -> str:
        return str(self.details.get(name, ""))


@dataclass(frozen=True)
class Father:
    """A man who may be the father. `member_state` is two letters of ISO 3166 or empty, the others are codes."""

    code: str
    member_state: str
    employer: str
    category: str
    possible: bool = True


@dataclass(frozen=True)
class Sample:
    """One kit. `whose` is mother, child or a father; `custody` the steps in order; `spoiled` a reason or empty."""

    kit: str
    whose: str
    custody: tuple[Event, ...]

    @property
    def stage(self) -> str:
        """The last step, one of CUSTODY."""
        return self.custody[-1].kind

    @property
    def usable(self) -> bool:
        return self.stage not in ("sample_spoiled", "sample_destroyed")

    @property
    def at_lab(self) -> bool:
        return self.stage == "sample_at_lab"


@dataclass(frozen=True)
class Month:
    """Support of one month: what was ordered and what was paid, in `currency`."""

    month: str
    currency: str
    ordered: Decimal
    paid: Decimal

    @property
    def missing(self) -> Decimal:
        return max(self.ordered - self.paid, Decimal(0))


@dataclass(frozen=True)
class Policy:
    """What an office decides about claims.

    `resolved` are the facts that make a claim RESOLVED in public: `recognised`, `support`. `recognised_in` is where
    recognition must be for that: any, member_state or both. `tell_days` is how long somebody has to tell the claimant
    of a step. `limitation_years` is how long after majority a claim can be brought where nothing is known of the law
    that counts; 0: no such clock. Both numbers are the office's to confirm.
    """

    resolved: frozenset[str] = frozenset({"recognised", "support"})
    recognised_in: Literal["any", "member_state", "both"] = "any"
    tell_days: int = 14
    limitation_years: int = 0


@dataclass(frozen=True)
class Claim:
    """What a set of events makes. `events` are all of them in order; `fitting` those that take effect.

    `unfitting` are those that do not, each with the number of the problem; `undone` the ids of those that were undone.
    """

    id: str
    version: int
    events: tuple[Event, ...] = ()
    fitting: tuple[Event, ...] = ()
    unfitting: tuple[tuple[Event, str], ...] = ()
    undone: frozenset[str] = frozenset()
    # The claim as it stands against one father alone.
    only: str = ""

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
            _check(self._standing_at(event), event)
            raise Problem(mine)
        if {other.id for other, _ in made.unfitting} - {other.id for other, _ in self.unfitting}:
            raise Problem("422.302" if event.kind == "undone" else "422.304")
        return made

    def _standing_at(self, event: Event) -> "Claim":
        """The claim as it stands when this event happened."""
        return replace(self, fitting=tuple(one for one in self.fitting if _order(one) < _order(event)))

    def as_of(self, day: str) -> "Claim":
        """The claim as it was known at the end of a day."""
        known = [event for event in self.events if event.known <= day]
        return self if len(known) == len(self.events) else Claim.of(self.id, self.version, known)

    def event(self, id: str) -> Event:
        """Raises Problem 404.9."""
        found = next((one for one in self.events if one.id == id), None)
        if found is None:
            raise Problem("404.9")
        return found

    def all(self, *kinds: str, target: str | None = None) -> tuple[Event, ...]:
        """The events of these kinds that take effect; about `target`, or about whatever still counts."""
        found = (one for one in self.fitting if one.kind in kinds)
        return tuple(one for one in found if (self._counts(one) if target is None else one.target == target))

    def first(self, *kinds: str, target: str | None = None) -> Event | None:
        return next(iter(self.all(*kinds, target=target)), None)

    def last(self, *kinds: str, target: str | None = None) -> Event | None:
        return next(reversed(self.all(*kinds, target=target)), None)

    def has(self, *kinds: str, target: str | None = None) -> bool:
        return bool(self.all(*kinds, target=target))

    def _counts(self, event: Event) -> bool:
        """What is about a man who is no longer thought to be the father says nothing about the claim."""
        return not _FATHER.fullmatch(event.target) or event.target in self.possible

    # who it is about -----------------------------------------------------------------------------------------------

    @cached_property
    def fathers(self) -> tuple[Father, ...]:
        """Every man named, those no longer thought to be the father among them."""
        found: dict[str, Father] = {}
        for event in self.fitting:
            if event.kind in ("father_named", "father_changed"):
                found[event.target] = Father(
                    event.target, event.said("member_state"), event.said("employer"), event.said("category")
                )
            elif event.kind in ("father_set_aside", "father_excluded"):
                found[event.target] = replace(found[event.target], possible=False)
        return tuple(found.values())

    @cached_property
    def possible(self) -> tuple[str, ...]:
        """The codes of those who may be the father."""
        return tuple(one.code for one in self.fathers if one.possible and self.only in ("", one.code))

    @property
    def member_states(self) -> tuple[str, ...]:
        """The States of those who may be the father, each once: one claim can count for several."""
        found = (one.member_state for one in self.fathers if one.code in self.possible and one.member_state)
        return tuple(dict.fromkeys(found))

    def father(self, code: str) -> Father:
        """Raises Problem 404.9."""
        found = next((one for one in self.fathers if one.code == code), None)
        if found is None:
            raise Problem("404.9")
        return found

    @property
    def next_father(self) -> str:
        """The code for another man: never one that was given before, even if that was undone."""
        given = [int(one.target[1:]) for one in self.events if _FATHER.fullmatch(one.target)]
        return f"F{max(given, default=0) + 1}"

    @property
    def against(self) -> tuple["Claim", ...]:
        """The claim as it stands against each man who was named, alone: for figures by State."""
        return tuple(replace(self, only=one.code) for one in self.fathers)

    @property
    def born(self) -> str:
        """The child's year of birth, or year and month; empty as long as unknown or not yet born."""
        found = [one.said("born") for one in self.fitting if one.kind in ("wished", "child_known")]
        return next((born for born in reversed(found) if born), "")

    @property
    def majority(self) -> tuple[str, str]:
        """The first and the last day on which the child may come of age; empty where the birth is unknown."""
        return (years_after(first(self.born), ADULT), years_after(last(self.born), ADULT)) if self.born else ("", "")

    @property
    def claimant(self) -> str:
        """Whose claim it is, one of CLAIMANTS."""
        changed = self.last("child_became_claimant", "claimant_changed")
        if changed is not None:
            return CHILD if changed.kind == "child_became_claimant" else changed.target
        wished = self.first("wished")
        return wished.target if wished else MOTHER

    @property
    def lawyer(self) -> bool:
        """Whether the claimant is to be reached through a lawyer only."""
        last = self.last("lawyer_named", "lawyer_gone")
        return last is not None and last.kind == "lawyer_named"

    @property
    def counting(self) -> bool | None:
        """Whether the claimant agrees to be counted in published figures; None as long as nobody asked for it here."""
        last = self.last(*COUNTING)
        return last.kind == "counting_agreed" if last else None

    @property
    def owner(self) -> str:
        """The sign-in name of whoever is in charge, or empty."""
        last = self.last("owned")
        return last.target if last else ""

    @property
    def hurdles(self) -> tuple[Event, ...]:
        """What stands in the way, the oldest first."""
        found: dict[tuple[str, str], Event] = {}
        for event in self.all("hurdle", "hurdle_gone"):
            found.pop((event.target, event.said("reason")), None)
            if event.kind == "hurdle":
                found[event.target, event.said("reason")] = event
        return tuple(found.values())

    # consents and custody ------------------------------------------------------------------------------------------

    def consents(self, who: str) -> bool:
        """Whether this person's own last word about a test agrees."""
        last = self.last("consented", "consent_withdrawn", target=who)
        return last is not None and last.kind == "consented"

    def may_test(self, whose: str, day: str) -> bool:
        """Whether a sample of this person may be taken or used on a day.

        For a child a guardian agrees until the first day on which it may be of age; then only its own word counts. A
        child who said no has said no.
        """
        if self.consents(whose):
            return True
        refused = self.has("consent_withdrawn", target=whose)
        return whose == CHILD and self.consents(GUARDIAN) and not refused and not self.grown(day)

    def grown(self, day: str) -> bool:
        """Whether the child may be of age on a day, so that nobody else decides any more."""
        first = self.majority[0]
        return self.has("child_became_claimant") or (bool(first) and first <= day)

    @cached_property
    def samples(self) -> tuple[Sample, ...]:
        """Every kit and the steps it went through."""
        found: dict[str, Sample] = {}
        for event in self.fitting:
            if event.kind == "sample_collected":
                found[event.said("kit")] = Sample(event.said("kit"), event.target, (event,))
            elif event.kind in CUSTODY:
                before = found[event.target]
                found[event.target] = replace(before, custody=(*before.custody, event))
        return tuple(found.values())

    def sample(self, kit: str) -> Sample | None:
        return next((one for one in self.samples if one.kit == kit), None)

    def usable(self, whose: str) -> Sample | None:
        """The sample of this person that can be tested."""
        return next((one for one in self.samples if one.whose == whose and one.usable), None)

    def asked_for_sample(self, father: str) -> str:
        """How far it came with his sample: the last kind of event about it, or empty."""
        last = self.last(*FATHER_SAMPLE, target=father)
        return last.kind if last else ""

    # how it stands -------------------------------------------------------------------------------------------------

    @property
    def ended(self) -> str:
        """The kind of event that ended it, or empty while it is open."""
        last = self.last(*ENDS)
        return last.kind if last and last.kind != "reopened" else ""

    @property
    def reference(self) -> str:
        wished = self.first("wished")
        return wished.said("reference") if wished else ""

    @property
    def case(self) -> str:
        """The number of the case it belongs to, or empty."""
        wished = self.first("wished")
        return wished.said("case") if wished else ""

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

    @property
    def phase(self) -> str:
        """Where it is on its way, one of PHASES: unlike the state, it changes with events alone and with no day."""
        if self.ended:
            return "ended"
        return next((phase for phase, kinds in PHASES.items() if self.has(*kinds)), "")

    def clock(self, name: str, father: str = "") -> Event | None:
        """The event at which a clock of domain brief 5.2 stands (a key of CLOCKS), against one father or at all."""
        return self.first(*CLOCKS[name], target=father or None)

    def untold(self) -> tuple[Event, ...]:
        """What the claimant was not told of yet, the oldest first."""
        told = {event.target for event in self.fitting if event.kind in ("claimant_told", "telling_waived")}
        return tuple(event for event in self.fitting if LAW[event.kind].told and event.id not in told)

    # support -------------------------------------------------------------------------------------------------------

    def months(self, today: str) -> tuple[Month, ...]:
        """Support month by month, from the first that was ordered up to this month, or the last that was paid."""
        orders = self.all("support_ordered", "support_ended")
        if not orders:
            return ()
        paid: dict[str, Decimal] = {}
        for event in self.all("support_paid"):
            paid[event.said("month")] = paid.get(event.said("month"), Decimal(0)) + Decimal(event.said("amount"))
        month, last = min(one.said("from") for one in orders), max(today[:7], *paid) if paid else today[:7]
        found = []
        while month <= last:
            amount, currency = _ordered(orders, month)
            found.append(Month(month, currency, amount, paid.get(month, Decimal(0))))
            month = month_after(month)
        return tuple(found)

    def arrears(self, today: str) -> tuple[Month, ...]:
        """The months that are over and were not paid in full."""
        return tuple(one for one in self.months(today) if one.month < today[:7] and one.missing)

    # what can be done, and what should be --------------------------------------------------------------------------

    def offers(self, today: str) -> tuple[tuple[str, str], ...]:
        """What may lawfully happen today: kinds with their targets; undoing and telling name an event and are apart."""
        found = []
        for kind, step in LAW.items():
            for target in _targets(self, step.scope):
                event = Event("", kind, today, today, "", "", target)
                if not step.when(self, event):
                    found.append((kind, target))
        return tuple(found)


CUSTODY = (
    "sample_collected",
    "sample_sealed",
    "sample_handed_over",
    "sample_at_lab",
    "sample_spoiled",
    "sample_destroyed",
)
FOUND = ("father_located", "father_unidentified")
FATHER_SAMPLE = ("dna_father_requested", "dna_father_refused", "dna_law_excludes", "sample_collected")
RECOGNITION = ("recognition_filed", "recognition_refused", "recognised")
COUNTING = ("counting_agreed", "counting_refused")
ENDS = ("withdrawn", "not_established", "closed", "reopened")
# What is said about a claim and moves it nowhere.
ASIDE = frozenset(
    {
        *("owned", "hurdle", "hurdle_gone", "limit_set", "lawyer_named", "lawyer_gone", "claimant_told"),
        *("telling_waived", *COUNTING),
    }
)


# domain brief 5.2 and 4.4: t0 to t3, and how it ends; t4 is when the claimant was told of the result
CLOCKS: Mapping[str, tuple[str, ...]] = {
    "registered": ("registered",),
    "ms_notified": ("ms_notified",),
    "ms_acknowledged": ("ms_acknowledged", "ms_replied"),
    "focal_point_named": ("focal_point_named",),
    "dna_result_in": ("dna_result_in",),
    "established": ("established",),
    "recognised": ("recognised",),
    "first_payment": ("support_paid",),
}


# The last that holds is looked at first.
PHASES: Mapping[str, tuple[str, ...]] = {
    "ended": (),
    "support": ("support_ordered",),
    "established": ("established",),
    "decision": ("dna_result_in", "admitted"),
    "test": ("dna_needed",),
    "state": ("ms_notified",),
    "registered": ("registered",),
    "draft": ("wished",),
}


# what is lawful, and when -------------------------------------------------------------------------------------------

When = Callable[[Claim, Event], str]
NOT_NOW, NO_CONSENT = "422.300", "422.301"


def _all_of(*rules: When) -> When:
    """The first that refuses."""
    return lambda claim, event: next((code for rule in rules if (code := rule(claim, event))), "")


def _if(test: Callable[[Claim, Event], bool], code: str = NOT_NOW) -> When:
    return lambda claim, event: "" if test(claim, event) else code


def _begun(claim: Claim, _: Event) -> bool:
    return any(event.kind == "wished" for event in claim.fitting)


def _open(claim: Claim, event: Event) -> bool:
    return _begun(claim, event) and not claim.ended


def _possible(claim: Claim, event: Event) -> bool:
    """About a man who may be the father."""
    return event.target in claim.possible


def _after(*kinds: str) -> Callable[[Claim, Event], bool]:
    """One of these happened to the same target."""
    return lambda claim, event: claim.has(*kinds, target=event.target)


def _claim_after(*kinds: str) -> Callable[[Claim, Event], bool]:
    """One of these happened in the claim."""
    return lambda claim, _: claim.has(*kinds)


def _before(*kinds: str) -> Callable[[Claim, Event], bool]:
    """None of these happened to the same target."""
    return lambda claim, event: not claim.has(*kinds, target=event.target)


def _kit(*stages: str) -> Callable[[Claim, Event], bool]:
    """The kit is at one of these stages."""

    def test(claim: Claim, event: Event) -> bool:
        sample = claim.sample(event.target)
        return sample is not None and sample.stage in stages

    return test


def _kit_agreed(claim: Claim, event: Event) -> str:
    """Whoever gave the sample still agrees to its being used."""
    sample = claim.sample(event.target)
    return "" if sample and claim.may_test(sample.whose, last(event.happened)) else NO_CONSENT


def _agreed(claim: Claim, event: Event) -> str:
    return "" if claim.may_test(event.target, last(event.happened)) else NO_CONSENT


def _needed(claim: Claim, event: Event) -> bool:
    """Somebody whose sample is needed, and of whom there is none."""
    whose = event.target in (MOTHER, CHILD) or event.target in claim.possible
    law = claim.asked_for_sample(event.target) != "dna_law_excludes"
    return whose and law and claim.has("dna_needed") and claim.usable(event.target) is None


def _kit_free(claim: Claim, event: Event) -> str:
    return "422.306" if event.details and claim.sample(event.said("kit")) else ""


def _result(claim: Claim, event: Event) -> str:
    """Child and father have a sample at the laboratory, and everybody whose sample is there agrees."""
    child, father = claim.usable(CHILD), claim.usable(event.target)
    if not (child and child.at_lab and father and father.at_lab):
        return NOT_NOW
    given = [one.whose for one in claim.samples if one.at_lab and one.whose in (MOTHER, CHILD, event.target)]
    return "" if all(claim.may_test(one, last(event.happened)) for one in given) else NO_CONSENT


def _basis(claim: Claim, event: Event) -> str:
    """What paternity rests on must be there: a result, his admission; a court decides as it does."""
    kinds = (BASES[event.said("basis")],) if event.said("basis") in BASES else tuple(BASES.values())
    return "" if claim.has(*kinds, target=event.target) else NOT_NOW


def _decides(claim: Claim, event: Event) -> str:
    """Whoever ends it must be whose claim it is; from majority on nobody but the child."""
    if event.target == CHILD:
        return "" if claim.grown(last(event.happened)) else NOT_NOW
    if claim.grown(first(event.happened)):
        return "422.309"
    return "" if event.target == claim.claimant else NOT_NOW


def _guardian_counts(claim: Claim, event: Event) -> str:
    return "422.309" if event.target == GUARDIAN and claim.grown(last(event.happened)) else ""


def _person(claim: Claim, event: Event) -> bool:
    return event.target in (MOTHER, CHILD, GUARDIAN) or event.target in claim.possible


def _to_tell(claim: Claim, event: Event) -> bool:
    return event.target in {one.id for one in claim.untold()}


def _through(claim: Claim, event: Event) -> str:
    """Whoever has a lawyer is told through the lawyer (domain brief 4.3: the UN contacted claimants past theirs)."""
    return "422.307" if event.details and claim.lawyer and event.said("how") != "lawyer" else ""


def _month_ordered(claim: Claim, event: Event) -> str:
    """A month that was ordered."""
    if not event.details:
        return ""
    amount, _ = _ordered(claim.all("support_ordered", "support_ended"), event.said("month"))
    return "" if amount else "422.308"


def _once(claim: Claim, event: Event) -> bool:
    """It has not happened to the same target yet."""
    return not claim.has(event.kind, target=event.target)


def _unless_last(*kinds: str) -> Callable[[Claim, Event], bool]:
    """The last of these kinds to happen to the same target is another."""
    return lambda claim, event: _last_kind(claim, event, *kinds) != event.kind


def _new_name(claim: Claim, event: Event) -> bool:
    return event.target not in {one.code for one in claim.fathers}


def _state_known(claim: Claim, event: Event) -> bool:
    return bool(claim.father(event.target).member_state)


def _no_consent_yet(claim: Claim, event: Event) -> bool:
    return not claim.consents(event.target)


def _asked_court(claim: Claim, event: Event) -> bool:
    return _last_kind(claim, event, *RECOGNITION) == "recognition_filed"


def _may_file(claim: Claim, event: Event) -> bool:
    return _last_kind(claim, event, *RECOGNITION) in ("", "recognition_refused")


def _stands_in_the_way(claim: Claim, event: Event) -> bool:
    said = event.said("reason")
    return any(one.target == event.target and said in ("", one.said("reason")) for one in claim.hurdles)


def _other_adult(claim: Claim, event: Event) -> bool:
    """Mother and guardian can take each other's place, as long as the child is one."""
    adult = event.target in (MOTHER, GUARDIAN) and event.target != claim.claimant
    return adult and not claim.grown(last(event.happened))


def _comes_of_age(claim: Claim, event: Event) -> bool:
    return claim.claimant != CHILD and claim.grown(last(event.happened))


def _is_there(claim: Claim, event: Event) -> bool:
    return any(one.id == event.target for one in claim.events)


_BEGUN, _OPEN, _ONCE = _if(_begun), _if(_open), _if(_once)
_WORKED = _if(lambda claim, event: _open(claim, event) and claim.has("registered"))
_ON_HIM = _all_of(_WORKED, _if(_possible))
_OF_HIS_STATE = _all_of(_ON_HIM, _if(_after("ms_notified")))
_UNDECIDED = _if(lambda claim, _: not claim.has("established"))
_DECIDED = _all_of(_WORKED, _if(_claim_after("established")))
_PAYING = _all_of(_DECIDED, _if(_claim_after("support_ordered")))


class Ask(NamedTuple):
    """A detail that a kind of event asks for, and the `codes` that can be chosen.

    `what` is code, text, words, kit, born, month, amount, currency, day or state.
    """

    name: str
    what: str
    codes: Sequence[str] = ()
    needed: bool = True


class Step(NamedTuple):
    """One kind of event. `scope` is what its target is (see `_targets`), `when` gives the number of a problem or "".

    `told` is the step of a claim (`telling.CLAIM_STEPS`) that the claimant must be told of, or empty.
    """

    scope: str
    when: When
    asks: tuple[Ask, ...] = ()
    told: str = ""


_REASON = Ask("reason", "code", REASONS)
_WHY = Ask("why", "words")
_WORDS = Ask("words", "words", needed=False)
# The note verbale, by its number, with which it went out or came.
_NOTE = Ask("note", "text", needed=False)
_FATHER_ASKS = (
    Ask("member_state", "state", needed=False),
    Ask("employer", "code", EMPLOYERS, needed=False),
    Ask("category", "code", CATEGORIES, needed=False),
)
_BEGIN_ASKS = (
    Ask("reference", "text"),
    Ask("wants", "code", WANTS, needed=False),
    Ask("born", "born", needed=False),
    # where it was said, or in which row of a list it stood
    Ask("case", "text", needed=False),
    Ask("report", "text", needed=False),
    Ask("row", "text", needed=False),
)
_COLLECT_ASKS = (
    Ask("kit", "kit"),
    Ask("collector", "text"),
    Ask("place", "text", needed=False),
    Ask("mission", "text", needed=False),
)
_ORDER_ASKS = (
    Ask("from", "month"),
    Ask("amount", "amount"),
    Ask("currency", "currency"),
    Ask("by_whom", "code", ("court", "authority", "agreement")),
)
_TOLD_ASKS = (
    Ask("how", "code", ("phone", "in_person", "lawyer")),
    Ask("who", "text"),
    Ask("language", "text"),
    Ask("telling", "text", needed=False),
)
_LAB_ASKS = (Ask("laboratory", "text"), Ask("seal_whole", "code", ("yes", "no")))
_SPOILED_ASKS = (Ask("reason", "code", ("sample_spoiled", "chain_of_custody_gap")), _WORDS)
_WHERE = Ask("where", "code", ("court", "registry"))
_TO_LAB = _all_of(_WORKED, _if(_kit("sample_sealed", "sample_handed_over")), _kit_agreed)

LAW: Mapping[str, Step] = {
    # how it begins: the target is the claimant
    "wished": Step("claimant", _if(lambda claim, event: not _begun(claim, event)), _BEGIN_ASKS),
    "registered": Step("claim", _all_of(_OPEN, _ONCE), (_WORDS,), told="received"),
    "child_known": Step("claim", _BEGUN, (Ask("born", "born"),)),
    "owned": Step("staff", _BEGUN),
    # who may be the father
    "father_named": Step("new father", _all_of(_OPEN, _if(_new_name)), _FATHER_ASKS),
    "father_changed": Step("father", _all_of(_OPEN, _if(_possible)), _FATHER_ASKS),
    "father_set_aside": Step("father", _all_of(_OPEN, _if(_possible), _if(_before("established"))), (_WHY,)),
    # his State
    "ms_notified": Step("father", _all_of(_ON_HIM, _if(_state_known, "422.310")), (_NOTE,), told="sent"),
    "ms_reminded": Step("father", _OF_HIS_STATE, (_NOTE,)),
    "ms_acknowledged": Step("father", _all_of(_OF_HIS_STATE, _ONCE), (_NOTE,), told="answered"),
    "ms_replied": Step(
        "father", _OF_HIS_STATE, (Ask("complete", "code", ("yes", "no")), _NOTE, _WORDS), told="answered"
    ),
    "focal_point_named": Step("father", _OF_HIS_STATE, told="answered"),
    "father_located": Step("father", _all_of(_ON_HIM, _if(_unless_last(*FOUND))), told="answered"),
    "father_unidentified": Step("father", _all_of(_ON_HIM, _if(_unless_last(*FOUND))), (_WORDS,), told="answered"),
    "admitted": Step("father", _all_of(_ON_HIM, _ONCE), told="answered"),
    # the test: consents, kits and who had them, never a profile
    "dna_needed": Step("claim", _all_of(_WORKED, _UNDECIDED, _ONCE), told="sample"),
    "consented": Step(
        "person",
        _all_of(_OPEN, _if(_person), _if(_no_consent_yet), _guardian_counts),
        (Ask("how", "code", WRITTEN),),
    ),
    "consent_withdrawn": Step("person", _all_of(_BEGUN, _if(lambda claim, event: claim.consents(event.target)))),
    "dna_father_requested": Step("father", _all_of(_ON_HIM, _if(_needed)), (_NOTE,)),
    "dna_father_refused": Step(
        "father", _all_of(_ON_HIM, _if(_needed), _if(_after("dna_father_requested"))), (_WORDS,), told="answered"
    ),
    "dna_law_excludes": Step("father", _all_of(_ON_HIM, _if(_needed)), (_WORDS,), told="answered"),
    "sample_collected": Step("sample", _all_of(_WORKED, _if(_needed), _agreed, _kit_free), _COLLECT_ASKS),
    "sample_sealed": Step(
        "kit", _all_of(_WORKED, _if(_kit("sample_collected"))), (Ask("seal", "text"), Ask("who", "text"))
    ),
    "sample_handed_over": Step("kit", _TO_LAB, (Ask("who", "text"), Ask("to", "text"))),
    "sample_at_lab": Step("kit", _TO_LAB, _LAB_ASKS),
    "sample_spoiled": Step("kit", _all_of(_OPEN, _if(_kit(*CUSTODY[:4]))), _SPOILED_ASKS, told="sample"),
    "sample_destroyed": Step("kit", _if(_kit(*CUSTODY[:5])), (Ask("who", "text"),)),
    "dna_result_in": Step(
        "father",
        _all_of(_ON_HIM, _if(_before("established")), _result),
        (Ask("laboratory", "text"), Ask("document", "text", needed=False)),
        told="result",
    ),
    # what follows from it
    "established": Step(
        "father", _all_of(_ON_HIM, _UNDECIDED, _basis), (Ask("basis", "code", tuple(BASES)),), told="decided"
    ),
    "father_excluded": Step(
        "father", _all_of(_ON_HIM, _if(_before("established")), _if(_after("dna_result_in"))), told="decided"
    ),
    "recognition_filed": Step("country", _all_of(_DECIDED, _if(_may_file)), (_WHERE,), told="decided"),
    "recognition_refused": Step("country", _all_of(_DECIDED, _if(_asked_court)), (_REASON, _WORDS), told="decided"),
    "recognised": Step("country", _all_of(_DECIDED, _if(_asked_court)), (_WHERE,), told="decided"),
    "support_ordered": Step("claim", _DECIDED, _ORDER_ASKS, told="decided"),
    "support_paid": Step("claim", _all_of(_PAYING, _month_ordered), (Ask("month", "month"), Ask("amount", "amount"))),
    "support_ended": Step("claim", _PAYING, (Ask("from", "month"), _WORDS), told="decided"),
    # around it
    "hurdle": Step("any", _OPEN, (_REASON, _WORDS)),
    "hurdle_gone": Step("any", _all_of(_BEGUN, _if(_stands_in_the_way)), (_REASON,)),
    "limit_set": Step("father", _all_of(_OPEN, _if(_possible)), (Ask("day", "day"), Ask("source", "text"))),
    "lawyer_named": Step("claim", _all_of(_BEGUN, _if(lambda claim, _: not claim.lawyer))),
    "lawyer_gone": Step("claim", _if(lambda claim, _: claim.lawyer)),
    "counting_agreed": Step("claim", _all_of(_BEGUN, _if(_unless_last(*COUNTING)))),
    "counting_refused": Step("claim", _all_of(_BEGUN, _if(_unless_last(*COUNTING)))),
    "claimant_changed": Step("claimant", _all_of(_OPEN, _if(_other_adult)), (_WHY,)),
    "child_became_claimant": Step("claim", _all_of(_OPEN, _if(_comes_of_age))),
    # telling, ending, undoing
    "claimant_told": Step("event", _all_of(_if(_to_tell), _through), _TOLD_ASKS),
    "telling_waived": Step("event", _if(_to_tell), (_WHY,)),
    "withdrawn": Step("claimant", _all_of(_OPEN, _decides), (_WORDS,), told="closed"),
    "not_established": Step("claim", _all_of(_WORKED, _UNDECIDED), (_REASON, _WORDS), told="closed"),
    "closed": Step("claim", _OPEN, (_REASON, _WORDS), told="closed"),
    "reopened": Step("claim", _if(lambda claim, _: bool(claim.ended)), (_WHY,), told="received"),
    "undone": Step("event", _if(_is_there), (_WHY,)),
}
RANK = {kind: rank for rank, kind in enumerate(LAW)}


# the table of states ------------------------------------------------------------------------------------------------


class Row(NamedTuple):
    """One state of domain brief 4.4, its public bucket, and what must be so for it to hold."""

    name: str
    bucket: str
    holds: Callable[[Claim, str], bool]


def _is(kind: str) -> Callable[[Claim, str], bool]:
    """An event of this kind takes effect, against somebody who may be the father."""
    return lambda claim, _: claim.has(kind)


def _his(claim: Claim) -> bool:
    """What follows from paternity says nothing about the other men who were named."""
    return claim.has("established")


def _any_father(test: Callable[[Claim, str], bool]) -> Callable[[Claim, str], bool]:
    return lambda claim, _: any(test(claim, code) for code in claim.possible)


def _reopened(claim: Claim, _: str) -> bool:
    """Nothing has moved since it was opened again."""
    moved = [event for event in claim.fitting if event.kind not in ASIDE and claim._counts(event)]
    return bool(moved) and moved[-1].kind == "reopened"


def _told_result(claim: Claim, _: str) -> bool:
    told = {event.target for event in claim.fitting if event.kind == "claimant_told"}
    return any(event.id in told for event in claim.all("dna_result_in"))


def _both_agreed(claim: Claim, today: str) -> bool:
    return claim.consents(MOTHER) and claim.may_test(CHILD, today)


def _both_collected(claim: Claim, _: str) -> bool:
    return claim.usable(MOTHER) is not None and claim.usable(CHILD) is not None


def _father_found(kind: str) -> Callable[[Claim, str], bool]:
    return _any_father(lambda claim, code: _kind(claim.last(*FOUND, target=code)) == kind)


def _father_sample(kind: str) -> Callable[[Claim, str], bool]:
    return _any_father(lambda claim, code: claim.asked_for_sample(code) == kind)


def _fathers_sample_is_there(claim: Claim, _: str) -> bool:
    return any(claim.usable(code) for code in claim.possible)


def _at_lab(claim: Claim, _: str) -> bool:
    return any(one.at_lab and (one.whose in (MOTHER, CHILD) or one.whose in claim.possible) for one in claim.samples)


# The first row that holds is the state: what has ended, then what came furthest.
STATES: tuple[Row, ...] = (
    Row("withdrawn", "NOT_ESTABLISHED_OR_WITHDRAWN", lambda claim, _: claim.ended == "withdrawn"),
    Row("not_established", "NOT_ESTABLISHED_OR_WITHDRAWN", lambda claim, _: claim.ended == "not_established"),
    Row("closed_other", "NOT_ESTABLISHED_OR_WITHDRAWN", lambda claim, _: claim.ended == "closed"),
    Row("reopened", "PENDING", _reopened),
    Row("support_in_arrears", "RESOLVED", lambda claim, today: _his(claim) and bool(claim.arrears(today))),
    Row("support_paid", "RESOLVED", lambda claim, _: _his(claim) and claim.has("support_paid")),
    Row("support_ordered", "RESOLVED", lambda claim, _: _his(claim) and claim.has("support_ordered")),
    Row("recognised", "RESOLVED", lambda claim, _: _his(claim) and claim.has("recognised")),
    Row("recognition_filed", "PENDING", lambda claim, _: _his(claim) and claim.has("recognition_filed")),
    Row("established", "PENDING", _is("established")),
    Row("admitted", "PENDING", _is("admitted")),
    Row("result_communicated", "PENDING", _told_result),
    Row("dna_result_in", "PENDING", _is("dna_result_in")),
    Row("dna_at_lab", "PENDING", _at_lab),
    Row("dna_father_collected", "PENDING", _fathers_sample_is_there),
    Row("dna_father_requested", "PENDING", _father_sample("dna_father_requested")),
    Row("refused", "PENDING", _father_sample("dna_father_refused")),
    Row("law_excludes", "PENDING", _father_sample("dna_law_excludes")),
    Row("dna_mc_collected", "PENDING", _both_collected),
    Row("dna_consented", "PENDING", lambda claim, today: claim.has("dna_needed") and _both_agreed(claim, today)),
    Row("dna_needed", "PENDING", _is("dna_needed")),
    Row("father_located", "PENDING", _father_found("father_located")),
    Row("father_unidentified", "PENDING", _father_found("father_unidentified")),
    Row("focal_point_named", "PENDING", _is("focal_point_named")),
    Row("ms_acknowledged", "PENDING", lambda claim, _: claim.has("ms_acknowledged", "ms_replied")),
    Row("ms_notified", "PENDING", _is("ms_notified")),
    Row("registered", "PENDING", _is("registered")),
    Row("draft_wish", "", lambda claim, _: claim.has("wished")),
)
STATE_NAMES = tuple(row.name for row in STATES)


# one event: is it well made, and does it fit ------------------------------------------------------------------------


def _check(claim: Claim, event: Event) -> None:
    """Raises the Problem that keeps an event from taking effect where the claim stands."""
    step = LAW.get(event.kind)
    if step is None or not _fits_scope(claim, step.scope, event.target):
        raise Problem(NOT_NOW)
    for ask in step.asks:
        _check_detail(ask, event)
    code = step.when(claim, event)
    if code:
        raise Problem(code)


def _refusal(claim: Claim, event: Event) -> str:
    """The number of the problem, or empty."""
    try:
        _check(claim, event)
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


def _check_detail(ask: Ask, event: Event) -> None:
    """Raises Problem 422.20, 422.40, 422.44, 422.45, 422.48 with the field."""
    text = event.said(ask.name).strip()
    if not text:
        if ask.needed:
            raise Problem("422.20" if ask.name == "why" else "422.40", field=ask.name)
        return
    if len(text) > (LONGEST_WORDS if ask.what == "words" else LONGEST_TEXT):
        raise Problem("422.44", field=ask.name)
    if ask.name == "why" and len(text) < REASON_LENGTH:
        raise Problem("422.20", field=ask.name)
    if ask.what == "code" and text not in ask.codes:
        raise Problem("422.48", field=ask.name)
    pattern = _PATTERNS.get(ask.what)
    if pattern and not pattern.fullmatch(text):
        raise Problem("422.41", field=ask.name)
    if ask.what == "day":
        try:
            date.fromisoformat(text)
        except ValueError:
            raise Problem("422.45", field=ask.name) from None


_PATTERNS = {"born": _BORN, "month": _MONTH, "amount": _AMOUNT, "currency": _CURRENCY, "state": _COUNTRY, "kit": _KIT}


def _targets(claim: Claim, scope: str) -> tuple[str, ...]:
    """What an event of a scope can be about."""
    fathers = tuple(one.code for one in claim.fathers)
    return {
        "claim": ("",),
        "father": fathers,
        "new father": (claim.next_father,),
        "person": (MOTHER, CHILD, GUARDIAN, *fathers),
        "sample": (MOTHER, CHILD, *fathers),
        "kit": tuple(one.kit for one in claim.samples),
        "country": COUNTRIES,
        "claimant": CLAIMANTS,
        "any": ("", *fathers),
    }.get(scope, ())


def _fits_scope(claim: Claim, scope: str, target: str) -> bool:
    if scope == "new father":
        return bool(_FATHER.fullmatch(target))
    return scope in ("event", "staff") or target in _targets(claim, scope)


def _last_kind(claim: Claim, event: Event, *kinds: str) -> str:
    """The kind of the last of these that happened to the same target."""
    return _kind(claim.last(*kinds, target=event.target))


def _kind(event: Event | None) -> str:
    return event.kind if event else ""


def _ordered(orders: Iterable[Event], month: str) -> tuple[Decimal, str]:
    """What was ordered for a month: the last order from then or before counts."""
    amount, currency = Decimal(0), ""
    for event in orders:
        if event.said("from") <= month:
            currency = event.said("currency") or currency
            amount = Decimal(event.said("amount") or 0)
    return amount, currency


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
