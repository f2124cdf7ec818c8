"""Opening a report, names and contacts, and deciding: what is shown, to whom, and that it is on record."""

import html
import re

import pytest
from werkzeug.test import TestResponse

from intake.services import audit, walks
from intake.services.audit import Entry
from tests.support.staffed import ANSWERS, IDENTITY, Phone
from tests.web.office.conftest import Visitor

REASON = "To call her about the doctor"


@pytest.fixture
def reviewer(visitor: Visitor) -> Visitor:
    visitor.sign_in("amina")
    return visitor


@pytest.fixture
def report(reviewer: Visitor, phone: Phone) -> str:
    sent = phone.send()
    reviewer.get("/office/arrivals")
    return sent


def record(visitor: Visitor, act: str, about: str) -> list[Entry]:
    """The lines of the audit chain about one act and one report."""
    with visitor.staffed.store.office(reading=True) as session:
        lines = list(audit.read(session, desk=visitor.staffed.made.desk))
    return [line for line in lines if (line.act, line.about) == (act, about)]


def identity(visitor: Visitor, report: str, reason: str = REASON, code: str | None = None) -> str:
    visitor.get(f"/office/arrivals/{report}/identity")
    typed = {"reason": reason, "code": visitor.staffed.code("amina") if code is None else code}
    return html.unescape(visitor.post(f"/office/arrivals/{report}/identity", **typed).text)


