"""To whom what somebody told may be given: her words, as reports brought them and as staff recorded them later.

A word names one *recipient*: a kind of help (a code of `domain.directory.SERVICES`), one provider
(`provider:<id>`), or one of OTHERS. The newest word counts: the later day, and of one day the one that reached the
office later. A report's day is that of `domain.consents.Order`: never before the day of a report it points at. Where
reports of one case say different things, the one that does not agree counts until somebody asks again, for the reports
may speak of different people. What was never asked is not agreed to.

There is no override. The one exception is a child's (domain brief 2.3 and 2.4): two people together may act in the
child's best interests, with a reason, on record; the child's next word ends that.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from intake.domain.case import PROVIDER, Event, Person
from intake.domain.directory import SERVICES
from intake.domain.problems import Problem
from intake.domain.referral import check_day

SHAPE = 1
KIND = "consent"

OTHERS = ("investigation", "state", "statistics", "contact", "carer")
ANSWERS = ("yes", "no")
TOLD = ("self", "caregiver", "both")
# domain brief 1.6: consent.method; no picture of a signature is ever kept
HOW = ("spoken", "witnessed", "mark", "signed")
REASON_LENGTH = 10
ADULT = 18

# What the forms ask ("consent", `domain.consents.words`) about each recipient. Where that is more than one thing, all
# of them must be a yes: a mother who agrees to a test has not agreed for the child.
BY_REPORTS: Mapping[str, tuple[str, ...]] = {
    **{code: (code,) for code in ("SAFETY", "MED", "MHPSS", "LEGAL", "BASIC", *OTHERS)},
    **dict.fromkeys(("LIVELI", "EDU_V"), ("LIVELI",)),
    **dict.fromkeys(("CHILD_EDU", "CHILD_HEALTH", "CHILD_REG", "CP"), ("CP",)),
    **dict.fromkeys(("PATERNITY", "CHILDSUP"), ("claim",)),
    "DNA": ("dna_mother", "dna_child"),
}


@dataclass(frozen=True)
class Reported:
    """A word that a report brought: `on` is its day by `Order`, `came` the instant it reached the office."""

    recipient: str
    agrees: bool
    on: str
    came: str


@dataclass(frozen=True)
class Word:
    """A word that staff recorded. `told` is one of TOLD, `how` one of HOW, `spoke` who spoke with her, by code.

    `best_interests` marks what two people decided for a child; then `told`, `how` and `spoke` are empty.
    """

    person: str
    recipient: str
    agrees: bool
    on: str
    by: str
    at: str
    told: str = ""
    how: str = ""
    spoke: str = ""
    best_interests: bool = False


@dataclass(frozen=True)
class Asked:
    """A proposal to act in a child's best interests; a second person has to agree."""

    person: str
    recipient: str
    reason: str
    by: str
    at: str


@dataclass(frozen=True)
class Agreements:
    """Everything staff recorded in one case: `id` is the case's."""

    id: str
    version: int = 0
    events: tuple[Event, ...] = ()
    words: tuple[Word, ...] = ()
    asked: Asked | None = None

    @classmethod
    def of(cls, id: str, version: int, events: tuple[Event, ...]) -> "Agreements":
        """The state that these events, all of them lawful when they happened, lead to."""
        made = cls(id, version)
        for event in events:
            made = replace(LAW[event.kind](made, event), events=(*made.events, event))
        return made

    def as_of(self, version: int) -> "Agreements":
        """What was recorded at an earlier version: each version has one event more."""
        return Agreements.of(self.id, version, self.events[:version])

    def then(self, kind: str, *, by: str, at: str, **details: Any) -> "Agreements":
        """With one event more; the version stays what was seen.

        Raises Problem 422.40, 422.45, 422.46, 422.48 with the `field` they are about; 422.20 (no reason), 422.176 (not
        proposed, or proposed by the same person).
        """
        event = Event(kind, by, at, details)
        return replace(LAW[kind](self, event), events=(*self.events, event))

    def stands(self, person: str, recipient: str, said: Iterable[Reported]) -> bool:
        """Whether somebody's newest word about just this recipient agrees."""
        newest = self._newest(person, recipient, said)
        return newest is not None and newest[1]

    def refuses(self, person: str, recipient: str, said: Iterable[Reported]) -> bool:
        """Whether somebody's newest word about just this recipient is a no. Who was never asked refuses nothing."""
        newest = self._newest(person, recipient, said)
        return newest is not None and not newest[1]

    def allows(self, person: str, service: str, provider: str, said: Iterable[Reported]) -> bool:
        """Whether this provider may be told of her for this kind of help.

        Her word about the provider counts before the one about the kind of help, but a newer no to the kind of help
        covers every provider of it.
        """
        said = tuple(said)
        own, general = (self._newest(person, one, said) for one in (PROVIDER + provider, service))
        if own is None or not provider:
            return general is not None and general[1]
        refused_since = general is not None and not general[1] and general[0] >= own[0]
        return own[1] and not refused_since

    def _newest(self, person: str, recipient: str, said: Iterable[Reported]) -> tuple[tuple[str, str], bool] | None:
        """((day, instant), whether she agrees) of the newest word, or None."""
        brought = [((one.on, one.came), one.agrees) for one in said if one.recipient == recipient]
        refused = [one for one in brought if not one[1]]
        recorded = [
            ((one.on, one.at), one.agrees) for one in self.words if (one.person, one.recipient) == (person, recipient)
        ]
        # Of what was recorded in one second, the last counts.
        found = [*([max(refused or brought)] if brought else []), *recorded]
        return max(reversed(found), key=lambda word: word[0], default=None)


