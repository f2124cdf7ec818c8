"""What phones get, edited and published at the office's pages."""

import html
import re
from io import BytesIO
from typing import Any

import pytest
from werkzeug.test import TestResponse

from intake.domain.directory import COLUMNS
from intake.services import bundles, directory, keys, offer, places, settings, wording
from intake.store.office import records
from tests.support.staffed import StaffedOffice
from tests.web.office.conftest import Visitor

SEEN = re.compile(r'name="seen" value="([^"]*)"')
KEY = "form.visit.notice_help.aloud"
CORRECTED = "يمكنك طلب المساعدة دون أي بلاغ."
TABLE = b"id,name,parent\r\nnorth,North,\r\nn1,Old Harbour,north\r\n"
HELP = {
    "name": "Old Harbour clinic",
    "services": ["MED", "MHPSS"],
    "place": "north",
    "hours": "8–16",
    "serves": "Everybody",
    "landmark": "Behind the market",
    "telephone": "",
    "cost": "free",
    "languages": ["ar"],
    "notes": "",
    "checked": "2026-11-01",
}


def seen(answer: TestResponse) -> str:
    found = SEEN.search(answer.text)
    assert found
    return found[1]


def text(answer: TestResponse) -> str:
    words = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())
    return re.sub(r" (?=[,:])", "", words)


def load(visitor: Visitor, path: str, content: bytes) -> TestResponse:
    """Send a file and, when it is right, the change that is shown."""
    visitor.get(path)
    return visitor.post(path, file=(BytesIO(content), "list.csv"))


def confirm(visitor: Visitor, path: str, shown: TestResponse) -> TestResponse:
    found = re.search(r"<textarea name=\"content\" hidden>\n(.*?)</textarea>", shown.text, re.DOTALL)
    assert found
    return visitor.post(path, content=html.unescape(found[1]), seen=seen(shown))


@pytest.fixture
def cora(visitor: Visitor) -> Visitor:
    """The coordinator, who edits and does not sign."""
    visitor.sign_in("cora")
    return visitor


@pytest.fixture
def bruno(another: Visitor) -> Visitor:
    """A reviewer who holds *sign* and does not edit."""
    another.sign_in("bruno")
    return another


def publish(visitor: Visitor, staffed: StaffedOffice, who: str = "bruno", **changed: str) -> TestResponse:
    mark = seen(visitor.get("/office/offer/publish"))
    return visitor.post("/office/offer/publish", **{"seen": mark, "code": staffed.code(who), **changed})


def last(staffed: StaffedOffice) -> dict[str, Any]:
    with staffed.store.office() as session:
        return bundles.outlook(session, desk=staffed.made.desk).last


def test_a_list_of_places_is_shown_before_it_changes_anything_and_comes_out_as_it_went_in(
    cora: Visitor, staffed: StaffedOffice
) -> None:
    path = "/office/offer/places/import"
    shown = load(cora, path, TABLE)
    assert "2 new places" in text(shown)
    assert "There is no place yet." in text(cora.get("/office/offer/places"))
    assert confirm(cora, path, shown).location == "/office/offer/places?said=saved"
    assert cora.get("/office/offer/places.csv").data.removeprefix(b"\xef\xbb\xbf") == TABLE
    assert confirm(cora, path, shown).status_code == 409, "the list is another one by now"


def test_a_wrong_file_changes_nothing_and_says_what_is_wrong_by_line_and_number(cora: Visitor) -> None:
    shown = load(cora, "/office/offer/places/import", TABLE + b"n2,,north\r\nn3,Well,gone\r\n")
    assert shown.status_code == 422
    assert "Line 4, name: This is missing. 422.145" in text(shown)
    assert "Line 5, parent: Choose a place of the list that is in use. 422.263" in text(shown)
    assert "There is no place yet." in text(cora.get("/office/offer/places"))
    assert load(cora, "/office/offer/places/import", b"").status_code == 422


