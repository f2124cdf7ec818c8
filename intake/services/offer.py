"""What an office tells its phones, as it is edited. Edits wait until a holder of *sign* publishes (`bundles.py`).

Several people edit at once. Whoever changes something holds the office's row until their transaction ends, so edits
queue up and none is lost; and an edit names by a *mark* what its author saw: when that is no longer there, nothing is
overwritten (409.6).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from intake import questionnaires, words
from intake.domain import places, settings
from intake.domain.problems import Problem
from intake.domain.sounds import check_sounds
from intake.envelope.encoding import dumps
from intake.services import audit, records, times
from intake.services.desk import Desk
from intake.store import Session
from intake.store.office import offices
from intake.store.office.offices import Office

# What rests in the office's row. Words and the list of services are sealed records of their own.
EDITED = ("forms", "languages", "places", "settings", "receipt_key", "sounds")
# The sealed record of who changed what last.
KIND, EDITS = "office", "edits"


@dataclass(frozen=True)
class Edit:
    """Who changed a member last, by name, and when (an instant as text)."""

    by: str
    at: str


def office_of(session: Session, *, office: str) -> Office:
    """The office's row. Raises Problem 422.93."""
    found = offices.get(session, office)
    if found is None:
        raise Problem("422.93")
    return found


def said(session: Session, *, office: str, to_change: bool = False) -> dict[str, Any]:
    """What rests in the office's row, as edited last; `to_change` keeps others from changing it meanwhile.

    Raises Problem 422.93.
    """
    if to_change:
        offices.hold(session, office)
    found: dict[str, Any] = json.loads(office_of(session, office=office).publishing)
    return found


def offered(said: Mapping[str, Any]) -> dict[str, Any]:
    """The same as a bundle says it: every setting phones go by, places in use apart from those only named."""
    whole = {name: said[name] for name in EDITED if name in said}
    former = places.former(said["places"])
    every = questionnaires.settings(said.get("settings", {}))
    return {
        **whole,
        "settings": {name: value for name, value in every.items() if name not in settings.OWN},
        "places": places.in_use(said["places"]),
        **({"former_places": former} if former else {}),
    }


def edit(session: Session, *, desk: Desk, changes: Mapping[str, Any], now: datetime) -> None:
    """Change members of what rests in the office's row.

    Raises Problem 422.95 for a member that is not the office's to edit, and what its check raises: 422.55 and 422.120
    (forms), 422.121 (sounds), 422.270, 422.271, 422.184, 422.164 and 404.6 (settings), 422.276 (languages), 422.14 on
    (places).
    """
    if not set(changes) <= set(EDITED):
        raise Problem("422.95")
    before = said(session, office=desk.office, to_change=True)
    for member, value in changes.items():
        _check(member, value, before)
    offices.change(session, desk.office, publishing=dumps({**before, **changes}).decode())
    audit.write(session, desk=desk, act="edited_the_bundle", about="", details={"members": sorted(changes)}, now=now)
    note(session, desk=desk, members=changes, now=now)


def note(session: Session, *, desk: Desk, members: Mapping[str, Any], now: datetime) -> None:
    """Remember who changed these last, in the transaction of the change. Raises Problem 403.21."""
    found = records.get(session, desk=desk, kind=KIND, id=EDITS)
    edit = {"by": desk.staff.name, "at": times.text(now)}
    content = {**(found.content if found else {}), **dict.fromkeys(members, edit)}
    records.put(session, desk=desk, kind=KIND, id=EDITS, content=content, seen=found.version if found else 0, now=now)


def edits(session: Session, *, desk: Desk) -> dict[str, Edit]:
    """Who changed each member last; `published` is the last publishing. Raises Problem 403.21."""
    found = records.get(session, desk=desk, kind=KIND, id=EDITS)
    return {member: Edit(**edit) for member, edit in found.content.items()} if found else {}


def mark(value: Any) -> str:
    """16 hex digits by which an edit says what its author saw."""
    return sha256(dumps({"": value})).hexdigest()[:16]


def check_seen(seen: str, value: Any) -> None:
    """Raises Problem 409.6 when what is there is not what the author of an edit saw."""
    if seen != mark(value):
        raise Problem("409.6")


def _check(member: str, value: Any, before: Mapping[str, Any]) -> None:
    if member == "forms":
        questionnaires.check_chosen(value)
    elif member == "sounds":
        check_sounds(value)
    elif member == "settings":
        settings.check(value)
    elif member == "places":
        places.check(value, before=before["places"])
    elif member == "languages":
        known = [one.tag for one in words.offered()]
        if not isinstance(value, list) or words.REFERENCE not in value or not set(map(str, value)) <= set(known):
            raise Problem("422.276")
