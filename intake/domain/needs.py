"""Which help is needed, as the office counts it: one line for each person and service that a report speaks of.

An officer asks in plain words and taps. The codes of the services (domain brief 3.3) stand in the form beside what is
asked, so that nobody in the field has to know one and every version of a form says itself what its answers mean:

    "services": [code, …]   of a question: it is about these; of an option: who chooses it speaks of these
    "state": state          what a yes or a chosen option says of them, "needed" where nothing stands here
    "state_in": question    of an option: the question beside it that says how it is now, where it was asked
    "each": "child"         of a repeating group: every row is a child

A yes to help with several services asks for each of them: which it is about is found out later, and none is forgotten.
Help *received* is only told of a service that the answer names alone, for what is thought done is not looked at again.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from intake.domain.rules import no_answer

STATES = ("none", "needed", "received", "declined", "unavailable")

Question = Mapping[str, Any]
Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Need:
    """One service for one person. `child` is 0 for the grown person, else 1, 2 … in the order they were named.

    `state` is one of STATES; what was not asked or not answered makes no Need.
    """

    child: int
    service: str
    state: str


def needs(form: Mapping[str, Any], answers: Answers) -> list[Need]:
    """What the answers to a form say, in its order. Odd answers are left to the remarks."""
    return [need for group in form["groups"] for need in _in(group["questions"], answers, 0)]


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


def lacking(found: Iterable[Need]) -> list[str]:
    """The services that somebody needs, or could not get, each once."""
    return list(dict.fromkeys(one.service for one in found if one.state in ("needed", "unavailable")))


def _in(questions: Iterable[Question], answers: Answers, child: int) -> Iterator[Need]:
    for question in questions:
        answer = answers.get(question["id"])
        if question["kind"] == "rows":
            for number, row in enumerate(answer if isinstance(answer, list) else [], 1):
                if isinstance(row, Mapping):
                    yield from _in(question["questions"], row, number if question.get("each") == "child" else child)
        for services, state in _said(question, answer, answers):
            yield from (Need(child, service, state) for service in services)


def _said(question: Question, answer: Any, beside: Answers) -> Iterator[tuple[list[str], str]]:
    """The services that one answer speaks of, and their state."""
    means = question.get("state", "needed")
    if "services" in question:
        state = _state(answer, means)
        if state is not None:
            yield question["services"], state
    chosen = answer if isinstance(answer, list) else [answer]
    for option in question.get("options", ()):
        if "services" not in option:
            continue
        if option["code"] in chosen:
            now = beside.get(option.get("state_in"))
            state = means if no_answer(now) == "not_asked" else _state(now, means)
            if state is not None:
                yield option["services"], state
        elif isinstance(answer, list):
            # Of several kinds of help, those that were not named are not needed.
            yield option["services"], "none"


def _state(answer: Any, means: str) -> str | None:
    """What an answer says of its services: that they are as the question `means`, that they are not, or a state."""
    if answer == "yes":
        return means
    if answer == "no":
        return "none" if means == "needed" else None
    return str(answer) if answer in STATES else None
