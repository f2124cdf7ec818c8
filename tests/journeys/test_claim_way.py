"""A claim all the way: what a mother wishes, what the State of her child's father does, and the first month of support.

A wish on a phone becomes a claim; one note to the State is about twelve of them, and is reminded of; both sides give
samples; the result is told through the officer's phone; the court recognises, and the first month is paid. Two people
and a phone.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect

from intake.domain.claim_standing import CHILD, GUARDIAN, MOTHER
from intake.services import cases, claims, demo, member_states
from intake.services.claims import New
from tests.support.desk_user import DeskUser
from tests.support.looking import clean
from tests.support.officer import Officer
from tests.support.postgres import settings_in
from tests.support.server import Server, serving

pytestmark = pytest.mark.journey

STATE, NAME, WORDS = "FR", "Awa-Qanarya-4415", "The result is here. Come to the clinic and hear it."
SOON = 60_000


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An office that knows of eleven claims against the same State."""
    with serving(settings_in(tmp_path_factory.mktemp("claims"))) as made:
        now = datetime.now(UTC)
        with made.store() as store, store.office() as session:
            amina = demo.desk(session, person=made.person("amina"))
            member_states.add(session, desk=amina, code=STATE, language="fr", codes=frozenset({STATE}), now=now)
            for _ in range(11):
                known = (New("registered"), New("father_named", "F1", {"member_state": STATE}))
                claims.begin(session, desk=amina, claimant=MOTHER, wished={"born": "2020"}, then=known, now=now)
        yield made


class ClaimsOfficer(DeskUser):
    """Records one step after the other, each on its own page."""

    def go(self, path: str) -> None:
        self.page.goto(f"{self.server.url}{path}")

    def fill(self, **typed: str) -> None:
        """Each field by its name, whatever kind of field it is; a fresh code where the page asks for one."""
        for name, value in typed.items():
            field = self.page.locator(f'main form [name="{name}"]').first
            if field.get_attribute("type") in ("radio", "checkbox"):
                self.page.locator(f'main form [name="{name}"][value="{value}"]').first.check()
            elif field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        if self.page.locator("#code").count():
            self.page.locator("#code").fill(self.server.code(self.name))

    def record(self, claim: str, kind: str, target: str = "", **typed: str) -> None:
        """What happened in the claim, today."""
        self.go(f"{claim}/do/{kind}" + (f"?target={target}" if target else ""))
        self.fill(**typed)
        self.press()
        expect(self.page.locator(".field-error")).to_have_count(0)
        assert self.page.url.endswith(claim), f"{kind} was not taken: {self.text()}"

    def custody(self, claim: str, whose: str) -> None:
        """A kit from the person to the laboratory, each hand on record."""
        kit = f"KIT-{whose}"
        self.record(claim, "sample_collected", whose, kit=kit, collector="Nurse Awa")
        self.record(claim, "sample_sealed", kit, seal=f"S-{whose}", who="Nurse Awa")
        self.record(claim, "sample_handed_over", kit, who="Nurse Awa", to="Courier")
        self.record(claim, "sample_at_lab", kit, laboratory="Laboratory of the demo", seal_whole="yes")

    def stands(self) -> str:
        """How far the claim on the page has come, in the words of its reader."""
        return self.page.locator("main ul.tags").first.inner_text()


def wishes(officer: Officer) -> str:
    """What she wishes, told to an officer, until it has arrived; the number of the report."""
    officer.begin("wish")
    officer.choose("private", "yes")
    officer.choose("who_speaks", "mother")
    officer.read_notices()
    officer.turn()
    officer.read_notices()
    officer.turn()
    officer.choose("may_write", "yes")
    officer.turn()
    officer.choose("danger_now", "no")
    officer.choose("born", "born")
    officer.page.locator("#q-birth_year-value").fill("2021")
    officer.choose("wants", "support")
    officer.turn()
    officer.choose("father_kind", "military_contingent")
    officer.page.locator("#q-father_name-value").fill(NAME)
    officer.turn()
    officer.choose("file_claim", "yes")
    officer.choose("tell_state", "yes")
    officer.choose("dna_mother", "yes")
    officer.choose("dna_child", "yes")
    officer.to_the_end()
    officer.turn()
    officer.go()
    item = officer.page.locator("details.item")
    expect(item).to_have_attribute("data-state", "arrived", timeout=SOON)
    return str(item.get_attribute("id")).removeprefix("item-")


def is_opened(bruno: DeskUser, amina: ClaimsOfficer, report: str) -> str:
    """The reviewer makes it a case, the claims officer a claim; where the claim is found."""
    bruno.arrivals()
    bruno.decide(report, "registered")
    with amina.server.store() as store, store.office(reading=True) as session:
        case = cases.of_report(session, desk=demo.desk(session, person=amina.server.person("amina")), report=report)
    assert case is not None
    amina.go(f"/office/claims/new?case={case.id}&report={report}")
    assert NAME not in amina.text()
    expect(amina.page.locator('[name="born"]')).to_have_value("2021")
    amina.fill(member_state=STATE)
    amina.press()
    claim = amina.page.url.removeprefix(amina.server.url)
    amina.record(claim, "registered")
    return claim


