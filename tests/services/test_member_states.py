"""Member States, notes verbales and the clocks between, sealed, on both databases."""

from datetime import date, timedelta
from typing import Any

import pytest

from intake.domain import clocks as terms
from intake.domain.clocks import Calendar
from intake.domain.member_state import Finding
from intake.domain.problems import Problem
from intake.services import audit, cases, clocks, deadlines, member_states, proceedings, records, verbales
from intake.store.office import records as rows
from tests.support.staffed import StaffedOffice
from tests.support.states import CODES, States

on_sqlite = pytest.mark.parametrize("database_settings", ["sqlite"], indirect=True)
PDF = b"%PDF-1.4 Colonel Marchand"


@pytest.fixture
def states(office: StaffedOffice) -> States:
    return States(office)


def test_member_states_one_note_many_claims_or_allegations_one_answer_recorded_against_many(states: States) -> None:
    states.add()
    twelve = states.allegations(12)
    note = states.step(states.draft(twelve), "sent")
    assert note.number == "NV-2026-0001"
    assert {states.find(one).day("referred") for one in twelve} == {states.today}
    states.office.clock.move(days=40)
    reminded = states.step(note, "reminded")
    eleven = [one.id for one in twelve[:11]]
    answered = states.step(reminded, "answered", items=eleven, answer="nio_appointed")
    assert (answered.standing, [item.id for item in answered.open_items]) == ("part_answered", [twelve[11].id])
    found = [states.find(one) for one in twelve]
    assert [one.day("nio_appointed") for one in found] == [*[states.today] * 11, None]
    assert [one.day("acknowledged") is not None for one in found] == [*[True] * 11, False]
    assert states.step(answered, "answered", items=[twelve[11].id], answer="other").standing == "answered"


def test_what_is_overdue_and_by_whom_stands_in_due(states: States) -> None:
    states.add()
    note = states.step(states.draft(states.allegations(1)), "sent")
    states.office.clock.move(days=45)

    def owed() -> list[tuple[str, int, str]]:
        with states.office.store.office(reading=True) as session:
            desk = states.office.desk(session, "amina")
            found = deadlines.listing(session, desk=desk, name="office", page=1, now=states.office.clock.now).days
        return [
            (one.kind, day.ahead, one.content["owes"]) for day in found for one in day.records if one.kind != "arrival"
        ]

    late = owed()
    assert ("verbale", -19, "state") in late
    assert [one[2] for one in late if one[0] == "proceeding"] == ["state"]
    asked = states.step(note, "asked_us")
    assert [one for one in owed() if one[0] == "verbale"] == [("verbale", 14, "office")]
    assert (
        asked.reading(
            today=states.today + timedelta(days=400), state=Calendar(), office=Calendar(), lengths=terms.USUAL
        ).clock.whose
        == "office"
    )


def test_a_reminder_moves_what_is_due_to_the_next_one(states: States) -> None:
    states.add()
    note = states.step(states.draft(states.allegations(1)), "sent")
    states.office.clock.move(days=45)
    states.step(note, "reminded")
    with states.office.store.office(reading=True) as session:
        row = rows.get(session, office=states.office.made.desk.office, kind="verbale", id=note.id)
    assert row is not None
    assert row.due_on == Calendar().add(states.today, 10).isoformat()


def test_letters_and_names_are_kept_sealed_under_the_identity_keychain(states: States) -> None:
    state = states.name_focal_point(states.add())
    note = states.draft(states.allegations(1))
    kept = states.do(verbales.keep_letter, id=note.id, version=note.version, kind="note", pdf=PDF)
    letter = kept.steps[-1].details["letter"]
    chains = {"letter": "identity", "focal_points": "identity", "member_state": "work", "verbale": "work"}
    with states.office.store.office(reading=True) as session:
        desk = states.office.desk(session, "amina")
        for kind, id in (("letter", letter), ("focal_points", state.id), ("member_state", state.id)):
            row = rows.get(session, office=desk.office, kind=kind, id=id)
            assert row is not None
            held = states.office.desk(session, "amina", "work", "identity")
            assert row.key_id in {key.id for key in held.opened[chains[kind]].chain.keys}
            assert b"Marchand" not in row.sealed
        with pytest.raises(Problem, match=r"403\.20"):
            records.get(session, desk=desk, kind="letter", id=letter)
    reason = "To send it to the mission"
    assert states.do(verbales.open_letter, id=note.id, letter=letter, reason=reason).pdf == PDF
    with pytest.raises(Problem, match=r"422\.20"):
        states.do(verbales.open_letter, id=note.id, letter=letter, reason="x")
    names = states.do(member_states.open_names, id=state.id, reason=reason)
    assert [one.name for one in names.values()] == ["Colonel Éloi Marchand"]
    with states.office.store.office(reading=True) as session:
        acts = [one.act for one in audit.read(session, desk=states.office.desk(session, "amina"))]
    assert {"opened_a_letter", "opened_focal_points"} <= set(acts)


def test_no_code_of_a_state_stands_in_clear(states: States) -> None:
    state = states.add()
    assert state.code not in state.id
    with states.office.store.office(reading=True) as session:
        for kind in ("member_state", "clocks"):
            for row in rows.of_kind(session, office=states.office.made.desk.office, kind=kind):
                assert "FR" not in {row.id, row.kind, row.owner}


@on_sqlite
def test_a_letter_wants_the_identity_keychain(states: States) -> None:
    states.add()
    note = states.draft(states.allegations(1))
    with pytest.raises(Problem, match=r"403\.20"):
        states.do(verbales.keep_letter, by="bruno", id=note.id, version=note.version, kind="note", pdf=PDF)


