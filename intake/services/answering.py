"""Writing to the phone from which a report of a case came: signed, sealed, and kept at the office as it was written.

Only to phones whose keys somebody has compared. Whom it is about and where to find her is written only by those who
have opened names and contacts with a fresh code, and the office's copy of that rests under the identity keychain.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from intake import words
from intake.domain import telling as tellings
from intake.domain.arrival import check_reason
from intake.domain.case import Case
from intake.domain.problems import Problem
from intake.domain.telling import WHO, Message, Telling
from intake.services import audit, cases, devices, post, records, register, telling, times
from intake.services.desk import Desk
from intake.services.devices import Device
from intake.store import Session

# The office's copy of whom a message is about, by the id of the message; class P.
WHO_COPY = "message_who"


@dataclass(frozen=True)
class Letter:
    """What goes to a phone: `report` names the phone, `params` and `who` are strings by name, `language` a tag.

    `who` has the names of WHO or none of them.
    """

    report: str
    params: Mapping[str, str]
    text: str
    language: str
    who: Mapping[str, str]
    until: str


@dataclass(frozen=True)
class Road:
    """A report of a case and the phone it came from: what it is called, the report's language, why one cannot write."""

    report: str
    phone: str
    language: str
    refused: str


def roads(session: Session, *, desk: Desk, case: Case) -> list[Road]:
    """Where one can write to about this case. Raises Problem 403.21."""
    return [_road(session, desk, report) for report in case.reports]


def write(
    session: Session, inbound: Session, *, desk: Desk, case: str, of: str, version: int, letter: Letter, now: datetime
) -> Telling:
    """Send a message for what must be told (`of`), made from the version that was on the screen.

    Raises Problem 409.4, 404.4, 422.210 to 422.212 and 422.223 (no such phone, or none to trust), 422.215 to 422.222
    (its content), 403.20 (whom it is about, without names and contacts open).
    """
    telling.lock(session, desk)
    owned = cases.find(session, desk=desk, case=case)
    found = telling.find(session, desk=desk, telling=of, case=case)
    if found.version != version:
        raise Problem("409.4")
    if letter.report not in owned.reports:
        raise Problem("422.221")
    phone = _phone(session, desk, letter.report)
    message = _message(found, letter, desk, now)
    content = _content(found.step, message, letter.who)
    number = post.send(
        session, inbound, desk=desk, device=phone.id, message_key=phone.message_key, content=content, now=now
    )
    sent = found.sent(replace(message, device=phone.id, number=number))
    kept: dict[str, Any] = {"id": message.id, "seen": 0, "now": now}
    records.put(session, desk=desk, kind=telling.MESSAGE, content={"telling": found.id}, **kept)
    if message.who:
        records.put(session, desk=desk, kind=WHO_COPY, content=content["who"], chain="identity", **kept)
    details = {"telling": found.id, "message": message.id, "phone": phone.id, "number": number, "step": found.step}
    return telling.change(
        session, desk=desk, telling=sent, case=owned, act="wrote_to_a_phone", details=details, now=now
    )


def whom(
    session: Session, *, desk: Desk, case: str, of: str, message: str, reason: str, now: datetime
) -> dict[str, str]:
    """The office's copy of whom a message is about, by the names of WHO, and put that with its reason on record.

    Raises Problem 422.20 (no reason), 403.20 (no step-up), 404.4.
    """
    check_reason(reason)
    desk.need("identity")
    found = telling.find(session, desk=desk, telling=of, case=case)
    kept = records.get(session, desk=desk, kind=WHO_COPY, id=found.message(message).id)
    if kept is None:
        raise Problem("404.4")
    details = {"message": message, "reason": reason.strip()}
    audit.write(session, desk=desk, act="opened_whom", about=found.case, details=details, now=now)
    return {name: str(kept.content.get(name, "")) for name in WHO}


def _message(found: Telling, letter: Letter, desk: Desk, now: datetime) -> Message:
    """The message as the office keeps it, but for its phone and number. Raises Problem 422.215 to 422.222."""
    text = letter.text.strip()
    params = tellings.check_params(found.step, letter.params)
    tellings.check_words(found.step, text, letter.who)
    if text and letter.language not in words.languages():
        raise Problem("422.222")
    tellings.check_until(letter.until, found.due, times.day(now))
    return Message(
        id=str(uuid4()),
        report=letter.report,
        device="",
        number=0,
        params=params,
        text=text,
        language=letter.language if text else "",
        who=any(letter.who.values()),
        until=letter.until,
        by=desk.staff.name,
        at=times.text(now),
    )


def _content(step: str, message: Message, who: Mapping[str, str]) -> dict[str, Any]:
    """The message as the phone gets it."""
    return {
        "id": message.id,
        "about": message.report,
        "kind": step,
        "params": message.params,
        "who": dict(who) if message.who else None,
        "text": {"text": message.text, "language": message.language} if message.text else None,
        "until": message.until,
    }


def _road(session: Session, desk: Desk, report: str) -> Road:
    try:
        phone = _phone(session, desk, report)
    except Problem as problem:
        return Road(report, "", "", problem.code)
    facts = register.find(session, desk=desk, report=report).copy(None).facts
    return Road(report, phone.label, facts.language if facts else "", "")


def _phone(session: Session, desk: Desk, report: str) -> Device:
    """The phone a report came from. Raises Problem 422.210 to 422.212, 422.223, 422.257 (none), 404.2."""
    copy = register.find(session, desk=desk, report=report).copy(None)
    if copy.guest is not None:
        raise Problem("422.210")
    phone = devices.known(session, desk=desk, device=copy.device)
    if phone is None or copy.troubles:
        raise Problem("422.223")
    if phone.desk:
        raise Problem("422.257")
    if phone.state == "withdrawn":
        raise Problem("422.212")
    if not phone.confirmed or phone.trouble:
        raise Problem("422.211")
    return phone
