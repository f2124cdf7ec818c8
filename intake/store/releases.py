"""The face of published figures: all that the dashboard's process can read. What is here is public and never changes.

Nothing here is updated or deleted: a release that is withdrawn stays, and a note stands beside it.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, Text, insert, select

from intake.store.database import Session

metadata = MetaData()

releases = Table(
    "releases",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("office", Text, nullable=False),
    Column("until", Text, nullable=False),  # the last day that is counted
    Column("published", Text, nullable=False),  # the day
    Column("content", LargeBinary, nullable=False),  # the JSON file, byte for byte as it was signed
    Column("sign", LargeBinary, nullable=False),
)
withdrawals = Table(
    "withdrawals",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("day", Text, nullable=False),
    Column("note", Text, nullable=False),
)


@dataclass(frozen=True)
class Published:
    """One release. `withdrawn` is the day it was withdrawn, with the public `note`, or empty."""

    number: int
    office: str
    until: str
    published: str
    content: bytes
    sign: bytes
    withdrawn: str = ""
    note: str = ""


def add(session: Session, one: Published) -> None:
    """For the office: publish. The number must be new."""
    said = {name: getattr(one, name) for name in ("number", "office", "until", "published", "content", "sign")}
    session.execute(insert(releases).values(**said))


def withdraw(session: Session, number: int, *, day: str, note: str) -> None:
    """For the office: put the note beside a release. It has none yet."""
    session.execute(insert(withdrawals).values(number=number, day=day, note=note))


def every(session: Session) -> list[Published]:
    """All of them, withdrawn ones too, the oldest first."""
    query = (
        select(releases, withdrawals.c.day.label("withdrawn"), withdrawals.c.note)
        .join(withdrawals, withdrawals.c.number == releases.c.number, isouter=True)
        .order_by(releases.c.number)
    )
    found = [dict[str, Any](row._mapping) for row in session.execute(query)]
    return [Published(**{**one, "withdrawn": one["withdrawn"] or "", "note": one["note"] or ""}) for one in found]


def known(session: Session) -> dict[int, str]:
    """The numbers of all of them, each with the day it was withdrawn, or empty."""
    query = select(releases.c.number, withdrawals.c.day).join(
        withdrawals, withdrawals.c.number == releases.c.number, isouter=True
    )
    return {number: day or "" for number, day in session.execute(query)}
