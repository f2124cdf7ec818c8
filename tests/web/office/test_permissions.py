"""Rights are one table and the default is no. The guard below is itself shown to fail."""

import re
from collections.abc import Callable
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from intake.config import Settings
from intake.domain.problems import Problem
from intake.office import create_office
from intake.services import signin, telling
from intake.services.desk import Desk, Person
from intake.services.staff import ROLES
from intake.store import Store
from intake.web.permissions import RIGHTS, Act, check, declared, may, needs
from tests.support.care import care_for
from tests.support.claimed import Claimed
from tests.support.staffed import PEOPLE, StaffedOffice
from tests.web.office.conftest import Visitor

CONTENT = (
    *(Act.LIST_ARRIVALS, Act.OPEN_REPORT, Act.OPEN_IDENTITY, Act.DECIDE, Act.SEE_LINKS, Act.WORK_CASES),
    *(Act.ENTER, Act.TRANSLATE),
)


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


def test_somebody_without_any_role_may_do_nothing_but_sign_in_join_and_see_that_the_office_answers() -> None:
    assert [act for act in Act if may(frozenset(), act)] == [Act.SIGN_IN, Act.WATCH, Act.JOIN, Act.KEEP_TYPED]


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
EDITORS = {"amina", "cora", "gita"}

# What each page answers to each of the people of the office.
PAGES = {
    "/office/arrivals": {"amina", "bruno", "gita"},
    "/office/arrivals/{report}": {"amina", "bruno", "gita"},
    "/office/arrivals/{report}/identity": {"amina", "bruno", "gita"},
    "/office/arrivals/{report}/decision": {"amina", "bruno"},
    "/office/arrivals/{report}/decided": {"amina", "bruno"},
    "/office/arrivals/{report}/links": {"amina", "bruno", "gita"},
    "/office/arrivals/{report}/history": {"amina", "bruno", "dele"},
    "/office/enter": {"amina", "bruno", "gita"},
    "/office/enter/sent/{report}": {"amina", "bruno", "gita"},
    "/office/enter/{draft}": {"amina", "bruno", "gita"},
    "/office/enter/{draft}/all": {"amina", "bruno", "gita"},
    "/office/enter/{draft}/stop": {"amina", "bruno", "gita"},
    "/office/enter/{draft}/{group}": {"amina", "bruno", "gita"},
    "/office/translate": {"amina", "bruno", "gita"},
    "/office/translate/{kind}/{id}/{key}": {"amina", "bruno", "gita"},
    "/office/translate/{kind}/{id}/{key}/names": {"amina", "bruno", "gita"},
    "/office/cases": {"amina", "bruno", "gita"},
    "/office/cases/{case}": {"amina", "bruno", "gita"},
    "/office/cases/{case}/do/{step}": {"amina", "bruno", "gita"},
    "/office/cases/{case}/history": {"amina", "bruno", "gita"},
    "/office/cases/{case}/messages": {"amina", "bruno", "gita"},
    "/office/cases/{case}/messages/new": {"amina", "bruno", "gita"},
    "/office/cases/{case}/messages/{of}/again": {"amina", "bruno", "gita"},
    "/office/cases/{case}/messages/{of}/end": {"amina", "bruno", "gita"},
    "/office/cases/{case}/messages/{of}/whom/{message}": {"amina", "bruno", "gita"},
    "/office/cases/{case}/claims": {"amina", "bruno", "gita"},
    "/office/claims": {"amina", "bruno", "gita"},
    "/office/claims/new": {"amina"},
    "/office/claims/policy": {"amina", "bruno", "gita"},
    "/office/claims/lists": {"amina"},
    "/office/claims/lists/{taken}": {"amina"},
    "/office/claims/{claim}": {"amina", "bruno", "gita"},
    "/office/claims/{claim}/do/{kind}": {"amina"},
    "/office/claims/{claim}/names": {"amina"},
    "/office/claims/{claim}/forwarding": {"amina"},
    "/office/claims/forwarded": {"amina"},
    "/office/claims/{claim}/result/{event}": {"amina"},
    "/office/missions": {"amina", "bruno", "gita"},
    "/office/missions/new": {"amina"},
    "/office/missions/{mission}": {"amina", "bruno", "gita"},
    "/office/missions/{mission}/plan": {"amina"},
    "/office/find": {"amina", "bruno", "gita"},
    "/office/overview": {"amina", "cora", "farah"},
    "/office/overview/export": {"amina", "farah"},
    "/office/due": {"amina", "bruno", "cora", "gita"},
    "/office/duty": {"amina", "bruno", "cora", "gita"},
    "/office/duty/change": {"cora"},
    "/office/cases/{case}/help": {"amina", "bruno", "gita"},
    "/office/cases/{case}/help/offer": {"amina", "gita"},
    "/office/cases/{case}/help/{referral}": {"amina", "bruno", "gita"},
    "/office/cases/{case}/consents": {"amina", "bruno", "gita"},
    "/office/cases/{case}/notes": {"amina", "bruno", "gita"},
    "/office/cases/{case}/notes/{note}": {"amina", "bruno", "gita"},
    "/office/providers": {"amina", "bruno", "gita"},
    "/office/providers/new": {"amina", "gita"},
    "/office/providers/{provider}": {"amina", "bruno", "gita"},
    "/office/programmes": {"amina", "bruno", "farah", "gita"},
    "/office/programmes/needs": {"amina", "bruno", "gita"},
    "/office/programmes/new": {"amina", "gita"},
    "/office/programmes/{programme}": {"amina", "bruno", "farah", "gita"},
    "/office/programmes/{programme}/change": {"amina", "gita"},
    "/office/programmes/{programme}/lines/{line}": {"amina", "gita"},
    "/office/women-and-men": {"amina", "cora", "farah"},
    "/office/terms": {"amina", "bruno", "farah", "gita"},
    "/office/terms/new": {"amina", "gita"},
    "/office/terms/{term}": {"amina", "gita"},
    "/office/cases/{case}/schooling": {"amina", "bruno", "gita"},
    "/office/cases/{case}/schooling/{schooling}": {"amina", "gita"},
    "/office/scorecards": {"amina", "farah"},
    "/office/scorecards/method": {"amina", "farah"},
    "/office/scorecards/{card}": {"amina", "farah"},
    "/office/releases": {"amina", "bruno", "cora", "farah"},
    "/office/releases/{number}": {"amina", "bruno", "cora", "farah"},
    "/office/releases/{number}/preview": {"amina", "bruno", "cora", "farah"},
    "/office/states": {"amina"},
    "/office/states/terms": {"amina"},
    "/office/states/terms/calendar/{of}/{id}": {"amina"},
    "/office/states/{state}": {"amina"},
    "/office/states/{state}/change": {"amina"},
    "/office/states/{state}/focal-point": {"amina"},
    "/office/states/{state}/focal-point/names": {"amina"},
    "/office/states/{state}/allegations/new": {"amina"},
    "/office/states/{state}/notes/{sort}": {"amina"},
    "/office/states/allegations/{matter}": {"amina"},
    "/office/states/notes/{note}": {"amina"},
    "/office/states/notes/{note}/letter/{kind}": {"amina"},
    "/office/states/notes/{note}/letters/{letter}": {"amina"},
    "/office/phones": {"cora"},
    "/office/phones/invite": {"cora"},
    "/office/phones/{device}": {"cora"},
    "/office/phones/{device}/confirm": {"cora"},
    "/office/phones/{device}/lost/withdraw": {"cora"},
    "/office/phones/{device}/lost/{step}": {"cora"},
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
    "/office/offer": HOLDERS,
    "/office/offer/publish": HOLDERS,
    "/office/offer/forms": HOLDERS,
    "/office/offer/places": HOLDERS,
    "/office/offer/places.csv": HOLDERS,
    "/office/offer/places/add": EDITORS,
    "/office/offer/places/import": EDITORS,
    "/office/offer/places/one/{id}": EDITORS,
    "/office/offer/services": HOLDERS,
    "/office/offer/services.csv": HOLDERS,
    "/office/offer/services/add": EDITORS,
    "/office/offer/services/import": EDITORS,
    "/office/offer/services/one/{id}": EDITORS,
    "/office/offer/settings": HOLDERS,
    "/office/offer/settings/ages": EDITORS,
    "/office/offer/settings/shape": EDITORS,
    "/office/offer/settings/number/{name}": EDITORS,
    "/office/offer/words": HOLDERS,
    "/office/offer/words/{language}/{key}": {*EDITORS, "bruno"},
    "/office/offer/sounds": HOLDERS,
    "/office/you": EVERYONE,
}


