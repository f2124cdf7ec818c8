"""Signing in and out: one form, no oracle, nothing left behind."""

import re
from dataclasses import replace

import pytest
from flask import Flask

from intake.config import Settings
from intake.office import create_office
from intake.services import signin as service
from intake.services.signin import TRIES_ADDRESS
from tests.support.staffed import StaffedOffice
from tests.web.office.conftest import Visitor


def cookies(answer: object) -> list[str]:
    return answer.headers.getlist("Set-Cookie")  # type: ignore[attr-defined]


def test_the_right_three_things_sign_somebody_in(visitor: Visitor) -> None:
    answer = visitor.sign_in("amina")
    assert (answer.status_code, answer.location) == (303, "/office/")
    assert "amina" in visitor.get("/office/you").text


def test_the_cookie_is_for_this_host_and_for_no_script(visitor: Visitor) -> None:
    found = [cookie for cookie in cookies(visitor.sign_in("amina")) if cookie.startswith("office=")]
    assert len(found) == 1
    assert "HttpOnly" in found[0]
    assert "SameSite=Strict" in found[0]
    assert "Path=/" in found[0]
    assert "Expires" not in found[0]


@pytest.mark.parametrize(
    "wrong", [{"name": "nobody"}, {"passphrase": "six wrong words for this test"}, {"code": "000000"}]
)
def test_whatever_is_wrong_the_answer_is_the_same(visitor: Visitor, wrong: dict[str, str]) -> None:
    answer = visitor.sign_in("amina", **wrong)
    assert answer.status_code == 401
    plain = re.sub(r'value="[^"]*"', "", answer.text)
    assert "The name, the passphrase or the code is wrong, or the code was used before." in plain
    assert "nobody" not in plain


def test_a_refused_sign_in_keeps_the_name_and_never_the_passphrase(visitor: Visitor) -> None:
    answer = visitor.sign_in("amina", code="000000")
    assert 'value="amina"' in answer.text
    assert visitor.staffed.people["amina"].passphrase not in answer.text


class Counted:
    """Stands for the semaphore and remembers who is inside."""

    inside = False

    def __enter__(self) -> None:
        self.inside = True

    def __exit__(self, *_: object) -> None:
        self.inside = False


