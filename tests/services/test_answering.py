"""Writing to an officer's phone about a case, and what comes back."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from intake.domain.case import Case
from intake.domain.problems import Problem
from intake.domain.telling import Telling
from intake.envelope.encoding import unb64u
from intake.envelope.messages import open_message
from intake.services import answering, audit, cases, devices, reading, records, register, telling, translating
from intake.services import desk as services_desk
from intake.services.answering import Letter
from intake.services.find import Finder
from intake.services.translating import Task
from intake.store import Session
from intake.store.inbound import messages, reports
from tests.support.staffed import Phone, StaffedOffice

WHO = {"called": "Zainab", "where": "Behind the mill", "how": "Ask for the seamstress"}


@dataclass
class Desk:
    """Amina at her desk, with a case around a report of a phone."""

    office: StaffedOffice
    phone: Phone
    case: Case
    finder: Finder | None = None

    def do(self, what: Callable[..., Any], *chains: str, by: str = "amina", **asked: Any) -> Any:
        with self.office.store.office() as session:
            desk = self.office.desk(session, by, "work", *chains)
            return what(session, desk=desk, **asked)

    def tasks(self, by: str, folder: Path) -> list[Task]:
        asked: dict[str, Any] = {"by": by, "now": self.office.clock.now, "identity": False}
        return self.do(_with_index(Finder(self.office.store, folder / by), translating.tasks), **asked).lines

    def counted(self, folder: Path) -> int:
        """How many reports the office counts of this phone, by an index that has followed every change."""
        self.finder = self.finder or Finder(self.office.store, folder)
        look = _with_index(self.finder, lambda _, *, desk: desk.index)
        return sum(count for _, count in self.do(look).days(self.phone.id))

    def note(self, step: str = "appointment", **asked: str) -> Telling:
        given = {"case": self.case.id, "person": "", "step": step, "due": "2026-11-25", **asked}
        return self.do(telling.note, now=self.office.clock.now, **given)

    def write(self, found: Telling, *chains: str, **changed: Any) -> Telling:
        given = {"day": "2026-11-30", "time": "09:30", "step": "result"}
        whole = {"report": self.case.reports[0], "params": given, "text": "", "language": "", "who": {}}
        letter = Letter(**{**whole, "until": "2026-12-01", **changed})
        now = self.office.clock.now
        with self.office.store.inbound() as inbound, self.office.store.office() as session:
            desk = self.office.desk(session, "amina", "work", *chains)
            asked: dict[str, Any] = {"case": self.case.id, "of": found.id, "version": found.version, "letter": letter}
            return answering.write(session, inbound, desk=desk, now=now, **asked)

    def pull(self) -> int:
        with self.office.store.inbound() as inbound, self.office.store.office() as session:
            return register.pull(session, inbound, desk=self.office.desk(session, "bruno"), now=self.office.clock.now)

    def found(self) -> list[Telling]:
        return self.do(telling.of_case, case=self.case.id)

    def waiting(self) -> list[str]:
        known = {arrival.report for arrival in self.do(register.every)}
        return [row.arrival.report for row in self.do(register.rows, reports=known, now=self.office.clock.now)]

    def opened(self, number: int = 1, phone: Phone | None = None) -> dict[str, Any]:
        """What the phone reads, as it checks it."""
        phone = phone or self.phone
        with self.office.store.inbound(reading=True) as inbound:
            (row,) = messages.after(inbound, phone.id, number=number - 1, limit=1)
        with self.office.store.office(reading=True) as session:
            said = records.get(session, desk=self.office.made.desk, kind="office", id="bundle")
        assert said is not None
        checked = open_message(
            phone.messages.seed,
            row.sealed,
            message_sign_key=unb64u(said.content["message_sign_key"]),
            office=self.office.made.desk.office,
            device=phone.id,
            number=number,
            last=number - 1,
        )
        return checked.content

    def answer(self, message: str, code: str = "told_her", phone: Phone | None = None, **members: Any) -> str:
        answers = {"message": message, "answer": code, **members.pop("answers", {})}
        about = {"report": self.case.reports[0], "as": "follows_up"}
        whole = {"form": "message-answer", "version": 1, "identity": {}, "about": about, "answers": answers}
        return (phone or self.phone).send(**{**whole, **members})


def _with_index(finder: Finder, what: Callable[..., Any]) -> Callable[..., Any]:
    """The same, at a desk that has the office's index."""

    def look(session: Session, *, desk: services_desk.Desk, **asked: Any) -> Any:
        assert finder.wait(desk) is None
        return what(session, desk=replace(desk, index=finder.index(desk)), **asked)

    return look


