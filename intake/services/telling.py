"""What must be told to people in cases: noted, looked after, answered by envelopes, closed. Writing is `answering`.

An answer is an envelope like any other and is judged as such when it is fetched. It closes a telling only if it came,
unspoilt, from the very phone the message went to; whatever else calls itself an answer waits in the list of arrivals.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from intake import questionnaires
from intake.domain import questionnaire
from intake.domain import telling as tellings
from intake.domain.case import KIND as CASE
from intake.domain.case import Case
from intake.domain.problems import Problem
from intake.domain.report import Report
from intake.domain.telling import KIND, Answer, Closing, Telling, from_json, to_json
from intake.services import audit, cases, records, times
from intake.services.desk import Desk
from intake.store import Session
from intake.store.inbound import messages
from intake.store.office import audit as audit_lines

# Which telling a message belongs to, by the id inside the message.
MESSAGE = "message"


def find(session: Session, *, desk: Desk, telling: str, case: str) -> Telling:
    """One telling of a case this person may see. Raises Problem 404.4, 404.3, 403.12."""
    found = _find(session, desk, telling)
    if found is None or found.case != cases.find(session, desk=desk, case=case).id:
        raise Problem("404.4")
    return found


def of_case(session: Session, *, desk: Desk, case: str) -> list[Telling]:
    """All that must be told in a case, what presses most first. Raises Problem 404.3, 403.12."""
    id = cases.find(session, desk=desk, case=case).id
    return sorted(_of_case(session, desk, id), key=tellings.pressing)


def by_case(session: Session, *, desk: Desk) -> dict[str, list[Telling]]:
    """All that must be told or was, by case, whoever asks: for work of the program that shows nobody a case."""
    found: dict[str, list[Telling]] = {}
    for record in records.of_kind(session, desk=desk, kind=KIND):
        one = from_json(record.id, record.version, record.content)
        found.setdefault(one.case, []).append(one)
    return found


def note(session: Session, *, desk: Desk, case: str, person: str, step: str, due: str, now: datetime) -> Telling:
    """Somebody must be told this by that day. `person` is a code of the case, or empty.

    Raises Problem 422.213, 422.214, 404.3, 403.12.
    """
    tellings.check_step(step, due, times.day(now))
    found = cases.find(session, desk=desk, case=case)
    if person:
        found.person(person)
    fresh = Telling(str(uuid4()), 0, found.id, person, step, due, desk.staff.name, times.text(now))
    details = {"telling": fresh.id, "person": person, "step": step, "due": due}
    return change(session, desk=desk, telling=fresh, case=found, act="noted_to_tell", details=details, now=now)


def close(
    session: Session, *, desk: Desk, case: str, telling: str, version: int, outcome: str, reason: str, now: datetime
) -> Telling:
    """She was told in another way, or need not be told. Raises Problem 409.4, 422.213, 422.219, 422.20, 404.4."""
    lock(session, desk)
    found = find(session, desk=desk, telling=telling, case=case)
    if found.version != version:
        raise Problem("409.4")
    closed = found.closed(Closing(outcome, reason.strip(), desk.staff.name, times.text(now)))
    owned = cases.find(session, desk=desk, case=case)
    details = {"telling": telling, "outcome": outcome, "reason": reason.strip()}
    return change(session, desk=desk, telling=closed, case=owned, act="closed_a_telling", details=details, now=now)


def lock(session: Session, desk: Desk) -> None:
    """Whoever else changes what must be told, or fetches answers, waits here."""
    audit_lines.head(session, desk.office, lock=True)


def change(
    session: Session, *, desk: Desk, telling: Telling, case: Case, act: str, details: dict[str, Any], now: datetime
) -> Telling:
    """Store what was made from `telling.version`, with its line in the audit chain. Raises Problem 409.2."""
    kept = _put(session, desk, telling, now)
    audit.write(session, desk=desk, act=act, about=case.id, details=details, now=now)
    return kept


# what comes from phones ---------------------------------------------------------------------------------------------


def take(
    session: Session, *, desk: Desk, envelope: str, device: str, report: Report, received: str, now: datetime
) -> str:
    """Put an answer where it belongs. `report` is the opened part of `envelope`, whose signature the caller checked.

    Gives the id of the message it answers, or "" when it answers nothing that was written to this phone.
    """
    said = _said(report, now)
    index = records.get(session, desk=desk, kind=MESSAGE, id=said["message"]) if said else None
    found = _find(session, desk, index.content["telling"]) if index else None
    if not said or found is None or found.message(said["message"]).device != device:
        return ""
    words = said.get("words") or {"text": "", "language": ""}
    text, language = str(words["text"]), str(words["language"])
    answer = Answer(said["message"], envelope, said["answer"], text, language, report.officer, received)
    _put(session, desk, found.answered(answer), now)
    details = {"telling": found.id, "message": answer.message, "envelope": envelope, "answer": answer.answer}
    audit.write(session, desk=desk, act="answered_back", about=found.case, details=details, now=now)
    return answer.message


def known(session: Session, *, desk: Desk, telling: str) -> Telling | None:
    """One telling, whoever asks: what the program itself follows."""
    return _find(session, desk, telling)


def of_message(session: Session, *, desk: Desk, message: str) -> str:
    """The id of the telling that a message was written for, or ""."""
    index = records.get(session, desk=desk, kind=MESSAGE, id=message)
    return str(index.content["telling"]) if index else ""


def may_see(session: Session, *, desk: Desk, message: str) -> None:
    """Raises Problem 403.12 when the case that a message belongs to is closed to named staff, and not to this one."""
    case = case_of(session, desk=desk, message=message)
    if case:
        cases.find(session, desk=desk, case=case)


def case_of(session: Session, *, desk: Desk, message: str) -> str:
    """The id of the case that a message belongs to, whoever asks; "" for no message of this office."""
    index = records.get(session, desk=desk, kind=MESSAGE, id=message)
    found = _find(session, desk, index.content["telling"]) if index else None
    return found.case if found else ""


def hand_over(session: Session, *, desk: Desk, case: str, now: datetime) -> None:
    """What must still be told in a case is due for whoever is in charge of it now."""
    for found in _of_case(session, desk, case):
        if not found.told:
            _put(session, desk, found, now)


def look(session: Session, inbound: Session, *, desk: Desk, now: datetime) -> None:
    """What the public side says of messages that wait: shown, or held no more. Raises Problem 403.21.

    What somebody was told needs no looking after any more.
    """
    today = times.day(now)
    waiting = [(one, one.waiting(today)) for one in _untold(session, desk)]
    wanted = [(message.device, message.number) for _, found in waiting for message in found]
    if not wanted:
        return
    shown, held = messages.shown(inbound, wanted), messages.held(inbound, wanted)
    for telling, found in waiting:
        looked = telling.looked(shown, held, today)
        if not found or looked == telling:
            continue
        _put(session, desk, looked, now)
        details = {"telling": telling.id, "state": looked.state(today)}
        audit.write(session, desk=desk, act="looked_after_a_message", about=telling.case, details=details, now=now)


def _said(report: Report, now: datetime) -> dict[str, Any]:
    """The answers of a well-formed answer, else nothing."""
    if report.form != tellings.FORM or (report.form, report.version) not in questionnaires.published():
        return {}
    form = questionnaires.load(report.form, report.version)
    asked = {str(one["id"]) for one in questionnaire.questions(form)}
    wrong = questionnaire.problems(form, report.answers, questionnaires.SETTINGS, times.text(now)[:16])
    return {} if wrong or not set(report.answers) <= asked else dict(report.answers)


# at rest ------------------------------------------------------------------------------------------------------------


def _find(session: Session, desk: Desk, telling: str) -> Telling | None:
    record = records.get(session, desk=desk, kind=KIND, id=telling)
    return from_json(record.id, record.version, record.content) if record else None


def _of_case(session: Session, desk: Desk, case: str) -> list[Telling]:
    ids = [one.id for one in desk.index.of_case(case) if one.kind == KIND] if desk.index else None
    return [one for one in _opened(session, desk, ids) if one.case == case]


def _untold(session: Session, desk: Desk) -> list[Telling]:
    """What somebody must still be told: it bears the day until which."""
    ids = desk.index.due(KIND) if desk.index else None
    return [one for one in _opened(session, desk, ids) if not one.told]


def _opened(session: Session, desk: Desk, ids: list[str] | None) -> list[Telling]:
    """Those with these ids; None means all."""
    if ids is None:
        kept = records.of_kind(session, desk=desk, kind=KIND)
    else:
        kept = records.some(session, desk=desk, kind=KIND, ids=ids)
    return [from_json(record.id, record.version, record.content) for record in kept]


def _put(session: Session, desk: Desk, telling: Telling, now: datetime) -> Telling:
    case = records.get(session, desk=desk, kind=CASE, id=telling.case)
    version = records.put(
        session,
        desk=desk,
        kind=KIND,
        id=telling.id,
        content=to_json(telling),
        seen=telling.version,
        now=now,
        due_on=None if telling.told else telling.due,
        # Whoever is in charge of the case, whether or not that one is open to whoever fetches.
        owner=case.owner if case else None,
    )
    return replace(telling, version=version)
