"""What a coordinator sees of phones: contact, counts, days and running numbers, and who needs somebody."""

from dataclasses import replace
from pathlib import Path

import pytest

from intake.domain.problems import Problem
from intake.services import offer, phones, records, register
from intake.services.find import Finder
from intake.services.phones import Exposure
from intake.store.inbound import devices as inbound_devices
from tests.support.staffed import Phone, StaffedOffice


def pull(office: StaffedOffice) -> None:
    with office.store.inbound() as inbound, office.store.office() as session:
        register.pull(session, inbound, desk=office.desk(session, "cora"), now=office.clock.now)


def every(office: StaffedOffice, finder: Finder | None = None) -> list[phones.Phone]:
    pull(office)
    with office.store.inbound() as inbound, office.store.office() as session:
        desk = office.desk(session, "cora")
        if finder is not None:
            assert finder.wait(desk) is None
            desk = replace(desk, index=finder.index(desk))
        return phones.every(session, inbound, desk=desk, now=office.clock.now)


def find(office: StaffedOffice, phone: Phone) -> phones.Phone:
    pull(office)
    with office.store.inbound() as inbound, office.store.office() as session:
        return phones.find(session, inbound, desk=office.desk(session, "cora"), device=phone.id, now=office.clock.now)


def note(office: StaffedOffice, phone: Phone, *, contact: str, shell: str | None = None) -> None:
    with office.store.inbound() as inbound:
        inbound_devices.note(inbound, phone.id, contact=contact, shell=shell)


def withdraw(office: StaffedOffice, phone: Phone, reason: str) -> None:
    with office.store.inbound() as inbound, office.store.office() as session:
        asked = office.desk(session, "cora")
        phones.withdraw(session, inbound, desk=asked, device=phone.id, now=office.clock.now, reason=reason)


def exposure(office: StaffedOffice, phone: Phone) -> Exposure:
    with office.store.office() as session:
        return phones.exposure(session, desk=office.desk(session, "cora"), device=phone.id)


def test_gaps_in_the_running_numbers_are_found(office: StaffedOffice) -> None:
    phone = office.phone()
    for n in (2, 3, 7):
        phone.send(n=n)
    (found,) = every(office)
    assert (found.reports, found.missing, found.lacking, found.highest) == (3, ((1, 1), (4, 6)), 4, 7)


def test_by_the_index_phones_are_what_opening_every_report_says_and_no_report_is_opened_for_them(
    office: StaffedOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finder, phone, other = Finder(office.store, tmp_path / "index"), office.phone(), office.phone("Bay")
    phone.send(phone.send(n=4), n=4)
    for n in (2, 9):
        phone.send(n=n)
        office.clock.move(days=1)
    other.send(n=1)
    assert [(one.reports, one.missing, one.highest) for one in every(office)] == [
        (3, ((1, 1), (3, 3), (5, 8)), 9),
        (1, (), 1),
    ]
    assert every(office, finder) == every(office)
    opened: list[str] = []
    real = records._opened
    monkeypatch.setattr(records, "_opened", lambda desk, row: (opened.append(row.kind), real(desk, row))[1])
    every(office, finder)
    assert "device" in opened
    assert "arrival" not in opened


def test_other_bytes_under_one_number_are_one_report(office: StaffedOffice) -> None:
    phone = office.phone()
    phone.send(phone.send())
    assert find(office, phone).reports == 1


def test_what_came_is_counted_by_day(office: StaffedOffice) -> None:
    phone = office.phone()
    phone.send()
    phone.send()
    office.clock.move(days=1)
    phone.send()
    found = find(office, phone)
    assert found.days == (("2026-11-22", 2), ("2026-11-23", 1))
    assert found.last == "2026-11-23T12:00:00Z"


def test_the_last_contact_is_the_latest_day_it_asked_sent_or_joined(office: StaffedOffice) -> None:
    phone = office.phone()
    assert find(office, phone).contact == "2026-11-22"
    office.clock.move(days=2)
    note(office, phone, contact="2026-11-23")
    assert find(office, phone).contact == "2026-11-23"
    phone.send()
    assert find(office, phone).contact == "2026-11-24"


@pytest.mark.parametrize("said", ["soon", "2026-13-40", "2027-01-01", "٢٠٢٦-١١-٢٣"])
def test_a_day_that_is_none_or_has_not_come_is_no_contact(office: StaffedOffice, said: str) -> None:
    phone = office.phone()
    note(office, phone, contact=said)
    assert find(office, phone).contact == "2026-11-22"


def test_a_phone_that_was_long_silent_calls_for_somebody(office: StaffedOffice) -> None:
    phone = office.phone()
    office.clock.move(days=13)
    assert (find(office, phone).quiet, find(office, phone).calls) == (None, False)
    office.clock.move(days=1)
    assert (find(office, phone).quiet, find(office, phone).calls) == (14, True)


def test_the_version_of_the_app_is_compared_with_the_one_published_last(office: StaffedOffice) -> None:
    phone = office.phone()
    assert (find(office, phone).shell, find(office, phone).current) == (None, False)
    for shell, current in (("none", True), ("0123456789abcdef", False)):
        note(office, phone, contact="2026-11-22", shell=shell)
        assert (find(office, phone).shell, find(office, phone).current) == (shell, current)


def test_those_that_need_somebody_come_first_and_withdrawn_ones_last(office: StaffedOffice) -> None:
    office.phone("Bay")
    gone = office.phone("Alder", proven=False)
    office.phone("Cedar", proven=False)
    withdraw(office, gone, "stolen at the market")
    assert [found.device.label for found in every(office)] == ["Cedar", "Bay", "Alder"]


def test_a_phone_that_is_not_there_is_not_found(office: StaffedOffice) -> None:
    with pytest.raises(Problem, match=r"422\.94"):
        find(office, Phone(office))


def test_who_withdrew_a_phone_and_why_stays_on_record_as_it_was_first_said(office: StaffedOffice) -> None:
    phone = office.phone()
    withdraw(office, phone, "stolen at the market ")
    withdraw(office, phone, "another story")
    found = find(office, phone).device.withdrawal
    assert found is not None
    assert (found.by, found.at, found.reason) == ("cora", "2026-11-22T12:00:00Z", "stolen at the market")


def test_what_came_before_a_phone_was_withdrawn_is_not_kept_aside_though_nobody_had_fetched_it(
    office: StaffedOffice,
) -> None:
    phone = office.phone()
    phone.send()
    withdraw(office, phone, "stolen at the market")
    phone.send()
    found = find(office, phone)
    assert (found.reports, found.aside) == (2, 1)


def test_what_a_lost_phone_exposes_follows_the_offices_own_settings(office: StaffedOffice) -> None:
    phone = office.phone()
    with office.store.office() as session:
        changes = {"settings": {"draft_hours": 24, "lost_phone_number": "+243 1"}}
        offer.edit(session, desk=office.made.desk, changes=changes, now=office.clock.now)
    assert exposure(office, phone) == Exposure(24, 60, False, ("amina", "bruno"), "+243 1")
