"""The audit chain: who did what when, sealed, each line bound to the one before.

The outer chain shows, without any key, a line that was changed, removed or moved. Each line also repeats the chain
value of its predecessor *inside* the seal, so that somebody who owns the database cannot drop a line and compute the
chain afresh unseen by those who hold the records key. Lines cut off at the end are shown by the head and, when the head
was moved back as well, by a sealed record of it that everybody with the key renews. Who puts the whole table back to an
older copy is shown by a head noted elsewhere (`intake audit verify` prints it).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import islice
from typing import Any

from intake.domain.problems import Problem
from intake.envelope.encoding import dumps, loads
from intake.envelope.keyring import Keychain
from intake.envelope.opening import open_sealed, unpack
from intake.envelope.records import open_record, seal_record
from intake.envelope.sealing import pack, seal
from intake.envelope.signing import key_id
from intake.services import records, times
from intake.services.desk import Desk
from intake.store import Session
from intake.store.office import audit as lines
from intake.store.office import offices
from intake.store.office.audit import Head, Line

Details = dict[str, Any]

# Where every chain begins.
BEGINNING = Head(0, bytes(32))
SAY_AFTER = 20_000
# The sealed record of the head.
KIND, HEAD = "office", "audit"


@dataclass(frozen=True)
class Entry:
    """One opened line: `who` is a staff id or a tool's name, `about` an id or empty, `at` an instant as text."""

    number: int
    act: str
    who: str
    name: str
    about: str
    details: Details
    at: str


def write(session: Session, *, desk: Desk, act: str, about: str, details: Details, now: datetime) -> None:
    """Put one line about what this person does, in the transaction of the act itself."""
    content = _content(act, desk.staff.id, desk.staff.name, about, details, now)
    head = _put(session, desk.office, content, now, desk.work)
    if desk.work is not None:
        _seal_head(session, desk, head, now)


def write_for(
    session: Session, *, office: str, name: str, act: str, about: str, details: Details, now: datetime
) -> None:
    """Put one line for somebody with no desk (joining, a backup by a timer); `name` says who or what it was."""
    _put(session, office, _content(act, "", name, about, details, now), now, None)


def verify(
    session: Session, *, desk: Desk | None = None, say: Callable[[int, int], None] = lambda *_: None
) -> dict[str, Head]:
    """Walk every office's chain and give where each ends; with a desk, that of its office and what it says inside.

    `say` is told now and then how many lines of how many were walked. Raises Problem 422.86 with the number of the
    first line that does not fit.
    """
    every = [desk.office] if desk else [office.id for office in offices.every(session)]
    return {office: _verify(session, office, desk, say) for office in every}


def walk(session: Session, *, office: str, after: Head, chain: Keychain | None) -> Iterator[tuple[Line, Details]]:
    """Each line that follows `after`, once it was seen to fit; with its keychain what it says, else nothing.

    Raises Problem 422.86 with the number of the first line that does not fit.
    """
    before = after
    for line in lines.lines(session, office, after=before.number):
        link = _link(before.chain, office, line.number, line.day, line.key_id, line.sealed)
        if line.number != before.number + 1 or line.chain != link:
            raise Problem("422.86", number=before.number + 1)
        content = {} if chain is None else _open(line, chain)
        if chain is not None and content["before"] != before.chain.hex():
            raise Problem("422.86", number=line.number)
        before = Head(line.number, line.chain)
        yield line, content


def check_end(session: Session, *, office: str, found: Head, desk: Desk | None) -> None:
    """That the chain ends where it was found to, and reaches the head that is sealed. Raises Problem 422.86."""
    head = lines.head(session, office, lock=False)
    # Others may have written meanwhile: then the head is that of a line that is there.
    grown = head and head.number > found.number and lines.chain_at(session, office, head.number) == head.chain
    if not (head == found or grown) or (desk is not None and not _reaches(session, desk)):
        raise Problem("422.86", number=found.number + 1)


def contains(session: Session, *, number: int, chain: str) -> bool:
    """Whether a head noted earlier (number and hex chain value) is still a line of some office's chain."""
    found = (lines.chain_at(session, office.id, number) for office in offices.every(session))
    return any(one is not None and one.hex() == chain for one in found)


def read(session: Session, *, desk: Desk, newest_first: bool = False) -> Iterator[Entry]:
    """Every line of the desk's office, opened as it is asked for. Raises Problem 403.21, 422.86."""
    chain = desk.need("work").chain
    for line in lines.lines(session, desk.office, newest_first=newest_first):
        yield _entry(line, chain)


