"""What somebody was typing when their session ended, sealed to that person's public key."""

from dataclasses import asdict, dataclass

from sqlalchemy import Column, LargeBinary, Table, Text, delete, select

from intake.store.database import Session, insert
from intake.store.office.face import metadata

kept = Table(
    "kept",
    metadata,
    Column("id", Text, primary_key=True),  # keyed hash of person, page and form
    Column("staff", Text, nullable=False, index=True),
    Column("day", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)


@dataclass(frozen=True)
class Row:
    """One form's fields as they rest."""

    id: str
    staff: str
    day: str
    sealed: bytes


def put(session: Session, row: Row) -> None:
    """Keep it in place of what was kept under the same id."""
    values = asdict(row)
    session.execute(insert(session, kept).values(values).on_conflict_do_update(index_elements=["id"], set_=values))


def of_staff(session: Session, staff: str) -> list[Row]:
    rows = session.execute(select(kept).where(kept.c.staff == staff).order_by(kept.c.day, kept.c.id))
    return [Row(**row._mapping) for row in rows]


def remove(session: Session, *, staff: str, id: str) -> None:
    session.execute(delete(kept).where(kept.c.staff == staff, kept.c.id == id))


def remove_all(session: Session, *, staff: str) -> None:
    session.execute(delete(kept).where(kept.c.staff == staff))


def remove_before(session: Session, *, day: str) -> None:
    session.execute(delete(kept).where(kept.c.day < day))
