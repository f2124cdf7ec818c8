"""Claims between two offices of an installation, on both databases: consent, compartments, one claim counted once."""

from typing import Any
from uuid import uuid4

import pytest

from intake.domain.claim import Claim
from intake.domain.claim_standing import CHILD, MOTHER
from intake.domain.forwarding import shared
from intake.domain.problems import Problem
from intake.domain.verbale import Step
from intake.envelope.encoding import unb64u
from intake.envelope.sealing import seal_envelope
from intake.services import (
    audit,
    cases,
    claims,
    consents,
    dispatches,
    elsewhere,
    forwarding,
    matters,
    member_states,
    post,
    records,
    register,
    telling,
    verbales,
)
from intake.store.office import dispatches as table
from tests.support.care import care_for
from tests.support.claimed import Claimed, new
from tests.support.forwarded import AGREED, PEOPLE, Between
from tests.support.staffed import OTHER_PEOPLE, StaffedOffice
from tests.support.states import CODES, States

REASON = "To prepare the letter"
DAY = "2026-11-22"


@pytest.fixture
def between(office: StaffedOffice) -> Between:
    return Between.make(office)


def refused(what: Any, *args: Any, **asked: Any) -> str:
    with pytest.raises(Problem) as caught:
        what(*args, **asked)
    return caught.value.code


def same(one: Claim, other: Claim) -> bool:
    """Both know the same, whatever concerns one of them alone."""
    return shared(one.events) == shared(other.events) and one.state(DAY) == other.state(DAY)


def test_forwarding_an_office_forwards_claims_sealed_to_central_which_keeps_member_states_compartments_stay(
    between: Between,
) -> None:
    made = between.begin()
    between.forward(made)
    between.pull(between.central, "nadia")
    (line,) = between.lines(between.central, "nadia")
    assert (line.made.state, line.claim.reference, line.made.name) == (
        "forwarded",
        made.claim.reference,
        "Port Tamarin",
    )
    assert refused(between.there, made) == "404.9"
    between.do(between.central, "nadia", forwarding.accept, claim=made.claim.id)
    between.pull(between.office, "amina")
    assert same(between.here(made), between.there(made))
    assert between.here(made).stands_with == "Central"
    assert between.there(made).came_from == "Port Tamarin"


def test_names_and_results_open_there_for_holders_of_identity_alone(between: Between) -> None:
    made = between.accepted()
    asked: dict[str, Any] = {"claim": made.claim.id, "reason": REASON}
    assert refused(between.do, between.central, "nadia", claims.names, **asked) == "403.20"
    assert between.do(between.central, "omar", claims.names, **asked) == PEOPLE
    given = {MOTHER: {"name": "Zainab, called Zee"}}
    between.do(between.office, "amina", claims.name, claim=made.claim.id, given=given)
    between.exchange()
    assert between.do(between.central, "omar", claims.names, **asked)[MOTHER] == given[MOTHER]
    assert refused(between.do, between.central, "omar", claims.name, claim=made.claim.id, given=given) == "422.415"


def test_what_only_one_office_has_to_do_with_stays_there(between: Between) -> None:
    care = care_for(between.office, answers={"may_write": "yes"})
    made = between.accepted(case=care.case.id)
    between.at_office(made, new("owned", "amina"))
    between.exchange()
    there = between.there(made)
    assert (there.case, there.owner) == ("", "")
    assert care.case.id not in str(there.events)


def test_an_office_forwards_central_writes_the_note_the_answer_comes_the_office_tells_her(between: Between) -> None:
    care = care_for(between.office, answers={"may_write": "yes"})
    made = between.accepted(case=care.case.id)
    states = States(between.central)
    states.do(member_states.add, by="nadia", code="FR", language="fr", codes=CODES)
    (matter,) = states.look(matters.of_state, code="FR", by="nadia")
    note = states.do(verbales.draft, code="FR", subject="claims_received", language="fr", items=[matter.id], by="nadia")
    day = states.today
    for kind, details in (("sent", {}), ("answered", {"items": [matter.id], "answer": "father_located"})):
        said = Step(kind, day, day, details=details)
        note = states.do(verbales.step, by="nadia", id=note.id, version=note.version, said=said)
        between.office.clock.move(minutes=1)
    between.exchange()
    here = between.here(made)
    assert (here.has("ms_notified"), here.has("father_located")) == (True, True)
    to_tell = {event.kind for event in here.untold()}
    assert {"ms_notified", "ms_replied", "father_located"} <= to_tell
    # The telling is owed by the office, in its case, and by nobody at central.
    steps = [one for one in care.look(telling.of_case, case=care.case.id) if one.step == "claim_step"]
    assert len(steps) == len(to_tell)
    with between.central.store.office(reading=True) as session:
        desk, now = between.central.desk(session, "nadia"), between.central.clock.now
        codes = {task.code for task in claims.line(session, desk=desk, claim=made.claim.id, now=now).tasks}
    assert "tell" not in codes
    told = next(event for event in here.untold() if event.kind == "father_located")
    between.at_office(made, new("claimant_told", told.id, how="in_person", who="amina", language="fr"))
    between.exchange()
    assert told.id not in {event.id for event in between.there(made).untold()}
    assert same(between.here(made), between.there(made))


