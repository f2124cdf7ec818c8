"""Passkeys beside codes: what opens, and above all what does not."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from intake.domain.problems import Problem
from intake.services import own, passkeys, signin, staff
from intake.services.signin import Answer
from intake.store.office import passkeys as rows
from tests.support.authenticator import USER_PRESENT, Authenticator
from tests.support.staffed import StaffedOffice

ORIGIN, HOST = "http://localhost", "localhost"


@dataclass
class Somebody:
    """A person of the office with a security key, as a browser brings the two together."""

    office: StaffedOffice
    name: str
    key: Authenticator
    cookie: str = ""

    def challenge(self) -> bytes:
        """A fresh one, spent as the web floor spends it: before the answer is judged."""
        found = passkeys.challenge()
        with self.office.store.office() as session:
            passkeys.spend(session, challenge=found, made=self.office.clock.now, now=self.office.clock.now)
        return found

    def sign_in(self, *, answer: Answer | None = None, name: str | None = None) -> str:
        """With the passkey, or with a code when no answer is given."""
        who = name or self.name
        code = "" if answer else self.office.code(who)
        with self.office.store.office() as session:
            attempt = signin.attempt(session, name=who, address="192.0.2.1", now=self.office.clock.now)
        with self.office.store.office() as session:
            self.cookie = signin.begin(
                session,
                attempt=attempt,
                passphrase=self.office.people[who].passphrase,
                code=code,
                answer=answer,
                now=self.office.clock.now,
            )
        return self.cookie

    def add(self, *, code: str | None = None, text: str | None = None) -> None:
        challenge = self.challenge()
        typed = code or self.office.code(self.name)
        with self.office.store.office() as session:
            attempt = signin.attempt(session, name=self.name, address="192.0.2.1", now=self.office.clock.now)
            desk = signin.resume(session, cookie=self.cookie, now=self.office.clock.now)
            assert desk is not None
            own.add_passkey(
                session,
                desk=desk,
                attempt=attempt,
                cookie=self.cookie,
                code=typed,
                answer=Answer(text or self.key.make(challenge), challenge, ORIGIN, HOST),
                label=" blue  key ",
                now=self.office.clock.now,
            )

    def answer(self) -> Answer:
        challenge = self.challenge()
        return Answer(self.key.answer(challenge), challenge, ORIGIN, HOST)


@pytest.fixture
def amina(office: StaffedOffice) -> Somebody:
    found = Somebody(office, "amina", Authenticator())
    found.sign_in()
    found.add()
    return found


def _refused(code: str) -> "pytest.RaisesExc[Problem]":
    return pytest.raises(Problem, check=lambda problem: problem.code == code)


def test_a_passkey_takes_the_place_of_the_code_and_the_code_still_works(amina: Somebody) -> None:
    assert amina.sign_in(answer=amina.answer())
    assert amina.sign_in(answer=amina.answer())
    assert amina.sign_in()
    with amina.office.store.office() as session:
        (known,) = own.passkeys_of(session, cookie=amina.cookie, now=amina.office.clock.now)
    assert (known.label, known.used, known.key.count) == ("blue key", "2026-11-22", 2)


def test_without_the_passphrase_a_passkey_opens_nothing(amina: Somebody) -> None:
    amina.office.people["amina"] = replace(amina.office.people["amina"], passphrase="six other words that are wrong")
    with _refused("401.6"):
        amina.sign_in(answer=amina.answer())


def test_a_passkey_steps_up_too(amina: Somebody) -> None:
    now = amina.office.clock.now
    with amina.office.store.office() as session:
        attempt = signin.attempt(session, name="amina", address="192.0.2.1", now=now)
    answer = amina.answer()
    with amina.office.store.office() as session:
        desk = signin.step_up(
            session, attempt=attempt, cookie=amina.cookie, code="", answer=answer, chain="identity", now=now
        )
    assert desk.identity is not None


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "http://localhost.evil.test"},
        {"host": "evil.test"},
        {"flags": USER_PRESENT},
        {"flags": 0},
        {"key": Authenticator().key},
        {"credential": b"another"},
    ],
    ids=lambda wrong: next(iter(wrong)) + str(wrong.get("flags", "")),
)
def test_an_answer_from_elsewhere_or_from_nobody_is_refused(amina: Somebody, wrong: dict[str, object]) -> None:
    amina.key = replace(amina.key, **wrong)  # type: ignore[arg-type]
    with _refused("401.6"):
        amina.sign_in(answer=amina.answer())


def test_an_answer_to_another_challenge_is_refused(amina: Somebody) -> None:
    caught, now = amina.answer(), amina.challenge()
    with _refused("401.6"):
        amina.sign_in(answer=replace(caught, challenge=now))


def test_a_challenge_is_answered_once_and_within_five_minutes(amina: Somebody) -> None:
    clock, challenge = amina.office.clock, passkeys.challenge()
    with amina.office.store.office() as session:
        passkeys.spend(session, challenge=challenge, made=clock.now, now=clock.now)
    for made, now in ((clock.now, clock.now), (clock.now, clock.now + timedelta(minutes=1))):
        with amina.office.store.office() as session, _refused("401.5"):
            passkeys.spend(session, challenge=challenge, made=made, now=now)
    late = clock.now + passkeys.ANSWERED_WITHIN
    with amina.office.store.office() as session, _refused("401.5"):
        passkeys.spend(session, challenge=passkeys.challenge(), made=clock.now, now=late)
    with amina.office.store.office() as session, _refused("401.5"):
        passkeys.spend(session, challenge=passkeys.challenge(), made=late, now=clock.now)


def test_a_spent_challenge_is_forgotten_only_when_nobody_could_answer_it_any_more(amina: Somebody) -> None:
    clock, challenge = amina.office.clock, passkeys.challenge()
    with amina.office.store.office() as session:
        passkeys.spend(session, challenge=challenge, made=clock.now, now=clock.now)
        passkeys.sweep(session, now=clock.now + passkeys.ANSWERED_WITHIN)
        assert not rows.use_challenge(session, hash=passkeys._hash(challenge), until="")
        passkeys.sweep(session, now=clock.now + passkeys.ANSWERED_WITHIN + timedelta(seconds=1))
        assert rows.use_challenge(session, hash=passkeys._hash(challenge), until="")


def test_a_copy_of_a_key_that_lags_behind_is_refused(amina: Somebody) -> None:
    copied = replace(amina.key)
    amina.sign_in(answer=amina.answer())
    amina.key = copied
    with _refused("401.6"):
        amina.sign_in(answer=amina.answer())


def test_a_colleague_s_passkey_opens_nothing_of_mine(amina: Somebody) -> None:
    bruno = Somebody(amina.office, "bruno", Authenticator())
    bruno.sign_in()
    bruno.add()
    with _refused("401.6"):
        amina.sign_in(answer=bruno.answer())


def test_a_passkey_moved_to_another_person_s_name_in_the_table_opens_nothing(amina: Somebody) -> None:
    """Who writes to the database can put a row anywhere; no row opens but with its owner's private key."""
    bruno = Somebody(amina.office, "bruno", Authenticator())
    bruno.sign_in()
    bruno.add()
    people = amina.office.people
    with amina.office.store.office() as session:
        (row,) = rows.of_staff(session, people["bruno"].id)
        rows.add(session, replace(row, id="0" * 16, staff=people["amina"].id))
    with _refused("401.6"):
        amina.sign_in(answer=bruno.answer())


