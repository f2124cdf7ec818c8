"""Synthetic claims with a life of their own: lawful, the same each time, and sealed as an office's own."""

from datetime import date

import pytest

from intake import words
from intake.domain.problems import Problem
from intake.services import claim_demo, claim_lists, claims, dispatches, records
from tests.support.staffed import StaffedOffice

TODAY = date(2026, 11, 22)


def test_every_step_of_a_synthetic_life_takes_effect_and_what_is_over_stays_whatever_the_day() -> None:
    states = list(words.invented_states("en"))
    now = claim_demo.lives(states, today=TODAY, by="amina", number=120)
    later = claim_demo.lives(states, today=date(2029, 1, 1), by="amina", number=120)
    assert not [one.unfitting for one in now if one.unfitting]
    assert [one.as_of("2026-09-30").events for one in later] == [one.as_of("2026-09-30").events for one in now]
    assert {state for one in now for state in one.member_states} == set(states)
    told = [event for one in now for event in one.all("claimant_told")]
    assert told
    assert any(one.untold() for one in now)


def test_a_demo_takes_them_in_as_one_list_with_names_and_results_under_identity(office: StaffedOffice) -> None:
    states = list(words.invented_states("en"))
    lives = claim_demo.lives(states, today=TODAY, by="amina", number=60)
    with pytest.raises(Problem) as refused, office.store.office() as session:
        claim_demo.keep(session, desk=office.desk(session, "amina"), lives=lives[:1], now=office.clock.now)
    assert refused.value.code == "403.20"
    with office.store.office() as session:
        taken = claim_demo.keep(session, desk=office.made.desk, lives=lives, now=office.clock.now)
    with office.store.office(reading=True) as session:
        work = office.desk(session, "amina")
        assert [one.events for one in claims.every(session, desk=work)] == [one.events for one in lives]
        assert claim_lists.every(session, desk=work) == [taken]
        results = records.of_kind(session, desk=office.made.desk, kind=dispatches.RESULT)
        assert {one.content["result"] for one in results} == {"match", "no_match"}
        with pytest.raises(Problem):
            records.of_kind(session, desk=work, kind=dispatches.NAMES)
