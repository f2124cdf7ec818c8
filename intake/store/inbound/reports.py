"""Sealed envelopes as they arrived, each under (report, digest); nothing here is ever changed by the public side."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Insert,
    Integer,
    LargeBinary,
    Row,
    Table,
    Text,
    bindparam,
    func,
    select,
    text,
    tuple_,
)

from intake.store import spelled
from intake.store.database import Session, insert_for
from intake.store.inbound.face import metadata

State = Literal["kept", "aside", "conflict"]

reports = Table(
    "reports",
    metadata,
    Column("report", Text, primary_key=True),
    Column("digest", Text, primary_key=True),
    Column("office", Text, nullable=False),
    Column("device", Text, nullable=False),
    Column("made", Text, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("received", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("sealed", LargeBinary, nullable=False),
    CheckConstraint("state IN ('kept', 'aside', 'conflict')", name="reports_state"),
)
# One first envelope for each report id, whichever of two servers meets it: every other digest is a conflict.
Index(
    "reports_first",
    reports.c.report,
    unique=True,
    sqlite_where=text("state <> 'conflict'"),
    postgresql_where=text("state <> 'conflict'"),
)
Index("reports_device_day", reports.c.device, reports.c.received)
Index("reports_office_received", reports.c.office, reports.c.received)

# What the public side may read back: everything but the sealed bytes.
CLEAR = tuple(column for column in reports.c if column.name != "sealed")


@dataclass(frozen=True)
class Held:
    """One stored envelope, without its bytes. `received` is a time, `made` a day."""

    report: str
    digest: str
    office: str
    device: str
    made: str
    urgent: bool
    received: str
    size: int
    state: State
    reason: str | None


def add(session: Session, held: Held, *, sealed: bytes) -> bool:
    """Store an envelope unless (report, digest), or for a first envelope the report, is there. True when stored."""
    return bool(add_all(session, [(held, sealed)]))


def add_all(session: Session, envelopes: Iterable[tuple[Held, bytes]]) -> set[tuple[str, str]]:
    """Store each envelope on the terms of `add`; (report, digest) of those that were stored."""
    # In one order, so that two servers that are sent the same reports do not wait for each other.
    rows = sorted(envelopes, key=lambda envelope: (envelope[0].report, envelope[0].digest))
    if not rows:
        return set()
    values = {
        f"{name}_{number}": value
        for number, (held, sealed) in enumerate(rows)
        for name, value in (*vars(held).items(), ("sealed", sealed))
    }
    return {(row.report, row.digest) for row in spelled.run(session, _insert, len(rows), values=values)}


def _insert(dialect: str, count: int) -> Insert:
    rows: list[dict[Column[Any], Any]] = [
        {column: bindparam(f"{column.name}_{number}") for column in reports.c} for number in range(count)
    ]
    return (
        insert_for(dialect, reports).values(rows).on_conflict_do_nothing().returning(reports.c.report, reports.c.digest)
    )


def of(session: Session, report: str) -> list[Held]:
    """All envelopes under one report id, the first one first."""
    order = (reports.c.state == "conflict", reports.c.received)
    return [_held(row) for row in session.execute(select(*CLEAR).where(reports.c.report == report).order_by(*order))]


def among(session: Session, ids: Iterable[str]) -> list[Held]:
    """All envelopes under any of these report ids."""
    return [_held(row) for row in session.execute(select(*CLEAR).where(reports.c.report.in_(list(ids))))]


def lock(session: Session, report: str) -> None:
    """Let no second transaction count this report's envelopes until this one ends (SQLite has one writer anyway)."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(report))))


def waiting(session: Session, *, office: str, after: tuple[str, str, str] | None, limit: int) -> Sequence[Held]:
    """For the office: what arrived after a mark (received, report, digest), oldest first, without the bytes."""
    mark = (reports.c.received, reports.c.report, reports.c.digest)
    query = select(*CLEAR).where(reports.c.office == office).order_by(*mark).limit(limit)
    if after is not None:
        query = query.where(tuple_(*mark) > tuple_(*after))
    return [_held(row) for row in session.execute(query)]


def count(session: Session, *, office: str) -> int:
    """For the office: how many envelopes are held for it."""
    return session.scalar(select(func.count()).select_from(reports).where(reports.c.office == office)) or 0


def urgent(session: Session, *, office: str, since: str) -> list[str]:
    """For the office: the numbers of the urgent reports that arrived since an instant, oldest first."""
    first = func.min(reports.c.received)
    query = (
        select(reports.c.report)
        .where(reports.c.office == office, reports.c.received >= since, reports.c.urgent)
        .group_by(reports.c.report)
        .order_by(first, reports.c.report)
    )
    return list(session.scalars(query))


def sealed(session: Session, *, report: str, digest: str) -> bytes | None:
    """For the office: the envelope exactly as it came."""
    found = session.scalar(select(reports.c.sealed).where(reports.c.report == report, reports.c.digest == digest))
    return bytes(found) if found is not None else None


def _held(row: Row[tuple[object, ...]]) -> Held:
    return Held(**row._mapping)  # the columns are the fields
