"""Claims from a list: which columns mean what, what is wrong in which row, and the events that a row tells.

A list is a table whose first line names its columns. The office says once which column is which field (a *mapping*) and
the mapping is kept. A row is known by its key, so that the same row is never taken twice.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from intake.domain.claim_standing import CATEGORIES, CLAIMANTS, MOTHER, WANTS
from intake.domain.folding import terms
from intake.domain.partial import is_known
from intake.domain.problems import Problem
from intake.domain.profile import check_no_profile

MOST_ROWS = 5000
LONGEST_CELL = 500
# What a column can be. `key` is needed; names are class P.
KEY = "key"
DATES = ("wished", "registered", "ms_notified", "ms_acknowledged", "focal_point_named", "admitted", "withdrawn")
NAMES: Mapping[str, tuple[str, str]] = {
    "mother_name": ("mother", "name"),
    "mother_contact": ("mother", "contact"),
    "child_name": ("child", "name"),
    "father_name": ("F1", "name"),
    "father_more": ("F1", "more"),
}
# Whether the claimant agrees to be counted in published figures. Whose list does not say yes is not counted.
COUNTING = "counting"
FIELDS = (KEY, "claimant", "wants", "born", "state", "category", *DATES, COUNTING, *NAMES)

Countries = Mapping[str, str]


@dataclass(frozen=True)
class Wrong:
    """What is wrong: the line of the table (the first below the names is 2), the field, the number of the problem."""

    line: int
    field: str
    code: str


@dataclass(frozen=True)
class Told:
    """An event that a row tells: kind, target, details, and when it happened (a day, a month or a year)."""

    kind: str
    target: str
    details: Mapping[str, str]
    happened: str


@dataclass(frozen=True)
class Row:
    """One claim of a list. `names` are class P, by person and by what it is."""

    line: int
    key: str
    events: tuple[Told, ...]
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def guess(columns: Sequence[str], known: Mapping[str, str]) -> dict[str, str]:
    """Which field each column is: as it was said before, else a column that is called like a field."""
    usual = {folded(name): name for name in FIELDS}
    found: dict[str, str] = {}
    for column in columns:
        name = known.get(column, usual.get(folded(column), ""))
        if name and name not in found.values():
            found[column] = name
    return found


def folded(text: str) -> str:
    """A name without accents and capitals, its words apart."""
    return " ".join(terms(text.replace("_", " ")))


def check_mapping(mapping: Mapping[str, str]) -> None:
    """Raises Problem 422.315: no column is the key, or two columns are the same field."""
    fields = [name for name in mapping.values() if name]
    if KEY not in fields or len(fields) != len(set(fields)) or not set(fields) <= set(FIELDS):
        raise Problem("422.315")


def read(
    table: Sequence[Sequence[str]], mapping: Mapping[str, str], countries: Countries
) -> tuple[list[Row], list[Wrong]]:
    """The rows of a table, and what is wrong in which; a row with anything wrong is not among the rows.

    `countries` gives the two letters of a State by its folded name. Raises Problem 422.316 (too many rows, or none).
    """
    columns = [mapping.get(name, "") for name in table[0]] if table else []
    body = [(line, row) for line, row in enumerate(table[1:], start=2) if any(cell.strip() for cell in row)]
    if not 0 < len(body) <= MOST_ROWS:
        raise Problem("422.316")
    rows, wrong, keys = [], [], set()
    for line, cells in body:
        said = {name: cell.strip() for name, cell in zip(columns, cells, strict=False) if name}
        found = _wrong(said, line, countries)
        if said.get(KEY) in keys:
            found.append(Wrong(line, KEY, "422.50"))
        keys.add(said.get(KEY))
        wrong += found
        if not found:
            rows.append(_row(said, line, countries))
    return rows, wrong


def _row(said: Mapping[str, str], line: int, countries: Countries) -> Row:
    claimant = said.get("claimant") or MOTHER
    begun = {name: said[name] for name in ("wants", "born") if said.get(name)}
    first = said.get("wished") or min((said[name] for name in DATES if said.get(name)), default="")
    events = [Told("wished", claimant, {**begun, "row": said[KEY]}, first)]
    father = {"member_state": _state(said.get("state", ""), countries), "category": said.get("category", "")}
    if any(father.values()):
        events.append(Told("father_named", "F1", {name: value for name, value in father.items() if value}, first))
    for kind in DATES[1:]:
        if said.get(kind):
            target = {"registered": "", "withdrawn": claimant}.get(kind, "F1")
            events.append(Told(kind, target, {}, said[kind]))
    if said.get(COUNTING):
        events.append(Told("counting_agreed" if said[COUNTING] == "yes" else "counting_refused", "", {}, first))
    names: dict[str, dict[str, str]] = {}
    for name, (whose, what) in NAMES.items():
        if said.get(name):
            names.setdefault(whose, {})[what] = said[name]
    return Row(line, said[KEY], tuple(events), names)


def _wrong(said: Mapping[str, str], line: int, countries: Countries) -> list[Wrong]:
    found = []
    for name, text in said.items():
        code = "422.44" if len(text) > LONGEST_CELL else _wrong_in(name, text, countries) if text else ""
        if code:
            found.append(Wrong(line, name, code))
    if not said.get(KEY):
        found.append(Wrong(line, KEY, "422.40"))
    notified = said.get("ms_notified") or said.get("ms_acknowledged") or said.get("focal_point_named")
    if notified and not said.get("state"):
        found.append(Wrong(line, "state", "422.310"))
    return found


def _wrong_in(name: str, text: str, countries: Countries) -> str:
    """The number of the problem with one cell, or empty."""
    try:
        check_no_profile(text)
    except Problem as problem:
        return problem.code
    check = _CHECKS.get(name)
    if name == "state":
        return "" if _state(text, countries) else "422.317"
    return "" if check is None or check(text) else _CODES.get(name, "422.45")


def _state(text: str, countries: Countries) -> str:
    """The two letters of a State that is written so or by its name, or empty."""
    if len(text) == 2 and text.upper() in countries.values():
        return text.upper()
    return countries.get(folded(text), "")


_CHECKS: Mapping[str, Callable[[str], bool]] = {
    "claimant": lambda text: text in CLAIMANTS,
    "wants": lambda text: text in WANTS,
    "born": lambda text: len(text) in (4, 7) and is_known(text),
    "category": lambda text: text in CATEGORIES,
    COUNTING: lambda text: text in ("yes", "no"),
    **dict.fromkeys(DATES, is_known),
}
_CODES = {"claimant": "422.48", "wants": "422.48", "category": "422.48", COUNTING: "422.48", "born": "422.41"}
