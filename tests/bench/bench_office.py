"""The office with 100,000 cases: opening the index, finding, the lists of every day, memory."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import quantiles
from typing import Any
from uuid import UUID

from sqlalchemy import insert, update

from intake.domain import arrival as arrivals_of
from intake.domain import overview
from intake.domain.arrival import Arrival, Copy, Decision, Facts
from intake.domain.case import NATURES, Case, to_json
from intake.domain.directory import SERVICES
from intake.domain.overview import OUTCOMES, WEEKS, Asked, to_text
from intake.envelope.encoding import dumps
from intake.envelope.records import seal_record
from intake.services import deadlines, likeness, lists, phones, register, translating
from intake.services.desk import Desk
from intake.services.find import Entry, Finder, Query
from intake.services.overview import seen
from intake.store import Session, Store, migrate
from intake.store.inbound.reports import reports as held
from intake.store.index import Index
from intake.store.office import audit
from intake.store.office.arrivals import arrivals
from intake.store.office.records import records
from tests.bench.figures import Figure
from tests.support.postgres import settings_in
from tests.support.staffed import StaffedOffice

# Design 8.
CASES, OPENING, WARM, MEMORY, ROUNDS = 100_000, 5.0, 150.0, 600.0, 60
# So many of the reports wait for a decision, one in so many points at another, so many phones sent them.
WAITING, POINTING, PHONES = 500, 50, 40
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
    chance = Random(1)

    def search() -> None:
        state, words = chance.choice(["open", "closed", ""]), (chance.choice(WORDS)[:4],)
        asked = Query(desk.staff.name, kind="case", state=state, words=words)
        finder.find(desk, asked, limit=lists.PAGE)
        finder.count(desk, asked)

    yield _warm("find over 100,000", finder, desk, search)
    yield from _lists(store, office, finder)
    yield Figure("office: memory of the index", _memory() - before, "MB", MEMORY)


def _lists(store: Store, office: StaffedOffice, finder: Finder) -> Iterator[Figure]:
    """Each list as its page makes it: fetch what came, bring the index up to now, open the lines that are shown."""
    made, now = office.made.desk, office.clock.now
    desk = replace(made, index=finder.index(made))

    def fetch() -> None:
        with store.inbound() as inbound, store.office() as session:
            register.pull(session, inbound, desk=desk, now=now)

    def shown(what: Callable[..., Any], **asked: Any) -> Callable[[], None]:
        def look() -> None:
            with store.office(reading=True) as session:
                what(session, desk=desk, **asked)

        return look

    fetch()  # the first time everything that is held is compared
    yield _warm("fetching what came", finder, desk, fetch)
    for name in ("waiting", "decided", "all"):
        yield _warm(f"arrivals, {name}", finder, desk, shown(lists.arrivals, name=name, page=1, now=now))
    yield _warm("arrivals, page 500", finder, desk, shown(lists.arrivals, name="all", page=500, now=now))
    for name in lists.SHOWN:
        yield _warm(f"cases, {name}", finder, desk, shown(lists.of_cases, name=name, page=1))
    for name in deadlines.SHOWN:
        yield _warm(f"due, {name}", finder, desk, shown(deadlines.listing, name=name, page=1, now=now))
    yield _warm("what waits for a translation", finder, desk, shown(translating.tasks, identity=True, now=now))

    def of_phones() -> None:
        with store.inbound(reading=True) as inbound, store.office(reading=True) as session:
            phones.every(session, inbound, desk=desk, now=now)

    yield _warm("phones", finder, desk, of_phones)
    (report,) = finder.index(desk).ids(Query(made.staff.name, kind="arrival", words=("r77",)))[:1]
    yield _warm("the reports of a case", finder, desk, shown(register.rows, reports=[report], now=now))
    yield _warm("what else may belong to it", finder, desk, shown(likeness.links, reports=[report]))
    yield _by_names(store, desk, report, now)
    yield _overview()


def _by_names(store: Store, desk: Desk, report: str, now: datetime) -> Figure:
    """Comparing by names once every envelope has been looked at; here none has names, which takes as long."""
    taken, left = list[float](), 1
    while left or len(taken) < ROUNDS // 3:
        began = time.perf_counter()
        with store.office() as session:
            asked: dict[str, Any] = {"reports": [report], "about": report, "reason": "How long it takes", "now": now}
            marked, left = left == 0, likeness.links_with_names(session, desk=desk, **asked).left
        taken += [(time.perf_counter() - began) * 1000] if marked else []
    return Figure("office: comparing by names among 100,000, p95", quantiles(taken, n=20)[18], "ms")


def _overview() -> Figure:
    """What waits and was asked in as many cases and reports, two needs in each case, counted in one pass."""
    chance, today, index, taken = Random(3), date(2026, 11, 22), Index(), list[float]()
    index.put((entry for number in range(CASES) for entry in _seen(chance, number, today)), turn=1)
    for _ in range(ROUNDS // 3):
        began = time.perf_counter()
        weeks = chance.choice(WEEKS)
        found = seen(index, reader="amina", since=f"{today - timedelta(weeks=weeks)}")
        overview.count(found, today=today, weeks=weeks)
        taken.append((time.perf_counter() - began) * 1000)
    return Figure("office: overview of 100,000 cases and reports, p95", quantiles(taken, n=20)[18], "ms")


def _seen(chance: Random, number: int, today: date) -> Iterator[Entry]:
    since = f"{today - timedelta(days=chance.randrange(1500))}"
    asked = [Asked(chance.choice(SERVICES), chance.choice(OUTCOMES), since) for _ in range(2)]
    beside: dict[str, Any] = {"place": chance.choice(WORDS), "received": since, "changed": since, "case": str(number)}
    yield Entry("arrival", f"r{number}", 1, state="registered", form="visit", **beside)
    yield Entry("case", str(number), 1, state=chance.choice(("open", "open", "closed")), needs=to_text(asked), **beside)


def _warm(name: str, finder: Finder, desk: Desk, do: Callable[[], None]) -> Figure:
    """By the clock; beside it the processor's own time, for the clock says too how busy the machine is."""
    taken, works = [], []
    for _ in range(ROUNDS):
        began, worked = time.perf_counter(), time.process_time()
        finder.ready(desk)
        do()
        taken.append((time.perf_counter() - began) * 1000)
        works.append((time.process_time() - worked) * 1000)
    wall, work = (quantiles(each, n=20)[18] for each in (taken, works))
    return Figure(f"office: {name}, p95", wall, "ms", WARM, note=f"{work:,.0f} ms of the processor")


