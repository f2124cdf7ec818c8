"""Rights are one table and the default is no. The guard below is itself shown to fail."""

from uuid import uuid4

import pytest
from flask import Flask

from intake.config import Settings
from intake.domain.problems import Problem
from intake.office import create_office
from intake.services.staff import ROLES
from intake.store import Store
from intake.web.permissions import RIGHTS, Act, check, declared, may, needs
from tests.support.staffed import PEOPLE, Phone
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


EVERYONE = {person.name for person in PEOPLE}
HOLDERS = EVERYONE - {"emil"}

# What each page answers to each of the people of the office.
PAGES = {
    "/office/arrivals": {"amina", "bruno", "gita"},
    "/office/arrivals/{report}": {"amina", "bruno", "gita"},
    "/office/arrivals/{report}/identity": {"amina", "bruno", "gita"},
    "/office/arrivals/{report}/decision": {"amina", "bruno"},
    "/office/arrivals/{report}/decided": {"amina", "bruno"},
    "/office/arrivals/{report}/history": {"amina", "bruno", "dele"},
    "/office/phones": {"cora"},
    "/office/people": EVERYONE,
    "/office/people/propose": {"emil"},
    "/office/people/{person}": EVERYONE,
    "/office/people/{person}/admit/{chain}": HOLDERS,
    "/office/people/{person}/close": {"emil"},
    "/office/people/{person}/restore": EVERYONE,
    "/office/keys": HOLDERS,
    "/office/keys/{chain}/open": HOLDERS,
    "/office/keys/{chain}/rotate": HOLDERS,
    "/office/audit": {"dele"},
    "/office/you": EVERYONE,
}
OPEN_TO_ALL = ("/healthz", "/office/files", "/office/sign-in", "/office/join")


def mistakes(app: Flask) -> list[str]:
    """Where the guard says something else than the table, for one person in each role at each address by each method.

    The views themselves are put aside, so that what is seen is the guard alone.
    """
    found = []
    views = {endpoint: declared(view) for endpoint, view in app.view_functions.items()}
    for endpoint, act in views.items():
        stub = (lambda **_: "reached") if act is None else needs(act)(lambda **_: "reached")
        app.view_functions[endpoint] = stub
    for role in ROLES:
        for rule in app.url_map.iter_rules():
            act = views[rule.endpoint]
            path = re.sub("<[^>]+>", lambda name: str(uuid4()) if "uuid" in name[0] else "work", rule.rule)
            for method in (rule.methods or set()) & {"GET", "POST"}:
                with app.test_request_context(path, method=method):
                    g.desk = Desk(Person("1", role, frozenset({role}), "o1"), "", {})
                    seen = _answered(app)
                wanted = act is not None and (act in OPEN or role in RIGHTS[act])
                if seen != wanted:
                    found.append(f"{role} {method} {rule.rule}")
    return found


def _answered(app: Flask) -> bool:
    """Whether the guard lets this request through to its view."""
    try:
        return desks.admit() is None
    except Problem as problem:
        assert problem.code == "403.10"
        return False


def test_for_every_role_and_route_the_guard_says_what_the_table_says(app: Flask) -> None:
    assert mistakes(app) == []


def test_the_matrix_finds_a_route_that_lost_its_act(app: Flask) -> None:
    app.view_functions["people.propose"] = lambda: "everything"
    found = mistakes(app)
    assert found == ["administrator POST /office/people/propose"]


def test_the_matrix_names_every_page(app: Flask) -> None:
    reading = {
        re.sub("<(?:uuid:)?([^>]+)>", r"{\1}", rule.rule)
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.rule.startswith(OPEN_TO_ALL)
    }
    assert reading - {"/office/"} == set(PAGES)


def test_each_person_reaches_their_pages_and_no_others(visitor: Visitor, phone: Phone) -> None:
    report = phone.send()
    for name in [person.name for person in PEOPLE]:
        visitor.sign_in(name)
        visitor.get("/office/arrivals")
        refused = {page for page in PAGES if visitor.get(page.format(report=report)).status_code == 403}
        # A case worker whom nobody has admitted yet has the right but not the key: 403 too, from another number.
        expected = {page for page, names in PAGES.items() if name not in names}
        assert refused == expected | ({page for page in PAGES if "{report}" in page} if name == "gita" else set()), name
        visitor.post("/office/sign-out")


@pytest.mark.parametrize("page", [*PAGES, "/office/"])
def test_nobody_sees_a_page_without_signing_in(visitor: Visitor, page: str) -> None:
    answer = visitor.get(page.format(report=uuid4()))
    assert answer.status_code == 303
    assert "/office/sign-in" in answer.location


def test_posting_without_signing_in_leads_to_the_sign_in_page(visitor: Visitor) -> None:
    visitor.get("/office/sign-in")
    answer = visitor.post(f"/office/arrivals/{uuid4()}/decision", decision="registered", version="1")
    assert answer.status_code == 303
    assert answer.location.startswith("/office/sign-in")


def test_the_table_of_rights_is_the_same_for_a_second_app(database_settings: Settings, store: Store) -> None:
    assert undeclared(create_office(database_settings, store=store)) == []
