"""Passkeys: a second factor beside the authenticator's code. The passphrase still opens the private key.

A passkey rests sealed under a key that is made from its owner's private seed, so that whoever can write to the
database can neither read one nor put one there. A challenge is answered once: the answer is spent before it is
judged, in the transaction that counts the try.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from intake.domain.problems import Problem
from intake.envelope import passkeys as envelope
from intake.envelope import tokens
from intake.envelope.encoding import b64u, dumps, loads, unb64u
from intake.envelope.passkeys import Answer, Passkey
from intake.services import times
from intake.store import Session
from intake.store.office import passkeys
from intake.store.office.passkeys import Row

ANSWERED_WITHIN = timedelta(minutes=5)
LABEL_LENGTH = 40


@dataclass(frozen=True)
class Known:
    """One passkey as its owner sees it: `made` and `used` are days, `used` empty before its first time."""

    id: str
    label: str
    made: str
    used: str
    key: Passkey


def challenge() -> bytes:
    """32 random bytes for one answer."""
    return tokens.key()


def spend(session: Session, *, challenge: bytes, made: datetime, now: datetime) -> None:
    """Use a challenge up, whatever comes of the answer. Commit it before judging. Raises Problem 401.5."""
    until = made + ANSWERED_WITHIN
    fresh = made <= now < until
    if not fresh or not passkeys.use_challenge(session, hash=_hash(challenge), until=times.text(until)):
        raise Problem("401.5")


def add(session: Session, *, staff: str, seed: bytes, answer: Answer, label: str, now: datetime) -> Known:
    """Keep a new passkey of this person. Raises Problem 401.5, 422.102 (label)."""
    name = " ".join(label.split())
    if len(name) > LABEL_LENGTH:
        raise Problem("422.102")
    known = Known(tokens.token_hash(tokens.token())[:16], name, times.day(now), "", envelope.accept(answer))
    if any(other.key.credential == known.key.credential for other in listing(session, staff=staff, seed=seed)):
        raise Problem("401.5")
    passkeys.add(session, Row(known.id, staff, _seal(known, staff, seed)))
    return known


def listing(session: Session, *, staff: str, seed: bytes) -> list[Known]:
    """A person's passkeys, oldest first. Raises Problem 422.12 when one was tampered with."""
    found = [_open(row, seed) for row in passkeys.of_staff(session, staff)]
    return sorted(found, key=lambda known: (known.made, known.id))


def fits(session: Session, *, staff: str, seed: bytes, answer: Answer, now: datetime) -> bool:
    """Whether one of this person's passkeys gave this answer; its count moves on. The challenge was spent before."""
    try:
        credential = envelope.credential_of(answer)
        for known in listing(session, staff=staff, seed=seed):
            if known.key.credential == credential:
                key = envelope.check(known.key, answer)
                used = Known(known.id, known.label, known.made, times.day(now), key)
                passkeys.change(session, known.id, sealed=_seal(used, staff, seed))
                return True
    except Problem:
        return False
    return False


def sweep(session: Session, *, now: datetime) -> None:
    """Forget the challenges that nobody could answer any more."""
    passkeys.forget_challenges(session, before=times.text(now))


def _hash(challenge: bytes) -> str:
    return sha256(b"intake-challenge/1\n" + challenge).hexdigest()


def _key(seed: bytes) -> bytes:
    # Another label than anything else made of the seed, which itself is 32 random bytes.
    return sha256(b"intake-passkeys-key/1\n" + seed).digest()


def _context(staff: str, id: str) -> str:
    return f"intake-passkey/1\n{staff}\n{id}\n"


def _seal(known: Known, staff: str, seed: bytes) -> bytes:
    content = {
        "label": known.label,
        "made": known.made,
        "used": known.used,
        "credential": b64u(known.key.credential),
        "public": b64u(known.key.public),
        "count": known.key.count,
    }
    return tokens.seal_small(_key(seed), dumps(content), context=_context(staff, known.id))


def _open(row: Row, seed: bytes) -> Known:
    content = loads(tokens.open_small(_key(seed), row.sealed, context=_context(row.staff, row.id)))
    if not isinstance(content, dict):
        raise Problem("422.14")
    key = Passkey(unb64u(content["credential"]), unb64u(content["public"]), content["count"])
    return Known(row.id, content["label"], content["made"], content["used"], key)
