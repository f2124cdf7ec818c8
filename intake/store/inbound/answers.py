"""Answers to numbers that people keep, sealed; each deposit takes the place of the one before, whole."""

from collections.abc import Iterable

from sqlalchemy import Column, LargeBinary, Table, Text, delete, select

from intake.store.database import Session
from intake.store.inbound.face import metadata

answers = Table(
    "answers",
    metadata,
    Column("office", Text, primary_key=True),
    # A keyed digest that this side cannot compute, new in every deposit.
    Column("locator", Text, primary_key=True),
    Column("deposit", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)


def deposit(session: Session, office: str) -> str | None:
    """The name of the deposit there is, or None."""
    return session.scalar(select(answers.c.deposit).where(answers.c.office == office).limit(1))


def find(session: Session, *, office: str, locator: str) -> bytes | None:
    """The sealed answer that lies there."""
    query = select(answers.c.sealed).where(answers.c.office == office, answers.c.locator == locator)
    found = session.scalar(query)
    return bytes(found) if found is not None else None


def replace(session: Session, *, office: str, deposit: str, lines: Iterable[tuple[str, bytes]]) -> None:
    """For the office: a new deposit of (locator, sealed), in no order that tells anything."""
    session.execute(delete(answers).where(answers.c.office == office))
    rows = [{"office": office, "deposit": deposit, "locator": at, "sealed": sealed} for at, sealed in sorted(lines)]
    session.execute(answers.insert(), rows)