def test_a_long_list_is_not_too_large_for_the_form(cora: Visitor) -> None:
    rows = "".join(f"p{n},Place with a rather long name number {n},\r\n" for n in range(900))
    path = "/office/offer/services/import"
    name = ",".join(COLUMNS)
    assert load(cora, path, f"{name}\r\n{'x' * 100_000}".encode()).status_code == 422
    path = "/office/offer/places/import"
    shown = load(cora, path, b"id,name,parent\r\n" + rows.encode())
    assert confirm(cora, path, shown).status_code == 303


def test_a_place_is_added_renamed_and_retired(cora: Visitor, staffed: StaffedOffice) -> None:
    refused = cora.post("/office/offer/places/add", name=" ", id="a b", parent="")
    assert refused.status_code == 422
    assert 'href="#name"' in refused.text
    assert 'href="#id"' in refused.text
    assert 'value="a b"' in refused.text, "nothing that was typed is lost"
    cora.post("/office/offer/places/add", name="North", id="north", parent="")
    page = cora.get("/office/offer/places/one/north")
    cora.post("/office/offer/places/one/north", name="The North", parent="", seen=seen(page))
    stale = cora.post("/office/offer/places/one/north", name="Far North", parent="", seen=seen(page))
    assert stale.status_code == 409
    assert "The North" in stale.text
    assert "Far North" in stale.text
    page = cora.get("/office/offer/places/one/north")
    cora.post("/office/offer/places/one/north", retire="yes", seen=seen(page))
    again = cora.post("/office/offer/places/add", name="Else", id="north", parent="")
    assert "This id is there twice, or was used for a place before." in text(again)
    page = cora.get("/office/offer/places/one/north")
    cora.post("/office/offer/places/one/north", restore="yes", seen=seen(page))
    with staffed.store.office() as session:
        [place] = places.listing(session, office=staffed.made.office)
    assert place == {"id": "north", "name": "The North", "parent": None}
    assert cora.get("/office/offer/places/one/nowhere").status_code == 404


def test_a_place_that_helps_is_added_changed_and_taken_out(cora: Visitor, staffed: StaffedOffice) -> None:
    cora.post("/office/offer/places/add", name="North", id="north", parent="")
    refused = cora.post("/office/offer/services/add", **{**HELP, "services": [], "landmark": ""})
    assert refused.status_code == 422
    assert {"#services", "#telephone"} <= set(re.findall(r'href="(#\w+)"', refused.text))
    assert "Old Harbour clinic" in refused.text
    assert cora.post("/office/offer/services/add", **HELP).status_code == 303
    with staffed.store.office() as session:
        [entry] = directory.listing(session, desk=staffed.made.desk).entries  # type: ignore[union-attr]
    assert entry["services"] == ["MED", "MHPSS"]
    address = f"/office/offer/services/one/{directory.id_of(entry)}"
    mark = seen(cora.get(address))
    cora.post(address, **{**HELP, "hours": "Day and night"}, seen=mark)
    stale = cora.post(address, **{**HELP, "hours": "Never"}, seen=mark)
    assert stale.status_code == 409
    assert "Day and night" in stale.text
    assert "Never" in stale.text
    exported = cora.get("/office/offer/services.csv").data
    shown = load(cora, "/office/offer/services/import", exported)
    assert "Nothing changes." in text(shown)
    cora.post(address, remove="yes", seen=seen(cora.get(address)))
    assert "There is no list yet." not in text(cora.get("/office/offer")), "an empty list is a list too"
    shown = load(cora, "/office/offer/services/import", exported)
    assert confirm(cora, "/office/offer/services/import", shown).status_code == 303
    assert "Old Harbour clinic" in cora.get("/office/offer/services").text


def test_a_setting_is_changed_within_its_bounds(cora: Visitor, staffed: StaffedOffice) -> None:
    address = "/office/offer/settings/number/lock_after"
    page = cora.get(address)
    assert "Too long, and whoever takes a phone" in text(page)
    for wrong in ("9", "601", "1.5", "soon", "", "-20"):
        assert cora.post(address, value=wrong, seen=seen(page)).status_code == 422
    assert cora.post(address, value="٩٠", seen=seen(page)).status_code == 303
    stale = cora.post(address, value="30", seen=seen(page))
    assert stale.status_code == 409
    assert "90 seconds" in text(stale)
    assert 'value="30"' in stale.text
    with staffed.store.office() as session:
        assert settings.now_set(session, office=staffed.made.office)["lock_after"] == 90
    assert cora.get("/office/offer/settings/number/camera").status_code == 404


