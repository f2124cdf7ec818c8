"""One's own account: sessions, passkeys, and typing that outlives its session."""

import json
import re

import pytest

from intake.envelope.encoding import unb64u
from intake.store.office import kept
from intake.web.typed import put_back
from tests.support.authenticator import Authenticator
from tests.web.office.conftest import Visitor
from tests.web.office.test_people import page_of, spoken

pytestmark = pytest.mark.usefixtures("sqlite_only")


def sessions_on(text: str) -> list[str]:
    return re.findall(r'name="session" value="([0-9a-f]+)"', text)


def challenge(visitor: Visitor) -> bytes:
    answer = visitor.post("/office/passkeys/challenge")
    return unb64u(json.loads(answer.text)["challenge"])


def with_passkey(visitor: Visitor, name: str = "amina") -> Authenticator:
    """Somebody signed in who has a passkey."""
    visitor.sign_in(name)
    key = Authenticator()
    made = key.make(challenge(visitor))
    answer = visitor.post("/office/you/passkeys", code=visitor.staffed.code(name), label="blue", answer=made)
    assert answer.status_code == 303
    return key


def test_one_session_is_ended_and_the_others_go_on(visitor: Visitor, another: Visitor) -> None:
    visitor.sign_in("amina")
    visitor.staffed.clock.move(minutes=1)
    another.sign_in("amina")
    here, there = sessions_on(another.get("/office/you").text)
    assert another.post("/office/you/sessions/end", session=there).location == "/office/you"
    assert visitor.get("/office/you").status_code == 303
    assert another.post("/office/you/sessions/end", session=here).location.startswith("/office/sign-in")
    assert another.get("/office/you").status_code == 303


def test_nobody_ends_a_colleague_s_session(visitor: Visitor, another: Visitor) -> None:
    another.sign_in("bruno")
    (theirs,) = sessions_on(another.get("/office/you").text)
    visitor.sign_in("amina")
    assert visitor.post("/office/you/sessions/end", session=theirs).status_code == 422
    assert another.get("/office/you").status_code == 200


def test_sessions_that_ran_out_are_not_listed(visitor: Visitor, another: Visitor) -> None:
    another.sign_in("amina")
    visitor.staffed.clock.move(minutes=16)
    visitor.sign_in("amina")
    assert len(sessions_on(visitor.get("/office/you").text)) == 1


def test_a_passkey_signs_in_and_steps_up(visitor: Visitor, another: Visitor) -> None:
    key = with_passkey(visitor)
    another.get("/office/sign-in")
    another.sign_in("amina", code="", answer=key.answer(challenge(another)))
    assert another.get("/office/you").status_code == 200
    assert another.post("/office/keys/identity/open", answer=key.answer(challenge(another))).status_code == 303


def test_an_answer_is_good_once_and_in_its_own_session_only(visitor: Visitor, another: Visitor) -> None:
    key = with_passkey(visitor)
    answer = key.answer(challenge(visitor))
    another.sign_in("amina")
    assert another.post("/office/keys/identity/open", answer=answer).status_code == 401
    assert visitor.post("/office/keys/identity/open", answer=answer).status_code == 303
    assert visitor.post("/office/keys/sign/open", answer=answer).status_code == 401


def test_a_cookie_put_back_does_not_make_a_challenge_fresh_again(visitor: Visitor) -> None:
    key = with_passkey(visitor)
    answer = key.answer(challenge(visitor))
    before = visitor.client.get_cookie("office-form")
    assert before is not None
    assert visitor.post("/office/keys/identity/open", answer=answer).status_code == 303
    visitor.client.set_cookie("office-form", before.value)
    assert visitor.post("/office/keys/sign/open", answer=answer).status_code == 401


def test_a_passkey_of_before_signing_in_is_none_of_after(visitor: Visitor) -> None:
    key = with_passkey(visitor)
    visitor.post("/office/sign-out")
    visitor.get("/office/sign-in")
    stale = key.answer(challenge(visitor))
    visitor.sign_in("amina")
    assert visitor.post("/office/keys/identity/open", answer=stale).status_code == 401


