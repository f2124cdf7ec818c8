"""Reports that may be about the same: which of the named keys agree between two of them.

Nothing is worked out beyond that. The score is the number of keys that agree, each is told as a sentence, and a person
decides; nothing is ever joined by itself. An unknown value agrees with nothing.

Names and units rest in the identity part. Whoever compares them does so inside a step-up, by marks of their folded
forms (`services/namesakes.py`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from intake.domain.arrival import Arrival, span
from intake.domain.folding import words
from intake.domain.report import Answers

WEEK = timedelta(days=7)
MOST = 8

# Which questions of the identity part ask for what; those of a list stand beside the question of the list.
ASKED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "her_name": (("", "called"), ("", "full_name")),
    "child_name": (("child_names", "child_name"), ("", "child_called")),
    "alleged_name": (("who_names", "alleged_name"), ("", "father_name")),
    "unit": (("who_names", "unit"), ("", "father_unit")),
}


@dataclass(frozen=True)
class Traits:
    """What of one report can agree with another's.

    `named` is what stands for names and units, by key of ASKED: inside a step-up only.
    """

    report: str
    place: str = ""
    when: tuple[datetime, datetime] | None = None
    births: frozenset[str] = frozenset()
    phone: str = ""
    made: str = ""
    unfinished: bool = False
    named: Mapping[str, frozenset[str]] | None = None


@dataclass(frozen=True)
class Likeness:
    """Another report, and the keys by which it agrees, in the order of KEYS."""

    report: str
    keys: tuple[str, ...]

    @property
    def score(self) -> int:
        return len(self.keys)


def names(identity: Answers) -> dict[str, frozenset[str]]:
    """The names and units in the answers of an identity part, folded, by key of ASKED."""
    return {key: _texts(identity, asked) for key, asked in ASKED.items()}


def traits(arrival: Arrival, named: Mapping[str, frozenset[str]] | None = None) -> Traits:
    """What is known of a report, and what stands for the names and units in it, if that is at hand."""
    copy, facts = arrival.copy(None), arrival.facts
    if facts is None:
        return Traits(arrival.report, phone=copy.device, made=copy.made, named=named)
    when = span(facts.happened)
    return Traits(
        report=arrival.report,
        place=facts.place,
        # "Some time in March" is within a week of nothing.
        when=when if when and when[1] - when[0] <= WEEK else None,
        births=frozenset(facts.births),
        # At a desk one person enters what came from many: that says nothing about whose it is.
        phone="" if facts.channel else copy.device,
        made=copy.made,
        unfinished=facts.state == "unfinished",
        named=named,
    )


def _texts(answers: Answers, asked: Iterable[tuple[str, str]]) -> frozenset[str]:
    found = [text for rows, question in asked for text in _answered(answers, rows, question)]
    return frozenset(folded for text in found if (folded := fold(text)))


def _answered(answers: Answers, rows: str, question: str) -> list[str]:
    listed = answers.get(rows) if rows else [answers]
    each = [row.get(question) for row in listed if isinstance(row, Mapping)] if isinstance(listed, list) else []
    texts = [answer.get("text") for answer in each if isinstance(answer, Mapping)]
    return [text for text in texts if isinstance(text, str)]


# the keys -----------------------------------------------------------------------------------------------------------


def _named(key: str) -> Callable[[Traits, Traits], bool]:
    return lambda one, other: bool(one.named and other.named and one.named[key] & other.named[key])


def _same_week(one: Traits, other: Traits) -> bool:
    """Whether at most a week lies between the first moment of the one and the last of the other."""
    if one.when is None or other.when is None:
        return False
    return max(one.when[1], other.when[1]) - min(one.when[0], other.when[0]) <= WEEK


KEYS: Mapping[str, Callable[[Traits, Traits], bool]] = {
    "place_and_week": lambda one, other: one.place != "" and one.place == other.place and _same_week(one, other),
    "child_year": lambda one, other: bool(one.births & other.births),
    "phone_and_day": lambda one, other: (
        "" not in (one.phone, one.made) and (one.phone, one.made) == (other.phone, other.made)
    ),
    **{key: _named(key) for key in ASKED},
}


def keys(traits: Traits) -> frozenset[str]:
    """What a report can be looked up by: `near` another's where they agree by anything that is no name."""
    return frozenset(_keys(traits, traits.when))


def near(traits: Traits) -> frozenset[str]:
    """The keys of which a report that agrees with this one, names apart, has at least one."""
    around = (traits.when[1] - WEEK, traits.when[0] + WEEK) if traits.when else None
    return frozenset(_keys(traits, around))


def _keys(traits: Traits, when: tuple[datetime, datetime] | None) -> Iterator[str]:
    if traits.place and when:
        days = range((when[1] - when[0]).days + 1)
        yield from (f"place:{traits.place} {when[0] + timedelta(days=day):%Y-%m-%d}" for day in days)
    yield from (f"child:{year}" for year in traits.births)
    if traits.phone and traits.made:
        yield f"phone:{traits.phone} {traits.made}"


def agreeing(one: Traits, other: Traits) -> tuple[str, ...]:
    """The keys by which two reports agree."""
    return tuple(key for key, agree in KEYS.items() if agree(one, other))


def _tells(one: Traits, other: Traits) -> bool:
    """Whether anything agrees that is worth a look.

    An officer sees several people a day: phone and day alone tell something only where one of the two was cut short.
    """
    keys = agreeing(one, other)
    return bool(keys) and (keys != ("phone_and_day",) or one.unfinished or other.unfinished)


def likely(these: Iterable[Traits], others: Iterable[Traits]) -> list[Likeness]:
    """The others that may belong to one of these, each once, most keys first, at most MOST of them."""
    asked, found = list(these), []
    for other in others:
        agree = {key for one in asked if _tells(one, other) for key in agreeing(one, other)}
        if agree:
            found.append(Likeness(other.report, tuple(key for key in KEYS if key in agree)))
    return sorted(found, key=lambda each: (-each.score, each.report))[:MOST]


def fold(text: str) -> str:
    """A name or unit as it is compared: folded, and with its words in one order."""
    return " ".join(sorted(words(text)))
