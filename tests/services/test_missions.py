"""DNA missions on the real services: the list, the day, samples that go into the claims, on both databases."""

from typing import Any

import pytest

from intake.domain.claim_standing import CHILD, GUARDIAN, MOTHER
from intake.domain.dna_mission import Mission, from_json, to_json
from intake.domain.problems import Problem
from intake.services import cases, claims, missions, records
from tests.support.care import care_for
from tests.support.claimed import CONSENTED, Claimed, new
from tests.support.staffed import StaffedOffice

PLAN = {"place": "Health post", "transport": "Car of the mission", "kits": "12, from the capital"}
KIT = {"kit": "KIT-0001", "seal": "S-17", "collector": "Nurse"}


@pytest.fixture
def claimed(office: StaffedOffice) -> Claimed:
    return Claimed.begin(office, case=care_for(office).case.id)


@pytest.fixture
def mission(claimed: Claimed) -> Mission:
    made: Mission = claimed.do(missions.plan, begins="2026-11-22", ends="2026-11-24", texts=PLAN)
    asked = {"mission": made.id, "version": made.version, "typed": claimed.claim.reference}
    listed: Mission = claimed.do(missions.enlist, **asked)
    return listed


def refused(what: Any, *args: Any, **asked: Any) -> str:
    with pytest.raises(Problem) as caught:
        what(*args, **asked)
    return caught.value.code


def met(claimed: Claimed, mission: Mission, whose: str, came: str, **sample: str) -> Mission:
    asked = {"mission": mission.id, "version": mission.version, "claim": claimed.claim.id}
    found: Mission = claimed.do(missions.met, whose=whose, came=came, sample=sample, **asked)
    return found


def test_dna_missions_dates_place_list_consents_transport_kits_who_came(claimed: Claimed, mission: Mission) -> None:
    assert (mission.begins, mission.ends, mission.texts["transport"]) == ("2026-11-22", "2026-11-24", PLAN["transport"])
    (line,) = claimed.do(missions.expected, mission=mission)
    assert [(one.whose, one.agreed, one.came, one.sample) for one in line.people] == [
        (MOTHER, False, "", None),
        (CHILD, False, "", None),
    ]
    claimed.act(*CONSENTED)
    mission = met(claimed, mission, MOTHER, "yes", **KIT)
    mission = met(claimed, mission, CHILD, "no")
    (line,) = claimed.do(missions.expected, mission=mission)
    assert [(one.agreed, one.came, one.sample is not None) for one in line.people] == [
        (True, "yes", True),
        (True, "no", False),
    ]
    assert line.people[0].sample is not None
    assert [step.kind for step in line.people[0].sample.custody] == ["sample_collected", "sample_sealed"]
    assert mission.done


def test_dna_missions_take_no_sample_without_consent_and_then_keep_nothing(claimed: Claimed, mission: Mission) -> None:
    claimed.act(*CONSENTED[:4])
    assert refused(met, claimed, mission, MOTHER, "yes", **KIT) == "422.301"
    assert claimed.look(missions.find, mission=mission.id).came == {}
    claimed.act(new("consented", MOTHER, how="mark"), new("consented", GUARDIAN, how="mark"))
    assert refused(met, claimed, mission, MOTHER, "no", **KIT) == "422.48"
    assert refused(met, claimed, mission, MOTHER, "yes", kit="KIT-0001", collector="Nurse") == "422.40"
    assert claimed.look(claims.find, claim=claimed.claim.id).samples == ()


def test_two_people_at_one_mission_never_overwrite_each_other(claimed: Claimed, mission: Mission) -> None:
    later = met(claimed, mission, MOTHER, "yes")
    assert refused(met, claimed, mission, CHILD, "yes") == "409.14"
    assert met(claimed, later, CHILD, "yes").done


def test_a_mission_is_planned_with_days_and_a_place_and_never_a_profile(claimed: Claimed) -> None:
    def plan(**changed: Any) -> str:
        asked = {"begins": "2026-12-01", "ends": "2026-12-02", "texts": PLAN, **changed}
        return refused(claimed.do, missions.plan, **asked)

    assert plan(begins="") == "422.40"
    assert plan(ends="2026-02-30") == "422.45"
    assert plan(ends="2026-11-01") == "422.313"
    assert plan(texts={}) == "422.40"
    assert plan(texts={**PLAN, "remark": "D21S11 29,30"}) == "422.303"


def test_who_may_not_see_a_case_does_not_see_its_claim_on_the_list(
    office: StaffedOffice, claimed: Claimed, mission: Mission
) -> None:
    with office.store.office() as session:
        asked: dict[str, Any] = {"desk": office.desk(session, "amina"), "now": office.clock.now}
        cases.act(session, case=claimed.claim.case, kind="kept_from", version=2, who="staff:bruno", **asked)
    (line,) = claimed.do(missions.expected, by="bruno", mission=mission)
    assert (line.line, line.people) == (None, ())


def test_no_day_of_a_mission_stands_in_clear(claimed: Claimed, mission: Mission) -> None:
    assert mission.begins
    assert not [record for record in claimed.look(records.due) if record.kind == "dna_mission"]


def test_a_claim_is_on_a_list_once_and_can_be_taken_off(claimed: Claimed, mission: Mission) -> None:
    asked = {"mission": mission.id, "version": mission.version}
    assert refused(claimed.do, missions.enlist, typed=claimed.claim.reference, **asked) == "422.312"
    assert refused(claimed.do, missions.enlist, typed="nothing", **asked) == "422.314"
    struck: Mission = claimed.do(missions.strike, claim=claimed.claim.id, **asked)
    assert struck.claims == ()
    assert from_json(struck.id, struck.version, to_json(struck)) == struck