def test_pages_of_states_notes_scorecards_and_figures_count_a_forwarded_claim_once(between: Between) -> None:
    made = between.begin()

    def counted(at: StaffedOffice, who: str) -> list[str]:
        return [one.about for one in between.look(at, who, matters.of_state, code="FR")]

    both = ((between.office, "amina"), (between.central, "nadia"))
    assert [counted(*one) for one in both] == [[made.claim.id], []]
    between.forward(made)
    between.pull(between.central, "nadia")
    assert [counted(*one) for one in both] == [[made.claim.id], []]
    between.do(between.central, "nadia", forwarding.accept, claim=made.claim.id)
    between.exchange()
    assert [counted(*one) for one in both] == [[], [made.claim.id]]
    between.do(between.office, "amina", forwarding.end, claim=made.claim.id, on=DAY)
    between.exchange()
    assert [counted(*one) for one in both] == [[made.claim.id], []]


def test_each_office_records_what_it_alone_can_know(between: Between) -> None:
    made = between.accepted()
    assert refused(between.at_office, made, new("ms_notified", "F1")) == "422.416"
    assert refused(between.at_central, made, new("withdrawn", MOTHER)) == "422.415"
    assert refused(between.at_central, made, new("forwarded", "Nowhere")) == "422.300"
    notified = between.at_central(made, new("ms_notified", "F1"))
    between.exchange()
    event = next(one for one in notified.events if one.kind == "ms_notified")
    assert refused(between.at_office, made, new("undone", event.id, why="It was another claim")) == "422.416"
    between.at_central(made, new("undone", event.id, why="It was another claim"))
    between.exchange()
    assert same(between.here(made), between.there(made))
    assert not between.here(made).has("ms_notified")


def test_what_both_record_at_once_is_lost_at_neither(between: Between) -> None:
    made = between.accepted()
    between.at_office(made, new("dna_needed"), new("consented", MOTHER, how="signed"))
    between.at_central(made, new("ms_notified", "F1"))
    between.pull(between.office, "amina")
    between.at_central(made, new("ms_reminded", "F1"))
    between.exchange()
    between.exchange()
    assert same(between.here(made), between.there(made))
    assert between.here(made).has("ms_reminded", target="F1")
    assert between.there(made).consents(MOTHER)


def test_a_claim_is_never_forwarded_to_whom_she_named(between: Between) -> None:
    care = care_for(between.office)
    made = between.begin(case=care.case.id)
    # Her report names her family and a commander: somebody has to look whether one of them is there.
    assert refused(between.forward, made) == "422.193"
    care.act("kept_from", who=f"office:{between.central.made.office}")
    assert refused(between.forward, made, checked=True) == "422.411"


def test_a_claim_whose_report_was_kept_from_an_office_is_never_forwarded_to_it(between: Between) -> None:
    phone = between.central.phone()
    report = phone.send(reader=between.office, answers={"may_write": "yes"})
    between.do(between.office, "amina", register.pull, inbound=True)
    case = between.do(between.office, "amina", cases.open_case, report=report)
    made = between.begin(case=case.id)
    assert refused(between.forward, made) == "422.411"


