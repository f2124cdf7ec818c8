"""Signing in: what a person knows and has → private key → grants → the keychains of this session.

Passphrase → Argon2id → the person's private key and TOTP secret, which rest only under that key. The session keeps
both sealed under a random key that lives in the cookie and nowhere else; grants are opened anew at each request, so a
grant that was taken away is gone with the next click. *identity* and *sign* enter only at a step-up, for ten minutes.

Every try is counted first, in a transaction of its own that is committed whatever comes of the try:

    with store.office() as session:
        attempt = signin.attempt(session, name=name, address=address, now=now)
    with store.office() as session:
        cookie = signin.begin(session, attempt=attempt, passphrase=passphrase, code=code, now=now)

The second factor is a code, or the answer of a passkey, whose challenge was spent in the first of those transactions.
"""

import hmac
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

import pyotp

from intake.domain.problems import Problem
from intake.envelope import tokens
from intake.envelope.encoding import b64u, dumps, loads, unb64u
from intake.envelope.passkeys import Answer
from intake.envelope.passphrase import Cost, derive
from intake.services import audit, drafts, kept, passkeys, times
from intake.services.desk import CHAINS, Desk, Opened, Person, open_chain
from intake.store import Session
from intake.store.counting import give_back, take
from intake.store.office import limits, sessions, staff
from intake.store.office.sessions import SignedIn
from intake.store.office.staff import Account

__all__ = ["Answer", "Attempt", "Desk", "Person", "attempt", "begin", "end", "end_all", "resume", "step_up"]

IDLE = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=8)
# How long it is known whose a session was that ran out, without its keys: what comes too late is kept for that person.
REMEMBERED = timedelta(hours=24)
STEP_UP = timedelta(minutes=10)
STEP_UP_CHAINS = ("identity", "sign")

# Tries in a quarter of an hour. An account's own limit is the wider one, so that a stranger at one address cannot
# keep a colleague out.
WINDOW = 15 * 60
TRIES_ADDRESS = 20
TRIES_ACCOUNT = 40

_SEEN_STEP = timedelta(seconds=30)
_CODE_SECONDS = 30
_COST_FORM = "{0.memory} {0.passes} {0.lanes}"


@dataclass(frozen=True)
class Attempt:
    """A counted try, good for one `begin` or `step_up`."""

    name: str
    buckets: tuple[str, ...]


@dataclass(frozen=True)
class Secrets:
    """What a passphrase opens: the 32-byte private seed and the TOTP secret (base32)."""

    seed: bytes = field(repr=False)
    totp: str = field(repr=False)


