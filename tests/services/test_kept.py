"""What was being typed: kept for one person, readable by nobody else, and not for ever."""

import pytest

from intake.services import kept, signin, staff
from intake.services.kept import Kept
from intake.store import Session
from intake.store.office import kept as rows
from intake.store.office import sessions
from intake.store.office import staff as accounts
from tests.support.staffed import StaffedOffice

PAGE, ACTION = "/office/arrivals/1/decision", "/office/arrivals/1/decision"


def _keep(office: StaffedOffice, session: Session, *fields: tuple[str, str], name: str = "amina") -> bool:
    account = accounts.get(session, office.people[name].id)
    assert account is not None
    return kept.keep(
        session, account=account, id="a" * 32, page=PAGE, action=ACTION, fields=fields, now=office.clock.now
    )


def _kept(office: StaffedOffice, session: Session, name: str = "amina", seed_of: str | None = None) -> list[Kept]:
    account = accounts.get(session, office.people[seed_of or name].id)
    assert account is not None
    secrets = signin.unlock(account, office.people[seed_of or name].passphrase)
    assert secrets is not None
    return kept.of_person(session, staff=office.people[name].id, seed=secrets.seed)


def test_what_was_typed_comes_back_in_its_order_with_all_its_signs(office: StaffedOffice) -> None:
    fields = (("note", "J’ai <b>\n\nبنت"), ("roles", "reviewer"), ("roles", "analyst"), ("version", "3"))
    with office.store.office() as session:
        assert _keep(office, session, *fields)
        (found,) = _kept(office, session)
    assert (found.page, found.action, found.fields) == (PAGE, ACTION, list(fields))


def test_secrets_are_never_kept(office: StaffedOffice) -> None:
    secret = [(name, "never") for name in sorted(kept.SECRETS)]
    with office.store.office() as session:
        assert _keep(office, session, *secret, ("note", "kept"))
        (found,) = _kept(office, session)
        assert found.fields == [("note", "kept")]
        assert not _keep(office, session, *secret, ("version", "3"))


def test_only_the_one_who_typed_it_opens_it(office: StaffedOffice) -> None:
    with office.store.office() as session:
        _keep(office, session, ("note", "The doctor comes on Monday"))
        assert _kept(office, session, seed_of="bruno") == []
        (row,) = rows.of_staff(session, office.people["amina"].id)
        assert b"doctor" not in row.sealed
        rows.put(session, rows.Row("b" * 32, office.people["bruno"].id, row.day, row.sealed))
        assert _kept(office, session, "bruno") == []


def test_one_form_is_kept_once_the_newest(office: StaffedOffice) -> None:
    with office.store.office() as session:
        _keep(office, session, ("note", "first"))
        _keep(office, session, ("note", "second"))
        assert [one.fields for one in _kept(office, session)] == [[("note", "second")]]


def test_nobody_came_back_for_it_within_seven_days(office: StaffedOffice) -> None:
    with office.store.office() as session:
        _keep(office, session, ("note", "x"))
        kept.sweep(session, now=office.clock.move(days=7))
        assert _kept(office, session)
        kept.sweep(session, now=office.clock.move(days=1))
        assert _kept(office, session) == []


def test_whoever_lost_their_key_loses_what_it_alone_opened(office: StaffedOffice) -> None:
    with office.store.office() as session:
        _keep(office, session, ("note", "x"), name="bruno")
        staff.restore(session, desk=office.desk(session, "amina"), name="bruno", now=office.clock.now)
        assert rows.of_staff(session, office.people["bruno"].id) == []


@pytest.mark.parametrize("ended", ["signed out", "closed", "a day ago"])
def test_nothing_is_kept_for_a_session_that_was_ended(office: StaffedOffice, ended: str) -> None:
    with office.store.office() as session:
        attempt = signin.attempt(session, name="bruno", address="192.0.2.1", now=office.clock.now)
        code, words = office.code("bruno"), office.people["bruno"].passphrase
        cookie = signin.begin(session, attempt=attempt, passphrase=words, code=code, now=office.clock.now)
        now = office.clock.move(minutes=15)
        assert signin.resume(session, cookie=cookie, now=now) is None
        owner = signin.owner(session, cookie=cookie, now=now)
        assert owner is not None
        assert owner.name == "bruno"
        # What is left of the session opens nothing.
        assert [row.sealed for row in sessions.of_staff(session, owner.id)] == [b""]
        if ended == "signed out":
            signin.end(session, cookie=cookie)
        elif ended == "closed":
            staff.close(session, desk=office.desk(session, "emil"), name="bruno", now=now)
        else:
            now = office.clock.move(hours=24)
        assert signin.owner(session, cookie=cookie, now=now) is None
