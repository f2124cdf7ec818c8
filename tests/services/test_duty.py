"""The rota as it is stored: stale changes are refused, every change is on record, days are the office's own."""

import json
from datetime import date

import pytest

from intake.domain.duty import Address, Rota, Turn
from intake.domain.problems import Problem
from intake.services import audit, duty
from intake.store.office import offices
from tests.support.staffed import StaffedOffice


def save(office: StaffedOffice, rota: Rota, seen: int) -> int:
    with office.store.office() as session:
        return duty.save(session, desk=office.desk(session, "cora"), rota=rota, seen=seen, now=office.clock.now)


def rota_of(office: StaffedOffice, name: str) -> Rota:
    one = office.people[name].id
    return Rota(leader=one, week=(Turn(one),) * 7, people={one: Address(f"{name}@example.org", "", "ar")})


def test_a_rota_is_kept_and_its_change_is_on_record_with_all_that_it_says(office: StaffedOffice) -> None:
    rota = rota_of(office, "bruno")
    assert save(office, rota, 0) == 1
    assert save(office, rota_of(office, "amina"), 1) == 2
    with office.store.office() as session:
        held = duty.held(session, office=office.made.office)
        lines = [
            line for line in audit.read(session, desk=office.desk(session, "dele")) if line.act == "changed_the_rota"
        ]
    assert (held.version, held.rota) == (2, rota_of(office, "amina"))
    assert [(line.name, line.details["version"]) for line in lines] == [("cora", 1), ("cora", 2)]
    assert lines[0].details["rota"]["leader"] == office.people["bruno"].id


@pytest.mark.parametrize("seen", [0, 2])
def test_a_change_of_an_older_rota_overwrites_nothing(office: StaffedOffice, seen: int) -> None:
    save(office, rota_of(office, "bruno"), 0)
    with pytest.raises(Problem, match=r"409\.7"):
        save(office, rota_of(office, "amina"), seen)
    with office.store.office() as session:
        assert duty.held(session, office=office.made.office).rota == rota_of(office, "bruno")


def test_the_plan_begins_with_the_office_s_own_day(office: StaffedOffice) -> None:
    """At 12:00 UTC the night of the 21st is over, but not where clocks are six hours behind: there it is six."""
    save(office, rota_of(office, "bruno"), 0)
    with office.store.office() as session:
        assert duty.plan(session, office=office.made.office, now=office.clock.now).today == date(2026, 11, 22)
        said = json.loads(offices.every(session)[0].publishing)
        said.setdefault("settings", {})["utc_offset_minutes"] = -6 * 60
        offices.change(session, office.made.office, publishing=json.dumps(said))
        assert duty.plan(session, office=office.made.office, now=office.clock.now).today == date(2026, 11, 21)


def test_only_accounts_in_use_can_be_put_on_duty(office: StaffedOffice) -> None:
    with office.store.office() as session:
        assert set(duty.people(session, office=office.made.office).values()) == set(office.people)