@on_sqlite
def test_legal_frame_counts_only_with_who_reviewed_it_and_when(states: States) -> None:
    state = states.add()
    asked: dict[str, Any] = {"id": state.id, "version": state.version, "codes": CODES}
    with pytest.raises(Problem, match=r"422\.325"):
        states.do(member_states.change, changes={"findings": {"dna_admissible": Finding("yes")}}, **asked)
    known = Finding("yes", "Office of Legal Affairs", "2026-10-01", "Code civil 16-11")
    changed = states.do(member_states.change, changes={"findings": {"dna_admissible": known}}, **asked)
    assert changed.finding("dna_admissible") == known
    assert changed.finding("foreign_standing").answer == "unknown"
    with pytest.raises(Problem, match=r"409\.9"):
        states.do(member_states.change, changes={"language": "en"}, **asked)


@on_sqlite
def test_a_state_is_listed_once_and_letters_are_written_in_languages_we_have(states: States) -> None:
    states.add()
    for code, language, wanted in (("FR", "fr", "323"), ("XX", "fr", "323"), ("MA", "de", "324")):
        with pytest.raises(Problem, match=wanted):
            states.add(code, language)
    assert [one.code for one in states.look(member_states.every)] == ["FR"]


@on_sqlite
def test_a_note_takes_only_what_concerns_its_state(states: States) -> None:
    states.add()
    states.add("MA", "ar")
    theirs = states.allegations(1, "MA")
    for items in (theirs, []):
        with pytest.raises(Problem, match=r"422\.326"):
            states.draft(items)


@on_sqlite
def test_one_case_is_referred_to_a_state_once_and_to_several_states_apart(states: States) -> None:
    states.add()
    states.add("MA", "ar")
    (first,) = states.allegations(1)
    given = {"typed": first.reference, "received": states.today, "urgent": False, "to_be_told": False}
    assert states.do(proceedings.open_one, code="MA", **given).about == first.about
    with pytest.raises(Problem, match=r"422\.330"):
        states.do(proceedings.open_one, code="FR", **given)


@on_sqlite
def test_a_case_that_is_closed_to_named_colleagues_stays_closed_here(states: States) -> None:
    states.add()
    (first,) = states.allegations(1)
    case = states.look(cases.find, case=first.about)
    states.do(cases.act, case=case.id, kind="kept_from", version=case.version, who="staff:bruno")
    assert states.look(proceedings.of_state, by="bruno", code="FR") == []
    with pytest.raises(Problem, match=r"403\.12"):
        states.look(proceedings.find, by="bruno", id=first.id)
    assert len(states.look(proceedings.of_state, code="FR")) == 1


@on_sqlite
def test_a_step_that_was_wrong_is_taken_back_and_stays_to_be_read(states: States) -> None:
    states.add()
    (one,) = states.allegations(1)
    states.step(states.draft([one]), "sent")
    moved = states.move(one, "outcome_reported", outcome="substantiated")
    back = states.do(proceedings.take_back, id=one.id, version=moved.version, number=len(moved.steps) - 1)
    assert (back.outcome, [step.kind for step in back.steps][-2:]) == ("", ["outcome_reported", "taken_back"])
    assert states.move(one, "outcome_reported", outcome="no_finding").outcome == "no_finding"


@on_sqlite
def test_nothing_can_be_known_before_it_happened_or_tomorrow(states: States) -> None:
    states.add()
    note = states.draft(states.allegations(1))
    for on, known in ((1, 0), (1, 1), (0, -1)):
        days = {"on": states.today + timedelta(days=on), "known": states.today + timedelta(days=known)}
        with pytest.raises(Problem, match=r"422\.329"):
            states.step(note, "sent", **days)


@on_sqlite
def test_terms_and_calendars_are_the_offices_own(states: States) -> None:
    with pytest.raises(Problem, match=r"422\.322"):
        states.do(clocks.set_lengths, lengths={**terms.USUAL, "answer": 0}, version=0)
    states.do(clocks.set_lengths, lengths={**terms.USUAL, "answer": 5}, version=0)
    friday = terms.calendar((5, 6), ["2026-11-26"])
    states.do(clocks.set_calendar, of="states", id="FR", calendar=friday, version=1)
    states.do(clocks.set_calendar, of="places", id="north", calendar=friday, version=2)
    with pytest.raises(Problem, match=r"409\.9"):
        states.do(clocks.set_calendar, of="office", id="own", calendar=friday, version=2)
    held = states.look(clocks.held)
    assert (held.of_state("FR"), held.of_state("MA"), held.of_place("north")) == (friday, Calendar(), friday)
    states.add()
    note = states.step(states.draft(states.allegations(1)), "sent")
    with states.office.store.office(reading=True) as session:
        row = rows.get(session, office=states.office.made.desk.office, kind="verbale", id=note.id)
    assert row is not None
    # Sent on Sunday the 22nd; worked on are 23, 24, 25, then 29 and 30.
    assert row.due_on == "2026-11-30"


@on_sqlite
def test_a_focal_point_that_leaves_is_no_longer_one(states: States) -> None:
    state = states.name_focal_point(states.add())
    gone = states.do(member_states.leave, id=state.id, version=state.version, until="2026-11-20")
    assert gone.focal_point("2026-11-19") is not None
    assert gone.focal_point("2026-11-20") is None
    assert gone.without_focal_point(date(2026, 11, 10), date(2026, 11, 22)) == 3
