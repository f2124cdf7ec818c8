"""What is due, from the days that records bear."""

import json
from typing import Any

from intake.domain.deadlines import Span
from intake.services import deadlines, inbox, records, register, times
from intake.store.office import offices
from tests.support.staffed import StaffedOffice


def put(session: Any, office: StaffedOffice, id_: str, day: str | None, owner: str | None) -> None:
    desk = office.desk(session, "amina")
    found: dict[str, Any] = {"kind": "visit", "id": id_, "content": {"day": day}, "seen": 0}
    records.put(session, desk=desk, due_on=day, owner=owner, now=office.clock.now, **found)


def test_mine_and_the_office_s_by_day_the_longest_overdue_first(office: StaffedOffice) -> None:
    bruno = office.people["bruno"].id
    with office.store.office() as session:
        put(session, office, "a", "2026-11-23", bruno)
        put(session, office, "b", "2026-11-20", None)
        put(session, office, "c", "2026-11-20", bruno)
        put(session, office, "d", None, bruno)
        desk, now = office.desk(session, "bruno"), office.clock.now
        found = deadlines.listing(session, desk=desk, name="office", page=1, now=now)
        mine = deadlines.listing(session, desk=desk, name="mine", page=1, now=now)
    assert [(day.day, day.ahead, [one.id for one in day.records]) for day in found.days] == [
        ("2026-11-20", -2, ["b", "c"]),
        ("2026-11-23", 1, ["a"]),
    ]
    assert [[one.id for one in day.records] for day in mine.days] == [["c"], ["a"]]
    assert mine.days[0].records[0].content == {"day": "2026-11-20"}
    assert (found.names[bruno], dict(found.counts)) == ("bruno", {"mine": 2, "office": 3})


def test_a_report_is_due_a_day_after_it_came_until_somebody_has_decided(office: StaffedOffice) -> None:
    report = office.phone().send()
    with office.store.office() as session, office.store.inbound() as inbound:
        desk = office.desk(session, "amina")
        register.pull(session, inbound, desk=desk, now=office.clock.now)
        found = deadlines.listing(session, desk=desk, name="office", page=1, now=office.clock.now).days
        assert [(day.day, [one.id for one in day.records]) for day in found] == [("2026-11-23", [report])]
        decision: Any = {"decision": "registered", "reason": "", "note": "", "version": 1}
        inbox.decide(session, desk=desk, report=report, now=office.clock.now, **decision)
        assert deadlines.listing(session, desk=desk, name="office", page=1, now=office.clock.now).days == []


def test_hours_and_clocks_are_the_office_s_own(office: StaffedOffice) -> None:
    since = Span.at(times.instant("2026-11-22T12:00:00Z"))

    def day(**settings: int) -> str:
        with office.store.office() as session:
            said = json.loads(offices.every(session)[0].publishing)
            offices.change(session, office.made.office, publishing=json.dumps({**said, "settings": settings}))
            return deadlines.due_on(session, office=office.made.office, kind="report", since=since)

    assert day() == "2026-11-23"
    assert day(report_sla_hours=48) == "2026-11-24"
    assert day(utc_offset_minutes=13 * 60) == "2026-11-24"
