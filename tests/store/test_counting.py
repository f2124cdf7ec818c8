"""Counters of tries, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest

from intake.domain.problems import Problem
from intake.store import Store, counting
from intake.store.inbound import limits

NOW = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)


def take(store: Store, bucket: str, *, limit: int = 2, now: datetime = NOW) -> None:
    with store.inbound() as session:
        counting.take(session, limits.limits, bucket=bucket, limit=limit, seconds=3600, now=now)


def buckets(store: Store) -> list[str]:
    with store.inbound(reading=True) as session:
        return sorted(session.scalars(limits.limits.select().with_only_columns(limits.limits.c.bucket)))


def test_one_more_than_the_limit_is_refused_until_the_window_is_over(store: Store) -> None:
    take(store, "a")
    take(store, "a")
    with pytest.raises(Problem) as refused:
        take(store, "a")
    assert (refused.value.code, refused.value.params["retry"]) == ("429.1", 55 * 60)
    take(store, "a", now=NOW + timedelta(minutes=55))


def test_a_window_that_nobody_meets_again_is_forgotten_after_a_day(store: Store) -> None:
    take(store, "came once")
    take(store, "another", now=NOW + timedelta(hours=20))
    assert buckets(store) == ["another", "came once"]
    take(store, "another", now=NOW + timedelta(hours=26))
    assert buckets(store) == ["another"]
