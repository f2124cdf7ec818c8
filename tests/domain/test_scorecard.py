"""The scorecard by criteria: what it says, what it never says, and the same figures by an independent small script."""

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.domain import clocks, scorecard
from intake.domain.clocks import Calendar
from intake.domain.matter import ACTIONS, OUTCOMES, Matter, Step
from intake.domain.member_state import FRAME, Finding, MemberState, Post
from intake.domain.problems import Problem
from intake.domain.scorecard import BY_ID, CRITERIA, Inputs, Method, Scorecard
from intake.domain.verbale import Item, Verbale
from intake.domain.verbale import Step as NoteStep

TODAY = date(2026, 11, 22)
STATE = MemberState("s", 1, "FR", "fr")


def inputs(matters: tuple[Matter, ...] = (), notes: tuple[Verbale, ...] = (), state: MemberState = STATE) -> Inputs:
    return Inputs(state, matters, notes, TODAY, Calendar(), Calendar(), clocks.USUAL)


def allegation(n: int, referred: int, **after: int) -> Matter:
    """Referred so many days ago; each step so many days after that."""
    begun = TODAY - timedelta(days=referred)
    steps = [Step("received", begun, begun), Step("referred", begun, begun)]
    for kind, days in after.items():
        on = begun + timedelta(days=days)
        steps.append(Step(kind, on, on, details={"outcome": OUTCOMES[n % 2], "action": ACTIONS[1]}))
    return Matter(f"m{n}", 1, "allegation", "FR", f"c{n}", f"R-{n}", tuple(steps), to_be_told=True)


@st.composite
def histories(draw: st.DrawFn, most: int = 9) -> tuple[Matter, ...]:
    found = []
    for n in range(draw(st.integers(0, most))):
        referred = draw(st.integers(0, 900))
        after = {}
        for kind in ("acknowledged", "nio_appointed", "investigation_done", "outcome_reported", "action_reported"):
            days = draw(st.one_of(st.none(), st.integers(0, referred)))
            if days is not None:
                after[kind] = days
        if draw(st.booleans()) and referred > 3:
            asked = draw(st.integers(0, referred))
            after["asked_us"] = asked
            if draw(st.booleans()):
                after["we_gave"] = draw(st.integers(asked, referred))
        found.append(allegation(n, referred, **after))
    return tuple(found)


# ---- an independent small script: the standard library alone


