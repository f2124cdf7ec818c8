"""Claims on the real services: versions, what is sealed apart, telling through the phone, the index."""

from typing import Any

import pytest

from intake.domain.claim import Claim
from intake.domain.claim_standing import CHILD, GUARDIAN, MOTHER
from intake.domain.problems import Problem
from intake.services import audit, cases, claims, deadlines, records, telling
from intake.services.find import Finder, Query
from tests.support.care import Care, care_for
from tests.support.claimed import CONSENTED, NOTIFIED, TESTED, Claimed, new
from tests.support.staffed import StaffedOffice

REASON = "To prepare the hearing"


@pytest.fixture
def care(office: StaffedOffice) -> Care:
    return care_for(office)


@pytest.fixture
def claimed(office: StaffedOffice, care: Care) -> Claimed:
    return Claimed.begin(office, case=care.case.id)


def refused(what: Any, *args: Any, **asked: Any) -> str:
    with pytest.raises(Problem) as caught:
        what(*args, **asked)
    return caught.value.code


def test_claims_opened_from_a_case_by_hand_and_numbered_once(office: StaffedOffice, claimed: Claimed) -> None:
    by_hand = Claimed.begin(office)
    assert [one.claim.reference.rsplit("-", 1)[1] for one in (claimed, by_hand)] == ["P0001", "P0002"]
    assert [line.claim.id for line in claimed.look(claims.of_case, case=claimed.claim.case)] == [claimed.claim.id]
    assert {one.id for one in claimed.look(claims.every)} == {claimed.claim.id, by_hand.claim.id}


def test_a_claim_that_moved_on_is_never_overwritten(claimed: Claimed) -> None:
    claimed.act(*NOTIFIED[:1])
    version = claimed.claim.version
    claimed.act(*NOTIFIED[1:2])
    assert refused(claimed.act, NOTIFIED[2], version=version) == "409.13"
    assert claimed.act(NOTIFIED[2]).state("2026-11-22") == "ms_notified"


def test_all_that_is_entered_at_once_is_taken_or_nothing(claimed: Claimed) -> None:
    assert refused(claimed.act, NOTIFIED[0], NOTIFIED[2]) == "422.300"
    assert claimed.look(claims.find, claim=claimed.claim.id).version == 1


def test_a_claim_of_a_case_closed_to_named_colleagues_is_closed_too(
    office: StaffedOffice, care: Care, claimed: Claimed
) -> None:
    care.act("kept_from", who="staff:bruno")
    assert refused(claimed.look, claims.find, by="bruno", claim=claimed.claim.id) == "403.12"
    assert claimed.look(claims.every, by="bruno") == []


def test_dna_the_value_of_a_result_rests_under_the_identity_keychain(claimed: Claimed) -> None:
    claimed.act(*TESTED)
    came = new("dna_result_in", "F1", laboratory="Laboratory")
    assert refused(claimed.result, came, "match", chains=("work",)) == "403.20"
    claimed.result(came, "match")
    event = claimed.claim.fitting[-1]
    assert event.kind == "dna_result_in"
    assert "match" not in str(vars(event))
    asked = {"claim": claimed.claim.id, "event": event.id}
    assert refused(claimed.do, claims.result_of, reason=REASON, **asked) == "403.20"
    assert claimed.do(claims.result_of, chains=("work", "identity"), reason=REASON, **asked) == "match"


def test_paternity_is_established_by_a_test_only_if_the_result_says_so(claimed: Claimed) -> None:
    claimed.act(*TESTED)
    claimed.result(new("dna_result_in", "F1", laboratory="Laboratory"), "no_match")
    established = new("established", "F1", basis="dna")
    assert refused(claimed.act, established) == "403.20"
    assert refused(claimed.act, established, chains=("work", "identity")) == "422.311"
    claimed.act(new("father_excluded", "F1"), chains=("work", "identity"))
    assert claimed.claim.possible == ()


def test_who_they_are_rests_under_the_identity_keychain_and_opens_with_a_reason(claimed: Claimed) -> None:
    given = {MOTHER: {"name": "Zainab"}, "F1": {"name": "Sergeant Roe", "more": "4th company"}}
    assert refused(claimed.do, claims.name, claim=claimed.claim.id, given=given) == "403.20"
    open_: dict[str, Any] = {"chains": ("work", "identity"), "claim": claimed.claim.id}
    claimed.do(claims.name, given=given, **open_)
    claimed.do(claims.name, given={CHILD: {"name": "Amal"}}, **open_)
    assert set(claimed.do(claims.names, reason=REASON, **open_)) == {MOTHER, "F1", CHILD}
    assert refused(claimed.do, claims.names, reason="why", **open_) == "422.20"
    assert refused(claimed.do, claims.name, given={"F1": {"more": "D3S1358 15,16"}}, **open_) == "422.303"
    with claimed.office.store.office(reading=True) as session:
        desk = claimed.office.desk(session, "amina")
        assert refused(records.get, session, desk=desk, kind=claims.NAMES, id=claimed.claim.id) == "403.20"


