"""What an opened report is, and what of it can be shown.

A report was written on a phone with a form that this office may not know, by an app older or newer than the office.
Nothing is thrown away for that: what does not have the agreed shape is kept, shown as it is, and named in `odd`.
This module knows no language; it gives keys and codes, and the pages turn them into words.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from intake.domain.own_answer import is_number

STATES = ("final", "unfinished", "withdrawn")
HIDDEN = "••••"
RELATIONS = ("adds_to", "corrects", "withdraws", "same_event", "follows_up")
REFUSALS = ("declined", "not_asked", "unknown")

Answers: TypeAlias = Mapping[str, object]
PieceKind: TypeAlias = Literal["words", "fixed", "raw", "text", "number", "date", "place", "country", "no"]


@dataclass(frozen=True)
class About:
    """The report this one points at. `relation` is one of RELATIONS, or what the phone wrote instead."""

    report: str
    relation: str


@dataclass(frozen=True)
class Entered:
    """How a report came that was entered at a desk: a channel of `domain.entry.CHANNELS`, and the day it came."""

    channel: str
    came: str


@dataclass(frozen=True)
class Report:
    """The `report` part of an envelope. `odd` names the members that were missing or not of the agreed shape.

    `entered` is what it says of itself; whether a desk of the office signed it, the copy tells.
    """

    form: str
    version: int
    language: str
    officer: str
    n: int | None
    state: str
    identity: bool
    about: About | None
    answers: Answers
    odd: tuple[str, ...] = ()
    entered: Entered | None = None


@dataclass(frozen=True)
class Piece:
    """One part of an answer. `words`: `value` is a key of the form's texts. `fixed`: yes, no, read or played.

    `place`: an id of the office's list. `country`: two letters of ISO 3166-1.
    `raw`: what nobody here knows, as it was written. `text`: what somebody typed, in `language`. `date`: a day, month
    or year as ISO text, or the first and `until` the last of several. `no`: one of REFUSALS.
    """

    kind: PieceKind
    value: str
    until: str = ""
    language: str = ""


@dataclass(frozen=True)
class Line:
    """One question with what was answered. `label` is a key of the form's texts; "" where only `id` is known.

    `notice` is true for what was not asked but read aloud or played.
    """

    id: str
    label: str
    pieces: tuple[Piece, ...] = ()
    rows: tuple[tuple["Line", ...], ...] = ()
    notice: bool = False


@dataclass(frozen=True)
class Section:
    """A group of the form. `title` is a key of the form's texts, "" for answers that no question of the form asks."""

    title: str
    lines: tuple[Line, ...] = field(default=())


def read(part: object) -> Report:
    """The opened part as a report. Never raises: a missing member becomes an empty value and its name goes to `odd`."""
    members = part if isinstance(part, Mapping) else {}
    shapes = _Shapes(members)
    report = Report(
        form=shapes.text("form"),
        version=shapes.count("version") or 0,
        language=shapes.text("language"),
        officer=shapes.text("officer"),
        n=shapes.count("n"),
        state=shapes.text("state"),
        identity=members.get("identity") is True,
        about=shapes.about(),
        answers=shapes.answers(),
        entered=shapes.entered(),
    )
    return _with_odd(report, shapes.odd)


def _with_odd(report: Report, odd: Sequence[str]) -> Report:
    unknown_state = ["state"] if report.state and report.state not in STATES else []
    return replace(report, odd=(*odd, *unknown_state))


class _Shapes:
    """Takes members out of parsed JSON and remembers which were not what they should be."""

    def __init__(self, members: Mapping[str, object]) -> None:
        self._members = members
        self.odd: list[str] = []

    def text(self, name: str) -> str:
        value = self._members.get(name)
        if isinstance(value, str):
            return value
        self.odd.append(name)
        return ""

    def count(self, name: str) -> int | None:
        value = self._members.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        self.odd.append(name)
        return None

    def about(self) -> About | None:
        value = self._members.get("about")
        if value is None:
            return None
        if isinstance(value, Mapping):
            report, relation = value.get("report"), value.get("as")
            if isinstance(report, str) and isinstance(relation, str):
                return About(report, relation)
        self.odd.append("about")
        return None

    def entered(self) -> Entered | None:
        value = self._members.get("entered")
        if isinstance(value, Mapping):
            channel, came = value.get("channel"), value.get("came")
            if isinstance(channel, str) and isinstance(came, str):
                return Entered(channel, came)
        return None

    def answers(self) -> Answers:
        value = self._members.get("answers")
        if isinstance(value, Mapping):
            return value
        self.odd.append("answers")
        return {}


