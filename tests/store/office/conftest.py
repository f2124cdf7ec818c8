"""An office with one person in each role, on both databases."""

import pytest

from intake.store import Store
from tests.support.staffed import StaffedOffice


@pytest.fixture
def office(store: Store) -> StaffedOffice:
    return StaffedOffice.make(store)
