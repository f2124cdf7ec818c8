"""Part 6: the card of time windows and the steps in danger, in a form that asks for them."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from intake.envelope.directory import directory_key_id, seal_directory
from intake.envelope.encoding import b64u
from tests.support.looking import look
from tests.support.officer import NewOfficer, Officer
from tests.support.screened import ScreenedOffice
from tests.support.scripted import Said, at_work

pytestmark = pytest.mark.journey

KEY = bytes(range(32))
NUMBER = "+000 555 0177"
FORM = {
    "id": "cards",
    "version": 1,
    "urgent": {"is": ["danger_now", "yes"]},
    "groups": [
        {
            "id": "agreement",
            "title": "form.visit.agreement",
            "for": "her",
            "questions": [
                {
                    "id": "may_write",
                    "kind": "one",
                    "text": "form.visit.may_write",
                    "options": [{"code": "yes", "text": "form.visit.may_write.option.yes"}],
                }
            ],
        },
        {
            "id": "now",
            "title": "form.visit.now",
            "for": "her",
            "questions": [
                {"id": "danger_now", "kind": "yes_no", "text": "form.visit.danger_now", "declinable": True},
                {
                    "id": "danger_steps",
                    "kind": "notice",
                    "text": "form.visit.danger_steps",
                    "card": "danger",
                    "when": {"all": [{"answered": "danger_now"}, {"is": ["danger_now", "yes"]}]},
                },
                {"id": "when_happened", "kind": "date", "text": "form.visit.when_happened", "declinable": True},
                {
                    "id": "nights",
                    "kind": "one",
                    "text": "form.visit.nights",
                    "when": {"not": {"any": [{"answered": "when_happened"}, {"not_asked": "when_happened"}]}},
                    "options": [
                        {"code": "under_3", "text": "form.visit.nights.option.under_3"},
                        {"code": "over_5", "text": "form.visit.nights.option.over_5"},
                    ],
                },
                {"id": "care_any_time", "kind": "notice", "text": "form.visit.care_any_time", "card": "windows"},
            ],
        },
    ],
}


class CardOffice(ScreenedOffice):
    """An office whose one form has both cards, and whose list has one place of safety."""

    def _file(self, path: str) -> Said:
        if path.split("?")[0] == "/field/form/cards.1.json":
            return Said(200, "application/json", json.dumps(FORM).encode())
        return super()._file(path)


@pytest.fixture(scope="module")
def office() -> Iterator[CardOffice]:
    with at_work(CardOffice()) as office:
        entries = [
            {"name": "Clinic", "services": ["MED"], "telephone": ["+000 555 0100"], "place": "n"},
            {"name": "Safe house", "services": ["SAFETY"], "telephone": [NUMBER], "place": "n"},
        ]
        sealed = seal_directory(
            KEY, {"day": "2026-11-20", "entries": entries}, office="north", serial=office.serial + 1
        )
        office.publish(
            forms=[{"id": "cards", "version": 1}],
            services={"key": directory_key_id(KEY), "sealed": b64u(sealed)},
            places=[{"id": "n", "name": "North", "parent": None}],
        )
        yield office


@pytest.fixture(scope="module")
def enrolled(new_officer: NewOfficer, office: CardOffice) -> Iterator[Officer]:
    with new_officer(office.link(), mine="en", hers="ar") as made:
        [device] = office.devices
        office.send_message(device, {"id": "k", "kind": "directory_key", "params": {"key": b64u(KEY)}}, number=1)
        yield made


@pytest.fixture
def officer(enrolled: Officer) -> Officer:
    """On the page *now* of a new report."""
    enrolled.page.goto(f"{enrolled.url}/field/")
    enrolled.unlock()
    enrolled.begin()
    enrolled.choose("may_write", "yes")
    enrolled.turn()
    return enrolled


def windows(officer: Officer) -> list[str]:
    """What the card says, the officer's lines alone."""
    lines = officer.page.locator("#q-care_any_time [role=status] li")
    return [line.inner_text().split("\n")[0] for line in lines.all()]


