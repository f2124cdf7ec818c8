"""The index: what an office can be searched by, in memory only, for as long as somebody is signed in.

An in-memory SQLite with full text search. It is made from opened records, so it holds in clear what they say: nothing
of it is ever written to a disk but as bytes that the services seal (`dump`, `load`). One connection, one lock: a search
takes milliseconds.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from threading import RLock
from typing import Any

# 2: whom a case is kept from; 3: by which keys entries belong together, and until when something is due; 4: what
# overviews count; 5: the States of a claim; 6: what each phone sent, and which words wait for a translation; 7: what is
# owed about a matter with a State; 8: what lists show of a claim; 9: claims between offices
SHAPE = 9
# What a search that names no kind looks through. Entries of other kinds are there to be listed by their own pages.
SEARCHED = ("arrival", "case", "claim")


@dataclass(frozen=True)
class Sent:
    """A report as a phone sent it: `n` its running number, 0 where it has none; `received` an instant.

    `aside`: it is kept aside for a person to decide.
    """

    device: str
    n: int
    received: str
    aside: bool


@dataclass(frozen=True)
class Came:
    """What came from a phone: how many reports, how many aside, when the last one came, and the highest number."""

    device: str
    reports: int
    aside: int
    last: str
    highest: int


@dataclass(frozen=True)
class Entry:
    """One record as it can be found.

    `kind` and `id` are the record's; `title` is how it is called on a list. `state`, `owner` (a sign-in name),
    `category`, `form`, `place`, `language` are codes. `first` and `last` are the days between which it happened,
    `received` and `changed` days or instants, empty where there are none. `named` are the sign-in names to whom it is
    closed, `hidden` those it is kept from, `case` the case it belongs to, `due` the day until which somebody must do
    something about it, if there is one. `children`: a child is concerned. `needs` is what was asked and what became
    of it (`domain.overview.to_text`). `text` is folded words. `keys` ("sort:value") are what entries that belong
    together have in common, `countries` the States it is about. `content` is the record itself, or what is shown of it,
    where each list needs it
    opened. `sent` says which phones it came from.
    """

    kind: str
    id: str
    version: int
    title: str = ""
    state: str = ""
    owner: str = ""
    category: str = ""
    form: str = ""
    place: str = ""
    language: str = ""
    first: str = ""
    last: str = ""
    received: str = ""
    changed: str = ""
    urgent: bool = False
    case: str = ""
    named: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    due: str = ""
    countries: tuple[str, ...] = ()
    children: bool = False
    needs: str = ""
    text: str = ""
    keys: tuple[str, ...] = ()
    content: str = ""
    sent: tuple[Sent, ...] = ()


@dataclass(frozen=True)
class Query:
    """What is looked for: every folded word of `words` (its beginning is enough) and every filter that is not empty.

    `reader` sees nothing that is closed to others. `since` and `until` are days and meet the days it happened or, where
    none is known, the day it came. `decided` are those that wait for nobody, `due` those that bear a day.
    """

    reader: str
    kind: str = ""
    words: tuple[str, ...] = ()
    state: str = ""
    owner: str = ""
    category: str = ""
    form: str = ""
    place: str = ""
    language: str = ""
    since: str = ""
    until: str = ""
    urgent: bool = False
    # one of the States
    country: str = ""
    # what has no owner at all
    unowned: bool = False
    case: str = ""
    decided: bool = False
    due: bool = False


COLUMNS = tuple(field.name for field in fields(Entry) if field.name not in ("text", "keys", "content", "sent"))
CODES = ("kind", "state", "owner", "category", "form", "place", "language", "case")
FLAGS = {"urgent": "urgent", "unowned": "owner = ''", "decided": "state != 'waiting'", "due": "due != ''"}

_TABLES = f"""
CREATE TABLE entries ({", ".join(f'"{column}"' for column in COLUMNS)}, PRIMARY KEY (kind, id));
CREATE INDEX entries_by_any ON entries (changed DESC, kind, title, id);
CREATE INDEX entries_by_change ON entries (kind, changed DESC, title, id);
CREATE INDEX entries_by_state ON entries (kind, state, changed DESC, title, id);
CREATE INDEX entries_by_owner ON entries (kind, owner, changed DESC, title, id);
CREATE INDEX entries_counted ON entries (kind, state, owner, category, place, urgent, named, hidden);
CREATE INDEX entries_by_case ON entries ("case");
CREATE INDEX entries_due ON entries (due) WHERE due != '';
CREATE TABLE keys (key TEXT, entry INTEGER, PRIMARY KEY (key, entry)) WITHOUT ROWID;
CREATE INDEX keys_by_entry ON keys (entry);
CREATE TABLE sent (device TEXT, n INTEGER, day TEXT, received TEXT, aside INTEGER, entry INTEGER);
CREATE INDEX sent_by_day ON sent (device, day, received, aside, n);
CREATE INDEX sent_by_number ON sent (device, n);
CREATE INDEX sent_by_entry ON sent (entry);
CREATE TABLE contents (entry INTEGER PRIMARY KEY, content TEXT);
CREATE VIRTUAL TABLE words USING fts5 (text, tokenize="unicode61 remove_diacritics 0", columnsize=0);
CREATE TABLE place (shape INTEGER, turn INTEGER);
INSERT INTO place VALUES ({SHAPE}, 0);
"""
_APART = "\x1f"
# How a day or an instant begins.
A_DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*"
# The keys first: there are few of them, whatever else is asked.
_HAVING = "FROM keys CROSS JOIN entries ON entries.rowid = keys.entry WHERE key IN (SELECT value FROM json_each(?))"


class Index:
    """The entries of one office, made up to `turn`, the office's counter of changes."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._db = self._connect()
        self._db.executescript(_TABLES)

    @staticmethod
    def _connect() -> sqlite3.Connection:
        return sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)

    @property
    def turn(self) -> int:
        with self._lock:
            return int(self._db.execute("SELECT turn FROM place").fetchone()[0])

    def put(self, entries: Iterable[Entry], *, turn: int) -> None:
        """Take in new and changed entries; afterwards the index is made up to `turn`. All of it, or nothing."""
        with self._lock:
            self._db.execute("BEGIN")
            try:
                for entry in entries:
                    self._put(entry)
                self._db.execute("UPDATE place SET turn = ?", (turn,))
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def _put(self, entry: Entry) -> None:
        known = self._db.execute("SELECT rowid FROM entries WHERE kind = ? AND id = ?", (entry.kind, entry.id))
        row = known.fetchone()
        values = [_stored(getattr(entry, column)) for column in COLUMNS]
        holes = ", ".join("?" * len(COLUMNS))
        if row is None:
            number = self._db.execute(f"INSERT INTO entries VALUES ({holes})", values).lastrowid
            self._db.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (number, entry.text))
        else:
            number = row[0]
            setting = ", ".join(f'"{column}" = ?' for column in COLUMNS)
            self._db.execute(f"UPDATE entries SET {setting} WHERE rowid = ?", (*values, number))
            self._db.execute("UPDATE words SET text = ? WHERE rowid = ?", (entry.text, number))
            for beside in ("keys", "contents", "sent"):
                self._db.execute(f"DELETE FROM {beside} WHERE entry = ?", (number,))
        self._db.executemany("INSERT OR IGNORE INTO keys VALUES (?, ?)", [(key, number) for key in entry.keys])
        self._db.executemany(
            "INSERT INTO sent VALUES (?, ?, ?, ?, ?, ?)",
            [(one.device, one.n, one.received[:10], one.received, one.aside, number) for one in entry.sent],
        )
        if entry.content:
            self._db.execute("INSERT INTO contents VALUES (?, ?)", (number, entry.content))

    def find(self, query: Query, *, limit: int, offset: int = 0) -> list[Entry]:
        """What fits, the one that changed last first; without `text`."""
        where, values = _where(query)
        with self._lock:
            rows = self._db.execute(
                f"SELECT {_names()} FROM entries WHERE {where} ORDER BY changed DESC, kind, title, id LIMIT ? OFFSET ?",
                (*values, limit, offset),
            ).fetchall()
        return [_entry(row) for row in rows]

    def count(self, query: Query) -> int:
        """How many fit."""
        where, values = _where(query)
        with self._lock:
            return int(self._db.execute(f"SELECT count(*) FROM entries WHERE {where}", values).fetchone()[0])

    def ids(self, query: Query) -> list[str]:
        """The ids of all that fits, in no order."""
        where, values = _where(query)
        with self._lock:
            return [row[0] for row in self._db.execute(f"SELECT id FROM entries WHERE {where}", values)]

    def contents(self, query: Query) -> list[tuple[str, int, str]]:
        """Id, version and content of all that fits and has its content here, in no order."""
        where, values = _where(query)
        with self._lock:
            return self._db.execute(
                "SELECT id, version, content FROM contents JOIN entries ON entries.rowid = contents.entry"
                f" WHERE {where}",
                values,
            ).fetchall()

    def shown(self, kind: str, ids: Iterable[str]) -> dict[str, str]:
        """The content of those of a kind that have it here, by id, whoever asks: with ids that `find` gave."""
        with self._lock:
            rows = self._db.execute(
                "SELECT id, content FROM entries JOIN contents ON contents.entry = entries.rowid"
                " WHERE kind = ? AND id IN (SELECT value FROM json_each(?))",
                (kind, json.dumps(list(ids))),
            )
            return dict(rows.fetchall())

    def concerning(self, kind: str, countries: Iterable[str]) -> list[str]:
        """The ids of all of a kind that is about one of these States, whoever asks."""
        asked = json.dumps([f"{_APART}{one}{_APART}" for one in countries])
        with self._lock:
            rows = self._db.execute(
                "SELECT id FROM entries WHERE kind = ?"
                " AND EXISTS (SELECT 1 FROM json_each(?) WHERE instr(countries, value) > 0)",
                (kind, asked),
            )
            return [row[0] for row in rows]

    def due(self, kind: str) -> list[str]:
        """The ids of all of a kind that bears a day, whoever asks."""
        with self._lock:
            return [row[0] for row in self._db.execute("SELECT id FROM entries WHERE due != '' AND kind = ?", (kind,))]

    def due_first(
        self, *, reader: str, limit: int, offset: int = 0, among: Iterable[str] | None = None
    ) -> tuple[int, list[tuple[str, str]]]:
        """How much bears a day, and kind and id of some, what is due first coming first: all, or `among` these ids."""
        where, values = _where(Query(reader, due=True))
        if among is not None:
            where, values = f"{where} AND id IN (SELECT value FROM json_each(?))", [*values, json.dumps(list(among))]
        with self._lock:
            count = self._db.execute(f"SELECT count(*) FROM entries WHERE {where}", values).fetchone()[0]
            rows = self._db.execute(
                f"SELECT kind, id FROM entries WHERE {where} ORDER BY due, kind, id LIMIT ? OFFSET ?",
                (*values, limit, offset),
            ).fetchall()
        return int(count), rows

    def of_case(self, case: str) -> list[Entry]:
        """What belongs to a case, whoever asks, without `text` and `keys`."""
        with self._lock:
            rows = self._db.execute(f'SELECT {_names()} FROM entries WHERE "case" = ?', (case,)).fetchall()
        return [_entry(row) for row in rows]

    def having(self, keys: Iterable[str]) -> set[str]:
        """The ids of the entries that have one of these keys, whoever asks."""
        with self._lock:
            rows = self._db.execute(f"SELECT id {_HAVING}", (json.dumps(list(keys)),)).fetchall()
        return {row[0] for row in rows}

    def counts(self, keys: Iterable[str], *, reader: str) -> dict[str, int]:
        """How many entries have each of these keys; those that none has are left out."""
        where, values = _where(Query(reader))
        with self._lock:
            rows = self._db.execute(
                f"SELECT key, count(*) {_HAVING} AND {where} GROUP BY key", (json.dumps(list(keys)), *values)
            )
            return dict(rows.fetchall())

    def sharing(self, keys: Iterable[str], *, reader: str, limit: int) -> list[str]:
        """The ids of the entries that have some of these keys, those that have most sorts of them first."""
        where, values = _where(Query(reader))
        with self._lock:
            rows = self._db.execute(
                f"SELECT id, count(DISTINCT substr(key, 1, instr(key, ':'))) AS sorts {_HAVING} AND {where}"
                " GROUP BY kind, id ORDER BY sorts DESC, id LIMIT ?",
                (json.dumps(list(keys)), *values, limit),
            ).fetchall()
        return [row[0] for row in rows]

    def keys(self, beginning: str) -> list[str]:
        """The keys that begin so, each once, whoever asks."""
        with self._lock:
            rows = self._db.execute(
                "SELECT DISTINCT key FROM keys WHERE key >= ? AND key < ?", (beginning, _after(beginning))
            )
            return [row[0] for row in rows]

    def tally(self, beginning: str, *, reader: str) -> dict[str, int]:
        """How many entries have each of the keys that begin so."""
        visible, values = _visible(reader)
        with self._lock:
            rows = self._db.execute(
                "SELECT key, count(*) FROM keys CROSS JOIN entries ON entries.rowid = keys.entry"
                f" WHERE key >= ? AND key < ? AND {' AND '.join(visible)} GROUP BY key",
                (beginning, _after(beginning), *values),
            )
            return dict(rows.fetchall())

    def listed(
        self, keys: Iterable[str], *, reader: str, limit: int, offset: int = 0, without: Iterable[str] = ()
    ) -> tuple[int, list[Entry]]:
        """How many entries have one of these keys, `without` those with these ids, and some, what came first first."""
        visible, values = _visible(reader)
        asked = [json.dumps(list(keys)), json.dumps(list(without)), *values]
        which = f"{_HAVING} AND id NOT IN (SELECT value FROM json_each(?)) AND {' AND '.join(visible)}"
        with self._lock:
            counted = self._db.execute(f"SELECT count(DISTINCT entry) {which}", asked).fetchone()[0]
            rows = self._db.execute(
                f"SELECT DISTINCT {_names()} {which} ORDER BY received, kind, id LIMIT ? OFFSET ?",
                (*asked, limit, offset),
            ).fetchall()
        return int(counted), [_entry(row) for row in rows]

    def came(self, device: str = "") -> list[Came]:
        """What came from every phone or one, whoever asks."""
        where, values = ("WHERE device = ?", (device,)) if device else ("", ())
        with self._lock:
            rows = self._db.execute(
                f"SELECT device, count(*), sum(aside), max(received), max(n) FROM sent {where} GROUP BY device", values
            ).fetchall()
        return [Came(*row) for row in rows]

    def days(self, device: str) -> list[tuple[str, int]]:
        """How many reports came from a phone on which day, whoever asks, in the order of days."""
        with self._lock:
            return self._db.execute(
                "SELECT day, count(*) FROM sent WHERE device = ? GROUP BY day ORDER BY day", (device,)
            ).fetchall()

    def gaps(self, device: str = "") -> list[tuple[str, int, int]]:
        """Phone, first and last of each gap below its highest running number, counted from 1; whoever asks."""
        where, values = ("AND device = ?", (device,)) if device else ("", ())
        with self._lock:
            # One row a phone, of the index alone: as rows of their own the numbers would take five times as long.
            rows = self._db.execute(
                f"SELECT device, group_concat(n) FROM sent WHERE n > 0 {where} GROUP BY device ORDER BY device", values
            ).fetchall()
        return [(one, *gap) for one, numbers in rows for gap in _gaps({int(n) for n in numbers.split(",")})]

    def get(self, kind: str, id: str) -> Entry | None:
        with self._lock:
            row = self._db.execute(f"SELECT {_names()} FROM entries WHERE kind = ? AND id = ?", (kind, id)).fetchone()
        return _entry(row) if row else None

    def walk(self, columns: Sequence[str], *, reader: str, states: Sequence[str], since: str) -> list[tuple[Any, ...]]:
        """These columns of every report and case that the reader may see, in one pass, in no order.

        Of those that came before the day `since` only what is in one of these states. What came on no day is with them.
        """
        where, values = _where(Query(reader))
        names, holes = ", ".join(f'"{column}"' for column in columns), ", ".join("?" * len(states))
        with self._lock:
            # An index would only make it jump about: nearly every row is looked at.
            return self._db.execute(
                f"SELECT {names} FROM entries NOT INDEXED WHERE (received >= ? OR received NOT GLOB ? OR"
                f" state IN ({holes})) AND {where}",
                (since, A_DAY, *states, *values),
            ).fetchall()

    def dump(self) -> bytes:
        """All of it as bytes, in clear: only to be sealed at once."""
        with self._lock:
            return self._db.serialize()

    @classmethod
    def load(cls, content: bytes) -> "Index":
        """What `dump` gave. Raises ValueError for bytes of another shape."""
        made = cls()
        try:
            made._db.deserialize(content)
            shape = made._db.execute("SELECT shape FROM place").fetchone()[0]
        except (sqlite3.Error, MemoryError) as error:  # of no bytes at all SQLite says that memory lacks
            raise ValueError("no index") from error
        if shape != SHAPE:
            raise ValueError("an index of another shape")
        return made


