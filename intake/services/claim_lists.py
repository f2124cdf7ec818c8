"""Claims taken in from a list: read, tried without keeping anything, taken as a whole, and taken back as a whole.

A row whose key was taken before is not taken twice, so the same list can be loaded again when it has grown. Names in
a list rest under the identity keychain from the start; the file itself is not kept.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from intake.domain.arrival import check_reason
from intake.domain.claim import Claim
from intake.domain.claim_law import LAW
from intake.domain.claim_rows import MOST_ROWS, Countries, Row, Wrong, check_mapping, read
from intake.domain.claim_standing import Event
from intake.domain.problems import Problem
from intake.services import audit, claims, records, times
from intake.services.desk import Desk
from intake.store import Session
from intake.store.office import audit as audit_lines

KIND = "claim_list"
# Of the whole office, one record each: which column is which field, and which row is which claim.
MAPPING, KEYS = "claim_mapping", "claim_keys"
LARGEST = 2**22
# A spreadsheet is a zip: what it unpacks to is bounded too.
LARGEST_UNPACKED = 2**26
MOST_COLUMNS = 60

Table = list[list[str]]


@dataclass(frozen=True)
class Tried:
    """What taking a table would do: rows that would be taken, how many were taken before, and what is wrong."""

    rows: tuple[Row, ...]
    known: int
    wrong: tuple[Wrong, ...]

    @property
    def named(self) -> bool:
        """Whether names are among them, which need the identity keychain."""
        return any(row.names for row in self.rows)


@dataclass(frozen=True)
class Taken:
    """A list that was taken: `made` the claim of each row's key, `undone` when it was taken back, or empty."""

    id: str
    version: int
    by: str
    at: str
    made: Mapping[str, str]
    named: bool
    undone: str = ""


def table(content: bytes) -> Table:
    """The first sheet of a workbook, or CSV, as text: days as 2026-11-22. Raises Problem 422.318, 422.316."""
    if len(content) > LARGEST:
        raise Problem("422.318")
    try:
        rows = _workbook(content) if content.startswith(b"PK") else _csv(content)
    except (ValueError, csv.Error):
        raise Problem("422.318") from None
    found = [row for row in rows if any(row)]
    if not found:
        raise Problem("422.316")
    # Spreadsheets have no end to the right: the list ends with its last named column.
    width = max(number for number, name in enumerate(found[0], start=1) if name) if any(found[0]) else 0
    return [[*row, *[""] * width][:width] for row in found]


def as_csv(rows: Iterable[Sequence[str]]) -> str:
    """The table as text that `table` takes again."""
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def known_mapping(session: Session, *, desk: Desk) -> dict[str, str]:
    """Which column is which field, as it was said before."""
    kept = records.get(session, desk=desk, kind=MAPPING, id=desk.office)
    return dict(kept.content) if kept else {}


def remember(session: Session, *, desk: Desk, mapping: Mapping[str, str], now: datetime) -> None:
    """What the columns of such lists are, for the next file. Raises Problem 422.315, 422.316."""
    check_mapping(mapping)
    before = records.get(session, desk=desk, kind=MAPPING, id=desk.office)
    said = {**(before.content if before else {}), **mapping}
    if before is None or said != before.content:
        _keep(session, desk, MAPPING, said, before.version if before else 0, now)


def try_(session: Session, *, desk: Desk, table: Table, mapping: Mapping[str, str], countries: Countries) -> Tried:
    """What would happen; no claim is kept. Raises Problem 422.315, 422.316."""
    check_mapping(mapping)
    rows, wrong = read(table, mapping, countries)
    taken = _keys(session, desk)[0]
    fresh = tuple(row for row in rows if row.key not in taken)
    return Tried(fresh, len(rows) - len(fresh), tuple(wrong))


def take(
    session: Session, *, desk: Desk, table: Table, mapping: Mapping[str, str], countries: Countries, now: datetime
) -> Taken:
    """Every row that is new becomes a claim; with anything wrong in the table, none does.

    Raises Problem 422.315, 422.316, 422.41 (something is wrong: try it first), 403.20 (names, and no step-up).
    """
    audit_lines.head(session, desk.office, lock=True)
    tried = try_(session, desk=desk, table=table, mapping=mapping, countries=countries)
    if tried.wrong:
        raise Problem("422.41")
    if tried.named:
        desk.need("identity")
    made = _make(session, desk, tried.rows, now)
    remember(session, desk=desk, mapping=mapping, now=now)
    return took(session, desk=desk, made=made, named=tried.named, now=now)


def took(session: Session, *, desk: Desk, made: Mapping[str, str], named: bool, now: datetime) -> Taken:
    """Put on record that a list was taken: `made` are its claims by the keys of its rows."""
    keys, seen = _keys(session, desk)
    _keep(session, desk, KEYS, {**keys, **made}, seen, now)
    taken = Taken(str(uuid4()), 0, desk.staff.name, times.text(now), made, named)
    return _put(session, desk, taken, "took_a_list", {"rows": len(made)}, now)