def test_her_newest_no_stops_the_forwarding(between: Between) -> None:
    care = care_for(between.office, answers={"may_write": "yes"})
    made = between.begin(case=care.case.id)
    with between.office.store.office() as session:
        desk, now = between.office.desk(session, "amina"), between.office.clock.now
        found = consents.of_case(session, desk=desk, case=care.case.id, now=now)
        word = {"told": "self", "how": "spoken", "spoke": "amina", "on": DAY}
        person = found.case.people[0].code
        asked: dict[str, Any] = {"case": care.case.id, "version": 0, "person": person, "recipient": "state"}
        consents.record(session, desk=desk, now=now, answer="no", **asked, **word)
    assert refused(between.forward, made) == "422.412"


def test_nothing_is_forwarded_without_her_word_a_step_up_and_a_registered_claim(between: Between) -> None:
    made = Claimed.begin(between.office)
    assert refused(between.forward, made) == "422.413"
    made.act(*(new("registered"), new("father_named", "F1", member_state="FR")))
    assert refused(between.forward, made, how="") == "422.40"
    assert refused(between.forward, made, spoke="") == "422.40"
    assert refused(between.forward, made, on="2026-11-30") == "422.46"
    assert refused(between.forward, made, to="nowhere") == "422.99"
    asked = {"claim": made.claim.id, "version": made.claim.version, "to": between.central.made.office, **AGREED}
    with between.office.store.inbound() as inbound, between.office.store.office() as session:
        desk, now = between.office.desk(session, "amina"), between.office.clock.now
        assert refused(forwarding.forward, session, inbound, desk=desk, now=now, **asked) == "403.20"


def test_sent_back_with_a_reason_leaves_nothing_there_and_can_be_forwarded_again(between: Between) -> None:
    made = between.begin()
    between.forward(made)
    between.pull(between.central, "nadia")
    assert (
        refused(between.do, between.central, "nadia", forwarding.send_back, claim=made.claim.id, why="no") == "422.20"
    )
    between.do(between.central, "nadia", forwarding.send_back, claim=made.claim.id, why="Say which unit he was in")
    between.exchange()
    (line,) = between.lines(between.office, "amina")
    assert (line.made.state, line.made.last("sent_back").said("why")) == ("sent_back", "Say which unit he was in")
    (there,) = between.lines(between.central, "nadia")
    assert (there.claim, there.made.held, there.made.unopened) == (None, (), ())
    between.forward(made)
    between.pull(between.central, "nadia")
    (again,) = between.lines(between.central, "nadia")
    assert (again.made.state, again.made.round) == ("forwarded", 2)


def test_when_she_no_longer_agrees_the_copy_at_central_is_destroyed_and_both_are_told(between: Between) -> None:
    made = between.accepted()
    between.do(between.central, "omar", claims.names, claim=made.claim.id, reason=REASON)
    between.at_central(made, new("ms_notified", "F1"))
    between.do(between.office, "amina", forwarding.end, claim=made.claim.id, on=DAY)
    between.exchange()
    assert refused(between.there, made) == "404.9"
    with between.central.store.office(reading=True) as session:
        desk = between.central.desk(session, "omar", "work", "identity")
        assert records.get(session, desk=desk, kind=claims.NAMES, id=made.claim.id) is None
        acts = {entry.act for entry in audit.read(session, desk=desk)}
    assert {"accepted_a_claim", "destroyed_a_claim"} <= acts
    here = between.here(made)
    # What central had recorded before it heard of it is not lost.
    assert here.has("ms_notified")
    assert here.stands_with == ""
    (line,) = between.lines(between.office, "amina")
    assert line.made.destroyed is not None
    assert refused(between.at_office, made, new("came_back", "Central")) == "422.300"
    between.at_office(made, new("ms_reminded", "F1"))
    between.pull(between.central, "nadia")
    assert refused(between.there, made) == "404.9"


def test_old_news_that_comes_late_opens_nothing_again(between: Between) -> None:
    made = between.begin()
    between.forward(made)
    with between.central.store.office(reading=True) as session:
        (first,) = table.waiting(session, between.central.made.office)
    between.pull(between.central, "nadia")
    between.do(between.office, "amina", forwarding.end, claim=made.claim.id, on=DAY)
    between.exchange()
    with between.central.store.office() as session:
        table.add(session, first)
    between.pull(between.central, "nadia")
    (line,) = between.lines(between.central, "nadia")
    assert (line.made.state, line.claim, line.made.unopened) == ("ended", None, ())