def test_a_passkey_is_removed_and_only_a_fresh_code_adds_one(visitor: Visitor) -> None:
    with_passkey(visitor)
    found = re.search(r'name="passkey" value="([0-9a-f]+)"', visitor.get("/office/you").text)
    assert found is not None
    assert visitor.post("/office/you/passkeys/remove", passkey=found[1]).status_code == 303
    assert visitor.post("/office/you/passkeys/remove", passkey=found[1]).status_code == 422
    refused = visitor.post("/office/you/passkeys", label="red", answer=Authenticator().make(challenge(visitor)))
    assert refused.status_code == 401
    assert 'value="red"' in refused.text


# typing that outlives its session -----------------------------------------------------------------------------------


def kept_rows(visitor: Visitor, name: str) -> int:
    with visitor.staffed.store.office(reading=True) as session:
        return len(kept.of_staff(session, visitor.staffed.people[name].id))


def test_a_form_sent_too_late_comes_back_filled_in(visitor: Visitor) -> None:
    visitor.sign_in("emil")
    visitor.get("/office/people/propose")
    visitor.staffed.clock.move(minutes=16)
    late = visitor.post("/office/people/propose", name='O"Brien & co', roles=["analyst", "auditor"])
    assert late.location.startswith("/office/sign-in?said=kept&next=/office/people/propose")
    assert "What you typed is kept" in visitor.get(late.location).text
    assert visitor.sign_in("emil", next="/office/people/propose").location == "/office/people/propose"
    page = visitor.get("/office/people/propose")
    assert "What you were typing is back" in page.text
    assert 'value="O&quot;Brien &amp; co"' in page.text
    assert re.findall(r'value="(\w+)" checked', page.text) == ["analyst", "auditor"]
    assert visitor.post("/office/people/propose", name="hana", roles="analyst").status_code == 200
    assert kept_rows(visitor, "emil") == 0


def test_a_version_that_was_seen_comes_back_with_the_text(visitor: Visitor) -> None:
    """Else somebody would overwrite, after signing in again, what they have not seen."""

    phone = visitor.staffed.phone()
    report = phone.send()
    visitor.sign_in("amina")
    visitor.get("/office/arrivals")
    path = f"/office/arrivals/{report}/decision"
    visitor.get(path)
    visitor.staffed.clock.move(minutes=16)
    visitor.post(path, decision="not_for_us", reason="", note="Line\nthe <next>", version="7")
    visitor.sign_in("amina")
    page = visitor.get(path).text
    assert "\nLine\nthe &lt;next&gt;</textarea>" in page
    assert 'name="version" value="7"' in page
    assert re.search(r'value="not_for_us"[^>]* checked', page)


def test_the_page_keeps_by_itself_without_staying_signed_in(visitor: Visitor) -> None:
    visitor.sign_in("emil")
    visitor.staffed.clock.move(minutes=14)
    fields = {"kept_page": "/office/people/propose", "kept_action": "/office/people/propose", "name": "hana"}
    assert visitor.post("/office/kept", **fields).status_code == 204
    visitor.staffed.clock.move(minutes=1)
    assert visitor.get("/office/people").status_code == 303
    visitor.sign_in("emil")
    assert "is kept for you" in visitor.get("/office/people").text
    assert 'value="hana"' in visitor.get("/office/people/propose").text


def test_what_is_not_wanted_is_thrown_away(visitor: Visitor) -> None:
    visitor.sign_in("emil")
    here = "/office/people/propose"
    visitor.post("/office/kept", kept_page=here, kept_action=here, name="hana")
    found = re.search(r'name="id" value="([0-9a-f]+)"', visitor.get(here).text)
    assert found is not None
    assert visitor.post("/office/kept/forget", id=found[1], page=here).location == here
    assert "is back" not in visitor.get(here).text


def test_a_form_that_is_refused_loses_nothing(visitor: Visitor) -> None:
    visitor.sign_in("emil")
    here = "/office/people/propose"
    visitor.post("/office/kept", kept_page=here, kept_action=here, name="hana")
    assert visitor.post(here, name="x").status_code == 422
    assert kept_rows(visitor, "emil") == 1


def form(whose: str, action: str = ' action="/office/do"') -> str:
    hidden = f'<input type="hidden" name="version" value="2"><input type="hidden" name="whose" value="{whose}">'
    return (
        f'<form method="post"{action}>{hidden}<input name="kit" value=""><input type="radio" name="came" value="yes">'
    )


