"""Terms and calendars as somebody changes them: with each change, all that is due by them is dated anew.

Few records are dated with the change, more of them in portions (`services/dating.py`). `HOW` is the one table of how.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from intake.domain import claim, matter, schooling, verbale
from intake.services import claims, dating, proceedings, verbales
from intake.services import schooling as children
from intake.services.clocks import Held
from intake.services.dating import Dating, How
from intake.services.desk import Desk
from intake.store import Session

HOW: Mapping[str, How] = {
    claim.KIND: claims.date_anew,
    matter.KIND: proceedings.date_anew,
    verbale.KIND: verbales.date_anew,
    schooling.KIND: children.date_anew,
}
# What calendars and terms date; of a claim what is owed about it.
BY_CLOCKS = (verbale.KIND, matter.KIND, claim.KIND)


def change(session: Session, *, desk: Desk, how: Callable[..., Held], now: datetime, **asked: Any) -> Held:
    """`how` is `clocks.set_lengths` or `clocks.set_calendar`, with what that asks for. Raises as it does."""
    made = how(session, desk=desk, now=now, **asked)
    dating.begin(session, desk=desk, kinds=BY_CLOCKS, now=now)
    go_on(session, desk=desk, now=now)
    return made


def go_on(session: Session, *, desk: Desk, now: datetime) -> Dating:
    """Date one portion more of whatever has to be dated anew, and give what is left. Raises Problem 403.21."""
    return dating.go_on(session, desk=desk, how=HOW, now=now)
