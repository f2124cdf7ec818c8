"""Sessions: who is signed in. The keyring in a row opens only with the key in that person's cookie."""

from dataclasses import asdict, dataclass

from sqlalchemy import Column, LargeBinary, Table, Text, delete, insert, select, update

from intake.store.database import Session
from intake.store.office.face import metadata

sessions = Table(
    "sessions",
    metadata,
    Column("id", Text, primary_key=True),  # hash of the cookie
    Column("staff", Text, nullable=False, index=True),
    Column("started", Text, nullable=False),
    Column("seen", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # private seed and TOTP secret under the cookie's key
    Column("step_up_chain", Text, nullable=False),  # identity | sign, or empty
    Column("step_up_until", Text, nullable=False),
)


@dataclass(frozen=True)
class SignedIn:
    """One row; times are UTC instants as text, empty when there is no step-up."""

    id: str
    staff: str
    started: str
    seen: str
    sealed: bytes
    step_up_chain: str = ""
    step_up_until: str = ""


def add(session: Session, row: SignedIn) -> None:
    session.execute(insert(sessions).values(**asdict(row)))


def get(session: Session, id: str) -> SignedIn | None:
    row = session.execute(select(sessions).where(sessions.c.id == id)).one_or_none()
    return SignedIn(**row._mapping) if row else None


def change(session: Session, id: str, **values: object) -> None:
    session.execute(update(sessions).where(sessions.c.id == id).values(**values))


def end(session: Session, id: str) -> None:
    session.execute(delete(sessions).where(sessions.c.id == id))


def end_all(session: Session, staff: str) -> None:
    session.execute(delete(sessions).where(sessions.c.staff == staff))


def end_before(session: Session, *, seen: str, started: str) -> None:
    """Delete what was last used before `seen` or begun before `started`."""
    session.execute(delete(sessions).where((sessions.c.seen < seen) | (sessions.c.started < started)))


def alive(session: Session, *, seen: str, started: str) -> bool:
    """Whether a session was used since `seen` and begun since `started`."""
    query = select(sessions.c.id).where(sessions.c.seen > seen, sessions.c.started > started).limit(1)
    return session.execute(query).first() is not None
