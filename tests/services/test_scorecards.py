"""Scorecards as records of the office, on both databases: made once, heard, then shared; the method by versions."""

from datetime import timedelta

import pytest

from intake.domain.problems import Problem
from intake.domain.scorecard import CRITERIA, METHOD, Method, Scorecard
from intake.services import audit, records, scorecards
from tests.support.staffed import StaffedOffice
from tests.support.states import States

IDS = [one.id for one in CRITERIA]
on_sqlite = pytest.mark.parametrize("database_settings", ["sqlite"], indirect=True)


@pytest.fixture
def states(office: StaffedOffice) -> States:
    """France was asked about five allegations and answered; Morocco is known and was asked nothing."""
    states = States(office)
    states.add("MA")
    states.add("FR")
    note = states.step(states.draft(states.allegations(5)), "sent")
    office.clock.move(days=3)
    states.step(note, "answered", items=[item.id for item in note.items], answer="nio_appointed")
    return states


def make(states: States, *codes: str) -> Scorecard:
    found: Scorecard = states.do(scorecards.make, codes=codes)
    return found


def new_method(states: States, number: int, weight: int = 10, why: str = "Agreed with the committee") -> Method:
    given = dict.fromkeys(IDS, weight)
    found: Method = states.do(scorecards.change_method, weights=given, targets=given, why=why, number=number)
    return found


def refused(code: str, states: States, what: object, **given: object) -> None:
    with pytest.raises(Problem) as raised:
        states.do(what, **given)  # type: ignore[arg-type]  # one of the verbs
    assert raised.value.code == code


def test_right_of_reply_recorded_before_anything_is_shared(states: States) -> None:
    card = make(states, "FR", "MA")
    refused("409.15", states, scorecards.share, id=card.id, version=card.version, to="The committee")
    for code in ("FR", "MA"):
        card = states.do(scorecards.ask, id=card.id, version=card.version, state=code, on=states.today)
    refused("409.15", states, scorecards.share, id=card.id, version=card.version, to="The committee")
    said = {"state": "FR", "on": states.today, "words": "We answered within three days."}
    card = states.do(scorecards.reply, id=card.id, version=card.version, **said)
    # One State replied, the other still has time; on the last day of it too.
    states.office.clock.move(days=card.reply)
    refused("409.15", states, scorecards.share, id=card.id, version=card.version, to="The committee")
    states.office.clock.move(days=1)
    refused("422.40", states, scorecards.share, id=card.id, version=card.version, to=" ")
    card = states.do(scorecards.share, id=card.id, version=card.version, to="The committee")

    kept = states.look(scorecards.find, id=card.id)
    assert kept == card
    assert kept.hearing("FR").words == "We answered within three days."
    assert [one["to"] for one in kept.shared] == ["The committee"]
    with states.office.store.office(reading=True) as session:
        entries = audit.read(session, desk=states.office.desk(session, "dele"))
    kinds = [one.details["kind"] for one in entries if one.act == "changed_a_scorecard" and one.about == card.id]
    assert sorted(kinds) == sorted(["made", "asked", "asked", "replied", "shared"])


def test_criteria_and_weights_are_versioned_and_older_scorecards_keep_theirs(states: States) -> None:
    old = make(states, "FR")
    assert [one.number for one in states.look(scorecards.methods)] == [0]
    assert new_method(states, 0).number == 1
    assert new_method(states, 1, 20, "Weighed again after a year").number == 2
    # Whoever changed it from what is no longer in force is told so, and nothing is lost.
    with pytest.raises(Problem, match=r"409\.9"):
        new_method(states, 1)
    new = make(states, "FR")

    assert [(one.number, one.weight("A1")) for one in states.look(scorecards.methods)][1:] == [(1, 10), (2, 20)]
    assert [one.why for one in states.look(scorecards.methods)][1:] == [
        "Agreed with the committee",
        "Weighed again after a year",
    ]
    assert states.look(scorecards.find, id=old.id).method == Method()
    assert states.look(scorecards.find, id=new.id).method.number == 2
    assert {one.id for one in states.look(scorecards.every)} == {old.id, new.id}


@on_sqlite
def test_figures_are_those_of_the_day_it_was_made(states: States) -> None:
    card = make(states, "FR", "MA")
    figure = card.cards["FR"][-1].figure("A1")
    assert (figure.numerator, figure.denominator) == (5, 5)
    assert card.cards["MA"][-1].score is None
    states.step(states.draft(states.allegations(5)), "sent")
    states.office.clock.move(days=90)

    assert states.look(scorecards.find, id=card.id).cards == card.cards
    assert make(states, "FR").cards["FR"][-1].figure("A1").denominator == 10


@on_sqlite
def test_what_was_seen_must_be_what_is_kept(states: States) -> None:
    card = make(states, "FR")
    asked = states.do(scorecards.ask, id=card.id, version=card.version, state="FR", on=states.today)
    said = {"state": "FR", "on": states.today, "words": "Not so."}
    refused("409.9", states, scorecards.reply, id=card.id, version=card.version, **said)
    refused("422.330", states, scorecards.ask, id=card.id, version=asked.version, state="FR", on=states.today)
    later = states.today + timedelta(days=1)
    refused("422.329", states, scorecards.reply, id=card.id, version=asked.version, **{**said, "on": later})
    refused("422.335", states, scorecards.reply, id=card.id, version=asked.version, **{**said, "words": " "})
    refused("404.12", states, scorecards.ask, id="nothing", version=1, state="FR", on=states.today)
    refused("422.333", states, scorecards.make, codes=())
    assert states.look(scorecards.find, id=card.id) == asked


@on_sqlite
def test_the_day_until_which_a_state_can_reply_is_due_until_it_replies(states: States) -> None:
    card = make(states, "FR")

    def due() -> object:
        with states.office.store.office(reading=True) as session:
            desk = states.office.desk(session, "amina")
            record = records.get(session, desk=desk, kind="scorecard", id=card.id)
            assert record
            assert records.get(session, desk=desk, kind=METHOD, id=METHOD) is None
            return record.due_on

    assert not due()
    asked = states.do(scorecards.ask, id=card.id, version=card.version, state="FR", on=states.today)
    assert due() == asked.until("FR")
    said = {"state": "FR", "on": states.today, "words": "Not so."}
    states.do(scorecards.reply, id=card.id, version=asked.version, **said)
    assert not due()
