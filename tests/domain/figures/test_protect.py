"""Disclosure control: what may be published is attacked, repaired with the least loss, and attacked again."""

import os
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.domain.figures import protect as protection
from intake.domain.figures.attack import attack
from intake.domain.figures.changes import changes
from intake.domain.figures.counting import Counts, Key, Record, count, key
from intake.domain.figures.protect import Frame, Past, naive, protect
from intake.domain.figures.release import JOIN, NOTHING, STEP, Release
from intake.domain.figures.tables import TABLES as PUBLISHED
from intake.domain.figures.tables import Table
from intake.domain.problems import Problem
from tests.domain.figures.cases import TABLES, day, histories


def claims(*groups: tuple[int, str, str, str]) -> Counts:
    """Counts of (how many, State, year, status)."""
    records = [
        Record("claims", {"state": state, "year": year, "status": status}, True)
        for number, state, year, status in groups
        for _ in range(number)
    ]
    return count(records, TABLES, until="2024-03-31")


def frame(number: int = 1, policy: str = "protected") -> Frame:
    return Frame(number, day(number - 1), TABLES, policy)


def test_disclosure_control_counts_and_totals_each_rounded_to_the_nearest_5_and_shown_as_intervals() -> None:
    counts = claims((12, "AA", "2024", "pending"), (9, "AA", "2024", "resolved"), (23, "BB", "2024", "pending"))

    release = protect(counts, [], frame()).release

    said = {place: (one.least, one.most) for place, one in release.said.items()}
    assert said[key("claims", state="AA", status="pending")] == (8, 12)
    assert said[key("claims", state="AA", status="resolved")] == (8, 12)
    assert said[key("claims", state="AA")] == (18, 22)
    assert said[key("claims", state="BB", status="resolved")] == (0, 2)


def pinned() -> Counts:
    """Four States of two claims each: rounded by themselves, they are all known."""
    return count(
        [
            Record("reports", {"told": told}, True)
            for told in ("in_time", "late", "not_yet", "not_recorded")
            for _ in range(2)
        ],
        (LINE,),
        until="2024-03-31",
    )


LINE = Table("told", "reports", "told")


def test_where_it_does_not_preparing_repairs_with_the_smallest_loss_and_says_what_it_did_beside_each_cell() -> None:
    counts = pinned()
    wanted = Frame(1, "2024-03-31", (LINE,))

    done = protect(counts, [], wanted)

    assert attack([naive(counts, wanted)]) == list(done.found) != []
    assert [(one.kind, one.key) for one in done.repairs] == [("drop", key("reports"))]
    assert done.release.said[key("reports")].how == "dropped"
    assert attack([done.release]) == []
    assert done.loss.error == pytest.approx(1.0)  # each of them is 2, and 0 to 2 is said
    assert done.loss.shown == 1.0


def of_line(*values: int) -> Counts:
    """The counts of one line of classes, r0 and on."""
    return {**{key("reports", told=f"r{at}"): value for at, value in enumerate(values)}, key("reports"): sum(values)}


# Two quarters, each safe by itself. Between them r3 goes from 0 to 2; as totals never fall, it must have grown.
QUARTERS = (of_line(8, 8, 8, 0, 0), of_line(7, 7, 7, 2, 1))


def in_quarter(number: int) -> Frame:
    return Frame(number, day(number - 1), (LINE,))


def test_an_attack_over_earlier_releases_finds_a_change_of_2_and_a_cell_is_held_until_it_has_moved_enough() -> None:
    first, second = QUARTERS
    before = protect(first, [], in_quarter(1)).release
    assert attack([naive(second, in_quarter(2))]) == []

    done = protect(second, [Past(before, first)], in_quarter(2))

    assert (key("reports", told="r3"), 1, 2) in {
        (one.key, one.least, one.most) for one in done.found if one.release == 2
    }
    assert {one.kind for one in done.repairs} == {"hold"}
    held = {place for place, one in done.release.said.items() if one.how == "held"}
    assert held == {one.key for one in done.repairs}
    assert {done.release.said[place].since for place in held} == {1}
    assert attack([before, done.release]) == []

    third = protect(of_line(20, 20, 20, 20, 20), [Past(before, first), Past(done.release, second)], in_quarter(3))
    assert {third.release.said[place].how for place in held} == {"rounded"}
    assert "fresh" in {one.why for one in changes(done.release, third.release)}


def test_refused_only_when_nothing_helps() -> None:
    wanted = Frame(1, "2024-03-31", (LINE,))
    past = [Past(naive(pinned(), wanted), pinned())]

    with pytest.raises(Problem) as refused:
        protect(pinned(), past, Frame(2, "2024-06-30", (LINE,)))
    assert refused.value.code == "422.340"


