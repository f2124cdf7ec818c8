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
# What stands in front of `Wait`s.
WAIT, WAIT_NAMES = "unread:", "unnamed:"
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


@dataclass(frozen=True)
class Wait:
    """What of a document may wait for a translation, as it can be looked up without opening the document.

    Somebody typed something in `language`; it can be read in the languages `made` besides. `reader`, a sign-in name,
    has to read it. `names`: it can tell who somebody is.
    """

    reader: str
    language: str
    made: frozenset[str]
    names: bool

    def lacked(self, reads: frozenset[str]) -> bool:
        """Whether somebody who reads these languages can read nothing of it."""
        return not reads & {self.language, *self.made}

    def __str__(self) -> str:
        """Its key: one word for words and another for names, then languages, then the reader."""
        sort = WAIT_NAMES if self.names else WAIT
        return f"{sort}{' '.join([self.language, *sorted(self.made - {self.language})])}:{self.reader}"

    @classmethod
    def of(cls, key: str) -> "Wait":
        """What the text of one says."""
        sort, languages, reader = key.split(":", 2)
        language, *made = languages.split(" ")
        return cls(reader, language, frozenset(made), f"{sort}:" == WAIT_NAMES)


def waits(typed: Iterable[Text], content: Mapping[str, Any], reader: str) -> set[Wait]:
    """What of a document this reader may lack. `content` is the record of what was translated of it, or nothing.

    Of names is known what somebody has missed who opened them.
    """
    made = from_json(content) if content else ()
    plain = {Wait(reader, one.language, frozenset(each.language for each in of(one, made)), False) for one in typed}
    return plain | {Wait(reader, tag, frozenset(), True) for tag in content.get("asked", {}).values()}


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
