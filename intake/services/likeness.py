"""Likely duplicates and links: which reports agree with others by named keys. Nothing is stored, nothing joined."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from intake.domain import likeness
from intake.domain.arrival import Arrival, check_reason
from intake.domain.case import Case
from intake.domain.report import Answers
from intake.services import audit, cases, register
from intake.services.desk import Desk
from intake.store import Session


@dataclass(frozen=True)
class Link:
    """A report that agrees with one of those asked about by these keys, and the case it is in, if any."""

    report: str
    keys: tuple[str, ...]
    case: Case | None


def links(session: Session, *, desk: Desk, reports: Iterable[str]) -> list[Link]:
    """What agrees with these reports, by what lists remember. Raises Problem 403.21."""
    filed = cases.filed(session, desk=desk)
    return _links(_open_to(session, desk, filed), filed, set(reports), {})


def links_with_names(
    session: Session, *, desk: Desk, reports: Iterable[str], about: str, reason: str, now: datetime
) -> list[Link]:
    """The same with names and units, which are compared in memory and not shown; on record with its reason.

    Raises Problem 422.20 (no reason), 403.20 (no step-up), 403.21.
    """
    check_reason(reason)
    desk.need("identity")
    filed = cases.filed(session, desk=desk)
    known = _open_to(session, desk, filed)
    details = {"reason": reason.strip(), "compared": len(known)}
    audit.write(session, desk=desk, act="compared_names", about=about, details=details, now=now)
    named = {each.report: register.identity_of(session, desk=desk, arrival=each) for each in known}
    return _links(known, filed, set(reports), named)


def _open_to(session: Session, desk: Desk, filed: dict[str, Case | None]) -> list[Arrival]:
    """Every report but those in a case that is closed to this person: they are neither compared nor proposed.

    An answer to a message is no report of anything.
    """
    known = register.every(session, desk=desk)
    return [each for each in known if not each.is_answer and filed.get(each.report, each) is not None]


def _links(
    known: list[Arrival],
    filed: dict[str, Case | None],
    asked: set[str],
    named: dict[str, Answers | None],
) -> list[Link]:
    traits = {each.report: likeness.traits(each, named.get(each.report)) for each in known}
    these, others = ([one for name, one in traits.items() if (name in asked) == wanted] for wanted in (True, False))
    return [Link(like.report, like.keys, filed.get(like.report)) for like in likeness.likely(these, others)]
