"""The directory at the office: sealed, published, and its key to confirmed phones, to all of them and to no other."""

from typing import Any

import pytest

from intake.domain.problems import Problem
from intake.envelope.directory import directory_key_id, open_directory
from intake.envelope.encoding import unb64u
from intake.envelope.messages import open_message
from intake.services import bundles, devices, directory, keys
from intake.store.inbound import messages
from intake.store.office import records as rows
from tests.support.staffed import Phone, StaffedOffice

SHELTER = "House of Lanterns, canary 4417"
ENTRIES = [{"name": SHELTER, "services": ["SAFETY"], "place": "north", "telephone": ["+000 555 0102"]}]


def give_list(office: StaffedOffice, entries: list[dict[str, Any]] = ENTRIES) -> None:
    with office.store.office() as session:
        directory.replace(session, desk=office.made.desk, entries=entries, now=office.clock.now)


def publish(office: StaffedOffice) -> dict[str, Any]:
    with office.store.inbound() as inbound, office.store.office() as session:
        office.clock.move(seconds=1)
        return bundles.publish(session, inbound, desk=office.made.desk, shell="none", now=office.clock.now)  # noqa: S604


def learn(office: StaffedOffice) -> None:
    with office.store.inbound() as inbound, office.store.office() as session:
        devices.learn(session, inbound, desk=office.made.desk, now=office.clock.now)


def withdraw(office: StaffedOffice, phone: Phone) -> None:
    with office.store.inbound() as inbound, office.store.office() as session:
        devices.withdraw(session, inbound, desk=office.made.desk, device=phone.id, now=office.clock.now)


def keys_of(office: StaffedOffice, phone: Phone, bundle: dict[str, Any]) -> list[bytes]:
    """The directory keys that came to a phone, each message opened as the phone opens it."""
    with office.store.inbound() as inbound:
        came = messages.after(inbound, phone.id, number=0, limit=100)
    found, last = [], 0
    for one in came:
        opened = open_message(
            phone.messages.seed,
            one.sealed,
            message_sign_key=unb64u(bundle["message_sign_key"]),
            office=office.made.office,
            device=phone.id,
            number=one.number,
            last=last,
        )
        assert opened.content["kind"] == "directory_key"
        last = one.number
        found.append(unb64u(opened.content["params"]["key"]))
    return found


def read(office: StaffedOffice, key: bytes, bundle: dict[str, Any]) -> list[dict[str, Any]]:
    content = open_directory(
        key, unb64u(bundle["services"]["sealed"]), office=office.made.office, serial=bundle["serial"]
    )
    entries: list[dict[str, Any]] = content["entries"]
    return entries


def test_before_there_is_a_list_a_bundle_carries_none_and_no_phone_gets_a_key(office: StaffedOffice) -> None:
    phone = office.phone()
    learn(office)
    bundle = publish(office)
    assert bundle["services"] is None
    assert keys_of(office, phone, bundle) == []


def test_a_confirmed_phone_gets_the_key_at_publishing_and_opens_the_list(office: StaffedOffice) -> None:
    phone = office.phone()
    learn(office)
    give_list(office)
    bundle = publish(office)
    [key] = keys_of(office, phone, bundle)
    assert bundle["services"]["key"] == directory_key_id(key)
    assert read(office, key, bundle) == ENTRIES


def test_a_phone_that_is_confirmed_later_gets_the_key_then(office: StaffedOffice) -> None:
    give_list(office)
    bundle = publish(office)
    proven, typed = office.phone(), office.phone("Salt Hill 2", proven=False)
    learn(office)
    assert len(keys_of(office, proven, bundle)) == 1
    assert keys_of(office, typed, bundle) == [], "nobody has compared its words yet"
    with office.store.inbound() as inbound, office.store.office() as session:
        known = devices.known(session, desk=office.made.desk, device=typed.id)
        assert known is not None
        said = " ".join(known.words)
        devices.confirm(session, inbound, desk=office.made.desk, device=typed.id, words=said, now=office.clock.now)
    assert keys_of(office, typed, bundle) == keys_of(office, proven, bundle)


