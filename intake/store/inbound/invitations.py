"""One-time codes, kept only as hashes."""

from dataclasses import dataclass

from sqlalchemy import Column, LargeBinary, Table, Text, delete, or_, select, update

from intake.store.database import Session
from intake.store.inbound.face import metadata

invitations = Table(
    "invitations",
    metadata,
    Column("code_hash", Text, primary_key=True),
    Column("office", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("made", Text, nullable=False),
    Column("expires", Text, nullable=False),
    # The id of the device that used it.
    Column("used", Text),
    # Code and secret, sealed by the office for itself: with them it checks the proof of an enrolment.
    Column("sealed", LargeBinary),
)


@dataclass(frozen=True)
class Invitation:
    """What the public side may know of an invitation. `expires` is a time, `used` a device id."""

    code_hash: str
    office: str
    expires: str
    used: str | None


def find(session: Session, code_hash: str) -> Invitation | None:
    """The invitation with this hash."""
    columns = (invitations.c.code_hash, invitations.c.office, invitations.c.expires, invitations.c.used)
    row = session.execute(select(*columns).where(invitations.c.code_hash == code_hash)).one_or_none()
    return Invitation(*row) if row else None


def use(session: Session, code_hash: str, *, device: str) -> bool:
    """Mark as used by a device; False when another device was faster."""
    free = or_(invitations.c.used.is_(None), invitations.c.used == device)
    query = update(invitations).where(invitations.c.code_hash == code_hash, free).values(used=device)
    return session.scalar(query.returning(invitations.c.code_hash)) is not None


def add(
    session: Session,
    *,
    code_hash: str,
    office: str,
    label: str,
    made: str,
    expires: str,
    sealed: bytes | None = None,
) -> None:
    """For the office: a new invitation."""
    session.execute(
        invitations.insert().values(
            code_hash=code_hash, office=office, label=label, made=made, expires=expires, sealed=sealed
        )
    )


def waiting(session: Session, office: str, *, now: str) -> list[Invitation]:
    """For the office: its invitations that a phone can still use, the next to expire first."""
    columns = (invitations.c.code_hash, invitations.c.office, invitations.c.expires, invitations.c.used)
    usable = (invitations.c.office == office, invitations.c.used.is_(None), invitations.c.expires > now)
    order = (invitations.c.expires, invitations.c.code_hash)
    return [Invitation(*row) for row in session.execute(select(*columns).where(*usable).order_by(*order))]


def remove(session: Session, office: str, code_hash: str) -> bool:
    """For the office: delete its invitation; False when a phone has used it, or there is none."""
    unused = (invitations.c.office == office, invitations.c.code_hash == code_hash, invitations.c.used.is_(None))
    return session.scalar(delete(invitations).where(*unused).returning(invitations.c.code_hash)) is not None


def sealed(session: Session, code_hash: str) -> bytes | None:
    """For the office: what it sealed for itself when it made the invitation."""
    found = session.scalar(select(invitations.c.sealed).where(invitations.c.code_hash == code_hash))
    return bytes(found) if found is not None else None
