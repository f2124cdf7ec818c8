"""Deadlines: nobody is told too early that it is too late, whatever the clocks of the office say."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake import questionnaires
from intake.domain import deadlines
from intake.domain.deadlines import RULES, Span

OFFSETS = st.integers(-12 * 60, 14 * 60)
SECONDS = int(datetime(2020, 1, 1, tzinfo=UTC).timestamp())
INSTANTS = st.integers(SECONDS, SECONDS + 10 * 366 * 86_400).map(lambda one: datetime.fromtimestamp(one, UTC))
KINDS = st.sampled_from(sorted(RULES))
DAY = timedelta(days=1)


def number(day: date) -> int:
    return (day - date(1970, 1, 1)).days


@given(KINDS, INSTANTS, st.timedeltas(timedelta(0), timedelta(days=31)), st.data(), OFFSETS)
def test_what_happened_at_any_moment_of_the_interval_is_never_called_over_before_its_own_time(
    kind: str, first: datetime, width: timedelta, data: st.DataObject, offset: int
) -> None:
    span = Span(first, first + width)
    really = first + data.draw(st.timedeltas(timedelta(0), max(width - timedelta(microseconds=1), timedelta(0))))
    due, own = deadlines.due(kind, span, {}, offset), deadlines.due(kind, Span.at(really), {}, offset)
    assert due.by <= own.by
    assert own.over <= due.over
    now = data.draw(st.sampled_from([due.by, due.over, own.by, own.over])) + data.draw(st.timedeltas(-2 * DAY, 2 * DAY))
    if due.standing(now) in ("open", "over"):
        assert own.standing(now) == due.standing(now)


@given(st.sampled_from(["referral", "told_back"]), st.dates(date(2020, 1, 1), date(2030, 1, 1)), OFFSETS)
def test_days_end_with_the_office_s_own_day(kind: str, day: date, offset: int) -> None:
    due = deadlines.due(kind, Span.of_days((number(day), number(day)), offset), {}, offset)
    last = day + timedelta(days=RULES[kind].usual)
    local_end = datetime(last.year, last.month, last.day, tzinfo=UTC) + DAY - timedelta(minutes=offset)
    assert due.day(offset) == last.isoformat()
    assert due.by == due.over == local_end


@given(INSTANTS, OFFSETS, st.timedeltas(timedelta(0), timedelta(hours=23, minutes=59)))
def test_every_moment_of_a_day_has_the_same_deadline_in_days(instant: datetime, offset: int, later: timedelta) -> None:
    midnight = (instant + timedelta(minutes=offset)).replace(hour=0, minute=0, second=0, microsecond=0)
    start = midnight - timedelta(minutes=offset)
    one, other = (deadlines.due("referral", Span.at(when), {}, offset) for when in (start, start + later))
    assert one == other


@given(KINDS, INSTANTS, OFFSETS)
def test_the_day_a_record_bears_is_one_on_which_somebody_is_still_in_time(
    kind: str, instant: datetime, offset: int
) -> None:
    due = deadlines.due(kind, Span.at(instant), {}, offset)
    start = datetime.fromisoformat(due.day(offset)).replace(tzinfo=UTC) - timedelta(minutes=offset)
    assert due.standing(start) == "open"
    assert start + DAY >= due.by


def test_a_day_without_an_hour_is_an_interval() -> None:
    """On 21 November, on clocks one hour ahead: 72 hours end between the starts of 24 and 25 November there."""
    day = number(date(2026, 11, 21))
    due = deadlines.due("pep", Span.of_days((day, day), 60), {}, 60)
    assert due.by == datetime(2026, 11, 23, 23, tzinfo=UTC)
    assert due.over == datetime(2026, 11, 24, 23, tzinfo=UTC)
    assert due.standing(due.by) == "open"
    assert due.standing(due.by + timedelta(seconds=1)) == "now"


def test_care_is_never_over_and_a_report_is() -> None:
    when = Span.at(datetime(2026, 11, 21, 12, tzinfo=UTC))
    years = when.first + timedelta(days=3650)
    assert {deadlines.due(kind, when, {}, 0).standing(years) for kind in ("pep", "ec")} == {"now"}
    assert deadlines.due("report", when, {}, 0).standing(when.first + timedelta(hours=24)) == "open"
    assert deadlines.due("report", when, {}, 0).standing(when.first + timedelta(hours=24, seconds=1)) == "over"


@pytest.mark.parametrize(("own", "hours"), [(48, 48), (None, 24), ("48", 24), (0, 24), (True, 24), (-1, 24)])
def test_an_office_s_own_value_counts_if_it_makes_sense(own: Any, hours: int) -> None:
    assert deadlines.long("report", {"report_sla_hours": own}) == hours


def test_forms_and_deadlines_have_the_same_hours() -> None:
    assert {rule.setting: rule.usual for rule in RULES.values() if rule.care} == {
        name: questionnaires.settings({})[name] for name in ("pep_hours", "ec_hours")
    }
