"""Entering by hand in the browser: page after page, kept, refused with numbers, sealed, and among the arrivals."""

import re
from typing import Any

from werkzeug.test import TestResponse

from tests.support.staffed import StaffedOffice
from tests.web.office.conftest import Visitor

ASKED = re.compile(r'name="asked" value="([^"]*)"')
WORDS = "She was told to come back with money."
NAME = "Zainab of the mill"


def begin(visitor: Visitor, **changed: str) -> str:
    """A draft's address."""
    visitor.get("/office/enter")
    typed = {"channel": "call", "came": "2026-11-22", "form": "visit", "language": "ar", **changed}
    answer = visitor.post("/office/enter", **typed)
    assert answer.status_code == 303, answer.text
    return answer.location


def fill(visitor: Visitor, address: str, **fields: Any) -> TestResponse:
    """Post a page as a browser would: with what stands in its hidden field."""
    page = visitor.get(address)
    assert page.status_code == 200
    found = ASKED.search(page.text)
    assert found is not None
    given = {name if name == "go" else f"q-{name.replace('__', '-')}": value for name, value in fields.items()}
    return visitor.post(address, asked=found[1], **given)


def test_the_whole_way_from_a_call_to_the_arrivals(visitor: Visitor, staffed: StaffedOffice) -> None:
    visitor.sign_in("bruno")
    draft = begin(visitor)
    fill(visitor, f"{draft}/ready", duties="read", private="yes", who_speaks="self", age_band="26_40")
    fill(visitor, f"{draft}/notices", notice_help="read")
    answer = fill(visitor, f"{draft}/agreement", may_write="yes")
    assert answer.location == f"{draft}/now"
    now = {"danger_now": "no", "hurt": "no", "when_happened__from__year": "2026"}
    answer = fill(visitor, f"{draft}/now", **now)
    assert answer.location == f"{draft}/now?follows=yes#q-care_first"
    assert fill(visitor, f"{draft}/now", **now).location == f"{draft}/help"
    fill(visitor, f"{draft}/help", help_medical="yes", help_words=WORDS, help_words__language="en")
    answer = fill(visitor, f"{draft}/reach", called=NAME, called__language="ar")
    check = visitor.get(f"{draft}/all")
    assert WORDS in check.text
    sent = visitor.post(f"{draft}/send")
    assert sent.status_code == 303, sent.text
    receipt = visitor.get(sent.location)
    assert "sha-256:" in receipt.text
    assert visitor.get(f"{draft}/all").status_code == 404
    listed = visitor.get("/office/arrivals").text
    assert "Entered by hand by bruno" in listed
    report = draft.rsplit("/", 1)[-1]
    page = visitor.get(f"/office/arrivals/{report}")
    assert WORDS in page.text
    assert NAME not in page.text


def test_danger_and_time_windows_are_shown_while_a_call_is_entered_and_not_for_a_letter(visitor: Visitor) -> None:
    visitor.sign_in("bruno")
    when = {"when_happened__from__day": "21", "when_happened__from__month": "11", "when_happened__from__year": "2026"}
    for channel, shown in (("call", True), ("letter", False)):
        draft = begin(visitor, channel=channel)
        fill(visitor, f"{draft}/agreement", may_write="yes")
        fill(visitor, f"{draft}/now", danger_now="yes", hurt="yes", go="stay", **when)
        page = visitor.get(f"{draft}/now").text
        assert ("Offer to call those who help with safety" in page) is shown
        assert ("Medicine that protects against HIV." in page) is shown
        assert ("The office knows nobody who can help with this." in page) is shown


def test_refusals_have_numbers_at_the_question_and_in_the_summary(visitor: Visitor) -> None:
    visitor.sign_in("bruno")
    draft = begin(visitor)
    answer = fill(visitor, f"{draft}/agreement")
    assert answer.status_code == 422
    assert re.search(r'<li><a href="#q-may_write">[^<]+<span class="small">\(422\.40\)', answer.text)
    assert re.search(r'id="q-may_write-error">.*\(422\.40\)', answer.text)
    fill(visitor, f"{draft}/agreement", may_write="yes")
    typed = {"danger_now": "no", "hurt": "no", "when_happened__from__year": "26"}
    answer = fill(visitor, f"{draft}/now", **typed)
    assert answer.status_code == 422
    assert "(422.251)" in answer.text
    assert 'value="26"' in visitor.get(f"{draft}/now").text
    refused = visitor.post(f"{draft}/send")
    assert refused.status_code == 422
    assert f'href="{draft}/now' in refused.text


