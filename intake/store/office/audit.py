"""The audit chain: sealed lines, each bound to the one before. The head row makes writers queue up."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from sqlalchemy import Column, Integer, LargeBinary, PrimaryKeyConstraint, Table, Text, insert, select, update

from intake.store.database import Session
from intake.store.office.face import metadata

PORTION = 1000

audit = Table(
    "audit",
    metadata,
    Column("office", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("day", Text, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("chain", LargeBinary, nullable=False),  # SHA-256 over the previous chain value and this line
    PrimaryKeyConstraint("office", "number"),
)

audit_heads = Table(
    "audit_heads",
    metadata,
    Column("office", Text, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("chain", LargeBinary, nullable=False),
    Column("turn", Integer, nullable=False),  # how many changes of records there were
)


@dataclass(frozen=True)
class Line:
    """One line as it rests; `number` begins at 1."""

    office: str
    number: int
    day: str
    key_id: str
    sealed: bytes
    chain: bytes


@dataclass(frozen=True)
class Head:
    """Where the chain ends: the number and chain value of its last line; 0 and 32 zero bytes before the first."""

    number: int
    chain: bytes


def start(session: Session, office: str) -> None:
    session.execute(insert(audit_heads).values(office=office, number=0, chain=bytes(32), turn=0))


def head(session: Session, office: str, *, lock: bool) -> Head | None:
    """The head, locked until the end of the transaction if `lock` (on SQLite a writer holds the whole file anyway)."""
    statement = select(audit_heads.c.number, audit_heads.c.chain).where(audit_heads.c.office == office)
    row = session.execute(statement.with_for_update() if lock else statement).one_or_none()
    return Head(row.number, row.chain) if row else None


def next_turn(session: Session, office: str) -> int:
    """The number of the next change. It locks the head until the end of the transaction, as `head` does."""
    moved = update(audit_heads).where(audit_heads.c.office == office).values(turn=audit_heads.c.turn + 1)
    return int(session.execute(moved.returning(audit_heads.c.turn)).scalar_one())


def turn(session: Session, office: str) -> int:
    """The number of the last change."""
    return int(session.execute(select(audit_heads.c.turn).where(audit_heads.c.office == office)).scalar_one())


def chain_at(session: Session, office: str, number: int) -> bytes | None:
    """The chain value of a line, None if there is no such line."""
    query = select(audit.c.chain).where(audit.c.office == office, audit.c.number == number)
    return session.execute(query).scalar_one_or_none()


def add(session: Session, line: Line) -> None:
    """Put a line and move the head to it."""
    session.execute(insert(audit).values(**asdict(line)))
    session.execute(
        update(audit_heads).where(audit_heads.c.office == line.office).values(number=line.number, chain=line.chain)
    )


def lines(
    session: Session, office: str, *, newest_first: bool = False, upto: int | None = None, after: int = 0
) -> Iterator[Line]:
    """An office's lines after this number, read some at a time as they are asked for; with `upto` none above that."""
    query = select(audit).where(audit.c.office == office, audit.c.number > after)
    if upto is not None:
        query = query.where(audit.c.number <= upto)
    ordered = query.order_by(audit.c.number.desc() if newest_first else audit.c.number)
    with session.execute(ordered.execution_options(yield_per=PORTION)) as rows:
        for row in rows:
            yield Line(**row._mapping)
