"""A report that waits, at the screen: who has it is plain, and what is decided makes or joins a case."""

import html
import re

import pytest

from intake.services import audit
from tests.support.staffed import ANSWERS, Phone
from tests.web.office.conftest import Visitor

REASON = "It waits for the rest of it"

pytestmark = pytest.mark.parametrize("database_settings", ["sqlite"], indirect=True)


@pytest.fixture
def amina(visitor: Visitor) -> Visitor:
    visitor.sign_in("amina")
    return visitor


@pytest.fixture
def bruno(another: Visitor) -> Visitor:
    another.sign_in("bruno")
    return another


def arrived(visitor: Visitor, phone: Phone, **sent: object) -> str:
    report = phone.send(**sent)
    visitor.get("/office/arrivals")
    return report


def page(visitor: Visitor, report: str) -> str:
    return html.unescape(visitor.get(f"/office/arrivals/{report}?lang=en").text)


def version(found: str) -> str:
    return re.findall(r'name="version" value="(\d+)"', found)[-1]


def offered(found: str) -> list[str]:
    return re.findall(r'name="decision" value="(\w+)"', found)


def test_two_who_open_a_report_see_who_has_it_and_either_can_take_it(
    amina: Visitor, bruno: Visitor, phone: Phone
) -> None:
    report = arrived(amina, phone)
    assert "amina has it" in page(amina, report)
    theirs = page(bruno, report)
    assert "amina has it" in theirs
    assert "amina opened it too" in theirs
    assert offered(theirs) == [], "nothing to decide with before it is taken"
    assert "bruno opened it too" in page(amina, report)
    assert "amina has it" in bruno.get("/office/arrivals").text
    bruno.post(f"/office/arrivals/{report}/holder", version=version(theirs))
    assert "bruno has it" in page(amina, report)
    assert offered(page(bruno, report)) != []
    stale = bruno.post(f"/office/arrivals/{report}/holder", name="amina", version=version(theirs))
    found = html.unescape(stale.text)
    assert stale.status_code == 409
    assert found.index("What you saw") < found.index("amina has it") < found.index("What is there now")
    assert found.index("What is there now") < found.index("bruno has it")


def test_handing_it_over_and_the_filter_of_what_is_with_me(amina: Visitor, bruno: Visitor, phone: Phone) -> None:
    report = arrived(amina, phone)
    mine = page(amina, report)
    assert "(1)" in amina.get("/office/arrivals?show=mine").text
    amina.post(f"/office/arrivals/{report}/holder", name="bruno", version=version(mine))
    assert report[:8] in bruno.get("/office/arrivals?show=mine").text
    assert report[:8] not in amina.get("/office/arrivals?show=mine").text
    assert "handed over by amina" in page(bruno, report)


def test_what_a_colleague_has_is_taken_and_decided_with_one_click_and_nothing_typed_is_lost(
    amina: Visitor, bruno: Visitor, phone: Phone
) -> None:
    report = arrived(amina, phone)
    page(amina, report)
    address = f"/office/arrivals/{report}/decision"
    seen = version(bruno.get(address).text)
    typed = {"decision": "not_for_us", "reason": "It is for another agency", "version": seen}
    refused = bruno.post(address, **typed)
    assert refused.status_code == 409
    assert 'href="#take"' in refused.text
    assert typed["reason"] in refused.text
    assert bruno.post(address, **typed, take="yes").status_code == 303
    with amina.staffed.store.office(reading=True) as session:
        lines = audit.read(session, desk=amina.staffed.made.desk)
        acts = [(line.act, line.name) for line in lines if line.about == report]
    assert acts[-2:] == [("took", "bruno"), ("decided", "bruno")]


@pytest.mark.parametrize(
    ("sent", "choices"),
    [
        ({}, ["registered", "joined", "not_for_us"]),
        ({"state": "unfinished"}, ["registered", "joined", "set_apart", "not_for_us"]),
        ({"state": "withdrawn"}, ["registered", "joined", "set_apart", "not_for_us"]),
    ],
)
def test_what_is_special_offers_choices_of_its_own(
    amina: Visitor, phone: Phone, sent: dict[str, object], choices: list[str]
) -> None:
    report = arrived(amina, phone, **sent)
    assert offered(page(amina, report)) == choices
    assert ("set it apart and say why" in amina.get("/office/arrivals").text) == ("set_apart" in choices)


def test_registering_gives_a_reference_and_what_belongs_to_it_is_proposed_there(amina: Visitor, phone: Phone) -> None:
    report = arrived(amina, phone)
    address = f"/office/arrivals/{report}/decision"
    done = amina.post(address, decision="registered", version=version(page(amina, report)))
    reference = re.search(r"<bdi>([A-Z]+-[A-Z]+-2026-0001)</bdi>", amina.get(done.location).text)
    assert reference is not None
    added = arrived(amina, phone, about={"report": report, "as": "adds_to"}, state="unfinished")
    found = page(amina, added)
    assert f'value="{reference[1]}"' in found
    wrong = amina.post(
        f"/office/arrivals/{added}/decision", decision="joined", case="2026-0009", version=version(found)
    )
    assert 'href="#case"' in wrong.text
    assert 'value="2026-0009"' in wrong.text
    right = {"decision": "joined", "case": reference[1], "version": version(found)}
    assert amina.post(f"/office/arrivals/{added}/decision", **right).status_code == 303
    assert reference[1] in page(amina, added)


def test_of_two_versions_one_is_chosen_and_shown_from_then_on(amina: Visitor, phone: Phone) -> None:
    report = arrived(amina, phone)
    phone.send(report, answers={**ANSWERS, "help_words": {"text": "the other words", "language": "en"}})
    amina.get("/office/arrivals")
    found = page(amina, report)
    digests = re.findall(r'name="counts" value="([^"]+)"', found)
    address = f"/office/arrivals/{report}/decision"
    refused = amina.post(address, decision="registered", version=version(found))
    assert (refused.status_code, 'href="#counts"' in refused.text) == (422, True)
    shown = {digest: amina.get(f"/office/arrivals/{report}", query_string={"copy": digest}).text for digest in digests}
    (other,) = [digest for digest, text in shown.items() if "the other words" in text]
    assert amina.post(address, decision="registered", counts=other, version=version(found)).status_code == 303
    assert "the other words" in page(amina, report)


def test_links_are_told_as_sentences_and_with_names_only_on_a_reason_and_a_code(amina: Visitor, phone: Phone) -> None:
    placed = {**ANSWERS, "place": "north-1"}
    first = arrived(amina, phone, version=2, answers=placed)
    second = arrived(amina, phone, version=2, answers=placed)
    found = page(amina, first)
    assert "It happened at the same place, within the same seven days." in found
    assert "2 things agree:" in found
    assert "The person is called the same." not in found
    address = f"/office/arrivals/{first}/links"
    assert 'href="#reason"' in amina.post(address, reason="", code="").text
    assert 'href="#code"' in amina.post(address, reason=REASON, code="000000").text
    compared = amina.post(address, reason=REASON, code=amina.staffed.code("amina")).text
    assert "The person is called the same." in compared
    assert second[:8] in compared
    assert "Zainab" not in compared
