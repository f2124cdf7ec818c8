"""What `intake check` finds."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from intake.config import Settings
from intake.services import backup, checks, keys, staff
from intake.store.office import audit as lines
from tests.support.staffed import StaffedOffice

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
    settings = replace(Settings.from_env({**REAL, "INTAKE_DATA": str(tmp_path)}), database_url="postgresql:///x")
    assert [finding.bad for finding in checks.settings(settings)] == [True]
    settings.receipt_key.write_bytes(b"\x01" * 32)
    settings.receipt_key.chmod(0o644)
    assert "chmod 600" in next(finding.sentence for finding in checks.settings(settings))
    settings.receipt_key.chmod(0o600)
    assert list(checks.settings(settings)) == []
