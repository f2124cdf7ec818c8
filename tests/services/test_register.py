"""Register: what the public side says is checked again, what does not fit is kept and told."""

from typing import Any

import pytest
from sqlalchemy import update

from intake.domain.problems import Problem
from intake.envelope.encoding import b64u
from intake.envelope.format import parse
from intake.envelope.signing import SigningKey
from intake.services import audit, inbox, keys, records, register, times
from intake.services import devices as office_devices
from intake.services.audit import Entry
from intake.store.inbound import devices, reports
from intake.store.inbound.reports import Held
from intake.store.office import arrivals
from intake.store.office import records as rows
from tests.support.staffed import ANSWERS, Phone, StaffedOffice


@pytest.fixture
def phone(staffed: StaffedOffice) -> Phone:
    return staffed.phone()


def pull(staffed: StaffedOffice, name: str = "amina") -> int:
    with staffed.store.inbound() as inbound, staffed.store.office() as session:
        return register.pull(session, inbound, desk=staffed.desk(session, name), now=staffed.clock.now)


def opened(staffed: StaffedOffice, report: str, digest: str | None = None) -> register.Opened:
    with staffed.store.office() as session:
        desk = staffed.desk(session, "amina")
        return register.open_report(session, desk=desk, report=report, digest=digest, now=staffed.clock.now)


def plant(staffed: StaffedOffice, phone: Phone, report: str, raw: bytes, *, device: str | None = None) -> None:
    """Put bytes into the public side's table as somebody who owns it could."""
    try:
        digest = parse(raw).digest
    except Problem:
        digest = "sha-256:" + "0" * 64
    held = Held(
        report=report,
        digest=digest,
        office=staffed.made.office,
        device=device or phone.id,
        made="2026-11-22",
        urgent=False,
        received=times.text(staffed.clock.now),
        size=len(raw),
        state="kept",
        reason=None,
    )
    with staffed.store.inbound() as inbound:
        assert reports.add(inbound, held, sealed=raw)


def swap_key(staffed: StaffedOffice, phone: Phone, key: bytes) -> None:
    with staffed.store.inbound() as inbound:
        inbound.execute(update(devices.devices).where(devices.devices.c.id == phone.id).values(key=key))


def lines(staffed: StaffedOffice, act: str) -> list[Entry]:
    with staffed.store.office(reading=True) as session:
        return [line for line in audit.read(session, desk=staffed.made.desk) if line.act == act]


def test_pulling_keeps_the_very_bytes_and_says_so_on_record(staffed: StaffedOffice, phone: Phone) -> None:
    report, sealed = phone.seal()
    plant(staffed, phone, report, sealed)
    assert pull(staffed) == 1
    with staffed.store.office(reading=True) as session:
        kept = arrivals.of_report(session, office=staffed.made.office, report=report)
    assert [each.sealed for each in kept] == [sealed]
    (line,) = lines(staffed, "arrived")
    assert (line.about, line.details["digest"]) == (report, kept[0].digest)


def test_pulling_again_finds_nothing_new(staffed: StaffedOffice, phone: Phone) -> None:
    phone.send()
    assert (pull(staffed), pull(staffed)) == (1, 0)


def test_a_report_stored_with_an_older_time_than_the_last_pulled_is_pulled_too(
    staffed: StaffedOffice, phone: Phone
) -> None:
    phone.send()
    pull(staffed)
    staffed.clock.move(days=-300)
    late = phone.send()
    assert pull(staffed) == 1
    assert opened(staffed, late).report is not None


def test_a_sound_report_has_no_trouble(staffed: StaffedOffice, phone: Phone) -> None:
    report = phone.send()
    pull(staffed)
    assert opened(staffed, report).troubles == ()


def test_the_urgent_mark_and_the_day_are_those_the_phone_signed_whatever_the_public_side_says(
    staffed: StaffedOffice, phone: Phone
) -> None:
    report = phone.send(urgent=True)
    with staffed.store.inbound() as inbound:
        inbound.execute(update(reports.reports).values(urgent=False, made="2020-01-01"))
    pull(staffed)
    found = opened(staffed, report)
    assert (found.copy.urgent, found.copy.made) == (True, f"{staffed.clock.now:%Y-%m-%d}")
    assert "urgent" in found.row.marks
    with staffed.store.office(reading=True) as session:
        assert [each.urgent for each in arrivals.listing(session, office=staffed.made.office)] == [True]


