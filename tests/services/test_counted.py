"""From what is kept to what may be counted: only who agrees, as it was known at the end of a day. On both databases."""

from collections import Counter
from typing import Any

import pytest

from intake.domain.claim_standing import MOTHER
from intake.domain.figures.counting import Record
from intake.domain.problems import Problem
from intake.services import cases, consents, counted, register, releases
from tests.support.care import Care, care_for
from tests.support.claimed import NOTIFIED, Claimed, new
from tests.support.staffed import StaffedOffice
from tests.support.states import States

TODAY = "2026-11-22"


def found(office: StaffedOffice, until: str = TODAY) -> list[Record]:
    with office.store.office(reading=True) as session:
        return list(counted.records_of(session, desk=office.desk(session, "farah"), until=until))


def of(measure: str, office: StaffedOffice, until: str = TODAY) -> list[dict[str, str]]:
    return [dict(one.classes) for one in found(office, until) if one.measure == measure]


def says(care: Care, answer: str) -> None:
    care.says(answer, "statistics")


def sent(office: StaffedOffice, **answers: object) -> str:
    report = office.phone().send(version=2, answers={"may_write": "yes", "officer_wish": "woman", **answers})
    with office.store.inbound() as inbound, office.store.office() as session:
        register.pull(session, inbound, desk=office.desk(session, "amina"), now=office.clock.now)
    return report


def test_from_consenting_records_only(office: StaffedOffice) -> None:
    sent(office, officer_wish_met="yes", share_figures="yes")
    sent(office, officer_wish_met="yes", share_figures="no")
    sent(office, officer_wish_met="yes")
    assert of("reports", office) == [{"gender_wish": "met"}]
    assert of("reports", office, "2026-11-21") == []


def test_her_newest_word_counts_in_a_case_and_out_of_one(office: StaffedOffice) -> None:
    first = sent(office, share_figures="yes")
    office.clock.move(days=1)
    office.phone().send(version=2, answers={"share_figures": "no"}, about={"as": "adds_to", "report": first})
    with office.store.inbound() as inbound, office.store.office() as session:
        register.pull(session, inbound, desk=office.desk(session, "amina"), now=office.clock.now)
    assert found(office, "2026-11-23") == []

    care = care_for(office, version=2, answers={"share_figures": "yes", "officer_wish": "any", "help_medical": "yes"})
    until = office.clock.now.date().isoformat()
    assert of("reports", office, until) == [{"gender_wish": "no_wish"}]
    assert of("allegations", office, until) == [{"year": "2026", "kind": "unknown"}]
    care.step(care.offer("LEGAL"), "declined_by_survivor")
    assert {"service": "LEGAL", "outcome": "declined"} in of("assistance", office, until)
    office.clock.move(minutes=1)
    asked = {"person": "P1", "recipient": "statistics", "answer": "no"}
    asked |= {"told": "self", "how": "spoken", "spoke": "K-7", "on": until}
    version = care.help().wishes.agreements.version
    care.do(consents.record, case=care.case.id, version=version, **asked)
    assert found(office, until) == []


def test_where_two_were_harmed_each_is_asked(office: StaffedOffice) -> None:
    care = care_for(office, version=2, answers={"share_figures": "yes", "officer_wish": "any"})
    assert of("allegations", office)
    care.act("person_added", part="victim", group="girl")
    assert found(office) == []
    says(care, "yes")
    care.says("yes", "statistics", person="P2")
    assert of("allegations", office)


def test_a_claim_counts_once_its_claimant_said_yes_and_as_it_was_known_then(office: StaffedOffice) -> None:
    made = Claimed.begin(office)
    made.act(new("registered"), new("father_named", "F1", member_state="FR"))
    assert found(office) == []
    made.act(new("counting_agreed"))
    [one] = of("claims", office)
    assert one == {
        "status": "pending",
        "state": "FR",
        "year": "2026",
        "category": "unknown",
        "waiting": "under_6_months",
        "reason": "none_recorded",
        "dna": "not_needed",
    }
    office.clock.move(days=60)
    made.act(new("ms_notified", "F1", happened="2026-11-25"))
    assert of("requests", office) == []
    later = office.clock.now.date().isoformat()
    assert of("requests", office, later) == [{"state": "FR", "answer": "overdue"}]
    assert of("claims", office, later)[0]["reason"] == "state_silent"
    made.act(new("withdrawn", MOTHER))
    assert of("claims", office)[0]["status"] == "pending"
    assert of("claims", office, later)[0]["status"] == "not_established_or_withdrawn"
    made.act(new("counting_refused"))
    assert found(office, later) == []


def test_a_claim_of_a_case_needs_no_word_of_its_own_and_a_no_in_either_place_counts(office: StaffedOffice) -> None:
    care = care_for(office, version=2, answers={"share_figures": "yes", "officer_wish": "any"})
    made = Claimed.begin(office, case=care.case.id)
    made.act(*NOTIFIED)
    assert len(of("claims", office)) == 1
    made.act(new("counting_refused"))
    assert of("claims", office) == []
    made.act(new("counting_agreed"))
    office.clock.move(minutes=1)
    says(care, "no")
    assert found(office) == []


def test_requests_to_states_and_answers_one_for_each_matter_of_a_note(office: StaffedOffice) -> None:
    states = States(office)
    states.add()
    matters = states.allegations(2)
    agrees = Care(office, states.look(_case, id=matters[0].about))
    agrees.act("person_added", part="victim", group="woman")
    says(agrees, "yes")
    note = states.step(states.draft(matters), "sent")
    assert of("requests", office) == [{"state": "FR", "answer": "still_waiting"}]
    office.clock.move(days=3)
    states.step(note, "answered", items=[matters[0].id], answer="nio_appointed")
    until = office.clock.now.date().isoformat()
    assert of("requests", office, until) == [{"state": "FR", "answer": "in_time"}]


def _case(session: Any, *, desk: Any, id: str) -> Any:
    return cases.find(session, desk=desk, case=id)


def test_recomputed_figures_equal_the_release_before_rounding(office: StaffedOffice) -> None:
    """What happens later changes nothing; a word that is taken back does, and the release is prepared anew."""
    made = Claimed.begin(office)
    made.act(new("registered"), new("father_named", "F1", member_state="FR"), new("counting_agreed"))
    office.clock.move(days=1)
    prepared = _prepare(office)
    before = Counter(repr(sorted(one.classes.items())) for one in found(office))
    made.act(new("withdrawn", MOTHER))
    assert Counter(repr(sorted(one.classes.items())) for one in found(office)) == before
    made.act(new("counting_refused"))
    with pytest.raises(Problem) as refused:
        _approve(office, prepared)
    assert refused.value.code == "409.16"
    made.act(new("counting_agreed"))
    _approve(office, prepared)


def _prepare(office: StaffedOffice) -> int:
    with office.store.office() as session:
        desk = office.desk(session, "farah")
        kept = counted.records_of(session, desk=desk, until=TODAY)
        given = {"records_of": kept, "until": TODAY, "policy": "protected", "now": office.clock.now}
        return releases.prepare(session, desk=desk, **given)  # type: ignore[arg-type]


def _approve(office: StaffedOffice, number: int) -> None:
    with office.store.releases() as face, office.store.office() as session:
        desk = office.desk(session, "bruno", "work", "sign")
        kept = counted.records_of(session, desk=desk, until=TODAY)
        releases.approve(
            session, face, desk=desk, number=number, seen=1, records_of=kept, policy="protected", now=office.clock.now
        )
