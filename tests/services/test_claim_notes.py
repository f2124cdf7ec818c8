"""Notes verbales and claims, on both databases: one note, one answer about many; nothing that came is dropped."""

import pytest

from intake.domain.claim import Claim
from intake.domain.verbale import Verbale
from intake.services import claims, matters
from tests.support.claimed import Claimed, new
from tests.support.staffed import StaffedOffice
from tests.support.states import States

REGISTERED = (new("registered"), new("father_named", "F1", member_state="FR"))


@pytest.fixture
def states(office: StaffedOffice) -> States:
    made = States(office)
    made.add()
    return made


@pytest.fixture
def three(office: StaffedOffice) -> list[Claimed]:
    found = [Claimed.begin(office) for _ in range(3)]
    for one in found:
        one.act(*REGISTERED)
    return found


def note_about(states: States, found: list[Claimed], subject: str = "claims_received") -> Verbale:
    wanted = {one.claim.id for one in found}
    about = [one for one in states.look(matters.of_state, code="FR") if one.about in wanted]
    return states.step(states.draft(about, subject=subject), "sent")


def now(one: Claimed) -> Claim:
    found: Claim = one.look(claims.find, claim=one.claim.id)
    return found


def test_member_states_one_note_many_claims_one_answer_recorded_against_many(
    states: States, three: list[Claimed]
) -> None:
    note = note_about(states, three)
    assert [now(one).state("2026-11-22") for one in three] == ["ms_notified"] * 3
    assert {event.said("note") for one in three for event in now(one).all("ms_notified")} == {note.number}
    states.office.clock.move(days=40)
    reminded = states.step(states.step(note, "acknowledged"), "reminded")
    assert all(now(one).has("ms_acknowledged", target="F1") for one in three)
    assert all(now(one).has("ms_reminded", target="F1") for one in three)
    two = [item.id for item in reminded.items if item.id.split(":")[0] != three[2].claim.id]
    answered = states.step(reminded, "answered", items=two, answer="father_located")
    assert [now(one).has("father_located", target="F1") for one in three] == [True, True, False]
    assert answered.standing == "part_answered"


def test_a_second_note_does_not_notify_again_and_asks_for_what_it_asks(states: States, three: list[Claimed]) -> None:
    note_about(states, three[:1])
    three[0].claim = now(three[0])
    three[0].act(new("dna_needed"))
    note_about(states, three[:1], "dna_asked")
    found = now(three[0])
    assert len(found.all("ms_notified")) == 1
    assert found.has("dna_father_requested", target="F1")


def test_an_answer_that_does_not_fit_is_kept_and_told(states: States, three: list[Claimed]) -> None:
    note = note_about(states, three)
    items = [item.id for item in note.items]
    states.step(note, "answered", items=items, answer="law_excludes_dna")
    for one in three:
        found = now(one)
        assert found.has("ms_replied", target="F1")
        # Nobody has said yet that a test is needed, so what the law says of tests waits until somebody does.
        assert [event.kind for event, _ in found.unfitting] == ["dna_law_excludes"]


def test_what_stands_in_the_way_is_a_reason_on_the_claim(states: States, three: list[Claimed]) -> None:
    note = note_about(states, three[:1])
    states.step(note, "answered", items=[note.items[0].id], answer="father_left_service")
    assert [event.said("reason") for event in now(three[0]).hurdles] == ["father_left_service"]


def test_a_claim_is_never_kept_as_a_proceeding(states: States, three: list[Claimed]) -> None:
    note = note_about(states, three)
    before = {one.claim.id: now(one).version for one in three}
    states.step(note, "asked_us")
    assert {one.claim.id: now(one).version for one in three} == before