def version(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found is not None
    return found[1]


def test_questions_stand_in_the_readers_language_and_words_in_hers(reviewer: Visitor, report: str) -> None:
    page = html.unescape(reviewer.get(f"/office/arrivals/{report}?lang=en").text)
    assert "Are you hurt, bleeding or in pain?" in page
    assert '<p class="typed" lang="fr" dir="ltr">J’ai besoin d’un médecin.</p>' in page


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_another_reader_sees_the_same_report_in_another_language(reviewer: Visitor, report: str, lang: str) -> None:
    page = html.unescape(reviewer.get(f"/office/arrivals/{report}?lang={lang}").text)
    assert "Are you hurt, bleeding or in pain?" not in page
    assert "J’ai besoin d’un médecin." in page


def test_a_text_typed_from_right_to_left_says_so_in_a_page_that_does_not(reviewer: Visitor, phone: Phone) -> None:
    sent = phone.send(answers={**ANSWERS, "help_words": {"text": "أحتاج إلى طبيب", "language": "ar"}})
    reviewer.get("/office/arrivals")
    assert '<p class="typed" lang="ar" dir="rtl">أحتاج إلى طبيب</p>' in reviewer.get(f"/office/arrivals/{sent}").text


def test_what_she_typed_is_text_and_never_markup(reviewer: Visitor, phone: Phone) -> None:
    sent = phone.send(answers={**ANSWERS, "help_words": {"text": "<script>alert(1)</script>", "language": '"><b>'}})
    reviewer.get("/office/arrivals")
    page = reviewer.get(f"/office/arrivals/{sent}").text
    assert "<script>alert" not in page
    assert "<b>" not in page


@pytest.mark.parametrize(
    ("relation", "points", "pointed"),
    [
        ("corrects", "Corrects", "It was corrected:"),
        ("adds_to", "Adds to", "Something was added to it:"),
        ("same_event", "Another person, same event", "Another person, same event:"),
        ("withdraws", "Takes back", "The notice that takes it back:"),
        ("follows_up", "Follows up", "It was followed up:"),
        ("rhymes_with", '<code dir="ltr">rhymes_with</code>', "Another report points at it:"),
    ],
)
def test_a_report_that_points_at_another_links_to_it_and_back(
    reviewer: Visitor, phone: Phone, report: str, relation: str, points: str, pointed: str
) -> None:
    other = phone.send(about={"report": report, "as": relation})
    reviewer.get("/office/arrivals")
    page = html.unescape(reviewer.get(f"/office/arrivals/{other}?lang=en").text)
    assert f'<p>{points} <a href="/office/arrivals/{report}">' in page
    page = html.unescape(reviewer.get(f"/office/arrivals/{report}?lang=en").text)
    assert pointed in page
    assert f'<a href="/office/arrivals/{other}">' in page


@pytest.mark.parametrize(
    ("relation", "said"),
    [("corrects", "(which has not come yet)"), ("withdraws", "it may have been taken back before")],
)
def test_what_it_points_at_and_has_not_come_is_named_and_not_linked(
    reviewer: Visitor, phone: Phone, relation: str, said: str
) -> None:
    absent = "0d6f5c0e-7b1e-4a39-9c57-1f6f3f0f8f11"
    other = phone.send(about={"report": absent, "as": relation})
    reviewer.get("/office/arrivals")
    page = reviewer.get(f"/office/arrivals/{other}?lang=en").text
    assert said in page
    assert f"/office/arrivals/{absent}" not in page


def test_a_broken_rule_is_a_remark_and_the_answer_is_shown(reviewer: Visitor, phone: Phone) -> None:
    sent = phone.send(answers={**ANSWERS, "share_inquiry": "perhaps", "children_along": 10**6})
    reviewer.get("/office/arrivals")
    page = reviewer.get(f"/office/arrivals/{sent}").text
    assert "This choice is not one that the form offers." in page
    assert '<code dir="ltr">perhaps</code>' in page
    assert "1000000" in page


def test_a_form_this_office_does_not_know_is_shown_as_it_came(reviewer: Visitor, phone: Phone) -> None:
    sent = phone.send(
        form="visit", version=99, answers={"brand_new": "a_code", "other": {"text": "x", "language": "en"}}
    )
    reviewer.get("/office/arrivals")
    page = reviewer.get(f"/office/arrivals/{sent}").text
    assert "The office does not know this form" in page
    assert "brand_new" in page
    assert "a_code" in page


def test_answers_to_unknown_questions_are_shown_as_they_came(reviewer: Visitor, phone: Phone) -> None:
    sent = phone.send(answers={**ANSWERS, "brand_new": ["a", 3]})
    reviewer.get("/office/arrivals")
    page = html.unescape(reviewer.get(f"/office/arrivals/{sent}").text)
    assert "Answers to questions this office does not know" in page
    assert '["a", 3]' in page


@pytest.mark.parametrize("member", ["form", "version", "language", "officer", "n", "state", "answers"])
def test_a_missing_member_is_told_and_the_rest_is_shown(reviewer: Visitor, phone: Phone, member: str) -> None:
    sent = phone.send(**{member: None}) if member != "answers" else phone.send(answers=None, answers_=1)
    reviewer.get("/office/arrivals")
    assert reviewer.get(f"/office/arrivals/{sent}").status_code == 200


def test_every_opening_is_on_record(reviewer: Visitor, report: str) -> None:
    reviewer.get(f"/office/arrivals/{report}")
    reviewer.get(f"/office/arrivals/{report}")
    assert [line.name for line in record(reviewer, "opened", report)] == ["amina", "amina"]


def test_looking_at_the_list_opens_nothing(reviewer: Visitor, report: str) -> None:
    reviewer.get("/office/arrivals")
    assert record(reviewer, "opened", report) == []
    assert len(record(reviewer, "arrived", report)) == 1


def test_a_report_that_is_not_there_is_not_found_and_leaves_no_line(reviewer: Visitor) -> None:
    strange = "0d6f5c0e-7b1e-4a39-9c57-1f6f3f0f8f11"
    assert reviewer.get(f"/office/arrivals/{strange}").status_code == 404
    assert record(reviewer, "opened", strange) == []


def test_each_version_of_a_report_in_conflict_can_be_opened(reviewer: Visitor, phone: Phone, report: str) -> None:
    phone.send(report, answers={**ANSWERS, "help_words": {"text": "the other words", "language": "en"}})
    reviewer.get("/office/arrivals")
    first = reviewer.get(f"/office/arrivals/{report}").text
    link = re.search(r'href="(/office/arrivals/[^"]+\?copy=[^"]+)"', first.replace(f"{report}/identity", ""))
    assert link is not None
    assert "the other words" not in first
    assert "the other words" in reviewer.get(html.unescape(link[1])).text


def test_names_stay_shut_in_the_report(reviewer: Visitor, report: str) -> None:
    assert IDENTITY["called"]["text"] not in reviewer.get(f"/office/arrivals/{report}").text


def test_names_open_on_a_reason_and_a_fresh_code_and_are_on_record(reviewer: Visitor, report: str) -> None:
    assert IDENTITY["called"]["text"] in identity(reviewer, report)
    lines = record(reviewer, "opened_identity", report)
    assert [(line.name, line.details["reason"]) for line in lines] == [("amina", REASON)]


@pytest.mark.parametrize("reason", ["", "too short", "         x         "])
def test_names_do_not_open_without_a_reason(reviewer: Visitor, report: str, reason: str) -> None:
    page = identity(reviewer, report, reason=reason)
    assert IDENTITY["called"]["text"] not in page
    assert 'href="#reason"' in page
    assert record(reviewer, "opened_identity", report) == []


def test_names_do_not_open_on_a_wrong_code(reviewer: Visitor, report: str) -> None:
    page = identity(reviewer, report, code="000000")
    assert IDENTITY["called"]["text"] not in page
    assert 'href="#code"' in page


def test_within_ten_minutes_the_next_names_need_a_reason_and_no_code(reviewer: Visitor, report: str) -> None:
    identity(reviewer, report)
    reviewer.staffed.clock.move(minutes=9)
    assert 'id="code"' not in reviewer.get(f"/office/arrivals/{report}/identity").text
    assert IDENTITY["called"]["text"] in identity(reviewer, report, code="")


def test_after_ten_minutes_names_are_shut_again(reviewer: Visitor, report: str) -> None:
    identity(reviewer, report)
    reviewer.staffed.clock.move(minutes=10)
    assert IDENTITY["called"]["text"] not in identity(reviewer, report, code="")


def test_who_holds_no_key_to_names_learns_whom_to_ask(visitor: Visitor, phone: Phone) -> None:
    sent = phone.send()
    visitor.sign_in("bruno")
    visitor.get("/office/arrivals")
    page = visitor.get(f"/office/arrivals/{sent}/identity").text
    assert "<bdi>amina</bdi>" in page
    assert 'id="code"' not in page


def test_who_holds_no_key_to_names_cannot_force_the_form(visitor: Visitor, phone: Phone) -> None:
    sent = phone.send()
    visitor.sign_in("bruno")
    visitor.get("/office/arrivals")
    answer = visitor.post(f"/office/arrivals/{sent}/identity", reason=REASON, code=visitor.staffed.code("bruno"))
    assert answer.status_code == 403
    assert IDENTITY["called"]["text"] not in answer.text


def test_a_report_without_names_says_so(reviewer: Visitor, phone: Phone) -> None:
    sent = phone.send(identity={})
    reviewer.get("/office/arrivals")
    assert "There are no names and no contacts in this report." in identity(reviewer, sent)


def test_registering_is_kept_and_on_record(reviewer: Visitor, report: str) -> None:
    page = reviewer.get(f"/office/arrivals/{report}").text
    answer = reviewer.post(f"/office/arrivals/{report}/decision", decision="registered", version=version(page))
    assert answer.status_code == 303
    assert "Registered" in reviewer.get(answer.location).text
    assert [line.details["decision"] for line in record(reviewer, "decided", report)] == ["registered"]


def test_not_for_us_needs_a_reason(reviewer: Visitor, report: str) -> None:
    page = reviewer.get(f"/office/arrivals/{report}").text
    answer = reviewer.post(f"/office/arrivals/{report}/decision", decision="not_for_us", version=version(page))
    assert answer.status_code == 422
    assert 'href="#reason"' in answer.text
    assert record(reviewer, "decided", report) == []


def test_choosing_nothing_is_told_at_the_choice(reviewer: Visitor, report: str) -> None:
    page = reviewer.get(f"/office/arrivals/{report}").text
    answer = reviewer.post(f"/office/arrivals/{report}/decision", version=version(page))
    assert answer.status_code == 422
    assert 'href="#decision"' in answer.text


def decide(visitor: Visitor, report: str, **typed: str) -> TestResponse:
    return visitor.post(f"/office/arrivals/{report}/decision", **typed)


def test_a_decision_made_from_an_older_state_overwrites_nothing__primero_508(
    reviewer: Visitor, another: Visitor, report: str
) -> None:
    seen = version(reviewer.get(f"/office/arrivals/{report}").text)
    another.sign_in("bruno")
    another.get(f"/office/arrivals/{report}")
    decide(another, report, decision="registered", version=seen, note="mine was first", take="yes")
    answer = decide(reviewer, report, decision="not_for_us", reason="It is for another agency", version=seen)
    page = html.unescape(answer.text)
    assert answer.status_code == 409
    assert page.index("What you saw") < page.index("Nothing has been decided yet.") < page.index("What is there now")
    assert "mine was first" in page
    assert "It is for another agency" in page
    assert [line.name for line in record(reviewer, "decided", report)] == ["bruno"]


def test_after_comparing_the_decision_can_be_made_again(reviewer: Visitor, another: Visitor, report: str) -> None:
    seen = version(reviewer.get(f"/office/arrivals/{report}").text)
    another.sign_in("bruno")
    another.get(f"/office/arrivals/{report}")
    typed = {"decision": "not_for_us", "reason": "It is for another agency"}
    decide(another, report, **typed, version=seen, take="yes")
    stale = decide(reviewer, report, decision="registered", version=seen)
    again = decide(reviewer, report, decision="registered", version=version(stale.text))
    assert again.status_code == 303
    assert [line.name for line in record(reviewer, "decided", report)] == ["bruno", "amina"]


def test_new_bytes_under_the_number_make_a_decision_stale(reviewer: Visitor, phone: Phone, report: str) -> None:
    seen = version(reviewer.get(f"/office/arrivals/{report}").text)
    phone.send(report, answers={**ANSWERS, "hurt": "no"})
    reviewer.get("/office/arrivals")
    answer = reviewer.post(f"/office/arrivals/{report}/decision", decision="registered", version=seen)
    assert answer.status_code == 409


def test_the_auditor_sees_who_opened_a_report_and_nothing_of_it(
    reviewer: Visitor, another: Visitor, report: str
) -> None:
    identity(reviewer, report)
    another.sign_in("dele")
    page = html.unescape(another.get(f"/office/arrivals/{report}/history").text)
    assert "Opened names and contacts" in page
    assert REASON in page
    assert "amina" in page
    assert IDENTITY["called"]["text"] not in page


def test_the_auditors_page_walks_what_is_new_of_a_long_chain_and_says_how_far_it_and_the_night_came(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.sign_in("dele")
    page = visitor.get("/office/audit").text
    assert "The chain is whole" in page
    assert "The night has not walked the chain yet" in page
    monkeypatch.setattr(walks, "AT_ONCE", 1)
    monkeypatch.setattr(walks, "KEEP_AFTER", 1)
    staffed = visitor.staffed
    page = visitor.get("/office/audit?check=yes")
    assert "being walked: 1 of" in page.text
    assert "The chain is whole" not in page.text
    for _ in range(50):
        if "Refresh" not in page.headers:
            break
        page = visitor.get("/office/audit")
    assert "The chain is whole" in page.text
    assert "Up to line" in page.text
    walker = walks.Walker(staffed.store)
    while not walker.step(now=staffed.clock.now):
        pass
    assert "The night walked all lines up to" in visitor.get("/office/audit").text


def test_a_report_that_waits_leads_to_the_decision_and_a_notice_says_what_to_do(
    reviewer: Visitor, phone: Phone, report: str
) -> None:
    notice = phone.send(answers={}, about={"report": report, "as": "withdraws"}, state="withdrawn")
    reviewer.get("/office/arrivals")
    page = reviewer.get(f"/office/arrivals/{notice}").text
    assert '<a href="#decide">' in page
    assert '<h2 id="decide">' in page
    assert "Open the report it takes back and stop what was begun, if that is her wish." in page


def test_everybody_sees_what_is_on_record_about_themselves(reviewer: Visitor, report: str) -> None:
    reviewer.get(f"/office/arrivals/{report}")
    page = reviewer.get("/office/you").text
    assert "Opened the report" in page
    assert report[:8] in page
