"""Offices: one row each. Everything here is published in the signed bundle anyway, or a public key."""

from dataclasses import dataclass

from sqlalchemy import Boolean, Column, LargeBinary, Table, Text, insert, select, update

from intake.store.database import Session
from intake.store.office.face import metadata

offices = Table(
    "offices",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("demo", Boolean, nullable=False),
    Column("backup_key", LargeBinary, nullable=False),  # public key of the printed backup key
    Column("audit_key", LargeBinary, nullable=False),  # public report key: seals the lines of those without keychain
    Column("backed_up", Text, nullable=False),  # day of the last backup, or empty
    Column("publishing", Text, nullable=False),  # JSON: places, settings, languages, forms … of the next bundle
)


@dataclass(frozen=True)
class Office:
    """`publishing` is JSON text: what the next bundle says besides keys; `demo` marks synthetic data."""

    id: str
    name: str
    demo: bool
    backup_key: bytes
    audit_key: bytes
    publishing: str
    backed_up: str = ""


def add(session: Session, office: Office) -> None:
    session.execute(insert(offices).values(**vars(office)))


def get(session: Session, id: str) -> Office | None:
    row = session.execute(select(offices).where(offices.c.id == id)).one_or_none()
    return Office(**row._mapping) if row else None


def hold(session: Session, id: str) -> None:
    """Keep others from changing it until this transaction ends (on SQLite a writer holds the whole file anyway)."""
    session.execute(select(offices.c.id).where(offices.c.id == id).with_for_update())


def every(session: Session) -> list[Office]:
    return [Office(**row._mapping) for row in session.execute(select(offices).order_by(offices.c.id))]


def change(session: Session, id: str, **values: object) -> None:
    session.execute(update(offices).where(offices.c.id == id).values(**values))
