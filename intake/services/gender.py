"""Counts of wishes for a woman or a man to speak with, and of women among officers and staff."""

from datetime import datetime

from intake.domain import gender as rules
from intake.domain.gender import KIND, Counted, Shown
from intake.services import audit, records, register, times
from intake.services.desk import Desk
from intake.store import Session

ALL = "all"


def wishes(session: Session, *, desk: Desk) -> dict[str, Shown]:
    """Whether wishes were met, by what was wished for, as far as it may be shown. Raises Problem 403.21."""
    known = register.every(session, desk=desk)
    back = register.taken_back(known)
    facts = [one.facts for one in known if one.facts and one.report not in back and not one.is_answer]
    return {wish: rules.shown(met) for wish, met in rules.wishes(one for one in facts if one).items()}


def counted(session: Session, *, desk: Desk) -> list[Counted]:
    """What was counted, the last day first. Raises Problem 403.21."""
    found = records.get(session, desk=desk, kind=KIND, id=ALL)
    return sorted(rules.from_json(found.content), key=lambda one: one.day, reverse=True) if found else []


def count(session: Session, *, desk: Desk, day: str, numbers: dict[str, int], now: datetime) -> None:
    """Write down four numbers (`domain.gender.NUMBERS`); the same day again takes the place of what was there.

    Raises what `domain.gender.check` asks for, and 403.21.
    """
    made = Counted(day=day, by=desk.staff.name, **numbers)
    rules.check(made, today=times.day(now))
    found = records.get(session, desk=desk, kind=KIND, id=ALL)
    before = [one for one in (rules.from_json(found.content) if found else []) if one.day != day]
    content, seen = rules.to_json([*before, made]), found.version if found else 0
    records.put(session, desk=desk, kind=KIND, id=ALL, content=content, seen=seen, now=now)
    audit.write(session, desk=desk, act="counted_people", about="", details={"day": day}, now=now)
