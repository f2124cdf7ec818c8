"""The office's pages in Chromium: small and large, from left to right and back, without script, by keyboard."""

import os
import re
from collections.abc import Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Route, expect
from werkzeug.test import TestResponse

from intake.config import Settings
from intake.domain.duty import Address, Rota, Turn
from intake.services import cases, duty, night, register, telling
from intake.services.ways import Ways
from intake.web.speech import SPEECH
from tests.support.care import crowded
from tests.support.served import serve
from tests.support.staffed import ANSWERS, IDENTITY, Phone, StaffedOffice
from tests.web.office import pages
from tests.web.office.conftest import Visitor
from tests.web.office.pages import visit_and_needs

AXE = (Path(__file__).parents[3] / "node_modules/axe-core/axe.min.js").read_text("utf-8")
TOO_WIDE = "document.documentElement.scrollWidth - innerWidth"
SIZES = {"phone": {"width": 360, "height": 640}, "desk": {"width": 1280, "height": 800}}
# Each language and each size once in every run; the other pairs in `make test-all`.
SEEN = [
    *(("en", "phone"), ("ar", "desk")),
    *(pytest.param(*pair, marks=pytest.mark.long) for pair in (("en", "desk"), ("ar", "phone"))),
]

# The pages of what phones get that differ most.
OFFERED = [
    f"offer{path}"
    for path in (
        "",
        "/places",
        "/places/add",
        "/places/import",
        "/services",
        "/services/add",
        "/settings",
        "/settings/ages",
        "/settings/number/keep_days",
        "/forms",
        "/words?language=ar",
        "/words/ar/form.visit.notice_help.aloud",
        "/sounds",
        "/publish",
    )
]

pytestmark = pytest.mark.journey


@pytest.fixture
def address(database_settings: Settings, app: Flask) -> Iterator[str]:
    """Where the office is served. Screens look the same over either database."""
    if database_settings.database_url:
        pytest.skip("the same on PostgreSQL")
    with serve(app) as found:
        yield found


def sign_in(page: Page, staffed: StaffedOffice, address: str, lang: str = "en", name: str = "amina") -> None:
    page.goto(f"{address}/office/sign-in?lang={lang}")
    page.fill("#name", name)
    page.fill("#passphrase", staffed.people[name].passphrase)
    page.fill("#code", staffed.code(name))
    page.click("main button[type=submit]")
    page.wait_for_url(re.compile("/office/(arrivals|phones|people|audit)$"))


def press(page: Page, button: str) -> None:
    """Send a form, and wait for the page that answers: what is looked at next must not be the one that is going."""
    with page.expect_navigation():
        page.click(button)


def rota(staffed: StaffedOffice) -> None:
    """bruno and amina on duty, and bruno called about what is urgent."""
    bruno, amina = staffed.people["bruno"].id, staffed.people["amina"].id
    people = {bruno: Address("bruno@example.org", "+000 555 0201"), amina: Address("amina@example.org")}
    found = Rota(leader=amina, week=(Turn(bruno, amina),) * 7, days={"2026-12-25": Turn(amina)}, people=people)
    ways = Ways(lambda *_: True, lambda _: False)
    with staffed.store.office() as session:
        duty.save(session, desk=staffed.desk(session, "cora"), rota=found, seen=0, now=staffed.clock.now)
    night.look(staffed.store, ways=ways, demo=ways, speech=SPEECH, now=staffed.clock.now)


def look(page: Page) -> None:
    """Nothing that axe finds, nothing wider than the screen."""
    found: dict[str, Any] = page.evaluate(f"{AXE};axe.run()")
    assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []
    assert page.evaluate(TOO_WIDE) <= 0


def staffed_case(staffed: StaffedOffice, phone: Phone) -> str:
    """A case with two reports, a person, a link, and a question to a second person."""
    reports = [phone.send(version=2, answers={**ANSWERS, "place": "other"}, state="unfinished") for _ in range(3)]
    with staffed.store.inbound() as inbound, staffed.store.office() as session:
        seen: dict[str, Any] = {"desk": staffed.desk(session, "bruno"), "now": staffed.clock.now}
        register.pull(session, inbound, **seen)
        case = cases.open_case(session, report=reports[0], category="sexual_abuse", **seen)
        for version, (kind, details) in enumerate(
            (
                ("joined", {"report": reports[1]}),
                ("person_added", {"part": "victim", "group": "woman", "born": "1999"}),
                ("closing_to_named_asked", {"names": ["amina", "bruno"]}),
            ),
            start=1,
        ):
            cases.act(session, case=case.id, kind=kind, version=version, **details, **seen)
        telling.note(session, case=case.id, person="", step="visit", due="2026-11-25", **seen)
    return case.id


