"""Whoever has taken over the internet-facing process, with all that it may do and all that it knows.

On PostgreSQL it acts with the rights of its own role; on SQLite it owns the file that it serves and writes into it what
it likes. Each attack fails, or is noticed by whom it is meant to deceive; each test says how. What it can do and nobody
can keep it from (withhold what came, call people for nothing) stands in the threat model.
"""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from sqlalchemy import select, update
from sqlalchemy.engine import make_url

from intake.config import Settings
from intake.domain.problems import Problem
from intake.envelope import receipts
from intake.envelope.format import parse
from intake.envelope.messages import open_message, seal_message
from intake.envelope.opening import open_part
from intake.envelope.sealing import SealingKey
from intake.envelope.signing import SigningKey
from intake.services import answering, cases, devices, phones, receive, register, telling
from intake.services.answering import Letter
from intake.store import inbound as inbound_face
from intake.store.inbound import bundles, messages, reports
from intake.store.inbound import devices as inbound_devices
from intake.store.inbound import invitations as inbound_invitations
from tests.support.postgres import Cluster
from tests.support.staffed import ANSWERS, Phone, StaffedOffice

HER_NAME, HER_WORDS, LABEL = "Zainab-canary", "canary-by-the-river", "canary officer Idris"
on_postgresql = pytest.mark.parametrize("database_settings", ["postgresql"], indirect=True)
on_sqlite = pytest.mark.parametrize("database_settings", ["sqlite"], indirect=True)


@dataclass
class Thief:
    """The public process: its own database role, and the bytes that passed through its hands."""

    connection: psycopg.Connection[Any]

    def refused(self, query: str, *values: object) -> None:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            self.connection.execute(query, values)

    def may_read(self) -> list[bytes]:
        """Every value of every column that its role may read, as bytes."""
        found: list[bytes] = []
        for table in inbound_face.metadata.sorted_tables:
            for column in table.c:
                try:
                    rows = self.connection.execute(f'SELECT "{column.name}" FROM inbound.{table.name}').fetchall()
                except psycopg.errors.InsufficientPrivilege:
                    continue
                found += [value if isinstance(value, bytes) else str(value).encode() for (value,) in rows]
        return found


@pytest.fixture
def thief(staffed: StaffedOffice, database_settings: Settings, postgres: Cluster) -> Iterator[Thief]:
    database = make_url(str(database_settings.database_url)).database
    with psycopg.connect(postgres.url(str(database), "intake_public"), autocommit=True) as connection:
        yield Thief(connection)


@pytest.fixture
def phone(staffed: StaffedOffice) -> Phone:
    return staffed.phone(LABEL)


def seal(phone: Phone, **changed: Any) -> tuple[str, bytes]:
    answers = {**ANSWERS, "help_words": {"text": HER_WORDS, "language": "en"}}
    return phone.seal(answers=answers, identity={"called": {"text": HER_NAME, "language": "en"}}, **changed)


def take(staffed: StaffedOffice, report: str, sealed: bytes) -> None:
    with staffed.store.inbound() as inbound:
        receive.receive(inbound, raw=sealed, report=report, now=staffed.clock.now)


def pull(staffed: StaffedOffice) -> dict[str, register.Arrival]:
    with staffed.store.inbound() as inbound, staffed.store.office() as session:
        desk = staffed.desk(session, "amina")
        register.pull(session, inbound, desk=desk, now=staffed.clock.now)
        return {each.report: each for each in register.every(session, desk=desk)}


def written(staffed: StaffedOffice, phone: Phone, report: str) -> str:
    """A message to the phone from a case around a report of it; the id of what must be told."""
    with staffed.store.inbound() as inbound, staffed.store.office() as session:
        desk, now = staffed.desk(session, "amina", "work", "identity"), staffed.clock.now
        case = cases.open_case(session, desk=desk, report=report, now=now).id
        told = telling.note(session, desk=desk, case=case, person="", step="visit", due="2026-11-25", now=now)
        letter = Letter(
            report=report,
            params={"day": "2026-11-24", "time": "09:00"},
            text="",
            language="en",
            who={},
            until="2026-11-30",
        )
        answering.write(
            session, inbound, desk=desk, case=case, of=told.id, version=told.version, letter=letter, now=now
        )
        return told.id


