"""Passkeys of staff, and the challenges that were answered. A row opens only with its owner's private key."""

from dataclasses import asdict, dataclass

from sqlalchemy import Column, LargeBinary, Table, Text, delete, select, update

from intake.store.database import Session, insert
from intake.store.office.face import metadata

passkeys = Table(
    "passkeys",
    metadata,
    Column("id", Text, primary_key=True),  # random
    Column("staff", Text, nullable=False, index=True),
    Column("sealed", LargeBinary, nullable=False),  # credential, public key, count, label, days
)

challenges = Table(
    "challenges",
    metadata,
    Column("hash", Text, primary_key=True),  # of a challenge that was answered
    Column("until", Text, nullable=False),
)


@dataclass(frozen=True)
class Row:
    """One passkey as it rests."""

    id: str
    staff: str
    sealed: bytes


def add(session: Session, row: Row) -> None:
    session.execute(insert(session, passkeys).values(asdict(row)))


def change(session: Session, id: str, *, sealed: bytes) -> None:
    session.execute(update(passkeys).where(passkeys.c.id == id).values(sealed=sealed))


def of_staff(session: Session, staff: str) -> list[Row]:
    rows = session.execute(select(passkeys).where(passkeys.c.staff == staff).order_by(passkeys.c.id))
    return [Row(**row._mapping) for row in rows]


def remove(session: Session, *, staff: str, id: str) -> bool:
    """Delete one passkey of this person; False when there is none."""
    done = session.execute(
        delete(passkeys).where(passkeys.c.staff == staff, passkeys.c.id == id).returning(passkeys.c.id)
    )
    return done.first() is not None


def remove_all(session: Session, *, staff: str) -> None:
    session.execute(delete(passkeys).where(passkeys.c.staff == staff))


def use_challenge(session: Session, *, hash: str, until: str) -> bool:
    """Mark a challenge as answered; False when it was before. Holds across workers."""
    added = insert(session, challenges).values(hash=hash, until=until).on_conflict_do_nothing()
    return session.execute(added.returning(challenges.c.hash)).first() is not None


def forget_challenges(session: Session, *, before: str) -> None:
    """Delete what could not be answered any more anyway."""
    session.execute(delete(challenges).where(challenges.c.until < before))
