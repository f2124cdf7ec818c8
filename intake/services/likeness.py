"""Likely duplicates and links: which reports agree with others by named keys. Nothing is joined by itself."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from intake.domain import likeness
from intake.domain.arrival import Arrival, check_reason
from intake.domain.case import Case
from intake.domain.likeness import Traits, traits
from intake.services import audit, cases, namesakes, register
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


@dataclass(frozen=True)
class Named:
    """What agrees when names take part; `left` envelopes have not been looked at yet."""

    links: list[Link]
    left: int


def links(session: Session, *, desk: Desk, reports: Collection[str]) -> list[Link]:
    """What agrees with these reports, by what lists remember. Raises Problem 403.21."""
    these = register.some(session, desk=desk, reports=reports)
    near = _open_to(session, desk, _near(session, desk, these))
    return _links(session, desk, [traits(each) for each in these], [traits(each) for each in near])


def _near(session: Session, desk: Desk, these: list[Arrival]) -> list[Arrival]:
    """What can agree with these, names apart: by the index, else every report."""
    if desk.index is None:
        return register.every(session, desk=desk)
    keys = {key for each in these for key in likeness.near(traits(each))}
    found = desk.index.sharing(keys, reader=desk.staff.name, limit=NEAREST)
    return register.some(session, desk=desk, reports=found)


def links_with_names(
    session: Session, *, desk: Desk, reports: Collection[str], about: str, reason: str, now: datetime
) -> Named:
    """The same with names and units, which are compared by their marks and not shown; on record with its reason.

    Raises Problem 422.20 (no reason), 403.20 (no step-up), 403.21.
    """
    check_reason(reason)
    found = namesakes.look(session, desk=desk, first=reports, now=now)
    details = {"reason": reason.strip(), "compared": len(found.marks), "opened": found.opened}
    audit.write(session, desk=desk, act="compared_names", about=about, details=details, now=now)
    these = register.some(session, desk=desk, reports=reports)
    near = {each.report: each for each in _near(session, desk, these)}
    shared = found.sharing(these)
    # Those that share most; what is near by another key counts as one more.
    nearest = sorted(shared, key=lambda report: (-shared[report] - (report in near), report))[:NEAREST]
    named = register.some(session, desk=desk, reports=[report for report in nearest if report not in near])
    known = _open_to(session, desk, [*near.values(), *named])
    asked = [traits(each, found.named(each)) for each in these]
    return Named(_links(session, desk, asked, [traits(each, found.named(each)) for each in known]), found.left)


def _open_to(session: Session, desk: Desk, known: Iterable[Arrival]) -> list[Arrival]:
    """Those of them that lie in no case that is closed to this person: others are neither compared nor proposed.

    An answer to a message is no report of anything.
    """
    return [each for each in known if not each.is_answer and cases.sees(session, desk=desk, report=each.report)]


def _links(session: Session, desk: Desk, asked: list[Traits], known: list[Traits]) -> list[Link]:
    reports = {each.report for each in asked}
    found = likeness.likely(asked, (each for each in known if each.report not in reports))
    return [Link(like.report, like.keys, cases.seen_of(session, desk=desk, report=like.report)) for like in found]