@pytest.fixture
def desk(office: StaffedOffice) -> Desk:
    return at_desk(office, office.phone())


def at_desk(office: StaffedOffice, phone: Phone) -> Desk:
    report = phone.send()
    with office.store.inbound() as inbound, office.store.office() as session:
        register.pull(session, inbound, desk=office.made.desk, now=office.clock.now)
        case = cases.open_case(session, desk=office.made.desk, report=report, now=office.clock.now)
    return Desk(office, phone, case)


def codes(refused: pytest.ExceptionInfo[Problem]) -> str:
    return refused.value.code


def test_what_is_written_arrives_as_it_was_meant(desk: Desk) -> None:
    sent = desk.write(desk.note(), text=" Bring a friend. ", language="sw")
    (message,) = sent.messages
    assert desk.opened() == {
        "id": message.id,
        "about": desk.case.reports[0],
        "kind": "appointment",
        "params": {"day": "2026-11-30", "time": "09:30"},
        "who": None,
        "text": {"text": "Bring a friend.", "language": "sw"},
        "until": "2026-12-01",
    }
    assert sent.state("2026-11-22") == "sent"


def test_her_answer_from_the_phone_closes_it_and_stands_nowhere_as_a_report(desk: Desk) -> None:
    (message,) = desk.write(desk.note()).messages
    before = desk.waiting()
    envelope = desk.answer(message.id)
    assert desk.pull() == 0
    assert desk.waiting() == before
    (found,) = desk.found()
    assert (found.state("2026-11-22"), found.told, found.answers[0].report) == ("told_her", True, envelope)
    assert desk.pull() == 0
    assert len(desk.found()[0].answers) == 1


def test_the_envelope_of_an_answer_can_be_opened_like_any_other(desk: Desk) -> None:
    (message,) = desk.write(desk.note()).messages
    envelope = desk.answer(message.id)
    desk.pull()
    opened = desk.do(register.open_report, report=envelope, now=desk.office.clock.now)
    assert opened.report.answers["answer"] == "told_her"


def test_later_and_words_leave_it_open(desk: Desk) -> None:
    (message,) = desk.write(desk.note()).messages
    words = {"words": {"text": "Elle a déménagé.", "language": "fr"}}
    desk.answer(message.id, "later")
    desk.answer(message.id, "words", answers=words)
    desk.pull()
    (found,) = desk.found()
    assert sorted(one.answer for one in found.answers) == ["later", "words"]
    assert {one.words for one in found.answers} == {"", "Elle a déménagé."}
    assert not found.told
    with desk.office.store.office(reading=True) as session:
        record = records.get(session, desk=desk.office.made.desk, kind="telling", id=found.id)
    assert record is not None
    assert (record.due_on, record.owner) == ("2026-11-25", desk.office.people["amina"].id)


def test_what_answers_nothing_that_was_asked_waits_among_arrivals(desk: Desk) -> None:
    (message,) = desk.write(desk.note()).messages
    strange: list[dict[str, Any]] = [
        {"answers": {"answer": "she_agrees"}},
        {"answers": {"message": str(uuid4())}},
        {"answers": {"message": "no such message"}},
        {"answers": {"words": {"text": "hidden", "language": "fr"}, "more": "x"}},
        {"version": 2},
        {"form": "visit"},
    ]
    envelopes = {desk.answer(message.id, **members) for members in strange}
    assert desk.pull() == len(strange)
    assert envelopes <= set(desk.waiting())
    assert desk.found()[0].answers == ()


def test_another_phone_cannot_answer(desk: Desk) -> None:
    (message,) = desk.write(desk.note()).messages
    envelope = desk.answer(message.id, phone=desk.office.phone("Salt Hill 2"))
    desk.pull()
    assert envelope in desk.waiting()
    assert not desk.found()[0].told


def test_a_forged_answer_closes_nothing(desk: Desk) -> None:
    (message,) = desk.write(desk.note()).messages
    other = desk.office.phone("Salt Hill 2")
    envelope = desk.answer(message.id, "could_not_find")
    answers = {"message": message.id, "answer": "told_her"}
    _, sealed = desk.phone.seal(
        envelope, form="message-answer", version=1, answers=answers, identity={}, about=None, key=other.key
    )
    forged = sealed.replace(other.id.encode(), desk.phone.id.encode())
    with desk.office.store.inbound() as inbound:
        inbound.execute(reports.reports.update().where(reports.reports.c.report == envelope).values(sealed=forged))
    desk.pull()
    assert envelope in desk.waiting()
    assert desk.found()[0].answers == ()


