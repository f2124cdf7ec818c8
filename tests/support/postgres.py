"""A throw-away PostgreSQL, and the fixture `store`: the same test on SQLite and on PostgreSQL."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import psycopg
import pytest

from intake.config import Settings
from intake.store import Store, migrate

ROOT = Path(__file__).parents[2]
# Tests of speed matter less than tests of durability, which start a cluster of their own with `durable=True`.
CARELESS = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off"


def binaries() -> Path:
    """The folder of initdb and pg_ctl; Debian keeps them off the PATH."""
    on_path = shutil.which("pg_ctl")
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: int(place.parent.name))
    if not on_path and not places:
        raise RuntimeError("no PostgreSQL found; on Debian: apt-get install postgresql")
    return places[-1] if places else Path(on_path or "").parent


@dataclass(frozen=True)
class Cluster:
    """One PostgreSQL on a Unix socket in its own folder. Its superuser is `admin`; the roles of Intake exist."""

    folder: Path
    durable: bool

    @classmethod
    def make(cls, *, durable: bool = False) -> "Cluster":
        # Short, because a socket's path may have 107 characters.
        cluster = cls(folder=Path(tempfile.mkdtemp(prefix="intake-pg-")), durable=durable)
        if os.getuid() == 0:
            shutil.chown(cluster.folder, "postgres", "postgres")
        settings = ("-U", "admin", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
        cluster._run("initdb", "-D", cluster._data, *settings)
        cluster.start()
        return cluster

    def start(self) -> None:
        options = f"-k {self.folder} -c listen_addresses='' -c max_connections=200 {'' if self.durable else CARELESS}"
        self._run("pg_ctl", "-D", self._data, "-w", "-l", f"{self.folder}/log", "-o", options, "start")

    def stop(self, mode: str = "immediate") -> None:
        self._run("pg_ctl", "-D", self._data, "-m", mode, "stop")

    def kill(self) -> None:
        """`kill -9` of every process at once. `start` begins again with what had reached the disk."""
        lock = self.folder / "data" / "postmaster.pid"
        parent = lock.read_text().splitlines()[0]
        for process in (parent, *Path(f"/proc/{parent}/task/{parent}/children").read_text().split()):
            with suppress(ProcessLookupError):
                os.kill(int(process), signal.SIGKILL)
        # Where nobody collects dead processes, as in some containers, PostgreSQL takes its own dead for a rival.
        lock.unlink()
        (self.folder / ".s.PGSQL.5432.lock").unlink()

    def remove(self) -> None:
        if (self.folder / "data" / "postmaster.pid").exists():
            self.stop()
        shutil.rmtree(self.folder)

    def url(self, database: str, role: str = "intake_owner") -> str:
        return f"postgresql://{role}@/{database}?host={self.folder}"

    def database(self, name: str, *, template: str = "template1") -> str:
        """Make a database and give its address, for the owner of Intake's tables."""
        with psycopg.connect(self.url("postgres", "admin"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        with psycopg.connect(self.url(name, "admin"), autocommit=True) as connection:
            connection.execute((ROOT / "deploy" / "roles.sql").read_bytes())
        return self.url(name)

    def drop(self, name: str) -> None:
        with psycopg.connect(self.url("postgres", "admin"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    @property
    def _data(self) -> str:
        return f"{self.folder}/data"

    def _run(self, program: str, *arguments: str) -> None:
        # initdb refuses to run as root.
        user = "postgres" if os.getuid() == 0 else None
        groups: list[str] | None = [] if user else None
        subprocess.run(
            [str(binaries() / program), *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self.folder,
            user=user,
            group=user,
            extra_groups=groups,
        )


def settings_in(folder: Path, database_url: str | None = None) -> Settings:
    """Settings of a server on this machine that keeps everything in `folder`."""
    return replace(Settings.from_env({"INTAKE_DATA": str(folder)}), database_url=database_url)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """One cluster for the whole run, careless about power cuts. It holds a migrated database `ready`."""
    cluster = Cluster.make()
    try:
        migrate(settings_in(cluster.folder, cluster.database("ready")))
        yield cluster
    finally:
        cluster.remove()


@pytest.fixture(scope="session")
def _names() -> Iterator[int]:
    return count()


@pytest.fixture(scope="session")
def ready_files(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Migrated SQLite files to copy."""
    settings = settings_in(tmp_path_factory.mktemp("ready"))
    migrate(settings)
    return settings


@pytest.fixture
def sqlite_settings(tmp_path: Path, ready_files: Settings) -> Settings:
    """Settings of an empty, migrated SQLite store, where one kind of database is enough."""
    shutil.copytree(ready_files.data, tmp_path / "data")
    return settings_in(tmp_path / "data")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_settings(request: pytest.FixtureRequest, tmp_path: Path, _names: Iterator[int]) -> Iterator[Settings]:
    """Settings of a migrated database; every test that asks runs on both kinds.

    It is empty, unless the test works in the office of `tests.support.prepared`.
    """
    data, staffed = tmp_path / "data", "staffed" in request.fixturenames
    if request.param == "sqlite":
        ready = request.getfixturevalue("staffed_files")[0] if staffed else request.getfixturevalue("ready_files")
        shutil.copytree(ready.data, data)
        yield settings_in(data)
        return
    data.mkdir()
    cluster: Cluster = request.getfixturevalue("postgres")
    if staffed:
        request.getfixturevalue("staffed_database")
    name = f"t{next(_names)}"
    yield settings_in(data, cluster.database(name, template="staffed" if staffed else "ready"))
    cluster.drop(name)


@pytest.fixture
def store(database_settings: Settings) -> Iterator[Store]:
    """An empty store, once on SQLite and once on PostgreSQL."""
    opened = Store.open(database_settings)
    yield opened
    opened.close()
