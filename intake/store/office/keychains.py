"""Keychains and grants. A keychain is one sealed blob; a grant is its key, sealed to one holder."""

from dataclasses import dataclass

from sqlalchemy import Column, Integer, LargeBinary, PrimaryKeyConstraint, Table, Text, delete, insert, select, update

from intake.store.database import Session
from intake.store.office.face import metadata

keychains = Table(
    "keychains",
    metadata,
    Column("office", Text, nullable=False),
    Column("chain", Text, nullable=False),  # work | identity | sign
    Column("version", Integer, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("office", "chain"),
)

grants = Table(
    "grants",
    metadata,
    Column("office", Text, nullable=False),
    Column("chain", Text, nullable=False),
    Column("holder", Text, nullable=False),  # staff id, or 0 for the recovery key
    Column("sealed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("office", "chain", "holder"),
)


@dataclass(frozen=True)
class Stored:
    """One keychain as it rests: the version rises with each change of holders or keys."""

    version: int
    sealed: bytes


def add(session: Session, *, office: str, chain: str, stored: Stored) -> None:
    session.execute(insert(keychains).values(office=office, chain=chain, version=stored.version, sealed=stored.sealed))


def get(session: Session, *, office: str, chain: str) -> Stored | None:
    row = session.execute(
        select(keychains.c.version, keychains.c.sealed).where(keychains.c.office == office, keychains.c.chain == chain)
    ).one_or_none()
    return Stored(row.version, row.sealed) if row else None


def replace(session: Session, *, office: str, chain: str, seen: int, stored: Stored) -> bool:
    """Store a changed keychain; False when somebody else changed it since version `seen`."""
    done = session.execute(
        update(keychains)
        .where(keychains.c.office == office, keychains.c.chain == chain, keychains.c.version == seen)
        .values(version=stored.version, sealed=stored.sealed)
        .returning(keychains.c.version)
    )
    return done.first() is not None


def grant(session: Session, *, office: str, chain: str, holder: str, sealed: bytes) -> None:
    """Put the grant of one holder, in place of an older one."""
    withdraw(session, office=office, holder=holder, chain=chain)
    session.execute(insert(grants).values(office=office, chain=chain, holder=holder, sealed=sealed))


def granted(session: Session, *, office: str, chain: str, holder: str) -> bytes | None:
    return session.execute(
        select(grants.c.sealed).where(grants.c.office == office, grants.c.chain == chain, grants.c.holder == holder)
    ).scalar_one_or_none()


def withdraw(session: Session, *, office: str, holder: str, chain: str | None = None) -> None:
    """Delete the grants of one holder: of one keychain, or of all."""
    statement = delete(grants).where(grants.c.office == office, grants.c.holder == holder)
    session.execute(statement if chain is None else statement.where(grants.c.chain == chain))


def holders(session: Session, *, office: str) -> dict[str, set[str]]:
    """Who has a grant, by keychain. What counts is the list inside the keychain; this one only finds rows."""
    found: dict[str, set[str]] = {}
    for row in session.execute(select(grants.c.chain, grants.c.holder).where(grants.c.office == office)):
        found.setdefault(row.chain, set()).add(row.holder)
    return found
