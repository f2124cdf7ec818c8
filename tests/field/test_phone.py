"""The phone as its screens see it: enrolment, lock, finishing, messages."""

import json
from typing import Any

import pytest

from intake.envelope.check_words import check_words
from intake.envelope.encoding import unb64u
from intake.envelope.signing import SigningKey, key_id
from intake.services import enrol
from tests.support.browser import Script
from tests.support.scripted import WORDS, Held, PhoneInHand, ScriptedOffice, html, problem

FINAL = {
    "may_write": "yes",
    "danger_now": "no",
    "hurt": "no",
    "when_happened": {"when": "2026-10"},
    "called": {"text": "Amal", "language": "en"},
}


def test_a_new_phone_is_enrolled_and_open(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = phone.open()
    assert tab.state["place"] == "new"
    words = tab.enrol()
    assert len(words["checkWords"]) == 7
    (sent,) = (json.loads(heard.body) for heard in office.heard if heard.path == "/sync/v1/enrol")
    assert enrol.read(sent).device == key_id(unb64u(sent["sign_key"])), "signed as the server demands it"
    both = unb64u(sent["sign_key"]) + unb64u(sent["message_key"])
    assert words["deviceWords"] == list(check_words(both)), "what the office will see"
    state = tab.state
    assert (state["place"], state["office"]["name"], state["confirmed"]) == ("open", "North", True)


def test_a_report_goes_from_draft_to_receipt(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = phone.enrolled()
    report = tab.finish("final", FINAL)
    assert tab.state["counts"]["waiting"] == 1
    tab.send()
    [item] = tab.items
    assert (item["report"], item["state"], item["kept"]) == (report, "received", True)
    [envelope] = office.envelopes
    opened, identity = office.opened(envelope)
    assert (opened["state"], opened["n"], opened["identity"]) == ("final", 1, True)
    assert opened["answers"]["help_legal"] == {"no": "not_asked"}
    assert "called" not in opened["answers"]
    assert identity["answers"]["called"]["text"] == "Amal"
    assert tab("return phone.drafts()") == []


def test_a_final_report_with_open_questions_is_not_sealed_and_the_draft_stays(phone: PhoneInHand) -> None:
    tab = phone.enrolled()
    draft = tab.begin()
    assert tab("return phone.finish(arg, 'final')", draft)["refused"] == "phone.answers"
    assert [line["id"] for line in tab("return phone.drafts()")] == [draft]


def test_nothing_is_sealed_before_she_agrees(phone: PhoneInHand) -> None:
    tab = phone.enrolled()
    draft = tab.begin({"private": "yes"})
    assert tab("return phone.finish(arg, 'unfinished')", draft) == {"refused": "phone.not_agreed"}
    assert tab.items == []


# enrolment


@pytest.mark.parametrize("hash_", ["", "#enrol=", "#enrol=a.b.c", "#enrol=A.0011.x", "#other"])
def test_only_a_whole_link_is_an_invitation(run_js: Script, hash_: str) -> None:
    assert run_js("enrolment", "return readInvitation(arg)", hash_) is None


def test_an_answer_lost_at_enrolment_burns_nothing(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = phone.open()
    link = office.invite()
    office.unheard = True
    assert tab.enrol(invitation=link) == {"refused": "phone.offline"}
    tab.close()
    office.unheard = False
    again = phone.open()
    assert again.state["place"] == "new"
    again.enrol(invitation=link)
    assert again.state["place"] == "open"
    assert len(office.devices) == 1


def test_a_used_invitation_is_refused_by_its_number(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = phone.open()
    link = office.invite()
    office.codes = dict.fromkeys(office.codes, "0" * 16)
    assert tab.enrol(invitation=link) == {"refused": "403.3"}
    assert tab.state["place"] == "new"


def test_guessing_a_passphrase_by_invitations_slows_down_as_at_the_lock(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    tab = phone.enrolled()
    tab("phone.lock()")
    link = office.invite()
    office.codes = dict.fromkeys(office.codes, "0" * 16)
    for number in range(3):
        assert tab.enrol(f"another guess {number}", invitation=link)["refused"] == "403.3"
    assert tab.enrol("another guess", invitation=link)["refused"] == "phone.wait"
    assert tab.unlock(WORDS)["refused"] == "phone.wait"


def test_a_portal_at_enrolment_is_not_the_office(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = phone.open()
    office.answers("POST", ".*enrol", html(200))
    assert tab.enrol() == {"refused": "phone.not_the_office"}


def test_a_server_with_another_signing_key_than_the_link_says_is_refused(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    tab = phone.open()
    link = office.invite()
    office.sign_key = SigningKey.generate()
    office.bundle = office.signed()
    assert tab.enrol(invitation=link) == {"refused": "phone.other_office"}
    assert tab.state["place"] == "new"


def test_a_typed_code_shows_words_to_compare_and_is_not_yet_confirmed(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    tab = phone.open()
    words = tab.enrol(invitation=office.invite(typed=True))
    assert len(set(words["checkWords"])) > 4
    assert tab.state["confirmed"] is False


def test_a_second_officer_has_a_compartment_of_their_own__enketo_1127(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    tab = phone.enrolled()
    draft = tab.begin()
    tab("phone.lock()")
    tab.enrol("other words for another")
    assert tab("return phone.drafts()") == []
    assert len(tab.state["compartments"]) == 2
    tab("phone.lock()")
    tab.unlock()
    assert [line["id"] for line in tab("return phone.drafts()")] == [draft]


@pytest.mark.argon2
def test_two_officers_cannot_have_one_passphrase(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = phone.enrolled()
    tab("phone.lock()")
    assert tab.enrol() == {"refused": "phone.passphrase_taken"}


def test_an_officer_whom_the_server_forgot_uses_a_new_invitation_from_under_the_lock(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    tab = phone.enrolled()
    report = tab.finish()
    [device] = office.devices
    office.devices.clear()
    tab.send()
    tab.close()
    again = phone.open()
    again.enrol()
    again.send()
    assert list(office.devices) == [device]
    assert [(item["report"], item["state"]) for item in again.items] == [(report, "received")]
    assert len(again.state["compartments"]) == 1


# the lock


@pytest.mark.argon2
def test_a_wrong_passphrase_opens_nothing_and_each_wrong_one_costs_more_time(phone: PhoneInHand) -> None:
    tab = phone.enrolled()
    tab("phone.lock()")
    for _ in range(3):
        assert tab.unlock("wrong words") == {"refused": "phone.wrong"}
    waiting = tab.unlock(WORDS)
    assert (waiting["refused"], waiting["n"]) == ("phone.wait", 2)
    tab.pass_hours(1)
    assert tab.unlock("wrong again") == {"refused": "phone.wrong"}
    assert tab.unlock(WORDS)["n"] == 4
    tab.pass_hours(1)
    tab.unlock(WORDS)
    assert tab.state["place"] == "open"


@pytest.mark.argon2
def test_a_phone_that_was_locked_while_it_unlocked_stays_locked(phone: PhoneInHand) -> None:
    """The quick exit drops the keys at once, also those that are only just being made."""
    tab = phone.enrolled()
    tab("phone.lock()")
    said = tab("const opening = phone.unlock(arg); phone.lock(); return opening.catch((error) => error.code)", WORDS)
    assert said == {"refused": "phone.locked"} or said == "phone.locked"
    assert tab.state["place"] == "locked"


def test_wrong_tries_are_remembered_over_a_restart(phone: PhoneInHand) -> None:
    tab = phone.enrolled()
    tab("phone.lock()")
    for _ in range(7):
        tab.pass_hours(1)
        tab.unlock("wrong words")
    tab.close()
    assert phone.open().unlock(WORDS)["refused"] == "phone.wait"


def test_no_number_of_wrong_tries_destroys_anything(phone: PhoneInHand) -> None:
    tab = phone.enrolled()
    draft = tab.begin()
    tab("phone.lock()")
    for _ in range(6):
        tab.unlock("wrong words")
        tab.pass_hours(1)
    tab.unlock()
    assert [line["id"] for line in tab("return phone.drafts()")] == [draft]


def test_under_the_lock_nothing_can_be_opened(phone: PhoneInHand) -> None:
    tab = phone.enrolled()
    draft = tab.begin()
    tab("phone.lock()")
    for call in ("drafts()", "draft(arg)", "save(arg, {})", "turnPage(arg)", "finish(arg, 'final')", "messages()"):
        assert tab(f"return phone.{call}", draft) == {"refused": "phone.locked"}, call
    assert tab.state["counts"]["drafts"] == 1


def test_a_forgotten_passphrase_sends_the_sealed_copies_and_makes_room_for_a_new_invitation(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    tab = phone.enrolled()
    draft, waiting = tab.begin(), tab.finish()
    tab("return phone.turnPage(arg)", draft)
    silent = tab.begin({"private": "yes"})
    tab.close()
    again = phone.open()
    again("return phone.forgotPassphrase()")
    again.send()
    assert again.state["place"] == "new"
    assert {envelope.report for envelope in office.envelopes} == {draft, waiting}
    assert silent not in str(again.items)
    again.enrol("new words for the same officer")
    assert again.state["place"] == "open"
    assert again("return phone.drafts()") == []


def test_one_officer_who_forgot_takes_nothing_from_the_other__cryptpad_2205(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    tab = phone.enrolled()
    draft = tab.begin()
    mine = tab.state["compartments"][0]["id"]
    tab("phone.lock()")
    tab.enrol("other words for another")
    other = next(one["id"] for one in tab.state["compartments"] if one["id"] != mine)
    tab("phone.lock()")
    assert tab("return phone.forgotPassphrase()") == {"refused": "phone.which_officer"}
    tab("return phone.forgotPassphrase(arg)", other)
    tab.unlock()
    assert [line["id"] for line in tab("return phone.drafts()")] == [draft]


# fail closed


def test_without_the_pinned_offices_keys_nothing_is_called_saved__onadata_1233(phone: PhoneInHand) -> None:
    tab = phone.enrolled()
    draft = tab.begin()
    tab(
        """await phone._db.write(["compartments"], async ({ compartments }) => {
            const [one] = await compartments.all();
            const sign = one.bundle.sign.replace(/^./, (first) => (first === "A" ? "B" : "A"));
            await compartments.put({ ...one, bundle: { ...one.bundle, sign } });
        })"""
    )
    assert tab("return phone.finish(arg, 'unfinished')", draft) == {"refused": "422.16"}
    assert tab.items == []
    assert [line["id"] for line in tab("return phone.drafts()")] == [draft]


# messages


def device(office: ScriptedOffice) -> str:
    return next(iter(office.devices))


def read(tab: Any) -> Any:
    found = tab("return phone.messages()")
    return [one["number"] for one in found["messages"]], found["missing"], found["forged"]


def test_a_message_of_the_office_is_read_and_the_office_hears_that_it_was_shown(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    tab = phone.enrolled()
    office.send_message(device(office), {"kind": "visit"}, number=1)
    tab.send()
    assert read(tab) == ([1], [], 0)
    tab.send()
    assert office.seen == [1]


def test_a_message_forged_by_whoever_can_write_a_row_is_not_shown(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = phone.enrolled()
    office.send_message(device(office), {"kind": "come"}, number=1, key=SigningKey.generate())
    office.send_message(device(office), {"kind": "visit"}, number=2)
    tab.send()
    assert read(tab) == ([2], [1], 1)


def test_a_message_under_a_new_number_is_not_shown_again(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = phone.enrolled()
    office.send_message(device(office), {"kind": "visit"}, number=1)
    office.messages.append({"id": 2, "sealed": office.messages[0]["sealed"]})
    tab.send()
    assert read(tab) == ([1], [], 1)


def test_missing_numbers_are_told(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = phone.enrolled()
    for number in (1, 4):
        office.send_message(device(office), {"kind": "visit"}, number=number)
    tab.send()
    assert read(tab) == ([1, 4], [2, 3], 0)


def test_a_message_confirms_a_phone_whose_code_was_typed(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = phone.open()
    tab.enrol(invitation=office.invite(typed=True))
    office.send_message(device(office), {"kind": "visit"}, number=1)
    tab.send()
    read(tab)
    tab.send()
    assert tab.state["confirmed"] is True


# what the screens are told


def test_listeners_hear_that_sending_began_and_ended(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = phone.enrolled()
    tab.finish()
    tab("window.heard = []; phone.onChange(() => window.heard.push(phone.state().sending))")
    held = Held(office)
    office.answers("PUT", ".*", held)
    tab.begin_call("await phone.send()")
    assert held.reached.wait(10)
    assert tab.state["sending"] is True
    held.free.set()
    tab.settle()
    assert tab("return [window.heard[0], window.heard.pop()]") == [True, False]


def test_another_tab_shows_what_changed_here(phone: PhoneInHand, office: ScriptedOffice) -> None:
    first = phone.enrolled()
    second = phone.open()
    first.finish()
    second.page.wait_for_function("() => window.phone.state().counts.waiting === 1")
    first.send()
    second.page.wait_for_function("() => window.phone.state().counts.arrived === 1")


def test_two_tabs_do_not_call_to_each_other_for_ever(phone: PhoneInHand) -> None:
    first = phone.enrolled()
    second = phone.open()
    calls = "window.calls = 0; addEventListener('storage', () => { window.calls += 1; })"
    for tab in (first, second):
        tab(calls)
    first.finish()
    second.page.wait_for_function("() => window.phone.state().counts.waiting === 1")
    for tab in (first, second, first, second):
        tab("await phone._refresh()")
    before = first("return window.calls"), second("return window.calls")
    for tab in (first, second, first, second):
        tab("await phone._refresh()")
    assert (first("return window.calls"), second("return window.calls")) == before


def test_trouble_the_server_gets_over_by_itself_is_not_shown_for_ever(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    tab = phone.enrolled()
    for path in (".*bundle", ".*messages.*"):
        office.answers("GET", path, problem("503.1"))
    tab.send()
    assert tab.state["trouble"]["code"] == "503.1"
    tab.send()
    assert tab.state["trouble"] is None


def test_an_unchanged_bundle_is_not_carried_over_the_network_again(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = phone.enrolled()
    tab.send()
    tab.send()
    assert office.asked("GET", ".*bundle")[-1].headers.get("If-None-Match")


def test_last_contact_is_only_when_the_office_really_answered__cht_core_8303(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    tab = phone.open()
    assert tab.state["lastContact"] is None
    tab.enrol()
    tab.finish()
    for path in (".*bundle", ".*messages.*"):
        office.answers("GET", path, html(200))
    before = tab.state["lastContact"]
    office.answers("PUT", ".*", html(200))
    tab.send("saved")
    assert tab.state["lastContact"] == before
    office.answers("PUT", ".*", problem("503.1"))
    tab.send()
    assert tab.state["lastContact"] > (before or "")
