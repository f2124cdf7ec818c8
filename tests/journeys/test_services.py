"""Part 6: safety on the screen. The list of places that help, from the office's table to a phone without a network."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from intake.services import devices
from tests.support.command import Done, environment_of, within
from tests.support.looking import look
from tests.support.officer import PASSPHRASE, Officer
from tests.support.postgres import settings_in
from tests.support.server import Server, serving

pytestmark = pytest.mark.journey

# Words that occur nowhere else: wherever one of them is found in clear, something leaked.
SHELTER, ARABIC, NUMBER, LANDMARK = "Qanat-refuge-7741", "ملجأ-القناة-٣٣١", "+000 777 4411", "blue lantern 5529"
NEW = "Moved-refuge-8852"
HEADER = "name,services,place,hours,serves,landmark,telephone,cost,languages,notes,checked"


def table(shelter: str = SHELTER) -> str:
    rows = [
        f"{shelter} {ARABIC},SAFETY;BASIC,south-2,day and night,women,by the {LANDMARK},{NUMBER},free,ar,,2026-11-01",
        "Élan clinic,MED,north-1,8-16,everybody,at the harbour,+000 777 4412,not free,fr,,2026-01-05",
        "Legal desk,LEGAL,north,9-12,everybody,town hall,,unknown,en,,2026-11-02",
    ]
    return "\n".join([HEADER, *rows, ""])


def intake(server: Server, *arguments: str, then: tuple[str, ...] = (), by: str = "amina") -> Done:
    """A command of the program, typed by a member of staff."""
    answers = (server.person(by).passphrase, server.code(by), *then)
    return within(environment_of(server.settings), *arguments, "--as", by, answers=answers)


def publish(server: Server, folder: Path, shelter: str = SHELTER) -> None:
    file = folder / "services.csv"
    file.write_text(table(shelter), "utf-8")
    for command in (["services", "import", str(file)], ["bundle", "publish"]):
        done = intake(server, *command)
        assert done.status == 0, done.errors


def look_at_phones(server: Server) -> str:
    done = intake(server, "devices", "list")
    assert done.status == 0, done.errors
    return done.out


def send_now(officer: Officer) -> None:
    """On the first screen: send and hear, until it is over."""
    officer.page.locator("#main .card .second").first.click()
    expect(officer.page.locator("#status p")).to_be_visible()


def open_list(officer: Officer) -> None:
    officer.page.locator("#main .places").click()
    expect(officer.page.locator("#main h1")).to_have_text("Where help can be found")


def names(officer: Officer) -> list[str]:
    return officer.page.locator("#found h2").all_inner_texts()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of its own, whose list a test may change."""
    with serving(settings_in(tmp_path_factory.mktemp("house"))) as running:
        publish(running, tmp_path_factory.mktemp("table"))
        yield running


def phone(playwright: Playwright, folder: Path, server: Server, *, hers: str = "en") -> Officer:
    officer = Officer(playwright, folder, server.url)
    officer.join(server.invite(), hers=hers)
    return officer


def test_a_table_with_mistakes_changes_nothing_and_names_each_by_its_line(house: Server, tmp_path: Path) -> None:
    file = tmp_path / "wrong.csv"
    file.write_text(table().replace("south-2", "nowhere").replace("not free", "cheap"), "utf-8")
    done = intake(house, "services", "import", str(file))
    assert done.status == 1
    assert [line.split(":")[0] for line in done.errors.splitlines()[:2]] == ["Line 2, place", "Line 3, cost"]
    assert SHELTER in intake(house, "services", "list").out
    file.write_text(table(NEW), "utf-8")
    assert intake(house, "services", "import", str(file), "--dry-run").status == 0
    assert NEW not in intake(house, "services", "list").out


def test_the_list_is_searched_without_a_network_in_english_and_arabic_and_is_gone_under_the_lock(
    playwright: Playwright, house: Server, tmp_path: Path
) -> None:
    officer = phone(playwright, tmp_path, house, hers="ar")
    open_list(officer)
    expect(officer.page.locator("#main .card")).to_have_text(
        "The list has not come yet. It comes when the office has confirmed this phone."
    )
    look(officer.page)
    officer.page.locator(".back").click()
    look_at_phones(house)
    send_now(officer)
    officer.offline()
    open_list(officer)
    page = officer.page
    assert len(names(officer)) == 3
    look(page)

    words = page.locator("#words")
    for typed, count in (("qanat", 1), ("ELAN", 1), ("ملجا القناه", 1), ("٧٧٧٤٤", 2), ("3 3 1", 1), ("mule", 0)):
        words.fill(typed)
        expect(page.locator("#found h2")).to_have_count(count)
    words.fill("")
    page.locator("#place").select_option("north-1")
    expect(page.locator("#found h2")).to_have_text(["Élan clinic", "Legal desk"])
    expect(page.locator("#found .why")).to_have_text(
        "Checked on 5 January 2026, more than 90 days ago. Call before you go."
    )
    page.locator("#place").select_option("south")
    page.locator("#kind").select_option("SAFETY")
    expect(page.locator("#found h2")).to_have_text([f"{SHELTER} {ARABIC}"])
    number = page.locator("#found bdi[dir=ltr] a")
    expect(number).to_have_text(NUMBER)
    expect(number).to_have_attribute("href", "tel:+0007774411")
    found = page.locator("#found").inner_text()
    for said in ("Free of charge", "women", "day and night", LANDMARK, "العربية"):
        assert said in found

    page.locator(".back").click()
    page.locator("#main .actions").last.locator("button").last.click()
    expect(page.locator("#passphrase")).to_be_visible()
    for canary in (SHELTER, ARABIC, NUMBER, LANDMARK):
        assert canary not in page.content()
    officer.close()
    assert canaries(tmp_path) == []
    assert search(tmp_path, b"fieldbook"), "the search finds what is in clear"


