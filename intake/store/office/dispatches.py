"""What one office tells another about a claim: envelopes, until the other has taken them in.

Nothing of them is believed for standing here: each proves itself by its signature (`services.dispatches`).
"""

from dataclasses import asdict, dataclass

from sqlalchemy import Column, LargeBinary, Table, Text, delete, select, update

from intake.store.database import Session, insert
from intake.store.office.face import metadata

dispatches = Table(
    "dispatches",
    metadata,
    Column("id", Text, primary_key=True),
    Column("office", Text, nullable=False, index=True),  # whom it is for
    Column("sender", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("refused", Text, nullable=False),  # the number of the problem, or empty
    Column("envelope", LargeBinary, nullable=False),
)


@dataclass(frozen=True)
class Row:
    """One envelope on its way."""

    id: str
    office: str
    sender: str
    day: str
    envelope: bytes
    refused: str = ""


def add(session: Session, row: Row) -> None:
    session.execute(insert(session, dispatches).values(asdict(row)))


def waiting(session: Session, office: str) -> list[Row]:
    """Those for an office that were not refused."""
    mine = (dispatches.c.office == office, dispatches.c.refused == "")
    return [Row(**row._mapping) for row in session.execute(select(dispatches).where(*mine).order_by(dispatches.c.id))]


def senders(session: Session, office: str) -> set[str]:
    """The offices that sent one of them."""
    mine = (dispatches.c.office == office, dispatches.c.refused == "")
    return set(session.scalars(select(dispatches.c.sender).where(*mine).distinct()))


def refused(session: Session, office: str) -> list[Row]:
    """Those for an office that were refused: kept, so that a person can find out why."""
    mine = (dispatches.c.office == office, dispatches.c.refused != "")
    return [Row(**row._mapping) for row in session.execute(select(dispatches).where(*mine).order_by(dispatches.c.id))]


def refuse(session: Session, id: str, *, code: str) -> None:
    session.execute(update(dispatches).where(dispatches.c.id == id).values(refused=code))


def remove(session: Session, id: str) -> None:
    session.execute(delete(dispatches).where(dispatches.c.id == id))