class Somewhere(dict[str, str]):
    """What stands in an address: what a test knows, of the rest something of the right kind."""

    def __missing__(self, part: str) -> str:
        return {"chain": "work", "step": "close", "person": "x", "kind": "hurdle"}.get(part, str(uuid4()))


# What must not be done by others than these, whatever a view declares.
ROUTES = {
    "people.ask_proposal": Act.MANAGE_PEOPLE,
    "people.propose": Act.MANAGE_PEOPLE,
    "people.change_roles": Act.MANAGE_PEOPLE,
    "people.ask_closing": Act.MANAGE_PEOPLE,
    "people.close": Act.MANAGE_PEOPLE,
    "people.admit": Act.ADMIT,
    "people.restore": Act.RESTORE_PERSON,
    "keychains.open_chain": Act.SEE_KEYS,
    "keychains.rotate": Act.ROTATE_KEYS,
    "register.show": Act.OPEN_REPORT,
    "register.open_identity": Act.OPEN_IDENTITY,
    "inbox.decide": Act.DECIDE,
    "forwarding.step": Act.FORWARD_CLAIMS,
    "translating.keep": Act.TRANSLATE,
    "translating.open_names": Act.OPEN_IDENTITY,
    "translating.keep_names": Act.OPEN_IDENTITY,
    "entering.begin": Act.ENTER,
    "entering.write": Act.ENTER,
    "entering.send": Act.ENTER,
    "entering.stop": Act.ENTER,
    "register.history": Act.SEE_HISTORY,
    "audit.lines": Act.SEE_AUDIT,
    "overview.show": Act.SEE_OVERVIEW,
    "overview.export": Act.EXPORT,
}
FOR_ALL = ("/office/files/<version>/<name>",)
OPEN_TO_ALL = ("/healthz", "/office/files", "/office/sign-in", "/office/join")


