"""Scorecards in the office's pages: two States, one silent, the right of reply, and the paper for a committee."""

import re
from datetime import timedelta

import pytest

from tests.support.states import States
from tests.web.office.conftest import Visitor


def test_scorecard_by_criteria_for_two_states_one_silent_with_right_of_reply(visitor: Visitor) -> None:
    states = States(visitor.staffed)
    for code in ("FR", "MA"):
        states.add(code)
        note = states.step(states.draft(states.allegations(5, code), code), "sent")
        visitor.staffed.clock.move(days=3)
        if code == "FR":
            states.step(note, "answered", items=[item.id for item in note.items], answer="nio_appointed")
    visitor.staffed.clock.move(days=60)
    visitor.sign_in("amina")
    visitor.get("/office/scorecards")
    assert visitor.post("/office/scorecards").status_code == 422
    at = visitor.post("/office/scorecards", codes=["FR", "MA"]).location
    page = visitor.get(at)
    assert {'name="on-FR"', 'name="on-MA"'} <= set(re.findall(r'name="[^"]+"', page.text))
    assert page.status_code == 200
    assert re.search(r"A1.*?5 / 5.*?100 %", page.text, re.S)
    assert re.search(r"A1.*?0 / 5.*?0 %", page.text.rpartition('<table class="stack wide">')[2], re.S)
    day = f"{states.today}"
    for number, code in enumerate(("FR", "MA"), 1):
        assert visitor.post(f"{at}/states/{code}", **{f"on-{code}": day}, version=str(number)).status_code == 303
    said = {"on-FR": day, "said": "yes", "words-FR": "We answered within three days."}
    assert visitor.post(f"{at}/states/FR", **said, version="3").status_code == 303
    # Nothing is shared before the other State has had its time.
    assert visitor.post(f"{at}/share", to="The committee", version="4").status_code == 409
    visitor.staffed.clock.now += timedelta(days=31)
    visitor.sign_in("amina")
    sent = {"csrf_token": visitor.token, "to": "The committee", "version": "4"}
    answer = visitor.client.post(f"{at}/share", base_url=visitor.origin, data=sent, headers=visitor.headers)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.data.startswith(b"%PDF-")
    assert "The committee" in visitor.get(at).text


@pytest.mark.usefixtures("sqlite_only")
def test_criteria_and_weights_are_versioned_data_of_the_office(visitor: Visitor) -> None:
    visitor.sign_in("farah")
    assert visitor.get("/office/scorecards/method").status_code == 200
    assert visitor.post("/office/scorecards/method", why="Agreed with the committee", version="0").status_code == 403
    visitor.post("/office/sign-out")
    visitor.sign_in("amina")
    ids = ("A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "P1", "P2", "P3", "P4", "P5", "V1")
    typed = {f"{name}-{id}": "10" for id in ids for name in ("weight", "target")}
    assert visitor.post("/office/scorecards/method", **typed, why="so", version="0").status_code == 422
    given = {**typed, "why": "Agreed with the committee"}
    assert visitor.post("/office/scorecards/method", **given, version="0").status_code == 303
    assert visitor.post("/office/scorecards/method", **given, version="0").status_code == 409
    assert "Agreed with the committee" in visitor.get("/office/scorecards/method").text
