"""What the places of an office are called: each with those around it, the widest first.

An office lists its places as {"id", "name", "parent": id or null}. `static/field/lists.js` is the twin; both pass
`tests/vectors/places.json`.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Places = Mapping[str, Mapping[str, Any]]

BETWEEN = " – "


def names(places: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Tamarin North – Old Harbour, by the id of the last. A parent that is not in the list is left out."""
    by_id: Places = {place["id"]: place for place in places}
    return {name: BETWEEN.join(reversed([place["name"] for place in _around(by_id, name)])) for name in by_id}


def _around(places: Places, name: str) -> Iterator[Mapping[str, Any]]:
    """The place itself and what lies around it. A list that goes round in a circle ends where it would begin again."""
    passed: set[str] = set()
    while name in places and name not in passed:
        place = places[name]
        yield place
        passed.add(name)
        if place.get("parent") is None:
            return
        name = place["parent"]
