"""Eight quarterly releases of a demo's figures, which come with the program (`demo_releases.json`).

To make figures that an attacker can work nothing out of takes a minute or two, so a demo does not: `intake demo
releases` has done it and kept what came of it, beside a digest of what was counted. A demo that is made counts its own
records anew, takes what was kept only if the count is the same to the last record, and then prepares and approves each
release as an office does: by two people, signed by its own key.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from intake.domain.figures.attack import Finding
from intake.domain.figures.counting import Counts, Key
from intake.domain.figures.protect import Loss, Protected, Repair
from intake.domain.figures.release import from_json, to_json
from intake.envelope.encoding import dumps
from intake.services import counted, releases
from intake.services.desk import Desk
from intake.services.releases import Reckoned
from intake.store import Session

SHIPPED = Path(__file__).with_name("demo_releases.json")
POLICY = "protected"
QUARTERS = (
    *("2024-12-31", "2025-03-31", "2025-06-30", "2025-09-30"),
    *("2025-12-31", "2026-03-31", "2026-06-30", "2026-09-30"),
)
# So long after a quarter it is published.
AFTER = timedelta(days=20)

Protect = Callable[[Reckoned], Protected | None]


def publish(session: Session, face: Session, *, desks: Sequence[Desk], protect: Protect, now: datetime) -> int:
    """Prepare and approve each quarter that is over; gives how many. It ends where `protect` has nothing to give.

    `desks` are two people who hold *sign*. Raises what `services.releases` does.
    """
    first, second = desks
    for number, until in enumerate(QUARTERS, start=1):
        at = datetime.combine(date.fromisoformat(until), time(10), UTC) + AFTER
        if at > now:
            return number - 1
        found = list(counted.records_of(session, desk=first, until=until))
        asked: dict[str, Any] = {"records_of": found, "policy": POLICY, "now": at}
        reckoned = releases.reckon(session, desk=first, until=until, **asked)
        done = protect(reckoned)
        if done is None:
            return number - 1
        kept = releases.keep(session, desk=first, reckoned=reckoned, done=done, now=at)
        releases.approve(session, face, desk=second, number=kept, seen=1, **asked)
    return len(QUARTERS)


def shipped(reckoned: Reckoned) -> Protected | None:
    """What came with the program for just this count, or None."""
    one = _shipped().get(reckoned.frame.until)
    if one is None or one["counted"] != digest(reckoned.counts):
        return None
    found = tuple(Finding(**{**each, "key": _key(each["key"])}) for each in one["found"])
    repairs = tuple(_repair(each) for each in one["repairs"])
    return Protected(from_json(one), found, repairs, Loss(0.0, 0.0))


def digest(counts: Counts) -> str:
    """What was counted, as 64 hexadecimal digits."""
    every = sorted([measure, [list(pair) for pair in classes], value] for (measure, classes), value in counts.items())
    return sha256(dumps(every)).hexdigest()


def as_text(reckoned: Reckoned, done: Protected) -> dict[str, Any]:
    """One release as it is kept in the file."""
    return {
        **to_json(done.release),
        "synthetic": True,
        "counted": digest(reckoned.counts),
        "found": [asdict(one) for one in done.found],
        "repairs": [asdict(one) for one in done.repairs],
    }


def write(made: Sequence[Mapping[str, Any]]) -> None:
    """Keep them all in the file that comes with the program."""
    lines = ",\n".join(json.dumps(one, ensure_ascii=False, sort_keys=True, separators=(",", ":")) for one in made)
    SHIPPED.write_text(f'{{"synthetic":true,"releases":[\n{lines}\n]}}\n', "utf-8")


def _shipped() -> dict[str, dict[str, Any]]:
    return {one["until"]: one for one in json.loads(SHIPPED.read_text("utf-8"))["releases"]}


def _repair(said: Mapping[str, Any]) -> Repair:
    key = _key(said["key"]) if said["key"] else None
    return Repair(**{**said, "key": key, "classes": tuple(said["classes"])})


def _key(said: Any) -> Key:
    measure, classes = said
    return measure, tuple((name, code) for name, code in classes)
