"""Sending what waits: killed tabs, lost answers, portals, restored servers, swapped keys. Nothing is lost."""

from typing import Any

import pytest

from intake.envelope.encoding import b64u
from intake.envelope.sealing import SealingKey
from intake.envelope.signing import SigningKey
from tests.support.scripted import (
    Heard,
    Held,
    PhoneInHand,
    Said,
    ScriptedOffice,
    Tab,
    html,
    problem,
    said,
)

REPORTS = "/sync/v1/reports/.*"
# Every step between Save and the receipt at which a tab can be killed, as the phone names them.
STEPS = ["sealed", "kept", "sending", "answered", "received"]


def state_of(tab: Tab, report: str) -> dict[str, Any]:
    return next(item for item in tab.items if item["report"] == report)


# a tab that is killed


@pytest.mark.parametrize("stop", STEPS)
def test_a_tab_killed_at_any_step_between_save_and_receipt_loses_and_doubles_nothing(
    phone: PhoneInHand, office: ScriptedOffice, stop: str
) -> None:
    tab = phone.enrolled(stop=stop)
    draft = tab.begin()
    tab.begin_call("await phone.turnPage(arg); await phone.finish(arg, 'unfinished'); await phone.send('saved')", draft)
    tab.page.wait_for_function("(stop) => window.steps.includes(stop)", arg=stop)
    tab.close()
    again = phone.open()
    again.unlock()
    drafts = [line["id"] for line in again("return phone.drafts()")]
    items = [item["report"] for item in again.items]
    assert sorted(drafts + items) == [draft]
    if drafts:
        again("await phone.finish(arg, 'unfinished')", draft)
    again.send()
    assert state_of(again, draft)["state"] == "received"
    assert [envelope.report for envelope in office.envelopes] == [draft]