def test_what_the_other_office_cannot_say_is_kept_aside_whole_and_hides_nothing(between: Between) -> None:
    made = between.accepted()
    between.do(between.office, "amina", forwarding.end, claim=made.claim.id, on=DAY)
    before = between.here(made)
    again = {"id": str(uuid4()), "kind": "accepted", "round": 2, "by": "omar", "at": f"{DAY}T12:00:00Z", "details": {}}
    asked = {"to": between.office.made.office, "claim": made.claim.id}
    for said in ({"steps": [again]}, {"steps": [{**again, "round": "x"}]}, {"events": [{}]}, {"claim": "x"}):
        between.do(between.central, "omar", tell, inbound=True, **{**asked, **said})
    between.pull(between.office, "amina")
    assert [code for _, _, code in between.look(between.office, "amina", forwarding.refused)].count("422.410") == 3
    assert "403.23" in {code for _, _, code in between.look(between.office, "amina", forwarding.refused)}
    (line,) = between.lines(between.office, "amina")
    assert (line.made.state, between.here(made)) == ("ended", before)


def tell(session: Any, public: Any, *, desk: Any, now: Any, to: str, claim: str, **said: Any) -> None:
    """Central tells an office something in its own name, whatever it is."""
    id, keys = str(uuid4()), elsewhere.office_named(session, public, desk=desk, id=to)["keys"]
    told = {"dispatch": 1, "from": desk.office, "to": to, "claim": claim, "reference": "x", "steps": [], "events": []}
    sealed = seal_envelope(
        report=id,
        made=DAY,
        urgent=False,
        report_json={**told, **said},
        identity_json={},
        report_key=unb64u(keys["report"]["key"]),
        identity_key=unb64u(keys["identity"]["key"]),
        sign_key=post.sign_key(session, desk),
    )
    table.add(session, table.Row(id, to, desk.office, DAY, sealed))


def test_a_child_that_comes_of_age_decides_for_itself_and_nothing_goes_before_it_was_asked(between: Between) -> None:
    made = between.accepted(born="2008-12")
    between.office.clock.move(days=40)
    asked = {"claim": made.claim.id, "how": "spoken", "on": "2026-12-31", "spoke": "amina"}
    assert refused(between.do, between.office, "amina", forwarding.agree, **asked) == "422.309"
    between.at_office(made, new("child_became_claimant"))
    between.exchange()
    assert between.there(made).claimant == MOTHER
    between.do(between.office, "amina", forwarding.agree, **asked)
    between.exchange()
    assert between.there(made).claimant == CHILD
    assert same(between.here(made), between.there(made))


def test_a_claim_of_a_case_that_is_closed_to_somebody_is_in_none_of_their_lists(between: Between) -> None:
    care = care_for(between.office, answers={"may_write": "yes"})
    made = between.accepted(case=care.case.id)
    assert [line.made.group for line in between.lines(between.office, "bruno")] == ["theirs"]
    care.act("kept_from", who="staff:bruno")
    assert between.lines(between.office, "bruno") == []
    assert [line.made.id for line in between.lines(between.office, "amina")] == [made.claim.id]


def test_an_office_that_names_no_other_changes_in_nothing(office: StaffedOffice) -> None:
    made = Claimed.begin(office)
    made.act(new("registered"), new("father_named", "F1", member_state="FR"), new("ms_notified", "F1"))
    assert made.look(forwarding.choices) == {}
    assert made.look(dispatches.find, claim=made.claim.id) is None
    assert [one.about for one in made.look(matters.of_state, code="FR")] == [made.claim.id]


def test_an_office_that_was_never_named_is_heard_by_nobody(between: Between) -> None:
    stranger = StaffedOffice.make(between.office.store, between.office.clock, name="Stranger", people=OTHER_PEOPLE)
    words = " ".join(between.central.made.words)
    between.do(stranger, "hanna", elsewhere.add, inbound=True, office=between.central.made.office, words=words)
    made = Claimed.begin(stranger, by="hanna")
    asked = {"claim": made.claim.id, "to": between.central.made.office, **AGREED}
    done = between.do(stranger, "hanna", claims.act, claim=made.claim.id, version=1, events=(new("registered"),))
    between.do(stranger, "hanna", forwarding.forward, inbound=True, version=done.version, **asked)
    between.pull(between.central, "nadia")
    assert between.lines(between.central, "nadia") == []
    assert between.look(between.central, "nadia", forwarding.unnamed) == ["Stranger"]