# reading ------------------------------------------------------------------------------------------------------------


@on_postgresql
def test_it_cannot_read_a_report_neither_from_the_table_nor_with_any_key_it_can_reach(
    staffed: StaffedOffice, thief: Thief, phone: Phone
) -> None:
    report, sealed = seal(phone)
    take(staffed, report, sealed)
    thief.refused("SELECT sealed FROM inbound.reports")
    # It saw the bytes pass. Of all that it can read, nothing opens them.
    envelope, reached = parse(sealed), thief.may_read()
    seeds = {value[at : at + 32] for value in reached for at in range(0, max(len(value) - 31, 0), 32)}
    seeds |= {base64.urlsafe_b64decode(value + b"==")[:32] for value in reached if len(value) == 43}
    for seed in (one for one in seeds if len(one) == 32):
        for part in ("report", "identity"):
            with pytest.raises(Problem, match=r"422\.12"):
                open_part(envelope, part, seed)
    assert len(seeds) > 5, "it reached something to try with"


@on_postgresql
def test_it_cannot_learn_a_name_of_anybody(staffed: StaffedOffice, thief: Thief, phone: Phone) -> None:
    """Neither hers, nor that of an officer whose phone it is, nor of anybody who works in the office."""
    report, sealed = seal(phone)
    take(staffed, report, sealed)
    pull(staffed)
    written(staffed, phone, report)
    reached = b"\n".join(thief.may_read())
    for name in (HER_NAME, HER_WORDS, LABEL, "amina", "bruno", "gita"):
        assert name.encode() not in reached, name
    for query in (
        "SELECT label FROM inbound.devices",
        "SELECT label FROM inbound.enrolments",
        "SELECT label, sealed FROM inbound.invitations",
        "SELECT name FROM office.staff",
        "SELECT sealed FROM office.records",
    ):
        thief.refused(query)


# messages -----------------------------------------------------------------------------------------------------------


@on_postgresql
def test_it_cannot_write_change_or_remove_a_message(staffed: StaffedOffice, thief: Thief, phone: Phone) -> None:
    report, sealed = seal(phone)
    take(staffed, report, sealed)
    pull(staffed)
    written(staffed, phone, report)
    assert thief.connection.execute("SELECT device FROM inbound.messages").fetchall() == [(phone.id,)]
    thief.refused("INSERT INTO inbound.messages (device, number, sealed) VALUES (%s, 9, '')", phone.id)
    thief.refused("UPDATE inbound.messages SET sealed = ''")
    thief.refused("UPDATE inbound.messages SET number = number + 1")
    thief.refused("DELETE FROM inbound.messages")


@on_sqlite
def test_a_message_it_forged_or_played_again_is_refused_by_the_phone(staffed: StaffedOffice, phone: Phone) -> None:
    """Whoever owns the file writes any row; the phone asks for the office's signature over device and number."""
    report, sealed = seal(phone)
    take(staffed, report, sealed)
    pull(staffed)
    written(staffed, phone, report)
    office = staffed.made.office
    key = SigningKey.from_bytes(staffed.made.desk.need("work").chain.current("message_sign").secret).public
    told = {"message_sign_key": key, "office": office, "device": phone.id}
    with staffed.store.inbound(reading=True) as inbound:
        (real,) = messages.after(inbound, phone.id, number=0, limit=9)
    content = {"kind": "come"}
    forged = seal_message(
        phone.messages.public,
        SigningKey.generate(),
        office=office,
        device=phone.id,
        number=2,
        day="2026-11-22",
        content=content,
    )
    seed = phone.messages.seed
    assert open_message(seed, real.sealed, number=real.number, last=real.number - 1, **told).number == real.number
    for blob, number, last, code in (
        (forged, 2, real.number, "422.18"),  # another key signed it
        (real.sealed, real.number + 1, real.number, "422.12"),  # the same again under the next number
        (real.sealed, real.number, real.number, "422.18"),  # the same again
        (real.sealed[:-1] + b"x", real.number, 0, "422.12"),  # changed
    ):
        with pytest.raises(Problem, match=re.escape(code)):
            open_message(seed, blob, number=number, last=last, **told)


