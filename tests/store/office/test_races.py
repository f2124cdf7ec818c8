"""Two workers at once: what may happen only once happens once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from intake.domain.problems import Problem
from intake.services import audit, places, settings, signin
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


def test_no_edit_of_what_phones_get_is_lost_when_several_people_edit_at_once(office: StaffedOffice) -> None:
    def add(number: int) -> object:
        with office.store.office() as session:
            desk, now = office.made.desk, office.clock.now
            return places.add(session, desk=desk, id=f"p{number}", name=f"Place {number}", parent="", now=now)

    assert _at_once(add) == [{}] * WORKERS
    with office.store.office() as session:
        found = places.listing(session, office=office.made.office)
    assert sorted(one["id"] for one in found) == [f"p{number}" for number in range(WORKERS)]


def test_of_several_who_change_the_same_one_wins_and_the_others_are_told(office: StaffedOffice) -> None:
    with office.store.office() as session:
        seen = settings.seen_as(settings.now_set(session, office=office.made.office), "lock_after")

    def change(number: int) -> object:
        with office.store.office() as session:
            told = {"desk": office.made.desk, "name": "lock_after", "value": 100 + number, "seen": seen}
            try:
                settings.change(session, now=office.clock.now, **told)  # type: ignore[arg-type]
            except Problem as problem:
                return problem.code
        return "kept"

    assert sorted(map(str, _at_once(change))) == ["409.6"] * (WORKERS - 1) + ["kept"]
