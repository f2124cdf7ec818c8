"""Notes verbales: drafted about many matters, sent, reminded, answered about some or all; their letters kept sealed.

What a note does to its matters happens in the same transaction: sending it refers an allegation, an answer about twelve
moves all twelve. Where a matter knows of that step already, nothing is written twice.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from intake.domain import arrival
from intake.domain import verbale as rules
from intake.domain.matter import Matter
from intake.domain.matter import Step as MatterStep
from intake.domain.problems import Problem
from intake.domain.verbale import KIND, LETTER, Item, Step, Verbale
from intake.envelope.encoding import b64u, unb64u
from intake.services import audit, claim_notes, clocks, matters, member_states, proceedings, records, times
from intake.services.clocks import Held
from intake.services.desk import Desk
from intake.services.records import Record
from intake.store import Session
from intake.store.office import audit as audit_lines

COUNTER = "counter"

# What an answer about an allegation makes of its proceeding, and with which code.
_MOVES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "nio_appointed": ("nio_appointed", {}),
    "left_to_the_office": ("left_to_the_office", {}),
    "investigation_done": ("investigation_done", {}),
    "substantiated": ("outcome_reported", {"outcome": "substantiated"}),
    "unsubstantiated": ("outcome_reported", {"outcome": "unsubstantiated"}),
    "no_finding": ("outcome_reported", {"outcome": "no_finding"}),
    "action_reported": ("action_reported", {"action": "other"}),
}
_FOLLOWS = {"sent": "referred", "acknowledged": "acknowledged", "asked_us": "asked_us", "we_gave": "we_gave"}


@dataclass(frozen=True)
class Letter:
    """A letter that was kept: `kind` is one of LETTERS, `pdf` the whole file."""

    id: str
    verbale: str
    kind: str
    language: str
    pdf: bytes


def every(session: Session, *, desk: Desk) -> list[Verbale]:
    """Every note, the newest first. Raises Problem 403.21."""
    found = [
        rules.from_json(one.id, one.version, one.content) for one in records.of_kind(session, desk=desk, kind=KIND)
    ]
    return sorted(found, key=lambda note: note.number, reverse=True)


def of_state(session: Session, *, desk: Desk, code: str) -> list[Verbale]:
    """Those to one State, the newest first."""
    return [note for note in every(session, desk=desk) if note.state == code]


def owed(session: Session, *, desk: Desk, today: date) -> Counter[tuple[str, str]]:
    """How many notes are overdue, by State and by who owes what comes next, as `matters.owed` counts steps.

    Raises Problem 403.21.
    """
    held = clocks.held(session, desk=desk)
    given: dict[str, Any] = {"today": today, "office": held.office, "lengths": held.lengths}
    notes = every(session, desk=desk)
    found = ((note.state, note.reading(state=held.of_state(note.state), **given)) for note in notes)
    return Counter((state, one.clock.whose) for state, one in found if one.standing == "overdue")


def find(session: Session, *, desk: Desk, id: str) -> Verbale:
    """One note. Raises Problem 404.12."""
    record = records.get(session, desk=desk, kind=KIND, id=id)
    if record is None:
        raise Problem("404.12")
    return rules.from_json(record.id, record.version, record.content)


def draft(
    session: Session, *, desk: Desk, code: str, subject: str, language: str, items: Sequence[str], now: datetime
) -> Verbale:
    """A note about these matters, by the ids of their claims or proceedings; not sent yet.

    Raises Problem 404.11, 422.326 (a matter that is not this State's, or none), 422.334, 422.324.
    """
    member_states.of_code(session, desk=desk, code=code)
    sort = next((sort for sort, subjects in rules.SUBJECTS.items() if subject in subjects), None)
    if sort is None:
        raise Problem("422.334", field="subject")
    known = {one.id: one for one in matters.of_state(session, desk=desk, code=code) if one.sort == sort}
    if not set(items) <= set(known):
        raise Problem("422.326", field="about")
    chosen = tuple(Item(id, known[id].reference) for id in dict.fromkeys(items))
    audit_lines.head(session, desk.office, lock=True)
    number = _next_number(session, desk, now)
    note = Verbale(str(uuid4()), 0, number, code, sort, subject, language, chosen)
    rules.check(note)
    today = clocks.today(session, desk=desk, now=now)
    return _put(session, desk, note.then(_written(desk, "drafted", today, today, now)), now)


def step(session: Session, *, desk: Desk, id: str, version: int, said: Step, now: datetime) -> Verbale:
    """What happened to a note, as somebody says it, and with it to its matters.

    Raises Problem 404.12, 409.9, 422.329 (a coming day), and what `domain.verbale.Verbale.then` asks for.
    """
    note = _seen(session, desk, id, version)
    if said.known > clocks.today(session, desk=desk, now=now):
        raise Problem("422.329", field="known")
    if said.kind in ("drafted", "letter_made"):
        raise Problem("422.327", field="kind")
    changed = note.then(_written(desk, said.kind, said.on, said.known, now, **said.details))
    _move(session, desk, changed, now)
    return _put(session, desk, changed, now)


def keep_letter(
    session: Session, *, desk: Desk, id: str, version: int, kind: str, pdf: bytes, now: datetime
) -> Verbale:
    """Keep a letter of the note, sealed under the identity keychain, since it names people.

    Raises Problem 403.20 (no step-up), 404.12, 409.9, 422.327.
    """
    desk.need("identity")
    note = _seen(session, desk, id, version)
    if kind not in rules.LETTERS or (kind == "reminder" and not note.waits):
        raise Problem("422.327", field="kind")
    letter = str(uuid4())
    content = {"verbale": id, "kind": kind, "language": note.language, "pdf": b64u(pdf)}
    records.put(session, desk=desk, kind=LETTER, id=letter, content=content, seen=0, now=now, chain="identity")
    today = clocks.today(session, desk=desk, now=now)
    made = _written(desk, "letter_made", today, today, now, letter=letter, letter_kind=kind)
    return _put(session, desk, note.then(made), now)


def open_letter(session: Session, *, desk: Desk, id: str, letter: str, reason: str, now: datetime) -> Letter:
    """One letter of a note, opened on record. Raises Problem 422.20, 403.20 (no step-up), 404.12."""
    arrival.check_reason(reason)
    desk.need("identity")
    note = find(session, desk=desk, id=id)
    made = {step.details["letter"] for step in note.steps if step.kind == "letter_made"}
    kept = records.get(session, desk=desk, kind=LETTER, id=letter) if letter in made else None
    if kept is None:
        raise Problem("404.12")
    details = {"letter": letter, "reason": reason.strip()}
    audit.write(session, desk=desk, act="opened_a_letter", about=id, details=details, now=now)
    plain = {name: kept.content[name] for name in ("verbale", "kind", "language")}
    return Letter(letter, **plain, pdf=unb64u(kept.content["pdf"]))


def due_on(note: Verbale, *, today: date, held: Held) -> tuple[str | None, str]:
    """When something of the note is due, and who owes it: after a reminder, when the next one would be."""
    if not note.waits:
        return None, ""
    state = held.of_state(note.state)
    found = note.reading(today=today, state=state, office=held.office, lengths=held.lengths)
    reminded = note.last("reminded")
    if found.clock == rules.ANSWER and reminded:
        return held.office.add(reminded.on, held.lengths["remind"]).isoformat(), "state"
    return (found.due.isoformat() if found.due else None), found.clock.whose


def _move(session: Session, desk: Desk, note: Verbale, now: datetime) -> None:
    """Carry the newest step of a note to the matters it is about, as far as they are open to this person."""
    step = note.steps[-1]
    about = step.details["items"] if step.kind == "answered" else [item.id for item in note.items]
    known = {one.id: one for one in matters.of_state(session, desk=desk, code=note.state) if one.sort == note.sort}
    for id in (id for id in about if id in known):
        if note.sort == "claim":
            claim_notes.carry(session, desk=desk, note=note, item=id, now=now)
        else:
            proceedings.move(session, desk=desk, matter=known[id], steps=_steps(step), now=now)


def _steps(step: Step) -> list[MatterStep]:
    """What a step of a note makes of an allegation."""
    if step.kind == "answered":
        kind, details = _MOVES.get(step.details["answer"], ("", {}))
        acknowledged = MatterStep("acknowledged", step.on, step.known)
        return [acknowledged, MatterStep(kind, step.on, step.known, details=details)] if kind else [acknowledged]
    return [MatterStep(_FOLLOWS[step.kind], step.on, step.known)] if step.kind in _FOLLOWS else []


def _written(desk: Desk, kind: str, on: date, known: date, now: datetime, **details: Any) -> Step:
    return Step(kind, on, known, desk.staff.name, times.text(now), details)


def date_anew(session: Session, *, desk: Desk, found: Iterable[Record], now: datetime) -> None:
    """Work out anew when something of these is due, and who owes it: a calendar or a term changed."""
    today, held = clocks.today(session, desk=desk, now=now), clocks.held(session, desk=desk)
    for record in found:
        due, owes = due_on(rules.from_json(record.id, record.version, record.content), today=today, held=held)
        content = {**record.content, "owes": owes}
        records.date_anew(session, desk=desk, record=record, content=content, due_on=due, now=now)


def _seen(session: Session, desk: Desk, id: str, version: int) -> Verbale:
    found = find(session, desk=desk, id=id)
    if found.version != version:
        raise Problem("409.9")
    return found


def _put(session: Session, desk: Desk, note: Verbale, now: datetime) -> Verbale:
    today, held = clocks.today(session, desk=desk, now=now), clocks.held(session, desk=desk)
    due, owes = due_on(note, today=today, held=held)
    content = {**rules.to_json(note), "owes": owes}
    try:
        version = records.put(
            session, desk=desk, kind=KIND, id=note.id, content=content, seen=note.version, now=now, due_on=due
        )
    except Problem as problem:
        raise Problem("409.9") if problem.code == "409.2" else problem from problem
    details = {"kind": note.steps[-1].kind, "version": version, "note": note.number}
    audit.write(session, desk=desk, act="changed_a_note_verbale", about=note.id, details=details, now=now)
    return replace(note, version=version)


def _next_number(session: Session, desk: Desk, now: datetime) -> str:
    """`NV-YEAR-nnnn`: a number given once is never given again. Whoever else drafts waits at the chain's head."""
    year = times.day(now)[:4]
    counter = records.get(session, desk=desk, kind=COUNTER, id=f"verbale-{year}")
    number = (counter.content["number"] if counter else 0) + 1
    seen = counter.version if counter else 0
    records.put(session, desk=desk, kind=COUNTER, id=f"verbale-{year}", content={"number": number}, seen=seen, now=now)
    return f"NV-{year}-{number:04}"


def concerning(notes: Sequence[Verbale], matter: Matter) -> list[Verbale]:
    """The notes that are about a matter."""
    return [note for note in notes if matter.id in {item.id for item in note.items}]