@pytest.mark.parametrize("database_settings", ["sqlite"], indirect=True)
def test_other_bytes_under_the_number_of_an_answer_are_for_a_person_to_see_and_count_once(
    desk: Desk, tmp_path: Path
) -> None:
    (message,) = desk.write(desk.note()).messages
    envelope = desk.answer(message.id)
    desk.pull()
    counted = [desk.counted(tmp_path)]
    desk.phone.send(envelope, n=desk.phone.n)
    desk.pull()
    assert envelope in desk.waiting()
    assert [*counted, desk.counted(tmp_path)] == [2, 2], "the report and the answer"


@pytest.mark.parametrize("database_settings", ["sqlite"], indirect=True)
def test_what_an_officer_answers_in_words_is_a_translation_task_and_stands_translated_beside_the_answer(
    desk: Desk, tmp_path: Path
) -> None:
    for name, languages in (("amina", ("en",)), ("bruno", ("en", "fr"))):
        desk.do(reading.say, by=name, languages=languages, now=desk.office.clock.now)
    (message,) = desk.write(desk.note("question"), text="Where is she?", language="en").messages
    said = {"words": {"text": "Elle a déménagé.", "language": "fr"}}
    envelope = desk.answer(message.id, "words", answers=said)
    desk.pull()
    (task,) = [one for one in desk.tasks("bruno", tmp_path) if one.answer]
    assert (task.id, task.key, task.language, task.into) == (envelope, "words", "fr", ("en",))
    assert desk.tasks("amina", tmp_path) == []
    given: dict[str, Any] = {"kind": task.kind, "id": task.id, "key": task.key, "now": desk.office.clock.now}
    assert desk.do(translating.open_text, by="bruno", **given).text.text == "Elle a déménagé."
    desk.do(translating.translate, by="bruno", into="en", typed="She has moved.", seen=0, **given)
    assert [one for one in desk.tasks("bruno", tmp_path) if one.answer] == []
    beside = desk.do(translating.of_answers, tellings=desk.found(), reads=frozenset({"en"}))
    (found,) = beside[envelope].values()
    assert ([one.text for one in found.made], found.lacking) == (["She has moved."], False)


@pytest.mark.parametrize("database_settings", ["sqlite"], indirect=True)
def test_an_answer_is_translated_by_nobody_to_whom_the_case_is_closed(desk: Desk, tmp_path: Path) -> None:
    desk.do(reading.say, by="bruno", languages=("en", "fr"), now=desk.office.clock.now)
    (message,) = desk.write(desk.note()).messages
    envelope = desk.answer(message.id, "words", answers={"words": {"text": "Elle a déménagé.", "language": "fr"}})
    desk.pull()
    assert {one.id for one in desk.tasks("bruno", tmp_path)} == {envelope, *desk.case.reports}
    kept: dict[str, Any] = {"case": desk.case.id, "version": 1, "kind": "kept_from", "who": "staff:bruno"}
    desk.do(cases.act, now=desk.office.clock.now, **kept)
    assert desk.tasks("bruno", tmp_path) == []
    asked: dict[str, Any] = {"kind": "report", "id": envelope, "key": "words", "now": desk.office.clock.now}
    with pytest.raises(Problem, match=r"403\.12"):
        desk.do(translating.open_text, by="bruno", **asked)


def test_whom_it_is_about_is_written_only_with_names_and_contacts_open(desk: Desk) -> None:
    noted = desk.note()
    with pytest.raises(Problem) as refused:
        desk.write(noted, who=WHO)
    assert codes(refused) == "403.20"
    (message,) = desk.write(noted, "identity", who=WHO).messages
    assert message.who
    assert desk.opened()["who"] == WHO


def test_the_offices_copy_of_whom_rests_under_the_identity_keychain(desk: Desk) -> None:
    sent = desk.write(desk.note(), "identity", who=WHO)
    (message,) = sent.messages
    asked = {"case": desk.case.id, "of": sent.id, "message": message.id, "now": desk.office.clock.now}
    with pytest.raises(Problem) as refused:
        desk.do(answering.whom, reason="She has not come", **asked)
    assert codes(refused) == "403.20"
    assert desk.do(answering.whom, "identity", reason="She has not come", **asked) == WHO
    with desk.office.store.office(reading=True) as session:
        lines = audit.read(session, desk=desk.office.made.desk)
        last = [*lines][-1]
    assert (last.act, last.about, last.details["reason"]) == ("opened_whom", desk.case.id, "She has not come")
    assert WHO["called"] not in str([line.details for line in lines])


