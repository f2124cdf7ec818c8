"""Backups: everything both faces keep, as it was at one moment, sealed to a key that exists only on paper.

The file: one line naming the format; one line of JSON with the day, the office, the key's id and a fresh file key
sealed to it (where there are several offices, sealed to each one's paper key, any of which opens it); then frames, each
a 4-byte big-endian length and that many sealed bytes. Frames are numbered and the last one is marked, inside what is
authenticated, so a file that was cut short, reordered or joined from two does not open.
Inside: deflated JSON lines, one a table's name or one a row. They fit any database this program runs on.
"""

import json
import os
import zlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

from intake.domain.problems import Problem
from intake.envelope import tokens
from intake.envelope.encoding import b64u, dumps, loads, unb64u
from intake.envelope.opening import open_sealed
from intake.envelope.records import open_record, seal_record
from intake.envelope.sealing import SealingKey, seal
from intake.envelope.signing import key_id
from intake.services import audit, times
from intake.store import Store
from intake.store.copying import Snapshot, clear, empty, fill, snapshot
from intake.store.database import FACES, Face, Session
from intake.store.office import offices

MARK = b"intake-backup/1\n"
CHUNK = 256 * 1024
MOST = 4 * 1024 * 1024  # of a frame; longer is no backup of ours
_GOES_ON, _LAST = 1, 2


def save(store: Store, path: Path, *, files: Mapping[str, bytes], now: datetime) -> int:
    """Back up to `path`, whole or not at all, while others go on writing; gives the size in bytes.

    `files` are small files to keep beside the rows (the receipt key). It takes the store because it wants a moment of
    both faces, not a transaction. Raises Problem 422.93 without an office.
    """
    with store.office() as session:
        found = _offices(session)
        for office in found:
            offices.change(session, office.id, backed_up=times.day(now))
            audit.write_for(session, office=office.id, name="backup", act="backed_up", about="", details={}, now=now)
    papers = {office.id: office.backup_key for office in found}
    unfinished = path.with_name(f"{path.name}.part")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        with snapshot(store) as rows:
            write(file, _lines(rows, files), papers=papers, now=now)
        file.flush()
        os.fsync(file.fileno())
        size = file.tell()
    unfinished.replace(path)
    return size


def write(file: BinaryIO, lines: Iterable[bytes], *, papers: Mapping[str, bytes], now: datetime) -> None:
    """Seal lines into a file, frame by frame. `papers` are the public backup keys of the offices, by office."""
    key, made = tokens.key(), times.text(now)
    heads = [{"made": made, "office": office, "key": key_id(public)} for office, public in papers.items()]
    sealed = [
        {**head, "sealed": b64u(seal(public, _info(head), key))}
        for head, public in zip(heads, papers.values(), strict=True)
    ]
    head, also = heads[0], {"also": sealed[1:]} if len(sealed) > 1 else {}
    file.write(MARK)
    file.write(dumps({**sealed[0], **also}) + b"\n")
    number, held = 0, b""
    for line in lines:
        held += line + b"\n"
        if len(held) >= CHUNK:
            _frame(file, key, head, number, _GOES_ON, held)
            number, held = number + 1, b""
    _frame(file, key, head, number, _LAST, held)


def restore(store: Store, file: BinaryIO, *, seed: bytes, replace: bool = False, now: datetime) -> dict[str, bytes]:
    """Put everything back and give the small files. All or nothing. `seed` is the paper key's.

    Raises Problem 422.89 (there is data here and `replace` is False), 422.88 (not this key, cut short, changed, or of
    a version with other tables).
    """
    with store.office() as office, store.inbound() as inbound, store.releases() as releases:
        sessions: dict[Face, Session] = {"office": office, "inbound": inbound, "releases": releases}
        if not replace and not all(empty(session, face) for face, session in sessions.items()):
            raise Problem("422.89")
        for face in FACES:
            # The office's role may not delete releases; where there are some, the owner of the tables restores.
            if face != "releases" or not empty(releases, face):
                clear(sessions[face], face)
        try:
            files = _put(sessions, read(file, seed=seed))
        except (KeyError, TypeError):
            raise Problem("422.88") from None
        for found in _offices(office):
            audit.write_for(
                office, office=found.id, name="restore", act="restored_backup", about="", details={}, now=now
            )
    return files


