"""The directory of services: a sealed record of the office, and what of it phones get.

Each bundle carries it sealed under the *directory key*, which rests in a sealed record beside it (decision 15) and
reaches a phone as a message, once the office has confirmed the phone. Which phones have the key is part of that record:
whoever looks at phones or publishes sends it to those that lack it, so nobody has to remember. When a phone that has
it is confirmed no longer, the next bundle gets a new key.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from intake.domain import directory
from intake.domain.directory import Entry, Reading
from intake.domain.places import by_id, in_use
from intake.domain.problems import Problem
from intake.domain.tables import Cells
from intake.envelope.directory import KEY_LENGTH, directory_key_id, seal_directory
from intake.envelope.encoding import b64u, unb64u
from intake.envelope.tokens import token
from intake.services import audit, offer, post, records, times
from intake.services.desk import Desk
from intake.services.records import Record
from intake.store import Session
from intake.store.inbound import messages

if TYPE_CHECKING:
    from intake.services.devices import Device

KIND, LIST, KEY = "directory", "list", "key"


@dataclass(frozen=True)
class Listing:
    """The list as the office has it: the day it changed, its entries, and whether phones were given just this one."""

    day: str
    entries: list[Entry]
    published: bool


def listing(session: Session, *, desk: Desk) -> Listing | None:
    """The list, or None before the first one. Raises Problem 403.21."""
    found = records.get(session, desk=desk, kind=KIND, id=LIST)
    if found is None:
        return None
    key = records.get(session, desk=desk, kind=KIND, id=KEY)
    published = key is not None and key.content["version"] == found.version
    return Listing(found.content["day"], found.content["entries"], published)


def find(session: Session, *, desk: Desk, id: str) -> Entry:
    """One entry by the id that `id_of` gives it. Raises Problem 404.6, 403.21."""
    return _with_id(_entries(session, desk), id)


def id_of(entry: Entry) -> str:
    """By what an entry is addressed: its name and its place, which no other has together."""
    return offer.mark([*directory.key_of(entry)])


def put(
    session: Session, *, desk: Desk, cells: Cells, id: str | None = None, seen: str = "", now: datetime
) -> dict[str, str]:
    """Add an entry, or change the one with this id. Gives what is wrong, by column; then nothing is changed.

    Raises Problem 404.6, 409.6, 403.21.
    """
    said = offer.said(session, office=desk.office, to_change=True)
    entries = _entries(session, desk)
    before = _seen(entries, id, seen) if id else None
    others = [one for one in entries if one is not before]
    places = by_id(in_use(said["places"]))
    entry, wrong = directory.entry(cells, others=others, places=places, today=times.day(now))
    if not wrong:
        changed = [entry if one is before else one for one in entries]
        replace(session, desk=desk, entries=changed if before else [*entries, entry], now=now)
    return wrong


def remove(session: Session, *, desk: Desk, id: str, seen: str, now: datetime) -> None:
    """Take an entry out of the list. Raises Problem 404.6, 409.6, 403.21."""
    offer.said(session, office=desk.office, to_change=True)
    entries = _entries(session, desk)
    gone = _seen(entries, id, seen)
    replace(session, desk=desk, entries=[one for one in entries if one is not gone], now=now)


def reading(session: Session, *, office: str, content: bytes, now: datetime) -> Reading:
    """What a table holds that would be the whole list, and what is wrong with it. Nothing is changed."""
    places = by_id(in_use(offer.said(session, office=office)["places"]))
    return directory.read(content, places=places, today=times.day(now))


def load(session: Session, *, desk: Desk, content: bytes, seen: str, now: datetime) -> Reading:
    """Read a table as the whole list or, with anything wrong in it, not at all. Raises Problem 409.6, 403.21."""
    offer.said(session, office=desk.office, to_change=True)
    offer.check_seen(seen, _entries(session, desk))
    found = reading(session, office=desk.office, content=content, now=now)
    if not found.wrong:
        replace(session, desk=desk, entries=found.entries, now=now)
    return found


def replace(session: Session, *, desk: Desk, entries: Sequence[Entry], now: datetime) -> None:
    """The whole list anew. Phones get it with the next bundle. Raises Problem 403.21."""
    found = records.get(session, desk=desk, kind=KIND, id=LIST)
    content = {"day": times.day(now), "entries": list(entries)}
    seen = found.version if found else 0
    records.put(session, desk=desk, kind=KIND, id=LIST, content=content, seen=seen, now=now)
    details = {"entries": len(entries)}
    audit.write(session, desk=desk, act="changed_the_directory", about="", details=details, now=now)
    offer.note(session, desk=desk, members={"services": entries}, now=now)


def seal(
    session: Session, *, desk: Desk, phones: Sequence["Device"], serial: int, now: datetime
) -> dict[str, str] | None:
    """What the bundle `serial` says of it, or None while there is no list. Raises Problem 403.21, 413.1."""
    found = records.get(session, desk=desk, kind=KIND, id=LIST)
    if found is None:
        return None
    key = _key_for(session, desk, phones, found.version, now)
    sealed = seal_directory(key, found.content, office=desk.office, serial=serial)
    return {"key": directory_key_id(key), "sealed": b64u(sealed)}


def hand_out(session: Session, inbound: Session, *, desk: Desk, phones: Sequence["Device"], now: datetime) -> None:
    """Send the key to every confirmed phone that lacks it, or whose message the public side has lost."""
    found = records.get(session, desk=desk, kind=KIND, id=KEY)
    if found is None:
        return
    given: dict[str, int] = dict(found.content["given"])
    there = messages.held(inbound, given.items())
    lacking = [phone for phone in phones if _may_have(phone) and (phone.id, given.get(phone.id)) not in there]
    for phone in lacking:
        given[phone.id] = _send(session, inbound, desk, phone, found.content["key"], now)
    if lacking:
        _put_key(session, desk, found, found.content | {"given": given}, now)


def key(session: Session, *, desk: Desk, now: datetime) -> str:
    """The key that confirmed phones have, in base64url; made if there is none yet. Raises Problem 403.21."""
    found = records.get(session, desk=desk, kind=KIND, id=KEY)
    if found is None:
        return b64u(_key_for(session, desk, (), 0, now))
    return str(found.content["key"])


def _entries(session: Session, desk: Desk) -> list[Entry]:
    found = listing(session, desk=desk)
    return found.entries if found else []


def _with_id(entries: Sequence[Entry], id: str) -> Entry:
    for one in entries:
        if id_of(one) == id:
            return one
    raise Problem("404.6")


def _seen(entries: Sequence[Entry], id: str, seen: str) -> Entry:
    """The entry with this id, as who changes it saw it."""
    found = _with_id(entries, id)
    offer.check_seen(seen, found)
    return found


def is_held(session: Session, *, desk: Desk, device: str) -> bool:
    """Whether this phone was given the key under which the list is sealed as it stands. Raises Problem 403.21."""
    found = records.get(session, desk=desk, kind=KIND, id=KEY)
    return found is not None and device in found.content["given"]


def _key_for(session: Session, desk: Desk, phones: Sequence["Device"], version: int, now: datetime) -> bytes:
    """The key as it is, or a new one when somebody has it who should no longer; notes which list it now seals."""
    found = records.get(session, desk=desk, kind=KIND, id=KEY)
    trusted = {phone.id for phone in phones if _may_have(phone)}
    if found is None or not set(found.content["given"]) <= trusted:
        fresh = secrets.token_bytes(KEY_LENGTH)
        _put_key(session, desk, found, {"key": b64u(fresh), "given": {}, "version": version}, now)
        details = {"key": directory_key_id(fresh)}
        audit.write(session, desk=desk, act="made_a_directory_key", about="", details=details, now=now)
        return fresh
    _put_key(session, desk, found, found.content | {"version": version}, now)
    return unb64u(found.content["key"])


def _may_have(phone: "Device") -> bool:
    return phone.confirmed and phone.state == "enrolled" and not phone.trouble and not phone.desk


def _send(session: Session, inbound: Session, desk: Desk, phone: "Device", key: str, now: datetime) -> int:
    content = {
        "id": token()[:16],
        "about": None,
        "kind": "directory_key",
        "params": {"key": key},
        "who": None,
        "text": None,
        "until": None,
    }
    number = post.send(
        session, inbound, desk=desk, device=phone.id, message_key=phone.message_key, content=content, now=now
    )
    audit.write(session, desk=desk, act="gave_the_directory_key", about=phone.id, details={"message": number}, now=now)
    return number


def _put_key(session: Session, desk: Desk, found: Record | None, content: dict[str, Any], now: datetime) -> None:
    seen = found.version if found else 0
    records.put(session, desk=desk, kind=KIND, id=KEY, content=content, seen=seen, now=now)
