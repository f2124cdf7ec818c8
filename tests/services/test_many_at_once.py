"""Many staff at once on PostgreSQL while reports arrive: what was accepted is there once, and nothing is overwritten.

Everybody works on the same few cases, each from the version that was on their screen: a step is accepted, or refused
because somebody else was faster. What each of them was told is compared with what the office has in the end.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest

from intake.config import Settings
from intake.domain.problems import Problem
from intake.domain.referral import Referral
from intake.services import audit, cases, consents, help, notes, receive, register
from intake.services.desk import Desk
from intake.services.setup import Applicant
from intake.store import Store
from tests.support.care import AGREED, SENT, Care, care_for
from tests.support.staffed import PEOPLE, StaffedOffice

pytestmark = pytest.mark.parametrize("database_settings", ["postgresql"], indirect=True)

CASES = 2
REFUSED = ("409.2", "409.4")
# So many threads share the connections of one worker.
THREADS = 10


@dataclass
class Work:
    """What is worked on, and what came of each step: (kind, marker) of those that were accepted."""

    office: StaffedOffice
    cases: list[Care]
    referrals: list[Referral]
    accepted: list[tuple[str, str]] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)

    def steps(self, number: int) -> Iterator[tuple[str, str, Callable[[Store, Desk], Any]]]:
        """What one member of staff does in a round: kind, a marker that nobody else has, and the step itself."""
        care, referral = self.cases[number % CASES], self.referrals[number % CASES]
        day, born = f"{date(2027, 1, 1) + timedelta(days=number)}", f"{1000 + number}"
        code, told = f"K-{number}", {**AGREED, "spoke": f"K-{number}"}
        yield "person", born, lambda store, desk: self._case(store, desk, care.case.id, part="witness", born=born)
        yield "follow-up", day, lambda store, desk: self._follow_up(store, desk, referral, day)
        yield "consent", code, lambda store, desk: self._consent(store, desk, care.case.id, told)
        yield "note", code, lambda store, desk: self._note(store, desk, care.case.id, code)

    def _case(self, store: Store, desk: Desk, case: str, **details: Any) -> None:
        with store.office(reading=True) as session:
            seen = cases.find(session, desk=desk, case=case).version
        with store.office() as session:
            kind, now = "person_added", self.office.clock.now
            cases.act(session, desk=desk, case=case, kind=kind, version=seen, now=now, **details)

    def _follow_up(self, store: Store, desk: Desk, referral: Referral, day: str) -> None:
        asked: dict[str, Any] = {"desk": desk, "case": referral.case, "id": referral.id}
        with store.office(reading=True) as session:
            seen = help.find(session, **asked).referral.version
        with store.office() as session:
            said = {"kind": "followed_up", "met": "partly", "follow_up": day}
            help.step(session, **asked, **said, version=seen, now=self.office.clock.now)

    def _consent(self, store: Store, desk: Desk, case: str, told: dict[str, str]) -> None:
        now = self.office.clock.now
        with store.office() as session:
            seen = help.of_case(session, desk=desk, case=case, now=now).wishes.agreements.version
        with store.office() as session:
            said: dict[str, Any] = {"person": "P1", "recipient": "LEGAL", "answer": "yes", **told}
            consents.record(session, desk=desk, case=case, version=seen, now=now, **said)

    def _note(self, store: Store, desk: Desk, case: str, text: str) -> None:
        with store.office() as session:
            said: dict[str, Any] = {"text": text, "language": "en", "names": False, "corrects": ""}
            notes.write(session, desk=desk, case=case, now=self.office.clock.now, **said)


def office_of(store: Store, people: int) -> StaffedOffice:
    more = tuple(Applicant(f"worker {number}", ("case_worker",), ("work",)) for number in range(people))
    return StaffedOffice.make(store, people=(*PEOPLE, *more))


def work_together(settings: Settings, store: Store, people: int, rounds: int, sent: int) -> None:
    """Let them all begin in the same moment; then compare."""
    office = office_of(store, people)
    made = [care_for(office) for _ in range(CASES)]
    clinic = made[0].clinic()
    referrals = []
    for care in made:
        agreed = care.step(care.offer("MED", clinic.id, checked=True), "consented", **AGREED)
        referrals.append(care.step(agreed, "sent", provider=clinic.id, checked=True, **SENT))
    work, phone = Work(office, made, referrals), office.phone("Arriving meanwhile")
    with store.office(reading=True) as session:
        desks = [office.desk(session, f"worker {number}") for number in range(people)]
    workers = [Store.open(settings) for _ in range((people + 1) // THREADS + 1)]
    begin, reports = Barrier(people + 1), [phone.seal() for _ in range(sent)]

    def person(number: int) -> None:
        begin.wait(60)
        for turn in range(rounds):
            for kind, marker, step in work.steps(number * rounds + turn):
                try:
                    step(workers[number // THREADS], desks[number])
                except Problem as problem:
                    if problem.code not in REFUSED:
                        raise
                    work.refused[problem.code] += 1
                else:
                    work.accepted.append((kind, marker))

    def arriving() -> None:
        begin.wait(60)
        for report, sealed in reports:
            _deliver(office, report, sealed)
            with workers[-1].inbound() as inbound, workers[-1].office() as session:
                register.pull(session, inbound, desk=desks[0], now=office.clock.now)

    with ThreadPoolExecutor(people + 1) as pool:
        everybody = [pool.submit(person, number) for number in range(people)]
        for each in (*everybody, pool.submit(arriving)):
            each.result()
    for one in workers:
        one.close()
    assert len(work.accepted) + work.refused.total() == people * rounds * 4
    assert Counter(work.accepted) == _kept(work)
    _nothing_came_twice_or_not_at_all(work, {report for report, _ in reports})


def _deliver(office: StaffedOffice, report: str, sealed: bytes) -> None:
    with office.store.inbound() as inbound:
        receive.receive(inbound, raw=sealed, report=report, now=office.clock.now)


def _kept(work: Work) -> Counter[tuple[str, str]]:
    """What the office has of all that was done, each as often as it is there."""
    found: list[tuple[str, str]] = []
    for care, referral in zip(work.cases, work.referrals, strict=True):
        case = care.look(cases.find, case=care.case.id)
        assert case.version == len(case.events)
        found += [("person", event.details["born"]) for event in case.events if event.details.get("part") == "witness"]
        went = care.find(referral)
        assert went.version == len(went.events)
        found += [("follow-up", one.details["follow_up"]) for one in went.events if one.kind == "followed_up"]
        agreements = care.help().wishes.agreements
        assert agreements.version == len(agreements.events)
        found += [("consent", word.spoke) for word in agreements.words if word.recipient == "LEGAL"]
        found += [("note", note.text) for note in care.look(notes.of_case, case=care.case.id)]
    return Counter(found)


def _nothing_came_twice_or_not_at_all(work: Work, sent: set[str]) -> None:
    with work.office.store.office(reading=True) as session:
        desk = work.office.desk(session, "amina")
        known = register.every(session, desk=desk)
        lines = [line.about for line in audit.read(session, desk=desk) if line.act == "arrived"]
        assert audit.verify(session)[work.office.made.office].number > 0
    assert {each.report for each in known} >= sent
    assert all(len(each.copies) == 1 for each in known)
    assert Counter(about for about in lines if about in sent) == Counter(sent)


def test_eight_staff_at_once_while_reports_arrive_lose_no_update(database_settings: Settings, store: Store) -> None:
    work_together(database_settings, store, people=8, rounds=1, sent=4)


@pytest.mark.long
def test_fifty_staff_at_once_on_postgresql_while_reports_arrive_no_lost_update(
    database_settings: Settings, store: Store
) -> None:
    work_together(database_settings, store, people=50, rounds=3, sent=30)
