"""The office's places: a tree that officers choose from, and reading it from a table, strictly.

A report holds a place's id for good. So an id is never used for another place and never taken out of the list: a place
that is retired is no longer offered, but its name stays for reading.

`static/field/lists.js` is the twin of what places are called; both pass `tests/vectors/places.json`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from intake.domain import tables
from intake.domain.problems import Problem
from intake.domain.tables import Cells

Place = dict[str, Any]  # {"id", "name", "parent": id or None}, and "retired": day once it is
COLUMNS = ("id", "name", "parent")
LONGEST_NAME = 120  # code points
MOST = 1000
DEEPEST = 8  # levels: in a deeper list nobody finds a place on a phone
BETWEEN = " – "
# What an answer out of a list can be (`questionnaire.LISTED`).
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class Reading:
    """What a table would do to the list: the whole list afterwards, what is new, what changes (before, after).

    With anything `wrong` the list afterwards is the list as it was.
    """

    after: list[Place]
    added: list[Place] = field(default_factory=list)
    changed: list[tuple[Place, Place]] = field(default_factory=list)
    wrong: list[Problem] = field(default_factory=list)


def in_use(places: Iterable[Place]) -> list[Place]:
    """What phones offer, as the bundle says it."""
    return [{name: one[name] for name in COLUMNS} for one in places if "retired" not in one]


def former(places: Iterable[Place]) -> list[Place]:
    """What phones only name, in answers given before."""
    return [{name: one[name] for name in COLUMNS} for one in places if "retired" in one]


def by_id(places: Iterable[Place]) -> dict[str, Place]:
    return {str(one["id"]): one for one in places}


def around(places: Mapping[str, Place], id: str) -> list[Place]:
    """The place and those it lies in, the widest first. A list that goes round in a circle ends all the same."""
    found: list[Place] = []
    here: str | None = id
    while here is not None and here in places and places[here] not in found:
        found.insert(0, places[here])
        here = places[here].get("parent")
    return found


def names(places: Iterable[Place]) -> dict[str, str]:
    """Tamarin North – Old Harbour, by the id of the last. A parent that is not in the list is left out."""
    known = by_id(places)
    return {id: BETWEEN.join(one["name"] for one in around(known, id)) for id in known}


def in_order(places: Sequence[Place]) -> list[Place]:
    """Each place with those inside it behind it, siblings as they stood: how the list is kept and shown."""
    known = by_id(places)
    inside: dict[str | None, list[Place]] = {}
    for one in places:
        inside.setdefault(one["parent"] if one["parent"] in known else None, []).append(one)
    found: list[Place] = []
    waiting = list(reversed(inside.get(None, [])))
    while waiting:
        found.append(waiting.pop())
        waiting.extend(reversed(inside.get(found[-1]["id"], [])))
    # Those that lie in each other in a circle hang on nothing, and must not fall out of the list.
    met = set(by_id(found))
    return found + [one for one in places if one["id"] not in met]


def put(places: Sequence[Place], place: Place) -> list[Place]:
    """The list with one place new, or in the stead of the one with its id."""
    known = by_id(places)
    return in_order([*(known | {place["id"]: place}).values()])


def wrong(place: Place, after: Sequence[Place]) -> dict[str, str]:
    """What is wrong with one place of a list, the list as it shall be: column → code."""
    return _judge(place, by_id(after), _twins(after))


def check(places: Any, *, before: Sequence[Place]) -> None:
    """Whether a list may take the place of the one before. Raises Problem 422.14 (no such list) or what is wrong in it.

    422.269: a place is missing.
    """
    if not isinstance(places, list) or not all(map(_is_place, places)) or len(by_id(places)) < len(places):
        raise Problem("422.14")
    if not set(by_id(before)) <= set(by_id(places)):
        raise Problem("422.269")
    after, twins = by_id(places), _twins(places)
    codes = [code for one in places if "retired" not in one for code in _judge(one, after, twins).values()]
    if codes:
        raise Problem(codes[0])


def read(content: bytes, *, known: Sequence[Place]) -> Reading:
    """What a CSV file with the columns above does to the list. It adds and changes; what it does not name stays."""
    try:
        rows = tables.read(content, columns=COLUMNS)
    except Problem as problem:
        return Reading([*known], wrong=[problem])
    before = by_id(known)
    lines = {cells["id"]: (line, cells) for line, cells in rows if cells is not None}
    after = before | {id: _place(cells, before) for id, (_, cells) in lines.items()}
    if not rows or len(after) > MOST:
        return Reading([*known], wrong=[Problem("422.260", most=MOST)])
    found = sorted([*_doubled(rows), *_mistakes(lines, before, after)])
    if found:
        return Reading([*known], wrong=[_problem(*one) for one in found])
    return Reading(
        after=in_order([*after.values()]),
        added=[after[id] for id in lines if id not in before],
        changed=[(before[id], after[id]) for id in lines if id in before and before[id] != after[id]],
    )


def write(places: Iterable[Place]) -> bytes:
    """What is in use, as a file that `read` takes."""
    return tables.write(({**one, "parent": one["parent"] or ""} for one in in_use(places)), columns=COLUMNS)


def _place(cells: Cells, before: Mapping[str, Place]) -> Place:
    retired = {name: day for name, day in before.get(cells["id"], {}).items() if name == "retired"}
    return {"id": cells["id"], "name": cells["name"], "parent": cells["parent"] or None, **retired}


def _doubled(rows: Sequence[tuple[int, Cells | None]]) -> Iterator[tuple[int, str, str]]:
    """Lines that are no rows, and ids that the file names again."""
    met: set[str] = set()
    for line, cells in rows:
        if cells is None:
            yield line, "", "422.143"
        elif cells["id"] in met:
            yield line, "id", "422.262"
        else:
            met.add(cells["id"])


def _mistakes(
    lines: Mapping[str, tuple[int, Cells]], before: Mapping[str, Place], after: Mapping[str, Place]
) -> set[tuple[int, str, str]]:
    found, twins = set(), _twins(after.values())
    for id, (line, _) in lines.items():
        if "retired" in before.get(id, {}):
            found.add((line, "id", "422.266"))
        found |= {(line, column, code) for column, code in _judge(after[id], after, twins).items()}
    # A place that moves takes along what lies in it: what then is too deep is that line's mistake.
    for id in after:
        moved = [one["id"] for one in around(after, id) if one["id"] in lines]
        if id not in lines and moved and _too_deep(after, id):
            found.add((lines[moved[-1]][0], "parent", "422.264"))
    return found


def _judge(place: Place, after: Mapping[str, Place], twins: set[str]) -> dict[str, str]:
    found = {}
    if not _ID.fullmatch(place["id"]):
        found["id"] = "422.261"
    if not place["name"]:
        found["name"] = "422.145"
    elif len(place["name"]) > LONGEST_NAME or tables.has_controls(place["name"]):
        found["name"] = "422.144"
    elif place["id"] in twins:
        found["name"] = "422.265"
    parent = place["parent"]
    if parent is not None and (parent not in after or "retired" in after[parent]):
        found["parent"] = "422.263"
    elif _too_deep(after, place["id"]):
        found["parent"] = "422.264"
    return found


def _twins(places: Iterable[Place]) -> set[str]:
    """The ids of places in use that nobody could tell apart."""
    found: dict[tuple[str, str | None], list[str]] = {}
    for one in in_use(places):
        found.setdefault((one["name"].casefold(), one["parent"]), []).append(one["id"])
    return {id for ids in found.values() if len(ids) > 1 for id in ids}


def _is_place(value: Any) -> bool:
    if not isinstance(value, dict) or not {*COLUMNS} <= set(value) <= {*COLUMNS, "retired"}:
        return False
    texts = [value["id"], value["name"], value.get("retired", ""), value["parent"] or ""]
    return all(isinstance(text, str) for text in texts)


def _too_deep(places: Mapping[str, Place], id: str) -> bool:
    found = around(places, id)
    return len(found) > DEEPEST or (bool(found) and found[0]["parent"] in places)


def _problem(line: int, column: str, code: str) -> Problem:
    return Problem(code, line=line, **({"column": column} if column else {}))
