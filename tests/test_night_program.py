"""`intake night` as an operator starts it: it refuses when it could call nobody, and calls by mail."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from intake.cli import main
from intake.cli.serving import make_demo
from intake.config import Settings
from intake.domain.duty import Address, Rota, Turn
from intake.services import duty
from intake.store import Store
from tests.support.mailbox import SENDER, Mailbox
from tests.support.staffed import StaffedOffice


@pytest.fixture
def installed(database_settings: Settings, staffed: StaffedOffice, monkeypatch: pytest.MonkeyPatch) -> StaffedOffice:
    """An office of this very hour, since a program has the clock of the machine; amina is on duty."""
    monkeypatch.setenv("INTAKE_DATA", str(database_settings.data))
    monkeypatch.setenv("INTAKE_DATABASE_URL", database_settings.database_url or "")
    staffed.clock.now = datetime.now(UTC)
    amina = staffed.people["amina"].id
    rota = Rota(week=(Turn(amina),) * 7, people={amina: Address("amina@example.org")})
    with staffed.store.office() as session:
        duty.save(session, desk=staffed.desk(session, "cora"), rota=rota, seen=0, now=staffed.clock.now)
    return staffed


def test_it_refuses_to_run_where_it_could_call_nobody(
    installed: StaffedOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["night", "--once"]) == 1
    assert capsys.readouterr().err.startswith("Nobody can be called: set INTAKE_SMTP_URL")


def test_it_calls_and_tells_whom_and_of_what_nothing(
    installed: StaffedOffice, mailbox: Mailbox, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTAKE_SMTP_URL", f"smtp://127.0.0.1:{mailbox.port}")
    monkeypatch.setenv("INTAKE_MAIL_FROM", SENDER)
    installed.phone().send(urgent=True)
    assert main(["night", "--once"]) == 0
    assert capsys.readouterr().out == "amina: called about 1; mail sent, command none\n"
    assert mailbox.to == ["amina@example.org"]
    assert main(["night", "--once"]) == 0
    assert capsys.readouterr().out == ""


def test_a_demo_has_a_rota_of_people_who_can_read(tmp_path: Path) -> None:
    settings = Settings.from_env({"INTAKE_DATA": str(tmp_path)})
    made = make_demo(settings)
    store = Store.open(settings)
    with store.office() as session:
        rotas = [duty.held(session, office=one.office).rota for one in (made, made.other or made)]
    store.close()
    able = {person.id for one in (made, made.other or made) for person in one.people if "reviewer" in person.roles}
    assert all(turn.first for rota in rotas for turn in rota.week)
    assert {one for rota in rotas for one in rota.named} == able
