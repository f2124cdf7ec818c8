"""Entering by hand in the browser: page after page, kept, refused with numbers, sealed, and among the arrivals."""

import re
from typing import Any

import pytest
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
