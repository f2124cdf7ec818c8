"""Group commit: what arrives at the same time shares one transaction, its statements, and one wait for the disk.

Nobody waits on purpose: an item that comes while nothing runs begins at once, alone; items that come meanwhile are the
next group, which the first of them leads. None is answered before the commit that holds what was written for it.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, Literal, TypeVar

from sqlalchemy.orm import Session

Item = TypeVar("Item")
Result = TypeVar("Result")


def _closed() -> Lock:
    gate = Lock()
    gate.acquire()
    return gate


@dataclass(eq=False)
class _Waiting(Generic[Item, Result]):
    """An item and its thread, which passes the `gate` when there is something to do or to tell, as `then` says."""

    item: Item
    gate: Lock = field(default_factory=_closed)
    then: Literal["lead", "go alone", "tell"] = "go alone"
    outcome: Result | Exception | None = None


class Together(Generic[Item, Result]):
    """Does `work` for the items of many threads, in as few transactions as their crowd allows.

    `work` gives one outcome for each item, in order; an exception among the outcomes is raised in the thread of that
    item, for which nothing may have been written. When `work` or the commit fails as a whole, everything is rolled
    back and each item is tried again in a transaction of its own: `work` must bear that.
    """

    def __init__(
        self,
        transaction: Callable[[], AbstractContextManager[Session]],
        work: Callable[[Session, Sequence[Item]], Sequence[Result | Exception]],
    ) -> None:
        self._transaction = transaction
        self._work = work
        self._guard = Lock()
        self._queue: list[_Waiting[Item, Result]] = []
        self._busy = False

    def do(self, item: Item) -> Result:
        """The outcome for this item, once it is committed."""
        mine = _Waiting[Item, Result](item)
        with self._guard:
            leads = not self._busy
            self._busy = True
            if not leads:
                self._queue.append(mine)
        if not leads:
            mine.gate.acquire()
        if leads or mine.then == "lead":
            self._lead(mine)
        if mine.then == "go alone":
            self._commit([mine])
        if isinstance(mine.outcome, Exception):
            raise mine.outcome
        return mine.outcome  # type: ignore[return-value]  # None only if that is a Result

    def _lead(self, mine: _Waiting[Item, Result]) -> None:
        """Take everybody who waits along, then hand the lead on."""
        with self._guard:
            followers, self._queue = self._queue, []
        for one in (mine, *followers):
            one.then = "go alone"
        try:
            self._commit([mine, *followers])
        finally:
            with self._guard:
                heir, self._queue = self._queue[:1], self._queue[1:]
                self._busy = bool(heir)
            for one in heir:
                one.then = "lead"
            for one in heir + followers:
                one.gate.release()

    def _commit(self, group: list[_Waiting[Item, Result]]) -> None:
        outcomes: Sequence[Result | Exception]
        try:
            with self._transaction() as session:
                outcomes = self._work(session, [one.item for one in group])
        except Exception as error:
            if len(group) > 1:
                return  # whose error it was shows when each goes alone
            outcomes = [error]
        for one, outcome in zip(group, outcomes, strict=True):
            one.then, one.outcome = "tell", outcome
