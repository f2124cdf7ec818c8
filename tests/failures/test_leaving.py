"""When the last person leaves, nothing of what was opened stays: not in memory, not on the disk."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pyotp
import pytest

from intake.envelope.signing import SigningKey
from intake.store import Store, migrate
from intake.store.office import staff as accounts
from tests.support.gunicorn import Gunicorn
from tests.support.postgres import settings_in
from tests.support.staffed import ANSWERS, Clock, StaffedOffice

CANARY = "Kingfisher lagoon canary"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[StaffedOffice]:
    settings = settings_in(tmp_path / "data")
    migrate(settings)
    settings.receipt_key.write_bytes(SigningKey.generate().to_bytes())
    store = Store.open(settings)
    made = StaffedOffice.make(store, Clock(datetime.now(UTC)))
    made.phone().send(answers={**ANSWERS, "help_words": {"text": CANARY, "language": "en"}})
    yield made
    store.close()


@pytest.fixture
def server(office: StaffedOffice, tmp_path: Path) -> Iterator[Gunicorn]:
    running = Gunicorn(settings_in(tmp_path / "data"), app="wsgi:office()")
    yield running.start()
    running.close()


class Browser:
    """Somebody with a browser, over the network: it keeps cookies and the last form's token."""

    def __init__(self, server: Gunicorn, office: StaffedOffice, name: str) -> None:
        self.url, self.office, self.person = f"http://localhost:{server.port}", office, office.people[name]
        self.opener = build_opener(HTTPCookieProcessor())
        self.token = ""

    def get(self, path: str) -> str:
        return self._send(path, None)

    def post(self, path: str, **typed: str) -> str:
        return self._send(path, urlencode({"csrf_token": self.token, **typed}).encode())

    def sign_in(self) -> None:
        self.get("/office/sign-in")
        with self.office.store.office() as session:
            accounts.change(session, self.person.id, totp_step=0)
        code = pyotp.TOTP(self.person.totp).now()
        page = self.post("/office/sign-in", name=self.person.name, passphrase=self.person.passphrase, code=code)
        assert "/office/sign-out" in page

    def _send(self, path: str, body: bytes | None) -> str:
        headers = {"Sec-Fetch-Site": "same-origin", "Accept-Language": "en"}
        with self.opener.open(Request(self.url + path, body, headers)) as answer:
            page: str = answer.read().decode()
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
        self.token = found[1] if found else self.token
        return page


def worker(server: Gunicorn) -> int:
    """The process that answers; 0 while there is none."""
    assert server.process is not None
    parent = server.process.pid
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return int(children[0]) if len(children) == 1 else 0


def memory_of(pid: int) -> bytes:
    """Every readable page of a process."""
    found = []
    with open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            span = re.match(r"(\w+)-(\w+) r", line)
            if span is None or line.endswith(("[vvar]", "[vsyscall]", "[vvar_vclock]")):
                continue
            memory.seek(int(span[1], 16))
            try:
                found.append(memory.read(int(span[2], 16) - int(span[1], 16)))
            except OSError:
                continue
    return b"".join(found)


def test_when_the_last_person_leaves_nothing_of_what_was_opened_is_in_memory_or_on_the_disk(
    office: StaffedOffice, server: Gunicorn, tmp_path: Path
) -> None:
    amina = Browser(server, office, "amina")
    amina.sign_in()
    amina.get("/office/arrivals")
    assert "1 found" in amina.post("/office/find", words="kingfisher")
    first = worker(server)
    assert b"kingfisher" in memory_of(first)
    amina.post("/office/sign-out")
    while worker(server) in (0, first):
        server.send("GET", "/healthz", b"", {})
    server.send("GET", "/healthz", b"", {})
    for spelled in (CANARY.encode(), b"kingfisher", CANARY.encode("utf-16-le")):
        assert spelled not in memory_of(worker(server))
        for path in (path for path in tmp_path.rglob("*") if path.is_file()):
            assert spelled not in path.read_bytes(), path
    amina.sign_in()
    assert "1 found" in amina.post("/office/find", words="kingfisher")


def test_as_long_as_somebody_else_is_in_the_process_stays(office: StaffedOffice, server: Gunicorn) -> None:
    amina, bruno = (Browser(server, office, name) for name in ("amina", "bruno"))
    amina.sign_in()
    bruno.sign_in()
    amina.get("/office/arrivals")
    amina.post("/office/find", words="kingfisher")
    first = worker(server)
    amina.post("/office/sign-out")
    assert "1 found" in bruno.post("/office/find", words="kingfisher")
    assert worker(server) == first


def test_who_only_read_a_report_leaves_nothing_behind_either(office: StaffedOffice, server: Gunicorn) -> None:
    amina = Browser(server, office, "amina")
    amina.sign_in()
    report = re.findall(r"/office/arrivals/([0-9a-f-]{36})", amina.get("/office/arrivals"))[0]
    assert CANARY in amina.get(f"/office/arrivals/{report}")
    first = worker(server)
    amina.post("/office/sign-out")
    while worker(server) in (0, first):
        server.send("GET", "/healthz", b"", {})
    assert CANARY.encode() not in memory_of(worker(server))