def test_adding_one_wants_a_fresh_code_and_a_whole_answer(amina: Somebody) -> None:
    other = replace(amina, key=Authenticator())
    with _refused("401.4"):
        other.add(code="000000")
    for text in ("", "{}", "[]", "nonsense", '{"id": 1}', other.key.make(b"another challenge")):
        with _refused("401.5"):
            other.add(text=text or "{")


def test_the_same_passkey_is_not_there_twice(amina: Somebody) -> None:
    with _refused("401.5"):
        amina.add()


def test_what_is_removed_opens_nothing_and_nobody_removes_a_colleague_s(amina: Somebody) -> None:
    office, now = amina.office, amina.office.clock.now
    with office.store.office() as session:
        (known,) = own.passkeys_of(session, cookie=amina.cookie, now=now)
        with _refused("422.103"):
            own.remove_passkey(session, desk=office.desk(session, "bruno"), id=known.id, now=now)
        own.remove_passkey(session, desk=office.desk(session, "amina"), id=known.id, now=now)
    with _refused("401.6"):
        amina.sign_in(answer=amina.answer())


def test_letting_somebody_join_again_ends_their_passkeys(amina: Somebody) -> None:
    office = amina.office
    with office.store.office() as session:
        staff.close(session, desk=office.desk(session, "emil"), name="amina", now=office.clock.now)
        assert rows.of_staff(session, office.people["amina"].id) == []


def test_nothing_of_a_passkey_can_be_read_in_the_table(amina: Somebody) -> None:
    with amina.office.store.office() as session:
        (row,) = rows.of_staff(session, amina.office.people["amina"].id)
    assert amina.key.credential not in row.sealed
    assert b"blue" not in row.sealed
