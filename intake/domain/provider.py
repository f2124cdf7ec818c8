"""Who gives help: the list that staff send people to, with what phones must not show.

Two lists feed it. What phones show of a provider stands in the directory (`domain.directory`), a table the office
imports whole, and is read from there each time. What only staff know rests beside it in a record of its own (kind
"provider"): whom to call, whether there is room, who these people are, when somebody last made sure. A provider that
phones do not list is such a record alone. Both have one id (`entry_id`), so that nothing has to be linked by hand.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from intake.domain.directory import LONGEST, SERVICES, Entry
from intake.domain.problems import Problem
from intake.domain.rules import day_number

SHAPE = 1
KIND = "provider"

ROOM = ("open", "full", "closed")
# Whom somebody may want it kept from: codes of the forms' question `keep_from`.
KEPT_FROM = ("family", "community_leader", "police", "commander", "employer", "other")
# Those of them that a provider can be to everybody; whose family or whom else it is, one case alone can say.
MARKS = ("community_leader", "police", "commander", "employer")
OLD_AFTER = 90  # days since anybody made sure
LONGEST_WORDS = 500
_ENTRIES = UUID("5a0a6a52-6f0e-4c6b-9d0c-0b6f3a1f4c11")  # an arbitrary name space


@dataclass(frozen=True)
class Provider:
    """`place` is an id of the office's list; `room` one of ROOM, with `capacity` in words; `marks` of MARKS.

    `version` is 0 where staff have noted nothing beside the directory yet. `verified` is a day, or empty.
    """

    id: str
    version: int = 0
    name: str = ""
    services: tuple[str, ...] = ()
    place: str = ""
    hours: str = ""
    reach: str = ""
    on_phones: bool = False
    room: str = "open"
    capacity: str = ""
    contact: str = ""
    marks: tuple[str, ...] = ()
    verified: str = ""

    def old(self, today: str) -> bool:
        """Whether nobody has made sure of it for long, or ever."""
        return not self.verified or day_number(today) - day_number(self.verified) > OLD_AFTER


def entry_id(entry: Entry) -> str:
    """The id of an entry of the directory: its name and place, which the table holds once."""
    return str(uuid5(_ENTRIES, f"{entry['place']}\n{entry['name'].casefold()}"))


def of(id: str, version: int, kept: Mapping[str, Any] | None, entry: Entry | None) -> Provider:
    """A provider from what staff noted and from what phones show; the newer of two days of making sure counts."""
    noted = kept or {}
    shown = _shown(entry) if entry else {name: noted[name] for name in ("name", "services", "place", "hours", "reach")}
    return Provider(
        id=id,
        version=version,
        **{**shown, "services": tuple(shown["services"])},
        on_phones=entry is not None,
        room=noted.get("room", "open"),
        capacity=noted.get("capacity", ""),
        contact=noted.get("contact", ""),
        marks=tuple(noted.get("marks", ())),
        verified=max(noted.get("verified", ""), entry["checked"] if entry else ""),
    )


def _shown(entry: Entry) -> dict[str, Any]:
    reach = " · ".join(filter(None, (*entry["telephone"], entry["landmark"])))
    return {**{name: entry[name] for name in ("name", "services", "place", "hours")}, "reach": reach}


def to_json(provider: Provider) -> dict[str, Any]:
    """The record's content. What phones show goes with it, so that a referral still knows where it went later."""
    return {"shape": SHAPE, **{name: value for name, value in vars(provider).items() if name not in _BESIDE}}


_BESIDE = ("id", "version", "on_phones")


def check(provider: Provider, *, places: Collection[str]) -> None:
    """Raises Problem 422.40 (missing), 422.44 (too long), 422.48 (unknown code), each with the `field` it is about.

    What phones show was checked when the table was imported.
    """
    for field in ("capacity", "contact"):
        if len(getattr(provider, field)) > LONGEST_WORDS:
            raise Problem("422.44", field=field)
    if provider.room not in ROOM:
        raise Problem("422.48", field="room")
    if not set(provider.marks) <= set(MARKS):
        raise Problem("422.48", field="marks")
    if not provider.on_phones:
        _check_shown(provider, places)


def _check_shown(provider: Provider, places: Collection[str]) -> None:
    for field in ("name", "services"):
        if not getattr(provider, field):
            raise Problem("422.40", field=field)
    for field, most in (("name", LONGEST["name"]), ("hours", LONGEST["hours"]), ("reach", LONGEST_WORDS)):
        if len(getattr(provider, field)) > most:
            raise Problem("422.44", field=field)
    if not set(provider.services) <= set(SERVICES):
        raise Problem("422.48", field="services")
    # An office may have no list of places; an area is then left open.
    if provider.place and provider.place not in places:
        raise Problem("422.48", field="place")
