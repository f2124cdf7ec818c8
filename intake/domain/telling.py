"""What somebody in a case must be told, what was written to an officer's phone for it, and what came back.

One telling is one step for one person: by when, which messages went out, how each was answered. It is told when an
officer says so in a sealed answer, or when a colleague told her in another way; until then it falls due. What the
public side says of a message (shown, held no more) is a hint and closes nothing.

The record rests sealed (kind "telling"). It holds no name: whom a message is about and where to find her, if that was
written, rests apart under the identity keychain.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from intake.domain.problems import Problem

SHAPE = 1
KIND = "telling"
FORM = "message-answer"

# What a message can be about, and which particulars its sentence on the phone needs.
STEPS: Mapping[str, tuple[str, ...]] = {
    "appointment": ("day", "time"),
    "come": ("day",),
    "visit": ("day",),
    "ready": (),
    "claim_step": ("step",),
    "question": (),
    "stop_contact": (),
    "other": (),
}
CLAIM_STEPS = ("received", "sent", "answered", "sample", "result", "decided", "closed")
# A message that says nothing by itself needs words.
NEED_WORDS = ("question", "other")
WHO = ("called", "where", "how")

TOLD = ("told_her", "understood")
STATES = ("asked", "sent", "lost", "seen", "expired", "could_not_find", "not_safe", "later", "words", *TOLD, "no_need")

LONGEST_WORDS = 600
LONGEST_WHO = 200
LONGEST_WAIT = timedelta(days=90)


@dataclass(frozen=True)
class Message:
    """One message to one phone. `id` stands inside it, `number` is the phone's count of messages.

    `report` is the one whose phone it went to, `params` strings by the names of STEPS, `who` whether it says whom it is
    about, `until` the day after which the phone drops it, `seen` the day on which the phone showed it as the public
    side says, `lost` whether the public side holds it no more.
    """

    id: str
    report: str
    device: str
    number: int
    params: Mapping[str, str]
    text: str
    language: str
    who: bool
    until: str
    by: str
    at: str
    seen: str = ""
    lost: bool = False


@dataclass(frozen=True)
class Answer:
    """What came back: `answer` a choice of the form, `report` the number of the envelope, `at` when it arrived."""

    message: str
    report: str
    answer: str
    words: str
    language: str
    officer: str
    at: str


@dataclass(frozen=True)
class Closing:
    """Closed by a colleague: "told_her" in another way, or "no_need", with the reason."""

    outcome: str
    reason: str
    by: str
    at: str


@dataclass(frozen=True)
class Telling:
    """`person` is a code of the case, empty where nobody is meant; `step` one of STEPS; `due` a day."""

    id: str
    version: int
    case: str
    person: str
    step: str
    due: str
    by: str
    at: str
    messages: tuple[Message, ...] = ()
    answers: tuple[Answer, ...] = field(default=())
    closing: Closing | None = None

    @property
    def told(self) -> bool:
        """Whether nothing is left to do."""
        return self.closing is not None or any(one.answer in TOLD for one in self.answers)

    def state(self, today: str) -> str:
        """One of STATES: how far it came."""
        if self.closing is not None:
            return self.closing.outcome
        told = next((one.answer for one in self.answers if one.answer in TOLD), "")
        if told or not self.messages:
            return told or "asked"
        return self.message_state(self.messages[-1], today)

    def message_state(self, message: Message, today: str) -> str:
        """One of STATES: what became of one message; its last answer counts."""
        answered = [one.answer for one in self.answers if one.message == message.id]
        if answered:
            return answered[-1]
        if message.until < today:
            return "expired"
        return "seen" if message.seen else "lost" if message.lost else "sent"

    def overdue(self, today: str) -> bool:
        return not self.told and self.due < today

    def message(self, id: str) -> Message:
        """Raises Problem 404.4."""
        for message in self.messages:
            if message.id == id:
                return message
        raise Problem("404.4")

    def waiting(self, today: str) -> list[Message]:
        """Messages that may still be on their way."""
        return [one for one in self.messages if self.message_state(one, today) in ("sent", "lost", "seen")]

    def sent(self, message: Message) -> "Telling":
        """One message more. Raises Problem 422.219: there is nothing left to tell."""
        if self.told:
            raise Problem("422.219")
        return replace(self, messages=(*self.messages, message))

    def answered(self, answer: Answer) -> "Telling":
        """One answer more; also to what a colleague has closed: nothing that came is lost."""
        return replace(self, answers=(*self.answers, answer))

    def closed(self, closing: Closing) -> "Telling":
        """Raises Problem 422.219 (nothing left to tell), 422.213 (no such outcome), 422.20 (no reason)."""
        if self.told:
            raise Problem("422.219")
        if closing.outcome not in ("told_her", "no_need"):
            raise Problem("422.213")
        if len(closing.reason.strip()) < 10:
            raise Problem("422.20")
        return replace(self, closing=closing)

    def looked(self, shown: Mapping[tuple[str, int], str], held: Iterable[tuple[str, int]], today: str) -> "Telling":
        """What the public side says of messages that wait: the days they were shown, and which it still holds."""
        waiting, there = {one.id for one in self.waiting(today)}, set(held)
        return replace(
            self,
            messages=tuple(
                replace(
                    one,
                    seen=one.seen or shown.get((one.device, one.number), ""),
                    lost=(one.device, one.number) not in there,
                )
                if one.id in waiting
                else one
                for one in self.messages
            ),
        )


def pressing(telling: Telling) -> tuple[bool, bool, str, str]:
    """Order of a list: what is not told first, what must not happen before all, then what is due first."""
    return (telling.told, telling.step != "stop_contact", telling.due, telling.id)


def check_step(step: str, due: str, today: str) -> None:
    """Raises Problem 422.213 (no such step), 422.214 (no day, or one that has passed)."""
    if step not in STEPS:
        raise Problem("422.213")
    if not today <= _day(due, "422.214"):
        raise Problem("422.214")


def check_params(step: str, given: Mapping[str, str]) -> dict[str, str]:
    """The particulars that this step needs. Raises Problem 422.215 (day), 422.216 (time), 422.217 (step of a claim)."""
    params = {name: given.get(name, "").strip() for name in STEPS[step]}
    if "day" in params:
        _day(params["day"], "422.215")
    if "time" in params and not _is_time(params["time"]):
        raise Problem("422.216")
    if "step" in params and params["step"] not in CLAIM_STEPS:
        raise Problem("422.217")
    return params


def check_words(step: str, text: str, who: Mapping[str, str]) -> None:
    """Raises Problem 422.218: words are missing where the message says nothing without, or too long."""
    short = not text and step in NEED_WORDS
    if short or len(text) > LONGEST_WORDS or any(len(who.get(name, "")) > LONGEST_WHO for name in WHO):
        raise Problem("422.218")


def check_until(until: str, due: str, today: str) -> None:
    """Raises Problem 422.220: the phone keeps it at least until it is due, and at most 90 days."""
    last = date.fromisoformat(today) + LONGEST_WAIT
    if not max(due, today) <= _day(until, "422.220") <= last.isoformat():
        raise Problem("422.220")


def _day(text: str, problem: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Problem(problem) from None
    # one day has one spelling
    if day.isoformat() != text:
        raise Problem(problem)
    return text


def _is_time(text: str) -> bool:
    hour, _, minute = text.partition(":")
    digits = len(text) == 5 and text.isascii() and hour.isdecimal() and minute.isdecimal()
    return digits and int(hour) < 24 and int(minute) < 60


# at rest ------------------------------------------------------------------------------------------------------------


def to_json(telling: Telling) -> dict[str, Any]:
    """The record's content; number and version stand beside it in clear and are bound to it by the sealing."""
    own = {name: value for name, value in vars(telling).items() if name not in ("id", "version")}
    return {
        "shape": SHAPE,
        **own,
        "messages": [{**vars(one), "params": dict(one.params)} for one in telling.messages],
        "answers": [vars(one) for one in telling.answers],
        "closing": vars(telling.closing) if telling.closing else None,
    }


def from_json(id: str, version: int, content: Mapping[str, Any]) -> Telling:
    """The record as it was sealed."""
    own = {name: value for name, value in content.items() if name != "shape"}
    closing = own["closing"]
    return Telling(
        id=id,
        version=version,
        **{
            **own,
            "messages": tuple(Message(**one) for one in own["messages"]),
            "answers": tuple(Answer(**one) for one in own["answers"]),
            "closing": Closing(**closing) if closing else None,
        },
    )
