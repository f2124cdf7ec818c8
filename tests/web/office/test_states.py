"""Member States in the office's pages: notes, letters in the State's language, and who may open what."""

import pytest

from intake.domain.claim_standing import MOTHER
from intake.domain.clocks import BY_NAME
from intake.services import audit, claims, matters, proceedings, verbales
from intake.web import letters
from tests.support.claimed import Claimed, new
from tests.support.states import States
from tests.web.office.conftest import Visitor

REASON = "To send it to the mission"


@pytest.fixture
def states(visitor: Visitor) -> States:
    return States(visitor.staffed)


@pytest.mark.usefixtures("sqlite_only")
@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_letters_from_templates_in_the_states_language_as_pdf_kept_sealed(
    visitor: Visitor, states: States, language: str
) -> None:
    state = states.name_focal_point(states.add("FR", language))
    note = states.draft(states.allegations(12), language=language)
    visitor.sign_in("amina")
    at = f"/office/states/notes/{note.id}"
    visitor.get(f"{at}/letter/note")
    assert visitor.post(f"{at}/letter/note", version=str(note.version), code="000000").status_code == 401
    made = visitor.post(f"{at}/letter/note", version=str(note.version), code=visitor.staffed.code("amina"))
    assert made.status_code == 303
    kept = states.look(verbales.find, id=note.id).steps[-1].details["letter"]
    sent = {"csrf_token": visitor.token, "reason": REASON}
    answer = visitor.client.post(f"{at}/letters/{kept}", base_url=visitor.origin, data=sent, headers=visitor.headers)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "attachment" not in answer.headers["Content-Disposition"]
    assert state.posts


@pytest.mark.usefixtures("sqlite_only")
def test_names_stand_in_the_annex_of_those_claimants_alone_who_agreed_for_that_state_and_on_record(
    visitor: Visitor, states: States, monkeypatch: pytest.MonkeyPatch
) -> None:
    states.add()
    office, written = states.office, []
    monkeypatch.setattr(letters, "compose", lambda _note, **given: written.append(given["annex"]) or b"%PDF-")
    found = [Claimed.begin(office) for _ in range(3)]
    for number, one in enumerate(found):
        one.act(new("registered"), new("father_named", "F1", member_state="FR"))
        named = {MOTHER: {"name": f"Zainab {number}"}}
        one.do(claims.name, chains=("work", "identity"), claim=one.claim.id, given=named)
    found[0].act(new("naming_agreed", "F1", how="signed"))
    found[1].act(new("naming_agreed", "F1", how="mark"))
    found[1].act(new("naming_withdrawn", "F1"))
    note = states.draft(states.look(matters.of_state, code="FR"), subject="claims_received")
    visitor.sign_in("amina")
    at = f"/office/states/notes/{note.id}/letter/note"
    assert "1 / 3" in visitor.get(at).text
    typed = {"version": str(note.version), "code": office.code("amina")}
    assert visitor.post(at, **typed, names="yes", reason="x").status_code == 422
    assert visitor.post(at, version=str(note.version), names="yes", reason=REASON).status_code == 303
    note = states.look(verbales.find, id=note.id)
    assert visitor.post(at, version=str(note.version)).status_code == 303
    people = [[(line.reference, line.people) for line in annex] for annex in written]
    first, *others = (one.claim.reference for one in found)
    assert sorted(people[0]) == sorted([(first, "Zainab 0"), *((one, "") for one in others)])
    assert {who for _, who in people[1]} == {""}
    with office.store.office(reading=True) as session:
        opened = [
            entry.about
            for entry in audit.read(session, desk=office.desk(session, "dele"))
            if entry.act == "opened_names_of_a_claim"
        ]
    assert opened == [found[0].claim.id]


@pytest.mark.usefixtures("sqlite_only")
def test_a_letter_opens_with_a_reason_and_a_fresh_code_only(visitor: Visitor, states: States) -> None:
    states.add()
    note = states.draft(states.allegations(1))
    kept = states.do(verbales.keep_letter, id=note.id, version=note.version, kind="note", pdf=b"%PDF-")
    at = f"/office/states/notes/{note.id}/letters/{kept.steps[-1].details['letter']}"
    visitor.sign_in("amina")
    assert visitor.post(at, reason="x", code=visitor.staffed.code("amina")).status_code == 422
    assert visitor.post(at, reason=REASON, code="").status_code == 401
    visitor.post("/office/sign-out")
    visitor.sign_in("bruno")
    assert visitor.post(at, reason=REASON, code=visitor.staffed.code("bruno")).status_code == 403


