"""School terms of the office, and what children in cases need before each: reminded of, paid by programmes, ended."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from intake.domain import schooling as rules
from intake.domain.case import KIND as CASE
from intake.domain.case import Case
from intake.domain.places import Place
from intake.domain.problems import Problem
from intake.domain.schooling import KIND, NOT_NEEDED, SERVICE, TERM, Paid, Schooling, Term, from_json, to_json
from intake.services import audit, cases, dating, drawers, programmes, records, times
from intake.services.desk import Desk
from intake.services.records import Record
from intake.store import Session


@dataclass(frozen=True)
class Line:
    """What one child needs, with the terms it is for, the first one first, and when it is due (a day or empty)."""

    schooling: Schooling
    terms: tuple[Term, ...]
    due: str

    @property
    def next(self) -> Term | None:
        """The first term that nobody has seen to."""
        open_ = (one for one in self.terms if self.schooling.open_items(one))
        return None if self.schooling.ended else next(open_, None)


# terms --------------------------------------------------------------------------------------------------------------


def terms(session: Session, *, desk: Desk) -> list[Term]:
    """Every term, the last one first. Raises Problem 403.21."""
    kept = records.of_kind(session, desk=desk, kind=TERM)
    found = [rules.term_from_json(one.id, one.version, one.content) for one in kept]
    return sorted(found, key=lambda one: (one.first, one.id), reverse=True)


def term(session: Session, *, desk: Desk, id: str) -> Term:
    """One term. Raises Problem 404.1."""
    record = records.get(session, desk=desk, kind=TERM, id=id)
    if record is None:
        raise Problem("404.1")
    return rules.term_from_json(record.id, record.version, record.content)


def add_term(session: Session, *, desk: Desk, now: datetime, **fields: Any) -> Term:
    """A new term; what children need falls due for it. Raises what `domain.schooling.check_term` asks for."""
    return _put_term(session, desk, Term(str(uuid4()), **fields), now)


def change_term(session: Session, *, desk: Desk, id: str, version: int, now: datetime, **fields: Any) -> Term:
    """Set a term right. Raises Problem 404.1, 409.9, and what `domain.schooling.check_term` asks for."""
    found = term(session, desk=desk, id=id)
    changed = replace(found, **fields)
    rules.check_term(changed, places=programmes.place_tree(session, desk=desk))
    if found.version != version:
        raise Problem("409.9")
    return _put_term(session, desk, changed, now)


def _put_term(session: Session, desk: Desk, made: Term, now: datetime) -> Term:
    known = programmes.place_tree(session, desk=desk)
    rules.check_term(made, places=known)
    version = _put(session, desk, made, now)
    details = {"version": version, "name": made.name}
    audit.write(session, desk=desk, act="changed_a_term", about=made.id, details=details, now=now)
    dating.begin(session, desk=desk, kinds=(KIND,), now=now)
    dating.go_on(session, desk=desk, how={KIND: date_anew}, now=now)
    return replace(made, version=version)


def date_anew(session: Session, *, desk: Desk, found: Iterable[Record], now: datetime) -> None:
    """Work out anew when this is due, and for whom: a term changed."""
    every, known = terms(session, desk=desk), programmes.place_tree(session, desk=desk)
    for record in found:
        need = from_json(record.id, record.version, record.content)
        due, owner = need.due(every, known), _owner(session, desk, need.case)
        if (due or None, owner) != (record.due_on, record.owner):
            _put(session, desk, need, now, due_on=due or None, owner=owner)


# what children need -------------------------------------------------------------------------------------------------


def of_case(session: Session, *, desk: Desk, case: str) -> list[Line]:
    """What children in a case need, in the order in which it was noted. Raises Problem 404.3, 403.12, 403.21."""
    found = cases.find(session, desk=desk, case=case)
    every, known = terms(session, desk=desk), programmes.place_tree(session, desk=desk)
    kept = drawers.of_case(session, desk=desk, case=found.id, kind=KIND)
    return [_line(from_json(one.id, one.version, one.content), every, known) for one in kept]


def find(session: Session, *, desk: Desk, case: str, id: str) -> Line:
    """One of them. Raises Problem 404.1, 404.3, 403.12, 403.21."""
    for line in of_case(session, desk=desk, case=case):
        if line.schooling.id == id:
            return line
    raise Problem("404.1")


def note(
    session: Session, *, desk: Desk, case: str, person: str, place: str, items: tuple[str, ...], now: datetime
) -> Schooling:
    """A child of an open case needs this before each term.

    Raises Problem 422.170 (the case is closed), 404.3, 403.12, and what `domain.schooling.check` asks for.
    """
    found = cases.find(session, desk=desk, case=case)
    if not found.open:
        raise Problem("422.170")
    made = Schooling(str(uuid4()), found.id, person, place, items, times.day(now))
    rules.check(made, places=programmes.place_tree(session, desk=desk))
    found.person(person)
    drawers.put_in(session, desk=desk, case=found.id, kind=KIND, id=made.id, now=now)
    return _keep(session, desk, found, made, "noted", {}, now)


def pay(
    session: Session,
    *,
    desk: Desk,
    case: str,
    id: str,
    version: int,
    term_id: str,
    items: tuple[str, ...],
    programme: str,
    now: datetime,
    **spending: str,
) -> Schooling:
    """A programme paid the school (or who sells uniforms, books) for a term; or, NOT_NEEDED, nothing has to be paid.

    `spending` is what `programmes.spend` asks for: amount, day, payee, to. The programme learns of no child. Both are
    kept or neither is. Raises Problem 409.9, 404.1, 404.3, 403.12, 422.364, 422.40, and as `programmes.spend`.
    """
    found = cases.find(session, desk=desk, case=case)
    seen = find(session, desk=desk, case=case, id=id).schooling
    if not term_id:
        raise Problem("422.40", field="term")
    if not programme:
        raise Problem("422.40", field="programme")
    chosen = term(session, desk=desk, id=term_id)
    settled = seen.settled(Paid(term_id, items, programme, desk.staff.name, times.text(now)), chosen)
    if seen.version != version:
        raise Problem("409.9")
    if programme != NOT_NEEDED:
        payer = programmes.find(session, desk=desk, programme=programme)
        about = {"service": SERVICE, "place": seen.place, "term": term_id}
        programmes.spend(session, desk=desk, programme=programme, version=payer.version, now=now, **about, **spending)
    details = {"term": term_id, "items": list(items), "programme": programme}
    return _keep(session, desk, found, settled, "settled", details, now)


def end(session: Session, *, desk: Desk, case: str, id: str, version: int, now: datetime) -> Schooling:
    """The child needs it no longer. Raises Problem 409.9, 404.1, 404.3, 403.12, 422.364."""
    found = cases.find(session, desk=desk, case=case)
    seen = find(session, desk=desk, case=case, id=id).schooling
    if seen.ended:
        raise Problem("422.364")
    if seen.version != version:
        raise Problem("409.9")
    return _keep(session, desk, found, replace(seen, ended=times.day(now)), "ended", {}, now)


def hand_over(session: Session, *, desk: Desk, case: str, now: datetime) -> None:
    """What must be seen to in a case is due for whoever is in charge of it now."""
    every, known = terms(session, desk=desk), programmes.place_tree(session, desk=desk)
    owner = _owner(session, desk, case)
    for record in drawers.of_case(session, desk=desk, case=case, kind=KIND):
        found = from_json(record.id, record.version, record.content)
        _put(session, desk, found, now, due_on=found.due(every, known) or None, owner=owner)


def _line(found: Schooling, every: list[Term], known: Mapping[str, Place]) -> Line:
    return Line(found, tuple(found.terms(every, known)), found.due(every, known))


def _keep(
    session: Session, desk: Desk, case: Case, made: Schooling, what: str, details: Mapping[str, Any], now: datetime
) -> Schooling:
    known = programmes.place_tree(session, desk=desk)
    due = made.due(terms(session, desk=desk), known)
    version = _put(session, desk, made, now, due_on=due or None, owner=_owner(session, desk, case.id))
    said = {"kind": what, "schooling": made.id, "person": made.person, "version": version, **details}
    audit.write(session, desk=desk, act="changed_schooling", about=case.id, details=said, now=now)
    return replace(made, version=version)


def _put(session: Session, desk: Desk, made: Term | Schooling, now: datetime, **beside: Any) -> int:
    """Raises Problem 409.9."""
    kind = TERM if isinstance(made, Term) else KIND
    try:
        return records.put(
            session, desk=desk, kind=kind, id=made.id, content=to_json(made), seen=made.version, now=now, **beside
        )
    except Problem as problem:
        raise Problem("409.9") if problem.code == "409.2" else problem from problem


def _owner(session: Session, desk: Desk, case: str) -> str | None:
    """The account that stands beside the record of whoever is in charge of the case."""
    record = records.get(session, desk=desk, kind=CASE, id=case)
    return record.owner if record else None
