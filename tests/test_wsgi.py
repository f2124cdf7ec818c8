"""What may be served together and what may not, in processes of their own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from intake.config import Settings
from intake.envelope.signing import SigningKey
from intake.store import migrate

APART = {"INTAKE_ORIGIN": "https://fieldbook.example", "INTAKE_OFFICE_ORIGIN": "https://desk.example"}


def _start(program: str, folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a line of Python where `wsgi` is imported."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("INTAKE_")}
    return subprocess.run(
        [sys.executable, "-c", f"import sys, wsgi\n{program}"],
        env=kept | {"INTAKE_DATA": str(folder)} | environment,
        capture_output=True,
        text=True,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    settings = Settings.from_env({"INTAKE_DATA": str(tmp_path)})
    migrate(settings)
    settings.receipt_key.write_bytes(SigningKey.generate().to_bytes())
    return tmp_path


def test_all_faces_together_start_only_on_this_machine_s_own_address(folder: Path) -> None:
    assert _start("wsgi.both()", folder, {}).returncode == 0
    for environment in (APART, {"INTAKE_OFFICE_ORIGIN": "https://desk.example"}):
        refused = _start("wsgi.both()", folder, environment)
        assert (refused.returncode, refused.stdout) == (1, "")
        assert refused.stderr.startswith("All faces at one origin are for this machine alone")


@pytest.mark.parametrize("face", ["public", "office"])
def test_a_face_alone_refuses_to_share_its_origin(folder: Path, face: str) -> None:
    started = _start(f"wsgi.{face}()", folder, APART)
    assert (started.returncode, started.stderr) == (0, "")
    refused = _start(f"wsgi.{face}()", folder, {"INTAKE_ORIGIN": "https://fieldbook.example"})
    assert refused.returncode == 1
    assert refused.stderr.startswith("INTAKE_OFFICE_ORIGIN must differ from INTAKE_ORIGIN")


def test_the_internet_facing_process_never_loads_code_that_opens_or_signs_in(folder: Path) -> None:
    loaded = _start("wsgi.public(); wsgi.figures(); print(*sys.modules)", folder, APART).stdout.split()
    assert "intake.envelope.signing" in loaded
    for name in ("intake.envelope.opening", "intake.envelope.keyring", "intake.services.signin", "intake.office"):
        assert name not in loaded


@pytest.mark.parametrize("content", [None, b"", b"\0" * 32, b"k" * 31])
def test_without_a_receipt_key_nothing_is_served(folder: Path, content: bytes | None) -> None:
    key = folder / "receipt.key"
    key.unlink() if content is None else key.write_bytes(content)
    refused = _start("wsgi.public()", folder, APART)
    assert refused.returncode == 1
    assert "receipt key" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
