"""What staff recorded of her agreement, and what her reports say of it: kept and asked, one case at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from intake.domain import agreement as rules
from intake.domain.agreement import KIND, Agreements, Reported
from intake.domain.case import Case
from intake.domain.consents import Order, Said
from intake.domain.problems import Problem
from intake.domain.provider import KEPT_FROM
from intake.services import audit, records, register, times
from intake.services.desk import Desk
from intake.services.register import Reading
from intake.store import Session


@dataclass(frozen=True)
class Wishes:
    """Everything she said about who may know: `kept_from` are the codes of the forms' question, without *nobody*.

    `said` is what the reports say, `speak_for` the codes of the people for whom they do.
    """

    agreements: Agreements
    said: tuple[Reported, ...]
    speak_for: frozenset[str]
    kept_from: tuple[str, ...]

    def reported(self, person: str) -> tuple[Reported, ...]:
        """What the reports say for this person."""
        return self.said if person in self.speak_for else ()

    def allows(self, person: str, service: str, provider: str) -> bool:
        """Whether this provider may be told of this person for this kind of help."""
        return self.agreements.allows(person, service, provider, self.reported(person))


def of_case(session: Session, *, desk: Desk, case: Case, readings: Sequence[Reading] | None = None) -> Wishes:
    """What was said in a case, `readings` being those of its reports if they are at hand. Raises Problem 403.21."""
    read = readings if readings is not None else register.readings(session, desk=desk, reports=case.reports)
    # What was taken back says nothing any more.
    told = [one for one in read if not one.taken_back]
    order = Order([_said(one) for one in read])
    words = [word for one in told for word in rules.reported(_words(one), on=order.day(_said(one)), came=one.received)]
    named = {code for one in told for code in _codes(one.report.answers.get("keep_from"))}
    kept = records.get(session, desk=desk, kind=KIND, id=case.id)
    agreements = rules.from_json(case.id, kept.version, kept.content) if kept else Agreements(case.id)
    return Wishes(
        agreements, tuple(words), rules.spoken_for(case.people), tuple(code for code in KEPT_FROM if code in named)
    )


def _said(read: Reading) -> Said:
    about = read.report.about
    place = (about.relation, about.report) if about else ("", "")
    return Said(read.report_id, read.made, "", read.report.n, *place, _words(read))


def _words(read: Reading) -> dict[str, str]:
    """What is not to be relied on can take a consent back but gives none (`services.register`)."""
    said = register.words_of(read.report) or {}
    return {code: word for code, word in said.items() if word != "yes" or not read.doubtful}


def _codes(answer: object) -> list[str]:
    return [str(code) for code in answer] if isinstance(answer, list) else []


def put(session: Session, *, desk: Desk, made: Agreements, kind: str, now: datetime, **details: Any) -> Agreements:
    """One event more, stored and on record. Raises Problem 409.4, and what `Agreements.then` asks for."""
    changed = made.then(kind, by=desk.staff.name, at=times.text(now), **details)
    content = rules.to_json(changed)
    try:
        version = records.put(session, desk=desk, kind=KIND, id=made.id, content=content, seen=made.version, now=now)
    except Problem as problem:
        raise Problem("409.4") if problem.code == "409.2" else problem from problem
    written = {"kind": kind, "version": version, **details}
    audit.write(session, desk=desk, act="recorded_a_consent", about=made.id, details=written, now=now)
    return replace(changed, version=version)