def test_what_is_from_memory_says_so(cora: Visitor) -> None:
    found = cora.get("/office/offer/settings").text.count("From memory, to be confirmed")
    assert found == 2, "the age table, and the age from which a child may tell"


def test_who_is_asked_is_chosen_for_every_age(cora: Visitor, staffed: StaffedOffice) -> None:
    page = cora.get("/office/offer/settings/ages")
    chosen = {"age-0_5": "carer", "age-6_11": "carer", "age-12_14": "child_and_carer", "age-15_17": "child"}
    missing = cora.post("/office/offer/settings/ages", seen=seen(page), **{**chosen, "age-0_5": ""})
    assert missing.status_code == 422
    assert cora.post("/office/offer/settings/ages", seen=seen(page), **chosen).status_code == 303
    assert cora.post("/office/offer/settings/ages", seen=seen(page), **chosen).status_code == 409
    with staffed.store.office() as session:
        found = settings.now_set(session, office=staffed.made.office)
    assert found["ages_child_agrees"] == ["12_14", "15_17"]
    assert found["ages_carer_if_wanted"] == []


def test_forms_and_languages_are_switched(cora: Visitor, staffed: StaffedOffice) -> None:
    page = cora.get("/office/offer/forms")
    cora.post("/office/offer/forms/needs", on="yes")
    assert cora.post("/office/offer/forms/gossip", on="yes").status_code == 422
    cora.post("/office/offer/forms/visit", on="no")
    assert cora.post("/office/offer/forms/needs", on="no").status_code == 422
    cora.post("/office/offer/languages", language=["ar"], seen=seen(page))
    stale = cora.post("/office/offer/languages", language=["fr"], seen=seen(page))
    assert stale.status_code == 409
    with staffed.store.office() as session:
        said = offer.said(session, office=staffed.made.office)
    assert [one["id"] for one in said["forms"]] == ["needs"]
    assert said["languages"] == ["en", "ar"]


def test_a_native_reader_corrects_and_signs_and_others_see_who_and_when(bruno: Visitor, staffed: StaffedOffice) -> None:
    listing = bruno.get("/office/offer/words?language=ar&form=visit")
    assert KEY in listing.text
    address = f"/office/offer/words/ar/{KEY}"
    page = bruno.get(address)
    assert "You can ask for help without reporting anything" in text(page)
    wrong = bruno.post(address, text="{name}", seen=seen(page))
    assert wrong.status_code == 422
    assert "{name}" in wrong.text
    assert bruno.post(address, text=CORRECTED, seen=seen(page)).status_code == 303
    stale = bruno.post(address, text="نص آخر", seen=seen(page))
    assert stale.status_code == 409
    assert CORRECTED in stale.text
    assert "نص آخر" in stale.text
    assert KEY not in bruno.get("/office/offer/words?language=ar&form=visit").text, "it is no longer unreviewed"
    shown = text(bruno.get("/office/offer/words?language=ar&show=all&q=any proof"))
    assert "Signed bruno, 22 November 2026" in shown
    bruno.post(address, take_back="yes", seen=seen(bruno.get(address)))
    with staffed.store.office() as session:
        assert wording.reviewed(session, desk=staffed.made.desk) == {}


def test_several_sentences_are_signed_as_they_stand(bruno: Visitor, staffed: StaffedOffice) -> None:
    address = "/office/offer/words?language=fr"
    lines = re.findall(r'name="sentence" value="([^"]+)"', bruno.get(address).text)
    assert bruno.post(address).status_code == 422
    assert bruno.post(address, sentence=lines[:3]).status_code == 303
    assert bruno.post(address, sentence=lines[2:4]).status_code == 409
    with staffed.store.office() as session:
        assert len(wording.reviewed(session, desk=staffed.made.desk)["fr"]) == 3