@pytest.mark.parametrize(("lang", "size"), SEEN)
def test_each_screen_is_clean(
    browser: Browser, address: str, staffed: StaffedOffice, phone: Phone, lang: str, size: str
) -> None:
    report = phone.send(urgent=True, answers={**ANSWERS, "share_inquiry": "perhaps"})
    phone.send(report, answers=ANSWERS)
    visit, needs = visit_and_needs(phone)
    rota(staffed)
    context = browser.new_context(viewport=SIZES[size])  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{address}/office/sign-in?lang={lang}")
    press(page, "main button[type=submit]")
    look(page)
    sign_in(page, staffed, address, lang)
    look(page)
    for path in ("", "/identity", "/decision", "/history"):
        page.goto(f"{address}/office/arrivals/{report}{path}")
        look(page)
    case = staffed_case(staffed, phone)
    with staffed.store.office(reading=True) as session:
        of = telling.of_case(session, desk=staffed.desk(session, "bruno"), case=case)[0].id
    for path in ("", "/do/close", "/messages", "/messages/new", f"/messages/{of}/again", f"/messages/{of}/end"):
        page.goto(f"{address}/office/cases/{case}{path}")
        look(page)
    for each in (visit, needs):
        page.goto(f"{address}/office/arrivals/{each}")
        look(page)
    gita = staffed.people["gita"].id
    for path in (
        "you",
        "phones",
        "overview",
        "overview/export",
        "find",
        "due",
        "duty",
        "people",
        "keys",
        "keys/work/rotate",
        f"people/{gita}",
        f"people/{gita}/admit/sign",
        *OFFERED,
    ):
        page.goto(f"{address}/office/{path}")
        look(page)
    context.clear_cookies()
    sign_in(page, staffed, address, lang, "cora")
    page.goto(f"{address}/office/duty/change")
    look(page)
    page.fill("#handover", "8")
    with page.expect_navigation():
        page.get_by_role("button").last.click()
    look(page)
    context.close()


# Of claims, each page of a step is made by the same few macros: these have the most in them.
STEPS = ("father_named", "sample_collected", "support_ordered", "claimant_told")


def walked(visitor: Visitor, phone: Phone) -> Iterator[tuple[str, TestResponse]]:
    """What was answered about claims, States, missions, programmes, scorecards, entering, translating, overviews."""
    walks = (
        pages.claim_pages(visitor),
        pages.forwarding_pages(visitor),
        pages.mission_pages(visitor),
        pages.list_pages(visitor),
        pages.pages_of_states(visitor),
        pages.pages_of_programmes(visitor),
        pages.pages_of_entering(visitor),
        pages.pages_of_translating(visitor, phone),
        pages.overview_pages(visitor),
    )
    for name, answer in chain.from_iterable(walks):
        if not name.startswith("claim, ") or name.endswith(STEPS):
            yield name, answer


def answered(route: Route, body: str, headers: dict[str, str]) -> None:
    route.fulfill(body=body, headers=headers)


