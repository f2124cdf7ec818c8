"""Translations: a text that somebody typed in a language its reader lacks, and beside it what it says in another.

The original is never replaced. A translation belongs to the very words it was made of (`mark`), says who made it and
when, and stands beside others of the same text, if two were made. What was translated of a document (a report, a note)
is one record by the document's number; translations of names and contacts rest under the identity keychain, and of
them the other record knows only that they are there.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from intake.domain.problems import Problem
from intake.domain.report import Line, Section

KIND, NAMES = "translation", "translation_names"
REPORT, NOTE = "report", "note"
LONGEST = 4000


@dataclass(frozen=True)
class Text:
    """Something that was typed: its place in the document, the key of the question's words, its language (a tag)."""

    key: str
    label: str
    text: str
    language: str

    @property
    def mark(self) -> str:
        """16 hex digits that stand for these very words."""
        return sha256(f"{self.language}\n{self.text}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Translation:
    """What a text says in `language`; `text` is empty where it rests under a keychain that is shut."""

    mark: str
    language: str
    text: str
    by: str
    at: str


def texts(sections: Iterable[Section]) -> list[Text]:
    """Everything typed in a part of a report, in the order of the form."""
    return [text for section in sections for line in section.lines for text in _of_line(line, "")]


def _of_line(line: Line, before: str) -> Iterator[Text]:
    key = f"{before}{line.id}"
    for piece in line.pieces:
        if piece.kind == "text" and piece.language and piece.value.strip():
            yield Text(key, line.label, piece.value, piece.language)
    for number, row in enumerate(line.rows):
        for inner in row:
            yield from _of_line(inner, f"{key}.{number}.")


def find(typed: Sequence[Text], key: str) -> Text:
    """Raises Problem 404.8."""
    for one in typed:
        if one.key == key:
            return one
    raise Problem("404.8")


def of(text: Text, made: Iterable[Translation]) -> tuple[Translation, ...]:
    """Those of these very words, the first made first."""
    return tuple(one for one in made if one.mark == text.mark)


def lacks(text: Text, reads: Iterable[str], made: Iterable[Translation]) -> bool:
    """Whether somebody who reads these languages can read neither the text nor a translation of it."""
    known = set(reads)
    return text.language not in known and not any(one.language in known for one in of(text, made))


def check(typed: str, *, text: Text, into: str, reads: Iterable[str]) -> str:
    """The translation as it is kept. Raises Problem 422.40 and 422.44 (text), 422.259 (language), with the `field`."""
    tidy = typed.replace("\r\n", "\n").strip()
    if not tidy:
        raise Problem("422.40", field="text")
    if len(tidy) > LONGEST:
        raise Problem("422.44", field="text")
    if into == text.language or into not in set(reads):
        raise Problem("422.259", field="into")
    return tidy


# at rest ------------------------------------------------------------------------------------------------------------


def to_json(made: Sequence[Translation], **beside: Any) -> dict[str, Any]:
    """The record's content."""
    return {"shape": 1, "made": [vars(one) for one in made], **beside}


def from_json(content: Mapping[str, Any]) -> tuple[Translation, ...]:
    """The translations as they were sealed."""
    return tuple(Translation(**one) for one in content["made"])
