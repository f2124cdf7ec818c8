"""The phone's own modules against the running program: what goes wrong between *save* and *receipt*, and around it."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route

from intake.envelope import bundles as signed_bundles
from intake.envelope import messages as sealed_messages
from intake.envelope.encoding import dumps, loads
from intake.envelope.sealing import SealingKey
from intake.envelope.signing import SigningKey, key_id
from intake.services import demo
from intake.store.inbound import bundles, devices, messages
from tests.failures.program import Program
from tests.support.desk_user import DeskUser
from tests.support.scripted import PhoneInHand, Tab

pytestmark = pytest.mark.journey
on_sqlite = pytest.mark.parametrize("whole", ["sqlite"], indirect=True)
on_sqlite_first = pytest.mark.parametrize(
    "whole", ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)], indirect=True
)

REPORTS = "**/sync/v1/reports/*"
# Every step between Save and the receipt at which a tab can be killed, as the phone names them.
STEPS = ["sealed", "kept", "sending", "answered", "received"]
FINAL = {
    "may_write": "yes",
    "danger_now": "no",
    "hurt": "no",
    "when_happened": {"when": "2026-10"},
    "called": {"text": "Amal", "language": "en"},
}

Hand = Callable[[], PhoneInHand]


def state_of(tab: Tab, report: str) -> dict:
    return next(item for item in tab.items if item["report"] == report)


def device_of(tab: Tab) -> str:
    found: str = tab("return phone.state().compartments[0].id")
    return found


@on_sqlite
def test_a_tab_killed_at_every_step_between_save_and_receipt_leaves_one_report_at_the_office(
    program: Program, hand: Hand
) -> None:
    phone = hand()
    phone.enrolled().close()
    for stop in STEPS:
        tab = phone.open(stop=stop)
        tab.unlock()
        draft = tab.begin(FINAL)
        tab.begin_call("await phone.finish(arg, 'final'); await phone.send('saved')", draft)
        tab.page.wait_for_function("(stop) => window.steps.includes(stop)", arg=stop)
        tab.close()
        again = phone.open()
        # a busy browser gives the dead tab's lock back a little later; the app itself tries again by its timer
        again("await navigator.locks.request('fieldbook-send', () => {})")
        again.unlock()
        if again("return phone.drafts()"):
            again("await phone.finish(arg, 'final')", draft)
        again.send()
        assert state_of(again, draft)["state"] == "received", stop
        assert len(program.held(draft)) == 1, stop
        again.close()
    assert program.opened(draft).report.state == "final"


def test_an_answer_lost_after_the_server_committed_is_asked_for_again_and_stored_once(
    program: Program, hand: Hand
) -> None:
    tab = hand().enrolled()
    report = tab.finish()

    def lose_the_answer(route: Route) -> None:
        assert route.fetch().status in {200, 201}
        route.abort()

    tab.page.route(REPORTS, lose_the_answer)
    tab.send("saved")
    assert (state_of(tab, report)["state"], len(program.held(report))) == ("sealed", 1)
    tab.page.unroute(REPORTS)
    tab.send()
    assert state_of(tab, report)["state"] == "received"
    assert len(program.held(report)) == 1


@on_sqlite
def test_a_phone_whose_database_has_gone_learns_from_the_office_what_has_arrived(program: Program, hand: Hand) -> None:
    phone = hand()
    tab = phone.enrolled()
    arrived = tab.finish()
    tab.send()
    waiting = tab.finish()
    tab(
        """phone._db.close();
        await new Promise((resolve) => { indexedDB.deleteDatabase("fieldbook").onsuccess = resolve; });"""
    )
    tab.close()
    again = phone.open()
    again.send("online")
    lost = again.state["lost"]
    assert (lost["n"], lost["found"]["arrived"]) == (2, 1)
    assert [line["report"] for line in lost["found"]["missing"]] == [waiting]
    assert (len(program.held(arrived)), len(program.held(waiting))) == (1, 0)


@on_sqlite
@pytest.mark.parametrize("status", [200, 403])
def test_a_captive_portal_that_answers_with_html_takes_nothing_and_refuses_nothing(
    program: Program, hand: Hand, status: int
) -> None:
    tab = hand().enrolled()
    before = tab.state["lastContact"]
    report = tab.finish()
    tab.page.route("**/sync/**", lambda route: route.fulfill(status=status, content_type="text/html", body="<h1>Wi-Fi"))
    tab.send()
    assert (state_of(tab, report)["state"], tab.state["lastContact"]) == ("sealed", before)
    tab.page.unroute("**/sync/**")
    tab.send()
    assert state_of(tab, report)["state"] == "received"


@on_sqlite
@pytest.mark.parametrize("years", [-30, 30])
def test_a_report_written_under_a_clock_wrong_by_years_arrives_and_opens(
    program: Program, hand: Hand, years: int
) -> None:
    tab = hand().enrolled(offset=years * 365.25 * 86400e3)
    draft = tab.begin(FINAL)
    tab("return phone.turnPage(arg)", draft)
    tab("return phone.finish(arg, 'unfinished')", draft)
    tab.send()
    assert state_of(tab, draft)["state"] == "received"
    opened = program.opened(draft)
    assert opened.troubles == ()
    assert opened.copy.received.startswith(f"{datetime.now(UTC):%Y-%m-%d}")
    assert abs(int(opened.copy.made[:4]) - datetime.now(UTC).year) in {29, 30, 31}


@on_sqlite
def test_a_wrong_passphrase_opens_nothing_and_a_forgotten_one_sends_the_sealed_unfinished_copies(
    program: Program, hand: Hand, browser: Browser
) -> None:
    phone = hand()
    tab = phone.enrolled()
    draft = tab.begin({**FINAL, "help_words": {"text": "a roof for us", "language": "en"}})
    tab("return phone.turnPage(arg)", draft)
    tab.close()
    again = phone.open()
    assert again.unlock("not these words") == {"refused": "phone.wrong"}
    again("return phone.forgotPassphrase()")
    again.send()
    assert [(item["report"], item["state"]) for item in again.items] == [(draft, "received")]
    amina = DeskUser.sign_in(browser, program.server, "amina")
    assert draft in amina.arrivals()
    amina.open(draft)
    shown = amina.text()
    amina.close()
    assert "a roof for us" in shown
    assert "Unfinished" in shown


def test_office_keys_rotated_while_the_phone_was_away_lose_neither_the_old_report_nor_the_new(
    program: Program, hand: Hand
) -> None:
    tab = hand().enrolled()
    old = tab.finish()
    before = tab("return phone.bundle().keys.report.id")
    for chain in ("work", "identity"):
        program.run_as("amina", "keys", "rotate", chain)
    program.run_as("amina", "bundle", "publish")
    tab.send()
    after = tab("return phone.bundle().keys.report.id")
    new = tab.finish()
    tab.send()
    assert program.envelope(old).parts[0].key_id == before
    assert program.envelope(new).parts[0].key_id == after != before
    for report in (old, new):
        assert (state_of(tab, report)["state"], state_of(tab, report)["aside"]) == ("received", False)
        opened = program.opened(report)
        assert opened.report is not None
        assert opened.troubles == ()


def test_what_a_withdrawn_device_sends_is_kept_aside_and_staff_see_it(program: Program, hand: Hand) -> None:
    tab = hand().enrolled()
    waiting = tab.finish()
    program.run_as("amina", "devices", "withdraw", device_of(tab))
    tab.send()
    assert (state_of(tab, waiting)["state"], state_of(tab, waiting)["aside"]) == ("received", True)
    assert program.held(waiting)[0].reason == "withdrawn"
    opened = program.opened(waiting)
    assert "aside" in opened.row.marks
    assert opened.report is not None


@on_sqlite
def test_a_bundle_replaced_by_an_attacker_is_refused_and_nothing_is_sealed_to_their_keys(
    program: Program, hand: Hand
) -> None:
    tab = hand().enrolled()
    right = tab("return phone.bundle().keys.report.id")
    thief, theirs = SigningKey.generate(), SealingKey.generate()
    office = program.server.demo.office
    with program.server.store() as store:
        with store.inbound() as session:
            real = loads(bundles.newest(session, office) or b"")
            payload = dict(tab("return phone.bundle()"))
            named = {"id": key_id(theirs.public), "kem": signed_bundles.KEM, "key": signed_bundles.b64u(theirs.public)}
            payload["keys"] = {**payload["keys"], "report": named}
            payload["serial"] += 1
            # The name of the office's key stays in it; only the signature cannot be had.
            forged = {
                **signed_bundles.sign(
                    {**payload, "office": {**payload["office"], "sign_key": signed_bundles.b64u(thief.public)}}, thief
                )
            }
            bundles.add(
                session,
                office=office,
                serial=payload["serial"],
                report_key=key_id(theirs.public),
                identity_key=payload["keys"]["identity"]["id"],
                content=dumps(forged),
            )
        try:
            tab.send()
            assert tab.state["trouble"]["code"] == "phone.bundle_forged"
            report = tab.finish()
            tab.send()
            assert program.envelope(report).parts[0].key_id == right
        finally:
            with store.inbound() as session:
                session.execute(bundles.bundles.delete().where(bundles.bundles.c.serial == payload["serial"]))
                assert loads(bundles.newest(session, office) or b"") == real
    tab.send()
    assert tab.state["trouble"] is None


@on_sqlite
def test_a_forged_message_row_is_not_shown_beside_a_real_message(program: Program, hand: Hand) -> None:
    tab = hand().enrolled()
    device = device_of(tab)
    with program.server.store() as store, store.office() as session, store.inbound() as inbound:
        [told] = [one for one in devices.of_office(inbound, program.server.demo.office) if one.id == device]
        desk = demo.desk(session, person=program.server.person("amina"))
        own = SigningKey.from_bytes(desk.need("work").chain.current("message_sign").secret)
        rows = [(1, SigningKey.generate(), {"kind": "come"}), (2, own, {"kind": "visit"})]
        for number, key, content in rows:
            sealed = sealed_messages.seal_message(
                told.message_key,
                key,
                office=desk.office,
                device=device,
                number=number,
                day="2026-11-22",
                content=content,
            )
            messages.add(inbound, device=device, number=number, sealed=sealed)
        messages.add(inbound, device=device, number=3, sealed=b"bring her to the harbour at six")
    tab.send()
    found = tab("return phone.messages()")
    assert [one["content"]["kind"] for one in found["messages"]] == ["visit"]
    assert (found["missing"], found["forged"]) == ([1], 2)


@on_sqlite_first
def test_after_an_older_backup_reports_and_enrolments_made_since_come_back_by_themselves__cht_core_8093(
    program: Program, hand: Hand, tmp_path: Path
) -> None:
    invited_before, early = program.invite(), hand().enrolled()
    reports = [early.finish()]
    early.send()
    program.run("backup", str(tmp_path / "older.backup"))

    # Since then: another report, a phone whose invitation is in the backup, and one whose invitation is not.
    reports.append(early.finish())
    early.send()
    invited, late = hand().open(), hand().enrolled()
    invited.enrol(invitation=invited_before)
    for tab in (invited, late):
        reports.append(tab.finish())
        tab.send()
    assert all(program.held(report) for report in reports)

    program.server.stop()
    words = program.server.demo.sheets["backup"][0]
    program.run("restore", str(tmp_path / "older.backup"), "--replace", answers=(words,))
    program.server.start()
    assert [bool(program.held(report)) for report in reports] == [True, False, False, False]

    for tab in (early, invited, late):
        # Locked, and nobody presses anything: a day later the phone asks what the server still holds.
        tab("phone.lock()")
        tab.pass_hours(25)
        tab.send("timer")
        assert tab.state["trouble"] is None
    for report in reports:
        assert len(program.held(report)) == 1
        opened = program.opened(report)
        assert opened.report is not None
        assert opened.troubles == ()
        # Whose invitation the office no longer has on record waits for a person to compare check words.
        assert ("unconfirmed" in opened.row.marks) == (report == reports[3])
    late.unlock()
    reports.append(late.finish())
    late.send()
    assert state_of(late, reports[-1])["state"] == "received"
