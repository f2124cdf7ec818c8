"""Staff: proposed by an administrator, joined by the person alone, admitted to keys by a holder, closed at once.

Whoever proposes never sees a passphrase: they hand over a joining code, and the person who uses it is shown their
passphrase, second factor and check words.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pyotp

from intake.domain.problems import Problem
from intake.envelope import invitations, passphrase
from intake.envelope.passphrase import Cost
from intake.envelope.sealing import SealingKey
from intake.envelope.tokens import token_hash
from intake.services import audit, keys, signin, times
from intake.services.desk import Desk
from intake.services.signin import Secrets, normal_name
from intake.store import Session
from intake.store.office import drafts, kept, keychains, passkeys, sessions, staff
from intake.store.office.staff import Account

ROLES = (
    "coordinator",
    "reviewer",
    "case_worker",
    "rights_officer",
    "claims_officer",
    "analyst",
    "administrator",
    "auditor",
)
JOINING = timedelta(hours=72)
NAME_LENGTH = range(2, 41)
ISSUER = "Office"


@dataclass(frozen=True)
class Joined:
    """What a person gets once, on joining, and nobody can show again."""

    id: str
    name: str
    passphrase: str = field(repr=False)
    totp: str = field(repr=False)
    words: tuple[str, ...]

    @property
    def uri(self) -> str:
        """The otpauth address that an authenticator reads from a QR code."""
        return pyotp.TOTP(self.totp).provisioning_uri(name=self.name, issuer_name=ISSUER)


@dataclass(frozen=True)
class Colleague:
    """One account as a list shows it; `keychains` are those with a grant."""

    id: str
    name: str
    roles: tuple[str, ...]
    state: str
    keychains: tuple[str, ...]


def propose(session: Session, *, desk: Desk, name: str, roles: Iterable[str], now: datetime) -> str:
    """A new account without keys; gives the joining code (72 h) for the person.

    Raises Problem 403.10 (see `_check_manager`), 422.81 (name), 422.95 (role).
    """
    _check_manager(session, desk)
    code = invitations.typed_code()
    account = new_account(session, office=desk.office, name=name, roles=roles)
    staff.add(session, account)
    _let_join(session, account.id, code, now)
    audit.write(session, desk=desk, act="proposed", about=account.id, details={"name": account.name}, now=now)
    return code


def new_account(session: Session, *, office: str, name: str, roles: Iterable[str]) -> Account:
    """An account that is not stored yet. Raises Problem 422.81 (name) or 422.95 (role)."""
    found = normal_name(name)
    if len(found) not in NAME_LENGTH or staff.named(session, found) is not None:
        raise Problem("422.81")
    chosen = " ".join(_known_roles(roles))
    return Account(id=token_hash(invitations.code())[:16], office=office, name=found, roles=chosen, state="proposed")


def join(session: Session, *, code: str, now: datetime, cost: Cost | None = None) -> Joined:
    """Use a joining code: make the person's key, passphrase and second factor. Raises Problem 422.83."""
    account = staff.joining(session, invitations.code_hash(code))
    if account is None or account.joining_until <= times.text(now):
        raise Problem("422.83")
    joined = give_keys(session, account, cost)
    audit.write_for(
        session, office=account.office, name=account.name, act="joined", about=account.id, details={}, now=now
    )
    return joined


def give_keys(session: Session, account: Account, cost: Cost | None = None) -> Joined:
    """Make the keys of a stored account; from here it can sign in, and holds no keychain."""
    words, chosen, salt = passphrase.make(), cost or Cost(), passphrase.salt()
    key, totp = SealingKey.generate(), pyotp.random_base32()
    sealed = signin.seal_secrets(Secrets(key.seed, totp), passphrase.derive(words, salt, chosen), account.id)
    staff.change(
        session,
        account.id,
        state="joined",
        joining="",
        joining_until="",
        public=key.public,
        cost=signin.write_cost(chosen),
        salt=salt,
        secrets=sealed,
        totp_step=0,
    )
    return Joined(account.id, account.name, words, totp, keys.words_of(key.public))


def close(session: Session, *, desk: Desk, name: str, now: datetime) -> tuple[str, ...]:
    """Close an account: sessions and grants end at once. Gives the keychains that should now be rotated.

    It cannot take back an old copy of the database together with an old passphrase. Raises Problem 403.10, 422.91,
    422.92.
    """
    _check_manager(session, desk)
    account = _found(session, desk, name)
    if account.state == "closed":
        raise Problem("422.92")
    held = keys.held_by(session, office=desk.office, holder=account.id)
    _shut_out(session, account, state="closed")
    audit.write(session, desk=desk, act="closed", about=account.id, details={"name": account.name}, now=now)
    return tuple(sorted(held))