def test_no_more_than_two_passphrases_are_tried_at_once(
    visitor: Visitor, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each try takes 64 MiB, and nobody needs an account for one."""
    office, begin, counted, seen = app.extensions["office"], service.begin, Counted(), []
    assert [office.trying.acquire(blocking=False) for _ in range(3)] == [True, True, False]
    app.extensions["office"] = replace(office, trying=counted)
    monkeypatch.setattr(service, "begin", lambda *given, **named: seen.append(counted.inside) or begin(*given, **named))
    assert visitor.sign_in("amina").status_code == 303
    assert seen == [True]


def test_signing_in_again_ends_the_session_before(visitor: Visitor, another: Visitor) -> None:
    visitor.sign_in("amina")
    before = visitor.client.get_cookie("office")
    assert before is not None
    visitor.sign_in("amina")
    another.client.set_cookie("office", before.value)
    assert another.get("/office/you").status_code == 303
    assert visitor.get("/office/you").status_code == 200


def test_a_code_works_once(visitor: Visitor, another: Visitor) -> None:
    code = visitor.staffed.code("amina")
    assert visitor.sign_in("amina", code=code).status_code == 303
    assert another.sign_in("amina", code=code).status_code == 401


def test_a_code_may_be_typed_in_arabic_digits(visitor: Visitor) -> None:
    code = visitor.staffed.code("amina").translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert visitor.sign_in("amina", code=code).status_code == 303


def test_what_was_left_empty_is_said_at_its_field(visitor: Visitor) -> None:
    answer = visitor.sign_in("amina", code="")
    assert answer.status_code == 422
    assert 'href="#code"' in answer.text
    assert 'id="code-error"' in answer.text


def test_too_many_tries_are_told_to_wait(visitor: Visitor) -> None:
    answers = [visitor.sign_in("amina", code="000000").status_code for _ in range(TRIES_ADDRESS + 1)]
    assert answers[:-1] == [401] * TRIES_ADDRESS
    assert answers[-1] == 429


def test_a_wait_says_how_long(visitor: Visitor) -> None:
    for _ in range(TRIES_ADDRESS + 1):
        answer = visitor.sign_in("amina", code="000000")
    assert int(answer.headers["Retry-After"]) > 0


def test_signing_out_ends_the_session_on_the_server_too(visitor: Visitor, app: Flask) -> None:
    visitor.sign_in("amina")
    kept = visitor.client.get_cookie("office")
    assert kept is not None
    assert visitor.post("/office/sign-out").location == "/office/sign-in?said=out"
    visitor.client.set_cookie("office", kept.value)
    assert visitor.get("/office/you").status_code == 303


def test_signing_out_everywhere_ends_the_other_browser(visitor: Visitor, another: Visitor) -> None:
    visitor.sign_in("amina")
    another.sign_in("amina")
    assert visitor.post("/office/sign-out-everywhere").location == "/office/sign-in?said=everywhere"
    assert another.get("/office/you").location.startswith("/office/sign-in?said=idle")


def test_signing_out_never_clears_storage(visitor: Visitor) -> None:
    visitor.sign_in("amina")
    assert visitor.post("/office/sign-out").headers["Clear-Site-Data"] == '"cache"'


def test_fifteen_idle_minutes_end_the_session(visitor: Visitor) -> None:
    visitor.sign_in("amina")
    visitor.staffed.clock.move(minutes=14)
    assert visitor.get("/office/you").status_code == 200
    visitor.staffed.clock.move(minutes=15)
    answer = visitor.get("/office/you")
    assert answer.location == "/office/sign-in?said=idle&next=/office/you"
    assert any(cookie.startswith("office=;") for cookie in cookies(answer))


def test_eight_hours_end_the_session_however_busy(visitor: Visitor) -> None:
    visitor.sign_in("amina")
    for _ in range(48):
        visitor.staffed.clock.move(minutes=10)
        answer = visitor.get("/office/you")
    assert answer.status_code == 303


def test_after_signing_in_the_page_that_was_asked_for_opens(visitor: Visitor) -> None:
    assert visitor.sign_in("amina", next="/office/audit").location == "/office/audit"


@pytest.mark.parametrize("next", ["https://evil.test/", "//evil.test/office/", "/\\evil.test", "/field/", "/office/\n"])
def test_nobody_is_led_elsewhere_after_signing_in(visitor: Visitor, next: str) -> None:
    assert visitor.sign_in("amina", next=next).location == "/office/"


@pytest.mark.parametrize(
    ("name", "first"),
    [("amina", "arrivals"), ("cora", "phones"), ("emil", "people"), ("dele", "audit"), ("farah", "overview")],
)
def test_each_begins_where_their_work_is(visitor: Visitor, name: str, first: str) -> None:
    visitor.sign_in(name)
    assert visitor.get("/office/").location == f"/office/{first}"


def test_a_form_without_its_token_is_refused(visitor: Visitor) -> None:
    visitor.sign_in("amina")
    visitor.token = "forged"
    answer = visitor.post("/office/sign-out")
    assert answer.status_code == 422
    assert visitor.get("/office/you").status_code == 200


def test_a_token_of_before_signing_in_is_worth_nothing_after(visitor: Visitor) -> None:
    visitor.get("/office/sign-in")
    before = visitor.token
    visitor.sign_in("amina")
    visitor.token = before
    assert visitor.post("/office/sign-out").status_code == 422


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_a_form_sent_from_another_website_is_refused(visitor: Visitor, site: str) -> None:
    visitor.sign_in("amina")
    visitor.headers = {"Sec-Fetch-Site": site}
    assert visitor.post("/office/sign-out").status_code == 403


def test_a_form_that_does_not_say_where_it_comes_from_is_refused(visitor: Visitor) -> None:
    visitor.sign_in("amina")
    visitor.headers = {}
    assert visitor.post("/office/sign-out").status_code == 403


@pytest.mark.parametrize(("lang", "words"), [("en", "Your passphrase"), ("qps", "⟦Ýöûr påssphråsé")])
def test_the_language_is_chosen_by_a_link_and_kept(visitor: Visitor, lang: str, words: str) -> None:
    visitor.get(f"/office/sign-in?lang={lang}")
    assert words in visitor.get("/office/sign-in").text


def test_arabic_pages_run_from_right_to_left(visitor: Visitor) -> None:
    assert '<html lang="ar" dir="rtl"' in visitor.get("/office/sign-in?lang=ar").text


def test_over_tls_both_cookies_are_bound_to_the_host(staffed: StaffedOffice, database_settings: Settings) -> None:
    origin = "https://office.example.org"
    settings = replace(database_settings, office_origin=origin)
    client = create_office(settings, store=staffed.store, clock=staffed.clock).test_client()
    visitor = Visitor(staffed, client, origin=origin)
    found = cookies(visitor.get("/office/sign-in")) + cookies(visitor.sign_in("emil"))
    assert {cookie.split("=")[0] for cookie in found} == {"__Host-office", "__Host-office-form"}
    assert all("Secure" in cookie for cookie in found)
