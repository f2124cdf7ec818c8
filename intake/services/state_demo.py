"""The States of a demo on its register: none of them exists, and each says so."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from intake.domain.member_state import ANSWERS, FRAME, LANGUAGES, PREVENTION, Finding, MemberState, Name
from intake.services import member_states, times
from intake.services.desk import Desk
from intake.store import Session

_SEED = 11
# So many in a hundred have named a focal point; of so many somebody has looked at the law.
NAMED, LOOKED = 60, 40


def keep(session: Session, *, desk: Desk, codes: Sequence[str], now: datetime) -> None:
    """Put each on the register, some with a focal point and with what is known of their law. Raises Problem 403.20."""
    chance = Random(_SEED)  # noqa: S311  invented, the same each time
    for code in codes:
        language = chance.choice(LANGUAGES)
        asked: dict[str, Any] = {"desk": desk, "codes": frozenset(codes), "now": now}
        made = member_states.add(session, code=code, language=language, **asked)
        said = {"address": "1 Synthetic Square\nPort Tamarin", **_known(chance, now)}
        made = member_states.change(session, id=made.id, version=made.version, changes=said, **asked)
        if chance.randrange(100) < NAMED:
            _appoint(session, desk, made, times.day(now - timedelta(days=chance.randint(30, 900))), now)


def _known(chance: Random, now: datetime) -> dict[str, dict[str, Finding]]:
    on = times.day(now - timedelta(days=chance.randint(10, 500)))
    found = {name: Finding(chance.choice(ANSWERS), "Synthetic lawyer", on) for name in (*FRAME, *PREVENTION)}
    return {"findings": found} if chance.randrange(100) < LOOKED else {}


def _appoint(session: Session, desk: Desk, state: MemberState, since: str, now: datetime) -> None:
    name = Name("Synthetic focal point", "focal.point@example.org")
    asked: dict[str, Any] = {"office": "Synthetic ministry", "since": since, "name": name, "now": now}
    member_states.appoint(session, desk=desk, id=state.id, version=state.version, **asked)
