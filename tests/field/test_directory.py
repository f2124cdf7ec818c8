"""Where help can be found, on the phone: the key comes as a message, rests wrapped, and opens this list only."""

import json
from typing import Any

import pytest

from intake.envelope.directory import directory_key_id, seal_directory
from intake.envelope.encoding import b64u
from intake.envelope.signing import SigningKey
from tests.support.browser import Script
from tests.support.scripted import PhoneInHand, ScriptedOffice, Tab

KEY, NEXT = bytes(range(32)), bytes(range(1, 33))
SHELTER = "House of Lanterns canary 5583"


def listed(office: ScriptedOffice, key: bytes = KEY, *, serial: int | None = None, name: str = SHELTER) -> Any:
    """What a bundle of this serial says of a list with one entry."""
    content = {"day": "2026-11-20", "entries": [{"name": name, "services": ["SAFETY"]}]}
    sealed = seal_directory(key, content, office="north", serial=serial or office.serial + 1)
    return {"key": directory_key_id(key), "sealed": b64u(sealed)}


def send_key(office: ScriptedOffice, key: bytes = KEY, *, number: int = 1, by: SigningKey | None = None) -> None:
    content = {"id": "k", "kind": "directory_key", "params": {"key": b64u(key)}}
    office.send_message(next(iter(office.devices)), content, number=number, key=by)


def directory(tab: Tab) -> Any:
    return tab("return phone.directory()")


def names(tab: Tab) -> tuple[str, list[str]]:
    found = directory(tab)
    return found["state"], [one["name"] for one in found["entries"]]


@pytest.fixture
def tab(phone: PhoneInHand, office: ScriptedOffice) -> Tab:
    """A phone that holds the list and its key."""
    opened = phone.enrolled()
    office.publish(services=listed(office))
    send_key(office)
    opened.send()
    return opened


def test_the_list_opens_with_the_key_that_came_as_a_message(tab: Tab) -> None:
    assert names(tab) == ("here", [SHELTER])


def test_it_opens_again_after_a_restart_and_an_unlocking(tab: Tab, phone: PhoneInHand) -> None:
    tab.close()
    again = phone.open()
    again.unlock()
    assert names(again) == ("here", [SHELTER])


def test_under_the_lock_nothing_of_it_opens(tab: Tab) -> None:
    tab("phone.lock()")
    assert directory(tab) == {"refused": "phone.locked"}


def test_nothing_of_it_rests_in_clear(tab: Tab) -> None:
    resting = tab(
        """const tables = ["phone", "compartments", "messages", "drafts"];
        const text = (value) => JSON.stringify(value, (_, one) =>
            one instanceof Uint8Array ? String.fromCharCode(...one) : one);
        return phone._db.read(tables, async (at) => {
            const all = [];
            for (const name of tables) all.push(text(await at[name].all()));
            return all.join(" ");
        });"""
    )
    assert "north" in resting, "the search finds what is in clear"
    assert SHELTER not in resting
    assert b64u(KEY) not in resting
    assert "".join(map(chr, KEY)) not in json.loads(json.dumps(resting))


