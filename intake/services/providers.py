"""Providers: where staff send people, from the directory that phones have and from what staff note beside it."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from intake.domain import provider as rules
from intake.domain.directory import Entry
from intake.domain.problems import Problem
from intake.domain.provider import KIND, Provider, entry_id
from intake.services import audit, directory, records, register, times
from intake.services.desk import Desk
from intake.store import Session


def every(session: Session, *, desk: Desk) -> list[Provider]:
    """Every provider, by name. Raises Problem 403.21."""
    shown = _shown(session, desk)
    noted = {record.id: record for record in records.of_kind(session, desk=desk, kind=KIND)}
    found = [
        rules.of(id, noted[id].version if id in noted else 0, noted[id].content if id in noted else None, shown.get(id))
        for id in {**shown, **noted}
    ]
    return sorted(found, key=lambda provider: (provider.name.casefold(), provider.id))


def find(session: Session, *, desk: Desk, provider: str) -> Provider:
    """One provider. Raises Problem 404.1."""
    shown = _shown(session, desk).get(provider)
    noted = records.get(session, desk=desk, kind=KIND, id=provider)
    if shown is None and noted is None:
        raise Problem("404.1")
    return rules.of(provider, noted.version if noted else 0, noted.content if noted else None, shown)


def add(session: Session, *, desk: Desk, now: datetime, **fields: Any) -> Provider:
    """A provider that phones do not list, made sure of today. Raises what `domain.provider.check` asks for."""
    made = Provider(id=str(uuid4()), verified=times.day(now), **fields)
    return _put(session, desk, made, "added", now)


def change(session: Session, *, desk: Desk, provider: str, version: int, now: datetime, **fields: Any) -> Provider:
    """Note something else of a provider. What phones show of it is not changed here.

    Raises Problem 404.1, 409.9 when it changed since, and what `domain.provider.check` asks for.
    """
    found = find(session, desk=desk, provider=provider)
    own = fields if not found.on_phones else {name: fields[name] for name in fields if name in OWN}
    changed = replace(found, **own)
    rules.check(changed, places=register.place_names(session, desk=desk))
    if found.version != version:
        raise Problem("409.9")
    return _put(session, desk, changed, "changed", now)


# What staff note of a provider, whether phones list it or not.
OWN = ("room", "capacity", "contact", "marks")


def verify(session: Session, *, desk: Desk, provider: str, version: int, now: datetime) -> Provider:
    """Somebody made sure today. Phones are told with the next bundle. Raises Problem 404.1, 409.9."""
    found = find(session, desk=desk, provider=provider)
    if found.version != version:
        raise Problem("409.9")
    if found.on_phones:
        _check_entry(session, desk, provider, now)
    return _put(session, desk, replace(found, verified=times.day(now)), "verified", now)


def _check_entry(session: Session, desk: Desk, provider: str, now: datetime) -> None:
    listing = directory.listing(session, desk=desk)
    entries = [
        {**entry, "checked": times.day(now)} if entry_id(entry) == provider else entry
        for entry in (listing.entries if listing else ())
    ]
    directory.replace(session, desk=desk, entries=entries, now=now)


def _shown(session: Session, desk: Desk) -> dict[str, Entry]:
    listing = directory.listing(session, desk=desk)
    return {entry_id(entry): entry for entry in (listing.entries if listing else ())}


def _put(session: Session, desk: Desk, provider: Provider, what: str, now: datetime) -> Provider:
    """Raises Problem 409.9, and what `domain.provider.check` asks for."""
    rules.check(provider, places=register.place_names(session, desk=desk))
    content = rules.to_json(provider)
    try:
        version = records.put(
            session, desk=desk, kind=KIND, id=provider.id, content=content, seen=provider.version, now=now
        )
    except Problem as problem:
        raise Problem("409.9") if problem.code == "409.2" else problem from problem
    details = {"kind": what, "version": version, "name": provider.name}
    audit.write(session, desk=desk, act="changed_a_provider", about=provider.id, details=details, now=now)
    return replace(provider, version=version)
