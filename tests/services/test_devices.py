"""Phones: the office believes its own record and notices when the public side shows other keys."""

import pytest

from intake.domain.problems import Problem
from intake.envelope import invitations as codes
from intake.envelope.check_words import check_words
from intake.envelope.encoding import b64u, unb64u
from intake.envelope.sealing import SealingKey
from intake.envelope.signing import SigningKey
from intake.services import audit, devices, enrol
from intake.services.devices import Device
from intake.store.inbound import devices as inbound_devices
from tests.support.staffed import OTHER_PEOPLE, Phone, StaffedOffice


def _learn(office: StaffedOffice) -> dict[str, Device]:
    with office.store.inbound() as inbound, office.store.office() as session:
        found = devices.learn(session, inbound, desk=office.desk(session, "amina"), now=office.clock.now)
    return {device.id: device for device in found}


def _swap(office: StaffedOffice, phone: Phone, **columns: bytes) -> None:
    """What the public side, or who took it over, can write."""
    table = inbound_devices.devices
    with office.store.inbound() as inbound:
        inbound.execute(table.update().where(table.c.id == phone.id).values(**columns))


def _confirm(office: StaffedOffice, phone: Phone, words: str) -> None:
    with office.store.inbound() as inbound, office.store.office() as session:
        devices.confirm(
            session, inbound, desk=office.desk(session, "amina"), device=phone.id, words=words, now=office.clock.now
        )


def _told_confirmed(office: StaffedOffice, phone: Phone) -> bool:
    with office.store.inbound() as inbound:
        told = {one.id: one for one in inbound_devices.of_office(inbound, office.made.office)}
    return told[phone.id].confirmed


def test_a_phone_that_knew_the_secret_of_its_link_is_confirmed_at_first_sight(office: StaffedOffice) -> None:
    phone = office.phone()
    found = _learn(office)[phone.id]
    assert (found.confirmed, found.trouble, found.label) == (True, False, "Salt Hill 1")
    assert found.key == phone.key.public
    assert _told_confirmed(office, phone)


def test_a_phone_without_proof_waits_until_somebody_compared_its_words(office: StaffedOffice) -> None:
    phone = office.phone(proven=False)
    found = _learn(office)[phone.id]
    assert not found.confirmed
    with pytest.raises(Problem, match=r"422\.82"):
        _confirm(office, phone, "six words that are not hers")
    _confirm(office, phone, " ".join(found.words).upper())
    assert _learn(office)[phone.id].confirmed
    assert _told_confirmed(office, phone)


def test_the_check_words_cover_the_message_key_too(office: StaffedOffice) -> None:
    """Whoever swapped it on the way in would hear the officer read other words than the office sees."""
    phone = office.phone(proven=False)
    _swap(office, phone, message_key=SealingKey.generate().public)
    seen = _learn(office)[phone.id]
    assert seen.key == phone.key.public
    with pytest.raises(Problem, match=r"422\.82"):
        _confirm(office, phone, " ".join(check_words(phone.key.public + phone.messages.public)))


def test_a_swapped_signing_key_is_noticed_and_the_old_one_stays_on_record(office: StaffedOffice) -> None:
    phone = office.phone()
    _learn(office)
    _swap(office, phone, key=SigningKey.generate().public)
    found = _learn(office)[phone.id]
    assert found.trouble
    assert found.key == phone.key.public


def test_a_swapped_message_key_is_noticed_and_the_old_one_stays_on_record(office: StaffedOffice) -> None:
    phone = office.phone(proven=False)
    _learn(office)
    _swap(office, phone, message_key=SealingKey.generate().public)
    found = _learn(office)[phone.id]
    assert found.trouble
    assert found.message_key == phone.messages.public


def test_a_message_key_swapped_before_first_sight_does_not_replace_a_proven_one(office: StaffedOffice) -> None:
    phone = office.phone()
    _swap(office, phone, message_key=SealingKey.generate().public)
    assert _learn(office)[phone.id].message_key == phone.messages.public


