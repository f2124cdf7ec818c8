"""Programmes and school terms, as they are kept: counts of no person, money and needs in one transaction."""

from typing import Any

import pytest

from intake.domain.problems import Problem
from intake.domain.programme import Programme
from intake.services import audit, cases, deadlines, help, offer, programmes, schooling
from intake.store.office import records as rows
from tests.support.care import AGREED, SENT, Care, care_for
from tests.support.staffed import StaffedOffice

on_sqlite = pytest.mark.parametrize("database_settings", ["sqlite"], indirect=True)

PLACES = [{"id": "north", "name": "North", "parent": None}, {"id": "bay", "name": "Bay", "parent": "north"}]
FIELDS: dict[str, Any] = {
    "name": "School places",
    "partner": "Lantern House",
    "fund": "trust_fund",
    "first": "2026-01-01",
    "last": "2027-12-31",
    "places": ("north",),
    "services": ("CHILD_EDU", "MED"),
    "currency": "USD",
    "budget": "1 000.50",
    "words": "",
}
PAID = {"amount": "120.25", "day": "2026-11-20", "payee": "school", "to": "Hill school"}
TERM = {"name": "First term", "place": "north", "first": "2027-01-11", "last": "2027-04-02", "notice": 28}


@pytest.fixture
def care(office: StaffedOffice) -> Care:
    """A case of a mother and her child in the bay, who lacks schooling and health care."""
    with office.store.office() as session:
        offer.edit(session, desk=office.desk(session, "amina"), changes={"places": PLACES}, now=office.clock.now)
    answers = {
        "may_write": "yes",
        "need_health": "needed",
        "place": "bay",
        "children": [{"row": "a", "child_needs": ["fees"]}],
    }
    made = care_for(office, form="needs", answers=answers)
    made.act("person_added", part="child", group="girl")
    return made


def kept(care: Care, **changed: Any) -> Programme:
    return care.do(programmes.add, **{**FIELDS, **changed})


def spend(care: Care, programme: Programme, **changed: Any) -> Programme:
    asked = {**PAID, "service": "CHILD_EDU", "place": "bay", "term": "", **changed}
    return care.do(programmes.spend, programme=programme.id, version=programme.version, **asked)


def test_programmes_are_kept_with_money_as_integers_and_each_change_on_record(care: Care) -> None:
    made = kept(care)
    assert made.budget == 1000_50
    spent = spend(care, made)
    asked = {"first": "2026-10-01", "last": "2026-10-31", "service": "CHILD_EDU", "place": "bay", "people": "25"}
    reached = care.do(programmes.reach, programme=made.id, version=spent.version, **asked)
    struck = care.do(programmes.strike, programme=made.id, version=reached.version, line="spent", at=0)
    found = care.look(programmes.find, programme=made.id)
    assert (found, found.left, found.people) == (struck, 1000_50, 25)
    with care.office.store.office(reading=True) as session:
        lines = [one for one in audit.read(session, desk=care.office.desk(session, "amina")) if one.about == made.id]
    assert [one.details["kind"] for one in lines] == ["added", "spent", "reached", "struck"]


@on_sqlite
def test_a_change_from_an_older_state_overwrites_nothing(care: Care) -> None:
    made = kept(care)
    spend(care, made)
    with pytest.raises(Problem, match=r"409\.9"):
        spend(care, made)
    with pytest.raises(Problem, match=r"409\.9"):
        care.do(programmes.change, programme=made.id, version=made.version, **FIELDS)
    assert care.look(programmes.find, programme=made.id).spending == 120_25


@on_sqlite
def test_the_currency_stays_once_money_was_spent(care: Care) -> None:
    made = care.do(
        programmes.change,
        programme=(first := kept(care)).id,
        version=1,
        **{**FIELDS, "currency": "XAF", "budget": "500"},
    )
    assert (first.currency, made.currency, made.budget) == ("USD", "XAF", 500)
    spent = spend(care, made, amount="200")
    with pytest.raises(Problem, match=r"422\.361"):
        care.do(programmes.change, programme=made.id, version=spent.version, **FIELDS)


def test_unmet_and_unfunded_need_is_computed_from_reports_and_referrals(care: Care) -> None:
    def table() -> list[tuple[Any, ...]]:
        return [
            (one.service, one.place, one.unmet, one.unfunded)
            for one in care.look(programmes.lacks, now=care.office.clock.now)
        ]

    assert table() == [("MED", "bay", 1, 1), ("CHILD_EDU", "bay", 1, 1)]
    made = kept(care)
    assert table() == [("MED", "bay", 1, 0), ("CHILD_EDU", "bay", 1, 0)]
    agreed = care.step(care.offer(provider=(clinic := care.clinic()).id), "consented", **AGREED)
    sent = care.step(agreed, "sent", provider=clinic.id, **SENT)
    assert table() == [("CHILD_EDU", "bay", 1, 0)]
    care.step(care.offer("CHILD_EDU"), "service_unavailable", reason="no_funds")
    assert table() == [("CHILD_EDU", "bay", 1, 1)]
    funded = care.step(sent, "funded", programme=made.id)
    assert funded.programme == made.id
    assert care.look(programmes.given, programme=made.id) == {"MED": 1}
    care.act("closed", reasons=["needs_met"])
    assert table() == []


@on_sqlite
def test_what_somebody_may_not_see_is_not_counted(care: Care) -> None:
    care.act("kept_from", who="staff:bruno")
    assert care.look(programmes.lacks, "bruno", now=care.office.clock.now) == []
    assert len(care.look(programmes.lacks, now=care.office.clock.now)) == 2