def wilson(hits: int, of: int) -> tuple[float, float]:
    z, p = 1.959963984540054, hits / of
    middle = (p + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * math.sqrt(p * (1 - p) / of + z * z / (4 * of * of))
    return max(middle - half, 0.0), min(middle + half, 1.0)


def kaplan_meier(cases: list[tuple[int, bool]], day: int) -> tuple[float, float, float]:
    left, spread = 1.0, 0.0
    for time in sorted({days for days, done in cases if done and days <= day}):
        at_risk = sum(days >= time for days, _ in cases)
        ended = sum(days == time and done for days, done in cases)
        left *= 1 - ended / at_risk
        spread += ended / (at_risk * (at_risk - ended)) if at_risk > ended else 0.0
    error = 1.959963984540054 * left * math.sqrt(spread)
    return 1 - left, max(1 - left - error, 0.0), min(1 - left + error, 1.0)


def by_hand(matter: Matter) -> dict[str, Any]:
    """The days of one allegation, walked through one by one."""
    days = {step.kind: step.on for step in matter.steps}
    begun = days["referred"]
    done = min((days[kind] for kind in ("investigation_done", "outcome_reported") if kind in days), default=None)
    paused: set[date] = set()
    if "asked_us" in days:
        end = days.get("we_gave", TODAY)
        paused = {days["asked_us"] + timedelta(days=n) for n in range(1, (end - days["asked_us"]).days + 1)}
    stopped = "asked_us" in days and "we_gave" not in days

    def gone(since: date, until: date, working: bool) -> int:
        span = [since + timedelta(days=n) for n in range(1, (until - since).days + 1)]
        return sum(day not in paused and (day.weekday() < 5 or not working) for day in span)

    def stands(since: date | None, until: date | None, length: int, working: bool) -> str:
        if since is None:
            return "none"
        used = gone(since, until or TODAY, working)
        if until is not None:
            return "late" if used > length else "in_time"
        return "overdue" if used > length else ("stopped" if stopped else "runs")

    outcome = days.get("outcome_reported")
    substantiated = outcome if outcome and matter.outcome == "substantiated" else None
    return {
        "A1": stands(begun, days.get("acknowledged"), 10, True),
        "A2": stands(begun, days.get("nio_appointed"), 5, True),
        "A3": stands(begun, done, 180, False),
        "A6": stands(done, outcome, 10, True),
        "A7": stands(substantiated, days.get("action_reported"), 60, True),
        "A4": (max(gone(begun, done or TODAY, False), 1), done is not None),
    }


@settings(max_examples=120, deadline=None)
@given(histories())
def test_scorecard_figures_recomputed_by_an_independent_small_script_agree(matters: tuple[Matter, ...]) -> None:
    card = scorecard.card(inputs(matters), Method())
    found = [by_hand(one) for one in matters]
    for id, good in (("A1", "t"), ("A2", "t"), ("A3", "t"), ("A6", "d"), ("A7", "d")):
        due = [one[id] for one in found if one[id] in ("in_time", "late", "overdue")]
        hits = sum(one == "in_time" or (good == "d" and one == "late") for one in due)
        figure = card.figure(id)
        assert (figure.numerator, figure.denominator) == (hits, len(due)), id
        if len(due) < 5:
            assert figure.value is None
            continue
        low, high = wilson(hits, len(due))
        assert figure.value == pytest.approx(hits / len(due))
        assert (figure.low, figure.high) == (pytest.approx(low, abs=1e-9), pytest.approx(high, abs=1e-9))
    cases = [one["A4"] for one in found]
    figure = card.figure("A4")
    if len(cases) < 5:
        assert figure.value is None
    else:
        value, low, high = kaplan_meier(cases, 365)
        assert figure.value == pytest.approx(value, abs=1e-9)
        if value < 1:
            assert (figure.low, figure.high) == (pytest.approx(low, abs=1e-6), pytest.approx(high, abs=1e-6))
    weighed = [(BY_ID[one.id].weight, one.value) for one in card.figures if one.value is not None]
    weight = sum(own for own, _ in weighed)
    wanted = 100 * sum(own * value for own, value in weighed) / weight if weight >= 60 else None
    assert card.score == (pytest.approx(wanted) if wanted is not None else None)


# ---- what it never does


@settings(max_examples=60, deadline=None)
@given(histories(), st.integers(2, 3))
def test_scorecard_by_criteria_never_scores_the_number_of_allegations(matters: tuple[Matter, ...], times: int) -> None:
    """However many cases there are of the same kind, a State's figures and score are the same."""
    many = tuple(
        replace(one, id=f"{one.id}-{copy}", about=f"{one.about}-{copy}") for copy in range(times) for one in matters
    )
    once, often = (scorecard.card(inputs(each), Method()) for each in (matters, many))
    for first, second in zip(once.figures, often.figures, strict=True):
        if first.enough:
            assert second.value == pytest.approx(first.value)
    if {one.id for one in once.figures if one.enough} == {one.id for one in often.figures if one.enough}:
        assert often.score == (pytest.approx(once.score) if once.score is not None else None)


def test_no_criterion_can_be_made_better_by_silence() -> None:
    """The guard reads the criteria: each is a share of what was asked, none a count, and the weights are of these."""
    empty = scorecard.card(inputs(), Method())
    for criterion in CRITERIA:
        counted = criterion.formula(inputs(tuple(allegation(n, 400) for n in range(20))))
        assert 0 <= counted.numerator <= counted.denominator, criterion.id
    # A State about which nobody reports anything is not good: there is nothing to say.
    assert empty.score is None
    assert {one.id for one in empty.figures if one.enough} == {"P1"}
    assert set(BY_ID) == {"A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "P1", "P2", "P3", "P4", "P5", "V1"}


def test_not_enough_cases_is_said_as_such_and_is_not_good() -> None:
    four = scorecard.card(inputs(tuple(allegation(n, 400, acknowledged=3) for n in range(4))), Method())
    assert (four.figure("A1").denominator, four.figure("A1").value, four.score) == (4, None, None)
    five = scorecard.card(inputs(tuple(allegation(n, 400, acknowledged=3) for n in range(5))), Method())
    assert five.figure("A1").value == 1.0


def test_what_is_open_and_overdue_counts_as_not_done_and_what_waits_for_us_does_not_count() -> None:
    silent = tuple(allegation(n, 400) for n in range(5))
    assert scorecard.card(inputs(silent), Method()).figure("A3").value == 0.0
    waiting = tuple(allegation(n, 400, asked_us=1) for n in range(5))
    assert scorecard.card(inputs(waiting), Method()).figure("A3").denominator == 0


def test_an_open_case_is_not_left_out_of_what_is_completed_in_a_year() -> None:
    """Three were closed fast, three are open for years: the mean of the closed ones would say that all is well."""
    closed = tuple(allegation(n, 800, investigation_done=30) for n in range(3))
    still = tuple(allegation(n + 3, 800) for n in range(3))
    assert scorecard.card(inputs(closed + still), Method()).figure("A4").value == pytest.approx(0.5)


def test_the_duty_of_the_office_to_tell_her_does_not_weigh_on_a_state() -> None:
    assert [one.id for one in CRITERIA if one.ours] == ["A8"]
    assert BY_ID["A8"].weight == 0


def test_notes_focal_points_and_law_are_counted_as_their_formulas_say() -> None:
    def note(n: int, answered: bool) -> Verbale:
        sent = date(2026, 3, 2)
        steps = [NoteStep("drafted", sent, sent), NoteStep("sent", sent, sent)]
        if answered:
            details = {"items": ("i",), "answer": "other"}
            steps.append(NoteStep("answered", date(2026, 6, 1), date(2026, 6, 1), details=details))
        return Verbale(f"n{n}", 1, f"NV-{n}", "FR", "claim", "claims_progress", "fr", (Item("i", "R"),), tuple(steps))

    law = {name: Finding("yes" if name != "foreign_standing" else "no", "Legal", "2026-01-01") for name in FRAME}
    state = replace(STATE, findings=law, posts=(Post("p", "Ministry", (TODAY - timedelta(days=100)).isoformat()),))
    found = scorecard.card(inputs(notes=tuple(note(n, n < 2) for n in range(8)), state=state), Method())
    answered, point, frame = found.figure("A5"), found.figure("P1"), found.figure("P3")
    assert (answered.numerator, answered.denominator, answered.value) == (2, 8, 0.25)
    assert (point.numerator, point.months) == (101, round(264 / 30.4, 1))
    assert frame.value == pytest.approx(2 / 3)
    # Looked at later than the day that is asked about: not known then.
    assert scorecard.card(inputs(state=state).on(date(2025, 12, 31)), Method()).figure("P3").value is None


def claim(n: int, **steps: int) -> Matter:
    days = {kind: TODAY - timedelta(days=ago) for kind, ago in steps.items()}
    found = tuple(Step(kind, on, on) for kind, on in days.items())
    return Matter(f"k{n}", 1, "claim", "FR", f"k{n}", f"K-{n}", found)


def test_claims_are_counted_by_what_the_state_did_for_them() -> None:
    asked = {"registered": 800, "notified": 790, "dna_requested": 700}
    matters = (
        *(claim(n, **asked, dna_given=600, resolved=300, support_ordered=200, paid=20) for n in range(3)),
        *(claim(n + 3, **asked, support_ordered=200, resolved=200) for n in range(2)),
        *(claim(n + 5, **asked, law_excludes_dna=690) for n in range(5)),
    )
    card = scorecard.card(inputs(matters), Method())
    assert [(card.figure(id).numerator, card.figure(id).denominator) for id in ("P2", "P4", "P5")] == [
        (3, 5),
        (5, 10),
        (3, 5),
    ]
    assert card.figure("P4").median == 800


def test_over_time_a_figure_is_what_was_known_then() -> None:
    late = tuple(
        replace(
            one, steps=tuple(replace(step, known=TODAY) if step.kind == "acknowledged" else step for step in one.steps)
        )
        for one in (allegation(n, 400, acknowledged=3) for n in range(5))
    )
    whole = inputs(late)
    assert scorecard.card(whole, Method()).figure("A1").value == 1.0
    assert scorecard.card(whole.on(TODAY - timedelta(days=1)), Method()).figure("A1").value == 0.0
    assert scorecard.quarters(TODAY) == [
        date(2025, 12, 31),
        date(2026, 3, 31),
        date(2026, 6, 30),
        date(2026, 9, 30),
        TODAY,
    ]


# ---- the method, and the right of reply


def method(**changed: Any) -> Method:
    weights, targets = ({one.id: getattr(one, name) for one in CRITERIA} for name in ("weight", "target"))
    return replace(Method(1, weights, targets, why="Agreed with the committee"), **changed)


def test_weights_and_targets_are_versioned_data_of_the_office() -> None:
    scorecard.check_method(method())
    wrong: tuple[tuple[Callable[[], Method], str], ...] = (
        (lambda: method(weights={**method().weights, "A1": 101}), "331"),
        (lambda: method(weights=dict.fromkeys(BY_ID, 0)), "331"),
        (lambda: method(targets={**method().targets, "P4": -1}), "332"),
        (lambda: method(why="so"), "20"),
    )
    for make, code in wrong:
        with pytest.raises(Problem, match=code):
            scorecard.check_method(make())
    five = inputs(tuple(allegation(n, 400, acknowledged=3) for n in range(5)))
    only = method(weights={**dict.fromkeys(BY_ID, 0), "A1": 10})
    assert scorecard.card(five, only).score == pytest.approx(100)


def made() -> Scorecard:
    card = scorecard.card(inputs(), Method())
    return Scorecard("x", 1, TODAY, Method(), 30, {code: (replace(card, state=code),) for code in ("FR", "MA")})


def test_right_of_reply_is_recorded_before_anything_is_shared() -> None:
    card = made()
    share = {"by": "amina", "at": "2026-12-30T00:00:00Z", "to": "The committee"}
    with pytest.raises(Problem, match=r"409\.15"):
        card.share(today=TODAY + timedelta(days=365), **share)
    card = card.asked("FR", TODAY).asked("MA", TODAY).replied("FR", TODAY, "We have appointed an officer.")
    # The other State is silent: it has its whole time.
    with pytest.raises(Problem, match=r"409\.15"):
        card.share(today=TODAY + timedelta(days=30), **share)
    assert card.share(today=TODAY + timedelta(days=31), **share).shared[0]["to"] == "The committee"
    with pytest.raises(Problem, match=r"422\.335"):
        card.replied("MA", TODAY, " ")
    with pytest.raises(Problem, match=r"422\.330"):
        made().replied("MA", TODAY, "Words")


def test_a_scorecard_that_was_kept_is_the_same() -> None:
    card = made().asked("FR", TODAY).replied("FR", TODAY, "Words")
    assert scorecard.from_json("x", 1, scorecard.to_json(card)) == card
