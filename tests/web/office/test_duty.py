"""The pages of the rota and of what is due: read, changed, refused, stale; and what the list says of calls."""

from typing import Any

import pytest

from intake.services import deadlines, duty, night, records, telling
from intake.services.ways import Ways
from intake.store.office import staff as accounts
from intake.web.speech import SPEECH
from tests.support.care import care_for
from tests.support.claimed import Claimed, new
from tests.support.staffed import Phone, StaffedOffice
from tests.web.office.conftest import Visitor

CHANGE = "/office/duty/change"


def typed(staffed: StaffedOffice, **changed: str) -> dict[str, str]:
    """The form of a rota with bruno first and amina second every day."""
    bruno, amina = staffed.people["bruno"].id, staffed.people["amina"].id
    found = {"version": "0", "handover": "08:00", "leader": amina}
    for day in range(7):
        found |= {f"first-{day}": bruno, f"second-{day}": amina}
    for one, name in ((bruno, "bruno"), (amina, "amina")):
        found |= {f"mail-{one}": f"{name}@example.org", f"pager-{one}": "+000", f"language-{one}": "ar"}
    return {**found, **changed}


@pytest.fixture
def cora(visitor: Visitor, staffed: StaffedOffice) -> Visitor:
    """The coordinator, signed in, with a rota that is saved."""
    visitor.sign_in("cora")
    visitor.get(CHANGE)
    assert visitor.post(CHANGE, **typed(staffed)).status_code == 303
    return visitor


def look(staffed: StaffedOffice, **after: float) -> None:
    ways = Ways(lambda *_: True, None)
    night.look(staffed.store, ways=ways, demo=ways, speech=SPEECH, now=staffed.clock.move(**after))


def test_the_coordinator_makes_a_rota_and_sees_who_is_on_duty(cora: Visitor) -> None:
    page = cora.get("/office/duty?said=saved").text
    assert "The rota is saved." in page
    assert page.count("<bdi>bruno</bdi>") == 1 + 14
    assert "@example.org" not in page
    form = cora.get(CHANGE).text
    assert 'value="bruno@example.org"' in form
    assert 'name="version" value="1"' in form


def test_what_is_wrong_is_told_above_and_at_its_field_and_nothing_typed_is_lost(
    cora: Visitor, staffed: StaffedOffice
) -> None:
    bruno = staffed.people["bruno"].id
    answer = cora.post(
        CHANGE, **typed(staffed, version="1", **{"day-0": "2026-12-25", "first-2": "", f"mail-{bruno}": "no"})
    )
    assert answer.status_code == 422
    assert f'<a href="#mail-{bruno}">This is not a mail address.</a>' in answer.text
    assert f'id="mail-{bruno}-error"' in answer.text
    assert 'value="no"' in answer.text
    assert 'value="2026-12-25"' in answer.text


def test_a_rota_that_a_colleague_has_changed_is_shown_beside_what_was_typed(
    cora: Visitor, staffed: StaffedOffice
) -> None:
    bruno = staffed.people["bruno"].id
    cora.post(CHANGE, **typed(staffed, version="1", handover="07:00"))
    answer = cora.post(CHANGE, **typed(staffed, version="1", handover="09:00", leader=bruno))
    assert answer.status_code == 409
    assert "The rota has changed since you opened it." in answer.text
    for said in ("<bdi>09:00</bdi>", "<bdi>07:00</bdi>", "<bdi>bruno</bdi>", "<bdi>amina</bdi>"):
        assert said in answer.text
    assert 'name="version" value="2"' in answer.text
    with staffed.store.office() as session:
        assert duty.held(session, office=staffed.made.office).rota.handover == "07:00"


def test_others_see_the_rota_but_neither_addresses_nor_its_form(cora: Visitor, another: Visitor) -> None:
    another.sign_in("bruno")
    assert "Change the rota" not in another.get("/office/duty").text
    assert another.get(CHANGE).status_code == 403
    assert another.post(CHANGE, **typed(another.staffed, version="1")).status_code == 403


