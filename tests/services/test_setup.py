"""Setting up: who may hold what from the first day, and what is left behind."""

from functools import partial
from typing import Any

import pytest

from intake.domain.problems import Problem
from intake.envelope import recovery
from intake.envelope.sealing import SealingKey
from intake.envelope.signing import SigningKey
from intake.services import audit, keys, setup, staff
from intake.services.desk import open_chain
from intake.services.setup import Applicant, Made
from intake.store import Store
from intake.store.office import offices
from tests.support.staffed import CHEAP, START, StaffedOffice

ALL = ("work", "identity", "sign")


def _make(store: Store, *people: Applicant, **changed: Any) -> Made:
    said = setup.publishing(receipt_key=SigningKey.generate().public, languages=("en",))
    with store.office() as session, store.inbound() as inbound:
        return setup.make_office(  # noqa: S604  `shell` names the phone's files and runs nothing
            session,
            inbound,
            people=people,
            publishing=said,
            shell="none",
            now=START,
            cost=CHEAP,
            **{"name": "Kivu desk", **changed},
        )


@pytest.mark.parametrize(
    ("people", "code"),
    [
        pytest.param([Applicant("ada", ("administrator",), ("work",))], "422.85", id="an administrator with keys"),
        pytest.param([Applicant("marie", ("reviewer",), ALL)], "422.84", id="one holder of sign"),
        pytest.param(
            [Applicant(name, ("reviewer",), ("work", "sign")) for name in ("marie", "omar")],
            "422.95",
            id="nobody holds identity",
        ),
        pytest.param(
            [Applicant("marie", ("king",), ALL), Applicant("omar", ("reviewer",), ALL)], "422.95", id="no such role"
        ),
        pytest.param([Applicant("marie", ("reviewer",), ALL)] * 2, "422.81", id="one name twice"),
    ],
)
def test_an_office_that_would_be_unsafe_is_not_made(store: Store, people: list[Applicant], code: str) -> None:
    with pytest.raises(Problem, match=code.replace(".", r"\.")):
        _make(store, *people)
    with store.office() as session:
        assert offices.every(session) == []


def test_a_second_office_is_a_compartment_with_keychains_people_and_an_audit_chain_of_its_own(
    office: StaffedOffice,
) -> None:
    made = _make(office.store, Applicant("marie", ("reviewer",), ALL), Applicant("omar", ("reviewer",), ALL))
    with office.store.office(reading=True) as session:
        heads = audit.verify(session)
        assert set(heads) == {office.made.office, made.office}
        assert [one.name for one in staff.listing(session, office=made.office)] == ["marie", "omar"]
        (line, *_) = audit.read(session, desk=made.desk)
        assert (line.act, line.about) == ("made_the_office", made.office)
    theirs = made.desk.opened["work"].chain.current("report").id
    with pytest.raises(Problem, match=r"422\.12"):
        office.made.desk.opened["work"].chain.find(theirs)


def test_staff_of_one_office_open_admit_restore_and_close_nobody_and_nothing_of_another(office: StaffedOffice) -> None:
    made = _make(office.store, Applicant("marie", ("reviewer",), ALL), Applicant("omar", ("reviewer",), ALL))
    now = office.clock.now
    with office.store.office() as session:
        amina = office.people["amina"]
        assert open_chain(session, office=made.office, chain="work", holder=amina.id, seed=bytes(32)) is None
        desk = office.desk(session, "amina", *ALL)
        words = " ".join(made.people[0].words)
        for act in (
            partial(keys.admit, chain="work", name="marie", words=words),
            partial(staff.restore, name="marie"),
        ):
            with pytest.raises(Problem, match=r"422\.91"):
                act(session, desk=desk, now=now)
        with pytest.raises(Problem, match=r"422\.91"):
            staff.close(session, desk=office.desk(session, "emil"), name="marie", now=now)


def test_an_office_s_name_and_a_sign_in_name_are_taken_once_for_all_offices(office: StaffedOffice) -> None:
    _make(office.store, Applicant("marie", ("reviewer",), ALL), Applicant("omar", ("reviewer",), ALL))
    fresh = (Applicant("nadia", ("reviewer",), ALL), Applicant("oscar", ("reviewer",), ALL))
    with pytest.raises(Problem, match=r"422\.81"):
        _make(office.store, *fresh, name=" kivu DESK")
    with pytest.raises(Problem, match=r"422\.81"):
        _make(office.store, Applicant("amina", ("reviewer",), ALL), fresh[0], name="Third desk")


def test_paper_keys_are_the_only_copies_and_any_enough_sheets_make_one(store: Store) -> None:
    people = (Applicant("marie", ("reviewer",), ALL), Applicant("omar", ("reviewer",), ALL))
    made = _make(store, *people, shares=(2, 3))
    first, second, third = made.sheets["backup"]
    assert recovery.combine((first, second)) == recovery.combine((third, first))
    with store.office() as session:
        kept = offices.every(session)[0].backup_key
    assert SealingKey.from_seed(recovery.combine((second, third))).public == kept


def test_nothing_secret_shows_when_what_was_made_is_printed(office: StaffedOffice) -> None:
    shown = repr(office.made)
    assert office.people["amina"].passphrase not in shown
    assert office.people["amina"].totp not in shown
    assert office.made.sheets["work"][0] not in shown