def test_before_the_key_has_come_there_is_no_list_and_no_error(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = phone.enrolled()
    assert names(tab) == ("none", [])
    office.publish(services=listed(office))
    tab.send()
    assert names(tab) == ("missing", [])


def test_a_phone_that_got_a_key_knows_that_it_is_confirmed(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = phone.open()
    tab.enrol(invitation=office.invite(typed=True))
    assert tab.state["confirmed"] is False
    office.publish(services=listed(office))
    send_key(office)
    tab.send()
    assert tab.state["confirmed"] is True


def test_a_key_that_comes_before_its_bundle_is_not_lost(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = phone.enrolled()
    send_key(office)
    tab.send()
    office.publish(services=listed(office))
    tab.send()
    assert names(tab) == ("here", [SHELTER])


def test_a_key_outlives_its_message(tab: Tab) -> None:
    tab('await phone._db.write(["messages"], ({ messages }) => messages.remove([phone.state().compartments[0].id, 1]))')
    assert names(tab) == ("here", [SHELTER])


def test_a_key_is_no_message_that_somebody_has_seen(tab: Tab, office: ScriptedOffice) -> None:
    """A visit that was announced in the same minute still waits to be shown."""
    office.send_message(next(iter(office.devices)), {"id": "v", "kind": "visit"}, number=2)
    office.publish(services=listed(office, NEXT))
    send_key(office, NEXT, number=3)
    tab.send()
    assert names(tab)[0] == "here"
    tab.send()
    assert set(office.seen) == {1, 3}
    assert [one["content"]["kind"] for one in tab("return phone.messages()")["messages"]] == ["visit"]


# what is refused


def test_a_forged_list_is_not_shown_and_the_one_before_stays(tab: Tab, office: ScriptedOffice) -> None:
    forged = listed(office, name="Come to X at six")
    forged["sealed"] = forged["sealed"][:-6] + "AAAAAA"
    office.publish(services=forged)
    tab.send()
    assert names(tab) == ("older", [SHELTER])


@pytest.mark.parametrize("services", [{"key": 5, "sealed": None}, {"key": "x"}, "list", 7])
def test_a_list_written_in_another_way_keeps_no_report_from_being_sealed(
    tab: Tab, office: ScriptedOffice, services: Any
) -> None:
    office.publish(services=services)
    tab.send()
    assert names(tab)[0] in ("older", "missing")
    tab.finish()
    tab.send()
    assert [item["state"] for item in tab.items] == ["received"]


def test_an_older_list_in_a_newer_bundle_is_not_shown_as_the_newest(tab: Tab, office: ScriptedOffice) -> None:
    old = listed(office, name="moved away in spring")
    office.publish(services=listed(office, name="the new address"))
    office.serial += 1
    office.publish(services=old)
    tab.send()
    assert names(tab) == ("older", [SHELTER])


def test_an_older_bundle_brings_no_older_list_back(tab: Tab, office: ScriptedOffice) -> None:
    old = office.bundle
    office.publish(services=listed(office, name="the new address"))
    tab.send()
    office.bundle = old
    tab.send()
    assert names(tab) == ("here", ["the new address"])


def test_a_list_under_a_key_this_phone_never_got_is_not_read(tab: Tab, office: ScriptedOffice) -> None:
    """As on a phone that was withdrawn: what it held can be read, what is new cannot."""
    office.publish(services=listed(office, NEXT, name="the new address"))
    tab.send()
    assert names(tab) == ("older", [SHELTER])
    send_key(office, NEXT, number=2)
    tab.send()
    assert names(tab) == ("here", ["the new address"])


def test_another_key_under_the_name_of_the_right_one_opens_nothing(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = phone.enrolled()
    office.publish(services={**listed(office, NEXT), "key": directory_key_id(KEY)})
    send_key(office)
    tab.send()
    assert names(tab) == ("unreadable", [])


def test_a_key_that_the_office_did_not_sign_is_no_key(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = phone.enrolled()
    office.publish(services=listed(office))
    send_key(office, by=SigningKey.generate())
    tab.send()
    assert names(tab) == ("missing", [])


def test_a_key_out_of_order_is_no_key(tab: Tab, office: ScriptedOffice) -> None:
    """An old message under an old number brings nothing back, whoever lays it there."""
    office.send_message(next(iter(office.devices)), {"id": "v", "kind": "visit"}, number=3)
    tab.send()
    tab("return phone.messages()")
    office.publish(services=listed(office, NEXT))
    send_key(office, NEXT, number=2)
    tab.send()
    assert names(tab) == ("older", [SHELTER])


@pytest.mark.parametrize("params", [None, {}, {"key": 5}, {"key": "AAAA"}, {"key": "not base64!"}])
def test_a_key_written_wrongly_keeps_no_other_from_coming(
    phone: PhoneInHand, office: ScriptedOffice, params: Any
) -> None:
    tab = phone.enrolled()
    office.publish(services=listed(office))
    content = {"id": "k", "kind": "directory_key", "params": params}
    office.send_message(next(iter(office.devices)), content, number=1)
    send_key(office, number=2)
    tab.send()
    assert names(tab) == ("here", [SHELTER])


# looking for something

PLACES = [
    {"id": "n", "name": "North", "parent": None},
    {"id": "n1", "name": "Harbour", "parent": "n"},
    {"id": "n2", "name": "Hill", "parent": "n"},
    {"id": "loop", "name": "Loop", "parent": "loop"},
]
ENTRIES = [
    {"name": "Région", "services": ["LEGAL"], "place": "n"},
    {"name": "Élan", "services": ["MED", "SAFETY"], "place": "n1"},
    {"name": "مأوى الأملِ ٧٧", "services": ["SAFETY"], "place": "n2"},
]


def found(run_js: Script, place: str = "", kind: str = "", words: str = "") -> list[str]:
    body = """return search(arg.entries, arg.wanted, arg.places, (one) => one.name)
        .map((one) => arg.entries.indexOf(one));"""
    wanted = {"place": place, "kind": kind, "words": words}
    indexes = run_js("find", body, {"entries": ENTRIES, "places": PLACES, "wanted": wanted})
    return [ENTRIES[index]["name"] for index in indexes]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ÉLAN", "elan"),
        ("مأوى", "ماوي"),
        ("إِنسان", "انسان"),
        ("مدرسة", "مدرسه"),
        ("٧٧", "77"),
        ("۷۷", "77"),
        ("مستـــشفى", "مستشفي"),
        ("ٱلبيت", "البيت"),
        ("کتاب", "كتاب"),
        ("l’école", "l'ecole"),
        ("ﻻ", "لا"),
    ],
)
def test_words_are_compared_without_accents_forms_of_letters_or_kinds_of_digits(
    run_js: Script, one: str, other: str
) -> None:
    folded = run_js("find", "return arg.map(fold)", [one, other])
    assert folded[0] == folded[1] != ""


def test_every_word_typed_must_be_there(run_js: Script) -> None:
    assert found(run_js, words="الامل 77") == [ENTRIES[2]["name"]]
    assert found(run_js, words="الامل 78") == []
    assert len(found(run_js, words="  ")) == 3


def test_a_place_shows_what_is_in_it_before_what_is_for_the_whole_region(run_js: Script) -> None:
    assert found(run_js, place="n1") == ["Élan", "Région"]
    assert found(run_js, place="n") == ["Région", "Élan", ENTRIES[2]["name"]]
    assert found(run_js, place="n2", kind="SAFETY") == [ENTRIES[2]["name"]]


def test_a_place_that_lies_in_itself_does_not_hold_up_the_phone(run_js: Script) -> None:
    assert run_js("find", "return lineage(arg, 'loop')", PLACES) == ["loop"]


def test_what_is_dialled_are_digits(run_js: Script) -> None:
    numbers = ["+000 (99) 12-34", "0199", "٠٩٩ ١"]
    assert run_js("find", "return arg.map(dialled)", numbers) == ["+000991234", "0199", "0991"]
