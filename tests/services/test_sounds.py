"""The office attaches sounds to the sentences that are read aloud."""

from hashlib import sha256
from typing import Any

import pytest

from intake.domain.problems import Problem
from intake.services import bundles, offer, sounds
from intake.store.inbound import sounds as stored
from tests.domain.test_sounds import HELLO, OGG
from tests.support.staffed import StaffedOffice

KEY = "form.visit.may_write.aloud"
NAME = sha256(HELLO).hexdigest()[:16]


def add(office: StaffedOffice, key: str = KEY, language: str = "fr", content: bytes = HELLO) -> dict[str, Any]:
    with office.store.inbound() as inbound, office.store.office() as session:
        desk = office.desk(session, "amina")
        sounds.add(session, inbound, desk=desk, key=key, language=language, content=content, now=office.clock.now)
        found: dict[str, Any] = offer.said(session, office=desk.office)["sounds"]
    return found


def remove(office: StaffedOffice, language: str = "fr") -> None:
    with office.store.office() as session:
        desk = office.desk(session, "amina")
        sounds.remove(session, desk=desk, key=KEY, language=language, now=office.clock.now)


def publish(office: StaffedOffice) -> dict[str, Any]:
    with office.store.inbound() as inbound, office.store.office() as session:
        desk = office.desk(session, "amina", "work", "identity", "sign")
        return bundles.publish(session, inbound, desk=desk, shell="none", now=office.clock.now)  # noqa: S604


def served(office: StaffedOffice, content: bytes = HELLO) -> tuple[str, bytes] | None:
    with office.store.inbound(reading=True) as inbound:
        return stored.find(inbound, sha256(content).hexdigest()[:16])


def test_a_sound_is_named_with_its_whole_digest_in_the_next_signed_bundle(office: StaffedOffice) -> None:
    entry = {"digest": sha256(HELLO).hexdigest(), "bytes": len(HELLO), "type": "audio/webm"}
    assert add(office) == {"fr": {KEY: entry}}
    assert publish(office)["sounds"] == {"fr": {KEY: entry}}
    assert served(office) == ("audio/webm", HELLO)


def test_one_recording_can_serve_several_sentences(office: StaffedOffice) -> None:
    add(office)
    add(office, key="form.visit.notice_who.aloud")
    assert served(office) == ("audio/webm", HELLO)


def test_a_new_sound_takes_the_place_of_the_old_one_when_it_is_published(office: StaffedOffice) -> None:
    add(office)
    publish(office)
    add(office, content=OGG)
    assert served(office) is not None, "phones that have not heard still ask for it"
    publish(office)
    assert served(office) is None
    assert served(office, OGG) == ("audio/ogg", OGG)


def test_what_is_taken_away_goes_when_it_is_published(office: StaffedOffice) -> None:
    add(office)
    publish(office)
    remove(office)
    assert served(office) is not None
    assert publish(office)["sounds"] == {"fr": {}}
    assert served(office) is None
    with pytest.raises(Problem, match=r"422\.123"):
        remove(office)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"key": "form.visit.may_write"}, "422.122"),
        ({"key": "home.title"}, "422.122"),
        ({"language": "so"}, "422.97"),
        ({"content": b"<html>"}, "422.121"),
        ({"content": HELLO + bytes(300_000)}, "413.1"),
    ],
)
def test_only_a_small_sound_for_a_sentence_that_is_read_aloud_in_a_language_of_the_office(
    office: StaffedOffice, wrong: dict[str, Any], code: str
) -> None:
    with pytest.raises(Problem) as refused:
        add(office, **wrong)
    assert refused.value.code == code
    assert served(office) is None


def test_every_sentence_is_listed_with_the_size_of_its_sound(office: StaffedOffice) -> None:
    add(office)
    with office.store.office() as session:
        found = sounds.listing(session, office=office.made.office)
    assert {(one.key, one.language): one.size for one in found if one.size} == {(KEY, "fr"): len(HELLO)}
    keys = {one.key for one in found}
    assert {"form.needs.notice_needs.aloud", "form.wish.dna.aloud", KEY} <= keys


def test_sounds_cannot_be_edited_into_another_shape(office: StaffedOffice) -> None:
    changes = {"sounds": {"fr": {KEY: {"digest": "x"}}}}
    with office.store.office() as session, pytest.raises(Problem, match=r"422\.121"):
        offer.edit(session, desk=office.desk(session, "amina"), changes=changes, now=office.clock.now)
