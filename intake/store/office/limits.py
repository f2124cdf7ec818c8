"""Tries at signing in, counted across workers. Buckets are keyed hashes; the key lives as long as its day."""

from sqlalchemy import Column, Integer, LargeBinary, PrimaryKeyConstraint, Table, Text, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from intake.store.office.face import metadata

limits = Table(
    "limits",
    metadata,
    Column("bucket", Text, nullable=False),
    Column("window", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    PrimaryKeyConstraint("bucket", "window"),
)

limit_keys = Table(
    "limit_keys",
    metadata,
    Column("day", Text, primary_key=True),
    Column("key", LargeBinary, nullable=False),
)


def key_of(session: Session, *, day: str, fresh: bytes) -> bytes:
    """The key of this day; `fresh` becomes it when there is none. Keys and counts of other days are deleted."""
    found = session.execute(select(limit_keys.c.key).where(limit_keys.c.day == day)).scalar_one_or_none()
    if found is not None:
        return found
    session.execute(delete(limit_keys).where(limit_keys.c.day < day))
    session.execute(delete(limits).where(limits.c.window < day))
    try:
        with session.begin_nested():
            session.execute(insert(limit_keys).values(day=day, key=fresh))
    except IntegrityError:
        # Another worker made the key of this day since.
        return session.execute(select(limit_keys.c.key).where(limit_keys.c.day == day)).scalar_one()
    return fresh


def count(session: Session, *, bucket: str, window: str) -> int:
    """Count one more try and give the new count."""
    counted = _more(session, bucket, window)
    if counted is not None:
        return counted
    try:
        with session.begin_nested():
            session.execute(insert(limits).values(bucket=bucket, window=window, tries=1))
    except IntegrityError:
        # Another worker made the row since.
        return _more(session, bucket, window) or 1
    return 1


def _more(session: Session, bucket: str, window: str) -> int | None:
    return session.execute(
        update(limits)
        .where(limits.c.bucket == bucket, limits.c.window == window)
        .values(tries=limits.c.tries + 1)
        .returning(limits.c.tries)
    ).scalar_one_or_none()


def forget(session: Session, *, bucket: str) -> None:
    session.execute(delete(limits).where(limits.c.bucket == bucket))
