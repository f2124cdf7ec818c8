"""School terms, and what a child needs anew in each of them: fees, a uniform, books.

Terms are data of the office, for a place and all that lies in it. A need lasts until it is ended; before each term it
falls due until every thing of it was paid by a programme to the school, or is not needed this time. What was paid to
whom stands with the programme (`domain.programme`), which knows no child; here stands which programme it was.

Both records rest sealed (kinds "term" and "schooling"). A child is a code of the case.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from intake.domain.places import Place, around
from intake.domain.problems import Problem
from intake.domain.referral import check_day

SHAPE = 1
TERM, KIND = "term", "schooling"
SERVICE = "CHILD_EDU"
ITEMS = ("fees", "uniform", "books")
LONGEST_NAME = 80
USUAL_NOTICE = 28  # days before a term on which somebody is reminded
MOST_NOTICE = 180
NOT_NEEDED = "not_needed"  # in the stead of a programme: this time it costs nothing


@dataclass(frozen=True)
class Term:
    """A school term: `place` an id of the office's list or empty for everywhere, days, `notice` in days."""

    id: str
    version: int = 0
    name: str = ""
    place: str = ""
    first: str = ""
    last: str = ""
    notice: int = USUAL_NOTICE

    @property
    def remind(self) -> str:
        """The day on which what is needed for it falls due."""
        return (date.fromisoformat(self.first) - timedelta(days=self.notice)).isoformat()

    def at(self, place: str, known: Mapping[str, Place]) -> bool:
        """Whether schools in a place keep it."""
        return not self.place or self.place in {place, *(one["id"] for one in around(known, place))}


@dataclass(frozen=True)
class Paid:
    """`items` of ITEMS for one term: by a programme, or NOT_NEEDED."""

    term: str
    items: tuple[str, ...]
    programme: str
    by: str
    at: str


@dataclass(frozen=True)
class Schooling:
    """What one child needs anew each term. `since` is the day it was noted, `ended` the day it ended, or empty."""

    id: str
    case: str
    person: str
    place: str
    items: tuple[str, ...]
    since: str
    version: int = 0
    ended: str = ""
    paid: tuple[Paid, ...] = ()

    def open_items(self, term: Term) -> tuple[str, ...]:
        """What nobody has seen to yet for a term."""
        done = {item for one in self.paid if one.term == term.id for item in one.items}
        return tuple(item for item in self.items if item not in done)

    def terms(self, every: Iterable[Term], known: Mapping[str, Place]) -> list[Term]:
        """The terms it is for, the first one first: those that had not ended when it was noted."""
        fitting = [one for one in every if one.at(self.place, known) and one.last >= self.since]
        return sorted(fitting, key=lambda one: (one.first, one.id))

    def due(self, every: Iterable[Term], known: Mapping[str, Place]) -> str:
        """The day on which somebody has to see to the next term, or empty."""
        if self.ended:
            return ""
        waiting = [one.remind for one in self.terms(every, known) if self.open_items(one)]
        return min(waiting, default="")

    def settled(self, paid: Paid, term: Term) -> "Schooling":
        """With something seen to. Raises Problem 422.364 (ended, or seen to already), 422.40, 422.48."""
        if not paid.items:
            raise Problem("422.40", field="things")
        if not set(paid.items) <= set(self.items):
            raise Problem("422.48", field="things")
        if self.ended or not set(paid.items) <= set(self.open_items(term)):
            raise Problem("422.364", field="things")
        return replace(self, paid=(*self.paid, paid))


def check_term(term: Term, *, places: Collection[str]) -> None:
    """Raises Problem 422.40, 422.44, 422.45, 422.47, 422.48, and 422.365 for days of notice, each with its `field`."""
    for field in ("name", "first", "last"):
        if not getattr(term, field):
            raise Problem("422.40", field=field)
    if len(term.name) > LONGEST_NAME:
        raise Problem("422.44", field="name")
    for field in ("first", "last"):
        check_day(getattr(term, field), field)
    if term.first > term.last:
        raise Problem("422.47", field="last")
    _check_place(term.place, places)
    if not 0 <= term.notice <= MOST_NOTICE:
        raise Problem("422.365", field="notice")


def check(schooling: Schooling, *, places: Collection[str]) -> None:
    """Raises Problem 422.40 and 422.48, each with its `field`."""
    if not schooling.person:
        raise Problem("422.40", field="person")
    if not schooling.items:
        raise Problem("422.40", field="things")
    if not set(schooling.items) <= set(ITEMS):
        raise Problem("422.48", field="things")
    _check_place(schooling.place, places)


def _check_place(place: str, places: Collection[str]) -> None:
    if place and place not in places:
        raise Problem("422.48", field="place")


# at rest ------------------------------------------------------------------------------------------------------------


def to_json(record: Term | Schooling) -> dict[str, Any]:
    """The content of either record; number and version stand beside it in clear and are bound to it by the sealing."""
    own = {name: value for name, value in vars(record).items() if name not in ("id", "version")}
    lines = {"paid": [vars(one) for one in record.paid]} if isinstance(record, Schooling) else {}
    return {"shape": SHAPE, **own, **lines}


def term_from_json(id: str, version: int, content: Mapping[str, Any]) -> Term:
    """The record as it was sealed."""
    return Term(id=id, version=version, **{name: value for name, value in content.items() if name != "shape"})


def from_json(id: str, version: int, content: Mapping[str, Any]) -> Schooling:
    """The record as it was sealed."""
    own = {name: value for name, value in content.items() if name != "shape"}
    paid = tuple(Paid(**{**one, "items": tuple(one["items"])}) for one in own["paid"])
    return Schooling(id=id, version=version, **{**own, "items": tuple(own["items"]), "paid": paid})