def reported(words: Mapping[str, str], *, on: str, came: str) -> Iterator[Reported]:
    """What the words of one report say about recipients. Whatever is not a plain yes does not agree."""
    for recipient, asked in BY_REPORTS.items():
        if any(code in words for code in asked):
            yield Reported(recipient, all(words.get(code) == "yes" for code in asked), on, came)


def spoken_for(people: Sequence[Person]) -> frozenset[str]:
    """For whom the reports of a case can be taken to speak: the one who was harmed and the children beside her.

    Where it may be one of several, the reports speak for nobody, and each is asked.
    """
    if len([person for person in people if person.part in ("victim", "mother")]) > 1:
        return frozenset()
    return frozenset(person.code for person in people if person.part in ("victim", "mother", "caregiver", "child"))


def is_child(person: Person, *, year: int) -> bool:
    """Whether somebody is under 18 for certain, as far as the case knows."""
    if person.born:
        return year - int(person.born) < ADULT
    return person.group in ("girl", "boy") or person.part == "child"


# what each kind of event asks for, and what it makes ----------------------------------------------------------------


def _said(made: Agreements, event: Event) -> Agreements:
    """Somebody agreed, did not, or withdrew."""
    given = {field: str(event.details.get(field, "")).strip() for field in _FIELDS}
    for field, codes in _FIELDS.items():
        if not given[field]:
            raise Problem("422.40", field=field)
        if codes and given[field] not in codes:
            raise Problem("422.48", field=field)
    _check_recipient(given["recipient"])
    check_day(given["on"], "on", today=event.at[:10])
    agrees = given.pop("answer") == "yes"
    word = Word(agrees=agrees, by=event.by, at=event.at, best_interests=False, **given)
    return replace(made, words=(*made.words, word))


# What a recorded word must say, with the codes it may be of.
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "person": (),
    "recipient": (),
    "answer": ANSWERS,
    "on": (),
    "told": TOLD,
    "how": HOW,
    "spoke": (),
}


def _best_interests_asked(made: Agreements, event: Event) -> Agreements:
    person, recipient = str(event.details.get("person", "")), str(event.details.get("recipient", ""))
    if not person:
        raise Problem("422.40", field="person")
    _check_recipient(recipient)
    reason = str(event.details.get("reason", "")).strip()
    if len(reason) < REASON_LENGTH:
        raise Problem("422.20", field="reason")
    return replace(made, asked=Asked(person, recipient, reason, event.by, event.at))


def _best_interests_agreed(made: Agreements, event: Event) -> Agreements:
    asked = made.asked
    if asked is None or asked.by == event.by:
        raise Problem("422.176")
    word = Word(asked.person, asked.recipient, True, event.at[:10], event.by, event.at, best_interests=True)
    return replace(made, words=(*made.words, word), asked=None)


def _best_interests_refused(made: Agreements, _: Event) -> Agreements:
    """Whoever proposed may think again, and whoever was asked may say no."""
    if made.asked is None:
        raise Problem("422.176")
    return replace(made, asked=None)


def _check_recipient(recipient: str) -> None:
    if recipient not in (*SERVICES, *OTHERS) and not recipient.startswith(PROVIDER):
        raise Problem("422.48", field="recipient")


LAW: Mapping[str, Callable[[Agreements, Event], Agreements]] = {
    "said": _said,
    "best_interests_asked": _best_interests_asked,
    "best_interests_agreed": _best_interests_agreed,
    "best_interests_refused": _best_interests_refused,
}


# at rest ------------------------------------------------------------------------------------------------------------


def to_json(made: Agreements) -> dict[str, Any]:
    """The record's content; number and version stand beside it in clear and are bound to it by the sealing."""
    return {"shape": SHAPE, "events": [{**vars(event), "details": dict(event.details)} for event in made.events]}


def from_json(id: str, version: int, content: Mapping[str, Any]) -> Agreements:
    """The record as it was sealed."""
    return Agreements.of(id, version, tuple(Event(**event) for event in content["events"]))
