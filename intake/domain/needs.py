"""Which help is needed, as the office counts it: one line for each person and kind of help a needs form speaks of.

An officer asks in plain words and taps; the code of the service (domain brief 3.3) follows from the question, so that
nobody in the field has to know one. A grown person has one answer for each kind of help. For a child she first says
which kinds it is about and then, if she likes, how each of them is now: named and nothing more said means needed, not
named means not needed.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from intake.domain.rules import no_answer

STATES = ("none", "needed", "received", "declined", "unavailable")

# kind of help → service, for grown people: the question is need_<kind>
SERVICES: Mapping[str, str] = {
    "health": "MED",
    "food": "BASIC",
    "shelter": "BASIC",
    "safety": "SAFETY",
    "talk": "MHPSS",
    "work": "LIVELI",
    "school": "EDU_V",
    "legal": "LEGAL",
}
# the same for children: an option of `child_needs`, and the question child_<kind>
CHILD_SERVICES: Mapping[str, str] = {
    "fees": "CHILD_EDU",
    "uniform": "CHILD_EDU",
    "health": "CHILD_HEALTH",
    "food": "CHILD_HEALTH",
    "papers": "CHILD_REG",
    "talk": "MHPSS",
    "safety": "CP",
}


@dataclass(frozen=True)
class Need:
    """One kind of help for one person. `child` is 0 for the grown person, else 1, 2 … in the order they were named.

    `state` is one of STATES; what was not asked or not answered makes no Need. `asked` is the key of the sentence that
    names the kind of help.
    """

    child: int
    service: str
    state: str
    asked: str


def needs(answers: Mapping[str, object]) -> list[Need]:
    """What the answers of a needs form say, the grown person first. Odd answers are left to the remarks."""
    return [*_own(answers), *_of_children(answers)]


def by_service(found: Iterable[Need]) -> dict[str, dict[str, list[int]]]:
    """For each service, whom it is about in which state: {service: {state: [0 or the number of the child]}}.

    A service that nobody needs is left out: an empty line says nothing.
    """
    table: dict[str, dict[str, list[int]]] = {}
    for one in found:
        if one.state != "none":
            people = table.setdefault(one.service, {state: [] for state in STATES})[one.state]
            if one.child not in people:
                people.append(one.child)
    return table


def _own(answers: Mapping[str, object]) -> Iterator[Need]:
    for kind, service in SERVICES.items():
        state = answers.get(f"need_{kind}")
        if state in STATES:
            yield Need(0, service, str(state), f"form.needs.need_{kind}")


def _of_children(answers: Mapping[str, object]) -> Iterator[Need]:
    rows = answers.get("children")
    for number, row in enumerate(rows if isinstance(rows, list) else [], 1):
        named = row.get("child_needs") if isinstance(row, Mapping) else None
        if not isinstance(named, list):
            continue
        for kind, service in CHILD_SERVICES.items():
            state = _state(row.get(f"child_{kind}")) if kind in named else "none"
            if state is not None:
                yield Need(number, service, state, f"form.needs.child_needs.option.{kind}")


def _state(answer: Any) -> str | None:
    """How a kind of help that was named is now: needed, unless something else was said of it."""
    if no_answer(answer) == "not_asked":
        return "needed"
    return str(answer) if answer in STATES else None