@on_sqlite
def test_a_message_it_removed_is_told_as_lost(staffed: StaffedOffice, phone: Phone) -> None:
    report, sealed = seal(phone)
    take(staffed, report, sealed)
    pull(staffed)
    told = written(staffed, phone, report)
    with staffed.store.inbound() as inbound:
        inbound.execute(messages.messages.delete())
    pull(staffed)
    with staffed.store.office(reading=True) as session:
        desk = staffed.desk(session, "amina")
        case = cases.of_report(session, desk=desk, report=report)
        assert case is not None
        (found,) = telling.of_case(session, desk=desk, case=case.id)
    assert (found.id, found.state("2026-11-22")) == (told, "lost")


# phones and invitations ---------------------------------------------------------------------------------------------


@on_postgresql
def test_it_cannot_swap_withdraw_or_confirm_a_phone(staffed: StaffedOffice, thief: Thief, phone: Phone) -> None:
    for change in (
        "key = ''",
        "message_key = ''",
        "state = 'withdrawn'",
        "confirmed = true",
        "office = 'x'",
        "id = 'x'",
    ):
        thief.refused(f"UPDATE inbound.devices SET {change}")
    thief.refused("DELETE FROM inbound.devices")
    with pytest.raises(psycopg.errors.UniqueViolation):
        _add_phone(thief, staffed, phone.id, SigningKey.generate())


@on_sqlite
@pytest.mark.parametrize("what", ["key", "message_key"])
def test_a_key_it_swapped_in_its_file_is_noticed_and_what_the_new_one_signs_is_not_believed(
    staffed: StaffedOffice, phone: Phone, what: str
) -> None:
    pull(staffed)
    other = Phone(staffed)
    keys = {"key": other.key.public, "message_key": other.messages.public}
    with staffed.store.inbound() as inbound:
        inbound.execute(update(inbound_devices.devices).values({what: keys[what]}))
    found = pull(staffed)
    with staffed.store.office(reading=True) as session:
        (known,) = devices.every(session, desk=staffed.desk(session, "amina"))
    assert known.trouble
    assert (known.key, known.message_key) == (phone.key.public, phone.messages.public)
    assert found == {}


@on_postgresql
def test_a_phone_it_made_up_is_confirmed_by_nothing_and_what_it_sends_is_marked(
    staffed: StaffedOffice, thief: Thief, phone: Phone
) -> None:
    """It can add a phone, also on an invitation that was used; without the secret of the link there is no proof."""
    made_up = Phone(staffed)
    _add_phone(thief, staffed, made_up.id, made_up.key, made_up.messages)
    with staffed.store.inbound(reading=True) as inbound:
        used = inbound.scalar(select(inbound_invitations.invitations.c.code_hash))
    thief.connection.execute("UPDATE inbound.invitations SET used = %s WHERE code_hash = %s", (made_up.id, used))
    thief.connection.execute(
        "INSERT INTO inbound.enrolments (code_hash, device, message_key, label, proof, made)"
        " VALUES (%s, %s, %s, 'Salt Hill', %s, '2026-11-22T12:00:00Z')",
        ("0" * 64, made_up.id, made_up.messages.public, "A" * 43),
    )
    report, sealed = seal(made_up)
    take(staffed, report, sealed)
    pull(staffed)
    with staffed.store.office(reading=True) as session:
        desk = staffed.desk(session, "amina")
        known = {one.id: one.confirmed for one in devices.every(session, desk=desk)}
        (row,) = register.rows(session, desk=desk, reports={report}, now=staffed.clock.now)
    assert known == {phone.id: True, made_up.id: False}
    assert "unconfirmed" in row.marks