def normal_name(name: str) -> str:
    """A sign-in name as it is stored: NFKC, small letters, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def attempt(session: Session, *, name: str | None, address: str, now: datetime) -> Attempt:
    """Count a try for the account and the address. Commit it before trying. Raises Problem 429.1 with `retry`.

    `name` is None where no account is named, as with a joining code: then the address alone is counted.
    """
    key = limits.key_of(session, day=times.day(now), fresh=tokens.key())
    found = normal_name(name or "")
    wanted = {_bucket(key, "address", address): TRIES_ADDRESS}
    if name is not None:
        wanted[_bucket(key, "account", found)] = TRIES_ACCOUNT
    for bucket, limit in wanted.items():
        take(session, limits.limits, bucket=bucket, limit=limit, seconds=WINDOW, now=now)
    return Attempt(found, tuple(wanted))


def begin(
    session: Session, *, attempt: Attempt, passphrase: str, code: str, now: datetime, answer: Answer | None = None
) -> str:
    """Sign in and give the cookie's value. Raises Problem 401.2 (401.6 with a passkey), the same for every reason.

    An unknown name costs the same work as a wrong passphrase.
    """
    account = staff.named(session, attempt.name)
    secrets = unlock(account, passphrase)
    if account is None or secrets is None or not _second_factor(session, account, secrets, code, answer, now):
        raise Problem("401.6" if answer else "401.2")
    _sweep(session, now)
    cookie = tokens.token()
    row = SignedIn(
        id=tokens.token_hash(cookie),
        staff=account.id,
        started=times.text(now),
        seen=times.text(now),
        sealed=_seal_secrets(secrets, _cookie_key(cookie), _session_context(cookie)),
    )
    sessions.add(session, row)
    succeeded(session, attempt)
    desk = desk_for(session, account=account, secrets=secrets, chains=("work",), session_id=row.id)
    audit.write(session, desk=desk, act="signed_in", about="", details={}, now=now)
    return cookie


def at_command_line(
    session: Session, *, attempt: Attempt, passphrase: str, code: str, chains: tuple[str, ...], now: datetime
) -> Desk:
    """Prove who is typing and give a desk for one command, without a session. Raises Problem 401.2."""
    account = staff.named(session, attempt.name)
    secrets = unlock(account, passphrase)
    if account is None or secrets is None or not _use_code(session, account.id, secrets, code, now):
        raise Problem("401.2")
    succeeded(session, attempt)
    desk = desk_for(session, account=account, secrets=secrets, chains=chains, session_id="")
    audit.write(session, desk=desk, act="signed_in", about="", details={"at": "command line"}, now=now)
    return desk


def resume(session: Session, *, cookie: str, now: datetime, touch: bool = True) -> Desk | None:
    """The desk of this cookie, or None when the session has ended, idled (15 min), aged (8 h) or lost its account.

    Without `touch` it counts as nothing done: what a page does by itself must not keep a session alive.
    """
    found = proven(session, cookie=cookie, now=now)
    if found is None:
        return None
    row, account, secrets = found
    if touch and now - times.instant(row.seen) >= _SEEN_STEP:
        sessions.change(session, row.id, seen=times.text(now))
    chains: tuple[str, ...] = ("work",)
    until = times.instant(row.step_up_until) if row.step_up_until else None
    if until is not None and now < until:
        chains = ("work", row.step_up_chain)
    else:
        until = None
    return desk_for(session, account=account, secrets=secrets, chains=chains, session_id=row.id, until=until)


def step_up(
    session: Session,
    *,
    attempt: Attempt,
    cookie: str,
    code: str,
    chain: str,
    now: datetime,
    answer: Answer | None = None,
) -> Desk:
    """Bring *identity* or *sign* to the desk for ten minutes, on a fresh code or a passkey.

    Raises what `prove` raises, 422.95 (no such keychain), 403.21 (no grant).
    """
    if chain not in STEP_UP_CHAINS:
        raise Problem("422.95")
    row, account, secrets = prove(session, attempt=attempt, cookie=cookie, code=code, answer=answer, now=now)
    until = now + STEP_UP
    desk = desk_for(session, account=account, secrets=secrets, chains=("work", chain), session_id=row.id, until=until)
    if chain not in desk.opened:
        raise Problem("403.21")
    sessions.change(session, row.id, step_up_chain=chain, step_up_until=times.text(until))
    audit.write(session, desk=desk, act="stepped_up", about=chain, details={}, now=now)
    return desk


def anybody(session: Session, *, now: datetime) -> bool:
    """Whether somebody is signed in, in any office."""
    return sessions.alive(session, seen=times.text(now - IDLE), started=times.text(now - ABSOLUTE))


def prove(
    session: Session, *, attempt: Attempt, cookie: str, code: str, now: datetime, answer: Answer | None = None
) -> tuple[SignedIn, Account, Secrets]:
    """Show once more who sits at this session. Raises Problem 401.3 (no session), 401.4 (code), 401.5 (passkey)."""
    found = proven(session, cookie=cookie, now=now)
    if found is None:
        raise Problem("401.3")
    _, account, secrets = found
    if attempt.name != account.name or not _second_factor(session, account, secrets, code, answer, now):
        raise Problem("401.5" if answer else "401.4")
    succeeded(session, attempt)
    return found


def proven(session: Session, *, cookie: str, now: datetime) -> tuple[SignedIn, Account, Secrets] | None:
    """The session of this cookie with its person and their secrets, or None when it has ended."""
    row = sessions.get(session, tokens.token_hash(cookie))
    if row is None or not row.sealed:
        return None
    if ran_out(row, now):
        sessions.run_out(session, row.id)
        return None
    account = staff.get(session, row.staff)
    if account is None or account.state != "joined":
        return None
    return row, account, _open_secrets(row.sealed, _cookie_key(cookie), _session_context(cookie))


def owner(session: Session, *, cookie: str, now: datetime) -> Account | None:
    """Whose session this is, or was if it ran out less than a day ago. It opens nothing."""
    row = sessions.get(session, tokens.token_hash(cookie))
    if row is None or now - times.instant(row.seen) >= REMEMBERED:
        return None
    account = staff.get(session, row.staff)
    return account if account is not None and account.state == "joined" else None


def ran_out(row: SignedIn, now: datetime) -> bool:
    """Whether the session idled (15 min) or aged (8 h)."""
    return now - times.instant(row.seen) >= IDLE or now - times.instant(row.started) >= ABSOLUTE


def end(session: Session, *, cookie: str) -> None:
    """Sign out: the sealed keyring is deleted, and with it all that the cookie could open."""
    sessions.end(session, tokens.token_hash(cookie))


def end_all(session: Session, *, staff: str) -> None:
    """Sign a member of staff (by id) out everywhere."""
    sessions.end_all(session, staff)


def unlock(account: Account | None, passphrase: str) -> Secrets | None:
    """What the passphrase opens, or None. The work is the same when there is no such account."""
    usable = account is not None and account.state == "joined"
    known = account if account is not None and usable else _NOBODY
    key = derive(passphrase, known.salt, read_cost(known.cost))
    try:
        return _open_secrets(known.secrets, key, account_context(known.id))
    except Problem:
        return None


def desk_for(
    session: Session,
    *,
    account: Account,
    secrets: Secrets,
    chains: tuple[str, ...],
    session_id: str,
    until: datetime | None = None,
) -> Desk:
    """The desk of somebody who has proved who they are, with those of `chains` they hold."""
    opened: dict[str, Opened] = {}
    for chain in (name for name in CHAINS if name in chains):
        found = open_chain(session, office=account.office, chain=chain, holder=account.id, seed=secrets.seed)
        if found is not None:
            opened[chain] = found
    return Desk(Person.of(account), session_id, opened, until)


def seal_secrets(secrets: Secrets, key: bytes, staff_id: str) -> bytes:
    """Seal a person's secrets under the key of their passphrase, for the account row."""
    return _seal_secrets(secrets, key, account_context(staff_id))


