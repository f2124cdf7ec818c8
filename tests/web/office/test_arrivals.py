"""The list of what has arrived: what presses comes first, what is odd is marked with what to do."""

import re
from datetime import timedelta

import pytest

from intake.envelope.sealing import SealingKey
from intake.services import cases, devices, providers
from tests.support.staffed import ANSWERS, Phone
from tests.web.office.conftest import Visitor


@pytest.fixture
def reviewer(visitor: Visitor) -> Visitor:
    visitor.sign_in("amina")
    return visitor


def order(page: str) -> list[str]:
    """The reports of a list, as their short numbers, in order."""
    return re.findall(r'<bdi class="number">([0-9a-f]{8})</bdi>', page)


def test_what_a_phone_sent_is_in_the_list_at_the_next_look(reviewer: Visitor, phone: Phone) -> None:
    report = phone.send()
    page = reviewer.get("/office/arrivals").text
    assert order(page) == [report[:8]]
    assert "1 new report has just come in." in page
    assert "Salt Hill 1" in page


def test_the_same_look_again_brings_nothing_twice(reviewer: Visitor, phone: Phone) -> None:
    report = phone.send()
    reviewer.get("/office/arrivals")
    page = reviewer.get("/office/arrivals").text
    assert order(page) == [report[:8]]
    assert "just come in" not in page


def test_urgent_comes_first_then_the_window_that_closes_first_then_who_waited_longest(
    reviewer: Visitor, phone: Phone
) -> None:
    old = phone.send(answers={**ANSWERS, "when_happened": {"when": "2025"}})
    phone.office.clock.move(minutes=10)
    closing = phone.send(answers={**ANSWERS, "when_happened": {"when": "2026-11-20"}})
    later = phone.send(answers={**ANSWERS, "when_happened": {"when": "2026-11-21"}})
    urgent = phone.send(urgent=True, answers={**ANSWERS, "when_happened": {"when": "2025"}})
    page = reviewer.get("/office/arrivals").text
    assert order(page) == [report[:8] for report in (urgent, closing, later, old)]


def test_a_running_window_says_how_many_hours_are_left(reviewer: Visitor, phone: Phone) -> None:
    phone.send(answers={**ANSWERS, "when_happened": {"when": "2026-11-21"}})
    assert re.search(r"within 72 hours: \d+ hours are left at most", reviewer.get("/office/arrivals").text)


def test_what_cannot_wait_says_what_to_do_and_who_can_help_in_the_list_in_the_report_and_on_the_case(
    reviewer: Visitor, phone: Phone
) -> None:
    office = phone.office
    with office.store.office() as session:
        clinic = {"name": "Old Harbour clinic", "services": ("MED", "SAFETY"), "reach": "Blue gate, +243 1"}
        providers.add(session, desk=office.desk(session, "amina"), now=office.clock.now, **clinic)
    report = phone.send(answers={**ANSWERS, "danger_now": "yes", "when_happened": {"when": "2026-11-21"}})
    case = ""
    for page in ("/office/arrivals", f"/office/arrivals/{report}", "case"):
        if page == "case":
            with office.store.office() as session:
                desk = office.desk(session, "amina")
                case = cases.open_case(session, desk=desk, report=report, now=office.clock.now).id
            page = f"/office/cases/{case}"
        text = reviewer.get(page).text
        assert "Safety first: whatever is to be decided can wait." in text, page
        assert "Ask the officer now whether the person has seen a doctor." in text, page
        assert text.count("Old Harbour clinic") == 2, page
        assert "Blue gate, +243 1" in text, page
        assert "Medicine that protects against HIV." in text, page
        for hours in (72, 120):
            assert len(re.findall(rf"within {hours} hours: \d+ hours are left at most", text)) == 1, page


@pytest.mark.parametrize(
    ("sent", "mark"),
    [
        ({"state": "unfinished"}, "Unfinished"),
        ({"about": {"report": "0d6f5c0e-7b1e-4a39-9c57-1f6f3f0f8f11", "as": "withdraws"}}, "Takes back another report"),
        ({"report_key": SealingKey.generate().public}, "It was sealed to a key that the office never published."),
    ],
)
def test_what_is_special_is_marked(reviewer: Visitor, phone: Phone, sent: dict[str, object], mark: str) -> None:
    phone.send(**sent)
    assert mark in reviewer.get("/office/arrivals").text


