"""A form that is sent twice, as browsers do when a button is pressed twice."""

from threading import Thread

import pytest

from intake.services import claims, notes
from tests.support.care import care_for
from tests.web.office.conftest import Visitor

pytestmark = pytest.mark.usefixtures("sqlite_only")

NOTE = {"text": "She comes on Monday", "language": "en"}


@pytest.fixture
def case(visitor: Visitor) -> str:
    made = care_for(visitor.staffed).case.id
    visitor.sign_in("amina")
    return made


def notes_of(visitor: Visitor, case: str) -> int:
    with visitor.staffed.store.office(reading=True) as session:
        return len(notes.of_case(session, desk=visitor.staffed.desk(session, "amina"), case=case))


def test_what_was_pressed_twice_is_written_once_and_both_lead_there(visitor: Visitor, case: str) -> None:
    path = f"/office/cases/{case}/notes"
    visitor.get(path)
    answers = [visitor.post(path, **NOTE) for _ in range(2)]
    assert {(one.status_code, one.location) for one in answers} == {(303, path)}
    assert notes_of(visitor, case) == 1
    assert visitor.post(path, **NOTE, names="no").status_code == 303
    assert notes_of(visitor, case) == 2


def test_two_at_once_open_one_claim(visitor: Visitor, case: str) -> None:
    assert case
    visitor.get("/office/claims/new")
    pressed = [Thread(target=visitor.post, args=("/office/claims/new",), kwargs={"claimant": "mother"}) for _ in "12"]
    for one in pressed:
        one.start()
    for one in pressed:
        one.join()
    with visitor.staffed.store.office(reading=True) as session:
        assert len(claims.every(session, desk=visitor.staffed.desk(session, "amina"))) == 1


def test_what_was_refused_is_looked_at_again_and_somebody_elses_form_is_another(
    visitor: Visitor, another: Visitor, case: str
) -> None:
    path = f"/office/cases/{case}/notes"
    visitor.get(path)
    assert [visitor.post(path, text="", language="en").status_code for _ in range(2)] == [422, 422]
    another.sign_in("amina")
    another.get(path)
    assert {one.post(path, **NOTE).status_code for one in (visitor, another)} == {303}
    assert notes_of(visitor, case) == 2
