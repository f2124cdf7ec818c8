"""The `intake` command as a person types it who is not the demo: setup to restore, on both databases."""

import io
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pyotp
import pytest

from intake.cli import main, serving
from intake.config import Settings
from intake.envelope.signing import SigningKey
from intake.services import bundles, demo
from intake.store import Store
from intake.web.field import shell_id
from tests.domain.test_sounds import HELLO
from tests.support.postgres import Cluster


@dataclass
class Typist:
    """Somebody at a terminal without a terminal: answers go in line by line, output comes back."""

    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    errors: str = ""
    _ahead: int = 0

    def run(self, *arguments: str, answers: tuple[str, ...] = (), status: int = 0) -> str:
        """Run one command; what it wrote. `status` is what it must end with."""
        self.monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{answer}\n" for answer in answers)))
        ended = main(arguments)
        shown = self.capsys.readouterr()
        self.errors = shown.err
        assert ended == status, shown.err + shown.out
        return shown.out

    def as_(self, name: str, *arguments: str, then: tuple[str, ...] = (), status: int = 0) -> str:
        """The same by a member of staff, who signs in first."""
        found = self.people[name]
        proofs = (found["passphrase"], self._code(found["totp"]))
        return self.run(*arguments, "--as", name, answers=(*proofs, *then), status=status)

    def _code(self, secret: str) -> str:
        """A code that was not used before: the command's clock goes on by half a minute each time."""
        self._ahead += 30
        instant = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=self._ahead)
        for module in ("office", "offered", "people", "directory", "console"):
            self.monkeypatch.setattr(f"intake.cli.{module}.now", lambda: instant)
        return pyotp.TOTP(secret).at(instant)


