"""Arrivals: the envelopes pulled from the public side, as they came. Nothing here was believed yet."""

from collections.abc import Collection
from dataclasses import asdict, dataclass

from sqlalchemy import Boolean, Column, LargeBinary, PrimaryKeyConstraint, Table, Text, select, update

from intake.store.database import Session, insert
from intake.store.office.face import metadata

arrivals = Table(
    "arrivals",
    metadata,
    Column("office", Text, nullable=False),
    Column("report", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("device", Text, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("received", Text, nullable=False),  # day
    Column("state", Text, nullable=False),  # kept | aside | conflict, as the public side filed it
    Column("sealed", LargeBinary, nullable=False),  # the whole envelope
    PrimaryKeyConstraint("office", "report", "digest"),
)


@dataclass(frozen=True)
class Arrival:
    """One envelope. `digest` is "sha-256:<hex>", `received` a day, `sealed` the envelope's exact bytes."""

    office: str
    report: str
    digest: str
    device: str
    urgent: bool
    received: str
    state: str
    sealed: bytes


def add(session: Session, arrival: Arrival) -> bool:
    """Store an envelope; False when (report, digest) is here already."""
    added = insert(session, arrivals).values(asdict(arrival)).on_conflict_do_nothing().returning(arrivals.c.report)
    return session.execute(added).first() is not None


def known(session: Session, *, office: str, reports: Collection[str]) -> set[tuple[str, str]]:
    """The (report, digest) pairs that are here already of these reports."""
    rows = session.execute(
        select(arrivals.c.report, arrivals.c.digest).where(
            arrivals.c.office == office, arrivals.c.report.in_(list(reports))
        )
    )
    return {(row.report, row.digest) for row in rows}


def beginning(session: Session, *, office: str, with_: str) -> list[str]:
    """The numbers of the reports that begin with these signs, at most two: whoever asks means one."""
    rows = session.scalars(
        select(arrivals.c.report)
        .distinct()
        .where(arrivals.c.office == office, arrivals.c.report.startswith(with_, autoescape=True))
        .order_by(arrivals.c.report)
        .limit(2)
    )
    return list(rows)


def of_report(session: Session, *, office: str, report: str) -> list[Arrival]:
    """All envelopes under one report number: one, or several in conflict."""
    rows = session.execute(
        select(arrivals)
        .where(arrivals.c.office == office, arrivals.c.report == report)
        .order_by(arrivals.c.received, arrivals.c.digest)
    )
    return [Arrival(**row._mapping) for row in rows]


def every(session: Session, *, office: str) -> list[tuple[str, str]]:
    """The (report, digest) pairs of all envelopes, those of the last day first."""
    rows = session.execute(
        select(arrivals.c.report, arrivals.c.digest)
        .where(arrivals.c.office == office)
        .order_by(arrivals.c.received.desc(), arrivals.c.report, arrivals.c.digest)
    )
    return [(row.report, row.digest) for row in rows]


def sealed(session: Session, *, office: str, report: str, digest: str) -> bytes:
    """The exact bytes of an envelope; none where there is no such one."""
    found = session.scalar(
        select(arrivals.c.sealed).where(
            arrivals.c.office == office, arrivals.c.report == report, arrivals.c.digest == digest
        )
    )
    return found or b""


def listing(session: Session, *, office: str) -> list[Arrival]:
    """Every arrival without its bytes (`sealed` is empty): urgent first, then oldest."""
    columns = [column for column in arrivals.c if column.name != "sealed"]
    rows = session.execute(
        select(*columns)
        .where(arrivals.c.office == office)
        .order_by(arrivals.c.urgent.desc(), arrivals.c.received, arrivals.c.report)
    )
    return [Arrival(**row._mapping, sealed=b"") for row in rows]


def set_state(session: Session, *, office: str, report: str, digest: str, state: str) -> None:
    session.execute(
        update(arrivals)
        .where(arrivals.c.office == office, arrivals.c.report == report, arrivals.c.digest == digest)
        .values(state=state)
    )
