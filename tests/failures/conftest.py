"""A running public server with an office and one phone, shared by the tests of a file; and the whole program."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from intake.envelope.signing import SigningKey
from intake.store import Store, migrate
from tests.failures.program import Program
from tests.support.browser import QUICK_PASSPHRASE, SMALL_PHONE
from tests.support.gunicorn import Gunicorn
from tests.support.phone import Phone, TestOffice, enrolled
from tests.support.postgres import ROOT, Cluster, settings_in
from tests.support.scripted import PhoneInHand
from tests.support.server import Server, serving


@pytest.fixture(scope="module")
def at_work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Gunicorn, Store, TestOffice]]:
    settings = settings_in(tmp_path_factory.mktemp("server"))
    migrate(settings)
    office = TestOffice(receipt_key=SigningKey.generate())
    settings.receipt_key.write_bytes(office.receipt_key.to_bytes())
    store, server = Store.open(settings), Gunicorn(settings)
    office.publish(store)
    try:
        yield server.start(), store, office
    finally:
        server.close()
        store.close()


@pytest.fixture
def server(at_work: tuple[Gunicorn, Store, TestOffice]) -> Gunicorn:
    return at_work[0]


@pytest.fixture
def phone(at_work: tuple[Gunicorn, Store, TestOffice]) -> Phone:
    server, store, office = at_work
    return enrolled(office, store, server.send)


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what a server serves, so that a test may bring out a new version of the app."""
    copy = tmp_path_factory.mktemp("checkout")
    for name in ("intake", "static"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("templates", "translations", "deploy", "wsgi.py", "pyproject.toml"):
        (copy / name).symlink_to(ROOT / name)
    return copy


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Iterator[Server]:
    """The whole program, on one database after the other. A test leaves it running, and brings phones of its own."""
    folder = tmp_path_factory.mktemp("whole")
    if request.param == "sqlite":
        with serving(settings_in(folder), root=checkout) as running:
            yield running
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    with serving(settings_in(folder, cluster.database("whole")), root=checkout) as running:
        yield running
    cluster.drop("whole")


on_sqlite = pytest.mark.parametrize("whole", ["sqlite"], indirect=True)


@pytest.fixture
def program(whole: Server, monkeypatch: pytest.MonkeyPatch) -> Program:
    return Program(whole, monkeypatch)


@pytest.fixture
def hand(program: Program, browser: Browser) -> Iterator[Callable[[], PhoneInHand]]:
    """Gives phones of this program, each with a memory of its own. The page's CSP does not bind the test's scripts."""
    contexts: list[BrowserContext] = []

    def another() -> PhoneInHand:
        contexts.append(browser.new_context(viewport=SMALL_PHONE, bypass_csp=True))
        contexts[-1].add_init_script(path=QUICK_PASSPHRASE)
        return program.phone(contexts[-1])

    yield another
    for context in contexts:
        context.close()