@pytest.fixture
def typist(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typist:
    return Typist(monkeypatch, capsys)


@pytest.fixture(params=["sqlite", "postgresql"])
def installation(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty machine: a data folder, and an empty database that `deploy/roles.sql` prepared."""
    _environment(monkeypatch, tmp_path / "data")
    if request.param == "sqlite":
        yield tmp_path
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    for name in ("cli", "cli_elsewhere"):
        monkeypatch.setenv("INTAKE_DATABASE_URL", cluster.database(name))
    monkeypatch.setenv("INTAKE_DATABASE_URL", cluster.url("cli"))
    yield tmp_path
    for name in ("cli", "cli_elsewhere"):
        cluster.drop(name)


def _environment(monkeypatch: pytest.MonkeyPatch, data: Path) -> None:
    monkeypatch.setenv("INTAKE_DATA", str(data))
    monkeypatch.setenv("INTAKE_ORIGIN", "https://fieldbook.example.org")
    monkeypatch.setenv("INTAKE_OFFICE_ORIGIN", "https://office.example.org")
    for name in ("INTAKE_DATABASE_URL", "INTAKE_RECEIPT_KEY", "INTAKE_PORT", "INTAKE_PROXIES"):
        monkeypatch.delenv(name, raising=False)


def _set_up(typist: Typist, *flags: str) -> dict[str, Any]:
    names = ("--office", "Kivu desk", "--first", "marie", "--second", "omar", "--administrator", "ada")
    made: dict[str, Any] = json.loads(typist.run("setup", *names, "--languages", "en,fr", "--json", *flags))
    typist.people |= {person["name"]: person for person in made["people"]}
    return made


def test_somebody_who_is_not_the_demo_sets_up_works_backs_up_and_restores(
    typist: Typist, installation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = _set_up(typist)

    code = typist.as_("ada", "staff", "propose", "Lina", "--roles", "reviewer").split(": ")[1].split("\n")[0]
    typist.people["lina"] = json.loads(typist.run("staff", "join", "--json", answers=(code,)))
    words = " ".join(typist.people["lina"]["words"])
    typist.as_("marie", "staff", "admit", "lina", "--keychain", "work", then=(words,))
    assert "lina                 joined    keys: work" in typist.run("staff", "list")
    assert "auditor" in typist.as_("ada", "staff", "roles", "lina", "--roles", "reviewer,auditor")

    link = typist.as_("lina", "devices", "invite", "--label", "Goma 1").split("\n")[0]
    assert link.startswith("https://fieldbook.example.org/field/#enrol=")
    assert "(the phone must show these)" in typist.as_("lina", "devices", "invite", "--label", "Goma 2", "--typed")
    assert typist.as_("lina", "devices", "list") == ""

    typist.as_("marie", "keys", "rotate", "identity")
    assert "retired" in typist.as_("marie", "keys", "show")
    assert "Published bundle" in typist.as_("marie", "bundle", "publish")

    file = installation / "all.backup"
    typist.run("backup", str(file))
    assert typist.run("check") == _advice()
    head = typist.run("audit", "verify").split("Head ")[1].strip()
    _move_elsewhere(installation, monkeypatch)
    typist.run("restore", str(file), answers=(made["sheets"]["backup"][0],))
    assert "whole" in typist.as_("omar", "audit", "verify", "--inside", "--head", head)
    assert "lina                 joined    keys: work" in typist.run("staff", "list")
    receipt_key = Settings.from_env().receipt_key.read_bytes()
    assert SigningKey.from_bytes(receipt_key)


def test_an_office_chooses_which_forms_its_phones_offer(typist: Typist, installation: Path) -> None:
    assert installation
    _set_up(typist)
    assert _forms(typist) == {"visit": "on", "needs": "off", "wish": "off"}
    typist.as_("marie", "bundle", "forms", "on", "needs")
    assert _forms(typist) == {"visit": "on", "needs": "on", "wish": "off"}
    assert "Not yet published: forms" in typist.run("bundle", "show")
    typist.as_("marie", "bundle", "forms", "off", "visit")
    typist.as_("marie", "bundle", "forms", "off", "needs", status=1)
    assert "(422.120)" in typist.errors
    typist.as_("marie", "bundle", "forms", "on", "gossip", status=1)
    assert "(422.55)" in typist.errors
    assert _forms(typist) == {"visit": "off", "needs": "on", "wish": "off"}


def test_an_office_attaches_sounds_to_what_is_read_aloud(typist: Typist, installation: Path) -> None:
    _set_up(typist)
    file, page = installation / "may.webm", installation / "page.webm"
    file.write_bytes(HELLO)
    page.write_bytes(b"<html>")
    named = ("form.visit.may_write.aloud", "fr")
    typist.as_("marie", "sounds", "add", *named, str(file))
    assert re.search(r"form\.visit\.may_write\.aloud +fr +1 kB", typist.run("sounds", "list"))
    assert "Not yet published: sounds" in typist.run("bundle", "show")
    typist.as_("marie", "sounds", "add", *named, str(page), status=1)
    assert "(422.121)" in typist.errors
    typist.as_("marie", "sounds", "remove", *named)
    assert "kB" not in typist.run("sounds", "list")


def _forms(typist: Typist) -> dict[str, str]:
    lines = [line.split() for line in typist.run("bundle", "forms", "list").splitlines()]
    return {line[0]: line[1] for line in lines}


def _advice() -> str:
    nobody = "advice   Nobody is on duty: what is urgent waits until somebody looks. The rota is at /office/duty.\n"
    mail = "advice   Nobody can be called at night: set INTAKE_SMTP_URL and INTAKE_MAIL_FROM.\n"
    if Settings.from_env().database_url:
        return mail + nobody
    return "advice   SQLite has no roles: use PostgreSQL for anything real (INTAKE_DATABASE_URL).\n" + mail + nobody


def _move_elsewhere(installation: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another machine: nothing of the first but the backup file."""
    monkeypatch.setenv("INTAKE_DATA", str(installation / "elsewhere"))
    url = Settings.from_env().database_url
    if url:
        monkeypatch.setenv("INTAKE_DATABASE_URL", url.replace("/cli?", "/cli_elsewhere?"))


def test_a_closed_member_of_staff_is_out_and_the_keys_are_rotated_without_them(
    typist: Typist, installation: Path
) -> None:
    _set_up(typist)
    assert "intake keys rotate work" in typist.as_("ada", "staff", "close", "omar")
    typist.as_("marie", "keys", "rotate", "work")
    typist.as_("omar", "audit", "verify", "--inside", status=1)
    assert "omar" not in typist.as_("marie", "keys", "show").split("sign:")[0]
    assert "need 2" in typist.run("check", status=1)


def test_paper_brings_a_keychain_back_when_nobody_else_can__formsg_11(typist: Typist, installation: Path) -> None:
    made = _set_up(typist, "--shares", "2/3")
    sheets = made["sheets"]["identity"]
    assert len(sheets) == 3
    words = " ".join(typist.people["omar"]["words"])
    typist.run("keys", "recover", "identity", "omar", "--sheets", "2", answers=(sheets[2], sheets[0], words))
    assert "identity:" in typist.as_("omar", "keys", "show")
    typist.run("keys", "recover", "identity", "omar", "--sheets", "1", answers=(sheets[0], words), status=1)
    assert "(422.19)" in typist.errors


def test_the_tables_belong_to_the_owner_and_the_roles_got_their_rights(
    typist: Typist, installation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _set_up(typist)
    url = Settings.from_env().database_url
    if url is None:
        return
    with psycopg.connect(url.replace("intake_owner@", "intake_public@")) as public:
        assert public.execute("SELECT count(*) FROM inbound.bundles").fetchone() == (1,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            public.execute("SELECT * FROM office.staff")
    monkeypatch.setenv("INTAKE_DATABASE_URL", url.replace("intake_owner@", "intake_office@"))
    assert "lines, whole" in typist.as_("marie", "audit", "verify", "--inside")
    typist.as_("marie", "bundle", "publish")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty machine with SQLite."""
    _environment(monkeypatch, tmp_path / "data")
    return tmp_path


def test_setup_asks_for_what_no_flag_gave(typist: Typist, machine: Path) -> None:
    shown = typist.run("setup", answers=("Kivu desk", "marie", "omar"))
    assert "For marie alone:" in shown
    assert shown.count("PAPER KEY for") == 4


def test_paper_keys_go_to_a_private_file_when_asked(typist: Typist, machine: Path) -> None:
    file = machine / "sheets.txt"
    made = _set_up(typist, "--sheets", str(file))
    assert "sheets" not in made
    assert file.read_text("utf-8").count("PAPER KEY for") == 4
    assert file.stat().st_mode & 0o077 == 0


def test_a_second_office_is_set_up_beside_the_first_and_a_name_that_is_taken_is_refused(
    typist: Typist, machine: Path
) -> None:
    _set_up(typist)
    for office, first in (("kivu  DESK", "lina"), ("Bay desk", "marie")):
        typist.run("setup", "--office", office, "--first", first, "--second", "noor", status=1)
        assert "(422.81)" in typist.errors
    assert "For lina alone:" in typist.run("setup", "--office", "Bay desk", "--first", "lina", "--second", "noor")
    listed = typist.run("staff", "list")
    assert listed.index("Bay desk") != listed.index("Kivu desk")


def test_check_refuses_equal_origins_a_missing_key_and_a_missing_backup(
    typist: Typist, machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _set_up(typist)
    Settings.from_env().receipt_key.unlink()
    monkeypatch.setenv("INTAKE_OFFICE_ORIGIN", "https://fieldbook.example.org")
    found = typist.run("check", status=1)
    assert "shares the phones' origin" in found
    assert "no receipt key" in found
    assert "no backup yet" in found


def test_check_warns_of_a_backup_older_than_phones_keep_their_copies(
    typist: Typist, machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _set_up(typist)
    typist.run("backup", str(machine / "b"))
    monkeypatch.setattr("intake.cli.upkeep.now", lambda: datetime.now(UTC) + timedelta(days=32))
    assert "31 days old" in typist.run("check", status=1) or "32 days old" in typist.run("check", status=1)


def test_the_demo_gives_codes_and_links_and_starts_over_and_is_never_a_real_office(
    typist: Typist, machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("INTAKE_ORIGIN", "INTAKE_OFFICE_ORIGIN"):
        monkeypatch.delenv(name)
    typist.run("demo", "code", "amina", status=1)
    made = serving.make_demo(Settings.from_env())
    assert serving.make_demo(Settings.from_env()) == made
    code, uri = typist.run("demo", "code", "amina").split()
    assert code in {pyotp.parse_uri(uri).at(datetime.now(UTC) + timedelta(seconds=off)) for off in (-30, 0)}
    assert "/field/#enrol=" in typist.run("demo", "invite")
    assert typist.run("demo", "claims").startswith("750 synthetic claims")
    assert typist.run("demo", "claims").startswith("0 synthetic claims")
    typist.run("demo", "reset", "--empty")
    assert serving.make_demo(Settings.from_env()).office != made.office


def test_a_bundle_published_for_a_demo_names_the_files_that_a_demo_s_phones_are_served(
    typist: Typist, machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("INTAKE_ORIGIN", "INTAKE_OFFICE_ORIGIN"):
        monkeypatch.delenv(name)
    made = serving.make_demo(Settings.from_env())
    amina = made.person("amina")
    typist.people["amina"] = {"passphrase": amina.passphrase, "totp": amina.totp}
    typist.as_("amina", "bundle", "publish")
    store = Store.open(Settings.from_env())
    with store.office(reading=True) as session:
        shell = bundles.published_shell(session, desk=demo.desk(session, person=amina))
    store.close()
    assert shell == shell_id(demo=True) != shell_id()


def test_reset_touches_nothing_but_a_demo(typist: Typist, machine: Path) -> None:
    _set_up(typist)
    typist.run("demo", "reset", status=1)
    assert "(422.96)" in typist.errors
    assert "marie" in typist.run("staff", "list")


def test_a_file_that_is_not_there_is_one_sentence_and_no_traceback(typist: Typist, machine: Path) -> None:
    made = _set_up(typist)
    words = made["sheets"]["backup"][0]
    typist.run("restore", str(machine / "nothing"), answers=(words,), status=1)
    assert "No such file" in typist.errors
    assert "Traceback" not in typist.errors


def test_an_answer_that_never_comes_stops_the_command_and_changes_nothing(typist: Typist, machine: Path) -> None:
    typist.run("setup", status=130)
    assert "nothing was changed" in typist.errors


def test_an_office_names_another_after_comparing_words_and_paper_still_brings_each_one_s_keys_back(
    typist: Typist, machine: Path
) -> None:
    made = _set_up(typist)
    flags = ("--office", "Bay desk", "--first", "lina", "--second", "noor", "--json")
    other = json.loads(typist.run("setup", *flags))
    typist.people |= {person["name"]: person for person in other["people"]}
    typist.as_("marie", "bundle", "offices", "add", "Bay desk", then=("other words",), status=1)
    assert "(422.82)" in typist.errors
    typist.as_("marie", "bundle", "offices", "add", "Bay desk", then=(" ".join(other["words"]),))
    assert f"{other['office']}  Bay desk" in typist.as_("omar", "bundle", "offices", "list")
    assert "Not yet published: offices" in typist.run("bundle", "show")
    typist.as_("marie", "bundle", "publish")
    typist.as_("marie", "bundle", "offices", "remove", "Bay desk")
    assert typist.as_("omar", "bundle", "offices", "list") == ""
    for found, name in ((made, "omar"), (other, "noor")):
        answers = (found["sheets"]["identity"][0], " ".join(typist.people[name]["words"]))
        assert "holds the identity keys" in typist.run("keys", "recover", "identity", name, answers=answers)
