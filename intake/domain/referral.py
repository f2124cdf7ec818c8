"""A referral: one kind of help for one person, from the offer to what came of it.

Like a case it *is* its events (`domain.case`); `LAW` says after which states each may happen and what it makes. The
states are those of domain brief 3.3. Three of them look alike and must not be mixed: *declined* is her choice, *service
unavailable* is a gap in what exists here, *rejected* is a provider that exists and said no. Nothing is asked of her for
declining, neither a reason nor a day.

`service_unavailable` may follow an offer (she wants it and there is none here, so no provider was ever asked), her
consent (it closed before anything was sent) and the sending (the provider itself says so). Help that breaks off later
was given, and is *done* with its needs met in part or not at all. Contact can be lost, and consent withdrawn, at any
time. A referral that ended is never opened again: who comes back is offered help anew.

The record rests sealed (kind "referral").
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from intake.domain.case import Event
from intake.domain.directory import SERVICES
from intake.domain.problems import Problem
from intake.domain.rules import day_number

SHAPE = 1
KIND = "referral"

OPEN = ("offered", "consented", "sent", "accepted", "in_progress")
ENDED = ("declined_by_survivor", "rejected", "service_unavailable", "done", "lost_contact", "revoked")
STATES = (*OPEN, *ENDED)
# States in which a provider holds what it was told of her.
GIVEN = ("sent", "accepted", "in_progress")

# What a provider was told: by these words it can be asked to forget again.
HANDED = ("need", "called", "contact", "account", "papers")
REJECTIONS = ("full", "not_their_work", "outside_area", "no_funds", "unsafe", "other")
GAPS = ("none_here", "closed", "full", "no_funds", "too_far", "unsafe", "other")
MET = ("yes", "partly", "no", "unknown")
RECALLS = ("destroyed", "returned", "refused", "no_answer")


@dataclass(frozen=True)
class Referral:
    """What the events make. Days are "YYYY-MM-DD" or empty. `person` is a code of the case, `provider` an id or empty.

    `reason` is a code of REJECTIONS or GAPS. `recall` is one of RECALLS once a provider was asked to forget.
    `programme` is the id of the programme that pays the provider for it, or empty.
    """

    id: str
    case: str
    version: int
    events: tuple[Event, ...] = ()
    state: str = ""
    person: str = ""
    service: str = ""
    provider: str = ""
    handed: tuple[str, ...] = ()
    appointment: str = ""
    follow_up: str = ""
    reason: str = ""
    met: str = ""
    done_on: str = ""
    recall: str = ""
    programme: str = ""

    @property
    def open(self) -> bool:
        return self.state in OPEN

    @property
    def to_recall(self) -> bool:
        """Whether a provider still holds what she no longer agrees to."""
        return self.state == "revoked" and bool(self.handed) and not self.recall

    @property
    def lawful(self) -> tuple[str, ...]:
        """The kinds of event that may happen now."""
        return tuple(kind for kind, step in LAW.items() if self.state in step.after and self._fits(kind))

    @property
    def due(self) -> str:
        """The day on which somebody has to do something: at once where no later day was agreed. Empty: nothing."""
        if self.to_recall or self.state in ("offered", "consented"):
            return self.events[-1].at[:10]
        if not self.open:
            return ""
        return min(filter(None, (self.appointment, self.follow_up)), default=self.events[-1].at[:10])

    @classmethod
    def of(cls, id: str, case: str, version: int, events: tuple[Event, ...]) -> "Referral":
        """The state that these events, all of them lawful when they happened, lead to."""
        made = cls(id, case, version)
        for event in events:
            made = replace(LAW[event.kind].make(made, event), events=(*made.events, event))
        return made

    def as_of(self, version: int) -> "Referral":
        """The referral at an earlier version: each version has one event more."""
        return Referral.of(self.id, self.case, version, self.events[:version])

    def then(self, kind: str, *, by: str, at: str, **details: Any) -> "Referral":
        """The referral with one event more; the version stays what was seen, as a change must name it.

        Raises Problem 422.190 (not after this state), and what the kind asks for: 422.40 (missing), 422.45 (no such
        day), 422.46 (not yet come), 422.48 (unknown code), each with the `field` it is about.
        """
        if kind not in self.lawful:
            raise Problem("422.190")
        event = Event(kind, by, at, details)
        return replace(LAW[kind].make(self, event), events=(*self.events, event))

    def _fits(self, kind: str) -> bool:
        return kind != "recalled" or self.to_recall


# what each kind of event asks for, and what it makes ----------------------------------------------------------------


def _offered(referral: Referral, event: Event) -> Referral:
    service = _code(event, "service", SERVICES)
    return replace(
        referral, state="offered", person=_text(event, "person"), service=service, provider=_said(event, "provider")
    )


def _sent(referral: Referral, event: Event) -> Referral:
    """To one provider, with what it was told, and a day on which somebody asks what became of it."""
    handed = tuple(event.details.get("handed", ()))
    if not handed:
        raise Problem("422.40", field="handed")
    if not set(handed) <= set(HANDED):
        raise Problem("422.48", field="handed")
    return replace(
        referral,
        state="sent",
        provider=_text(event, "provider"),
        handed=handed,
        follow_up=_day(event, "follow_up", needed=True),
    )


def _accepted(referral: Referral, event: Event) -> Referral:
    return replace(referral, state="accepted", appointment=_day(event, "appointment"))


def _rejected(referral: Referral, event: Event) -> Referral:
    return replace(referral, state="rejected", reason=_code(event, "reason", REJECTIONS))


def _unavailable(referral: Referral, event: Event) -> Referral:
    return replace(referral, state="service_unavailable", reason=_code(event, "reason", GAPS))


def _followed_up(referral: Referral, event: Event) -> Referral:
    """Somebody asked how it is; the next day to ask is agreed anew, and an appointment that is over is over."""
    ahead = referral.appointment if referral.appointment > event.at[:10] else ""
    return replace(
        referral,
        met=_code(event, "met", MET),
        follow_up=_day(event, "follow_up", needed=True),
        appointment=_day(event, "appointment") or ahead,
    )


def _in_progress(referral: Referral, event: Event) -> Referral:
    return replace(referral, state="in_progress", appointment="", follow_up=_day(event, "follow_up", needed=True))


def _done(referral: Referral, event: Event) -> Referral:
    return replace(
        referral, state="done", done_on=_day(event, "done_on", needed=True, past=True), met=_code(event, "met", MET)
    )


def _funded(referral: Referral, event: Event) -> Referral:
    """A programme pays the provider for it; with none named, nobody does any more."""
    return replace(referral, programme=_said(event, "programme"))


def _recalled(referral: Referral, event: Event) -> Referral:
    return replace(referral, recall=_code(event, "recall", RECALLS))


def _to(state: str) -> Callable[[Referral, Event], Referral]:
    return lambda referral, _: replace(referral, state=state)


class Step(NamedTuple):
    """The states after which a kind of event may happen, and what it makes."""

    after: Collection[str]
    make: Callable[[Referral, Event], Referral]


LAW: Mapping[str, Step] = {
    "offered": Step(("",), _offered),
    "consented": Step(("offered",), _to("consented")),
    "declined_by_survivor": Step(("offered",), _to("declined_by_survivor")),
    "sent": Step(("consented",), _sent),
    "accepted": Step(("sent",), _accepted),
    "rejected": Step(("sent",), _rejected),
    "service_unavailable": Step(("offered", "consented", "sent"), _unavailable),
    "in_progress": Step(("accepted",), _in_progress),
    "followed_up": Step(GIVEN, _followed_up),
    "done": Step(("in_progress",), _done),
    "lost_contact": Step(OPEN, _to("lost_contact")),
    "revoked": Step(OPEN, _to("revoked")),
    "recalled": Step(("revoked",), _recalled),
    "funded": Step((*GIVEN, "done"), _funded),
}


def _said(event: Event, name: str) -> str:
    return str(event.details.get(name, "")).strip()


def _text(event: Event, name: str) -> str:
    text = _said(event, name)
    if not text:
        raise Problem("422.40", field=name)
    return text


def _code(event: Event, name: str, codes: Collection[str]) -> str:
    code = _text(event, name)
    if code not in codes:
        raise Problem("422.48", field=name)
    return code


def _day(event: Event, name: str, *, needed: bool = False, past: bool = False) -> str:
    text = _text(event, name) if needed else _said(event, name)
    if text:
        check_day(text, name, today=event.at[:10] if past else "")
    return text


def check_day(text: str, field: str, *, today: str = "") -> None:
    """Raises Problem 422.45 for no day, and with `today` 422.46 for one that has not come."""
    try:
        number = day_number(text)
    except ValueError:
        raise Problem("422.45", field=field) from None
    if today and number > day_number(today):
        raise Problem("422.46", field=field)


# at rest ------------------------------------------------------------------------------------------------------------


def to_json(referral: Referral) -> dict[str, Any]:
    """The record's content; number and version stand beside it in clear and are bound to it by the sealing."""
    events = [{**vars(event), "details": dict(event.details)} for event in referral.events]
    return {"shape": SHAPE, "case": referral.case, "events": events}


def from_json(id: str, version: int, content: Mapping[str, Any]) -> Referral:
    """The record as it was sealed."""
    return Referral.of(id, content["case"], version, tuple(Event(**event) for event in content["events"]))
