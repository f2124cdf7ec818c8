"""Signing in: two factors, limits, sessions that end, step-up."""

import re
from datetime import timedelta

import pyotp
import pytest

from intake.domain.problems import Problem
from intake.services import signin, staff
from intake.services.desk import Desk
from intake.store.office import limits, sessions
from intake.store.office import staff as accounts
from tests.support.staffed import StaffedOffice


def _try(office: StaffedOffice, name: str, passphrase: str, code: str, address: str = "192.0.2.1") -> str:
    with office.store.office() as session:
        attempt = signin.attempt(session, name=name, address=address, now=office.clock.now)
    with office.store.office() as session:
        return signin.begin(session, attempt=attempt, passphrase=passphrase, code=code, now=office.clock.now)


def _count(office: StaffedOffice, name: str, address: str) -> None:
    """A try that came to nothing, as far as it is counted."""
    with office.store.office() as session:
        signin.attempt(session, name=name, address=address, now=office.clock.now)


def _sign_in(office: StaffedOffice, name: str = "amina") -> str:
    code = office.code(name)
    return _try(office, name, office.people[name].passphrase, code)


def _step_up(office: StaffedOffice, cookie: str, chain: str, name: str = "amina", code: str | None = None) -> Desk:
    typed = code or office.code(name)
    with office.store.office() as session:
        attempt = signin.attempt(session, name=name, address="192.0.2.1", now=office.clock.now)
    with office.store.office() as session:
        return signin.step_up(session, attempt=attempt, cookie=cookie, code=typed, chain=chain, now=office.clock.now)


def _resume(office: StaffedOffice, cookie: str) -> Desk | None:
    with office.store.office() as session:
        return signin.resume(session, cookie=cookie, now=office.clock.now)


def _refused(code: str) -> "pytest.RaisesExc[Problem]":
    return pytest.raises(Problem, check=lambda problem: problem.code == code)


def test_the_right_passphrase_and_code_open_work_and_nothing_else(office: StaffedOffice) -> None:
    desk = _resume(office, _sign_in(office))
    assert desk is not None
    assert desk.staff.name == "amina"
    assert desk.work is not None
    assert (desk.identity, desk.sign) == (None, None)


def test_a_name_and_passphrase_may_be_typed_in_capitals_and_with_spare_spaces(office: StaffedOffice) -> None:
    spoken = office.people["amina"].passphrase.upper().replace(" ", "  ")
    assert _try(office, " AMINA ", spoken, office.code("amina"))


def test_a_wrong_passphrase_a_wrong_code_and_an_unknown_name_say_the_same(office: StaffedOffice) -> None:
    right = office.people["amina"].passphrase
    for name, passphrase, code in (
        ("amina", "six other words that are wrong", office.code("amina")),
        ("amina", right, "000000" if office.code("amina") != "000000" else "111111"),
        ("nobody", right, office.code("amina")),
    ):
        with _refused("401.2"):
            _try(office, name, passphrase, code)


def test_a_code_opens_once_and_never_again(office: StaffedOffice) -> None:
    code, passphrase = office.code("amina"), office.people["amina"].passphrase
    _try(office, "amina", passphrase, code)
    with _refused("401.2"):
        _try(office, "amina", passphrase, code)


def test_a_code_older_than_a_used_one_is_refused_too(office: StaffedOffice) -> None:
    older = office.code("amina")
    newer = office.code("amina")
    passphrase = office.people["amina"].passphrase
    _try(office, "amina", passphrase, newer)
    with _refused("401.2"):
        _try(office, "amina", passphrase, older)


def test_a_code_of_the_half_minute_before_or_after_is_taken_and_of_two_away_is_not(office: StaffedOffice) -> None:
    generator = pyotp.TOTP(office.people["amina"].totp)
    passphrase, now = office.people["amina"].passphrase, office.clock.now
    for seconds in (-60, 60):
        with _refused("401.2"):
            _try(office, "amina", passphrase, generator.at(now + timedelta(seconds=seconds)))
    assert _try(office, "amina", passphrase, generator.at(now - timedelta(seconds=30)))
    assert _try(office, "amina", passphrase, generator.at(now + timedelta(seconds=30)))


def test_after_too_many_tries_from_one_address_even_the_right_answer_waits(office: StaffedOffice) -> None:
    for number in range(signin.TRIES_ADDRESS):
        _count(office, f"nobody-{number}", "192.0.2.1")
    with _refused("429.1"):
        _sign_in(office)
    code = office.code("amina")
    assert _try(office, "amina", office.people["amina"].passphrase, code, address="192.0.2.2")
    office.clock.move(seconds=signin.WINDOW)
    assert _sign_in(office)


def test_an_account_is_limited_whatever_addresses_the_tries_come_from(office: StaffedOffice) -> None:
    for number in range(signin.TRIES_ACCOUNT):
        _count(office, "amina", f"192.0.2.{number}")
    with _refused("429.1"):
        _try(office, "amina", "x", "000000", address="198.51.100.1")


