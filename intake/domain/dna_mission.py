"""A DNA mission: people who travel to a place to collect samples, whom they expect there, and who came.

It holds no name and no result: mothers and children are lines of claims, their consents and kits are in the claims
themselves. The record rests sealed (kind "dna_mission"), and no day stands in clear beside it: who owned the database
would know when people travel.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from intake.domain.claim_standing import CHILD, MOTHER
from intake.domain.problems import Problem
from intake.domain.profile import check_no_profile

SHAPE = 1
KIND = "dna_mission"

# Whose samples are collected on a mission; a father's is collected by his State.
EXPECTED = (MOTHER, CHILD)
CAME = ("yes", "no")
TEXTS = ("place", "transport", "team", "kits", "remark")
LONGEST = 1000


@dataclass(frozen=True)
class Mission:
    """`begins` and `ends` are days; `claims` ids of claims in the order of the list.

    `texts` are words by TEXTS; `came` says of "<claim>:<mother or child>" whether that person came, one of CAME.
    """

    id: str
    version: int
    begins: str
    ends: str
    texts: Mapping[str, str] = field(default_factory=dict)
    claims: tuple[str, ...] = ()
    came: Mapping[str, str] = field(default_factory=dict)

    def over(self, today: str) -> bool:
        return self.ends < today

    @property
    def done(self) -> bool:
        """Whether it is known of everybody expected whether they came."""
        wanted = [self.has_come(claim, whose) for claim in self.claims for whose in EXPECTED]
        return bool(wanted) and all(wanted)

    def has_come(self, claim: str, whose: str) -> str:
        """One of CAME, or empty as long as nobody has said."""
        return self.came.get(f"{claim}:{whose}", "")

    def planned(self, begins: str, ends: str, texts: Mapping[str, str]) -> "Mission":
        """With these days and words. Raises Problem 422.40, 422.45, 422.313, 422.44, 422.303 with their `field`."""
        for name, day in (("begins", begins), ("ends", ends)):
            _check_day(name, day)
        if ends < begins:
            raise Problem("422.313", field="ends")
        if not texts.get("place", "").strip():
            raise Problem("422.40", field="place")
        for name in TEXTS:
            check_no_profile(texts.get(name, ""))
            if len(texts.get(name, "")) > LONGEST:
                raise Problem("422.44", field=name)
        return replace(self, begins=begins, ends=ends, texts={name: texts.get(name, "").strip() for name in TEXTS})

    def expecting(self, claim: str) -> "Mission":
        """With one claim more on the list. Raises Problem 422.312."""
        if claim in self.claims:
            raise Problem("422.312", field="typed")
        return replace(self, claims=(*self.claims, claim))

    def without(self, claim: str) -> "Mission":
        """With one claim less; who came stays known. Raises Problem 404.10."""
        if claim not in self.claims:
            raise Problem("404.10")
        return replace(self, claims=tuple(one for one in self.claims if one != claim))

    def with_came(self, claim: str, whose: str, came: str) -> "Mission":
        """With somebody who came or did not. Raises Problem 404.10 (not on the list), 422.48."""
        if claim not in self.claims or whose not in EXPECTED:
            raise Problem("404.10")
        if came not in CAME:
            raise Problem("422.48", field="came")
        return replace(self, came={**self.came, f"{claim}:{whose}": came})


def _check_day(name: str, day: str) -> None:
    if not day:
        raise Problem("422.40", field=name)
    try:
        date.fromisoformat(day)
    except ValueError:
        raise Problem("422.45", field=name) from None


# at rest ------------------------------------------------------------------------------------------------------------


def to_json(mission: Mission) -> dict[str, Any]:
    """The record's content; number and version stand beside it in clear and are bound to it by the sealing."""
    own = {name: value for name, value in vars(mission).items() if name not in ("id", "version")}
    return {"shape": SHAPE, **own, "texts": dict(mission.texts), "came": dict(mission.came)}


def from_json(id: str, version: int, content: Mapping[str, Any]) -> Mission:
    """The record as it was sealed."""
    own = {name: value for name, value in content.items() if name != "shape"}
    return Mission(id, version, **{**own, "claims": tuple(own["claims"])})
