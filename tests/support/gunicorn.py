"""A real gunicorn with the configuration of production, on a port of its own, that can be killed and started again."""

import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from intake.config import Settings
from tests.support.phone import Answer

ROOT = Path(__file__).parents[2]
PATIENCE = 60


@dataclass
class Gunicorn:
    """One server. The listening socket is ours, so that a killed server's successor has the same port."""

    settings: Settings
    app: str = "wsgi:public()"
    config: Path = ROOT / "deploy" / "gunicorn.py"
    workers: int = 1
    environment: dict[str, str] = field(default_factory=dict)
    listener: socket.socket = field(init=False)
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=512)

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    def start(self) -> "Gunicorn":
        """Start and wait until it answers: connections wait in the socket until somebody accepts them."""
        number = self.listener.fileno()
        program = [sys.executable, "-m", "tests.support.quick_server"]
        command = [*program, "-c", str(self.config), "--bind", f"fd://{number}", self.app]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | self._environment(), pass_fds=[number], start_new_session=True
        )
        health = self.send("GET", "/healthz", b"", {})
        assert health.status == 200, health
        return self

    def _environment(self) -> dict[str, str]:
        return {
            "INTAKE_DATA": str(self.settings.data),
            "INTAKE_DATABASE_URL": self.settings.database_url or "",
            "INTAKE_PORT": str(self.port),
            "INTAKE_ORIGIN": f"http://127.0.0.1:{self.port}",
            "INTAKE_OFFICE_ORIGIN": f"http://localhost:{self.port}",
            "INTAKE_RECEIPT_KEY": str(self.settings.receipt_key),
            "INTAKE_WORKERS": str(self.workers),
            **self.environment,
        }

    def send(self, method: str, path: str, body: bytes | Iterator[bytes], headers: dict[str, str]) -> Answer:
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def connect(self, sent: bytes) -> socket.socket:
        """A raw connection on which something was sent."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        connection.sendall(sent)
        return connection

    def kill(self) -> None:
        """`kill -9` for the master and every worker at once."""
        self._signal(signal.SIGKILL)

    def hang_up(self) -> None:
        """After `kill`: who waits in the socket's queue would wait for ever, and is told that nobody is there."""
        self.listener.setblocking(False)
        with suppress(BlockingIOError):
            while True:
                self.listener.accept()[0].close()

    def close(self) -> None:
        """Stop and give the port back."""
        self._signal(signal.SIGTERM)
        self.listener.close()

    def _signal(self, number: signal.Signals) -> None:
        if self.process is None:
            return
        os.killpg(self.process.pid, number)
        self.process.wait(PATIENCE)
        self.process = None