def change_roles(session: Session, *, desk: Desk, name: str, roles: Iterable[str], now: datetime) -> None:
    """Give a colleague other roles; they count from the next click. Nobody changes their own.

    Raises Problem 403.10, 422.91, 422.92 (closed, or one's own), 422.95, 422.100 (an administrator holds no keys).
    """
    _check_manager(session, desk)
    account, chosen = _found(session, desk, name), _known_roles(roles)
    if account.state == "closed" or account.id == desk.staff.id:
        raise Problem("422.92")
    if keys.ADMINISTRATOR in chosen and keys.held_by(session, office=desk.office, holder=account.id):
        raise Problem("422.100")
    staff.change(session, account.id, roles=" ".join(chosen))
    details = {"name": account.name, "before": account.roles.split(), "roles": chosen}
    audit.write(session, desk=desk, act="changed_roles", about=account.id, details=details, now=now)


def restore(session: Session, *, desk: Desk, name: str, now: datetime) -> str:
    """Give a colleague who forgot the passphrase a new joining code; their old key opens nothing any more.

    Afterwards they join anew, and holders admit them again. Raises Problem 422.91, 422.92, 403.21 when the desk's
    person does not have every grant that the colleague had, and 403.10 (see `_check_restorer`).
    """
    account = _found(session, desk, name)
    if account.state == "closed" or account.id == desk.staff.id:
        raise Problem("422.92")
    theirs = keys.held_by(session, office=desk.office, holder=account.id)
    _check_restorer(session, desk, theirs)
    code = invitations.typed_code()
    _shut_out(session, account, state="proposed")
    _let_join(session, account.id, code, now)
    details = {"name": account.name, "keychains": sorted(theirs)}
    audit.write(session, desk=desk, act="restored", about=account.id, details=details, now=now)
    return code


def may_restore(*, desk: Desk, own: set[str], colleague: Colleague) -> bool:
    """Whether this desk's person, who holds `own`, could let the colleague join again. See `_check_restorer`."""
    if colleague.state == "closed" or colleague.id == desk.staff.id or not set(colleague.keychains) <= own:
        return False
    return bool(colleague.keychains) or keys.ADMINISTRATOR in desk.staff.roles or "sign" in own


def listing(session: Session, *, office: str) -> list[Colleague]:
    """Everybody with an account, closed ones too, by name."""
    return [_colleague(session, account) for account in staff.of_office(session, office)]


def find(session: Session, *, desk: Desk, id: str) -> Colleague:
    """One colleague by account number. Raises Problem 404.5."""
    account = staff.get(session, id)
    if account is None or account.office != desk.office:
        raise Problem("404.5")
    return _colleague(session, account)


def office_of(session: Session, *, name: str) -> str:
    """The office of an account: sign-in names are unique across offices, so a name alone says where it belongs.

    Raises Problem 422.91.
    """
    account = staff.named(session, normal_name(name))
    if account is None:
        raise Problem("422.91")
    return account.office


def _check_manager(session: Session, desk: Desk) -> None:
    """Accounts are an administrator's to propose and close; where an office has none, any colleague's.

    Raises Problem 403.10.
    """
    administrators = [one for one in listing(session, office=desk.office) if keys.ADMINISTRATOR in one.roles]
    if any(one.state != "closed" for one in administrators) and keys.ADMINISTRATOR not in desk.staff.roles:
        raise Problem("403.10")


def _check_restorer(session: Session, desk: Desk, theirs: set[str]) -> None:
    """Whoever hands out a joining code could use it: nobody gains by it what they did not have.

    An account with keys is restored by a colleague with the same grants. One without (an administrator's, say) by
    an administrator, or, so that a forgotten passphrase never locks an office up, by a holder of *sign*, of whom there
    are always two. Raises Problem 403.21, 403.10.
    """
    own = keys.held_by(session, office=desk.office, holder=desk.staff.id)
    if not theirs <= own:
        raise Problem("403.21")
    if not theirs and keys.ADMINISTRATOR not in desk.staff.roles and "sign" not in own:
        raise Problem("403.10")


def _colleague(session: Session, account: Account) -> Colleague:
    return Colleague(
        id=account.id,
        name=account.name,
        roles=tuple(account.roles.split()),
        state=account.state,
        keychains=tuple(sorted(keys.held_by(session, office=account.office, holder=account.id))),
    )


def _known_roles(roles: Iterable[str]) -> list[str]:
    chosen = sorted(set(roles))
    if not chosen or not set(chosen) <= set(ROLES):
        raise Problem("422.95")
    return chosen


def _found(session: Session, desk: Desk, name: str) -> Account:
    account = staff.named(session, normal_name(name))
    if account is None or account.office != desk.office:
        raise Problem("422.91")
    return account


def _let_join(session: Session, id: str, code: str, now: datetime) -> None:
    staff.change(session, id, joining=invitations.code_hash(code), joining_until=times.text(now + JOINING))


def _shut_out(session: Session, account: Account, *, state: str) -> None:
    staff.change(session, account.id, state=state, public=b"", secrets=b"", salt=b"", joining="", joining_until="")
    keychains.withdraw(session, office=account.office, holder=account.id)
    sessions.end_all(session, account.id)
    # All of these open with the private key that is given up here.
    passkeys.remove_all(session, staff=account.id)
    kept.remove_all(session, staff=account.id)
    drafts.let_go(session, drafts.ids_of(session, account.id))
