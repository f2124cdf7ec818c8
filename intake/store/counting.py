"""Counters in the database, so that limits hold across threads, workers and servers. Each face has a table of them."""

from datetime import UTC, datetime

from sqlalchemy import Column, Integer, MetaData, Table, Text, and_, delete, or_, update

from intake.domain.problems import Problem
from intake.store.database import Session, insert

# Longer than any window that is counted in.
FORGOTTEN_SECONDS = 86_400


def counters(metadata: MetaData) -> Table:
    """The table `limits`: how often `bucket` was counted in the window that began at `window`."""
    return Table(
        "limits",
        metadata,
        Column("bucket", Text, primary_key=True),
        Column("window", Text, primary_key=True),
        Column("count", Integer, nullable=False),
    )


def take(session: Session, table: Table, *, bucket: str, limit: int, seconds: int, now: datetime) -> None:
    """Count one try in windows of `seconds` length. Raises Problem 429.1, with `retry` seconds, above `limit`.

    The caller's transaction must be committed for the count to hold, so take in a transaction of its own.
    """
    began = int(now.timestamp()) // seconds * seconds
    window = _text(began)
    # What is over goes as it is met, and what nobody meets again (an address that came once) after a day.
    over = and_(table.c.bucket == bucket, table.c.window < window)
    session.execute(delete(table).where(or_(over, table.c.window < _text(began - FORGOTTEN_SECONDS))))
    added = insert(session, table).values(bucket=bucket, window=window, count=1)
    counted = session.scalar(
        added.on_conflict_do_update(index_elements=["bucket", "window"], set_={"count": table.c.count + 1}).returning(
            table.c.count
        )
    )
    if counted is not None and counted > limit:
        raise Problem("429.1", retry=began + seconds - int(now.timestamp()))


def give_back(session: Session, table: Table, *, bucket: str) -> None:
    """Uncount one try that turned out well."""
    session.execute(update(table).where(table.c.bucket == bucket, table.c.count > 0).values(count=table.c.count - 1))


def _text(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
