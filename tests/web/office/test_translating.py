"""Translation tasks in the browser: said, seen, done once, and shown beside the original."""

import re

import pytest

from tests.support.care import care_for
from tests.support.staffed import StaffedOffice
from tests.web.office.conftest import Visitor

FRENCH, ENGLISH, OTHER = "J’ai besoin d’un médecin.", "I need a doctor.", "She needs a doctor."


def says(visitor: Visitor, name: str, *languages: str) -> None:
    visitor.post("/office/sign-out")
    visitor.sign_in(name)
    assert visitor.post("/office/you/languages", languages=list(languages)).status_code == 303


def test_from_the_mark_beside_the_words_to_both_texts(visitor: Visitor, staffed: StaffedOffice) -> None:
    report = care_for(staffed).case.reports[0]
    says(visitor, "amina", "en")
    page = visitor.get(f"/office/arrivals/{report}").text
    assert "Needs translation" in page
    says(visitor, "bruno", "en", "fr")
    tasks = visitor.get("/office/translate").text
    (address,) = re.findall(r'href="(/office/translate/[^"]+)"', tasks)
    assert FRENCH not in tasks
    assert report[:8] not in re.sub(r'(href|action)="[^"]*"', "", tasks)
    text = visitor.get(address).text
    assert FRENCH in text
    assert "Amina" not in text
    assert report[:8] not in re.sub(r'(href|action)="[^"]*"', "", text)
    assert visitor.post(address, text=ENGLISH, into="en", version="0").status_code == 303
    assert "Nothing waits for you." in visitor.get("/office/translate").text
    says(visitor, "amina", "en")
    page = visitor.get(f"/office/arrivals/{report}").text
    assert FRENCH in page
    assert ENGLISH in page
    assert "Translated into English by bruno" in page
    assert "Needs translation" not in page


@pytest.mark.usefixtures("sqlite_only")
def test_whoever_reads_nothing_is_told_so_in_both_places(visitor: Visitor) -> None:
    visitor.sign_in("amina")
    page = visitor.post("/office/you/languages")
    assert page.status_code == 422
    assert page.text.count("Choose at least one language.") == 2


def test_whoever_was_slower_sees_both_versions(visitor: Visitor, another: Visitor, staffed: StaffedOffice) -> None:
    report = care_for(staffed).case.reports[0]
    says(visitor, "bruno", "en", "fr")
    says(another, "amina", "en", "fr")
    address = f"/office/translate/report/{report}/help_words"
    visitor.get(address)
    another.get(address)
    assert visitor.post(address, text=ENGLISH, into="en", version="0").status_code == 303
    late = another.post(address, text=OTHER, into="en", version="0")
    assert late.status_code == 409
    assert "409.10" in late.text
    assert ENGLISH in late.text
    assert OTHER in late.text
    page = another.get(f"/office/arrivals/{report}").text
    assert ENGLISH in page
    assert OTHER in page


def test_names_open_for_translation_with_a_code_and_a_reason(visitor: Visitor, staffed: StaffedOffice) -> None:
    report = care_for(staffed).case.reports[0]
    says(visitor, "amina", "en", "fr")
    address = f"/office/translate/report/{report}/called/names"
    visitor.get(address)
    assert visitor.post(address, text="Zeinab", into="en", version="0").status_code == 403
    assert visitor.post(f"{address}/open", reason="short", code="").status_code == 422
    assert visitor.post(f"{address}/open", reason="To know how to call her", code="000000").status_code == 401
    opened = visitor.post(f"{address}/open", reason="To know how to call her", code=staffed.code("amina"))
    assert "Zainab" in opened.text
    assert visitor.post(address, text="Zeinab", into="en", version="0").status_code == 303
    assert "Zeinab" not in visitor.get(f"/office/arrivals/{report}").text
    names = visitor.post(f"/office/arrivals/{report}/identity", reason="To know how to call her")
    assert "Zeinab" in names.text
    assert "Zainab" in names.text


def test_what_was_being_translated_outlives_the_session(visitor: Visitor, staffed: StaffedOffice) -> None:
    report = care_for(staffed).case.reports[0]
    says(visitor, "bruno", "en", "fr")
    address = f"/office/translate/report/{report}/help_words"
    visitor.get(address)
    staffed.clock.move(minutes=16)
    visitor.headers["Referer"] = f"http://localhost{address}"
    assert "said=kept" in visitor.post(address, text=ENGLISH, into="en", version="0").location
    del visitor.headers["Referer"]
    visitor.sign_in("bruno")
    assert ENGLISH in visitor.get(address).text