def _memory() -> float:
    """What this process has in memory, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _fill(office: StaffedOffice) -> None:
    """Synthetic cases, each with a few events and the report it came of; nobody types 100,000 cases."""
    chance, begin = Random(7), datetime(2020, 1, 1, tzinfo=UTC)
    phones = [office.phone(f"Phone {number}").id for number in range(PHONES)]
    with office.store.inbound() as inbound, office.store.office() as session:
        register.pull(session, inbound, desk=office.made.desk, now=office.clock.now)
    for portion in range(0, CASES, 1000):
        with office.store.inbound() as inbound, office.store.office() as session:
            _portion(session, inbound, office, chance, begin, phones, range(portion, portion + 1000))


def _portion(
    session: Session,
    inbound: Session,
    office: StaffedOffice,
    chance: Random,
    begin: datetime,
    phones: list[str],
    numbers: range,
) -> None:
    key = office.made.desk.need("work").chain.current("records")
    turn = audit.turn(session, office.made.office)
    rows, came = [], []
    for number in numbers:
        case, arrival = _case(chance, number, begin), _arrival(chance, number, begin, phones[number % PHONES])
        contents: list[tuple[str, str, Any, str | None]] = [
            ("arrival", arrival.report, arrivals_of.to_json(arrival), None)
        ]
        if number >= WAITING:
            contents += [("case", case.id, to_json(case), None), ("filing", arrival.report, {"case": case.id}, None)]
        for kind, id, content, _ in contents:
            beside: dict[str, Any] = {"office": office.made.office, "kind": kind, "id": id, "version": 1}
            sealed = seal_record(key.secret, dumps(content), **beside, key_id=key.id)
            turn += 1
            due = "2026-11-23" if arrival.decision is None and kind == "arrival" else None
            rows.append(
                {**beside, "key_id": key.id, "day_changed": "2026-11-22", "turn": turn, "due_on": due, "sealed": sealed}
            )
        came.append(arrival)
    session.execute(insert(records), rows)
    session.execute(update(audit.audit_heads).values(turn=turn))
    for table, into in ((held, inbound), (arrivals, session)):
        into.execute(insert(table), [_envelope(office.made.office, one, table is held) for one in came])


def _envelope(office: str, arrival: Arrival, public: bool) -> dict[str, Any]:
    """What lies beside a record: bytes that nobody opens here."""
    (copy,) = arrival.copies
    both = {
        "office": office,
        "report": arrival.report,
        "digest": copy.digest,
        "device": copy.device,
        "urgent": copy.urgent,
        "received": copy.received if public else copy.received[:10],
        "state": "kept",
        "sealed": bytes(4000),
    }
    return {**both, "made": copy.made, "size": 4000, "reason": None} if public else both


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


def _arrival(chance: Random, number: int, begin: datetime, device: str) -> Arrival:
    """A report by its number; the first WAITING of them wait, the others were decided about."""
    at = begin + timedelta(minutes=number * 30)
    day, instant = f"{at:%Y-%m-%d}", f"{at:%Y-%m-%dT%H:%M:%SZ}"
    points = number % POINTING == 1
    facts = Facts(
        form="visit",
        version=2,
        language="fr",
        # Of a thousand numbers of a phone one has not come.
        n=number // PHONES + number // PHONES // 1000 + 1,
        state="final",
        relation="adds" if points else "",
        about=f"r{number - 1}" if points else "",
        happened=(day,),
        consents={"MED": "yes", "investigation": "no"},
        place=f"north-{chance.randrange(200)}",
        births=(str(2000 + chance.randrange(25)),) if number % 5 == 0 else (),
    )
    copy = Copy(1, f"sha-256:{number:064}", device, day, number % 100 == 0, instant, "kept", "", (), facts)
    decision = Decision(2, "registered", "", "", "amina", instant)
    return Arrival(f"r{number}", 2, (copy,), decisions=(decision,) if number >= WAITING else ())
