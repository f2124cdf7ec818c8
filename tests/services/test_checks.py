"""What `intake check` finds."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from intake.config import Settings
from intake.domain.duty import Address, Rota, Turn
from intake.services import backup, checks, duty, keys, night, staff
from intake.services.ways import Ways
from intake.store.office import audit as lines
from intake.web.speech import SPEECH
from tests.support.staffed import StaffedOffice

MAIL = {"INTAKE_SMTP_URL": "smtps://mail.example.org", "INTAKE_MAIL_FROM": "desk@example.org"}
REAL = {"INTAKE_ORIGIN": "https://a.example.org", "INTAKE_OFFICE_ORIGIN": "https://b.example.org"}


def _found(office: StaffedOffice) -> list[str]:
    with office.store.office() as session, office.store.inbound() as inbound:
        return [finding.sentence for finding in checks.database(session, inbound, now=office.clock.now) if finding.bad]


@pytest.fixture
def backed_up(office: StaffedOffice, tmp_path: Path) -> StaffedOffice:
    backup.save(office.store, tmp_path / "b", files={}, now=office.clock.now)
    return office


def test_an_office_that_was_backed_up_has_nothing_wrong(backed_up: StaffedOffice) -> None:
    assert _found(backed_up) == []


def test_an_office_without_a_backup_or_with_an_old_one_is_refused(office: StaffedOffice, tmp_path: Path) -> None:
    assert "no backup yet" in _found(office)[0]
    backup.save(office.store, tmp_path / "b", files={}, now=office.clock.now)
    office.clock.now += timedelta(days=32)
    assert "32 days old" in _found(office)[0]


def test_one_holder_of_sign_is_too_few(backed_up: StaffedOffice) -> None:
    with backed_up.store.office() as session:
        staff.close(session, desk=backed_up.desk(session, "emil"), name="bruno", now=backed_up.clock.now)
    assert "The sign keys have 1 holders" in _found(backed_up)[0]


def test_a_broken_audit_chain_is_found(backed_up: StaffedOffice) -> None:
    with backed_up.store.office() as session:
        session.execute(lines.audit.update().where(lines.audit.c.number == 1).values(day="2020-01-01"))
    assert "broken at line 1" in _found(backed_up)[0]


def test_what_waits_to_be_published_is_advice(backed_up: StaffedOffice) -> None:
    with backed_up.store.office() as session, backed_up.store.inbound() as inbound:
        keys.rotate(session, desk=backed_up.desk(session, "amina"), chain="work", now=backed_up.clock.now)
        later = backed_up.clock.now + timedelta(days=46)
        found = [one.sentence for one in checks.database(session, inbound, now=later) if not one.bad]
    assert any("older than 45 days" in sentence for sentence in found)
    assert any("still seal to the one before" in sentence for sentence in found)


def test_a_receipt_key_others_may_read_is_refused(tmp_path: Path) -> None:
    settings = replace(
        Settings.from_env({**REAL, **MAIL, "INTAKE_DATA": str(tmp_path)}), database_url="postgresql:///x"
    )
    assert [finding.bad for finding in checks.settings(settings)] == [True]
    settings.receipt_key.write_bytes(b"\x01" * 32)
    settings.receipt_key.chmod(0o644)
    assert "chmod 600" in next(finding.sentence for finding in checks.settings(settings))
    settings.receipt_key.chmod(0o600)
    assert list(checks.settings(settings)) == []


# the night ----------------------------------------------------------------------------------------------------------


def _everything(office: StaffedOffice) -> str:
    with office.store.office() as session, office.store.inbound() as inbound:
        return " ".join(one.sentence for one in checks.database(session, inbound, now=office.clock.now))


def _look(office: StaffedOffice, *, works: bool) -> None:
    ways = Ways(lambda *_: works, None)
    night.look(office.store, ways=ways, demo=ways, speech=SPEECH, now=office.clock.now)


def _on_duty(office: StaffedOffice, *names: str, **changed: object) -> None:
    ids = [office.people[name].id for name in names]
    people = {one: Address(f"{one}@example.org") for one in ids}
    rota = replace(Rota(week=(Turn(ids[0]),) * 7, people=people), **changed)  # type: ignore[arg-type]
    with office.store.office() as session:
        seen = duty.held(session, office=office.made.office).version
        duty.save(session, desk=office.desk(session, "cora"), rota=rota, seen=seen, now=office.clock.now)


def test_an_office_without_a_rota_is_told_that_nobody_is_on_duty(office: StaffedOffice) -> None:
    assert "Nobody is on duty: what is urgent waits" in _everything(office)


def test_a_rota_is_well_when_somebody_who_can_read_is_called(backed_up: StaffedOffice) -> None:
    _on_duty(backed_up, "amina")
    assert "The program that calls at night does not run" in _found(backed_up)[0]
    _look(backed_up, works=True)
    assert "rota" not in _everything(backed_up)
    assert _found(backed_up) == []
    backed_up.clock.move(minutes=11)
    assert "does not run" in _found(backed_up)[0]


def test_a_day_with_nobody_and_a_person_who_can_open_nothing_are_told(office: StaffedOffice) -> None:
    week = (Turn(), *(Turn(office.people["gita"].id),) * 6)
    _on_duty(office, "gita", week=week)
    assert "Nobody is on duty on 2026-11-23, and there is no leader" in _everything(office)
    assert "gita is in the rota, but holds no work keys" in _everything(office)
    _on_duty(office, "bruno")
    with office.store.office() as session:
        staff.close(session, desk=office.desk(session, "emil"), name="bruno", now=office.clock.now)
    assert "bruno is in the rota, but the account is not in use" in _everything(office)


def test_a_call_that_did_not_go_out_and_one_that_nobody_answered_are_told(backed_up: StaffedOffice) -> None:
    _on_duty(backed_up, "amina")
    backed_up.phone().send(urgent=True)
    _look(backed_up, works=False)
    assert any("amina was called at" in sentence and "nothing went out" in sentence for sentence in _found(backed_up))
    backed_up.clock.move(hours=4)
    _look(backed_up, works=True)
    assert any("Something urgent has waited for hours" in sentence for sentence in _found(backed_up))


def test_a_real_installation_that_can_call_nobody_is_told(tmp_path: Path) -> None:
    def told(**environment: str) -> bool:
        found = checks.settings(Settings.from_env({"INTAKE_DATA": str(tmp_path), **environment}))
        return any("Nobody can be called at night" in one.sentence for one in found)

    assert told(**REAL)
    assert not told(**REAL, **MAIL)
    assert not told()
