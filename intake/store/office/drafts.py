"""What is being entered by hand: readable by one person, and beside it what goes out if they never come back."""

from dataclasses import asdict, dataclass

from sqlalchemy import Column, LargeBinary, Table, Text, delete, select, update

from intake.store.database import Session, insert
from intake.store.office.face import metadata

drafts = Table(
    "drafts",
    metadata,
    Column("id", Text, primary_key=True),  # the number of the report
    Column("office", Text, nullable=False),
    Column("staff", Text, nullable=False, index=True),
    Column("day", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # to its writer; empty once only the envelope is left
    Column("envelope", LargeBinary, nullable=False),  # empty as long as nothing may be sent
)


@dataclass(frozen=True)
class Row:
    """One draft as it rests. `day` is that of the last change; without `sealed` the envelope waits to be sent."""

    id: str
    office: str
    staff: str
    day: str
    sealed: bytes
    envelope: bytes


def put(session: Session, row: Row) -> None:
    """Keep it, in place of what was kept under its number."""
    values = asdict(row)
    session.execute(insert(session, drafts).values(values).on_conflict_do_update(index_elements=["id"], set_=values))


def get(session: Session, *, staff: str, id: str) -> Row | None:
    """A draft of this person; until the transaction ends nobody else changes it."""
    query = select(drafts).where(drafts.c.id == id, drafts.c.staff == staff, drafts.c.sealed != b"")
    row = session.execute(query.with_for_update()).one_or_none()
    return Row(**row._mapping) if row else None


def of_staff(session: Session, staff: str) -> list[Row]:
    """What this person has begun and not sent."""
    query = select(drafts).where(drafts.c.staff == staff, drafts.c.sealed != b"").order_by(drafts.c.day, drafts.c.id)
    return [Row(**row._mapping) for row in session.execute(query)]


def untouched(session: Session, *, office: str, before: str) -> list[str]:
    """The ids of drafts of an office that nobody has changed since that day."""
    query = select(drafts.c.id).where(drafts.c.office == office, drafts.c.sealed != b"", drafts.c.day < before)
    return [row.id for row in session.execute(query)]


def ids_of(session: Session, staff: str) -> list[str]:
    """The ids of everything this person has begun and not sent."""
    return list(session.scalars(select(drafts.c.id).where(drafts.c.staff == staff, drafts.c.sealed != b"")))


def let_go(session: Session, ids: list[str]) -> None:
    """Nobody goes on with these: what may be sent waits for that, and what nobody agreed to is gone."""
    session.execute(delete(drafts).where(drafts.c.id.in_(ids), drafts.c.envelope == b""))
    session.execute(update(drafts).where(drafts.c.id.in_(ids)).values(sealed=b""))


def waiting(session: Session) -> list[Row]:
    """What is to be sent, of every office."""
    query = select(drafts).where(drafts.c.sealed == b"").order_by(drafts.c.day, drafts.c.id)
    return [Row(**row._mapping) for row in session.execute(query)]


def remove(session: Session, id: str) -> None:
    session.execute(delete(drafts).where(drafts.c.id == id))
