"""Answers laid for numbers that people keep: what is said, and what whoever stores them can tell. On both databases."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from intake.domain.own_answer import make
from intake.domain.problems import Problem
from intake.envelope import own_answers as sealing
from intake.envelope.encoding import unb64u
from intake.services import asking, cases, directory, own_answers, register, telling
from intake.services.own_answers import SAID, STEP
from intake.store.inbound import answers
from intake.store.inbound.devices import Device
from tests.support.staffed import StaffedOffice

on_sqlite = pytest.mark.parametrize("database_settings", ["sqlite"], indirect=True)
NUMBER = make("1234567890")
HERS = {"may_write": "yes", "code_wanted": "yes", "code_given": NUMBER}


@dataclass
class Desk:
    """Somebody at work, and a phone that asks."""

    office: StaffedOffice

    def do(self, what: Any, **asked: Any) -> Any:
        with self.office.store.office() as session:
            return what(session, desk=self.office.desk(session, "amina"), now=self.office.clock.now, **asked)

    def prepare(self, minutes: int = 61) -> bool:
        self.office.clock.move(minutes=minutes)
        with self.office.store.inbound() as inbound, self.office.store.office() as session:
            asked = {"desk": self.office.desk(session, "amina"), "now": self.office.clock.now}
            register.pull(session, inbound, **asked)
            return own_answers.keep_up(session, inbound, **asked)

    @property
    def id(self) -> str:
        return self.office.made.desk.office

    def name(self) -> str:
        with self.office.store.inbound(reading=True) as inbound:
            return str(answers.deposit(inbound, self.id))

    def said(self, number: str = NUMBER) -> Any:
        """What a phone of the office gets for a number."""
        key, stretched = unb64u(self.do(directory.key)), sealing.stretch(number, office=self.id)
        bound: dict[str, Any] = {"office": self.id, "deposit": self.name()}
        device = Device("0" * 16, self.id, b"", "enrolled")
        at = sealing.locator(key, stretched, **bound)
        with self.office.store.inbound(reading=True) as inbound:
            found = asking.find(inbound, device=device, deposit=bound["deposit"], locator=at)
        assert found.sealed is not None
        return sealing.open_answer(key, stretched, found.sealed, **bound)

    def locators(self) -> set[str]:
        with self.office.store.inbound(reading=True) as inbound:
            return set(inbound.scalars(answers.answers.select().with_only_columns(answers.answers.c.locator)))


@pytest.fixture
def desk(office: StaffedOffice) -> Desk:
    return Desk(office)


def test_her_own_answer_says_where_things_stand_in_her_language_and_nothing_more(
    desk: Desk, office: StaffedOffice
) -> None:
    report = office.phone().send(version=2, answers=HERS, language="fr")
    assert desk.prepare()
    answer = desk.said()
    assert (answer["first"], answer["said"]["en"]) == ("fr", SAID["arrived"])
    assert answer["said"]["fr"] != SAID["arrived"]
    assert set(answer) == {"day", "first", "said"}
    case = desk.do(cases.open_case, report=report)
    assert desk.prepare()
    assert desk.said()["said"]["en"] == SAID["working"]
    desk.do(telling.note, case=case.id, person="", step="come", due="2026-12-01")
    assert desk.prepare()
    assert desk.said()["said"]["en"] == SAID["come"]
    assert not desk.prepare(), "nothing new is nothing to lay"


def test_whoever_stores_the_answers_cannot_tell_them_from_nothing_or_from_those_before(
    desk: Desk, office: StaffedOffice
) -> None:
    phone = office.phone()
    phone.send(version=2, answers=HERS)
    desk.prepare()
    before = desk.locators()
    phone.send(version=2, answers={**HERS, "code_given": make("0000000001")})
    assert desk.prepare(minutes=1), "a new number does not wait"
    after = desk.locators()
    assert (len(before), len(after), before & after) == (STEP, STEP, set())
    with office.store.inbound(reading=True) as inbound:
        rows = list(inbound.execute(answers.answers.select()))
    assert len({len(row.sealed) for row in rows}) == 1
    assert NUMBER not in str(rows)


@on_sqlite
def test_a_number_that_nobody_holds_or_two_hold_finds_nothing(desk: Desk, office: StaffedOffice) -> None:
    phone = office.phone()
    phone.send(version=2, answers=HERS)
    desk.prepare()
    with pytest.raises(Problem, match=r"404\.14"):
        desk.said(make("9999999999"))
    phone.send(version=2, answers=HERS)
    desk.prepare()
    with pytest.raises(Problem, match=r"404\.14"):
        desk.said()


@on_sqlite
@pytest.mark.parametrize("code", ["12345678", "123456789012", {"no": "declined"}])
def test_no_code_wanted_is_an_answer_and_older_numbers_stay_what_they_were(
    desk: Desk, office: StaffedOffice, code: object
) -> None:
    office.phone().send(version=2, answers={**HERS, "code_given": code})
    assert not desk.prepare()


@on_sqlite
def test_a_deposit_that_the_public_side_lost_is_laid_again(desk: Desk, office: StaffedOffice) -> None:
    office.phone().send(version=2, answers=HERS)
    desk.prepare()
    with office.store.inbound() as inbound:
        inbound.execute(answers.answers.delete())
    assert desk.prepare(minutes=1)
    assert desk.said()["said"]["en"] == SAID["arrived"]


def test_attempts_are_limited_across_workers(office: StaffedOffice) -> None:
    device = Device("0" * 16, office.made.desk.office, b"", "enrolled")
    now = datetime(2026, 11, 22, 10, tzinfo=UTC)
    tried = {"device": device, "secret": b"s", "now": now}
    for _ in range(asking.TRIES_A_PHONE):
        with office.store.inbound() as inbound:
            asking.count_try(inbound, **tried)
    with pytest.raises(Problem, match=r"429\.2") as problem, office.store.inbound() as inbound:
        asking.count_try(inbound, **tried)
    assert 0 < int(problem.value.params["retry"]) <= asking.HOUR
    with office.store.inbound() as inbound:
        asking.count_try(inbound, **{**tried, "device": Device("1" * 16, device.office, b"", "enrolled")})


def test_an_answer_is_in_as_many_languages_as_have_room_hers_first() -> None:
    said = {f"l{number}": "x" * 200 for number in range(20)}
    content = own_answers._fitting(said, "2026-11-22")
    assert (content["first"], 2 < len(content["said"]) < 20, "l0" in content["said"]) == ("l0", True, True)
