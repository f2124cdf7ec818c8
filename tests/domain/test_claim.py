"""A claim: the same events give the same state in any order, and no sequence of events reaches an unlawful one."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from intake.domain.claim import Claim, from_json, to_json
from intake.domain.claim_law import LAW
from intake.domain.claim_standing import BUCKETS, CHILD, COUNTRIES, ENDS, GUARDIAN, MOTHER, REASONS, Event, Policy
from intake.domain.claim_states import STATE_NAMES, STATES
from intake.domain.claim_tasks import due, tasks
from intake.domain.problems import CATALOGUE, Problem
from intake.domain.profile import looks_like_profile
from intake.domain.telling import CLAIM_STEPS

TODAY = "2026-11-24"
# All that each kind asks for.
FULL: dict[str, dict[str, str]] = {
    "wished": {"reference": "UN-M-2026-P0001", "wants": "both", "born": "2019"},
    "child_known": {"born": "2018-05"},
    "father_named": {"member_state": "ZZ", "category": "military_contingent"},
    "father_changed": {"member_state": "QQ"},
    "father_set_aside": {"why": "She says it was another man"},
    "ms_replied": {"complete": "yes"},
    "consented": {"how": "signed"},
    "naming_agreed": {"how": "signed"},
    "sample_collected": {"kit": "KIT-", "collector": "Nurse of the mission"},
    "sample_sealed": {"seal": "S-1", "who": "Nurse of the mission"},
    "sample_handed_over": {"who": "Nurse", "to": "Courier"},
    "sample_at_lab": {"laboratory": "Laboratory of the capital", "seal_whole": "yes"},
    "sample_spoiled": {"reason": "chain_of_custody_gap"},
    "sample_destroyed": {"who": "Laboratory"},
    "dna_result_in": {"laboratory": "Laboratory of the capital"},
    "established": {"basis": "dna"},
    "recognition_filed": {"where": "court"},
    "recognition_refused": {"reason": "foreign_judgment_not_recognised"},
    "recognised": {"where": "registry"},
    "support_ordered": {"from": "2026-08", "amount": "100", "currency": "USD", "by_whom": "court"},
    "support_paid": {"month": "2026-08", "amount": "100"},
    "support_ended": {"from": "2026-11"},
    "hurdle": {"reason": "cost"},
    "hurdle_gone": {"reason": "cost"},
    "limit_set": {"day": "2037-01-01", "source": "Civil code"},
    "claimant_changed": {"why": "The grandmother cares for the child"},
    "claimant_told": {"how": "in_person", "who": "amina", "language": "fr"},
    "telling_waived": {"why": "Told in the same conversation"},
    "not_established": {"reason": "father_unidentified"},
    "closed": {"reason": "claimant_unreachable"},
    "reopened": {"why": "A new address of the father came"},
    "undone": {"why": "Entered in the wrong claim"},
}


def event(kind: str, target: str = "", happened: str = "2026-01-05", id: str = "", **more: Any) -> Event:
    details = {**FULL.get(kind, {}), **more.pop("details", {})}
    if kind == "sample_collected" and details["kit"] == "KIT-":
        details["kit"] = f"KIT-{target}"
    at = more.pop("at", f"{TODAY}T10:00:00Z")
    return Event(
        id or f"{kind} {target} {happened}", kind, happened, more.pop("known", TODAY), "amina", at, target, details
    )


def claim(*steps: tuple[str, str], claimant: str = MOTHER, **wished: str) -> Claim:
    """A claim after these steps, a day apart, each as a person would enter it."""
    made = Claim("c", 0).then(event("wished", claimant, "2025-01-01", details=wished), today=TODAY)
    for number, (kind, target) in enumerate(steps):
        day = f"2025-{number // 28 + 2:02}-{number % 28 + 1:02}"
        made = made.then(event(kind, target, day, id=f"{number}"), today=TODAY)
    return made


NOTIFIED = (("registered", ""), ("father_named", "F1"), ("ms_notified", "F1"))
CONSENTED = (*NOTIFIED, ("dna_needed", ""), ("consented", MOTHER), ("consented", GUARDIAN))


def custody(whose: str) -> tuple[tuple[str, str], ...]:
    kit = f"KIT-{whose}"
    return (
        ("sample_collected", whose),
        ("sample_sealed", kit),
        ("sample_handed_over", kit),
        ("sample_at_lab", kit),
    )


TESTED = (
    *CONSENTED,
    *custody(MOTHER),
    *custody(CHILD),
    ("dna_father_requested", "F1"),
    ("consented", "F1"),
    *custody("F1"),
    ("dna_result_in", "F1"),
)
ESTABLISHED = (*TESTED, ("established", "F1"))


def refused(made: Claim, kind: str, target: str = "", happened: str = TODAY, **more: Any) -> str:
    with pytest.raises(Problem) as caught:
        made.then(event(kind, target, happened, **more), today=TODAY)
    return caught.value.code


# one claim is one child, and its states ------------------------------------------------------------------------------


def test_claims_one_claim_is_one_child_and_begins_once() -> None:
    wish = claim()
    assert (wish.state(TODAY), wish.bucket(TODAY, Policy()), wish.claimant) == ("draft_wish", "", MOTHER)
    assert refused(wish, "wished", MOTHER) == "422.300"


@pytest.mark.parametrize(
    ("steps", "state"),
    [
        ((), "draft_wish"),
        (NOTIFIED[:1], "registered"),
        (NOTIFIED, "ms_notified"),
        ((*NOTIFIED, ("ms_acknowledged", "F1")), "ms_acknowledged"),
        ((*NOTIFIED, ("focal_point_named", "F1")), "focal_point_named"),
        ((*NOTIFIED, ("father_unidentified", "F1")), "father_unidentified"),
        ((*NOTIFIED, ("father_unidentified", "F1"), ("father_located", "F1")), "father_located"),
        ((*NOTIFIED, ("admitted", "F1")), "admitted"),
        (CONSENTED[:4], "dna_needed"),
        (CONSENTED, "dna_consented"),
        ((*CONSENTED, *custody(MOTHER)[:1], *custody(CHILD)[:1]), "dna_mc_collected"),
        ((*CONSENTED, ("dna_father_requested", "F1")), "dna_father_requested"),
        ((*CONSENTED, ("dna_father_requested", "F1"), ("dna_father_refused", "F1")), "refused"),
        ((*CONSENTED, ("dna_law_excludes", "F1")), "law_excludes"),
        (TESTED[:-4], "dna_at_lab"),
        (TESTED, "dna_result_in"),
        (ESTABLISHED, "established"),
        ((*ESTABLISHED, ("recognition_filed", "member_state")), "recognition_filed"),
        ((*ESTABLISHED, ("recognition_filed", "home"), ("recognised", "home")), "recognised"),
        ((*ESTABLISHED, ("support_ordered", "")), "support_in_arrears"),
        ((*NOTIFIED, ("withdrawn", MOTHER)), "withdrawn"),
        ((*NOTIFIED, ("not_established", "")), "not_established"),
        ((*NOTIFIED, ("closed", "")), "closed_other"),
        ((*NOTIFIED, ("withdrawn", MOTHER), ("reopened", "")), "reopened"),
        ((*NOTIFIED, ("withdrawn", MOTHER), ("reopened", ""), ("ms_acknowledged", "F1")), "ms_acknowledged"),
    ],
)
def test_claims_states_derived_from_events_by_one_table(steps: tuple[tuple[str, str], ...], state: str) -> None:
    assert claim(*steps).state(TODAY) == state


def test_the_states_and_buckets_are_those_of_the_brief() -> None:
    # domain brief 4.4, written down a second time
    pending = """registered ms_notified ms_acknowledged focal_point_named father_located father_unidentified admitted
        dna_needed dna_consented dna_mc_collected dna_father_requested dna_father_collected refused law_excludes
        dna_at_lab dna_result_in result_communicated established recognition_filed reopened"""
    resolved = "recognised support_ordered support_paid support_in_arrears"
    ended = "not_established withdrawn closed_other"
    by_bucket = {bucket: {row.name for row in STATES if row.bucket == bucket} for bucket in ("", *BUCKETS)}
    assert by_bucket == {
        "": {"draft_wish"},
        "PENDING": set(pending.split()),
        "RESOLVED": set(resolved.split()),
        "NOT_ESTABLISHED_OR_WITHDRAWN": set(ended.split()),
    }


def test_a_claim_is_resolved_when_recognised_or_support_in_force_by_policy() -> None:
    recognised = claim(*ESTABLISHED, ("recognition_filed", "home"), ("recognised", "home"))
    supported = claim(*ESTABLISHED, ("support_ordered", ""))
    assert recognised.bucket(TODAY, Policy()) == supported.bucket(TODAY, Policy()) == "RESOLVED"
    strict = Policy(resolved=frozenset({"recognised"}), recognised_in="member_state")
    assert recognised.bucket(TODAY, strict) == supported.bucket(TODAY, strict) == "PENDING"


# two times, any order -----------------------------------------------------------------------------------------------

KITS = tuple(f"KIT-{whose}" for whose in (MOTHER, CHILD, "F1", "F2"))
TARGETS = {
    "claim": [""],
    "father": ["F1", "F2"],
    "new father": ["F1", "F2"],
    "person": [MOTHER, CHILD, GUARDIAN, "F1"],
    "sample": [MOTHER, CHILD, "F1", "F2"],
    "kit": list(KITS),
    "country": list(COUNTRIES),
    "claimant": [MOTHER, GUARDIAN, CHILD],
    "any": ["", "F1"],
    "staff": ["amina"],
}


@some.composite
def stories(draw: some.DrawFn) -> list[Event]:
    """Events that may or may not fit together: the way to a result, shuffled pieces of it, and anything else."""
    base = [event("wished", MOTHER, "2025-01-01", id="w")]
    for number, (kind, target) in enumerate(ESTABLISHED[: draw(some.integers(0, len(ESTABLISHED)))]):
        base.append(event(kind, target, f"2025-{number // 28 + 2:02}-{number % 28 + 1:02}", id=f"b{number}"))
    extra = []
    for number in range(draw(some.integers(0, 10))):
        kind = draw(some.sampled_from(sorted(LAW)))
        known = [one.id for one in (*base, *extra)]
        target = draw(some.sampled_from(TARGETS.get(LAW[kind].scope, known)))
        happened = draw(some.sampled_from(["2025", "2025-02", "2025-02-03", "2025-03-01", "2025-12-31", "2026-06-01"]))
        second = draw(some.integers(0, 3))
        extra.append(event(kind, target, happened, id=f"x{number}", at=f"{TODAY}T10:00:0{second}Z"))
    return [*base, *extra]


@given(stories(), some.randoms(use_true_random=False))
@settings(max_examples=50)
def test_claims_the_same_events_in_any_order_of_arrival_give_the_same_state(story: list[Event], chance: Any) -> None:
    made = Claim.of("c", 0, story)
    shuffled = list(story)
    chance.shuffle(shuffled)
    one_by_one = Claim("c", 0)
    for each in shuffled:
        one_by_one = one_by_one.with_event(each)
    assert one_by_one == made
    assert one_by_one.state(TODAY) == made.state(TODAY)
    assert from_json("c", 0, to_json(made)) == made


@given(stories())
@settings(max_examples=50)
def test_claims_no_sequence_of_events_reaches_an_unlawful_state(story: list[Event]) -> None:
    made = Claim.of("c", 0, story)
    # Nothing is dropped: each event takes effect, or is told, or was undone, or undoes.
    told = {one.id for one, code in made.unfitting if code in CATALOGUE}
    undoing = {one.id for one in made.events if one.kind == "undone"}
    assert {one.id for one in made.events} == {one.id for one in made.fitting} | told | made.undone | undoing
    kinds = [one.kind for one in made.fitting]
    for number, one in enumerate(made.fitting):
        before = kinds[:number]
        past = [(each.kind, each.target) for each in made.fitting[:number]]
        assert before.count("wished") == (0 if one.kind == "wished" else 1)
        if one.kind in ("recognised", "recognition_refused"):
            assert ("recognition_filed", one.target) in past
        if one.kind.startswith("support_") or one.kind.startswith("recogni"):
            assert "established" in before
        if one.kind == "support_paid":
            assert "support_ordered" in before
        if one.kind == "established":
            assert "established" not in before
            assert ("dna_result_in", one.target) in past
        if one.kind == "dna_result_in":
            assert {(whose, "sample_at_lab") for whose in (f"KIT-{CHILD}", f"KIT-{one.target}")} <= {
                (target, kind) for kind, target in past
            }
        if one.kind == "sample_collected":
            agreed = {target for kind, target in past if kind == "consented"}
            assert one.target in agreed or (one.target == CHILD and GUARDIAN in agreed)
        if one.kind not in ENDS and LAW[one.kind].told and one.kind != "sample_destroyed":
            ended = [kind for kind in before if kind in ENDS]
            assert not ended or ended[-1] == "reopened"
    assert made.state(TODAY) in ("", *STATE_NAMES)
    assert made.bucket(TODAY, Policy()) in ("", *BUCKETS)
    assert all(claim.state(TODAY) in ("", *STATE_NAMES) for claim in made.against)


@given(stories())
@settings(max_examples=30)
def test_what_is_offered_can_be_entered_and_nothing_else(story: list[Event]) -> None:
    made = Claim.of("c", 0, story)
    offered = made.offers(TODAY)
    for kind, target in offered:
        details = {"reason": made.hurdles[0].said("reason")} if kind == "hurdle_gone" else {}
        if kind == "established":
            details = {"basis": "court"} if not made.has("dna_result_in", target=target) else {}
            details = {"basis": "admission"} if made.has("admitted", target=target) else details
        if kind in ("support_paid", "hurdle_gone", "sample_collected", "established"):
            continue  # what they ask for decides too
        made.then(event(kind, target, TODAY, id="new"), today=TODAY)


def test_an_answer_that_arrives_before_its_question_is_kept_and_told_and_fits_once_that_is_known() -> None:
    answer = event("ms_acknowledged", "F1", "2025-03-01", id="answer")
    early = claim(*NOTIFIED[:2]).with_event(answer)
    assert early.unfitting == ((answer, "422.300"),)
    assert early.state(TODAY) == "registered"
    assert [task.target for task in tasks(early, TODAY, Policy()) if task.code == "mend"] == ["answer"]
    whole = early.with_event(event("ms_notified", "F1", "2025-02-20"))
    assert (whole.unfitting, whole.state(TODAY)) == ((), "ms_acknowledged")


def test_what_is_known_only_by_its_year_fits_wherever_in_it_it_can() -> None:
    made = Claim.of(
        "c",
        0,
        [
            event("wished", MOTHER, "2019"),
            event("registered", "", "2019-05"),
            event("father_named", "F1", "2019-05-02"),
            event("ms_notified", "F1", "2019"),
            event("withdrawn", MOTHER, "2019"),
        ],
    )
    assert (made.unfitting, made.state(TODAY)) == ((), "withdrawn")


def test_an_event_happened_before_it_was_known_and_neither_lies_ahead() -> None:
    wish = claim()
    assert refused(wish, "registered", happened="2026-11-20", known="2026-11-19") == "422.305"
    assert refused(wish, "registered", happened="2026-11-25", known="2026-11-25") == "422.305"
    assert refused(wish, "registered", happened="2026-02-30") == "422.45"
    late = wish.then(event("registered", "", "2025-06-01", known="2026-11-20"), today=TODAY)
    clock = late.clock("registered")
    assert clock is not None
    assert (clock.happened, clock.known) == ("2025-06-01", "2026-11-20")


# undo, reopen, withdraw ---------------------------------------------------------------------------------------------


def test_claims_undo_by_a_further_event() -> None:
    made = claim(*NOTIFIED, ("ms_acknowledged", "F1"))
    assert refused(made, "undone", "2") == "422.302"  # the State was told: its answer rests on that
    assert refused(made, "undone", "3", details={"why": "short"}) == "422.20"
    undone = made.then(event("undone", "3", TODAY, id="u1", at=f"{TODAY}T11:00:00Z"), today=TODAY)
    assert (undone.state(TODAY), undone.undone, len(undone.events)) == ("ms_notified", {"3"}, 6)
    again = undone.then(event("undone", "u1", TODAY, id="u2", at=f"{TODAY}T12:00:00Z"), today=TODAY)
    assert again.state(TODAY) == "ms_acknowledged"
    assert refused(made, "undone", "nothing") == "404.9"


def test_claims_reopen_and_withdraw() -> None:
    gone = claim(*NOTIFIED, ("withdrawn", MOTHER))
    assert refused(gone, "ms_reminded", "F1") == "422.300"
    assert refused(claim(*NOTIFIED), "withdrawn", GUARDIAN) == "422.300"
    assert gone.then(event("reopened", "", TODAY), today=TODAY).bucket(TODAY, Policy()) == "PENDING"
    assert refused(claim(*NOTIFIED), "reopened") == "422.300"


def test_a_step_back_in_time_must_leave_what_is_there_in_force() -> None:
    made = claim(*NOTIFIED, ("ms_acknowledged", "F1"))
    assert refused(made, "withdrawn", MOTHER, "2025-02-02") == "422.304"


# several possible fathers -------------------------------------------------------------------------------------------


def test_claims_possible_fathers_of_several_states() -> None:
    made = claim(*NOTIFIED, ("father_named", "F2"), ("father_changed", "F2"), ("ms_notified", "F2"))
    assert (made.possible, made.member_states, made.next_father) == (("F1", "F2"), ("ZZ", "QQ"), "F3")
    made = made.then(event("ms_acknowledged", "F2", TODAY), today=TODAY)
    assert [one.state(TODAY) for one in made.against] == ["ms_notified", "ms_acknowledged"]
    assert made.state(TODAY) == "ms_acknowledged"
    his = claim(*ESTABLISHED[:3], ("father_named", "F2"), *ESTABLISHED[3:], ("support_ordered", ""))
    assert [one.state(TODAY) for one in his.against] == ["support_in_arrears", "dna_at_lab"]
    aside = made.then(event("father_set_aside", "F2", TODAY, at=f"{TODAY}T11:00:00Z"), today=TODAY)
    assert (aside.possible, aside.state(TODAY)) == (("F1",), "ms_notified")


def test_a_state_must_be_known_before_it_can_be_told() -> None:
    unknown = claim(("registered", "")).then(
        event("father_named", "F1", TODAY, details={"member_state": "", "category": ""}), today=TODAY
    )
    assert refused(unknown, "ms_notified", "F1") == "422.310"
    assert [task.code for task in tasks(unknown, TODAY, Policy()) if task.target == "F1"] == ["find_state"]


# consents and custody -----------------------------------------------------------------------------------------------


def test_claims_consents_of_mother_child_or_guardian_and_father() -> None:
    asked = claim(*CONSENTED[:4])
    for whose in (MOTHER, CHILD, "F1"):
        assert refused(asked, "sample_collected", whose) == "422.301"
    mother = asked.then(event("consented", MOTHER, TODAY), today=TODAY)
    assert refused(mother, "sample_collected", CHILD) == "422.301"
    assert refused(mother, "consented", GUARDIAN, details={"how": "spoken"}) == "422.48"
    both = mother.then(event("consented", GUARDIAN, TODAY), today=TODAY)
    assert both.then(event("sample_collected", CHILD, TODAY), today=TODAY).usable(CHILD)
    # a child who says no has said no, whatever the guardian says
    no = both.then(event("consented", CHILD, "2026-11-20"), today=TODAY)
    no = no.then(event("consent_withdrawn", CHILD, "2026-11-21"), today=TODAY)
    assert refused(no, "sample_collected", CHILD) == "422.301"


def test_a_consent_that_is_withdrawn_stops_the_sample_and_has_it_destroyed() -> None:
    made = claim(*CONSENTED, *custody(MOTHER)[:2], ("consent_withdrawn", MOTHER))
    assert refused(made, "sample_handed_over", "KIT-mother") == "422.301"
    assert ("destroy", "KIT-mother") in {(task.code, task.target) for task in tasks(made, TODAY, Policy())}
    gone = made.then(event("sample_destroyed", "KIT-mother", TODAY), today=TODAY)
    assert "destroy" not in {task.code for task in tasks(gone, TODAY, Policy())}


def test_dna_as_custody_only_kit_collection_seal_handover_laboratory_result_in_result_told() -> None:
    made = claim(*TESTED)
    (mother,) = [sample for sample in made.samples if sample.whose == MOTHER]
    assert [step.kind for step in mother.custody] == [kind for kind, _ in custody(MOTHER)]
    assert all(step.by and step.happened and step.known for step in mother.custody)
    told = made.then(event("claimant_told", str(len(TESTED) - 1), TODAY, details={"how": "in_person"}), today=TODAY)
    assert (made.state(TODAY), told.state(TODAY)) == ("dna_result_in", "result_communicated")


def test_dna_refusals_and_legal_bars_by_reason_code() -> None:
    asked = claim(*CONSENTED, ("dna_father_requested", "F1"))
    assert asked.then(event("dna_father_refused", "F1", TODAY), today=TODAY).state(TODAY) == "refused"
    barred = asked.then(event("dna_law_excludes", "F1", TODAY), today=TODAY)
    assert barred.state(TODAY) == "law_excludes"
    assert refused(barred, "sample_collected", "F1") == "422.300"
    assert refused(asked, "hurdle", "F1", details={"reason": "he does not want"}) == "422.48"
    stuck = asked.then(event("hurdle", "F1", TODAY, details={"reason": "law_excludes_dna"}), today=TODAY)
    assert [one.said("reason") for one in stuck.hurdles] == ["law_excludes_dna"]
    assert len(REASONS) == 20


def test_dna_never_a_profile() -> None:
    made = claim(*CONSENTED, *custody(MOTHER)[:1])
    for text in (
        "D3S1358 15,16 vWA 17/18",
        "FGA: 21, TH01: 9.3",
        "Amelogenin X",
        "penta D 9 12",
        "15,16 17,18 21,24 9,9.3 11,12",
    ):
        assert looks_like_profile(text)
        assert refused(made, "sample_sealed", "KIT-mother", details={"seal": text}) == "422.303"
    for text in ("Seal 4471-22, whole", "Sent on 22/11/2026 and 24/11/2026", "Between 9 and 12", "Rooms 1-2, 3-4, 5-6"):
        assert not looks_like_profile(text)


def test_a_kit_is_used_once() -> None:
    made = claim(*CONSENTED, *custody(MOTHER)[:1])
    assert refused(made, "sample_collected", CHILD, details={"kit": "KIT-mother"}) == "422.306"
    assert refused(made, "sample_collected", CHILD, details={"kit": "F1"}) == "422.41"
    spoiled = made.then(event("sample_spoiled", "KIT-mother", TODAY), today=TODAY)
    assert spoiled.usable(MOTHER) is None
    assert "collect" in {task.code for task in tasks(spoiled, TODAY, Policy())}


def test_paternity_is_established_by_a_result_or_by_admission() -> None:
    assert refused(claim(*NOTIFIED), "established", "F1") == "422.300"
    admitted = claim(*NOTIFIED, ("admitted", "F1"))
    assert refused(admitted, "established", "F1") == "422.300"
    by_word = admitted.then(event("established", "F1", TODAY, details={"basis": "admission"}), today=TODAY)
    assert by_word.state(TODAY) == "established"
    assert refused(by_word, "not_established") == "422.300"


# after the result ---------------------------------------------------------------------------------------------------


def test_after_the_result_recognition_court_and_civil_registry_steps_in_both_countries() -> None:
    made = claim(*ESTABLISHED)
    assert {task.target for task in tasks(made, TODAY, Policy()) if task.code == "file_recognition"} == set(COUNTRIES)
    made = made.then(event("recognition_filed", "home", "2026-01-01"), today=TODAY)
    assert refused(made, "recognised", "member_state") == "422.300"
    made = made.then(event("recognised", "home", "2026-02-01"), today=TODAY)
    made = made.then(event("recognition_filed", "member_state", "2026-03-01"), today=TODAY)
    made = made.then(event("recognition_refused", "member_state", "2026-04-01"), today=TODAY)
    again = made.then(event("recognition_filed", "member_state", "2026-05-01"), today=TODAY)
    assert again.state(TODAY) == "recognised"


def test_after_the_result_support_ordered_paid_in_arrears_by_month() -> None:
    made = claim(*ESTABLISHED).then(event("support_ordered", "", "2026-08-01"), today=TODAY)
    assert [(one.month, int(one.missing)) for one in made.arrears(TODAY)] == [
        ("2026-08", 100),
        ("2026-09", 100),
        ("2026-10", 100),
    ]
    paid = made
    for number, month in enumerate(("2026-08", "2026-09", "2026-10")):
        details = {"month": month, "amount": "100"}
        paid = paid.then(event("support_paid", "", f"2026-11-0{number + 1}", details=details), today=TODAY)
    assert (paid.arrears(TODAY), paid.state(TODAY)) == ((), "support_paid")
    assert paid.state("2026-12-01") == "support_in_arrears"  # November is over
    less = {"from": "2026-10", "amount": "40.50", "currency": "USD", "by_whom": "court"}
    changed = made.then(event("support_ordered", "", "2026-10-01", id="new", details=less), today=TODAY)
    assert [str(one.ordered) for one in changed.months(TODAY)] == ["100", "100", "40.50", "40.50"]
    assert refused(made, "support_paid", details={"month": "2026-07", "amount": "1"}) == "422.308"


def test_after_the_result_contact_through_her_lawyer_where_there_is_one() -> None:
    made = claim(("registered", ""), ("lawyer_named", ""))
    assert refused(made, "claimant_told", "0", details={"how": "phone"}) == "422.307"
    assert not made.then(event("claimant_told", "0", TODAY, details={"how": "lawyer"}), today=TODAY).untold()


def test_after_the_result_majority_the_child_becomes_claimant_and_consents_anew() -> None:
    made = claim(*CONSENTED, *custody(CHILD)[:2], born="2008-11")
    assert made.majority == ("2026-11-01", "2026-11-30")
    assert ("ask_child", CHILD, "2026-11-01") in {
        (task.code, task.target, task.due) for task in tasks(made, TODAY, Policy())
    }
    # from the first day on which it may be of age nobody decides for it
    assert refused(made, "sample_handed_over", "KIT-child") == "422.301"
    assert refused(made, "withdrawn", MOTHER) == "422.309"
    assert refused(claim(*CONSENTED[:4], born="2008-11"), "consented", GUARDIAN) == "422.309"
    grown = made.then(event("child_became_claimant", "", TODAY), today=TODAY)
    assert grown.claimant == CHILD
    agreed = grown.then(event("consented", CHILD, TODAY), today=TODAY)
    assert agreed.then(event("sample_handed_over", "KIT-child", TODAY), today=TODAY).sample("KIT-child")
    assert refused(claim(*CONSENTED), "child_became_claimant") == "422.300"


def test_after_the_result_limitation_clocks() -> None:
    made = claim(*NOTIFIED, born="2009")
    assert [task for task in tasks(made, TODAY, Policy()) if task.code == "limit"] == []
    assumed = tasks(made, TODAY, Policy(limitation_years=3))
    assert [task.due for task in assumed if task.code == "limit"] == ["2030-01-01"]
    known = made.then(event("limit_set", "F1", TODAY), today=TODAY)
    assert [task.due for task in tasks(known, TODAY, Policy(limitation_years=3)) if task.code == "limit"] == [
        "2037-01-01"
    ]


def test_after_the_result_telling_the_claimant_at_each_step_is_a_step_of_its_own_overdue_when_not_done() -> None:
    made = claim(*NOTIFIED)
    assert [one.kind for one in made.untold()] == ["registered", "ms_notified"]
    assert due(made, TODAY, Policy(tell_days=14)) == "2026-12-08"
    told = made.then(event("claimant_told", "0", TODAY), today=TODAY)
    told = told.then(event("telling_waived", "2", TODAY), today=TODAY)
    assert (told.untold(), due(told, TODAY, Policy())) == ((), "2037-01-01")
    assert refused(told, "claimant_told", "0", id="again", at=f"{TODAY}T11:00:00Z") == "422.300"
    assert {step.told for step in LAW.values()} - {""} == set(CLAIM_STEPS)


def test_what_a_step_asks_for_is_named() -> None:
    made = claim(*NOTIFIED)
    with pytest.raises(Problem) as caught:
        made.then(event("ms_replied", "F1", TODAY, details={"complete": ""}), today=TODAY)
    assert (caught.value.code, caught.value.params) == ("422.40", {"field": "complete"})


def test_a_name_goes_to_a_state_by_the_word_of_whoever_is_the_claimant_about_that_state() -> None:
    story = [
        event("wished", MOTHER, "2025-01-01", id="w"),
        event("father_named", "F1", "2025-01-02", id="f"),
        event("naming_agreed", "F1", "2025-01-03", id="n"),
    ]
    made = Claim.of("c", 0, story)
    assert made.may_be_named("F1", TODAY)
    assert not made.may_be_named("F2", TODAY)
    for kind, target in (
        ("naming_withdrawn", "F1"),
        ("father_changed", "F1"),
        ("claimant_changed", GUARDIAN),
        ("withdrawn", MOTHER),
    ):
        assert not made.with_event(event(kind, target, "2025-01-04", id="x")).may_be_named("F1", TODAY), kind
    # Born in 2019: from 2037 on only the child decides.
    assert not made.may_be_named("F1", "2037-01-01")
