"""Keychains: made at setup, opened to people by people, rotated, recovered from paper.

Granting is never automatic. A holder admits a person whose six check words they compared; rotation seals only to
holders named inside the keychain, never to keys read from a table.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from intake.domain.problems import Problem
from intake.envelope import keyring
from intake.envelope.check_words import check_words
from intake.envelope.keyring import Holder, Keychain
from intake.envelope.tokens import constant_time
from intake.services import audit, times
from intake.services.desk import CHAINS, PAPER, Desk, Opened, open_chain
from intake.store import Session
from intake.store.office import keychains, offices, staff
from intake.store.office.keychains import Stored
from intake.store.office.staff import Account

ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class Holding:
    """One holder as the keychain itself names them; `granted` is False when the way in was taken away."""

    id: str
    name: str
    words: tuple[str, ...]
    granted: bool


@dataclass(frozen=True)
class KeyLine:
    """One key of a keychain, without its secret."""

    use: str
    id: str
    made: str
    retired: str | None


def create(session: Session, *, office: str, chain: str, holders: Iterable[Holder], now: datetime) -> Opened:
    """Make a keychain of fresh keys and grant it to these holders, the paper key among them."""
    made = Keychain.create(office=office, name=chain, holders=holders, day=times.day(now))
    key = keyring.new_chain_key()
    keychains.add(session, office=office, chain=chain, stored=Stored(made.version, made.seal(key)))
    _grant_all(session, made, key)
    return Opened(made, key)


def words_of(public: bytes) -> tuple[str, ...]:
    """The six check words of a person's or a phone's key."""
    return check_words(public)


def same_words(public: bytes, typed: str) -> bool:
    """Whether `typed` is what the owner of this key reads aloud: case and spaces do not matter."""
    return constant_time(" ".join(words_of(public)), " ".join(typed.lower().split()))


def admit(session: Session, *, desk: Desk, chain: str, name: str, words: str, now: datetime) -> Desk:
    """Open a keychain to a colleague whose check words were compared; gives the desk with the changed keychain.

    Raises Problem 403.20 or 403.21 (the admitting person does not hold it), 422.91 and 422.92 (no such joined
    account), 422.85 (an administrator), 422.82 (other words), 409.3 (somebody changed the keychain meanwhile).
    """
    opened = desk.need(chain)
    account = _admissible(session, desk.office, name, words)
    changed = _with(opened.chain, account)
    _replace(session, opened, changed, opened.key)
    _grant(session, changed, opened.key, account)
    audit.write(session, desk=desk, act="admitted", about=account.id, details={"keychain": chain}, now=now)
    return _updated(desk, Opened(changed, opened.key))


def rotate(session: Session, *, desk: Desk, chain: str, now: datetime) -> Desk:
    """New keys under a new chain key, for the holders inside who still have an open account and a grant.

    The old keys stay inside, retired, so everything stays readable and old phones keep working. The signing key
    itself stays, because phones have pinned it; its keychain gets a new chain key. Raises 403.20, 403.21, 409.3.
    """
    opened = desk.need(chain)
    staying = _staying(session, opened.chain)
    changed = replace(opened.chain, version=opened.chain.version + 1, holders=staying)
    if chain != "sign":
        changed = changed.rotate(times.day(now))
    key = keyring.new_chain_key()
    _replace(session, opened, changed, key)
    _grant_all(session, changed, key)
    if chain == "work":
        offices.change(session, desk.office, audit_key=changed.current("report").public)
    gone = sorted({holder.id for holder in opened.chain.holders} - {holder.id for holder in staying})
    audit.write(session, desk=desk, act="rotated_keys", about=chain, details={"removed": gone}, now=now)
    return _updated(desk, Opened(changed, key))


def recover(session: Session, *, office: str, chain: str, seed: bytes, name: str, words: str, now: datetime) -> None:
    """Open a keychain with its paper key and admit one person, when nobody else can.

    Raises Problem 422.12 or 403.21 (not the paper of this keychain) and what `admit` raises.
    """
    opened = open_chain(session, office=office, chain=chain, holder=PAPER, seed=seed)
    if opened is None:
        raise Problem("403.21")
    account = _admissible(session, office, name, words)
    changed = _with(opened.chain, account)
    _replace(session, opened, changed, opened.key)
    _grant(session, changed, opened.key, account)
    details = {"keychain": chain, "name": account.name}
    audit.write_for(
        session, office=office, name="paper key", act="recovered", about=account.id, details=details, now=now
    )


def holders(session: Session, *, desk: Desk, chain: str) -> list[Holding]:
    """Who is named inside an open keychain, with the check words of each key. Raises 403.20, 403.21."""
    granted = keychains.holders(session, office=desk.office).get(chain, set())
    names = {account.id: account.name for account in staff.of_office(session, desk.office)}
    return [
        Holding(
            id=holder.id,
            name=names.get(holder.id, "paper key" if holder.id == PAPER else "?"),
            words=words_of(holder.public),
            granted=holder.id in granted,
        )
        for holder in desk.need(chain).chain.holders
    ]


def names_of(session: Session, *, office: str, chain: str) -> list[str]:
    """The sign-in names of those with a way into a keychain, by the table: whom to ask. Paper has no name."""
    granted = keychains.holders(session, office=office).get(chain, set())
    return [account.name for account in staff.of_office(session, office) if account.id in granted]


def gone(session: Session, *, desk: Desk, chain: str) -> list[str]:
    """Who is named inside but would not be after `rotate`, by sign-in name. Raises 403.20, 403.21."""
    staying = {holder.id for holder in _staying(session, desk.need(chain).chain)}
    return [holder.name for holder in holders(session, desk=desk, chain=chain) if holder.id not in staying]


def lines(*, desk: Desk, chain: str) -> list[KeyLine]:
    """The keys inside an open keychain, current first, without secrets. Raises 403.20, 403.21."""
    return [KeyLine(key.use, key.id, key.made, key.retired) for key in desk.need(chain).chain.keys]


def held_by(session: Session, *, office: str, holder: str) -> set[str]:
    """The keychains somebody has a grant for."""
    found = keychains.holders(session, office=office)
    return {chain for chain in CHAINS if holder in found.get(chain, set())}


def _admissible(session: Session, office: str, name: str, words: str) -> Account:
    account = staff.named(session, name)
    if account is None or account.office != office:
        raise Problem("422.91")
    if account.state != "joined":
        raise Problem("422.92")
    if ADMINISTRATOR in account.roles.split():
        raise Problem("422.85")
    if not same_words(account.public, words):
        raise Problem("422.82")
    return account


def _with(chain: Keychain, account: Account) -> Keychain:
    """The keychain with this person inside, in place of an older key of theirs."""
    others = tuple(holder for holder in chain.holders if holder.id != account.id)
    return replace(chain, holders=others).admit(Holder(account.id, account.public))


def _staying(session: Session, chain: Keychain) -> tuple[Holder, ...]:
    granted = keychains.holders(session, office=chain.office).get(chain.name, set())
    joined = {account.id: account.public for account in staff.of_office(session, chain.office) if _usable(account)}
    return tuple(
        holder
        for holder in chain.holders
        if holder.id == PAPER or (holder.id in granted and joined.get(holder.id) == holder.public)
    )


def _usable(account: Account) -> bool:
    return account.state == "joined" and ADMINISTRATOR not in account.roles.split()


def _replace(session: Session, opened: Opened, changed: Keychain, key: bytes) -> None:
    stored = Stored(changed.version, changed.seal(key))
    seen = opened.chain.version
    if not keychains.replace(session, office=changed.office, chain=changed.name, seen=seen, stored=stored):
        raise Problem("409.3")


def _grant(session: Session, chain: Keychain, key: bytes, account: Account) -> None:
    sealed = keyring.grant(key, account.public, office=chain.office, chain=chain.name, holder=account.id)
    keychains.grant(session, office=chain.office, chain=chain.name, holder=account.id, sealed=sealed)


def _grant_all(session: Session, chain: Keychain, key: bytes) -> None:
    """Grant to everybody named inside, and take away every other grant."""
    sealed = chain.grants(key)
    for holder in keychains.holders(session, office=chain.office).get(chain.name, set()) - set(sealed):
        keychains.withdraw(session, office=chain.office, holder=holder, chain=chain.name)
    for holder, grant in sealed.items():
        keychains.grant(session, office=chain.office, chain=chain.name, holder=holder, sealed=grant)


def _updated(desk: Desk, opened: Opened) -> Desk:
    return replace(desk, opened={**desk.opened, opened.chain.name: opened})
