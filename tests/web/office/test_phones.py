"""Phones in the hands of a coordinator: seen without content, invited, confirmed, and what to do when one is lost."""

import re
from dataclasses import replace
from html import unescape

import pytest
from flask import Flask

from intake.config import Settings
from intake.envelope.encoding import b64u
from intake.envelope.signing import SigningKey
from intake.office import create_office
from intake.services import audit, bundles, devices, directory, offer
from intake.store.inbound import devices as inbound_devices
from tests.support.staffed import ANSWERS, Phone, StaffedOffice
from tests.web.office.conftest import Visitor

STOLEN = "Stolen at the market this morning"


@pytest.fixture(autouse=True)
def sqlite_only(database_settings: Settings) -> None:
    """What is stored is tested below on both databases; pages look the same over either."""
    if database_settings.database_url:
        pytest.skip("the same on PostgreSQL")


@pytest.fixture
def cora(app: Flask, staffed: StaffedOffice, phone: Phone) -> Visitor:
    """The coordinator, signed in, reading English; there is a phone."""
    visitor = Visitor(staffed, app.test_client())
    visitor.get("/office/sign-in?lang=en")
    visitor.sign_in("cora")
    return visitor


def text_of(page: str) -> str:
    """What a reader sees."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.partition("<main")[2])).split())


def withdraw(cora: Visitor, phone: Phone, **typed: str) -> int:
    return cora.post(f"/office/phones/{phone.id}/lost/withdraw", **typed).status_code


def lines(staffed: StaffedOffice) -> list[audit.Entry]:
    with staffed.store.office(reading=True) as session:
        return list(audit.read(session, desk=staffed.made.desk))


def test_the_coordinator_sees_phones_and_gaps_in_words_and_no_content(cora: Visitor, phone: Phone) -> None:
    phone.send(answers={**ANSWERS, "help_words": {"text": "canary-7", "language": "en"}})
    phone.n = 4
    report = phone.send()
    phone.send(n=7)
    for address in ("", f"/{phone.id}", f"/{phone.id}/lost/missing", f"/{phone.id}/lost/summary"):
        page = cora.get(f"/office/phones{address}").text
        assert "numbers 2 to 4" in page
        assert "number 6" in page
        assert "canary-7" not in page
        assert report[:8] not in page
    assert "Salt Hill 1" in cora.get("/office/phones").text


def test_an_absurd_running_number_does_not_stop_the_page(cora: Visitor, phone: Phone) -> None:
    phone.send(n=2**53 - 1)
    assert f"numbers 1 to {2**53 - 2}" in cora.get("/office/phones").text


def test_the_words_of_an_unconfirmed_phone_are_typed_and_never_shown(cora: Visitor) -> None:
    phone = cora.staffed.phone("Typed by hand", proven=False)
    assert "Not confirmed" in cora.get("/office/phones").text
    with cora.staffed.store.office(reading=True) as session:
        found = devices.known(session, desk=cora.staffed.made.desk, device=phone.id)
    assert found is not None
    address = f"/office/phones/{phone.id}/confirm"
    assert " ".join(found.words) not in cora.get(address).text
    refused = cora.post(address, words="six words that are not hers")
    assert refused.status_code == 422
    assert " ".join(found.words) not in refused.text
    assert 'value="six words that are not hers"' in refused.text
    answer = cora.post(address, words=f"  {' '.join(found.words).upper()} ")
    assert answer.status_code == 303
    assert "this phone is confirmed" in cora.get(answer.location).text
    assert "Not confirmed" not in cora.get("/office/phones").text
    (line,) = [one for one in lines(cora.staffed) if one.act == "confirmed_a_phone"]
    assert (line.name, line.about) == ("cora", phone.id)


def test_a_phone_whose_keys_were_swapped_is_explained_and_cannot_be_confirmed(cora: Visitor) -> None:
    phone = cora.staffed.phone("Typed by hand", proven=False)
    cora.get("/office/phones")
    table = inbound_devices.devices
    with cora.staffed.store.inbound() as inbound:
        inbound.execute(table.update().where(table.c.id == phone.id).values(key=SigningKey.generate().public))
    page = text_of(cora.get(f"/office/phones/{phone.id}").text)
    assert "Keys have changed" in page
    assert "Tell an administrator now" in page
    assert "Compare the words" not in page
    refused = cora.post(f"/office/phones/{phone.id}/confirm", words="any")
    assert (refused.status_code, "not those the office has on record" in refused.text) == (422, True)


def test_a_sheet_of_cards_is_shown_once_with_what_may_stand_on_paper(cora: Visitor) -> None:
    answer = cora.post("/office/phones/invite", labels=" Bay 1 \n\nBay 2\r\n", number="+243 81 000")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    codes = re.findall(r'<p class="code"><bdi dir="ltr">([0-9A-Z-]{19})</bdi>', answer.text)
    assert len(set(codes)) == 2
    for card in re.findall(r'<div class="card">(.*?)</section>', answer.text, re.DOTALL):
        printed = card.partition('<p class="screen')[0]
        assert "+243 81 000" in printed
        assert "Valid once, until" in printed
        assert "Bay" not in printed
        assert "Port Tamarin" not in printed
    page = cora.get("/office/phones").text
    assert "Bay 1" in page
    assert codes[0][:4] in page
    assert codes[0] not in page
    invited = [one for one in lines(cora.staffed) if one.act == "invited_a_phone" and one.name == "cora"]
    assert [one.details["label"] for one in invited] == ["Bay 1", "Bay 2"]


def test_a_card_has_a_picture_only_where_phones_are_met_over_tls(
    database_settings: Settings, staffed: StaffedOffice, cora: Visitor
) -> None:
    assert "<svg" not in cora.post("/office/phones/invite", labels="Bay 1", number="").text
    settings = replace(database_settings, origin="https://fieldbook.test")
    secure = Visitor(staffed, create_office(settings, store=staffed.store, clock=staffed.clock).test_client())
    secure.origin = "http://127.0.0.1"
    secure.get("/office/sign-in?lang=en")
    secure.sign_in("cora")
    page = secure.post("/office/phones/invite", labels="Bay 1", number="").text
    assert page.count("<svg") == 1
    assert "https://fieldbook.test/field/</bdi>" in page
    assert "https://fieldbook.test/field/#enrol=" in page


@pytest.mark.parametrize(
    ("labels", "number", "field"),
    [("", "", "labels"), ("x\n" * 21, "", "labels"), ("x" * 61, "", "labels"), ("Bay 1", "ask Amina", "number")],
)
def test_a_sheet_that_cannot_be_made_keeps_what_was_typed(cora: Visitor, labels: str, number: str, field: str) -> None:
    answer = cora.post("/office/phones/invite", labels=labels, number=number)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert f'value="{number}"' in answer.text
    assert labels.strip() in answer.text
    assert "open invitation" not in cora.get("/office/phones").text


def test_the_number_to_call_is_the_one_the_office_has_set(cora: Visitor) -> None:
    with cora.staffed.store.office() as session:
        changes = {"settings": {"lost_phone_number": "+243 99"}}
        offer.edit(session, desk=cora.staffed.made.desk, changes=changes, now=cora.staffed.clock.now)
    assert 'value="+243 99"' in cora.get("/office/phones/invite").text


def test_an_invitation_can_be_taken_back_once(cora: Visitor) -> None:
    cora.post("/office/phones/invite", labels="Bay 1", number="")
    page = cora.get("/office/phones").text
    (address,) = re.findall(r'action="(/office/phones/invitations/[0-9a-f]{64}/take-back)"', page)
    answer = cora.post(address)
    assert answer.status_code == 303
    assert "has been taken back" in cora.get(answer.location).text
    assert address not in cora.get("/office/phones").text
    assert cora.post(address).status_code == 422


def test_a_lost_phone_is_withdrawn_with_a_reason_and_a_tick_and_no_less(cora: Visitor, phone: Phone) -> None:
    address = f"/office/phones/{phone.id}/lost/withdraw"
    for typed, wrong in (({"reason": STOLEN}, "sure"), ({"reason": "short", "sure": "yes"}, "reason")):
        answer = cora.post(address, **typed)
        assert (answer.status_code, f'href="#{wrong}"' in answer.text) == (422, True)
        assert typed["reason"] in answer.text
    assert "Withdrawn" not in cora.get("/office/phones").text
    assert withdraw(cora, phone, reason=STOLEN, sure="yes") == 303
    assert "Withdrawn" in cora.get("/office/phones").text
    (line,) = [one for one in lines(cora.staffed) if one.act == "withdrew_a_phone"]
    assert (line.name, line.details) == ("cora", {"label": "Salt Hill 1", "reason": STOLEN})
    summary = text_of(cora.get(f"/office/phones/{phone.id}/lost/summary").text)
    assert "Withdrawn by cora" in summary
    assert STOLEN in summary


def test_withdrawing_twice_changes_nothing(cora: Visitor, phone: Phone) -> None:
    withdraw(cora, phone, reason=STOLEN, sure="yes")
    withdraw(cora, phone, reason="another story of it", sure="yes")
    assert len([one for one in lines(cora.staffed) if one.act == "withdrew_a_phone"]) == 1
    assert STOLEN in cora.get(f"/office/phones/{phone.id}/lost/withdraw").text


def test_what_a_withdrawn_phone_sends_is_counted_as_kept_aside(cora: Visitor, phone: Phone) -> None:
    phone.send()
    withdraw(cora, phone, reason=STOLEN, sure="yes")
    phone.send()
    page = text_of(cora.get(f"/office/phones/{phone.id}/lost/came").text)
    assert "2 reports of this phone are safe" in page
    assert "1 of them is kept aside" in page


def test_the_office_is_told_to_publish_anew_as_long_as_the_lost_phone_has_the_key_to_the_list(
    cora: Visitor, phone: Phone
) -> None:
    office, now = cora.staffed, cora.staffed.clock.now
    address = f"/office/phones/{phone.id}/lost/summary"
    with office.store.inbound() as inbound, office.store.office() as session:
        directory.replace(session, desk=office.made.desk, entries=[], now=now)
        devices.learn(session, inbound, desk=office.made.desk, now=now)
        bundles.publish(session, inbound, desk=office.made.desk, shell="none", now=now)  # noqa: S604  a version's name
    withdraw(cora, phone, reason=STOLEN, sure="yes")
    page = text_of(cora.get(address).text)
    assert "Ask one of these people to do it today: amina bruno" in page
    with office.store.inbound() as inbound, office.store.office() as session:
        bundles.publish(session, inbound, desk=office.made.desk, shell="none", now=now)  # noqa: S604  a version's name
    assert "Publish to phones again" not in cora.get(address).text


def test_the_new_invitation_leads_back_to_the_summary(cora: Visitor, phone: Phone) -> None:
    withdraw(cora, phone, reason=STOLEN, sure="yes")
    page = cora.get(f"/office/phones/{phone.id}/lost/invite").text
    hidden = dict(re.findall(r'type="hidden" name="(labels|number|lost)" value="([^"]*)"', page))
    assert hidden == {"labels": "Salt Hill 1", "number": "", "lost": phone.id}
    assert f'href="/office/phones/{phone.id}/lost/summary"' in cora.post("/office/phones/invite", **hidden).text


@pytest.mark.parametrize("address", ["", "/confirm", "/lost/came", "/lost/withdraw"])
def test_a_phone_that_is_not_there_has_no_pages(cora: Visitor, address: str) -> None:
    assert cora.get(f"/office/phones/{'0' * 16}{address}").status_code == 422
    assert cora.get(f"/office/phones/{b64u(b'x' * 40)}{address}").status_code == 422


def test_the_guide_has_no_other_pages(cora: Visitor, phone: Phone) -> None:
    assert cora.get(f"/office/phones/{phone.id}/lost/steps").status_code == 404


def test_nobody_but_the_coordinator_withdraws_confirms_or_invites(visitor: Visitor, phone: Phone) -> None:
    visitor.sign_in("amina")
    for address in ("invite", f"{phone.id}/confirm", f"{phone.id}/lost/withdraw", f"invitations/{'0' * 64}/take-back"):
        assert visitor.post(f"/office/phones/{address}", reason=STOLEN, sure="yes", labels="Bay").status_code == 403
