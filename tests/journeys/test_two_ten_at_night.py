"""Ten past two at night: a girl of fifteen tells a liaison officer, and nobody is signed in at the office.

Three people and a phone: whoever is on duty is called by mail and registers the report, the rights officer opens who
she is, the case worker refers her within the hours that count, the clinic answers, the phone brings the message and
tells that she was told, and the case is closed with what she says of the help.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect

from intake.domain.duty import Address, Rota, Turn
from intake.services import cases, demo, duty, keys, night, offer, providers, signin, staff, ways
from intake.services.demo import DemoPerson
from intake.web.speech import SPEECH
from tests.support.care import CLINIC
from tests.support.desk_user import DeskUser
from tests.support.looking import look
from tests.support.mailbox import Mailbox
from tests.support.officer import Officer
from tests.support.postgres import settings_in
from tests.support.server import Server, serving

pytestmark = pytest.mark.journey

NAME, WORDS, HER_WORDS = "Nour-Qanarya-4410", "Nurse Awa sees her, behind the blue gate.", "The nurse believed me."
REASON = "To know whom the nurse shall ask for"
SOON = 60_000


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An office in which it is ten past two, with a reviewer on duty, a case worker of its own and a clinic."""
    with serving(settings_in(tmp_path_factory.mktemp("night"))) as made:
        now = datetime.now(UTC)
        with made.store() as store, store.office() as session:
            amina = demo.desk(session, person=made.person("amina"))
            ahead = (130 - now.hour * 60 - now.minute) % 1440
            offer.edit(
                session, desk=amina, changes={"settings": {"utc_offset_minutes": (ahead + 720) % 1440 - 720}}, now=now
            )
            bruno = made.person("bruno").id
            rota = Rota(week=(Turn(bruno),) * 7, people={bruno: Address("bruno@example.org")})
            duty.save(session, desk=amina, rota=rota, seen=duty.held(session, office=amina.office).version, now=now)
            providers.add(session, desk=amina, now=now, **CLINIC)
            clara = demo.desk(session, person=made.person("clara"))
            code = staff.propose(session, desk=clara, name="hana", roles=("case_worker",), now=now)
            joined = staff.join(session, code=code, now=now)
            keys.admit(session, desk=amina, chain="work", name="hana", words=" ".join(joined.words), now=now)
        hana = DemoPerson(joined.id, "hana", ("case_worker",), ("work",), joined.passphrase, joined.totp)
        made.demo = replace(made.demo, people=(*made.demo.people, hana))
        yield made


def day(after: int = 0) -> str:
    return f"{datetime.now(UTC) + timedelta(days=after):%Y-%m-%d}"


def tells(officer: Officer) -> str:
    """What she tells, until it has arrived; the number of the report."""
    officer.begin()
    officer.choose("private", "yes")
    officer.choose("who_speaks", "self")
    officer.choose("age_band", "15_17")
    officer.read_notices()
    officer.turn()
    officer.read_notices()
    officer.turn()
    officer.choose("carer_there", "no")
    officer.until("may_write")
    officer.choose("may_write", "yes")
    officer.turn()
    officer.choose("danger_now", "no")
    officer.choose("hurt", "yes")
    officer.question("when_happened").locator("button").first.click()
    officer.choose("care_received", "no")
    officer.turn()
    officer.choose("help_medical", "yes")
    officer.until("called")
    officer.page.locator("#q-called-value").fill(NAME)
    officer.until("share_medical")
    officer.choose("share_medical", "yes")
    officer.to_the_end()
    officer.turn()
    officer.go()
    item = officer.page.locator("details.item")
    expect(item).to_have_attribute("data-state", "arrived", timeout=SOON)
    return str(item.get_attribute("id")).removeprefix("item-")


def nobody_is_in_and_the_one_on_duty_is_called(server: Server, mailbox: Mailbox, report: str) -> None:
    by_mail = ways.of(replace(server.settings, mail=mailbox.server))
    now = datetime.now(UTC)
    with server.store() as store:
        with store.office(reading=True) as session:
            assert not signin.anybody(session, now=now)
            assert duty.local_time(session, office=server.demo.office, now=now).hour == 2
        night.look(store, ways=by_mail, demo=by_mail, speech=SPEECH, now=now)
    assert mailbox.to == ["bruno@example.org"]
    (_, mail) = mailbox.kept[0]
    assert not [word for word in (NAME, report, report[:8], "15") if f" {word}".encode() in mail]


