"""The whole program as people meet it: gunicorn with `wsgi:both()` and the demo office, on a free port.

`server`                on SQLite, one for the whole run
`server_on_postgresql`  the same on PostgreSQL
`serving(settings)`     a server of one's own, to kill, restart or restore: a context manager

A test enrols phones of its own (`server.invite()`), so that tests share a server without meeting each other.
"""

import atexit
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

import pytest

from intake.cli import serving as cli_serving
from intake.config import Settings
from intake.services import demo
from intake.services.demo import Demo, DemoPerson
from intake.store import Store
from intake.store.office import staff
from tests.support.postgres import ROOT, Cluster, settings_in

READY_SECONDS = 120


@dataclass
class Server:
    """A running server. `demo.people` have names, passphrases and TOTP secrets; `log` is what gunicorn wrote.

    `root` is the checkout that is served: this one, or a copy whose files a test may change; `app` what of it.
    """

    settings: Settings
    demo: Demo
    log: Path
    workers: int = 1
    root: Path = ROOT
    app: str = "wsgi:both()"
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    _log: IO[bytes] | None = field(default=None, repr=False)
    _alive: int = field(default=-1, repr=False)

    @property
    def url(self) -> str:
        return self.settings.origin

    def person(self, name: str) -> DemoPerson:
        """amina holds work, identity and sign; bruno work and sign; clara is the administrator."""
        return self.demo.person(name)

    def code(self, name: str) -> str:
        """A code that works now, even right after another one: the memory of used codes is wiped first."""
        person = self.person(name)
        with self.store() as store, store.office() as session:
            staff.change(session, person.id, totp_step=0)
        return person.code(datetime.now(UTC))

    def invite(self) -> str:
        """A fresh invitation link for one phone."""
        with self.store() as store, store.office() as session, store.inbound() as inbound:
            invitation = demo.invite(session, inbound, demo=self.demo, origin=self.url, now=datetime.now(UTC))
        return invitation.link

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The server's own database, to look into."""
        opened = Store.open(self.settings)
        try:
            yield opened
        finally:
            opened.close()

    def start(self) -> None:
        """Start, and return when it answers. After `stop` or `kill`: at the same address, with the same data."""
        if self._process is not None:
            raise RuntimeError("the server is running")
        with _listening(self.settings.port) as listening:
            self.settings = _at(self.settings, listening.getsockname()[1])
            self._log = self.log.open("ab")
            # Every process of the server holds the writing end, so reading ends when the last one has gone.
            self._alive, held = os.pipe()
            self._process = subprocess.Popen(
                _gunicorn(listening.fileno(), self.workers, self.app),
                cwd=self.root,
                env={**os.environ, **_environment(self.settings), "PYTHONPATH": str(ROOT)},
                pass_fds=[listening.fileno(), held],
                stdout=self._log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            os.close(held)
        self._wait()

    def stop(self) -> None:
        """End as an operator would."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End as a power cut would."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        # All of its process group: a killed master does not take its workers along.
        os.killpg(self._process.pid, how)
        self._process.wait(timeout=60)
        os.read(self._alive, 1)
        os.close(self._alive)
        self._process = None
        if self._log is not None:
            self._log.close()

    def _wait(self) -> None:
        """The socket is open already, so one request waits until a worker takes it."""
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=READY_SECONDS) as answer:
                answer.read()
        except OSError as error:
            self.kill()
            raise RuntimeError(f"the server did not start:\n{self.log.read_text('utf-8')}") from error


@contextmanager
def serving(settings: Settings, *, workers: int = 1, root: Path = ROOT, app: str = "wsgi:both()") -> Iterator[Server]:
    """A server with the demo office in these settings (see `tests.support.postgres.settings_in`), on a free port."""
    free = _at(settings, 0)
    server = Server(free, _demo(free), free.data / "gunicorn.log", workers, root, app)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _demo(settings: Settings) -> Demo:
    """The demo office, made in these settings. On SQLite a copy of one that was made once: keys take their time."""
    if settings.database_url is None and not cli_serving.demo_file(settings).exists():
        shutil.copytree(_made(), settings.data, dirs_exist_ok=True)
    return cli_serving.make_demo(settings, marked=False)


@cache
def _made() -> Path:
    folder = TemporaryDirectory(prefix="intake-demo-")
    atexit.register(folder.cleanup)
    data = Path(folder.name) / "data"
    cli_serving.make_demo(settings_in(data), marked=False)
    return data


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The program on SQLite."""
    with serving(settings_in(tmp_path_factory.mktemp("server"))) as running:
        yield running


@pytest.fixture(scope="session")
def server_on_postgresql(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The program on PostgreSQL."""
    url = postgres.database("server")
    with serving(settings_in(tmp_path_factory.mktemp("server"), url)) as running:
        yield running
    postgres.drop("server")


def _listening(port: int) -> socket.socket:
    """A socket at this port, as soon as the system has let go of the connections of the server before."""
    deadline = time.monotonic() + READY_SECONDS
    while True:
        try:
            return socket.create_server(("127.0.0.1", port), backlog=256)
        except OSError:
            if time.monotonic() > deadline:
                raise
            # What the wait is for has no event of its own.
            threading.Event().wait(0.05)


def _at(settings: Settings, port: int) -> Settings:
    origin = f"http://127.0.0.1:{port}"
    return replace(settings, port=port, origin=origin, office_origin=origin)


def _environment(settings: Settings) -> dict[str, str]:
    return {
        "INTAKE_DATA": str(settings.data),
        "INTAKE_DATABASE_URL": settings.database_url or "",
        "INTAKE_PORT": str(settings.port),
        "INTAKE_ORIGIN": settings.origin,
        "INTAKE_OFFICE_ORIGIN": settings.office_origin,
        "INTAKE_RECEIPT_KEY": str(settings.receipt_key),
    }


def _gunicorn(descriptor: int, workers: int, app: str) -> list[str]:
    return [
        *(sys.executable, "-m", "tests.support.quick_server", app, "--bind", f"fd://{descriptor}"),
        *("--workers", str(workers), "--threads", "8", "--graceful-timeout", "5", "--log-level", "warning"),
    ]
