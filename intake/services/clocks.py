"""The office's calendars and terms: one sealed record, changed whole, from which every clock is read."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from intake.domain import clocks
from intake.domain.clocks import Calendar, Lengths
from intake.domain.problems import Problem
from intake.services import audit, duty, records
from intake.services.desk import Desk
from intake.store import Session

KIND, ID = "clocks", "clocks"
OFFICE = "office"


@dataclass(frozen=True)
class Held:
    """What the office keeps: how long each term is, its own calendar, those of its places by id, of States by code."""

    version: int = 0
    lengths: Lengths = field(default_factory=lambda: dict(clocks.USUAL))
    office: Calendar = field(default_factory=Calendar)
    places: Mapping[str, Calendar] = field(default_factory=dict)
    states: Mapping[str, Calendar] = field(default_factory=dict)

    def of_place(self, place: str) -> Calendar:
        """The calendar of a duty station; that of the office where it has none of its own."""
        return self.places.get(place, self.office)

    def of_state(self, code: str) -> Calendar:
        """A State's own calendar; Saturday and Sunday without holidays where nobody has written one down."""
        return self.states.get(code, Calendar())


def today(session: Session, *, desk: Desk, now: datetime) -> date:
    """The day it is at the office."""
    return duty.local_time(session, office=desk.office, now=now).date()


def held(session: Session, *, desk: Desk) -> Held:
    """Raises Problem 403.21."""
    record = records.get(session, desk=desk, kind=KIND, id=ID)
    if record is None:
        return Held()
    kept = record.content
    each = {
        name: {id: clocks.calendar_from_json(one) for id, one in kept[name].items()} for name in ("places", "states")
    }
    return Held(record.version, {**clocks.USUAL, **kept["lengths"]}, clocks.calendar_from_json(kept["office"]), **each)


def set_lengths(session: Session, *, desk: Desk, lengths: Mapping[str, Any], version: int, now: datetime) -> Held:
    """How long each term is from now on. Raises Problem 422.322, 409.9 when somebody changed them meanwhile."""
    clocks.check_lengths(lengths)
    before = _seen(session, desk, version)
    return _put(session, desk, replace(before, lengths=dict(lengths)), "lengths", now)


def set_calendar(
    session: Session, *, desk: Desk, of: str, id: str, calendar: Calendar, version: int, now: datetime
) -> Held:
    """The calendar of the office (`of` "office"), of a place ("places") or of a State ("states"). Raises 409.9."""
    before = _seen(session, desk, version)
    if of == OFFICE:
        return _put(session, desk, replace(before, office=calendar), of, now)
    if of == "places":
        return _put(session, desk, replace(before, places={**before.places, id: calendar}), of, now)
    return _put(session, desk, replace(before, states={**before.states, id: calendar}), of, now)


def _seen(session: Session, desk: Desk, version: int) -> Held:
    found = held(session, desk=desk)
    if found.version != version:
        raise Problem("409.9")
    return found


def _put(session: Session, desk: Desk, kept: Held, what: str, now: datetime) -> Held:
    content = {
        "lengths": dict(kept.lengths),
        "office": clocks.calendar_to_json(kept.office),
        "places": {id: clocks.calendar_to_json(one) for id, one in kept.places.items()},
        "states": {code: clocks.calendar_to_json(one) for code, one in kept.states.items()},
    }
    version = records.put(session, desk=desk, kind=KIND, id=ID, content=content, seen=kept.version, now=now)
    audit.write(session, desk=desk, act="changed_the_clocks", about="", details={"kind": what}, now=now)
    return replace(kept, version=version)