def test_what_a_withdrawn_phone_sends_is_aside_also_when_the_public_side_just_keeps_it(
    staffed: StaffedOffice, phone: Phone
) -> None:
    pull(staffed)
    with staffed.store.inbound() as inbound, staffed.store.office() as session:
        desk = staffed.desk(session, "amina")
        office_devices.withdraw(session, inbound, desk=desk, device=phone.id, now=staffed.clock.now)
        devices.set_state(inbound, phone.id, "enrolled")
    report = phone.send()
    pull(staffed)
    found = opened(staffed, report)
    assert (found.copy.kept, found.copy.reason) == ("aside", "withdrawn")


def test_a_changed_signature_is_shown_kept_and_told(staffed: StaffedOffice, phone: Phone) -> None:
    report, sealed = phone.seal(key=phone.key)
    spelled = b"\nsign " + b64u(SigningKey.generate().sign(b"anything")).encode()
    at = sealed.index(b"\nsign ")
    plant(staffed, phone, report, sealed[:at] + spelled + sealed[at + len(spelled) :])
    pull(staffed)
    found = opened(staffed, report)
    assert found.troubles == ("signature",)
    assert found.report is not None
    assert lines(staffed, "arrived")[0].details["troubles"] == ["signature"]


def test_a_swapped_phone_key_is_told_even_if_its_signature_fits(staffed: StaffedOffice, phone: Phone) -> None:
    """Who owns the public side's database puts their own key under the phone's id and signs with it."""
    phone.send()
    pull(staffed)
    thief = SigningKey.generate()
    swap_key(staffed, phone, thief.public)
    report, sealed = phone.seal(key=thief)
    plant(staffed, phone, report, sealed)
    pull(staffed)
    found = opened(staffed, report)
    assert "key_swapped" in found.troubles
    assert "device_unknown" in found.troubles


def test_reports_of_before_a_swapped_key_stay_sound(staffed: StaffedOffice, phone: Phone) -> None:
    report = phone.send()
    pull(staffed)
    swap_key(staffed, phone, SigningKey.generate().public)
    pull(staffed)
    assert opened(staffed, report).troubles == ()


def test_an_envelope_of_a_phone_nobody_enrolled_is_kept_and_told(staffed: StaffedOffice) -> None:
    stranger = Phone(staffed)
    report, sealed = stranger.seal()
    plant(staffed, stranger, report, sealed)
    pull(staffed)
    assert opened(staffed, report).troubles == ("device_unknown",)


def test_bytes_that_are_no_envelope_are_kept_and_told(staffed: StaffedOffice, phone: Phone) -> None:
    report = "0d6f5c0e-7b1e-4a39-9c57-1f6f3f0f8f11"
    plant(staffed, phone, report, b"not an envelope")
    pull(staffed)
    found = opened(staffed, report)
    assert (found.troubles, found.report) == (("no_envelope",), None)


def test_an_envelope_filed_under_another_number_is_told(staffed: StaffedOffice, phone: Phone) -> None:
    _, sealed = phone.seal()
    other = "0d6f5c0e-7b1e-4a39-9c57-1f6f3f0f8f11"
    plant(staffed, phone, other, sealed)
    pull(staffed)
    assert opened(staffed, other).troubles == ("other_report",)


def test_a_flipped_bit_in_the_sealed_part_is_told_and_nothing_is_shown(staffed: StaffedOffice, phone: Phone) -> None:
    report, sealed = phone.seal()
    at = sealed.index(b"\n\n") + 1200
    plant(staffed, phone, report, sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :])
    pull(staffed)
    found = opened(staffed, report)
    assert found.troubles == ("signature", "sealed_shut")
    assert found.report is None


def test_bytes_changed_in_the_offices_own_table_are_found_on_opening(staffed: StaffedOffice, phone: Phone) -> None:
    report = phone.send()
    pull(staffed)
    _, other = phone.seal(report)
    with staffed.store.office() as session:
        session.execute(update(arrivals.arrivals).values(sealed=other))
    assert opened(staffed, report).troubles == ("other_report",)


