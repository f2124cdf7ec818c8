"""A case: reports that belong together, the people in them by code, and all that the office did, as events in order.

A case *is* its events. What it looks like now is worked out from them by `Case.of`, so that nothing is ever written
over, every step names who took it and when, and an older state is what the first events make. Whether an event is
lawful is decided against the state before it; the name of its kind is a key of `LAW`.

The record rests sealed (kind "case"). It holds no name of a harmed person: people are codes (P1, P2 …), and who they
are stays in the identity part of their reports.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from intake.domain.problems import Problem

SHAPE = 1
KIND = "case"

REASON_LENGTH = 10

# domain brief 6.2: the nature of an allegation, within its category
NATURES: Mapping[str, tuple[str, ...]] = {
    "sexual_abuse": (
        "rape",
        "sexual_assault",
        "attempted_rape",
        "sexual_activity_with_minor",
        "sexual_slavery",
        "pornography",
        "child_abuse",
    ),
    "sexual_exploitation": (
        "transactional_sex",
        "solicitation_of_transactional_sex",
        "exploitative_relationship",
        "trafficking",
        "prostitution",
        "procuring",
        "other_exploitation",
    ),
    "other": (),
    "unknown": (),
}
CATEGORIES = tuple(NATURES)
STAFF, PROVIDER, OFFICE = "staff:", "provider:", "office:"
PARTS = ("victim", "mother", "child", "caregiver", "reporter", "witness", "alleged")
# Those whom it happened to, or whom it left with a child, or who is that child.
HARMED = ("victim", "mother", "child")
# domain brief 6.2 and 2.4: as counted for victims
GROUPS = ("woman", "girl", "female_age_unknown", "man", "boy", "male_age_unknown", "sex_unknown")
# domain brief 1.4
CLOSURES = (
    "needs_met",
    "no_contact",
    "asked_to_close",
    "left_area",
    "transferred",
    "provider_without_funds",
    "plan_complete",
    "agreed_no_more",
    "duplicate",
)
# domain brief 1.4, client feedback: what she said of the help when she was asked, or why nobody asked her
SAID = ("helped", "partly", "not_helped", "no_answer")
NOT_ASKED = ("out_of_reach", "unsafe", "unwanted", "other")


@dataclass(frozen=True)
class Event:
    """One step. `by` is a sign-in name, `at` an instant (ISO UTC), `details` JSON values that the kind asks for."""

    kind: str
    by: str
    at: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Person:
    """Somebody in the case, by code. `part` is one of PARTS; `group` one of GROUPS; `born` a year or empty."""

    code: str
    part: str
    group: str = ""
    born: str = ""


@dataclass(frozen=True)
class Closing:
    """Why a case was closed: codes of CLOSURES, and whether she was told that it can be taken up again at any time.

    `feedback` is how help was for her, a code of SAID, or why she was not asked, one of NOT_ASKED; `her_words` are what
    she said. Both are empty where a case was closed before that was asked, or because it goes on in another one.
    """

    reasons: tuple[str, ...]
    told_may_resume: bool
    words: str
    by: str
    at: str
    feedback: str = ""
    her_words: str = ""


@dataclass(frozen=True)
class Case:
    """What the events make. `owner` is the sign-in name in charge; `named` those to whom it is closed, if it is.

    `asked` is a proposal to close it to named staff, which a second person must agree to: (names, who asked).
    `kept_from` are those she named whom it must be kept from: `staff:<sign-in name>`, `provider:<id>`, `office:<id>`.
    """

    id: str
    version: int
    events: tuple[Event, ...] = ()
    reference: str = ""
    reports: tuple[str, ...] = ()
    people: tuple[Person, ...] = ()
    category: str = "unknown"
    natures: tuple[str, ...] = ()
    owner: str = ""
    named: tuple[str, ...] = ()
    asked: tuple[tuple[str, ...], str] | None = None
    kept_from: tuple[str, ...] = ()
    closing: Closing | None = None

    @property
    def open(self) -> bool:
        return self.closing is None

    @property
    def since(self) -> str:
        """When it was opened."""
        return self.events[0].at if self.events else ""

    @property
    def changed(self) -> str:
        """When anything last happened to it."""
        return self.events[-1].at if self.events else ""

    def person(self, code: str) -> Person:
        """Raises Problem 404.3."""
        for person in self.people:
            if person.code == code:
                return person
        raise Problem("404.3")

    @property
    def kept_from_staff(self) -> tuple[str, ...]:
        """The sign-in names of colleagues it must be kept from."""
        return tuple(one.removeprefix(STAFF) for one in self.kept_from if one.startswith(STAFF))

    def open_to(self, name: str) -> bool:
        """Whether this member of staff may see it: everybody with the right whom she did not name.

        If it was closed to named staff, these alone.
        """
        return name not in self.kept_from_staff and (not self.named or name in self.named)

    @classmethod
    def of(cls, id: str, version: int, events: tuple[Event, ...]) -> "Case":
        """The state that these events, all of them lawful when they happened, lead to."""
        case = cls(id, version)
        for event in events:
            case = replace(LAW[event.kind](case, event), events=(*case.events, event))
        return case

    def as_of(self, at: str) -> "Case":
        """The case as it stood at an instant."""
        return Case.of(self.id, self.version, tuple(event for event in self.events if event.at <= at))

    def seen(self, version: int) -> "Case":
        """The case as it stood at an earlier version: each step makes one."""
        return Case.of(self.id, version, self.events[:version])

    def then(self, kind: str, *, by: str, at: str, **details: Any) -> "Case":
        """The case with one event more; the version stays what was seen, as a change must name it.

        Raises Problem 422.170 (the case is closed, or open), and what the kind asks for, see `LAW`.
        """
        event = Event(kind, by, at, details)
        if (kind not in WHEN_CLOSED) != self.open:
            raise Problem("422.170")
        return replace(LAW[kind](self, event), events=(*self.events, event))


# what each kind of event asks for, and what it makes ----------------------------------------------------------------


def _opened(case: Case, event: Event) -> Case:
    if case.events:
        raise Problem("422.170")
    joined = _joined(replace(case, reference=str(event.details["reference"])), event)
    return replace(joined, category=str(event.details.get("category", "unknown")), owner=event.by)


def _joined(case: Case, event: Event) -> Case:
    """Another report belongs to it. Raises Problem 422.171 when it is in the case already."""
    report = str(event.details["report"])
    if report in case.reports:
        raise Problem("422.171")
    return replace(case, reports=(*case.reports, report))


def _split(case: Case, event: Event) -> Case:
    """A report does not belong to it after all. Raises 422.172: not in it, or the only one; 422.20 without a reason."""
    report = str(event.details["report"])
    if report not in case.reports or len(case.reports) == 1:
        raise Problem("422.172")
    _need_reason(event)
    return replace(case, reports=tuple(one for one in case.reports if one != report))


def _merged(case: Case, event: Event) -> Case:
    """Its only report goes on in another case, so this one ends. Raises Problem 422.172 when it has others."""
    if len(case.reports) != 1:
        raise Problem("422.172")
    _need_reason(event)
    return replace(case, reports=(), closing=Closing(("duplicate",), False, "", event.by, event.at))


def _nature(case: Case, event: Event) -> Case:
    """Category and nature by 6.2, set by a person. Raises Problem 422.173 for codes that do not go together."""
    category, natures = str(event.details["category"]), tuple(event.details["natures"])
    if category not in NATURES or not set(natures) <= set(NATURES[category]):
        raise Problem("422.173")
    return replace(case, category=category, natures=natures)


def _person_added(case: Case, event: Event) -> Case:
    """Somebody is in the case; the code is the next free one. Raises Problem 422.174 for unknown codes."""
    person = _person(f"P{len(case.people) + 1}", event.details)
    return replace(case, people=(*case.people, person))


def _person_changed(case: Case, event: Event) -> Case:
    """What is known of somebody was set right. Raises Problem 404.3, 422.174."""
    code = case.person(str(event.details["code"])).code
    changed = _person(code, event.details)
    return replace(case, people=tuple(changed if one.code == code else one for one in case.people))


def _person(code: str, details: Mapping[str, Any]) -> Person:
    part, group, born = (str(details.get(name, "")) for name in ("part", "group", "born"))
    if part not in PARTS or group not in ("", *GROUPS) or not (born == "" or (born.isdecimal() and len(born) == 4)):
        raise Problem("422.174")
    return Person(code, part, group, born)


def _owned(case: Case, event: Event) -> Case:
    """Somebody is in charge: taken, handed over, or given up (an empty name). Raises Problem 422.192, 403.12."""
    owner = str(event.details["owner"])
    if STAFF + owner in case.kept_from:
        raise Problem("422.192")
    if owner and not case.open_to(owner):
        raise Problem("403.12")
    return replace(case, owner=owner)


def _closing_to_named_asked(case: Case, event: Event) -> Case:
    """One person proposes who alone may see it. Raises Problem 422.175: nobody named, or not the proposer."""
    names = tuple(event.details["names"])
    if names and event.by not in names:
        raise Problem("422.175")
    return replace(case, asked=(names, event.by))


def _closed_to_named(case: Case, event: Event) -> Case:
    """A second person agrees; with no names it is open to the office again. Raises Problem 422.176."""
    if case.asked is None or case.asked[1] == event.by:
        raise Problem("422.176")
    names = case.asked[0]
    return replace(case, named=names, asked=None, owner=case.owner if not names or case.owner in names else "")


def _closing_to_named_refused(case: Case, _: Event) -> Case:
    """The proposal is off, by whoever does not agree or has thought again. Raises Problem 422.187: there is none."""
    if case.asked is None:
        raise Problem("422.187")
    return replace(case, asked=None)


def _kept_from(case: Case, event: Event) -> Case:
    """She named somebody it must be kept from. Raises Problem 422.40 when nobody is named."""
    who = str(event.details["who"])
    if not who.startswith((STAFF, PROVIDER, OFFICE)):
        raise Problem("422.40", field="who")
    owner = "" if who == STAFF + case.owner else case.owner
    return replace(case, kept_from=(*(one for one in case.kept_from if one != who), who), owner=owner)


def _not_kept_from(case: Case, event: Event) -> Case:
    """Somebody was marked by mistake, or she changed her mind. Raises Problem 404.3, and 422.20 without a reason."""
    who = str(event.details["who"])
    if who not in case.kept_from:
        raise Problem("404.3")
    _need_reason(event)
    return replace(case, kept_from=tuple(one for one in case.kept_from if one != who))


def _closed(case: Case, event: Event) -> Case:
    """Closed with reasons. Raises Problem 422.177: no reason, or an unknown one; 422.290: no such feedback."""
    reasons, told = tuple(event.details["reasons"]), bool(event.details.get("told_may_resume"))
    if not reasons or not set(reasons) <= set(CLOSURES):
        raise Problem("422.177")
    words, feedback, her_words = (
        str(event.details.get(name, "")).strip() for name in ("words", "feedback", "her_words")
    )
    if feedback not in ("", *SAID, *NOT_ASKED):
        raise Problem("422.290")
    return replace(case, closing=Closing(reasons, told, words, event.by, event.at, feedback, her_words))


def _resumed(case: Case, _: Event) -> Case:
    """Taken up again. Raises Problem 422.170 for one that went on in another case."""
    if not case.reports:
        raise Problem("422.170")
    return replace(case, closing=None)


def _need_reason(event: Event) -> None:
    if len(str(event.details.get("reason", "")).strip()) < REASON_LENGTH:
        raise Problem("422.20")


LAW: Mapping[str, Callable[[Case, Event], Case]] = {
    "opened": _opened,
    "joined": _joined,
    "split": _split,
    "merged": _merged,
    "nature": _nature,
    "person_added": _person_added,
    "person_changed": _person_changed,
    "owned": _owned,
    "closing_to_named_asked": _closing_to_named_asked,
    "closed_to_named": _closed_to_named,
    "closing_to_named_refused": _closing_to_named_refused,
    "kept_from": _kept_from,
    "not_kept_from": _not_kept_from,
    "closed": _closed,
    "resumed": _resumed,
}
WHEN_CLOSED = frozenset({"resumed"})


# at rest ------------------------------------------------------------------------------------------------------------


def to_json(case: Case) -> dict[str, Any]:
    """The record's content; number and version stand beside it in clear and are bound to it by the sealing."""
    return {"shape": SHAPE, "events": [{**vars(event), "details": dict(event.details)} for event in case.events]}


def from_json(id: str, version: int, content: Mapping[str, Any]) -> Case:
    """The record as it was sealed."""
    return Case.of(id, version, tuple(Event(**event) for event in content["events"]))