def canaries(folder: Path) -> list[str]:
    spellings = {
        form
        for text in (SHELTER, ARABIC, NUMBER, LANDMARK, "0007774411")
        for form in (text.encode(), text.encode("utf-16-le"), text.encode("ascii", "backslashreplace"))
    }
    return [place for one in spellings for place in search(folder, one)]


def search(folder: Path, wanted: bytes) -> list[str]:
    files = (Path(root) / name for root, _, names_ in os.walk(folder) for name in names_)
    return [str(path) for path in files if path.is_file() and not path.is_symlink() and wanted in path.read_bytes()]


def test_nothing_of_the_list_is_in_clear_at_the_server(house: Server) -> None:
    assert canaries(house.settings.data) == []


def test_from_within_an_interview_coming_back_loses_nothing(
    playwright: Playwright, house: Server, tmp_path: Path
) -> None:
    officer = phone(playwright, tmp_path, house)
    look_at_phones(house)
    send_now(officer)
    officer.to_help()
    page = officer.page
    page.locator("#q-help_words-value").fill("a quiet place")
    title = officer.heading()
    page.locator("#main .places").click()
    expect(page.locator("#found h2")).to_have_count(3)
    page.locator(".back").click()
    expect(page.locator("#main h1")).to_have_text(title)
    expect(page.locator("#q-help_words-value")).to_have_value("a quiet place")
    officer.close()


def test_a_phone_nobody_confirmed_gets_no_list_and_gets_it_when_its_words_were_compared(
    playwright: Playwright, house: Server, tmp_path: Path
) -> None:
    code = intake(house, "devices", "invite", "--label", "typed", "--typed").out.split()[1]
    officer = Officer(playwright, tmp_path, house.url)
    officer.open()
    officer.go()
    officer.page.locator("#code").fill(code)
    officer.go()
    officer.page.locator("#label").fill("grey phone")
    officer.go()
    for box in ("#passphrase", "#again"):
        officer.page.locator(box).fill(PASSPHRASE)
    officer.go()
    expect(officer.page.locator(".check-words li")).to_have_count(7, timeout=60_000)
    officer.go()
    expect(officer.page.locator(".check-words li")).to_have_count(6)
    officer.go()
    listed = look_at_phones(house).splitlines()
    [at] = [at for at, line in enumerate(listed) if "not confirmed" in line]
    send_now(officer)
    open_list(officer)
    expect(officer.page.locator("#found")).to_have_count(0)
    officer.page.locator(".back").click()
    device, said = listed[at].split()[0], listed[at + 1].split("check words: ")[1]
    done = intake(house, "devices", "confirm", device, then=(said,))
    assert done.status == 0, done.errors
    send_now(officer)
    open_list(officer)
    expect(officer.page.locator("#found h2")).to_have_count(3)
    officer.close()


def test_a_withdrawn_phone_reads_the_old_list_and_no_newer_one(playwright: Playwright, tmp_path: Path) -> None:
    with serving(settings_in(tmp_path / "house")) as house:
        publish(house, tmp_path)
        lost = phone(playwright, tmp_path / "lost", house)
        look_at_phones(house)
        send_now(lost)
        with house.store() as store, store.inbound() as inbound:
            [told] = devices.devices.of_office(inbound, house.demo.office)
        kept = phone(playwright, tmp_path / "kept", house)
        done = intake(house, "devices", "withdraw", told.id)
        assert "can still be read" in done.out
        publish(house, tmp_path, NEW)
        look_at_phones(house)
        for officer in (lost, kept):
            send_now(officer)
            open_list(officer)
            expect(officer.page.locator("#found h2")).to_have_count(3)
        assert names(lost)[0].startswith(SHELTER)
        assert names(kept)[0].startswith(NEW)
        for officer in (lost, kept):
            officer.close()
