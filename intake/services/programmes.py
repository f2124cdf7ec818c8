"""Programmes: kept, what they spent and whom they reached, and what help lacks although they exist.

Who reads counts here reads of no person: a need is a case and a kind of help, and cases that this person may not see
are not counted.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any
from uuid import uuid4

from babel import Locale
from babel.numbers import get_currency_precision, get_territory_currencies

from intake.domain import programme as rules
from intake.domain import referral
from intake.domain.places import Place, by_id
from intake.domain.problems import Problem
from intake.domain.programme import KIND, Lack, Programme, Reach, Spending, Standing, from_json, to_json
from intake.domain.referral import Referral
from intake.services import audit, cases, offer, records, register, times
from intake.services.desk import Desk
from intake.store import Session


@cache
def currencies() -> tuple[str, ...]:
    """Codes of the currencies (ISO 4217) that are legal tender somewhere now, as CLDR has it."""
    lands = [str(land) for land in Locale("en").territories if len(str(land)) == 2]
    return tuple(sorted({str(code) for land in lands for code in get_territory_currencies(land)}))


def digits(currency: str) -> int:
    """How many digits the smaller unit of a currency has: 2 for USD, 0 for XAF, 3 for TND."""
    return get_currency_precision(currency)


def place_tree(session: Session, *, desk: Desk) -> dict[str, Place]:
    """The office's places by id."""
    return by_id(offer.said(session, office=desk.office)["places"])


# keeping them -------------------------------------------------------------------------------------------------------


def every(session: Session, *, desk: Desk) -> list[Programme]:
    """Every programme, the one that ends last first. Raises Problem 403.21."""
    found = [from_json(one.id, one.version, one.content) for one in records.of_kind(session, desk=desk, kind=KIND)]
    return sorted(sorted(found, key=lambda one: (one.name.casefold(), one.id)), key=lambda one: one.last, reverse=True)


def find(session: Session, *, desk: Desk, programme: str) -> Programme:
    """One programme. Raises Problem 404.1."""
    record = records.get(session, desk=desk, kind=KIND, id=programme)
    if record is None:
        raise Problem("404.1")
    return from_json(record.id, record.version, record.content)


def add(session: Session, *, desk: Desk, now: datetime, **fields: Any) -> Programme:
    """A new programme. `budget` as it was typed. Raises what `domain.programme.check` and `minor` ask for."""
    return _put(session, desk, _noted(session, desk, Programme(str(uuid4())), fields), "added", now)


def change(session: Session, *, desk: Desk, programme: str, version: int, now: datetime, **fields: Any) -> Programme:
    """Note something else of it. What was spent and who was reached stays.

    Raises Problem 404.1, 409.9 when it changed since, 422.361, and as `add`.
    """
    found = find(session, desk=desk, programme=programme)
    changed = _noted(session, desk, found, fields)
    if found.spent and changed.currency != found.currency:
        raise Problem("422.361", field="currency")
    return _put(session, desk, changed, "changed", now, seen=version)


def _noted(session: Session, desk: Desk, programme: Programme, fields: Mapping[str, Any]) -> Programme:
    """With what a form says."""
    changed = replace(programme, **{**fields, "budget": 0})
    rules.check(changed, places=place_tree(session, desk=desk), currencies=currencies())
    return replace(changed, budget=rules.minor(fields["budget"], digits(changed.currency), "budget"))


def spend(
    session: Session, *, desk: Desk, programme: str, version: int, amount: str, now: datetime, **fields: str
) -> Programme:
    """Money went to an institution. `amount` as it was typed.

    Raises Problem 404.1, 409.9, and what `domain.programme.check_spending` and `minor` ask for.
    """
    found = find(session, desk=desk, programme=programme)
    value = rules.minor(amount, digits(found.currency), "amount")
    made = Spending(amount=value, by=desk.staff.name, **fields)
    rules.check_spending(made, places=place_tree(session, desk=desk), today=times.day(now))
    return _put(session, desk, replace(found, spent=(*found.spent, made)), "spent", now, seen=version)


