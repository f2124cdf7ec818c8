"""The night with a real mail server and a clock that the test moves: who is called when, and what is said."""

import quopri
from dataclasses import replace
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest

from intake.cli.night import SECONDS
from intake.domain.duty import Address, Rota, Turn
from intake.services import duty, night, records, register, staff, ways
from intake.services.night import Done
from intake.services.ways import Ways
from intake.store.office import calls
from intake.store.office import offices as office_rows
from intake.web.speech import SPEECH
from tests.support.mailbox import Mailbox
from tests.support.staffed import ANSWERS, IDENTITY, Phone, StaffedOffice

NEVER = Ways(None, None)


class Night:
    """The watcher of one office with bruno first, amina second and cora leading, and what it sends."""

    def __init__(self, office: StaffedOffice, mailbox: Mailbox) -> None:
        self.office, self.mailbox, self.commanded = office, mailbox, list[str]()
        self.command_works = True
        self.ways = Ways(lambda to, words, now: ways.send(mailbox.server, to, words, now), self._command)

    def _command(self, text: str) -> bool:
        self.commanded.append(text)
        return self.command_works

    def id(self, name: str) -> str:
        return self.office.people[name].id

    def rota(self, **changed: Any) -> Rota:
        people = {self.id(name): Address(f"{name}@example.org") for name in ("amina", "bruno", "cora")}
        week = (Turn(self.id("bruno"), self.id("amina")),) * 7
        return replace(Rota(leader=self.id("cora"), week=week, people=people), **changed)

    def save(self, rota: Rota, seen: int = 0) -> None:
        with self.office.store.office() as session:
            desk = self.office.desk(session, "cora")
            duty.save(session, desk=desk, rota=rota, seen=seen, now=self.office.clock.now)

    def look(self, **after: float) -> list[Done]:
        now = self.office.clock.move(**after)
        return night.look(self.office.store, ways=self.ways, demo=NEVER, speech=SPEECH, now=now)

    def open(self, report: str, name: str = "amina") -> None:
        with self.office.store.office() as session, self.office.store.inbound() as inbound:
            desk = self.office.desk(session, name)
            register.pull(session, inbound, desk=desk, now=self.office.clock.now)
            register.open_report(session, desk=desk, report=report, now=self.office.clock.now)

    def calls(self) -> list[tuple[str, str, str]]:
        """Who was called, and how mail and command went, oldest first."""
        with self.office.store.office() as session:
            found = duty.latest(session, office=self.office.made.office)
        return [(call.name, call.mail, call.command) for call in reversed(found)]


@pytest.fixture
def watch(office: StaffedOffice, mailbox: Mailbox) -> Night:
    found = Night(office, mailbox)
    found.save(found.rota())
    return found


@pytest.fixture
def phone(office: StaffedOffice) -> Phone:
    return office.phone()


def test_the_first_person_is_called_at_the_next_look_and_only_once(watch: Night, phone: Phone) -> None:
    watch.look()
    assert watch.mailbox.to == []
    phone.send(urgent=True)
    phone.send()
    assert watch.look(seconds=15) == [Done("bruno", 1, "sent", "none")]
    for _ in range(4):
        watch.look(seconds=15)
    assert watch.mailbox.to == ["bruno@example.org"]


def test_somebody_looks_several_times_a_minute() -> None:
    assert SECONDS * 4 <= 60


def test_what_nobody_opens_goes_to_the_second_then_to_the_leader_again_and_again(watch: Night, phone: Phone) -> None:
    phone.send(urgent=True)
    watch.look()
    watch.look(minutes=29)
    assert watch.mailbox.to == ["bruno@example.org"]
    watch.look(minutes=1)
    assert watch.mailbox.to[1:] == ["amina@example.org"]
    for _ in range(3):
        watch.look(minutes=30)
    assert watch.mailbox.to[2:] == ["cora@example.org"] * 3
    assert [name for name, _, _ in watch.calls()] == ["bruno", "amina", "cora", "cora", "cora"]


