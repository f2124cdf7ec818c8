"""The page of searching: what is looked for is posted, what was found opens, and a kept search is one's own."""

import html
from threading import Event
from typing import Any

import pytest

from intake.services import find, register
from tests.support.staffed import ANSWERS, Phone
from tests.web.office.conftest import Visitor

WORDS = {**ANSWERS, "help_words": {"text": "Près de la Rivière", "language": "fr"}}


@pytest.fixture
def reviewer(visitor: Visitor) -> Visitor:
    visitor.sign_in("amina")
    return visitor


@pytest.fixture
def report(reviewer: Visitor, phone: Phone) -> str:
    sent = phone.send(answers=WORDS)
    reviewer.get("/office/arrivals")
    return sent


def look(visitor: Visitor, **asked: str) -> str:
    visitor.get("/office/find")
    return html.unescape(visitor.post("/office/find", **asked).text)


def test_a_report_is_found_by_a_word_and_opens(reviewer: Visitor, report: str) -> None:
    page = look(reviewer, words="RIVIERE")
    assert "1 found" in page
    assert f'href="/office/arrivals/{report}"' in page
    assert 'value="RIVIERE"' in page
    assert "Nothing fits" in look(reviewer, words="ocean")


def test_an_empty_search_shows_nothing_and_says_nothing_was_missing(reviewer: Visitor, report: str) -> None:
    page = look(reviewer)
    assert "found" not in page.split("<form")[0]
    assert report not in page


def test_what_is_looked_for_is_in_no_address(reviewer: Visitor, report: str) -> None:
    assert 'method="post" action="/office/find"' in reviewer.get("/office/find").text
    assert report not in reviewer.get("/office/find?words=riviere").text


def test_a_kept_search_is_one_s_own_and_can_be_dropped(reviewer: Visitor, another: Visitor, report: str) -> None:
    assert "Give the search a name" in html.unescape(reviewer.post("/office/find/searches", words="riv", name=" ").text)
    reviewer.post("/office/find/searches", words="riv", name="By the water")
    page = reviewer.get("/office/find").text
    assert "By the water" in page
    another.sign_in("bruno")
    assert "By the water" not in another.get("/office/find").text
    address = page.split('action="/office/find/searches/')[1].split('"')[0]
    another.post(f"/office/find/searches/{address}")
    assert "By the water" in reviewer.get("/office/find").text
    assert reviewer.post(f"/office/find/searches/{address}").status_code == 303
    assert "By the water" not in reviewer.get("/office/find").text


def test_while_much_is_opened_a_bar_shows_how_far_it_is(
    reviewer: Visitor, report: str, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, follow = Event(), find.Finder._follow

    def held(*given: Any) -> None:
        assert go_on.wait(60)
        follow(*given)

    monkeypatch.setattr(find, "AT_ONCE", 0)
    phone.send()
    with reviewer.staffed.store.inbound() as inbound, reviewer.staffed.store.office() as session:
        register.pull(session, inbound, desk=reviewer.staffed.made.desk, now=reviewer.staffed.clock.now)
    monkeypatch.setattr(find.Finder, "_follow", held)
    answer = reviewer.get("/office/find")
    go_on.set()
    assert "<progress" in answer.text
    assert answer.headers["Refresh"] == "1;url=/office/find"
    monkeypatch.setattr(find, "AT_ONCE", 500)
    while "<progress" in reviewer.get("/office/find").text:
        pass


def test_who_holds_no_key_is_told_so(visitor: Visitor) -> None:
    visitor.sign_in("gita")
    assert "No key" in visitor.get("/office/find").text or "key" in visitor.get("/office/find").text
