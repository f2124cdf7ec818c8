"""The `intake` command as a program of its own, typed by somebody who has only the environment and a keyboard."""

import io
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass

import pytest

from intake.cli import main
from intake.config import Settings
from tests.support.postgres import ROOT


def environment_of(settings: Settings, **changed: str) -> dict[str, str]:
    """The variables that an operator would set for these settings."""
    return {
        "INTAKE_DATA": str(settings.data),
        "INTAKE_DATABASE_URL": settings.database_url or "",
        "INTAKE_PORT": str(settings.port),
        "INTAKE_ORIGIN": settings.origin,
        "INTAKE_OFFICE_ORIGIN": settings.office_origin,
        "INTAKE_RECEIPT_KEY": str(settings.receipt_key),
        **changed,
    }


def intake(environment: Mapping[str, str], *arguments: str, answers: tuple[str, ...] = (), status: int = 0) -> str:
    """What the command printed. `answers` are typed line by line; `status` is what it must end with."""
    done = subprocess.run(
        [sys.executable, "-m", "intake", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        input="".join(f"{answer}\n" for answer in answers),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + (done.stderr if status else "")


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it printed."""

    status: int
    out: str
    errors: str


def within(environment: Mapping[str, str], *arguments: str, answers: tuple[str, ...] = ()) -> Done:
    """The same command in this process, for tests that are not about the program's own start: that takes a second."""
    out, errors = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(errors):
        for name, value in environment.items():
            patch.setenv(name, value)
        patch.setattr(sys, "stdin", io.StringIO("".join(f"{answer}\n" for answer in answers)))
        status = main(arguments)
    return Done(status, out.getvalue(), errors.getvalue())
