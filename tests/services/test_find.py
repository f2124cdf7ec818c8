"""Finding on both databases: every change is followed, what rests is sealed, what is closed to others stays so."""

from pathlib import Path
from typing import Any

import pytest

from intake.services import cases, entries, find, keys, register
from intake.services.desk import Desk
from intake.services.find import Finder, Query
from intake.store.index import Entry
from tests.support.staffed import ANSWERS, Phone, StaffedOffice

WORDS = {"help_words": {"text": "Ma sœur près de la Rivière", "language": "fr"}}


@pytest.fixture
def finder(office: StaffedOffice, tmp_path: Path) -> Finder:
    return Finder(office.store, tmp_path / "index")


@pytest.fixture
def phone(office: StaffedOffice) -> Phone:
    return office.phone()


def desk(office: StaffedOffice, name: str = "amina") -> Desk:
    with office.store.office(reading=True) as session:
        return office.desk(session, name)


def pull(office: StaffedOffice) -> None:
    with office.store.inbound() as inbound, office.store.office() as session:
        register.pull(session, inbound, desk=office.desk(session, "amina"), now=office.clock.now)


def search(office: StaffedOffice, finder: Finder, name: str = "amina", **asked: Any) -> list[Entry]:
    at = desk(office, name)
    assert finder.ready(at) is None
    return finder.find(at, Query(name, **asked), limit=50)


def test_a_report_is_found_by_what_was_told_in_any_spelling(
    office: StaffedOffice, finder: Finder, phone: Phone
) -> None:
    report = phone.send(answers={**ANSWERS, **WORDS})
    pull(office)
    assert [one.id for one in search(office, finder, words=("soeur", "rivi"))] == [report]
    assert search(office, finder, words=("zainab",)) == []  # her name is in the other part


def test_what_is_decided_and_joined_is_found_by_its_new_state(
    office: StaffedOffice, finder: Finder, phone: Phone
) -> None:
    report = phone.send()
    pull(office)
    assert [one.state for one in search(office, finder, kind="arrival")] == ["waiting"]
    with office.store.office() as session:
        at = office.desk(session, "bruno")
        case = cases.open_case(session, desk=at, report=report, now=office.clock.now)
    assert [one.title for one in search(office, finder, kind="case", owner="bruno")] == [case.reference]
    assert [one.case for one in search(office, finder, kind="arrival")] == [case.id]


def test_a_case_closed_to_named_colleagues_and_its_reports_are_found_by_them_alone(
    office: StaffedOffice, finder: Finder, phone: Phone
) -> None:
    report = phone.send(answers={**ANSWERS, **WORDS})
    pull(office)
    with office.store.office() as session:
        at, now = office.desk(session, "bruno"), office.clock.now
        case = cases.open_case(session, desk=at, report=report, now=now)
        asked = cases.act(
            session, desk=at, case=case.id, kind="closing_to_named_asked", version=1, now=now, names=["bruno"]
        )
        other = office.desk(session, "amina")
        cases.act(session, desk=other, case=case.id, kind="closed_to_named", version=asked.version, now=now)
    assert search(office, finder, "amina", words=("rivi",)) == []
    assert search(office, finder, "amina", kind="case") == []
    assert [one.id for one in search(office, finder, "bruno", words=("rivi",))] == [report]


def test_a_colleague_she_named_finds_neither_the_case_nor_what_she_told(
    office: StaffedOffice, finder: Finder, phone: Phone
) -> None:
    report = phone.send(answers={**ANSWERS, **WORDS})
    pull(office)
    assert [one.id for one in search(office, finder, "bruno", words=("rivi",))] == [report]
    with office.store.office() as session:
        at, now = office.desk(session, "amina"), office.clock.now
        case = cases.open_case(session, desk=at, report=report, now=now)
        cases.act(session, desk=at, case=case.id, kind="kept_from", version=case.version, now=now, who="staff:bruno")
    assert search(office, finder, "bruno", words=("rivi",)) == []
    assert search(office, finder, "bruno", kind="case") == []
    assert [one.id for one in search(office, finder, "amina", words=("rivi",))] == [report]


def test_whatever_stops_the_opening_is_told_and_the_next_one_begins_anew(
    office: StaffedOffice, finder: Finder, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(find, "AT_ONCE", 0)
    phone.send(answers={**ANSWERS, **WORDS})
    pull(office)
    at = desk(office)
    with monkeypatch.context() as broken:
        broken.setattr(find, "entries", lambda *_, **__: 1 / 0)
        opening = finder.ready(at)
        assert opening is not None
        while not opening.failed:
            pass
    assert opening.failed == "500.1"
    while (again := finder.ready(at)) is not None:
        assert again.failed == ""
    assert finder.count(at, Query("amina", words=("riviere",))) == 1


def test_what_rests_is_sealed_and_the_next_process_goes_on_from_it(
    office: StaffedOffice, finder: Finder, phone: Phone, tmp_path: Path
) -> None:
    first = phone.send(answers={**ANSWERS, **WORDS})
    pull(office)
    search(office, finder)
    finder.save(desk(office))
    (rests,) = list((tmp_path / "index").iterdir())
    assert rests.stat().st_mode & 0o777 == 0o600
    assert b"riviere" not in rests.read_bytes()
    second = phone.send(answers={**ANSWERS, **WORDS})
    pull(office)
    again = Finder(office.store, tmp_path / "index")
    assert {one.id for one in search(office, again, words=("riviere",))} == {first, second}


def test_a_snapshot_outlives_a_rotation_of_keys(
    office: StaffedOffice, finder: Finder, phone: Phone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone.send(answers={**ANSWERS, **WORDS})
    pull(office)
    search(office, finder)
    finder.save(desk(office))
    with office.store.office() as session:
        keys.rotate(session, desk=office.desk(session, "amina"), chain="work", now=office.clock.now)
    opened = []
    monkeypatch.setattr(entries, "_case_of", lambda *given: opened.append(given))
    assert len(search(office, Finder(office.store, tmp_path / "index"), words=("riviere",))) == 1
    assert opened == []


@pytest.mark.parametrize("spoil", [lambda raw: raw[:-1], lambda raw: raw[:200], lambda raw: b"x" + raw, lambda _: b""])
def test_a_snapshot_that_was_spoiled_is_not_used_and_nothing_is_missing(
    office: StaffedOffice, finder: Finder, phone: Phone, tmp_path: Path, spoil: Any
) -> None:
    phone.send(answers={**ANSWERS, **WORDS})
    pull(office)
    search(office, finder)
    finder.save(desk(office))
    (rests,) = list((tmp_path / "index").iterdir())
    rests.write_bytes(spoil(rests.read_bytes()))
    assert len(search(office, Finder(office.store, tmp_path / "index"), words=("riviere",))) == 1


def test_many_changes_are_taken_in_beside_with_a_progress_bar(
    office: StaffedOffice, finder: Finder, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(find, "AT_ONCE", 2)
    for _ in range(5):
        phone.send(answers={**ANSWERS, **WORDS})
    pull(office)
    at = desk(office)
    opening = finder.ready(at)
    assert opening is not None
    assert opening.total >= 5
    while finder.ready(at) is not None:
        pass
    assert finder.count(at, Query("amina", words=("riviere",))) == 5


def test_who_holds_no_key_finds_nothing(office: StaffedOffice, finder: Finder) -> None:
    with pytest.raises(Exception, match=r"403\.21"):
        finder.ready(desk(office, "gita"))