def test_the_key_is_sent_once_however_often_somebody_looks_or_publishes(office: StaffedOffice) -> None:
    phone = office.phone()
    give_list(office)
    for _ in range(3):
        bundle = publish(office)
        learn(office)
    assert len(keys_of(office, phone, bundle)) == 1


def test_after_a_phone_is_withdrawn_the_next_bundle_has_a_new_key_that_it_never_gets(office: StaffedOffice) -> None:
    lost, kept = office.phone("lost"), office.phone("kept")
    learn(office)
    give_list(office)
    before = publish(office)
    withdraw(office, lost)
    learn(office)
    after = publish(office)
    [old] = keys_of(office, lost, after)
    assert read(office, old, before) == ENTRIES, "what it holds it can go on reading"
    with pytest.raises(Problem, match=r"422\.12"):
        read(office, old, after)
    assert [read(office, key, after) for key in keys_of(office, kept, after)[1:]] == [ENTRIES]
    again = publish(office)
    assert again["services"]["key"] == after["services"]["key"], "one new key is enough"


def test_what_the_public_side_lost_is_sent_again_under_a_higher_number(office: StaffedOffice) -> None:
    phone = office.phone()
    learn(office)
    give_list(office)
    bundle = publish(office)
    with office.store.inbound() as inbound:
        inbound.execute(messages.messages.delete())
    learn(office)
    with office.store.inbound() as inbound:
        assert [one.number for one in messages.after(inbound, phone.id, number=0, limit=9)] == [2]
    assert len(keys_of(office, phone, bundle)) == 1


def test_between_a_rotation_and_the_next_bundle_messages_bear_the_signature_that_phones_know(
    office: StaffedOffice,
) -> None:
    give_list(office)
    bundle = publish(office)
    with office.store.office() as session:
        keys.rotate(session, desk=office.desk(session, "amina", "work"), chain="work", now=office.clock.now)
    phone = office.phone()
    with office.store.inbound() as inbound, office.store.office() as session:
        devices.learn(session, inbound, desk=office.desk(session, "amina"), now=office.clock.now)
    assert len(keys_of(office, phone, bundle)) == 1


def test_a_list_that_was_moved_into_another_bundle_does_not_open(office: StaffedOffice) -> None:
    phone = office.phone()
    learn(office)
    give_list(office)
    before = publish(office)
    give_list(office, [])
    after = publish(office)
    [key] = keys_of(office, phone, after)
    assert read(office, key, after) == []
    with pytest.raises(Problem, match=r"422\.12"):
        read(office, key, after | {"services": before["services"]})


def test_the_office_sees_whether_phones_were_given_this_list(office: StaffedOffice) -> None:
    def published() -> bool | None:
        with office.store.office() as session:
            found = directory.listing(session, desk=office.made.desk)
        return found.published if found else None

    seen = [published()]
    for step in (give_list, publish, give_list):
        step(office)
        seen.append(published())
    assert seen == [None, False, True, False]


def test_nothing_of_the_list_or_its_key_stands_in_clear_on_either_side(office: StaffedOffice) -> None:
    phone = office.phone()
    learn(office)
    give_list(office)
    bundle = publish(office)
    [key] = keys_of(office, phone, bundle)
    with office.store.office() as session:
        resting = [bytes(row.sealed) for row in session.execute(rows.records.select())]
    with office.store.inbound() as inbound:
        resting += [one.sealed for one in messages.after(inbound, phone.id, number=0, limit=9)]
    whole = b"".join(resting) + str(bundle).encode()
    assert SHELTER.encode() not in whole
    assert key not in whole


def test_nobody_without_the_work_keychain_reads_or_changes_the_list(office: StaffedOffice) -> None:
    give_list(office)
    with office.store.office() as session, pytest.raises(Problem, match=r"403\.21"):
        directory.listing(session, desk=office.desk(session, "gita"))
