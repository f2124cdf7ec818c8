"""Staff: accounts with a public key, and a private one that only the person's passphrase opens."""

from dataclasses import asdict, dataclass

from sqlalchemy import Column, Integer, LargeBinary, Table, Text, UniqueConstraint, insert, select, update

from intake.store.database import Session
from intake.store.office.face import metadata

staff = Table(
    "staff",
    metadata,
    Column("id", Text, primary_key=True),
    Column("office", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("roles", Text, nullable=False),  # separated by spaces
    Column("state", Text, nullable=False),  # proposed | joined | closed
    Column("joining", Text, nullable=False),  # hash of the joining code, or empty
    Column("joining_until", Text, nullable=False),
    Column("public", LargeBinary, nullable=False),
    Column("cost", Text, nullable=False),  # parameters of Argon2id
    Column("salt", LargeBinary, nullable=False),
    Column("secrets", LargeBinary, nullable=False),  # private seed and TOTP secret under the passphrase key
    Column("totp_step", Integer, nullable=False),  # the last 30-second step whose code was used
    UniqueConstraint("name"),
)


@dataclass(frozen=True)
class Account:
    """One row. `roles` is separated by spaces; a *joined* account has keys, a *proposed* one has a joining code."""

    id: str
    office: str
    name: str
    roles: str
    state: str
    joining: str = ""
    joining_until: str = ""
    public: bytes = b""
    cost: str = ""
    salt: bytes = b""
    secrets: bytes = b""
    totp_step: int = 0


def add(session: Session, account: Account) -> None:
    session.execute(insert(staff).values(**asdict(account)))


def change(session: Session, id: str, **values: object) -> None:
    session.execute(update(staff).where(staff.c.id == id).values(**values))


def use_step(session: Session, id: str, step: int) -> bool:
    """Mark a TOTP step as used; False when it, or a later one, was used before. Holds across workers."""
    done = session.execute(
        update(staff).where(staff.c.id == id, staff.c.totp_step < step).values(totp_step=step).returning(staff.c.id)
    )
    return done.first() is not None


def get(session: Session, id: str) -> Account | None:
    row = session.execute(select(staff).where(staff.c.id == id)).one_or_none()
    return Account(**row._mapping) if row else None


def named(session: Session, name: str) -> Account | None:
    row = session.execute(select(staff).where(staff.c.name == name)).one_or_none()
    return Account(**row._mapping) if row else None


def joining(session: Session, code_hash: str) -> Account | None:
    row = session.execute(select(staff).where(staff.c.joining == code_hash, staff.c.state == "proposed")).one_or_none()
    return Account(**row._mapping) if row else None


def of_office(session: Session, office: str) -> list[Account]:
    rows = session.execute(select(staff).where(staff.c.office == office).order_by(staff.c.name))
    return [Account(**row._mapping) for row in rows]
