"""Sessions: who is signed in. The keyring in a row opens only with the key in that person's cookie.

A session that ran out loses its keyring at once. Its row stays for a day, so that a form sent too late can still be
kept for the one who typed it.
"""

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
    Column(
        "sealed", LargeBinary, nullable=False
    ),  # private seed and TOTP secret under the cookie's key; empty once it ran out
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


def alive(session: Session, *, seen: str, started: str) -> bool:
    """Whether a session was used since `seen` and begun since `started`."""
    query = (
        select(sessions.c.id)
        .where(sessions.c.seen > seen, sessions.c.started > started, sessions.c.sealed != b"")
        .limit(1)
    )
    return session.execute(query).first() is not None


def of_staff(session: Session, staff: str) -> list[SignedIn]:
    """Every row of a person, the one used last first."""
    rows = session.execute(select(sessions).where(sessions.c.staff == staff).order_by(sessions.c.seen.desc()))
    return [SignedIn(**row._mapping) for row in rows]


def run_out(session: Session, id: str) -> None:
    """Take the keyring out of a row."""
    change(session, id, **_SHUT)


def run_out_before(session: Session, *, seen: str, started: str) -> None:
    """Take the keyring out of what was last used before `seen` or begun before `started`."""
    old = (sessions.c.seen < seen) | (sessions.c.started < started)
    session.execute(update(sessions).where(old).values(**_SHUT))


def end_before(session: Session, *, seen: str) -> None:
    """Delete what was last used before `seen`."""
    session.execute(delete(sessions).where(sessions.c.seen < seen))


_SHUT: dict[str, object] = {"sealed": b"", "step_up_chain": "", "step_up_until": ""}