def account_context(staff_id: str) -> str:
    return f"intake-account/1\n{staff_id}\n"


def write_cost(cost: Cost) -> str:
    return _COST_FORM.format(cost)


def read_cost(text: str) -> Cost:
    memory, passes, lanes = (int(number) for number in text.split())
    return Cost(memory, passes, lanes)


def succeeded(session: Session, attempt: Attempt) -> None:
    """Take a good try out of the count."""
    for bucket in attempt.buckets:
        give_back(session, limits.limits, bucket=bucket)


def _sweep(session: Session, now: datetime) -> None:
    """Delete what has had its time, whoever signs in."""
    sessions.run_out_before(session, seen=times.text(now - IDLE), started=times.text(now - ABSOLUTE))
    sessions.end_before(session, seen=times.text(now - REMEMBERED))
    passkeys.sweep(session, now=now)
    kept.sweep(session, now=now)
    drafts.sweep(session, now=now)


def _second_factor(
    session: Session, account: Account, secrets: Secrets, code: str, answer: Answer | None, now: datetime
) -> bool:
    if answer is not None:
        return passkeys.fits(session, staff=account.id, seed=secrets.seed, answer=answer, now=now)
    return _use_code(session, account.id, secrets, code, now)


def _use_code(session: Session, staff_id: str, secrets: Secrets, code: str, now: datetime) -> bool:
    """Whether this is the code of this half minute or a neighbour, and neither it nor a later one was used."""
    typed = "".join(code.split())
    generator = pyotp.TOTP(secrets.totp)
    here = int(now.timestamp()) // _CODE_SECONDS
    steps = [
        step for step in (here - 1, here, here + 1) if tokens.constant_time(generator.at(step * _CODE_SECONDS), typed)
    ]
    return bool(steps) and staff.use_step(session, staff_id, steps[0])


def _bucket(key: bytes, sort: str, value: str) -> str:
    return hmac.digest(key, f"{sort}\n{value}".encode(), "sha256").hex()[:32]


def _cookie_key(cookie: str) -> bytes:
    # The cookie is 32 random bytes, so a fast hash is enough; another label than `token_hash`, which is stored.
    return sha256(f"intake-session-key/1\n{cookie}\n".encode()).digest()


def _session_context(cookie: str) -> str:
    return f"intake-session/1\n{tokens.token_hash(cookie)}\n"


def _seal_secrets(secrets: Secrets, key: bytes, context: str) -> bytes:
    content = dumps({"seed": b64u(secrets.seed), "totp": secrets.totp})
    return tokens.seal_small(key, content, context=context)


def _open_secrets(sealed: bytes, key: bytes, context: str) -> Secrets:
    content = loads(tokens.open_small(key, sealed, context=context))
    if not isinstance(content, dict):
        raise Problem("422.14")
    return Secrets(unb64u(content["seed"]), content["totp"])


_NOBODY = Account(
    id="", office="", name="", roles="", state="closed", cost=write_cost(Cost()), salt=bytes(16), secrets=bytes(150)
)
