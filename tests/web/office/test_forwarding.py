"""Pages of claims between offices: forwarded, accepted, answered, told; and what each office may see of it."""

import re

import pytest
from flask import Flask

from intake.domain.verbale import Step
from intake.services import claims, matters, member_states, verbales
from tests.support.claimed import Claimed
from tests.support.forwarded import AGREED, Between
from tests.support.staffed import Phone, StaffedOffice
from tests.support.states import CODES, States
from tests.web.office.conftest import Visitor

pytestmark = pytest.mark.usefixtures("sqlite_only")


@pytest.fixture
def between(staffed: StaffedOffice) -> Between:
    return Between.make(staffed)


@pytest.fixture
def central(app: Flask, between: Between) -> Visitor:
    """A browser at the other office."""
    return Visitor(between.central, app.test_client())


def page_of(made: Claimed, rest: str = "/forwarding") -> str:
    return f"/office/claims/{made.claim.id}{rest}"


def event_forms(page: str, kind: str) -> list[str]:
    return re.findall(rf"/do/{kind}[^\"]*", page)


def forwarded(visitor: Visitor, between: Between, made: Claimed) -> None:
    """Forward it as a person does, on the page."""
    assert page_of(made) in visitor.get(page_of(made, "")).text
    asked = visitor.get(page_of(made))
    assert "Central" in asked.text
    version = re.search(r'name="version" value="(\d+)"', asked.text)
    assert version is not None
    typed = {"step": "forward", "version": version[1], "to": between.central.made.office, **AGREED}
    assert visitor.post(page_of(made), **{**typed, "spoke": ""}, code=between.office.code("amina")).status_code == 422
    done = visitor.post(page_of(made), **typed, code=between.office.code("amina"))
    assert done.status_code == 303, done.text


def test_an_office_forwards_central_writes_the_note_the_answer_comes_the_office_tells_her(
    visitor: Visitor, central: Visitor, between: Between
) -> None:
    made = between.begin()
    visitor.sign_in("amina")
    forwarded(visitor, between, made)
    assert "It waits at Central for an answer." in visitor.get("/office/claims/forwarded").text
    central.sign_in("nadia")
    assert made.claim.reference in central.get("/office/claims/forwarded").text
    preview = central.get(page_of(made)).text
    assert "France" in preview
    assert "Canary" not in preview
    assert central.post(page_of(made), step="accept").status_code == 303
    assert event_forms(central.get(page_of(made, "")).text, "ms_notified")
    states = States(between.central)
    states.do(member_states.add, by="nadia", code="FR", language="fr", codes=CODES)
    (matter,) = states.look(matters.of_state, code="FR", by="nadia")
    given = {"code": "FR", "subject": "claims_received", "language": "fr", "items": [matter.id]}
    note = states.do(verbales.draft, by="nadia", **given)
    for kind, details in (("sent", {}), ("answered", {"items": [matter.id], "answer": "father_located"})):
        said = Step(kind, states.today, states.today, details=details)
        note = states.do(verbales.step, by="nadia", id=note.id, version=note.version, said=said)
        between.office.clock.move(minutes=1)
    # Nobody has to fetch anything, nor look at claims: it is taken in with the inbox.
    visitor.get("/office/arrivals")
    assert "father_located" in {event.kind for event in between.here(made).events}
    here = visitor.get(page_of(made, "")).text
    assert "The man was found" in here
    assert event_forms(here, "claimant_told")
    assert not event_forms(here, "ms_reminded")
    found = next(event for event in between.here(made).untold() if event.kind == "father_located")
    path = page_of(made, f"/do/claimant_told?target={found.id}")
    version = re.search(r'name="version" value="(\d+)"', visitor.get(path).text)
    assert version is not None
    day = f"{between.office.clock.now:%Y-%m-%d}"
    told = {"how": "in_person", "who": "amina", "language": "fr", "happened": day, "known": day}
    assert visitor.post(path, version=version[1], **told).status_code == 303
    assert "The claimant was told" in central.get(page_of(made, "")).text
    assert found.id not in {event.id for event in between.there(made).untold()}


def test_a_central_claims_officer_without_identity_rights_reads_no_name(central: Visitor, between: Between) -> None:
    made = between.accepted()
    central.sign_in("nadia")
    seen = [central.get(page_of(made, rest)).text for rest in ("", "/names", "/forwarding")]
    typed = {"reason": "To write to the State", "code": between.central.code("nadia")}
    refused = central.post(page_of(made, "/names"), **typed)
    assert refused.status_code == 403
    assert "Canary" not in "".join([*seen, refused.text])
    central.post("/office/sign-out")
    central.sign_in("omar")
    opened = central.post(page_of(made, "/names"), reason="To write to the State", code=between.central.code("omar"))
    assert "Zainab Canary" in opened.text


def test_when_the_claimant_no_longer_agrees_central_has_nothing_left_and_both_pages_say_so(
    visitor: Visitor, central: Visitor, between: Between
) -> None:
    made = between.accepted()
    visitor.sign_in("amina")
    assert visitor.post(page_of(made), step="end", on="tomorrow").status_code == 422
    assert visitor.post(page_of(made), step="end", on="2026-11-22").status_code == 303
    assert "has not confirmed yet" in visitor.get(page_of(made)).text
    central.sign_in("nadia")
    assert central.get(page_of(made, "")).status_code == 404
    over = central.get(page_of(made))
    assert "must be asked back" in over.text
    assert "has destroyed its copy" in visitor.get(page_of(made)).text
    assert visitor.post(page_of(made), step="end", on="2026-11-22").status_code == 409


def test_sent_back_with_a_reason_stands_on_the_page_of_the_office(
    visitor: Visitor, central: Visitor, between: Between
) -> None:
    made = between.begin()
    between.forward(made)
    central.sign_in("nadia")
    central.get(page_of(made))
    assert central.post(page_of(made), step="send_back", why="no").status_code == 422
    assert central.post(page_of(made), step="send_back", why="Say which unit he was in").status_code == 303
    visitor.sign_in("amina")
    back = visitor.get(page_of(made)).text
    assert "Say which unit he was in" in back
    assert 'value="forward"' in back


def test_whom_she_named_is_shown_and_must_be_checked(visitor: Visitor, between: Between) -> None:
    visitor.sign_in("amina")
    case = care_case(visitor, between)
    made = between.begin(case=case)
    page = visitor.get(page_of(made)).text
    assert 'name="checked"' in page
    typed = {"step": "forward", "version": str(made.claim.version), "to": between.central.made.office, **AGREED}
    assert visitor.post(page_of(made), **typed, code=between.office.code("amina")).status_code == 422
    listed = visitor.get(f"/office/cases/{case}/consents").text
    assert f'value="office:{between.central.made.office}"' in listed


def care_case(visitor: Visitor, between: Between) -> str:
    """A case around a report in which she names whom it must be kept from."""
    report = Phone.send(between.office.phone())
    visitor.get("/office/arrivals")
    visitor.post(f"/office/arrivals/{report}/decision", decision="registered", version="1")
    return visitor.get(f"/office/arrivals/{report}/decided").text.partition("/office/cases/")[2][:36]


def test_an_office_that_names_no_other_is_offered_nothing(visitor: Visitor, staffed: StaffedOffice) -> None:
    made = Claimed.begin(staffed)
    visitor.sign_in("amina")
    assert page_of(made) not in visitor.get(page_of(made, "")).text
    assert "names no other office" in visitor.get(page_of(made)).text
    assert made.look(claims.find, claim=made.claim.id).stands_with == ""
