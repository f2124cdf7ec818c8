"""The whole way of one report, with a real phone's memory, a network that is really gone, and both databases."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect

from tests.support.desk_user import DeskUser
from tests.support.officer import PASSPHRASE, Officer
from tests.support.postgres import Cluster, binaries, settings_in
from tests.support.server import Server, serving

pytestmark = pytest.mark.journey

# Words that occur nowhere else: wherever one of them is found in clear, something leaked.
NAME = "Zuleikha-Qanarya-7731"
WORDS = "حكاية-كناري-9942-بصوت-خافت"
REASON = "to arrange the visit of the nurse, canary 5518"


@dataclass
class Way:
    """What a walked way leaves behind."""

    server: Server
    profile: Path
    report: str
    french: str
    identity: str
    decided: str
    history: str
    before_reason: str


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def server_of_its_own(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Server, Cluster | None]]:
    """A server that may be stopped, with a database that may be searched."""
    folder = tmp_path_factory.mktemp("way")
    if request.param == "sqlite":
        with serving(settings_in(folder)) as server:
            yield server, None
        return
    cluster = Cluster.make()
    try:
        with serving(settings_in(folder, cluster.database("way"))) as server:
            yield server, cluster
    finally:
        cluster.remove()


@pytest.fixture(scope="module")
def way(
    server_of_its_own: tuple[Server, Cluster | None],
    playwright: Playwright,
    browser: Browser,
    tmp_path_factory: pytest.TempPathFactory,
) -> Way:
    """Enrol, offline, Arabic, dead battery, reopen, continue, save, online, French, identity, registered."""
    server, _ = server_of_its_own
    officer = Officer(playwright, tmp_path_factory.mktemp("phone"), server.url, argon2=True)
    officer.join(server.invite(), mine="ar")

    server.stop()
    officer.offline()
    _interview_until_the_battery_dies(officer)
    _continue_and_save(officer)
    report = _waiting_report(officer)

    server.start()
    officer.offline(False)
    expect(officer.page.locator("details.item")).to_have_attribute("id", f"item-{report}")
    officer.page.wait_for_function("() => window.navigator.onLine")
    _until_arrived(officer)
    officer.close()

    amina = DeskUser.sign_in(browser, server, "amina", "fr")
    assert amina.arrivals() == [report], "arrived once"
    amina.open(report)
    french = amina.text()
    amina.open_identity(report, "court")
    before_reason = amina.text()
    amina.open_identity(report, REASON)
    identity = amina.text()
    amina.decide(report, "registered")
    decided = amina.text()
    amina.page.goto(f"{server.url}/office/arrivals/{report}/history")
    history = amina.text()
    amina.close()
    return Way(server, officer.profile, report, french, identity, decided, history, before_reason)


def _interview_until_the_battery_dies(officer: Officer) -> None:
    officer.begin()
    officer.choose("private", "yes")
    officer.choose("who_speaks", "self")
    officer.read_notices()
    officer.turn()
    officer.read_notices()
    officer.turn()
    officer.choose("may_write", "yes")
    officer.turn()
    officer.choose("danger_now", "no")
    officer.choose("hurt", "yes")
    officer.question("when_happened").locator("button").first.click()
    officer.choose("care_received", "no")
    officer.turn()
    officer.choose("help_safety", "yes")
    officer.page.locator("#q-children_along-value").fill("٣")
    officer.choose("help_medical", "yes")
    officer.choose("helped_before", "no")
    officer.page.locator("#q-help_words-value").fill(WORDS)
    officer.until("called")
    officer.kill()


def _continue_and_save(officer: Officer) -> None:
    officer.open(offline=True)
    officer.unlock()
    officer.go_on()
    expect(officer.page.locator("html")).to_have_attribute("lang", "ar")
    expect(officer.page.locator("#q-called-value")).to_be_visible()
    officer.page.locator("#q-called-value").fill(NAME)
    officer.until("share_safety")
    officer.read_notices()
    for service in ("safety", "medical"):
        officer.choose(f"share_{service}", "yes")
    officer.choose("share_inquiry", "no")
    officer.choose("share_figures", "yes")
    officer.to_the_end()
    officer.turn()
    officer.go()


def _waiting_report(officer: Officer) -> str:
    item = officer.page.locator("details.item")
    expect(item).to_have_count(1)
    return str(item.get_attribute("id")).removeprefix("item-")


def _until_arrived(officer: Officer) -> None:
    """It goes out by itself: nobody presses anything."""
    expect(officer.page.locator("details.item[data-state=arrived]")).to_have_count(1, timeout=60_000)


def test_the_whole_way_of_one_report_from_an_offline_interview_in_arabic_to_registered__enketo_1463(way: Way) -> None:
    assert WORDS in way.french
    assert NAME not in way.french
    assert NAME in way.identity
    assert "amina" in way.history


def test_staff_open_a_report_in_their_own_language_whatever_language_was_used_on_the_phone(way: Way) -> None:
    assert "Avez-vous" in way.french or "êtes-vous" in way.french.lower()


def test_identity_opens_only_with_a_reason_and_each_opening_is_on_record(way: Way) -> None:
    assert NAME not in way.before_reason
    assert REASON in way.history


def test_the_audit_chain_of_the_walked_way_is_whole(way: Way) -> None:
    done = _intake(way.server, "audit", "verify")
    assert done.returncode == 0, done.stdout + done.stderr


def test_canary_words_are_in_no_file_of_the_phone_the_server_or_the_database(
    way: Way, server_of_its_own: tuple[Server, Cluster | None]
) -> None:
    server, cluster = server_of_its_own
    folders = [way.profile, server.settings.data]
    dump = b""
    if cluster:
        dump = subprocess.run(
            [binaries() / "pg_dump", cluster.url("way", "admin")], capture_output=True, check=True
        ).stdout
        subprocess.run([binaries() / "psql", "-qc", "CHECKPOINT", cluster.url("way", "admin")], check=True)
        folders.append(cluster.folder)
    leaks = [(spelling, place) for spelling in _spellings() for place in _places(folders, dump, spelling)]
    assert leaks == []
    # The search itself can find: the report's number stands in clear on the phone and on both sides.
    number = way.report.encode()
    assert _places([way.profile], b"", number)
    assert _places([server.settings.data], b"", number) or number in dump


def _spellings() -> set[bytes]:
    """Each canary as text, as the two-byte text that browsers keep, and escaped as in JSON."""
    found = set()
    for canary in (NAME, WORDS, REASON, PASSPHRASE, "canary 5518", "كناري-9942"):
        escaped = canary.encode("ascii", "backslashreplace")
        found |= {canary.encode(), canary.encode("utf-16-le"), escaped}
    return found


def _places(folders: list[Path], dump: bytes, wanted: bytes) -> list[str]:
    files = (Path(root) / name for folder in folders for root, _, names in os.walk(folder) for name in names)
    found = [str(path) for path in files if path.is_file() and not path.is_symlink() and wanted in path.read_bytes()]
    return found + (["the dump"] if wanted in dump else [])


def _intake(server: Server, *arguments: str) -> "subprocess.CompletedProcess[str]":
    settings = server.settings
    environment = {
        **os.environ,
        "INTAKE_DATA": str(settings.data),
        "INTAKE_DATABASE_URL": settings.database_url or "",
    }
    command = [sys.executable, "-m", "intake", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
