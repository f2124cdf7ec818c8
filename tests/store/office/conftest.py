"""An office with one person in each role, on both databases."""

import pytest

from tests.support.staffed import StaffedOffice


@pytest.fixture
def office(staffed: StaffedOffice) -> StaffedOffice:
    return staffed
