"""Sealed records: what was stored comes back, stale changes are refused, identity needs its keychain."""

import pytest

from intake.domain.problems import Problem
from intake.services import keys, records
from intake.store.office import records as rows
from tests.support.staffed import StaffedOffice

SECRET = "Zainab of Three Wells"


def test_a_record_comes_back_as_it_was_put_and_rests_sealed(office: StaffedOffice) -> None:
    with office.store.office() as session:
        desk = office.desk(session, "amina")
        version = records.put(
            session,
            desk=desk,
            kind="note",
            id="n1",
            content={"text": SECRET},
            seen=0,
            now=office.clock.now,
            due_on="2026-12-01",
            owner=desk.staff.id,
        )
        found = records.get(session, desk=desk, kind="note", id="n1")
        row = rows.get(session, office=desk.office, kind="note", id="n1")
    assert version == 1
    assert found is not None
    assert (found.content, found.version, found.due_on, found.owner) == (
        {"text": SECRET},
        1,
        "2026-12-01",
        office.people["amina"].id,
    )
    assert row is not None
    assert SECRET.encode() not in row.sealed


def test_a_change_made_from_an_old_version_is_refused_and_changes_nothing(office: StaffedOffice) -> None:
    with office.store.office() as session:
        desk = office.desk(session, "amina")
        for seen in (0, 1):
            records.put(session, desk=desk, kind="note", id="n", content={"v": seen}, seen=seen, now=office.clock.now)
        for stale in (0, 1, 3):
            with pytest.raises(Problem, match=r"409\.2"):
                records.put(session, desk=desk, kind="note", id="n", content={}, seen=stale, now=office.clock.now)
        found = records.get(session, desk=desk, kind="note", id="n")
    assert found is not None
    assert (found.content, found.version) == ({"v": 1}, 2)


def test_a_record_of_class_p_opens_only_with_the_identity_keychain(office: StaffedOffice) -> None:
    with office.store.office() as session:
        stepped_up = office.desk(session, "amina", "work", "identity")
        records.put(
            session,
            desk=stepped_up,
            kind="name",
            id="p",
            content={"name": SECRET},
            seen=0,
            now=office.clock.now,
            chain="identity",
        )
        assert records.get(session, desk=stepped_up, kind="name", id="p") is not None
        with pytest.raises(Problem, match=r"403\.20"):
            records.get(session, desk=office.desk(session, "amina"), kind="name", id="p")


def test_a_record_moved_under_another_id_or_version_does_not_open(office: StaffedOffice) -> None:
    with office.store.office() as session:
        desk = office.desk(session, "amina")
        records.put(session, desk=desk, kind="note", id="a", content={}, seen=0, now=office.clock.now)
        session.execute(rows.records.update().where(rows.records.c.id == "a").values(id="b"))
        with pytest.raises(Problem, match=r"422\.12"):
            records.get(session, desk=desk, kind="note", id="b")


def test_what_was_sealed_before_a_rotation_still_opens_after_it(office: StaffedOffice) -> None:
    with office.store.office() as session:
        desk = office.desk(session, "amina")
        records.put(session, desk=desk, kind="note", id="old", content={"v": 1}, seen=0, now=office.clock.now)
        keys.rotate(session, desk=desk, chain="work", now=office.clock.now)
        fresh = office.desk(session, "bruno")
        records.put(session, desk=fresh, kind="note", id="new", content={"v": 2}, seen=0, now=office.clock.now)
        found = {record.id: record.content["v"] for record in records.of_kind(session, desk=fresh, kind="note")}
    assert found == {"old": 1, "new": 2}
