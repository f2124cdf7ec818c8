"""Entering by hand: a report that came by a call, a letter or a visit, written at a desk with the phone's own forms.

What a page posts becomes answers exactly as on the phone (`static/field/form.js`), and the answers become the same
document (`static/field/sealing.js`). Fields are named as the phone names its controls: `q-<question>`, inside a row
`q-<repeating group>-<row>-<question>`.

    notice, yes_no, one, listed, number, code   one value
    several                                     a value for each choice
    text                                        the text, and `-language` the tag it was typed in
    date                                        `-from-day`, `-from-month`, `-from-year`, and `-to-…` for the last day
    rows                                        the ids of the rows
    any that may stay unanswered                `-no`: why there is no answer

Nobody can see on the server which of two controls was touched last. So where both an answer and a reason for none
stand, the one that differs from what was kept counts, and of two that differ the reason.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from intake.domain import questionnaire
from intake.domain.problems import Problem
from intake.domain.questionnaire import Answers, Form, Question, Settings
from intake.domain.rules import days_of, no_answer

CHANNELS = ("call", "letter", "walk_in")
# What the forms' own question about the channel says of each.
ANSWERED_AS: Mapping[str, str] = {"call": "phone", "letter": "letter", "walk_in": "in_person"}
AGREED = ("yes", "fact_only")
NUMBER = re.compile(r"[0-9]{1,9}")
YEAR = re.compile(r"[0-9]{4}")
ENDS = ("from", "to")
PARTS = ("day", "month", "year")

# What was posted or would be: name → values in order.
Fields = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Draft:
    """What somebody has begun. `language` is that of the person who speaks or wrote, `came` the day it came.

    `about` is the report that this one adds to, or empty; `n` its running number among those for the office `to`, both
    empty before it was sealed first; `typed` holds the fields of groups in which something could not be read, by the
    id of the group.
    """

    id: str
    form: str
    version: int
    language: str
    channel: str
    came: str
    begun: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    about: str = ""
    to: str = ""
    n: int = 0
    typed: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """One answer as it was posted; None: there is none. `wrong`: elements of the page, each with a problem's number."""

    answer: Any = None
    wrong: Mapping[str, str] = field(default_factory=dict)


def check_begin(*, channel: str, came: str, today: str) -> None:
    """Raises Problem 422.254 (how did it come?), 422.45 (no such day), 422.46 (a day to come), with the `field`."""
    if channel not in CHANNELS:
        raise Problem("422.254", field="channel")
    days = days_of(came) if len(came) == len("2026-11-22") else None
    if days is None:
        raise Problem("422.45", field="came")
    if came > today:
        raise Problem("422.46", field="came")


def has_agreed(answers: Answers) -> bool:
    """Whether something may be written down and sent; a child who was asked and said no has the last word."""
    return answers.get("may_write") in AGREED and answers.get("child_agrees") != "no"


