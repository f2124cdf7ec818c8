"""An office with 10,000 claims: opening the index, the list with what is next in each, one claim, what is due."""

import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from statistics import quantiles
from typing import Any

from intake.domain.claim_standing import PHASES
from intake.services import claim_demo, claim_lists, claims, deadlines, lists
from intake.services.find import Finder
from intake.store import Store, migrate
from tests.bench.figures import Figure
from tests.support.postgres import settings_in
from tests.support.staffed import StaffedOffice

# Design 8: lists and filters of the office.
CLAIMS, PORTION, OPENING, WARM, ROUNDS = 10_000, 2_500, 5.0, 150.0, 30


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_in(Path(folder))
        migrate(settings)
        store = Store.open(settings)
        office = StaffedOffice.make(store)
        began = time.perf_counter()
        made = _fill(office)
        yield Figure("claims: taking 10,000 in from lists", time.perf_counter() - began, "s")
        yield from _finding(store, office, made, Path(folder) / "index")
        store.close()


def _finding(store: Store, office: StaffedOffice, made: list[str], folder: Path) -> Iterator[Figure]:
    desk, now = office.made.desk, office.clock.now
    first = Finder(store, folder)
    began = time.perf_counter()
    while first.ready(desk) is not None:
        time.sleep(0.05)
    yield Figure("claims: opening the index without a snapshot", time.perf_counter() - began, "s")
    first.save(desk)
    finder = Finder(store, folder)
    began = time.perf_counter()
    while finder.ready(desk) is not None:
        time.sleep(0.01)
    yield Figure("claims: first opening after sign-in", time.perf_counter() - began, "s", OPENING)
    chance = Random(1)

    def listing() -> None:
        """What the page of claims does: counts, and one page with what is next in each claim on it."""
        asked: dict[str, Any] = {"phase": chance.choice(["", *PHASES]), "country": "", "until": "", "page": 1}
        with store.office(reading=True) as session:
            lists.of_claims(session, desk=replace(desk, index=finder.index(desk)), now=now, **asked)

    def one() -> None:
        with store.office(reading=True) as session:
            line = claims.line(session, desk=desk, claim=chance.choice(made), now=now)
            line.claim.offers(line.today)

    def due() -> None:
        with store.office(reading=True) as session:
            deadlines.listing(session, desk=desk, name="office", page=1, now=now)

    yield from _p95("list and filter with what is next", listing, limit=WARM)
    yield from _p95("one claim with its lawful steps", one, limit=WARM)
    yield from _p95("what is due of 10,000, without the index", due, rounds=3)


def _p95(what: str, do: Callable[[], None], rounds: int = ROUNDS, limit: float | None = None) -> Iterator[Figure]:
    """By the clock, and of the processor's own time: the first says too how busy the machine is."""
    walls, works = [], []
    for _ in range(rounds):
        began, worked = time.perf_counter(), time.process_time()
        do()
        walls.append((time.perf_counter() - began) * 1000)
        works.append((time.process_time() - worked) * 1000)
    for taken, clock in ((walls, ""), (works, ", of the processor")):
        p95 = quantiles(taken, n=20, method="inclusive")[18]
        yield Figure(f"claims: {what}{clock}, p95", p95, "ms", limit)


def _fill(office: StaffedOffice) -> list[str]:
    """Synthetic claims, without names, taken in as lists are."""
    countries = {f"{chr(65 + one // 26)}{chr(65 + one % 26)}": "" for one in range(80)}
    countries = {code: code for code in countries}
    table, made = claim_demo.rows(list(countries), number=CLAIMS), []
    mapping = {name: name for name in table[0] if "name" not in name and "more" not in name}
    for portion in range(1, CLAIMS, PORTION):
        with office.store.office() as session:
            asked: dict[str, Any] = {"table": [table[0], *table[portion : portion + PORTION]], "mapping": mapping}
            taken = claim_lists.take(session, desk=office.made.desk, countries=countries, now=office.clock.now, **asked)
        made += taken.made.values()
    return made
