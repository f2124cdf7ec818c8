"""Who is on duty, who is called next, and what a typed rota is refused for."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domain import duty
from intake.domain.duty import IMPATIENCE, MOST_CALLS, PATIENCE, Address, Made, Rota, Turn

NOW = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # a Sunday
SUNDAY, MONDAY = date(2026, 11, 22), date(2026, 11, 23)
WEEK = (*(Turn("a", "b"),) * 6, Turn("s", "t"))
ROTA = Rota(leader="l", week=WEEK, people={one: Address(f"{one}@x.org") for one in "abstl"})


def test_the_night_belongs_to_whoever_began_in_the_evening() -> None:
    assert duty.duty_day(ROTA, datetime(2026, 11, 23, 7, 59, tzinfo=UTC)) == SUNDAY
    assert duty.duty_day(ROTA, datetime(2026, 11, 23, 8, 0, tzinfo=UTC)) == MONDAY
    assert ROTA.on(SUNDAY) == Turn("s", "t")


def test_the_day_is_that_of_the_office_s_clocks() -> None:
    """Half past eight on Monday where the clocks are nine hours ahead."""
    assert duty.duty_day(ROTA, duty.local_time(NOW, 9 * 60)) == MONDAY
    assert duty.duty_day(ROTA, duty.local_time(NOW, 8 * 60)) == SUNDAY


def test_an_exception_takes_the_place_of_the_week() -> None:
    rota = Rota(week=WEEK, days={"2026-11-23": Turn("t")})
    assert [turn.first for _, turn in duty.ahead(rota, SUNDAY)][:3] == ["s", "t", "a"]
    assert len(duty.ahead(rota, SUNDAY)) == 14


def test_first_then_second_then_the_leader_without_those_who_cannot_be_reached() -> None:
    assert duty.ladder(ROTA, SUNDAY, able="abstl") == ["s", "t", "l"]
    assert duty.ladder(ROTA, SUNDAY, able="tl") == ["t", "l"]
    assert duty.ladder(Rota(leader="a", week=WEEK), MONDAY, able="ab") == ["a", "b"]


def test_a_day_without_anybody_calls_everybody_who_can_be_reached() -> None:
    assert duty.ladder(Rota(), SUNDAY, able={"b", "a"}) == ["a", "b"]
    assert duty.next_call([], [], NOW) is None


def calls_over(hours: float, *, reached: bool = True, ladder: Any = lambda _: ["s", "t", "l"]) -> list[Made]:
    """Every call that is made when somebody looks each minute and nobody opens it."""
    made: list[Made] = []
    for minute in range(int(hours * 60)):
        now = NOW + timedelta(minutes=minute)
        person = duty.next_call(ladder(now), made, now)
        if person:
            made.append(Made(person, now, reached))
    return made


def test_each_has_thirty_minutes_and_the_leader_is_called_again() -> None:
    made = calls_over(2.1)
    assert [call.person for call in made] == ["s", "t", "l", "l", "l"]
    assert {(after.at - before.at) for before, after in pairwise(made)} == {PATIENCE}


def test_who_could_not_be_reached_is_not_waited_for() -> None:
    made = calls_over(0.25, reached=False)
    assert [call.person for call in made] == ["s", "t", "l"]
    assert made[1].at - made[0].at == IMPATIENCE


def test_calls_end_but_a_new_shift_still_hears_of_it() -> None:
    assert len(calls_over(24)) == MOST_CALLS
    shift = calls_over(24, ladder=lambda now: ["s", "t", "l"] if now < NOW + timedelta(hours=20) else ["a", "b", "l"])
    assert [call.person for call in shift[MOST_CALLS:]] == ["a", "b"]


@given(st.lists(st.sampled_from("abcl"), min_size=1, max_size=4, unique=True), st.booleans())
def test_nobody_of_the_ladder_is_passed_over_nor_called_twice_before_all_were_called(
    ladder: list[str], reached: bool
) -> None:
    made = [call.person for call in calls_over(3, reached=reached, ladder=lambda _: ladder)]
    assert made[: len(ladder)] == ladder
    assert set(made[len(ladder) :]) <= {ladder[-1]}


def test_a_rota_is_read_back_as_it_was_written() -> None:
    rota = Rota("07:30", "l", WEEK, {"2026-12-25": Turn("a", "")}, {"a": Address("a@x.org", "+1", "fr")})
    assert duty.from_json(dict(duty.to_json(rota))) == rota


# what is typed ------------------------------------------------------------------------------------------------------


def typed(**changed: str) -> dict[str, str]:
    return {**duty.typed(ROTA), **{name.replace("_", "-"): value for name, value in changed.items()}}


def read(**changed: str) -> tuple[Rota, dict[str, str]]:
    return duty.read(typed(**changed), people=set("abstlz"), languages=("en", "fr"), today=SUNDAY)


def test_what_is_typed_is_the_rota() -> None:
    assert read() == (ROTA, {})


def test_days_that_have_gone_by_are_dropped_but_not_the_one_whose_night_still_runs() -> None:
    rota, wrong = read(day_0="2026-11-20", day_1="2026-11-21", day_first_1="a", day_2="2026-12-25")
    assert wrong == {}
    assert rota.days == {"2026-11-21": Turn("a"), "2026-12-25": Turn()}


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"handover": "8"}, "handover", "422.230"),
        ({"handover": "24:00"}, "handover", "422.230"),
        ({"day_0": "2026-02-30"}, "day-0", "422.231"),
        ({"day_0": "", "day_first_0": "a"}, "day-0", "422.231"),
        ({"day_0": "2026-12-25", "day_1": "2026-12-25"}, "day-0", "422.232"),
        ({"first_3": "x"}, "first-3", "422.233"),
        ({"leader": "z"}, "leader", "422.234"),
        ({"mail_a": ""}, "first-0", "422.234"),
        ({"mail_a": "a at x"}, "mail-a", "422.235"),
        ({"mail_a": "a@x.org\nBcc: b@x.org"}, "mail-a", "422.235"),
        ({"mail_a": "a@x.org, b@x.org"}, "mail-a", "422.235"),
        ({"second_6": "s"}, "second-6", "422.236"),
        ({"pager_a": "+1\n+2"}, "pager-a", "422.44"),
        ({"pager_a": "1" * 201}, "pager-a", "422.44"),
        ({"language_a": "tlh"}, "language-a", "422.48"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(changed: dict[str, str], field: str, code: str) -> None:
    assert read(**changed)[1][field] == code


@given(st.dictionaries(st.sampled_from([*duty.typed(ROTA), "day-0", "day-59", "mail-z"]), st.text(max_size=12)))
def test_whatever_is_typed_is_read_or_refused(changed: dict[str, str]) -> None:
    fields = {**duty.typed(ROTA), **changed}
    rota, wrong = duty.read(fields, people=set("abstlz"), languages=("en",), today=SUNDAY)
    if not wrong:
        assert duty.from_json(dict(duty.to_json(rota))) == rota
        assert rota.named <= set(rota.people)