def test_somebody_else_s_invitation_does_not_change_the_message_key_of_a_known_phone(office: StaffedOffice) -> None:
    """An officer with an invitation, and a server that helps, would else have another officer's messages sealed to
    themselves: the proof is right, because the secret of the link is theirs."""
    phone, thief = office.phone(), SealingKey.generate()
    _learn(office)
    with office.store.inbound() as inbound, office.store.office() as session:
        desk, now = office.desk(session, "amina"), office.clock.now
        given = devices.invite(session, inbound, desk=desk, label="Mine", origin="https://x.test", now=now)
        code, _, secret = given.link.partition("#enrol=")[2].split(".")
        proof = codes.proof(unb64u(secret), code, b64u(phone.key.public), b64u(thief.public))
        told = inbound_devices.Enrolment(codes.code_hash(code), phone.id, thief.public, "Mine", proof, "2026-11-23")
        inbound_devices.add_enrolment(inbound, told)
    found = _learn(office)[phone.id]
    assert found.message_key == phone.messages.public
    assert found.trouble


def test_a_signing_key_swapped_before_first_sight_is_no_confirmed_phone(office: StaffedOffice) -> None:
    phone = office.phone()
    _swap(office, phone, key=SigningKey.generate().public)
    found = _learn(office)[phone.id]
    assert (found.confirmed, found.trouble) == (False, True)


def test_a_phone_in_trouble_cannot_be_confirmed(office: StaffedOffice) -> None:
    phone = office.phone(proven=False)
    words = " ".join(_learn(office)[phone.id].words)
    _swap(office, phone, key=SigningKey.generate().public)
    _learn(office)
    with pytest.raises(Problem, match=r"422\.90"):
        _confirm(office, phone, words)


def test_a_withdrawn_phone_stays_withdrawn_when_the_public_side_forgets_it(office: StaffedOffice) -> None:
    phone = office.phone()
    _learn(office)
    with office.store.inbound() as inbound, office.store.office() as session:
        desk = office.desk(session, "amina")
        devices.withdraw(session, inbound, desk=desk, device=phone.id, now=office.clock.now)
        inbound_devices.set_state(inbound, phone.id, "enrolled")
    assert _learn(office)[phone.id].state == "withdrawn"
    with office.store.inbound() as inbound:
        told = inbound_devices.find(inbound, phone.id)
    assert told is not None
    assert told.withdrawn


def test_an_unknown_phone_cannot_be_withdrawn(office: StaffedOffice) -> None:
    with office.store.inbound() as inbound, office.store.office() as session:
        desk = office.desk(session, "amina")
        with pytest.raises(Problem, match=r"422\.94"):
            devices.withdraw(session, inbound, desk=desk, device="0" * 16, now=office.clock.now)


def test_the_secret_of_a_link_and_who_it_is_for_are_nowhere_in_clear(office: StaffedOffice) -> None:
    with office.store.inbound() as inbound, office.store.office() as session:
        made = devices.invite(
            session,
            inbound,
            desk=office.desk(session, "amina"),
            label="Officer Zawadi",
            origin="https://x.test",
            now=office.clock.now,
        )
        rows = str(inbound.execute(devices.invitations.invitations.select()).all())
    assert made.code not in rows
    assert "Zawadi" not in rows
    assert made.link.rpartition(".")[2] not in rows
    assert made.link.startswith("https://x.test/field/#enrol=")


def test_looking_twice_writes_nothing_twice(office: StaffedOffice) -> None:
    phone = office.phone()
    first = _learn(office)[phone.id]
    assert _learn(office)[phone.id] == first


def _invite_all(office: StaffedOffice, *labels: str) -> list[devices.Invitation]:
    with office.store.inbound() as inbound, office.store.office() as session:
        asked = {"desk": office.desk(session, "cora"), "now": office.clock.now}
        return devices.invite_all(session, inbound, labels=labels, origin="https://x.test", **asked)  # type: ignore[arg-type]


