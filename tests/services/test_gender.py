"""Counts of wishes come from what reports say; what was counted is kept. On both databases."""

from intake.domain.gender import Shown
from intake.services import gender, register
from tests.support.staffed import StaffedOffice


def test_gender_wishes_are_read_off_reports_and_counts_are_kept(office: StaffedOffice) -> None:
    phone, now = office.phone(), office.clock.now
    for met in ("yes", "yes", "yes", "yes", "yes", "no"):
        phone.send(version=2, answers={"may_write": "yes", "officer_wish": "woman", "officer_wish_met": met})
    with office.store.inbound() as inbound, office.store.office() as session:
        desk = office.desk(session, "amina")
        register.pull(session, inbound, desk=desk, now=now)
        assert gender.wishes(session, desk=desk) == {"woman": Shown(6, None), "man": Shown(None, None)}
    numbers = {"officers": 40, "women_officers": 12, "staff": 9, "women_staff": 8}
    for women in (11, 12):
        with office.store.office() as session:
            asked = {"day": "2026-11-20", "numbers": {**numbers, "women_officers": women}, "now": now}
            gender.count(session, desk=office.desk(session, "cora"), **asked)
    with office.store.office(reading=True) as session:
        [found] = gender.counted(session, desk=office.desk(session, "amina"))
    assert (found.women_officers, found.by) == (12, "cora")
