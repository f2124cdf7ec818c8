"""Setting up for real: by a person who is not the demo, on PostgreSQL, each program connected as the role it has."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from intake.config import Settings
from tests.support.command import environment_of, intake
from tests.support.gunicorn import Gunicorn
from tests.support.postgres import Cluster, settings_in
from tests.support.sender import Sender
from tests.support.staffed import ANSWERS, IDENTITY

pytestmark = pytest.mark.journey

HER_NAME = IDENTITY["called"]["text"]
HER_WORDS = ANSWERS["help_words"]["text"]
REASON = "To call her about the doctor on Monday"


@dataclass
class Operator:
    """Somebody with the environment, a keyboard and, for each member of staff, an authenticator."""

    settings: Settings
    cluster: Cluster
    database: str
    people: dict[str, dict[str, Any]] = field(default_factory=dict)

    def types(self, *arguments: str, role: str = "office", answers: tuple[str, ...] = (), status: int = 0) -> str:
        """One command, connected as one of the roles of the database."""
        return intake(environment_of(self.connected(role)), *arguments, answers=answers, status=status)

    def as_(self, name: str, *arguments: str, then: tuple[str, ...] = (), status: int = 0) -> str:
        """The same by a member of staff, who signs in."""
        proofs = (self.people[name]["passphrase"], self.code(name))
        return self.types(*arguments, "--as", name, answers=(*proofs, *then), status=status)

    def connected(self, role: str) -> Settings:
        return replace(self.settings, database_url=self.cluster.url(self.database, f"intake_{role}"))

    def code(self, name: str) -> str:
        """A code that works, even right after another one: the memory of used codes is wiped first.

        It is the next half minute's, which is good for longest: a busy machine may need a minute to start a program.
        """
        with psycopg.connect(self.cluster.url(self.database, "intake_owner")) as connection:
            connection.execute("UPDATE office.staff SET totp_step = 0 WHERE name = %s", (name,))
        return pyotp.TOTP(self.people[name]["totp"]).at(datetime.now(UTC) + timedelta(seconds=30))

    def serve(self, app: str, role: str) -> Gunicorn:
        """One server, connected as the one role it has."""
        return Gunicorn(self.connected(role), f"wsgi:{app}()")


@pytest.fixture(scope="module")
def operator(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """An empty database which `deploy/roles.sql` prepared, and nothing else."""
    for name in ("real", "real_elsewhere"):
        postgres.database(name)
    settings = replace(
        settings_in(tmp_path_factory.mktemp("real")),
        origin="https://fieldbook.example.org",
        office_origin="https://office.example.org",
    )
    yield Operator(settings, postgres, "real")
    for name in ("real", "real_elsewhere"):
        postgres.drop(name)


@dataclass
class Ceremony:
    """What the operator holds after setting up."""

    operator: Operator
    sheets: dict[str, list[str]]
    printed: str


@pytest.fixture(scope="module")
def office(operator: Operator) -> Ceremony:
    """`intake setup` as the owner of the tables, then a third member of staff."""
    sheets = operator.settings.data / "sheets.txt"
    operator.settings.data.mkdir(exist_ok=True)
    names = ("--office", "Kivu desk", "--first", "marie", "--second", "omar", "--administrator", "ada")
    options = ("--languages", "en,fr", "--sheets", str(sheets), "--json")
    made = json.loads(operator.types("setup", *names, *options, role="owner"))
    operator.people |= {person["name"]: person for person in made["people"]}
    printed = sheets.read_text("utf-8")
    return Ceremony(operator, _read_sheets(printed), printed)


def _read_sheets(printed: str) -> dict[str, list[str]]:
    """The words of each sheet, as a person copies them from paper."""
    found: dict[str, list[str]] = {}
    for sheet in printed.split("PAPER KEY for ")[1:]:
        words = re.findall(r"\d+ ([a-z]+)", sheet.partition("\n")[2])
        found.setdefault(sheet.partition(",")[0], []).append(" ".join(words))
    return found


@pytest.fixture(scope="module")
def servers(office: Ceremony) -> Iterator[tuple[Gunicorn, Gunicorn]]:
    """The phones' server as intake_public and the staff's as intake_office, at origins of their own."""
    operator = office.operator
    public, staff = operator.serve("public", "public"), operator.serve("office", "office")
    origins = {"origin": f"http://127.0.0.1:{public.port}", "office_origin": f"http://localhost:{staff.port}"}
    operator.settings = replace(operator.settings, **origins)
    named = {"INTAKE_ORIGIN": operator.settings.origin, "INTAKE_OFFICE_ORIGIN": operator.settings.office_origin}
    try:
        for server in (public, staff):
            server.environment = named
            server.start()
        yield public, staff
    finally:
        for server in (public, staff):
            server.close()


def test_setup_makes_an_office_its_keychains_the_first_two_members_of_staff_and_printed_recovery_keys(
    office: Ceremony,
) -> None:
    assert set(office.sheets) == {"work", "identity", "sign", "backup"}
    assert all(len(words.split()) > 20 for sheets in office.sheets.values() for words in sheets)
    listed = office.operator.types("staff", "list")
    assert re.search(r"marie +joined +keys: identity, sign, work", listed)
    assert re.search(r"omar +joined +keys: sign, work", listed)
    assert re.search(r"ada +joined +keys: - ", listed)
    with psycopg.connect(office.operator.cluster.url("real", "admin")) as connection:
        stored = str(connection.execute("SELECT * FROM office.staff").fetchall())
        owners = connection.execute(
            "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname IN ('inbound', 'office')"
        )
        assert owners.fetchall() == [("intake_owner",)]
    assert office.operator.people["marie"]["passphrase"] not in stored


@pytest.mark.timeout(900)  # some thirty programs are started, one after another
def test_set_up_for_real_staff_phones_keys_check_backup_and_restore_on_postgresql_with_the_roles_of_each_program(
    office: Ceremony, servers: tuple[Gunicorn, Gunicorn], browser: Browser, tmp_path: Path
) -> None:
    operator = office.operator
    assert _roles_at_work(operator) >= {"intake_public", "intake_office"}

    # Staff: proposed by the administrator, joined alone, admitted after the words were compared.
    code = operator.as_("ada", "staff", "propose", "lina", "--roles", "reviewer").split(": ")[1].split("\n")[0]
    operator.people["lina"] = json.loads(operator.types("staff", "join", "--json", answers=(code,)))
    words = " ".join(operator.people["lina"]["words"])
    operator.as_("marie", "staff", "admit", "lina", "--keychain", "work", then=(words,))

    # Phones: one by a link, one by a typed code whose words are compared, one withdrawn.
    link = operator.as_("lina", "devices", "invite", "--label", "Goma 1").split("\n")[0]
    phone = Sender(operator.settings.origin).join(link)
    typed = operator.as_("lina", "devices", "invite", "--label", "Goma 2", "--typed")
    second = Sender(operator.settings.origin).join_typed(typed.split()[1])
    listed = operator.as_("lina", "devices", "list")
    assert re.search(rf"{phone.id} +enrolled +confirmed .*Goma 1", listed)
    assert re.search(rf"{second.id} +enrolled +not confirmed .*Goma 2", listed)
    assert second.words in listed
    operator.as_("lina", "devices", "confirm", second.id, then=(second.words,))
    assert re.search(rf"{second.id} +enrolled +confirmed ", operator.as_("lina", "devices", "list"))
    operator.as_("lina", "devices", "withdraw", second.id)

    # A report, then new keys, then another report: both open.
    before = phone.send()
    for keychain in ("work", "identity"):
        operator.as_("marie", "keys", "rotate", keychain)
    assert "retired" in operator.as_("marie", "keys", "show")
    assert "intake bundle publish" in operator.types("check", status=1)
    operator.as_("marie", "bundle", "publish")
    phone.renew()
    after = phone.send()
    aside = second.send()

    page = _signed_in(browser, operator, "marie")
    for report in (before, after, aside):
        page.goto(f"{operator.settings.office_origin}/office/arrivals/{report}")
        expect(page.locator("main")).to_contain_text(HER_WORDS)
    expect(page.locator("main")).to_contain_text("Kept aside")
    _open_names(page, operator, before)
    expect(page.locator("main")).to_contain_text(HER_NAME)

    # Backup while both servers go on, restored on another machine by its paper key alone.
    file = tmp_path / "all.backup"
    operator.types("backup", str(file))
    for secret in (HER_NAME, HER_WORDS, "Kivu desk", "marie", before):
        assert secret.encode() not in file.read_bytes()
    later = phone.send()
    assert "REFUSED" not in operator.types("check")
    head = operator.types("audit", "verify").split("Head ")[1].strip()
    page.context.close()

    elsewhere = replace(operator, settings=settings_in(tmp_path / "elsewhere"), database="real_elsewhere")
    elsewhere.types("restore", str(file), role="owner", answers=(office.sheets["identity"][0],), status=1)
    elsewhere.types("restore", str(file), role="owner", answers=(office.sheets["backup"][0],))
    assert "whole" in elsewhere.as_("marie", "audit", "verify", "--inside")
    assert "lina" in elsewhere.types("staff", "list")
    assert elsewhere.settings.receipt_key.read_bytes() == operator.settings.receipt_key.read_bytes()

    # What the backup lacks, the phone offers again; what it holds, is held there.
    restored = replace(elsewhere, settings=replace(elsewhere.settings, origin=operator.settings.origin))
    server = restored.serve("public", "public").start()
    try:
        phone.url = f"http://127.0.0.1:{server.port}"
        told = phone.have(before, after, later)
        assert ({one["report"] for one in told["held"]}, told["missing"]) == ({before, after}, [later])
    finally:
        server.close()
    assert f"Head {head}" in operator.types("audit", "verify", "--head", head)


def _roles_at_work(operator: Operator) -> set[str]:
    """Who is connected to the database, as PostgreSQL sees it."""
    with psycopg.connect(operator.cluster.url(operator.database, "admin")) as connection:
        found = connection.execute("SELECT usename FROM pg_stat_activity WHERE datname = %s", (operator.database,))
        return {name for (name,) in found.fetchall()}


def _signed_in(browser: Browser, operator: Operator, name: str) -> Page:
    page = browser.new_context(locale="en").new_page()
    page.goto(f"{operator.settings.office_origin}/office/sign-in")
    page.locator("#name").fill(name)
    page.locator("#passphrase").fill(operator.people[name]["passphrase"])
    page.locator("#code").fill(operator.code(name))
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/office/arrivals")
    return page


def _open_names(page: Page, operator: Operator, report: str) -> None:
    page.goto(f"{operator.settings.office_origin}/office/arrivals/{report}/identity")
    page.locator("#reason").fill(REASON)
    page.locator("#code").fill(operator.code("marie"))
    page.locator("main form button[type=submit]").click()
