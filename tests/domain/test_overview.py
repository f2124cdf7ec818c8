"""What a team leader sees: every part adds up to its whole, and splitting by place loses nothing."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domain.needs import STATES
from intake.domain.overview import (
    BANDS,
    GOES_ON,
    OF_ANSWERS,
    OF_REFERRALS,
    OUTCOMES,
    WAITS,
    WEEKS,
    Asked,
    Overview,
    Seen,
    Told,
    count,
    counts,
    from_text,
    settle,
    to_text,
)
from intake.domain.referral import STATES as REFERRAL_STATES
from intake.domain.referral import Referral

TODAY = date(2026, 11, 25)  # a Wednesday
PLACES = ("", "north", "south")
SERVICES = ("MED", "LEGAL", "CHILD_EDU")

days = st.integers(-3, 800).map(lambda ago: f"{TODAY - timedelta(days=ago)}")
# The public side writes when a report came, and is not believed.
times = st.one_of(days, days.map(lambda day: f"{day}T10:00:00Z"), st.sampled_from(["", "soon", "2026-13-40"]))
asked = st.builds(Asked, st.sampled_from(SERVICES), st.sampled_from(OUTCOMES), days)


@st.composite
def seen(draw: st.DrawFn) -> Seen:
    kind = draw(st.sampled_from(("arrival", "case")))
    states = ("waiting", "registered", "set_apart", "not_for_us") if kind == "arrival" else ("open", "closed")
    return Seen(
        kind=kind,
        id="1",
        title="x",
        state=draw(st.sampled_from(states)),
        form=draw(st.sampled_from(("visit", "needs", "wish", ""))) if kind == "arrival" else "",
        place=draw(st.sampled_from(PLACES)),
        received=draw(times),
        changed=draw(times),
        children=draw(st.booleans()),
        owner=draw(st.sampled_from(("", "amina"))),
        case=draw(st.sampled_from(("", "c"))),
        needs=to_text(draw(st.lists(asked, max_size=3))),
    )


def look(found: list[Seen], weeks: int = 12, **narrowed: Any) -> Overview:
    return count(found, today=TODAY, weeks=weeks, **narrowed)


def one(**changed: Any) -> Seen:
    whole = {"kind": "case", "id": "1", "title": "A-B-2026-0001", "state": "open", "form": "", "place": "north"}
    since = {"received": "2026-11-23T10:00:00Z", "changed": "2026-11-23T10:00:00Z"}
    rest = {"children": False, "owner": "amina", "case": "1", "needs": ""}
    return Seen(**{**whole, **since, **rest, **changed})


@given(st.lists(seen()), st.sampled_from(WEEKS))
def test_what_is_split_by_place_makes_the_whole_again(found: list[Seen], weeks: int) -> None:
    whole = look(found, weeks)
    parts = [look(found, weeks, places={place}) for place in PLACES]
    assert sum((part.asked for part in parts), type(whole.asked)()) == whole.asked
    for form, numbers in whole.arrived.items():
        assert numbers == [
            sum(each) for each in zip(*(part.arrived.get(form, [0] * weeks) for part in parts), strict=True)
        ]
    for state, wait in whole.waits.items():
        assert wait.bands == [sum(each) for each in zip(*(part.waits[state].bands for part in parts), strict=True)]
        assert wait.children == sum(part.waits[state].children for part in parts)
        assert wait.oldest == min(filter(None, (part.waits[state].oldest for part in parts)), default="")


@given(st.lists(seen()))
def test_everything_that_waits_is_in_one_band_and_everything_that_came_in_one_week(found: list[Seen]) -> None:
    whole = look(found, 104)
    arrived = [each for each in found if each.kind == "arrival" and not _before(each.received, whole.weeks[0])]
    assert sum(map(sum, whole.arrived.values())) == len(arrived)
    cases = [each for each in found if (each.kind, each.state) == ("case", "open")]
    assert whole.waits["case"].total + whole.waits["case_unowned"].total == len(cases)
    reports = [each for each in found if (each.kind, each.state) == ("arrival", "waiting")]
    assert whole.waits["report"].total == len(reports)
    open_ones = [each for each in found if counts(each) and each.state in GOES_ON]
    needs = [need for each in open_ones for need in from_text(each.needs)]
    for outcome in ("untouched", "waiting"):
        assert whole.waits[outcome].total == sum(need.outcome == outcome for need in needs)


def _before(text: str, first: str) -> bool:
    """Whether it is a day before the first; what is no day counts as today."""
    try:
        return date.fromisoformat(text[:10]) < date.fromisoformat(first)
    except ValueError:
        return False


@given(st.lists(seen()))
def test_what_waits_does_not_depend_on_the_weeks(found: list[Seen]) -> None:
    assert look(found, 4).waits == look(found, 104).waits


@given(st.lists(seen()), st.sampled_from(WEEKS))
def test_what_neither_goes_on_nor_came_in_the_weeks_adds_nothing(found: list[Seen], weeks: int) -> None:
    first = look([], weeks).weeks[0]
    rest = [each for each in found if each.state in GOES_ON or not _before(each.received, first)]
    assert look(rest, weeks) == look(found, weeks)


@given(st.lists(seen()), st.sampled_from(WEEKS))
def test_nobody_who_asked_is_lost_or_counted_twice(found: list[Seen], weeks: int) -> None:
    whole = look(found, weeks)
    needs = [
        need
        for each in found
        if counts(each) and not _before(each.received, whole.weeks[0])
        for need in from_text(each.needs)
    ]
    assert whole.asked.total() == len(needs)


def test_the_weeks_begin_on_mondays_and_the_last_is_this_one() -> None:
    assert look([], 4).weeks == ("2026-11-02", "2026-11-09", "2026-11-16", "2026-11-23")
    assert {date.fromisoformat(day).weekday() for day in look([], 104).weeks} == {0}


@pytest.mark.parametrize(("ago", "band"), [(0, 0), (1, 0), (2, 1), (3, 1), (4, 2), (7, 2), (8, 3), (30, 3), (31, 4)])
def test_a_wait_falls_into_the_band_of_its_days(ago: int, band: int) -> None:
    since = f"{TODAY - timedelta(days=ago)}T08:00:00Z"
    wait = look([one(changed=since)]).waits["case"]
    assert wait.bands == [int(number == band) for number in range(len(BANDS) + 1)]
    assert wait.oldest == since[:10]


def test_a_case_in_nobody_s_charge_is_told_apart_and_a_closed_one_waits_no_more() -> None:
    waits = look([one(owner=""), one(children=True), one(state="closed")]).waits
    assert {state: waits[state].total for state in WAITS if waits[state].total} == {"case_unowned": 1, "case": 1}
    assert (waits["case"].children, waits["case_unowned"].children) == (1, 0)


def test_needs_of_a_report_count_until_it_is_in_a_case_or_decided_about() -> None:
    report = one(kind="arrival", state="waiting", form="visit", case="", needs="MED/untouched/2026-11-23")
    assert look([report]).asked == {("north", "MED", "untouched"): 1}
    assert look([report._replace(case="1", state="registered")]).asked == {}
    assert look([report._replace(state="not_for_us")]).asked == {}


# settling -----------------------------------------------------------------------------------------------------------


def told(day: str, **services: dict[str, list[int]]) -> Told:
    return Told(day, services)


def referral(state: str, service: str = "MED", person: str = "P1", day: str = "2026-11-24") -> Referral:
    """One in this state, as far as settling looks: it reads state, service, person and its first day."""
    offered = Referral("r", "c", 0).then("offered", by="amina", at=f"{day}T10:00:00Z", person=person, service=service)
    return Referral("r", "c", 1, offered.events, state, person, service)


def test_every_state_of_an_answer_and_of_a_referral_has_an_outcome() -> None:
    assert set(OF_ANSWERS) == set(STATES) - {"none"}
    assert set(OF_REFERRALS) == set(REFERRAL_STATES)
    assert {*OF_ANSWERS.values(), *OF_REFERRALS.values()} == set(OUTCOMES)


@pytest.mark.parametrize(("state", "outcome"), OF_REFERRALS.items())
def test_a_referral_takes_the_place_of_the_need_it_answers(state: str, outcome: str) -> None:
    said = told("2026-11-20", MED={"needed": [0]})
    assert settle([said], [referral(state)]) == (Asked("MED", outcome, "2026-11-24"),)


def test_the_newest_report_says_how_it_is_and_the_first_since_when_it_was_asked() -> None:
    first, later = told("2026-11-01", MED={"needed": [0, 1]}), told("2026-11-20", MED={"received": [0]})
    assert settle([later, first], []) == (
        Asked("MED", "untouched", "2026-11-01"),
        Asked("MED", "given", "2026-11-01"),
    )


def test_of_several_who_ask_the_one_with_nothing_done_is_taken_for_the_one_who_was_referred() -> None:
    said = told("2026-11-20", MED={"needed": [0], "declined": [1], "received": [2]})
    assert [one.outcome for one in settle([said], [referral("done")])] == ["given", "declined", "given"]


def test_of_two_tries_for_one_person_the_newer_counts() -> None:
    tries = [referral("rejected"), referral("sent"), referral("done", person="P2")]
    assert sorted(one.outcome for one in settle([], tries)) == ["given", "waiting"]


people = st.lists(st.integers(0, 3), max_size=4)
services = st.dictionaries(st.sampled_from(SERVICES), st.dictionaries(st.sampled_from(list(OF_ANSWERS)), people))
referrals = st.builds(
    referral, st.sampled_from(REFERRAL_STATES), st.sampled_from(SERVICES), st.sampled_from(("P1", "P2", "P3"))
)


@given(st.lists(st.builds(Told, days, services), max_size=4), st.lists(referrals, max_size=6))
def test_there_are_as_many_needs_as_people_who_ask_or_were_referred(said: list[Told], tried: list[Referral]) -> None:
    found = settle(said, tried)
    for service in SERVICES:
        asking = {person for each in said for people in each.services.get(service, {}).values() for person in people}
        referred = {each.person for each in tried if each.service == service}
        assert sum(need.service == service for need in found) == max(len(asking), len(referred))


@given(st.lists(asked, max_size=5))
def test_needs_survive_the_index(found: list[Asked]) -> None:
    assert from_text(to_text(found)) == found
