"""Recorded sentences as phones fetch them: the same bytes for everybody. The public side can change none."""

from collections.abc import Collection

from sqlalchemy import Column, LargeBinary, Table, Text, delete, select

from intake.store.database import Session
from intake.store.inbound.face import metadata

sounds = Table(
    "sounds",
    metadata,
    Column("office", Text, primary_key=True),
    # SHA-256 of the bytes in hex, with which addresses begin.
    Column("digest", Text, primary_key=True, index=True),
    Column("type", Text, nullable=False),
    Column("bytes", LargeBinary, nullable=False),
)


def add(session: Session, *, office: str, digest: str, media_type: str, content: bytes) -> None:
    """For the office: keep a sound. The same again changes nothing."""
    own = (sounds.c.office == office, sounds.c.digest == digest)
    if session.scalar(select(sounds.c.type).where(*own)) is None:
        session.execute(sounds.insert().values(office=office, digest=digest, type=media_type, bytes=content))


def find(session: Session, name: str) -> tuple[str, bytes] | None:
    """Media type and bytes of the sound whose digest begins with `name`."""
    query = select(sounds.c.type, sounds.c.bytes).where(sounds.c.digest.startswith(name, autoescape=True)).limit(1)
    found = session.execute(query).first()
    return (str(found.type), bytes(found.bytes)) if found else None


def keep_only(session: Session, *, office: str, digests: Collection[str]) -> None:
    """For the office: let go of what the bundle that was just published no longer names."""
    session.execute(delete(sounds).where(sounds.c.office == office, sounds.c.digest.not_in(digests)))
