"""The wheel carries everything: installed in an empty environment it opens each face."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.support.postgres import ROOT
from tests.test_running import copy_of_repository

OPEN_EACH_FACE = """
import sys
import tomllib
from dataclasses import replace
from pathlib import Path
from intake.cli.serving import ensure_receipt_key
from intake.config import Settings
from intake.office import create_office
from intake.public import create_public
from intake.store import migrate
import intake

assert "site-packages" in intake.__file__, intake.__file__
settings = Settings.from_env({"INTAKE_DATA": sys.argv[1]})
migrate(settings)
ensure_receipt_key(settings)
public, office = create_public(settings).test_client(), create_office(settings).test_client()
PAGES = [
    *((public, path) for path in ("/healthz", "/field/", "/field/words/ar.json")),
    (office, "/office/sign-in?lang=fr"),
]
for client, path in PAGES:
    answer = client.get(path, base_url=settings.origin)
    assert answer.status_code == 200, (path, answer.status_code)
    print(path)
"""


@pytest.mark.long
def test_a_wheel_in_an_empty_environment_opens_each_face(tmp_path: Path) -> None:
    source = copy_of_repository(tmp_path / "source")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(source))
    (wheel,) = tmp_path.glob("*.whl")
    run(sys.executable, "-m", "venv", str(tmp_path / "empty"))
    python = str(tmp_path / "empty" / "bin" / "python")
    pip = (python, "-m", "pip", "--disable-pip-version-check", "--quiet", "install")
    run(*pip, "--require-hashes", "-r", str(ROOT / "requirements.txt"))
    run(*pip, "--no-deps", str(wheel))
    data = tmp_path / "data"
    data.mkdir()
    done = run(python, "-c", OPEN_EACH_FACE, str(data), cwd=data)
    assert done.stdout.split() == ["/healthz", "/field/", "/field/words/ar.json", "/office/sign-in?lang=fr"]


def run(*command: str, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def test_every_package_of_the_checkout_is_named_for_the_wheel() -> None:
    named = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["packages"]
    here = {".".join(found.parent.relative_to(ROOT).parts) for found in (ROOT / "intake").rglob("__init__.py")}
    assert here == {name for name in named if not name.startswith("intake.assets.")}