# In each run what people see when all is well; what is refused is made of the same parts.
@pytest.mark.parametrize(
    ("lang", "refused"),
    [("en", False), *(pytest.param(one, True, marks=pytest.mark.long) for one in ("en", "fr", "ar"))],
)
def test_each_screen_of_claims_states_missions_programmes_scorecards_entering_and_translating_is_clean(
    browser: Browser, address: str, visitor: Visitor, phone: Phone, lang: str, refused: bool
) -> None:
    """What the test client was answered is what the browser shows, forms that were refused too."""
    visitor.get(f"/office/sign-in?lang={lang}")
    visitor.sign_in("amina")
    context = browser.new_context(viewport=SIZES["desk"])  # type: ignore[arg-type]
    page, folder = context.new_page(), os.environ.get("PICTURES")
    page.goto(address)
    for number, (name, answer) in enumerate(walked(visitor, phone)):
        if answer.mimetype != "text/html" or (answer.status_code != 200 and not refused):
            continue
        path = f"{address}{answer.request.path}"
        page.route(path, partial(answered, body=answer.text, headers=dict(answer.headers)))
        page.goto(path)
        for size, seen in SIZES.items():
            page.set_viewport_size(seen)  # type: ignore[arg-type]
            assert page.evaluate(TOO_WIDE) <= 0, (name, size)
            if folder:
                page.screenshot(path=f"{folder}/{lang}-{size}-{number:03}.png", full_page=True)
        page.set_viewport_size(SIZES["phone"])  # type: ignore[arg-type]
        look(page)
        page.unroute(path)
    context.close()


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_each_screen_of_the_coordinator_is_clean(
    browser: Browser, address: str, staffed: StaffedOffice, phone: Phone, lang: str
) -> None:
    phone.send(n=3)
    typed = staffed.phone("Typed by hand", proven=False)
    context = browser.new_context()
    page = context.new_page()

    def look_at_both_sizes() -> None:
        page.set_viewport_size(SIZES["desk"])  # type: ignore[arg-type]
        assert page.evaluate(TOO_WIDE) <= 0
        page.set_viewport_size(SIZES["phone"])  # type: ignore[arg-type]
        look(page)

    sign_in(page, staffed, address, lang, "cora")
    page.goto(f"{address}/office/phones/invite")
    look_at_both_sizes()
    page.fill("#labels", "Bay 1\nBay 2")
    page.click("main form button")
    look_at_both_sizes()
    lost = [f"/{phone.id}/lost/{step}" for step in ("came", "missing", "waits", "danger", "withdraw")]
    for path in ("", f"/{phone.id}", f"/{typed.id}", f"/{typed.id}/confirm", *lost):
        page.goto(f"{address}/office/phones{path}")
        look_at_both_sizes()
    page.click("main form button")
    look_at_both_sizes()
    page.fill("#reason", "Stolen at the market")
    page.check("#sure")
    page.click("main form button")
    look_at_both_sizes()
    page.goto(f"{address}/office/phones/{phone.id}/lost/summary")
    look_at_both_sizes()
    context.close()


def test_eight_cards_fit_a_page_of_paper_and_nothing_around_them_is_printed(
    browser: Browser, address: str, staffed: StaffedOffice, phone: Phone
) -> None:
    context = browser.new_context()
    page = context.new_page()
    sign_in(page, staffed, address, name="cora")
    for count, sheets in ((8, 1), (9, 2)):
        page.goto(f"{address}/office/phones/invite")
        page.fill("#labels", "\n".join(f"Bay {number}" for number in range(count)))
        page.click("main form button")
        expect(page.locator(".invitation")).to_have_count(count)
        assert len(re.findall(rb"/Type /Page\b(?!s)", page.pdf(prefer_css_page_size=True))) == sheets
    page.emulate_media(media="print")
    for hidden in (".top", ".bottom", "main h1", ".invitation h2", ".link"):
        expect(page.locator(hidden).first).to_be_hidden()
    context.close()


@pytest.mark.parametrize(("lang", "size"), SEEN)
def test_each_screen_from_a_proposal_to_joining_is_clean(
    browser: Browser, address: str, staffed: StaffedOffice, lang: str, size: str
) -> None:
    context = browser.new_context(viewport=SIZES[size])  # type: ignore[arg-type]
    page = context.new_page()
    sign_in(page, staffed, address, lang, "emil")
    page.goto(f"{address}/office/people/propose")
    press(page, "main form:last-of-type button")
    look(page)
    page.fill("#name", "hana")
    page.check("#roles-reviewer")
    press(page, "main form:last-of-type button")
    look(page)
    code = page.inner_text(".secret")
    for path in ("", "/close", "/restore"):
        page.goto(f"{address}/office/people/{staffed.people['bruno'].id}{path}")
        look(page)
    context.clear_cookies(name="office")
    page.goto(f"{address}/office/join")
    look(page)
    page.fill("#joining", code)
    press(page, "main button[type=submit]")
    look(page)
    words = page.locator(".phrase li").all_inner_texts()
    for name in ("first", "second"):
        place = int("".join(filter(str.isdigit, page.inner_text(f"label[for={name}]"))))
        page.fill(f"#{name}", words[place - 1])
    press(page, "main button[type=submit]")
    look(page)
    _, paths = crowded(staffed)
    # One page of each make; all of them are checked without a browser in test_pages.
    for path in (path for path in paths if path.endswith(("help", "consents", "notes", "step=sent", "providers/new"))):
        page.goto(f"{address}{path}")
        look(page)
    context.close()


