"""What a person does with their own account: sessions, passkeys, and what was kept of their typing.

Everything goes by the cookie, which alone opens the person's private key.
"""

from dataclasses import dataclass
from datetime import datetime

from intake.domain.problems import Problem
from intake.envelope.sealing import SealingKey
from intake.services import audit, kept, keys, passkeys, signin
from intake.services.kept import Kept
from intake.services.passkeys import Known
from intake.services.signin import Answer, Attempt
from intake.store import Session
from intake.store.office import kept as waiting
from intake.store.office import passkeys as rows
from intake.store.office import sessions
from intake.store.office.sessions import SignedIn
from intake.store.office.staff import Account

_SHORT = 16


@dataclass(frozen=True)
class Signed:
    """One session of one's own: `here` is the one that asks; the instants as text."""

    id: str
    started: str
    seen: str
    here: bool


def sessions_of(session: Session, *, desk: signin.Desk, now: datetime) -> list[Signed]:
    """A person's sessions that are open, the one used last first. Where from, nobody knows: it is not stored."""
    return [
        Signed(row.id[:_SHORT], row.started, row.seen, row.id == desk.session_id)
        for row in sessions.of_staff(session, desk.staff.id)
        if row.sealed and not signin.ran_out(row, now)
    ]


def end_session(session: Session, *, desk: signin.Desk, id: str) -> bool:
    """End one of one's own sessions; True when it was this one. Raises Problem 422.103."""
    for row in sessions.of_staff(session, desk.staff.id):
        if row.id[:_SHORT] == id:
            sessions.end(session, row.id)
            return row.id == desk.session_id
    raise Problem("422.103")


def passkeys_of(session: Session, *, cookie: str, now: datetime) -> list[Known]:
    """One's own passkeys. Raises Problem 401.3."""
    _, account, secrets = _here(session, cookie, now)
    return passkeys.listing(session, staff=account.id, seed=secrets.seed)


def has_passkeys(session: Session, *, desk: signin.Desk) -> bool:
    """Whether this person could use one instead of a code."""
    return bool(rows.of_staff(session, desk.staff.id))


def add_passkey(
    session: Session,
    *,
    desk: signin.Desk,
    attempt: Attempt,
    cookie: str,
    code: str,
    answer: Answer,
    label: str,
    now: datetime,
) -> None:
    """Add a passkey, on a fresh code. Raises Problem 401.3, 401.4 (code), 401.5 (passkey), 422.102 (label)."""
    _, account, secrets = signin.prove(session, attempt=attempt, cookie=cookie, code=code, now=now)
    passkeys.add(session, staff=account.id, seed=secrets.seed, answer=answer, label=label, now=now)
    audit.write(session, desk=desk, act="added_a_passkey", about="", details={}, now=now)


def remove_passkey(session: Session, *, desk: signin.Desk, id: str, now: datetime) -> None:
    """Remove one; the code of the authenticator always remains. Raises Problem 422.103."""
    if not rows.remove(session, staff=desk.staff.id, id=id):
        raise Problem("422.103")
    audit.write(session, desk=desk, act="removed_a_passkey", about="", details={}, now=now)


def kept_of(session: Session, *, desk: signin.Desk, cookie: str, now: datetime) -> list[Kept]:
    """What was kept of one's typing; nothing is opened where there is nothing. Raises Problem 401.3."""
    if not waiting.of_staff(session, desk.staff.id):
        return []
    _, account, secrets = _here(session, cookie, now)
    return kept.of_person(session, staff=account.id, seed=secrets.seed)


def check_words(session: Session, *, cookie: str, now: datetime) -> tuple[str, ...]:
    """One's own check words, of the private key that the passphrase opens. Raises Problem 401.3.

    Never of the public key in the table: who swapped that one would have its words read aloud.
    """
    _, _, secrets = _here(session, cookie, now)
    return keys.words_of(SealingKey.from_seed(secrets.seed).public)


def _here(session: Session, cookie: str, now: datetime) -> tuple[SignedIn, Account, signin.Secrets]:
    found = signin.proven(session, cookie=cookie, now=now)
    if found is None:
        raise Problem("401.3")
    return found
