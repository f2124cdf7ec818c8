"""A Member State: how to write to it, who answers for it, what its law allows, and what it does to prevent.

The record (kind "member_state") holds no name. Who the focal points are rests under the identity keychain (kind
"focal_points", the same id); beside it, for the State's record, stands only since when there is one.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from intake.domain.problems import Problem

SHAPE = 1
KIND, NAMES = "member_state", "focal_points"

LANGUAGES = ("en", "fr", "ar")
ANSWERS = ("yes", "no", "unknown")
# domain brief 4.1 and 5.3 P3: each is reviewed by lawyers, or it is not known.
FRAME = ("dna_admissible", "foreign_standing", "foreign_judgments")
# domain brief 5.3 V1
PREVENTION = ("training", "vetting", "nio_in_contingent")
LONGEST = 200
LONGEST_WORDS = 1000


@dataclass(frozen=True)
class Finding:
    """What is known about one question of law or of prevention: `answer` of ANSWERS, and who looked at it, when."""

    answer: str = "unknown"
    by: str = ""
    on: str = ""
    words: str = ""


@dataclass(frozen=True)
class Post:
    """A focal point without a name: `office` is the ministry or service; from which day until which, or still ("")."""

    id: str
    office: str
    since: str
    until: str = ""


@dataclass(frozen=True)
class Name:
    """Who a focal point is, and how to reach them."""

    name: str
    contact: str


@dataclass(frozen=True)
class MemberState:
    """`code` is ISO 3166-1 alpha-2, `language` that of letters. `findings` are by the names of FRAME and PREVENTION."""

    id: str
    version: int = 0
    code: str = ""
    language: str = "en"
    address: str = ""
    findings: Mapping[str, Finding] = field(default_factory=dict)
    posts: tuple[Post, ...] = ()

    def finding(self, name: str) -> Finding:
        return self.findings.get(name, Finding())

    def focal_point(self, on: str) -> Post | None:
        """Whoever answers for the State on a day."""
        held = [post for post in self.posts if post.since <= on and (not post.until or on < post.until)]
        return held[-1] if held else None

    def without_focal_point(self, since: date, until: date) -> int:
        """The days after `since`, up to and with `until`, on which there was none."""
        days = (date.fromordinal(number).isoformat() for number in range(since.toordinal() + 1, until.toordinal() + 1))
        return sum(self.focal_point(day) is None for day in days)


def check(state: MemberState, *, codes: Collection[str]) -> None:
    """Raises Problem 422.323 (no such State), 422.324 (language), 422.44 (too long), 422.48 (answer), 422.325 (who
    reviewed an answer, and when), each with its field."""
    if state.code not in codes:
        raise Problem("422.323", field="code")
    if state.language not in LANGUAGES:
        raise Problem("422.324", field="language")
    if len(state.address) > LONGEST_WORDS:
        raise Problem("422.44", field="address")
    for name, found in state.findings.items():
        _check_finding(name, found)


def _check_finding(name: str, found: Finding) -> None:
    if name not in (*FRAME, *PREVENTION) or found.answer not in ANSWERS:
        raise Problem("422.48", field=name)
    if max(len(found.by), len(found.words)) > LONGEST:
        raise Problem("422.44", field=name)
    if found.answer != "unknown" and not (found.by.strip() and _is_day(found.on)):
        raise Problem("422.325", field=name)


def appointed(state: MemberState, post: Post) -> MemberState:
    """The State with a focal point more; whoever was there before is it no longer. Raises Problem 422.40, 422.329."""
    if not post.office.strip():
        raise Problem("422.40", field="office")
    if len(post.office) > LONGEST:
        raise Problem("422.44", field="office")
    if not _is_day(post.since) or any(one.since > post.since for one in state.posts):
        raise Problem("422.329", field="since")
    before = tuple(one if one.until else replace(one, until=post.since) for one in state.posts)
    return replace(state, posts=(*before, post))


def left(state: MemberState, until: str) -> MemberState:
    """The State without a focal point from a day on. Raises Problem 422.329."""
    if not state.posts or state.posts[-1].until or not _is_day(until) or until < state.posts[-1].since:
        raise Problem("422.329", field="until")
    return replace(state, posts=(*state.posts[:-1], replace(state.posts[-1], until=until)))


def check_name(name: Name) -> None:
    """Raises Problem 422.40, 422.44."""
    if not name.name.strip():
        raise Problem("422.40", field="name")
    if len(name.name) > LONGEST or len(name.contact) > LONGEST:
        raise Problem("422.44", field="name" if len(name.name) > LONGEST else "contact")


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def to_json(state: MemberState) -> dict[str, Any]:
    return {
        "shape": SHAPE,
        "code": state.code,
        "language": state.language,
        "address": state.address,
        "findings": {name: vars(found) for name, found in state.findings.items()},
        "posts": [vars(post) for post in state.posts],
    }


def from_json(id: str, version: int, kept: Mapping[str, Any]) -> MemberState:
    return MemberState(
        id,
        version,
        kept["code"],
        kept["language"],
        kept["address"],
        {name: Finding(**found) for name, found in kept["findings"].items()},
        tuple(Post(**post) for post in kept["posts"]),
    )