def count(session: Session, *, desk: Desk) -> int:
    """How many lines the chain of the desk's office says it has."""
    head = lines.head(session, desk.office, lock=False)
    return head.number if head else 0


def page(session: Session, *, desk: Desk, upto: int, most: int) -> list[Entry]:
    """The lines with this number and below, newest first, so many of them; without those that cannot be opened.

    `verify` names these. Raises Problem 403.21.
    """
    chain, found = desk.need("work").chain, list[Entry]()
    for line in islice(lines.lines(session, desk.office, newest_first=True, upto=upto), most):
        try:
            found.append(_entry(line, chain))
        except Problem:
            continue
    return found


def _entry(line: Line, chain: Keychain) -> Entry:
    """Raises Problem 422.86."""
    content = _open(line, chain)
    return Entry(
        number=line.number,
        act=content["act"],
        who=content["who"],
        name=content["name"],
        about=content["about"],
        details=content["details"],
        at=content["at"],
    )


def _content(act: str, who: str, name: str, about: str, details: Details, now: datetime) -> Details:
    return {"act": act, "who": who, "name": name, "about": about, "details": details, "at": times.text(now)}


def _put(session: Session, office: str, content: Details, now: datetime, chain: Keychain | None) -> Head:
    head = lines.head(session, office, lock=True)
    if head is None:
        raise Problem("422.93")
    number, day = head.number + 1, times.day(now)
    data = dumps({**content, "before": head.chain.hex()})
    if chain is not None:
        key = chain.current("records")
        with_key = key.id
        sealed = seal_record(key.secret, data, **_beside(office, number, with_key))
    else:
        public = _audit_key(session, office)
        with_key = key_id(public)
        sealed = seal(public, _info(office, number), pack(data))
    link = _link(head.chain, office, number, day, with_key, sealed)
    lines.add(session, Line(office, number, day, with_key, sealed, link))
    return Head(number, link)


def _seal_head(session: Session, desk: Desk, head: Head, now: datetime) -> None:
    """Renew the sealed record of where the chain ends. Writers queue at the head, so nobody comes between."""
    before = records.get(session, desk=desk, kind=KIND, id=HEAD)
    content = {"number": head.number, "chain": head.chain.hex()}
    records.put(session, desk=desk, kind=KIND, id=HEAD, content=content, seen=before.version if before else 0, now=now)


def _audit_key(session: Session, office: str) -> bytes:
    found = offices.get(session, office)
    if found is None:
        raise Problem("422.93")
    return found.audit_key


def _verify(session: Session, office: str, desk: Desk | None, say: Callable[[int, int], None]) -> Head:
    head = lines.head(session, office, lock=False)
    found, total = BEGINNING, head.number if head else 0
    for line, _ in walk(session, office=office, after=found, chain=desk.work if desk else None):
        found = Head(line.number, line.chain)
        if line.number % SAY_AFTER == 0:
            say(line.number, total)
    check_end(session, office=office, found=found, desk=desk if desk and desk.work else None)
    return found


def _reaches(session: Session, desk: Desk) -> bool:
    """Whether the chain still has the line that its sealed head names."""
    noted = records.get(session, desk=desk, kind=KIND, id=HEAD)
    if noted is None:
        return False
    found = lines.chain_at(session, desk.office, noted.content["number"])
    return found is not None and found.hex() == noted.content["chain"]


def _open(line: Line, chain: Keychain) -> Details:
    try:
        key = chain.find(line.key_id)
        if key.sort == "records":
            data = open_record(key.secret, line.sealed, **_beside(line.office, line.number, line.key_id))
        else:
            data = unpack(open_sealed(key.secret, _info(line.office, line.number), line.sealed))
        content = loads(data)
    except Problem:
        raise Problem("422.86", number=line.number) from None
    if not isinstance(content, dict):
        raise Problem("422.86", number=line.number)
    return content


def _link(before: bytes, office: str, number: int, day: str, key: str, sealed: bytes) -> bytes:
    text = f"intake-audit/1\n{office}\n{number}\n{day}\n{key}\n{sha256(sealed).hexdigest()}\n"
    return sha256(before + text.encode()).digest()


def _beside(office: str, number: int, key: str) -> dict[str, Any]:
    return {"office": office, "kind": "audit", "id": str(number), "version": 1, "key_id": key}


def _info(office: str, number: int) -> bytes:
    return f"intake-audit/1\n{office}\n{number}\n".encode()
