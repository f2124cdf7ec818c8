"""What a thief has who took a copy of everything, a cookie alone, or a place from which to guess."""

from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from intake.config import Settings
from intake.domain.problems import Problem
from intake.envelope import tokens
from intake.services import kept, notes, register, signin
from intake.services.find import Finder
from intake.store import Store
from intake.store.office import sessions
from tests.support.care import Care, care_for
from tests.support.staffed import ANSWERS, StaffedOffice

# Each stands where only the office may read it: what she answered, her name, a note, a place, a code somebody typed.
CANARIES = {
    "answer": "canary-answer-by-the-river",
    "name": "canary-name-Zainab",
    "note": "canary-note-mornings",
    "note with names": "canary-note-Mariam",
    "place": "canary-place-7",
    "label of a phone": "canary-phone-Idris",
    "what was being typed": "canary-typed",
}
on_sqlite = pytest.mark.parametrize("database_settings", ["sqlite"], indirect=True)


def sign_in(office: StaffedOffice, who: str = "amina") -> str:
    with office.store.office() as session:
        tried = signin.attempt(session, name=who, address="192.0.2.1", now=office.clock.now)
    code, passphrase = office.code(who), office.people[who].passphrase
    with office.store.office() as session:
        return signin.begin(session, attempt=tried, passphrase=passphrase, code=code, now=office.clock.now)


def resume(office: StaffedOffice, cookie: str, store: Store | None = None) -> Any:
    with (store or office.store).office() as session:
        return signin.resume(session, cookie=cookie, now=office.clock.now)


@pytest.fixture
def full(staffed: StaffedOffice, database_settings: Settings) -> tuple[Care, Path]:
    """An office in which every canary was kept, searched for and left, and nobody is signed in any more."""
    office, data = staffed, database_settings.data
    answers = {**ANSWERS, "help_words": {"text": CANARIES["answer"], "language": "en"}, "place": CANARIES["place"]}
    office.phone(CANARIES["label of a phone"]).send(answers=answers)
    care = care_for(office, answers=answers, identity={"called": {"text": CANARIES["name"], "language": "en"}})
    said: dict[str, Any] = {"case": care.case.id, "language": "en", "corrects": ""}
    care.do(notes.write, text=CANARIES["note"], names=False, **said)
    care.do(notes.write, chains=("work", "identity"), text=CANARIES["note with names"], names=True, **said)
    cookie = sign_in(office)
    desk = resume(office, cookie)
    with office.store.office() as session:
        register.open_report(session, desk=desk, report=care.case.reports[0], now=office.clock.now)
        typed: dict[str, Any] = {"page": "/office/cases", "action": "/office/cases/x", "now": office.clock.now}
        account = signin.owner(session, cookie=cookie, now=office.clock.now)
        assert account is not None
        fields = [("words", CANARIES["what was being typed"])]
        kept.keep(session, account=account, id="0" * 32, fields=fields, **typed)
    finder = Finder(office.store, data / "index")
    assert finder.wait(desk) is None
    finder.save(desk)
    with office.store.office() as session:
        signin.end(session, cookie=cookie)
    return care, data


@on_sqlite
def test_a_copy_of_the_database_and_disk_taken_with_nobody_signed_in_yields_no_answer_name_note_place_or_code(
    full: tuple[Care, Path],
) -> None:
    care, data = full
    office = care.office
    copy = {path: path.read_bytes() for path in data.rglob("*") if path.is_file()}
    assert {"inbound.db", "office.db"} <= {path.name for path in copy}
    assert any(path.suffix == ".sealed" for path in copy), "the index rests here too"
    secrets = [text for one in office.people.values() for text in (one.passphrase, one.totp)]
    for what in (*CANARIES.values(), *secrets, "".join(sorted(CANARIES["answer"].split("-")))):
        for spelling in (what.encode(), what.casefold().encode(), what.encode("utf-16-le")):
            assert not [path.name for path, content in copy.items() if spelling in content], what


@on_sqlite
def test_what_is_looked_for_would_be_found_where_it_lay_open(full: tuple[Care, Path]) -> None:
    """The guard of the guard: the same search finds each of them once a colleague has opened the office."""
    care, data = full
    finder = Finder(care.office.store, data / "index")
    with care.office.store.office(reading=True) as session:
        desk = care.office.desk(session, "amina")
    assert finder.wait(desk) is None
    opened = finder.index(desk).dump()
    assert b"canary" in opened
    assert CANARIES["place"].encode() in opened


def test_a_stolen_cookie_without_the_server_or_the_server_without_the_cookie_yields_nothing(
    staffed: StaffedOffice,
) -> None:
    cookie = sign_in(staffed)
    assert resume(staffed, cookie) is not None
    with staffed.store.office(reading=True) as session:
        row = session.execute(sessions.sessions.select()).mappings().one()
    # The server alone: what it stores of the session names the cookie by a hash and holds nothing that opens it.
    assert cookie not in str(dict(row))
    for guess in (str(row["id"]), "", "0" * 43):
        assert resume(staffed, guess) is None
        key = sha256(f"intake-session-key/1\n{guess}\n".encode()).digest()
        with pytest.raises(Problem, match=r"422\.12"):
            tokens.open_small(key, row["sealed"], context=f"intake-session/1\n{row['id']}\n")
    # The cookie alone: where the session has ended there is nothing left that it could open.
    with staffed.store.office() as session:
        signin.end(session, cookie=cookie)
    assert resume(staffed, cookie) is None


def test_sign_in_guessing_is_limited_across_workers(staffed: StaffedOffice, database_settings: Settings) -> None:
    """Four workers with connections of their own share one count, by the address and by the account."""
    workers = [Store.open(database_settings) for _ in range(4)]

    def guesses(number: int) -> int:
        return sum(_may_try(staffed, workers[number], "amina", "192.0.2.7") for _ in range(signin.TRIES_ADDRESS))

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(guesses, range(4))) == signin.TRIES_ADDRESS
    others = (f"192.0.2.{number}" for number in range(10, 250))
    with ThreadPoolExecutor(4) as pool:
        tried = pool.map(lambda each: _may_try(staffed, workers[each[0] % 4], "amina", each[1]), enumerate(others))
        assert sum(tried) == signin.TRIES_ACCOUNT - signin.TRIES_ADDRESS
    for one in workers:
        one.close()


def _may_try(staffed: StaffedOffice, worker: Store, name: str, address: str) -> bool:
    try:
        with worker.office() as session:
            signin.attempt(session, name=name, address=address, now=staffed.clock.now)
    except Problem as problem:
        if problem.code != "429.1":
            raise
        return False
    return True