def _after(beginning: str) -> str:
    """The first text that no longer begins so."""
    return beginning[:-1] + chr(ord(beginning[-1]) + 1)


def _visible(reader: str) -> tuple[list[str], list[Any]]:
    """A colleague to whom a record is not open finds no trace of it."""
    name = _APART + reader + _APART
    return ["(named = '' OR instr(named, ?) > 0)", "instr(hidden, ?) = 0"], [name, name]


def _where(query: Query) -> tuple[str, list[Any]]:
    """The condition and its values."""
    parts, found = _visible(query.reader)
    if not (query.kind or query.due):
        parts.append(f"kind IN {SEARCHED}")
    for name in CODES:
        if getattr(query, name):
            parts.append(f'"{name}" = ?')
            found.append(getattr(query, name))
    if query.country:
        parts.append("instr(countries, ?) > 0")
        found.append(_APART + query.country + _APART)
    parts += [condition for name, condition in FLAGS.items() if getattr(query, name)]
    if query.since:
        parts.append("coalesce(nullif(last, ''), substr(received, 1, 10)) >= ?")
        found.append(query.since)
    if query.until:
        parts.append("coalesce(nullif(first, ''), substr(received, 1, 10)) <= ?")
        found.append(query.until)
    if query.words:
        parts.append("rowid IN (SELECT rowid FROM words WHERE words MATCH ?)")
        found.append(" ".join(f'"{word}"*' for word in query.words))
    return " AND ".join(parts), found


def _names() -> str:
    return ", ".join(f'"{column}"' for column in COLUMNS)


def _stored(value: object) -> object:
    if isinstance(value, tuple):
        return _APART + _APART.join(value) + _APART if value else ""
    return int(value) if isinstance(value, bool) else value


def _gaps(numbers: set[int]) -> Iterator[tuple[int, int]]:
    """First and last of each gap below the highest, counted from 1."""
    if max(numbers) == len(numbers):
        return
    found = [0, *sorted(numbers)]
    yield from ((below + 1, n - 1) for below, n in pairwise(found) if n > below + 1)


def _entry(row: Sequence[Any]) -> Entry:
    values = dict(zip(COLUMNS, row, strict=True))
    lists = {
        name: tuple(part for part in values[name].split(_APART) if part) for name in ("named", "hidden", "countries")
    }
    truths = {name: bool(values[name]) for name in ("urgent", "children")}
    return Entry(**{**values, **lists, **truths})
