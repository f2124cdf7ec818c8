"""Overview: what an office's people may count, and the lists that may leave it, without names and on record.

What is closed to named colleagues, or kept from somebody, is counted for those alone who may see it, and is in no list
that leaves: a file goes where the program no longer keeps anybody out.
"""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from secrets import token_hex
from typing import Any

import xlsxwriter

from intake.domain import case as cases_of
from intake.domain import overview, places, referral, tables
from intake.domain.arrival import check_reason
from intake.domain.overview import Overview, Seen
from intake.domain.problems import Problem
from intake.services import audit, duty, records
from intake.services.desk import Desk, index_of
from intake.services.places import listing
from intake.store import Session
from intake.store.index import Index

Cells = dict[str, str | int]

FORMATS = ("csv", "xlsx")
# What each list that may leave says, and nothing else: codes, days and numbers, no sentence that somebody typed.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "cases": (
        *("export", "case", "place", "place_name", "opened", "last_step", "state", "category", "natures", "people"),
        *("children", "reports", "closed", "closing_reasons"),
    ),
    "needs": ("export", "case", "place", "place_name", "service", "outcome", "since"),
    "referrals": (
        *("export", "case", "place", "place_name", "service", "state", "offered", "last_step", "reason", "met"),
    ),
}
ANYWHERE, UNKNOWN = "", "-"


@dataclass(frozen=True)
class Scope:
    """Which weeks back from `today`, and which place: an id with all that lies in it, ANYWHERE, or UNKNOWN."""

    today: date
    weeks: int
    place: str
    places: frozenset[str] | None
    names: Mapping[str, str]

    @property
    def first(self) -> str:
        """The Monday with which it begins."""
        return f"{self.today - timedelta(days=self.today.weekday(), weeks=self.weeks - 1)}"


@dataclass(frozen=True)
class Export:
    """A list that leaves. `id` is in every row and in its line of the audit chain: a file that is found tells whose."""

    id: str
    content: bytes
    rows: int


def scope(session: Session, *, desk: Desk, place: str, weeks: int, now: datetime) -> Scope:
    """Raises Problem 422.282 for a place that is not in the list or a number of weeks that is not offered."""
    known = listing(session, office=desk.office)
    within = None if place == ANYWHERE else frozenset({""}) if place == UNKNOWN else _within(known, place)
    if weeks not in overview.WEEKS or within == frozenset():
        raise Problem("422.282")
    today = duty.local_time(session, office=desk.office, now=now).date()
    return Scope(today, weeks, place, within, places.names(known))


def _within(known: list[places.Place], place: str) -> frozenset[str]:
    """The place and those that lie in it."""
    by_id = places.by_id(known)
    return frozenset(id for id in by_id if place in {one["id"] for one in places.around(by_id, id)})


def look(*, desk: Desk, scope: Scope) -> Overview:
    """What there is to see. Raises Problem 403.21."""
    found = seen(index_of(desk), reader=desk.staff.name, since=scope.first)
    return overview.count(found, today=scope.today, weeks=scope.weeks, places=scope.places)


def seen(index: Index, *, reader: str, since: str) -> Iterator[Seen]:
    """Every report and case that somebody may see and that goes on, or came since a day."""
    return map(Seen._make, index.walk(Seen._fields, reader=reader, states=overview.GOES_ON, since=since))


def check(*, listed: str, form: str, reason: str) -> None:
    """Raises Problem 422.280 (which list?), 422.281 (which kind of file?), 422.20 (why?)."""
    if listed not in COLUMNS:
        raise Problem("422.280", field="listed")
    if form not in FORMATS:
        raise Problem("422.281", field="form")
    check_reason(reason)


def export(session: Session, *, desk: Desk, listed: str, form: str, scope: Scope, reason: str, now: datetime) -> Export:
    """Make a file of a list and put that on record. Whoever calls this has let the person show who they are.

    Raises as `check`, and Problem 403.21.
    """
    check(listed=listed, form=form, reason=reason)
    id = token_hex(4)
    open_to_all = [seen for seen, closed in _walk(desk, scope) if not closed and _in(seen, scope)]
    rows = [_row(id, listed, scope, cells) for cells in LISTS[listed](session, desk, open_to_all)]
    make = _csv if form == "csv" else _xlsx
    content = make(listed, rows)
    details: dict[str, Any] = {"list": listed, "form": form, "rows": len(rows), "export": id, "reason": reason.strip()}
    details |= {"place": scope.place, "weeks": scope.weeks}
    audit.write(session, desk=desk, act="exported", about="", details=details, now=now)
    return Export(id, content, len(rows))


