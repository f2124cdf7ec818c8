"""Lists: which reports and cases, from the index; what is said of them, from the records themselves.

What waits for a decision is in the index as it is, since its order changes with the hour; of the rest one page is
opened. What is closed to the reader is in no list and in no count.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, TypeVar

from intake.domain.arrival import FILTERS, Row, from_json, shown
from intake.domain.arrival import KIND as ARRIVAL
from intake.domain.case import KIND as CASE
from intake.domain.case import NOT_ASKED, SAID, Case
from intake.domain.claim import KIND as CLAIM
from intake.domain.claim_card import Card
from intake.domain.claim_standing import PHASES
from intake.services import cases, claims, register
from intake.services.desk import Desk, index_of
from intake.services.entries import FEEDBACK
from intake.store import Session
from intake.store.index import Query

PAGE = 50
SHOWN = ("open", "mine", "closed", "all")

Line = TypeVar("Line")


@dataclass(frozen=True)
class Page(Generic[Line]):
    """One page of a list; `counts` says how many lines each filter has."""

    lines: list[Line]
    counts: Mapping[str, int]
    more: bool


def arrivals(session: Session, *, desk: Desk, name: str, page: int, now: datetime) -> Page[Row]:
    """The reports of a filter (one of `domain.arrival.FILTERS`): what waits, what presses most first; then what was
    decided last. Raises Problem 403.21.
    """
    index, reader = index_of(desk), desk.staff.name
    decided = {
        "decided": Query(reader, kind=ARRIVAL, decided=True),
        "apart": Query(reader, kind=ARRIVAL, state="set_apart"),
        "all": Query(reader, kind=ARRIVAL, decided=True),
    }
    waits = index.contents(Query(reader, kind=ARRIVAL, state="waiting"))
    at_hand = [from_json(report, version, json.loads(content)) for report, version, content in waits]
    reports = {arrival.report for arrival in at_hand}
    waiting = register.rows(session, desk=desk, reports=reports, at_hand=at_hand, now=now)
    counts = {one: sum(shown(row, one, reader) for row in waiting) for one in FILTERS}
    counts |= {one: counts[one] + index.count(query) for one, query in decided.items()}
    lines = [row for row in waiting if shown(row, name, reader)][(page - 1) * PAGE : page * PAGE]
    if name in decided and len(lines) < PAGE:
        offset = max((page - 1) * PAGE - len(waiting), 0) if name == "all" else (page - 1) * PAGE
        found = index.find(decided[name], limit=PAGE - len(lines), offset=offset)
        lines += _in_order(session, desk, [one.id for one in found], now)
    return Page(lines, counts, counts[name] > page * PAGE)


def _in_order(session: Session, desk: Desk, reports: list[str], now: datetime) -> list[Row]:
    found = {row.arrival.report: row for row in register.rows(session, desk=desk, reports=reports, now=now)}
    return [found[report] for report in reports if report in found]


def of_cases(session: Session, *, desk: Desk, name: str, page: int) -> Page[Case]:
    """The cases of a filter (one of SHOWN), the one that changed last first. Raises Problem 403.21."""
    index, reader = index_of(desk), desk.staff.name
    queries = {
        "open": Query(reader, kind=CASE, state="open"),
        "mine": Query(reader, kind=CASE, state="open", owner=reader),
        "closed": Query(reader, kind=CASE, state="closed"),
        "all": Query(reader, kind=CASE),
    }
    counts = {one: index.count(query) for one, query in queries.items()}
    found = index.find(queries[name], limit=PAGE, offset=(page - 1) * PAGE)
    lines = cases.some(session, desk=desk, ids=[one.id for one in found])
    return Page(lines, counts, counts[name] > page * PAGE)


def of_claims(
    session: Session, *, desk: Desk, phase: str, country: str, until: str, page: int, now: datetime
) -> Page[Card]:
    """The claims of a phase (one of PHASES, or "" for all), of a State and begun until a day where these are given.

    The one that changed last comes first. Opened is only what the passing of time has changed, of one page. Raises
    Problem 403.21.
    """
    index, asked = index_of(desk), Query(desk.staff.name, kind=CLAIM, country=country, until=until)
    counts = {one: index.count(replace(asked, state=one)) for one in reversed(tuple(PHASES))}
    counts[""] = sum(counts.values())
    found = index.find(replace(asked, state=phase), limit=PAGE, offset=(page - 1) * PAGE)
    lines = claims.cards(session, desk=desk, claims=[one.id for one in found], now=now)
    return Page(lines, counts, counts[phase] > page * PAGE)


def feedback(*, desk: Desk) -> list[tuple[str, int]]:
    """How help was, by the word of those whose cases are closed, or why nobody asked: how many said each."""
    codes = (*SAID, *NOT_ASKED)
    counted = index_of(desk).counts((FEEDBACK + code for code in codes), reader=desk.staff.name)
    return [(code, counted[FEEDBACK + code]) for code in codes if FEEDBACK + code in counted]
