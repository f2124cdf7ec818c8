"""A phone asks with a number that somebody keeps. What lies here nobody on this side can read, find or try."""

import hmac
import re
from dataclasses import dataclass
from datetime import datetime

from intake.domain.problems import Problem
from intake.services.contact import refuse_withdrawn
from intake.store import Session, counting
from intake.store.inbound import answers
from intake.store.inbound.devices import Device
from intake.store.inbound.limits import limits

# Asked for in an hour by one phone, in a day by all phones of an office: ten thousand millions are there to be tried.
TRIES_A_PHONE, HOUR = 10, 3600
TRIES_AN_OFFICE, DAY = 500, 86_400
_LOCATOR = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class Found:
    """The deposit there is, and what lies in it where somebody looked; None when they looked in another one."""

    deposit: str
    sealed: bytes | None


def count_try(session: Session, *, device: Device, secret: bytes, now: datetime) -> None:
    """Count a question, in a transaction of its own. Raises Problem 429.2 with `retry` seconds."""
    for who, limit, seconds in (
        (f"phone {device.id}", TRIES_A_PHONE, HOUR),
        (f"office {device.office}", TRIES_AN_OFFICE, DAY),
    ):
        bucket = hmac.digest(secret, f"intake-limit/1\nown answer {who}\n".encode(), "sha256").hex()
        try:
            counting.take(session, limits, bucket=bucket, limit=limit, seconds=seconds, now=now)
        except Problem as problem:
            raise Problem("429.2", **problem.params) from problem


def find(session: Session, *, device: Device, deposit: object, locator: object) -> Found:
    """What lies there for this phone's office; of a deposit that is not there now, only the name of the one that is.

    Raises Problem 400.1, 403.4, 404.14 (nothing lies there, or nothing was laid anywhere yet).
    """
    current = name(session, device=device)
    if deposit != current:
        return Found(current, None)
    if not isinstance(locator, str) or not _LOCATOR.fullmatch(locator):
        raise Problem("400.1")
    sealed = answers.find(session, office=device.office, locator=locator)
    if sealed is None:
        raise Problem("404.14")
    return Found(current, sealed)


def name(session: Session, *, device: Device) -> str:
    """The name of the deposit there is, by which a phone computes where to look. Raises Problem 403.4, 404.14."""
    refuse_withdrawn(device)
    found = answers.deposit(session, device.office)
    if found is None:
        raise Problem("404.14")
    return found
