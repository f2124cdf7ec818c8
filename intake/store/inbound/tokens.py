"""Bearer tokens of enrolled devices, kept only as hashes."""

from sqlalchemy import Column, Table, Text, delete, select

from intake.store.database import Session
from intake.store.inbound.face import metadata

tokens = Table(
    "tokens",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("device", Text, nullable=False, index=True),
    Column("made", Text, nullable=False),
)


def add(session: Session, *, token_hash: str, device: str, made: str) -> None:
    """A new token; older ones of the device stay good, since its answer may yet be lost."""
    session.execute(tokens.insert().values(hash=token_hash, device=device, made=made))


def device(session: Session, token_hash: str) -> str | None:
    """The id of the device that holds this token."""
    return session.scalar(select(tokens.c.device).where(tokens.c.hash == token_hash))


def trim(session: Session, device: str, *, keep: int) -> None:
    """Forget all but the newest `keep` tokens of a device."""
    newest = select(tokens.c.hash).where(tokens.c.device == device).order_by(tokens.c.made.desc()).limit(keep)
    session.execute(delete(tokens).where(tokens.c.device == device, tokens.c.hash.not_in(newest)))