def test_one_answer_is_recorded_against_many_from_the_page(visitor: Visitor, states: States) -> None:
    state = states.add()
    twelve = states.allegations(12)
    visitor.sign_in("amina")
    page = visitor.get(f"/office/states/{state.id}/notes/allegation")
    assert all(one.reference in page.text for one in twelve)
    typed = {"subject": "allegations_referred", "language": "fr", "items": [one.id for one in twelve]}
    at = visitor.post(f"/office/states/{state.id}/notes/allegation", **typed).location
    visitor.get(at)
    assert visitor.post(at, kind="sent", on="2026-11-22", version="1").status_code == 303
    answer = {"kind": "answered", "on": "2026-11-22", "known": "2026-11-22", "version": "2", "answer": "nio_appointed"}
    assert visitor.post(at, **answer, items=[one.id for one in twelve[:11]]).status_code == 303
    assert sum(states.find(one).day("nio_appointed") is not None for one in twelve) == 11


@pytest.mark.usefixtures("sqlite_only")
def test_a_focal_point_is_named_in_a_step_up_and_read_in_another(visitor: Visitor, states: States) -> None:
    state = states.add()
    visitor.sign_in("amina")
    at = f"/office/states/{state.id}/focal-point"
    typed = {"office": "Ministry of Justice", "name": "Éloi Marchand", "contact": "x", "since": "2026-11-01"}
    assert visitor.post(at, **typed, version="1", code=visitor.staffed.code("amina")).status_code == 303
    assert "Marchand" not in visitor.get(f"/office/states/{state.id}").text
    assert "Marchand" in visitor.post(f"{at}/names", reason=REASON).text
    assert visitor.post(at, left="yes", until="2026-11-20", version="2").status_code == 303


@pytest.mark.usefixtures("sqlite_only")
def test_law_prevention_terms_and_calendars_are_written_down_from_their_pages(visitor: Visitor, states: States) -> None:
    state = states.add()
    visitor.sign_in("amina")
    law = {"language": "ar", "dna_admissible": "yes", "dna_admissible-by": "Legal", "dna_admissible-on": "2026-10-01"}
    rest = dict.fromkeys(
        ("foreign_standing", "foreign_judgments", "training", "vetting", "nio_in_contingent"), "unknown"
    )
    assert visitor.post(f"/office/states/{state.id}/change", **law, **rest, version="1").status_code == 303
    given = dict.fromkeys(BY_NAME, "7")
    assert visitor.post("/office/states/terms", **given, version="0").status_code == 303
    friday = {"weekend[]": ["5", "6"], "holidays": "2026-12-25\n2026-12-26"}
    assert visitor.post("/office/states/terms/calendar/states/FR", **friday, version="1").status_code == 303
    assert visitor.get("/office/states/terms/calendar/states/ZA").status_code == 404
    assert visitor.get("/office/states/terms/calendar/places/nowhere").status_code == 404


@pytest.mark.usefixtures("sqlite_only")
def test_a_step_by_hand_is_noted_and_taken_back(visitor: Visitor, states: States) -> None:
    state = states.add()
    (case,) = states.cases(1)
    visitor.sign_in("amina")
    typed = {"typed": case.reference, "received": "2026-11-20", "to_be_told": "yes"}
    at = visitor.post(f"/office/states/{state.id}/allegations/new", **typed).location
    opened = states.look(proceedings.find, id=at.rpartition("/")[2])
    states.step(states.draft([opened]), "sent")
    visitor.get(at)
    days = {"on": "2026-11-22", "known": "2026-11-22"}
    done = visitor.post(at, kind="outcome_reported", outcome="unsubstantiated", words="", version="2", **days)
    assert done.status_code == 303
    assert visitor.post(at, back="2", version="3").status_code == 303
    assert visitor.post(at, back="2", version="3").status_code == 409