def test_the_list_says_who_was_called_when(
    cora: Visitor, another: Visitor, staffed: StaffedOffice, phone: Phone
) -> None:
    report = phone.send(urgent=True)
    look(staffed)
    for _ in range(3):
        look(staffed, minutes=30)
    another.sign_in("amina")
    page = another.get("/office/arrivals").text
    called = page[page.index("Called:") :].partition("</p>")[0]
    assert called.count("<bdi>amina</bdi>") == 3
    assert "(4 calls in all)" in called
    assert "<bdi>bruno</bdi>" in another.get("/office/duty").text
    another.get(f"/office/arrivals/{report}")
    look(staffed, minutes=31)
    another.sign_in("amina")
    assert "(4 calls in all)" in another.get("/office/arrivals").text


def test_a_call_that_reached_nobody_says_so(
    cora: Visitor, another: Visitor, staffed: StaffedOffice, phone: Phone
) -> None:
    phone.send(urgent=True)
    ways = Ways(lambda *_: False, None)
    night.look(staffed.store, ways=ways, demo=ways, speech=SPEECH, now=staffed.clock.now)
    another.sign_in("amina")
    assert "(not reached)" in another.get("/office/arrivals").text
    assert "failed" in another.get("/office/duty").text


def test_what_is_due_stands_by_day_in_words_with_a_link_where_there_is_one(
    visitor: Visitor, staffed: StaffedOffice, phone: Phone
) -> None:
    report = phone.send()
    visitor.sign_in("bruno")
    assert "Nothing is due." in visitor.get("/office/due").text
    visitor.get("/office/arrivals")
    with staffed.store.office() as session:
        desk, owner = staffed.desk(session, "amina"), staffed.people["bruno"].id
        beside: dict[str, Any] = {"desk": desk, "kind": "visit", "content": {}, "seen": 0, "now": staffed.clock.now}
        for id_, day in (("11111111", "2026-11-20"), ("22222222", "2026-11-22"), ("33333333", "2026-12-01")):
            records.put(session, id=id_, due_on=day, owner=owner, **beside)
    mine, whole = visitor.get("/office/due").text, visitor.get("/office/due?show=office").text
    assert 'show=mine" aria-current="page">Mine <span class="count">(3)' in mine
    assert 'show=office" aria-current="page">The whole office <span class="count">(4)' in whole
    days = ["Overdue since 20 November 2026", "Today, 22 November 2026", "1 December 2026"]
    places = [mine.index(day) for day in days]
    assert places == sorted(places)
    assert f'href="/office/arrivals/{report}"' in whole
    assert f'href="/office/arrivals/{report}"' not in mine
    assert "Tomorrow, 23 November 2026" in whole
    assert "nobody's yet" in whole or "nobody&#39;s yet" in whole


def test_what_is_due_is_paged_and_called_by_the_case_it_belongs_to(
    visitor: Visitor, another: Visitor, staffed: StaffedOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deadlines, "PAGE", 2)
    care = care_for(staffed)
    care.offer()
    care.do(telling.note, case=care.case.id, person="", step="visit", due="2026-11-25")
    claim = Claimed.begin(staffed).act(new("registered"))
    visitor.sign_in("amina")
    assert f"– <bdi>{claim.reference}</bdi>" in visitor.get("/office/due?show=office&page=2").text
    first, second = (visitor.get(f"/office/due?show=office&page={page}").text for page in (1, 2))
    assert 'rel="next"' in first
    assert 'rel="prev"' in second
    assert 'rel="next"' not in second
    assert f"– <bdi>{care.case.reference}</bdi>" in first + second
    another.sign_in("cora")
    assert care.case.reference not in another.get("/office/due").text, "who may not see cases reads no reference"


def test_what_a_role_may_not_open_is_due_without_a_link(
    visitor: Visitor, another: Visitor, staffed: StaffedOffice
) -> None:
    """The claims officer sees what the office owes her, and no link that would be refused: help is not hers to see."""
    care = care_for(staffed)
    referral = care.offer()
    care.do(telling.note, case=care.case.id, person="", step="visit", due="2026-11-25")
    pages = [f"/office/cases/{care.case.id}/messages", f"/office/cases/{care.case.id}/help/{referral.id}"]
    with staffed.store.office() as session:
        accounts.change(session, staffed.people["farah"].id, roles="claims_officer")
    for who, name, links in ((visitor, "farah", [True, False]), (another, "amina", [True, True])):
        who.sign_in(name)
        page = who.get("/office/due?show=office").text
        assert "Tell somebody what came of it" in page
        assert "See how help goes on" in page
        assert [f'href="{one}"' in page for one in pages] == links
        assert [who.get(one).status_code == 200 for one in pages] == links
