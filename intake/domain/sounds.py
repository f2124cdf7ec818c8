"""Recorded sentences: what a sound must be, and how a bundle names it.

In a bundle: {language: {key of the sentence: {"digest", "bytes", "type"}}}. `digest` is the whole SHA-256 in hex: a
phone plays no other sound than the one the office signed. Its first 16 digits are the sound's name in addresses.
"""

from collections.abc import Mapping
from typing import Any

from intake.domain.problems import Problem

LONGEST = 300_000
NAME_DIGITS = 16
TYPES = ("audio/webm", "audio/ogg", "audio/mp4")
HEX = frozenset("0123456789abcdef")
# Where a file says what it holds: the tracks of WebM and the header of Ogg stand at its beginning.
HEAD = 4096


def media_type(content: bytes) -> str:
    """What kind of sound these bytes are, by what is in them. Raises Problem 413.1 (too large), 422.121 (no sound)."""
    if len(content) > LONGEST:
        raise Problem("413.1")
    head = content[:HEAD]
    if head.startswith(b"\x1aE\xdf\xa3") and b"webm" in head[:64] and b"A_OPUS" in head and b"V_" not in head:
        return "audio/webm"
    if head.startswith(b"OggS") and b"OpusHead" in head[:64]:
        return "audio/ogg"
    # An MP4 may have its index at the end, so all of it is looked through.
    if head[4:8] == b"ftyp" and b"soun" in content and b"vide" not in content:
        return "audio/mp4"
    raise Problem("422.121")


def name(digest: str) -> str:
    """What a sound is called in its address: it tells nothing."""
    return digest[:NAME_DIGITS]


def digests(sounds: Mapping[str, Any]) -> set[str]:
    """Every sound that a bundle names."""
    return {entry["digest"] for entries in sounds.values() for entry in entries.values()}


def check_sounds(sounds: Any) -> None:
    """Whether this is how a bundle names sounds. Raises Problem 422.121."""
    if not isinstance(sounds, dict) or not all(isinstance(entries, dict) for entries in sounds.values()):
        raise Problem("422.121")
    if not all(_named_well(entry) for entries in sounds.values() for entry in entries.values()):
        raise Problem("422.121")


def _named_well(entry: Any) -> bool:
    return (
        isinstance(entry, dict)
        and set(entry) == {"digest", "bytes", "type"}
        and isinstance(entry["digest"], str)
        and len(entry["digest"]) == 64
        and set(entry["digest"]) <= HEX
        and type(entry["bytes"]) is int
        and 0 < entry["bytes"] <= LONGEST
        and entry["type"] in TYPES
    )
