"""Consents: what somebody agreed to or took back, as staff heard it, and what two people decide for a child."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from intake.domain.agreement import Agreements, Reported, Word, is_child
from intake.domain.case import PROVIDER, Case
from intake.domain.problems import Problem
from intake.services import agreements, cases, help, providers, register
from intake.services.agreements import Wishes
from intake.services.desk import Desk
from intake.store import Session


@dataclass(frozen=True)
class Row:
    """One recipient: what the reports say, what staff recorded, oldest first, and whether the newest word agrees."""

    recipient: str
    reported: tuple[Reported, ...]
    words: tuple[Word, ...]
    agrees: bool


@dataclass(frozen=True)
class Consents:
    """`rows` are by the person's code; children are those for whom two people may decide."""

    case: Case
    wishes: Wishes
    rows: Mapping[str, Sequence[Row]]
    children: tuple[str, ...]


def of_case(session: Session, *, desk: Desk, case: str, now: datetime) -> Consents:
    """What everybody in a case agreed to. That the reports were opened for it goes on record.

    Raises Problem 404.3, 403.12, 403.21.
    """
    found = cases.find(session, desk=desk, case=case)
    read = register.readings(session, desk=desk, reports=found.reports)
    register.note_readings(session, desk=desk, readings=read, why="consents", now=now)
    wishes = agreements.of_case(session, desk=desk, case=found, readings=read)
    people = [person.code for person in found.people]
    children = tuple(person.code for person in found.people if is_child(person, year=now.year))
    return Consents(found, wishes, {code: _rows(code, wishes) for code in people}, children)


def _rows(person: str, wishes: Wishes) -> list[Row]:
    words = [word for word in wishes.agreements.words if word.person == person]
    said = wishes.reported(person)
    recipients = dict.fromkeys([*(one.recipient for one in said), *(word.recipient for word in words)])
    return [
        Row(
            recipient,
            tuple(one for one in said if one.recipient == recipient),
            tuple(word for word in words if word.recipient == recipient),
            wishes.agreements.stands(person, recipient, said),
        )
        for recipient in recipients
    ]


def record(
    session: Session,
    *,
    desk: Desk,
    case: str,
    version: int,
    person: str,
    recipient: str,
    answer: str,
    now: datetime,
    **word: str,
) -> int:
    """Record what somebody said; a no ends every open referral to that recipient. Gives how many ended.

    `word` says who was told, how and by whom, and on which day. Raises Problem 409.4, 404.3, 404.1, 403.12 and what
    `domain.agreement` asks for.
    """
    found, made = _seen(session, desk, case, version)
    _check_recipient(session, desk, recipient)
    if person:
        found.person(person)
    agreements.put(
        session, desk=desk, made=made, kind="said", now=now, person=person, recipient=recipient, answer=answer, **word
    )
    if answer == "yes":
        return 0
    return len(help.revoke(session, desk=desk, case=found, person=person, recipient=recipient, now=now))


def ask_best_interests(
    session: Session, *, desk: Desk, case: str, version: int, person: str, recipient: str, reason: str, now: datetime
) -> Agreements:
    """Propose to tell a recipient although a child, or who answers for it, did not agree.

    Raises Problem 422.194 unless it is a child for certain, 422.20 without a reason, 409.4, 404.3, 404.1, 403.12.
    """
    found, made = _seen(session, desk, case, version)
    _check_recipient(session, desk, recipient)
    if not person:
        raise Problem("422.40", field="person")
    if not is_child(found.person(person), year=now.year):
        raise Problem("422.194", field="person")
    details: dict[str, Any] = {"person": person, "recipient": recipient, "reason": reason}
    return agreements.put(session, desk=desk, made=made, kind="best_interests_asked", now=now, **details)


def answer_best_interests(
    session: Session, *, desk: Desk, case: str, version: int, agree: bool, now: datetime
) -> Agreements:
    """A second person agrees; or anybody refuses. Raises Problem 422.176, 409.4, 404.3, 403.12."""
    _, made = _seen(session, desk, case, version)
    kind = "best_interests_agreed" if agree else "best_interests_refused"
    return agreements.put(session, desk=desk, made=made, kind=kind, now=now)


def _seen(session: Session, desk: Desk, case: str, version: int) -> tuple[Case, Agreements]:
    found = cases.find(session, desk=desk, case=case)
    made = agreements.of_case(session, desk=desk, case=found).agreements
    if made.version != version:
        raise Problem("409.4")
    return found, made


def _check_recipient(session: Session, desk: Desk, recipient: str) -> None:
    """Raises Problem 404.1 for a provider that does not exist."""
    if recipient.startswith(PROVIDER):
        providers.find(session, desk=desk, provider=recipient.removeprefix(PROVIDER))
