"""How a claim stands: what the events say that take effect, and the words they are said in.

Nothing here decides what takes effect (`domain.claim_law`) or what that is called (`domain.claim_states`).
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal, Self

from intake.domain.agreement import ADULT, HOW
from intake.domain.partial import first, last, month_after, years_after
from intake.domain.problems import Problem

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
FATHER = re.compile(r"F[1-9][0-9]?")

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
        *("owned", "came_from", "forwarded", "came_back", "naming_agreed", "naming_withdrawn"),
        *("hurdle", "hurdle_gone", "limit_set", "lawyer_named", "lawyer_gone", "claimant_told", "telling_waived"),
        *COUNTING,
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


RecognisedIn = Literal["any", "member_state", "both"]


@dataclass(frozen=True)
class Policy:
    """What an office decides about claims.

    `resolved` are the facts that make a claim RESOLVED in public: `recognised`, `support`. `recognised_in` is where
    recognition must be for that: any, member_state or both. `tell_days` is how long somebody has to tell the claimant
    of a step. `limitation_years` is how long after majority a claim can be brought where nothing is known of the law
    that counts; 0: no such clock. Both numbers are the office's to confirm.
    """

    resolved: frozenset[str] = frozenset({"recognised", "support"})
    recognised_in: RecognisedIn = "any"
    tell_days: int = 14
    limitation_years: int = 0


@dataclass(frozen=True)
class Standing:
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

    def event(self, id: str) -> Event:
        """Raises Problem 404.9."""
        found = next((one for one in self.events if one.id == id), None)
        if found is None:
            raise Problem("404.9")
        return found

    def all(self, *kinds: str, target: str | None = None) -> tuple[Event, ...]:
        """The events of these kinds that take effect; about `target`, or about whatever still counts."""
        return tuple(self._each(self.fitting, kinds, target))

    def first(self, *kinds: str, target: str | None = None) -> Event | None:
        return next(self._each(self.fitting, kinds, target), None)

    def last(self, *kinds: str, target: str | None = None) -> Event | None:
        return next(self._each(reversed(self.fitting), kinds, target), None)

    def has(self, *kinds: str, target: str | None = None) -> bool:
        return self.first(*kinds, target=target) is not None

    def _each(self, events: Iterable[Event], kinds: Collection[str], target: str | None) -> Iterator[Event]:
        for one in events:
            if one.kind in kinds and (self.counts(one) if target is None else one.target == target):
                yield one

    def counts(self, event: Event) -> bool:
        """What is about a man who is no longer thought to be the father says nothing about the claim."""
        return not FATHER.fullmatch(event.target) or event.target in self.possible

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
        given = [int(one.target[1:]) for one in self.events if FATHER.fullmatch(one.target)]
        return f"F{max(given, default=0) + 1}"

    @property
    def against(self) -> tuple[Self, ...]:
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
    def stands_with(self) -> str:
        """The name of the office that writes to States for this one, or empty."""
        last = self.last("forwarded", "came_back")
        return last.target if last and last.kind == "forwarded" else ""

    @property
    def came_from(self) -> str:
        """The name of the office that knows the claimant and forwarded the claim to this one, or empty."""
        last = self.last("came_from")
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

    def may_be_named(self, father: str, day: str) -> bool:
        """Whether the claimant's name may go to the State of this man, by the claimant's own newest word.

        It was said about that State, and by whoever is the claimant still: with another State or another claimant it
        has to be asked anew.
        """
        said = self.last("naming_agreed", "naming_withdrawn", target=father)
        if said is None or said.kind != "naming_agreed" or self.ended:
            return False
        since = self.fitting[self.fitting.index(said) + 1 :]
        other = any(
            one.kind in ("claimant_changed", "child_became_claimant")
            or (one.kind == "father_changed" and one.target == father)
            for one in since
        )
        return not other and (self.claimant == CHILD or not self.grown(day))

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

    @property
    def phase(self) -> str:
        """Where it is on its way, one of PHASES: unlike the state, it changes with events alone and with no day."""
        if self.ended:
            return "ended"
        return next((phase for phase, kinds in PHASES.items() if self.has(*kinds)), "")

    def clock(self, name: str, father: str = "") -> Event | None:
        """The event at which a clock of domain brief 5.2 stands (a key of CLOCKS), against one father or at all."""
        return self.first(*CLOCKS[name], target=father or None)

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
            amount, currency = ordered(orders, month)
            found.append(Month(month, currency, amount, paid.get(month, Decimal(0))))
            month = month_after(month)
        return tuple(found)

    def arrears(self, today: str) -> tuple[Month, ...]:
        """The months that are over and were not paid in full."""
        return tuple(one for one in self.months(today) if one.month < today[:7] and one.missing)


def kind_of(event: Event | None) -> str:
    return event.kind if event else ""


def ordered(orders: Iterable[Event], month: str) -> tuple[Decimal, str]:
    """What was ordered for a month: the last order from then or before counts."""
    amount, currency = Decimal(0), ""
    for event in orders:
        if event.said("from") <= month:
            currency = event.said("currency") or currency
            amount = Decimal(event.said("amount") or 0)
    return amount, currency
