"""People and keys as staff meet them: proposed, joined, admitted, restored, closed, rotated."""

import re

import pytest

from intake.services import keys, staff
from tests.support.staffed import OTHER_PEOPLE, StaffedOffice
from tests.web.office.conftest import Visitor
from tests.web.office.pages import code_on, words_asked

pytestmark = pytest.mark.usefixtures("sqlite_only")


def held(office: StaffedOffice, name: str) -> set[str]:
    """What the keychains themselves open for somebody."""
    with office.store.office() as session:
        return set(office.desk(session, name, "work", "identity", "sign").opened)


def page_of(visitor: Visitor, name: str) -> str:
    with visitor.staffed.store.office(reading=True) as session:
        people = staff.listing(session, office=visitor.staffed.made.office)
    return f"/office/people/{next(one.id for one in people if one.name == name)}"


def spoken(visitor: Visitor, name: str) -> str:
    return " ".join(visitor.staffed.people[name].words)


def test_from_a_proposal_to_a_colleague_who_holds_a_key(visitor: Visitor, another: Visitor) -> None:
    visitor.sign_in("emil")
    visitor.get("/office/people/propose")
    code = code_on(visitor.post("/office/people/propose", name="Hana", roles=["reviewer", "coordinator"]))
    another.get("/office/join")
    shown = another.post("/office/join", joining=code.lower())
    passphrase = " ".join(re.findall(r"<li>([a-z]+)</li>", shown.text))
    totp = re.search(r'class="number said" dir="ltr">([A-Z2-7]+)<', shown.text)
    words = re.findall(r'class="said" lang="en">([a-z ]+)<', shown.text)
    assert totp is not None
    assert "<svg" in shown.text
    assert "You have joined" in another.post("/office/join/check", **words_asked(shown)).text
    with visitor.staffed.store.office(reading=True) as session:
        account = next(one for one in staff.listing(session, office=visitor.staffed.made.office) if one.name == "hana")
    visitor.staffed.people["hana"] = staff.Joined(account.id, "hana", passphrase, totp[1], tuple(words[0].split()))
    another.sign_in("hana")
    assert words[0] in another.get("/office/you").text
    visitor.post("/office/sign-out")
    visitor.sign_in("amina")
    assert visitor.post(f"{page_of(visitor, 'hana')}/admit/work", words=words[0].upper()).status_code == 303
    assert held(visitor.staffed, "hana") == {"work"}


def test_a_joining_code_works_once_and_is_counted(visitor: Visitor) -> None:
    visitor.sign_in("emil")
    code = code_on(visitor.post("/office/people/propose", name="hana", roles="reviewer"))
    visitor.post("/office/sign-out")
    visitor.get("/office/join")
    assert visitor.post("/office/join", joining=code).status_code == 200
    assert visitor.post("/office/join", joining=code).status_code == 422
    statuses = [visitor.post("/office/join", joining="guess").status_code for _ in range(20)]
    assert statuses[-1] == 429


def test_what_was_shown_once_is_not_shown_again(visitor: Visitor) -> None:
    visitor.sign_in("emil")
    code = code_on(visitor.post("/office/people/propose", name="hana", roles="reviewer"))
    visitor.post("/office/sign-out")
    visitor.get("/office/join")
    shown = visitor.post("/office/join", joining=code)
    words = re.findall(r"<li>([a-z]+)</li>", shown.text)
    wrong = visitor.post("/office/join/check", first="zebra", second=words[0])
    assert (wrong.status_code, [word for word in words if f">{word}<" in wrong.text]) == (422, [])
    assert visitor.post("/office/join/check", **words_asked(shown)).status_code == 200
    assert visitor.post("/office/join/check", **words_asked(shown)).status_code == 422


def test_a_proposal_that_is_refused_keeps_what_was_ticked(visitor: Visitor) -> None:
    visitor.sign_in("emil")
    answer = visitor.post("/office/people/propose", name="bruno", roles="auditor")
    assert answer.status_code == 422
    assert 'value="bruno"' in answer.text
    assert re.findall(r'value="(\w+)" checked', answer.text) == ["auditor"]


@pytest.mark.parametrize("chain", ["identity", "sign"])
def test_admitting_to_a_guarded_key_wants_a_fresh_code(visitor: Visitor, chain: str) -> None:
    visitor.sign_in("amina")
    path, words = f"{page_of(visitor, 'gita')}/admit/{chain}", spoken(visitor, "gita")
    assert visitor.post(path, words=words).status_code == 401
    assert held(visitor.staffed, "gita") == set()
    assert visitor.post(path, words=words, code=visitor.staffed.code("amina")).status_code == 303
    assert held(visitor.staffed, "gita") == {chain}


