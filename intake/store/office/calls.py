"""Calls about urgent reports, and which of these somebody has opened. In clear, for the watcher holds no key.

Both tables name reports by their random numbers alone. A call is taken by adding its row, or by moving its `tries` on:
of several watchers exactly one succeeds.
"""

from collections.abc import Collection
from dataclasses import asdict, dataclass

from sqlalchemy import (
    Column,
    ColumnElement,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    and_,
    select,
    update,
)

from intake.store.database import Session, insert
from intake.store.office.face import metadata

answered = Table(
    "answered",
    metadata,
    Column("office", Text, nullable=False),
    Column("report", Text, nullable=False),
    Column("at", Text, nullable=False),
    PrimaryKeyConstraint("office", "report"),
)

calls = Table(
    "calls",
    metadata,
    Column("office", Text, nullable=False),
    Column("report", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("person", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("tried", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("mail", Text, nullable=False),  # sent | failed | none, or empty while it is being tried
    Column("command", Text, nullable=False),  # the same
    PrimaryKeyConstraint("office", "report", "number"),
)


@dataclass(frozen=True)
class Call:
    """One call: `number` of this report from 1, `person` an account id, `at` and `tried` instants as text."""

    office: str
    report: str
    number: int
    person: str
    at: str
    tried: str
    tries: int = 1
    mail: str = ""
    command: str = ""


def add(session: Session, call: Call) -> bool:
    """Take a call that was not made yet; False when somebody else did."""
    added = insert(session, calls).values(asdict(call)).on_conflict_do_nothing().returning(calls.c.number)
    return session.execute(added).first() is not None


def again(session: Session, call: Call, *, tried: str) -> bool:
    """Take a call that was made, to try once more; False when somebody else did since `call` was read."""
    done = session.execute(
        update(calls)
        .where(_is(call), calls.c.tries == call.tries)
        .values(tries=call.tries + 1, tried=tried)
        .returning(calls.c.number)
    )
    return done.first() is not None


def note(session: Session, call: Call, *, mail: str, command: str) -> None:
    """What became of a call."""
    session.execute(update(calls).where(_is(call)).values(mail=mail, command=command))


def of_reports(session: Session, *, office: str, reports: Collection[str]) -> list[Call]:
    """The calls about these reports, in the order they were made."""
    rows = session.execute(
        select(calls)
        .where(calls.c.office == office, calls.c.report.in_(list(reports)))
        .order_by(calls.c.report, calls.c.number)
    )
    return [Call(**row._mapping) for row in rows]


def latest(session: Session, *, office: str, limit: int) -> list[Call]:
    """The last calls of an office, newest first."""
    rows = session.execute(
        select(calls)
        .where(calls.c.office == office)
        .order_by(calls.c.at.desc(), calls.c.report, calls.c.number.desc())
        .limit(limit)
    )
    return [Call(**row._mapping) for row in rows]


def answer(session: Session, *, office: str, report: str, at: str) -> None:
    """Note that somebody opened an urgent report; the first time stays."""
    session.execute(insert(session, answered).values(office=office, report=report, at=at).on_conflict_do_nothing())


def answers(session: Session, *, office: str, reports: Collection[str]) -> dict[str, str]:
    """When each of these reports was first opened, for those that were."""
    rows = session.execute(
        select(answered.c.report, answered.c.at).where(
            answered.c.office == office, answered.c.report.in_(list(reports))
        )
    )
    return {row.report: row.at for row in rows}


def _is(call: Call) -> ColumnElement[bool]:
    return and_(calls.c.office == call.office, calls.c.report == call.report, calls.c.number == call.number)
