"""An office with 10,000 claims: opening the index, the list with what is next in each, one claim, what is due."""

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from statistics import quantiles
from typing import Any

from intake.domain.claim_standing import PHASES
from intake.services import claim_demo, claim_lists, claims, deadlines
from intake.services.find import Finder, Query
from intake.store import Store, migrate
from tests.bench.figures import Figure
from tests.support.postgres import settings_in
from tests.support.staffed import StaffedOffice

# Design 8: lists and filters of the office.
CLAIMS, PORTION, OPENING, WARM, ROUNDS, PAGE = 10_000, 2_500, 5.0, 150.0, 30, 50


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
        """What the page of claims does: counts, one page, and what is next in each claim on it."""
        asked = Query("amina", kind="claim", state=chance.choice(list(PHASES)))
        for phase in PHASES:
            finder.count(desk, Query("amina", kind="claim", state=phase))
        found = finder.find(desk, asked, limit=PAGE)
        with store.office(reading=True) as session:
            claims.lines(session, desk=desk, claims=[one.id for one in found], now=now)

    def one() -> None:
        with store.office(reading=True) as session:
            line = claims.line(session, desk=desk, claim=chance.choice(made), now=now)
            line.claim.offers(line.today)

    def due() -> None:
        with store.office(reading=True) as session:
            deadlines.listing(session, desk=desk, name="office", page=1, now=now)

    yield Figure("claims: list and filter with what is next, p95", _p95(listing), "ms", WARM)
    yield Figure("claims: one claim with its lawful steps, p95", _p95(one), "ms", WARM)
    yield Figure("claims: what is due of 10,000, without the index, p95", _p95(due, 3), "ms")


def _p95(do: Callable[[], None], rounds: int = ROUNDS) -> float:
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        do()
        taken.append((time.perf_counter() - began) * 1000)
    return quantiles(taken, n=20, method="inclusive")[18]


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
