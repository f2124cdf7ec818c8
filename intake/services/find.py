"""Find: the index of an office, opened by whoever signs in first, followed by every change, sealed when it is left.

The index holds in clear what the office's records say. It lives in the memory of one process, from the first search to
the end of the last session; then the process ends (`intake/web/leaving.py`), for memory that was given back can still
be read. What stays is a snapshot under the office's records key, so that the next morning does not open every record
anew: the snapshot and what changed since.

Names and contacts are not in it: they rest under another key, and are compared in a step-up only (`domain.likeness`).
What of a record can be found says `services/entries.py`.
"""

import json
import os
import secrets
import time
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock, Thread
from typing import Any

from intake.domain.problems import Problem
from intake.envelope.records import open_record, seal_record
from intake.services import records
from intake.services.desk import Desk
from intake.services.entries import entries
from intake.store import Store
from intake.store.index import Entry, Index, Query
from intake.store.office import audit

__all__ = ["Entry", "Finder", "Opening", "Query"]

# So many changes are taken in within the request that meets them; more are taken in beside it, with a progress bar.
AT_ONCE = 500
# After so many changes the snapshot is made anew.
SNAPSHOT_AFTER = 2000
SNAPSHOT_KIND = "index"
LOOK_AGAIN = 0.05  # seconds


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
        # Read once: whoever opens takes it away in the moment it is done.
        if (opening := kept.opening) and not opening.failed:
            return opening
        with kept.taking:
            # Somebody else may have begun while this one waited.
            if (opening := kept.opening) and not opening.failed:
                return opening
            if not kept.loaded:
                self._load(kept, desk)
            behind = self._behind(kept, desk)
            if behind <= AT_ONCE:
                self._follow(kept, desk, Opening(behind))
                kept.opening = None
                return None
            kept.opening = opening = Opening(behind)
        Thread(target=self._open, args=(kept, desk, opening), daemon=True).start()
        return opening

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