def _invited(office: StaffedOffice) -> list[devices.Waiting]:
    with office.store.inbound() as inbound, office.store.office() as session:
        return devices.invited(inbound, desk=office.desk(session, "cora"), now=office.clock.now)


def _take_back(office: StaffedOffice, invitation: str) -> None:
    with office.store.inbound() as inbound, office.store.office() as session:
        desk = office.desk(session, "cora")
        devices.take_back(session, inbound, desk=desk, invitation=invitation, now=office.clock.now)


def test_a_card_can_be_typed_and_is_as_hard_to_guess_as_a_link(office: StaffedOffice) -> None:
    (card,) = _invite_all(office, "Salt Hill 2")
    assert [len(group) for group in card.code.split("-")] == [4, 4, 4, 4]
    assert f"#enrol={card.code}." in card.link
    assert len(card.words) == 7


@pytest.mark.parametrize(("labels", "code"), [((), "422.160"), (("x",) * 21, "422.160"), (("x" * 61,), "422.161")])
def test_a_sheet_has_one_to_twenty_cards_with_a_name_each(
    office: StaffedOffice, labels: tuple[str, ...], code: str
) -> None:
    with pytest.raises(Problem) as refused:
        _invite_all(office, *labels)
    assert refused.value.code == code
    assert _invited(office) == []


def test_open_invitations_are_listed_until_they_are_used_or_expire(office: StaffedOffice) -> None:
    cards = _invite_all(office, "Bay 1", "Bay 2")
    office.phone("Used at once")
    found = {one.label: one for one in _invited(office)}
    assert set(found) == {"Bay 1", "Bay 2"}
    assert found["Bay 1"].begins == cards[0].code[:4]
    assert found["Bay 1"].expires == "2026-11-25T12:00:00Z"
    office.clock.move(hours=72)
    assert _invited(office) == []


def test_an_invitation_that_was_taken_back_lets_nobody_in(office: StaffedOffice) -> None:
    (card,) = _invite_all(office, "Bay 1")
    _take_back(office, _invited(office)[0].id)
    assert _invited(office) == []
    phone = Phone(office)
    asked = enrol.Request(card.code, "x", phone.key.public, phone.messages.public, None)
    with pytest.raises(Problem, match=r"403\.3"), office.store.inbound() as inbound:
        enrol.enrol(
            inbound,
            request=asked,
            address="127.0.0.1",
            secret=bytes(32),
            key=SigningKey.generate(),
            now=office.clock.now,
        )
    with office.store.office() as session:
        (line,) = [one for one in audit.read(session, desk=office.made.desk) if one.act == "took_back_an_invitation"]
    assert (line.name, line.details) == ("cora", {"label": "Bay 1"})


def test_an_invitation_that_a_phone_used_meanwhile_cannot_be_taken_back(office: StaffedOffice) -> None:
    phone = office.phone()
    with office.store.inbound() as inbound:
        used = inbound_devices.enrolments_of(inbound, phone.id)[0].code_hash
    with pytest.raises(Problem, match=r"422\.162"):
        _take_back(office, used)
    assert _learn(office)[phone.id].confirmed, "the secret beside it is still there"


def test_an_office_takes_back_no_invitation_of_another_one(office: StaffedOffice) -> None:
    other = StaffedOffice.make(office.store, office.clock, name="Bay desk", people=OTHER_PEOPLE)
    _invite_all(office, "Bay 1")
    (waiting,) = _invited(office)
    with other.store.inbound() as inbound, other.store.office() as session, pytest.raises(Problem, match=r"422\.162"):
        devices.take_back(session, inbound, desk=other.made.desk, invitation=waiting.id, now=other.clock.now)
    assert _invited(office) == [waiting]
