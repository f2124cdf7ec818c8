"""Translating what the reader of a document cannot read: who needs it, who can do it, what was made of it.

The reader of a report or a note is whoever is in charge of its case; of a report that waits, whoever has it. A task is
worked out and not kept: a text in a language that its reader lacks, in an open case, for somebody who reads both and
may see the case. It is gone once there is a translation its reader can read. What an officer answered to a message is
such a text too: its reader is whoever is in charge of the message's case.

The index knows of which documents something waits (`domain.translation.Wait`); those of one page are opened.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from intake.domain import note as note_of
from intake.domain import translation
from intake.domain.arrival import KIND as ARRIVAL
from intake.domain.arrival import Arrival, from_json
from intake.domain.case import Case
from intake.domain.note import Note
from intake.domain.problems import Problem
from intake.domain.report import Section, sections
from intake.domain.telling import Telling
from intake.domain.translation import KIND, NAMES, NOTE, REPORT, WAIT, WAIT_NAMES, Text, Translation, Wait
from intake.services import audit, cases, lists, notes, reading, records, register, telling, times
from intake.services.desk import Desk, index_of
from intake.services.lists import Page
from intake.store import Session
from intake.store.index import Query
from intake.store.office import audit as audit_lines


@dataclass(frozen=True)
class Task:
    """A text to translate, without its words. `names`: it can tell who somebody is. `since` is a day.

    `answer`: it is what an officer answered to a message.

    `into` are the languages that its reader and whoever asks both read.
    """

    kind: str
    id: str
    key: str
    language: str
    into: tuple[str, ...]
    since: str
    names: bool = False
    answer: bool = False


@dataclass(frozen=True)
class Beside:
    """What stands beside a text on a page: its translations; `lacking` when who looks can read none of it."""

    text: Text
    made: tuple[Translation, ...]
    lacking: bool


@dataclass(frozen=True)
class Done:
    """A translation that was kept, and those that colleagues made since its maker had opened the text."""

    translation: Translation
    others: tuple[Translation, ...]


# beside the originals -----------------------------------------------------------------------------------------------


def beside(
    session: Session, *, desk: Desk, id: str, typed: Sequence[Text], reads: frozenset[str], names: bool = False
) -> dict[tuple[str, str], Beside]:
    """What stands beside these texts of a document, by (language, text). `names` needs the identity keychain."""
    made = _made(session, desk, NAMES if names else KIND, id)
    return {
        (one.language, one.text): Beside(one, translation.of(one, made), translation.lacks(one, reads, made))
        for one in typed
    }


def of_notes(
    session: Session, *, desk: Desk, notes: Sequence[Note], reads: frozenset[str]
) -> dict[tuple[str, str], Beside]:
    """The same of notes."""
    found: dict[tuple[str, str], Beside] = {}
    for one in notes:
        if not one.names:
            found |= beside(session, desk=desk, id=one.id, typed=[_of_note(one)], reads=reads)
    return found


def note_lack(
    session: Session, *, desk: Desk, id: str, typed: Sequence[Text], reads: frozenset[str], now: datetime
) -> None:
    """Whoever has just opened names cannot read some of them: ask for that, without the words. No case, no task."""
    made = _made(session, desk, NAMES, id)
    wanted = {one.key: one.language for one in typed if translation.lacks(one, reads, made)}
    found = records.get(session, desk=desk, kind=KIND, id=id)
    asked = {**(found.content.get("asked", {}) if found else {}), **wanted}
    if not wanted or (found and asked == found.content.get("asked")):
        return
    content = translation.to_json(_of(found), **{**_rest(found), "asked": asked})
    records.put(session, desk=desk, kind=KIND, id=id, content=content, seen=found.version if found else 0, now=now)


def of_answers(
    session: Session, *, desk: Desk, tellings: Sequence[Telling], reads: frozenset[str]
) -> dict[str, dict[tuple[str, str], Beside]]:
    """The same of what officers answered, by the number of the envelope."""
    answers = [one for telling in tellings for one in telling.answers if one.words]
    return {
        one.report: beside(
            session, desk=desk, id=one.report, typed=[Text("words", "", one.words, one.language)], reads=reads
        )
        for one in answers
    }


def _of_note(one: Note) -> Text:
    return Text("text", "", one.text, one.language)


def _of(record: records.Record | None) -> tuple[Translation, ...]:
    return translation.from_json(record.content) if record else ()


def _rest(record: records.Record | None) -> dict[str, Any]:
    content = record.content if record else {}
    return {name: value for name, value in content.items() if name not in ("shape", "made")}


def _made(session: Session, desk: Desk, kind: str, id: str) -> tuple[Translation, ...]:
    return _of(records.get(session, desk=desk, kind=kind, id=id))


# tasks --------------------------------------------------------------------------------------------------------------


def tasks(session: Session, *, desk: Desk, now: datetime, identity: bool, page: int = 1) -> Page[Task]:
    """What this person could translate for colleagues, the oldest first, and how many documents it is in ("all").

    `identity`: whether they may open names and contacts. Raises Problem 403.21.
    """
    index = index_of(desk)
    people, mine = reading.every(session, desk=desk), reading.own(session, desk=desk)
    hours = register.hold_hours(session, desk=desk)
    found = (Wait.of(key) for sort in (WAIT, *([WAIT_NAMES] if identity else [])) for key in index.keys(sort))
    wanted = [str(one) for one in found if one.language in mine and _can(one, people, mine)]
    count, entries = index.listed(
        wanted,
        reader=desk.staff.name,
        limit=lists.PAGE,
        offset=(page - 1) * lists.PAGE,
        without=_let_go(desk, now, hours),
    )
    ids = [one.id for one in entries]
    arrivals = {one.report: one for one in register.some(session, desk=desk, reports=ids)}
    written = {one.id: note_of.from_json(one.id, one.content) for one in _notes(session, desk, ids)}
    lines: list[Task] = []
    for id in ids:
        if id in arrivals:
            lines += _of_arrival(session, desk, arrivals[id], people, mine, identity, now, hours)
        elif id in written:
            lines += _of_written(session, desk, written[id], people, mine, identity)
    lines.sort(key=lambda one: (one.since, one.id, one.key))
    return Page(lines, {"all": count}, count > page * lists.PAGE)


def _can(wait: Wait, people: Mapping[str, frozenset[str]], mine: frozenset[str]) -> bool:
    """Whether its reader lacks it, and reads a language that whoever asks reads too."""
    reads = people.get(wait.reader, reading.UNSAID)
    return bool(reads & mine) and wait.lacked(reads)


def _let_go(desk: Desk, now: datetime, hours: int) -> list[str]:
    """Reports that somebody had and nobody has any more, for the time has passed."""
    waiting = index_of(desk).contents(Query(desk.staff.name, kind=ARRIVAL, state="waiting"))
    found = (from_json(report, version, json.loads(content)) for report, version, content in waiting)
    return [one.report for one in found if one.last_hold and one.holder(now, hours) is None]


def _notes(session: Session, desk: Desk, ids: Sequence[str]) -> list[records.Record]:
    return records.some(session, desk=desk, kind=note_of.KIND, ids=ids)


def _of_arrival(
    session: Session,
    desk: Desk,
    arrival: Arrival,
    people: Mapping[str, frozenset[str]],
    mine: frozenset[str],
    identity: bool,
    now: datetime,
    hours: int,
) -> Iterator[Task]:
    reader = _reader(session, desk, arrival, now, hours)
    reads = people.get(reader, reading.UNSAID) if reader else frozenset()
    if reads & mine:
        yield from _of_report(session, desk, arrival, reads, mine)
        yield from _of_names(session, desk, REPORT, arrival.report, arrival.received[:10], reads, mine, identity)


def _reader(session: Session, desk: Desk, arrival: Arrival, now: datetime, hours: int) -> str:
    """Who has to read a report, or "": nobody yet, or not for this person to know."""
    try:
        case = _case_of(session, desk, arrival)
    except Problem:
        return ""
    if case is not None:
        return case.owner if case.open else ""
    holder = arrival.holder(now, hours)
    return holder.name if holder else ""


def _case_of(session: Session, desk: Desk, arrival: Arrival) -> Case | None:
    """The case a report is filed in, or that of the message that it answers. Raises Problem 403.12."""
    filed = cases.of_report(session, desk=desk, report=arrival.report)
    if filed is not None or not arrival.answers:
        return filed
    answered = telling.case_of(session, desk=desk, message=arrival.answers)
    return cases.find(session, desk=desk, case=answered) if answered else None


def _of_report(
    session: Session, desk: Desk, arrival: Arrival, reads: frozenset[str], mine: frozenset[str]
) -> Iterator[Task]:
    facts = arrival.facts
    if facts is None or not set(facts.languages) - reads & mine:
        return
    made = _made(session, desk, KIND, arrival.report)
    for text in _texts_of_report(session, desk, arrival.report):
        if text.language in mine and translation.lacks(text, reads, made):
            into = tuple(sorted(reads & mine))
            since, answer = arrival.received[:10], arrival.is_answer
            yield Task(REPORT, arrival.report, text.key, text.language, into, since, answer=answer)


def _of_names(
    session: Session,
    desk: Desk,
    kind: str,
    id: str,
    since: str,
    reads: frozenset[str],
    mine: frozenset[str],
    identity: bool,
) -> Iterator[Task]:
    """Names that somebody could not read when they opened them: for those alone who may open them."""
    found = records.get(session, desk=desk, kind=KIND, id=id) if identity else None
    asked = found.content.get("asked", {}) if found else {}
    for key, language in asked.items():
        if language in mine and language not in reads:
            yield Task(kind, id, key, language, tuple(sorted(reads & mine)), since, names=True)


def _of_written(
    session: Session,
    desk: Desk,
    one: Note,
    people: Mapping[str, frozenset[str]],
    mine: frozenset[str],
    identity: bool,
) -> Iterator[Task]:
    """What of a note waits, if its case is open, and to whoever asks."""
    found = cases.some(session, desk=desk, ids=[one.case])
    case = found[0] if found and found[0].open else None
    reads = people.get(case.owner, reading.UNSAID) if case and case.owner else frozenset()
    if not reads & mine or one.language in reads or one.language not in mine:
        return
    if one.names:
        yield from _of_names(session, desk, NOTE, one.id, one.at[:10], reads, mine, identity)
    elif translation.lacks(_of_note(one), reads, _made(session, desk, KIND, one.id)):
        yield Task(NOTE, one.id, "text", one.language, tuple(sorted(reads & mine)), one.at[:10])


def _texts_of_report(session: Session, desk: Desk, report: str) -> list[Text]:
    return translation.texts(_sections(session, desk, report))


def _sections(session: Session, desk: Desk, report: str) -> list[Section]:
    """Of the copy that counts, as far as it opens."""
    wanted = register.find(session, desk=desk, report=report).copy(None).digest
    read = [one for one in register.readings(session, desk=desk, reports=[report]) if one.digest == wanted]
    return sections(register.form_of(read[0].report), read[0].report.answers) if read else []


# one text -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Opened:
    """A text that somebody is about to translate, and what there is already; `seen` counts that."""

    text: Text
    made: tuple[Translation, ...]

    @property
    def seen(self) -> int:
        return len(self.made)


def open_text(session: Session, *, desk: Desk, kind: str, id: str, key: str, now: datetime) -> Opened:
    """One text of a document, opened on record. Raises Problem 404.8, 403.12, 422.170 (its case is closed), 403.21."""
    text = _text(session, desk, kind, id, key)
    if kind == REPORT:
        details = {"for": "translation", "key": key}
        audit.write(session, desk=desk, act="opened", about=id, details=details, now=now)
    return Opened(text, translation.of(text, _made(session, desk, KIND, id)))


def open_names(session: Session, *, desk: Desk, kind: str, id: str, key: str, reason: str, now: datetime) -> Opened:
    """The same of a text that can tell who somebody is, with a reason.

    Raises Problem 422.20, 403.20 (no step-up) and as `open_text`.
    """
    desk.need("identity")
    if kind == REPORT:
        _check_case(_case_of(session, desk, register.find(session, desk=desk, report=id)))
        opened = register.open_identity(session, desk=desk, report=id, reason=reason, now=now)
        text = translation.find(translation.texts(opened), key)
    else:
        one = _note(session, desk, id)
        text = _of_note(notes.open_names(session, desk=desk, case=one.case, id=id, reason=reason, now=now))
    return Opened(text, translation.of(text, _made(session, desk, NAMES, id)))


def translate(
    session: Session,
    *,
    desk: Desk,
    kind: str,
    id: str,
    key: str,
    into: str,
    typed: str,
    seen: int,
    now: datetime,
    names: bool = False,
) -> Done:
    """Keep a translation beside the original. `seen` is how many of this text there were when it was opened.

    Where a colleague was faster, both are kept, and it is told. Raises Problem 404.8, 403.12, 422.170, 422.40, 422.44,
    422.259 with the `field`; 403.20 for names without a step-up, 403.21.
    """
    # Whoever else translates it waits here, and then finds this one.
    audit_lines.head(session, desk.office, lock=True)
    text = _named_text(session, desk, kind, id, key) if names else _text(session, desk, kind, id, key)
    reads = reading.own(session, desk=desk)
    words = translation.check(typed, text=text, into=into, reads=reads)
    fresh = Translation(text.mark, into, words, desk.staff.name, times.text(now))
    before = translation.of(text, _made(session, desk, NAMES if names else KIND, id))
    _put(session, desk, id, fresh, key, names, now)
    details = {"document": kind, "key": key, "into": into}
    audit.write(session, desk=desk, act="translated", about=id, details=details, now=now)
    return Done(fresh, before[seen:])


def _put(session: Session, desk: Desk, id: str, fresh: Translation, key: str, names: bool, now: datetime) -> None:
    if names:
        sealed = records.get(session, desk=desk, kind=NAMES, id=id)
        content, seen = translation.to_json((*_of(sealed), fresh)), sealed.version if sealed else 0
        records.put(session, desk=desk, kind=NAMES, id=id, content=content, seen=seen, now=now, chain="identity")
    found = records.get(session, desk=desk, kind=KIND, id=id)
    rest = _rest(found)
    rest["asked"] = {name: tag for name, tag in rest.get("asked", {}).items() if not names or name != key}
    made = (*_of(found), replace(fresh, text="", mark="") if names else fresh)
    content, seen = translation.to_json(made, **rest), found.version if found else 0
    records.put(session, desk=desk, kind=KIND, id=id, content=content, seen=seen, now=now)


def _text(session: Session, desk: Desk, kind: str, id: str, key: str) -> Text:
    if kind == REPORT:
        _check_case(_case_of(session, desk, register.find(session, desk=desk, report=id)))
        return translation.find(_texts_of_report(session, desk, id), key)
    one = _note(session, desk, id)
    if one.names or key != "text":
        raise Problem("404.8")
    return _of_note(one)


def _named_text(session: Session, desk: Desk, kind: str, id: str, key: str) -> Text:
    """The words that can tell who somebody is, to judge by; who shows them puts that on record."""
    desk.need("identity")
    if kind == REPORT:
        _check_case(_case_of(session, desk, register.find(session, desk=desk, report=id)))
        arrival = register.find(session, desk=desk, report=id)
        answers = register.identity_of(session, desk=desk, arrival=arrival) or {}
        told = register.told(session, desk=desk, arrival=arrival)
        return translation.find(translation.texts(sections(register.form_of(told), answers)), key)
    one = _note(session, desk, id)
    sealed = records.get(session, desk=desk, kind=note_of.NAMES, id=id)
    if not one.names or sealed is None or key != "text":
        raise Problem("404.8")
    return replace(_of_note(one), text=sealed.content["text"])


def _note(session: Session, desk: Desk, id: str) -> Note:
    """A note of an open case that this person may see. Raises Problem 404.8, 403.12, 422.170."""
    record = records.get(session, desk=desk, kind=note_of.KIND, id=id)
    if record is None:
        raise Problem("404.8")
    one = note_of.from_json(record.id, record.content)
    _check_case(cases.find(session, desk=desk, case=one.case))
    return one


def _check_case(case: Case | None) -> None:
    """Nothing is done any more for a case that is closed. Raises Problem 422.170."""
    if case is not None and not case.open:
        raise Problem("422.170")