def test_of_several_forms_that_go_to_one_address_the_one_is_filled_that_is_about_the_same() -> None:
    """Else somebody would take one person's sample for another's."""
    fields = [("version", "1"), ("whose", "child"), ("kit", "K-77"), ("came", "yes")]
    mother, child, father = (f"{form(whose)}</form>" for whose in ("mother", "child", "F1"))
    filled = put_back(mother + child + father, "/office/do", fields)
    assert filled.startswith(mother)
    assert filled.endswith(father)
    assert 'name="kit" value="K-77"' in filled
    assert 'name="version" value="1"' in filled
    assert put_back(mother + father, "/office/do", fields) == mother + father


def test_a_form_without_an_address_goes_to_its_own_page() -> None:
    page = f"<form action='/office/other'></form>{form('child', '')}</form>"
    fields = [("version", "1"), ("whose", "child"), ("kit", "K-77")]
    assert 'value="K-77"' in put_back(page, "/office/here?x=1", fields, at="/office/here?x=1")
    assert put_back(page, "/office/here", fields, at="/office/elsewhere") == page


def test_what_ends_on_the_page_of_a_problem_comes_back_where_it_was_typed(visitor: Visitor) -> None:
    visitor.sign_in("emil")
    here, gone = page_of(visitor, "bruno"), "/office/people/0000000000000000/roles"
    visitor.headers["Referer"] = f"http://localhost{here}"
    refused = visitor.post(gone, roles="auditor", note="about bruno", code="135790")
    assert (refused.status_code, f'href="{here}"' in refused.text) == (404, True)
    assert "What you typed is kept" in refused.text
    found = visitor.get("/office/you").text
    assert ("about bruno" in found, "135790" in found) == (True, False)


def test_what_another_website_sends_is_not_kept_as_ones_own(visitor: Visitor) -> None:
    visitor.sign_in("emil")
    visitor.headers["Sec-Fetch-Site"] = "cross-site"
    assert visitor.post("/office/people/propose", name="x").status_code == 403
    visitor.headers["Sec-Fetch-Site"] = "same-origin"
    visitor.token = ""
    assert visitor.post("/office/people/propose", name="x").status_code == 422
    assert kept_rows(visitor, "emil") == 0


def test_nobody_else_is_given_what_somebody_typed_at_the_same_browser(visitor: Visitor) -> None:
    visitor.sign_in("emil")
    here = page_of(visitor, "bruno")
    visitor.post("/office/kept", kept_page=here, kept_action=f"{here}/roles", roles="auditor", note="about bruno")
    visitor.post("/office/sign-out")
    visitor.sign_in("amina")
    assert "about bruno" not in visitor.get(here).text


def test_for_a_stranger_nothing_is_kept_and_nothing_is_told(visitor: Visitor) -> None:
    visitor.get("/office/sign-in")
    here = "/office/people/propose"
    assert visitor.post("/office/kept", kept_page=here, kept_action=here, name="x").status_code == 204
    visitor.client.set_cookie("office", "nobody's")
    assert visitor.post("/office/kept", kept_page=here, kept_action=here, name="x").status_code == 204
    assert visitor.post(here, name="x").location.startswith("/office/sign-in?said=idle")


@pytest.mark.parametrize("address", ["https://evil.test/", "//evil.test/office/", "/field/", ""])
def test_nothing_is_kept_for_a_page_of_elsewhere(visitor: Visitor, address: str) -> None:
    visitor.sign_in("emil")
    visitor.post("/office/kept", kept_page=address, kept_action="/office/people/propose", name="x")
    visitor.post("/office/kept", kept_page="/office/people", kept_action=address, name="x")
    assert kept_rows(visitor, "emil") == 0


def test_words_heard_codes_and_passphrases_do_not_come_back(visitor: Visitor) -> None:
    visitor.sign_in("amina")
    path = f"{page_of(visitor, 'gita')}/admit/identity"
    visitor.staffed.clock.move(minutes=16)
    late = visitor.post(path, words=spoken(visitor, "gita"), code="123456", passphrase="secret")
    assert "said=idle" in late.location
    assert kept_rows(visitor, "amina") == 0