def open_groups(form: Form, shown: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The groups that have something to show."""
    names = set(shown["questions"])
    return [
        group
        for group in form["groups"]
        if group["id"] in shown["groups"] and any(question["id"] in names for question in group["questions"])
    ]


# fields → answers ---------------------------------------------------------------------------------------------------


def base(question: Question, rows: str = "", row: str = "") -> str:
    """The name of a question's first field, which is also the id of its place on the page."""
    return f"q-{rows}-{row}-{question['id']}" if rows else f"q-{question['id']}"


def asked(group: Mapping[str, Any], shown: Mapping[str, Any]) -> list[str]:
    """What a page of this group asks: the base of every question on it, those inside rows too."""
    found: list[str] = []
    for question in group["questions"]:
        if question["id"] not in shown["questions"]:
            continue
        found.append(base(question))
        for row, names in shown["rows"].get(question["id"], {}).items():
            found += [base(part, question["id"], row) for part in question["questions"] if part["id"] in names]
    return found


def read(group: Mapping[str, Any], fields: Fields, before: Answers) -> tuple[dict[str, Any], dict[str, str]]:
    """(answers, wrong) after a page of this group was posted.

    `fields["asked"]` says what stood on the page, as `asked` gives it: what did not is left as it was. An answer that
    cannot be read is left as it was too.
    """
    there = set(" ".join(fields.get("asked", ())).split())
    answers, wrong = dict(before), dict[str, str]()
    for question in group["questions"]:
        if base(question) in there:
            reading = _read(question, fields, before.get(question["id"]), base(question), there)
            _take(answers, question["id"], reading)
            wrong |= reading.wrong
    return answers, wrong


def _take(answers: dict[str, Any], name: str, reading: Reading) -> None:
    if reading.answer is not None:
        answers[name] = reading.answer
    elif not reading.wrong:
        answers.pop(name, None)


def _read(question: Question, fields: Fields, before: Any, name: str, there: set[str]) -> Reading:
    found = (
        _read_rows(question, fields, before, name, there)
        if question["kind"] == "rows"
        else _value(question, fields, before, name)
    )
    reason = _first(fields, f"{name}-no")
    if not question.get("declinable") or reason not in questionnaire.NO_REASONS:
        return found
    declined = no_answer(before) if isinstance(before, Mapping) else None
    changed = not found.wrong and found.answer is not None and found.answer != before
    return found if reason == declined and changed else Reading({"no": reason})


def _value(question: Question, fields: Fields, before: Any, name: str) -> Reading:
    kind, first = question["kind"], _first(fields, name)
    if kind == "several":
        return Reading(list(dict.fromkeys(fields.get(name, ()))) or None)
    if kind == "number":
        return _number(first, name)
    if kind == "date":
        return _date(fields, name)
    if kind == "text":
        return _text(fields, before, name)
    return Reading(first or None)


def _read_rows(question: Question, fields: Fields, before: Any, name: str, there: set[str]) -> Reading:
    known = {row["row"]: row for row in before if isinstance(row, Mapping)} if isinstance(before, list) else {}
    rows, wrong = [], dict[str, str]()
    for id in dict.fromkeys(fields.get(name, ())):
        row = dict(known.get(id, {})) | {"row": id}
        for part in question["questions"]:
            inner = base(part, question["id"], id)
            if inner in there:
                reading = _read(part, fields, row.get(part["id"]), inner, there)
                _take(row, part["id"], reading)
                wrong |= reading.wrong
        rows.append(row)
    return Reading(rows or None, wrong)


def _first(fields: Fields, name: str) -> str:
    return next(iter(fields.get(name, ())), "")


def latin(text: str) -> str:
    """With Latin digits, whatever keyboard they were typed on."""
    return "".join(str(unicodedata.digit(sign)) if sign.isdigit() else sign for sign in text).strip()


def _number(typed: str, name: str) -> Reading:
    found = latin(typed)
    if not found:
        return Reading()
    return Reading(int(found)) if NUMBER.fullmatch(found) else Reading(wrong={name: "422.250"})


def _text(fields: Fields, before: Any, name: str) -> Reading:
    text = _first(fields, name).replace("\r\n", "\n")
    if not text.strip():
        return Reading()
    earlier = before.get("language", "") if isinstance(before, Mapping) else ""
    return Reading({"text": text, "language": _first(fields, f"{name}-language") or earlier})


def _date(fields: Fields, name: str) -> Reading:
    first, last = (_one_date(fields, f"{name}-{end}") for end in ENDS)
    for one in (first, last):
        if one.startswith("422"):
            return Reading(wrong={name: one})
    if not last:
        return Reading({"when": first}) if first else Reading()
    if len(first) < 10 or len(last) < 10:
        return Reading(wrong={name: "422.253"})
    return Reading(wrong={name: "422.47"}) if first > last else Reading({"when": [first, last]})


def _one_date(fields: Fields, name: str) -> str:
    """A day, a month or a year as it is kept, "" when nothing was given, or the number of what is wrong with it."""
    day, month, year = (latin(_first(fields, f"{name}-{part}")) for part in PARTS)
    if not (day or month or year):
        return ""
    if not YEAR.fullmatch(year):
        return "422.251"
    if day and not month:
        return "422.252"
    when = "-".join(part.zfill(2) for part in (year, month, day) if part)
    return when if days_of(when) else "422.45"


# answers → fields ---------------------------------------------------------------------------------------------------


def written(group: Mapping[str, Any], answers: Answers) -> dict[str, list[str]]:
    """The fields of a page of this group that show these answers."""
    found: dict[str, list[str]] = {}
    for question in group["questions"]:
        found.update(_written(question, answers.get(question["id"]), base(question)))
    return found


def _written(question: Question, answer: Any, name: str) -> Iterator[tuple[str, list[str]]]:
    if answer is None:
        return
    if isinstance(answer, Mapping) and "no" in answer:
        yield f"{name}-no", [str(answer["no"])]
    elif question["kind"] == "rows":
        rows = [row for row in answer if isinstance(row, Mapping)]
        yield name, [str(row["row"]) for row in rows]
        for row in rows:
            for part in question["questions"]:
                yield from _written(part, row.get(part["id"]), base(part, question["id"], str(row["row"])))
    elif isinstance(answer, Mapping):
        yield from _composed(answer, name)
    else:
        yield name, [str(each) for each in answer] if isinstance(answer, list) else [str(answer)]


def _composed(answer: Mapping[str, Any], name: str) -> Iterator[tuple[str, list[str]]]:
    if "text" in answer:
        yield name, [str(answer["text"])]
        yield f"{name}-language", [str(answer.get("language", ""))]
        return
    when = answer.get("when")
    for end, iso in zip(ENDS, when if isinstance(when, list) else [when], strict=False):
        year, month, day = [*str(iso).split("-"), "", ""][:3]
        for part, value in zip(PARTS, (day.lstrip("0"), month, year), strict=True):
            if value:
                yield f"{name}-{end}-{part}", [value]


def with_row(answers: Answers, question: str, row: str) -> dict[str, Any]:
    """The answers with one empty row more."""
    rows = answers.get(question)
    return {**answers, question: [*(rows if isinstance(rows, list) else []), {"row": row}]}


def without_row(answers: Answers, question: str, row: str) -> dict[str, Any]:
    """The answers without that row; without a row left there is no answer."""
    rows = answers.get(question)
    left = [one for one in rows if one["row"] != row] if isinstance(rows, list) else []
    others = {name: answer for name, answer in answers.items() if name != question}
    return {**others, question: left} if left else others


# answers → the document ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Document:
    """What is sealed: the two parts, and the mark in clear."""

    report: Mapping[str, Any]
    identity: Mapping[str, Any]
    urgent: bool


def document(form: Form, draft: Draft, *, settings: Settings, now: str, state: str, by: str) -> Document:
    """The draft as the phone would seal it, and beside that how it came. `by` is the sign-in name of who entered it.

    Hidden answers are left out; a *final* one says of every visible question without an answer that it was not asked.
    """
    whole = questionnaire.finish if state == "final" else questionnaire.prune
    answers, identity = questionnaire.split(form, whole(form, draft.answers, settings, now))
    report = {
        "form": draft.form,
        "version": draft.version,
        "language": draft.language,
        "officer": by,
        "n": draft.n,
        "state": state,
        "identity": bool(identity),
        "about": {"report": draft.about, "as": "adds_to"} if draft.about else None,
        "entered": {"channel": draft.channel, "came": draft.came},
        "answers": answers,
    }
    return Document(report, {"answers": identity}, questionnaire.urgent(form, draft.answers, settings, now))


# at rest ------------------------------------------------------------------------------------------------------------


def to_json(draft: Draft) -> dict[str, Any]:
    """The draft as it is sealed to its writer; its number stands beside it."""
    return {name: value for name, value in vars(draft).items() if name != "id"}


def from_json(id: str, content: Mapping[str, Any]) -> Draft:
    """The draft as it was sealed."""
    return Draft(id, **content)
