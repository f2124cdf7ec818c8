"""A demo that is full: what two years would leave in its office, made in one go. Everything in it is synthetic.

The clock that services are given runs here from the day on which the demo's office began until now, so that each thing
has happened when it would have. What lies before `claim_demo.LAST` is the same on whichever day it is made: the
releases of figures that come with the program (`release_demo`) count just that.
"""

from datetime import UTC, datetime

from intake import words
from intake.services import bundles, claim_demo, demo, release_demo, state_demo
from intake.services.demo import Demo
from intake.services.desk import Desk
from intake.services.work_demo import Days, Work
from intake.store import Session

BEGAN = datetime(2024, 9, 2, 8, 0, tzinfo=UTC)


def began(now: datetime) -> datetime:
    """When the office of a demo that is made now began."""
    return min(BEGAN, now)


def fill(
    session: Session,
    inbound: Session,
    face: Session,
    *,
    made: Demo,
    shell: str,
    now: datetime,
    protect: release_demo.Protect = release_demo.shipped,
) -> int:
    """Fill the demo's first office, which began at `began`; gives how many releases of figures it has published.

    `shell` names the phone's files of the last bundle, `protect` finds what a release can say.
    """
    leader, second = (demo.desk(session, person=person) for person in made.people[:2])
    Work(session, inbound, (leader, second), Days(now)).fill(began(now))
    _claims(session, leader, now)
    bundles.publish(session, inbound, desk=leader, shell=shell, now=now)
    return release_demo.publish(session, face, desks=(leader, second), protect=protect, now=now)


def _claims(session: Session, desk: Desk, now: datetime) -> None:
    states = list(words.invented_states(words.REFERENCE))
    lives = claim_demo.lives(states, today=now.date(), by=desk.staff.name)
    state_demo.keep(session, desk=desk, codes=states, now=now)
    claim_demo.keep(session, desk=desk, lives=lives, now=now)
