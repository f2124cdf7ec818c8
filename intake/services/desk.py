"""A desk: a person at work and the keychains that are open for them now, in memory only."""

from dataclasses import dataclass, field
from datetime import datetime

from intake.domain.problems import Problem
from intake.envelope import keyring
from intake.envelope.keyring import Keychain
from intake.envelope.sealing import SealingKey
from intake.store import Session
from intake.store.index import Index
from intake.store.office import keychains
from intake.store.office.staff import Account

CHAINS = ("work", "identity", "sign")
PAPER = "0"  # the holder of every keychain whose key exists only on paper


@dataclass(frozen=True)
class Person:
    """A member of staff: the id, the sign-in name, the roles, the office."""

    id: str
    name: str
    roles: frozenset[str]
    office: str

    @classmethod
    def of(cls, account: Account) -> "Person":
        """The person of an account."""
        return cls(account.id, account.name, frozenset(account.roles.split()), account.office)


@dataclass(frozen=True)
class Opened:
    """A keychain that is open, with the key that closes it again."""

    chain: Keychain
    key: bytes = field(repr=False)


@dataclass(frozen=True)
class Desk:
    """Who is signed in, and what that session can open.

    `work` is None for those without a grant; `identity` and `sign` are there only inside a step-up, until
    `step_up_until`. `index` is what the office knows, as of the beginning of the request (`services.find`); without one
    every record is opened wherever several belong together: the same answers, slowly.
    """

    staff: Person
    session_id: str
    opened: dict[str, Opened] = field(repr=False)
    step_up_until: datetime | None = None
    index: Index | None = field(default=None, repr=False, compare=False)

    @property
    def office(self) -> str:
        return self.staff.office

    @property
    def work(self) -> Keychain | None:
        return self._chain("work")

    @property
    def identity(self) -> Keychain | None:
        return self._chain("identity")

    @property
    def sign(self) -> Keychain | None:
        return self._chain("sign")

    def need(self, chain: str) -> Opened:
        """The open keychain. Raises Problem 403.21 (work) or 403.20 (those that want a step-up)."""
        found = self.opened.get(chain)
        if found is None:
            raise Problem("403.21" if chain == "work" else "403.20")
        return found

    def _chain(self, name: str) -> Keychain | None:
        found = self.opened.get(name)
        return found.chain if found else None


def index_of(desk: Desk) -> Index:
    """The desk's index. A list made without it would be an empty one, and nobody would look any further.

    Raises Problem 403.21.
    """
    desk.need("work")
    if desk.index is None:
        raise RuntimeError("no index was brought to this desk")
    return desk.index


def open_chain(session: Session, *, office: str, chain: str, holder: str, seed: bytes) -> Opened | None:
    """Open a keychain with a holder's 32-byte seed, or None when that holder has no grant or is not named inside.

    Raises Problem 422.12 when a grant or keychain was tampered with.
    """
    granted = keychains.granted(session, office=office, chain=chain, holder=holder)
    stored = keychains.get(session, office=office, chain=chain)
    if granted is None or stored is None:
        return None
    key = keyring.accept(seed, granted, office=office, chain=chain, holder=holder)
    opened = Keychain.open(key, stored.sealed, office=office, name=chain, version=stored.version)
    public = SealingKey.from_seed(seed).public
    # An old grant put back into the table opens nothing: what counts is the list inside.
    if not any(inside.id == holder and inside.public == public for inside in opened.holders):
        return None
    return Opened(opened, key)
