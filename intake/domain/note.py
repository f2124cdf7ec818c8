"""A note about a case. Nobody changes one: what was wrong is corrected by another note that points to it.

A note with names inside has its words under the identity keychain (kind "note_names"); what is known of it without a
step-up is that it is there, who wrote it and when.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from intake.domain.problems import Problem

SHAPE = 1
KIND, NAMES = "note", "note_names"
LONGEST = 4000


@dataclass(frozen=True)
class Note:
    """`language` is a BCP 47 tag; `corrects` the id of another note, or empty; `text` empty where names are inside."""

    id: str
    case: str
    by: str
    at: str
    language: str
    names: bool
    corrects: str
    text: str


def check(text: str) -> str:
    """The text as it is kept. Raises Problem 422.40, 422.44 with the field."""
    tidy = text.strip()
    if not tidy:
        raise Problem("422.40", field="text")
    if len(tidy) > LONGEST:
        raise Problem("422.44", field="text")
    return tidy


def to_json(note: Note) -> dict[str, Any]:
    """The record's content without the words of a note that has names inside."""
    return {"shape": SHAPE, **{name: value for name, value in vars(note).items() if name != "id"}}


def from_json(id: str, content: Mapping[str, Any]) -> Note:
    """The record as it was sealed."""
    return Note(id, **{name: value for name, value in content.items() if name != "shape"})
