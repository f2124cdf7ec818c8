"""Matters with Member States, allegations and claims alike: what notes are about and scorecards are made of.

A claim that names several men is a matter with the State of each. Its steps are worked out from its events; they are
written down nowhere else. A claim that was forwarded is a matter of the office that writes to States alone, so that it
counts once.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from intake.domain.claim import Claim
from intake.domain.claim_standing import Event
from intake.domain.matter import Matter, Step
from intake.domain.partial import last
from intake.services import claims as filed
from intake.services import proceedings
from intake.services.clocks import Held
from intake.services.desk import Desk, index_of
from intake.store import Session

# Which events of a claim make which step, and whether they are about the man or about the claim.
_ON_HIM: Mapping[str, tuple[str, ...]] = {
    "notified": ("ms_notified",),
    "acknowledged": ("ms_acknowledged", "ms_replied"),
    "focal_point_named": ("focal_point_named",),
    "dna_requested": ("dna_father_requested",),
    # A sample, or the reasons why there is none: he admits, or refuses and the State says so.
    "dna_given": ("sample_collected", "dna_father_refused", "admitted"),
    "law_excludes_dna": ("dna_law_excludes",),
    "result_in": ("dna_result_in",),
    "established": ("established",),
}
_ON_CLAIM: Mapping[str, tuple[str, ...]] = {
    "registered": ("registered",),
    "recognised": ("recognised",),
    "support_ordered": ("support_ordered",),
    "first_payment": ("support_paid",),
    "resolved": ("recognised", "support_ordered"),
}
# In front of what is owed about a matter, among the keys of its entry.
OWED = "owed:"


def concerning(session: Session, *, desk: Desk, codes: Sequence[str]) -> list[Matter]:
    """Every matter with one of these States, for counting. A desk with an index opens no others."""
    found = [one for claim in filed.concerning(session, desk=desk, codes=codes) for one in of_claim(claim)]
    known = proceedings.concerning(session, desk=desk, codes=codes)
    return [one for one in (*known, *found) if one.state in codes]


def of_state(session: Session, *, desk: Desk, code: str) -> list[Matter]:
    """Those with one State that this person may see."""
    found = [one for claim in filed.of_state(session, desk=desk, code=code) for one in of_claim(claim)]
    return [*proceedings.of_state(session, desk=desk, code=code), *(one for one in found if one.state == code)]


def owed(*, desk: Desk, today: date) -> Counter[tuple[str, str]]:
    """How many steps are overdue, by the State they concern and by who owes them ("state" or "office").

    From the index, as it was made of `debts`. Raises Problem 403.21.
    """
    found: Counter[tuple[str, str]] = Counter()
    for key, count in index_of(desk).tally(OWED, reader=desk.staff.name).items():
        _, code, whose, last, *_ = key.split(":")
        if last < today.isoformat():
            found[code, whose] += count
    return found


def debts(found: Iterable[Matter], held: Held) -> tuple[str, ...]:
    """What is still owed about these matters, each as a key of the index."""
    return tuple(
        f"{OWED}{one.state}:{whose}:{last}:{clock}:{one.id.partition(':')[2]}"
        for one in found
        for clock, whose, last in one.owed(state=held.of_state(one.state), office=held.office, lengths=held.lengths)
    )


def of_claim(claim: Claim) -> Iterator[Matter]:
    """A claim as it stands with the State of each man who may be the father. What follows from proof is his alone."""
    for man in () if claim.stands_with else claim.fathers:
        if not man.member_state or not man.possible:
            continue
        about = [step for kind, kinds in _ON_HIM.items() for step in _steps(claim, kind, kinds, man.code)]
        proven = claim.has("established", target=man.code) or not claim.has("established")
        about += [
            step
            for kind, kinds in _ON_CLAIM.items()
            if proven or kind == "registered"
            for step in _steps(claim, kind, kinds, None)
        ]
        if claim.ended:
            about += _steps(claim, "ended", (claim.ended,), None)
        told = {event.target: event for event in claim.all("claimant_told", target=None)}
        results = claim.all("dna_result_in", target=man.code)
        about += [_step("result_told", told[event.id]) for event in results if event.id in told]
        about += [_step("paid", event) for event in claim.all("support_paid") if proven]
        yield Matter(
            f"{claim.id}:{man.code}",
            claim.version,
            "claim",
            man.member_state,
            claim.id,
            claim.reference,
            tuple(about),
            to_be_told=True,
        )


def _steps(claim: Claim, kind: str, kinds: tuple[str, ...], target: str | None) -> list[Step]:
    first = claim.first(*kinds, target=target)
    return [_step(kind, first)] if first else []


def _step(kind: str, event: Event) -> Step:
    """What is known by its month or year counts from the end of that, so that nobody is called late for nothing."""
    known = date.fromisoformat(event.known)
    return Step(kind, min(date.fromisoformat(last(event.happened)), known), known, event.by, event.at)
