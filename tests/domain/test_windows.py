"""The card of time windows: intervals, unknown days, and the phone's twin of it."""

import json
import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake import words
from intake.domain.windows import NIGHTS, PARTS, windows
from tests.support.browser import Script
from tests.vectors import windows as saved
from tests.vectors.fixed import HERE

SETTINGS = {"pep_hours": 72, "ec_hours": 120}
SAVED: list[dict[str, Any]] = json.loads((HERE / "windows.json").read_text("utf-8"))
NOW = "2026-11-22T14:05"

days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
minutes = st.datetimes(datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2027-01-31")).map(
    lambda at: at.strftime("%Y-%m-%dT%H:%M")
)
offsets = st.integers(-12 * 60, 14 * 60)


def named(found: list[dict[str, Any]] | None) -> list[str]:
    return [one["window"] for one in found or []]


def local(now: str, offset: int) -> datetime:
    return datetime.fromisoformat(now) + timedelta(minutes=offset)


@given(day=days, now=minutes, offset=offsets, hours=st.integers(1, 200))
def test_a_window_shows_exactly_while_the_fewest_hours_since_are_within_it(
    day: date, now: str, offset: int, hours: int
) -> None:
    given_ = {"pep_hours": hours, "ec_hours": 120, "utc_offset_minutes": offset}
    end_of_day = datetime.combine(day, datetime.min.time()) + timedelta(days=1)
    fewest = (local(now, offset) - end_of_day).total_seconds() / 3600
    shown = named(windows({"when": day.isoformat()}, None, given_, now))
    assert ("first" in shown) == (fewest <= hours)


@given(first=days, more=st.integers(0, 20), now=minutes, offset=offsets)
def test_whoever_comes_by_the_time_that_is_named_is_in_time_whatever_the_hour_was(
    first: date, more: int, now: str, offset: int
) -> None:
    when = {"when": [first.isoformat(), (first + timedelta(days=more)).isoformat()]}
    for one in windows(when, None, {**SETTINGS, "utc_offset_minutes": offset}, now) or []:
        if one["until"] is None:
            continue
        over = datetime.fromisoformat(one["until"]["day"]) + timedelta(minutes=dict(PARTS)[one["until"]["part"]])
        hours = SETTINGS["pep_hours" if one["window"] == "first" else "ec_hours"]
        assert over <= datetime.combine(first, datetime.min.time()) + timedelta(hours=hours)
        assert over > local(now, offset), "it has not gone by"
        assert (over.date() - local(now, offset).date()).days == one["until"]["in"] >= 0


@given(day=days, now=minutes, later=st.integers(0, 20_000), offset=offsets)
def test_as_time_goes_on_no_window_opens_and_no_time_that_is_named_moves_on(
    day: date, now: str, later: int, offset: int
) -> None:
    settings = {**SETTINGS, "utc_offset_minutes": offset}
    then = (datetime.fromisoformat(now) + timedelta(minutes=later)).strftime("%Y-%m-%dT%H:%M")
    before = {one["window"]: one["until"] for one in windows({"when": day.isoformat()}, None, settings, now) or []}
    after = {one["window"]: one["until"] for one in windows({"when": day.isoformat()}, None, settings, then) or []}
    assert set(after) <= set(before)
    for window, until in after.items():
        known = before[window]
        assert until is None or (known is not None and (until["day"], until["part"]) == (known["day"], known["part"]))


@given(day=days, now=minutes, hours=st.integers(1, 200), more=st.integers(0, 100))
def test_an_office_that_gives_more_hours_closes_nothing(day: date, now: str, hours: int, more: int) -> None:
    few = named(windows({"when": day.isoformat()}, None, {"pep_hours": hours, "ec_hours": 1}, now))
    many = named(windows({"when": day.isoformat()}, None, {"pep_hours": hours + more, "ec_hours": 1}, now))
    assert set(few) <= set(many)


@given(day=days, now=minutes, offset=offsets)
def test_the_clock_of_the_place_decides_and_not_that_of_greenwich(day: date, now: str, offset: int) -> None:
    there = local(now, offset).strftime("%Y-%m-%dT%H:%M")
    assert windows({"when": day.isoformat()}, None, {**SETTINGS, "utc_offset_minutes": offset}, now) == windows(
        {"when": day.isoformat()}, None, SETTINGS, there
    )


