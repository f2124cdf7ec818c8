"""What somebody was typing when their session ended: kept sealed to that person, and given back.

It is sealed to the person's *public* key, so it can be kept when their keys are no longer there. Only their private
key opens it, which comes back with the next signing in. Secrets are never kept. What somebody enters by hand is sealed
in the same way (`services.entering`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from intake.domain.problems import Problem
from intake.envelope.encoding import dumps, loads
from intake.envelope.opening import open_sealed, unpack
from intake.envelope.sealing import pack, seal
from intake.services import times
from intake.store import Session
from intake.store.office import kept
from intake.store.office.kept import Row
from intake.store.office.staff import Account

DAYS = timedelta(days=7)
# What proves who somebody is, or that a form is theirs, and what a page says of itself. Whoever adds a field of that
# kind adds it here.
SECRETS = frozenset({"csrf_token", "passphrase", "code", "answer", "joining", "words", "next", "asked"})

# What a page fills in by itself. It is kept along with what was typed, and alone it is nothing.
GIVEN = frozenset({"version", "session", "passkey", "id", "page"})

Fields = list[tuple[str, str]]


@dataclass(frozen=True)
class Kept:
    """One form: the page it stood on, the address it goes to (both paths of the office), and its fields in order."""

    id: str
    page: str
    action: str
    fields: Fields


def keep(
    session: Session,
    *,
    account: Account,
    id: str,
    page: str,
    action: str,
    fields: Iterable[tuple[str, str]],
    now: datetime,
) -> bool:
    """Seal the fields to this person, in place of what was kept under the same id; False when nothing was typed.

    `id` must say nothing by itself: a keyed hash of person, page and address. Raises Problem 413.1.
    """
    found = [[name, value] for name, value in fields if name not in SECRETS]
    if not any(value.strip() for name, value in found if name not in GIVEN):
        return False
    sealed = seal_to(account, id, {"page": page, "action": action, "fields": found})
    kept.put(session, Row(id, account.id, times.day(now), sealed))
    return True


def seal_to(account: Account, id: str, content: dict[str, Any]) -> bytes:
    """Something that nobody but this person can open. Raises Problem 413.1."""
    return seal(account.public, _info(account.id, id), pack(dumps(content)))


def open_with(seed: bytes, *, staff: str, id: str, sealed: bytes) -> dict[str, Any] | None:
    """What `seal_to` sealed; None where it was sealed to a key that this person no longer has."""
    try:
        content = loads(unpack(open_sealed(seed, _info(staff, id), sealed)))
    except Problem:
        return None
    return content if isinstance(content, dict) else None


def of_person(session: Session, *, staff: str, seed: bytes) -> list[Kept]:
    """What is kept for this person. What was sealed to a key they no longer have stays shut and is left out."""
    opened = (_open(row, seed) for row in kept.of_staff(session, staff))
    return [one for one in opened if one is not None]


def forget(session: Session, *, staff: str, id: str) -> None:
    """Delete what was given back, or is not wanted any more."""
    kept.remove(session, staff=staff, id=id)


def sweep(session: Session, *, now: datetime) -> None:
    """Delete what nobody came back for within seven days."""
    kept.remove_before(session, day=times.day(now - DAYS))


def _open(row: Row, seed: bytes) -> Kept | None:
    content = open_with(seed, staff=row.staff, id=row.id, sealed=row.sealed)
    if content is None:
        return None
    return Kept(row.id, content["page"], content["action"], [(name, value) for name, value in content["fields"]])


def _info(staff: str, id: str) -> bytes:
    return f"intake-kept/1\n{staff}\n{id}\n".encode()
