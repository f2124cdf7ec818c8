"""What the office decides about claims, and its calendars: each change dates anew what is due, and stays on record."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from intake.domain import clocks as rules
from intake.domain.claim_standing import Policy
from intake.domain.problems import Problem
from intake.services import audit, claim_policies, claims, clocks, dating, deadlines, lists, records, terms
from intake.services.claim_policies import Decided
from intake.services.desk import Desk
from intake.services.find import Finder
from tests.support.claimed import NOTIFIED, Claimed
from tests.support.staffed import StaffedOffice
from tests.support.states import States

WHY = "The claimants waited too long"


@pytest.fixture
def finder(office: StaffedOffice, tmp_path: Path) -> Finder:
    return Finder(office.store, tmp_path / "index")


@pytest.fixture
def claimed(office: StaffedOffice) -> Claimed:
    made = Claimed.begin(office)
    made.act(*NOTIFIED)
    return made


def due(claimed: Claimed) -> str:
    with claimed.office.store.office(reading=True) as session:
        desk = claimed.office.desk(session, "amina")
        record = records.get(session, desk=desk, kind="claim", id=claimed.claim.id)
    assert record is not None
    return record.due_on or ""


def decide(claimed: Claimed, number: int = 0, why: str = WHY, **changed: Any) -> Decided:
    policy = replace(claimed.look(claims.policy), **changed)
    made: Decided = claimed.do(claim_policies.change, policy=policy, why=why, number=number)
    return made


def first_due(office: StaffedOffice, finder: Finder) -> str:
    """The day that the list shows."""
    with office.store.office(reading=True) as session:
        desk: Desk = office.desk(session, "amina")
    assert finder.wait(desk) is None
    with office.store.office(reading=True) as session:
        asked: dict[str, Any] = {"phase": "", "country": "", "until": "", "page": 1, "now": office.clock.now}
        found = lists.of_claims(session, desk=replace(desk, index=finder.index(desk)), **asked)
    task = found.lines[0].next
    assert task is not None
    return task.due


def test_due_days_move_in_every_claim_and_in_its_list_when_the_policy_changes(
    office: StaffedOffice, finder: Finder, claimed: Claimed
) -> None:
    today = office.clock.now.date()
    assert due(claimed) == first_due(office, finder) == (today + timedelta(days=14)).isoformat()
    version = claimed.claim.version
    decide(claimed, tell_days=7)
    assert due(claimed) == first_due(office, finder) == (today + timedelta(days=7)).isoformat()
    # Whoever has the claim on the screen, and a list that could be taken back as a whole, see no change of theirs.
    assert claimed.look(claims.find, claim=claimed.claim.id).version == version
    assert claimed.line().due == due(claimed)


def test_each_version_stays_with_who_decided_it_and_why_and_none_is_overwritten(
    office: StaffedOffice, claimed: Claimed
) -> None:
    decide(claimed, tell_days=7)
    decide(claimed, number=1, limitation_years=5, recognised_in="both", resolved=frozenset({"recognised"}))
    found = claimed.look(claim_policies.versions)
    assert [(one.number, one.by, one.policy.tell_days) for one in found] == [
        (0, "", 14),
        (1, "amina", 7),
        (2, "amina", 7),
    ]
    assert found[-1].policy == Policy(frozenset({"recognised"}), "both", 7, 5) == claimed.look(claims.policy)
    with office.store.office(reading=True) as session:
        lines = list(audit.read(session, desk=office.desk(session, "amina", "work", "audit")))
    kept = [one.details for one in lines if one.act == "changed_the_claim_policy"]
    assert kept[0] == {"version": 1, "changed": ["tell_days"], "why": WHY}


def test_many_claims_are_dated_in_portions_and_no_day_of_the_older_rule_is_shown_as_one_of_the_new(
    office: StaffedOffice, finder: Finder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dating, "PORTION", 2)
    made = [Claimed.begin(office) for _ in range(5)]
    for one in made:
        one.act(*NOTIFIED)
    first_due(office, finder)
    day = (office.clock.now.date() + timedelta(days=7)).isoformat()
    decide(made[0], tell_days=7)

    def look(what: Any, **asked: Any) -> Any:
        return made[0].look(what, **asked)

    for waiting in (3, 1):
        assert (look(dating.state).done, look(dating.state).total) == (5 - waiting, 5)
        listed = look(deadlines.listing, name="office", page=1, now=office.clock.now)
        assert [(one.day, len(one.records)) for one in listed.days] == [(day, 5 - waiting)]
        assert len(listed.undated) == waiting
        # Lists of claims are worked out by the rule of now, whatever the index still holds.
        assert first_due(office, finder) == day
        made[0].do(terms.go_on)
    assert not look(dating.state)
    assert [due(one) for one in made] == [day] * 5
    assert first_due(office, finder) == day
    # Decided once more in the middle, all begins again.
    decide(made[0], number=1, tell_days=9)
    decide(made[0], number=2, tell_days=11)
    assert look(dating.state).done == 2
    while made[0].do(terms.go_on):
        pass
    assert {due(one) for one in made} == {(office.clock.now.date() + timedelta(days=11)).isoformat()}


@pytest.mark.parametrize("database_settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"tell_days": 0}, "422.440"),
        ({"tell_days": 366}, "422.440"),
        ({"limitation_years": -1}, "422.441"),
        ({"limitation_years": 51}, "422.441"),
        ({"resolved": frozenset()}, "422.442"),
        ({"resolved": frozenset({"closed"})}, "422.442"),
        ({"recognised_in": "nowhere"}, "422.48"),
        ({}, "422.443"),
        ({"tell_days": 7, "why": "short"}, "422.20"),
        ({"tell_days": 7, "number": 3}, "409.9"),
    ],
)
def test_what_cannot_be_decided_changes_nothing(claimed: Claimed, changed: dict[str, Any], code: str) -> None:
    with pytest.raises(Problem) as caught:
        decide(claimed, **changed)
    assert caught.value.code == code
    assert claimed.look(claims.policy) == Policy()
    assert len(claimed.look(claim_policies.versions)) == 1


def test_due_days_of_notes_and_allegations_move_when_a_calendar_or_a_term_changes(office: StaffedOffice) -> None:
    states = States(office)
    states.add()
    (allegation,) = states.allegations(1)
    note = states.step(states.draft([allegation]), "sent")

    def days() -> dict[str, date]:
        with office.store.office(reading=True) as session:
            found = records.due(session, desk=office.desk(session, "amina"))
        return {one.id: date.fromisoformat(one.due_on or "") for one in found if one.kind in ("proceeding", "verbale")}

    before = days()
    assert set(before) == {allegation.id, note.id}
    rest = rules.Calendar(holidays=frozenset(states.today + timedelta(days=day) for day in range(30)))
    version = states.look(clocks.held).version
    states.do(terms.change, how=clocks.set_calendar, of="states", id="FR", calendar=rest, version=version)
    moved = days()
    assert all(moved[id] > before[id] for id in before)
    lengths = dict.fromkeys(states.look(clocks.held).lengths, 200)
    states.do(terms.change, how=clocks.set_lengths, lengths=lengths, version=version + 1)
    assert all(days()[id] > moved[id] for id in before)