def test_a_tab_killed_while_the_server_works_sends_again_and_is_answered_as_the_first_time(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    tab = phone.enrolled()
    report = tab.finish()
    held = Held(office)
    office.answers("PUT", REPORTS, held)
    tab.begin_call("await phone.send('saved')")
    assert held.reached.wait(10)
    tab.close()
    held.free.set()
    again = phone.open()
    again.send("open")
    assert [item["state"] for item in again.items] == ["received"]
    assert len(office.held) == 1
    assert len(office.asked("PUT", f"/sync/v1/reports/{report}")) == 2


def test_a_killed_tab_does_not_keep_the_next_one_from_sending_where_web_locks_are_missing__central_970(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    tab = phone.enrolled(locks=None)
    report = tab.finish()
    held = Held(office)
    office.answers("PUT", REPORTS, held)
    tab.begin_call("await phone.send('saved')")
    assert held.reached.wait(10)
    tab.close()
    held.free.set()
    again = phone.open(locks=None)
    again.send()
    assert state_of(again, report)["state"] == "sealed"
    again.pass_hours(1)
    again.send()
    assert state_of(again, report)["state"] == "received"


# answers that go astray


def test_an_answer_lost_after_the_server_committed_is_asked_for_again__enketo_1180(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    tab = phone.enrolled()
    report = tab.finish()
    office.unheard = True
    tab.send("saved")
    assert len(office.held) == 1
    assert (state_of(tab, report)["state"], state_of(tab, report)["later"]) == ("sealed", True)
    office.unheard = False
    tab.send()
    assert state_of(tab, report)["state"] == "received"
    assert len(office.held) == 1


PORTALS = [html(200), html(403), html(302, Location="/field/"), html(511), Said(200, "application/json", b"<html>")]


@pytest.mark.parametrize("portal", PORTALS, ids=["200", "403", "302", "511", "200 named JSON"])
def test_a_captive_portal_neither_takes_nor_refuses_a_report(
    phone: PhoneInHand, office: ScriptedOffice, portal: Said
) -> None:
    tab = phone.enrolled()
    before = tab.state["lastContact"]
    report = tab.finish()
    for method, path in (("PUT", REPORTS), ("GET", ".*bundle"), ("POST", ".*have"), ("GET", ".*messages.*")):
        office.answers(method, path, portal)
    tab.send()
    assert state_of(tab, report)["state"] == "sealed"
    assert tab.state["lastContact"] == before
    tab.send()
    assert state_of(tab, report)["state"] == "received"


def test_a_server_in_trouble_is_given_the_time_it_asks_for(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = phone.enrolled()
    report = tab.finish()
    office.answers("PUT", REPORTS, Said(429, "text/html", headers={"Retry-After": "7200"}))
    tab.send()
    tab.send()
    assert len(office.asked("PUT", REPORTS)) == 1
    tab.pass_hours(2.1)
    tab.send("timer")
    assert state_of(tab, report)["state"] == "received"


@pytest.mark.parametrize(
    ("answer", "state", "code"),
    [
        (problem("401.1"), "sealed", "401.1"),
        (problem("403.1"), "sealed", "403.1"),
        (problem("403.2"), "refused", "403.2"),
        (problem("413.1"), "refused", "413.1"),
        (problem("422.3"), "refused", "422.3"),
        (problem("503.1"), "sealed", "503.1"),
        (problem("404.1"), "sealed", "404.1"),
        (Said(408), "sealed", None),
        (Said(425), "sealed", None),
        (Said(500, "text/html"), "sealed", None),
    ],
    ids=lambda value: str(getattr(value, "status", value)),
)
def test_every_status_of_the_table_is_shown_as_what_it_means_and_loses_nothing(
    phone: PhoneInHand, office: ScriptedOffice, answer: Said, state: str, code: str | None
) -> None:
    tab = phone.enrolled()
    report = tab.finish()
    # three times: browsers repeat a request that was answered with 408 by themselves
    office.answers("PUT", REPORTS, answer, answer, answer)
    tab.send("saved")
    item = state_of(tab, report)
    assert (item["state"], item.get("code"), item["kept"]) == (state, code, True)
    assert tab("return (await phone.exportSealed(arg)).length", report) > 2000


def test_a_refused_report_does_not_hold_up_the_next__commcare_android_1807(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    tab = phone.enrolled()
    first = tab.finish()
    office.answers("PUT", f"/sync/v1/reports/{first}", *[problem("422.3")] * 3)
    second = tab.finish()
    tab.send()
    assert (state_of(tab, first)["state"], state_of(tab, second)["state"]) == ("refused", "received")


def test_a_refused_report_is_tried_once_more_after_each_update_of_the_app(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    tab = phone.enrolled()
    report = tab.finish()
    office.answers("PUT", REPORTS, problem("422.3"), problem("422.3"))
    for version, tries in (("one", 1), ("one", 1), ("two", 2), ("two", 2), ("one", 2)):
        tab("phone._shell = arg", version)
        tab.send()
        assert (state_of(tab, report)["state"], len(office.asked("PUT", REPORTS))) == ("refused", tries)
    tab("phone._shell = 'three'")
    tab.send()
    assert state_of(tab, report)["state"] == "received"


def test_four_are_in_flight_urgent_first_and_then_the_oldest(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = phone.enrolled()
    tab.page.evaluate("() => { window.offset = 0 }")
    order = []
    for _ in range(5):
        order.append(tab.finish())
        tab.page.evaluate("() => { window.offset += 60e3 }")
    urgent = tab.finish(answers={"may_write": "yes", "danger_now": "yes"})
    waits = [Held(office) for _ in range(6)]
    office.answers("PUT", REPORTS, *waits)
    tab.begin_call("await phone.send('saved')")
    assert all(wait.reached.wait(10) for wait in waits[:4])
    sent = {heard.path.rpartition("/")[2] for heard in office.asked("PUT", REPORTS)}
    assert sent == {urgent, *order[:3]}
    assert not waits[4].reached.is_set()
    for wait in waits:
        wait.free.set()
    tab.settle()
    assert {item["state"] for item in tab.items} == {"received"}


def test_two_tabs_send_a_report_once(phone: PhoneInHand, office: ScriptedOffice) -> None:
    first = phone.enrolled()
    report = first.finish()
    second = phone.open()
    held = Held(office)
    office.answers("PUT", REPORTS, held)
    first.begin_call("await phone.send('saved')")
    assert held.reached.wait(10)
    second.send("open")
    assert len(office.asked("PUT", REPORTS)) == 1
    held.free.set()
    first.settle()
    assert state_of(first, report)["state"] == "received"


# the server was restored, or forgot


def test_a_server_restored_from_an_older_backup_gets_its_reports_back_by_itself(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    tab = phone.enrolled()
    reports = {tab.finish() for _ in range(3)}
    tab.send()
    office.held.clear()
    tab.pass_hours(25)
    tab.send("timer")
    assert {envelope.report for envelope in office.envelopes} == reports
    assert {item["state"] for item in tab.items} == {"received"}


def test_the_server_is_asked_once_a_day_and_not_more(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = phone.enrolled()
    tab.finish()
    tab.send("open")
    before = len(office.asked("POST", ".*have"))
    tab.send("open")
    assert len(office.asked("POST", ".*have")) == before
    tab.pass_hours(25)
    tab.send("open")
    assert len(office.asked("POST", ".*have")) == before + 1


def test_a_server_restored_to_before_the_enrolment_is_healed_by_a_new_invitation(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    tab = phone.enrolled()
    device = next(iter(office.devices))
    report = tab.finish()
    office.devices.clear()
    tab.send()
    assert state_of(tab, report)["code"] == "403.1"
    assert tab.state["trouble"]["code"] == "401.1"
    tab.enrol()
    tab.send()
    assert state_of(tab, report)["state"] == "received"
    assert list(office.devices) == [device]
    assert tab.state["trouble"] is None


def test_a_withdrawn_phone_keeps_sending_and_its_reports_are_put_aside(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    tab = phone.enrolled()
    for device in office.devices.values():
        device["withdrawn"] = True
    report = tab.finish()
    tab.send()
    item = state_of(tab, report)
    assert (item["state"], item["aside"]) == ("received", True)
    assert tab.state["counts"]["aside"] == 1


def test_other_content_under_the_same_id_is_received_and_left_to_a_person(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    tab = phone.enrolled()
    report = tab.finish()
    office.held[(report, "sha-256:" + "0" * 64)] = b""
    tab.send("saved")
    item = state_of(tab, report)
    assert (item["state"], item["aside"], item["code"]) == ("received", True, "409.1")


# receipts


def test_a_receipt_by_another_key_ends_nothing(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = phone.enrolled()
    report = tab.finish()
    stranger = SigningKey.generate()
    forged = [lambda heard: said(201, office.receipt(heard.body, stranger))] * 2
    office.answers("PUT", REPORTS, *forged)
    tab.send("saved")
    item = state_of(tab, report)
    assert (item["state"], item["code"], item["kept"]) == ("sealed", "phone.receipt_unverified", True)
    assert len(office.asked("GET", ".*bundle")) == 1 + 1


def test_a_receipt_for_other_bytes_ends_nothing__kobocat_432(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = phone.enrolled()
    first = tab.finish()
    tab.send()
    other = next(iter(office.held.values()))

    def replayed(heard: Heard) -> Said:
        return said(201, office.receipt(other))

    second = tab.finish()
    office.answers("PUT", f"/sync/v1/reports/{second}", replayed, replayed)
    tab.send("saved")
    assert (state_of(tab, first)["state"], state_of(tab, second)["state"]) == ("received", "sealed")


def test_a_new_receipt_key_is_learnt_from_the_bundle_at_once(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = phone.enrolled()
    report = tab.finish()
    office.receipt_key = SigningKey.generate()
    office.publish()
    tab.send("saved")
    assert state_of(tab, report)["state"] == "received"


# bundles


def keys_of(tab: Tab) -> list[str]:
    return [tab("return phone.bundle().keys.report.id"), tab("return phone.bundle().serial")]


def test_office_keys_rotated_while_the_phone_was_away_lose_nothing(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = phone.enrolled()
    old = tab.finish()
    for device in office.devices.values():
        device["keys"].add("later")
    retired, office.report_key = office.report_key, SealingKey.generate()
    office.publish()
    tab.send()
    assert state_of(tab, old)["state"] == "received"
    for device in office.devices.values():
        device["keys"].add(office.bundle and tab("return phone.bundle().keys.report.id"))
    new = tab.finish()
    tab.send()
    assert state_of(tab, new)["state"] == "received"
    sealed_to = {envelope.report: envelope.parts[0].key_id for envelope in office.envelopes}
    assert sealed_to[old] != sealed_to[new]
    assert retired.public != office.report_key.public


def test_a_bundle_signed_by_an_attacker_is_refused_and_reported(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = phone.enrolled()
    before = keys_of(tab)
    thief = SigningKey.generate()
    office.report_key = SealingKey.generate()
    office.serial += 1
    office.bundle = office.signed(thief)
    tab.send()
    assert keys_of(tab) == before
    assert tab.state["trouble"]["code"] == "phone.bundle_forged"


def test_an_older_bundle_is_passed_over_in_silence(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = phone.enrolled()
    before = keys_of(tab)
    office.serial -= 10
    office.publish(issued="2026-01-01")
    tab.send()
    assert keys_of(tab) == before
    assert tab.state["trouble"] is None


def test_two_bundles_of_one_serial_are_refused_and_reported(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = phone.enrolled()
    before = keys_of(tab)
    office.report_key = SealingKey.generate()
    office.bundle = office.signed()
    tab.send()
    assert keys_of(tab) == before
    assert tab.state["trouble"]["code"] == "phone.bundle_replaced"


def test_an_announced_signing_key_is_followed_and_no_other(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = phone.enrolled()
    following = SigningKey.generate()
    office.publish(next_sign_key=b64u(following.public))
    tab.send()
    office.sign_key = following
    office.publish()
    tab.send()
    assert tab("return phone.bundle().office.sign_key") == b64u(following.public)
    assert tab.state["trouble"] is None


def test_a_phone_out_of_contact_says_how_old_its_bundle_is(phone: PhoneInHand, office: ScriptedOffice) -> None:
    office.issued = "2026-01-01"
    office.bundle = office.signed()
    assert phone.enrolled().state["bundleAge"] > 300


# time


@pytest.mark.parametrize("years", [-30, 30])
def test_a_clock_wrong_by_years_neither_ends_drafts_nor_drops_copies_nor_stops_sending(
    phone: PhoneInHand, office: ScriptedOffice, years: int
) -> None:
    tab = phone.enrolled()
    arrived = tab.finish()
    tab.send()
    draft = tab.begin()
    tab("return phone.turnPage(arg)", draft)
    waiting = tab.finish()
    office.answers("PUT", REPORTS, Said(500))
    tab.send("saved")
    tab.page.evaluate("(years) => { window.offset += years * 365 * 86400e3 }", years)
    tab.send("open")
    assert [line["id"] for line in tab("return phone.drafts()")] == [draft]
    assert state_of(tab, arrived)["kept"]
    assert state_of(tab, waiting)["state"] == "received"
    assert (tab.state["trouble"] or {}).get("code") == ("phone.clock" if years < 0 else None)


def test_a_kept_copy_gives_way_after_keep_days_and_its_receipt_stays(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    tab = phone.enrolled()
    report = tab.finish()
    tab.send()
    tab.pass_hours(29 * 24)
    tab.send("timer")
    assert state_of(tab, report)["kept"]
    tab.pass_hours(2 * 24)
    tab.send("timer")
    item = state_of(tab, report)
    assert (item["kept"], item["receipt"]["report"]) == (False, report)
    assert tab("return phone.exportSealed(arg)", report) == {"refused": "phone.not_here"}


def test_what_has_not_arrived_is_never_dropped_for_its_age__getodk_1017(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    tab = phone.enrolled()
    report = tab.finish()
    with office.answering("PUT", REPORTS, html(200)) as answer_with:
        for trouble in (html(200), html(404), problem("500.1"), problem("503.1"), None):
            if trouble:
                answer_with(trouble)
            office.online = trouble is not None
            for _ in range(2):
                tab.pass_hours(40 * 24)
                tab.send("timer")
            assert state_of(tab, report)["kept"]
        assert len(office.asked("PUT", REPORTS)) >= 8
    office.online = True
    tab.send()
    assert state_of(tab, report)["state"] == "received"


def test_waits_grow_and_differ_from_phone_to_phone(phone: PhoneInHand) -> None:
    tab = phone.open()
    waits = tab(
        """const { backOff } = await import("/field/sync.js");
        return [0, 1, 2, 30].map((tries) => [backOff(tries, 0), backOff(tries, 1)]);"""
    )
    assert waits == [[7500, 15_000], [15_000, 30_000], [30_000, 60_000], [3_600_000, 7_200_000]]


def test_sending_works_under_the_lock(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = phone.enrolled()
    report = tab.finish()
    tab("phone.lock()")
    tab.send("timer")
    assert state_of(tab, report)["state"] == "received"
    assert tab.state["place"] == "locked"