def test_nothing_is_written_to_a_phone_that_nobody_confirmed(office: StaffedOffice) -> None:
    desk = at_desk(office, office.phone("Salt Hill 9", proven=False))
    noted = desk.note()
    with pytest.raises(Problem) as refused:
        desk.write(noted)
    assert codes(refused) == "422.211"
    assert [road.refused for road in desk.do(answering.roads, case=desk.case)] == ["422.211"]
    assert desk.found()[0].messages == ()


def test_nothing_is_written_to_a_phone_that_was_withdrawn(desk: Desk) -> None:
    with desk.office.store.inbound() as inbound, desk.office.store.office() as session:
        now = desk.office.clock.now
        devices.withdraw(session, inbound, desk=desk.office.made.desk, device=desk.phone.id, now=now)
    with pytest.raises(Problem) as refused:
        desk.write(desk.note())
    assert codes(refused) == "422.212"


def test_nothing_is_written_to_the_phone_of_another_office(desk: Desk) -> None:
    with desk.office.store.office() as session:
        kept = records.get(session, desk=desk.office.made.desk, kind="arrival", id=desk.case.reports[0])
        assert kept is not None
        guest = {"office": "another", "key": ""}
        content = {**kept.content, "copies": [{**one, "guest": guest} for one in kept.content["copies"]]}
        at: dict[str, Any] = {"kind": "arrival", "id": kept.id, "seen": kept.version, "now": desk.office.clock.now}
        records.put(session, desk=desk.office.made.desk, content=content, **at)
    with pytest.raises(Problem) as refused:
        desk.write(desk.note())
    assert codes(refused) == "422.210"


def test_nothing_is_written_about_a_report_of_another_case(desk: Desk) -> None:
    with pytest.raises(Problem) as refused:
        desk.write(desk.note(), report=str(uuid4()))
    assert codes(refused) == "422.221"


def test_a_message_from_an_older_state_is_not_sent(desk: Desk) -> None:
    noted = desk.note()
    desk.write(noted)
    with pytest.raises(Problem) as refused:
        desk.write(noted)
    assert codes(refused) == "409.4"
    with desk.office.store.inbound(reading=True) as inbound:
        assert messages.last(inbound, desk.phone.id) == 1


def test_one_sees_what_the_phone_has_shown_and_what_the_server_lost(desk: Desk) -> None:
    desk.write(desk.note())
    lost = desk.write(desk.note("visit"))
    with desk.office.store.inbound() as inbound:
        messages.mark_seen(inbound, desk.phone.id, numbers=[1], day="2026-11-23")
        inbound.execute(messages.messages.delete().where(messages.messages.c.number == 2))
    desk.pull()
    states = {one.step: one.state("2026-11-23") for one in desk.found()}
    assert states == {"appointment": "seen", "visit": "lost"}
    again = next(one for one in desk.found() if one.id == lost.id)
    assert desk.write(again).state("2026-11-23") == "sent"
    assert desk.opened(3)["kind"] == "visit"


def test_a_colleague_closes_what_was_told_in_another_way(desk: Desk) -> None:
    noted = desk.note()
    asked = {"case": desk.case.id, "telling": noted.id, "version": noted.version, "outcome": "told_her"}
    now = desk.office.clock.now
    closed = desk.do(telling.close, reason="She came to the office", now=now, **asked)
    assert (closed.state("2026-11-22"), closed.closing.by) == ("told_her", "amina")
    with pytest.raises(Problem) as refused:
        desk.do(telling.close, reason="She came to the office", now=now, **asked)
    assert codes(refused) == "409.4"


def test_a_person_who_is_not_in_the_case_cannot_be_told(desk: Desk) -> None:
    with pytest.raises(Problem) as refused:
        desk.note(person="P9")
    assert codes(refused) == "404.3"


def test_what_must_be_told_in_one_case_is_not_found_through_another(desk: Desk) -> None:
    noted = desk.note()
    other = desk.do(cases.open_case, report=str(uuid4()), now=desk.office.clock.now)
    with pytest.raises(Problem) as refused:
        desk.do(telling.find, telling=noted.id, case=other.id)
    assert codes(refused) == "404.4"


def test_every_step_is_on_record_in_the_same_transaction(desk: Desk) -> None:
    (message,) = desk.write(desk.note()).messages
    desk.answer(message.id)
    desk.pull()
    with desk.office.store.office(reading=True) as session:
        acts = [line.act for line in audit.read(session, desk=desk.office.made.desk) if line.about == desk.case.id]
    assert acts == ["changed_a_case", "noted_to_tell", "wrote_to_a_phone", "answered_back"]