def identity_answers(part: object) -> Answers:
    """The answers of an opened `identity` part; empty where it has none."""
    answers = part.get("answers") if isinstance(part, Mapping) else None
    return answers if isinstance(answers, Mapping) else {}


def sections(form: Mapping[str, object] | None, answers: Answers) -> list[Section]:
    """The answers in the order of the form; what no question of it asks comes last, as the phone wrote it."""
    if form is None:
        return [Section("", tuple(_unknown(answers)))] if answers else []
    name = str(form["id"])
    found: list[Section] = []
    asked: set[str] = set()
    for group in _mappings(form.get("groups")):
        questions = _mappings(group.get("questions"))
        asked.update(str(question["id"]) for question in questions)
        lines = tuple(_line(name, question, answers[str(question["id"])]) for question in _answered(questions, answers))
        if lines:
            found.append(Section(_key(name, group), lines))
    rest = {question: answer for question, answer in answers.items() if question not in asked}
    return [*found, Section("", tuple(_unknown(rest)))] if rest else found


def _answered(questions: Sequence[Mapping[str, object]], answers: Answers) -> Iterator[Mapping[str, object]]:
    return (question for question in questions if question["id"] in answers)


def _key(form: str, thing: Mapping[str, object]) -> str:
    """The key of a group's title or a question's text; the form may name it, else it follows from the id."""
    named = thing.get("title") or thing.get("text")
    return str(named) if isinstance(named, str) else f"form.{form}.{thing['id']}"


def _line(form: str, question: Mapping[str, object], answer: object) -> Line:
    label = _key(form, question)
    if question.get("kind") == "rows" and isinstance(answer, list):
        inner = _mappings(question.get("questions"))
        return Line(str(question["id"]), label, rows=tuple(_row(form, inner, row) for row in answer))
    pieces = tuple(_pieces(form, question, answer))
    return Line(str(question["id"]), label, pieces, notice=question.get("kind") == "notice")


def _row(form: str, questions: Sequence[Mapping[str, object]], row: object) -> tuple[Line, ...]:
    if not isinstance(row, Mapping):
        return (Line("", "", (Piece("raw", _as_written(row)),)),)
    known = {str(question["id"]) for question in questions} | {"row"}
    lines = [_line(form, question, row[str(question["id"])]) for question in _answered(questions, row)]
    return (*lines, *_unknown({name: value for name, value in row.items() if name not in known}))


def _pieces(form: str, question: Mapping[str, object], answer: object) -> list[Piece]:
    if isinstance(answer, list):
        return [_code(form, question, each) for each in answer]
    if isinstance(answer, Mapping):
        return [_composed(answer)]
    if isinstance(answer, int) and not isinstance(answer, bool):
        return [Piece("number", str(answer))]
    return [_code(form, question, answer)]


def _code(form: str, question: Mapping[str, object], answer: object) -> Piece:
    options = {str(option["code"]): option for option in _mappings(question.get("options"))}
    if isinstance(answer, str) and answer in options:
        text = options[answer].get("text")
        return Piece("words", text if isinstance(text, str) else f"{_key(form, question)}.option.{answer}")
    if isinstance(answer, str) and question.get("kind") == "listed":
        return Piece("country" if question.get("list") == "countries" else "place", answer)
    if isinstance(answer, str) and question.get("kind") == "code":
        # A number that answers is hers, and nobody has to read it; shorter ones are of older phones.
        return Piece("number", HIDDEN if is_number(answer) else f"{answer[:4]} {answer[4:]}")
    fixed = {"yes_no": ("yes", "no"), "notice": ("read", "played")}.get(str(question.get("kind")), ())
    if answer in fixed:
        return Piece("fixed", str(answer))
    return Piece("raw", _as_written(answer))


def _composed(answer: Mapping[str, object]) -> Piece:
    """A typed text, a date with its precision, or why there is no answer; anything else as it was written."""
    text, when, refused = answer.get("text"), answer.get("when"), answer.get("no")
    if isinstance(text, str):
        language = answer.get("language")
        return Piece("text", text, language=language if isinstance(language, str) else "")
    if isinstance(when, str):
        return Piece("date", when)
    if isinstance(when, list) and len(when) == 2 and all(isinstance(end, str) for end in when):
        return Piece("date", when[0], until=when[1])
    if refused in REFUSALS:
        return Piece("no", str(refused))
    return Piece("raw", _as_written(answer))


def _unknown(answers: Answers) -> Iterator[Line]:
    for question, answer in answers.items():
        piece = _composed(answer) if isinstance(answer, Mapping) else Piece("raw", _as_written(answer))
        yield Line(question, "", (piece,))


def _as_written(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _mappings(value: object) -> list[Mapping[str, object]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []
