"""Two offices tell each other of one claim: whatever comes when, both end with the same, and no old word opens it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from intake.domain.claim import Claim
from intake.domain.claim_law import LAW
from intake.domain.claim_standing import CHILD, GUARDIAN, MOTHER, Event, Policy
from intake.domain.claim_tasks import tasks
from intake.domain.forwarding import (
    FROM,
    HER,
    LOCAL,
    LOCAL_DETAILS,
    MOVES,
    OF_HER,
    OF_STATES,
    STATES,
    STEPS,
    Forwarding,
    Step,
    from_json,
    read_identity,
    read_told,
    refusal,
    shared,
    taken,
    to_json,
)
from intake.domain.problems import Problem
from tests.domain.test_claim import TODAY, event, stories

AGREED = {"how": "spoken", "on": "2026-11-20", "spoke": "amina", "claimant": MOTHER, "to": "o2"}
DETAILS: dict[str, dict[str, str]] = {
    "forwarded": AGREED,
    "agreed": AGREED,
    "sent_back": {"why": "Say which unit he was in"},
    "ended": {"on": "2026-11-20"},
}
MARKS = {HER: event("forwarded", "Central", TODAY, id="here"), STATES: event("came_from", "Bay", TODAY, id="there")}


def began(side: Any) -> Forwarding:
    return Forwarding("c", side, "o2", "Central", "UN-M-2026-P0001")


def done(made: Forwarding, kind: str, number: int) -> Forwarding:
    at = f"2026-11-22T12:{number:02}:00Z"
    return made.then(kind, id=f"{made.side}{number}", by="amina", at=at, **DETAILS.get(kind, {}))


def refused(made: Forwarding, kind: str, **details: str) -> str:
    with pytest.raises(Problem) as caught:
        made.then(kind, id="x", by="amina", at="2026-11-22T12:00:00Z", **{**DETAILS.get(kind, {}), **details})
    return caught.value.code


def fits(claim: Claim, one: Event) -> bool:
    """Whether a person on this side could have written it down, fitting or not."""
    return one.kind not in LOCAL and not refusal(claim, one)


@given(stories(), some.data())
@settings(max_examples=60, deadline=None)
def test_same_events_in_any_order_of_arrival_give_the_same_state_no_lost_update_duplicates_harmless(
    story: list[Event], data: some.DataObject
) -> None:
    begun = [one for one in story if one.kind == "wished"][:1]
    sides = {side: Claim.of("c", 0, (*begun, mark)) for side, mark in MARKS.items()}
    sent: list[tuple[Any, list[dict[str, Any]]]] = []
    written = {one.id for one in begun}
    for one in (each for each in story if each.id not in written):
        side = data.draw(some.sampled_from((HER, STATES)))
        if fits(sides[side], one):
            sides[side] = sides[side].with_event(one)
            written.add(one.id)
            sent.append((side, shared(sides[side].events)))
        for _ in range(data.draw(some.integers(0, 2))):
            deliver(sides, data.draw(some.sampled_from(sent)) if sent else None)
    rest = [*sent, *sent]
    for message in data.draw(some.permutations(rest)):
        deliver(sides, message)
    hers, theirs = (shared(sides[side].events) for side in (HER, STATES))
    assert hers == theirs
    assert {one["id"] for one in hers} == written
    assert sides[HER].state(TODAY) == sides[STATES].state(TODAY)
    assert [one.id for one in sides[HER].fitting if one.kind not in LOCAL] == [
        one.id for one in sides[STATES].fitting if one.kind not in LOCAL
    ]


def deliver(sides: dict[Any, Claim], message: tuple[Any, list[dict[str, Any]]] | None) -> None:
    if message is None:
        return
    sender, events = message
    to = STATES if sender == HER else HER
    fresh = told_by(sides[to], [Event(**one) for one in events], to)
    sides[to] = Claim.of("c", 0, (*sides[to].events, *fresh))


def told_by(claim: Claim, events: Sequence[Event], side: Any) -> tuple[Event, ...]:
    """What is new: what the other side had from here comes back with the rest, and is known."""
    return taken(claim, events, side)


@given(some.data())
@settings(max_examples=100, deadline=None)
def test_steps_in_any_order_of_arrival_give_the_same_state(data: some.DataObject) -> None:
    sides: dict[Any, Forwarding] = {side: began(side) for side in (HER, STATES)}
    sent: list[tuple[Any, tuple[Step, ...]]] = []
    for number in range(data.draw(some.integers(1, 12))):
        side = data.draw(some.sampled_from((HER, STATES)))
        lawful = [kind for kind, whose in STEPS.items() if whose == side and sides[side].state in FROM[kind]]
        if lawful:
            sides[side] = done(sides[side], data.draw(some.sampled_from(lawful)), number)
            sent.append((side, sides[side].now))
        if sent and data.draw(some.booleans()):
            hear(sides, data.draw(some.sampled_from(sent)))
    for message in data.draw(some.permutations([*sent, *sent])):
        hear(sides, message)
    assert sides[HER].steps == sides[STATES].steps
    assert sides[HER].state == sides[STATES].state
    if any(step.kind == "ended" for step in sides[HER].now):
        assert sides[STATES].state == "ended"


def hear(sides: dict[Any, Forwarding], message: tuple[Any, tuple[Step, ...]]) -> None:
    sender, steps = message
    to = STATES if sender == HER else HER
    sides[to] = sides[to].heard(steps)


def test_an_old_step_that_comes_late_opens_nothing_again() -> None:
    first = done(began(HER), "forwarded", 1)
    ended = done(first, "ended", 2)
    assert began(STATES).heard(ended.steps).heard(first.steps).state == "ended"


def test_each_side_does_its_own_steps_and_says_nothing_for_the_other() -> None:
    forwarded = done(began(HER), "forwarded", 1)
    assert refused(forwarded, "accepted") == "403.23"
    assert refused(forwarded, "forwarded") == "409.26"
    there = began(STATES).heard(forwarded.steps)
    assert refused(there, "ended") == "403.23"
    accepted = done(there, "accepted", 2)
    assert refused(accepted, "accepted") == "409.26"
    with pytest.raises(Problem, match=r"403\.23"):
        forwarded.heard([Step("x", "ended", 1, "omar", "2026-11-22T12:05:00Z")])
    with pytest.raises(Problem, match=r"403\.23"):
        there.heard([Step("x", "accepted", 1, "amina", "2026-11-22T12:05:00Z")])
    with pytest.raises(Problem, match=r"403\.23"):
        there.heard([Step("x", "opened everything", 1, "amina", "2026-11-22T12:05:00Z")])


def test_a_round_that_no_forwarding_began_is_nobodys_to_open() -> None:
    ended = done(done(began(HER), "forwarded", 1), "ended", 2)
    for round in (0, 2, 99):
        with pytest.raises(Problem, match=r"403\.23"):
            ended.heard([Step("x", "accepted", round, "omar", "2026-11-22T12:05:00Z")])
    assert ended.heard([Step("x", "accepted", 1, "omar", "2026-11-22T12:05:00Z")]).state == "ended"


def test_a_word_is_somebodys_on_a_day_and_a_reason_is_given() -> None:
    made = began(HER)
    assert refused(made, "forwarded", how="") == "422.40"
    assert refused(made, "forwarded", how="heard say") == "422.48"
    assert refused(made, "forwarded", spoke="") == "422.40"
    assert refused(made, "forwarded", on="2026-12-24") == "422.46"
    there = began(STATES).heard(done(made, "forwarded", 1).steps)
    assert refused(there, "sent_back", why="no") == "422.20"
    assert refused(there, "sent_back", why="D3S1358 15,16 and TH01 6,9.3") == "422.303"


def test_what_says_something_to_one_office_alone_never_travels() -> None:
    wished = event("wished", MOTHER, "2025-01-01", id="w")
    wished = replace(wished, details={**wished.details, "case": "c1", "report": "r1", "row": "7"})
    owned = event("owned", "amina", "2025-01-02", id="o")
    undone = event("undone", "o", "2025-01-03", id="u")
    (told,) = shared((wished, owned, undone, MARKS[HER]))
    assert told["id"] == "w"
    assert not LOCAL_DETAILS & set(told["details"])


def test_the_office_that_writes_to_states_cannot_speak_for_her() -> None:
    claim = Claim.of("c", 0, (event("wished", MOTHER, "2025-01-01", id="w"), MARKS[HER]))
    for kind, target in (*((kind, "") for kind in OF_HER), ("consented", MOTHER), ("consent_withdrawn", GUARDIAN)):
        with pytest.raises(Problem, match=r"403\.23"):
            taken(claim, [event(kind, target, "2025-02-01", id="x")], HER)
    with pytest.raises(Problem, match=r"403\.23"):
        taken(claim, [event("undone", "w", "2025-02-01", id="x")], HER)
    with pytest.raises(Problem, match=r"403\.23"):
        taken(claim, [event("came_from", "Nowhere", "2025-02-01", id="x")], STATES)
    assert taken(claim, [event("consented", "F1", "2025-02-01", id="x")], HER)


def test_to_undo_what_she_undid_would_be_to_speak_for_her_again() -> None:
    agreed, gone = event("counting_agreed", "", "2025-01-02", id="a"), event("undone", "a", "2025-01-03", id="g")
    claim = Claim.of("c", 0, (event("wished", MOTHER, "2025-01-01", id="w"), MARKS[HER], agreed, gone))
    again = event("undone", "g", "2025-02-01", id="x")
    with pytest.raises(Problem, match=r"403\.23"):
        taken(claim, [again], HER)
    assert refusal(Claim.of("c", 0, (*claim.events[:1], MARKS[STATES], agreed, gone)), again) == "422.415"
    around = event("undone", "h", "2025-01-03", id="g"), event("undone", "g", "2025-01-03", id="h")
    assert taken(Claim.of("c", 0, around), [event("undone", "h", "2025-02-01", id="x")], HER)


def test_every_kind_of_event_is_of_one_side_or_of_both_and_what_is_next_too() -> None:
    assert not OF_HER & OF_STATES
    assert set(LAW) >= (OF_HER | OF_STATES | LOCAL)
    assert set(MOVES) <= set(STEPS)
    base = (event("wished", MOTHER, "2025-01-01", id="w"), event("registered", "", "2025-01-02", id="r"))
    named = event("father_named", "F1", "2025-01-03", id="f")
    plain = Claim.of("c", 0, (*base, named))
    policy = Policy()
    codes = {task.code for task in tasks(plain, TODAY, policy)}
    assert {"tell", "notify"} <= codes
    here, there = (Claim.of("c", 0, (*base, named, mark)) for mark in MARKS.values())
    assert {task.code for task in tasks(here, TODAY, policy)} == codes - {"notify"}
    assert {task.code for task in tasks(there, TODAY, policy)} == codes - {"tell", "ask_child"}
    assert (here.stands_with, there.came_from) == ("Central", "Bay")
    assert refusal(here, event("ms_notified", "F1", TODAY, id="x")) == "422.416"
    assert refusal(there, event("consented", CHILD, TODAY, id="x")) == "422.415"


NUMBER = "0d0a5f0c-0000-4000-8000-00000000000{}"
STEP = {"id": NUMBER.format(1), "kind": "accepted", "round": 1, "by": "omar", "at": f"{TODAY}T12:00:00Z", "details": {}}
EVENT = {
    **STEP,
    "id": NUMBER.format(2),
    "kind": "registered",
    "happened": "2026-11",
    "known": TODAY,
    "target": "",
    "details": {"words": "x"},
}
del EVENT["round"]
TOLD: dict[str, Any] = {
    "dispatch": 1,
    "claim": NUMBER.format(3),
    "reference": "UN-M-2026-P0001",
    "steps": [STEP],
    "events": [EVENT],
}


@pytest.mark.parametrize(
    "changed",
    [
        *({"dispatch": 2}, {"claim": "c"}, {"claim": 7}, {"reference": None}, {"reference": "x" * 121}),
        *({"steps": None}, {"steps": {}}, {"steps": [7]}, {"events": None}, {"events": [None]}),
        *({"steps": [{**STEP, **one}]} for one in ({"round": "1"}, {"round": True}, {"round": 0}, {"round": 10**9})),
        *(
            {"steps": [{**STEP, **one}]}
            for one in ({"at": "now"}, {"details": []}, {"details": {"x": 1}}, {"more": ""})
        ),
        *({"events": [{**EVENT, **one}]} for one in ({"happened": ""}, {"happened": "2026-02-31"}, {"known": "2026"})),
        *({"events": [{**EVENT, **one}]} for one in ({"kind": "more"}, {"kind": []}, {"target": 1}, {"id": "../x"})),
        *({"events": [{**EVENT, "details": {one: "x"}}]} for one in sorted(LOCAL_DETAILS)),
        {"events": [{name: EVENT[name] for name in EVENT if name != "by"}]},
    ],
)
def test_what_no_office_writes_is_not_taken_in(changed: dict[str, Any]) -> None:
    assert read_told(TOLD)[0] == TOLD["claim"]
    with pytest.raises(Problem, match=r"422\.410"):
        read_told({**TOLD, **changed})


def test_names_and_results_are_of_the_shape_that_pages_show() -> None:
    told = {"results": {"e": "match"}, "names": {MOTHER: {"name": "Z"}}, "version": 2}
    assert read_identity(told) == (told["results"], told["names"], 2)
    assert read_identity({}) == ({}, {}, 0)
    for changed in ({"results": {"e": "maybe"}}, {"results": []}, {"names": {MOTHER: "Z"}}, {"version": "2"}):
        with pytest.raises(Problem, match=r"422\.410"):
            read_identity({**told, **changed})


def test_what_is_kept_is_read_as_it_was() -> None:
    made = replace(
        done(began(HER), "forwarded", 1), keys={"report": "x"}, held=({"id": "e"},), unopened=("y",), names=2
    )
    assert from_json("c", 3, to_json(made)) == replace(made, version=3)