def read(file: BinaryIO, *, seed: bytes) -> Iterator[bytes]:
    """The lines of a backup, each as soon as its frame has proved itself. Raises Problem 422.88."""
    if file.read(len(MARK)) != MARK:
        raise Problem("422.88")
    head, key = _head(file.readline(), seed)
    number, rest, kind = 0, b"", _GOES_ON
    while kind != _LAST:
        kind, body = _open_frame(file, key, head, number)
        *whole, rest = (rest + body).split(b"\n")
        yield from whole
        number += 1
    if rest or file.read(1):
        raise Problem("422.88")


def made(file: BinaryIO) -> datetime:
    """When a backup says it was made; not proven until it is opened. Raises Problem 422.88."""
    if file.read(len(MARK)) != MARK:
        raise Problem("422.88")
    try:
        return times.instant(json.loads(file.readline())["made"])
    except (KeyError, TypeError, ValueError):
        raise Problem("422.88") from None


def _offices(session: Session) -> list[offices.Office]:
    found = offices.every(session)
    if not found:
        raise Problem("422.93")
    return found


def _lines(found: Snapshot, files: Mapping[str, bytes]) -> Iterator[bytes]:
    for name, content in files.items():
        yield dumps({"file": name, "content": b64u(content)})
    for face, table in found.tables():
        yield dumps({"face": face, "table": table})
        for row in found.rows(face, table):
            yield dumps([{name: _written(value) for name, value in row.items()}])


def _put(sessions: Mapping[Face, Session], lines: Iterator[bytes]) -> dict[str, bytes]:
    """Fill tables as the lines come: a row belongs to the table named last."""
    files: dict[str, bytes] = {}
    face: Face = "office"
    table, waiting = "", list[dict[str, Any]]()
    for line in lines:
        found = loads(line)
        if isinstance(found, list):
            waiting.append({name: _read(value) for name, value in found[0].items()})
            if len(waiting) < 500:
                continue
        if waiting:
            fill(sessions[face], face, table, waiting)
            waiting = []
        if isinstance(found, dict) and "file" in found:
            files[found["file"]] = unb64u(found["content"])
        elif isinstance(found, dict):
            face, table = cast(Face, found["face"]), found["table"]
    if waiting:
        fill(sessions[face], face, table, waiting)
    return files


def _written(value: Any) -> Any:
    return {"bytes": b64u(value)} if isinstance(value, bytes) else value


def _read(value: Any) -> Any:
    return unb64u(value["bytes"]) if isinstance(value, dict) else value


def _head(line: bytes, seed: bytes) -> tuple[dict[str, str], bytes]:
    try:
        found = json.loads(line)
        mine = key_id(SealingKey.from_seed(seed).public)
        ours = next(one for one in (found, *found.get("also", ())) if one["key"] == mine)
        # Frames are bound to the first head, whoever's paper opens the file.
        return _clear(found), open_sealed(seed, _info(_clear(ours)), unb64u(ours["sealed"]))
    except (KeyError, TypeError, ValueError, StopIteration, Problem):
        raise Problem("422.88") from None


def _clear(head: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(head[name]) for name in ("made", "office", "key")}


def _frame(file: BinaryIO, key: bytes, head: dict[str, str], number: int, kind: int, body: bytes) -> None:
    sealed = seal_record(key, zlib.compress(body, 1), **_beside(head, number, kind))
    file.write(len(sealed).to_bytes(4, "big") + sealed)


def _open_frame(file: BinaryIO, key: bytes, head: dict[str, str], number: int) -> tuple[int, bytes]:
    length = int.from_bytes(file.read(4), "big")
    sealed = file.read(min(length, MOST))
    for kind in (_GOES_ON, _LAST):
        try:
            return kind, zlib.decompress(open_record(key, sealed, **_beside(head, number, kind)))
        except Problem:
            continue
    raise Problem("422.88")


def _info(head: dict[str, str]) -> bytes:
    return f"intake-backup/1\n{head['office']}\n{head['made']}\n".encode()


def _beside(head: dict[str, str], number: int, kind: int) -> dict[str, Any]:
    return {"office": head["office"], "kind": "backup", "id": str(number), "version": kind, "key_id": head["key"]}
