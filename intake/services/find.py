"""Find: the index of an office, opened by whoever signs in first, followed by every change, sealed when it is left.

The index holds in clear what the office's records say. It lives in the memory of one process, from the first search to
the end of the last session; then the process ends (`intake/web/leaving.py`), for memory that was given back can still
be read. What stays is a snapshot under the office's records key, so that the next morning does not open every record
anew: the snapshot and what changed since.

Names and contacts are not in it: they rest under another key, and are compared in a step-up only (`domain.likeness`).
"""

import json
import os
import secrets
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock, Thread
from typing import Any

from intake.domain import arrival as arrivals_of
from intake.domain import case as cases_of
from intake.domain import claim as claims_of
from intake.domain import likeness
from intake.domain import referral as referrals
from intake.domain import telling as tellings
from intake.domain.arrival import Arrival
from intake.domain.case import Case
from intake.domain.folding import terms
from intake.domain.problems import Problem
from intake.envelope.records import open_record, seal_record
from intake.services import claims, records, register, telling
from intake.services.cases import FILING
from intake.services.desk import Desk
from intake.services.records import Record
from intake.store import Session, Store
from intake.store.index import Entry, Index, Query
from intake.store.office import audit

__all__ = ["Entry", "Finder", "Opening", "Query"]

# Of these every change is followed; of other kinds, those that bear a day. What names a case is open to whom that is.
KINDS = frozenset({arrivals_of.KIND, cases_of.KIND, claims_of.KIND, FILING, tellings.KIND, referrals.KIND})
# So many changes are taken in within the request that meets them; more are taken in beside it, with a progress bar.
AT_ONCE = 500
# After so many changes the snapshot is made anew.
SNAPSHOT_AFTER = 2000
SNAPSHOT_KIND = "index"
NOBODY = "-"  # no sign-in name
LOOK_AGAIN = 0.05  # seconds
FEEDBACK = "feedback:"  # what stands in front of how help was, among the keys of a case


@dataclass
class Opening:
    """How far the index is: `done` of `total` changes. `failed` is a problem's code, empty as long as none came."""

    total: int
    done: int = 0
    failed: str = ""


@dataclass
class _Kept:
    """The index of one office and what is known about it."""

    index: Index = field(default_factory=Index)
    loaded: bool = False
    saved: int = 0
    opening: Opening | None = None
    taking: Lock = field(default_factory=Lock)


