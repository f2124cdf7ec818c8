"""Programmes: who pays for which help, where and until when; and which help nobody gives or pays for.

Trust-Fund and other projects (domain brief 3.2). Money goes to those who give help, never to a person: a spending names
an institution by PAYEES and there is no other kind. Of people a programme knows how many, and nobody.

Amounts are integers in the smallest unit of an ISO 4217 currency. How many digits that has, the caller says.

The record rests sealed (kind "programme").
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Literal

from intake.domain.directory import SERVICES
from intake.domain.places import Place, around
from intake.domain.problems import Problem
from intake.domain.referral import GIVEN, Referral, check_day

SHAPE = 1
KIND = "programme"

FUNDS = ("trust_fund", "other")
# Whom money can be paid to. A person is not among them, and must never be (domain brief 3.2).
PAYEES = ("school", "provider", "supplier", "partner", "authority")
LONGEST = {"name": 120, "partner": 120, "words": 500, "to": 120}
MOST_PEOPLE = 1_000_000
MOST_DIGITS = 15  # of an amount: all of them fit into 2^53
_AMOUNT = re.compile(r"(\d{1,15})(?:[.,](\d{1,4}))?")

Standing = Literal["", "given", "waiting", "gap", "no_funds"]
# What lacks most counts for a case.
_WORST: tuple[Standing, ...] = ("no_funds", "gap", "waiting", "given", "")
LACKING: tuple[Standing, ...] = ("waiting", "gap", "no_funds")


@dataclass(frozen=True)
class Spending:
    """Money that went to an institution: `amount` in smallest units, `payee` one of PAYEES, `to` its name.

    `term` is the id of a school term or empty, `struck` who took it back as written wrongly, or empty.
    """

    day: str
    amount: int
    service: str
    place: str
    payee: str
    to: str
    by: str
    term: str = ""
    struck: str = ""


@dataclass(frozen=True)
class Reach:
    """So many people had this help between two days, as the partner counted them."""

    first: str
    last: str
    service: str
    place: str
    people: int
    by: str
    struck: str = ""


@dataclass(frozen=True)
class Programme:
    """`first` and `last` are days; no `places` means everywhere; `budget` is in smallest units of `currency`."""

    id: str
    version: int = 0
    name: str = ""
    partner: str = ""
    fund: str = "trust_fund"
    first: str = ""
    last: str = ""
    places: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    currency: str = ""
    budget: int = 0
    words: str = ""
    spent: tuple[Spending, ...] = ()
    reached: tuple[Reach, ...] = ()

    @property
    def spending(self) -> int:
        """All that was spent, without what was struck out."""
        return sum(one.amount for one in self.spent if not one.struck)

    @property
    def left(self) -> int:
        """What is left of the budget; below zero when more was spent."""
        return self.budget - self.spending

    @property
    def people(self) -> int:
        """All who were reached, as counted: who was helped twice may be counted twice."""
        return sum(one.people for one in self.reached if not one.struck)

    def runs(self, today: str) -> bool:
        return self.first <= today <= self.last

    def covers(self, service: str, place: str, known: Mapping[str, Place]) -> bool:
        """Whether it is for this help there: in a place, or anywhere inside it; of no known place, only everywhere."""
        inside = {one["id"] for one in around(known, place)} | {place}
        return service in self.services and (not self.places or not inside.isdisjoint(self.places))

    def pays(self, service: str, place: str, known: Mapping[str, Place], today: str) -> bool:
        """Whether it runs today, is for this help there, and has something left."""
        return self.runs(today) and self.covers(service, place, known) and self.left > 0

    def struck(self, list_name: str, at: int, by: str) -> "Programme":
        """With a line of `spent` or `reached` struck out; it stays to be read. Raises Problem 404.1."""
        lines: list[Any] = list(getattr(self, list_name)) if list_name in ("spent", "reached") else []
        if not 0 <= at < len(lines) or lines[at].struck:
            raise Problem("404.1")
        lines[at] = replace(lines[at], struck=by)
        changed: dict[str, Any] = {list_name: tuple(lines)}
        return replace(self, **changed)


# money --------------------------------------------------------------------------------------------------------------


def minor(text: str, digits: int, field: str) -> int:
    """An amount as it is typed, in smallest units of a currency that has so many `digits`.

    Digits of any script, spaces between groups, one point or comma before the parts. What could mean two amounts
    (1,250) is refused. Raises Problem 422.40 (missing), 422.360 (no amount).
    """
    plain = "".join(str(unicodedata.digit(sign)) if sign.isdecimal() else sign for sign in text if not sign.isspace())
    if not plain:
        raise Problem("422.40", field=field)
    found = _AMOUNT.fullmatch(plain.replace("٫", "."))  # the Arabic sign before the parts
    if found is None or len(found[2] or "") > digits or len(found[1]) + digits > MOST_DIGITS:
        raise Problem("422.360", field=field)
    return int(found[1] + (found[2] or "").ljust(digits, "0"))


# what forms ask for --------------------------------------------------------------------------------------------------


def check(programme: Programme, *, places: Collection[str], currencies: Collection[str]) -> None:
    """Raises Problem 422.40 (missing), 422.44 (too long), 422.45 (no day), 422.47 (days), 422.48 (unknown code).

    Each names the `field` it is about.
    """
    for field in ("name", "services", "first", "last", "currency"):
        if not getattr(programme, field):
            raise Problem("422.40", field=field)
    for field in ("name", "partner", "words"):
        _check_length(field, getattr(programme, field))
    _check_days(programme.first, programme.last)
    for field, chosen, offered in (
        ("fund", {programme.fund}, FUNDS),
        ("services", set(programme.services), SERVICES),
        ("places", set(programme.places), places),
        ("currency", {programme.currency}, currencies),
    ):
        if not chosen <= set(offered):
            raise Problem("422.48", field=field)


def check_spending(spending: Spending, *, places: Collection[str], today: str) -> None:
    """Raises Problem 422.40, 422.44 to 422.46, 422.48, and 422.362 for nothing at all, each with its `field`."""
    _check_code("service", spending.service, SERVICES)
    _check_code("payee", spending.payee, PAYEES)
    _check_place(spending.place, places)
    if not spending.to:
        raise Problem("422.40", field="to")
    _check_length("to", spending.to)
    _check_past("day", spending.day, today)
    if spending.amount <= 0:
        raise Problem("422.362", field="amount")


def check_reach(reach: Reach, *, places: Collection[str], today: str) -> None:
    """Raises Problem 422.40, 422.45 to 422.48, and 422.363 for no number of people, each with its `field`."""
    _check_code("service", reach.service, SERVICES)
    _check_place(reach.place, places)
    _check_past("last", reach.last, today)
    _check_days(reach.first, reach.last)
    if not 0 < reach.people <= MOST_PEOPLE:
        raise Problem("422.363", field="people")


def _check_length(field: str, text: str) -> None:
    if len(text) > LONGEST[field]:
        raise Problem("422.44", field=field)


def _check_code(field: str, code: str, codes: Collection[str]) -> None:
    if not code:
        raise Problem("422.40", field=field)
    if code not in codes:
        raise Problem("422.48", field=field)


def _check_place(place: str, places: Collection[str]) -> None:
    if place and place not in places:
        raise Problem("422.48", field="place")


def _check_past(field: str, day: str, today: str) -> None:
    if not day:
        raise Problem("422.40", field=field)
    check_day(day, field, today=today)


def _check_days(first: str, last: str) -> None:
    for field, day in (("first", first), ("last", last)):
        if not day:
            raise Problem("422.40", field=field)
        check_day(day, field)
    if first > last:
        raise Problem("422.47", field="last")


# what lacks ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Lack:
    """In how many cases one kind of help lacks in one place ("" where no report says where).

    `unmet` is all of them, `gaps` those where nobody could give it, `unfunded` those for which no money is in sight: a
    referral failed for want of it, or no programme pays for it there now. `programmes` are the ids of those that do.
    """

    service: str
    place: str
    unmet: int
    gaps: int
    unfunded: int
    programmes: tuple[str, ...] = ()


def standing(wanted: bool, referrals: Sequence[Referral]) -> Standing:
    """How one kind of help stands in a case: `wanted` by a report, and the referrals for it, oldest first.

    Of each person the newest counts; what lacks most counts for the case. Who declined, took the word back or cannot be
    reached lacks nothing that the office could give.
    """
    if not referrals:
        return "waiting" if wanted else ""
    newest = {one.person: one for one in referrals}
    found = {_stands(one) for one in newest.values()}
    return next(one for one in _WORST if one in found)


def _stands(one: Referral) -> Standing:
    if one.state in GIVEN:
        return "given"
    if one.state == "done":
        return "waiting" if one.met in ("partly", "no") else "given"
    if one.state in ("rejected", "service_unavailable"):
        return "no_funds" if one.reason == "no_funds" else "gap"
    return "waiting" if one.open else ""


def lacks(
    found: Iterable[tuple[str, str, Standing]], programmes: Sequence[Programme], known: Mapping[str, Place], today: str
) -> list[Lack]:
    """Unmet and unfunded need by service and place, from (service, place, standing) of each case and service.

    In the order of SERVICES, within one service where most lacks first.
    """
    lacking = sorted((service, place, how) for service, place, how in found if how in LACKING)
    made = []
    for (service, place), each in groupby(lacking, key=lambda one: one[:2]):
        states = [how for _, _, how in each]
        paying = tuple(one.id for one in programmes if one.pays(service, place, known, today))
        unfunded = states.count("no_funds") if paying else len(states)
        made.append(Lack(service, place, len(states), len(states) - states.count("waiting"), unfunded, paying))
    return sorted(made, key=lambda one: (SERVICES.index(one.service), -one.unmet, one.place))


# at rest ------------------------------------------------------------------------------------------------------------


def to_json(programme: Programme) -> dict[str, Any]:
    """The record's content; number and version stand beside it in clear and are bound to it by the sealing."""
    own = {name: value for name, value in vars(programme).items() if name not in ("id", "version")}
    lines = {name: [vars(one) for one in own[name]] for name in ("spent", "reached")}
    return {"shape": SHAPE, **own, **lines}


def from_json(id: str, version: int, content: Mapping[str, Any]) -> Programme:
    """The record as it was sealed."""
    own = {name: value for name, value in content.items() if name != "shape"}
    lists = {name: tuple(own[name]) for name in ("places", "services")}
    lines = {
        "spent": tuple(Spending(**one) for one in own["spent"]),
        "reached": tuple(Reach(**one) for one in own["reached"]),
    }
    return Programme(id=id, version=version, **{**own, **lists, **lines})