def is_registered(bruno: DeskUser, report: str) -> str:
    """By whoever was called: it stands first, with what presses; the case's id."""
    bruno.page.goto(f"{bruno.server.url}/office/arrivals")
    first = bruno.page.locator("ul.cards > li").first
    expect(first).to_have_class("pressing")
    expect(first.locator("h3 a")).to_have_attribute("href", f"/office/arrivals/{report}")
    bruno.decide(report, "registered")
    with bruno.server.store() as store, store.office(reading=True) as session:
        found = cases.of_report(session, desk=demo.desk(session, person=bruno.server.person("bruno")), report=report)
    assert found is not None
    return found.id


class CaseWorker(DeskUser):
    """Fills in one small page after the other."""

    def fill(self, path: str, ticks: dict[str, str], **texts: str) -> None:
        self.page.goto(f"{self.server.url}{path}")
        for name, value in ticks.items():
            self.page.locator(f'input[name="{name}"][value="{value}"]').check()
        for name, text in texts.items():
            field = self.page.locator(f"#{name}")
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(index=1) if text == "first" else field.select_option(text)
            else:
                field.fill(text)
        self.press()


def is_referred_and_answered(hana: CaseWorker, case: str, report: str) -> None:
    """To the clinic, within the hours that count; the clinic has a bed and a day."""
    about = f"/office/cases/{case}"
    hana.open(report)
    # What care still has its time, and who near her gives it at any hour.
    expect(hana.page.locator(".box.stop").first).to_contain_text("+000 555 0103")
    hana.fill(about, {})  # takes charge
    hana.fill(f"{about}/do/person", {"part": "victim", "group": "girl"})
    hana.fill(f"{about}/help/offer?service=MED", {}, provider="first")
    referral = hana.page.url.partition("?")[0].removeprefix(hana.server.url)
    hana.fill(f"{referral}?step=consented", {"told": "self", "how": "spoken"})
    hana.fill(f"{referral}?step=sent", {"handed[]": "need"}, follow_up=day(1))
    hana.fill(f"{referral}?step=accepted", {}, appointment=day(1))
    message = {
        "step": "appointment",
        "report": "first",
        "day": day(1),
        "time": "09:30",
        "text": WORDS,
        "language": "en",
    }
    hana.fill(f"{about}/messages/new", {}, **message)
    hana.fill(f"{referral}?step=in_progress", {}, follow_up=day(2))
    hana.fill(f"{referral}?step=done", {"met": "yes"}, done_on=day())
    expect(hana.page.locator(".tag.done")).to_be_visible()


def is_told(officer: Officer) -> None:
    phone = officer.page
    phone.locator(".side button").first.click()
    expect(phone.locator("#mail")).to_have_count(1, timeout=SOON)
    phone.locator("#mail").click()
    expect(phone.get_by_text(WORDS)).to_be_visible()
    look(phone)
    phone.locator("[data-answer=told_her]").click()
    phone.locator("#send-answer").click()
    expect(phone.locator("#messages")).to_have_count(0)


@pytest.mark.parametrize("language", ["en", pytest.param("ar", marks=pytest.mark.long)])
def test_an_urgent_report_of_a_fifteen_year_old_at_ten_past_two_with_nobody_signed_in_comes_to_help_and_closure(
    server: Server, mailbox: Mailbox, playwright: Playwright, browser: Browser, tmp_path: Path, language: str
) -> None:
    officer = Officer(playwright, tmp_path / "phone", server.url)
    officer.join(server.invite(), mine=language)
    report = tells(officer)
    nobody_is_in_and_the_one_on_duty_is_called(server, mailbox, report)

    bruno = DeskUser.sign_in(browser, server, "bruno", language)
    case = is_registered(bruno, report)
    amina = DeskUser.sign_in(browser, server, "amina", language)
    amina.open_identity(report, REASON)
    assert NAME in amina.text()
    hana = CaseWorker.sign_in(browser, server, "hana", language)
    is_referred_and_answered(hana, case, report)

    is_told(officer)
    told = f"{server.url}/office/cases/{case}/messages"
    hana.page.goto(told)
    for _ in range(60):
        # Fetching is what the list of arrivals does.
        hana.arrivals()
        hana.page.goto(told)
        if hana.page.locator(".came").count():
            break
        hana.page.wait_for_timeout(500)
    expect(hana.page.locator(".came")).to_have_count(1)

    closing = {"reasons[]": "needs_met", "told": "yes", "feedback": "helped"}
    hana.fill(f"/office/cases/{case}/do/close", closing, her_words=HER_WORDS)
    expect(hana.page.locator("main .box").first).to_contain_text(HER_WORDS)
    for one in (bruno, amina, hana):
        one.page.goto(f"{server.url}/office/you")
        one.page.locator("header form button").first.click()
        one.close()
    officer.close()
