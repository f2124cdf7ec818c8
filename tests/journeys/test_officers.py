"""Part 9: several officers on one phone, each with their own, and nothing that tells how many there are."""

import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from intake.envelope import bundles, invitations
from intake.envelope.encoding import b64u
from intake.envelope.signing import SigningKey
from tests.support.looking import look
from tests.support.officer import PASSPHRASE, NewOfficer, Officer
from tests.support.screened import ScreenedOffice, say
from tests.support.scripted import WORDS, Tab

pytestmark = pytest.mark.journey

HERS = "kite drum basket star"
CANARY = "Zephyrine-4711"


@pytest.fixture
def officer(new_officer: NewOfficer, screened: ScreenedOffice) -> Iterator[Officer]:
    """The first officer, enrolled, on the first screen. Afterwards the office is the northern one again."""
    usual = screened.bundle
    with new_officer(screened.link()) as made:
        expect(made.page.locator("#main .count").first).to_be_visible()
        yield made
        screened.bundle = usual


def press(officer: Officer, key: str, **params: object) -> None:
    officer.page.get_by_role("button", name=say(key, **params), exact=True).click()


def lock(officer: Officer) -> None:
    press(officer, "home.lock")
    expect(officer.page.locator("#passphrase")).to_be_visible()


def choose_passphrase(officer: Officer, passphrase: str) -> None:
    officer.page.locator("#passphrase").fill(passphrase)
    officer.page.locator("#again").fill(passphrase)
    officer.go()


def invite_in_the_open_app(officer: Officer, link: str) -> None:
    """An installed app that is open: the system hands it the link without opening it anew."""
    officer.page.evaluate("(hash) => { location.hash = hash }", link.partition("#")[2])
    expect(officer.page.locator("#mine")).to_be_visible()


def join(officer: Officer, link: str, label: str, passphrase: str, *, yes: str = "officers.go_on") -> None:
    """Another officer, from their link up to the passphrase that they chose."""
    invite_in_the_open_app(officer, link)
    officer.go()
    press(officer, yes)
    officer.page.locator("#label").fill(label)
    officer.go()
    expect(officer.page.locator("#again")).to_be_visible()
    choose_passphrase(officer, passphrase)


def ready(officer: Officer) -> None:
    expect(officer.page.locator("#main h1")).to_have_text(say("enrol.ready"), timeout=60_000)
    officer.go()
    expect(officer.page.locator("#main .count").first).to_be_visible()


def southern(screened: ScreenedOffice) -> str:
    """From now on the server answers for another office; a link of that office."""
    key = SigningKey.generate()
    screened.bundle = screened.signed(key, office={"id": "south", "name": "South", "sign_key": b64u(key.public)})
    code = invitations.code()
    screened.codes[code] = None
    return invitations.link(screened.url, code, bundles.fingerprint(key.public), invitations.secret())


def memory(page: Page) -> str:
    """Everything that the page's JavaScript still holds, after what nobody holds was collected."""
    pieces: list[str] = []
    session = page.context.new_cdp_session(page)
    session.on("HeapProfiler.addHeapSnapshotChunk", lambda piece: pieces.append(piece["chunk"]))
    session.send("HeapProfiler.enable")
    session.send("HeapProfiler.collectGarbage")
    session.send("HeapProfiler.takeHeapSnapshot", {"reportProgress": False})
    session.detach()
    return "\n".join(json.loads("".join(pieces))["strings"])


def test_a_second_officers_invitation_adds_a_slot_and_each_sees_only_what_is_theirs(
    officer: Officer, screened: ScreenedOffice
) -> None:
    page = officer.page
    officer.to_help()
    page.locator("#q-help_words-value").fill(CANARY)
    officer.turn()
    assert CANARY in memory(page)

    # the second officer's link reaches the app while the first is at work: it locks first
    invite_in_the_open_app(officer, screened.link())
    assert page.evaluate("location.hash") == ""
    assert CANARY not in page.content()
    expect(page.locator("#main h1")).to_have_text(say("officers.title"))
    officer.go()
    expect(page.locator("#main .card.care")).to_have_text(say("officers.same_office", office="North"))
    look(page)
    press(officer, "officers.go_on")
    page.locator("#label").fill(" Blue  phone")
    officer.go()
    expect(page.locator("#label-why")).to_have_text(say("officers.label_taken"))
    look(page)
    page.locator("#label").fill("blue phone, second")
    officer.go()
    choose_passphrase(officer, PASSPHRASE)
    expect(page.locator("#passphrase-why")).to_have_text(say("phone.passphrase_taken"), timeout=60_000)
    expect(page.locator("#passphrase")).to_have_value("")
    choose_passphrase(officer, HERS)
    ready(officer)

    expect(page.locator(".draft")).to_have_count(0)
    assert CANARY not in page.content()
    assert CANARY not in memory(page)
    officer.to_agreement()
    officer.offline()
    officer.finish_now()
    lock(officer)

    officer.unlock()
    expect(page.locator("#where")).to_have_count(0)
    expect(page.locator(".item")).to_have_count(0)
    page.locator(".draft").click()
    page.locator(".back").click()
    expect(page.locator("#q-help_words-value")).to_have_value(CANARY)
    officer.finish_now()
    expect(page.locator(".item")).to_have_count(1)
    lock(officer)

    # under the lock: marks of all, and not whose
    expect(page.locator("#main .marks li")).to_have_count(2)
    shown = page.locator("#main").inner_text()
    assert not [word for word in ("blue", "second", "North", CANARY) if word in shown]
    look(page)
    officer.offline(False)
    expect(page.locator("#main")).to_contain_text(say("lock.nothing"), timeout=60_000)
    assert len({envelope.device for envelope in screened.envelopes[-2:]}) == 2
    officer.unlock(HERS)
    expect(page.locator(".item")).to_have_attribute("data-state", "arrived")


