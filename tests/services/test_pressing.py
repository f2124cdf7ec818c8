"""What cannot wait, at the desk: which windows are open, who is near and can help, and who is never proposed."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from intake.services import pressing, register
from intake.services.pressing import CARE, DANGER, Card
from intake.store.office import offices
from tests.support.care import Care, care_for
from tests.support.staffed import ANSWERS, StaffedOffice

pytestmark = pytest.mark.parametrize("database_settings", ["sqlite"], indirect=True)

# A village and a camp in the north, a town in the south.
PLACES = [
    {"id": "north", "name": "North", "parent": None},
    {"id": "village", "name": "Village", "parent": "north"},
    {"id": "camp", "name": "Camp", "parent": "north"},
    {"id": "south", "name": "South", "parent": None},
]
HURT = {**ANSWERS, "place": "village", "when_happened": {"when": "2026-11-21"}, "keep_from": ...}
DANGEROUS = {**HURT, "danger_now": "yes"}


@pytest.fixture(autouse=True)
def places(office: StaffedOffice) -> None:
    with office.store.office() as session:
        said = json.loads(offices.every(session)[0].publishing)
        offices.change(session, office.made.office, publishing=json.dumps({**said, "places": PLACES}))


def care_of(office: StaffedOffice, **answers: Any) -> Care:
    given = {name: value for name, value in {**HURT, **answers}.items() if value is not ...}
    return care_for(office, version=2, answers=given)


def cards(care: Care) -> list[Card]:
    def found(session: Any, *, desk: Any) -> list[Card]:
        now = care.office.clock.now
        rows = register.rows(session, desk=desk, reports=care.case.reports, now=now)
        return pressing.of_case(session, desk=desk, case=care.case, rows=rows, now=now)

    made: list[Card] = care.look(found)
    return made


def names(card: Card) -> list[str]:
    return [one.name for one in card.providers]


def add(care: Care, *where: str, **changed: Any) -> None:
    for place in where:
        care.clinic(**{"name": f"Clinic {place or 'anywhere'}", "place": place, **changed})


def test_care_that_has_its_time_names_the_windows_that_are_open_and_who_is_near(office: StaffedOffice) -> None:
    care = care_of(office)
    add(care, "south", "north", "camp", "", "village")
    (card,) = cards(care)
    assert (card.sort, card.place, card.here) == (CARE, "village", True)
    assert [one["window"] for one in card.windows] == ["first", "soon"]
    assert names(card) == ["Clinic village", "Clinic north", "Clinic anywhere"]
    office.clock.move(hours=72)
    assert [one["window"] for one in cards(care)[0].windows] == ["soon"]
    office.clock.move(hours=48)
    assert cards(care) == []


def test_where_nobody_is_known_in_the_place_others_are_named_and_it_is_told(office: StaffedOffice) -> None:
    care = care_of(office)
    assert [(card.providers, card.here) for card in cards(care)] == [((), False)]
    add(care, "south", "camp")
    (card,) = cards(care)
    assert (sorted(names(card)), card.here) == (["Clinic camp", "Clinic south"], False)


def test_danger_comes_first_and_is_answered_by_those_who_help_with_safety(office: StaffedOffice) -> None:
    care = care_of(office, danger_now="yes")
    add(care, "village")
    add(care, "north", services=("SAFETY",))
    assert [(card.sort, names(card)) for card in cards(care)] == [
        (DANGER, ["Clinic north"]),
        (CARE, ["Clinic village"]),
    ]


def of_report(care: Care, answers: dict[str, Any]) -> list[Card]:
    def found(session: Any, *, desk: Any) -> list[Card]:
        now = care.office.clock.now
        (row,) = register.rows(session, desk=desk, reports=care.case.reports, now=now)
        return pressing.of_report(session, desk=desk, row=row, answers=answers, now=now)

    made: list[Card] = care.look(found)
    return made


@pytest.mark.parametrize(
    ("answers", "proposed"),
    [
        ({}, ["Clinic north"]),
        ({"keep_from": ["police"]}, ["Clinic north"]),
        ({"keep_from": ["family"]}, ["Clinic village", "Clinic north"]),
        ({"keep_from": ["nobody"]}, ["Clinic village", "Clinic north"]),
    ],
)
def test_whoever_it_must_be_kept_from_is_not_proposed_nor_may_be_until_her_word_is_known(
    office: StaffedOffice, answers: dict[str, Any], proposed: Sequence[str]
) -> None:
    care = care_of(office)
    add(care, "village", marks=("police",))
    add(care, "north")
    (card,) = of_report(care, answers)
    assert names(card) == proposed


def test_a_provider_that_the_case_is_kept_from_or_that_has_closed_is_not_proposed(office: StaffedOffice) -> None:
    care = care_of(office)
    gone = care.clinic(name="Of her uncle", place="village")
    add(care, "north", room="closed")
    add(care, "", room="full")
    assert names(cards(care)[0]) == ["Of her uncle", "Clinic anywhere"]
    care.act("kept_from", who=f"provider:{gone.id}")
    assert names(cards(care)[0]) == ["Clinic anywhere"]


def test_what_was_offered_already_stands_on_the_card_and_a_closed_case_has_none(office: StaffedOffice) -> None:
    care = care_of(office)
    care.offer("LEGAL")
    referral = care.offer("MED")
    assert [one.id for one in cards(care)[0].referrals] == [referral.id]
    care.step(referral, "declined_by_survivor")
    care.act("closed", reasons=["needs_met"], told_may_resume=True, words="")
    assert cards(care) == []


def test_a_report_that_was_taken_back_presses_no_more(office: StaffedOffice) -> None:
    care = care_of(office)
    (report,) = care.case.reports
    assert len(cards(care)) == 1
    office.phone("Salt Hill 2").send(answers={}, state="withdrawn", about={"report": report, "as": "withdraws"})
    with office.store.inbound() as inbound, office.store.office() as session:
        register.pull(session, inbound, desk=office.desk(session, "amina"), now=office.clock.now)
    assert cards(care) == []


def test_two_reports_of_one_place_are_one_card(office: StaffedOffice) -> None:
    care = care_of(office)
    given = {name: value for name, value in DANGEROUS.items() if value is not ...}
    other = office.phone("Salt Hill 2").send(version=2, answers=given)
    with office.store.inbound() as inbound, office.store.office() as session:
        register.pull(session, inbound, desk=office.desk(session, "amina"), now=office.clock.now)
    care.act("joined", report=other)
    assert [(card.sort, set(card.reports)) for card in cards(care)] == [
        (DANGER, {other}),
        (CARE, set(care.case.reports)),
    ]


@pytest.mark.parametrize(("nights", "mark"), [("under_3", "window"), ("from_3_to_5", "window"), ("over_5", None)])
def test_where_only_the_nights_are_known_they_are_counted_back_from_the_day_it_was_recorded(
    office: StaffedOffice, nights: str, mark: str | None
) -> None:
    care = care_of(office, when_happened={"no": "unknown"}, nights=nights)
    (row,) = care.look(register.rows, reports=care.case.reports, now=office.clock.now)
    assert next((one for one in row.marks if one in ("window", "soon")), None) == mark
    office.clock.now += timedelta(days=6)
    (row,) = care.look(register.rows, reports=care.case.reports, now=office.clock.now)
    assert not {"window", "soon"} & set(row.marks)


def test_while_a_report_is_entered_the_cards_follow_the_answers(office: StaffedOffice) -> None:
    care = care_of(office)
    add(care, "village", services=("MED", "SAFETY"))

    def found(**answers: Any) -> list[tuple[str, list[str]]]:
        rules = {"pep_hours": 72, "ec_hours": 120, "utc_offset_minutes": 0}
        asked: dict[str, Any] = {"answers": answers, "rules": rules, "minute": "2026-11-22T12:00"}
        return [(card.sort, names(card)) for card in care.look(pressing.of_answers, **asked)]

    assert found(danger_now="no", when_happened={"no": "not_asked"}) == []
    assert found(danger_now="yes", when_happened={"no": "not_asked"}) == [(DANGER, ["Clinic village"])]
    assert found(when_happened={"when": "2026-11-21"}) == [(CARE, ["Clinic village"])]
    assert found(when_happened={"when": "2026-10-01"}) == []