def _walk(desk: Desk, scope: Scope) -> Iterator[tuple[Seen, bool]]:
    """Everything that came in these weeks, with whether it is closed to anybody."""
    columns = (*Seen._fields, "named", "hidden")
    for row in index_of(desk).walk(columns, reader=desk.staff.name, states=(), since=scope.first):
        yield Seen._make(row[:-2]), bool(row[-2] or row[-1])


def _in(seen: Seen, scope: Scope) -> bool:
    return seen.received[:10] >= scope.first and (scope.places is None or seen.place in scope.places)


# the lists ----------------------------------------------------------------------------------------------------------


def _cases(session: Session, desk: Desk, seen: Iterable[Seen]) -> Iterator[Cells]:
    wanted = {one.id: one for one in seen if one.kind == cases_of.KIND}
    for record in records.of_kind(session, desk=desk, kind=cases_of.KIND):
        one = wanted.get(record.id)
        if one is None:
            continue
        case = cases_of.from_json(record.id, record.version, record.content)
        closing = case.closing
        yield {
            **_about(one),
            "opened": case.since[:10],
            "last_step": case.changed[:10],
            "state": one.state,
            "category": case.category,
            "natures": _codes(case.natures),
            "people": _codes(person.group for person in case.people if person.part in cases_of.HARMED),
            "children": "yes" if one.children else "no",
            "reports": len(case.reports),
            "closed": closing.at[:10] if closing else "",
            "closing_reasons": _codes(closing.reasons) if closing else "",
        }


def _needs(_: Session, __: Desk, seen: Iterable[Seen]) -> Iterator[Cells]:
    for one in seen:
        for asked in overview.from_text(one.needs) if overview.counts(one) else ():
            yield {**_about(one), **asked._asdict()}


def _referrals(session: Session, desk: Desk, seen: Iterable[Seen]) -> Iterator[Cells]:
    wanted = {one.id: one for one in seen if one.kind == cases_of.KIND}
    for record in records.of_kind(session, desk=desk, kind=referral.KIND):
        one = wanted.get(record.content["case"])
        if one is None:
            continue
        found = referral.from_json(record.id, record.version, record.content)
        yield {
            **_about(one),
            "service": found.service,
            "state": found.state,
            "offered": found.events[0].at[:10],
            "last_step": found.events[-1].at[:10],
            "reason": found.reason,
            "met": found.met,
        }


LISTS: Mapping[str, Callable[[Session, Desk, Iterable[Seen]], Iterator[Cells]]] = {
    "cases": _cases,
    "needs": _needs,
    "referrals": _referrals,
}


def _about(one: Seen) -> Cells:
    """A report that is in no case yet has no reference."""
    return {"case": one.title if one.kind == cases_of.KIND else "", "place": one.place}


def _codes(codes: Iterable[str]) -> str:
    return ";".join(filter(None, codes))


def _row(id: str, listed: str, scope: Scope, cells: Cells) -> Cells:
    whole = {"export": id, **cells, "place_name": scope.names.get(str(cells["place"]), "")}
    return {column: whole[column] for column in COLUMNS[listed]}


# the files ----------------------------------------------------------------------------------------------------------


def _csv(listed: str, rows: Iterable[Cells]) -> bytes:
    """RFC 4180 in UTF-8 with a mark in front, by which spreadsheets know it."""
    texts = ({column: str(cell) for column, cell in row.items()} for row in rows)
    return tables.write(texts, columns=COLUMNS[listed])


def _xlsx(listed: str, rows: Iterable[Cells]) -> bytes:
    """Nothing in it is a formula or a link, nothing of it was ever on a disk, and it names nobody as its maker."""
    out = io.BytesIO()
    safe = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, safe) as book:
        sheet = book.add_worksheet(listed)
        head = book.add_format({"bold": True})
        for number, column in enumerate(COLUMNS[listed]):
            sheet.write_string(0, number, column, head)
            sheet.set_column(number, number, 16)
        sheet.freeze_panes(1, 0)
        for line, row in enumerate(rows, 1):
            for number, cell in enumerate(row.values()):
                if isinstance(cell, int):
                    sheet.write_number(line, number, cell)
                elif cell:
                    sheet.write_string(line, number, cell)
    return out.getvalue()
