"""What a bundle changes for phones, as a list that can be put into words: nobody signs what they have not read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from intake.domain import places, settings

Said = Mapping[str, Any]
# In which order a reader meets them.
MEMBERS = ("keys", "offices", "forms", "languages", "settings", "words", "places", "services", "sounds")


@dataclass(frozen=True)
class Change:
    """One thing that differs: `kind` says what happened, `params` to what, with `before` and `after` where it has both.

    forms, languages, offices: on, off (name); forms also version (name) · places: added, renamed, moved, retired,
    restored (names) · settings: set (name), age (band) · words: signed, changed, unreviewed (language, key) ·
    sounds: added, removed (language, key) · services: changed · keys: changed (use)
    """

    member: str
    kind: str
    params: Mapping[str, Any] = field(default_factory=dict)


def between(before: Said, after: Said) -> list[Change]:
    """Everything that differs between what phones have and what they would get, in the order of MEMBERS.

    Both are as a bundle says them; `keys` and `offices` map a use or an id to an id or a name, `services` is a mark.
    """
    return [change for member in MEMBERS for change in _BY_MEMBER[member](before, after)]


def waiting(changes: list[Change]) -> set[str]:
    """The members in which something differs."""
    return {change.member for change in changes}


def _keys(before: Said, after: Said) -> Iterator[Change]:
    for use, id in after.get("keys", {}).items():
        if before.get("keys", {}).get(use) != id:
            yield Change("keys", "changed", {"use": use})


def _offices(before: Said, after: Said) -> Iterator[Change]:
    yield from _on_off("offices", before.get("offices", {}), after.get("offices", {}))


def _forms(before: Said, after: Said) -> Iterator[Change]:
    old, new = ({one["id"]: one["version"] for one in said.get("forms", [])} for said in (before, after))
    yield from _on_off("forms", {id: id for id in old}, {id: id for id in new})
    for id in old.keys() & new.keys():
        if old[id] != new[id]:
            yield Change("forms", "version", {"name": id, "before": old[id], "after": new[id]})


def _languages(before: Said, after: Said) -> Iterator[Change]:
    old, new = ({tag: tag for tag in said.get("languages", [])} for said in (before, after))
    yield from _on_off("languages", old, new)


def _on_off(member: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    yield from (Change(member, "on", {"name": new[id]}) for id in new if id not in old)
    yield from (Change(member, "off", {"name": old[id]}) for id in old if id not in new)


def _settings(before: Said, after: Said) -> Iterator[Change]:
    old, new = ({**settings.DEFAULTS, **said.get("settings", {})} for said in (before, after))
    for name in settings.BY_NAME:
        if old[name] != new[name]:
            yield Change("settings", "set", {"name": name, "before": old[name], "after": new[name]})
    asked = settings.asked(old), settings.asked(new)
    for band, who in asked[1].items():
        if asked[0][band] != who:
            yield Change("settings", "age", {"band": band, "before": asked[0][band], "after": who})


def _words(before: Said, after: Said) -> Iterator[Change]:
    for language, key, old, new in _by_language(before.get("words", {}), after.get("words", {})):
        kind = "signed" if old is None else "unreviewed" if new is None else "changed"
        yield Change("words", kind, {"language": language, "key": key, "before": old, "after": new})


def _sounds(before: Said, after: Said) -> Iterator[Change]:
    for language, key, _, new in _by_language(before.get("sounds", {}), after.get("sounds", {})):
        yield Change("sounds", "removed" if new is None else "added", {"language": language, "key": key})


def _by_language(old: Said, new: Said) -> Iterator[tuple[str, str, Any, Any]]:
    """(language, key, before, after) of what differs."""
    for language in sorted({*old, *new}):
        was, becomes = old.get(language, {}), new.get(language, {})
        for key in sorted({*was, *becomes}):
            if was.get(key) != becomes.get(key):
                yield language, key, was.get(key), becomes.get(key)


def _places(before: Said, after: Said) -> Iterator[Change]:
    old, new = (places.by_id(said.get("places", [])) for said in (before, after))
    gone = places.by_id(before.get("former_places", []))
    for id, place in new.items():
        if id not in old:
            yield Change("places", "restored" if id in gone else "added", {"name": place["name"]})
            continue
        was = old[id]
        if was["name"] != place["name"]:
            yield Change("places", "renamed", {"before": was["name"], "after": place["name"]})
        if was["parent"] != place["parent"]:
            around = [_name(each, one["parent"]) for each, one in ((old, was), (new, place))]
            yield Change("places", "moved", {"name": place["name"], "before": around[0], "after": around[1]})
    for id in old.keys() - new.keys():
        yield Change("places", "retired", {"name": old[id]["name"]})


def _name(known: Mapping[str, Any], id: str | None) -> str:
    return str(known[id]["name"]) if id is not None and id in known else ""


def _services(before: Said, after: Said) -> Iterator[Change]:
    if before.get("services", "") != after.get("services", ""):
        yield Change("services", "changed")


_BY_MEMBER = {
    "keys": _keys,
    "offices": _offices,
    "forms": _forms,
    "languages": _languages,
    "settings": _settings,
    "words": _words,
    "places": _places,
    "services": _services,
    "sounds": _sounds,
}
