"""The duty rota of each office, in clear: it is read at night, when nobody is signed in who could open it."""

from dataclasses import dataclass

from sqlalchemy import Column, Integer, Table, Text, select, update

from intake.store.database import Session, insert
from intake.store.office.face import metadata

duty = Table(
    "duty",
    metadata,
    Column("office", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("rota", Text, nullable=False),  # JSON: who is on duty when, and the addresses of staff
    Column("looked", Text, nullable=False),  # when the watcher last looked, or empty
)


@dataclass(frozen=True)
class Duty:
    """One office's rota as JSON text. `version` begins at 1; `looked` is an instant as text, or empty."""

    office: str
    version: int
    rota: str
    looked: str = ""


def get(session: Session, office: str) -> Duty | None:
    row = session.execute(select(duty).where(duty.c.office == office)).one_or_none()
    return Duty(**row._mapping) if row else None


def add(session: Session, row: Duty) -> bool:
    """Store a first rota; False when the office has one."""
    added = insert(session, duty).values(vars(row)).on_conflict_do_nothing().returning(duty.c.office)
    return session.execute(added).first() is not None


def replace(session: Session, *, office: str, rota: str, seen: int) -> bool:
    """Store a new version; False when the stored one is no longer version `seen`."""
    done = session.execute(
        update(duty)
        .where(duty.c.office == office, duty.c.version == seen)
        .values(rota=rota, version=seen + 1)
        .returning(duty.c.version)
    )
    return done.first() is not None


def looked(session: Session, *, office: str, at: str) -> None:
    """Note that the watcher looked."""
    session.execute(update(duty).where(duty.c.office == office).values(looked=at))