def test_other_words_admit_nobody_and_what_was_heard_stays_on_the_page(visitor: Visitor) -> None:
    visitor.sign_in("amina")
    answer = visitor.post(f"{page_of(visitor, 'gita')}/admit/work", words="words of somebody else")
    assert answer.status_code == 422
    assert 'value="words of somebody else"' in answer.text
    assert held(visitor.staffed, "gita") == set()


def test_the_page_of_a_person_never_shows_the_words_that_must_be_heard(visitor: Visitor) -> None:
    visitor.sign_in("amina")
    path = page_of(visitor, "gita")
    for page in (path, f"{path}/admit/work", "/office/people", "/office/keys"):
        assert spoken(visitor, "gita") not in visitor.get(page).text


@pytest.mark.parametrize(("by", "name", "chain"), [("bruno", "gita", "identity"), ("gita", "bruno", "work")])
def test_nobody_opens_a_key_that_they_do_not_hold(visitor: Visitor, by: str, name: str, chain: str) -> None:
    visitor.sign_in(by)
    path = f"{page_of(visitor, name)}/admit/{chain}"
    assert visitor.get(path).status_code == 403
    answer = visitor.post(path, words=spoken(visitor, name), code=visitor.staffed.code(by))
    assert answer.status_code == 403
    assert chain not in held(visitor.staffed, "gita")


def test_closing_ends_sessions_and_says_what_to_rotate(visitor: Visitor, another: Visitor) -> None:
    another.sign_in("bruno")
    visitor.sign_in("emil")
    answer = visitor.post(f"{page_of(visitor, 'bruno')}/close")
    assert "Reports and records" in answer.text
    assert another.get("/office/arrivals").status_code == 303


def test_after_closing_and_rotating_the_one_who_left_is_no_longer_named_inside(visitor: Visitor) -> None:
    visitor.sign_in("emil")
    visitor.post(f"{page_of(visitor, 'bruno')}/close")
    visitor.post("/office/sign-out")
    visitor.sign_in("amina")
    assert "bruno" in visitor.get("/office/keys/work/rotate").text
    assert visitor.post("/office/keys/work/rotate").status_code == 401
    assert visitor.post("/office/keys/work/rotate", code=visitor.staffed.code("amina")).status_code == 200
    with visitor.staffed.store.office() as session:
        desk = visitor.staffed.desk(session, "amina")
        assert "bruno" not in {one.name for one in keys.holders(session, desk=desk, chain="work")}


def test_a_colleague_lets_somebody_join_again_and_nobody_else_can(visitor: Visitor) -> None:
    visitor.sign_in("farah")
    assert visitor.post(f"{page_of(visitor, 'bruno')}/restore").status_code == 403
    assert "forgot" not in visitor.get(page_of(visitor, "bruno")).text
    visitor.post("/office/sign-out")
    visitor.sign_in("amina")
    assert "forgot" in visitor.get(page_of(visitor, "bruno")).text
    code = code_on(visitor.post(f"{page_of(visitor, 'bruno')}/restore"))
    visitor.post("/office/sign-out")
    visitor.get("/office/join")
    assert visitor.post("/office/join", joining=code).status_code == 200


def test_roles_change_with_the_next_click_and_nobody_changes_their_own(visitor: Visitor, another: Visitor) -> None:
    another.sign_in("gita")
    visitor.sign_in("emil")
    assert another.get("/office/audit").status_code == 403
    visitor.post(f"{page_of(visitor, 'gita')}/roles", roles=["auditor"])
    assert "403.10" not in another.get("/office/audit").text
    assert visitor.post(f"{page_of(visitor, 'emil')}/roles", roles=["reviewer"]).status_code == 422
    assert visitor.post(f"{page_of(visitor, 'bruno')}/roles", roles=["administrator"]).status_code == 422


def test_check_words_of_guarded_keys_show_after_a_step_up_only(visitor: Visitor) -> None:
    visitor.sign_in("bruno")
    assert spoken(visitor, "amina") in visitor.get("/office/keys").text
    text = visitor.get("/office/keys").text
    assert "signature" not in text.lower()
    visitor.post("/office/keys/sign/open", code=visitor.staffed.code("bruno"))
    assert "signature" in visitor.get("/office/keys").text.lower()


def test_somebody_of_another_office_is_not_there(visitor: Visitor) -> None:

    other = StaffedOffice.make(visitor.staffed.store, visitor.staffed.clock, name="Bay", people=OTHER_PEOPLE)
    visitor.sign_in("emil")
    assert visitor.get(f"/office/people/{other.people['hanna'].id}").status_code == 404
    assert visitor.post(f"/office/people/{other.people['hanna'].id}/close").status_code == 404
