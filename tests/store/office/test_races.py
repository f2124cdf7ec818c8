"""Two workers at once: what may happen only once happens once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from intake.services import audit, signin
from intake.store.office import staff
from tests.support.staffed import StaffedOffice

WORKERS = 4


def _at_once(work: Callable[[int], object]) -> list[object]:
    start = Barrier(WORKERS)

    def one(number: int) -> object:
        start.wait()
        return work(number)

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(one, range(WORKERS)))


def test_one_code_is_used_once_however_many_workers_get_it(office: StaffedOffice) -> None:
    def use(_: int) -> object:
        with office.store.office() as session:
            return staff.use_step(session, office.people["amina"].id, 59_000_000)

    assert sorted(map(bool, _at_once(use))) == [False, False, False, True]


def test_lines_of_the_audit_chain_queue_up(office: StaffedOffice) -> None:
    def write(number: int) -> object:
        with office.store.office() as session:
            desk = office.made.desk
            audit.write(session, desk=desk, act="opened", about=str(number), details={}, now=office.clock.now)
        return number

    with office.store.office() as session:
        before = audit.verify(session)[office.made.office].number
    _at_once(write)
    with office.store.office() as session:
        assert audit.verify(session)[office.made.office].number == before + WORKERS


def test_tries_are_counted_across_workers(office: StaffedOffice) -> None:
    def attempt(number: int) -> object:
        with office.store.office() as session:
            return signin.attempt(session, name=f"n{number}", address="192.0.2.9", now=office.clock.now).buckets[0]

    buckets = set(_at_once(attempt))
    assert len(buckets) == 1
    with office.store.office() as session:
        limits = signin.limits.limits
        rows = session.execute(limits.select().where(limits.c.bucket == buckets.pop())).all()
    assert [row.count for row in rows] == [WORKERS]
