"""Terms and calendars as somebody changes them: with each change, all that is due by them is dated anew."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from intake.services import proceedings, verbales
from intake.services.clocks import Held
from intake.services.desk import Desk
from intake.store import Session


def change(session: Session, *, desk: Desk, how: Callable[..., Held], now: datetime, **asked: Any) -> Held:
    """`how` is `clocks.set_lengths` or `clocks.set_calendar`, with what that asks for. Raises as it does."""
    made = how(session, desk=desk, now=now, **asked)
    proceedings.date_anew(session, desk=desk, now=now)
    verbales.date_anew(session, desk=desk, now=now)
    return made