def test_the_card_says_which_care_has_its_time_and_until_when_while_the_day_is_typed(officer: Officer) -> None:
    page = officer.page
    card = page.locator("#q-care_any_time [role=status]")
    expect(card).to_have_count(1)
    expect(card.locator("li")).to_have_count(0)
    officer.write_date("when_happened", officer.day_before(1))
    expect(card.locator("li")).to_have_count(3)
    first, soon, always = windows(officer)
    assert first.startswith("Medicine that protects against HIV. Go")
    assert first.endswith("The sooner the better.")
    assert "pregnancy" in soon
    assert always.startswith("Care helps at any time")
    officer.write_date("when_happened", officer.day_before(4))
    expect(card.locator("li")).to_have_count(2)
    officer.write_date("when_happened", officer.day_before(30))
    expect(card.locator("li")).to_have_count(1)
    look(page)


def test_a_day_without_an_hour_gives_an_evening_by_which_to_be_there(officer: Officer) -> None:
    officer.write_date("when_happened", officer.day_before(0))
    expect(officer.page.locator("#q-care_any_time li").first).to_contain_text("in the evening of")


def test_who_does_not_know_the_day_is_asked_for_the_nights_and_the_card_follows(officer: Officer) -> None:
    page = officer.page
    page.locator("#q-when_happened summary").click()
    officer.tap("#q-when_happened-no-unknown")
    lines = page.locator("#q-care_any_time [role=status] li")
    expect(lines).to_have_count(3)
    expect(lines.first).to_contain_text("Go now, whatever the hour was.")
    officer.choose("nights", "over_5")
    expect(lines).to_have_count(1)
    officer.choose("nights", "under_3")
    expect(lines).to_have_count(3)


def test_in_danger_there_are_numbered_steps_and_the_numbers_to_call(officer: Officer) -> None:
    page = officer.page
    expect(page.locator("#q-danger_steps")).to_be_hidden()
    officer.choose("danger_now", "yes")
    steps = page.locator("#q-danger_steps ol > li")
    expect(steps).to_have_count(4)
    expect(steps.first).to_have_text("Stop asking. Nothing more needs to be answered now.")
    number = page.locator("#q-danger_steps bdi[dir=ltr] a")
    expect(number).to_have_text(NUMBER)
    expect(number).to_have_attribute("href", "tel:+0005550177")
    expect(page.locator("#leave")).to_be_visible()
    look(page)
    steps.last.locator("button").click()
    expect(page.locator("#found h2")).to_have_text(["Safe house"])
    page.locator(".back").click()
    expect(page.locator("#q-danger_now-yes")).to_be_checked()


def test_one_button_sends_what_there_is_marked_urgent(officer: Officer, office: CardOffice) -> None:
    page = officer.page
    officer.choose("danger_now", "yes")
    before = len(office.envelopes)
    page.locator("#q-danger_steps .now").click()
    page.locator("#main .harm").click()
    expect(page.locator("details.item[data-state=arrived]").first).to_be_visible(timeout=30_000)
    sent = office.envelopes[before:]
    assert [envelope.urgent for envelope in sent] == [True]
    assert office.opened(sent[0])[0]["state"] == "unfinished"


def test_the_cards_speak_the_language_that_is_chosen_in_the_middle(officer: Officer) -> None:
    officer.choose("danger_now", "yes")
    officer.write_date("when_happened", officer.day_before(1))
    officer.speak("ar")
    expect(officer.page.locator("#q-care_any_time [role=status] li")).to_have_count(3)
    expect(officer.page.locator("#q-danger_steps ol > li")).to_have_count(4)
    look(officer.page)


def test_locked_in_the_middle_of_the_list_one_comes_back_to_the_report(officer: Officer) -> None:
    page = officer.page
    officer.choose("danger_now", "yes")
    page.locator("#q-danger_steps .second").click()
    expect(page.locator("#found h2")).to_have_count(1)
    page.evaluate(
        """() => {
            const now = Date.now;
            Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
            document.dispatchEvent(new Event("visibilitychange"));
            Date.now = () => now() + 3600 * 1000;
            Object.defineProperty(document, "hidden", { configurable: true, get: () => false });
            document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )
    expect(page.locator("#passphrase")).to_be_visible()
    assert "Safe house" not in page.content()
    officer.unlock()
    expect(page.locator("#q-danger_now-yes")).to_be_checked()
