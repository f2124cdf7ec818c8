"""Matters with States, by the index: what is owed is what reading each clock says, and no other claim is opened."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from intake.domain import clocks as rules
from intake.services import claims, clocks, matters, records, terms
from intake.services.desk import Desk
from intake.services.find import Finder
from tests.support.claimed import Claimed, new
from tests.support.staffed import StaffedOffice
from tests.support.states import States

pytestmark = pytest.mark.parametrize("database_settings", ["sqlite"], indirect=True)

TO_FRANCE = (new("registered"), new("father_named", "F1", member_state="FR"), new("ms_notified", "F1"))
TO_BOTH = (
    new("registered"),
    new("father_named", "F1", member_state="FR"),
    new("father_named", "F2", member_state="MA"),
    new("ms_notified", "F2"),
)


@pytest.fixture
def finder(office: StaffedOffice, tmp_path: Path) -> Finder:
    return Finder(office.store, tmp_path / "index")


@pytest.fixture
def states(office: StaffedOffice) -> States:
    made = States(office)
    made.add()
    return made


def with_index(office: StaffedOffice, finder: Finder) -> Desk:
    with office.store.office(reading=True) as session:
        desk = office.desk(session, "amina")
    assert finder.ready(desk) is None
    return replace(desk, index=finder.index(desk))


def read_one_by_one(office: StaffedOffice, today: date) -> Counter[tuple[str, str]]:
    """How many clocks are overdue, by State and by who owes, with every record opened."""
    with office.store.office(reading=True) as session:
        desk = office.desk(session, "amina")
        held = clocks.held(session, desk=desk)
        given: dict[str, Any] = {"today": today, "office": held.office, "lengths": held.lengths}
        return Counter(
            (one.state, found.clock.whose)
            for one in matters.concerning(session, desk=desk, codes=("FR", "MA"))
            for found in one.readings(state=held.of_state(one.state), **given)
            if found.standing == "overdue"
        )


def test_what_is_owed_by_the_index_is_what_reading_every_clock_says_on_any_day(
    office: StaffedOffice, finder: Finder, states: States
) -> None:
    states.allegations(2)
    states.step(states.draft(states.allegations(1)), "sent")
    for events in (TO_FRANCE, TO_BOTH):
        Claimed.begin(office).act(*events)
    days = [states.today + timedelta(days=after) for after in (0, 4, 30, 400)]
    desk = with_index(office, finder)
    for day in days:
        assert +matters.owed(desk=desk, today=day) == read_one_by_one(office, day)
    assert read_one_by_one(office, days[-1])["FR", "state"] > 2

    # A holiday that lasts as long as a year moves the days of all that a State owes.
    rest = rules.Calendar(holidays=frozenset(states.today + timedelta(days=day) for day in range(365)))
    version = states.look(clocks.held).version
    states.do(terms.change, how=clocks.set_calendar, of="states", id="FR", calendar=rest, version=version)
    desk = with_index(office, finder)
    for day in days:
        assert +matters.owed(desk=desk, today=day) == read_one_by_one(office, day)


def test_of_one_state_no_other_claim_is_opened(
    office: StaffedOffice, finder: Finder, states: States, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, other = Claimed.begin(office), Claimed.begin(office)
    mine.act(*TO_FRANCE)
    other.act(new("registered"), new("father_named", "F1", member_state="MA"))
    listed, counted = states.look(matters.of_state, code="FR"), states.look(matters.concerning, codes=("FR",))
    desk = with_index(office, finder)
    opened: list[str] = []
    real = records._opened
    monkeypatch.setattr(records, "_opened", lambda desk, row: (opened.append(row.id), real(desk, row))[1])
    with office.store.office(reading=True) as session:
        assert matters.of_state(session, desk=desk, code="FR") == listed
        assert matters.concerning(session, desk=desk, codes=("FR",)) == counted == listed
        assert claims.by_reference(session, desk=desk, typed=mine.claim.reference.lower()) == mine.claim
    assert mine.claim.id in opened
    assert other.claim.id not in opened


def test_a_case_that_is_closed_to_somebody_counts_in_nothing_owed_that_they_see(
    office: StaffedOffice, finder: Finder, states: States
) -> None:
    (found,) = states.allegations(1)
    desk = with_index(office, finder)
    day = states.today + timedelta(days=400)
    assert matters.owed(desk=desk, today=day)["FR", "office"] > 0
    assert desk.index is not None
    entry = next(one for one in desk.index.of_case(found.about) if one.kind == "proceeding")
    desk.index.put([replace(entry, named=("bruno",), keys=tuple(desk.index.keys(matters.OWED)))], turn=desk.index.turn)
    assert +matters.owed(desk=desk, today=day) == Counter()
