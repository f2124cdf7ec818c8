"""Words: a native reader signs them, a changed text is unreviewed again, and phones get what is signed."""

from typing import Any

import pytest

from intake import words
from intake.domain.problems import Problem
from intake.services import audit, bundles, wording
from intake.services.wording import CHANGED, SIGNED, UNREVIEWED, Sentence
from tests.support.staffed import StaffedOffice

KEY = "form.visit.notice_help.aloud"
OTHER = "form.visit.notice_who.aloud"
CORRECTED = "يمكنك طلب المساعدة دون أي بلاغ."


def _find(office: StaffedOffice, key: str = KEY) -> Sentence:
    with office.store.office() as session:
        return wording.find(session, desk=office.made.desk, language="ar", key=key)


def _sign(office: StaffedOffice, by: str = "bruno", **changed: Any) -> None:
    said = {"language": "ar", "key": KEY, "text": CORRECTED, "seen": _find(office).mark, **changed}
    with office.store.office() as session:
        wording.sign(session, desk=office.desk(session, by), now=office.clock.now, **said)


def _reviewed(office: StaffedOffice) -> dict[str, dict[str, str]]:
    with office.store.office() as session:
        return wording.reviewed(session, desk=office.made.desk)


@pytest.fixture
def changing(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What a later version of the program says in English, by key."""
    later: dict[str, str] = {}
    ours = words.reference
    monkeypatch.setattr(words, "reference", lambda: {**ours(), **later})
    return later


def test_a_signature_keeps_the_name_and_the_day_and_phones_get_the_text(office: StaffedOffice) -> None:
    before = _find(office)
    assert (before.state, before.text) == (UNREVIEWED, before.ours)
    assert _reviewed(office) == {}
    _sign(office)
    after = _find(office)
    assert (after.state, after.text, after.by, after.on) == (SIGNED, CORRECTED, "bruno", "2026-11-22")
    assert _reviewed(office) == {"ar": {KEY: CORRECTED}}
    with office.store.inbound() as inbound, office.store.office() as session:
        desk = office.desk(session, "bruno", "work", "sign")
        now = office.clock.move(seconds=1)
        payload = bundles.publish(session, inbound, desk=desk, shell="none", now=now)  # noqa: S604  no shell
    assert payload["words"] == {"ar": {KEY: CORRECTED}}


def test_a_text_whose_reference_changed_is_unreviewed_again_and_phones_lose_it(
    office: StaffedOffice, changing: dict[str, str]
) -> None:
    _sign(office)
    changing[KEY] = "You can ask for help. Something new holds."
    found = _find(office)
    assert (found.state, found.text, found.by) == (CHANGED, found.ours, "bruno")
    assert _reviewed(office) == {}


def test_a_text_whose_translation_changed_is_unreviewed_again(
    office: StaffedOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    _sign(office)
    ours = words.field_texts
    monkeypatch.setattr(words, "field_texts", lambda tag: {**ours(tag), KEY: "نص آخر"})
    assert _find(office).state == CHANGED
    assert _reviewed(office) == {}


def test_several_are_signed_as_they_stand_and_one_stale_one_stops_them_all(office: StaffedOffice) -> None:
    seen = {key: _find(office, key).mark for key in (KEY, OTHER)}
    with office.store.office() as session:
        desk = office.desk(session, "bruno")
        for wrong in ({**seen, KEY: "old"}, {**seen, "form.visit.gossip": "x"}):
            with pytest.raises(Problem, match=r"409\.6|404\.6"):
                wording.sign_as_they_stand(session, desk=desk, language="ar", seen=wrong, now=office.clock.now)
        wording.sign_as_they_stand(session, desk=desk, language="ar", seen=seen, now=office.clock.now)
    assert _reviewed(office) == {"ar": {key: str(words.field_texts("ar")[key]) for key in (KEY, OTHER)}}


def test_a_signature_can_be_taken_back_and_both_are_on_record(office: StaffedOffice) -> None:
    _sign(office)
    told: dict[str, Any] = {"language": "ar", "key": KEY, "seen": _find(office).mark}
    with office.store.office() as session:
        desk = office.desk(session, "amina")
        wording.take_back(session, desk=desk, now=office.clock.now, **told)
        lines = [
            (line.act, line.name, line.details["keys"])
            for line in audit.read(session, desk=desk)
            if "words" in line.act
        ]
    assert lines == [("signed_words", "bruno", [KEY]), ("took_back_words", "amina", [KEY])]
    assert _find(office).state == UNREVIEWED
    assert _reviewed(office) == {}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"language": "en"}, "422.97"),
        ({"language": "sw"}, "422.97"),
        ({"key": "home.title"}, "404.6"),
        ({"text": " \n "}, "422.272"),
        ({"text": "x" * 2001}, "422.272"),
        ({"text": "{name} may help"}, "422.273"),
        ({"seen": "0" * 16}, "409.6"),
    ],
)
def test_what_cannot_be_signed_is_refused_by_number(office: StaffedOffice, changed: dict[str, str], code: str) -> None:
    with pytest.raises(Problem) as refused:
        _sign(office, **changed)
    assert refused.value.code == code
    assert _reviewed(office) == {}


def test_every_sentence_of_every_form_is_listed_once(office: StaffedOffice) -> None:
    with office.store.office() as session:
        found = wording.sentences(session, desk=office.made.desk, language="fr")
    keys = [one.key for one in found]
    assert len(set(keys)) == len(keys)
    assert {one.form for one in found} == {"visit", "needs", "wish"}
    assert KEY in keys
    assert all(one.reference and one.ours for one in found)