def test_the_whole_way_needs_no_script(browser: Browser, address: str, staffed: StaffedOffice, phone: Phone) -> None:
    phone.send()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, staffed, address)
    page.click(".cards h3 a")
    page.get_by_role("link", name="Open names and contacts").click()
    page.fill("#reason", "To call her about the doctor")
    page.fill("#code", staffed.code("amina"))
    page.click("main button[type=submit]")
    expect(page.get_by_text(IDENTITY["called"]["text"])).to_be_visible()
    page.click(".back")
    page.check("#decision")
    page.get_by_role("button", name="Save the decision").click()
    expect(page.get_by_role("heading", name="Decision saved")).to_be_visible()
    context.close()


def test_a_refused_form_puts_the_reader_at_the_list_of_errors(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/office/sign-in")
    page.click("main button[type=submit]")
    expect(page.locator(".error-summary")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#name")).to_be_focused()
    context.close()


def test_what_is_on_the_screen_goes_after_fifteen_minutes(
    browser: Browser, address: str, staffed: StaffedOffice, phone: Phone
) -> None:
    phone.send()
    context = browser.new_context()
    page = context.new_page()
    page.clock.install()
    sign_in(page, staffed, address)
    page.clock.fast_forward("13:30")
    expect(page.get_by_text("This page closes in two minutes.")).to_be_visible()
    page.clock.fast_forward("02:00")
    expect(page.locator("main")).to_be_empty()
    context.close()


def test_what_was_being_typed_outlives_the_session(browser: Browser, address: str, staffed: StaffedOffice) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.clock.install()
    sign_in(page, staffed, address, name="emil")
    page.goto(f"{address}/office/people/propose")
    page.fill("#name", "hana")
    page.check("#roles-auditor")
    with page.expect_response("**/office/kept") as kept:
        page.clock.fast_forward("13:30")
    assert kept.value.status == 204
    page.fill("#name", "hanan")
    staffed.clock.move(minutes=16)
    with page.expect_response("**/office/kept") as kept:
        page.clock.fast_forward("02:00")
    assert kept.value.status == 204
    page.evaluate("() => document.getAnimations().forEach((each) => each.finish())")
    page.get_by_role("link", name="Continue").click()
    page.fill("#name", "emil")
    page.fill("#passphrase", staffed.people["emil"].passphrase)
    page.fill("#code", staffed.code("emil"))
    page.click("main button[type=submit]")
    expect(page.get_by_text("What you were typing is back.")).to_be_visible()
    expect(page.locator("#name")).to_have_value("hanan")
    expect(page.locator("#roles-auditor")).to_be_checked()
    context.close()


def test_a_security_key_takes_the_place_of_the_code(browser: Browser, address: str, staffed: StaffedOffice) -> None:
    address = address.replace("127.0.0.1", "localhost")
    context = browser.new_context()
    page = context.new_page()
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "usb", "hasResidentKey": True, "hasUserVerification": True}
    device.send("WebAuthn.addVirtualAuthenticator", {"options": {**options, "isUserVerified": True}})
    sign_in(page, staffed, address)
    page.goto(f"{address}/office/you")
    page.fill("#label", "blue key")
    page.fill("#code", staffed.code("amina"))
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("rowheader", name="blue key")).to_be_visible()
    look(page)
    page.goto(f"{address}/office/keys/identity/open")
    page.get_by_role("button", name="Use a passkey instead of a code").click()
    expect(page.get_by_role("heading", name="Who holds which keys")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.fill("#name", "amina")
    page.fill("#passphrase", staffed.people["amina"].passphrase)
    page.get_by_role("button", name="Use a passkey instead of a code").click()
    page.wait_for_url("**/office/arrivals")
    context.close()


def test_the_style_sheet_hides_the_page_even_without_script(
    browser: Browser, address: str, staffed: StaffedOffice
) -> None:
    context = browser.new_context()
    context.route("**/office.js", lambda route: route.abort())
    page = context.new_page()
    sign_in(page, staffed, address)
    hidden = "() => document.getAnimations().map((each) => [each.animationName, each.effect.getTiming().delay])"
    assert sorted(page.evaluate(hidden)) == [["arrive", 900_000], ["leave", 900_000]]
    page.evaluate("() => document.getAnimations().forEach((each) => each.finish())")
    expect(page.locator("main h1")).to_be_hidden()
    expect(page.locator(".locked")).to_be_visible()
    context.close()
