"""`make run` as a newcomer meets it, from a copy of the repository in an empty folder."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.postgres import ROOT

HEALTHY_SECONDS = 120


def copy_of_repository(folder: Path) -> Path:
    """What git would hand out, with this machine's environment beside it."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@contextmanager
def made_to_run(folder: Path, port: int) -> Iterator[str]:
    """`make run`, until it answers; gives what it has printed by then. It is ended as by Ctrl-C."""
    said = folder / f"said-{port}.txt"
    with said.open("wb") as out:
        running = subprocess.Popen(
            ["make", "run"],
            cwd=folder,
            env={**os.environ, "INTAKE_PORT": str(port), "PYTHON": sys.executable},
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            urllib_wait(f"http://127.0.0.1:{port}/healthz", running, said)
            yield said.read_text("utf-8")
        finally:
            os.killpg(running.pid, signal.SIGINT)
            running.wait(60)


def urllib_wait(url: str, running: "subprocess.Popen[bytes]", said: Path) -> None:
    """Ask until it answers, or until the process has given up."""
    for _ in range(HEALTHY_SECONDS * 5):
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                assert answer.status == 200
                return
        except OSError:
            try:
                running.wait(0.2)
            except subprocess.TimeoutExpired:
                continue
            break
    raise AssertionError(f"it did not start:\n{said.read_text('utf-8')}")


def page(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
        return str(answer.read().decode())


def demo_people(said: str) -> list[str]:
    return [line.strip() for line in said.splitlines() if line.startswith(("  amina", "  bruno", "  clara"))]


def typed(checkout: Path, said: str, command: str) -> str:
    """What a command that was printed says when it is pasted into a shell in the same folder."""
    (line,) = (line.partition(": ")[2] for line in said.splitlines() if command in line)
    done = subprocess.run(["sh", "-c", line], cwd=checkout, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (line, done.stderr)
    return done.stdout


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = copy_of_repository(tmp_path)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    return folder


def test_run_it_serves_all_faces_and_prints_what_a_newcomer_needs(checkout: Path) -> None:
    port = free_port()
    with made_to_run(checkout, port) as said:
        assert f"http://127.0.0.1:{port}/field/#enrol=" in said
        assert f"adb reverse tcp:{port} tcp:{port}" in said
        assert len(demo_people(said)) == 3
        code, uri = typed(checkout, said, "demo code amina").split()
        assert len(code) == 6
        assert uri.startswith("otpauth://")
        assert f"http://127.0.0.1:{port}/field/#enrol=" in typed(checkout, said, "demo invite")
        assert f"http://127.0.0.1:{port}/office/" in said
        assert "synthetic" in said
        assert "Fieldbook" in page(port, "/field/")
        assert 'name="passphrase"' in page(port, "/office/sign-in")
        assert "8 releases of its figures are published" in said
        assert "synthetic" in page(port, "/")
        assert page(port, "/figures/?lang=en").count('href="/figures/') >= 8
        assert "data-demo" in page(port, "/field/")
        assert 'class="synthetic"' in page(port, "/office/sign-in")


@pytest.mark.long
def test_a_second_run_keeps_the_data_and_a_reset_starts_over(checkout: Path) -> None:
    port = free_port()
    with made_to_run(checkout, port) as said:
        first = demo_people(said)
    with made_to_run(checkout, free_port()) as said:
        assert demo_people(said) == first
    reset = subprocess.run(["make", "demo-reset"], cwd=checkout, capture_output=True, text=True, check=False)
    assert reset.returncode == 0, reset.stdout + reset.stderr
    with made_to_run(checkout, free_port()) as said:
        assert demo_people(said) != first


@pytest.mark.long
def test_run_it_on_a_bare_machine_makes_its_own_environment(tmp_path: Path) -> None:
    folder, port = copy_of_repository(tmp_path), free_port()
    with made_to_run(folder, port):
        assert "Fieldbook" in page(port, "/field/")
    assert (folder / ".venv" / "bin" / "python").exists()


def test_test_it_is_what_continuous_integration_calls() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert "make test" in readme
    assert (ROOT / ".ci" / "run").read_text("utf-8").rstrip().endswith("make test")
