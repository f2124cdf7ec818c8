"""Help: what people in a case need, and what becomes of it. Every step is one transaction with its line on record."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from intake.domain import referral
from intake.domain.case import PROVIDER, Case
from intake.domain.needs import by_service, needs
from intake.domain.problems import Problem
from intake.domain.provider import Provider
from intake.domain.referral import KIND, Referral
from intake.services import agreements, audit, cases, drawers, programmes, providers, records, register, times
from intake.services.agreements import Wishes
from intake.services.desk import Desk
from intake.services.register import Reading
from intake.store import Session

# What her agreement to one referral is recorded with.
AGREED = ("told", "how", "spoke", "on")


@dataclass(frozen=True)
class Line:
    """A referral with whom it goes to. `agreed` is whether that provider may be told now."""

    referral: Referral
    provider: Provider | None
    agreed: bool

    @property
    def gone(self) -> bool:
        """Whether it goes on although she does not agree any more."""
        return self.referral.open and self.referral.state != "offered" and not self.agreed


@dataclass(frozen=True)
class Needed:
    """What one report says is needed: {service: {state: [0 or the number of a child]}} as `domain.needs` has it."""

    report: str
    made: str
    services: Mapping[str, Mapping[str, list[int]]]


@dataclass(frozen=True)
class Help:
    """Everything about help in one case. `lines` are the referrals, what is due first before the others."""

    case: Case
    needed: tuple[Needed, ...]
    lines: tuple[Line, ...]
    wishes: Wishes

    @property
    def open(self) -> tuple[Line, ...]:
        """What still goes on, and what a provider still has to forget."""
        return tuple(line for line in self.lines if line.referral.open or line.referral.to_recall)

    def of(self, service: str) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.referral.service == service)

    def wanted(self, service: str) -> bool:
        """Whether a report says that somebody still lacks this help."""
        said = [one.services.get(service, {}) for one in self.needed]
        return any(states.get("needed") or states.get("unavailable") for states in said)

    @property
    def services(self) -> tuple[str, ...]:
        """Every service that somebody needs or was offered, in the order of the reports."""
        said = [service for one in self.needed for service in one.services]
        return tuple(dict.fromkeys([*said, *(line.referral.service for line in self.lines)]))


def of_case(session: Session, *, desk: Desk, case: str, now: datetime) -> Help:
    """What is needed and what was given. That the reports were opened for it goes on record.

    Raises Problem 404.3, 403.12, 403.21.
    """
    found = cases.find(session, desk=desk, case=case)
    read = register.readings(session, desk=desk, reports=found.reports)
    register.note_readings(session, desk=desk, readings=read, why="help", now=now)
    wishes = agreements.of_case(session, desk=desk, case=found, readings=read)
    known = {provider.id: provider for provider in providers.every(session, desk=desk)}
    lines = [_line(one, known.get(one.provider), wishes) for one in of(session, desk=desk, case=case)]
    # What is due comes first, nearest day first; what has ended keeps its order.
    ordered = sorted(lines, key=lambda line: (not line.referral.due, line.referral.due))
    needed = [Needed(one.report_id, one.made, _services(one)) for one in read if not one.taken_back]
    return Help(found, tuple(one for one in needed if one.services), tuple(ordered), wishes)


def _services(read: Reading) -> dict[str, dict[str, list[int]]]:
    form = register.form_of(read.report)
    return by_service(needs(form, read.report.answers)) if form else {}


def _line(found: Referral, provider: Provider | None, wishes: Wishes) -> Line:
    return Line(found, provider, wishes.allows(found.person, found.service, found.provider))


def of(session: Session, *, desk: Desk, case: str) -> list[Referral]:
    """Every referral of a case, oldest first."""
    kept = drawers.of_case(session, desk=desk, case=case, kind=KIND)
    return [referral.from_json(record.id, record.version, record.content) for record in kept]


def find(session: Session, *, desk: Desk, case: str, id: str) -> Line:
    """One referral of a case. Raises Problem 404.1, 404.3, 403.12."""
    found = cases.find(session, desk=desk, case=case)
    wishes = agreements.of_case(session, desk=desk, case=found)
    return _found(session, desk, found, id, wishes)


def _found(session: Session, desk: Desk, case: Case, id: str, wishes: Wishes) -> Line:
    record = records.get(session, desk=desk, kind=KIND, id=id)
    if record is None or record.content["case"] != case.id:
        raise Problem("404.1")
    found = referral.from_json(record.id, record.version, record.content)
    provider = providers.find(session, desk=desk, provider=found.provider) if found.provider else None
    return _line(found, provider, wishes)


# steps --------------------------------------------------------------------------------------------------------------


def offer(
    session: Session, *, desk: Desk, case: str, person: str, service: str, provider: str, checked: bool, now: datetime
) -> Referral:
    """Offer one kind of help to somebody in an open case.

    Raises Problem 422.170 (the case is closed), 404.3, 403.12, 422.40 and 422.48 with their `field`, and for the
    provider what `_check_provider` does.
    """
    found = cases.find(session, desk=desk, case=case)
    if not found.open:
        raise Problem("422.170")
    made = Referral(str(uuid4()), case, 0).then(
        "offered", by=desk.staff.name, at=times.text(now), person=person, service=service, provider=provider
    )
    found.person(person)
    if provider:
        wishes = agreements.of_case(session, desk=desk, case=found)
        _check_provider(session, desk, found, wishes, provider, checked)
    drawers.put_in(session, desk=desk, case=case, kind=KIND, id=made.id, now=now)
    return _put(session, desk, found, made, now)


def step(
    session: Session,
    *,
    desk: Desk,
    case: str,
    id: str,
    kind: str,
    version: int,
    now: datetime,
    checked: bool = False,
    **details: Any,
) -> Referral:
    """One step of a referral, made from the version that was on the screen.

    `consented` also records her word, so it asks for AGREED; what is *revoked* follows from a word that she withdraws
    (`services.consents`). Raises Problem 409.4, 404.1, 404.3, 403.12, 422.191 (she has not agreed), what
    `_check_provider` does, and what `Referral.then` asks for.
    """
    found = cases.find(session, desk=desk, case=case)
    wishes = agreements.of_case(session, desk=desk, case=found)
    seen = _found(session, desk, found, id, wishes).referral
    if details.get("programme"):
        programmes.find(session, desk=desk, programme=details["programme"])
    if kind in ("offered", "revoked"):
        raise Problem("422.190")
    changed = seen.then(kind, by=desk.staff.name, at=times.text(now), **details)
    if seen.version != version:
        raise Problem("409.4")
    if kind == "consented":
        _record_word(session, desk, wishes, seen, details, now)
    if kind == "sent":
        _check_provider(session, desk, found, wishes, changed.provider, checked)
        if not wishes.allows(changed.person, changed.service, changed.provider):
            raise Problem("422.191")
    return _put(session, desk, found, changed, now)


def _check_provider(session: Session, desk: Desk, case: Case, wishes: Wishes, provider: str, checked: bool) -> None:
    """Raises Problem 422.192 when she named them, 422.193 until somebody has checked whom she named, 404.1."""
    found = providers.find(session, desk=desk, provider=provider)
    if PROVIDER + provider in case.kept_from or set(found.marks) & set(wishes.kept_from):
        raise Problem("422.192", field="provider")
    if wishes.kept_from and not checked:
        raise Problem("422.193", field="checked")


def _record_word(
    session: Session, desk: Desk, wishes: Wishes, seen: Referral, details: Mapping[str, Any], now: datetime
) -> None:
    """She agreed that the provider that was named to her is told, or, where none was, those who give this help."""
    recipient = PROVIDER + seen.provider if seen.provider else seen.service
    word = {name: details.get(name, "") for name in AGREED}
    agreements.put(
        session,
        desk=desk,
        made=wishes.agreements,
        kind="said",
        now=now,
        person=seen.person,
        recipient=recipient,
        answer="yes",
        **word,
    )


def revoke(session: Session, *, desk: Desk, case: Case, person: str, recipient: str, now: datetime) -> list[Referral]:
    """End every open referral to a recipient whom she does not agree to any more; what was sent is to be recalled."""
    wishes = agreements.of_case(session, desk=desk, case=case)
    ended = [
        one.then("revoked", by=desk.staff.name, at=times.text(now), recipient=recipient)
        for one in of(session, desk=desk, case=case.id)
        if one.open and one.person == person and recipient in (one.service, PROVIDER + one.provider)
        if not wishes.allows(one.person, one.service, one.provider)
    ]
    return [_put(session, desk, case, one, now) for one in ended]


def hand_over(session: Session, *, desk: Desk, case: str) -> None:
    """What is going on in a case is due for whoever is in charge of it now."""
    owner = cases.account_of(session, desk, cases.find(session, desk=desk, case=case).owner)
    ids = [one.id for one in of(session, desk=desk, case=case)]
    records.give(session, desk=desk, kind=KIND, ids=ids, owner=owner)


def _put(session: Session, desk: Desk, case: Case, changed: Referral, now: datetime) -> Referral:
    """Raises Problem 409.4."""
    try:
        version = records.put(
            session,
            desk=desk,
            kind=KIND,
            id=changed.id,
            content=referral.to_json(changed),
            seen=changed.version,
            now=now,
            due_on=changed.due or None,
            owner=cases.account_of(session, desk, case.owner),
        )
    except Problem as problem:
        raise Problem("409.4") if problem.code == "409.2" else problem from problem
    event = changed.events[-1]
    details = {"kind": event.kind, "referral": changed.id, "version": version, **event.details}
    audit.write(session, desk=desk, act="changed_a_referral", about=case.id, details=details, now=now)
    return replace(changed, version=version)