def test_old_reports_open_after_keys_were_rotated__central_backend_298(staffed: StaffedOffice, phone: Phone) -> None:
    report = phone.send()
    pull(staffed)
    with staffed.store.office() as session:
        keys.rotate(session, desk=staffed.desk(session, "amina"), chain="work", now=staffed.clock.now)
    assert opened(staffed, report).report is not None


def test_opening_and_its_line_are_one_transaction(staffed: StaffedOffice, phone: Phone) -> None:
    report = phone.send()
    pull(staffed)

    class Broken(Exception):
        """Something fails after the report was opened."""

    def open_and_fail() -> None:
        with staffed.store.office() as session:
            desk = staffed.desk(session, "amina")
            register.open_report(session, desk=desk, report=report, now=staffed.clock.now)
            raise Broken

    with pytest.raises(Broken):
        open_and_fail()
    assert lines(staffed, "opened") == []
    opened(staffed, report)
    assert len(lines(staffed, "opened")) == 1


def test_a_stale_decision_leaves_no_line(staffed: StaffedOffice, phone: Phone) -> None:
    report = phone.send()
    pull(staffed)
    decision = {"decision": "registered", "reason": "", "note": "", "version": 7}
    with pytest.raises(Problem, match=r"409\.2"), staffed.store.office() as session:
        inbox.decide(session, desk=staffed.desk(session, "amina"), report=report, now=staffed.clock.now, **decision)
    assert lines(staffed, "decided") == []


def test_names_need_the_identity_keychain(staffed: StaffedOffice, phone: Phone) -> None:
    report = phone.send()
    pull(staffed)
    reason = "a good reason"
    with staffed.store.office() as session:
        desk = staffed.desk(session, "amina", "work")
        with pytest.raises(Problem, match=r"403\.20"):
            register.open_identity(session, desk=desk, report=report, reason=reason, now=staffed.clock.now)
    assert lines(staffed, "opened_identity") == []


def test_nothing_opens_without_the_work_keychain(staffed: StaffedOffice, phone: Phone) -> None:
    phone.send()
    with pytest.raises(Problem, match=r"403\.21"):
        pull(staffed, "emil")


def test_what_a_list_remembers_holds_none_of_her_words(staffed: StaffedOffice, phone: Phone) -> None:
    report = phone.send(answers={**ANSWERS, "help_words": {"text": "canary-7", "language": "en"}})
    pull(staffed)
    with staffed.store.office(reading=True) as session:
        kept = records.get(session, desk=staffed.desk(session, "amina"), kind="arrival", id=report)
    assert kept is not None
    assert "canary-7" not in str(kept.content)
    assert kept.content["copies"][0]["facts"]["happened"] == ["2026-11-21"]


def test_the_clear_columns_tell_nothing_of_the_decision(staffed: StaffedOffice, phone: Phone) -> None:
    report = phone.send()
    pull(staffed)
    with staffed.store.office() as session:
        desk = staffed.desk(session, "amina")
        inbox.decide(
            session,
            desk=desk,
            report=report,
            decision="not_for_us",
            reason="canary-8 is a reason",
            note="",
            version=1,
            now=staffed.clock.now,
        )
        row = rows.get(session, office=desk.office, kind="arrival", id=report)
    assert row is not None
    assert b"canary-8" not in row.sealed
    assert (row.due_on, row.owner, row.version) == (None, None, 2)


def test_of_a_report_no_line_of_the_chain_is_opened_from_before_it_came(
    staffed: StaffedOffice, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = []
    for _ in range(2):
        sent.append(phone.send())
        pull(staffed)
    first, second = sent
    with staffed.store.office() as session:
        desk = staffed.made.desk
        register.open_report(session, desk=desk, report=second, now=staffed.clock.now)
        opened: list[str] = []
        real = audit._open

        def open_line(line: Any, chain: Any) -> Any:
            content = real(line, chain)
            opened.append(content["about"])
            return content

        monkeypatch.setattr(audit, "_open", open_line)
        assert [line.act for line in register.history(session, desk=desk, report=second)] == ["opened", "arrived"]
        assert first not in opened
        assert [line.act for line in register.history(session, desk=desk, report=first)] == ["arrived"]
