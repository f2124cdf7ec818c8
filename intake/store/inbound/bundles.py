"""Signed bundles exactly as the office published them. The public side serves these bytes and can change none."""

from sqlalchemy import BigInteger, Column, LargeBinary, Table, Text, func, select

from intake.store.database import Session
from intake.store.inbound.face import metadata

bundles = Table(
    "bundles",
    metadata,
    Column("office", Text, primary_key=True),
    Column("serial", BigInteger, primary_key=True, autoincrement=False),
    # Key ids this bundle gave to phones: an envelope sealed to any of them is this office's.
    Column("report_key", Text, nullable=False),
    Column("identity_key", Text, nullable=False),
    Column("bytes", LargeBinary, nullable=False),
)


def add(session: Session, *, office: str, serial: int, report_key: str, identity_key: str, content: bytes) -> None:
    """For the office: publish. `content` is the JSON {"payload", "sign"} as phones shall get it."""
    session.execute(
        bundles.insert().values(
            office=office, serial=serial, report_key=report_key, identity_key=identity_key, bytes=content
        )
    )


def newest(session: Session, office: str) -> bytes | None:
    """The bytes of the bundle with the highest serial."""
    query = select(bundles.c.bytes).where(bundles.c.office == office).order_by(bundles.c.serial.desc()).limit(1)
    found = session.scalar(query)
    return bytes(found) if found is not None else None


def newest_serial(session: Session, office: str) -> int | None:
    """The highest serial published."""
    found: int | None = session.scalar(select(func.max(bundles.c.serial)).where(bundles.c.office == office))
    return found