@on_sqlite
def test_a_referral_is_paid_by_a_programme_that_there_is(care: Care) -> None:
    sent = care.step(
        care.step(care.offer(provider=(clinic := care.clinic()).id), "consented", **AGREED),
        "sent",
        provider=clinic.id,
        **SENT,
    )
    with pytest.raises(Problem, match=r"404\.1"):
        care.step(sent, "funded", programme="no such programme")
    paid = care.step(sent, "funded", programme=kept(care).id)
    assert care.step(paid, "funded", programme="").programme == ""


# school -------------------------------------------------------------------------------------------------------------


def due(care: Care, id: str) -> tuple[str | None, str | None]:
    with care.office.store.office(reading=True) as session:
        row = rows.get(session, office=care.office.made.desk.office, kind="schooling", id=id)
    assert row is not None
    names = {person.id: name for name, person in care.office.people.items()}
    return row.due_on, names[row.owner] if row.owner else None


def test_school_terms_remind_before_each_term_of_what_was_not_paid_yet(care: Care) -> None:
    noted = care.do(schooling.note, case=care.case.id, person="P2", place="bay", items=("fees", "books"))
    assert due(care, noted.id) == (None, "amina")
    term = care.do(schooling.add_term, **TERM)
    assert due(care, noted.id) == ("2026-12-14", "amina")
    with care.office.store.office(reading=True) as session:
        desk = care.office.desk(session, "amina")
        mine = deadlines.listing(session, desk=desk, name="mine", page=1, now=care.office.clock.now).days
    assert [(day.day, [one.kind for one in day.records]) for day in mine] == [("2026-12-14", ["schooling"])]
    made = kept(care)
    line = care.look(schooling.find, case=care.case.id, id=noted.id)
    asked = {"case": care.case.id, "id": noted.id, "term_id": term.id, "programme": made.id, **PAID}
    paid = care.do(schooling.pay, version=line.schooling.version, items=("fees",), **asked)
    assert due(care, noted.id)[0] == "2026-12-14"
    spent = care.look(programmes.find, programme=made.id).spent
    assert [(one.amount, one.payee, one.term, one.service) for one in spent] == [
        (120_25, "school", term.id, "CHILD_EDU")
    ]
    assert "P2" not in str(spent)
    assert care.case.id not in str(spent)
    rest = {**asked, "programme": "not_needed"}
    care.do(schooling.pay, version=paid.version, items=("books",), **rest)
    assert due(care, noted.id)[0] is None
    second = care.do(schooling.add_term, **{**TERM, "name": "Second", "first": "2027-04-19", "last": "2027-07-16"})
    assert due(care, noted.id)[0] == "2027-03-22"
    care.do(schooling.change_term, id=second.id, version=1, **{**TERM, "first": "2027-04-20", "last": "2027-07-16"})
    assert due(care, noted.id)[0] == "2027-03-23"


def test_what_was_refused_is_neither_paid_nor_noted(care: Care) -> None:
    noted = care.do(schooling.note, case=care.case.id, person="P2", place="bay", items=("fees",))
    term = care.do(schooling.add_term, **TERM)
    made = kept(care)
    asked = {"case": care.case.id, "id": noted.id, "term_id": term.id, "programme": made.id, **PAID, "items": ("fees",)}
    for changed, code in (
        ({"payee": "mother"}, r"422\.48"),
        ({"amount": "nothing"}, r"422\.360"),
        ({"term_id": ""}, r"422\.40"),
        ({"programme": ""}, r"422\.40"),
        ({"version": 9}, r"409\.9"),
    ):
        with pytest.raises(Problem, match=code):
            care.do(schooling.pay, **{"version": 2, **asked, **changed})
    assert care.look(programmes.find, programme=made.id).spent == ()
    assert care.look(schooling.find, case=care.case.id, id=noted.id).schooling.paid == ()


@on_sqlite
def test_it_is_for_a_child_of_an_open_case_and_ends(care: Care) -> None:
    with pytest.raises(Problem, match=r"404\.3"):
        care.do(schooling.note, case=care.case.id, person="P9", place="", items=("fees",))
    noted = care.do(schooling.note, case=care.case.id, person="P2", place="", items=("fees",))
    care.do(schooling.add_term, **{**TERM, "place": ""})
    ended = care.do(
        schooling.end,
        case=care.case.id,
        id=noted.id,
        version=care.look(schooling.find, case=care.case.id, id=noted.id).schooling.version,
    )
    assert (ended.ended, due(care, noted.id)[0]) == ("2026-11-22", None)
    with pytest.raises(Problem, match=r"422\.364"):
        care.do(schooling.end, case=care.case.id, id=noted.id, version=ended.version)
    care.act("closed", reasons=["needs_met"])
    with pytest.raises(Problem, match=r"422\.170"):
        care.do(schooling.note, case=care.case.id, person="P2", place="", items=("fees",))


@on_sqlite
def test_a_case_handed_over_takes_what_is_due_along(care: Care) -> None:
    noted = care.do(schooling.note, case=care.case.id, person="P2", place="bay", items=("fees",))
    care.do(schooling.add_term, **TERM)
    care.do(cases.act, case=care.case.id, kind="owned", version=care.case.version, owner="bruno")
    care.do(schooling.hand_over, case=care.case.id)
    assert due(care, noted.id) == ("2026-12-14", "bruno")


@on_sqlite
def test_the_help_page_names_what_pays(care: Care) -> None:
    found = care.do(help.of_case, case=care.case.id)
    assert {"MED", "CHILD_EDU"} <= set(found.services)
