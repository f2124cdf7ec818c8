"""The fixture `staffed`: an office with one person in each role, on both databases.

Making one means keys, keychains and a signed bundle, each time the same. So it is made once for each kind of database,
and every test gets a copy of its own: of the files, or of the database.
"""

import shutil
from copy import deepcopy
from dataclasses import replace

import pytest

from intake.config import Settings
from intake.store import Store
from tests.support.postgres import Cluster, settings_in
from tests.support.staffed import Clock, StaffedOffice

STAFFED = "staffed"


def _made(settings: Settings) -> StaffedOffice:
    store = Store.open(settings)
    made = StaffedOffice.make(store)
    store.close()
    return made


@pytest.fixture(scope="session")
def staffed_files(tmp_path_factory: pytest.TempPathFactory, ready_files: Settings) -> tuple[Settings, StaffedOffice]:
    """SQLite files with the office in them, to copy."""
    folder = tmp_path_factory.mktemp("staffed") / "data"
    shutil.copytree(ready_files.data, folder)
    settings = settings_in(folder)
    return settings, _made(settings)


@pytest.fixture(scope="session")
def staffed_database(tmp_path_factory: pytest.TempPathFactory, postgres: Cluster) -> StaffedOffice:
    """A PostgreSQL database STAFFED with the office in it, to copy."""
    return _made(settings_in(tmp_path_factory.mktemp("staffed"), postgres.database(STAFFED, template="ready")))


@pytest.fixture
def staffed(request: pytest.FixtureRequest, database_settings: Settings, store: Store) -> StaffedOffice:
    """The office, in this test's own store, at the time it was made."""
    if database_settings.database_url is None:
        _, made = request.getfixturevalue("staffed_files")
    else:
        made = request.getfixturevalue("staffed_database")
    return replace(made, store=store, clock=Clock(), made=deepcopy(made.made), people=dict(made.people))