def test_an_enrolled_phone_asks_before_it_joins_another_office_and_names_both(
    officer: Officer, screened: ScreenedOffice
) -> None:
    page = officer.page
    lock(officer)
    join(officer, southern(screened), "south phone", HERS, yes="enrol.other_office_yes")
    question = page.locator("#main .card.care")
    expect(question).to_have_text(say("officers.join", ours="North", office="South"), timeout=60_000)
    look(page)
    press(officer, "officers.join_no")
    expect(page.locator("#main .card")).to_have_text(say("officers.not_joined"))
    page.locator("#passphrase").fill(HERS)
    officer.go()
    expect(page.locator("#passphrase-why")).to_have_text(say("lock.wrong"), timeout=60_000)

    join(officer, southern(screened), "south phone", HERS, yes="enrol.other_office_yes")
    press(officer, "officers.join_yes", office="South")
    ready(officer)
    press(officer, "home.settings")
    expect(page.locator("#main")).to_contain_text(say("settings.office_is", office="South", label="south phone"))


def test_another_officer_types_a_code_from_the_lock_and_learns_only_the_office(
    officer: Officer, screened: ScreenedOffice
) -> None:
    page = officer.page
    lock(officer)
    press(officer, "officers.invited")
    officer.go()
    expect(page.locator("#main .card.care")).to_have_text(say("officers.unknown_office", office="North"))
    press(officer, "officers.go_on")
    page.locator("#code").fill(screened.invite(typed=True))
    officer.go()
    page.locator("#label").fill("second")
    officer.go()
    choose_passphrase(officer, HERS)
    # other words than the office's: the second compartment goes, and the first stays
    page.get_by_role("button", name=say("enrol.office_differ")).click(timeout=60_000)
    expect(page.locator("#main")).to_contain_text(say("enrol.office_stop"))
    page.goto(f"{officer.url}/field/")
    officer.unlock()
    expect(page.locator("#main .count").first).to_be_visible()


def test_a_forgotten_passphrase_asks_which_officer_and_shows_no_names(
    officer: Officer, screened: ScreenedOffice
) -> None:
    page = officer.page
    officer.to_agreement()
    officer.turn()
    officer.home()
    press(officer, "home.settings")
    press(officer, "officers.add")
    expect(page.locator("#mine")).to_be_visible()
    join(officer, screened.link(), "second", HERS)
    ready(officer)
    officer.to_agreement()
    officer.turn()
    officer.home()
    lock(officer)
    before = len(screened.envelopes)
    press(officer, "lock.forgot")
    shown = page.locator("#main").inner_text()
    assert "blue phone" not in shown
    assert say("officers.which") in shown
    look(page)
    page.locator("#which").fill("third")
    press(officer, "lock.forgot_do")
    expect(page.locator("#which-why")).to_have_text(say("officers.which_none"))
    look(page)
    page.locator("#which").fill("SECOND ")
    press(officer, "lock.forgot_do")
    expect(page.locator("#main")).to_contain_text(say("lock.forgot_done"))
    page.wait_for_function("() => document.querySelectorAll('#main .marks li').length === 0")
    officer.unlock()
    expect(page.locator(".draft")).to_have_count(1)
    assert len(screened.envelopes) == before + 1


def test_a_phone_that_is_full_says_so_before_anything_is_typed_or_spent(
    officer: Officer, screened: ScreenedOffice
) -> None:
    page = officer.page
    lock(officer)
    page.goto(f"{officer.url}/field/measures")
    tab = Tab(page, screened, "/field/measures").start()
    for n in range(3):
        tab.enrol(f"{WORDS} {n}")
        tab("phone.lock()")
    page.goto(f"{officer.url}/field/")
    expect(page.locator("#passphrase")).to_be_visible()
    spent = len(screened.devices)
    page.evaluate("(hash) => { location.hash = hash }", screened.link().partition("#")[2])
    expect(page.locator("#main h1")).to_have_text(say("officers.full_title"))
    look(page)
    officer.go()
    expect(page.locator("#passphrase")).to_be_visible()
    assert len(screened.devices) == spent


@pytest.mark.parametrize("leave", ["the way out", "the lock"])
def test_the_second_officer_meets_nothing_of_the_first(officer: Officer, screened: ScreenedOffice, leave: str) -> None:
    page = officer.page
    lock(officer)
    join(officer, screened.link(), "second", HERS)
    ready(officer)
    lock(officer)
    officer.unlock()
    officer.to_help()
    page.locator("#q-help_words-value").fill(CANARY)
    officer.turn()
    ways: dict[str, Callable[[], object]] = {
        "the way out": lambda: (page.locator("#leave").click(), page.wait_for_url("**/measures"), page.go_back()),
        "the lock": lambda: page.evaluate(
            """async () => {
                Object.defineProperty(document, "hidden", { get: () => window.away, configurable: true });
                const real = Date.now;
                window.away = true;
                document.dispatchEvent(new Event("visibilitychange"));
                Date.now = () => real() + 3600e3;
                window.away = false;
                document.dispatchEvent(new Event("visibilitychange"));
                Date.now = real;
            }"""
        ),
    }
    ways[leave]()
    if leave == "the way out":
        page.goto(f"{officer.url}/field/")
    expect(page.locator("#passphrase")).to_be_visible()
    officer.unlock(HERS)
    expect(page.locator("#main .count").first).to_be_visible()
    expect(page.locator(".draft")).to_have_count(0)
    assert CANARY not in page.content()
    assert CANARY not in memory(page)