def test_whoever_opens_it_stops_the_calls(watch: Night, phone: Phone) -> None:
    report = phone.send(urgent=True)
    watch.look()
    watch.open(report)
    watch.look(minutes=31)
    watch.look(hours=5)
    assert watch.mailbox.to == ["bruno@example.org"]


def test_what_was_opened_before_anybody_looked_calls_nobody(watch: Night, phone: Phone) -> None:
    watch.open(phone.send(urgent=True))
    watch.look()
    assert watch.calls() == []


def test_of_a_report_that_is_not_urgent_no_opening_is_kept(watch: Night, phone: Phone) -> None:
    report = phone.send()
    watch.open(report)
    with watch.office.store.office() as session:
        assert calls.answers(session, office=watch.office.made.office, reports=[report]) == {}


def test_a_burst_is_one_message_to_each_person(watch: Night, phone: Phone) -> None:
    for _ in range(5):
        phone.send(urgent=True)
    assert watch.look() == [Done("bruno", 5, "sent", "none")]
    assert len(watch.mailbox.kept) == 1
    assert len(watch.calls()) == 5


def test_two_watchers_at_once_call_once(watch: Night, phone: Phone) -> None:
    reports = [phone.send(urgent=True) for _ in range(3)]
    found: list[list[Done]] = []
    threads = [Thread(target=lambda: found.append(watch.look())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert sum(done.calls for each in found for done in each) == len(reports)
    assert sorted(name for name, _, _ in watch.calls()) == ["bruno"] * 3


def test_a_watcher_that_died_before_it_sent_leaves_the_call_to_the_next(watch: Night, phone: Phone) -> None:
    phone.send(urgent=True)
    with watch.office.store.office() as session, watch.office.store.inbound() as inbound:
        assert len(night.take_calls(session, inbound, now=watch.office.clock.now)) == 1
    watch.look(minutes=4)
    assert watch.mailbox.to == []
    watch.look(minutes=1)
    assert watch.mailbox.to == ["bruno@example.org"]
    assert watch.calls() == [("bruno", "sent", "none")]


def test_when_mail_fails_the_command_still_calls_and_mail_is_tried_again(watch: Night, phone: Phone) -> None:
    people = {**watch.rota().people, watch.id("bruno"): Address("bruno@example.org", "+000 555 0201", "fr")}
    watch.save(watch.rota(people=people), seen=1)
    watch.mailbox.closed = True
    phone.send(urgent=True)
    assert watch.look() == [Done("bruno", 1, "failed", "sent")]
    assert watch.commanded == ["+000 555 0201\nUne urgence vient d’arriver. Ouvrez le bureau.\n"]
    watch.mailbox.closed = False
    watch.look(seconds=30)
    assert watch.mailbox.to == []
    watch.look(seconds=30)
    assert watch.mailbox.to == ["bruno@example.org"]
    assert len(watch.commanded) == 1
    assert watch.calls() == [("bruno", "sent", "sent")]


def test_who_cannot_be_reached_at_all_is_passed_over_after_five_minutes(watch: Night, phone: Phone) -> None:
    watch.mailbox.closed = True
    phone.send(urgent=True)
    watch.look()
    watch.mailbox.closed = False
    watch.office.clock.move(minutes=5)
    watch.look()
    assert watch.mailbox.to == ["amina@example.org"]


def test_whose_account_was_closed_is_not_called(watch: Night, phone: Phone) -> None:
    with watch.office.store.office() as session:
        staff.close(session, desk=watch.office.desk(session, "emil"), name="bruno", now=watch.office.clock.now)
    phone.send(urgent=True)
    watch.look()
    assert watch.mailbox.to == ["amina@example.org"]


def test_an_empty_rota_with_addresses_calls_somebody_all_the_same(watch: Night, phone: Phone) -> None:
    people = {watch.id("amina"): Address("amina@example.org")}
    watch.save(Rota(people=people), seen=1)
    phone.send(urgent=True)
    watch.look()
    assert watch.mailbox.to == ["amina@example.org"]


def test_an_office_without_a_rota_calls_nobody_and_breaks_nothing(office: StaffedOffice, mailbox: Mailbox) -> None:
    office.phone().send(urgent=True)
    assert Night(office, mailbox).look() == []


def test_a_demo_s_people_get_no_mail(watch: Night, phone: Phone) -> None:
    with watch.office.store.office() as session:
        office_rows.change(session, watch.office.made.office, demo=True)
    said: list[str] = []
    phone.send(urgent=True)
    now = watch.office.clock.now
    night.look(watch.office.store, ways=watch.ways, demo=ways.written(said.append), speech=SPEECH, now=now)
    assert watch.mailbox.to == []
    assert "Mail to bruno@example.org (a demo sends none)" in said[0]


def test_a_mail_says_that_something_waits_and_nothing_else(watch: Night, phone: Phone) -> None:
    report = phone.send(urgent=True)
    watch.look()
    content = watch.mailbox.kept[0][1]
    plain = (content + quopri.decodestring(content)).decode("utf-8", "replace")
    office = watch.office.made.office
    secrets = [report, report[:8], office, "Port Tamarin", phone.id, "Salt Hill", IDENTITY["called"]["text"], "visit"]
    secrets += [
        ANSWERS["help_words"]["text"],
        "/office",
        "http",
        "bruno@".upper(),
        *(watch.id(one) for one in ("bruno",)),
    ]
    assert [secret for secret in secrets if secret.lower() in plain.lower().replace("bruno@example.org", "")] == []
    said = watch.mailbox.last
    assert (said["Subject"], said["From"], said["Auto-Submitted"]) == (
        "Please have a look",
        "desk@example.org",
        "auto-generated",
    )
    assert said.get_payload() == "Something urgent has arrived. Open the office.\r\n"
    named = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"}
    assert set(said.keys()) - named <= {"Content-Transfer-Encoding", "X-Peer", "X-MailFrom", "X-RcptTo"}


# reminders ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def due(watch: Night) -> Night:
    """bruno has one thing overdue, two due today and one tomorrow; cora has none; nobody has one more."""
    days = {"1": "2026-11-20", "2": "2026-11-22", "3": "2026-11-22", "4": "2026-11-23"}
    with watch.office.store.office() as session:
        desk = watch.office.desk(session, "amina")
        for id_, day in days.items():
            put(session, desk, id_, day, watch.id("bruno"))
        put(session, desk, "5", "2026-11-22", None)
    return watch


def put(session: Any, desk: Any, id_: str, day: str, owner: str | None) -> None:
    now = night.times.instant("2026-11-22T07:00:00Z")
    beside: dict[str, Any] = {"desk": desk, "kind": "referral", "seen": 0, "now": now}
    records.put(session, id=id_, content={"who": "Zainab"}, due_on=day, owner=owner, **beside)


def test_whoever_has_something_due_gets_one_mail_a_day_with_the_count(due: Night) -> None:
    due.look()
    due.look(hours=3)
    assert due.mailbox.to == ["bruno@example.org"]
    assert due.mailbox.last.get_payload() == "3 things of yours are due today or overdue. Open the office.\r\n"
    assert b"Zainab" not in due.mailbox.kept[0][1]
    due.look(days=1)
    assert due.mailbox.to == ["bruno@example.org"] * 2


def test_nobody_is_reminded_before_the_handover_of_their_day(due: Night) -> None:
    due.office.clock.now = due.office.clock.now.replace(hour=7, minute=59)
    due.look()
    assert due.mailbox.to == []
    due.look(minutes=1)
    assert due.mailbox.to == ["bruno@example.org"]


def test_a_reminder_that_did_not_go_out_is_tried_again(due: Night) -> None:
    due.mailbox.closed = True
    due.look()
    due.mailbox.closed = False
    due.look(minutes=10)
    assert due.mailbox.to == []
    due.look(minutes=6)
    assert due.mailbox.to == ["bruno@example.org"]
    due.look(hours=2)
    assert len(due.mailbox.to) == 1


def test_the_watcher_leaves_a_sign_that_it_looks(watch: Night) -> None:
    watch.look()
    with watch.office.store.office() as session:
        held = duty.held(session, office=watch.office.made.office)
    assert night.times.instant(held.looked) > watch.office.clock.now - timedelta(minutes=1)