def test_accountability_says_state_by_status_exactly_and_the_attacker_knows_those_cells() -> None:
    counts = claims(
        (1, "AA", "2024", "pending"),
        (2, "BB", "2023", "resolved"),
        (4, "CC", "2023", "pending"),
        (3, "CC", "2024", "resolved"),
    )

    done = protect(counts, [], frame(policy="accountability"))

    said = done.release.said
    assert (said[key("claims", state="AA", status="pending")].least, said[key("claims")].most) == (1, 10)
    assert {one.how for place, one in said.items() if {name for name, _ in place[1]} <= {"state", "status"}} == {
        "exact"
    }
    assert all(one.how != "exact" for place, one in said.items() if any(name == "year" for name, _ in place[1]))
    assert attack([done.release]) == []


@settings(max_examples=10)
@given(histories())
def test_over_random_case_sets_and_histories_the_attacker_never_narrows_a_protected_count_below_the_rule(
    truth: list[Counts],
) -> None:
    _holds(truth, "protected")


@settings(max_examples=8)
@given(histories(releases=4))
def test_nor_under_accountability_one_that_is_not_said_exactly(truth: list[Counts]) -> None:
    _holds(truth, "accountability")


@pytest.mark.long
@pytest.mark.timeout(7200)
@settings(max_examples=int(os.environ.get("INTAKE_HISTORIES", "2000")))
@given(histories(), st.sampled_from(("protected", "protected", "protected", "accountability")))
def test_over_thousands_of_random_case_sets_and_histories_of_up_to_twenty_releases(
    truth: list[Counts], policy: str
) -> None:
    _holds(truth, policy)


def _holds(truth: Sequence[Counts], policy: str) -> None:
    """Every release that came out is safe beside all before it, and true; one that is refused could not be helped."""
    past: list[Past] = []
    for turn, counts in enumerate(truth):
        frame = Frame(turn + 1, day(turn), TABLES, policy)
        if policy == "accountability" and attack([*(one.release for one in past), _least(counts, past, frame)]):
            with pytest.raises(Problem, match=r"422\.340"):
                protect(counts, past, frame)
        else:
            past.append(Past(protect(counts, past, frame).release, counts))
            _is_true(past)
    assert attack([one.release for one in past]) == []


def _least(counts: Counts, past: Sequence[Past], frame: Frame) -> Release:
    """The release that says nothing but what the policy says exactly."""
    every = protection.said(counts, past, frame, (), ())
    return replace(every, said={place: one if one.how == "exact" else NOTHING for place, one in every.said.items()})


def _is_true(past: Sequence[Past]) -> None:
    release, counts = past[-1].release, past[-1].counts
    first = {one.release.number: one for one in past}
    for place, said in release.said.items():
        if said.how == "held":
            then = first[said.since]
            assert abs(_value(release, place, counts) - _value(then.release, place, then.counts)) < STEP
        elif said.least is not None and said.most is not None:
            assert said.least <= _value(release, place, counts) <= said.most


def _value(release: Release, place: Key, counts: Counts) -> int:
    """What a published count adds up to in truth, worked out here by other means."""
    found = 0
    for one, value in counts.items():
        if one[0] == place[0] and [name for name, _ in one[1]] == [name for name, _ in place[1]]:
            found += value * all(
                _within(release, name, whole, code) for (name, whole), (_, code) in zip(place[1], one[1], strict=True)
            )
    return found


def _within(release: Release, name: str, whole: str, code: str) -> bool:
    named = [each for one in release.classes["claims", name] for each in one.split(JOIN)]
    return code in whole.split(JOIN) or ("other" in whole.split(JOIN) and code not in named)


def test_a_deliberately_sabotaged_one_is_broken() -> None:
    """Rounding that forgets to attack, and control that forgets what was published before."""
    assert attack([naive(pinned(), in_quarter(1))])

    forgetful = [protect(one, [], in_quarter(number)).release for number, one in enumerate(QUARTERS, 1)]
    assert [attack([one]) for one in forgetful] == [[], []]
    assert attack(forgetful)


def test_every_published_table_can_be_made_of_nothing_at_all() -> None:
    done = protect(count([], PUBLISHED, until="2026-03-31"), [], Frame(1, "2026-03-31", PUBLISHED))

    assert done.repairs == ()
    assert all(one.most == 2 for one in done.release.said.values())
    # No table is without rows, also not the one that counts within a class of another dimension.
    assert [table.name for table in PUBLISHED if not done.release.classes[table.measure, table.rows]] == []