def test_a_report_that_was_taken_back_says_so(reviewer: Visitor, phone: Phone) -> None:
    report = phone.send()
    phone.send(answers={}, about={"report": report, "as": "withdraws"}, state="withdrawn")
    page = reviewer.get("/office/arrivals?show=withdrawn").text
    assert len(order(page)) == 2
    assert "Start nothing with it before you have spoken with the officer." in page


def test_two_contents_under_one_number_are_one_line_with_a_mark(reviewer: Visitor, phone: Phone) -> None:
    report = phone.send()
    phone.send(report, answers={**ANSWERS, "hurt": "no"})
    page = reviewer.get("/office/arrivals").text
    assert order(page) == [report[:8]]
    assert "Two versions" in page


def test_a_phone_nobody_has_compared_is_marked(reviewer: Visitor) -> None:
    reviewer.staffed.phone("Typed by hand", proven=False).send()
    assert "Phone not confirmed" in reviewer.get("/office/arrivals").text


def test_what_a_withdrawn_phone_sends_is_kept_aside_and_told(reviewer: Visitor, phone: Phone) -> None:
    reviewer.get("/office/arrivals")
    store, office = reviewer.staffed.store, reviewer.staffed
    with store.inbound() as inbound, store.office() as session:
        devices.withdraw(session, inbound, desk=office.made.desk, device=phone.id, now=office.clock.now)
    phone.send()
    assert "The phone had been withdrawn when this came." in reviewer.get("/office/arrivals").text


def test_filters_are_links_with_counts_and_show_only_theirs(reviewer: Visitor, phone: Phone) -> None:
    phone.send()
    unfinished = phone.send(state="unfinished")
    page = reviewer.get("/office/arrivals?show=unfinished").text
    assert order(page) == [unfinished[:8]]
    assert re.search(r'href="/office/arrivals\?show=unfinished" aria-current="page">Unfinished <span[^>]*>\(1\)', page)
    assert re.search(r">Waiting for a decision <span[^>]*>\(2\)", page)


@pytest.mark.parametrize("query", ["show=nonsense", "page=0", "page=-4", "page=x", "page=999"])
def test_a_strange_address_shows_a_page_all_the_same(reviewer: Visitor, query: str) -> None:
    assert reviewer.get(f"/office/arrivals?{query}").status_code == 200


def test_a_long_list_has_pages(reviewer: Visitor, phone: Phone) -> None:
    for _ in range(52):
        phone.send()
    first = reviewer.get("/office/arrivals").text
    second = reviewer.get("/office/arrivals?page=2").text
    assert (len(order(first)), len(order(second))) == (50, 2)
    assert 'rel="next"' in first
    assert 'rel="prev"' in second


def test_ages_are_in_words_of_the_reader(reviewer: Visitor, phone: Phone) -> None:
    phone.send()
    reviewer.staffed.clock.move(minutes=10)
    assert "10 minutes ago" in reviewer.get("/office/arrivals").text
    assert "il y a 10 minutes" in reviewer.get("/office/arrivals?lang=fr").text
    assert "قبل 10 دقائق" in reviewer.get("/office/arrivals?lang=ar").text


def test_the_list_shows_no_answer(reviewer: Visitor, phone: Phone) -> None:
    phone.send(answers={**ANSWERS, "help_words": {"text": "canary-7", "language": "en"}})
    assert "canary-7" not in reviewer.get("/office/arrivals").text


def test_a_window_that_has_certainly_passed_is_not_shown(reviewer: Visitor, phone: Phone) -> None:
    phone.send()
    reviewer.staffed.clock.move(minutes=1)
    assert "72 hours running" in reviewer.get("/office/arrivals").text
    reviewer.staffed.clock.now += timedelta(days=4)
    reviewer.sign_in("amina")
    assert "72 hours running" not in reviewer.get("/office/arrivals").text
