"""Likely duplicates and links: which reports agree with others by named keys. Nothing is stored, nothing joined."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from intake.domain import likeness
from intake.domain.arrival import Arrival, check_reason
from intake.domain.case import Case
from intake.domain.report import Answers
from intake.services import audit, cases, register
from intake.services.desk import Desk
from intake.store import Session

# So many of those that share most keys are looked at closely.
NEAREST = 300


@dataclass(frozen=True)
class Link:
    """A report that agrees with one of those asked about by these keys, and the case it is in, if any."""

    report: str
    keys: tuple[str, ...]
    case: Case | None


def links(session: Session, *, desk: Desk, reports: Collection[str]) -> list[Link]:
    """What agrees with these reports, by what lists remember. Raises Problem 403.21."""
    these = register.some(session, desk=desk, reports=reports)
    return _links(session, desk, these, _near(session, desk, these), {})


def _near(session: Session, desk: Desk, these: list[Arrival]) -> list[Arrival]:
    """What can agree with these and is open to this person, without names."""
    if desk.index is None:
        return _open_to(session, desk)
    keys = {key for each in these for key in likeness.near(likeness.traits(each))}
    found = desk.index.sharing(keys, reader=desk.staff.name, limit=NEAREST)
    return register.some(session, desk=desk, reports=found)


def links_with_names(
    session: Session, *, desk: Desk, reports: Collection[str], about: str, reason: str, now: datetime
) -> list[Link]:
    """The same with names and units, which are compared in memory and not shown; on record with its reason.

    Raises Problem 422.20 (no reason), 403.20 (no step-up), 403.21.
    """
    check_reason(reason)
    desk.need("identity")
    known = _open_to(session, desk)
    details = {"reason": reason.strip(), "compared": len(known)}
    audit.write(session, desk=desk, act="compared_names", about=about, details=details, now=now)
    named = {each.report: register.identity_of(session, desk=desk, arrival=each) for each in known}
    these = [each for each in known if each.report in reports]
    return _links(session, desk, these, known, named)


def _open_to(session: Session, desk: Desk) -> list[Arrival]:
    """Every report but those in a case that is closed to this person: they are neither compared nor proposed.

    An answer to a message is no report of anything.
    """
    known = register.every(session, desk=desk)
    return [each for each in known if not each.is_answer and cases.sees(session, desk=desk, report=each.report)]


def _links(
    session: Session, desk: Desk, these: list[Arrival], known: list[Arrival], named: Mapping[str, Answers | None]
) -> list[Link]:
    asked = [likeness.traits(each, named.get(each.report)) for each in these]
    reports = {each.report for each in these}
    others = [likeness.traits(each, named.get(each.report)) for each in known if each.report not in reports]
    found = likeness.likely(asked, others)
    return [Link(like.report, like.keys, cases.seen_of(session, desk=desk, report=like.report)) for like in found]
