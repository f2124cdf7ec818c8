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

from intake import questionnaires
from intake.domain import reference
from intake.domain.problems import Problem
from intake.domain.sounds import check_sounds, digests
from intake.envelope import bundles as envelope_bundles
from intake.envelope.encoding import b64u, dumps, loads, unb64u
from intake.envelope.keyring import Keychain
from intake.envelope.signing import key_id
from intake.services import audit, devices, directory, elsewhere, records, times
from intake.services.desk import Desk
from intake.store import Session
from intake.store.inbound import bundles, sounds
from intake.store.office import offices
from intake.store.office.offices import Office

# What the office edits; everything else in a bundle is keys, counters and days.
EDITED = ("forms", "languages", "places", "settings", "words", "receipt_key", "sounds")
# What a phone goes by where no form asks: after how many seconds it locks, how long it keeps what.
DEFAULTS = {"lock_after": 60, "draft_hours": 72, "keep_days": 30}
# The sealed record of what was published last.
KIND, LAST = "office", "bundle"


@dataclass(frozen=True)
class Draft:
    """`said` is what the next bundle will say; `published` the last one's payload, None before the first."""

    said: dict[str, Any]
    published: dict[str, Any] | None

    @property
    def waiting(self) -> tuple[str, ...]:
        """The names of the members that differ from what phones have."""
        before = self.published or {}
        return tuple(name for name in sorted(self.said) if self.said[name] != before.get(name))


def said(session: Session, *, office: str) -> dict[str, Any]:
    """What the next bundle will say, besides keys and counters. Raises Problem 422.93."""
    found: dict[str, Any] = json.loads(_office(session, office).publishing)
    return found


def draft(session: Session, inbound: Session, *, office: str) -> Draft:
    """The edits of an office and what is published. Raises Problem 422.93."""
    newest = bundles.newest(inbound, office)
    return Draft(_filled(said(session, office=office)), _unchecked(newest) if newest else None)


def settings(session: Session, *, office: str) -> dict[str, Any]:
    """The office's settings, the program's own where it has set none. Raises Problem 422.93."""
    return {**DEFAULTS, **said(session, office=office).get("settings", {})}


def published_shell(session: Session, *, desk: Desk) -> str | None:
    """The version of the app with which the last bundle was published. Raises Problem 403.21."""
    last = records.get(session, desk=desk, kind=KIND, id=LAST)
    return str(last.content["shell"]) if last else None


def edit(session: Session, *, desk: Desk, changes: dict[str, Any], now: datetime) -> None:
    """Change what the next bundle will say.

    Raises Problem 422.95 for a member that is not the office's to edit, 422.55 and 422.120 for unusable forms,
    422.184 for codes of entity and mission that are none.
    """
    if not set(changes) <= set(EDITED):
        raise Problem("422.95")
    if "forms" in changes:
        questionnaires.check_chosen(changes["forms"])
    check_sounds(changes.get("sounds", {}))
    reference.check_codes(changes.get("settings", {}))
    changed = said(session, office=desk.office) | changes
    offices.change(session, desk.office, publishing=dumps(changed).decode())
    audit.write(session, desk=desk, act="edited_the_bundle", about="", details={"members": sorted(changes)}, now=now)


def publish(session: Session, inbound: Session, *, desk: Desk, shell: str, now: datetime) -> dict[str, Any]:
    """Sign the next bundle and store it for phones. Gives its payload.

    `shell` names the phone's files this bundle was published with. Raises Problem 403.20 (no step-up to *sign*),
    403.21 (no *work* keychain), 422.87 (a key nobody can vouch for), 422.98 (another office's keys cannot be relied
    on), 422.16 (something a phone would refuse).
    """
    key = desk.need("sign").chain.current("bundle_sign").signing
    remembered = records.get(session, desk=desk, kind=KIND, id=LAST)
    before = remembered.content if remembered else {}
    office = _office(session, desk.office)
    wanted = _filled(said(session, office=desk.office))
    phones = devices.every(session, desk=desk)
    serial = max(int(now.timestamp()), before.get("serial", 0) + 1)
    payload = {
        # By name: whoever can write this row must not have, say, a next signing key of theirs signed with the rest.
        **{name: wanted[name] for name in EDITED if name in wanted},
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
    return payload


def _filled(said: dict[str, Any]) -> dict[str, Any]:
    """The same with every setting that a rule may read, the program's own where the office has set none."""
    return {**said, "settings": questionnaires.settings(said.get("settings", {}))}


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


def _office(session: Session, office: str) -> Office:
    found = offices.get(session, office)
    if found is None:
        raise Problem("422.93")
    return found


def _stored(content: bytes) -> dict[str, Any]:
    found = loads(content)
    if not isinstance(found, dict):
        raise Problem("422.16")
    return found


def _unchecked(content: bytes) -> dict[str, Any]:
    """The payload for showing only; nothing is decided by it."""
    found: dict[str, Any] = json.loads(unb64u(_stored(content)["payload"]))
    return found
