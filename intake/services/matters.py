"""Matters with Member States, allegations and claims alike: what notes are about and scorecards are made of."""

from collections.abc import Sequence
from datetime import datetime

from intake.domain.matter import Matter, Step
from intake.domain.problems import Problem
from intake.services import proceedings
from intake.services.desk import Desk
from intake.store import Session

# A matter that knows of a step already, or in another order, is not moved again.
_KNOWN = ("422.330", "422.329")


def every(session: Session, *, desk: Desk) -> list[Matter]:
    """Every matter with every State, for counting."""
    return proceedings.every(session, desk=desk)


def of_state(session: Session, *, desk: Desk, code: str) -> list[Matter]:
    """Those with one State that this person may see."""
    return proceedings.of_state(session, desk=desk, code=code)


def move(session: Session, *, desk: Desk, matter: Matter, steps: Sequence[Step], now: datetime) -> None:
    """What a note brought about a matter, each step unless the matter knows of it already."""
    found = matter
    for step in steps:
        try:
            found = proceedings.put_step(session, desk=desk, matter=found, step=step, now=now)
        except Problem as problem:
            if problem.code not in _KNOWN:
                raise
