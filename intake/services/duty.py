"""The duty rota of an office: read, planned ahead, changed on record; and who was called when."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from intake.domain import duty as rotas
from intake.domain.duty import Rota, Turn
from intake.domain.problems import Problem
from intake.services import audit, settings, times
from intake.services.desk import Desk
from intake.store import Session
from intake.store.office import calls, duty, staff
from intake.store.office.calls import Call

LATEST = 50


@dataclass(frozen=True)
class Held:
    """The rota an office has; version 0 where nobody has made one. `looked` is when the watcher last looked."""

    version: int
    rota: Rota
    looked: str


@dataclass(frozen=True)
class Shown:
    """A call as a person reads it: the name of who was called, and how it went ("sent", "failed", "none", "")."""

    report: str
    name: str
    at: str
    mail: str
    command: str

    @property
    def reached(self) -> bool:
        return "sent" in (self.mail, self.command)


@dataclass(frozen=True)
class Plan:
    """Who is on duty now, and on the coming days."""

    today: date
    now: Turn
    ahead: list[tuple[date, Turn]]


def held(session: Session, *, office: str) -> Held:
    """The rota as it is stored."""
    row = duty.get(session, office)
    return Held(row.version, rotas.from_json(json.loads(row.rota)), row.looked) if row else Held(0, Rota(), "")


def plan(session: Session, *, office: str, now: datetime) -> Plan:
    """Today's turn, which began at the last handover, and the coming ones."""
    rota = held(session, office=office).rota
    today = rotas.duty_day(rota, local_time(session, office=office, now=now))
    return Plan(today, rota.on(today), rotas.ahead(rota, today))


def save(session: Session, *, desk: Desk, rota: Rota, seen: int, now: datetime) -> int:
    """Store the rota that was made from version `seen`. Gives the new version.

    Raises Problem 409.7 when the stored one is another.
    """
    text = json.dumps(rotas.to_json(rota), ensure_ascii=False, sort_keys=True)
    if seen:
        done = duty.replace(session, office=desk.office, rota=text, seen=seen)
    else:
        done = duty.add(session, duty.Duty(desk.office, 1, text))
    if not done:
        raise Problem("409.7")
    # The whole of it: who took a colleague off the night must be seen afterwards.
    details = {"version": seen + 1, "rota": rotas.to_json(rota)}
    audit.write(session, desk=desk, act="changed_the_rota", about="", details=details, now=now)
    return seen + 1


def people(session: Session, *, office: str) -> dict[str, str]:
    """Who can be on duty, by account id: the names of accounts in use."""
    return {one.id: one.name for one in staff.of_office(session, office) if one.state == "joined"}


def names(session: Session, *, office: str) -> dict[str, str]:
    """The name of everybody who ever had an account, by its id."""
    return {one.id: one.name for one in staff.of_office(session, office)}


def latest(session: Session, *, office: str) -> list[Shown]:
    """Who was called lately, newest first."""
    known = names(session, office=office)
    return [_shown(call, known) for call in calls.latest(session, office=office, limit=LATEST)]


def about(session: Session, *, office: str, reports: Collection[str]) -> dict[str, list[Shown]]:
    """Who was called about each of these reports, in the order of the calls; without those nobody was called about."""
    known = names(session, office=office)
    found: dict[str, list[Shown]] = {}
    for call in calls.of_reports(session, office=office, reports=reports):
        found.setdefault(call.report, []).append(_shown(call, known))
    return found


def opened(session: Session, *, desk: Desk, report: str, urgent: bool, now: datetime) -> None:
    """Somebody has opened a report: nobody needs to be called about it any more.

    Kept for urgent ones, and for those that the public side only called urgent; not for all the others.
    """
    if urgent or calls.of_reports(session, office=desk.office, reports=[report]):
        calls.answer(session, office=desk.office, report=report, at=times.text(now))


def offset(found: Mapping[str, Any]) -> int:
    """By how many minutes the office's clocks are ahead of UTC."""
    minutes = found.get("utc_offset_minutes")
    return minutes if type(minutes) is int else 0


def local_time(session: Session, *, office: str, now: datetime) -> datetime:
    """The instant as the office's clocks show it."""
    return rotas.local_time(now, offset(settings.now_set(session, office=office)))


def _shown(call: Call, known: dict[str, str]) -> Shown:
    return Shown(call.report, known.get(call.person, call.person), call.at, call.mail, call.command)
