"""Messages of a case: what is written, what is refused in words, who may, and nothing typed is lost."""

import re

import pytest

from intake.services import cases, register, telling
from tests.support.staffed import Phone, StaffedOffice
from tests.web.office.conftest import Visitor

WHOLE = {"step": "appointment", "due": "2026-11-25", "day": "2026-11-30", "time": "09:30", "until": "2026-12-01"}
REASON = "She asked us to call back"


@pytest.fixture
def at(visitor: Visitor, staffed: StaffedOffice, phone: Phone) -> str:
    """The messages of a case around one report; Amina is signed in."""
    report = phone.send()
    with staffed.store.inbound() as inbound, staffed.store.office() as session:
        desk, now = staffed.desk(session, "amina"), staffed.clock.now
        register.pull(session, inbound, desk=desk, now=now)
        case = cases.open_case(session, desk=desk, report=report, now=now)
    visitor.sign_in("amina")
    return f"/office/cases/{case.id}/messages"


def report_on(visitor: Visitor, at: str) -> str:
    """The report that the form offers."""
    found = re.search(r'<option value="([0-9a-f-]{36})"', visitor.get(f"{at}/new").text)
    assert found
    return found[1]


def link(page: str, end: str) -> str:
    found = re.search(rf'href="([^"]+/{end}[^"]*)"', page)
    assert found, end
    return found[1]


def test_what_was_written_stands_on_the_page_and_can_be_written_again(visitor: Visitor, at: str) -> None:
    report = report_on(visitor, at)
    sent = visitor.post(f"{at}/new", **WHOLE, report=report, text="Bring a friend.", language="en")
    assert (sent.status_code, sent.location) == (303, at)
    page = visitor.get(at).text
    assert "Bring a friend." in page
    again = link(page, "again")
    # pseudo-translated templates keep the version that was on the screen
    assert 'name="version" value="2"' in visitor.get(again).text
    assert visitor.post(again, **WHOLE, report=report, version="2").status_code == 303
    stale = visitor.post(again, **WHOLE, report=report, version="2", text="Come at noon.", language="en")
    assert stale.status_code == 409
    assert "Come at noon." in stale.text
    assert "Bring a friend." in stale.text


def test_what_must_be_told_can_be_noted_without_writing_and_ended_with_a_reason(visitor: Visitor, at: str) -> None:
    assert visitor.post(f"{at}/new", step="visit", due="2026-11-25").status_code == 303
    end = link(visitor.get(at).text, "end")
    visitor.get(end)
    refused = visitor.post(end, outcome="told_her", reason="short", version="1")
    assert (refused.status_code, 'id="reason-error"' in refused.text) == (422, True)
    assert visitor.post(end, outcome="told_her", reason=REASON, version="1").status_code == 303
    assert REASON in visitor.get(at).text
    assert visitor.post(end, outcome="no_need", reason=REASON, version="1").status_code == 409


WRONG = (
    ({"step": ""}, "step"),
    ({"due": "2026-11-21"}, "due"),
    ({"day": "soon"}, "day"),
    ({"time": "9"}, "time"),
    ({"step": "claim_step"}, "claim"),
    ({"step": "question", "text": ""}, "text"),
    ({"until": "2026-11-24"}, "until"),
    ({"language": "xx"}, "language"),
    ({"called": "Zainab"}, "called"),
)


def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(visitor: Visitor, at: str) -> None:
    report = report_on(visitor, at)
    for changed, field in WRONG:
        typed = {**WHOLE, "report": report, "text": "Bring a friend.", "language": "en", **changed}
        answer = visitor.post(f"{at}/new", **typed)
        assert answer.status_code in (403, 422), changed
        assert f'href="#{field}"' in answer.text, changed
        assert f'id="{field}"' in answer.text, changed
        for value in [value for name, value in typed.items() if value and name not in ("language", "step")]:
            assert value in answer.text, changed
    # nothing was noted either: both are one step
    assert "/again" not in visitor.get(at).text


def test_whom_it_is_about_needs_a_fresh_code_to_write_and_to_read(
    visitor: Visitor, at: str, staffed: StaffedOffice
) -> None:
    report = report_on(visitor, at)
    visitor.post(f"/office/arrivals/{report}/identity", reason=REASON, code=staffed.code("amina"))
    assert 'name="called"' in visitor.get(f"{at}/new").text
    assert visitor.post(f"{at}/new", **WHOLE, report=report, called="Zainab", where="The mill").status_code == 303
    page = visitor.get(at).text
    assert "Zainab" not in page
    whom = link(page, "whom")
    staffed.clock.move(minutes=11)
    visitor.get(whom)
    assert visitor.post(whom, reason=REASON, code="000000").status_code == 401
    opened = visitor.post(whom, reason=REASON, code=staffed.code("amina"))
    assert (opened.status_code, "Zainab" in opened.text, "The mill" in opened.text) == (200, True, True)


def test_an_answer_that_came_is_seen_and_is_no_arrival(visitor: Visitor, at: str, phone: Phone) -> None:
    visitor.post(f"{at}/new", **WHOLE, report=report_on(visitor, at))
    with visitor.staffed.store.office(reading=True) as session:
        (found,) = telling.of_case(session, desk=visitor.staffed.made.desk, case=at.split("/")[3])
    answers = {
        "message": found.messages[0].id,
        "answer": "words",
        "words": {"text": "Elle est partie.", "language": "fr"},
    }
    phone.send(form="message-answer", version=1, answers=answers, identity={})
    page = visitor.get(at).text
    assert '<p class="typed" lang="fr" dir="ltr">Elle est partie.</p>' in page
    assert visitor.get("/office/arrivals").text.count("/office/arrivals/") == 1


def test_a_case_closed_to_others_shows_them_no_messages(
    visitor: Visitor, another: Visitor, at: str, staffed: StaffedOffice
) -> None:
    case = at.split("/")[3]
    with staffed.store.office() as session:
        desk, now = staffed.desk(session, "amina"), staffed.clock.now
        asked = cases.act(
            session, desk=desk, case=case, kind="closing_to_named_asked", version=1, names=["amina"], now=now
        )
        second = staffed.desk(session, "bruno")
        cases.act(session, desk=second, case=case, kind="closed_to_named", version=asked.version, now=now)
    another.sign_in("bruno")
    assert another.get(at).status_code == 403
    assert another.get(f"{at}/new").status_code == 403
