"""Messages from the office, sealed to one device each and numbered from 1."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Column, Integer, LargeBinary, Table, Text, func, select, tuple_, update

from intake.store.database import Session
from intake.store.inbound.face import metadata

messages = Table(
    "messages",
    metadata,
    Column("device", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),
    # The day the phone said it has shown it.
    Column("seen", Text),
)


@dataclass(frozen=True)
class Message:
    number: int
    sealed: bytes


def after(session: Session, device: str, *, number: int, limit: int) -> list[Message]:
    """Messages with a higher number, in order."""
    query = (
        select(messages.c.number, messages.c.sealed)
        .where(messages.c.device == device, messages.c.number > number)
        .order_by(messages.c.number)
        .limit(limit)
    )
    return [Message(number=row.number, sealed=bytes(row.sealed)) for row in session.execute(query)]


def mark_seen(session: Session, device: str, *, numbers: list[int], day: str) -> None:
    """Note the first day on which the phone said so."""
    unseen = (messages.c.device == device, messages.c.number.in_(numbers), messages.c.seen.is_(None))
    session.execute(update(messages).where(*unseen).values(seen=day))


def add(session: Session, *, device: str, number: int, sealed: bytes) -> None:
    """For the office: a new message."""
    session.execute(messages.insert().values(device=device, number=number, sealed=sealed))


def last(session: Session, device: str) -> int:
    """For the office: the highest number there is for this device, 0 before the first message."""
    return session.scalar(select(func.max(messages.c.number)).where(messages.c.device == device)) or 0


def shown(session: Session, wanted: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """For the office: the day on which the phone said it showed them, of those that it did."""
    named = (messages.c.device, messages.c.number)
    query = select(*named, messages.c.seen).where(tuple_(*named).in_(list(wanted)), messages.c.seen.is_not(None))
    return {(row.device, row.number): row.seen for row in session.execute(query)}


def held(session: Session, wanted: Iterable[tuple[str, int]]) -> set[tuple[str, int]]:
    """For the office: which of these messages, named by device and number, are still here."""
    named = (messages.c.device, messages.c.number)
    query = select(*named).where(tuple_(*named).in_(list(wanted)))
    return {(row.device, row.number) for row in session.execute(query)}
