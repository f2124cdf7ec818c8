"""Reports that may be about the same: named keys that agree, and nothing that is worked out beyond them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from intake.domain import likeness
from intake.domain.arrival import Arrival, Copy, Facts
from intake.domain.likeness import ASKED, KEYS, Traits, agreeing, fold, likely, names, traits

DAY = datetime(2026, 11, 21, tzinfo=UTC)
FACTS = Facts("visit", 2, "fr", 1, "final", "", "", ("2026-11-21",), place="north-1", births=("2024",))
COPY = Copy(1, "sha-256:0", "d1", "2026-11-22", False, "2026-11-22T10:00:00Z", "kept", "", (), FACTS)


def arrival(report: str = "r1", **changed: Any) -> Arrival:
    facts = {name: changed.pop(name) for name in list(changed) if name in vars(FACTS)}
    return Arrival(report, 1, (replace(COPY, facts=replace(FACTS, **facts), **changed),))


def of(report: str = "r1", identity: dict[str, Any] | None = None, **changed: Any) -> Traits:
    return traits(arrival(report, **changed), names(identity) if identity is not None else None)


def text(words: str) -> dict[str, str]:
    return {"text": words, "language": "en"}


def test_what_was_entered_at_one_desk_on_one_day_need_not_belong_together() -> None:
    one, other = (of(id, state="unfinished", place="", births=(), happened=(), channel="call") for id in ("r1", "r2"))
    assert agreeing(one, other) == ()
    assert agreeing(*(of(id, place="", births=(), happened=()) for id in ("r1", "r2"))) == ("phone_and_day",)


# folding


@given(some.text())
def test_folding_twice_is_folding_once(words: str) -> None:
    assert fold(fold(words)) == fold(words)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Éloïse  DUPONT", "Dupont, Eloise"),
        ("أَحْمَد", "احمد"),
        ("إبراهيم", "ابراهيم"),
        ("آمنة", "امنه"),
        ("مصطفى", "مصطفي"),
        ("فاطمـــة", "فاطمة"),
        ("مؤمن", "مومن"),
        ("علی", "علي"),
        ("الكتيبة ٣", "الكتيبة 3"),
        ("AMINA", "amina"),
        ("2nd Battalion", "2nd\u200f battalion"),
    ],
)
def test_what_is_only_written_in_another_way_folds_to_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other) != ""


@pytest.mark.parametrize(("one", "other"), [("Amina", "Aminata"), ("احمد", "حمد"), ("1st", "2nd")])
def test_what_is_another_name_folds_to_another(one: str, other: str) -> None:
    assert fold(one) != fold(other)


# the keys

NAMES = some.frozensets(some.sampled_from(["a", "b"]), max_size=2)
STARTS = some.sampled_from([DAY, DAY + timedelta(days=3), DAY + timedelta(days=8)])
ANY = some.builds(
    Traits,
    report=some.sampled_from(["r1", "r2", "r3"]),
    place=some.sampled_from(["", "north-1", "north-2"]),
    when=some.none() | STARTS.map(lambda first: (first, first + timedelta(days=1))),
    births=some.frozensets(some.sampled_from(["2024", "2025"]), max_size=2),
    phone=some.sampled_from(["", "d1", "d2"]),
    made=some.sampled_from(["", "2026-11-22"]),
    unfinished=some.booleans(),
    named=some.none() | some.fixed_dictionaries(dict.fromkeys(ASKED, NAMES)),
)


@given(ANY, ANY)
def test_agreeing_is_the_same_from_both_sides(one: Traits, other: Traits) -> None:
    assert agreeing(one, other) == agreeing(other, one)
    assert [each.keys for each in likely([one], [other])] == [each.keys for each in likely([other], [one])]


@given(ANY)
def test_of_what_is_unknown_nothing_agrees(one: Traits) -> None:
    assert agreeing(one, Traits("r9")) == ()
    assert agreeing(one, Traits("r9", named=dict.fromkeys(ASKED, frozenset()))) == ()


@given(some.lists(ANY, max_size=4), some.lists(ANY, max_size=12))
def test_the_score_is_the_number_of_keys_and_most_come_first(these: list[Traits], others: list[Traits]) -> None:
    found = likely(these, others)
    assert [each.score for each in found] == sorted((len(each.keys) for each in found), reverse=True)
    assert len(found) <= likeness.MOST
    assert all(set(each.keys) <= set(KEYS) for each in found)


@pytest.mark.parametrize(
    ("changed", "keys"),
    [
        ({}, ("place_and_week", "child_year", "phone_and_day")),
        ({"place": "north-2"}, ("child_year", "phone_and_day")),
        ({"place": ""}, ("child_year", "phone_and_day")),
        ({"happened": ("2026-11-15",)}, ("place_and_week", "child_year", "phone_and_day")),
        ({"happened": ("2026-11-14",)}, ("child_year", "phone_and_day")),
        ({"happened": ("2026-11",)}, ("child_year", "phone_and_day")),
        ({"happened": ()}, ("child_year", "phone_and_day")),
        ({"births": ("2023", "2024")}, ("place_and_week", "child_year", "phone_and_day")),
        ({"births": ()}, ("place_and_week", "phone_and_day")),
        ({"device": "d2"}, ("place_and_week", "child_year")),
        ({"made": "2026-11-21"}, ("place_and_week", "child_year")),
    ],
)
def test_each_key_agrees_where_it_is_known_and_the_same(changed: dict[str, Any], keys: tuple[str, ...]) -> None:
    assert agreeing(of(), of("r2", **changed)) == keys


def test_phone_and_day_alone_tell_something_only_of_a_report_that_was_cut_short() -> None:
    alone = {"place": "", "births": ()}
    assert likely([of(**alone)], [of("r2")]) == []
    (found,) = likely([of(**alone, state="unfinished")], [of("r2")])
    assert found.keys == ("phone_and_day",)


def test_a_report_that_agrees_with_two_of_a_case_is_proposed_once() -> None:
    (found,) = likely([of("r1", births=()), of("r2", place="")], [of("r3", device="d2")])
    assert (found.report, found.keys) == ("r3", ("place_and_week", "child_year"))


IDENTITY = {
    "called": text("Zainab"),
    "full_name": text("Zainab Éloïse"),
    "child_names": [{"row": "a", "child_name": text("Musa")}],
    "who_names": [{"row": "a", "alleged_name": text("Sgt. Petrov"), "unit": text("3rd Battalion")}],
}


@pytest.mark.parametrize(
    ("identity", "keys"),
    [
        ({"full_name": text("eloise ZAINAB")}, ("her_name",)),
        ({"child_called": text("Musa")}, ("child_name",)),
        ({"father_name": text("petrov sgt")}, ("alleged_name",)),
        ({"father_unit": text("3rd  battalion")}, ("unit",)),
        ({"called": text("Petrov Sgt")}, ()),
        ({"called": "Zainab", "who_names": "none", "child_names": [7]}, ()),
        ({}, ()),
    ],
)
def test_names_and_units_agree_each_with_its_own_kind(identity: dict[str, Any], keys: tuple[str, ...]) -> None:
    unlike = {"place": "", "births": (), "device": "d2"}
    assert agreeing(of(identity=IDENTITY), of("r2", identity, **unlike)) == keys


def test_without_a_step_up_no_name_takes_part() -> None:
    unlike = {"place": "", "births": (), "device": "d2"}
    assert agreeing(of(identity=IDENTITY), of("r2", None, **unlike)) == ()


def test_what_could_not_be_opened_has_only_its_phone_and_day() -> None:
    shut = replace(arrival("r2"), copies=(replace(COPY, facts=None),))
    assert agreeing(of(), traits(shut)) == ("phone_and_day",)