def test_a_sound_is_added_and_taken_away(cora: Visitor) -> None:
    told = {"key": "form.visit.notice_help.aloud", "language": "fr"}
    sound = (b"\x1aE\xdf\xa3webm" + bytes(20) + b"A_OPUS").ljust(100_000, b"\0")
    cora.get("/office/offer/sounds")
    assert cora.post("/office/offer/sounds", **told).status_code == 422
    assert cora.post("/office/offer/sounds", file=(BytesIO(b"no sound"), "a.webm"), **told).status_code == 422
    assert cora.post("/office/offer/sounds", file=(BytesIO(sound), "a.webm"), **told).status_code == 303
    assert "100 kB" in text(cora.get("/office/offer/sounds"))
    assert cora.post("/office/offer/sounds/remove", **told).status_code == 303
    assert cora.post("/office/offer/sounds/remove", **told).status_code == 422


def test_what_waits_is_read_and_published_by_a_fresh_code(
    cora: Visitor, bruno: Visitor, staffed: StaffedOffice
) -> None:
    cora.post("/office/offer/places/add", name="North", id="north", parent="")
    assert "1 change is not yet published" in text(cora.get("/office/offer"))
    assert "You hold no key to sign with." in text(cora.get("/office/offer/publish"))
    shown = bruno.get("/office/offer/publish")
    assert "New place: North" in text(shown)
    refused = publish(bruno, staffed, code="000000")
    assert refused.status_code == 401
    assert 'href="#code"' in refused.text
    before = last(staffed)["serial"]
    assert publish(bruno, staffed).location == "/office/offer?said=published"
    assert last(staffed)["serial"] > before
    assert [one["name"] for one in last(staffed)["places"]] == ["North"]
    done = text(bruno.get("/office/offer"))
    assert "Published last by bruno" in done
    assert "Changed last by cora" in done
    assert "Phones have everything." in done


def test_nobody_publishes_what_they_have_not_read(cora: Visitor, bruno: Visitor, staffed: StaffedOffice) -> None:
    mark = seen(bruno.get("/office/offer/publish"))
    cora.post("/office/offer/places/add", name="North", id="north", parent="")
    stale = publish(bruno, staffed, seen=mark)
    assert stale.status_code == 409
    assert "New place: North" in text(stale)
    assert last(staffed)["places"] == []


def test_who_holds_no_key_to_sign_cannot_publish(cora: Visitor, staffed: StaffedOffice) -> None:
    cora.get("/office/offer/settings/ages")
    answer = cora.post("/office/offer/publish", seen="", code=staffed.code("cora"))
    assert answer.status_code == 403
    assert "You hold no key for this." in text(answer)


def test_the_page_says_when_keys_do_not_fit(bruno: Visitor, staffed: StaffedOffice) -> None:
    with staffed.store.office() as session:
        session.execute(records.records.delete().where(records.records.c.id == bundles.LAST))
    answer = publish(bruno, staffed)
    assert answer.status_code == 422
    assert "A key in this bundle is not one that you or an earlier bundle can vouch for." in text(answer)


def test_a_new_key_is_among_what_changes(bruno: Visitor, staffed: StaffedOffice) -> None:
    with staffed.store.office() as session:
        keys.rotate(session, desk=staffed.desk(session, "amina", "work"), chain="work", now=staffed.clock.now)
    assert "Phones seal reports to a new key." in text(bruno.get("/office/offer/publish"))


def test_a_reviewer_sees_and_signs_words_and_changes_nothing_else(bruno: Visitor) -> None:
    bruno.get("/office/offer/words")
    for path in ("places/add", "services/add", "settings/ages", "forms/needs", "languages", "sounds", "places/import"):
        assert bruno.post(f"/office/offer/{path}").status_code == 403
    assert "Add a place" not in bruno.get("/office/offer/places").text


def test_who_was_not_admitted_to_the_keys_is_told_whom_to_ask(visitor: Visitor) -> None:
    visitor.sign_in("gita")
    assert "What phones get" in visitor.get("/office/offer").text
    assert visitor.post("/office/offer/places/add", name="North").status_code == 403