def test_a_good_sign_in_does_not_count_against_the_limit(office: StaffedOffice) -> None:
    for _ in range(signin.TRIES_ADDRESS + 1):
        _sign_in(office)


def test_no_address_and_no_name_is_kept_in_clear_by_the_limits(office: StaffedOffice) -> None:
    _count(office, "amina", "203.0.113.77")
    with office.store.office() as session:
        kept = [row.bucket for row in session.execute(limits.limits.select())]
    assert len(kept) == 2
    assert all(re.fullmatch("[0-9a-f]{32}", bucket) for bucket in kept)


def test_yesterdays_key_of_the_limits_is_gone_so_that_old_counts_name_nobody(office: StaffedOffice) -> None:
    for _ in range(2):
        _count(office, "amina", "203.0.113.77")
        office.clock.move(days=1)
    with office.store.office() as session:
        days = [row.day for row in session.execute(limits.limit_keys.select())]
    assert days == ["2026-11-23"]


def test_a_session_ends_after_fifteen_idle_minutes(office: StaffedOffice) -> None:
    cookie = _sign_in(office)
    office.clock.move(minutes=14)
    assert _resume(office, cookie) is not None
    office.clock.move(minutes=14)
    assert _resume(office, cookie) is not None
    office.clock.move(minutes=15)
    assert _resume(office, cookie) is None


def test_a_session_ends_after_eight_hours_however_busy(office: StaffedOffice) -> None:
    cookie = _sign_in(office)
    for _ in range(47):
        office.clock.move(minutes=10)
        assert _resume(office, cookie) is not None
    office.clock.move(minutes=10)
    assert _resume(office, cookie) is None


def test_signing_out_ends_this_session_and_signing_out_everywhere_all(office: StaffedOffice) -> None:
    first, second, third = _sign_in(office), _sign_in(office), _sign_in(office)
    with office.store.office() as session:
        signin.end(session, cookie=first)
    assert _resume(office, first) is None
    assert _resume(office, second) is not None
    with office.store.office() as session:
        signin.end_all(session, staff=office.people["amina"].id)
    assert (_resume(office, second), _resume(office, third)) == (None, None)


def test_what_rests_in_a_session_opens_only_with_its_own_cookie(office: StaffedOffice) -> None:
    mine, other = _sign_in(office), _sign_in(office, "bruno")
    with office.store.office() as session:
        theirs = sessions.get(session, signin.tokens.token_hash(other))
        assert theirs is not None
        sessions.change(session, signin.tokens.token_hash(mine), sealed=theirs.sealed)
    with _refused("422.12"):
        _resume(office, mine)


def test_identity_enters_at_a_step_up_and_leaves_after_ten_minutes(office: StaffedOffice) -> None:
    cookie = _sign_in(office)
    assert _step_up(office, cookie, "identity").identity is not None
    office.clock.move(minutes=9)
    desk = _resume(office, cookie)
    assert desk is not None
    assert desk.identity is not None
    assert desk.sign is None
    office.clock.move(minutes=1)
    desk = _resume(office, cookie)
    assert desk is not None
    assert (desk.identity, desk.step_up_until) == (None, None)


def test_a_step_up_wants_a_fresh_code(office: StaffedOffice) -> None:
    code = office.code("amina")
    cookie = _try(office, "amina", office.people["amina"].passphrase, code)
    with _refused("401.4"):
        _step_up(office, cookie, "identity", code=code)


def test_a_step_up_gives_nothing_to_who_holds_no_grant(office: StaffedOffice) -> None:
    with _refused("403.21"):
        _step_up(office, _sign_in(office, "bruno"), "identity", name="bruno")


def test_a_step_up_of_a_session_that_has_ended_is_refused(office: StaffedOffice) -> None:
    cookie = _sign_in(office)
    office.clock.move(minutes=15)
    with _refused("401.3"):
        _step_up(office, cookie, "identity")


def test_a_grant_that_is_taken_away_is_gone_with_the_next_click(office: StaffedOffice) -> None:
    cookie = _sign_in(office, "bruno")
    with office.store.office() as session:
        staff.close(session, desk=office.desk(session, "emil"), name="bruno", now=office.clock.now)
    assert _resume(office, cookie) is None


def test_the_private_key_rests_under_the_passphrase_only(office: StaffedOffice) -> None:
    with office.store.office() as session:
        account = accounts.get(session, office.people["amina"].id)
    assert account is not None
    found = signin.unlock(account, office.people["amina"].passphrase)
    assert found is not None
    assert found.seed not in account.secrets
    assert found.totp.encode() not in account.secrets
    assert signin.unlock(account, office.people["bruno"].passphrase) is None


def test_argon2id_takes_at_least_64_mib(office: StaffedOffice) -> None:
    assert signin.Cost().memory >= 64 * 1024
    assert signin.read_cost(signin._NOBODY.cost) == signin.Cost()
