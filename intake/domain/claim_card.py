"""What a list shows of a claim: worked out once, as the office's index holds it, with until when it looks so."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from intake.domain.claim import Claim
from intake.domain.claim_standing import Father, Policy
from intake.domain.claim_tasks import Task, tasks
from intake.domain.partial import days_after, month_after


@dataclass(frozen=True)
class Card:
    """A claim in a list. `state` is one of `claim_states.STATES`, `next` the first task, `since` the day of the wish.

    It was made on the day `made` by version `decided` of what the office decides about claims, and looks so before the
    day `until` (none: empty) unless the claim or that changes.
    """

    id: str
    reference: str
    state: str
    member_states: tuple[str, ...]
    fathers: tuple[Father, ...]
    since: str
    owner: str
    next: Task | None
    made: str
    until: str
    decided: int = 0

    @classmethod
    def of(cls, claim: Claim, today: str, policy: Policy, decided: int = 0) -> "Card":
        found, begun = tasks(claim, today, policy), claim.first("wished")
        return cls(
            claim.id,
            claim.reference,
            claim.state(today),
            claim.member_states,
            claim.fathers,
            begun.happened if begun else "",
            claim.owner,
            found[0] if found else None,
            today,
            _until(claim, found, today),
            decided,
        )

    def stands(self, today: str, decided: int) -> bool:
        """Whether it is still as it was made."""
        return self.decided == decided and self.made <= today and (not self.until or today < self.until)

    def overdue(self, today: str) -> bool:
        return self.next is not None and bool(self.next.due) and self.next.due < today


def _until(claim: Claim, found: tuple[Task, ...], today: str) -> str:
    """The first day on which the passing of time alone may change a card.

    A child comes of age, a month of support is over; what should be done at once is due again each day.
    """
    days = []
    if any(task.code in ("destroy", "mend") for task in found):
        days.append(days_after(today, 1))
    if (grown := claim.majority[0]) > today:
        days.append(grown)
    if claim.has("support_ordered"):
        days.append(f"{month_after(today[:7])}-01")
    return min(days, default="")


def to_json(card: Card) -> dict[str, Any]:
    """As the index holds it."""
    return {
        **vars(card),
        "fathers": [vars(one) for one in card.fathers],
        "next": vars(card.next) if card.next else None,
    }


def from_json(kept: Mapping[str, Any]) -> Card:
    found = Card(**{**kept, "member_states": tuple(kept["member_states"])})
    return replace(
        found,
        fathers=tuple(Father(**one) for one in kept["fathers"]),
        next=Task(**kept["next"]) if kept["next"] else None,
    )