class Finder:
    """The indexes of a process, one for each office whose people are at work. `folder` is where snapshots lie."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self._folder = folder
        self._guard = Lock()
        self._kept: dict[str, _Kept] = {}

    def ready(self, desk: Desk) -> Opening | None:
        """Bring the office's index up to now. None when it is; else how far it is, and it goes on by itself.

        Raises Problem 403.21 without the work keychain.
        """
        desk.need("work")
        kept = self._of(desk)
        if kept.opening and not kept.opening.failed:
            return kept.opening
        with kept.taking:
            # Somebody else may have begun while this one waited.
            if kept.opening and not kept.opening.failed:
                return kept.opening
            if not kept.loaded:
                self._load(kept, desk)
            behind = self._behind(kept, desk)
            if behind <= AT_ONCE:
                self._follow(kept, desk, Opening(behind))
                kept.opening = None
                return None
            kept.opening = Opening(behind)
        Thread(target=self._open, args=(kept, desk, kept.opening), daemon=True).start()
        return kept.opening

    def wait(self, desk: Desk) -> Opening | None:
        """The same, however long it takes: None, or what stopped it. Raises Problem 403.21."""
        while (opening := self.ready(desk)) is not None and not opening.failed:
            time.sleep(LOOK_AGAIN)
        return opening

    def index(self, desk: Desk) -> Index:
        """The office's index, as of the last `ready`."""
        return self._of(desk).index

    def find(self, desk: Desk, query: Query, *, limit: int, offset: int = 0) -> list[Entry]:
        """What fits, as of the last `ready`."""
        return self._of(desk).index.find(query, limit=limit, offset=offset)

    def count(self, desk: Desk, query: Query) -> int:
        """How many fit, as of the last `ready`."""
        return self._of(desk).index.count(query)

    def save(self, desk: Desk) -> None:
        """Seal a snapshot of the index as it is."""
        kept = self._of(desk)
        with kept.taking:
            self._save(kept, desk)

    def _of(self, desk: Desk) -> _Kept:
        with self._guard:
            return self._kept.setdefault(desk.office, _Kept())

    def _behind(self, kept: _Kept, desk: Desk) -> int:
        with self._store.office(reading=True) as session:
            now = audit.turn(session, desk.office)
        if now < kept.index.turn:
            # The database was put back to an older state: what the index knows beyond that is of no office any more.
            kept.index, kept.saved = Index(), 0
        return now - kept.index.turn

    def _open(self, kept: _Kept, desk: Desk, opening: Opening) -> None:
        try:
            with kept.taking:
                self._follow(kept, desk, opening)
                self._save(kept, desk)
                kept.opening = None
        except Exception as error:  # whatever it was: a bar that stands still for ever tells nobody anything
            opening.failed = error.code if isinstance(error, Problem) else "500.1"

    def _follow(self, kept: _Kept, desk: Desk, opening: Opening) -> None:
        """Take in every change since the index's turn, a few hundred in one go."""
        if not opening.total:
            return
        with self._store.office(reading=True) as session:
            now = audit.turn(session, desk.office)
            batch: list[Entry] = []
            for entry in entries(session, kept.index, desk=desk):
                batch.append(entry)
                if len(batch) == AT_ONCE:
                    kept.index.put(batch, turn=kept.index.turn)
                    opening.done += len(batch)
                    batch = []
            kept.index.put(batch, turn=now)
        if kept.index.turn - kept.saved > SNAPSHOT_AFTER:
            self._save(kept, desk)

    # the snapshot ---------------------------------------------------------------------------------------------------

    def _path(self, desk: Desk) -> Path:
        return self._folder / f"{desk.office}.sealed"

    def _save(self, kept: _Kept, desk: Desk) -> None:
        with self._store.office(reading=True) as session:
            head = audit.head(session, desk.office, lock=False)
        key = desk.need("work").chain.current("records")
        said = [head.number, head.chain.hex()] if head else [0, ""]
        content = json.dumps(said).encode() + b"\n" + kept.index.dump()
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # The key's name stands in front, so that a snapshot of before a rotation can still be opened.
        sealed = key.id.encode() + b"\n" + seal_record(key.secret, content, **_beside(desk, key.id))
        fresh = self._path(desk).with_suffix(f".{secrets.token_hex(4)}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(sealed)
        fresh.replace(self._path(desk))
        kept.saved = kept.index.turn

    def _load(self, kept: _Kept, desk: Desk) -> None:
        """The snapshot, if it can be opened and is of this very office's history; else an empty index."""
        kept.loaded = True
        try:
            found, line, chain = self._read(desk)
        except (OSError, ValueError, KeyError, Problem):
            return
        with self._store.office(reading=True) as session:
            same = audit.chain_at(session, desk.office, line) == chain
        if same:
            kept.index, kept.saved = found, found.turn

    def _read(self, desk: Desk) -> tuple[Index, int, bytes]:
        """The index, and the line of the audit chain it was made at: its number and chain value."""
        key_id, _, sealed = self._path(desk).read_bytes().partition(b"\n")
        key = records.key_of(desk, key_id.decode())
        content = open_record(key.secret, sealed, **_beside(desk, key.id))
        said, _, index = content.partition(b"\n")
        line, chain = json.loads(said)
        return Index.load(index), int(line), bytes.fromhex(chain)


def _beside(desk: Desk, key_id: str) -> dict[str, Any]:
    """What the snapshot is bound to."""
    return {"office": desk.office, "kind": SNAPSHOT_KIND, "id": desk.office, "version": 1, "key_id": key_id}


# what of a record can be found ---------------------------------------------------------------------------------------


def entries(session: Session, index: Index, *, desk: Desk) -> Iterator[Entry]:
    """Every changed record as it can be found. A case that changes closes or opens all that belongs to it too."""
    made: set[str] = set()  # a report is made of several records, and once is enough
    for record in records.since(session, desk=desk, turn=index.turn, kinds=KINDS):
        if record.kind in (arrivals_of.KIND, FILING):
            changed: tuple[str, ...] = (record.id,)
        elif record.kind == cases_of.KIND:
            case = cases_of.from_json(record.id, record.version, record.content)
            changed = case.reports
            yield _case(record, case)
            for one in _listed(index, case.id):
                claim = (
                    records.get(session, desk=desk, kind=one.kind, id=one.id) if one.kind == claims_of.KIND else None
                )
                yield _claim(claim, case) if claim else replace(one, named=case.named, hidden=case.kept_from_staff)
        elif record.kind == claims_of.KIND:
            changed = ()
            yield _claim(record, _case_by_id(session, desk, record.content.get("case", "")))
        else:
            changed = ()
            yield _inside(record, _case_by_id(session, desk, record.content.get("case", "")))
        for report in changed:
            if report not in made:
                made.add(report)
                yield from _report(session, desk, report)


def _listed(index: Index, case: str) -> list[Entry]:
    """What `_inside` made for a case."""
    return [one for one in index.of_case(case) if one.kind not in (cases_of.KIND, arrivals_of.KIND)]


def _case(record: Record, case: Case) -> Entry:
    return Entry(
        kind=record.kind,
        id=record.id,
        version=record.version,
        title=case.reference,
        state="open" if case.open else "closed",
        owner=case.owner,
        category=case.category,
        changed=case.changed,
        received=case.since,
        case=case.id,
        named=case.named,
        hidden=case.kept_from_staff,
        keys=(FEEDBACK + case.closing.feedback,) if case.closing and case.closing.feedback else (),
        text=" ".join(terms(" ".join((case.reference, *case.natures, *(person.code for person in case.people))))),
    )


def _claim(record: Record, case: Case | None) -> Entry:
    """A claim: its phase, its States, its age by the day of the wish."""
    claim = claims.of_record(record)
    begun = claim.first("wished")
    return Entry(
        kind=record.kind,
        id=record.id,
        version=record.version,
        title=claim.reference,
        state=claim.phase,
        owner=claim.owner,
        changed=max((event.at for event in claim.events), default=""),
        received=begun.happened if begun else "",
        case=claim.case,
        # What was taken back with its list nobody finds.
        named=(NOBODY,) if not claim.phase else case.named if case else (),
        hidden=case.kept_from_staff if case else (),
        due=record.due_on or "",
        countries=claim.member_states,
        text=" ".join(terms(" ".join((claim.reference, *(one.said("words") for one in claim.fitting))))),
    )


def _inside(record: Record, case: Case | None) -> Entry:
    """A telling, a referral, whatever else is due some day: to be listed and not searched."""
    return Entry(
        kind=record.kind,
        id=record.id,
        version=record.version,
        changed=record.day_changed,
        case=record.content.get("case", ""),
        named=case.named if case else (),
        hidden=case.kept_from_staff if case else (),
        due=record.due_on or "",
    )


def _report(session: Session, desk: Desk, report: str) -> Iterator[Entry]:
    """A report that came; an answer to a message stands on the message's case, for those who may see that."""
    record = records.get(session, desk=desk, kind=arrivals_of.KIND, id=report)
    if record is None:
        return
    arrival = register.remembered(session, desk, record)
    if arrival.is_answer:
        return
    facts, case = arrival.facts, _case_of(session, desk, arrival)
    told = register.told(session, desk=desk, arrival=arrival)
    last = arrival.decision
    yield Entry(
        kind=record.kind,
        id=record.id,
        version=record.version,
        title=report[:8],
        # What came after the decision waits again.
        state=last.decision if last and arrival.settled else "waiting",
        form=facts.form if facts else "",
        language=facts.language if facts else "",
        place=facts.place if facts else "",
        first=min(facts.happened, default="") if facts else "",
        last=max(facts.happened, default="") if facts else "",
        received=arrival.received,
        changed=last.at if last else arrival.received,
        urgent=arrival.urgent,
        case=case.id if case else "",
        named=case.named if case else (),
        hidden=case.kept_from_staff if case else (),
        due=record.due_on or "",
        text=" ".join(terms(" ".join((report, *_texts(told.answers if told else {}))))),
        content=json.dumps(arrivals_of.to_json(arrival)) if not arrival.settled else "",
        keys=(*register.pointers_of(arrival), *likeness.keys(likeness.traits(arrival))),
    )


def _case_of(session: Session, desk: Desk, arrival: Arrival) -> Case | None:
    """The case, whoever asks: the index is the office's, and each search leaves out what its reader may not see.

    What came in the place of an answer belongs to the case of the message, until somebody files it.
    """
    filing = records.get(session, desk=desk, kind=FILING, id=arrival.report)
    filed = filing.content["case"] if filing else ""
    return _case_by_id(session, desk, filed or telling.case_of(session, desk=desk, message=arrival.answers))


def _case_by_id(session: Session, desk: Desk, case: str) -> Case | None:
    found = records.get(session, desk=desk, kind=cases_of.KIND, id=case)
    return cases_of.from_json(found.id, found.version, found.content) if found else None


def _texts(answer: object) -> Iterator[str]:
    """Every text and code inside an answer, however deep."""
    if isinstance(answer, str):
        yield answer
    elif isinstance(answer, Mapping):
        for name, value in answer.items():
            if name not in ("language", "row", "no"):
                yield from _texts(value)
    elif isinstance(answer, list):
        for value in answer:
            yield from _texts(value)