@on_postgresql
def test_it_cannot_plant_prolong_or_read_an_invitation(staffed: StaffedOffice, thief: Thief, phone: Phone) -> None:
    planted = "INSERT INTO inbound.invitations (code_hash, office, label, made, expires) VALUES ('x', 'x', '', '', '')"
    for query in (
        planted,
        "UPDATE inbound.invitations SET expires = '2099-01-01T00:00:00Z'",
        "UPDATE inbound.invitations SET sealed = NULL",
        "SELECT sealed FROM inbound.invitations",
        "DELETE FROM inbound.invitations",
    ):
        thief.refused(query)


def _add_phone(
    thief: Thief, staffed: StaffedOffice, id: str, key: SigningKey, sealing: SealingKey | None = None
) -> None:
    thief.connection.execute(
        "INSERT INTO inbound.devices (id, office, key, message_key, label, state, confirmed, enrolled)"
        " VALUES (%s, %s, %s, %s, '', 'enrolled', true, '2026-11-22T12:00:00Z')",
        (id, staffed.made.office, key.public, (sealing or SealingKey.generate()).public),
    )


# reports and receipts -----------------------------------------------------------------------------------------------


@on_postgresql
def test_it_cannot_change_or_remove_what_it_took(staffed: StaffedOffice, thief: Thief, phone: Phone) -> None:
    report, sealed = seal(phone)
    take(staffed, report, sealed)
    for change in (
        "sealed = ''",
        "state = 'aside'",
        "received = '2020-01-01T00:00:00Z'",
        "urgent = false",
        "office = 'x'",
    ):
        thief.refused(f"UPDATE inbound.reports SET {change}")
    thief.refused("DELETE FROM inbound.reports")
    with pytest.raises(psycopg.errors.UniqueViolation):
        _add_report(thief, staffed, phone, report, b"other bytes")
    assert pull(staffed)[report].copy(None).troubles == ()


@on_postgresql
def test_a_report_it_replays_under_another_number_or_changes_is_marked_and_replaces_nothing(
    staffed: StaffedOffice, thief: Thief, phone: Phone
) -> None:
    report, sealed = seal(phone)
    take(staffed, report, sealed)
    again, changed, beside = (f"0d6f5c0e-7b1e-4a39-9c57-1f6f3f0f8f1{n}" for n in range(3))
    _add_report(thief, staffed, phone, again, sealed)
    _add_report(thief, staffed, phone, changed, sealed.replace(report.encode(), changed.encode()))
    _add_report(thief, staffed, phone, report, sealed[:-1] + b"x", state="conflict")
    _add_report(thief, staffed, phone, beside, b"nothing at all")
    found = pull(staffed)
    assert found[again].copy(None).troubles == ("other_report",)
    assert "signature" in found[changed].copy(None).troubles
    assert found[beside].copy(None).troubles == ("no_envelope",)
    first, other = found[report].copies
    assert (first.troubles, first.facts is not None) == ((), True)
    assert other.troubles != ()


@on_postgresql
def test_an_urgent_report_it_calls_not_urgent_stands_first_all_the_same(
    staffed: StaffedOffice, thief: Thief, phone: Phone
) -> None:
    """Nobody is called, which the threat model says; whoever looks at the list sees what the phone signed."""
    report, sealed = seal(phone, urgent=True)
    _add_report(thief, staffed, phone, report, sealed, urgent=False, made="2020-01-01")
    assert (pull(staffed)[report].urgent, pull(staffed)[report].copy(None).made) == (True, "2026-11-22")


