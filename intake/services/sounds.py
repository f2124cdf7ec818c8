"""Recorded sentences of an office: what is read aloud to a person can also be played to her, in her language.

The bytes lie on the public side at once, under a name that tells nothing; phones learn of them with the next bundle,
which is signed and holds each sound's whole digest.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from intake import questionnaires
from intake.domain.problems import Problem
from intake.domain.sounds import media_type
from intake.services import offer
from intake.services.desk import Desk
from intake.store import Session
from intake.store.inbound import sounds


@dataclass(frozen=True)
class Sentence:
    """A sentence that is read aloud, in one of the office's languages; `size` in bytes, 0 where it has no sound."""

    key: str
    language: str
    size: int


def listing(session: Session, *, office: str) -> list[Sentence]:
    """Every sentence in every language of the office. Raises Problem 422.93."""
    said = offer.said(session, office=office)
    known = said.get("sounds", {})
    return [
        Sentence(key, language, known.get(language, {}).get(key, {}).get("bytes", 0))
        for key in sorted(questionnaires.aloud())
        for language in said["languages"]
    ]


def add(
    session: Session, inbound: Session, *, desk: Desk, key: str, language: str, content: bytes, now: datetime
) -> None:
    """Attach a sound to a sentence, in the place of the one it had.

    Raises Problem 422.122 (no such sentence), 422.97 (not a language of the office), 413.1, 422.121 (no sound).
    """
    said = offer.said(session, office=desk.office, to_change=True)
    if key not in questionnaires.aloud():
        raise Problem("422.122")
    if language not in said["languages"]:
        raise Problem("422.97")
    kind, digest = media_type(content), sha256(content).hexdigest()
    sounds.add(inbound, office=desk.office, digest=digest, media_type=kind, content=content)
    entry = {"digest": digest, "bytes": len(content), "type": kind}
    _keep(session, desk, said, language, {**said.get("sounds", {}).get(language, {}), key: entry}, now)


def remove(session: Session, *, desk: Desk, key: str, language: str, now: datetime) -> None:
    """Take a sentence's sound away. Its bytes go when the next bundle is published. Raises Problem 422.123."""
    said = offer.said(session, office=desk.office, to_change=True)
    entries = said.get("sounds", {}).get(language, {})
    if key not in entries:
        raise Problem("422.123")
    _keep(session, desk, said, language, {name: entry for name, entry in entries.items() if name != key}, now)


def _keep(
    session: Session, desk: Desk, said: dict[str, Any], language: str, entries: dict[str, Any], now: datetime
) -> None:
    offer.edit(session, desk=desk, changes={"sounds": {**said.get("sounds", {}), language: entries}}, now=now)