@pytest.fixture
def guarded(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The app with a person whose one role the cookie names, and views put aside: what is seen is the guard alone."""

    def resume(*_: object, cookie: str, **__: object) -> Desk:
        return Desk(Person("1", "somebody", frozenset({cookie}), "o1"), "", {})

    monkeypatch.setattr(signin, "resume", resume)
    # What a family of pages asks besides, whether the person holds a key, comes after the guard.
    app.before_request_funcs = {None: app.before_request_funcs[None]}
    app.config["WTF_CSRF_ENABLED"] = False
    for endpoint, view in list(app.view_functions.items()):
        app.view_functions[endpoint] = put_aside(declared(view))
    return app


def put_aside(act: Act | None) -> Callable[..., str]:
    """A view that only says it was reached, with the act of the one in whose place it stands."""

    def reached(**_: object) -> str:
        return "reached"

    return needs(act)(reached) if act else reached


def mistakes(app: Flask) -> list[str]:
    """Where a person in one role is let in, or kept out, otherwise than the table says: each role, address, method."""
    client, found = app.test_client(), []
    for role, rule in product(ROLES, app.url_map.iter_rules()):
        act = declared(app.view_functions[rule.endpoint])
        path = re.sub("<[^>]+>", lambda part: str(uuid4()) if "uuid" in part[0] else "work", rule.rule)
        client.set_cookie("office", role)
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            answer = client.open(path, method=method, headers={"Sec-Fetch-Site": "same-origin"})
            wanted = 200 if rule.rule in FOR_ALL or _may(role, ROUTES.get(rule.endpoint, act)) else 403
            if answer.status_code != wanted or (wanted == 403 and "403.10" not in answer.text):
                found.append(f"{role} {method} {rule.rule}")
    return found


def _may(role: str, act: Act | None) -> bool:
    return act is not None and may(frozenset({role}), act)


def test_for_every_role_and_route_the_guard_says_what_the_table_says(guarded: Flask) -> None:
    assert mistakes(guarded) == []


def test_the_matrix_finds_a_route_that_lost_its_act(guarded: Flask) -> None:
    guarded.view_functions["people.propose"] = put_aside(None)
    assert mistakes(guarded) == ["administrator POST /office/people/propose"]


def test_the_matrix_finds_a_route_that_was_given_another_act(guarded: Flask) -> None:
    guarded.view_functions["people.close"] = put_aside(Act.OWN_ACCOUNT)
    others = [role for role in ROLES if role != "administrator"]
    assert mistakes(guarded) == [f"{role} POST /office/people/<person>/close" for role in others]


def test_the_matrix_names_every_page(app: Flask) -> None:
    reading = {
        re.sub("<(?:uuid:)?([^>]+)>", r"{\1}", rule.rule)
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.rule.startswith(OPEN_TO_ALL)
    }
    assert reading - {"/office/"} == set(PAGES)


def test_each_person_reaches_their_pages_and_no_others(visitor: Visitor, staffed: StaffedOffice) -> None:
    care = care_for(staffed)
    with staffed.store.office() as session:
        given: dict[str, Any] = {"desk": staffed.made.desk, "now": staffed.clock.now}
        of = telling.note(session, case=care.case.id, person="", step="visit", due="2026-11-25", **given).id
    there = Somewhere(
        report=care.case.reports[0],
        case=care.case.id,
        person=staffed.people["farah"].id,
        provider=care.clinic().id,
        referral=care.offer().id,
        of=of,
        claim=Claimed.begin(staffed).claim.id,
    )
    for name in [person.name for person in PEOPLE]:
        visitor.sign_in(name)
        visitor.get("/office/arrivals")
        # Whoever holds no key has the right but not the key: 403 too, from another number.
        refused = {page for page in PAGES if "403.10" in visitor.get(page.format_map(there)).text}
        assert refused == {page for page, names in PAGES.items() if name not in names}, name
        visitor.post("/office/sign-out")


@pytest.mark.parametrize("page", [*PAGES, "/office/"])
def test_nobody_sees_a_page_without_signing_in(visitor: Visitor, page: str) -> None:
    answer = visitor.get(page.format_map(Somewhere()))
    assert answer.status_code == 303
    assert "/office/sign-in" in answer.location


def test_posting_without_signing_in_leads_to_the_sign_in_page(visitor: Visitor) -> None:
    visitor.get("/office/sign-in")
    answer = visitor.post(f"/office/arrivals/{uuid4()}/decision", decision="registered", version="1")
    assert answer.status_code == 303
    assert answer.location.startswith("/office/sign-in")


def test_the_table_of_rights_is_the_same_for_a_second_app(database_settings: Settings, store: Store) -> None:
    assert undeclared(create_office(database_settings, store=store)) == []
