"""Tries at signing in, counted across workers. Buckets are keyed hashes; the key lives as long as its day."""

from sqlalchemy import Column, LargeBinary, Table, Text, delete, select

from intake.store.counting import counters
from intake.store.database import Session, insert
from intake.store.office.face import metadata

limits = counters(metadata)

limit_keys = Table(
    "limit_keys",
    metadata,
    Column("day", Text, primary_key=True),
    Column("key", LargeBinary, nullable=False),
)


def key_of(session: Session, *, day: str, fresh: bytes) -> bytes:
    """The key of this day; `fresh` becomes it when there is none. Older keys are deleted, and with them the meaning
    of every older bucket."""
    session.execute(delete(limit_keys).where(limit_keys.c.day < day))
    session.execute(insert(session, limit_keys).values(day=day, key=fresh).on_conflict_do_nothing())
    return bytes(session.execute(select(limit_keys.c.key).where(limit_keys.c.day == day)).scalar_one())
