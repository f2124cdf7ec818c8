"""Releases in the office: one person prepares, another approves with a fresh code; it is undone with a note."""

import re

from intake.store import releases as published
from tests.support.claimed import Claimed, new
from tests.support.staffed import StaffedOffice
from tests.web.office.conftest import Visitor

NOTE = "One State was counted twice."


def claims(staffed: StaffedOffice) -> Claimed:
    """Three claims against one State, two of them counted, long enough ago; gives one that is."""
    for answer in ("counting_refused", "counting_agreed", "counting_agreed"):
        made = Claimed.begin(staffed)
        made.act(new("registered"), new("father_named", "F1", member_state="FR"), new(answer))
    staffed.clock.move(days=45)
    return made


def out(staffed: StaffedOffice) -> list[tuple[int, str]]:
    with staffed.store.releases(reading=True) as face:
        return [(one.number, one.note) for one in published.every(face)]


def test_one_person_prepares_and_another_approves_and_withdraws(
    staffed: StaffedOffice, visitor: Visitor, another: Visitor
) -> None:
    claims(staffed)
    visitor.sign_in("farah")
    visitor.get("/office/releases")
    assert visitor.post("/office/releases", until="2026-10-01x", policy="protected").status_code == 422
    chosen = {"until": "2026-12-31", "policy": "protected"}
    assert visitor.post("/office/releases", **chosen, licence="").status_code == 422
    at = visitor.post("/office/releases", **chosen, licence="ODC-By-1.0").location
    page = visitor.get(at)
    assert "Open Data Commons Attribution License v1.0" in page.text
    assert "Waits for a second person" in page.text
    assert "You prepared it." in page.text
    assert "0–2" in page.text
    assert "0–2" in visitor.get(f"{at}/preview").text
    assert "One waits for a second person." in visitor.get("/office/releases").text

    another.sign_in("bruno")
    another.get(at)
    given = {"version": "1", "code": staffed.code("bruno")}
    refused = another.post(f"{at}/approve", policy="accountability", **given)
    assert refused.status_code == 422
    assert "chose the other policy" in refused.text
    assert out(staffed) == []
    assert another.post(f"{at}/approve", policy="protected", version="1").status_code == 303
    assert out(staffed) == [(1, "")]
    # What is out has its public page.
    assert another.get(f"{at}/preview").status_code == 422
    assert another.post(f"{at}/withdraw", version="2", note="so").status_code == 422
    assert another.post(f"{at}/withdraw", version="2", note=NOTE).status_code == 303
    assert out(staffed) == [(1, NOTE)]


def test_what_does_not_convince_is_put_aside_and_what_changed_is_prepared_anew(
    staffed: StaffedOffice, visitor: Visitor, another: Visitor
) -> None:
    made = claims(staffed)
    visitor.sign_in("farah")
    visitor.get("/office/releases")
    chosen = {"until": "2026-12-31", "policy": "accountability", "licence": "CC-BY-4.0"}
    at = visitor.post("/office/releases", **chosen).location
    made.act(new("counting_refused"))
    another.sign_in("bruno")
    another.get(at)
    given = {"version": "1", "code": staffed.code("bruno"), "policy": "accountability"}
    refused = another.post(f"{at}/approve", **given)
    assert (refused.status_code, "Prepare it again" in refused.text) == (409, True)
    assert another.post(f"{at}/aside", version="1").status_code == 303
    assert "Put aside, not published" in another.get(at).text
    # By how much a number is off on average each language writes in its own way.
    assert re.search(r"en moyenne de \d,\d+\s;", another.get(f"{at}?lang=fr").text)
    assert out(staffed) == []