def _add_report(
    thief: Thief, staffed: StaffedOffice, phone: Phone, report: str, sealed: bytes, **changed: object
) -> None:
    row = {
        "report": report,
        "digest": f"sha-256:{len(sealed):064x}",
        "office": staffed.made.office,
        "device": phone.id,
        "made": "2026-11-22",
        "urgent": False,
        "received": "2026-11-22T12:00:01Z",
        "size": len(sealed),
        "state": "kept",
        "reason": None,
        "sealed": sealed,
        **changed,
    }
    names, holes = ", ".join(row), ", ".join(["%s"] * len(row))
    thief.connection.execute(f"INSERT INTO inbound.reports ({names}) VALUES ({holes})", list(row.values()))


@on_sqlite
def test_a_report_it_acknowledged_and_threw_away_is_a_gap_in_the_numbers_that_the_coordinator_sees(
    staffed: StaffedOffice, phone: Phone
) -> None:
    """It holds the receipt key, so it can lie to the phone. The phone counts, and the office counts with it."""
    first, thrown, last = (seal(phone) for _ in range(3))
    for report, sealed in (first, last):
        take(staffed, report, sealed)
    with staffed.store.inbound() as inbound, staffed.store.office() as session:
        desk = staffed.desk(session, "cora")
        register.pull(session, inbound, desk=desk, now=staffed.clock.now)
        found = phones.every(session, inbound, desk=desk, now=staffed.clock.now)
    assert [(one.missing, one.calls) for one in found] == [(((2, 2),), True)]
    assert thrown[0] not in pull(staffed)


@on_sqlite
def test_what_it_removed_from_its_file_after_the_office_had_it_stays_with_the_office(
    staffed: StaffedOffice, phone: Phone
) -> None:
    report, sealed = seal(phone)
    take(staffed, report, sealed)
    pull(staffed)
    with staffed.store.inbound() as inbound:
        inbound.execute(reports.reports.delete())
    fresh = phone.send()
    found = pull(staffed)
    assert set(found) == {report, fresh}
    with staffed.store.office() as session:
        desk = staffed.desk(session, "amina")
        opened = register.open_report(session, desk=desk, report=report, now=staffed.clock.now)
    assert opened.troubles == ()


@on_sqlite
def test_a_receipt_for_other_bytes_or_of_another_key_is_none(staffed: StaffedOffice, phone: Phone) -> None:
    report, sealed = seal(phone)
    key = SigningKey.generate()
    with staffed.store.inbound() as inbound:
        found = receive.receive(inbound, raw=sealed, report=report, now=staffed.clock.now)
    digest, receipt = parse(sealed).digest, receive.receipt(key, found.held)
    receipts.check(receipt, key.public, report=report, digest=digest)
    for public, name, other in (
        (key.public, phone.id, digest),
        (key.public, report, "sha-256:" + "0" * 64),
        (SigningKey.generate().public, report, digest),
    ):
        with pytest.raises(Problem, match=r"422\.17"):
            receipts.check(receipt, public, report=name, digest=other)
    with pytest.raises(Problem, match=r"422\.17"):
        receipts.check({**receipt, "received": "2027-01-01T00:00:00Z"}, key.public, report=report, digest=digest)


# what phones are told -----------------------------------------------------------------------------------------------


@on_postgresql
def test_it_cannot_publish_roll_back_or_rename_what_phones_are_told(
    staffed: StaffedOffice, thief: Thief, phone: Phone
) -> None:
    """Older bytes that it serves from elsewhere are refused by the phone, which keeps the highest serial it saw."""
    for query in (
        "INSERT INTO inbound.bundles SELECT * FROM inbound.bundles",
        "UPDATE inbound.bundles SET serial = 0",
        "UPDATE inbound.bundles SET bytes = ''",
        "DELETE FROM inbound.bundles",
        "TRUNCATE inbound.reports",
        "CREATE TABLE inbound.more (x text)",
    ):
        thief.refused(query)
    with staffed.store.inbound(reading=True) as inbound:
        assert bundles.newest(inbound, staffed.made.office)
