"""Every sentence that is read aloud can be played: on request, as the office recorded it, also without a network."""

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from playwright.sync_api import Browser, Locator, expect
from sqlalchemy import update

from intake import words
from intake.services import bundles, demo, sounds
from intake.store.inbound.sounds import sounds as table
from tests.domain.test_sounds import HELLO
from tests.support.desk_user import DeskUser
from tests.support.looking import look
from tests.support.officer import NewOfficer, Officer
from tests.support.postgres import settings_in
from tests.support.server import Server, serving

pytestmark = pytest.mark.journey

KEY = "form.needs.notice_needs.aloud"
ADDRESS = f"/field/sound/{sha256(HELLO).hexdigest()[:16]}"
# How often a sound was begun, whoever began it.
COUNT = """
    const play = HTMLMediaElement.prototype.play;
    HTMLMediaElement.prototype.play = function () {
        self.begun = (self.begun || 0) + 1;
        self.player = this;
        this.loop = Boolean(self.endless);
        return play.call(this);
    };
"""


def text(key: str, **params: str) -> str:
    found = str(words.reference()[key])
    for name, value in params.items():
        found = found.replace(f"{{{name}}}", value)
    return found


@pytest.fixture(scope="module")
def speaking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A demo office that has recorded one sentence in two languages."""
    with serving(settings_in(tmp_path_factory.mktemp("speaking"))) as server:
        now = datetime.now(UTC)
        with server.store() as store, store.office() as session, store.inbound() as inbound:
            desk = demo.desk(session, person=server.person("amina"))
            for language in ("en", "ar"):
                sounds.add(session, inbound, desk=desk, key=KEY, language=language, content=HELLO, now=now)
            bundles.publish(session, inbound, desk=desk, shell="none", now=now)  # noqa: S604  no shell
        yield server


@pytest.fixture
def officer(new_officer: NewOfficer, speaking: Server) -> Iterator[Officer]:
    """At the notices of a needs form, English for the officer, Arabic for her."""
    with new_officer(speaking.invite(), mine="en", hers="ar", script=COUNT) as made:
        made.begin("needs")
        made.turn()
        yield made


@pytest.fixture
def swapped(speaking: Server) -> Iterator[None]:
    """Whoever owns the public side puts another sound in its place."""
    _put(speaking, HELLO[:-1] + b"\x00")
    yield
    _put(speaking, HELLO)


def _put(server: Server, content: bytes) -> None:
    with server.store() as store, store.inbound() as inbound:
        inbound.execute(update(table).values(bytes=content))


def buttons(officer: Officer) -> Locator:
    return officer.question("notice_needs").locator(".play button")


def begun(officer: Officer) -> int:
    return int(officer.page.evaluate("self.begun || 0"))


def test_a_sentence_is_played_on_request_and_then_counts_as_played(
    officer: Officer, speaking: Server, browser: Browser
) -> None:
    fetched: list[str] = []
    officer.page.on(
        "request",
        lambda request: fetched.append(request.url.removeprefix(speaking.url)) if "/sound/" in request.url else None,
    )
    play = buttons(officer).first
    expect(play).to_have_text(text("sound.play", size="2 kB"))
    expect(buttons(officer)).to_have_count(2)
    expect(officer.question("notice_choice").locator(".play")).to_have_count(0)
    look(officer.page)
    assert (fetched, begun(officer)) == ([], 0), "nothing plays or is fetched by itself"

    play.click()
    expect(officer.page.locator("#q-notice_needs-read")).to_be_checked()
    expect(play).to_have_text(text("sound.play_kept"))
    assert (fetched, begun(officer)) == ([ADDRESS], 1)

    officer.offline()
    buttons(officer).last.click()
    expect(buttons(officer).last).to_have_text(text("sound.stop"))
    expect(buttons(officer).last).to_have_text(text("sound.play_kept"))
    assert (fetched, begun(officer)) == ([ADDRESS], 2), "the second time it comes from the phone"
    look(officer.page)

    officer.turn()
    officer.choose("may_write", "yes")
    officer.finish_now()
    officer.offline(False)
    item = officer.page.locator("details.item").first
    expect(item).to_have_attribute("data-state", "arrived", timeout=30_000)
    report = str(item.get_attribute("id")).removeprefix("item-")
    amina = DeskUser.sign_in(browser, speaking, "amina")
    amina.arrivals()
    amina.open(report)
    amina.page.locator("details summary").first.click()
    assert "listened to" in amina.text()
    amina.close()


def test_a_sound_can_be_stopped_and_stops_with_its_page(officer: Officer) -> None:
    page = officer.page
    page.evaluate("self.endless = true")
    play = buttons(officer).first
    play.click()
    expect(play).to_have_text(text("sound.stop"))
    play.click()
    expect(play).to_have_text(text("sound.play_kept"))
    expect(page.locator("#q-notice_needs-read")).not_to_be_checked()
    play.click()
    expect(play).to_have_text(text("sound.stop"))
    officer.turn()
    assert page.evaluate("self.player.paused")


@pytest.mark.usefixtures("swapped")
def test_a_swapped_file_is_not_played_and_the_screen_says_so(officer: Officer) -> None:
    buttons(officer).first.click()
    expect(officer.question("notice_needs")).to_contain_text(text("sound.wrong"))
    expect(buttons(officer).first).to_have_text(text("sound.play", size="2 kB"))
    expect(officer.page.locator("#q-notice_needs-read")).not_to_be_checked()
    assert begun(officer) == 0
    look(officer.page)


def test_without_a_network_it_says_what_to_do_and_the_sentence_is_still_there(officer: Officer) -> None:
    officer.offline()
    buttons(officer).first.click()
    expect(officer.question("notice_needs")).to_contain_text(text("sound.missing"))
    expect(officer.question("notice_needs")).to_contain_text(text(KEY))
    assert begun(officer) == 0


def test_everything_recorded_can_be_fetched_at_once_for_later(officer: Officer) -> None:
    officer.home()
    officer.page.get_by_role("button", name=text("home.settings"), exact=True).click()
    expect(officer.page.locator("#main h1")).to_have_text(text("settings.title"))
    officer.page.get_by_role("button", name=text("sound.all", size="2 kB")).click()
    expect(officer.page.locator("#status")).to_contain_text(text("sound.all_done"))
    look(officer.page)
    officer.page.locator("#main .back").click()
    officer.offline()
    officer.page.locator(".draft").click()
    expect(buttons(officer).first).to_have_text(text("sound.play_kept"))
    buttons(officer).first.click()
    expect(officer.page.locator("#q-notice_needs-read")).to_be_checked()