def test_after_the_result_telling_falls_due_in_the_case_and_is_known_to_the_claim_when_it_is_done(
    office: StaffedOffice, claimed: Claimed
) -> None:
    claimed.act(NOTIFIED[0])
    (waiting,) = claimed.look(claims.tellings, claim=claimed.claim).values()
    assert (waiting.step, waiting.due, waiting.told) == ("claim_step", "2026-12-06", False)
    kinds = [(one.kind, one.due_on) for one in claimed.look(records.due)]
    assert ("claim", "2026-12-06") in kinds
    asked = {"case": claimed.claim.case, "telling": waiting.id, "version": waiting.version}
    claimed.do(telling.close, outcome="told_her", reason="Told at the market", **asked)
    claimed.do(claims.heard, telling_id=waiting.id)
    told = claimed.look(claims.find, claim=claimed.claim.id)
    assert (told.untold(), told.fitting[-1].kind, told.fitting[-1].said("how")) == ((), "claimant_told", "in_person")


def test_what_the_claim_says_was_told_is_not_due_on_the_phone_any_more(claimed: Claimed) -> None:
    claimed.act(NOTIFIED[0])
    event = claimed.claim.untold()[0]
    claimed.act(new("claimant_told", event.id, how="in_person", who="amina", language="fr"))
    (done,) = claimed.look(claims.tellings, claim=claimed.claim).values()
    assert done.told


def test_where_there_is_a_lawyer_no_phone_is_written_to(claimed: Claimed) -> None:
    claimed.act(new("lawyer_named"), NOTIFIED[0])
    assert claimed.look(claims.tellings, claim=claimed.claim) == {}
    assert claimed.line().tasks[0].code == "tell"


def test_no_day_far_ahead_stands_in_clear_and_tells_when_a_child_comes_of_age(claimed: Claimed) -> None:
    assert claimed.line().due == "2037-01-01"
    assert [record.due_on for record in claimed.look(records.due) if record.kind == "claim"] == ["2027-05-21"]


def test_what_is_due_in_claims_stands_among_what_is_due(claimed: Claimed) -> None:
    claimed.act(NOTIFIED[0], new("owned", "amina"))
    with claimed.office.store.office(reading=True) as session:
        desk = claimed.office.desk(session, "amina")
        listed = deadlines.listing(session, desk=desk, name="mine", page=1, now=claimed.office.clock.now)
    assert "claim" in {record.kind for day in listed.days for record in day.records}


def test_claims_are_found_by_phase_and_state(office: StaffedOffice, claimed: Claimed, tmp_path: Any) -> None:
    claimed.act(*NOTIFIED)
    Claimed.begin(office)
    finder = Finder(office.store, tmp_path)
    with office.store.office(reading=True) as session:
        desk = office.desk(session, "amina")
    finder.ready(desk)

    def found(**asked: Any) -> list[str]:
        return [entry.id for entry in finder.find(desk, Query("amina", kind="claim", **asked), limit=9)]

    assert len(found()) == 2
    assert found(state="state") == found(country="ZZ") == [claimed.claim.id]
    assert found(country="Z") == []
    assert finder.find(desk, Query("bruno", kind="claim"), limit=9)
    claimed.do(cases.act, case=claimed.claim.case, kind="kept_from", version=2, who="staff:bruno")
    finder.ready(desk)
    assert len(finder.find(desk, Query("bruno", kind="claim"), limit=9)) == 1


def test_a_step_that_is_undone_is_not_due_to_be_told_any_more(claimed: Claimed) -> None:
    claimed.act(*NOTIFIED)
    before = claimed.look(claims.tellings, claim=claimed.claim)
    notified = claimed.claim.last("ms_notified")
    assert notified is not None
    claimed.act(new("undone", notified.id, why="It was another claim"))
    after = claimed.look(claims.tellings, claim=claimed.claim)
    assert (before[notified.id].told, after[notified.id].told) == (False, True)
    assert after[notified.id].closing.outcome == "no_need"
    assert [one.told for event, one in after.items() if event != notified.id] == [False]


def test_what_was_said_to_be_told_and_was_not_is_due_again(claimed: Claimed) -> None:
    claimed.act(NOTIFIED[0])
    step = claimed.claim.untold()[0]
    claimed.act(new("claimant_told", step.id, how="in_person", who="amina", language="fr"))
    told = claimed.claim.last("claimant_told", target=step.id)
    assert told is not None
    assert claimed.look(claims.tellings, claim=claimed.claim)[step.id].told
    claimed.act(new("undone", told.id, why="It was her sister who came"))
    waiting = claimed.look(claims.tellings, claim=claimed.claim)[step.id]
    assert (waiting.told, waiting.due) == (False, "2026-12-06")


def test_the_chain_says_what_kind_of_step_and_no_word_of_it(claimed: Claimed) -> None:
    claimed.act(NOTIFIED[0], new("hurdle", "", reason="cost", words="She cannot pay the bus"))
    with claimed.office.store.office(reading=True) as session:
        desk = claimed.office.desk(session, "dele")
        lines = [line for line in audit.read(session, desk=desk) if line.about == claimed.claim.id]
    assert lines
    assert "bus" not in str(lines)


def test_an_event_that_arrives_and_does_not_fit_is_kept(claimed: Claimed) -> None:
    claimed.act(*CONSENTED)
    event = claimed.claim.fitting[-1]
    odd = type(event)("elsewhere", "recognised", "2026-01-01", "2026-01-02", "list", "2026-11-22T12:00:00Z", "home")
    kept: Claim = claimed.do(claims.took_in, claim=claimed.claim.id, events=(odd,))
    assert [one.id for one, _ in kept.unfitting] == ["elsewhere"]
    assert "mend" in {task.code for task in claimed.line().tasks}
    assert GUARDIAN not in kept.possible
