"""The bundle: what phones pin, seal to and go by, signed by a holder of *sign* at a step-up.

Edits wait as *not yet published* in the office's own table; the public side serves stored bytes and can sign nothing.
The directory of services goes along, sealed for confirmed phones (`services/directory.py`).

A signer vouches only for keys: those their session can open, or those the last bundle carried, as the office itself
remembers it. What the public side shows may be an older bundle, rightly signed, with a key that was given up since.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from intake.domain.changes import Change, between
from intake.domain.problems import Problem
from intake.domain.sounds import digests
from intake.envelope import bundles as envelope_bundles
from intake.envelope.encoding import b64u, dumps, loads, unb64u
from intake.envelope.keyring import Keychain
from intake.envelope.signing import key_id
from intake.services import audit, devices, directory, elsewhere, offer, records, times, wording
from intake.services.desk import Desk
from intake.store import Session
from intake.store.inbound import bundles, sounds

# The sealed record of what was published last.
KIND, LAST = "office", "bundle"


@dataclass(frozen=True)
class Draft:
    """`said` is what the next bundle will say of what rests in the office's row; `published` the last one's payload,
    None before the first.
    """

    said: dict[str, Any]
    published: dict[str, Any] | None

    @property
    def waiting(self) -> tuple[str, ...]:
        """The names of the members that differ from what phones have."""
        before = self.published or {}
        return tuple(name for name in sorted(self.said) if self.said[name] != before.get(name))


def draft(session: Session, inbound: Session, *, office: str) -> Draft:
    """The edits of an office and what is published. Raises Problem 422.93."""
    newest = bundles.newest(inbound, office)
    said = offer.said(session, office=office)
    named = {"offices": said["offices"]} if "offices" in said else {}
    return Draft({**offer.offered(said), **named}, _unchecked(newest) if newest else None)


@dataclass(frozen=True)
class Outlook:
    """What publishing would change for phones. `mark` stands for what its reader has read; `last` is what they have."""

    changes: list[Change]
    mark: str
    last: dict[str, Any]


def outlook(session: Session, *, desk: Desk) -> Outlook:
    """What phones have, as the office itself remembers it, beside what they would get. Raises Problem 403.21."""
    remembered = records.get(session, desk=desk, kind=KIND, id=LAST)
    last = remembered.content if remembered else {}
    listing = directory.listing(session, desk=desk)
    before = {
        **last,
        "keys": {"report": last["keys"]["report"]["id"]} if last else {},
        "offices": {one["id"]: one["name"] for one in last.get("offices", [])},
        "services": "",
    }
    after = {
        **offer.offered(offer.said(session, office=desk.office)),
        "words": wording.reviewed(session, desk=desk),
        "keys": {"report": key_id(desk.need("work").chain.current("report").public)},
        "offices": elsewhere.names(session, desk=desk),
        "services": offer.mark([listing.day, listing.entries]) if listing and not listing.published else "",
    }
    return Outlook(between(before, after), offer.mark(after), last)


def publish_as_read(
    session: Session, inbound: Session, *, desk: Desk, shell: str, seen: str, now: datetime
) -> dict[str, Any]:
    """Publish what the publisher has read. Raises Problem 409.6 when it has changed since, and as `publish`."""
    offer.said(session, office=desk.office, to_change=True)
    if outlook(session, desk=desk).mark != seen:
        raise Problem("409.6")
    return publish(session, inbound, desk=desk, shell=shell, now=now)


def last(session: Session, *, desk: Desk) -> dict[str, Any]:
    """The payload that was published last, as the office itself remembers it. Raises Problem 403.21, 503.1 (none)."""
    found = records.get(session, desk=desk, kind=KIND, id=LAST)
    if found is None:
        raise Problem("503.1")
    return found.content


def published_shell(session: Session, *, desk: Desk) -> str | None:
    """The version of the app with which the last bundle was published. Raises Problem 403.21."""
    last = records.get(session, desk=desk, kind=KIND, id=LAST)
    return str(last.content["shell"]) if last else None


def publish(session: Session, inbound: Session, *, desk: Desk, shell: str, now: datetime) -> dict[str, Any]:
    """Sign the next bundle and store it for phones. Gives its payload.

    `shell` names the phone's files this bundle was published with. Raises Problem 403.20 (no step-up to *sign*),
    403.21 (no *work* keychain), 422.87 (a key nobody can vouch for), 422.98 (another office's keys cannot be relied
    on), 422.16 (something a phone would refuse).
    """
    key = desk.need("sign").chain.current("bundle_sign").signing
    remembered = records.get(session, desk=desk, kind=KIND, id=LAST)
    before = remembered.content if remembered else {}
    office = offer.office_of(session, office=desk.office)
    phones = devices.every(session, desk=desk)
    serial = max(int(now.timestamp()), before.get("serial", 0) + 1)
    payload = {
        # By name: whoever can write this row must not have, say, a next signing key of theirs signed with the rest.
        **offer.offered(offer.said(session, office=desk.office, to_change=True)),
        "words": wording.reviewed(session, desk=desk),
        "offices": elsewhere.entries(session, inbound, desk=desk, now=now),
        "office": {"id": office.id, "name": office.name, "sign_key": b64u(key.public)},
        "keys": {
            "report": _sealing_key(desk.work, "report", before),
            "identity": _sealing_key(desk.identity, "identity", before),
        },
        "message_sign_key": _message_sign_key(desk.work, before),
        "services": directory.seal(session, desk=desk, phones=phones, serial=serial, now=now),
        "shell": shell,
        "issued": times.day(now),
        "serial": serial,
    }
    bundles.add(
        inbound,
        office=office.id,
        serial=serial,
        report_key=payload["keys"]["report"]["id"],
        identity_key=payload["keys"]["identity"]["id"],
        content=dumps(envelope_bundles.sign(payload, key)),
    )
    sounds.keep_only(inbound, office=office.id, digests=digests(payload.get("sounds", {})))
    seen = remembered.version if remembered else 0
    records.put(session, desk=desk, kind=KIND, id=LAST, content=payload, seen=seen, now=now)
    # With the key for messages that this bundle names.
    directory.hand_out(session, inbound, desk=desk, phones=phones, now=now)
    details = {"serial": serial, "keys": {name: key["id"] for name, key in payload["keys"].items()}}
    audit.write(session, desk=desk, act="published_a_bundle", about="", details=details, now=now)
    offer.note(session, desk=desk, members={"published": serial}, now=now)
    return payload


def _sealing_key(chain: Keychain | None, use: str, before: dict[str, Any]) -> dict[str, str]:
    """The current key if this session can open it, else the one the last bundle carried."""
    if chain is not None:
        public = chain.current(use).public
        return {"id": key_id(public), "kem": envelope_bundles.KEM, "key": b64u(public)}
    if "keys" not in before:
        raise Problem("422.87")
    found: dict[str, str] = before["keys"][use]
    return found


def _message_sign_key(chain: Keychain | None, before: dict[str, Any]) -> str:
    if chain is not None:
        return b64u(chain.current("message_sign").public)
    if "message_sign_key" not in before:
        raise Problem("422.87")
    return str(before["message_sign_key"])


def _stored(content: bytes) -> dict[str, Any]:
    found = loads(content)
    if not isinstance(found, dict):
        raise Problem("422.16")
    return found


def _unchecked(content: bytes) -> dict[str, Any]:
    """The payload for showing only; nothing is decided by it."""
    found: dict[str, Any] = json.loads(unb64u(_stored(content)["payload"]))
    return found