@pytest.mark.parametrize(
    ("when", "nights", "first"),
    [
        ({"when": "2026-11-22"}, None, {"day": "2026-11-24", "in": 2, "part": "evening"}),
        ({"when": "2026-11-21"}, None, {"day": "2026-11-23", "in": 1, "part": "evening"}),
        ({"when": "2026-11-20"}, None, {"day": "2026-11-22", "in": 0, "part": "evening"}),
        ({"when": "2026-11-19"}, None, None),
        ({"when": "2026-11"}, None, None),
        ({"no": "unknown"}, "under_3", {"day": "2026-11-22", "in": 0, "part": "evening"}),
        ({"no": "unknown"}, "from_3_to_5", None),
        ({"no": "unknown"}, None, None),
        ({"no": "declined"}, "over_5", None),
    ],
)
def test_the_first_window_is_open_and_until_when_is_counted_from_the_first_moment_it_may_have_been(
    when: Any, nights: Any, first: Any
) -> None:
    found = windows(when, nights, SETTINGS, NOW)
    assert found is not None
    assert found[0] == {"window": "first", "until": first}


def test_who_does_not_know_the_day_is_judged_by_the_nights() -> None:
    shown = {nights: named(windows({"no": "unknown"}, nights, SETTINGS, NOW)) for nights in NIGHTS}
    assert shown == {"under_3": ["first", "soon"], "from_3_to_5": ["first", "soon"], "over_5": []}


def test_before_the_day_was_asked_there_is_no_card() -> None:
    assert windows(None, None, SETTINGS, NOW) is None
    assert windows({"no": "not_asked"}, "under_3", SETTINGS, NOW) is None


def test_a_setting_that_is_missing_closes_nothing() -> None:
    assert windows({"when": "2026-01-01"}, None, {}, NOW) == [
        {"window": "first", "until": None},
        {"window": "soon", "until": None},
    ]


LATE = {
    "en": r"too late|no longer|expired|missed|closed|past",
    "fr": r"trop tard|\bn(e |[’'])\w+ plus\b|expir|manqu|dépass|fermé",
    "ar": r"فات|متأخر|انته|لم يعد|بعد فوات",
}


@pytest.mark.parametrize("tag", LATE)
def test_no_word_of_the_card_says_that_it_is_too_late_in_any_language(tag: str) -> None:
    said = {key: text for key, text in words.field_texts(tag).items() if key.startswith(("windows.", "danger."))}
    assert said
    for key, text in said.items():
        for form in [text] if isinstance(text, str) else text.values():
            assert not _late(tag, form), key


@pytest.mark.parametrize(
    ("tag", "sample"),
    [("en", "It is too late for this."), ("fr", "Cela n’est plus possible."), ("ar", "فات الأوان")],
)
def test_the_guard_catches_what_it_forbids(tag: str, sample: str) -> None:
    assert _late(tag, sample)


def _late(tag: str, text: str) -> bool:
    return re.search(LATE[tag], text, re.IGNORECASE) is not None


def test_the_saved_cases_are_what_their_maker_writes() -> None:
    assert (HERE / "windows.json").read_text("utf-8") == saved.text(), saved.HINT


def test_the_phone_passes_the_saved_cases(run_js: Script) -> None:
    body = "return arg.map(({ when, nights, settings, now }) => windows(when, nights, settings, now));"
    made = run_js("windows", body, SAVED)
    assert [case for case, phone in zip(SAVED, made, strict=True) if phone != case["expect"]] == []


@given(
    when=st.one_of(
        days.map(lambda day: {"when": day.isoformat()}),
        st.tuples(days, days).map(lambda two: {"when": sorted(day.isoformat() for day in two)}),
        st.sampled_from(saved.WHENS),
    ),
    nights=st.sampled_from(saved.NIGHTS),
    now=minutes,
    offset=offsets,
    hours=st.integers(-5, 200),
)
def test_both_agree_on_cases_nobody_has_seen_before(
    run_js: Script, when: Any, nights: Any, now: str, offset: int, hours: int
) -> None:
    settings = {"pep_hours": hours, "ec_hours": 120, "utc_offset_minutes": offset}
    body = "return windows(arg.when, arg.nights, arg.settings, arg.now);"
    phone = run_js("windows", body, {"when": when, "nights": nights, "settings": settings, "now": now})
    assert phone == windows(when, nights, settings, now)
