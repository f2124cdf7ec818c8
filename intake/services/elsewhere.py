"""Other offices that an office names in its bundle, for reports that its own people must not read.

A holder of *sign* compares the seven check words of the other office's signing key, once, with somebody there. What was
compared is kept in a sealed record; the keys themselves come from that office's own signed bundle each time this office
publishes, so a rotation there is followed here, and nobody who owns a table can put a key of theirs in between.
"""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from intake.domain.problems import Problem
from intake.envelope import bundles as envelope_bundles
from intake.envelope.check_words import OFFICE_WORDS, check_words
from intake.envelope.encoding import b64u, dumps, loads, unb64u
from intake.envelope.tokens import constant_time
from intake.services import audit, offer, records
from intake.services.desk import Desk
from intake.store import Session
from intake.store.inbound import bundles as published
from intake.store.office import offices

# The sealed record of whom this office names.
KIND, NAMED = "office", "elsewhere"


@dataclass(frozen=True)
class Named:
    """Another office: its id, the signing key whose words were compared, and the serial of its bundle seen last."""

    id: str
    sign_key: bytes
    serial: int

    @property
    def words(self) -> tuple[str, ...]:
        return check_words(self.sign_key, OFFICE_WORDS)


def add(session: Session, inbound: Session, *, desk: Desk, office: str, words: str, now: datetime) -> None:
    """Name another office, by its id or its name, whose seven check words were compared with somebody there.

    Raises Problem 403.20 (no step-up to *sign*), 403.21, 422.99 (no such office, or this one), 422.82 (other words),
    422.98 (its bundle cannot be relied on).
    """
    desk.need("sign")
    id = _id_of(session, desk, office)
    claimed = _claimed(inbound, id)
    if claimed is None:
        raise Problem("422.98")
    sign_key = unb64u(claimed["office"]["sign_key"])
    if not constant_time(" ".join(check_words(sign_key, OFFICE_WORDS)), " ".join(words.lower().split())):
        raise Problem("422.82")
    others = [one for one in named(session, desk=desk) if one.id != id]
    _store(session, inbound, desk=desk, named=[*others, Named(id, sign_key, 0)], now=now)
    audit.write(session, desk=desk, act="named_an_office", about=id, details={}, now=now)


def remove(session: Session, inbound: Session, *, desk: Desk, office: str, now: datetime) -> None:
    """Name an office no longer. Raises Problem 403.20, 403.21, 422.99 (it is not named), 422.98."""
    desk.need("sign")
    before = named(session, desk=desk)
    id = next((one.id for one in before if office in (one.id, _name_of(session, one.id))), None)
    if id is None:
        raise Problem("422.99")
    _store(session, inbound, desk=desk, named=[one for one in before if one.id != id], now=now)
    audit.write(session, desk=desk, act="unnamed_an_office", about=id, details={}, now=now)


def named(session: Session, *, desk: Desk) -> list[Named]:
    """The offices this one names, the first of them first. Raises Problem 403.21."""
    found = records.get(session, desk=desk, kind=KIND, id=NAMED)
    listed = found.content["offices"] if found else []
    return [Named(one["id"], unb64u(one["sign_key"]), one["serial"]) for one in listed]


def names(session: Session, *, desk: Desk) -> dict[str, str]:
    """What the offices named are called, by id."""
    return {one.id: _name_of(session, one.id) for one in named(session, desk=desk)}


def entries(session: Session, inbound: Session, *, desk: Desk, now: datetime) -> list[dict[str, Any]]:
    """What the next bundle says of the offices named, each as its own newest bundle has it, and note how new that was.

    Raises Problem 422.98 for a bundle that is not signed by the key whose words were compared, or is older than one
    that was seen: what is for that office would be sealed to a key that may be anybody's.
    """
    read = [(one, _verified(inbound, one)) for one in named(session, desk=desk)]
    seen = [replace(one, serial=payload["serial"]) for one, payload in read]
    if seen != [one for one, _ in read]:
        _put(session, desk, seen, now)
    return [_entry(payload) for _, payload in read]


def office_named(session: Session, inbound: Session, *, desk: Desk, id: str) -> dict[str, Any]:
    """What an office that this one names says in its own newest bundle: its name and its public keys.

    Raises Problem 422.99 (it is not named), 422.98 (its bundle cannot be relied on), 403.21.
    """
    one = next((one for one in named(session, desk=desk) if one.id == id), None)
    if one is None:
        raise Problem("422.99")
    return _verified(inbound, one)


def stale(inbound: Session, said: list[dict[str, Any]]) -> list[str]:
    """The names of those offices in a published bundle whose keys there are not what they themselves say now."""
    newest = [(one, _claimed(inbound, one["id"])) for one in said]
    return [one["name"] for one, claimed in newest if claimed is None or claimed["keys"] != one["keys"]]


def _store(session: Session, inbound: Session, *, desk: Desk, named: list[Named], now: datetime) -> None:
    _put(session, desk, named, now)
    # For everybody to see that something waits to be published; what is published is read anew from what was compared.
    before = offer.said(session, office=desk.office, to_change=True)
    said = {**before, "offices": entries(session, inbound, desk=desk, now=now)}
    offices.change(session, desk.office, publishing=dumps(said).decode())


def _put(session: Session, desk: Desk, named: list[Named], now: datetime) -> None:
    before = records.get(session, desk=desk, kind=KIND, id=NAMED)
    content = {"offices": [{**vars(one), "sign_key": b64u(one.sign_key)} for one in named]}
    seen = before.version if before else 0
    records.put(session, desk=desk, kind=KIND, id=NAMED, content=content, seen=seen, now=now)


def _id_of(session: Session, desk: Desk, office: str) -> str:
    others = [one for one in offices.every(session) if one.id != desk.office]
    found = [one.id for one in others if office in (one.id, one.name)]
    if not found:
        raise Problem("422.99")
    return found[0]


def _name_of(session: Session, id: str) -> str:
    found = offices.get(session, id)
    return found.name if found else ""


def _verified(inbound: Session, one: Named) -> dict[str, Any]:
    content = published.newest(inbound, one.id)
    bundle = loads(content) if content else None
    if not isinstance(bundle, dict):
        raise Problem("422.98")
    try:
        payload = envelope_bundles.read(bundle, one.sign_key)
    except Problem:
        raise Problem("422.98") from None
    if payload["office"]["id"] != one.id or payload["serial"] < one.serial:
        raise Problem("422.98")
    return payload


def _entry(payload: dict[str, Any]) -> dict[str, Any]:
    return {"id": payload["office"]["id"], "name": payload["office"]["name"], "keys": payload["keys"]}


def _claimed(inbound: Session, office: str) -> dict[str, Any] | None:
    """What the public side shows as that office's bundle: nothing of it is believed before words were compared."""
    content = published.newest(inbound, office)
    found: dict[str, Any] | None = json.loads(unb64u(json.loads(content)["payload"])) if content else None
    return found
