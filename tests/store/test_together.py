"""Group commit: nobody is answered before the commit, and one's failure is nobody else's."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

import pytest
from sqlalchemy import text

from intake.store import Session, Store, Together

CROWD = 8


class Disk:
    """Transactions that can be held up before their commit; `kept` is what each of them committed."""

    def __init__(self) -> None:
        self.begun, self.may_end = Event(), Event()
        self.kept: list[list[str]] = []

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        session = Session()
        self.begun.set()
        yield session
        assert self.may_end.wait(30)
        self.kept.append(session.info["written"])

    def write(self, session: Session, items: Sequence[str]) -> list[str | Exception]:
        if "broken" in items:
            raise OSError
        session.info["written"] = sorted(item for item in items if item != "refused")
        return [KeyError(item) if item == "refused" else f"{item} kept" for item in items]


def _outcome(together: Together[str, str], item: str) -> str:
    try:
        return together.do(item)
    except (KeyError, OSError) as error:
        return type(error).__name__


def _crowd(disk: Disk, items: list[str]) -> list[str]:
    """One is at its commit; the others come; then the disk goes on."""
    together = Together(disk.transaction, disk.write)
    with ThreadPoolExecutor(len(items) + 1) as phones:
        first = phones.submit(_outcome, together, "first")
        assert disk.begun.wait(30)
        others = [phones.submit(_outcome, together, item) for item in items]
        while len(together._queue) < len(items):
            assert not first.done()
        assert not any(one.done() for one in others)
        disk.may_end.set()
        assert first.result() == "first kept"
        return [one.result() for one in others]


def test_who_comes_while_the_disk_is_busy_shares_the_next_commit() -> None:
    disk = Disk()
    items = [str(number) for number in range(CROWD)]
    assert _crowd(disk, items) == [f"{item} kept" for item in items]
    assert disk.kept == [["first"], items]


def test_one_that_is_refused_leaves_the_others_their_commit() -> None:
    disk = Disk()
    assert _crowd(disk, ["a", "refused", "b"]) == ["a kept", "KeyError", "b kept"]
    assert disk.kept == [["first"], ["a", "b"]]


def test_when_a_group_fails_each_is_tried_again_alone() -> None:
    disk = Disk()
    assert _crowd(disk, ["a", "broken", "b"]) == ["a kept", "OSError", "b kept"]
    assert sorted(disk.kept) == [["a"], ["b"], ["first"]]


def test_nothing_is_told_when_the_commit_itself_fails() -> None:
    @contextmanager
    def failing() -> Iterator[Session]:
        yield Session()
        raise OSError

    together = Together(failing, lambda _, items: list(items))
    with pytest.raises(OSError):  # noqa: PT011  it has no message
        together.do("lost")


def test_the_store_commits_what_a_crowd_wrote(store: Store) -> None:
    def write(session: Session, items: Sequence[int]) -> list[int]:
        for item in items:
            row = {"bucket": str(item), "window": "w", "count": item}
            session.execute(text(f"INSERT INTO {_limits(session)} VALUES (:bucket, :window, :count)"), row)
        return list(items)

    together = store.inbound_together(write)
    with ThreadPoolExecutor(CROWD) as phones:
        assert list(phones.map(together.do, range(40))) == list(range(40))
    with store.inbound(reading=True) as session:
        assert session.scalar(text(f"SELECT count(*) FROM {_limits(session)}")) == 40


def _limits(session: Session) -> str:
    return "inbound.limits" if session.get_bind().dialect.name == "postgresql" else "limits"