def test_conditional_questions_and_rows_come_without_script(visitor: Visitor) -> None:
    visitor.sign_in("bruno")
    draft = begin(visitor)
    assert "/carer" not in fill(visitor, f"{draft}/ready", private="yes", who_speaks="self", age_band="12_14").location
    assert fill(visitor, f"{draft}/notices").location == f"{draft}/carer"
    fill(visitor, f"{draft}/agreement", may_write="yes", child_agrees="yes")
    page = f"{draft}/help"
    assert "q-helped_by" not in visitor.get(page).text
    assert fill(visitor, page, helped_before="yes", go="stay").location.startswith(page)
    added = fill(visitor, page, helped_before="yes", go="add:helped_by")
    assert added.location.startswith(f"{page}#q-helped_by-")
    text = visitor.get(page).text
    rows = re.findall(r'name="q-helped_by" value="([0-9a-f]+)"', text)
    assert len(rows) == 1
    who = {f"helped_by__{rows[0]}__helped_who": "The nurse", "helped_by": rows[0], "helped_before": "yes"}
    fill(visitor, page, **who, go="stay")
    assert "The nurse" in visitor.get(page).text
    fill(visitor, page, **who, go=f"drop:helped_by:{rows[0]}")
    assert "The nurse" not in visitor.get(page).text


def test_what_is_read_aloud_stands_in_her_language_first_and_beside_the_reference(visitor: Visitor) -> None:
    visitor.sign_in("bruno")
    text = visitor.get(f"{begin(visitor, language='fr')}/notices").text
    french, english = (text.index(f'<div lang="{tag}" dir="ltr">') for tag in ("fr", "en"))
    assert french < english


def test_what_was_being_typed_on_a_page_outlives_the_session(visitor: Visitor, staffed: StaffedOffice) -> None:
    visitor.sign_in("bruno")
    draft = begin(visitor)
    fill(visitor, f"{draft}/agreement", may_write="yes")
    page = f"{draft}/help"
    found = ASKED.search(visitor.get(page).text)
    assert found is not None
    staffed.clock.move(minutes=16)
    visitor.headers["Referer"] = f"http://localhost{page}"
    late = visitor.post(page, asked=found[1], go="next", **{"q-help_words": WORDS, "q-help_words-language": "en"})
    assert "said=kept" in late.location
    del visitor.headers["Referer"]
    visitor.sign_in("bruno")
    back = visitor.get(page).text
    assert "What you were typing is back." in back
    assert WORDS in back
    assert found[1] in back
    fill(visitor, page, help_words=WORDS, help_words__language="en")
    assert "What you were typing is back." not in visitor.get(page).text


def test_who_has_no_key_is_told_so_and_enters_nothing(visitor: Visitor) -> None:
    visitor.sign_in("gita")
    assert "key" in visitor.get("/office/enter").text
    assert visitor.post("/office/enter", channel="call", came="2026-11-22", form="visit").status_code == 403


def test_stopping_sends_what_there_is_or_throws_it_away(visitor: Visitor) -> None:
    visitor.sign_in("bruno")
    for go, listed, came in (("finish", True, "2026-11-21"), ("destroy", False, "2026-11-22")):
        draft = begin(visitor, came=came)
        fill(visitor, f"{draft}/agreement", may_write="yes")
        assert fill(visitor, f"{draft}/help", go="stop").location == f"{draft}/stop"
        visitor.post(f"{draft}/stop", go=go)
        assert visitor.get(f"{draft}/stop").status_code == 404
        arrivals = visitor.get("/office/arrivals?show=all").text
        assert (f"/office/arrivals/{draft.rsplit('/', 1)[-1]}" in arrivals) is listed