def is_asked_about_with_eleven_others(amina: ClaimsOfficer, claim: str) -> str:
    """One note to the State about twelve claims, its letter under the identity keychain, and a reminder."""
    amina.go("/office/states")
    amina.page.locator("main h2 a").first.click()
    state = amina.page.url
    amina.page.goto(f"{state}/notes/claim")
    items = amina.page.locator('[name="items"]')
    expect(items).to_have_count(12)
    amina.fill(subject="claims_received", language="fr")
    amina.press()
    note = amina.page.url.removeprefix(amina.server.url)
    amina.go(f"{note}/letter/note")
    amina.fill()
    amina.press()
    amina.press()  # it was sent
    clean(amina.page)
    amina.page.locator('[name="kind"][value="reminded"]').check()
    with amina.page.expect_navigation():
        amina.page.locator("main form button.second").last.click()
    amina.go(claim)
    return note


def answers(amina: ClaimsOfficer, note: str) -> None:
    """The State found the man of this one claim, and says nothing yet of the eleven others."""
    amina.go(note)
    for box in amina.page.locator('[name="items"]').all()[:-1]:
        box.uncheck()
    amina.fill(answer="father_located")
    amina.press()
    expect(amina.page.locator(".field-error")).to_have_count(0)


def is_told(officer: Officer, amina: ClaimsOfficer, claim: str) -> None:
    """The result, written to the officer's phone from the claim; the officer tells her, and the claim knows it."""
    amina.go(claim)
    with amina.server.store() as store, store.office(reading=True) as session:
        desk = demo.desk(session, person=amina.server.person("amina"))
        result = claims.find(session, desk=desk, claim=claim.rpartition("/")[2]).last("dna_result_in")
    assert result is not None
    next_one = amina.page.locator("main li", has=amina.page.locator(f'a[href*="target={result.id}"]')).first
    next_one.locator('a[href*="/messages/"]').click()
    # The claim knows which of its steps this is about.
    expect(amina.page.locator("#claim")).to_have_value("result")
    amina.fill(text=WORDS, language="en")
    amina.press()
    phone = officer.page
    phone.locator(".side button").first.click()
    expect(phone.locator("#mail")).to_have_count(1, timeout=SOON)
    phone.locator("#mail").click()
    expect(phone.get_by_text(WORDS)).to_be_visible()
    phone.locator("[data-answer=told_her]").click()
    phone.locator("#send-answer").click()
    expect(phone.locator("#messages")).to_have_count(0)
    before = amina.page.locator("ul.timeline > li").count()
    for _ in range(60):
        amina.arrivals()  # which fetches what came
        amina.go(claim)
        if amina.page.locator("ul.timeline > li").count() > before:
            return
        amina.page.wait_for_timeout(500)
    raise AssertionError("the claim does not know that she was told")


@pytest.mark.parametrize("language", ["en", pytest.param("ar", marks=pytest.mark.long)])
def test_a_wish_a_claim_a_note_with_eleven_others_a_reminder_dna_of_both_sides_told_recognised_and_the_first_month(
    server: Server, playwright: Playwright, browser: Browser, tmp_path: Path, language: str
) -> None:
    officer = Officer(playwright, tmp_path / "phone", server.url)
    officer.join(server.invite(), mine=language)
    report = wishes(officer)
    bruno = DeskUser.sign_in(browser, server, "bruno", language)
    amina = ClaimsOfficer.sign_in(browser, server, "amina", language)
    claim = is_opened(bruno, amina, report)
    answers(amina, is_asked_about_with_eleven_others(amina, claim))

    amina.record(claim, "dna_needed")
    for who in (MOTHER, GUARDIAN, "F1"):
        amina.record(claim, "consented", who, how="signed")
    amina.record(claim, "dna_father_requested", "F1")
    for who in (MOTHER, CHILD, "F1"):
        amina.custody(claim, who)
    clean(amina.page)
    amina.record(claim, "dna_result_in", "F1", laboratory="Laboratory of the demo", result="match")
    is_told(officer, amina, claim)

    amina.record(claim, "established", "F1", basis="dna")
    amina.record(claim, "recognition_filed", "home", where="court")
    amina.record(claim, "recognised", "home", where="court")
    month = f"{datetime.now(UTC):%Y-%m}"
    ordered = {"from": month, "amount": "100", "currency": "USD", "by_whom": "court"}
    amina.record(claim, "support_ordered", **ordered)
    amina.record(claim, "support_paid", month=month, amount="100")
    expect(amina.page.locator("tbody tr").first).to_contain_text("100")
    clean(amina.page)
    officer.close()
    for one in (bruno, amina):
        one.close()
