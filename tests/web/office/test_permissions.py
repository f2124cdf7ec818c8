"""Rights are one table and the default is no. The guard below is itself shown to fail."""

import re
from uuid import uuid4

import pytest
from flask import Flask

from intake.config import Settings
from intake.domain.problems import Problem
from intake.office import create_office
from intake.services.staff import ROLES
from intake.store import Store
from intake.web.permissions import RIGHTS, Act, check, declared, may, needs
from tests.support.care import care_for
from tests.support.staffed import PEOPLE, StaffedOffice
from tests.web.office.conftest import Visitor

CONTENT = (Act.LIST_ARRIVALS, Act.OPEN_REPORT, Act.OPEN_IDENTITY, Act.DECIDE)


def undeclared(app: Flask) -> list[str]:
    """Addresses whose view says nothing about who may see it."""
    return [rule.rule for rule in app.url_map.iter_rules() if declared(app.view_functions[rule.endpoint]) is None]


def test_every_address_of_the_office_declares_its_right(app: Flask) -> None:
    assert undeclared(app) == []


def test_the_guard_finds_an_address_that_declares_nothing(app: Flask) -> None:
    app.view_functions["forgotten"] = lambda: "everything"
    app.url_map.add(app.url_rule_class("/office/forgotten", endpoint="forgotten"))
    assert undeclared(app) == ["/office/forgotten"]


def test_an_address_that_declares_nothing_is_open_to_nobody(app: Flask, visitor: Visitor) -> None:
    app.view_functions["forgotten"] = lambda: "everything"
    app.url_map.add(app.url_rule_class("/office/forgotten", endpoint="forgotten"))
    for name in [person.name for person in PEOPLE]:
        visitor.sign_in(name)
        assert visitor.get("/office/forgotten").status_code == 403
        visitor.post("/office/sign-out")


def test_every_act_has_a_row_in_the_table() -> None:
    assert set(RIGHTS) == set(Act)


def test_the_table_names_no_role_that_does_not_exist() -> None:
    assert frozenset().union(*RIGHTS.values()) - {"anybody"} <= set(ROLES)


@pytest.mark.parametrize("role", ["administrator", "coordinator", "analyst", "auditor", "claims_officer"])
def test_who_has_no_business_with_content_has_no_right_to_it(role: str) -> None:
    assert not [act for act in CONTENT if may(frozenset({role}), act)]


def test_somebody_without_any_role_may_do_nothing_but_sign_in_and_see_that_the_office_answers() -> None:
    assert [act for act in Act if may(frozenset(), act)] == [Act.SIGN_IN, Act.WATCH]


def test_an_office_that_is_served_alone_says_whether_it_answers(visitor: Visitor) -> None:
    answer = visitor.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_an_undeclared_act_is_refused() -> None:
    with pytest.raises(Problem, match=r"403\.10"):
        check(frozenset(ROLES), None)


def test_a_declaration_can_be_read_back() -> None:
    @needs(Act.DECIDE)
    def view() -> str:
        return ""

    assert declared(view) is Act.DECIDE


# What each page answers to each of the people of the office.
PAGES = {
    "/office/arrivals": {"amina", "bruno", "gita"},
    "/office/arrivals/{report}": {"amina", "bruno", "gita"},
    "/office/arrivals/{report}/identity": {"amina", "bruno", "gita"},
    "/office/arrivals/{report}/decision": {"amina", "bruno"},
    "/office/arrivals/{report}/decided": {"amina", "bruno"},
    "/office/arrivals/{report}/history": {"amina", "bruno", "dele"},
    "/office/cases": {"amina", "bruno", "gita"},
    "/office/cases/{case}": {"amina", "bruno", "gita"},
    "/office/cases/{case}/help": {"amina", "bruno", "gita"},
    "/office/cases/{case}/help/offer": {"amina", "gita"},
    "/office/cases/{case}/help/{referral}": {"amina", "bruno", "gita"},
    "/office/cases/{case}/consents": {"amina", "bruno", "gita"},
    "/office/cases/{case}/notes": {"amina", "bruno", "gita"},
    "/office/cases/{case}/notes/{note}": {"amina", "bruno", "gita"},
    "/office/providers": {"amina", "bruno", "gita"},
    "/office/providers/new": {"amina", "gita"},
    "/office/providers/{provider}": {"amina", "bruno", "gita"},
    "/office/phones": {"cora"},
    "/office/people": {"dele", "emil"},
    "/office/audit": {"dele"},
    "/office/you": {person.name for person in PEOPLE},
}


def test_the_matrix_names_every_page(app: Flask) -> None:
    reading = {
        re.sub(r"<uuid:(\w+)>", r"{\1}", rule.rule)
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.rule.startswith(("/healthz", "/office/files", "/office/sign-in"))
    }
    assert reading - {"/office/"} == set(PAGES)


def test_each_person_reaches_their_pages_and_no_others(visitor: Visitor, staffed: StaffedOffice) -> None:
    care = care_for(staffed)
    report, provider, referral = care.case.reports[0], care.clinic(), care.offer()
    there = {"report": report, "case": care.case.id, "referral": referral.id, "provider": provider.id, "note": uuid4()}
    for name in [person.name for person in PEOPLE]:
        visitor.sign_in(name)
        visitor.get("/office/arrivals")
        refused = {page for page in PAGES if visitor.get(page.format(**there)).status_code == 403}
        # A case worker whom nobody has admitted yet has the right but not the key: 403 too, from another number.
        expected = {page for page, names in PAGES.items() if name not in names}
        assert refused == expected | ({page for page in PAGES if "{" in page} if name == "gita" else set()), name
        visitor.post("/office/sign-out")


@pytest.mark.parametrize("page", [*PAGES, "/office/"])
def test_nobody_sees_a_page_without_signing_in(visitor: Visitor, page: str) -> None:
    answer = visitor.get(re.sub(r"{\w+}", str(uuid4()), page))
    assert answer.status_code == 303
    assert "/office/sign-in" in answer.location


def test_posting_without_signing_in_leads_to_the_sign_in_page(visitor: Visitor) -> None:
    visitor.get("/office/sign-in")
    answer = visitor.post(f"/office/arrivals/{uuid4()}/decision", decision="registered", version="1")
    assert answer.status_code == 303
    assert answer.location.startswith("/office/sign-in")


def test_the_table_of_rights_is_the_same_for_a_second_app(database_settings: Settings, store: Store) -> None:
    assert undeclared(create_office(database_settings, store=store)) == []
