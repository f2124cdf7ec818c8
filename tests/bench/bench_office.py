"""The office with 100,000 cases: opening the index, finding, memory."""

import os
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import quantiles
from typing import Any
from uuid import UUID

from sqlalchemy import insert, update

from intake.domain import overview
from intake.domain.case import NATURES, Case, to_json
from intake.domain.directory import SERVICES
from intake.domain.overview import Seen
from intake.envelope.encoding import dumps
from intake.envelope.records import seal_record
from intake.services.find import Finder, Query
from intake.store import Store, migrate
from intake.store.index import Entry, Index
from intake.store.office import audit
from intake.store.office.records import records
from tests.bench.figures import Figure
from tests.support.postgres import settings_in
from tests.support.staffed import StaffedOffice

# Design 8.
CASES, OPENING, WARM, MEMORY, ROUNDS = 100_000, 5.0, 150.0, 600.0, 60
WORDS = "market river school clinic road camp bridge well border station harbour field".split()  # noqa: SIM905


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_in(Path(folder))
        migrate(settings)
        store = Store.open(settings)
        office = StaffedOffice.make(store)
        desk = office.made.desk
        _fill(office)
        first = Finder(store, Path(folder) / "index")
        began = time.perf_counter()
        while first.ready(desk) is not None:
            time.sleep(0.05)
        yield Figure("office: opening 100,000 cases without a snapshot", time.perf_counter() - began, "s")
        first.save(desk)
        del first
        yield from _finding(store, office, Path(folder) / "index")
        store.close()


def _finding(store: Store, office: StaffedOffice, folder: Path) -> Iterator[Figure]:
    finder, desk = Finder(store, folder), office.made.desk
    before = _memory()
    began = time.perf_counter()
    while finder.ready(desk) is not None:
        time.sleep(0.01)
    yield Figure("office: first opening after sign-in", time.perf_counter() - began, "s", OPENING)
    chance, taken = Random(1), []
    for _ in range(ROUNDS):
        asked = Query(
            "amina", kind="case", state=chance.choice(["open", "closed", ""]), words=(chance.choice(WORDS)[:4],)
        )
        began = time.perf_counter()
        finder.ready(desk)
        finder.find(desk, asked, limit=50)
        finder.count(desk, asked)
        taken.append((time.perf_counter() - began) * 1000)
    yield Figure("office: list and filter over 100,000, p95", quantiles(taken, n=20)[18], "ms", WARM)
    yield Figure("office: memory of the index", _memory() - before, "MB", MEMORY)
    yield _looking()


def _looking() -> Figure:
    """The overview of as many cases and reports, two needs in each case, counted in one pass."""
    chance, today, index = Random(3), datetime(2026, 11, 22, tzinfo=UTC), Index()
    index.put((entry for number in range(CASES) for entry in _seen(chance, number, today)), turn=1)
    taken = []
    for _ in range(ROUNDS // 6):
        began = time.perf_counter()
        seen = map(Seen._make, index.walk(Seen._fields, reader="amina"))
        overview.count(seen, today=today.date(), weeks=chance.choice(overview.WEEKS))
        taken.append((time.perf_counter() - began) * 1000)
    return Figure("office: overview of 100,000 cases and reports, p95", quantiles(taken, n=20)[18], "ms")


def _seen(chance: Random, number: int, today: datetime) -> Iterator[Entry]:
    since = f"{today - timedelta(days=chance.randrange(1500)):%Y-%m-%d}"
    asked = [overview.Asked(chance.choice(SERVICES), chance.choice(overview.OUTCOMES), since) for _ in range(2)]
    beside: dict[str, Any] = {"place": chance.choice(WORDS), "received": since, "changed": since, "case": str(number)}
    yield Entry("arrival", f"r{number}", 1, state="registered", form="visit", **beside)
    yield Entry("case", str(number), 1, state="open", owner="amina", needs=overview.to_text(asked), **beside)


def _memory() -> float:
    """What this process has in memory, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _fill(office: StaffedOffice) -> None:
    """Synthetic cases, each with a few events, sealed as any other; put in bulk, as nobody types 100,000 cases."""
    chance, begin = Random(7), datetime(2020, 1, 1, tzinfo=UTC)
    key = office.made.desk.need("work").chain.current("records")
    for portion in range(0, CASES, 1000):
        with office.store.office() as session:
            turn = audit.turn(session, office.made.office)
            rows = []
            for number in range(portion, portion + 1000):
                case = _case(chance, number, begin)
                beside = {"office": office.made.office, "kind": "case", "id": case.id, "version": 1, "key_id": key.id}
                sealed = seal_record(key.secret, dumps(to_json(case)), **beside)  # type: ignore[arg-type]
                turn += 1
                rows.append({**beside, "day_changed": "2026-11-22", "turn": turn, "sealed": sealed})
            session.execute(insert(records), rows)
            session.execute(update(audit.audit_heads).values(turn=turn))


def _case(chance: Random, number: int, begin: datetime) -> Case:
    at = [f"{begin + timedelta(minutes=number * 30 + step):%Y-%m-%dT%H:%M:%SZ}" for step in range(4)]
    id, by = str(UUID(int=chance.getrandbits(128), version=4)), chance.choice(["amina", "bruno"])
    reference = f"MISSION-{chance.choice(WORDS).upper()}-{2020 + number % 7}-{number:06}"
    case = Case(id, 0).then("opened", by=by, at=at[0], reference=reference, report=f"r{number}", category="unknown")
    category = chance.choice(list(NATURES)[:2])
    natures = [chance.choice(NATURES[category])]
    case = case.then("nature", by=by, at=at[1], category=category, natures=natures)
    case = case.then("person_added", by=by, at=at[2], part="victim", group="woman")
    if chance.random() < 0.4:
        case = case.then("closed", by=by, at=at[3], reasons=["needs_met"], told_may_resume=True)
    return case