def reach(
    session: Session, *, desk: Desk, programme: str, version: int, people: str, now: datetime, **fields: str
) -> Programme:
    """So many people were reached. Raises Problem 404.1, 409.9, and what `domain.programme.check_reach` asks for."""
    found = find(session, desk=desk, programme=programme)
    number = int(people) if people.isdecimal() and len(people) < 8 else 0
    made = Reach(people=number, by=desk.staff.name, **fields)
    rules.check_reach(made, places=place_tree(session, desk=desk), today=times.day(now))
    return _put(session, desk, replace(found, reached=(*found.reached, made)), "reached", now, seen=version)


def strike(
    session: Session, *, desk: Desk, programme: str, version: int, line: str, at: int, now: datetime
) -> Programme:
    """A line ("spent" or "reached", by its number) was written wrongly. Raises Problem 404.1, 409.9."""
    found = find(session, desk=desk, programme=programme).struck(line, at, desk.staff.name)
    return _put(session, desk, found, "struck", now, seen=version)


def paying(session: Session, *, desk: Desk, service: str, place: str, now: datetime) -> list[Programme]:
    """The programmes that can pay for this help there now; where the place is not known, all for this help."""
    known, today = place_tree(session, desk=desk), times.day(now)
    found = [one for one in every(session, desk=desk) if one.runs(today) and service in one.services]
    return [one for one in found if not place or one.covers(service, place, known)]


def _put(
    session: Session, desk: Desk, programme: Programme, what: str, now: datetime, seen: int | None = None
) -> Programme:
    """Raises Problem 409.9 when `seen` is not the version there is."""
    if seen is not None and seen != programme.version:
        raise Problem("409.9")
    asked: dict[str, Any] = {"kind": KIND, "id": programme.id, "content": to_json(programme)}
    try:
        version = records.put(session, desk=desk, **asked, seen=programme.version, now=now)
    except Problem as problem:
        raise Problem("409.9") if problem.code == "409.2" else problem from problem
    details = {"kind": what, "version": version, "name": programme.name}
    audit.write(session, desk=desk, act="changed_a_programme", about=programme.id, details=details, now=now)
    return replace(programme, version=version)


# what lacks ---------------------------------------------------------------------------------------------------------


def lacks(session: Session, *, desk: Desk, now: datetime) -> list[Lack]:
    """Unmet and unfunded need in the open cases this person may see, by service and place. Raises Problem 403.21."""
    known, today = place_tree(session, desk=desk), times.day(now)
    return rules.lacks(_standings(session, desk), every(session, desk=desk), known, today)


def given(session: Session, *, desk: Desk, programme: str) -> dict[str, int]:
    """How many referrals a programme pays for, by service, of cases this person may see."""
    seen = {case.id for case in cases.every(session, desk=desk)}
    counts: dict[str, int] = {}
    for one in _referrals(session, desk):
        if one.programme == programme and one.case in seen:
            counts[one.service] = counts.get(one.service, 0) + 1
    return counts


def _standings(session: Session, desk: Desk) -> Iterator[tuple[str, str, Standing]]:
    """(service, place, how it stands) of each case and service."""
    arrivals = {one.report: one for one in register.every(session, desk=desk)}
    facts = [one.facts for one in arrivals.values()]
    back = {one.about for one in facts if one and one.relation == register.TAKES}
    by_case: dict[str, list[Referral]] = {}
    for one in _referrals(session, desk):
        by_case.setdefault(one.case, []).append(one)
    for case in cases.every(session, desk=desk):
        if case.open:
            reports = [arrivals[id].facts for id in case.reports if id in arrivals and id not in back]
            said = [one for one in reports if one is not None]
            place = next((one.place for one in said if one.place), "")
            wanted = {code for one in said for code in one.lacking}
            helped = by_case.get(case.id, [])
            for service in sorted(wanted | {one.service for one in helped}):
                of_it = [one for one in helped if one.service == service]
                yield service, place, rules.standing(service in wanted, of_it)


def _referrals(session: Session, desk: Desk) -> list[Referral]:
    """Every referral of the office, those offered first before the others."""
    kept = records.of_kind(session, desk=desk, kind=referral.KIND)
    found = [referral.from_json(one.id, one.version, one.content) for one in kept]
    return sorted(found, key=lambda one: one.events[0].at if one.events else "")
