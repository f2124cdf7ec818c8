"""The outside of an envelope: a strict header, the parts' bytes, and nothing else (SPEC.md 3).

The parser accepts exactly one spelling of every envelope. It reads no key and opens nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from intake.domain.problems import Problem
from intake.envelope.encoding import unb64u

MEDIA_TYPE = "application/vnd.intake.envelope"
FIRST_LINE = b"intake-envelope/1\n"
PART_NAMES = ("report", "identity")


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes. `part_least`: 1,120 encapsulated key + 16 tag + the 5 bytes before the data."""

    header: int = 1024
    part_least: int = 1141
    part: int = 256 * 1024
    envelope: int = 513 * 1024
    inflated: int = 2 * 1024 * 1024


LIMITS = Limits()


@dataclass(frozen=True)
class Part:
    """One sealed part: its `name`, the id of the key it is sealed to, and `body` = encapsulated key, ciphertext."""

    name: str
    key_id: str
    body: bytes


@dataclass(frozen=True)
class Envelope:
    """A parsed envelope. `signed` are the covered bytes: the lines before `sign`, then the parts' bytes."""

    report: str
    device: str
    made: str
    urgent: bool
    parts: tuple[Part, ...]
    sign: bytes
    signed: bytes
    raw: bytes

    @property
    def digest(self) -> str:
        """`sha-256:` and 64 hex digits over the covered bytes, so a respelled signature changes nothing."""
        return digest(self.signed)

    def part(self, name: str) -> Part | None:
        """The part of that name, or None."""
        return next((part for part in self.parts if part.name == name), None)


def digest(signed: bytes) -> str:
    """The digest under which covered bytes are kept."""
    return "sha-256:" + sha256(signed).hexdigest()


def about_lines(*, report: str, device: str, made: str, urgent: bool) -> bytes:
    """The four lines that say what the envelope is; they stand in the header and in each part's `info`."""
    return f"report {report}\ndevice {device}\nmade {made}\nurgent {'yes' if urgent else 'no'}\n".encode("ascii")


def part_info(*, report: str, device: str, made: str, urgent: bool, name: str) -> bytes:
    """The HPKE `info` of part `name`: it binds the part to its role, report, device, day and urgent mark."""
    about = about_lines(report=report, device=device, made=made, urgent=urgent)
    return f"intake-envelope/1 {name}\n".encode("ascii") + about


def header(*, report: str, device: str, made: str, urgent: bool, parts: Sequence[Part]) -> bytes:
    """The header lines that the signature covers: all but `sign` and the empty line."""
    about = about_lines(report=report, device=device, made=made, urgent=urgent)
    lines = "".join(f"part {part.name} {part.key_id} {len(part.body)}\n" for part in parts)
    return FIRST_LINE + about + lines.encode("ascii")


def parse(raw: bytes) -> Envelope:
    """Read an envelope in the order of SPEC.md 3.3; the first rule that is broken names the refusal.

    Raises Problem 413.1 and 422.1 to 422.11.
    """
    if len(raw) > LIMITS.envelope:
        raise Problem("413.1")
    end = _end_of_header(raw)
    report, device, made, urgent, *described, spelled = _values(raw[len(FIRST_LINE) : end - 1].decode("ascii"))
    _match("422.4", _UUID4, report)
    _match("422.5", _KEY_ID, device)
    _check_day(made)
    _match("422.7", _YES_NO, urgent)
    sizes = [_part(text, name) for text, name in zip(described, PART_NAMES, strict=False)]
    sign = _signature(spelled)
    bodies = _cut(raw, end, [length for _, length in sizes])
    return Envelope(
        report=report,
        device=device,
        made=made,
        urgent=urgent == "yes",
        parts=tuple(
            Part(name, key_id, body) for name, (key_id, _), body in zip(PART_NAMES, sizes, bodies, strict=False)
        ),
        sign=sign,
        signed=raw[: end - len("sign \n\n") - len(spelled)] + raw[end:],
        raw=raw,
    )


_UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_KEY_ID = re.compile(r"[0-9a-f]{16}")
_DAY = re.compile(r"(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}")
_YES_NO = re.compile(r"yes|no")
_LENGTH = re.compile(r"[1-9][0-9]{0,6}")
_SIGNATURE = re.compile(r"[A-Za-z0-9_-]{86}")
_HEADER_BYTES = re.compile(rb"[\x20-\x7e\n]*")

_WORDS = (
    ("report ", "device ", "made ", "urgent ", "part ", "sign "),
    ("report ", "device ", "made ", "urgent ", "part ", "part ", "sign "),
)


def _end_of_header(raw: bytes) -> int:
    """Where the parts begin: just behind the empty line."""
    if not raw.startswith(FIRST_LINE):
        raise Problem("422.1")
    found = raw.find(b"\n\n", 0, LIMITS.header)
    if found < 0 or not _HEADER_BYTES.fullmatch(raw, 0, found):
        raise Problem("422.2")
    return found + 2


def _values(text: str) -> list[str]:
    """The values of the lines between the first line and the empty one, if their words come in order."""
    split = [line.partition(" ") for line in text.removesuffix("\n").split("\n")]
    if tuple(word + space for word, space, _ in split) not in _WORDS:
        raise Problem("422.3")
    return [value for _, _, value in split]


def _match(code: str, pattern: re.Pattern[str], value: str) -> None:
    if not pattern.fullmatch(value):
        raise Problem(code)


def _check_day(text: str) -> None:
    _match("422.6", _DAY, text)
    try:
        date.fromisoformat(text)
    except ValueError:
        raise Problem("422.6") from None


def _part(text: str, name: str) -> tuple[str, int]:
    """Key id and length of the part that must be called `name`."""
    fields = text.split(" ")
    found, key_id, length = [*fields, "", ""][:3]
    if len(fields) > 3 or found != name or not _KEY_ID.fullmatch(key_id):
        raise Problem("422.8")
    if not _LENGTH.fullmatch(length) or not LIMITS.part_least <= int(length) <= LIMITS.part:
        raise Problem("422.9")
    return key_id, int(length)


def _signature(text: str) -> bytes:
    _match("422.10", _SIGNATURE, text)
    try:
        return unb64u(text)
    except Problem:
        raise Problem("422.10") from None


def _cut(raw: bytes, start: int, lengths: list[int]) -> list[bytes]:
    """The parts' bytes, which must end exactly where the envelope ends."""
    if start + sum(lengths) != len(raw):
        raise Problem("422.11")
    bodies = []
    for length in lengths:
        bodies.append(raw[start : start + length])
        start += length
    return bodies
