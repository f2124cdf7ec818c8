"""Clocks agree with a calendar library, stop while the delay is ours, and say who is late."""

from datetime import date, timedelta

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.domain import clocks
from intake.domain.clocks import ALLEGATION, EVERY_DAY, Calendar, Clock, Pause
from intake.domain.problems import Problem

DAYS = st.dates(date(2006, 1, 1), date(2036, 12, 31))
CALENDARS = st.builds(
    Calendar,
    st.frozensets(st.integers(1, 7), max_size=6),
    st.frozensets(st.dates(date(2024, 1, 1), date(2027, 12, 31)), max_size=40),
)
NEAR = st.dates(date(2024, 1, 1), date(2027, 6, 30))
ACKNOWLEDGE = ALLEGATION[1]
TELL = ALLEGATION[-1]


def as_numpy(calendar: Calendar) -> numpy.busdaycalendar:
    mask = [number not in calendar.weekend for number in clocks.WEEK]
    return numpy.busdaycalendar(weekmask=mask, holidays=sorted(calendar.holidays))


@settings(max_examples=1000, deadline=None)
@given(CALENDARS, st.one_of(NEAR, DAYS), st.integers(1, 400), st.integers(-20, 1500))
def test_clocks_agree_with_a_calendar_library_on_a_thousand_random_cases(
    calendar: Calendar, since: date, length: int, further: int
) -> None:
    theirs = as_numpy(calendar)
    added = numpy.busday_offset(since, length, roll="backward", busdaycal=theirs).astype(date)
    # NumPy rolls a day off backwards to the last working day; where there is none before, as here never, it would fail.
    assert calendar.add(since, length) == added
    until = since + timedelta(days=further)
    counted = int(numpy.busday_count(since + timedelta(days=1), until + timedelta(days=1), busdaycal=theirs))
    assert calendar.count(since, until) == max(counted, 0)
    assert calendar.works(since) == bool(numpy.is_busday(since, busdaycal=theirs))


@settings(max_examples=300, deadline=None)
@given(
    CALENDARS,
    NEAR,
    st.integers(1, 60),
    st.lists(st.tuples(st.integers(0, 200), st.integers(0, 60)), max_size=4),
    st.integers(0, 400),
)
def test_a_states_clock_is_stopped_while_the_delay_is_ours(
    calendar: Calendar, since: date, length: int, gaps: list[tuple[int, int]], later: int
) -> None:
    pauses = [Pause(since + timedelta(days=begin), since + timedelta(days=begin + long)) for begin, long in gaps]
    until = since + timedelta(days=later)

    def theirs(day: date) -> bool:
        return calendar.works(day) and not any(one.since < day <= (one.until or day) for one in pauses)

    own = [day for day in (since + timedelta(days=n) for n in range(1, 1500)) if theirs(day)]
    assert clocks.used(calendar, since, until, pauses) == sum(day <= until for day in own)
    assert clocks.due(calendar, since, length, pauses) == own[length - 1]


@given(CALENDARS, NEAR, st.integers(0, 300), st.integers(0, 300))
def test_days_that_are_ours_never_make_a_state_late(calendar: Calendar, since: date, asked: int, long: int) -> None:
    asked_on = since + timedelta(days=asked)
    today = asked_on + timedelta(days=long)
    still = (Pause(asked_on, None),)
    found = clocks.read(ACKNOWLEDGE, since=since, until=None, today=today, calendar=calendar, pauses=still)
    assert found.used == clocks.used(calendar, since, asked_on)
    assert found.standing == ("overdue" if found.used > 10 else "stopped")


def read(clock: Clock, today: str, until: str = "", **more: object) -> clocks.Reading:
    return clocks.read(
        clock,
        since=date(2026, 11, 6),  # a Friday
        until=date.fromisoformat(until) if until else None,
        today=date.fromisoformat(today),
        calendar=Calendar(),
        **more,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("today", "until", "standing", "used"),
    [
        ("2026-11-08", "", "runs", 0),
        ("2026-11-20", "", "runs", 10),
        ("2026-11-22", "", "runs", 10),
        ("2026-11-23", "", "overdue", 11),
        ("2026-12-20", "2026-11-20", "in_time", 10),
        ("2026-12-20", "2026-11-23", "late", 11),
    ],
)
def test_ten_working_days_from_a_friday_end_with_the_second_friday(
    today: str, until: str, standing: str, used: int
) -> None:
    found = read(ACKNOWLEDGE, today, until)
    assert (found.standing, found.used) == (standing, used)
    if not until:
        assert found.due == date(2026, 11, 20)


def test_our_own_clock_is_not_stopped_by_what_we_owe() -> None:
    ours = read(TELL, "2026-11-30", pauses=(Pause(date(2026, 11, 6), None),))
    assert (ours.standing, ours.late_by) == ("overdue", 6)


def test_the_office_sets_how_long_a_term_is() -> None:
    assert read(ACKNOWLEDGE, "2026-11-20", lengths={**clocks.USUAL, "acknowledge": 5}).standing == "overdue"
    clocks.check_lengths(clocks.USUAL)
    for wrong in (0, 1001, "5", True, None):
        with pytest.raises(Problem, match=r"422\.322"):
            clocks.check_lengths({**clocks.USUAL, "answer": wrong})


def test_every_term_says_where_its_default_comes_from_and_every_clock_has_a_term() -> None:
    assert {term.ground for term in clocks.TERMS} == {"memory", "weak", "design"}
    assert {clock.term for clock in (*clocks.ALLEGATION, *clocks.CLAIM)} <= set(clocks.BY_NAME)


def test_a_clock_that_has_not_begun_is_nobodys_fault() -> None:
    found = clocks.read(ACKNOWLEDGE, since=None, until=None, today=date(2026, 1, 1), calendar=Calendar())
    assert (found.standing, found.due) == ("waits", None)


@given(CALENDARS)
def test_a_calendar_that_was_kept_is_the_same(calendar: Calendar) -> None:
    assert clocks.calendar_from_json(clocks.calendar_to_json(calendar)) == calendar


def test_a_calendar_is_read_as_it_was_typed() -> None:
    assert clocks.calendar((5, 6), ["2026-12-25 ", ""]) == Calendar(frozenset({5, 6}), frozenset({date(2026, 12, 25)}))
    for weekend, lines, code in ((range(1, 8), [], "320"), ((8,), [], "320"), ((6,), ["25.12.2026"], "321")):
        with pytest.raises(Problem, match=code):
            clocks.calendar(weekend, lines)
    assert EVERY_DAY.count(date(2026, 1, 1), date(2026, 1, 31)) == 30
