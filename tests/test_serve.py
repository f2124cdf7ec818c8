"""`intake serve`, as `make run` calls it: the newcomer's page, the same data the second time."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

from intake.cli import serving
from intake.config import Settings
from tests.support.postgres import ROOT


def _serve(data: Path) -> str:
    """Start, wait until it answers, stop; what it printed before it answered."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {**os.environ, "INTAKE_DATA": str(data), "INTAKE_PORT": str(port), "PYTHONUNBUFFERED": "1"}
    program = [sys.executable, "-m", "intake", "serve", "--empty"]
    process = subprocess.Popen(program, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    printed = []
    for line in process.stdout:
        printed.append(line)
        if "intake demo code" in line:
            break
    try:
        _wait_for(port, process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
        process.stdout.close()
    return "".join(printed)


def _wait_for(port: int, process: subprocess.Popen[str]) -> None:
    """Until the page answers, or the process has ended without it."""
    while process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=60) as answer:
                assert answer.status == 200
                return
        except OSError:
            continue
    raise AssertionError("the server ended")


def _passphrases(page: str) -> list[str]:
    return re.findall(r"^  (?:amina|bruno|clara|dina) +((?:[a-z]+ ){5}[a-z]+)$", page, re.MULTILINE)


def test_the_first_run_prints_what_a_newcomer_needs_and_the_second_keeps_the_data(tmp_path: Path) -> None:
    first, second = _serve(tmp_path), _serve(tmp_path)
    for said in ("/field/#enrol=", "/office/", "adb reverse tcp:", "synthetic", "demo code amina"):
        assert said in first
    assert len(_passphrases(first)) == 4
    assert _passphrases(second) == _passphrases(first)
    assert re.findall("#enrol=.*", second) != re.findall("#enrol=.*", first)


def test_a_qr_code_is_shown_only_where_a_phone_can_open_the_link(tmp_path: Path) -> None:
    here = Settings.from_env({"INTAKE_DATA": str(tmp_path)})
    there = Settings.from_env({"INTAKE_DATA": str(tmp_path), "INTAKE_ORIGIN": "https://fieldbook.example.org"})
    made = serving.make_demo(here)
    assert "▀" not in "".join(serving._welcome(here, made, "http://127.0.0.1:8000/field/#enrol=x"))
    assert "▀" in "".join(serving._welcome(there, made, "https://fieldbook.example.org/field/#enrol=x"))