def undo(session: Session, *, desk: Desk, taken: str, reason: str, now: datetime) -> Taken:
    """Take a whole list back: its claims take no effect any more, and its rows can be taken again.

    Raises Problem 422.20, 404.10 (no such list, or taken back already), 422.319 (somebody worked on a claim since),
    403.20 (there were names, and no step-up).
    """
    check_reason(reason)
    audit_lines.head(session, desk.office, lock=True)
    found = find(session, desk=desk, taken=taken)
    if found.undone:
        raise Problem("404.10")
    if found.named:
        desk.need("identity")
    day, rules = claims.today(session, desk=desk, now=now), claims.policy(session, desk=desk)
    for claim in [claims.find(session, desk=desk, claim=id) for id in found.made.values()]:
        begun = claim.first("wished")
        if claim.version != 1 or begun is None:
            raise Problem("422.319")
        beside: dict[str, Any] = {"happened": day, "known": day, "by": desk.staff.name, "at": times.text(now)}
        gone = Event(str(uuid4()), "undone", target=begun.id, details={"why": reason.strip()}, **beside)
        claims.store(session, desk=desk, claim=claim.with_event(gone), rules=rules, now=now)
        if found.named:
            claims.forget_names(session, desk=desk, claim=claim.id, now=now)
    keys, seen = _keys(session, desk)
    _keep(session, desk, KEYS, {key: id for key, id in keys.items() if key not in found.made}, seen, now)
    gone_list = Taken(**{**vars(found), "undone": times.text(now)})
    return _put(session, desk, gone_list, "took_a_list_back", {"reason": reason.strip()}, now)


def find(session: Session, *, desk: Desk, taken: str) -> Taken:
    """Raises Problem 404.10."""
    record = records.get(session, desk=desk, kind=KIND, id=taken)
    if record is None:
        raise Problem("404.10")
    return Taken(record.id, record.version, **record.content)


def every(session: Session, *, desk: Desk) -> list[Taken]:
    """Every list that was taken, the latest first."""
    found = [Taken(one.id, one.version, **one.content) for one in records.of_kind(session, desk=desk, kind=KIND)]
    return sorted(found, key=lambda one: (one.at, one.id), reverse=True)


def _make(session: Session, desk: Desk, rows: Sequence[Row], now: datetime) -> dict[str, str]:
    """A claim for each row: the id by the row's key."""
    day, rules = claims.today(session, desk=desk, now=now), claims.policy(session, desk=desk)
    made = {}
    for row, reference in zip(rows, claims.references(session, desk=desk, number=len(rows), now=now), strict=True):
        claim = _told(Claim(str(uuid4()), 0), row, reference, desk, day, now)
        claims.store(session, desk=desk, claim=claim, rules=rules, now=now)
        if row.names:
            claims.name(session, desk=desk, claim=claim.id, given=row.names, now=now)
        made[row.key] = claim.id
    return made


def _told(claim: Claim, row: Row, reference: str, desk: Desk, day: str, now: datetime) -> Claim:
    """The claim that a row tells. What a list tells may not fit: it is kept and told, as all that arrives."""
    beside: dict[str, Any] = {"known": day, "by": desk.staff.name, "at": times.text(now)}
    events = [
        Event(
            id=str(uuid4()),
            kind=told.kind,
            happened=told.happened or day,
            target=told.target,
            details={**told.details, "reference": reference} if told.kind == "wished" else told.details,
            **beside,
        )
        for told in row.events
    ]
    claim = Claim.of(claim.id, 0, events)
    # Of the past only the last step is still to be told.
    old = [event for event in claim.untold() if LAW[event.kind].told][:-1]
    waived = [
        Event(str(uuid4()), "telling_waived", day, target=one.id, details={"why": f"{reference} / {row.key}"}, **beside)
        for one in old
    ]
    return Claim.of(claim.id, 0, [*events, *waived])


def _keys(session: Session, desk: Desk) -> tuple[dict[str, str], int]:
    kept = records.get(session, desk=desk, kind=KEYS, id=desk.office)
    return (dict(kept.content), kept.version) if kept else ({}, 0)


def _keep(session: Session, desk: Desk, kind: str, content: dict[str, Any], seen: int, now: datetime) -> None:
    records.put(session, desk=desk, kind=kind, id=desk.office, content=content, seen=seen, now=now)


def _put(session: Session, desk: Desk, taken: Taken, act: str, said: dict[str, Any], now: datetime) -> Taken:
    content = {name: value for name, value in vars(taken).items() if name not in ("id", "version")}
    version = records.put(session, desk=desk, kind=KIND, id=taken.id, content=content, seen=taken.version, now=now)
    audit.write(session, desk=desk, act=act, about=taken.id, details=said, now=now)
    return Taken(**{**vars(taken), "version": version})


# files --------------------------------------------------------------------------------------------------------------


def _workbook(content: bytes) -> Table:
    """Raises ValueError for what is no workbook or unpacks to too much."""
    try:
        return _first_sheet(content)
    except Exception as error:
        # A broken file raises whatever its reader stumbles over.
        raise ValueError from error


def _first_sheet(content: bytes) -> Table:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if sum(part.file_size for part in packed.infolist()) > LARGEST_UNPACKED:
            raise ValueError("too large")
    # Loaded with the first list, and not with the office: it brings NumPy.
    from openpyxl import load_workbook  # noqa: PLC0415

    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    try:
        rows = book.worksheets[0].iter_rows(max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS, values_only=True)
        return [[_cell(value) for value in row] for row in rows]
    finally:
        book.close()


def _csv(content: bytes) -> Table:
    """With commas or semicolons, whichever the first line has more of."""
    text = content.decode("utf-8-sig")
    line = text.partition("\n")[0]
    sign = ";" if line.count(";") > line.count(",") else ","
    rows = csv.reader(io.StringIO(text), delimiter=sign, strict=True)
    return [[cell.strip() for cell in row[:MOST_COLUMNS]] for row, _ in zip(rows, range(MOST_ROWS + 2), strict=False)]


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta | None):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
