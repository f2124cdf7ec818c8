"""Eight quarterly releases of the figures of 750 invented claims: what each takes, and what it costs its readers."""

import time
from collections.abc import Iterator
from datetime import date
from statistics import mean

from intake.domain.claim import Claim
from intake.domain.claim_standing import Policy
from intake.domain.clocks import USUAL
from intake.domain.figures.classes import asked_by_claim, of_claim, told_by_claim
from intake.domain.figures.counting import Record, count
from intake.domain.figures.protect import Frame, Loss, Past, protect
from intake.domain.figures.tables import TABLES
from intake.services import claim_demo
from tests.bench.figures import Figure

QUARTERS = (
    *("2024-12-31", "2025-03-31", "2025-06-30", "2025-09-30"),
    *("2025-12-31", "2026-03-31", "2026-06-30", "2026-09-30"),
)
STATES = tuple(f"{first}{second}" for first in "ABCDEFGH" for second in "ABCDEFGHIJ")
ONE, ALL = 20.0, 60.0  # seconds of a core


def measure() -> Iterator[Figure]:
    lives = claim_demo.lives(STATES, today=date(2026, 11, 29), by="x")
    past: list[Past] = []
    seconds: list[float] = []
    losses: list[Loss] = []
    for number, until in enumerate(QUARTERS, 1):
        counts = count(_records(lives, until), TABLES, until=until)
        began = time.process_time()
        done = protect(counts, past, Frame(number, until, TABLES))
        seconds.append(time.process_time() - began)
        past.append(Past(done.release, counts))
        losses.append(done.loss)
    yield Figure("figures: preparing the slowest of eight releases", max(seconds), "s of CPU", ONE)
    yield Figure("figures: preparing all eight", sum(seconds), "s of CPU", ALL)
    yield Figure("figures: mean error of a shown cell against the truth", mean(one.error for one in losses), "records")
    yield Figure("figures: share of cells shown as they are", 100 * mean(one.shown for one in losses), "%")


def _records(lives: list[Claim], until: str) -> Iterator[Record]:
    for life in lives:
        claim = life.as_of(until)
        classes = of_claim(claim, until=until, policy=Policy(), lengths=USUAL)
        if classes is None:
            continue
        yield Record("claims", classes, agreed=True)
        for one in asked_by_claim(claim, until=until, calendars={}, lengths=USUAL):
            yield Record("requests", one, agreed=True)
        for one in told_by_claim(claim, Policy()):
            yield Record("answers", one, agreed=True)
